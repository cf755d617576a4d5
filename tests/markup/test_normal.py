from __future__ import annotations

import pytest

from collectionlib.markup.blocks import Code, Emphasis, Inline, LineBreak, Link, Ruby, Strong, Text
from collectionlib.markup.normal import normal_inlines, normal_line

A, B = Text("a"), Text("b")

CASES: dict[str, tuple[list[Inline], list[Inline]]] = {
    "neighbours join": ([A, B], [Text("ab")]),
    "empty nodes go": ([A, Text(""), Code(""), Emphasis(()), Ruby("", ""), B], [Text("ab")]),
    "newlines are line breaks": ([Text("a\r\nb\u2028a")], [A, LineBreak(), B, LineBreak(), A]),
    "stress of one kind joins": ([Emphasis((A,)), Emphasis((B,))], [Emphasis((Text("ab"),))]),
    "stress of two kinds stays": ([Emphasis((A,)), Strong((B,))], [Emphasis((A,)), Strong((B,))]),
    "nothing in its own kind": (
        [Strong((A, Emphasis((Strong((B,)),))))],
        [Strong((A, Emphasis((B,))))],
    ),
    "no link in a link": ([Link("x", (A, Link("y", (B,))))], [Link("x", (Text("ab"),))]),
    "line breaks leave stress": (
        [A, Strong((Emphasis((LineBreak(), B)),)), A],
        [A, LineBreak(), Strong((Emphasis((B,)),)), A],
    ),
    "no line breaks at ends": ([LineBreak(), A, LineBreak()], [A]),
    "ruby without a reading is text": ([A, Ruby("b", "")], [Text("ab")]),
    "a link without words stays": ([Link("x", ())], [Link("x", ())]),
}


@pytest.mark.parametrize(("inlines", "normal"), CASES.values(), ids=CASES)
def test_inlines_have_one_form(inlines: list[Inline], normal: list[Inline]) -> None:
    assert normal_inlines(inlines) == tuple(normal)
    assert normal_inlines(normal) == tuple(normal)


def test_a_line_has_blanks_for_line_breaks() -> None:
    assert normal_line([A, Emphasis((LineBreak(), B))]) == (A, Emphasis((Text(" b"),)))
