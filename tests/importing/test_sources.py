import os
import sys
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
