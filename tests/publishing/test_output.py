"""Where a book goes: files, pipes, devices, folders, and what is never replaced."""

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from collectionlib import Collection, Entry, export
from collectionlib.errors import ExportError
from collectionlib.publishing.cover.given import read_cover
from collectionlib.publishing.matter import read_matter
from collectionlib.publishing.output import export_volumes
from collectionlib.publishing.volumes import VolumeSize


@pytest.fixture
def texts():
    with Collection.create("memory:", title="Texts", language="en") as collection:
        with collection.transaction() as batch:
            for number in range(100):
                batch.put(Entry(id=f"{number:016}", title=f"No. {number}", body="A text."))
        yield collection


@pytest.mark.parametrize("name", ["book.epub", "book.json", "book.txt"])
def test_a_pipe_gets_the_bytes_of_a_file_and_stays_a_pipe(
    texts: Collection, tmp_path: Path, name: str
) -> None:
    file, pipe = tmp_path / name, tmp_path / f"pipe-{name}"
    export(texts, file)
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    export(texts, pipe, force=True)
    reader.join(10)
    assert read == [file.read_bytes()]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_is_written_to_and_not_replaced(texts: Collection) -> None:
    for name in ("epub", "json"):
        export(texts, "/dev/null", to=name, force=True)
        with pytest.raises(ExportError, match="make room"):
            export(texts, "/dev/full", to=name, force=True)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("read", [read_cover, read_matter])
def test_what_never_ends_is_not_read_to_its_end(read: Callable[[str], object]) -> None:
    with pytest.raises(ExportError, match="/dev/zero is too large"):
        read("/dev/zero")


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_is_named_as_such(texts: Collection, tmp_path: Path, force: bool) -> None:
    with pytest.raises(ExportError, match="is a folder"):
        export(texts, tmp_path, to="epub", force=force)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_what_is_appended_to_gets_a_whole_book(texts: Collection, tmp_path: Path) -> None:
    book, both = tmp_path / "book.epub", tmp_path / "both"
    export(texts, book)
    both.write_bytes(b"before")
    program = (
        "import sys\n"
        "from collectionlib import Collection\n"
        "from collectionlib.publishing.output import export_to_stream, exporter_for\n"
        "from pathlib import Path\n"
        "with Collection.open(sys.argv[1]) as texts:\n"
        "    export_to_stream(texts, sys.stdout.buffer, exporter_for(Path('a.epub')))\n"
    )
    kept = tmp_path / "kept.json"
    export(texts, kept)
    with both.open("ab") as out:
        subprocess.run([sys.executable, "-c", program, str(kept)], stdout=out, check=True)
    assert both.read_bytes() == b"before" + book.read_bytes()


def test_there_may_be_more_volumes_than_open_files(
    texts: Collection, tmp_path: Path, few_open_files: int
) -> None:
    assert few_open_files < len(texts)
    volumes = export_volumes(texts, tmp_path / "a.txt", size=VolumeSize(entries=1))
    assert len(volumes) == len(list(tmp_path.iterdir())) == 100


def test_what_killed_writers_left_is_looked_for_once_and_not_among_our_own(
    texts: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Names whose beginnings are the same, and volumes that wait for others longer than the limit.
    stem = "a" * 70
    (tmp_path / f".{stem[:60]}.writing-left").write_bytes(b"half a boo")
    (tmp_path / ".b.txt.writing-theirs").write_bytes(b"another's")
    looks: list[object] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: (looks.append(folder), scandir(folder))[1])
    monkeypatch.setattr("collectionlib.storage.durable._ABANDONED", -1.0)
    volumes = export_volumes(texts, tmp_path / f"{stem}.txt", size=VolumeSize(entries=1))
    assert looks == [tmp_path]
    assert {path.name for path in tmp_path.iterdir()} == {
        ".b.txt.writing-theirs", *(path.name for path, _ in volumes),
    }  # fmt: skip


def test_no_volume_is_replaced_if_one_cannot_be_made(texts: Collection, tmp_path: Path) -> None:
    (tmp_path / "a-007.txt").mkdir()
    with pytest.raises(ExportError, match="a-007"):
        export_volumes(texts, tmp_path / "a.txt", size=VolumeSize(entries=1))
    assert [path.name for path in tmp_path.iterdir()] == ["a-007.txt"]
