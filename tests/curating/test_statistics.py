"""What a collection consists of, in numbers, on each storage and as a page."""

import statistics as reference
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib import Collection, Contributor, Entry
from collectionlib.curating.statistics import Lengths, statistics_of, write_page
from collectionlib.errors import StorageError
from collectionlib.identity import entry_id

ENTRIES = [
    Entry(
        id=entry_id("1"),
        title="One",
        body="a" * 10,
        language="en",
        created="1850-05",
        category=("A", "B"),
        contributors=(
            Contributor(name="Ann"),
            Contributor(name="Bob"),
            Contributor(name="Cy", role="trl"),
        ),
        rights="CC0-1.0",
        tags=("x", "y"),
    ),
    Entry(id=entry_id("2"), body="b" * 300, language="en", created="-0044", tags=("x",)),
    Entry(id=entry_id("3"), body="", markup="markdown", category=("A",)),
]


@pytest.fixture(params=["memory:", "jokes/", "jokes.db", "jokes.json"])
def jokes(request, tmp_path):
    location = request.param if request.param == "memory:" else str(tmp_path / request.param)
    with Collection.create(location, title="<Jokes> & more") as collection:
        with collection.transaction() as batch:
            for entry in ENTRIES:
                batch.put(entry)
        yield collection


def test_everything_is_counted(jokes) -> None:
    assert statistics_of(jokes).to_plain() == {
        "schema_version": 1,
        "entries": 3,
        "characters": {
            "total": 310, "mean": 103.3, "min": 0, "p5": 0, "p25": 0, "median": 10, "p75": 300,
            "p95": 300, "max": 300,
            "histogram": [
                {"from": 0, "to": 49, "entries": 2}, {"from": 200, "to": 499, "entries": 1},
            ],
        },
        "known": {"title": 1, "author": 1, "language": 2, "date": 2, "rights": 1, "category": 2,
                  "tags": 2, "source": 0},
        "languages": {"en": 2, "": 1},
        "years": {"": 1, "-0044": 1, "1850": 1},
        "categories": [
            {"path": [], "entries": 1}, {"path": ["A"], "entries": 1},
            {"path": ["A", "B"], "entries": 1},
        ],
        "authors": {"": 2, "Ann": 1, "Bob": 1},
        "markup": {"plain": 2, "markdown": 1},
        "rights": {"": 2, "CC0-1.0": 1},
        "tags": {"x": 2, "y": 1},
    }  # fmt: skip


def test_a_query_chooses_what_is_counted(jokes) -> None:
    counted = statistics_of(jokes, "tag:y")
    assert (counted.entries, counted.lengths.total) == (1, 10)


@given(st.lists(st.integers(0, 1_000), min_size=1))
def test_quantiles_are_lengths_of_texts_in_their_ranks(lengths: list[int]) -> None:
    counted = Lengths(Counter(lengths))
    ordered = sorted(lengths)
    assert counted.quantile(0) == ordered[0]
    assert counted.quantile(100) == ordered[-1]
    assert counted.quantile(50) == reference.median_low(ordered)
    for percent in (5, 25, 75, 95):
        quantile = counted.quantile(percent)
        assert quantile in lengths
        assert sum(length <= quantile for length in lengths) * 100 >= percent * len(lengths)
        assert sum(length < quantile for length in lengths) * 100 < percent * len(lengths)


def test_nothing_is_counted_in_an_empty_collection() -> None:
    with Collection.create("memory:") as empty:
        plain = statistics_of(empty).to_plain()
    assert (plain["entries"], plain["characters"]["max"], plain["languages"]) == (0, 0, {})


class _Page(HTMLParser):
    """The captions of a page, and whatever it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.fetched += [value or "" for name, value in attributes if name in ("src", "href")]


def test_a_page_needs_nothing_else(jokes, tmp_path: Path) -> None:
    path = tmp_path / "stats.html"
    write_page(statistics_of(jokes), path, jokes.metadata.title)
    text = path.read_text("utf-8")
    page = _Page()
    page.feed(text)
    assert page.fetched == []
    assert "url(" not in text
    assert "<h1>Statistics: &lt;Jokes&gt; &amp; more</h1>" in text
    assert (page.tags["svg"], page.tags["script"], page.tags["table"]) == (8, 0, 2)
    assert "color-scheme: light dark" in text
    write_page(statistics_of(jokes, "tag:y"), path, "Again")
    assert "Statistics: Again" in path.read_text("utf-8")


def test_a_page_replaces_no_other_file(jokes, tmp_path: Path) -> None:
    path = tmp_path / "novel.html"
    path.write_text("<!DOCTYPE html>\n<title>My novel</title>")
    with pytest.raises(StorageError, match=r"novel\.html exists and is no page of statistics"):
        write_page(statistics_of(jokes), path, "Jokes")
    assert "My novel" in path.read_text()
    with pytest.raises(StorageError, match="could not be written"):
        write_page(statistics_of(jokes), tmp_path / "nowhere/stats.html", "Jokes")
