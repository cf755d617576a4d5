import pytest

from collectionlib.query import (
    AllOf,
    AnyOf,
    Equals,
    FullText,
    InCategory,
    Predicate,
    explain,
    explain_order,
    leaves,
    parse,
    parse_order,
)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "every entry"),
        ("not ()", "no entry"),
        ("category:A/B", "in the category A/B or below it"),
        ("category:=A", "in the category A"),
        ('category:=""', "in no category"),
        ("lang:zh", "in the language zh"),
        ('"be well"', 'has the phrase "be well" in title or text'),
        ("text:be", 'has the word "be" in text'),
        ("tag:a", 'tag is "a"'),
        ("author:a", 'author contains "a"'),
        ("source:a*", 'source is like "a*"'),
        ("has:notes", "has notes"),
        ("~a+", 'title or text matches the expression "a+"'),
        ("created:2019", "created in 2019"),
        ("created<=2019", "created in 2019 or before"),
        ("length>5", "length is more than 5 characters"),
        ("attr.stars>=4", "attr.stars is at least 4"),
        ("title<m", "title is before \"m\""),
        ("-a", 'not: has the word "a" in title or text'),
        ("tag:a (tag:b or lang:zh)",
         'all of:\n  tag is "a"\n  any of:\n    tag is "b"\n    in the language zh'),
        ("-(tag:a tag:b)", 'not all of:\n  tag is "a"\n  tag is "b"'),
        ("-(tag:a or tag:b)", 'none of:\n  tag is "a"\n  tag is "b"'),
    ],
)  # fmt: skip
def test_a_query_is_said_in_words(query: str, words: str) -> None:
    assert explain(parse(query)) == words


@pytest.mark.parametrize(
    ("predicate", "words"),
    [
        (AllOf((Equals("tag", "a"),)), 'tag is "a"'),
        (AnyOf((Equals("tag", "a"),)), 'tag is "a"'),
        (InCategory(()), "in any category or none"),
        (FullText(("a", "b c")), 'has the word "a" and the phrase "b c" in title or text'),
        (FullText(()), "has any word in title or text"),
        (Equals("tag", "a\tb"), 'tag is "a\ufffdb"'),
    ],
)
def test_what_no_query_asks_is_said_too(predicate: Predicate, words: str) -> None:
    assert explain(predicate) == words


def test_the_leaves_of_a_predicate_come_from_left_to_right() -> None:
    predicate = parse("tag:a (lang:zh or -tag:b) -(tag:c tag:d)")
    assert [explain(leaf) for leaf in leaves(predicate)] == [
        'tag is "a"', "in the language zh", 'tag is "b"', 'tag is "c"', 'tag is "d"',
    ]  # fmt: skip


def test_an_order_is_said_in_words() -> None:
    assert explain_order(()) == "in reading order"
    order = parse_order("-length,author")
    assert explain_order(order) == "by length descending, by author, then in reading order"
