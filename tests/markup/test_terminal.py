"""Blocks on a terminal: no word is lost, no line too long, and nothing in a text steers it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib.markup import parse, plain, terminal
from collectionlib.markup.blocks import words
from collectionlib.markup.wrapping import width_of

_SEQUENCE = re.compile(r"\x1b\[[\d;]*m")
MARKDOWN = """\
# Wishes, *all*

Be **well, *all* of** you: `now`, says [she](https://example.org/a).[^1] 春眠不覺曉，*處處聞啼鳥*。

> A quote that is so long that it has to be wrapped at the width.
>
> - one
> - two

7. seven
8. eight

| Wish | For |
|------|-----|
| Be well | *all* |

***

[^1]: The note.
"""


def _unstyled(text: str) -> str:
    return _SEQUENCE.sub("", text)


def test_each_kind_of_block_has_its_look() -> None:
    text = terminal.render(parse(MARKDOWN, "markdown"), width=40)
    assert text.startswith("\x1b[1;4mWishes, \x1b[0m\x1b[1;4;3mall\x1b[0m\n\n")
    assert "\x1b[1mwell, \x1b[0m\x1b[1;3mall\x1b[0m\x1b[1m of\x1b[0m you" in text
    shown = _unstyled(text)
    assert (
        "  │ A quote that is so long that it has\n  │ to be wrapped at the width.\n  │\n  │ - one"
        in shown
    )
    assert "7. seven\n8. eight" in shown
    assert "\x1b[1mWish      For\x1b[0m\nBe well   all" in text
    assert "she <https://example.org/a>.[1]" in shown.replace("\n", " ")
    assert shown.rstrip().endswith("[1] The note.")
    assert max(map(width_of, shown.split("\n"))) <= 41


def test_verse_hangs_and_drawings_stay() -> None:
    verse = "Some words.\n\n  A line of verse that is longer than the screen\n    and one"
    rows = terminal.render(plain.parse(verse), width=30).split("\n")
    assert rows[2:] == ["  A line of verse that is", "      longer than the screen", "    and one"]


@pytest.mark.parametrize("control", ["\x1b[31m", "\x9b1m", "\x07", "\x08", "\x7f", "\u2028"])
def test_nothing_in_a_text_steers_the_terminal(control: str) -> None:
    marked = (
        f"# a{control}\n\n`{control}` [b](http://x/{control})\n\n| a{control} |\n|---|\n| b |\n\n"
        f"    {control}code\n\n![{control}]({control}.png)"
    )
    verse = f"a{control}b *c* {control}\n\n  {control}d\n  e"
    for body, markup in ((verse, "plain"), (marked, "markdown")):
        rest = _unstyled(terminal.render(parse(body, markup), width=20))
        assert all(c.isprintable() or c == "\n" for c in rest), rest


_PIECES = [
    "word", "*em*", "**b**", "`c`", "春曉", "。", "\n", "\n\n", "> ", "- ", "[l](x)", "<", "# h\n",
    "  verse\n  too\n", "é\u0301",
]  # fmt: skip


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(_PIECES)).map(" ".join),
    st.integers(20, 60),
    st.sampled_from(["plain", "markdown"]),
)
def test_no_word_is_lost_and_each_line_ends_its_styles(body: str, width: int, markup: str) -> None:
    blocks = parse(body, markup)
    text = terminal.render(blocks, width=width)
    for row in text.split("\n"):
        assert len(re.findall(r"\x1b\[0m", row)) * 2 == len(_SEQUENCE.findall(row))
    left = re.sub(r"\s", "", _unstyled(text))
    for word in "".join(words(blocks)):
        assert word in left
