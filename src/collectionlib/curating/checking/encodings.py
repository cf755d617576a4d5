"""Letters that came from reading bytes in the wrong encoding, and how they are mended."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from ...importing.cleaning.mojibake import fix_mojibake
from ...importing.draft import Draft
from ...model import Entry
from .findings import Finding

__all__ = ["mend_mojibake", "mojibake"]

_CHANGE = "mojibake"
# Those that ftfy looks for; it brings the ones that leave no byte out ("sloppy").
_ENCODINGS = (
    "latin-1", "sloppy-windows-1252", "sloppy-windows-1251", "sloppy-windows-1250",
    "sloppy-windows-1253", "sloppy-windows-1254", "sloppy-windows-1257", "iso-8859-2",
    "macroman", "cp437",
)  # fmt: skip
_LAYERS = 3


def mojibake(entry: Entry) -> Iterator[Finding]:
    """Whether letters are others than they were.

    Raises:
        MissingExtra: ftfy is not installed.
    """
    if _is_ascii(entry):
        return
    draft = _mended(entry)
    if draft.removed:
        first = " ".join(draft.removed[0].text.split())[:60]
        places = "one place" if len(draft.removed) == 1 else f"{len(draft.removed):,} places"
        message = f"bytes were read in a wrong encoding in {places}: “{first}”"
        yield Finding.of(entry, "mojibake", message, fixable=_is_sure(entry, draft))


def mend_mojibake(entry: Entry) -> Entry:
    """The entry with the letters that it had; as it is, where that is not sure.

    It is sure where reading the mended text in the wrong encoding gives what stood there: nothing
    is lost by it, and it can be taken back.

    Raises:
        MissingExtra: ftfy is not installed.
    """
    if _is_ascii(entry):
        return entry
    draft = _mended(entry)
    if not draft.removed or not _is_sure(entry, draft):
        return entry
    source = entry.source and evolve(entry.source, changes=(*entry.source.changes, _CHANGE))
    return evolve(
        entry,
        title=draft.title or "",
        body=draft.body,
        contributors=draft.contributors,
        source=source,
    )


def _is_ascii(entry: Entry) -> bool:
    names = (one.name for one in entry.contributors)
    return entry.body.isascii() and entry.title.isascii() and all(map(str.isascii, names))


def _mended(entry: Entry) -> Draft:
    return fix_mojibake(Draft(title=entry.title, body=entry.body, contributors=entry.contributors))


def _is_sure(entry: Entry, draft: Draft) -> bool:
    pairs = [(entry.title, draft.title or "")]
    pairs += zip(entry.body.split("\n"), draft.body.split("\n"), strict=True)
    for before, after in zip(entry.contributors, draft.contributors, strict=True):
        pairs += [(before.name, after.name), (before.sort_name or "", after.sort_name or "")]
    return all(before == after or _leads_back(after, before) for before, after in pairs)


def _leads_back(mended: str, found: str) -> bool:
    """Whether reading the mended line in wrong encodings, once or more, gives what was found."""
    layer = {mended}
    for _ in range(_LAYERS):
        layer = {wrong for text in layer for wrong in _misread(text)}
        if found in layer:
            return True
    return False


def _misread(text: str) -> Iterator[str]:
    for encoding in _ENCODINGS:
        try:
            yield text.encode().decode(encoding)
        except UnicodeDecodeError:
            continue
