"""Plain text: a file is one text, or many where the user or strong evidence says so."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import Factory, field, frozen, validators

from ...errors import InvalidValueError
from ...identity import CategoryPath
from ..draft import Draft, Removal, without_line_end
from ..front_matter import described, divide
from ..paragraphs import MODES, Arranged, Mode, arrange
from ..sources import SourceFile
from ..splitting import Division, Piece, Splitter, divided_by_evidence, splitter
from ..wrapping import wrap_width
from .base import Recognition

__all__ = ["PlainImporter"]

_HEADER_KEYS = frozenset({"title", "author", "date"})


def _is_mode(instance: object, attribute: object, value: str) -> None:
    if value not in MODES:
        raise InvalidValueError("paragraphs", value, f"is none of {', '.join(MODES)}")


@frozen
class PlainImporter:
    r"""Takes any text file as one text or as many, when nobody knows better.

    Args:
        split: ``auto`` splits only on strong evidence; ``none``; ``heading``; ``heading:N``;
            ``line``; ``blank:N``; ``regex:EXPRESSION``; or the line that stands between the
            texts.
        paragraphs: how the text marks its paragraphs, in calibre's words: ``block``,
            ``single``, ``print``, ``unformatted``, ``off``; ``auto`` finds out.

    Raises:
        InvalidValueError: one of them is no such thing.

    >>> source = SourceFile("one.txt", b"Be well.")
    >>> [draft.body for draft in PlainImporter().parse(source)]
    ['Be well.']
    >>> source = SourceFile("two.txt", b"Be well.\n***\nBe happy.\n")
    >>> [draft.body for draft in PlainImporter(split="***").parse(source)]
    ['Be well.', 'Be happy.']
    """

    split: str = field(default="auto", validator=validators.instance_of(str))
    paragraphs: Mode = field(default="auto", validator=_is_mode)
    _divide: Splitter | None = field(
        init=False,
        repr=False,
        eq=False,
        default=Factory(lambda self: splitter(str(self.split)), takes_self=True),
    )

    def recognises(self, source: SourceFile) -> Recognition:
        """Every text is plain text, for want of more."""
        return Recognition(0.1, "text without another format's marks")

    def parse(self, source: SourceFile) -> Iterator[Draft]:
        """The texts of the file, unless it holds nothing but blanks.

        Raises:
            ParseError: the expression of ``split`` takes too long.
        """
        text = source.text
        if not text.strip():
            return
        division = self._divide(text, source.uri) if self._divide else divided_by_evidence(text)
        if division:
            yield from self._many(text, division, source.category)
        elif name := _name_of_xml(text):
            warning = f"it is XML of no kind that is known (<{name}>): its marks stand in the text"
            yield self._draft(without_line_end(text)).but(warnings=(warning,))
        else:
            yield self._draft(without_line_end(text))

    def _many(self, text: str, division: Division, category: CategoryPath) -> Iterator[Draft]:
        # A single short text says little of the width at which they all were wrapped.
        width = None if self.paragraphs == "off" else wrap_width(text)
        for piece in division.pieces:
            draft = self._draft(without_line_end(text[piece.body : piece.end]), width)
            placed = _placed(_with_header(draft), piece, division.evidence)
            yield placed.but(category=(*category, *piece.category)) if piece.category else placed

    def _draft(self, text: str, width: int | None = None) -> Draft:
        arranged = arrange(text, self.paragraphs)
        draft = Draft(body=arranged.text, wrap_width=arranged.wrap_width or width)
        return _arranged(draft, arranged) if arranged.change else draft


def _name_of_xml(text: str) -> str | None:
    """The name of the first element of a text that says of itself that it is XML."""
    if not text.startswith("<?xml "):
        return None
    from ..xml_trees import root_name

    return root_name(text[:20_000])


def _arranged(draft: Draft, arranged: Arranged) -> Draft:
    assert arranged.change
    change = arranged.change
    return draft.but(
        wrap_width=None,
        changes=(change,),
        removed=tuple(Removal(change, words) for words in arranged.divided),
        evidence=(arranged.evidence,) if arranged.evidence else (),
    )


def _placed(draft: Draft, piece: Piece, evidence: str) -> Draft:
    return draft.but(
        title=draft.title if piece.title is None else piece.title,
        tags=tuple(dict.fromkeys((*draft.tags, *piece.tags))),
        span=(piece.start, piece.end),
        many=True,
        removed=(*piece.removed, *draft.removed),
        evidence=(evidence, *draft.evidence),
    )


def _with_header(draft: Draft) -> Draft:
    """With what lines ``Title: …`` at its beginning say."""
    body = draft.body.lstrip()
    if body[:12].partition(":")[0].rstrip().casefold() not in _HEADER_KEYS:
        return draft
    body = body.replace("\r\n", "\n")
    front = divide(body)
    if not front:
        return draft
    body = body[front.end :].lstrip("\n")
    return described(draft.but(body=body), front.values)
