"""The contents of the help: commands in sections, options below headings.

It stands apart from the commands so that the help of all of them loads none.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["HEADINGS", "SECTIONS", "heading_of"]

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Collections": {
        "init": "Make an empty collection.",
        "import": "Import files, folders and archives into it.",
        "preview": "Show what an import would make of sources, and why.",
        "profile": "Rules for an archive: learn a first version of them.",
        "copy": "Copy a collection to another storage.",
    },
    "Look": {
        "list": "List what a query finds.",
        "show": "Show one entry.",
        "search": "Find words, the best entries first.",
        "categories": "List the categories, with numbers, or change them.",
        "tags": "List the tags with their numbers of entries.",
        "stats": "Count: languages, lengths, years, authors.",
    },
    "Change": {
        "set": "Set fields.",
        "move": "Move entries to a category.",
        "tag": "Add tags, or take them away.",
        "remove": "Remove entries.",
        "edit": "Change an entry in your editor.",
        "log": "List what was done to a collection.",
        "undo": "Take back what was done.",
    },
    "Quality": {
        "check": "Find what is wrong with a collection.",
        "duplicates": "Find texts that are there more than once.",
        "optimize": "Put the files of a collection in order.",
        "verify": "Find what is wrong with an EPUB.",
    },
    "Publish": {
        "export": "Write a book, or data, of what a query finds.",
        "build": "Make an anthology from a recipe.",
        "recipe": "Write a recipe for an anthology.",
        "convert": "Make a book of files and folders in one command.",
    },
    "The command itself": {
        "config": "Show the settings, and where each comes from.",
        "completion": "Print the script by which a shell completes commands.",
        "plugins": "List the storages, importers and exporters.",
    },
}
"""Each section of commands, with what is said of each."""

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "The book": (
        "title", "subtitle", "authors", "editors", "compilers", "translators", "language",
        "publisher", "published", "isbn", "identifiers", "series", "subjects", "description",
        "book_rights",
    ),
    "Reading": (
        "format", "profile", "encoding", "import.language", "preview.language", "learn.language",
        "category", "rights", "fields", "split", "paragraphs", "clean", "no_clean", "fix_mojibake",
        "executor", "jobs",
    ),
    "Importing": ("on_error", "on_duplicate", "origin", "prune", "dry_run"),
    "Entries": ("sort", "limit", "explain"),
    "Output": ("to", "force", "opens", "device", "volume_size", "split_book", "fast", "output"),
    "Cover and pages": (
        "cover", "draws_cover", "png_cover", "dedication", "epigraph", "preface", "about_authors",
        "ledger", "index", "toc_depth",
    ),
    "Look": ("theme", "css", "fonts", "vertical", "pictures"),
    "Formats other than EPUB": ("width", "line_ends", "fortune", "pretty", "columns"),
    "Reports": ("shown", "report", "html_report", "as_json"),
}  # fmt: skip
"""The headings of long lists of options, with the names under which they reach their commands."""


def heading_of(command: str, option: str) -> str | None:
    """The heading below which an option stands, if it has one.

    >>> heading_of("export", "language"), heading_of("import", "language")
    ('The book', 'Reading')
    """
    for name in (f"{command}.{option}", option):
        for heading, options in HEADINGS.items():
            if name in options:
                return heading
    return None
