from __future__ import annotations

import time

import pytest

from collectionlib.markup.layout import columns_matter, is_break, is_verse, with_line_feeds


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_every_kind_of_newline_ends_one_line(newline: str) -> None:
    assert with_line_feeds(f"a{newline}{newline}é") == "a\n\né"


@pytest.mark.parametrize(
    "line",
    [
        *(
            "* * *",
            "***",
            "*",
            "---",
            "- - -",
            "⁂",
            "* * * *",
            "===",
            "~~~",
            "◇◇◇",
            "＊＊＊",
            "•••",
        ),
        *("　　　＊　＊　＊", "\t* * *  ", "———", "☆", "-=-=-", "_ _ _", "###", "※※※"),
    ],
)
def test_marks_alone_are_a_break(line: str) -> None:
    assert is_break(line)


@pytest.mark.parametrize(
    "line",
    ["", " ", "--", "-", "……", "...", "???", "!!!", "* one", "a * * *", "○", "***\n***", "……！"],
)
def test_what_somebody_may_say_is_no_break(line: str) -> None:
    assert not is_break(line)


@pytest.mark.parametrize(
    ("lines", "verse"),
    [
        (["  a", "  b"], True),
        (["\ta", "　b"], True),
        (["\u00a0a", "\u2003b"], True),
        (["  a"], False),
        (["  a", "b"], False),
        (["  " + "a" * 78] * 2, True),
        (["  " + "a" * 79] * 2, False),
        (["　　" + "一" * 38] * 2, True),
        (["　　" + "一" * 39] * 2, False),
        (["  a", "  " + "a" * 79], False),
    ],
)
def test_verse_is_indented_and_no_wider_than_eighty_columns(lines: list[str], verse: bool) -> None:
    assert is_verse(lines) is verse


@pytest.mark.parametrize(
    ("block", "matter"),
    [
        ("1    2\n3    4", True),
        ("one\ttwo\nthree\tfour", True),
        ("一　　二\n三　　四", True),
        ("  a    b\n  c    d", True),
        ("a  b.  C\nd  e.  F", False),
        ("a    b", False),
        ("a    b\nc\nd", False),
        ("Q:\tWhy?\nA:\tBecause.", False),
        ("1.   One\n2.   Two\n10.  Ten", False),
        ("-    one\n-    two", False),
        ("问：\t谁？\n答：\t我。", False),
        ("   a\n   b", False),
        ("a   \nb   ", False),
        ("/\\_/\\\n(o.o)\n > ^ <", True),
        ("a_b\nc|d\n(e) f", False),
        ("You are here:\n   ***\n  *****", True),
        (" /\\_/\\\n ( o )\n  > ^ <", True),
        ("┌──┐\n│一│\n└──┘", True),
        ("    *\n   ***\n  *****", True),
    ],
)
def test_gaps_and_strokes_show_that_columns_matter(block: str, matter: bool) -> None:
    assert columns_matter(block) is matter


@pytest.mark.parametrize("unit", [" ", "\t", "a ", "*  ", "a   ", "|", "　", "\n "])
def test_no_layout_takes_longer_than_its_length_is_worth(unit: str) -> None:
    text = "a" + unit * 30_000 + "\n" + unit * 30_000 + "b"
    start = time.process_time()
    columns_matter(text)
    is_break(text)
    assert time.process_time() - start < 2
