"""What a person changed since the last import, and what the source did: a merge by three.

An entry remembers in ``source.imported`` what each of its fields was when it came in, as short
hashes. A field that is still so may follow its source; one that is not was changed by hand, and
stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
from attrs import evolve, frozen

from ..model import Contributor, Entry, excerpt

__all__ = ["Merged", "fingerprint", "merged", "was_edited"]

_FIELDS = (
    "title", "body", "category", "contributors", "language", "tags", "created", "rights",
    "attributes",
)  # fmt: skip
# A body is nothing without its notation: both are changed together.
_ALSO = {"body": ("markup",)}
_encoder = msgspec.json.Encoder(order="deterministic")


@frozen
class Merged:
    """An entry as it is to be kept, and what was told by both sides.

    Args:
        entry: the stored one with what its source has changed.
        changed: whether the source has changed any of its fields.
        conflicts: sentences about fields that both sides have changed; the person's stays.
    """

    entry: Entry
    changed: bool
    conflicts: tuple[str, ...] = ()


def fingerprint(entry: Entry | Mapping[str, Any]) -> str:
    """Short hashes of the fields that hold something; ``-`` where none does.

    Args:
        entry: or what it is to be made of.

    >>> fingerprint(Entry(id="0chgm9qjpmfdsafq", title="One", body="A text."))
    'title=f9ff42ae body=9d7a5d1d'
    """
    fields = entry if isinstance(entry, Mapping) else _fields_of(entry)
    digests = [f"{name}={_digest(value)}" for name, value in _values(fields) if value]
    return " ".join(digests) or "-"


def _fields_of(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in (*_FIELDS, "markup")}


def _values(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields by name, as what is hashed and compared; what is empty is false."""
    for name in _FIELDS:
        value = fields[name]
        if name == "body":
            markup = fields["markup"]
            value = (value, markup) if value or markup != "plain" else None
        elif name == "contributors":
            value = [_contributor(each) for each in value]
        yield name, value or None


def _contributor(one: Contributor) -> tuple[str | None, ...]:
    # What most have not is not hashed: the hashes that are kept stay as they are.
    alternate = (one.alternate_name,) if one.alternate_name else ()
    return (one.name, one.role, one.sort_name, *alternate)


def _digest(value: Any) -> str:
    return blake2b(_encoder.encode(value), digest_size=4).hexdigest()


def merged(stored: Entry, new: Entry, moment: datetime | None) -> Merged:
    """Bring what the source says now into an entry.

    Args:
        stored: as the collection has it.
        new: as the import makes it, with `fingerprint` in its source.
        moment: of the import.
    """
    before = _imported(stored)
    is_same = _state(stored) == _state(new)
    taken: dict[str, Any] = {}
    conflicts: list[str] = []
    for (name, old), (_, now) in zip(
        _values(_fields_of(stored)), _values(_fields_of(new)), strict=True
    ):
        if old == now:
            continue
        # Of an entry of an older version: where the text has not changed, a person changed it.
        was = before.get(name) if before is not None else _told(now if is_same else old)
        if _told(old) == was:
            taken |= {each: getattr(new, each) for each in (name, *_ALSO.get(name, ()))}
        elif _told(now) != was:
            conflicts.append(
                f"the {name} was changed by hand since, and in the source: kept "
                f"{_shown(name, stored)}, the source has {_shown(name, new)}"
            )
    if taken:
        taken["modified"] = moment or stored.modified
    return Merged(
        evolve(stored, source=new.source, **taken), bool(taken or conflicts), tuple(conflicts)
    )


def _state(entry: Entry) -> str | None:
    return entry.source.sha256 if entry.source else None


def was_edited(entry: Entry) -> bool:
    """Whether a person has changed an entry since it was imported, as far as can be told."""
    before = _imported(entry)
    return before is not None and any(
        _told(value) != before.get(name) for name, value in _values(_fields_of(entry))
    )


def _imported(entry: Entry) -> dict[str, str] | None:
    if entry.source is None or entry.source.imported is None:
        return None
    pairs = (pair.partition("=") for pair in entry.source.imported.split())
    return {name: digest for name, _, digest in pairs}


def _told(value: Any) -> str | None:
    return _digest(value) if value else None


def _shown(name: str, entry: Entry) -> str:
    value = getattr(entry, name)
    return repr(excerpt(value if isinstance(value, str) else repr(value)))
