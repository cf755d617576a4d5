"""Patterns with wildcards, beside those of the standard library."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.query.patterns import globbed
from collectionlib.query.pointing import malformed


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("a.txt", "A.TXT", True),
        ("a.txt", "b.txt", False),
        ("a.txt", "a.txt.gz", False),
        ("*b*a*", "ba", True),
        ("*b*a*", "ab", False),
        ("*a*a*", "a", False),
        ("a*a", "a", False),
        ("a?b", "a\nb", True),
        ("*?b", "xa\nb", True),
        ("a*", "a\nb", True),
        (r"a\*b", "a*b", True),
        (r"a\*b", "acb", False),
        (r"a\?", "ab", False),
        (r"a\\*", "a\\b", True),
        ("é*", "ETC", True),
    ],
)
def test_a_value_is_as_a_pattern_says(pattern: str, value: str, expected: bool) -> None:
    assert globbed(pattern)(value) is expected


@given(st.text("ab*?", max_size=8), st.text("ab\n", max_size=10))
def test_each_value_is_decided_as_by_an_expression(pattern: str, value: str) -> None:
    expression = "".join({"*": ".*", "?": "."}.get(sign, sign) for sign in pattern)
    expected = re.fullmatch(expression, value, re.DOTALL) is not None
    assert globbed(pattern)(value) is expected


def test_what_is_wrong_is_pointed_at_with_what_stands_beside_it() -> None:
    error = malformed("wish titel:good", 5, "has no field titel")
    assert str(error) == "query has no field titel at column 6"
    assert error.remedy == ""
    (note,) = malformed("  wish titel:good  ", 7, "is odd").__notes__
    assert note == "    wish titel:good\n         ^"
    (note,) = malformed("x" * 40 + "!" + "y" * 40, 40, "is odd").__notes__
    assert note == f"  …{'x' * 30}!{'y' * 29}…\n  {' ' * 31}^"
