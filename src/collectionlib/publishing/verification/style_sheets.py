"""Style sheets, by a parser of CSS: what they refer to, and what EPUB forbids in them (§6.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2
from attrs import frozen

from .book import Book
from .package import Item

__all__ = ["StyleSheet"]

LARGEST = 1024 * 1024
"""Characters of a style sheet; a megabyte of the smallest rules needs 5 seconds and 120 MB."""

_DEEPEST = 100
_DIRECTION = frozenset({"direction", "unicode-bidi"})
_CHARSET = re.compile(rb'@charset "([^"]*)"')


@frozen
class StyleSheet:
    """Rules of style, in a file of theirs or in a page.

    Args:
        book: that is looked at.
        name: of the member.
        line: on which they begin there.
        items: of the manifest, by name.
    """

    book: Book
    name: str
    line: int
    items: dict[str, Item]

    def check_file(self, data: bytes) -> bool:
        """Look at a file of rules; whether it needs fonts from the network."""
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16", "replace")
        else:
            said = _CHARSET.match(data)
            if said and said[1].lower() != b"utf-8":
                self._add("css-encoding", f"it says that it is in {said[1].decode('latin-1')}", 1)
            text = data.decode("utf-8-sig", "replace")
        return self.check_rules(text)

    def check_rules(self, css: str) -> bool:
        """Look at rules; whether they need fonts from the network."""
        if len(css) > LARGEST:
            self.book.add("container-size", "it is too large to be looked into", self.name)
            return False
        return any(list(self._rules(tinycss2.parse_stylesheet(css, skip_comments=True), 0)))

    def check_declarations(self, css: str) -> None:
        """Look at the value of a ``style``."""
        rules = tinycss2.parse_blocks_contents(css[:LARGEST], skip_comments=True)
        list(self._rules(rules, 0))

    def _add(self, code: str, message: str, line: int) -> None:
        self.book.add(code, message, self.name, self.line + line - 1)

    def _rules(self, rules: Iterable[Any], depth: int, *, in_font: bool = False) -> Iterator[bool]:
        for rule in rules:
            if rule.type == "error":
                self._add("css-syntax", f"it is no CSS: {rule.message}", rule.source_line)
            elif rule.type == "declaration":
                yield from self._declaration(rule, depth, in_font=in_font)
            elif rule.type in ("at-rule", "qualified-rule"):
                yield from self._rule(rule, depth)

    def _rule(self, rule: Any, depth: int) -> Iterator[bool]:
        for token in rule.prelude:
            if token.type == "error":
                self._add("css-syntax", f"it is no CSS: {token.message}", token.source_line)
        keyword = rule.lower_at_keyword if rule.type == "at-rule" else ""
        if keyword == "import":
            strings = [token for token in rule.prelude if token.type == "string"][:1]
            for token in strings or list(_addresses(rule.prelude, 0)):
                yield self._refers(token.value, token.source_line, in_font=False)
        if rule.content is None or depth > _DEEPEST:
            return
        inside = tinycss2.parse_blocks_contents(
            rule.content, skip_comments=True, skip_whitespace=True
        )
        yield from self._rules(inside, depth + 1, in_font=keyword == "font-face")

    def _declaration(self, rule: Any, depth: int, *, in_font: bool) -> Iterator[bool]:
        if rule.lower_name in _DIRECTION:
            reason = f"{rule.name!r} is for the 'dir' of the page"
            self._add("css-direction", reason, rule.source_line)
        if rule.lower_name == "position" and any(
            token.type == "ident" and token.lower_value == "fixed" for token in rule.value
        ):
            self._add("css-fixed", "a position is fixed", rule.source_line)
        for token in _addresses(rule.value, depth):
            yield self._refers(token.value, token.source_line, in_font=in_font)

    def _refers(self, href: str, line: int, *, in_font: bool) -> bool:
        """Look whether an address is there; whether it is a font on the network."""
        if not href or href.startswith(("data:", "#")):
            return False
        try:
            place = self.book.resolve(href, self.name)
        except ValueError as error:
            self._add("css-missing", f"{href!r} is no place: {error}", line)
            return False
        if place is None:
            if not in_font:
                self._add("resource-remote", f"{href[:100]!r} is on the network", line)
            return in_font
        if place[0] not in self.book.names:
            self._add("css-missing", f"{place[0]!r} is not there", line)
        elif place[0] not in self.items:
            self._add("resource-unlisted", f"{place[0]!r} is not in the manifest", line)
        return False


def _addresses(tokens: Iterable[Any], depth: int) -> Iterator[Any]:
    """The tokens that are addresses, in functions and brackets too."""
    if depth > _DEEPEST:
        return
    for token in tokens:
        if token.type == "url":
            yield token
        elif token.type == "function":
            if token.lower_name in ("url", "src", "image-set"):
                yield from (inner for inner in token.arguments if inner.type == "string")
            yield from _addresses(token.arguments, depth + 1)
        elif token.type.endswith("block"):
            yield from _addresses(token.content, depth + 1)
