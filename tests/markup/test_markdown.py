from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.markup import markdown, plain
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
    words,
)
from collectionlib.markup.normal import normal_inlines, normal_line

# --- normalised blocks of nasty characters ------------------------------------------------------

NASTY = "aA1é一強がー。「」※€  \t\u00a0\u3000\u200b\u0301👩\\`*_[]<>&#+-=.!|~(){}:/\"'^1)"
PIECES = [
    "&amp;",
    "&#32;",
    "&",
    "---",
    "***",
    "1. ",
    "- ",
    "```",
    "~~~",
    "    ",
    "<a@b.c>",
    "{a|b}",
]
LINES = st.lists(st.sampled_from([*NASTY, *PIECES]), min_size=1, max_size=6).map("".join)
MARKS = [
    "",
    "***",
    "* * *",
    "- - -",
    "_ _ _",
    "* *",
    "*",
    "⁂",
    "◇◇◇",
    "*~*~*",
    "-=-*-",
    "＊　＊　＊",
    "~~~",
    "===",
    "###",
    "+ + +",
    "——-",
]

LEAVES = st.one_of(
    st.builds(Text, LINES),
    st.builds(Text, LINES),
    st.just(LineBreak()),
    st.builds(Code, LINES),
    st.builds(Ruby, LINES, LINES),
)


def _holders(children: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    several = st.lists(children, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Emphasis, several), st.builds(Strong, several), st.builds(Link, LINES, several)
    )


INLINES: st.SearchStrategy[list[Inline]] = st.lists(
    st.recursive(LEAVES, _holders, max_leaves=6), max_size=6
)


def _paragraph(inlines: list[Inline]) -> Paragraph | Verse:
    """A paragraph, or the verse that it is if all its lines are indented."""
    children = normal_inlines(inlines) or (Text("a"),)
    lines: list[list[Inline]] = [[]]
    for child in children:
        if isinstance(child, LineBreak):
            lines.append([])
        else:
            lines[-1].append(child)
    if len(lines) > 1 and all(_is_indented(line) for line in lines):
        return Verse(tuple(map(tuple, lines)))
    return Paragraph(children)


def _is_indented(line: list[Inline]) -> bool:
    return bool(line) and isinstance(line[0], Text) and line[0].text[0].isspace()


CELLS = INLINES.map(normal_line)
ROWS = st.lists(CELLS, min_size=1, max_size=3)
TABLES = st.builds(
    Table.of,
    ROWS,
    st.lists(ROWS, max_size=3),
    st.lists(st.sampled_from(["", "left", "center", "right"]), max_size=3),
)
FLAT_BLOCKS: st.SearchStrategy[Block] = st.one_of(
    INLINES.map(_paragraph),
    INLINES.map(_paragraph),
    st.builds(Heading, st.integers(1, 6), INLINES.map(normal_line).filter(bool)),
    st.builds(Break, st.sampled_from(MARKS)),
    st.builds(Preformatted, st.lists(LINES | st.just(""), max_size=4).map("\n".join)),
    st.builds(Figure, LINES, LINES | st.just("")),
    TABLES,
)


def _containers(children: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(children, max_size=3).map(tuple)
    items = st.lists(several, min_size=1, max_size=3).map(tuple)
    starts = st.none() | st.integers(0, 999_999_999) | st.just(1)
    return st.one_of(st.builds(Quote, several), st.builds(ListBlock, items, starts))


BLOCKS = st.lists(st.recursive(FLAT_BLOCKS, _containers, max_leaves=6), max_size=4).map(tuple)


@pytest.mark.slow
@given(BLOCKS)
def test_what_was_rendered_is_parsed_to_the_same_blocks(blocks: tuple[Block, ...]) -> None:
    assert markdown.parse(markdown.render(blocks)) == blocks


SOURCES = st.lists(
    st.sampled_from(
        [
            *NASTY,
            *PIECES,
            "|",
            "|---|---|",
            " | ",
            "\n",
            "\n\n",
            "> ",
            "* ",
            "\\\n",
            "![a](b)",
            "[a]: b",
            "\r\n",
        ]
    ),
    max_size=40,
).map("".join)


@given(SOURCES)
def test_any_source_is_rendered_to_one_of_the_same_blocks(source: str) -> None:
    blocks = markdown.parse(source)
    rendered = markdown.render(blocks)
    assert markdown.parse(rendered) == blocks
    assert markdown.render(markdown.parse(rendered)) == rendered


@given(st.text(st.sampled_from([*NASTY, "\n", "\r", "\x85", "\u2028"]), max_size=40))
def test_escaped_text_means_nothing_but_itself(text: str) -> None:
    blocks = markdown.parse(markdown.escape(text))
    assert words(blocks) == text.split()
    assert all(isinstance(block, Paragraph | Verse) for block in blocks)
    assert plain.render(blocks).split() == text.split()


@given(st.lists(st.sampled_from([*NASTY, "\n", "\n\n", "* * *"]), max_size=60).map("".join))
def test_plain_text_keeps_its_words_as_markdown(text: str) -> None:
    blocks = plain.parse(text)
    assert words(markdown.parse(markdown.render(blocks))) == text.split()


# --- reading ------------------------------------------------------------------------------------


def paragraph(*children: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(child) if isinstance(child, str) else child for child in children))


A, B = paragraph("a"), paragraph("b")

CASES: dict[str, tuple[str, tuple[Block, ...]]] = {
    "nothing": ("\n \n", ()),
    "soft line break": ("a\nb", (paragraph("a b"),)),
    "soft line break in Chinese": ("你好，\n世界", (paragraph("你好，世界"),)),
    "soft line break in Korean": ("안녕\n세상", (paragraph("안녕 세상"),)),
    "soft line break between scripts": ("你好\nworld", (paragraph("你好 world"),)),
    "soft line break beside stress": ("**你**\n好", (paragraph(Strong((Text("你"),)), "好"),)),
    "hard line breaks": ("a  \nb\\\nc", (paragraph("a", LineBreak(), "b", LineBreak(), "c"),)),
    "verse": ("&#32; a\\\n&#9;b", (Verse(((Text("  a"),), (Text("\tb"),))),)),
    "verse without kept lines is prose": ("&#32; a\n&#32; b", (paragraph("  a   b"),)),
    "stress": (
        "*a* **b** ***c***",
        (
            paragraph(
                Emphasis((Text("a"),)),
                " ",
                Strong((Text("b"),)),
                " ",
                Emphasis((Strong((Text("c"),)),)),
            ),
        ),
    ),
    "code": ("`` a`b ``", (paragraph(Code("a`b")),)),
    "link": ("[a *b*](c 'd')", (paragraph(Link("c", (Text("a "), Emphasis((Text("b"),))))),)),
    "link elsewhere": ("[a]\n\n[a]: http://b", (paragraph(Link("http://b", (Text("a"),))),)),
    "address": ("<https://a.org/ä b>", (paragraph("<https://a.org/ä b>"),)),
    "bare address": (
        "<https://a.org/ä>",
        (paragraph(Link("https://a.org/ä", (Text("https://a.org/ä"),))),),
    ),
    "unsafe link": ("[a](javascript:x)", (paragraph(Link("javascript:x", (Text("a"),))),)),
    "html is text": (
        "<b>a</b>\n\n<script>x</script>",
        (paragraph("<b>a</b>"), paragraph("<script>x</script>")),
    ),
    "entities": ("&amp;&eacute;&#12391;", (paragraph("&éで"),)),
    "ruby": ("{漢字|かんじ}だ", (paragraph(Ruby("漢字", "かんじ"), "だ"),)),
    "escaped ruby": ("\\{漢字|かんじ}", (paragraph("{漢字|かんじ}"),)),
    "ruby with special characters": (r"{a\|b\}|*&lt;*}", (paragraph(Ruby("a|b}", "*<*")),)),
    "template language is no ruby": (
        "{{ a | b }}{}{|a}{a|}",
        (paragraph("{{ a | b }}{}{|a}{a|}"),),
    ),
    "heading without words": ("#\n\na", (A,)),
    "headings": ("# a #\n\nb\n---", (Heading(1, (Text("a"),)), Heading(2, (Text("b"),)))),
    "heading of two lines": ("a\\\nb\n===", (Heading(1, (Text("a b"),)),)),
    "plainest break": ("---", (Break(),)),
    "breaks": ("* * *\n\n> ___", (Break("* * *"), Quote((Break("___"),)))),
    "break of other marks": ("a\n\n◇◇◇\n\nb", (A, Break("◇◇◇"), B)),
    "plainest break behind a blank that the parser trims": ("\u00a0---", (Break(),)),
    "stressed star": ("**★**", (paragraph(Strong((Text("★"),))),)),
    "break of asterisks that might be stress": ("\\*\\~\\*", (Break("*~*"),)),
    "escaped break is text": ("\\* \\* \\*", (paragraph("* * *"),)),
    "fence": ("```python\na\n\n b\n```", (Preformatted("a\n\n b"),)),
    "indented code": ("    a\n\n     b", (Preformatted("a\n\n b"),)),
    "quote": ("> a\n>\n> > b", (Quote((A, Quote((B,)))),)),
    "tight list": ("- a\n- b", (ListBlock(((A,), (B,))),)),
    "loose list": ("- a\n\n- b", (ListBlock(((A,), (B,))),)),
    "numbers": ("3) a\n4) b", (ListBlock(((A,), (B,)), start=3),)),
    "nought": ("0. a", (ListBlock(((A,),), start=0),)),
    "nested list": ("- a\n  1. b", (ListBlock(((A, ListBlock(((B,),), start=1)),)),)),
    "table": (
        "a | *b*\n:-- | --:\nc \\| d | `e`\nf",
        (
            Table(
                ((Text("a"),), (Emphasis((Text("b"),)),)),
                (((Text("c | d"),), (Code("e"),)), ((Text("f"),), ())),
                ("left", "right"),
            ),
        ),
    ),
    "no table": ("a | b\n--- | x", (paragraph("a | b --- | x"),)),
    "picture": ("![a *b*](c.png)", (Figure("c.png", "a b"),)),
    "picture in a sentence": ("a ![b](c.png)", (paragraph("a ", Link("c.png", (Text("b"),))),)),
    "picture without words": ("a ![](c.png)", (paragraph("a ", Link("c.png", (Text("c.png"),))),)),
    "picture in a link": ("[![b](c.png)](d)", (paragraph(Link("d", (Text("b"),))),)),
}


@pytest.mark.parametrize(("source", "blocks"), CASES.values(), ids=CASES)
def test_the_notation(source: str, blocks: tuple[Block, ...]) -> None:
    assert markdown.parse(source) == blocks
    assert markdown.parse(markdown.render(blocks)) == blocks


@pytest.mark.parametrize("unit", ["> ", "- ", ">", "1. ", "* 1) > "])
@pytest.mark.parametrize("depth", [10, 25, 30, 55, 58, 59, 60, 61, 100, 3000])
def test_however_deep_it_stands_no_text_is_lost(unit: str, depth: int) -> None:
    blocks = markdown.parse(unit * depth + "word\n\nnext")
    assert any("word" in word for word in words(blocks))
    assert words(blocks)[-1] == "next"


@pytest.mark.parametrize("unit", ["*a ", "**a *b ", "[", "![", "{a|", "<a:", "*a* _b_ ", "&#"])
def test_runs_of_openings_are_text(unit: str) -> None:
    source = unit * 800
    shown = plain.render(markdown.parse(source)).replace(" ", "")
    assert set(shown) >= set(source) - set(" *_")


def test_stress_inside_stress_is_flat() -> None:
    (block,) = markdown.parse("*a " * 900 + "b" + "*" * 900)
    assert words([block]) == ["a"] * 900 + ["b"]


def test_real_posts_are_rendered_to_the_same_blocks(blog_posts: list[str]) -> None:
    assert blog_posts
    for post in blog_posts:
        blocks = markdown.parse(post)
        assert markdown.parse(markdown.render(blocks)) == blocks


@pytest.mark.slow
def test_real_plain_texts_are_the_same_blocks_in_markdown(fortunes: list[str]) -> None:
    for text in fortunes:
        blocks = plain.parse(text)
        assert markdown.parse(markdown.render(blocks)) == blocks, text
