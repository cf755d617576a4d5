"""What is said of a query that cannot be read: whole sentences, since people read them."""

import pytest

from collectionlib.errors import InvalidValueError, MalformedQuery
from collectionlib.query import parse, parse_order

VALUE = "put a value there, in quotes if it has blanks, quotes or parentheses"
QUOTE = 'put " behind the phrase'
ENDS = "write 2019..2021, 2019.. or ..2021"
DATE = "write 2019, 2019-05, 2019-05-03, or an age such as 7d (h, d, w, m, y)"
NUMBER = "length counts characters, as in length>500"
COLON = "put a word with such a sign in quotes, or ask for one of"
FIELDS = (
    "id, title, text, category, author, lang, tag, created, added, modified, rights, source, length"
)


@pytest.mark.parametrize(
    ("query", "reason", "column", "remedy"),
    [
        ('a "b c', "a quote that is not closed", 3, QUOTE),
        ("a or", "nothing behind or", 3, VALUE),
        ("a or or b", "nothing behind or", 3, VALUE),
        ("title:", "nothing behind title:", 1, VALUE),
        ("or", "nothing before or", 1, "put a term there"),
        ("or a b", "nothing before or", 1, "put a term there"),
        ("a (b (c) d", "a ( that is not closed", 3, "put ) behind the terms"),
        ("((a)", "a ( that is not closed", 1, "put ) behind the terms"),
        ("(a) (b", "a ( that is not closed", 5, "put ) behind the terms"),
        ("a (b))", "a ) that closes nothing", 6, "put it in quotes, or ( before"),
        (")a b c", "a ) that closes nothing", 1, "put it in quotes, or ( before"),
        ("title: wish", "a blank behind title:", 7, "write title:wish"),
        ("created:..", "a range without ends", 9, ENDS),
        ("length:..", "a range without ends", 8, ENDS),
        ("created:2019..soon", "no date in 'soon'", 9, DATE),
        ('created:"..2019"', "no date in '..2019'", 9, DATE),
        ("length>many", "no number in 'many'", 8, NUMBER),
        ("a - b", "no word", 3, 'for other signs write text*="…"'),
        ("titel:a", "no field titel", 1, "did you mean title?"),
        ("colour:a", "no field colour", 1, f"{COLON} {FIELDS}, attr.NAME, has"),
    ],
)  # fmt: skip
def test_the_sentence_says_what_where_and_what_to_write(
    query: str, reason: str, column: int, remedy: str
) -> None:
    error = _refused(query)
    assert str(error) == f"query has {reason} at column {column}: {remedy}"
    assert (error.value, error.column, error.remedy) == (query, column, remedy)


def test_what_needs_no_remedy_ends_with_the_column() -> None:
    assert (
        str(_refused("category:a//b")) == "query has a category that has an empty name at column 10"
    )


def test_who_cannot_be_asked_for_is_told_with_all_that_can() -> None:
    known = FIELDS.removesuffix(", length")
    assert str(_refused("has:wings")) == (
        "query asks who has wings, which nobody can have at column 5: "
        f"there are {known}, attributes, notes, pictures, attr.NAME"
    )


@pytest.mark.parametrize(
    ("query", "shown", "under"),
    [
        ("titel:a", "titel:a", 0),
        ("a\x07\n titel:a", "a\ufffd  titel:a", 4),
        ("titel:" + "x" * 24, "titel:" + "x" * 24, 0),
        ("titel:" + "x" * 25, "titel:" + "x" * 24 + "…", 0),
        ("x" * 29 + " titel:a", "x" * 29 + " titel:a", 30),
        ("x" * 30 + " titel:a", "…" + "x" * 29 + " titel:a", 31),
    ],
)
def test_a_note_shows_what_stands_around(query: str, shown: str, under: int) -> None:
    (note,) = _refused(query).__notes__
    assert note == f"  {shown}\n  {' ' * under}^"


def test_an_order_by_no_field_names_those_there_are() -> None:
    with pytest.raises(InvalidValueError) as refused:
        parse_order("a,-shade")
    assert str(refused.value) == f"sort is no field (there are {FIELDS}, attr.NAME): 'a'"


def _refused(query: str) -> MalformedQuery:
    with pytest.raises(MalformedQuery) as refused:
        parse(query)
    return refused.value
