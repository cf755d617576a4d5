"""The texts on their way into a book: set in type, and marked where words were struck out."""

from __future__ import annotations

from attrs import evolve, frozen

from ...identity import EntryId
from ...markup.censored import find_censored
from ...markup.commonmark import escape
from ...markup.typography import typeset
from ...model import Entry, Markup
from ..formats.base import Entries
from .rules import TextRules

__all__ = ["SetTexts"]


@frozen
class SetTexts:
    """Entries as the book has them; each is set anew when it is read.

    Args:
        entries: where they are read.
        rules: what is done to them.
        language: of those that say none.
    """

    entries: Entries
    rules: TextRules
    language: str | None

    def get(self, entry_id: EntryId) -> Entry:
        """The entry of that id, set."""
        entry = self.entries.get(entry_id)
        title = self._set(entry.title, entry, "plain")
        body = self._set(entry.body, entry, entry.markup)
        if title == entry.title and body == entry.body:
            return entry
        return evolve(entry, title=title, body=body)

    def _set(self, text: str, entry: Entry, markup: Markup) -> str:
        if self.rules.censored == "mark":
            text = _marked(text, markup, self.rules.mark)
        if self.rules.typography:
            language = entry.language or self.language
            text = typeset(text, language, self.rules.typography, markup)
        return text


def _marked(text: str, markup: Markup, mark: str) -> str:
    """The text with a mark in the place of each run that stands for words."""
    written = escape(mark) if markup == "markdown" else mark
    pieces: list[str] = []
    done = 0
    for start, end in find_censored(text, markup):
        pieces += text[done:start], written
        done = end
    return "".join((*pieces, text[done:]))
