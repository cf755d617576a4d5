"""What a path held in a generation, in each state in which a crash or a writer can leave it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest
from attrs import field, frozen

from collectionlib.errors import CorruptCollection
from collectionlib.storage.directory.generation import APPLIED, MANIFEST, Manifest
from collectionlib.storage.directory.generations import Generations
from collectionlib.storage.directory.view import View


@frozen
class Kept:
    """A generation on disk; a text of `None` is one that is not there, or not there any more."""

    new: Mapping[str, str | None] = field(factory=dict)
    removes: frozenset[str] = frozenset()
    old: Mapping[str, str | None] = field(factory=dict)
    applied: bool = False

    def write(self, folder: Path) -> None:
        puts = {path: number for number, path in enumerate(self.new)}
        replaced = {path: number for number, path in enumerate(self.old)}
        for name, numbers, texts in (("new", puts, self.new), ("old", replaced, self.old)):
            (folder / name).mkdir(parents=True)
            for path, text in texts.items():
                if text is not None:
                    (folder / name / str(numbers[path])).write_text(text)
        manifest = Manifest(puts=puts, removes=set(self.removes), replaced=replaced)
        (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
        if self.applied:
            (folder / APPLIED).touch()


def _generations(root: Path, placed: Mapping[str, str], *kept: Kept) -> Generations:
    for path, text in placed.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    for number, each in enumerate(kept, start=1):
        each.write(root / f".collectionlib/generations/{number}")
    return Generations(str(root))


PUT = Kept(new={"a": "new"})
REPLACES = Kept(new={"a": "new"}, old={"a": "old"})
REMOVES = Kept(removes=frozenset("a"), old={"a": "old"})


@pytest.mark.parametrize(
    ("generation", "placed", "kept", "held"),
    [
        (0, None, [], None),
        (0, "placed", [], "placed"),
        # At most this one:
        (1, None, [PUT], "new"),
        (1, "placed", [PUT], "new"),
        (1, "placed", [Kept(new={"a": None})], "placed"),
        (1, "placed", [Kept(removes=frozenset("a"))], None),
        (2, "placed", [PUT, Kept(new={"a": "newer"})], "newer"),
        (2, "placed", [PUT, Kept(removes=frozenset("a"))], None),
        (2, "placed", [Kept(new={"b": "b"}), PUT], "new"),
        # What is written by hand when all is in its place counts:
        (1, "by hand", [Kept(removes=frozenset("a"), applied=True)], "by hand"),
        # After this one:
        (0, "placed", [REPLACES], "old"),
        (0, None, [REMOVES], "old"),
        (0, "placed", [Kept(new={"a": "new"}, old={"a": None})], "placed"),
        (0, "placed", [PUT], None),
        (0, "placed", [Kept(new={"b": "b"}), REPLACES], "old"),
        (0, "placed", [REPLACES, Kept(new={"a": None}, old={"a": "later"})], "old"),
        (1, "placed", [Kept(new={"a": None}), REPLACES], "old"),
        (1, "placed", [PUT, Kept(new={"b": "b"})], "new"),
    ],
)
def test_what_a_path_held(
    tmp_path: Path, generation: int, placed: str | None, kept: list[Kept], held: str | None
) -> None:
    places = {"other": "x"} if placed is None else {"other": "x", "a": placed}
    view = View(_generations(tmp_path, places, *kept), generation)
    assert view.read("a") == (None if held is None else held.encode())
    assert view.read("a", 2) == (None if held is None else held.encode()[:2])
    assert view.read("other") == b"x"
    assert ("a" in view.paths(set(places))) is (held is not None)
    assert "other" in view.paths(set(places))


def test_paths_of_a_moment_are_told_from_those_of_now(tmp_path: Path) -> None:
    generations = _generations(
        tmp_path,
        {},
        Kept(new={"before": "x"}, removes=frozenset({"gone before"})),
        Kept(
            new={"after": "x", "changed": "x"},
            removes=frozenset({"gone after"}),
            old={"changed": "x", "gone after": "x"},
        ),
    )
    now = {"stays", "gone before", "after", "changed"}
    assert View(generations, 1).paths(now) == {"stays", "before", "changed", "gone after"}
    assert now == {"stays", "gone before", "after", "changed"}
    assert View(generations, 1).unsettled() == {
        "before", "gone before", "after", "changed", "gone after",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("placed", "kept", "held"),
    [
        (None, [], None),
        ("placed", [PUT], "placed"),
        (None, [PUT], "new"),
        (None, [PUT, Kept(new={"b": "b"}, old={"b": "c"})], "new"),
        (None, [REMOVES], "old"),
        (None, [Kept(removes=frozenset("a")), REMOVES], "old"),
        (None, [Kept(new={"a": None}), Kept(removes=frozenset("a"), old={"a": None})], None),
    ],
)
def test_a_file_that_is_put_once_is_opened_wherever_it_is(
    tmp_path: Path, placed: str | None, kept: list[Kept], held: str | None
) -> None:
    view = View(_generations(tmp_path, {} if placed is None else {"a": placed}, *kept), 0)
    file = view.opened("a")
    if file is None:
        assert held is None
        return
    with file:
        assert file.read().decode() == held


def test_a_view_learns_of_what_is_committed_while_it_is_open(tmp_path: Path) -> None:
    view = View(_generations(tmp_path, {"a": "placed"}), 0)
    later = [REPLACES, Kept(new={"b": "b"}), Kept(new={"c": "c"})]
    for number, each in enumerate(later, start=1):
        each.write(tmp_path / f".collectionlib/generations/{number}")
    assert view.read("a") == b"old"
    assert view.unsettled() == {"a", "b", "c"}


class _Overtaken:
    """A folder whose writer goes on just when a reader turns to the places of files."""

    def __init__(self, generations: Generations, write: Callable[[], None]) -> None:
        self.location = generations.location
        self.numbers = generations.numbers
        self.load = generations.load
        self.committed = generations.committed
        self._root = generations.root
        self._write = [write]

    @property
    def root(self) -> Path:
        if self._write:
            self._write.pop()()
        return self._root


def test_what_is_replaced_while_it_is_looked_for_is_found_where_it_is_kept(tmp_path: Path) -> None:
    generations = _generations(tmp_path, {"a": "placed"}, Kept(new={"a": "new"}, old={"a": None}))
    kept = generations.load(1)

    def replace() -> None:
        (tmp_path / "a").rename(kept.old("a"))
        kept.new("a").rename(tmp_path / "a")

    assert View(_Overtaken(generations, replace), 0).read("a", 3) == b"pla"
    assert (tmp_path / "a").read_text() == "new"


def test_what_is_committed_and_put_while_a_file_is_looked_for_is_not_read(tmp_path: Path) -> None:
    generations = _generations(tmp_path, {"a": "placed"})

    def commit_and_put() -> None:
        REPLACES.write(tmp_path / ".collectionlib/generations/1")
        generations.load(1).new("a").replace(tmp_path / "a")

    assert View(_Overtaken(generations, commit_and_put), 0).read("a", 2) == b"ol"
    assert (tmp_path / "a").read_text() == "new"


def test_what_cannot_be_read_is_damage_with_the_place_and_the_reason(tmp_path: Path) -> None:
    name = "loop\udce9"
    try:
        (tmp_path / name).symlink_to(name)
    except OSError:
        pytest.skip("this file system has no such names")
    with pytest.raises(CorruptCollection) as raised:
        View(Generations(str(tmp_path)), 0).read(name)
    place = tmp_path / "loop\\xe9"
    assert raised.value.path == str(place)
    assert raised.value.location == str(tmp_path)
    assert raised.value.remedy == "make it readable, or take it out"
    assert "it cannot be read (Too many levels of symbolic links)" in str(raised.value)


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    view = View(_generations(tmp_path, {"a/b": "x"}), 0)
    assert view.read("a") is None
    assert view.read("a/b/c") is None
