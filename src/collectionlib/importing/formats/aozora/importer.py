"""From a file of Aozora Bunko to its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from ....errors import ParseError
from ....model import JSONValue
from ...draft import Draft, Removal
from ...sources import SourceFile
from ...structured import body_of
from ..base import Recognition
from .body import Body, read
from .parts import Parts, divide

__all__ = ["AozoraImporter"]

_LEGEND = "【テキスト中に現れる記号について】"
_MADE_BY = "青空文庫作成ファイル"
_NOTE = re.compile(r"［＃[^［］\n]{1,200}］")
_READING = re.compile(r"[一-鿿々〆〇ヶ]《[ぁ-ゖァ-ヺー・]{1,30}》")
_EDITION = re.compile(r"(?m)^底本[：:「]")
_FEWEST_READINGS = 3
_FIELD = re.compile(
    r"(?P<name>底本の親本|底本|初出|入力|校正|翻訳|監修|ファイル作成)[：:](?P<value>.*)"
)
_YEAR = re.compile(r"([12]\d{3})(?:（[^）]*）)?年(?:(\d{1,2})月)?")


@frozen
class AozoraImporter:
    r"""Reads texts of Aozora Bunko: ruby, missing characters, notes, and the colophon.

    >>> text = "雨\n山田太郎\n\n　雨《あめ》が降る。\n\n底本：「詩集」\n入力：花子\n"
    >>> (draft,) = AozoraImporter().parse(SourceFile("ame.txt", text.encode()))
    >>> draft.title, draft.body, draft.contributors[0].name
    ('雨', '{雨|あめ}が降る。', '山田太郎')
    """

    def recognises(self, source: SourceFile) -> Recognition | None:
        """The legend, the colophon, or notes and readings in their notation."""
        text = source.text
        if text.isascii():
            return None
        if _LEGEND in text[:5000]:
            return Recognition(0.95, "the legend of Aozora Bunko")
        if _MADE_BY in text[-5000:] and _EDITION.search(text[-8000:]):
            return Recognition(0.95, "the colophon of Aozora Bunko")
        if "［＃" in text or "《" in text:
            notes = len(_NOTE.findall(text[:200_000]))
            readings = len(_READING.findall(text[:200_000]))
            if readings >= _FEWEST_READINGS and (notes or _EDITION.search(text)):
                reason = f"{readings} readings and {notes} notes as Aozora Bunko writes them"
                return Recognition(0.85, reason)
        return None

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The text, with what its head and its colophon say.

        Raises:
            ParseError: there is no title with a name below it.
        """
        parts = divide(source.text)
        if parts is None:
            raise ParseError(
                source.uri,
                "its first lines are no title and author; take it for text with --format plain",
            )
        body = read(parts.lines)
        text, markup = body_of(body.blocks)
        created, attributes = _about(parts.colophon)
        if parts.subtitles:
            attributes["subtitles"] = list(parts.subtitles)
        yield Draft(
            title=parts.title,
            body=text,
            markup=markup,
            contributors=parts.contributors,
            language="ja",
            created=created,
            attributes=attributes,
            changes=_changes(parts, body),
            removed=tuple(_removed(parts, body)),
            evidence=tuple(_evidence(body)),
            warnings=tuple(_warnings(body)),
        )


def _changes(parts: Parts, body: Body) -> tuple[str, ...]:
    there = {"head": True, "legend": bool(parts.legend), "colophon": bool(parts.colophon)}
    return (*[name for name, is_there in there.items() if is_there], *body.changes)


def _removed(parts: Parts, body: Body) -> Iterator[Removal]:
    if parts.legend:
        yield Removal("legend", parts.legend)
    if parts.colophon:
        yield Removal("colophon", "\n".join(parts.colophon))
    for name, notes in body.notes.items():
        yield Removal(name, "\n".join(notes))


def _evidence(body: Body) -> Iterator[str]:
    if body.readings:
        yield f"{body.readings} readings"
    if body.headings:
        yield f"{body.headings} headings that notes name"


def _warnings(body: Body) -> Iterator[str]:
    if body.untold:
        yield f"{body.untold} characters could not be told: their notes stand in the text"
    if body.unknown:
        first = f"［＃{next(iter(body.unknown))}］"
        yield f"{body.unknown.total()} notes are not known and stand in the text, such as {first}"


def _about(colophon: Sequence[str]) -> tuple[str | None, dict[str, JSONValue]]:
    """When a text first appeared, and what else its colophon says, by name."""
    said: dict[str, list[str]] = {}
    name: str | None = None
    for line in colophon:
        if found := _FIELD.match(line):
            name = str(found["name"])
            said.setdefault(name, []).append(found["value"].strip())
        elif name and line[:1] in "　 ":
            said[name].append(line.strip("　 "))
        else:
            name = None
    created = None
    if found := _YEAR.search(" ".join(said.get("初出", []))):
        year, month = found.groups()
        is_month = month and 1 <= int(month) <= 12
        created = f"{year}-{int(month):02}" if is_month else year
    values: dict[str, JSONValue] = {key: "\n".join(lines) for key, lines in said.items()}
    return created, {"colophon": values} if values else {}
