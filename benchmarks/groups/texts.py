"""Texts on their way in and out, in memory, beside the least that it could cost."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from collectionlib import Collection, Entry, import_texts
from collectionlib.codec import to_plain
from collectionlib.identity import entry_id
from collectionlib.publishing.output import export_to_stream, exporter_for

from ..measuring import Options, Pair, Table, compared
from .decoding import ARCHIVE, CORPORA

__all__ = ["tables"]

ENTRIES = 10_000


def tables(options: Options) -> Iterator[Table]:
    """What is done with texts on the way in and on the way out."""
    entries = _made_entries()
    pairs = [_importing(), *(_exporting(entries, suffix) for suffix in (".json", ".txt"))]
    yield compared("texts in memory, beside a bare loop", pairs, options.runs)


def _importing() -> Pair:
    """Read, decode and split the fortunes, against the whole import into memory."""
    source = CORPORA / "fortunes" if CORPORA.is_dir() else ARCHIVE

    def floor() -> int:
        return sum(
            len(re.split(r"(?m)^%\n", path.read_bytes().decode("utf-8", "replace")))
            for path in source.rglob("*")
            if path.is_file()
        )

    def ours() -> None:
        with Collection.create("memory:") as collection:
            import_texts(collection, source)

    return Pair(f"import {source.name}/ into memory", floor, ours)


def _made_entries() -> list[Entry]:
    """Entries of 1,500 characters in twenty categories."""
    body = ("Many words of many lengths, one behind the other. " * 30)[:1500]
    return [
        Entry(
            id=entry_id(str(number)),
            title=f"Entry {number}",
            body=f"{number}. {body}",
            category=(f"Category {number % 20}",),
        )
        for number in range(ENTRIES)
    ]


def _exporting(entries: list[Entry], suffix: str) -> Pair:
    """Write a collection from memory, against encoding its entries as JSON."""
    collection = Collection.create("memory:", title="Book")
    with collection.transaction() as batch:
        for entry in entries:
            batch.put(entry)
    exporter = exporter_for(Path(f"book{suffix}"))

    def floor() -> None:
        lines = [msgspec.json.encode(to_plain(entry)) for entry in entries]
        io.BytesIO().write(b"\n".join(lines))

    def ours() -> None:
        export_to_stream(collection, io.BytesIO(), exporter)

    return Pair(f"export {ENTRIES:,} entries to {suffix}", floor, ours)
