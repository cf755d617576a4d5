"""The workers of a Dask scheduler: real ones, of which one is killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dask_cluster import DaskCluster, dask_cluster
from outcomes import imported
from sent_to_workers import Deadly, Slow

from collectionlib import Collection, import_texts
from collectionlib.curating.checking import check
from collectionlib.curating.duplicates import find_duplicates
from collectionlib.curating.statistics import statistics_of
from collectionlib.errors import ExecutionError

pytestmark = pytest.mark.slow


def make_archive(folder: Path, files: int) -> Path:
    """Texts of which one in ten is there twice, nearly, and one in fifty was read wrongly."""
    for number in range(files):
        path = folder / f"{number % 7}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        words = " ".join(
            f"word{number // 10 * 10 if number % 10 < 2 else number}-{n}" for n in range(30)
        )
        odd = " Itâ€™s an example." if number % 50 == 3 else ""
        path.write_text(f"Title {number}\n\nThe text: {words} end{number}.{odd}\n", "utf-8")
    (folder / "0/jokes").write_text("".join(f"Joke {n}.\n%\n" for n in range(200)))
    (folder / "1/broken.bin").write_bytes(bytes(range(256)) * 4)
    return folder


def test_the_result_is_that_of_a_local_run(tmp_path: Path, cluster: DaskCluster) -> None:
    archive = make_archive(tmp_path / "archive", 400)
    assert imported(archive, executor=cluster.name) == imported(archive)


def test_what_is_found_and_counted_is_the_same(tmp_path: Path, cluster: DaskCluster) -> None:
    archive = make_archive(tmp_path / "archive", 400)
    with Collection.create("memory:") as collection:
        import_texts(collection, archive)
        there = {"executor": cluster.name}
        findings = list(check(collection))
        assert {finding.code for finding in findings} >= {"mojibake", "rights-missing"}
        assert list(check(collection, **there)) == findings  # type: ignore[arg-type]
        assert list(check(collection, each=True, jobs=2)) == list(check(collection, each=True))
        clusters = list(find_duplicates(collection))
        assert len(clusters) >= 40
        assert list(find_duplicates(collection, **there)) == clusters  # type: ignore[arg-type]
        counted = statistics_of(collection)
        assert counted.entries == 600
        assert statistics_of(collection, **there) == counted  # type: ignore[arg-type]
        assert statistics_of(collection, jobs=2).to_plain() == counted.to_plain()


def test_killing_a_worker_in_the_middle_changes_nothing(
    tmp_path: Path, cluster: DaskCluster
) -> None:
    archive = make_archive(tmp_path / "archive", 250)
    slow = {"slow": Slow()}
    expected = imported(archive, importers=slow, format="slow")
    with cluster.meanwhile(lambda worker: os.kill(worker, signal.SIGKILL)) as killed:
        found = imported(archive, importers=slow, format="slow", executor=cluster.name)
    assert killed[0] not in cluster.workers()
    assert found == expected


def test_a_source_that_kills_its_workers_is_rejected_alone(
    tmp_path: Path, cluster: DaskCluster
) -> None:
    archive = make_archive(tmp_path / "archive", 30)
    (archive / "3/bad.txt").write_text("deadly, always")
    with Collection.create("memory:") as collection:
        report = import_texts(
            collection, archive, executor=cluster.name, importers={"deadly": Deadly()}
        )
        assert {rejected.source for rejected in report.rejected} == {
            "archive/1/broken.bin",
            "archive/3/bad.txt",
        }
        assert report.added == 230


def test_a_lost_scheduler_is_said_and_the_same_call_goes_on(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "archive", 250)
    (tmp_path / "dask").mkdir()
    with (
        Collection.create(tmp_path / "c.db") as collection,
        dask_cluster(tmp_path / "dask") as own,
    ):
        with (
            own.meanwhile(lambda _: own.scheduler.kill()),
            pytest.raises(ExecutionError, match=r"scheduler at dask://.* was lost: .* again"),
        ):
            import_texts(
                collection, archive, executor=own.name, importers={"slow": Slow()}, format="slow"
            )
        report = import_texts(collection, archive, importers={"slow": Slow()}, format="slow")
        assert report.added + report.unchanged == len(collection) == 251


def test_a_scheduler_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "collectionlib", "convert", "a.txt", "-", "--to", "json"]
    (tmp_path / "a.txt").write_text("A text.")
    began = time.monotonic()
    done = subprocess.run(
        [*command, "--executor", "dask://127.0.0.1:9"],
        check=False, cwd=tmp_path, capture_output=True, text=True, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "collectionlib: no Dask scheduler answers at dask://127.0.0.1:9: see that one runs there, "
        "with 'dask scheduler'\n"
    )
    assert time.monotonic() - began < 30


def test_a_package_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A text.")
    script = (
        "import sys; sys.modules['distributed'] = None\n"
        "from collectionlib.cli.running import main\n"
        "main(['convert', 'a.txt', '-', '--to', 'json', '--executor', 'dask://127.0.0.1:9'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr == (
        "collectionlib: the executor dask:// needs more packages: "
        "pip install 'collectionlib[dask]'\n"
    )
