"""Style sheets: what may not stand in one in a book, and which files it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import tinycss2
from attrs import frozen

from ...errors import ThemeError
from .folders import ThemeFolder

__all__ = ["Asset", "StyleSheet", "read_style_sheet", "trusted_style_sheet"]

_MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "woff": "font/woff",
    "woff2": "font/woff2",
}
# The first bytes of each: a file that is something else would be refused by readers and shops.
_BEGINNINGS = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "font/ttf": (b"\x00\x01\x00\x00", b"true"),
    "font/otf": (b"OTTO",),
    "font/woff": (b"wOFF",),
    "font/woff2": (b"wOF2",),
}
# EPUB 3.3 §6.3.2.2: direction is said by markup, never by CSS.
_FORBIDDEN = {
    "direction": "the direction of a text is said by dir in its markup, and EPUB forbids it here",
    "unicode-bidi": "EPUB forbids it: the direction of a text is said by dir in its markup",
}
_DEEPEST = 50
_BLOCKS = {"() block", "[] block", "{} block", "function"}


@frozen
class Asset:
    """A file that a style sheet needs.

    Args:
        name: its path relative to the style sheet, with ``/``.
        data: its bytes.
        media_type: as the package document names it.
    """

    name: str
    data: bytes
    media_type: str


@frozen
class StyleSheet:
    """A style sheet that has been checked, and the files that it needs."""

    text: str
    assets: tuple[Asset, ...] = ()


def read_style_sheet(folder: ThemeFolder, name: str) -> StyleSheet | None:
    """Read and check a style sheet; `None` if there is none of that name.

    Raises:
        ThemeError: it is malformed, refers to what is remote, missing or of a kind that no
            reader has to know, imports another, or sets what EPUB 3.3 §6.3.2.2 forbids.
    """
    text = folder.text(name)
    if text is None:
        return None
    sheet = _Sheet(folder, name)
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    assets: dict[str, Asset] = {}
    for address, line in sheet.addresses(rules):
        asset = sheet.asset(address, line)
        if asset:
            assets[asset.name] = asset
    # The encoding is said once for the whole book, and @charset is valid as its first bytes only.
    kept = "".join(
        rule.serialize()
        for rule in tinycss2.parse_stylesheet(text)
        if not (rule.type == "at-rule" and rule.lower_at_keyword == "charset")
    )
    return StyleSheet((kept if "@charset" in text.lower() else text).strip() + "\n",
                      tuple(assets[key] for key in sorted(assets)))  # fmt: skip


def trusted_style_sheet(folder: ThemeFolder, name: str) -> StyleSheet | None:
    """Read a style sheet of ours, that needs no other file; `None` if there is none of that name.

    What `read_style_sheet` would find, the tests have found: parsing costs as much as 300 texts.
    """
    text = folder.text(name)
    return None if text is None else StyleSheet(text.strip() + "\n")


@frozen
class _Sheet:
    folder: ThemeFolder
    name: str

    def error(self, reason: str, line: int | None = None) -> ThemeError:
        return ThemeError(self.folder.shown(self.name), reason, line=line)

    def addresses(self, rules: Iterable[Any], depth: int = 0) -> Iterator[tuple[str, int]]:
        """Each address in the rules with its line; raises where a rule may not be there."""
        for rule in rules:
            match rule.type:
                case "error":
                    raise self.error(f"is not valid CSS: {rule.message}", rule.source_line)
                case "at-rule":
                    yield from self.of_at_rule(rule, depth)
                case "qualified-rule":
                    yield from self.in_tokens(rule.prelude, depth)
                    yield from self.of_block(rule.content, depth)
                case "declaration":
                    if reason := _FORBIDDEN.get(rule.lower_name):
                        raise self.error(f"sets {rule.name}: {reason}", rule.source_line)
                    yield from self.in_tokens(rule.value, depth)
                case _:
                    pass

    def of_at_rule(self, rule: Any, depth: int) -> Iterator[tuple[str, int]]:
        if rule.lower_at_keyword == "import":
            reason = "@import is not taken into a book: put those rules into this file"
            raise self.error(reason, rule.source_line)
        # The address that a namespace is named by is no file.
        if rule.lower_at_keyword != "namespace":
            yield from self.in_tokens(rule.prelude, depth)
        if rule.content is not None:
            yield from self.of_block(rule.content, depth)

    def of_block(self, content: list[Any], depth: int) -> Iterator[tuple[str, int]]:
        if depth > _DEEPEST:
            raise self.error("has blocks inside of blocks beyond all measure")
        rules = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        yield from self.addresses(rules, depth + 1)

    def in_tokens(self, tokens: Iterable[Any], depth: int) -> Iterator[tuple[str, int]]:
        if depth > _DEEPEST:
            raise self.error("has brackets inside of brackets beyond all measure")
        for token in tokens:
            if token.type == "url":
                yield token.value, token.source_line
            elif token.type == "error":
                raise self.error(f"is not valid CSS: {token.message}", token.source_line)
            elif token.type == "function":
                if token.lower_name in ("url", "src", "image-set", "-webkit-image-set", "image"):
                    yield from _strings(token.arguments)
                yield from self.in_tokens(token.arguments, depth + 1)
            elif token.type in _BLOCKS:
                yield from self.in_tokens(token.content, depth + 1)

    def asset(self, address: str, line: int) -> Asset | None:
        """The file that the address leads to; `None` for what lies in the address itself."""
        try:
            parts = urlsplit(address.strip())
        except ValueError as error:
            raise self.error(f"refers to {address!r}, which is no address", line) from error
        if parts.scheme.lower() == "data" or not (parts.scheme or parts.netloc or parts.path):
            return None
        if parts.scheme or parts.netloc:
            reason = f"refers to {address}: nothing is fetched, put the file beside the style sheet"
            raise self.error(reason, line)
        name = unquote(parts.path)
        return self.local(name, line)

    def local(self, name: str, line: int) -> Asset:
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise self.error(f"refers to {name}, which lies outside of its folder", line)
        name = "/".join(part for part in name.split("/") if part not in ("", "."))
        data = self.folder.data(name)
        if data is None:
            raise self.error(f"refers to {name}, which is not there", line)
        media_type = _MEDIA_TYPES.get(name.rpartition(".")[2].lower())
        if media_type is None:
            kinds = ", ".join(_MEDIA_TYPES)
            raise self.error(f"refers to {name}: of files, a book takes {kinds}", line)
        if not data.startswith(_BEGINNINGS[media_type]):
            raise self.error(f"refers to {name}, which is not what its ending says", line)
        return Asset(name, data, media_type)


def _strings(arguments: Iterable[Any]) -> Iterator[tuple[str, int]]:
    for argument in arguments:
        if argument.type == "string":
            yield argument.value, argument.source_line


def merged(sheets: Iterable[StyleSheet], where: str) -> StyleSheet:
    """Style sheets as one, in order.

    Raises:
        ThemeError: two of them need different files of one name.
    """
    texts: list[str] = []
    assets: dict[str, Asset] = {}
    for sheet in sheets:
        texts.append(sheet.text)
        for asset in sheet.assets:
            if assets.setdefault(asset.name, asset) != asset:
                reason = f"two style sheets need different files named {asset.name}: rename one"
                raise ThemeError(where, reason)
    return StyleSheet("\n".join(texts), _sorted(assets))


def _sorted(assets: Mapping[str, Asset]) -> tuple[Asset, ...]:
    return tuple(assets[name] for name in sorted(assets))
