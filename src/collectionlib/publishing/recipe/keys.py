"""The keys of a recipe, each with what it takes and what it means: one table for all uses.

The reader checks against it, the JSON Schema and the reference page are made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from attrs import field, frozen

from ..devices import DEVICES
from ..formats.text import NARROWEST

__all__ = ["RECIPE", "Key", "Kind"]


class Kind(Enum):
    """What a key takes, in words."""

    TEXT = "a text in quotes"
    QUERY = "a query in quotes"
    TEXTS = "a list of texts in quotes"
    NUMBER = "a whole number"
    FLAG = "true or false"
    CHOICE = "one of the words"
    CHOICES = "one of the words, or a list of them"
    FLAG_OR_TEXT = "true, false, or a text in quotes"
    NUMBER_OR_TEXT = "a whole number, or a text in quotes"
    TABLE = "a table"
    TABLES = "an array of tables"
    TEXT_BY_NAME = "a table of texts in quotes"
    ANY_BY_NAME = "a table of any values"


@frozen
class Key:
    """A key of a table.

    Args:
        kind: what it takes.
        says: what it means, as the schema tells it.
        words: that it may be, where it is a choice.
        least: number that it may be.
        keys: of the table, where it is one; a part holds itself.
    """

    kind: Kind
    says: str
    words: tuple[str, ...] = ()
    least: int | None = None
    keys: Mapping[str, Key] = field(default=MappingProxyType({}))


def _text(says: str) -> Key:
    return Key(Kind.TEXT, says)


def _texts(says: str) -> Key:
    return Key(Kind.TEXTS, says)


def _flag(says: str) -> Key:
    return Key(Kind.FLAG, says)


def _number(says: str, least: int = 1) -> Key:
    return Key(Kind.NUMBER, says, least=least)


def _choice(says: str, *words: str) -> Key:
    return Key(Kind.CHOICE, says, words)


_BOOK = {
    "title": _text("Title."),
    "subtitle": _text("Subtitle."),
    "language": _text("Language as BCP 47 tag, such as en or zh-Hant."),
    "publisher": _text("Publisher."),
    "published": _text("Date: 2026, 2026-11 or 2026-11-23."),
    "description": _text("What a shop says of it."),
    "rights": _text("Rights of the whole: an SPDX expression, an address or words."),
    "authors": _texts(
        "Authors; 'Lu, Xun = Lu Xun / 魯迅' says how one is filed, and another script."
    ),
    "editors": _texts("Editors."),
    "compilers": _texts("Compilers."),
    "translators": _texts("Translators."),
    "isbn": _text("ISBN; its check digit is looked at."),
    "identifiers": _texts("DOI, URN, URL."),
    "series": _text("Series, and the place in it: 'Wisdom; 2'."),
    "subjects": _texts("What it is about: 'Jokes', or 'BISAC:HUM004000 HUMOR / Form / Jokes'."),
}

_SELECT = {
    "query": Key(
        Kind.QUERY, "What the book is about: no part takes an entry that this does not find."
    ),
    "left-over": _choice(
        "What to do with entries that are in no part: count them, or refuse to build.",
        "count",
        "refuse",
    ),
}

_PART: dict[str, Key] = {
    "title": _text("Title; without one its entries and groups stand where the part would."),
    "query": Key(Kind.QUERY, "The entries, in the query language; an empty one finds all."),
    "ids": _texts("Entries by id, in this order; with a query, those that come first."),
    "introduction": _text("File with a text before the entries: plain, or Markdown (.md)."),
    "group": Key(
        Kind.CHOICES,
        "Parts of the part; of several words, one below the other.",
        ("category", "author", "language", "year", "letter"),
    ),
    "sort": _text("Names of fields with commas between, - before what descends."),
    "limit": _number("At most so many entries, the first ones."),
    "sample": _number("So many entries by lot: the same ones on every build."),
    "seed": Key(Kind.NUMBER_OR_TEXT, "Another seed, another lot."),
}
_PART["part"] = Key(Kind.TABLES, "Parts below this one; they choose before it does.", keys=_PART)

_FRONT = {
    "cover": Key(Kind.FLAG_OR_TEXT, "File of the cover; true draws one, false has none."),
    "cover-png": _flag("Draw the cover as PNG."),
    "dedication": _text("File of the dedication."),
    "epigraph": _text("File of the epigraph."),
    "preface": _text("File of the preface."),
}

_BACK = {
    "about-authors": _text("File of what is said about the authors."),
    "ledger": _flag("List author, source and licence of each text."),
    "index": _flag("List authors and titles."),
    "colophon": Key(Kind.FLAG_OR_TEXT, "File of the colophon; true writes one, false has none."),
}

_TEXT = {
    "quotes": _flag("Set straight quotes as the language of each text has them."),
    "dashes": _flag("Set -- and a hyphen between blanks as the dash of the language."),
    "ellipses": _flag("Set three dots as an ellipsis."),
    "styles": Key(
        Kind.TEXT_BY_NAME, "Quotes of a language, the outer two and the inner two: de = '»«›‹'."
    ),
    "censored": _choice(
        "Runs of marks in the place of words, such as * * * *: keep them, put the mark in their "
        "place, or drop the entry.",
        "keep",
        "mark",
        "drop",
    ),
    "mark": _text("What stands for words that were struck out; […] unless given."),
}

_RIGHTS = {"mode": _choice("Whether every entry must say its rights.", "any", "strict")}

_FILE = {
    "path": _text("The file; its ending chooses the format, and 'site/' is a website."),
    "format": _text("Name of the format, whatever the file ends in."),
    "theme": _text("How the book looks: classic, modern, plain, or a folder."),
    "css": _text("File of a style sheet behind those of the theme."),
    "fonts": _texts("Files of fonts."),
    "profile": _choice("The shop that it is for.", *(each.name for each in DEVICES)),
    "volume-size": _text("Volumes of so many entries ('500'), or of so much text ('20MB')."),
    "split": _choice("Where files of the book end.", "auto", "entry", "category"),
    "toc-depth": _number("Levels of the contents."),
    "vertical": _flag("Set Japanese and Chinese in columns."),
    "pictures": _texts("Folders that were imported: the pictures of the texts."),
    "fast": _flag("Compress with zlib-ng: other bytes, sooner."),
    "width": _number("Columns of a .txt.", NARROWEST),
    "line-ends": _choice("Of a .txt.", "lf", "crlf"),
    "pretty": _flag("Indent a .json."),
    "fields": _texts("Write only these into a .jsonl or .json."),
    "options": Key(Kind.ANY_BY_NAME, "Options of an exporter by the names of its fields."),
}

_OUTPUT = {
    "collection": _text("The collection, relative to the recipe; -L goes before it."),
    "folder": _text("Where the files go, relative to the recipe; it is made."),
    "name": _text("What the files are called, without ending; as the recipe unless given."),
    "formats": _texts("Formats by name, each a file of that name: epub, text, json."),
    "files": _texts("Files; their endings choose the formats, and 'site/' is a website."),
    **{name: key for name, key in _FILE.items() if name not in ("path", "format")},
    "file": Key(Kind.TABLES, "A file with options of its own.", keys=_FILE),
}

RECIPE: Mapping[str, Key] = {
    "book": Key(
        Kind.TABLE, "What the book says of itself, in place of the collection.", keys=_BOOK
    ),
    "select": Key(Kind.TABLE, "Which entries the book is about.", keys=_SELECT),
    "part": Key(Kind.TABLES, "A part of the book.", keys=_PART),
    "front": Key(Kind.TABLE, "What stands before the texts.", keys=_FRONT),
    "back": Key(Kind.TABLE, "What stands behind the texts.", keys=_BACK),
    "text": Key(Kind.TABLE, "What is done to the texts; nothing unless said.", keys=_TEXT),
    "rights": Key(Kind.TABLE, "What is asked of the rights of the texts.", keys=_RIGHTS),
    "output": Key(Kind.TABLE, "Which files are written, and how.", keys=_OUTPUT),
}
"""The tables of a recipe."""
