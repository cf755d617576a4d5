import pytest

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
    InCategory,
    Matches,
    Not,
    Predicate,
    SortBy,
    matches,
    parse,
    parse_order,
)

ENTRY = Entry(
    id=entry_id("one"),
    title="Été à Paris",
    body="Health and happiness to ALL. 祝你身体健康。",
    category=("Blessing messages", "Birth/Name days"),
    contributors=(Contributor(name="Lu Xun"),),
    language="zh-Hant",
    tags=("short",),
    created="1925-05",
    source=Source(uri="archive/one.txt", site="Joke Collection Website"),
)


@pytest.mark.parametrize(
    "query",
    [
        "",
        'category:"Blessing messages"',
        'category:"Blessing messages/Birth\\/Name days"',
        'category:="Blessing messages/Birth\\/Name days"',
        "health",
        "ALL happiness",
        "健康",
        "康",
        "ete paris",
        "lang:zh",
        "lang:zh-hant",
        "tag:short",
        'author:"lu xun" title:PARIS',
        "author:xun",
        "source:archive",
        'source:"Joke Collection"',
        f"id:{entry_id('one')}",
        'title:="Été à Paris"',
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
        "疾病",
        "lang:z",
        "lang:en",
        "tag:shor",
        "title:=Paris",
        "author:xun title:London",
    ],
)
def test_queries_that_do_not(query: str) -> None:
    assert not matches(parse(query), ENTRY)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("colour:red", "column 1 for 'colour'"),
        ("health colour:red", "column 8 for 'colour'"),
        ('title:"open', "column 7"),
        ('"a"b', "column 4"),
        ('category:"a//b"', "empty name"),
    ],
)
def test_a_malformed_query_is_refused_with_the_column(query: str, words: str) -> None:
    with pytest.raises(InvalidValueError) as raised:
        parse(query)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("predicate", "found"),
    [
        (Compare("created", ">=", "1925"), True),
        (Compare("created", "<", "1925"), False),
        (Compare("added", "<", "2030"), False),
        (Matches("title", "^Été"), True),
        (AllOf(()), True),
        (AnyOf(()), False),
        (Not(Equals("tag", "long")), True),
        (AnyOf((Equals("tag", "long"), Contains("author", "LU"))), True),
        (InCategory(()), True),
        (InCategory((), exactly=True), False),
        (FullText(("Health-and", "happiness!")), True),
        (FullText(("!",)), True),
    ],
)
def test_what_predicates_mean(predicate: Predicate, found: bool) -> None:
    assert matches(predicate, ENTRY) is found


def test_an_order_is_read_from_names() -> None:
    assert parse_order("title, -length") == (SortBy("title"), SortBy("length", descending=True))
    with pytest.raises(InvalidValueError, match="colour"):
        parse_order("title,colour")
