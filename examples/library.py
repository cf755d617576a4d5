"""The library in a few lines: make a collection, import, add by hand, choose, export.

python examples/library.py ARCHIVE FOLDER
"""

from __future__ import annotations

import sys

from collectionlib import Collection, Entry, export, import_texts


def main(archive: str, folder: str) -> None:
    """Make a collection of an archive in a folder, and a book beside it."""
    with Collection.create(f"{folder}/jokes/", title="Jokes") as jokes:
        report = import_texts(jokes, archive)
        print(f"{report.added} entries from {report.sources} files")
        with jokes.transaction() as batch:
            batch.put(
                Entry.new(
                    title="By hand",
                    body="May your batches be whole, and your readers never blocked.",
                    category=("Blessing messages",),
                )
            )
        for entry in jokes.select('category:"Blessing messages"'):
            print(entry.id, entry.title)
        export(jokes, f"{folder}/book.epub")


if __name__ == "__main__":
    main(*sys.argv[1:])
