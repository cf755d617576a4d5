"""Plots for pages that people read: bars in SVG, and the style of the page around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape

__all__ = ["STYLE", "bounds_of", "bucket", "by_time", "length_names", "most_frequent", "plot"]

_MOST_BARS = 24
_BAR, _GAP, _LABEL, _WIDTH = 18, 4, 130, 460
_LENGTHS = (0, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 200_000)

STYLE = """
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
caption { text-align: left; font-weight: bold; padding: 0.3rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0;
  border-bottom: 1px solid #8886; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem 3rem; }
figure { margin: 0; } figcaption { font-weight: bold; }
svg { max-width: 100%; height: auto; } svg text { font-size: 12px; fill: currentColor; }
svg rect { fill: #3b6ea8; }
"""
"""Of the page: light or dark as the reader has it; nothing is fetched."""


def plot(title: str, values: Mapping[str, int]) -> str:
    """Bars, one below the other, each with its name and number; nothing where there is none.

    >>> plot("Languages", {"en": 2}).count("<rect")
    1
    """
    if not values:
        return ""
    most = max(values.values())
    height = len(values) * (_BAR + _GAP)
    bars = "".join(
        f'<text x="{_LABEL - 8}" y="{y + 13}" text-anchor="end">{escape(_short(name))}</text>'
        f'<rect x="{_LABEL}" y="{y}" width="{max(1, _WIDTH * 0.55 * number / most):.1f}" '
        f'height="{_BAR}"/>'
        f'<text x="{_LABEL + 6 + _WIDTH * 0.55 * number / most:.1f}" y="{y + 13}">{number:,}</text>'
        for y, (name, number) in zip(range(0, height, _BAR + _GAP), values.items(), strict=True)
    )
    told = "; ".join(f"{name}: {number}" for name, number in values.items())
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(told)}" '
        f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}">{bars}</svg>'
        "</figure>\n"
    )


def _short(name: str, length: int = 18) -> str:
    return name if len(name) <= length else name[: length - 1] + "…"


def most_frequent(counted: Mapping[str, int], nameless: str) -> dict[str, int]:
    """The most frequent ones, and the others together.

    >>> most_frequent({"de": 1, "": 2}, "not known")
    {'not known': 2, 'de': 1}
    """
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    named = {name or nameless: number for name, number in ordered[:_MOST_BARS]}
    if others := sum(number for _, number in ordered[_MOST_BARS:]):
        named["others"] = others
    return named


def by_time(years: Mapping[str, int], nameless: str = "") -> dict[str, int]:
    """Years in order, by their decades or centuries where they are too many.

    >>> by_time({"1999": 1, "": 3, "-44": 2}, "not known")
    {'-44': 2, '1999': 1, 'not known': 3}
    """
    known = sorted((int(year), number) for year, number in years.items() if year)
    step = next((s for s in (1, 10, 100) if len({y // s for y, _ in known}) <= _MOST_BARS), 1_000)
    counted: Counter[int] = Counter()
    for year, number in known:
        counted[year // step * step] += number
    named = {f"{start}s" if step > 1 else str(start): n for start, n in counted.items()}
    if unknown := years.get("", 0):
        named[nameless] = unknown
    return named


def bucket(length: int) -> int:
    """The bucket that a length falls into, from 0."""
    return sum(1 for least in _LENGTHS[1:] if length >= least)


def bounds_of(bucket: int) -> tuple[int, int | None]:
    """The least and the greatest length of a bucket; the last one has no greatest."""
    if bucket == len(_LENGTHS) - 1:
        return _LENGTHS[-1], None
    return _LENGTHS[bucket], _LENGTHS[bucket + 1] - 1


def length_names(buckets: Mapping[int, int]) -> dict[str, int]:
    """Counted buckets with their bounds for names, in order.

    >>> length_names({0: 2, 10: 1})
    {'0 to 49': 2, 'from 200,000': 1}
    """
    named = {}
    for place in sorted(buckets):
        least, greatest = bounds_of(place)
        name = f"from {least:,}" if greatest is None else f"{least:,} to {greatest:,}"
        named[name] = buckets[place]
    return named
