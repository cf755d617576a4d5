"""Counting what the entries of a collection are: how long, of when, by whom, in which language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from ...collection import Collection, select_from
from ...executing import ExecutorChoice, mapped, workers
from ...identity import CategoryPath
from ...importing.accounts.plots import bounds_of, bucket
from ...model import Entry
from ...query import Predicate, Selection, parse
from ...storage.base import EVERYTHING
from ..sending import lost, size_of

__all__ = ["Lengths", "Statistics", "statistics_of"]

SCHEMA_VERSION = 1
_COUNTERS = ("languages", "years", "authors", "markup", "rights", "tags")
QUANTILES: Mapping[str, int] = {"p5": 5, "p25": 25, "median": 50, "p75": 75, "p95": 95}


@frozen
class Lengths:
    """How long texts are, in characters.

    Args:
        counts: how many texts there are of each length.
    """

    counts: Counter[int] = field(factory=Counter)

    @property
    def total(self) -> int:
        """The characters of all texts."""
        return sum(length * number for length, number in self.counts.items())

    def quantile(self, percent: int) -> int:
        """The length that so many per cent of the texts have at most; of none, 0.

        It is exact: the length of one of the texts (nearest rank).

        >>> lengths = Lengths(Counter([10, 20, 30, 40]))
        >>> lengths.quantile(50), lengths.quantile(0), lengths.quantile(100)
        (20, 10, 40)
        """
        # The rank counts from 1; rounding up without floating point.
        rank = max(1, -(-percent * self.counts.total() // 100))
        for length in sorted(self.counts):
            rank -= self.counts[length]
            if rank <= 0:
                return length
        return 0

    def by_bucket(self) -> Counter[int]:
        """How many texts there are in each bucket of `collectionlib.importing.accounts.plots`."""
        found: Counter[int] = Counter()
        for length, number in self.counts.items():
            found[bucket(length)] += number
        return found

    def to_plain(self) -> dict[str, Any]:
        """As JSON has it."""
        number = self.counts.total()
        return {
            "total": self.total,
            "mean": round(self.total / number, 1) if number else 0,
            "min": self.quantile(0),
            **{name: self.quantile(percent) for name, percent in QUANTILES.items()},
            "max": self.quantile(100),
            "histogram": [
                {"from": bounds_of(place)[0], "to": bounds_of(place)[1], "entries": texts}
                for place, texts in sorted(self.by_bucket().items())
            ],
        }


@frozen
class Statistics:
    """What some entries consist of.

    In each counter ``""`` (of categories ``()``) stands for what is not known.

    Args:
        entries: how many there are.
        lengths: of their texts.
        languages: how many entries say each.
        years: in which they were written, ``""`` where that is not known.
        categories: in which they stand themselves, not below.
        authors: of each how many entries are; one with two authors counts for both.
        markup: how many are plain, and how many Markdown.
        rights: how many entries say each.
        tags: how many entries have each.
        known: how many entries have a title, an author, and so on.
    """

    entries: int
    lengths: Lengths
    languages: Counter[str]
    years: Counter[str]
    categories: Counter[CategoryPath]
    authors: Counter[str]
    markup: Counter[str]
    rights: Counter[str]
    tags: Counter[str]
    known: Mapping[str, int]

    def to_plain(self) -> dict[str, Any]:
        """As JSON has it: counters with the most frequent first, years in order."""
        return {
            "schema_version": SCHEMA_VERSION,
            "entries": self.entries,
            "characters": self.lengths.to_plain(),
            "known": dict(self.known),
            "languages": ordered(self.languages),
            "years": dict(sorted(self.years.items())),
            "categories": [
                {"path": list(path), "entries": self.categories[path]}
                for path in sorted(self.categories, key=lambda p: (-self.categories[p], p))
            ],
            "authors": ordered(self.authors),
            "markup": ordered(self.markup),
            "rights": ordered(self.rights),
            "tags": ordered(self.tags),
        }


def ordered(counted: Mapping[str, int]) -> dict[str, int]:
    """The most frequent first; of those that are equal, in alphabetical order."""
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def statistics_of(
    collection: Collection,
    query: str | Predicate = EVERYTHING,
    *,
    executor: ExecutorChoice = "local",
    jobs: int = 1,
) -> Statistics:
    """Count the entries of a collection that a query finds.

    Memory holds the counters: what is different among the lengths, authors, tags, not the texts.

    Args:
        collection: whose entries they are.
        query: which, in the language of `collectionlib.query.parse`, or a predicate.
        executor: who counts, as for `collectionlib.import_texts`; the result is the same.
        jobs: how many processes count, where they are local.

    Raises:
        InvalidValueError: the query is malformed, or there is no such executor.
        CorruptCollection: a file is damaged.
        ExecutionError: the workers of the executor cannot be reached, or not do it.

    >>> from collectionlib import Collection, Entry
    >>> with Collection.create("memory:") as jokes:
    ...     with jokes.transaction() as batch:
    ...         batch.put(Entry(id="0chgm9qjpmfdsafq", body="Be well!", language="en"))
    ...     counted = statistics_of(jokes)
    ...     counted.entries, counted.lengths.total, counted.languages["en"]
    (1, 8, 1)
    """
    where = parse(query) if isinstance(query, str) else query
    counted = _count([])
    with collection.snapshot() as view, workers(executor, jobs) as hired:
        entries = select_from(view, Selection(where))
        for part in mapped(_count, entries, hired, size_of=size_of, lost=lost):
            _add(part, counted)
    return evolve(counted, entries=counted.lengths.counts.total())


def _add(part: Statistics, counted: Statistics) -> None:
    counted.lengths.counts.update(part.lengths.counts)
    for name in ("categories", "known", *_COUNTERS):
        getattr(counted, name).update(getattr(part, name))


def _count(entries: list[Entry]) -> Statistics:
    lengths, known = Lengths(), Counter[str](dict.fromkeys(_KNOWN, 0))
    counters: dict[str, Counter[str]] = {name: Counter() for name in _COUNTERS}
    categories: Counter[CategoryPath] = Counter()
    for entry in entries:
        lengths.counts[len(entry.body)] += 1
        categories[entry.category] += 1
        counters["languages"][entry.language or ""] += 1
        counters["years"][_year(entry.created)] += 1
        counters["authors"].update(_authors(entry) or {""})
        counters["markup"][entry.markup] += 1
        counters["rights"][entry.rights or ""] += 1
        counters["tags"].update(entry.tags)
        known.update(name for name, of in _KNOWN.items() if of(entry))
    return Statistics(len(entries), lengths, categories=categories, known=known, **counters)


def _year(created: str | None) -> str:
    """The year of a date; what stands before the month, with a sign where there is one."""
    if not created:
        return ""
    sign, rest = ("-", created[1:]) if created.startswith("-") else ("", created)
    return sign + rest.partition("-")[0]


def _authors(entry: Entry) -> set[str]:
    return {one.name for one in entry.contributors if one.role == "aut"}


_KNOWN: Mapping[str, Callable[[Entry], object]] = {
    "title": lambda entry: entry.title,
    "author": _authors,
    "language": lambda entry: entry.language,
    "date": lambda entry: entry.created,
    "rights": lambda entry: entry.rights,
    "category": lambda entry: entry.category,
    "tags": lambda entry: entry.tags,
    "source": lambda entry: entry.source,
}
"""What an entry may say of itself."""
