"""A first recipe, with what else could be in it beside each part."""

from __future__ import annotations

from collections.abc import Iterable

from ...model import Metadata

__all__ = ["SCHEMA_NAME", "draft_recipe"]

SCHEMA_NAME = "recipe.schema.json"
"""What ``collectionlib recipe schema`` is to be called, for editors to find it."""

_HEAD = """\
#:schema ./{schema}
# A book, for 'collectionlib build {name}'. What begins with # is not read: take the # away.
# 'collectionlib recipe schema > {schema}' lets your editor complete the names.

[book]
title = {title}
{language}
# subtitle = "An anthology"
# authors = ["Lu, Xun = Lu Xun / 魯迅"]   # filed as, = shown as, / in another script
# editors = ["A Name"]                    # also compilers, translators
# publisher = "A Press"
# published = "2026-11"
# rights = "CC0-1.0"
# isbn = "978-0-306-40615-7"
# series = "Wisdom; 1"
# subjects = ["BISAC:HUM004000 HUMOR / Form / Jokes & Riddles"]
# description = "What a shop says of it."

# An entry stands in one part: the first that finds it. Parts may hold parts: [[part.part]].
[[part]]
{query}{finds}
group = "category"         # also author, language, year, letter, or several: ["language", "author"]
# title = "All of them"    # without one, its groups are parts of the book
# sort = "title"           # -created for the latest first
# limit = 100
# sample = 20              # so many by lot, the same ones on every build
# seed = 1                 # another seed, another lot
{examples}
[front]
# cover = "cover.jpg"      # drawn unless given; false for none
# dedication = "dedication.txt"
# epigraph = "epigraph.md"
# preface = "preface.md"

[back]
# about-authors = "authors.md"
# ledger = true            # author, source and licence of each text
# index = true             # authors and titles
# colophon = "colophon.md" # false for none

[text]
# quotes = true            # "so" as the language of each text has it
# dashes = true            # --
# ellipses = true          # ...
# censored = "drop"        # entries with * * * in the place of words; or "mark", or "keep"

[rights]
# mode = "strict"          # every entry must say its rights

[output]
collection = {collection}
files = [{file}] # also .json .jsonl .md .txt
# folder = "build"
# theme = "modern"         # classic, modern, plain, or a folder: "./theme"
# css = "own.css"
# fonts = ["font.ttf"]
# profile = "kindle"       # also kobo, apple
# volume-size = "20MB"

# [[output.file]]          # a file with options of its own
# path = "kobo.epub"
# profile = "kobo"
"""
_EXAMPLE = """
# [[part]]
# title = {title}
# query = {query}
# introduction = "introduction.md"
# ids = ["4k2m"]           # those that come first, by the beginnings of their ids
"""


def draft_recipe(
    metadata: Metadata,
    query: str,
    *,
    name: str = "anthology.toml",
    collection: str,
    categories: Iterable[str] = (),
) -> str:
    """The text of a recipe with all that a query finds, for its maker to go on from.

    Args:
        metadata: of the collection.
        query: which entries.
        name: of the file that it is for.
        collection: where the entries are, from that file.
        categories: some at the top, which examples are made of.

    >>> from collectionlib.publishing.recipe import parse_recipe
    >>> text = draft_recipe(Metadata(title='A "B"'), 'title:"x y"', collection="jokes/")
    >>> parse_recipe(text).book["title"], parse_recipe(text).collection
    ('A "B"', 'jokes/')
    """
    examples = "".join(
        _EXAMPLE.format(title=_quoted(each), query=_quoted(f"category:{_in_query(each)}"))
        for each in categories
    )
    language = metadata.language
    return _HEAD.format(
        schema=SCHEMA_NAME,
        name=name,
        title=_quoted(metadata.title.strip() or "Anthology"),
        language=f"language = {_quoted(language)}" if language else '# language = "en"',
        query=f"query = {_quoted(query.strip())}",
        finds="" if query.strip() else "                 # all",
        examples=examples,
        collection=_quoted(collection),
        file=_quoted(f"{name.rpartition('.')[0] or name}.epub"),
    )


def _quoted(text: str) -> str:
    """A text as TOML has it: literal where that is easier to read."""
    if "'" not in text and text.isprintable() and ('"' in text or "\\" in text):
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() or c == " " else _escape(c) for c in escaped) + '"'


def _escape(character: str) -> str:
    return f"\\U{ord(character):08x}"


def _in_query(name: str) -> str:
    """A name of a category as a value of the query language."""
    escaped = name.replace("\\", "\\\\").replace("/", "\\/").replace('"', '\\"')
    return f'"{escaped}"'
