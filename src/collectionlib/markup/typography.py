r"""Straight quotes, double hyphens and three dots, set as printers of each language do.

Nothing but these characters changes, and doing it twice changes nothing more. What is no prose is
left alone: code, addresses, HTML, escaped characters, tables and drawings.

Which quote opens and which closes is decided by markdown-it's smartquotes, on running text of
either notation; in Chinese and Japanese, which have no blanks to tell it by, quotes alternate in a
paragraph that has an even number of them. The quotes of each language are those of CLDR 46 and of
its printers' handbooks where the two differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from attrs import field, frozen
from markdown_it import MarkdownIt

from .layout import columns_matter

__all__ = ["Quotes", "Typography", "typeset"]

Quotes = tuple[str, str, str, str]
"""The outer two, and the inner two."""

_NARROW = "\u202f"
_ENGLISH: Quotes = ("“", "”", "‘", "’")
_GERMAN: Quotes = ("„", "“", "‚", "‘")
_POINTED: Quotes = ("«", "»", "„", "“")
_ROMANCE: Quotes = ("«", "»", "“", "”")
_SWISS: Quotes = ("«", "»", "‹", "›")
_NORDIC: Quotes = ("”", "”", "’", "’")
_CORNERS: Quotes = ("「", "」", "『", "』")
_QUOTES: Mapping[str, Quotes] = {
    "bg": _GERMAN,
    "ca": _ROMANCE,
    "cs": _GERMAN,
    "da": ("»", "«", "›", "‹"),
    "de": _GERMAN,
    "de-ch": _SWISS,
    "de-li": _SWISS,
    "el": _ROMANCE,
    "es": _ROMANCE,
    "et": ("„", "“", "«", "»"),
    "fi": _NORDIC,
    "fr": (f"«{_NARROW}", f"{_NARROW}»", "“", "”"),
    "fr-ch": _SWISS,
    "he": _NORDIC,
    "hr": ("„", "”", "‘", "’"),
    "hu": ("„", "”", "»", "«"),
    "is": _GERMAN,
    "it": _ROMANCE,
    "it-ch": _SWISS,
    "ja": _CORNERS,
    "lt": _GERMAN,
    "nb": ("«", "»", "‘", "’"),
    "nn": ("«", "»", "‘", "’"),
    "no": ("«", "»", "‘", "’"),
    "pl": ("„", "”", "«", "»"),
    "pt-pt": _ROMANCE,
    "ro": ("„", "”", "«", "»"),
    "ru": _POINTED,
    "sk": _GERMAN,
    "sl": _GERMAN,
    "sv": _NORDIC,
    "uk": _POINTED,
    "zh-hant": _CORNERS,
    "zh-tw": _CORNERS,
    "zh-hk": _CORNERS,
}
_DASHES: Mapping[str, str] = {
    **dict.fromkeys(("en", "es", "pt", "ru", "uk", "bg", "it", "el"), "—"),
    **dict.fromkeys(("zh", "ja"), "——"),
}
"""What a double hyphen stands for; an en dash elsewhere."""
_SPACED: Mapping[str, str] = dict.fromkeys(("ru", "uk", "bg", "es", "pt", "it"), "—")
"""What a hyphen between blanks stands for; an en dash elsewhere."""
_WITHOUT_BLANKS = ("zh", "ja")


@frozen
class Typography:
    """What is set.

    Args:
        quotes: straight quotes and apostrophes.
        dashes: ``--``, ``---``, and a hyphen between blanks.
        ellipses: three dots.
        styles: quotes of languages, in place of those that are known, by tag in lower case.
    """

    quotes: bool = False
    dashes: bool = False
    ellipses: bool = False
    styles: Mapping[str, Quotes] = field(factory=dict)

    def __bool__(self) -> bool:
        return self.quotes or self.dashes or self.ellipses


def typeset(text: str, language: str | None, rules: Typography, markup: str = "plain") -> str:
    r"""A text as printers set it.

    Args:
        text: a title or a body.
        language: BCP 47 tag; English unless given.
        rules: what is set.
        markup: notation of the text, ``plain`` or ``markdown``.

    >>> rules = Typography(quotes=True, dashes=True, ellipses=True)
    >>> typeset('"It\'s `"code"` -- wait..."', "en", rules, "markdown")
    '“It’s `"code"` — wait…”'
    >>> typeset("Er sagte: \"Geh 'nach' Haus - bitte!\"", "de", rules)
    'Er sagte: „Geh ‚nach‘ Haus – bitte!“'
    """
    tag = (language or "en").lower()
    # What was set may let more be told: until nothing is left that can be.
    while (done := _typeset(text, tag, rules, markup)) != text:
        text = done
    return text


def _typeset(text: str, tag: str, rules: Typography, markup: str) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in _prose(text, markup):
        pieces += text[done:start], _set(text[start:end], tag, rules, markup)
        done = end
    return "".join((*pieces, text[done:]))


# --- what is prose ------------------------------------------------------------------------------

_BLANK_LINES = re.compile(
    r"(?:\r\n|[\r\n\x85\u2028\u2029])(?:[^\S\n]*(?:\r\n|[\n\x85\u2028\u2029]))+"
)
_FENCE = re.compile(r"^[^\S\n]*(?:>[^\S\n]?)*(?:```|~~~)", re.MULTILINE)
_CODE_LINES = re.compile(r"(?: {4}|\t)")
_TABLE = re.compile(r"^[|:\-\s]*\|[|:\-\s]*$", re.MULTILINE)
_ADDRESS = r"(?:https?|ftp|mailto|urn):[^\s<>\"]+|www\.[^\s<>\"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_PLAIN_MASK = re.compile(rf"{_ADDRESS}|^[-=*_~\s]+$", re.IGNORECASE | re.MULTILINE)
_MARKDOWN_MASK = re.compile(
    rf"""(?P<ticks>(?<!`)`+(?!`)).*?(?<!`)(?P=ticks)(?!`)   # code
       | \\.                                                 # an escaped character
       | <[^<>\n]+>                                          # an address, HTML
       | \]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)             # where a link leads
       | ^\ {{0,3}}\[[^\]\n]+\]:[^\n]*                       # a reference, or where a note begins
       | ^[^\S\n]*(?:>[^\S\n]?)*[-=*_\s]+$                   # a rule, or below a heading
       | &\#?\w+;
       | {_ADDRESS}""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_NOTE = re.compile(r" {0,3}\[\^[^\]\n]+\]:")


def _prose(text: str, markup: str) -> Iterator[tuple[int, int]]:
    """The places of the blocks that are prose."""
    fenced = False
    start = 0
    for gap in [*_BLANK_LINES.finditer(text), None]:
        end = gap.start() if gap else len(text)
        block = text[start:end]
        fences = len(_FENCE.findall(block)) if markup == "markdown" else 0
        if not fenced and not fences and not _is_code(block, markup):
            yield start, end
        fenced ^= fences % 2 == 1
        start = gap.end() if gap else end


def _is_code(block: str, markup: str) -> bool:
    if markup == "plain":
        return columns_matter(block.replace("\r", ""))
    return _CODE_LINES.match(block) is not None or _TABLE.search(block) is not None


def _masked(block: str, markup: str) -> list[bool]:
    """Which characters are to stay."""
    stays = [False] * len(block)
    mask = _MARKDOWN_MASK if markup == "markdown" else _PLAIN_MASK
    for found in mask.finditer(block):
        start = found.start()
        if markup == "markdown" and (note := _NOTE.match(found[0])):
            stays[start : start + note.end()] = [True] * note.end()
            continue
        stays[start : found.end()] = [True] * (found.end() - start)
    return stays


# --- setting it ---------------------------------------------------------------------------------


def _set(block: str, tag: str, rules: Typography, markup: str) -> str:
    if not _ANYTHING.search(block):
        return block
    stays = _masked(block, markup)
    # A letter in the place of what stays: a word is a word, whatever is in it.
    seen = "".join(
        "x" if stay and not c.isspace() else c for c, stay in zip(block, stays, strict=True)
    )
    changes: dict[int, tuple[int, str]] = {}
    if rules.dashes:
        changes |= _dashes(seen, tag)
    if rules.ellipses:
        changes |= _ellipses(seen, tag)
    if rules.quotes:
        changes |= _quotes(seen, tag, rules.styles)
    pieces: list[str] = []
    done = 0
    for start in sorted(changes):
        length, put = changes[start]
        pieces += block[done:start], put
        done = start + length
    return "".join((*pieces, block[done:]))


_ANYTHING = re.compile(r"[\"']|--|\.\.\.|\s-\s")
_DOUBLE = re.compile(r"(?<![-<!=+|])(?P<before>[^\s\-<!=+|]?)(?P<dash>-{2,3})(?![->=+|])")
_HYPHEN = re.compile(r"(?<=[^\S\n])-(?=[^\S\n])")
_DOTS = re.compile(r"(?<![./])(?:\.{3}|\.{6})(?![./])")


def _dashes(seen: str, tag: str) -> Iterator[tuple[int, tuple[int, str]]]:
    language = tag.partition("-")[0]
    for found in _DOUBLE.finditer(seen):
        # A blank before and a letter behind: an option of a command.
        if not found["before"] and not seen[found.end() : found.end() + 1].isspace():
            continue
        dash = "—" if found["dash"] == "---" else _DASHES.get(language, "–")
        if language in _WITHOUT_BLANKS:
            dash = "——"
        yield found.start("dash"), (len(found["dash"]), dash)
    for found in _HYPHEN.finditer(seen):
        line = seen[seen.rfind("\n", 0, found.start()) + 1 : found.start()]
        # At the beginning of a line it is a point of a list, or somebody speaks.
        if line.strip(" \t>") and not _is_sum(seen, found):
            yield found.start(), (1, _SPACED.get(language, "–"))


def _is_sum(seen: str, found: re.Match[str]) -> bool:
    before, after = seen[: found.start()].rstrip()[-1:], seen[found.end() :].lstrip()[:1]
    return before.isdigit() and after.isdigit()


def _ellipses(seen: str, tag: str) -> Iterator[tuple[int, tuple[int, str]]]:
    for found in _DOTS.finditer(seen):
        doubled = len(found[0]) == 6 or tag.partition("-")[0] in _WITHOUT_BLANKS
        yield found.start(), (len(found[0]), "……" if doubled else "…")


_MARKS = "“”‘‛"
"""What stands for the four quotes: punctuation as they are, and none of it the apostrophe."""
_ELISION = re.compile(
    r"(?<!\w)'(?=\d\ds?\b|(?:tis|twas|twere|em|cause|til|bout|n)\b)", re.IGNORECASE
)
_IN_WORD = re.compile(r"(?<=[A-Za-z])'(?=[A-Za-z])")


@cache
def _smart() -> MarkdownIt:
    """What tells the quotes of a paragraph, and does nothing else."""
    parser = MarkdownIt("zero", {"typographer": True, "quotes": _MARKS})
    return parser.enable("smartquotes")


def _quotes(
    seen: str, tag: str, styles: Mapping[str, Quotes]
) -> Iterator[tuple[int, tuple[int, str]]]:
    if "'" not in seen and '"' not in seen:
        return
    language = tag.partition("-")[0]
    style = _style(tag, styles)
    if language in _WITHOUT_BLANKS:
        marked = _alternating(seen)
    else:
        marked = _paired(_ELISION.sub("’", seen) if language == "en" else seen)
    for place, (one, other) in enumerate(zip(seen, marked, strict=True)):
        if one != other:
            yield place, (1, style[_MARKS.index(other)] if other in _MARKS else "’")


def _style(tag: str, styles: Mapping[str, Quotes]) -> Quotes:
    """The quotes of a language, of the longest tag that is known."""
    for known in (styles, _QUOTES):
        parts = tag.split("-")
        while parts:
            if found := known.get("-".join(parts)):
                return found
            parts.pop()
    return _ENGLISH


def _paired(seen: str) -> str:
    """With a mark for each quote that opens or closes."""
    paragraph = seen.replace("\r\n", " \n").strip()
    start = len(seen) - len(seen.lstrip())
    if not paragraph:
        return seen
    inline = _smart().parse(paragraph)[1]
    marked = "".join(token.content for token in inline.children or ())
    if len(marked) != len(paragraph):
        return seen
    whole = f"{seen[:start]}{marked}{seen[start + len(marked) :]}"
    # A line feed of two characters stays one of two.
    return "".join(new if old in "'\"" else old for old, new in zip(seen, whole, strict=True))


def _alternating(seen: str) -> str:
    seen = _IN_WORD.sub("’", seen)
    if seen.count('"') % 2:
        return seen
    first, *others = seen.split('"')
    return first + "".join(_MARKS[place % 2] + other for place, other in enumerate(others))
