"""What the log keeps of each thing that was changed: a digest that stays what it is."""

from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve, fields
from hypothesis import given

from collectionlib.codec import decode_json, encode_json
from collectionlib.identity import EntryId
from collectionlib.model import Contributor, Entry, Source
from collectionlib.storage.history.changes import digest_of
from collectionlib.testing.strategies import entries

SOURCE = Source(uri="one.txt")
AUTHOR = Contributor(name="Lu Xun")
ENTRY = Entry(
    id=EntryId("0chgm9qjpmfdsafq"),
    title="One",
    body="A text.",
    contributors=(AUTHOR,),
    source=SOURCE,
)
MOMENT = datetime(2026, 3, 1, 10, tzinfo=UTC)
OTHER: dict[type, dict[str, Any]] = {
    Entry: {
        "id": "1chgm9qjpmfdsafq", "title": "Two", "body": "A text.\n", "markup": "markdown",
        "category": ("A",), "contributors": (), "language": "en", "tags": ("a",),
        "created": "2019", "added": MOMENT, "modified": MOMENT, "rights": "CC0-1.0",
        "source": None, "attributes": {"a": 1},
    },
    Source: {
        "uri": "two.txt", "member": "a", "start": 0, "length": 0, "sha256": "0" * 64,
        "encoding": "utf-8", "changes": ("newlines",), "site": "A", "imported": "A",
    },
    Contributor: {
        "name": "Lu", "role": "trl", "sort_name": "Xun, Lu", "alternate_name": "鲁迅"
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, field.name) for kind in OTHER for field in fields(kind)]
)
def test_each_field_of_an_entry_counts(kind: type, name: str) -> None:
    """Of a field that is new, what the digest was without it is what it stays where it is unset."""
    changed = {name: OTHER[kind][name]}
    other = {
        Entry: lambda: evolve(ENTRY, **changed),
        Source: lambda: evolve(ENTRY, source=evolve(SOURCE, **changed)),
        Contributor: lambda: evolve(ENTRY, contributors=(evolve(AUTHOR, **changed),)),
    }[kind]()
    assert digest_of(other) != digest_of(ENTRY)


def test_what_is_in_logs_can_be_compared_for_ever() -> None:
    assert digest_of(ENTRY) == "34d36e42c53df70d"


@given(entries())
def test_it_depends_on_what_an_entry_says_and_not_on_how_it_was_kept(entry: Entry) -> None:
    turned = evolve(
        entry,
        attributes={key: entry.attributes[key] for key in sorted(entry.attributes, reverse=True)},
    )
    assert digest_of(turned) == digest_of(entry)
    assert digest_of(decode_json(encode_json(entry), Entry)) == digest_of(entry)
