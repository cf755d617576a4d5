"""What is said of a query that cannot be read: whole sentences, since people read them."""

from collections.abc import Callable

import pytest

from collectionlib.errors import InvalidValueError, MalformedQuery
from collectionlib.query import (
    Compare,
    Contains,
    Equals,
    FullText,
    Glob,
    Has,
    InCategory,
    InLanguage,
    Matches,
    SortBy,
    parse,
    parse_order,
)

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
        ("(or a)", "nothing before or", 2, "put a term there"),
        ("OR(a b)", "nothing before OR", 1, "put a term there"),
        ("-~(red|blue)", "nothing behind -~", 1, VALUE),
        ("a (-not)", "nothing behind -not", 4, VALUE),
        ("a (b (c) d", "a ( that is not closed", 3, "put ) behind the terms"),
        ("((a)", "a ( that is not closed", 1, "put ) behind the terms"),
        ("(a) (b", "a ( that is not closed", 5, "put ) behind the terms"),
        ('("a b" c ', "a ( that is not closed", 1, "put ) behind the terms"),
        ("a (b))", "a ) that closes nothing", 6, "put it in quotes, or ( before"),
        (")a b c", "a ) that closes nothing", 1, "put it in quotes, or ( before"),
        ('"a"b', 'b right behind "a"', 4, "put a blank between, or the whole in quotes"),
        ("title: wish", "a blank behind title:", 7, "write title:wish"),
        ("created:..", "a range without ends", 9, ENDS),
        ("length:..", "a range without ends", 8, ENDS),
        ("created:2019..soon", "no date in 'soon'", 9, DATE),
        ('created:"..2019"', "no date in '..2019'", 9, DATE),
        ("length>many", "no number in 'many'", 8, NUMBER),
        ("a - b", "no word", 3, 'for other signs write text*="…"'),
        ("titel:a", "no field titel", 1, "did you mean title?"),
        ("colour:a", "no field colour", 1, f"{COLON} {FIELDS}, attr.NAME, has"),
        ("length:many", "no number in 'many'", 8, NUMBER),
        ("length=many", "no number in 'many'", 8, NUMBER),
        ("length:=many", "no number in 'many'", 9, NUMBER),
        ("length!=many", "no number in 'many'", 9, NUMBER),
        ("length:5..many", "no number in 'many'", 8, NUMBER),
        ("length>" + "9" * 100, f"no number in {'9' * 100!r}", 8, NUMBER),
        ("added!=soon", "no date in 'soon'", 8, DATE),
    ],
)  # fmt: skip
def test_the_sentence_says_what_where_and_what_to_write(
    query: str, reason: str, column: int, remedy: str
) -> None:
    error = _refused(query)
    assert str(error) == f"query has {reason} at column {column}: {remedy}"
    assert (error.value, error.column, error.remedy) == (query, column, remedy)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Equals("category", "A"),
         "query is a path of names, ask with InCategory: 'category'"),
        (lambda: Equals("colour", "red"), f"field is none of {FIELDS}, attr.NAME: 'colour'"),
        (lambda: Equals("length", "5"),
         "query looks for words in a number, compare it: 'length'"),
        (lambda: Equals("title", "\ud800"), r"query has a lone surrogate: '\ud800'"),
        (lambda: Contains("length", "5"),
         "query looks for words in a number, compare it: 'length'"),
        (lambda: Contains("title", "\ud800"), r"query has a lone surrogate: '\ud800'"),
        (lambda: Glob("title", "*"),  # type: ignore[arg-type]  # what types forbid is refused too
         "query has no wildcards: id, tag, source have: 'title'"),
        (lambda: Glob("source", "no wildcard"),
         "query has no wildcard: ask with Equals: 'no wildcard'"),
        (lambda: Glob("source", "*\ud800"), r"query has a lone surrogate: '*\ud800'"),
        (lambda: Compare("category", ">", "A"),
         "query compares categories, which have no order: 'category'"),
        (lambda: Compare("title", ">", "\ud800"), r"query has a lone surrogate: '\ud800'"),
        (lambda: Compare("length", ">", "many"),
         "length is no number of characters such as 500: 'many'"),
        (lambda: Compare("length", ">", "05"),
         "length is no number of characters such as 500: '05'"),
        (lambda: Compare("created", ">", "soon"),
         "created is no date such as 2019 or 2019-05-03: 'soon'"),
        (lambda: Compare("title", "=", "5"),
         "query is neither number nor date: ask with :=: '5'"),
        (lambda: Compare("attr.x", "=", "A"),
         "query is neither number nor date: ask with :=: 'A'"),
        (lambda: InCategory(("A", " ")), "category has an empty name: ('A', ' ')"),
        (lambda: InCategory(("\ud800",)), r"query has a lone surrogate: '\ud800'"),
        (lambda: InLanguage("\ud800"), r"query has a lone surrogate: '\ud800'"),
        (lambda: FullText(("a",), "author"),
         "query has no words of its own: there is text: 'author'"),
        (lambda: FullText(("a", "\ud800")), r"query has a lone surrogate: '\ud800'"),
        (lambda: Has("wings"), f"field is none of {FIELDS}, attr.NAME: 'wings'"),
        (lambda: Has("length"), "query is had by every entry: 'length'"),
        (lambda: Matches("title", "["),
         "query has a bad expression (unterminated character set at position 1): '['"),
        (lambda: Matches("length", "5"),
         "query looks for words in a number, compare it: 'length'"),
        (lambda: Matches(None, "\ud800"), r"query has a lone surrogate: '\ud800'"),
        (lambda: SortBy("colour"), f"field is none of {FIELDS}, attr.NAME: 'colour'"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_where_it_is_made(
    make: Callable[[], object], sentence: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        make()
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("a" * 200_001, "is longer than 200,000 characters at column 200001: divide it"),
        ("not " * 101 + "a",
         "is nested more than 100 deep at column 406: take some parentheses away"),
        ("a (" * 101 + "b or c" + ")" * 101,
         "is nested more than 100 deep at column 411: take some parentheses away"),
    ],
)  # fmt: skip
def test_of_what_is_too_much_the_limit_is_told(query: str, sentence: str) -> None:
    assert str(_refused(query)) == f"query {sentence}"


def test_what_needs_no_remedy_ends_with_the_column() -> None:
    assert str(_refused("a\ud800")) == (
        "query has a lone surrogate, which is no character at column 2"
    )
    assert str(_refused("category:a//b")) == (
        "query has a category that has an empty name at column 10"
    )
    assert str(_refused("title~[")) == (
        "query has a bad expression (unterminated character set at position 1) at column 7"
    )


def test_has_is_asked_with_a_colon() -> None:
    assert str(_refused("a has>3")) == (
        "query asks with another sign than has: at column 3: write has:notes"
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
