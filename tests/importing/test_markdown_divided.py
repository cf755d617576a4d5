"""A Markdown file of many texts: each with its title, its part, and the notes that it refers to."""

from pathlib import Path

import pytest

from collectionlib.collection import Collection
from collectionlib.errors import InvalidValueError
from collectionlib.importing.draft import Draft, Removal
from collectionlib.importing.formats.markdown import MarkdownImporter
from collectionlib.importing.formats.plain import PlainImporter
from collectionlib.importing.pipeline import import_texts
from collectionlib.importing.sources import SourceFile
from collectionlib.markup import parse

BOOK = """---
title: Wisdom
author: Ann Ex
tags: [old]
---
Before all.

# Fables

Of beasts.

## The *fox* and the crow

A crow sat[^crow] in a [tree][oak].

## The wolf

A wolf, and the [oak] again.

# Songs

River
-----

Water[^2].

```
# no heading
```

> ## nor this

# Alone

[OAK]: /oak 'A tree'
[oak]: /another

[^crow]: A bird[^2].

    With more to say.

[^2]: Deep.

[unused]: /unused
"""


def divided(text: str, split: str) -> list[Draft]:
    source = SourceFile("books/old/book.md", text.encode(), category=("old",))
    return list(MarkdownImporter(split=split).parse(source))


def test_headings_above_name_the_category() -> None:
    drafts = divided(BOOK, "heading:2")
    assert [(draft.category, draft.title) for draft in drafts] == [
        (("old", "Wisdom"), None),
        (("old", "Wisdom", "Fables"), "Fables"),
        (("old", "Wisdom", "Fables"), "The fox and the crow"),
        (("old", "Wisdom", "Fables"), "The wolf"),
        (("old", "Wisdom", "Songs"), "River"),
        (("old", "Wisdom"), "Alone"),
    ]
    assert {draft.contributors[0].name for draft in drafts} == {"Ann Ex"}
    assert {draft.tags for draft in drafts} == {("old",)}


def test_the_highest_level_with_several_headings_is_taken() -> None:
    titles = [draft.title for draft in divided(BOOK, "heading")]
    assert titles == [None, "Fables", "Songs", "Alone"]
    one = "# Book\n\n## One\n\nA.\n\n## Two\n\n### Deeper\n\nB.\n"
    drafts = divided(one, "heading")
    assert [(draft.category, draft.title) for draft in drafts] == [
        (("old", "Book"), "One"),
        (("old", "Book"), "Two"),
    ]
    assert drafts[1].body == "### Deeper\n\nB."
    assert [draft.title for draft in divided("# Only\n\nText.\n", "heading")] == ["Only"]


def test_each_text_takes_along_what_it_refers_to() -> None:
    _, _, fox, wolf, river, alone = divided(BOOK, "heading:2")
    assert fox.body == (
        "A crow sat[^crow] in a [tree][oak].\n\n[OAK]: /oak 'A tree'\n"
        "[^crow]: A bird[^2].\n\n    With more to say.\n\n[^2]: Deep."
    )
    assert wolf.body == "A wolf, and the [oak] again.\n\n[OAK]: /oak 'A tree'"
    assert river.body.startswith("Water[^2].\n\n```\n# no heading\n```\n\n> ## nor this")
    assert river.body.endswith("\n\n[^2]: Deep.")
    assert [draft.changes for draft in (fox, wolf, river)] == [("definitions",)] * 3
    # One that nobody refers to stays; one whose label had an address before is told.
    assert alone.body == "[unused]: /unused"
    assert alone.removed == (Removal("definitions", "[oak]: /another"),)
    # As blocks: each reference leads somewhere.
    assert "NoteReference" in repr(parse(fox.body, "markdown"))
    assert "Link" in repr(parse(wolf.body, "markdown"))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_spans_are_those_of_the_file(line_end: str) -> None:
    text = BOOK.replace("\n", line_end)
    source = SourceFile("book.md", text.encode())
    drafts = list(MarkdownImporter(split="heading:2").parse(source))
    spans = [draft.span for draft in drafts]
    assert all(spans)
    pieces = [source.text[start:end] for start, end in filter(None, spans)]
    body = text[text.index("Before all.") :]
    # Nothing is lost between the texts but the names of parts that are nothing else.
    assert "".join(pieces) == body.replace(f"# Songs{line_end * 2}", "")
    assert pieces[2].startswith("## The *fox*")
    assert [draft.body for draft in drafts] == [draft.body for draft in divided(BOOK, "heading:2")]


def test_an_insertion_moves_no_other_id(tmp_path: Path) -> None:
    source = tmp_path / "book.md"
    with Collection.create(tmp_path / "texts.db") as texts:
        source.write_text(BOOK, "utf-8")
        rules = {"markdown": MarkdownImporter(split="heading:2")}
        import_texts(texts, source, importers=rules)
        before = {entry.title: entry.id for entry in texts}
        more = BOOK.replace("## The wolf", "## The lion\n\nRoar.\n\n## The wolf")
        source.write_text(more, "utf-8")
        report = import_texts(texts, source, importers=rules)
        assert (report.added, report.unchanged) == (1, 6)
        after = {entry.title: entry.id for entry in texts}
    assert before.items() < after.items()


def test_other_ways_to_divide_hold_for_markdown_too() -> None:
    drafts = divided("# One\n\nA[^1].\n\n***\n\nTwo.\n\n[^1]: Note.\n", "***")
    assert [(draft.title, draft.body) for draft in drafts] == [
        ("One", "A[^1].\n\n[^1]: Note."),
        (None, "Two."),
    ]
    assert len(divided("One.\n\n\n\nTwo.\n", "blank:2")) == 2


def test_what_has_no_heading_or_is_not_to_be_divided_stays_whole() -> None:
    assert len(divided("Just text.\n", "heading")) == 1
    for split in ("auto", "none"):
        (draft,) = divided(BOOK, split)
        assert draft.title == "Wisdom"
        assert draft.span is None


@pytest.mark.parametrize("split", ["heading:0", "heading:7", "heading:", "heading:two"])
@pytest.mark.parametrize("kind", [MarkdownImporter, PlainImporter])
def test_a_level_is_a_number_from_1_to_6(split: str, kind: type) -> None:
    with pytest.raises(InvalidValueError, match="needs a level from 1 to 6"):
        kind(split=split)


def test_a_plain_text_is_divided_at_a_level_too() -> None:
    text = (
        "PART I\n\nCHAPTER 1\n\nIt began.\n\nCHAPTER 2\n\nIt went on.\n\n"
        "PART II\n\nOf the end.\n\nCHAPTER 3\n\nIt ended.\n"
    )
    source = SourceFile("books/old/novel.txt", text.encode(), category=("old",))
    drafts = list(PlainImporter(split="heading:2").parse(source))
    assert [(draft.category, draft.title) for draft in drafts] == [
        (("old", "PART I"), "CHAPTER 1"),
        (("old", "PART I"), "CHAPTER 2"),
        (("old", "PART II"), "PART II"),
        (("old", "PART II"), "CHAPTER 3"),
    ]
