from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.errors import InvalidValueError, MalformedQuery
from collectionlib.model import Entry
from collectionlib.query import (
    AllOf,
    AnyOf,
    Compare,
    Contains,
    Equals,
    FullText,
    Glob,
    Has,
    InCategory,
    InLanguage,
    Matches,
    Not,
    Predicate,
    matches,
    parse,
    to_text,
)
from collectionlib.query.grammar import parser
from collectionlib.testing import strategies

A, B, C = (FullText((word,)) for word in "abc")
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "predicate"),
    [
        ("a b", AllOf((A, B))),
        ("a and b", AllOf((A, B))),
        ("a b or c", AnyOf((AllOf((A, B)), C))),
        ("a (b OR c)", AllOf((A, AnyOf((B, C))))),
        ("not a b", AllOf((Not(A), B))),
        ("-a", Not(A)),
        ("-(a or b)", Not(AnyOf((A, B)))),
        ("(a)(b)", AllOf((A, B))),
        ("()", AllOf(())),
        ('"or"', FullText(("or",))),
        ("title:or", Contains("title", "or")),
        ("orange", FullText(("orange",))),
        ("well-being", FullText(("well-being",))),
        ("10:30", FullText(("10:30",))),
        ("title:a:b", Contains("title", "a:b")),
        ("Title:a Language:=zh", AllOf((Contains("title", "a"), Equals("lang", "zh")))),
        (r'title:"a \"b\" \\ \c"', Contains("title", r'a "b" \ \c')),
        (r"title~\d+\.", Matches("title", r"\d+\.")),
        (r'category:"a\/b/c \"d\" \\"', InCategory(("a/b", 'c "d" \\'))),
        ('attr."two words":=x', Equals("attr.two words", "x")),
        ("attr.a-b.c>5", Compare("attr.a-b.c", ">", "5")),
        ("source:*.txt", Glob("source", "*.txt")),
        ("length=007", Compare("length", "=", "7")),
        ("created:2019..", Compare("created", ">=", "2019")),
        ('title:"a..b"', Contains("title", "a..b")),
        ("id:0chgm9qjpmfdsafq", Equals("id", "0chgm9qjpmfdsafq")),
        ("id:0chg", Glob("id", "0chg*")),
        ("id:*chg?", Glob("id", "*chg?")),
        ("tag:a?", Glob("tag", "a?")),
        ("tag:a", Equals("tag", "a")),
        ("tag=a*", Equals("tag", "a*")),
        ("source:a", Contains("source", "a")),
        ("lang:zh", InLanguage("zh")),
        ("text:be", FullText(("be",), "text")),
        ("author:a", Contains("author", "a")),
        ("author!=a", Not(Equals("author", "a"))),
        ("category=a/b", InCategory(("a", "b"), exactly=True)),
        (r'category!="a\"b\\/c"', Not(InCategory(('a"b\\', "c"), exactly=True))),
        (r'category*="a\"b\\"', Contains("category", 'a"b\\')),
        ("length:5", Compare("length", "=", "5")),
        ("length:5..", Compare("length", ">=", "5")),
        ("length>" + "9" * 99, Compare("length", ">", "9" * 99)),
        ("title<m", Compare("title", "<", "m")),
        ("title:1..3", Contains("title", "1..3")),
        ("has:Notes", Has("notes")),
        ("has:image", Has("pictures")),
        ("has:body", Has("text")),
        ("has:attr.Mood", Has("attr.Mood")),
        ("attr.Mood:a", Contains("attr.Mood", "a")),
        ("attr.x:..3", Compare("attr.x", "<=", "3")),
        ('attr.x:"1..3"', Contains("attr.x", "1..3")),
        ("created!=2019", Not(Compare("created", "=", "2019"))),
        ("created:=2019-05", Equals("created", "2019-05")),
        ("created=2019..2021", AllOf((Compare("created", ">=", "2019"),
                                      Compare("created", "<=", "2021")))),
        ("length:=5", Compare("length", "=", "5")),
        ("attr.x:5", Compare("attr.x", "=", "5")),
        ("attr.x:2019-05", Compare("attr.x", "=", "2019-05")),
        ("attr.x:1..3", AllOf((Compare("attr.x", ">=", "1"), Compare("attr.x", "<=", "3")))),
        ("attr.x:2019-05..", Compare("attr.x", ">=", "2019-05")),
        ("attr.x:a..b", Contains("attr.x", "a..b")),
        ("attr.x:1..b", Contains("attr.x", "1..b")),
        ('added>"2019-05-03T00:30+02:00"', Compare("added", ">", "2019-05-02T22:30:00")),
        ('created>"2019-05-03T00:30+02:00"', Compare("created", ">", "2019-05-03T00:30")),
    ],
)  # fmt: skip
def test_what_a_query_is_read_as(query: str, predicate: Predicate) -> None:
    assert parse(query) == predicate
    assert parse(f"({query})") == predicate
    assert parse(to_text(predicate)) == predicate


@pytest.mark.parametrize(
    ("query", "predicate"),
    [
        ("added<7d", Compare("added", ">", "2026-03-24T12:00:00")),
        ("added>=36h", Compare("added", "<=", "2026-03-30T00:00:00")),
        ("added:2w", Compare("added", ">=", "2026-03-17T12:00:00")),
        ("modified>1m", Compare("modified", "<", "2026-02-28T12:00:00")),
        ("created<=1y", Compare("created", ">=", "2025-03-31")),
        ("created<3d", Compare("created", ">", "2026-03-28")),
        ("created<1h", Compare("created", ">", "2026-03-31T11:00:00")),
        ("created<3m", Compare("created", ">", "2025-12-31")),
        ("created<2025y", Compare("created", ">", "0001-03-31")),
    ],
)
def test_an_age_is_counted_back_from_the_clock(query: str, predicate: Predicate) -> None:
    assert parse(query, clock=lambda: NOON) == predicate
    assert parse(f"({query})", clock=lambda: NOON) == predicate


def test_an_age_is_counted_in_utc_wherever_the_clock_is() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=14)))
    assert parse("created<1d", clock=lambda: there) == Compare("created", ">", "2026-03-30")


def test_of_a_wrong_clock_is_told_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "noon")
    with pytest.raises(InvalidValueError, match="SOURCE_DATE_EPOCH is no number") as caught:
        parse("added<7d")
    assert not isinstance(caught.value, MalformedQuery)


@pytest.mark.parametrize("query", ["created<2026y", "created<9999y", "created<99999y"])
def test_an_age_from_before_the_first_year_is_no_date(query: str) -> None:
    with pytest.raises(MalformedQuery, match="no date"):
        parse(query, clock=lambda: NOON)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("titel:good", "no field titel at column 1: did you mean title?"),
        ("health colour:red", "no field colour at column 8"),
        ('title:"open', "not closed at column 7"),
        ('"a"b', 'b right behind "a" at column 4'),
        ('category:"a//b"', "empty name at column 10"),
        ("a (b", "( that is not closed at column 3"),
        ("a) b", "closes nothing at column 2"),
        ("a or", "nothing behind or at column 3"),
        ("or a", "nothing before or at column 1"),
        ("a or or b", "nothing behind or at column 3"),
        ("title:", "nothing behind title: at column 1"),
        ("title: wish", "blank behind title: at column 7: write title:wish"),
        ("title~^(a|b)", "( right behind ^ at column 8"),
        ("a - b", "no word at column 3"),
        ("length>many", "no number in 'many' at column 8"),
        ("created>soon", "no date in 'soon' at column 9"),
        ("added<99999y", "no date in '99999y' at column 7"),
        ("created:..", "range without ends at column 9"),
        ("has:titel", "column 5: did you mean title?"),
        ("has>3", "column 1"),
        ("title~[", "bad expression"),
        ('text:"!"', "no word at column 6"),
        ("category<b", "column 10"),
        ("a\ud800", "column 2"),
    ],
)
def test_a_malformed_query_is_refused_with_the_column(query: str, words: str) -> None:
    with pytest.raises(MalformedQuery) as raised:
        parse(query)
    assert words in str(raised.value)
    assert f"at column {raised.value.column}" in str(raised.value)


def test_a_note_points_at_the_column_whatever_the_width_of_the_letters() -> None:
    with pytest.raises(MalformedQuery) as raised:
        parse("春曉 titel:花\n" + "x" * 100)
    (note,) = raised.value.__notes__
    assert note.splitlines() == [f"  春曉 titel:花 {'x' * 22}…", "       ^"]


def _read(query: str) -> Predicate | int:
    """What a query means, or the column where it cannot be read."""
    try:
        return parse(query)
    except MalformedQuery as error:
        return error.column


@given(st.text('ab: "()-~<>=*.\\\n/0chgorntdx!', max_size=30) | st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    result = _read(text)
    if isinstance(result, int):
        assert 1 <= result <= len(text) + 1
    else:
        assert parse(to_text(result)) == result


_PIECES = ("a", '"a b"', "title:x", 'author:"x y"', "length>5", "~x", "attr.x:=1", "lang:",
           "titel:x", "a=b", 'a"', ":", "not", "or", "and", "OR", "-", "-a", "-tag:x", "--a",
           '-"b"', "-or", "not-a", "-not", "or:x", 'not"a"', "~or", "-~x", "- a",
           "not\ta")  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=5).map(" ".join))
def test_plain_terms_are_read_as_the_grammar_reads_them(query: str) -> None:
    # What has parentheses is left to the grammar.
    plain, parsed = _read(query), _read(f"({query})")
    assert plain == (parsed - 1 if isinstance(parsed, int) else parsed)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "health  ",
        '"be well" title:wish ~"colou?r"',
        "a and b OR not -c or d",
        "not " * 98 + "a",
    ],
)
def test_terms_without_parentheses_are_read_without_the_parser(query: str) -> None:
    # To import it takes as long as all the rest.
    parser.cache_clear()
    parse(query)
    assert parser.cache_info().currsize == 0


def test_a_query_may_have_200_000_characters_and_be_nested_100_deep() -> None:
    word = "a" * 200_000
    assert parse(word) == FullText((word,))
    turned: Predicate = A
    together: Predicate = A
    nested = "a"
    for _ in range(50):
        turned = Not(Not(turned))
        together = AllOf((B, AnyOf((together, C))))
        nested = f"b ({nested} or c)"
    assert parse("not " * 100 + "a") == turned
    assert parse(nested) == together


@pytest.mark.slow
def test_a_query_of_very_many_terms_is_read() -> None:
    query = " or ".join(f"id:{number:05}" for number in range(8_000))
    predicate = parse(query)
    assert isinstance(predicate, AnyOf)
    assert len(predicate.predicates) == 8_000


@pytest.mark.parametrize(
    ("predicate", "query"),
    [
        (AllOf(()), ""),
        (AnyOf(()), "not ()"),
        (AllOf((A, AllOf(()))), "a ()"),
        (AnyOf((A, AllOf(()))), "a or ()"),
        (AnyOf((A,)), "a"),
        (AllOf((AnyOf((A, B)),)), "a or b"),
        (AllOf((A, B)), "a b"),
        (AllOf((A, AllOf((B, C)))), "a (b c)"),
        (AllOf((A, AnyOf((B, C)))), "a (b or c)"),
        (AnyOf((AllOf((A, B)), C)), "a b or c"),
        (AnyOf((A, AnyOf((B, C)))), "a or (b or c)"),
        (Not(A), "not a"),
        (Not(AllOf((A, B))), "not (a b)"),
        (Not(AnyOf((AllOf((A, B)), C))), "not (a b or c)"),
        (Equals('attr.two "words\\', "x"), r'attr."two \"words\\":=x'),
        (Contains("title", 'a "b\\'), r'title:"a \"b\\"'),
        (FullText(("a", "b")), "a b"),
        (FullText(("a", "b"), "text"), "text:a text:b"),
        (Equals("tag", "short"), "tag:short"),
        (Contains("attr.mood", "gay"), "attr.mood:gay"),
        (InLanguage("zh"), "lang:zh"),
        (Has("notes"), "has:notes"),
    ],
)
def test_a_predicate_is_written_with_no_more_signs_than_it_needs(
    predicate: Predicate, query: str
) -> None:
    assert to_text(predicate) == query


@given(strategies.predicates(), st.lists(strategies.small_entries(), max_size=4))
def test_a_predicate_is_written_as_a_query_that_means_the_same(
    predicate: Predicate, entries: list[Entry]
) -> None:
    again = parse(to_text(predicate))
    assert [matches(again, each) for each in entries] == [
        matches(predicate, each) for each in entries
    ]
    assert parse(to_text(again)) == again
