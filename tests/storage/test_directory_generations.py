"""How a folder of files goes from one generation to the next, and what a crash leaves to do."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from collectionlib.errors import CorruptCollection, StorageError
from collectionlib.storage.directory.generations import Generations
from collectionlib.storage.directory.staging import Staging

LONG = "x" * 300
"""No name that a file may have."""


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    root = tmp_path / "jokes"
    root.mkdir()
    (root / "a.txt").write_text("a")
    (root / "b.txt").write_text("b")
    return Generations(str(root))


def _staged(generations: Generations, puts: Mapping[str, str] = {}, *removes: str) -> Staging:
    staging = generations.stage()
    for path, text in puts.items():
        staging.puts[path] = staging.keep(text.encode())
    staging.removes |= set(removes)
    return staging


def _commit(generations: Generations, puts: Mapping[str, str] = {}, *removes: str) -> None:
    generations.commit(_staged(generations, puts, *removes))


def _crash(
    generations: Generations,
    puts: Mapping[str, str] = {},
    *removes: str,
) -> Path:
    """Commit, and leave off before anything is in its place."""
    staging = _staged(generations, puts, *removes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Generations, "_apply", _stop)
        with pytest.raises(KeyboardInterrupt):
            generations.commit(staging)
    return _own(generations) / f"generations/{generations.numbers()[-1]}"


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _own(generations: Generations) -> Path:
    return generations.root / ".collectionlib"


def _texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and ".collectionlib" not in path.relative_to(folder).parts
    }


def _folders(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_dir()}


def test_what_is_put_and_removed_is_in_its_place_and_nothing_is_left(
    generations: Generations,
) -> None:
    puts = {"a.txt": "new", "New/Folder/c.txt": "c", "New/d.txt": "d"}
    _commit(generations, puts, "b.txt", "not there.txt")
    assert _texts(generations.root) == puts
    assert _folders(_own(generations)) == {"generations"}
    assert generations.numbers() == ()
    _commit(generations, {}, "New/Folder/c.txt")
    assert _folders(generations.root) == {".collectionlib", ".collectionlib/generations", "New"}
    _commit(generations, {}, "New/d.txt", "a.txt")
    assert _folders(generations.root) == {".collectionlib", ".collectionlib/generations"}
    assert generations.root.is_dir()


def test_generations_stay_while_somebody_reads(generations: Generations) -> None:
    with generations.reading() as view:
        _commit(generations, {"a.txt": "new", "c.txt": "c"}, "b.txt")
        assert generations.numbers() == (1,)
        assert generations.committed(1)
        assert not generations.committed(2)
        kept = generations.load(1)
        assert kept.applied
        assert kept.old("a.txt").read_text() == "a"
        assert kept.manifest.puts.keys() == {"a.txt", "c.txt"}
        assert kept.manifest.removes == {"b.txt"}
        assert kept.manifest.replaced.keys() == {"a.txt", "b.txt"}
        for number in range(2, 12):
            _commit(generations, {"a.txt": f"{number}"})
        assert generations.numbers() == tuple(range(1, 12))
        assert view.read("a.txt") == b"a"
        assert view.read("b.txt") == b"b"
        with generations.reading() as later:
            assert later.read("a.txt") == b"11"
    assert generations.numbers() == tuple(range(1, 12))
    generations.repair()
    assert generations.numbers() == ()
    assert _folders(_own(generations)) == {"generations"}


def test_a_reader_keeps_no_file_open_when_it_is_done(generations: Generations) -> None:
    before = len([*Path("/dev/fd").iterdir()])
    with generations.reading():
        _commit(generations, {"a.txt": "new"})
        assert len([*Path("/dev/fd").iterdir()]) == before + 1
    _commit(generations, {"a.txt": "newer"})
    assert len([*Path("/dev/fd").iterdir()]) == before


def test_only_numbers_are_generations(generations: Generations) -> None:
    assert generations.numbers() == ()
    for name in ("10", "9", "desktop.ini"):
        (_own(generations) / "generations" / name).mkdir(parents=True)
    assert generations.numbers() == (9, 10)


@pytest.mark.parametrize("data", [None, b"{", b'{"puts": 5}', b'"\xff"'])
def test_a_generation_that_cannot_be_read_is_damage(
    generations: Generations, data: bytes | None
) -> None:
    folder = _own(generations) / "generations/9"
    folder.mkdir(parents=True)
    if data is not None:
        (folder / "manifest.json").write_bytes(data)
    with pytest.raises(CorruptCollection) as raised:
        generations.load(9)
    assert "a transaction that was kept cannot be read (" in str(raised.value)
    assert raised.value.location == str(generations.root)
    assert raised.value.path == str(folder / "manifest.json")
    assert raised.value.remedy == (
        f"take the texts that you miss from {folder}, and take that folder away"
    )


# --- after a crash ------------------------------------------------------------------------------


def test_repair_takes_away_what_nobody_needs(generations: Generations) -> None:
    _staged(generations, {"a.txt": "never committed"})
    (_own(generations) / "rubbish/3/new").mkdir(parents=True)
    generations.repair()
    assert _folders(_own(generations)) == set()
    assert _texts(generations.root) == {"a.txt": "a", "b.txt": "b"}


def test_repair_puts_everything_in_its_place(generations: Generations) -> None:
    _crash(generations, {"a.txt": "new", "New/c.txt": "c"}, "b.txt")
    assert _texts(generations.root) == {"a.txt": "a", "b.txt": "b"}
    generations.repair()
    assert _texts(generations.root) == {"a.txt": "new", "New/c.txt": "c"}
    assert generations.numbers() == ()


def test_what_is_in_its_place_is_not_put_there_again(generations: Generations) -> None:
    with generations.reading():
        _commit(generations, {"a.txt": "new"}, "b.txt")
        (generations.root / "a.txt").write_text("by hand")
        (generations.root / "b.txt").write_text("by hand")
        generations.repair()
        assert _texts(generations.root) == {"a.txt": "by hand", "b.txt": "by hand"}


@pytest.mark.parametrize("moved", [False, True])
def test_a_repair_goes_on_where_another_one_was_ended(
    generations: Generations, *, moved: bool
) -> None:
    root = generations.root
    kept = _crash(generations, {"a.txt": "new", "c.txt": "c"}, "b.txt")
    (kept / "old/0").hardlink_to(root / "a.txt")
    (kept / "old/1").hardlink_to(root / "b.txt")
    if moved:
        (kept / "new/0").replace(root / "a.txt")
        (root / "b.txt").unlink()
    with generations.reading() as view:
        generations.repair()
        assert view.read("a.txt") == b"new"
        assert _texts(root) == {"a.txt": "new", "c.txt": "c"}
        assert _texts(kept / "old") == {"0": "a", "1": "b"}


def test_what_was_changed_by_hand_since_stays_beside(generations: Generations) -> None:
    root = generations.root
    _crash(generations, {"a.txt": "new", "c.txt": "c", "New/d.txt": "d"}, "b.txt")
    (root / "a.txt").write_text("by hand")
    (root / "a (by hand 1).txt").write_text("older")
    (root / "b.txt").write_text("by hand")
    (root / "c.txt").symlink_to("nowhere")
    (root / "New").write_text("in the way")
    generations.repair()
    assert _texts(root) == {
        "a.txt": "new",
        "a (by hand 1).txt": "older",
        "a (by hand 2).txt": "by hand",
        "b.txt": "by hand",
        "c.txt": "c",
        "New/d.txt": "d",
        "New (by hand 1)": "in the way",
    }
    assert (root / "c (by hand 1).txt").is_symlink()


def test_what_was_removed_by_hand_since_is_put_all_the_same(generations: Generations) -> None:
    _crash(generations, {"a.txt": "new"}, "b.txt")
    (generations.root / "a.txt").unlink()
    (generations.root / "b.txt").unlink()
    generations.repair()
    assert _texts(generations.root) == {"a.txt": "new"}


def test_what_stood_in_a_folder_that_is_a_file_by_now_is_removed(generations: Generations) -> None:
    _commit(generations, {"New/d.txt": "d"})
    _crash(generations, {}, "New/d.txt")
    (generations.root / "New/d.txt").unlink()
    (generations.root / "New").rmdir()
    (generations.root / "New").write_text("by hand")
    generations.repair()
    assert _texts(generations.root) == {"a.txt": "a", "b.txt": "b", "New": "by hand"}


# --- what cannot be done ------------------------------------------------------------------------


def test_what_cannot_be_put_in_its_place_is_kept_and_said(generations: Generations) -> None:
    staging = _staged(generations, {"a.txt": "new"})
    staging.puts[LONG] = staging.keep(b"long")
    with pytest.raises(StorageError) as raised:
        generations.commit(staging)
    root = generations.root
    assert raised.value.location == str(root)
    assert str(raised.value).startswith(
        f"{root} has kept what was written, but not all files are in their places ("
    )
    assert str(raised.value).endswith("); the next command that writes puts them there")
    assert generations.numbers() == (1,)
    assert not generations.load(1).applied


def test_what_cannot_be_staged_or_committed_is_said_and_nothing_changes(
    generations: Generations,
) -> None:
    staging = _staged(generations, {"a.txt": "new"})
    _is_refused(generations, generations.stage)
    staging.abandon()
    _is_refused(generations, lambda: staging.keep(b"more"))
    _is_refused(generations, lambda: generations.commit(staging))
    assert generations.numbers() == ()


def _is_refused(generations: Generations, write: Callable[[], object]) -> None:
    root = str(generations.root)
    sentence = f"^{re.escape(root)} could not be written and is as it was"
    with pytest.raises(StorageError, match=sentence) as raised:
        write()
    assert raised.value.location == root


@pytest.mark.parametrize("again", [False, True])
def test_without_hard_links_what_is_replaced_is_copied(
    generations: Generations, monkeypatch: pytest.MonkeyPatch, *, again: bool
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    os.utime(generations.root / "a.txt", ns=(0, 1_000_000_000))
    (generations.root / "link.txt").symlink_to("a.txt")
    monkeypatch.setattr(os, "link", no_links)
    with generations.reading() as view:
        kept = _crash(generations, {"a.txt": "new", "link.txt": "text"}, "b.txt")
        if again:
            # A copy that was ended by a crash.
            (kept / "old/0.copy").write_text("half")
        generations.repair()
        assert (kept / "old/0").read_text() == "a"
        assert (kept / "old/0").stat().st_mtime_ns == 1_000_000_000
        assert view.read("a.txt") == b"a"
        assert view.read("b.txt") == b"b"
        assert (kept / "old/1").is_symlink()
        assert len(list((kept / "old").iterdir())) == 3


def test_a_link_is_kept_as_a_link(generations: Generations) -> None:
    (generations.root / "link.txt").symlink_to("a.txt")
    with generations.reading():
        _commit(generations, {"link.txt": "text"})
        assert generations.load(1).old("link.txt").is_symlink()
    assert _texts(generations.root)["a.txt"] == "a"
