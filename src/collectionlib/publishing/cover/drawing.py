"""A cover that is drawn: title, names and publisher on a coloured ground, as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import name

from attrs import frozen

from ...model import Metadata
from ..wording import credit, wording
from . import Cover
from .colours import Palette, palette
from .lines import SetLines, fitted, width_of

__all__ = ["HEIGHT", "WIDTH", "draw"]

WIDTH, HEIGHT = 1600, 2560
"""Pixels; what shops ask for (a ratio of 1.6)."""

_MARGIN = 150
_INNER = WIDTH - 2 * _MARGIN
_TITLE_TOP, _TITLE_HEIGHT = 470, 1020
_SIZES = (220, 192, 168, 148, 130, 114, 100, 88, 78, 68, 60, 52, 46, 40)
_FONTS = (
    "'Source Serif 4', 'Source Serif Pro', 'Noto Serif', 'Noto Serif CJK SC', 'Source Han Serif', "
    "'Noto Naskh Arabic', Georgia, 'Times New Roman', serif"
)
_WITH_ITALICS = ("LATIN", "GREEK", "CYRILLIC")
_MOST_NAMES = 3
_LONGEST_NAME = 12.0
"""Ems of a name that fits on a line at every size."""


def draw(metadata: Metadata, *, seed: str, right_to_left: bool = False) -> Cover:
    """Draw a cover; the same metadata and seed give the same bytes.

    Args:
        metadata: title, subtitle, series, contributors and publisher are set.
        seed: decides about the colours and the ornament; the id of a book, say.
        right_to_left: the direction of the text.

    >>> cover = draw(Metadata(title="Wishes", language="en"), seed="a")
    >>> cover.media_type, cover.width, cover.height
    ('image/svg+xml', 1600, 2560)
    """
    drawing = _Drawing(metadata, palette(seed), right_to_left)
    return Cover(drawing.svg().encode(), "image/svg+xml", WIDTH, HEIGHT)


@frozen
class _Drawing:
    metadata: Metadata
    colours: Palette
    right_to_left: bool

    def svg(self) -> str:
        metadata = self.metadata
        title = _escape(metadata.title)
        said = (self._names(), metadata.subtitle, metadata.publisher)
        rest = _escape(", ".join(each for each in said if each))
        described = ' aria-describedby="about"' if rest else ""
        about = f'<desc id="about">{rest}</desc>\n' if rest else ""
        language = _escape(self.metadata.language or "und")
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title"{described} '
            f'xml:lang="{language}">\n<title id="title">{title}</title>\n{about}'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{self.colours.ground}"/>\n'
            f"{''.join(self._ornament())}"
            f'<g fill="{self.colours.ink}" font-family="{_FONTS}" text-anchor="middle"'
            f"{' direction=' + chr(34) + 'rtl' + chr(34) if self.right_to_left else ''}>\n"
            f"{''.join(self._texts())}</g>\n</svg>\n"
        )

    def _texts(self) -> Iterator[str]:
        metadata = self.metadata
        if names := self._names():
            lines = fitted(names, width=_INNER, height=170, sizes=_SIZES[7:], leading=1.3)
            yield from _set(lines, 250, leading=1.3)
        title = fitted(
            metadata.title, width=_INNER, height=_TITLE_HEIGHT, sizes=_SIZES, leading=1.18
        )
        # A short title stands a little above the middle of its field.
        free = _TITLE_HEIGHT - len(title.lines) * title.size * 1.18
        top = _TITLE_TOP + free * 0.42
        yield from _set(title, top + title.size, leading=1.18, weight="600")
        bottom = top + len(title.lines) * title.size * 1.18
        if metadata.subtitle:
            lines = fitted(
                metadata.subtitle, width=_INNER, height=240, sizes=_SIZES[8:], leading=1.3
            )
            style = "italic" if _has_italics(metadata.subtitle) else "normal"
            yield from _set(lines, bottom + 60 + lines.size, leading=1.3, style=style)
        series = metadata.series
        if series and series.title != metadata.title:
            text = f"{series.title} {series.position}" if series.position else series.title
            lines = fitted(text, width=_INNER, height=140, sizes=_SIZES[9:], leading=1.3)
            yield from _set(lines, HEIGHT - 330, leading=1.3)
        if metadata.publisher:
            lines = fitted(
                metadata.publisher, width=_INNER, height=90, sizes=_SIZES[9:], leading=1.3
            )
            yield from _set(lines, HEIGHT - 170, leading=1.3)

    def _names(self) -> str:
        """The authors, else the others with what they did; of many the first ones."""
        there = self.metadata.contributors
        words = wording(self.metadata.language)
        named = [each.name for each in there if each.role == "aut"]
        named = named or [credit(each, words) for each in there]
        more = "\u00a0…" if len(named) > _MOST_NAMES else ""
        return "\u00a0· ".join(map(_kept_together, named[:_MOST_NAMES])) + more

    def _ornament(self) -> Iterator[str]:
        """A frame, and a row of figures below the title."""
        second, number = self.colours.second, self.colours.number
        yield (
            f'<rect x="70" y="70" width="{WIDTH - 140}" height="{HEIGHT - 140}" fill="none" '
            f'stroke="{second}" stroke-width="10"/>\n'
        )
        count = 5 + number % 5
        step = _INNER / count
        radius = min(step * 0.36, 70)
        for place in range(count):
            x, y = _MARGIN + step * (place + 0.5), HEIGHT - 560
            yield _FIGURES[number // 5 % len(_FIGURES)](x, y, radius, second)


def _has_italics(text: str) -> bool:
    """Whether all letters are of scripts that have italics; others would be slanted.

    >>> _has_italics("Of all kinds"), _has_italics("Всякие"), _has_italics("四つの童話")
    (True, True, False)
    """
    letters = filter(str.isalpha, text)
    return all(name(each, "?").split()[0] in _WITH_ITALICS for each in letters)


def _kept_together(words: str) -> str:
    """A name that no line divides, unless it is long."""
    return words.replace(" ", "\u00a0") if width_of(words) <= _LONGEST_NAME else words


def _lozenge(x: float, y: float, radius: float, colour: str) -> str:
    corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
    points = " ".join(f"{left:.1f},{top:.1f}" for left, top in corners)
    return f'<polygon points="{points}" fill="{colour}"/>\n'


def _disc(x: float, y: float, radius: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius * 0.8:.1f}" fill="{colour}"/>\n'


def _ring(x: float, y: float, radius: float, colour: str) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius * 0.75:.1f}" fill="none" '
        f'stroke="{colour}" stroke-width="{radius * 0.3:.1f}"/>\n'
    )


def _arch(x: float, y: float, radius: float, colour: str) -> str:
    left, right, foot = x - radius, x + radius, y + radius * 0.8
    return (
        f'<path d="M{left:.1f} {foot:.1f} V{y:.1f} A{radius:.1f} {radius:.1f} 0 0 1 '
        f'{right:.1f} {y:.1f} V{foot:.1f} Z" fill="{colour}"/>\n'
    )


_FIGURES = (_lozenge, _disc, _ring, _arch)


def _set(
    text: SetLines, first: float, *, leading: float, weight: str = "400", style: str = "normal"
) -> Iterator[str]:
    """Lines as elements; ``first`` is the base of the first one."""
    look = f' font-weight="{weight}"' if weight != "400" else ""
    look += f' font-style="{style}"' if style != "normal" else ""
    for place, line in enumerate(text.lines):
        y = first + place * text.size * leading
        place_of_line = f'x="{WIDTH // 2}" y="{y:.1f}" font-size="{text.size}"'
        yield f"<text {place_of_line}{look}>{_escape(line)}</text>\n"


def _escape(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )
