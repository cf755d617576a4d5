"""Text that was once read in the wrong encoding, and kept so."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from attrs import evolve

from ...errors import MissingExtra
from ...model import Contributor
from ..draft import Draft, Removal

__all__ = ["fix_mojibake"]

_LONGEST_LINE = 1_000_000
_CHANGE = "mojibake"
_PAIR = 2


def fix_mojibake(draft: Draft) -> Draft:
    r"""Letters that come from reading bytes in the wrong encoding become what they were.

    Each line is repaired by itself, and so are the title and the names of the contributors.
    A line that also holds letters in the right encoding is left alone: it may speak of mojibake.
    So are quotes, ligatures, widths, line ends and normalisation. What stood there goes into
    ``Draft.removed``, line by line: a guess that was wrong can be undone.

    Raises:
        MissingExtra: ftfy is not installed.

    >>> draft = fix_mojibake(Draft(body="Une journÃ©e d'Ã©tÃ©\nRien."))
    >>> draft.body, draft.removed
    ("Une journée d'été\nRien.", (Removal(change='mojibake', text="Une journÃ©e d'Ã©tÃ©"),))
    """
    repair = _repair()
    removed: list[Removal] = []

    def repaired(text: str) -> str:
        # The repair costs much; nothing in ASCII is mojibake.
        if text.isascii() or len(text) > _LONGEST_LINE:
            return text
        mended = repair(text)
        if mended != text:
            removed.append(Removal(_CHANGE, text))
        return mended

    title = draft.title and repaired(draft.title)
    contributors = tuple([_repaired_names(one, repaired) for one in draft.contributors])
    body = "\n".join([repaired(line) for line in draft.body.split("\n")])
    left = sum(len(line) > _LONGEST_LINE for line in draft.body.split("\n"))
    if left:
        warning = f"{left} lines are too long to look for letters of a wrong encoding in them"
        draft = draft.but(warnings=(*draft.warnings, warning))
    if not removed:
        return draft
    places = "one place" if len(removed) == 1 else f"{len(removed)} places"
    return draft.but(
        title=title,
        contributors=contributors,
        body=body,
        removed=(*draft.removed, *removed),
        evidence=(*draft.evidence, f"{places} had been read in a wrong encoding before"),
    )


def _repaired_names(contributor: Contributor, repaired: Callable[[str], str]) -> Contributor:
    name = repaired(contributor.name)
    sort_name = contributor.sort_name and repaired(contributor.sort_name)
    return evolve(contributor, name=name, sort_name=sort_name)


@cache
def _repair() -> Callable[[str], str]:
    try:
        import ftfy
        from ftfy.badness import is_bad
    except ImportError as error:
        raise MissingExtra("the transform mojibake", "mojibake") from error
    settings = ftfy.TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_encoding=True,
        # Byte A0 became a blank on the way, in many texts: without it they cannot be repaired.
        restore_byte_a0=True,
        replace_lossy_sequences=False,
        decode_inconsistent_utf8=False,
        fix_c1_controls=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
        explain=False,
    )

    def repair(text: str) -> str:
        # The first thing that ftfy asks, without what it does before.
        if not is_bad(text):
            return text
        mended = ftfy.fix_encoding(text, settings)
        return mended if _is_better(mended, text) else text

    return repair


def _is_better(mended: str, text: str) -> bool:
    # A pair of letters may be meant so, and U+0085 is a line end.
    if len(text.strip()) <= _PAIR or text.replace("\x85", "…") == mended:
        return False
    return _unreadable(mended) <= _unreadable(text) and "\n" not in mended


def _unreadable(text: str) -> int:
    return sum(
        character == "\ufffd" or "\x7f" <= character <= "\x9f" or character < "\t"
        for character in text
    )
