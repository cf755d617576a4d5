"""What stands around every page: its head, the bar above the text, search, the ways on."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from attrs import frozen

from ....model import Metadata
from ...pages.writing import escape, language_attributes
from ...wording import Wording

__all__ = ["SIGNATURE", "Frame", "Sheet", "resource"]

SIGNATURE = '<meta name="generator" content="collectionlib">'
"""Stands near the beginning of every page of ours."""


@cache
def resource(name: str) -> str:
    """The text of a file that lies beside this module."""
    return files("collectionlib.publishing.formats.html").joinpath(name).read_text("utf-8")


@frozen(kw_only=True)
class Sheet:
    """A page.

    Args:
        title: for the window.
        policy: what the page may load (Content Security Policy).
        head: elements that load its style sheet and its script.
        root: the way from it to the folder in which the first page is.
        home: the first page, as seen from that folder; empty on a page that holds all.
        classes: of the root element.
    """

    title: str
    policy: str
    head: str
    root: str = ""
    home: str = ""
    classes: tuple[str, ...] = ()


@frozen
class Frame:
    """What the pages of a book have in common.

    Args:
        metadata: of the book.
        words: of its language.
        vertical: whether it is set in columns.
    """

    metadata: Metadata
    words: Wording
    vertical: bool

    def before(self, sheet: Sheet) -> str:
        """Everything up to the text."""
        language = self.metadata.language or "und"
        classes = [*sheet.classes, *(["vertical"] if self.vertical else [])]
        named = f' class="{" ".join(classes)}"' if classes else ""
        return (
            f"<!DOCTYPE html>\n<html{language_attributes(language, None)}{named} "
            f'data-root="{sheet.root}">\n'
            f'<head>\n<meta charset="utf-8">\n{SIGNATURE}\n'
            f'<meta http-equiv="Content-Security-Policy" content="{sheet.policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self._title(sheet))}</title>\n{self._about()}{sheet.head}</head>\n"
            f'<body>\n<a class="skip" href="#text">{self._word("to-text")}</a>\n'
            f'{self._bar(sheet)}{self._search()}<main id="text" tabindex="-1">\n'
        )

    def after(self, previous: str | None = None, following: str | None = None) -> str:
        """Everything from the end of the text on.

        Args:
            previous: address of the page before it.
            following: address of the one behind it.
        """
        return f"{self._pager(previous, following)}</main>\n</body>\n</html>\n"

    def _word(self, key: str) -> str:
        return escape(self.words[key])

    def _title(self, sheet: Sheet) -> str:
        own, book = sheet.title.strip(), self.metadata.title.strip()
        return f"{own} · {book}" if own and own != book else book or "…"

    def _about(self) -> str:
        metadata = self.metadata
        said = [("description", metadata.description), ("dcterms.rights", metadata.rights)]
        return "".join(
            f'<meta name="{name}" content="{escape(value)}">\n' for name, value in said if value
        )

    def _bar(self, sheet: Sheet) -> str:
        home = f"{sheet.root}{sheet.home}"
        look = self._word("light-or-dark")
        return (
            f'<header class="bar">\n<a class="book" href="{home or "#text"}">'
            f"{escape(self.metadata.title)}</a>\n"
            f'<nav aria-label="{self._word("contents")}">'
            f'<a href="{home}#contents">{self._word("contents")}</a></nav>\n'
            f'<button type="button" class="find">{self._word("search")}</button>\n'
            f'<button type="button" class="look" aria-label="{look}" title="{look}">◐</button>\n'
            "</header>\n"
        )

    def _search(self) -> str:
        search, close = self._word("search"), self._word("close")
        keys = " ".join(
            f"<kbd>{key}</kbd> {self._word(name)}"
            for key, name in (("/", "search"), ("j", "next"), ("k", "previous"))
        )
        return (
            f'<dialog class="search" aria-label="{search}">\n<div class="line">'
            f'<input type="search" aria-label="{search}" autocomplete="off" autofocus>'
            f'<button type="button" class="close" aria-label="{close}">✕</button></div>\n'
            f'<p role="status" data-none="{self._word("nothing-found")}"></p>\n'
            '<ol class="results"></ol>\n'
            f'<p class="keys"><label><input type="checkbox" checked> {self._word("shortcuts")}'
            f"</label> {keys}</p>\n</dialog>\n"
        )

    def _pager(self, previous: str | None, following: str | None) -> str:
        links = [
            f'<a rel="{kind}" href="{address}">{self._word(name)}</a>\n'
            for kind, name, address in (
                ("prev", "previous", previous),
                ("next", "next", following),
            )
            if address
        ]
        if not links:
            return ""
        label = f"{self._word('previous')} / {self._word('next')}"
        return f'<nav class="pager" aria-label="{label}">\n{"".join(links)}</nav>\n'
