from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.markup import plain
from collectionlib.markup.blocks import (
    Block,
    Break,
    Code,
    Emphasis,
    Figure,
    Heading,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Preformatted,
    Quote,
    Ruby,
    Strong,
    Text,
    Verse,
    words,
)

NASTY = (
    "\n\n\n\n\r\r\n\x85\u2028\u2029    \t\t\u00a0\u3000\u2003"
    "aAé一的。「」　ーّעا\u200b\u200d\u200e\u202e\ufeff\u0301\u0308👩🏽𠀀"
    "***---___~~~===⁂◇＊•|\\/+#<>&;:.,'\"`()[]{}!1234"
)
TEXTS = st.lists(
    st.sampled_from([*NASTY, "\r\n", "* * *", "   ", "\n\n", "word"]), max_size=60
).map("".join)


def paragraph(*lines: str) -> Paragraph:
    children: list[Text | LineBreak] = []
    for line in lines:
        children += [LineBreak(), Text(line)] if children else [Text(line)]
    return Paragraph(tuple(children))


def verse(*lines: str) -> Verse:
    return Verse(tuple((Text(line),) for line in lines))


LONG = "一" * 60

CASES: dict[str, tuple[str, tuple[Block, ...]]] = {
    "nothing": ("", ()),
    "blanks only": (" \n\t\n\u3000", ()),
    "one line": ("One.", (paragraph("One."),)),
    "blank lines end a block": (
        "One.\n\nTwo.\n \u3000\n\nThree.",
        tuple(map(paragraph, ("One.", "Two.", "Three."))),
    ),
    "blank lines around are nothing": ("\n\n  One.\n\n", (paragraph("  One."),)),
    "line breaks are kept": ("– Who?\n– Me.", (paragraph("– Who?", "– Me."),)),
    "every newline": ("a\r\nb\rc\x85d\u2028e\u2029f", (paragraph(*"abcdef"),)),
    "every blank line": ("a\r\n\r\nb\u2029\u2029c", tuple(map(paragraph, "abc"))),
    "blanks at ends stay": ("  One. \n", (paragraph("  One. "),)),
    "indented lines are verse": ("  One\n    two", (verse("  One", "    two"),)),
    "one indented line is prose": ("\tOne", (paragraph("\tOne"),)),
    "ideographic indent of a paragraph": (f"　　{LONG}", (paragraph(f"　　{LONG}"),)),
    "paragraphs without blank lines": (
        f"　　{LONG}\n　　{LONG}",
        (paragraph(f"　　{LONG}", f"　　{LONG}"),),
    ),
    "mixed indentation is prose": ("One\n\t\t-- Anon", (paragraph("One", "\t\t-- Anon"),)),
    "columns": ("  a     b\n  c     d", (Preformatted("  a     b\n  c     d"),)),
    "columns without indentation": ("a\tb\nc\td", (Preformatted("a\tb\nc\td"),)),
    "a break": ("One.\n\n* * *\n\nTwo.", (paragraph("One."), Break("* * *"), paragraph("Two."))),
    "a centred break": ("a\n\n     ⁂\n\nb", (paragraph("a"), Break("     ⁂"), paragraph("b"))),
    "a break needs text before": ("* * *\n\nOne.", (paragraph("* * *"), paragraph("One."))),
    "a break needs text after": ("One.\n\n* * *\n", (paragraph("One."), paragraph("* * *"))),
    "a break stands alone": ("One.\n* * *\nTwo.", (paragraph("One.", "* * *", "Two."),)),
    "marks inside a sentence": (
        "a\n\nb * * * * c\n\nd",
        tuple(map(paragraph, ("a", "b * * * * c", "d"))),
    ),
    "plain text is no Markdown": (
        "# *a*\n\n> b\n\n1. c",
        tuple(map(paragraph, ("# *a*", "> b", "1. c"))),
    ),
}


@pytest.mark.parametrize(("text", "blocks"), CASES.values(), ids=CASES)
def test_the_grammar(text: str, blocks: tuple[Block, ...]) -> None:
    assert plain.parse(text) == blocks


@given(TEXTS)
def test_rendering_gives_the_same_words_in_the_same_order(text: str) -> None:
    blocks = plain.parse(text)
    assert plain.render(blocks).split() == text.split()
    assert words(blocks) == text.split()


@given(TEXTS)
def test_what_was_rendered_is_parsed_to_the_same_blocks(text: str) -> None:
    blocks = plain.parse(text)
    assert plain.parse(plain.render(blocks)) == blocks


@given(TEXTS)
def test_lines_stay_as_they_are(text: str) -> None:
    rendered = plain.render(plain.parse(text)).split("\n")
    lines = text.replace("\r\n", "\n")
    for newline in "\r\x85\u2028\u2029":
        lines = lines.replace(newline, "\n")
    assert [line for line in rendered if line.strip()] == [
        line for line in lines.split("\n") if line.strip()
    ]


def test_the_run_of_asterisks_in_a_scraped_sentence_is_text(scraped_page: str) -> None:
    blocks = plain.parse(scraped_page)
    assert all(isinstance(block, Paragraph) for block in blocks)
    assert any("interdependence and * * * *. However" in str(block) for block in blocks)
    assert plain.render(blocks).split() == scraped_page.split()


def test_drawings_keep_their_columns(drawings: list[str]) -> None:
    for drawing in drawings:
        assert any(isinstance(block, Preformatted) for block in plain.parse(drawing)), drawing


def test_real_texts_lose_nothing(fortunes: list[str]) -> None:
    assert len(fortunes) > 2000
    for text in fortunes:
        blocks = plain.parse(text)
        assert plain.render(blocks).split() == text.split()
        assert plain.parse(plain.render(blocks)) == blocks


def test_riddles_are_dialogue_and_poems_in_two_columns_are_preformatted() -> None:
    (riddle,) = plain.parse("Q:\tWhat do monsters drink?\nA:\tCoke.")
    assert isinstance(riddle, Paragraph)
    (poem,) = plain.parse("Tyger, Tyger,\tWhere the hammer?\nburning bright\tWhere the chain?")
    assert isinstance(poem, Preformatted)


RENDERED: dict[str, tuple[Block, str]] = {
    "heading": (Heading(2, (Text("A wish"),)), "A wish"),
    "stress": (Paragraph((Emphasis((Text("a"),)), Strong((Text("b"),)), Code("c"))), "abc"),
    "ruby": (Paragraph((Ruby("漢字", "かんじ"),)), "漢字（かんじ）"),
    "link": (Paragraph((Link("https://a.org", (Text("A"),)),)), "A <https://a.org>"),
    "bare link": (Paragraph((Link("https://a.org", (Text("https://a.org"),)),)), "https://a.org"),
    "mail": (Paragraph((Link("mailto:a@b.org", (Text("a@b.org"),)),)), "a@b.org"),
    "link without words": (Paragraph((Link("https://a.org", ()),)), "<https://a.org>"),
    "quote": (Quote((paragraph("a", "b"), paragraph("c"))), "    a\n    b\n\n    c"),
    "bullets": (ListBlock(((paragraph("a", "b"),), (paragraph("c"),))), "- a\n  b\n- c"),
    "numbers": (ListBlock(((paragraph("a", "b"),), ()), start=9), "9. a\n   b\n10. "),
    "roomy list": (
        ListBlock(((paragraph("a"), paragraph("b")), (paragraph("c"),))),
        "- a\n\n  b\n\n- c",
    ),
    "nested list": (ListBlock(((ListBlock(((paragraph("a"),),), start=1),),)), "- 1. a"),
    "break without a mark": (Break(), "* * *"),
    "figure": (Figure("a.png", "A cat"), "A cat <a.png>"),
    "figure without words": (Figure("a.png"), "<a.png>"),
}


@pytest.mark.parametrize(("block", "text"), RENDERED.values(), ids=RENDERED)
def test_other_nodes_are_written_for_a_reader(block: Block, text: str) -> None:
    assert plain.render([block]) == text
