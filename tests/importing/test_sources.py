import io
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from collectionlib import Collection, import_texts
from collectionlib.errors import IngestError
from collectionlib.importing.sources import (
    Notice,
    SourcePlace,
    find_roots,
    printable_name,
    walk,
)


def _found(folder: Path) -> list[object]:
    (root,) = find_roots([str(folder)])
    return list(walk(root, root.name))


def test_files_come_in_natural_order_with_their_folders_as_category(tmp_path: Path) -> None:
    for name in ("10.txt", "2.txt", "b/c/1.txt", "a 1/1.txt"):
        path = tmp_path / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    places = [place for place in _found(tmp_path / "archive") if isinstance(place, SourcePlace)]
    assert [(place.uri, place.category) for place in places] == [
        ("archive/2.txt", ()),
        ("archive/10.txt", ()),
        ("archive/a 1/1.txt", ("a 1",)),
        ("archive/b/c/1.txt", ("b", "c")),
    ]


def test_what_is_passed_over_is_said(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder", target_is_directory=True)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    reasons = {
        found.source.rpartition("/")[2]: found.reason
        for found in _found(tmp_path)
        if isinstance(found, Notice | IngestError)
    }
    assert reasons == {
        ".git": "hidden, passed over",
        "link": "a link to a folder, not followed",
        "dangling": "it cannot be read (No such file or directory)",
        "pipe": "it is no regular file",
    }


def test_the_look_of_a_website_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "site/assets").mkdir(parents=True)
    (tmp_path / "site/index.html").write_text("<p>A text.")
    for name in ("site/page.js", "site/assets/STYLE.CSS", "alone.js"):
        (tmp_path / name).write_text("var x = 1;")
    passed = [found for found in _found(tmp_path) if isinstance(found, Notice)]
    assert [found.source.rpartition("/")[2] for found in passed] == ["STYLE.CSS", "page.js"]
    assert {found.reason for found in passed} == {
        "how the pages beside it look and act, no text; passed over"
    }


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are Linux's")
def test_names_that_are_no_text_are_named_all_the_same(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/caf\xe9\n"
    Path(os.fsdecode(folder)).mkdir()
    Path(os.fsdecode(folder + b"/\xff \x01.txt")).write_bytes(b"A title\n\nText.")
    collection = Collection.create("memory:")
    report = import_texts(collection, tmp_path)
    assert report.added == 1
    (entry,) = collection
    assert entry.category == ("caf\\xe9\\x0a",)
    assert entry.source is not None
    assert entry.source.uri.endswith("/caf\\xe9\\x0a/\\xff \\x01.txt")


def test_two_names_that_are_written_alike_are_not_one(tmp_path: Path) -> None:
    (tmp_path / "a\x01").write_text("One.")
    (tmp_path / "a\\x01").write_text("Two.")
    collection = Collection.create("memory:")
    report = import_texts(collection, tmp_path)
    assert (report.added, len(report.rejected)) == (1, 1)
    assert "same name" in report.rejected[0].reason


def test_globs_and_missing_files(tmp_path: Path) -> None:
    for name in ("a1.txt", "a2.txt", "b.txt", "[x].txt"):
        (tmp_path / name).write_text("x")
    assert [root.name for root in find_roots([f"{tmp_path}/a*.txt"])] == ["a1.txt", "a2.txt"]
    assert [root.name for root in find_roots([f"{tmp_path}/[x].txt"])] == ["[x].txt"]
    with pytest.raises(IngestError, match="no such file"):
        find_roots([f"{tmp_path}/c*.txt"])


@pytest.mark.parametrize("name", ["a", "é", "\udcff", "\n", " ", "\u2028"])
def test_printable_names_are_printable(name: str) -> None:
    shown = printable_name(name)
    assert shown.strip()
    shown.encode()


# --- what file systems have in store ------------------------------------------------------------


def _sentences(folder: Path) -> dict[str, str]:
    return {
        found.source.removeprefix(f"{folder.name}/"): found.reason
        for found in _found(folder)
        if isinstance(found, Notice | IngestError)
    }


def test_links_that_lead_in_circles_are_said(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "folder/one.txt").write_text("One.")
    report = import_texts(Collection.create("memory:"), tmp_path)
    assert (report.added, len(report.rejected), len(report.warnings)) == (1, 2, 1)
    # As a root too: its origin is known by where it leads.
    report = import_texts(Collection.create("memory:"), tmp_path / "a")
    assert (report.added, len(report.rejected)) == (0, 1)


def test_devices_pipes_and_sockets_are_not_read(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        # Its own path may be too long for the name of a socket.
        here = Path.cwd()
        os.chdir(tmp_path)
        try:
            server.bind("socket")
        finally:
            os.chdir(here)
        (tmp_path / "device").symlink_to("/dev/zero")
        os.mkfifo(tmp_path / "pipe")
        assert _sentences(tmp_path) == dict.fromkeys(
            ("device", "pipe", "socket"), "it is no regular file"
        )


def test_what_becomes_something_else_before_it_is_read_is_rejected(tmp_path: Path) -> None:
    for name in ("gone", "pipe", "folder", "grown"):
        (tmp_path / name).write_text("Text.")
    places = {each.path: each for each in _found(tmp_path) if isinstance(each, SourcePlace)}
    for name in ("gone", "pipe", "folder"):
        (tmp_path / name).unlink()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "grown").write_text("Text that has grown.")
    for name in ("gone", "pipe", "folder"):
        with pytest.raises(IngestError, match=r"cannot be read|no regular file"):
            places[tmp_path / name].read()
    assert places[tmp_path / "grown"].read().text == "Text that has grown."


def test_a_file_that_vanishes_while_its_folder_is_walked_is_said(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.dat", "d/e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Text.")
    (root,) = find_roots([str(tmp_path)])
    found = walk(root, "pile")
    assert isinstance(next(found), SourcePlace)
    shutil.rmtree(tmp_path)
    assert [str(each) for each in found] == [
        "pile/b.txt: it cannot be read (No such file or directory)",
        "pile/c.dat: it cannot be read (No such file or directory)",
        "pile/d: the folder cannot be read (No such file or directory)",
    ]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="permissions are those of POSIX")
def test_what_may_not_be_read_is_said_and_the_rest_goes_in(tmp_path: Path) -> None:
    for name in ("closed/one.txt", "listed/one.txt", "listed/sub/two.txt", "open/one.txt", "x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Text.")
    for name in (".", "open", "open/one.txt"):
        (tmp_path / name).chmod(0o755)
    (tmp_path / "listed/one.dat").write_text("x")
    (tmp_path / "closed").chmod(0)
    (tmp_path / "listed").chmod(0o444)
    (tmp_path / "x.txt").chmod(0)
    code = (
        "import os, sys\n"
        "from collectionlib import Collection, import_texts\n"
        "os.chdir(sys.argv[1])\n"
        # All packages are loaded before: they may lie where nobody else may look.
        "import_texts(Collection.create('memory:'), 'open')\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "report = import_texts(Collection.create('memory:'), '.', category=('c',))\n"
        "print(report.added, *sorted(each.reason for each in report.rejected), sep='|')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, check=False)
    for name in ("closed", "listed"):
        (tmp_path / name).chmod(0o755)
    number, *reasons = done.stdout.decode().strip().split("|")
    assert number == "1", done.stderr.decode()
    assert len(reasons) == 5
    assert all("cannot be read (Permission denied)" in reason for reason in reasons)


@pytest.fixture
def deep_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with texts 1, 1000 and 1500 levels below."""
    folder = tmp_path / "deep"
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    for depth in range(1, 1501):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
        if depth in (1, 1000, 1500):
            file = os.open("one.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here)
            os.write(file, f"The text at depth {depth}.".encode())
            os.close(file)
    os.close(here)
    yield folder
    # What Python and pytest remove folders with is recursive.
    subprocess.run(["rm", "-rf", folder], check=True)


@pytest.mark.slow
def test_folders_deeper_than_functions_may_call_each_other(
    tmp_path: Path, deep_folder: Path
) -> None:
    for location in ("memory:", str(tmp_path / "c.json"), str(tmp_path / "c.db")):
        collection = Collection.create(location)
        report = import_texts(collection, deep_folder)
        assert (report.added, report.rejected) == (3, ())
        assert sorted(len(entry.category) for entry in collection) == [1, 1000, 1500]


def test_a_path_longer_than_the_system_opens_is_said(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(20):
            os.mkdir("d" * 250, dir_fd=here)
            below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
    finally:
        os.close(here)
    (tmp_path / "one.txt").write_text("One.")
    report = import_texts(Collection.create("memory:"), tmp_path)
    assert report.added == 1
    (rejected,) = report.rejected
    assert "the folder cannot be read (File name too long)" in rejected.reason


@pytest.mark.slow
def test_a_hundred_thousand_files_in_a_folder(tmp_path: Path) -> None:
    for number in range(100_000):
        os.close(os.open(tmp_path / f"{number}.txt", os.O_CREAT | os.O_WRONLY))
    begun = time.process_time()
    places = [each for each in _found(tmp_path) if isinstance(each, SourcePlace)]
    assert time.process_time() - begun < 60
    assert len(places) == 100_000
    assert places[10].uri.endswith("/10.txt")


def test_a_file_that_is_too_large_to_be_read_whole_is_said(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(3 * 1024**3)
    (tmp_path / "one.txt").write_text("One.")
    report = import_texts(Collection.create("memory:"), tmp_path)
    assert report.added == 1
    assert [each.reason for each in report.rejected] == [
        "it is larger than 2 GiB, and is read whole: split it"
    ]


def test_standard_input_is_read_once_however_often_it_is_walked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from collectionlib.importing.cleaning import transforms

    text = b"A title\n\nA text from standard input.\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    # Lines that repeat are counted first: all texts are read twice.
    collection = Collection.create("memory:")
    import_texts(collection, "-", transforms=transforms(("boilerplate",)))
    assert [entry.title for entry in collection] == ["A title"]


def test_what_is_being_written_is_passed_over_by_any_name(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("One.")
    own = tmp_path / "sub/own.json"
    own.parent.mkdir()
    own.write_text("[]")
    (tmp_path / "link.json").symlink_to(own)
    (root,) = find_roots([str(tmp_path)])
    found = list(walk(root, "pile", without=[tmp_path / "sub/../sub/own.json"]))
    assert [str(getattr(each, "reason", "")) for each in found] == [
        "what is being written, passed over",
        "",
        "what is being written, passed over",
    ]
