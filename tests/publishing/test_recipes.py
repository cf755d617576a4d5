"""Recipes: which entries stand where, what is done to them, what is refused."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest
import tomlkit
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import Category, Collection, Contributor, Entry, Metadata, export
from collectionlib.errors import EntryNotFound, ExportError, MissingRights, OutputExists
from collectionlib.publishing.formats.epub import EpubExporter
from collectionlib.publishing.formats.html import HtmlExporter
from collectionlib.publishing.recipe import (
    Built,
    Recipe,
    RecipeError,
    Telling,
    build,
    differences,
    draft_recipe,
    load_recipe,
    parse_recipe,
    plan,
    recipe_schema,
    write_preview,
)
from collectionlib.publishing.recipe.keys import RECIPE, Key
from collectionlib.publishing.sections import Section

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs/reference/recipe.schema.json"

Cook = Callable[[str], Recipe]
Tree = list[tuple[str, list[str], "Tree"]]


def _entry(number: int, title: str, **said: object) -> Entry:
    return Entry(id=f"{number:016}", title=title, body=f"Text {number}.", **said)  # type: ignore[arg-type]


ENTRIES = [
    _entry(1000_1, "Apples", category=("Fruit",), language="en", created="1901", rights="CC0-1.0"),
    _entry(
        2000_2,
        "Birnen",
        category=("Fruit", "Trees"),
        language="de",
        contributors=(Contributor(name="Anna Zwei", sort_name="Zwei, Anna"),),
        created="1900-05",
    ),
    _entry(3000_3, "Élan", category=("Moods",), contributors=(Contributor(name="Bo Alt"),)),
    _entry(4000_4, "Äpfel", category=("Fruit",), language="de"),
    _entry(5000_5, "Wut", category=("Moods",), tags=("loud",)),
]
CATEGORIES = [
    Category(path=("Moods",), title="How one feels", position=1),
    Category(path=("Fruit",), description="What grows.", position=2),
]


@pytest.fixture
def shelf() -> Iterator[Collection]:
    about = Metadata(title="Shelf", language="en", publisher="Press")
    with Collection.create("memory:", metadata=about) as collection:
        with collection.transaction() as batch:
            for entry in ENTRIES:
                batch.put(entry)
            for category in CATEGORIES:
                batch.set_category(category)
        yield collection


@pytest.fixture
def cook(tmp_path: Path) -> Cook:
    """Write a recipe, and read it."""

    def write(text: str) -> Recipe:
        path = tmp_path / "anthology.toml"
        path.write_text(text, "utf-8")
        return load_recipe(path)

    return write


def _tree(sections: tuple[Section, ...]) -> Tree:
    titles = {entry.id: entry.title for entry in ENTRIES}
    return [(s.title, [titles[one] for one in s.ids], _tree(s.sections)) for s in sections]


def tree(built: Built) -> Tree:
    return _tree(built.choice.root.sections)


def test_without_parts_the_categories_are_the_parts(shelf: Collection, cook: Cook) -> None:
    assert tree(plan(cook(""), shelf)) == [
        ("How one feels", ["Wut", "Élan"], []),
        ("Fruit", ["Apples", "Äpfel"], [("Trees", ["Birnen"], [])]),
    ]


def test_parts_hold_queries_ids_and_parts_in_the_order_of_the_recipe(
    shelf: Collection, cook: Cook
) -> None:
    recipe = cook(
        """
        [[part]]
        title = "Fruit"
        query = "category:Fruit"
        ids = ["0000000000050005", "0000000000040004"]
        sort = "-title"
        [[part.part]]
        title = "German"
        query = "lang:de"
        [[part]]
        title = "The rest"
        query = ""
        """
    )
    built = plan(recipe, shelf)
    assert tree(built) == [
        ("Fruit", ["Wut", "Äpfel", "Apples"], [("German", ["Birnen"], [])]),
        ("The rest", ["Élan"], []),
    ]
    assert built.choice.left_over == 0


def test_an_entry_stands_in_the_first_part_that_finds_it(shelf: Collection, cook: Cook) -> None:
    text = '[[part]]\ntitle = "A"\nquery = "lang:de"\n[[part]]\ntitle = "B"\nquery = ""\n'
    assert tree(plan(cook(text), shelf)) == [
        ("A", ["Äpfel", "Birnen"], []),
        ("B", ["Wut", "Élan", "Apples"], []),
    ]


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("author", [("Bo Alt", ["Élan"], []), ("Anna Zwei", ["Birnen"], [])]),
        ("language", [("Deutsch", ["Äpfel", "Birnen"], []), ("English", ["Apples"], [])]),
        ("year", [("1900", ["Birnen"], []), ("1901", ["Apples"], [])]),
        (
            "letter",
            [
                ("A", ["Apples", "Äpfel"], []),
                ("B", ["Birnen"], []),
                ("E", ["Élan"], []),
                ("W", ["Wut"], []),
            ],
        ),
    ],
)
def test_groups_are_filed_and_the_others_stand_before_them(
    shelf: Collection, cook: Cook, group: str, expected: Tree
) -> None:
    built = plan(cook(f'[[part]]\ntitle = "All"\nquery = ""\ngroup = "{group}"'), shelf)
    ((title, before, groups),) = tree(built)
    grouped = [one for _, entries, _ in expected for one in entries]
    assert (title, groups) == ("All", expected)
    assert sorted([*before, *grouped]) == sorted(entry.title for entry in ENTRIES)


def test_what_all_have_in_common_is_no_group_below_a_title(shelf: Collection, cook: Cook) -> None:
    text = '[[part]]\ntitle = "F"\nquery = "category:Fruit"\ngroup = ["category", "language"]'
    assert tree(plan(cook(text), shelf)) == [
        (
            "F",
            [],
            [
                ("Trees", [], [("Deutsch", ["Birnen"], [])]),
                ("Deutsch", ["Äpfel"], []),
                ("English", ["Apples"], []),
            ],
        )
    ]


def test_an_empty_part_is_left_out_with_a_warning(shelf: Collection, cook: Cook) -> None:
    told: list[str] = []
    recipe = cook('[[part]]\nquery = ""\n[[part]]\ntitle = "None"\nquery = "lang:ja"\n')
    plan(recipe, shelf, Telling(warn=told.append))
    assert told == [f"{recipe.path}, line 3: the part 'None' is empty, and left out"]


def test_a_sample_is_the_same_whatever_else_is_there(cook: Cook) -> None:
    """Adding an entry changes a lot by that entry at the most, and order plays no part."""

    def drawn(numbers: range, seed: int) -> set[str]:
        recipe = cook(f'[[part]]\nquery = ""\nsample = 10\nseed = {seed}')
        with Collection.create("memory:") as many:
            with many.transaction() as batch:
                for number in numbers:
                    batch.put(_entry(number, f"T{number}"))
            return set(plan(recipe, many).choice.root.ids)

    first = drawn(range(100), 1)
    assert len(first) == 10
    assert first == drawn(range(99, -1, -1), 1)
    assert len(first & drawn(range(101), 1)) >= 9
    assert first != drawn(range(100), 2)


def test_limit_takes_the_first_ones(shelf: Collection, cook: Cook) -> None:
    recipe = cook('[[part]]\ntitle = "A"\nquery = ""\nsort = "-title"\nlimit = 2')
    built = plan(recipe, shelf)
    assert tree(built) == [("A", ["Élan", "Äpfel"], [])]
    assert built.choice.left_over == 3


def test_left_over_entries_are_refused_on_request(shelf: Collection, cook: Cook) -> None:
    text = '[select]\nquery = "category:Fruit"\nleft-over = "refuse"\n[[part]]\nquery = "lang:de"'
    with pytest.raises(RecipeError, match="line 3: left-over is refused"):
        plan(cook(text), shelf)
    assert plan(cook(text.replace("lang:de", "")), shelf).choice.entries == 3


def test_ids_are_named_by_their_beginnings_and_the_wrong_ones_with_their_line(
    shelf: Collection, cook: Cook
) -> None:
    with pytest.raises(EntryNotFound, match=r"anthology.toml, line 4: no entry has the id 'zzzz'"):
        plan(cook('[[part]]\nids = [\n  "0000000000010001",\n  "zzzz",\n]'), shelf)
    with pytest.raises(RecipeError, match="line 2: ids begins more than one id"):
        plan(cook('[[part]]\nids = ["0000"]'), shelf)
    with pytest.raises(RecipeError, match="line 4: ids is named twice"):
        plan(
            cook('[[part]]\nids = ["00000000000100"]\n[[part]]\nids = ["0000000000010001"]'), shelf
        )


def test_strict_rights_name_every_entry_without_them(shelf: Collection, cook: Cook) -> None:
    with pytest.raises(MissingRights) as caught:
        plan(cook('[rights]\nmode = "strict"'), shelf)
    assert sorted(caught.value.entry_ids) == [entry.id for entry in ENTRIES[1:]]
    assert "4 entries have no rights: " in str(caught.value)
    plan(cook('[rights]\nmode = "strict"\n[[part]]\nids = ["0000000000010001"]'), shelf)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[book]\ntitel = "A"', 2, "titel is no key of [book] (there are title, subtitle,"),
        ("[book]\ntitle = 1", 2, "title is to be a text in quotes: 1"),
        ('[book]\nlanguage = "english"', 2, "language is no BCP 47"),
        ('[book]\nisbn = "978-0-306-40615-8"', 2, "isbn is no ISBN"),
        ('[[part]]\ntitle = "A"', 1, "part has neither query, ids nor parts"),
        ('[[part]]\nquery = "colour:red"', 2, "query"),
        ('[[part]]\nquery = ""\ngroup = "colour"', 3, "category, author, language, year, letter"),
        ('[[part]]\nquery = ""\nsort = "colour"', 3, "sort "),
        ('[[part]]\nquery = ""\nlimit = 0', 3, "limit is to be a whole number from 1 on: 0"),
        (
            '[[part]]\nids = ["0000000000010001"]\nsample = 2',
            3,
            "sample does nothing without query",
        ),
        ('[[part]]\nquery = ""\ntitle="A"\nintroduction = "no.md"', 4, "introduction is of no use"),
        ('[front]\npreface = "no.md"', 2, "preface is not there"),
        ('[text]\ncensored = "burn"', 2, "keep, mark, drop: 'burn'"),
        ('[text.styles]\nde = "»«"', 2, "de is not the four quotes"),
        ('[text.styles]\n"!!" = "»«›‹"', 2, "!! is no language tag"),
        ('[text]\nmark = "\\u0000"', 2, "mark has a control character"),
        ("[output]\noptions.colour = 1", 2, "colour is no option of EpubExporter: 1"),
        ('[output]\ncss = "."', 2, "css is of no use ("),
        ('[output]\nfiles = ["book.docx"]', 2, "files cannot be written"),
        ('[output]\nformats = ["docx"]', 2, "formats"),
        ('[output]\nfiles = ["a.txt", "a.txt"]', 2, "files is written twice"),
        ('[output]\nfiles = ["s3://books/a.txt"]', 2, "files is a URL, and a recipe writes files"),
        ('[output]\nfolder = "gs://books/"', 2, "folder is a URL"),
        ('[[output.file]]\npath = "az://books/a.txt"', 2, "path is a URL"),
        (
            '[output]\nfiles = ["site/", "site/a.txt"]',
            2,
            "/site/, which is written as a whole",
        ),
        ('[output]\nfiles = ["site/"]\nvolume-size = "2"', 3, "nothing that a file of this recipe"),
        ('[[output.file]]\npath = "a/"\nformat = "epub"', 1, "is a folder, and epub is one file"),
        ('[output]\nfiles = ["anthology.lock.json"]', 2, "is the lock file of the recipe"),
        ('[output]\nvolume-size = "many"', 2, "volume-size is neither"),
        ('[output]\ntheme = "baroque"', 2, "theme is of no use"),
        ('[output]\nfiles = ["a.json"]\ntheme = "plain"', 3, "nothing that a file of this recipe"),
        ('[[output.file]]\nprofile = "kindle"', 1, "file lacks the key path"),
        ('[book]\ntitle = "A', 2, "TOML cannot be read"),
        ("[unheard-of]", 1, "is no key of a recipe"),
        ('[[part]]\nintroduction = "a.md"\nquery = ""', 2, "needs a title of the part"),
        ('[[part]]\nquery = ""\nlimit = true', 3, "limit is to be a whole number from 1 on: "),
        ('[[part]]\nquery = ""\nlimit = "2"', 3, "limit is to be a whole number from 1 on: '2'"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_key(
    shelf: Collection, cook: Cook, text: str, line: int, words: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        plan(cook(text), shelf)
    assert f"anthology.toml, line {line}: " in str(caught.value)
    assert words in str(caught.value)
    assert caught.value.line == line


def test_all_files_are_of_one_choice_and_show_its_tree(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    (tmp_path / "intro.md").write_text("Some *words*.[^1]\n\n[^1]: A note.")
    (tmp_path / "preface.txt").write_text("Before.")
    recipe = cook(
        """
        [book]
        title = "Chosen"
        authors = ["Lu, Xun = Lu Xun"]
        [[part]]
        title = "German"
        introduction = "intro.md"
        query = "lang:de"
        [[part]]
        title = "Others"
        query = ""
        [front]
        cover = false
        preface = "preface.txt"
        [back]
        index = true
        colophon = false
        [output]
        folder = "out"
        formats = ["json", "text"]
        files = ["book.epub", "book.md"]
        [[output.file]]
        path = "lines.jsonl"
        fields = ["title", "category"]
        """
    )
    built = build(recipe, shelf)
    assert [str(path.relative_to(tmp_path)) for path, _ in built.files] == [
        "out/anthology.json", "out/anthology.txt", "out/book.epub", "out/book.md",
        "out/lines.jsonl",
    ]  # fmt: skip
    with Collection.open(tmp_path / "out/anthology.json") as book:
        assert book.metadata.title == "Chosen"
        assert book.metadata.publisher == "Press"
        assert {(entry.title, entry.category) for entry in book.select("lang:de")} == {
            ("Äpfel", ("German",)),
            ("Birnen", ("German",)),
        }
    assert "German\n======\n\nSome words.[1]" in (tmp_path / "out/anthology.txt").read_text()
    assert "# German\n\nSome *words*.[^1]" in (tmp_path / "out/book.md").read_text()
    lines = [json.loads(line) for line in (tmp_path / "out/lines.jsonl").read_text().splitlines()]
    assert lines[0] == {"title": "Äpfel", "category": ["German"]}
    with zipfile.ZipFile(tmp_path / "out/book.epub") as archive:
        names = archive.namelist()
        text = "".join(archive.read(n).decode() for n in names if "/text/" in f"/{n}")
    assert "<em>words</em>" in text
    assert any("preface" in name for name in names)
    assert any("index-" in name for name in names)
    assert not any("colophon" in name or "cover" in name for name in names)


def test_texts_are_set_and_marked_only_when_asked_for(tmp_path: Path, cook: Cook) -> None:
    entry = Entry(id="1" * 16, title='A "title"', body='He said "the * * * * of it"...')
    markdown = Entry(id="2" * 16, body='The \\*\\*\\*\\* `x"y`.', markup="markdown", language="de")
    with Collection.create("memory:", language="en") as shelf:
        with shelf.transaction() as batch:
            batch.put(entry)
            batch.put(markdown)

        def bodies(rules: str) -> list[str]:
            text = f'{rules}\n[output]\nfiles = ["book.jsonl"]'
            build(cook(text), shelf, force=True)
            lines = (tmp_path / "book.jsonl").read_text("utf-8").splitlines()
            return [json.loads(line)["body"] for line in lines]

        assert sorted(bodies("")) == sorted([entry.body, markdown.body])
        assert sorted(bodies('[text]\nquotes = true\nellipses = true\ncensored = "mark"')) == [
            "He said “the […] of it”…",
            'The \\[…\\] `x"y`.',
        ]
        dropped = plan(cook('[text]\ncensored = "drop"'), shelf).choice.dropped
        assert sorted(dropped) == [entry.id, markdown.id]


def test_a_file_has_the_theme_and_the_shop_that_the_recipe_says(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    text = """
        [output]
        files = ["plain.epub"]
        theme = "plain"
        [[output.file]]
        path = "shop.epub"
        theme = "modern"
        profile = "kindle"
        """
    build(cook(text), shelf)
    for name, exporter in {
        "plain.epub": EpubExporter(theme="plain"),
        "shop.epub": EpubExporter(theme="modern", device="kindle"),
    }.items():
        export(shelf, tmp_path / "direct.epub", to=exporter, force=True)
        assert _look_of(tmp_path / name) == _look_of(tmp_path / "direct.epub")
    assert _look_of(tmp_path / "plain.epub").keys() != _look_of(tmp_path / "shop.epub").keys()


def _look_of(book: Path) -> dict[str, bytes]:
    """The style sheets and the pictures, which are the theme's and the shop's."""
    with zipfile.ZipFile(book) as archive:
        names = [
            name for name in archive.namelist() if name.endswith((".css", ".svg", ".png", ".jpg"))
        ]
        return {name: archive.read(name) for name in names}


def test_volumes_keep_their_parts(shelf: Collection, cook: Cook, tmp_path: Path) -> None:
    build(cook('[output]\nfiles = ["book.json"]\nvolume-size = "2"'), shelf)
    volumes = sorted(tmp_path.glob("book-*.json"))
    assert [path.name for path in volumes] == ["book-1.json", "book-2.json", "book-3.json"]
    with Collection.open(volumes[1]) as second:
        assert second.metadata.title == "Shelf, volume 2"
        assert {entry.category for entry in second} == {("Fruit",)}


def test_there_may_be_more_volumes_of_a_recipe_than_open_files(
    shelf: Collection, cook: Cook, tmp_path: Path, few_open_files: int
) -> None:
    number = few_open_files + 10
    with shelf.transaction() as batch:
        for each in range(number - len(ENTRIES)):
            batch.put(_entry(6000_000 + each, f"No. {each}", category=("Fruit", "Trees")))
    recipe = cook('[output]\nfiles = ["a.txt"]\nvolume-size = "1"')
    assert len(build(recipe, shelf).files) == len(list(tmp_path.glob("a-*.txt"))) == number
    assert differences(recipe, shelf).same


def test_a_pipe_is_refused_before_anything_is_written(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.epub")
    recipe = cook('[output]\nfiles = ["one.txt", "pipe.epub"]')
    for use in (plan, build):
        with pytest.raises(ExportError, match=r"pipe.epub is a pipe .* name a file"):
            use(recipe, shelf)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["anthology.toml", "pipe.epub"]


def test_no_file_is_replaced_before_all_are_complete(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    recipe = cook('[output]\nfiles = ["one.txt", "two.json"]')
    build(recipe, shelf)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with shelf.transaction() as batch:
        batch.put(_entry(9000_9, "New"))
    (tmp_path / "two.json").write_text("mine")
    with pytest.raises(OutputExists):
        build(recipe, shelf)
    (tmp_path / "two.json").write_bytes(before["two.json"])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def _bytes(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_website_is_one_of_the_files(shelf: Collection, cook: Cook, tmp_path: Path) -> None:
    text = '[output]\nfolder = "out"\nfiles = ["a.txt", "site/"]\n'
    text += '[[output.file]]\npath = "notes/"\nformat = "markdown"\n'
    recipe = cook(text)
    assert [number for _, number in build(recipe, shelf).files] == [len(ENTRIES)] * 3
    before = _bytes(tmp_path)
    assert {tmp_path / "out/site/index.html", tmp_path / "out/a.txt"} <= before.keys()
    assert differences(recipe, shelf).same
    build(recipe, shelf)
    assert _bytes(tmp_path) == before
    (tmp_path / "out/site/.DS_Store").write_text("what a system leaves")
    assert differences(recipe, shelf).same
    (tmp_path / "out/site/index.html").write_text("mine")
    (tmp_path / "out/notes").rename(tmp_path / "out/kept")
    found = differences(recipe, shelf)
    assert [(c.name, c.how) for c in found.changes] == [
        ("out/site/", "edited"), ("out/notes/", "missing"),
    ]  # fmt: skip
    with pytest.raises(ExportError, match=r"index\.html was changed since"):
        build(recipe, shelf)
    assert (tmp_path / "out/site/index.html").read_text() == "mine"
    build(recipe, shelf, force=True)
    assert differences(recipe, shelf).same


def test_a_website_is_not_replaced_before_all_is_complete(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    recipe = cook('[output]\nfiles = ["site/", "two.json"]')
    build(recipe, shelf)
    with shelf.transaction() as batch:
        batch.put(_entry(9000_9, "New"))
    (tmp_path / "two.json").write_text("mine")
    before = _bytes(tmp_path)
    with pytest.raises(OutputExists):
        build(recipe, shelf)
    assert _bytes(tmp_path) == before
    assert {path.name for path in tmp_path.iterdir()} == {
        "anthology.toml", "anthology.lock.json", "site", "two.json",
    }  # fmt: skip


def test_a_lock_file_that_is_none_is_not_replaced(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    (tmp_path / "anthology.lock.json").write_text("{}")
    with pytest.raises(OutputExists, match="lock"):
        build(cook(""), shelf)
    build(cook(""), shelf, force=True)


# --- the lock file ------------------------------------------------------------------------------


def _said(recipe: Recipe, shelf: Collection) -> tuple[bool, list[tuple[str, ...]]]:
    found = differences(recipe, shelf)
    return found.same, [
        (c.what, c.name, c.how, *c.fields) for c in found.changes if c.what != "output"
    ]


def test_a_rebuild_gives_the_same_bytes_and_lock_file(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    recipe = cook('[output]\nfiles = ["a.epub", "a.txt", "a.json"]')
    build(recipe, shelf)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert differences(recipe, shelf).same
    build(recipe, shelf)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_has_changed_is_named_with_its_fields(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    (tmp_path / "intro.md").write_text("One.")
    text = '[[part]]\ntitle = "All"\nintroduction = "intro.md"\nquery = ""\n'
    text += '[output]\nfiles = ["a.txt"]\n'
    recipe = cook(text)
    build(recipe, shelf)
    with shelf.transaction() as batch:
        batch.put(_entry(1000_1, "Apples", category=("Fruit",), language="fr", created="1901"))
        batch.delete(ENTRIES[4].id)
        batch.put(_entry(9000_9, "New"))
    (tmp_path / "intro.md").write_text("Two.")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    same, said = _said(recipe, shelf)
    assert not same
    assert sorted(said) == sorted(
        [
            ("file", "intro.md", "changed"),
            ("entry", ENTRIES[4].id, "removed"),
            ("entry", ENTRIES[0].id, "changed", "language", "rights"),
            ("entry", f"{9000_9:016}", "added"),
        ]
    )
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    same, said = _said(cook(text.replace("All", "Some")), shelf)
    assert not same
    assert ("recipe", "", "changed") in said
    assert ("part", "Some", "added") in said


def test_a_file_that_was_edited_or_is_gone_is_a_difference(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    recipe = cook('[output]\nfiles = ["a.txt", "b.txt"]')
    build(recipe, shelf)
    (tmp_path / "a.txt").write_text("mine")
    (tmp_path / "b.txt").unlink()
    found = differences(recipe, shelf)
    assert not found.same
    assert [(c.name, c.how) for c in found.changes] == [("a.txt", "edited"), ("b.txt", "missing")]


def test_what_does_not_show_makes_no_difference(shelf: Collection, cook: Cook) -> None:
    recipe = cook('[output]\nfiles = ["a.txt"]')
    build(recipe, shelf)
    with shelf.transaction() as batch:
        batch.put(_entry(5000_5, "Wut", category=("Moods",), tags=("quiet",)))
    assert differences(recipe, shelf).same


def test_without_a_lock_file_there_is_nothing_to_compare(shelf: Collection, cook: Cook) -> None:
    with pytest.raises(ExportError, match=r"anthology\.lock\.json is not there"):
        differences(cook(""), shelf)


# --- the schema, and the first recipe -----------------------------------------------------------


def test_the_published_schema_is_that_of_the_keys() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == recipe_schema(), (
        "renew it: collectionlib recipe schema > docs/reference/recipe.schema.json"
    )


def test_the_reference_names_every_key() -> None:
    page = (ROOT / "docs/reference/recipe.md").read_text("utf-8")

    def names(keys: dict[str, Key], seen: frozenset[str] = frozenset()) -> Iterator[str]:
        for name, key in keys.items():
            yield name
            if name not in seen:
                yield from names(dict(key.keys), seen | {name})

    missing = {name for name in names(dict(RECIPE)) if f"`{name}`" not in page}
    assert not {name for name in missing if f"[{name}]" not in page}


_VALUES = st.one_of(
    st.sampled_from(["category", "keep", "strict", "a.epub", "", "500", "kindle", "lf"]),
    st.integers(-1, 30),
    st.booleans(),
    st.lists(st.sampled_from(["a.txt", "author", ""]), max_size=2),
)
_KEYS = [
    "title",
    "query",
    "group",
    "limit",
    "censored",
    "quotes",
    "files",
    "mode",
    "width",
    "cover",
]
_TABLES = st.dictionaries(
    st.sampled_from(["book", "part", "text", "output", "rights", "front", "nonsense"]),
    st.one_of(
        st.dictionaries(st.sampled_from(_KEYS), _VALUES, min_size=1, max_size=2),
        st.lists(st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=2), max_size=1),
    ),
    max_size=2,
)


@pytest.mark.slow
@settings(max_examples=150)
@given(_TABLES)
def test_what_the_schema_refuses_the_reader_refuses(table: dict[str, object]) -> None:
    if not jsonschema.Draft7Validator(recipe_schema()).is_valid(table):
        with pytest.raises(RecipeError):
            parse_recipe(tomlkit.dumps(table))


@pytest.mark.parametrize("query", ["", 'title:"x y"', "it's", 'a "b\\"c"'])
def test_a_new_recipe_is_read_and_every_comment_of_it_too(
    shelf: Collection, cook: Cook, query: str, tmp_path: Path
) -> None:
    text = draft_recipe(
        Metadata(title='The "best"', language="en"),
        query,
        collection="jokes/",
        categories=['A "b"/c', "it's"],
    )
    recipe = cook(text)
    assert recipe.book["title"] == 'The "best"'
    assert recipe.parts[0].query is not None
    for name in ("cover.jpg", "dedication.txt", "epigraph.md", "preface.md", "authors.md",
                 "colophon.md", "introduction.md", "own.css", "font.ttf"):  # fmt: skip
        (tmp_path / name).write_text("x")
    said = re.sub(r"^# (?=[a-z-]+ = |\[\[)", "", text, flags=re.MULTILINE)
    assert len(cook(said).parts) == 3
    assert said.count("\n# ") == 3, "what is left is prose"


# --- what else a recipe says, and what lies beside it ---------------------------------------------


def test_a_lock_file_that_is_damaged_or_newer_is_said(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    recipe = cook('[output]\nfiles = ["a.txt"]')
    build(recipe, shelf)
    lock = tmp_path / "anthology.lock.json"
    whole = lock.read_text()
    for text in ("{", "[]", "{}", '{"schema_version": "1"}'):
        lock.write_text(text)
        with pytest.raises(ExportError, match=r"lock\.json is damaged: build .* --force"):
            differences(recipe, shelf)
    lock.write_text(re.sub(r'("schema_version":\s*)\d+', r"\g<1>99", whole))
    with pytest.raises(ExportError, match="of a later collectionlib"):
        differences(recipe, shelf)
    lock.write_text("no JSON")
    with pytest.raises(OutputExists, match="lock"):
        build(recipe, shelf)
    lock.unlink()
    lock.mkdir()
    with pytest.raises(ExportError, match=r"lock\.json cannot be read"):
        differences(recipe, shelf)


def test_a_website_that_is_as_it_was_makes_no_difference(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    recipe = cook('[output]\nfiles = ["site/"]')
    build(recipe, shelf)
    assert differences(recipe, shelf).same
    (page,) = list((tmp_path / "site").glob("index.html"))
    page.write_text("mine")
    assert [(each.name, each.how) for each in differences(recipe, shelf).changes] == [
        ("site/", "edited")
    ]


def test_parts_that_hold_others_in_another_order_have_changed(
    shelf: Collection, cook: Cook
) -> None:
    text = '[[part]]\ntitle = "All"\nquery = ""\nsort = "{}"\n[output]\nfiles = ["a.txt"]\n'
    build(cook(text.format("title")), shelf)
    same, said = _said(cook(text.format("-title")), shelf)
    assert not same
    assert ("part", "All", "changed") in said


def test_a_choice_of_nothing_writes_nothing(shelf: Collection, cook: Cook, tmp_path: Path) -> None:
    recipe = cook('[[part]]\nquery = "title:Nowhere"\n[output]\nfiles = ["a.txt"]')
    assert build(recipe, shelf).files == ()
    assert {path.name for path in tmp_path.iterdir()} == {"anthology.toml"}


def test_a_preview_is_a_page_of_the_whole_book(shelf: Collection, cook: Cook) -> None:
    out = io.BytesIO()
    write_preview(cook(""), shelf, out, page=lambda _: HtmlExporter())
    page = out.getvalue().decode()
    assert all(entry.title in page for entry in ENTRIES)


def test_the_collection_is_found_from_the_recipe_s_folder(cook: Cook, tmp_path: Path) -> None:
    for said, location in (
        ("texts/", f"{tmp_path}/texts/"), ("texts.db", f"{tmp_path}/texts.db"),
        ("postgresql://host/db", "postgresql://host/db"),
    ):  # fmt: skip
        assert cook(f'[output]\ncollection = "{said}"').location == location
    assert cook("").location is None


def test_pictures_and_options_of_a_file_are_those_that_the_recipe_says(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    recipe = cook('[[output.file]]\npath = "a.txt"\noptions = {width = 30}')
    with shelf.transaction() as batch:
        batch.put(evolve(ENTRIES[0], body="A line that is rather long for so narrow a page."))
    build(recipe, shelf)
    assert "\nA line that is rather long for\nso narrow a page." in (tmp_path / "a.txt").read_text()
    for wrong in ("{width = -1}", '{width = "wide"}', "{widht = 30}"):
        with pytest.raises(RecipeError, match=r"anthology\.toml, line "):
            build(cook(f'[[output.file]]\npath = "a.txt"\noptions = {wrong}'), shelf, force=True)


def test_subjects_and_series_are_words_where_they_are_no_more(
    shelf: Collection, cook: Cook, tmp_path: Path
) -> None:
    recipe = cook(
        '[book]\nsubjects = ["BISAC:HUM004000 Jokes", "Wishes: kind ones", "Puns"]\n'
        'series = "Shelf"\n[output]\nfiles = ["a.json"]'
    )
    build(recipe, shelf)
    about = json.loads((tmp_path / "a.json").read_text("utf-8"))["metadata"]
    assert [each["term"] for each in about["subjects"]] == ["Jokes", "Wishes: kind ones", "Puns"]
    assert about["series"]["title"] == "Shelf"
