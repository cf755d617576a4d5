"""Categories renamed, joined, described and put in order, on each storage."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import Category, Collection, Entry, import_texts
from collectionlib.curating.categories import (
    category_tree,
    describe_category,
    merge_categories,
    rename_category,
    reorder_categories,
)
from collectionlib.errors import CategoryNotFound, ConflictError, InvalidValueError
from collectionlib.identity import CategoryPath, entry_id, parse_category_path

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
PATHS = [(), ("A",), ("A", "x"), ("A", "x", "y"), ("B",), ("B", "x"), ("AB",)]
SAID = [
    Category(path=("A",), title="The A", description="About A.", position=2),
    Category(path=("A", "x"), description="About x."),
    Category(path=("B", "x"), description="About the other x.", position=1),
    Category(path=("Empty",), title="Nothing yet"),
]


@pytest.fixture(params=["memory:", "jokes/", "jokes.db", "jokes.json"])
def jokes(request, tmp_path: Path):
    location = request.param if request.param == "memory:" else str(tmp_path / request.param)
    with Collection.create(location) as collection:
        with collection.transaction() as batch:
            for number, path in enumerate(PATHS):
                batch.put(Entry(id=entry_id(str(number)), title=f"{number}", category=path))
            for category in SAID:
                batch.set_category(category)
        yield collection


def _tree(jokes: Collection) -> dict[str, tuple[int, int]]:
    with jokes.snapshot() as view:
        return {
            "/".join(each.category.path): (each.entries, each.total) for each in category_tree(view)
        }


def _said(jokes: Collection) -> dict[CategoryPath, Category]:
    return {category.path: category for category in jokes.categories()}


def test_the_tree_counts_what_is_in_and_below_in_reading_order(jokes) -> None:
    assert list(_tree(jokes).items()) == [
        ("A", (1, 3)), ("A/x", (1, 2)), ("A/x/y", (1, 1)), ("AB", (1, 1)),
        ("B", (1, 2)), ("B/x", (1, 1)), ("Empty", (0, 0)),
    ]  # fmt: skip


def test_a_category_is_renamed_with_all_below_it_and_what_is_said(jokes) -> None:
    done = rename_category(jokes, ("A",), ("New", "Place"), clock=lambda: MOMENT)
    assert len(done.entries) == 3
    assert _tree(jokes) == {
        "AB": (1, 1), "B": (1, 2), "B/x": (1, 1), "Empty": (0, 0), "New": (0, 3),
        "New/Place": (1, 3), "New/Place/x": (1, 2), "New/Place/x/y": (1, 1),
    }  # fmt: skip
    said = _said(jokes)
    assert said["New", "Place"] == Category(
        path=("New", "Place"), title="The A", description="About A.", position=2
    )
    assert ("A",) not in said
    assert {entry.id for entry in jokes if entry.modified == MOMENT} == set(done.entries)
    rename_category(jokes, ("New", "Place"), ("A",))
    assert _said(jokes) == {category.path: category for category in SAID}


def test_renaming_into_itself_moves_it_one_level_down(jokes) -> None:
    rename_category(jokes, ("A",), ("A", "x"))
    assert _tree(jokes)["A"] == (0, 3)
    assert _tree(jokes)["A/x/x/y"] == (1, 1)
    assert _said(jokes)["A", "x"].title == "The A"
    assert _said(jokes)["A", "x", "x"].description == "About x."


def test_an_empty_category_is_renamed_too(jokes) -> None:
    done = rename_category(jokes, ("Empty",), ("Full",))
    assert (done.entries, _said(jokes)["Full",].title) == ((), "Nothing yet")


def test_categories_are_joined_and_no_word_about_them_is_lost(jokes) -> None:
    done = merge_categories(jokes, [("A",), ("Empty",)], ("B",))
    assert len(done.entries) == 3
    assert _tree(jokes) == {"B/x": (2, 3), "B/x/y": (1, 1), "B": (2, 5), "AB": (1, 1)}
    assert list(_said(jokes).values()) == [
        Category(path=("B",), title="The A", description="About A.", position=2),
        Category(path=("B", "x"), description="About the other x.\n\nAbout x.", position=1),
    ]


def test_what_is_below_can_be_joined_with_what_is_above(jokes) -> None:
    merge_categories(jokes, [("A", "x"), ("B",)], ("A",))
    assert _tree(jokes) == {
        "A": (3, 5),
        "A/x": (1, 1),
        "A/y": (1, 1),
        "AB": (1, 1),
        "Empty": (0, 0),
    }


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (lambda j: rename_category(j, ("Z",), ("Y",)), CategoryNotFound, "no category is named"),
        (lambda j: rename_category(j, ("A",), ("B",)), ConflictError, "merge them"),
        (lambda j: rename_category(j, ("A",), ("Empty",)), ConflictError, "is in"),
        (lambda j: rename_category(j, ("A",), ()), InvalidValueError, "is empty"),
        (lambda j: rename_category(j, ("A",), (" ",)), InvalidValueError, "is empty"),
        (lambda j: merge_categories(j, [("A",)], ("A",)), InvalidValueError, "into itself"),
        (lambda j: merge_categories(j, [("A",)], ("A", "z")), InvalidValueError, "below itself"),
        (lambda j: merge_categories(j, [("A",), ("Z",)], ("B",)), CategoryNotFound, "'Z'"),
        (lambda j: describe_category(j, ("Z",), {"title": "Z"}), CategoryNotFound, "'Z'"),
        (lambda j: describe_category(j, ("A",), {"title": ""}), InvalidValueError, "title"),
        (lambda j: reorder_categories(j, [("A",), ("B", "x")]), InvalidValueError, "siblings"),
        (lambda j: reorder_categories(j, [("A",), ("A",)]), InvalidValueError, "twice"),
    ],
)
@pytest.mark.parametrize("jokes", ["memory:"], indirect=True)
def test_what_cannot_be_done_changes_nothing(jokes, change, error, sentence: str) -> None:
    before = _tree(jokes), _said(jokes), list(jokes)
    with pytest.raises(error, match=sentence):
        change(jokes)
    assert (_tree(jokes), _said(jokes), list(jokes)) == before


def test_a_dry_run_writes_nothing(jokes) -> None:
    before = _tree(jokes), _said(jokes), list(jokes)
    renamed = rename_category(jokes, ("A",), ("C",), dry_run=True)
    assert (len(renamed.entries), sorted(renamed.categories)) == (
        3, [("A",), ("A", "x"), ("C",), ("C", "x")],
    )  # fmt: skip
    merge_categories(jokes, [("A",)], ("B",), dry_run=True)
    describe_category(jokes, ("A",), {"title": None}, dry_run=True)
    reorder_categories(jokes, [("B",)], dry_run=True)
    assert (_tree(jokes), _said(jokes), list(jokes)) == before


def test_categories_are_described_and_forgotten(jokes) -> None:
    describe_category(jokes, ("A",), {"title": None, "position": 5})
    assert _said(jokes)["A",] == Category(path=("A",), description="About A.", position=5)
    describe_category(jokes, ("Empty",), {"title": None})
    assert "Empty" not in _tree(jokes)
    describe_category(jokes, ("Later", "on"), {}, make=True)
    assert _tree(jokes)["Later/on"] == (0, 0)


def test_siblings_are_put_in_order_and_the_rest_follows(jokes) -> None:
    reorder_categories(jokes, [("Empty",), ("B",)])
    top = [name for name in _tree(jokes) if "/" not in name]
    assert top == ["Empty", "B", "A", "AB"]
    assert next(entry.category[0] for entry in jokes if entry.category) == "B"
    assert _said(jokes)["A",] == Category(path=("A",), title="The A", description="About A.")
    reorder_categories(jokes, [("A",)])
    assert ("B",) not in _said(jokes), "of which nothing is said any more"


def test_a_later_import_leaves_entries_where_they_were_put(jokes, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    for name in ("Misc/one", "Misc/two", "Rest/three"):
        (archive / name).parent.mkdir(parents=True, exist_ok=True)
        (archive / f"{name}.txt").write_text(f"The text of {name}.")
    import_texts(jokes, archive)
    rename_category(jokes, ("Misc",), ("Various",))
    merge_categories(jokes, [("Rest",)], ("Various",))
    (archive / "Misc/two.txt").write_text("The text of two has changed.")
    (archive / "Misc/four.txt").write_text("The text of four.")
    report = import_texts(jokes, archive)
    assert (report.added, report.updated) == (1, 1)
    tree = _tree(jokes)
    assert (tree["Various"], tree["Misc"]) == ((3, 3), (1, 1)), "only what is new is in Misc"
    assert any("has changed" in entry.body for entry in jokes if entry.category == ("Various",))


_paths = st.lists(st.sampled_from("ab"), min_size=1, max_size=3).map(tuple)


@settings(max_examples=60)
@given(st.lists(_paths, min_size=1, max_size=6), _paths, st.data())
def test_joining_moves_each_entry_once(paths, into, data) -> None:
    gone = data.draw(st.lists(st.sampled_from(paths), min_size=1, max_size=2, unique=True))
    if any(into[: len(path)] == path for path in gone):
        return
    with Collection.create("memory:") as jokes:
        with jokes.transaction() as batch:
            for number, path in enumerate(paths):
                batch.put(Entry(id=entry_id(str(number)), title=str(number), category=path))
        merge_categories(jokes, gone, into)
        for entry in jokes:
            before = paths[int(entry.title)]
            within = [path for path in gone if before[: len(path)] == path]
            longest = max(within, key=len, default=None)
            expected = (*into, *before[len(longest) :]) if longest else before
            assert entry.category == expected


def test_paths_have_slashes_that_can_be_escaped(jokes) -> None:
    rename_category(jokes, ("A",), parse_category_path("C\\/D"))
    assert _tree(jokes)["C/D"] == (1, 3)
