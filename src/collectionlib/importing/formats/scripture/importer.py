"""The importer of scripture in XML."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from attrs import frozen

from ....errors import ParseError
from ....markup.trees import Element
from ...draft import Draft, Removal
from ...front_matter import described
from ...sources import SourceFile
from ...xml_trees import local_name, parse_xml, root_name
from ..base import Recognition
from . import leningrad, versed
from .chapters import Chapter, Edition, Line
from .leningrad import Reading

__all__ = ["ScriptureImporter"]

_LENINGRAD = "Tanach"
_NAMES = {_LENINGRAD: "the Westminster Leningrad Codex",
          **{root: dialect.name for root, dialect in versed.DIALECTS.items()}}  # fmt: skip


@frozen
class ScriptureImporter:
    r"""Reads the Westminster Leningrad Codex, OSIS, USFX and Zefania; a chapter is one text.

    Each verse is a line that begins with its number, a blank line ends a paragraph.

    Args:
        numbers: whether the numbers of the verses stand before them.
        reading: of the Leningrad Codex, where what is written and what is read differ: ``both``,
            as ``[ketiv] qere``, or one of them; the other is noted as removed.

    >>> source = SourceFile(
    ...     "bible.xml",
    ...     b"<XMLBIBLE><BIBLEBOOK bname='John'><CHAPTER cnumber='11'>"
    ...     b"<VERS vnumber='35'>Jesus wept.</VERS></CHAPTER></BIBLEBOOK></XMLBIBLE>",
    ... )
    >>> [(draft.title, draft.body) for draft in ScriptureImporter().parse(source)]
    [('John 11', '35 Jesus wept.')]
    """

    numbers: bool = True
    reading: Reading = "both"

    def recognises(self, source: SourceFile) -> Recognition | None:
        """The first element of one of its dialects."""
        if not source.text[:200].lstrip("\ufeff \t\r\n").startswith("<"):
            return None
        name = _NAMES.get(root_name(source.text[:20_000]) or "")
        return Recognition(0.95, f"the first element of {name}") if name else None

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The chapters in order.

        Raises:
            ParseError: it is not well formed, or holds no chapter.
            UnsafeSource: it declares entities of its own.
        """
        root = parse_xml(source.text, source.uri)
        found, edition = self._read(root, source)
        drafts = (self._draft(chapter, edition, source) for chapter in found)
        first = next(drafts, None)
        if first is None:
            raise ParseError(source.uri, "it holds no chapter with verses")
        if edition.header:
            # The header of the file belongs to none of its chapters.
            removed = (Removal("header", edition.header), *first.removed)
            first = first.but(removed=removed, changes=("header", *first.changes))
        yield first
        yield from drafts

    def _read(self, root: Element, source: SourceFile) -> tuple[list[Chapter], Edition]:
        name = local_name(root)
        if name == _LENINGRAD:
            return list(leningrad.chapters(root, self.reading)), leningrad.edition(root)
        if name not in versed.DIALECTS:
            known = ", ".join(_NAMES.values())
            raise ParseError(source.uri, f"its first element is {name}; known are {known}")
        dialect = versed.DIALECTS[name]
        return list(versed.chapters(root, dialect)), versed.edition(root, dialect)

    def _draft(self, chapter: Chapter, edition: Edition, source: SourceFile) -> Draft:
        lines = [line for line in chapter.lines if line.text.strip() or line.number]
        draft = Draft(
            body=_body(lines, numbers=self.numbers),
            title=f"{chapter.book} {chapter.number}".strip(),
            category=(*source.category, chapter.book or source.stem),
            raw=_record(chapter),
            many=True,
            rights=edition.rights,
            attributes={
                **edition.attributes,
                "book": chapter.book,
                "chapter": chapter.number,
                "verses": sum(line.number is not None for line in lines),
            },
            removed=tuple(Removal("notes", note) for note in chapter.notes),
            changes=("notes",) if chapter.notes else (),
            evidence=(f"a chapter of {_NAMES[_root_of(source)]}",),
        )
        return described(draft, {"language": edition.language} if edition.language else {})


def _root_of(source: SourceFile) -> str:
    return root_name(source.text[:20_000]) or ""


def _record(chapter: Chapter) -> str:
    """What tells a chapter from the others, however the file is laid out."""
    lines = [(line.number, line.text) for line in chapter.lines]
    return msgspec.json.encode([chapter.book, chapter.number, lines, chapter.notes]).decode()


def _body(lines: list[Line], *, numbers: bool) -> str:
    text = ""
    for line in lines:
        words = line.text.strip()
        if numbers and line.number is not None:
            words = f"{line.number} {words}".rstrip()
        text += words + ("\n\n" if line.ends_paragraph else "\n")
    return text.strip("\n")
