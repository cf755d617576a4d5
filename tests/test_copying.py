import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.postgres_server import Server

from collectionlib import Category, Collection, Entry, copying
from collectionlib.copying import copy_collection
from collectionlib.errors import ConflictError, StorageError
from collectionlib.identity import entry_id
from collectionlib.model import Metadata

LOCATIONS = ["memory:", "a/", "a.json", "a.db", "postgresql:"]


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Callable[[str, str], str]:
    """The location that one of these names, of a copy where something is said before it."""

    def place(name: str, before: str = "") -> str:
        if name == "postgresql:":
            server: Server = request.getfixturevalue("postgres")
            return server.new_location()
        return name if name == "memory:" else f"{before}{name}"

    return place


def _fill(collection: Collection, entries: int = 30) -> None:
    with collection.transaction() as batch:
        for number in range(entries):
            batch.put(
                Entry(
                    id=entry_id(str(number)),
                    title=f"Title {number}",
                    body=f"Text {number}\n",
                    category=(f"Category {number % 3}", "Sub") if number % 4 else (),
                    attributes={"n": number},
                )
            )
        batch.set_category(Category(path=("Category 2",), position=1, description="Second."))
        batch.set_document("origins", {"a": "b"})
        batch.set_metadata(Metadata(title="All", language="en"))


def _everything(collection: Collection) -> object:
    with collection.snapshot() as view:
        documents = {name: view.document(name) for name in view.documents()}
        return list(view.scan()), view.categories(), view.metadata(), documents


@pytest.mark.slow
@pytest.mark.parametrize("start", LOCATIONS)
@pytest.mark.parametrize("end", LOCATIONS)
def test_a_copy_holds_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: Callable[..., str],
    start: str,
    end: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(copying, "_FIRST_BATCH", 7)
    done = []
    target = place(end, "copy-")
    with Collection.create(place(start)) as one, Collection.create(target) as other:
        _fill(one)
        report = copy_collection(one, other, watch=done.append)
        assert _everything(other) == _everything(one)
        assert (report.entries, report.copied) == (30, 30)
        assert done == [7, 14, 28, 30]


@pytest.mark.parametrize("end", LOCATIONS[1:])
def test_an_interrupted_copy_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Callable[..., str], end: str
) -> None:
    class Interrupted(BaseException):
        pass

    def interrupt(done: int) -> None:
        if done > 10:
            raise Interrupted

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(copying, "_FIRST_BATCH", 7)
    target = place(end)
    with Collection.create("start.db") as one, Collection.create(target) as other:
        _fill(one)
        with pytest.raises(Interrupted):
            copy_collection(one, other, watch=interrupt)
        assert len(other) == 14
    with Collection.open("start.db") as one, Collection.open(target) as other:
        report = copy_collection(one, other)
        assert (report.entries, report.copied) == (30, 16)
        assert _everything(other) == _everything(one)


def test_a_copy_of_what_has_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    with (
        Collection.create(tmp_path / "a.db") as one,
        Collection.create(tmp_path / "b.json") as other,
    ):
        _fill(one)
        with other.transaction() as batch:
            progress = {"source": one.location, "copied": 5, "last": None, "digest": "0"}
            batch.set_document("copy", progress)
        with pytest.raises(ConflictError, match="another state"):
            copy_collection(one, other)


def test_nothing_is_copied_over_something(tmp_path: Path) -> None:
    with (
        Collection.create(tmp_path / "a.db") as one,
        Collection.create(tmp_path / "b.json") as other,
    ):
        _fill(one, 2)
        _fill(other, 1)
        before = _everything(other)
        with pytest.raises(ConflictError, match="holds something already"):
            copy_collection(one, other)
        assert _everything(other) == before


def test_what_does_not_arrive_is_noticed(tmp_path: Path) -> None:
    with (
        Collection.create(tmp_path / "a.json") as one,
        Collection.create(tmp_path / "b.json") as other,
    ):
        _fill(one, 3)

        def damage(_: int) -> None:
            path = tmp_path / "b.json"
            path.write_text(path.read_text().replace("Text 1", "Tezt 1"))

        with pytest.raises(StorageError, match="does not hold what was copied"):
            copy_collection(one, other, watch=damage)


@pytest.mark.slow
def test_a_killed_copy_goes_on_by_the_same_command(tmp_path: Path) -> None:
    with Collection.create(tmp_path / "a.json") as one:
        _fill(one, 25_000)
    command = [sys.executable, "-m", "collectionlib", "copy", "a.json", "b.db"]
    killed = 0
    for delay in (0.5, 0.8, 1.1, 1.4):
        process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.wait()
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert killed
    if done.returncode:
        assert "holds something already" in done.stderr, "a killed one had ended before"
    with Collection.open(tmp_path / "a.json") as one, Collection.open(tmp_path / "b.db") as other:
        assert _everything(one) == _everything(other)
