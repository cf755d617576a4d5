"""What is wrong with many entries at once: told by category, not one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator

from ...identity import CategoryPath, format_category_path
from ...model import Category, Entry, Metadata
from .findings import CODES, Finding

__all__ = ["FEW", "Tallies"]

FEW = 3
"""A category with fewer entries is hardly one."""

_MANY = 5
"""Categories of which what they lack is told one by one."""

_WHAT = {"rights-missing": "rights", "language-missing": "language"}


class Tallies:
    """Counts what entries lack, by the category at the top that they stand in.

    Args:
        codes: that are looked for.
        metadata: of the collection; what it says, an entry need not say.
    """

    def __init__(self, codes: Collection[str], metadata: Metadata) -> None:
        said = {"rights-missing": metadata.rights, "language-missing": metadata.language}
        self._codes = [code for code in _WHAT if code in codes and not said[code]]
        self._looks_at_categories = "category-small" in codes
        self._entries: Counter[CategoryPath] = Counter()
        self._at_top: Counter[CategoryPath] = Counter()
        self._missing: dict[str, Counter[CategoryPath]] = {code: Counter() for code in _WHAT}

    def add(self, entry: Entry) -> Iterator[Finding]:
        """Count an entry; a finding for each thing that it lacks."""
        self._entries[entry.category] += 1
        top = entry.category[:1]
        self._at_top[top] += 1
        for code in self._codes:
            if _LACKS[code](entry):
                self._missing[code][top] += 1
                yield Finding.of(entry, code, f"it says no {_WHAT[code]}")

    def update(self, others: Tallies) -> None:
        """Count what others have counted, too."""
        self._entries.update(others._entries)
        self._at_top.update(others._at_top)
        for code, missing in others._missing.items():
            self._missing[code].update(missing)

    def findings(self) -> Iterator[Finding]:
        """What was counted: by category at the top, or in one where all lack it, or too many."""
        for code in self._codes:
            counts = self._missing[code]
            if not counts:
                continue
            if counts.total() == self._at_top.total() or len(counts) > _MANY:
                yield _missing(code, counts.total(), self._at_top.total(), None)
            else:
                for top in sorted(counts):
                    yield _missing(code, counts[top], self._at_top[top], top)

    def small_categories(self, described: tuple[Category, ...]) -> Iterator[Finding]:
        """The categories with few entries, or none, of its own and below it.

        A category in which all that is below is small is told once, itself.
        """
        if not self._looks_at_categories:
            return
        total: Counter[CategoryPath] = Counter({each.path: 0 for each in described})
        for path, number in self._entries.items():
            for depth in range(1, len(path) + 1):
                total[path[:depth]] += number
        for path in sorted(total):
            above = path[:-1]
            if total[path] < FEW and (not above or total[above] >= FEW):
                yield _small(path, total[path])


_LACKS: dict[str, Callable[[Entry], bool]] = {
    "rights-missing": lambda entry: not entry.rights,
    "language-missing": lambda entry: not entry.language,
}


def _missing(code: str, number: int, total: int, category: CategoryPath | None) -> Finding:
    if number == total:
        who = "the only entry says" if total == 1 else f"all {total:,} entries say"
    else:
        who = f"{number:,} of {total:,} entries {'says' if number == 1 else 'say'}"
    return Finding(
        code=code,
        message=f"{who} no {_WHAT[code]}",
        remedy=CODES[code].remedy,
        category=category,
        count=number,
    )


def _small(path: CategoryPath, number: int) -> Finding:
    entries = {0: "no entries", 1: "one entry"}.get(number, f"{number} entries")
    return Finding(
        code="category-small",
        message=f"the category {format_category_path(path)} has {entries}",
        remedy=CODES["category-small"].remedy,
        category=path,
        count=number,
    )
