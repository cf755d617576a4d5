"""collectionlib: collections of texts, from any pile of files to anthologies.

    from collectionlib import Collection, Entry, export, import_texts

    with Collection.create("jokes/", title="Jokes") as jokes:
        import_texts(jokes, "archive/")
        with jokes.transaction() as batch:
            batch.put(Entry.new(title="…", body="…", category=("Blessing messages",)))
        for entry in jokes.select('category:"Blessing messages"'):
            ...
        export(jokes, "book.epub")

The names below are the public ones; each is loaded from its room when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ._version import __version__

if TYPE_CHECKING:
    from .collection import Collection
    from .errors import CollectionError
    from .importing.pipeline import ImportReport, import_texts
    from .model import Category, Contributor, Entry, Metadata, Series, Source, Subject
    from .publishing.output import export

__all__ = [
    "Category",
    "Collection",
    "CollectionError",
    "Contributor",
    "Entry",
    "ImportReport",
    "Metadata",
    "Series",
    "Source",
    "Subject",
    "__version__",
    "export",
    "import_texts",
]

_HOMES = {
    "Category": "model",
    "Collection": "collection",
    "CollectionError": "errors",
    "Contributor": "model",
    "Entry": "model",
    "ImportReport": "importing.pipeline",
    "Metadata": "model",
    "Series": "model",
    "Source": "model",
    "Subject": "model",
    "export": "publishing.output",
    "import_texts": "importing.pipeline",
}


def __getattr__(name: str) -> object:
    if home := _HOMES.get(name):
        value = getattr(import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
