"""What stands before the first text of a book and behind its last one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import evolve, frozen

from ....markup.layout import is_break
from .chunks import Chunk
from .titles import folded, is_heading, without_marks

__all__ = ["Piece", "divided_back", "divided_front"]

_CREDITS = re.compile(
    r"(?:this |the |html )?(?:e-?text|e-?book|file|text|version|html version)?\s*(?:was |is |by )?"
    r"(?:first )?(?:produced|prepared|transcribed|scanned|typed|proofread|provided|created|"
    r"digitized|contributed)(?: and \w+)*\b.{0,60}?\b(?:by|from|for|at)\b"
    r"|e-?text (?:prepared|produced|scanned) |updated editions will",
    re.IGNORECASE,
)
_TRANSCRIBER = re.compile(
    r"\W*(?:transcriber|preparer|proofreader|e-?text (?:editor|producer)|project gutenberg editor|"
    r"transcription|anmerkungen? zur transkription|note de transcription|notes? du transcripteur)"
    r"(?:['’]?s['’]?)?\b(?:.{0,12}\bnotes?\b|:|\.?$|\s|\])",
    re.IGNORECASE,
)
_FRONT = re.compile(
    r"(?:the )?(?:author['’]s |editor['’]s |translator['’]s |general )?"
    r"(?:preface|introduction|introductory(?: note)?|foreword|prologue|proem|dedication|"
    r"to the reader|note|prefatory note|advertisement|acknowledge?ments?|argument|"
    r"vorwort|vorrede|einleitung|widmung|zum geleit|pr[ée]face|avant[- ]propos|avertissement|"
    r"au lecteur|d[ée]dicace|esipuhe|alkulause|johdanto|prefazione|pr[óo]logo|voorrede|f[öo]rord)"
    r"(?: (?:to|by|of|zu|von|de|du) .{1,80})?",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"(?:the )?(?:editor['’]s |author['’]s |translator['’]s |explanatory )?"
    r"(?:notes?|footnotes?|endnotes?|index|appendix|glossary|bibliography|errata|advertisements?|"
    r"anmerkungen|fu(?:ß|ss)noten|nachwort|notes et .{1,40}|viiteselitykset|alaviitteet|"
    r"glossaire|appendice|nachbemerkung)\b.{0,40}",
    re.IGNORECASE,
)
_PROSE_OF_A_PREFACE = 400
_LONGEST_TITLE_PAGE = 400
_SHORTEST_PREFACE = 150
_LONGEST_END_NOTE = 3_000
_WIDE, _WIDER = 2, 3


@frozen
class Piece:
    """A run of chunks: a text, or what was taken away.

    Args:
        first: index of its first chunk.
        body: index of the first chunk behind its heading.
        end: index behind its last chunk.
        title: of the text.
        label: what numbers it in the book.
        part: of the book that it stands in.
        change: name of the change that takes it away; ``""`` for a text.
    """

    first: int
    body: int
    end: int
    title: str = ""
    label: str = ""
    part: str = ""
    change: str = ""


def divided_front(
    chunks: Sequence[Chunk], end: int | None, listed: range, book_title: str
) -> list[Piece]:
    """What stands before the first text.

    Args:
        chunks: of the book.
        end: index of the heading of the first text; `None` where none is known, so that only what
            is clearly no text is taken away.
        listed: the chunks that are the list of contents.
        book_title: that its title page says.
    """
    pieces: list[Piece] = []
    at = 0
    limit = len(chunks) if end is None else end
    while at < limit:
        if at in listed:
            after = min(limit, listed.stop)
            pieces.append(Piece(at, after, after, change="contents"))
        else:
            after = _group_end(chunks, at, min(limit, listed.start if at < listed.start else limit))
            piece = _front_piece(chunks, at, after, pieces)
            if end is None and not _is_clear(piece, chunks, book_title):
                break
            pieces.append(piece)
        at = after
    return _merged(pieces)


def _is_clear(piece: Piece, chunks: Sequence[Chunk], book_title: str) -> bool:
    """Whether a piece is clearly no text, in a book without titles that stand out."""
    if piece.change != "title-pages":
        return piece.change != ""
    words = " ".join(chunk.words for chunk in chunks[piece.first : piece.end])
    named = folded(book_title)
    return (
        piece.end < len(chunks)
        and len(words) < _LONGEST_TITLE_PAGE
        and folded(words)[: len(named)] == named
    )


def _group_end(chunks: Sequence[Chunk], at: int, limit: int) -> int:
    """Where the next group begins: below a wide gap, or at a heading that is known."""
    if _CREDITS.match(chunks[at].words):
        return at + 1
    if _TRANSCRIBER.match(chunks[at].words):
        return _note_end(chunks, at, limit)
    end = at + 1
    while end < limit:
        chunk = chunks[end]
        if chunk.gap >= _WIDER or _CREDITS.match(chunk.words) or _TRANSCRIBER.match(chunk.words):
            break
        if chunk.gap >= _WIDE and _is_named(chunk, _FRONT):
            break
        end += 1
    return end


def _note_end(chunks: Sequence[Chunk], at: int, limit: int) -> int:
    """The end of a note: of its brackets, or where a wide gap is."""
    if chunks[at].words.startswith("["):
        depth = 0
        for end in range(at, limit):
            depth += chunks[end].words.count("[") - chunks[end].words.count("]")
            if depth <= 0:
                return end + 1
    end = at + 1
    while end < limit and (chunks[end].gap < _WIDE or (end == at + 1 and chunks[end].gap < _WIDER)):
        end += 1
    return end


def _is_named(chunk: Chunk, names: re.Pattern[str]) -> bool:
    return (
        is_heading(chunk)
        and names.fullmatch(without_marks(chunk.words).rstrip(".: ").lower()) is not None
    )


def _front_piece(chunks: Sequence[Chunk], first: int, end: int, before: Sequence[Piece]) -> Piece:
    group = chunks[first:end]
    if _CREDITS.match(group[0].words):
        return Piece(first, end, end, change="credits")
    if _TRANSCRIBER.match(group[0].words):
        return Piece(first, end, end, change="transcriber-notes")
    # "THE", "PREFACE."
    for size in (1, 2):
        words = without_marks(" ".join(chunk.words for chunk in group[:size])).rstrip(".: ")
        rest = " ".join(chunk.words for chunk in group[size:])
        if len(words) < 120 and len(rest) > _SHORTEST_PREFACE and _FRONT.fullmatch(words):
            return Piece(first, first + size, end, title=words)
    if sum(len(chunk.words) for chunk in group if chunk.is_prose) < _PROSE_OF_A_PREFACE:
        return Piece(first, end, end, change="title-pages")
    if before and not before[-1].change and not _is_title(group[0]):
        return Piece(first, first, end, title="\0")
    has_title = len(group) > 1 and _is_title(group[0])
    title = without_marks(group[0].words).rstrip(".: ") if has_title else ""
    return Piece(first, first + has_title, end, title=title)


def _is_title(chunk: Chunk) -> bool:
    return is_heading(chunk) and len(chunk.lines) <= 3 and not chunk.is_prose


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces of one kind that follow each other as one."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if last and piece.change and piece.change == last.change:
            merged[-1] = evolve(last, body=piece.end, end=piece.end)
        elif last and piece.title == "\0":
            merged[-1] = evolve(last, end=piece.end)
        else:
            merged.append(piece)
    return merged


def divided_back(chunks: Sequence[Chunk], last: Piece, listed: range) -> list[Piece]:
    """The last text without what stands behind it: notes, an index, a word of the editors."""
    cuts: list[tuple[int, str, str]] = []
    for at in range(last.body + 1, last.end):
        chunk = chunks[at]
        if at == listed.start:
            cuts.append((at, "", "contents"))
        elif at in listed or chunk.gap < _WIDE:
            continue
        elif _TRANSCRIBER.match(chunk.words):
            cuts.append((at, "", "transcriber-notes"))
        elif _CREDITS.match(chunk.words):
            cuts.append((at, "", "credits"))
        elif _is_named(chunk, _BACK) and at + 1 < last.end:
            cuts.append((at, without_marks(chunk.words).rstrip(".: "), ""))
    if (mark := _closing_break(chunks, last)) and (not cuts or mark < cuts[0][0]):
        stop = cuts[0][0] if cuts else last.end
        size = sum(len(chunk.words) for chunk in chunks[mark:stop])
        cuts.insert(0, (mark, "", "end-notes" if size <= _LONGEST_END_NOTE else ""))
    if not cuts:
        return [last]
    pieces = [evolve(last, end=cuts[0][0])]
    for (at, title, change), following in zip(cuts, [*cuts[1:], None], strict=True):
        end = following[0] if following else last.end
        if change:
            pieces.append(Piece(at, end, end, change=change))
        else:
            pieces.append(Piece(at, at + bool(title), end, title=title))
    return pieces


def _closing_break(chunks: Sequence[Chunk], last: Piece) -> int | None:
    """A mark with wide gaps on both sides, such as no other stands in the book."""
    marks = [
        at
        for at, chunk in enumerate(chunks[:-1])
        if chunk.gap >= _WIDE and chunks[at + 1].gap >= _WIDE and is_break(chunk.words)
    ]
    return marks[0] if len(marks) == 1 and last.body < marks[0] < last.end else None
