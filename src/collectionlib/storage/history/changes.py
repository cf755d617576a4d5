"""What is recorded of each thing that a transaction changes.

It is what the thing was, in a form that the back end can put back to the letter, and the digest of
what it became, which tells later whether it has been changed since.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from operator import attrgetter
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from ...codec import encode_json, to_plain
from ...model import Category, Entry, JSONValue, Metadata

__all__ = ["NOTHING", "UNREADABLE", "Change", "Kind", "Thing", "digest_of", "digests_of", "json_of"]

Kind: TypeAlias = Literal["entry", "category", "metadata", "document"]

Thing: TypeAlias = "Entry | Category | Metadata | JSONValue"
"""What a collection holds and a transaction may change; `None` where there is none."""

NOTHING = b"null"
"""What a thing was that was not there."""

UNREADABLE = b"false"
"""What a thing was that was damaged: it cannot be put back."""


class Change(NamedTuple):
    """One thing that a transaction changed.

    Args:
        kind: what it is.
        key: id of the entry, path of the category, name of the document; empty for the metadata.
        before: JSON of what it was, an entry in the form of the back end; `NOTHING` where it was
            not there, `UNREADABLE` where an entry was damaged.
        after: digest of what it became; empty where it is gone.
    """

    kind: Kind
    key: str
    before: msgspec.Raw
    after: str

    @property
    def adds(self) -> bool:
        """Whether there was nothing before."""
        return bytes(self.before) == NOTHING

    @property
    def is_lost(self) -> bool:
        """Whether it was an entry that could not be read."""
        return self.kind == "entry" and bytes(self.before) == UNREADABLE


def json_of(value: Thing) -> bytes:
    """The JSON of a thing; `NOTHING` where there is none.

    >>> json_of({"moment": None}), json_of(None)
    (b'{"moment":null}', b'null')
    """
    if isinstance(value, Entry | Category | Metadata):
        return encode_json(value)
    return msgspec.json.encode(value)


def digest_of(value: Thing) -> str:
    """What tells two states of a thing apart; empty where there is none.

    >>> digest_of({"moment": None, "origins": []}), digest_of(None)
    ('b754ae65ce81f2ae', '')
    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    if value is None:
        return ""
    return _digest(_essence(value))


def digests_of(entries: Iterable[Entry]) -> list[str]:
    """The `digest_of` of each entry."""
    return [_digest(_essence_of_entry(entry)) for entry in entries]


def _digest(essence: object) -> str:
    return blake2b(_encode(essence), digest_size=8).hexdigest()


# A back end may keep the attributes of an entry in another order.
_encode = msgspec.json.Encoder(order="deterministic").encode

# What digests in logs were made of. A field that the model gains belongs behind all others, and
# only where it is set: so what was recorded before can still be undone.
_of_entry = attrgetter(
    "id", "title", "body", "markup", "category", "language", "tags", "created", "added", "modified",
    "rights", "attributes",
)  # fmt: skip
_of_source = attrgetter(
    "uri", "member", "start", "length", "sha256", "encoding", "changes", "site", "imported"
)
_of_contributor = attrgetter("name", "role", "sort_name", "alternate_name")


def _essence(value: Thing) -> object:
    """All that a thing says."""
    if isinstance(value, Entry):
        return _essence_of_entry(value)
    return to_plain(value) if isinstance(value, Category | Metadata) else value


def _essence_of_entry(entry: Entry) -> object:
    """All that an entry says, in a tenth of the time in which its JSON is made."""
    source, contributors = entry.source, entry.contributors
    return (
        _of_entry(entry),
        source and _of_source(source),
        contributors and [_of_contributor(each) for each in contributors],
    )
