import sys
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.errors import InvalidValueError
from collectionlib.identity import entry_id
from collectionlib.model import Contributor, Entry, Source
from collectionlib.query import (
    AllOf,
    AnyOf,
    Compare,
    Contains,
    Equals,
    FullText,
    Glob,
    InCategory,
    InLanguage,
    Matches,
    Not,
    Predicate,
    ReadingOrder,
    Selection,
    SortBy,
    holds,
    matcher,
    matches,
    order_text,
    parse,
    parse_order,
    sort_key,
)
from collectionlib.testing.strategies import predicates, small_entries
from collectionlib.words import have_words, word_test

ENTRY = Entry(
    id=entry_id("one"),
    title="Été à Paris",
    body="Health and happiness to ALL. 祝你身体健康。",
    category=("Blessing messages", "Birth/Name days"),
    contributors=(Contributor(name="Lu Xun"),),
    language="zh-Hant",
    tags=("short",),
    created="1925-05",
    added=datetime(2026, 3, 1, 10, tzinfo=UTC),
    source=Source(uri="archive/one.zip", member="a/one.txt", site="Joke Collection Website"),
    attributes={"mood": ["gay", "mild"], "stars": 4, "score": "12.5", "seen": "2019-05-03"},
)


@pytest.mark.parametrize(
    "query",
    [
        "",
        'category:"Blessing messages"',
        'category:"Blessing messages/Birth\\/Name days"',
        'category:="Blessing messages/Birth\\/Name days"',
        "category*=bless",
        'category~"^Birth"',
        "health",
        "ALL happiness",
        '"health AND happiness"',
        "health-and",
        "健康",
        "康",
        '"身体 健康"',
        "ete paris",
        "text:health",
        "text*=healt",
        "lang:zh",
        "lang:zh-hant",
        "tag:short",
        "tag:s*",
        'author:"lu xun" title:PARIS',
        "author:xun",
        "source:archive",
        "source:one.txt",
        "source:ARCHIVE/*.txt",
        "source:archive/???.zip",
        'source:"Joke Collection"',
        f"id:{entry_id('one')}",
        f"id:{entry_id('one')[:5]}",
        'title:="Été à Paris"',
        'title~"^É.*s$"',
        "~happin.ss",
        "created:1925",
        "created:1925-05",
        "created>=1925",
        "created<1926",
        "created:1900..1925",
        "created:..1925-05",
        "added:2026-03-01",
        "added<=2026-03-01T10:00",
        'added>="2026-03-01T11:00+02:00"',
        "length:30..40",
        "length>30 length<=40",
        "has:author has:tags has:attributes has:attr.mood",
        "-has:notes -has:pictures -has:rights",
        "attr.mood:mil",
        "attr.mood:=gay",
        "attr.stars:4",
        "attr.stars>=4.0",
        "attr.score>9",
        "attr.seen:2019",
        "attr.seen<2020",
        "attr.mood>garlic",
        "attr.seen<garlic",
        "tag:long or tag:short",
        "not (tag:long or lang:en)",
        "author!=nobody",
        "happiness or nothing",
        "nothing or happiness",
        "nothing or text:happiness",
        "happiness or tag:long",
        "text:health text:happiness paris",
        "-nothing -nobody",
        "not (nothing or text:paris)",
        "title>Europe",
        "author<=M",
    ],
)
def test_queries_that_find_the_entry(query: str) -> None:
    assert matches(parse(query), ENTRY)


@pytest.mark.parametrize(
    "query",
    [
        "category:Blessing",
        'category:="Blessing messages"',
        "healt",
        '"happiness health"',
        '"paris health"',
        "疾病",
        "text:paris",
        "lang:z",
        "lang:en",
        "tag:shor",
        "title:=Paris",
        "author:xun title:London",
        "source:one*.zip",
        "source:*.txt?",
        "created>1925",
        "created<1925-05",
        "created:1925-05-03",
        "created<=1925-05-03",
        "added>2026-03-01",
        "length:=4",
        "has:rights",
        "attr.stars:5",
        "attr.stars:1..3",
        "attr.score<9",
        "attr.seen:2020",
        "attr.nothing:a",
        "attr.mood>5",
        "tag:long or not tag:short",
        "tag:short -lang:zh",
        "nothing or nobody",
        "nothing or text:paris",
        "nothing or tag:long",
        "text:paris text:health",
        "text:paris health",
        "-nothing -paris",
        "title<Europe",
        "author>M",
        "attr.mood>2019-05",
    ],
)
def test_queries_that_do_not(query: str) -> None:
    assert not matches(parse(query), ENTRY)


@pytest.mark.parametrize(
    ("predicate", "found"),
    [
        (Compare("created", ">=", "1925"), True),
        (Compare("created", "<", "1925"), False),
        (Compare("modified", "<", "2030"), False),
        (Matches("title", "^Été"), True),
        (AllOf(()), True),
        (AnyOf(()), False),
        (Not(Equals("tag", "long")), True),
        (AnyOf((Equals("tag", "long"), Contains("author", "LU"))), True),
        (InCategory(()), True),
        (InCategory((), exactly=True), False),
        (FullText(("Health-and", "happiness!")), True),
        (FullText(("!",)), True),
        (InLanguage("zh"), True),
        (Glob("source", "*\\*"), False),
    ],
)
def test_what_predicates_mean(predicate: Predicate, found: bool) -> None:
    assert matches(predicate, ENTRY) is found


@pytest.mark.parametrize(
    ("created", "query", "found"),
    [
        ("2019", "created<2019-05", False),
        ("2019", "created>2019-05", False),
        ("2019", "created:2019-05", False),
        ("2019", "created<=2019", True),
        ("-0043", "created>-0100", True),
        ("-0043-03-15", "created:-0043", True),
        ("-0100", "created<-0043", True),
        ("0050", "created>-0043", True),
        ("2019-05-03T23:30:00-05:00", "created:2019-05-03", True),
        ("2019-05-03T10:00:00.5Z", "created:2019-05-03T10:00:00", True),
    ],
)
def test_dates_are_compared_as_far_as_they_are_known(
    created: str, query: str, *, found: bool
) -> None:
    entry = Entry(id=entry_id("one"), created=created)
    assert matches(parse(query), entry) is found


@pytest.mark.parametrize(
    ("body", "query", "found"),
    [
        ("One[^1].\n\n[^1]: Or two.", "has:notes", True),
        ("One[^1].", "has:notes", False),
        ("> ![A cat](cat.png)", "has:pictures", True),
        ("- One\n- ![A cat](cat.png)", "has:pictures", True),
        ("- One\n- Two `![`", "has:pictures", False),
        ("`![`", "has:pictures", False),
    ],
)
def test_parts_are_looked_for_in_the_blocks(body: str, query: str, *, found: bool) -> None:
    entry = Entry(id=entry_id("one"), body=body, markup="markdown")
    assert matches(parse(query), entry) is found
    assert not matches(parse(query), Entry(id=entry_id("one"), body=body))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rights:cc", True),
        ("rights:=CC-BY-4.0", True),
        ("rights:=cc-by-4.0", False),
        ("rights:cc0", False),
        ("has:rights", True),
        ("modified>=2026-02", True),
        ("modified:2026-03-01", True),
        ("modified<2026-03-01", False),
        ("has:modified", True),
    ],
)
def test_rights_and_the_last_change_are_asked_for(query: str, *, found: bool) -> None:
    modified = datetime(2026, 3, 1, 10, tzinfo=UTC)
    entry = Entry(id=entry_id("one"), rights="CC-BY-4.0", modified=modified)
    assert matches(parse(query), entry) is found
    assert not matches(parse(query), Entry(id=entry_id("one")))


def test_one_value_is_tried_by_itself() -> None:
    assert holds(Contains("title", "ete"), "Été")
    assert not holds(Contains("title", "ete"), "Paris")
    assert holds(Compare("added", "=", "2025-12-31"), "2026-01-01T01:00:00+02:00")


_texts = st.text("aAé一二 -_ ́", max_size=8)


@given(
    st.lists(_texts, min_size=1, max_size=2),
    st.lists(st.lists(_texts, max_size=2).map(tuple), max_size=40),
)
def test_many_alternatives_are_what_each_of_them_is(
    texts: list[str], alternatives: list[tuple[str, ...]]
) -> None:
    found = any(have_words(texts, words) for words in alternatives)
    assert word_test(alternatives)(texts) is found


@pytest.mark.slow
@given(small_entries(), st.lists(predicates(), max_size=5).map(tuple))
def test_several_predicates_are_what_each_of_them_is(
    entry: Entry, several: tuple[Predicate, ...]
) -> None:
    each = [matches(predicate, entry) for predicate in several]
    assert matches(AllOf(several), entry) is all(each)
    assert matches(AnyOf(several), entry) is any(each)


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["{}", "tag:{}", "-{}", "{}祝", '"{} words"'])
@pytest.mark.parametrize("between", [" ", " or "])
def test_tens_of_thousands_of_terms_are_tried_together(pattern: str, between: str) -> None:
    query = between.join(pattern.format(f"w{number:x}") for number in range(12_000))
    body = "Some other words of a text, 身体健康. " * 40
    entries = [Entry(id=entry_id(str(n)), body=f"{n} {body}") for n in range(150)]
    is_found = matcher(parse(query))
    start = time.process_time()
    found = sum(map(is_found, entries))
    # One after the other they take minutes.
    assert time.process_time() - start < 5
    assert found == (150 if pattern.startswith("-") else 0)


@pytest.mark.slow
def test_an_expression_that_takes_too_long_is_stopped() -> None:
    entry = Entry(id=entry_id("one"), body="a" * 60 + "!")
    with pytest.raises(InvalidValueError) as refused:
        matches(Matches("text", "^(?:a|aa)+[^a!]"), entry)
    assert str(refused.value) == (
        f"query has an expression that looks at entry {entry.id} for more than 2 s, "
        "make it simpler: '^(?:a|aa)+[^a!]'"
    )


# --- order --------------------------------------------------------------------------------------


def test_there_cannot_be_more_entries_than_can_be_counted() -> None:
    limits = [Selection(limit=limit).limit for limit in (None, 0, 5, sys.maxsize + 1)]
    assert limits == [None, 0, 5, sys.maxsize]


def test_an_order_is_read_from_names() -> None:
    order = parse_order("title, -length,attr.mood,-language")
    assert order == (
        SortBy("title"),
        SortBy("length", descending=True),
        SortBy("attr.mood"),
        SortBy("lang", descending=True),
    )
    assert parse_order(order_text(order)) == order
    with pytest.raises(InvalidValueError, match="did you mean title"):
        parse_order("titel")


@pytest.mark.parametrize(
    ("field", "entries"),
    [
        ("created", [{"created": each} for each in ("-0100", "-0043", "0050", "2019", "2019-05")]),
        ("length", [{"body": "x" * length} for length in (0, 2, 10)]),
        ("author", [{"contributors": (Contributor(name=name, sort_name=by),)}
                    for name, by in (("Z", "A"), ("B", None), ("A", "C"))]),
        ("attr.n", [{"attributes": {"n": n}} for n in (-10, "-2.5", 0, "9", 10, 1e20, "a")]),
    ],
)  # fmt: skip
def test_each_field_is_sorted_as_it_counts(field: str, entries: list[dict[str, object]]) -> None:
    ordered = [
        Entry(id=entry_id(str(number)), **values)  # type: ignore[arg-type]
        for number, values in enumerate(entries)
    ]
    without = Entry(id=entry_id("none"))
    for descending in (False, True):
        order = (SortBy(field, descending=descending),)
        found = sorted(
            [*ordered, without], key=lambda entry: sort_key(entry, order, ReadingOrder())
        )
        expected = ordered[::-1] if descending else ordered
        assert [entry for entry in found if entry != without] == expected
        assert field == "length" or found[-1] == without
