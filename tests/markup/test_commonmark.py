"""What rendered CommonMark looks like; that it reads back is in `test_markdown`."""

from __future__ import annotations

import pytest

from collectionlib.markup.blocks import (
    Block,
    Break,
    Code,
    Emphasis,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Preformatted,
    Quote,
    Ruby,
    Strong,
    Table,
    Text,
    Verse,
)
from collectionlib.markup.commonmark import escape, render


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Plain words, 3 < 4 & so on (really)!", "Plain words, 3 \\< 4 & so on (really)!"),
        ("*a* _b_ `c` [d] \\", "\\*a\\* \\_b\\_ \\`c\\` \\[d\\] \\\\"),
        ("AT&T &amp; R&D", "AT\\&T \\&amp; R\\&D"),
        ("# a", "\\# a"),
        ("#a", "#a"),
        ("- a", "\\- a"),
        ("-- Anon", "-- Anon"),
        ("---", "\\---"),
        ("-5", "-5"),
        ("1. a", "1\\. a"),
        ("1.5", "1.5"),
        ("1984", "1984"),
        ("> a", "\\> a"),
        ("a > b", "a > b"),
        ("~~~", "\\~~~"),
        ("===", "\\==="),
        ("* * *", "\\* \\* \\*"),
        ("*", "&#42;"),
        ("* *", "&#42; \\*"),
        ("◇◇◇", "&#9671;◇◇"),
        ("  a ", "&#32; a&#32;"),
        ("　　一", "&#12288;　一"),
        ("a\r\nb", "a\\\nb"),
        ("", ""),
    ],
)
def test_only_what_would_be_structure_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def paragraph(*children: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(child) if isinstance(child, str) else child for child in children))


def strong(text: str) -> Strong:
    return Strong((Text(text),))


def emphasis(text: str) -> Emphasis:
    return Emphasis((Text(text),))


A = paragraph("a")

RENDERED: dict[str, tuple[Block, str]] = {
    "stress": (paragraph("a ", emphasis("b"), " ", strong("c")), "a *b* **c**"),
    "stress inside a word": (paragraph("これは", strong("強調"), "です"), "これは**強調**です"),
    "stressed punctuation": (paragraph(strong("「強調」"), "です"), "**「強調」**&#12391;す"),
    "punctuation after a word": (
        paragraph("は", strong("「強調」"), "。"),
        "&#12399;**「強調」**。",
    ),
    "stressed blanks": (paragraph("a", emphasis(" b "), "c"), "&#97;*&#32;b&#32;*&#99;"),
    "two kinds": (paragraph(emphasis("a"), strong("b")), "_a_**b**"),
    "both kinds": (paragraph(Strong((Text("a "), emphasis("b")))), "**a _b_**"),
    "code": (paragraph(Code("a`b"), " ", Code(" ")), "``a`b`` ` `"),
    "link": (paragraph("!", Link("a b<", (Text("[c]"),))), "\\![\\[c\\]](<a b\\<>)"),
    "link over lines": (
        paragraph(Link("a\u2028b\u2029\n", (Text("c"),))),
        "[c](<a&#8232;b&#8233;&#10;>)",
    ),
    "ruby": (paragraph(Ruby("漢字", "かんじ"), " {a|b}"), "{漢字|かんじ} \\{a|b}"),
    "kept lines": (paragraph("a", LineBreak(), "- b"), "a\\\n\\- b"),
    "verse": (Verse(((Text("  a"),), (Text("\tb"),))), "&#32; a\\\n&#9;b"),
    "heading": (Heading(2, (Text("1. C #"),)), "## 1. C \\#"),
    "impossible heading": (Heading(9, (Text("a"), LineBreak(), Text("b"))), "###### a b"),
    "fence": (Preformatted("```\na"), "````\n```\na\n````"),
    "quote": (Quote((A, A)), "> a\n>\n> a"),
    "tight list": (ListBlock(((A,), (A,))), "- a\n- a"),
    "loose list": (ListBlock(((A, A), (A,)), start=9), "9. a\n\n   a\n\n10. a"),
    "rule in a list": (ListBlock(((Break(),),)), "-\n  ---"),
    "break": (Break("* * *"), "* * *"),
    "break that is a fence": (Break("~~~"), "\\~\\~\\~"),
    "table": (
        Table.of([(Text("a|"),)], [[(Text("b"),), (Code("|"),)]], ["center"]),
        "| a\\| |  |\n| :-: | --- |\n| b | `\\|` |",
    ),
    "words like a rule": (
        Paragraph((Text("a | b"), LineBreak(), Text(":-- | --"))),
        "a | b\\\n\\:-- | --",
    ),
    "figure": (Figure("a.png", "A [cat]"), "![A \\[cat\\]](<a.png>)"),
}


@pytest.mark.parametrize(("block", "text"), RENDERED.values(), ids=RENDERED)
def test_each_node_has_its_notation(block: Block, text: str) -> None:
    assert render([block]) == text


def test_two_lists_in_a_row_have_different_markers() -> None:
    bullets, numbers = ListBlock(((A,),)), ListBlock(((A,),), start=1)
    assert render([bullets, bullets, bullets]) == "- a\n\n* a\n\n- a"
    assert render([numbers, numbers]) == "1. a\n\n1) a"
