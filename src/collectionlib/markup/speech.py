"""Who says what: which lines and paragraphs are the turns of a dialogue.

Only what is sure is told, since a wrong look is worse than a plain one. A turn begins with a dash
and a word that begins a sentence, and ends as sentences do; or it is a kept line in quotation
marks. One alone is none: behind a single dash stands also who wrote the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["are_turns", "may_be_turn", "turns"]

_DASHES = ("—", "–", "―", "‒", "- ", "--")
_QUOTES = ("“", "„", "«", "»", '"', "「", "『", "”")

_CLOSING = {"“": "”", "„": "“”", "«": "»", "»": "«", '"': '"', "「": "」", "『": "』", "”": "”"}
_DASH = re.compile(r"(?:[—–―‒]|--(?!-))\s?|- ")
_END = re.compile(r"[.!?…:。！？」』—–][\"'”’»«“)\]」』]*\s*\Z|[\"”»]\s*\Z")
# A Chinese or Japanese sentence ends as no title does.
_ASKS_OR_CALLS = ("?", "!", "？", "！", "…", "。")


def may_be_turn(text: str) -> bool:
    """Whether a line or paragraph begins as a turn does; quick.

    >>> may_be_turn("— And you?"), may_be_turn("And you?")
    (True, False)
    """
    return text.startswith(_DASHES)


def turns(paragraphs: Sequence[str]) -> list[bool]:
    """Which of paragraphs, each of one line, are turns: those with another one as a neighbour.

    >>> turns(["He came in.", "— Good day.", "— And you?", "She left.", "— Jules Verne"])
    [False, True, True, False, False]
    """
    spoken = [may_be_turn(text) and _is_turn(text) for text in paragraphs]
    found = [False] * len(spoken)
    start = 0
    for place in range(1, len(spoken) + 1):
        if place < len(spoken) and spoken[place] == spoken[start]:
            continue
        if spoken[start] and _is_run(paragraphs[start:place]):
            found[start:place] = [True] * (place - start)
        start = place
    return found


def are_turns(lines: Sequence[str]) -> bool:
    r"""Whether kept lines are a dialogue: two turns in a row, or all of them in quotation marks.

    >>> are_turns(["The king asked:", "— Who are you?", "— I am nobody."])
    True
    >>> are_turns(["“Who are you?”", "“Nobody,” he said."])
    True
    >>> are_turns(["Know thyself.", "— Socrates"]), are_turns(["- milk", "- bread"])
    (False, False)
    """
    if any(map(may_be_turn, lines)) and any(turns([line.strip() for line in lines])):
        return True
    quoted = len(lines) > 1 and lines[0].startswith(_QUOTES) and all(map(_is_quoted, lines))
    # Quotations stand in lines of their own too, as those of a poem do.
    return quoted and _asks_or_calls(lines)


def _is_turn(text: str) -> bool:
    dash = _DASH.match(text)
    if not dash or not _END.search(text[-12:]):
        return False
    first = text[dash.end() : dash.end() + 1]
    # A list begins its items with small letters, a sentence does not.
    begins = first.isalnum() and not first.islower()
    return begins or (first != "" and first in '«“„"‘¿¡…‹「『')


def _is_run(texts: Sequence[str]) -> bool:
    if len(texts) < 2:
        return False
    # Lists are written with hyphens too; but they neither ask nor call.
    surely = all(not text.startswith("- ") for text in texts)
    return surely or _asks_or_calls(texts)


def _asks_or_calls(texts: Sequence[str]) -> bool:
    return any(mark in text for text in texts for mark in _ASKS_OR_CALLS)


def _is_quoted(line: str) -> bool:
    closing = _CLOSING.get(line[:1])
    return closing is not None and any(mark in line[1:] for mark in closing)
