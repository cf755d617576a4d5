"""A first profile of an archive, learned from its sources: a starting point to be edited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import Factory, define

from .cleaning.boilerplate import LineCounts
from .reading import Reading

__all__ = ["Learner"]

_MOST_OF_THEM = 0.8
_LEAST = 3
_SEPARATORS = (" - ", " – ", " — ", " | ", " » ", " > ", " :: ", " / ")
_DATED = re.compile(r"(?P<date>\d{4}(?:[-_.]\d\d){1,2})(?P<between>[-_. ])(?P<rest>.+)\.(\w+)\Z")
_DATE_ALONE = re.compile(r"\d{4}(?:[-_.]\d\d){0,2}(?:\.\w+)?\Z")
_UNICODE = ("utf-8", "ascii", "utf-16-le", "utf-16-be")


@define
class Learner:
    r"""Looks at readings, one after the other, and writes what they have in common.

    >>> from ..model import Entry
    >>> learner = Learner()
    >>> for n in range(4):
    ...     entry = Entry(id=f"{n:016}", title=f"A {n}", body=f"Site - Wishes - A {n}\n\nText.")
    ...     uri = f"archive/ru/2001-0{n + 1}-wish.txt"
    ...     learner.add(Reading(source=uri, entries=(entry,), format="plain", encoding="koi8-r"))
    >>> print("\n".join(line for line in learner.toml().split("\n") if line[:1].islower()))
    encoding = "koi8-r"
    path = "{category*}/{date}-{title}.txt"
    header = "{site} - {category} - {title}"
    """

    sources: int = 0
    texts: int = 0
    formats: Counter[str] = Factory(Counter)
    encodings: Counter[str] = Factory(Counter)
    languages: Counter[str] = Factory(Counter)
    rights: Counter[str] = Factory(Counter)
    names: Counter[str] = Factory(Counter)
    headers: Counter[str] = Factory(Counter)
    evidence: Counter[str] = Factory(Counter)
    lines: LineCounts = Factory(LineCounts)

    def add(self, reading: Reading) -> None:
        """Take what came of a source."""
        if not reading.entries:
            return
        self.sources += 1
        self.formats[reading.format or ""] += 1
        self.encodings[reading.encoding or ""] += 1
        self.names[_shape_of_name(reading.source)] += 1
        self.evidence.update(reading.evidence)
        taken = {place: one.text for place, one in reading.removed if one.change == "breadcrumb"}
        for place, entry in enumerate(reading.entries):
            self.texts += 1
            self.languages[entry.language or ""] += 1
            self.rights[entry.rights or ""] += 1
            # A first line that stands alone has become the title.
            first = entry.body.lstrip("\n").partition("\n")[0]
            shapes = map(_shape_of_header, (taken.get(place, ""), entry.title, first))
            self.headers[next(filter(None, shapes), "")] += 1
            self.lines.add(entry.body)

    def toml(self) -> str:
        """The profile, with comments that say why."""
        return "\n".join([*self._all(), "", *self._places(), "", *self._lines()]) + "\n"

    def _all(self) -> Iterator[str]:
        yield f"# Learned from {self.sources} sources with {self.texts} texts. Edit it by hand."
        yield ""
        yield f"# Formats: {_shares(self.formats)}"
        yield from _line("format", _common(self.formats, self.sources, but=("plain", "")))
        yield f"# Encodings: {_shares(self.encodings)}"
        yield from _line("encoding", _common(self.encodings, self.sources, but=(*_UNICODE, "")))
        yield f"# Languages: {_shares(self.languages)}"
        yield from _line("language", _common(self.languages, self.texts, but=("",)), "auto")
        yield "# Rights of all texts that tell none"
        yield from _line("rights", _common(self.rights, self.texts, but=("",)), "CC0-1.0")

    def _places(self) -> Iterator[str]:
        yield "[from]"
        yield "# Paths below the source: {title}, {category}, {category*}, {author}, {date}, {_} …"
        yield from _line("path", _common(self.names, self.sources, but=("",)), "{category*}/{_}")
        yield "# The first line of a text"
        header = _common(self.headers, self.texts, but=("",))
        yield from _line("header", header, "{site} - {category} - {title}")

    def _lines(self) -> Iterator[str]:
        for sentence, times in self.evidence.most_common(5):
            yield f"# {times} times: {_printable(sentence)}"
        yield "[options]"
        yield '# split = "heading"'
        yield ""
        repeated = list(dict.fromkeys(each.line for each in self.lines.repeated()))
        if repeated:
            yield "# To take these lines away, move this above the first [table], without the #."
            yield f"# boilerplate = [{', '.join(_quoted(re.escape(line)) for line in repeated)}]"


def _line(key: str, value: str | None, otherwise: str | None = None) -> Iterator[str]:
    if value is not None:
        yield f"{key} = {_quoted(value)}"
    elif otherwise is not None:
        yield f"# {key} = {_quoted(otherwise)}"


def _quoted(value: str) -> str:
    if "'" not in value and value.isprintable():
        return f'"{value}"' if not {"\\", '"'} & set(value) else f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_printable(escaped)}"'


def _printable(value: str) -> str:
    """Without the control characters that TOML has neither in strings nor in comments."""
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in value)


def _common(counted: Counter[str], of: int, but: Iterable[str]) -> str | None:
    """What nearly all have, if it is worth to be said."""
    if not counted:
        return None
    value, number = counted.most_common(1)[0]
    is_common = number >= max(_LEAST, _MOST_OF_THEM * of)
    return value if is_common and value not in but else None


def _shares(counted: Counter[str]) -> str:
    return ", ".join(f"{name or 'not told'} {number}" for name, number in counted.most_common(6))


def _shape_of_name(uri: str) -> str:
    """A pattern for the path of a source, where its name has parts; else nothing."""
    folders, _, name = uri.partition("/")[2].rpartition("/")
    before = "{category*}/" if folders else ""
    # First: the day of a date is no title behind a month.
    if _DATE_ALONE.match(name):
        suffix = name.rpartition(".")[2]
        return f"{before}{{date}}.{suffix}" if suffix.isalpha() else f"{before}{{date}}"
    if found := _DATED.match(name):
        return f"{before}{{date}}{found['between']}{{title}}.{found[4]}"
    return ""


def _shape_of_header(line: str) -> str:
    """A pattern for a first line that is divided; else nothing."""
    for separator in _SEPARATORS:
        parts = line.count(separator) + 1
        if len(line) <= 200 and 3 <= parts <= 5:
            middle = separator.join(["{category}", *["{_}"] * (parts - 3)])
            return f"{{site}}{separator}{middle}{separator}{{title}}"
    return ""
