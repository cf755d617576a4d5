"""Workers write what they read where the collection is, and a batch takes their files."""

import os
import signal
from pathlib import Path

import pytest
from dask_cluster import DaskCluster

from collectionlib import Collection, import_texts
from collectionlib.codec import encode_json
from collectionlib.storage.base import StagedEntries
from collectionlib.storage.delta.batch import DeltaBatch
from collectionlib.storage.delta.table import Table

pytestmark = pytest.mark.slow

FILES = 300


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Texts of some 6,000 characters, so that a chunk is worth a file, and oddities."""
    for number in range(FILES):
        path = tmp_path / f"archive/{number % 7}/{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Title {number}\n\n{f'Words of {number}. ' * 400}\n", "utf-8")
    (tmp_path / "archive/0/jokes").write_text("".join(f"Joke {n}.\n%\n" for n in range(200)))
    (tmp_path / "archive/1/broken.bin").write_bytes(bytes(range(256)) * 4)
    return tmp_path / "archive"


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[StagedEntries]:
    """The files that batches take; they are taken all the same."""
    files: list[StagedEntries] = []
    take = DeltaBatch.take

    def watched(batch: DeltaBatch, staged: StagedEntries) -> None:
        files.append(staged)
        take(batch, staged)

    monkeypatch.setattr(DeltaBatch, "take", watched)
    return files


def _imported(location: str, archive: Path, **options: object) -> tuple[object, list[bytes]]:
    with Collection.create(location) as collection:
        report = import_texts(collection, archive, clock=lambda: None, **options)  # type: ignore[arg-type]
        return report, [encode_json(entry) for entry in collection]


def test_what_workers_write_is_what_one_process_would(
    tmp_path: Path, archive: Path, taken: list[StagedEntries]
) -> None:
    expected = _imported("memory:", archive)
    assert _imported(f"delta:{tmp_path}/texts", archive, jobs=2) == expected
    assert sum(len(staged.ids) for staged in taken) > FILES / 2


def test_what_is_there_already_is_read_back_and_compared(
    tmp_path: Path, archive: Path, taken: list[StagedEntries], monkeypatch: pytest.MonkeyPatch
) -> None:
    location = f"delta:{tmp_path}/texts"
    _imported(location, archive, jobs=2)
    taken.clear()
    (archive / "0/0.txt").write_text(f"Title 0\n\n{'Other words. ' * 400}\n", "utf-8")
    (archive / "0/more.txt").write_text("One more.\n", "utf-8")
    # As if a killed import went on, of which all but the end was committed.
    monkeypatch.setattr("collectionlib.importing.origins.Origins.knew", lambda *_: False)
    with Collection.open(location) as collection:
        report = import_texts(collection, archive, clock=lambda: None, jobs=2)
        assert (report.added, report.updated, report.unchanged) == (1, 1, FILES + 199)
        assert taken == []
        assert [encode_json(each) for each in collection] == _imported("memory:", archive)[1]
    files = {path.name for path in (tmp_path / "texts/kind=entry").iterdir()}
    assert files == _ever_in(location), "what was read back was left behind"


def _ever_in(location: str) -> set[str]:
    """The files of entries of all versions that there have been."""
    newest = Table.open(location)
    versions = [*(Table.open(location, number) for number in range(newest.version)), newest]
    files = (file for table in versions for file in table.files() if file.kind == "entry")
    return {file.path.rpartition("/")[2] for file in files}


def test_a_killed_worker_changes_nothing(
    tmp_path: Path, archive: Path, cluster: DaskCluster, taken: list[StagedEntries]
) -> None:
    expected = _imported("memory:", archive)
    location = f"delta:{tmp_path}/texts"
    with cluster.meanwhile(lambda worker: os.kill(worker, signal.SIGKILL)):
        found = _imported(location, archive, executor=cluster.name)
    assert found == expected
    # Workers elsewhere do not see a folder of this machine.
    assert taken == []
