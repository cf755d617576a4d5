"""An entry as a text that a person edits, and back: the form of files in a folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import evolve, fields

from .._clock import now
from ..collection import Collection
from ..errors import ConflictError, EntryNotFound, InvalidValueError
from ..identity import CategoryPath, parse_category_path
from ..model import Entry
from ..storage.front_matter import (
    FrontMatter,
    FrontMatterError,
    entry_of,
    read_front_matter,
    stated_category,
    written,
)

__all__ = ["changed_fields", "entry_from_text", "entry_text", "replace_entry"]

_NOTED = ("modified",)


def entry_text(entry: Entry) -> bytes:
    r"""The text of an entry to be edited: front matter, category included, and body.

    >>> entry_text(Entry(id="0chgm9qjpmfdsafq", title="A wish", body="Be well.")).decode()
    '---\nid: "0chgm9qjpmfdsafq"\ntitle: A wish\n---\nBe well.\n'
    """
    return written(entry, with_category=True)


def entry_from_text(data: bytes, before: Entry) -> Entry:
    r"""What an entry becomes by its edited text; a line that is gone clears its field.

    Args:
        data: as `entry_text` writes it, edited.
        before: the entry that was edited, whose id and notation stay.

    Raises:
        InvalidValueError: the text cannot be read, or a value is not what its field holds.

    >>> wish = Entry(id="0chgm9qjpmfdsafq", title="A wish")
    >>> entry_from_text(
    ...     b"---\ntitle: The wish\ncategory: Old/Wishes\n---\nBe well.\n", wish
    ... ).category
    ('Old', 'Wishes')
    """
    try:
        front = read_front_matter(data)
    except FrontMatterError as error:
        line = data.decode("utf-8", "replace").splitlines()[error.line - 1 : error.line]
        raise InvalidValueError(
            "text", "".join(line), f"has a mistake in line {error.line}, {error}"
        ) from error
    if not front.values:
        raise InvalidValueError(
            "text", data[:20].decode("utf-8", "replace"), "has lost the lines between ---"
        )
    if front.values.get("id", before.id) != before.id:
        raise InvalidValueError("id", front.values["id"], "cannot be changed")
    category = _category(front)
    known = {key: value for key, value in front.values.items() if key != "category"}
    return entry_of(
        FrontMatter({"title": "", **known, "id": before.id}, front.body),
        name="",
        markup=before.markup,
        category=category,
    )


def _category(front: FrontMatter) -> CategoryPath:
    stated = front.values.get("category")
    if isinstance(stated, str):
        return parse_category_path(stated)
    category = stated_category(front)
    if category is None and stated is not None:
        raise InvalidValueError("category", stated, "is neither words nor a list of words")
    return category or ()


def changed_fields(before: Entry, after: Entry) -> tuple[str, ...]:
    """The names of the fields that are different, but for the moment of the change.

    >>> wish = Entry(id="0chgm9qjpmfdsafq", title="A wish")
    >>> changed_fields(wish, evolve(wish, title="The wish", language="en"))
    ('title', 'language')
    """
    names = (each.name for each in fields(Entry) if each.name not in _NOTED)
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def replace_entry(
    collection: Collection,
    before: Entry,
    after: Entry,
    *,
    clock: Callable[[], datetime] = now,
    label: str = "",
) -> None:
    """Put an entry in the place of what it was made from, unless that has changed meanwhile.

    Args:
        collection: whose entry it is.
        before: as it was read.
        after: as it is to be; it is marked with the moment.
        clock: says what time it is.
        label: what is done, as the log is to say it.

    Raises:
        ConflictError: somebody else has changed or removed it since.
        CollectionLocked: another writer holds the collection, and did not end in time.
    """
    with collection.transaction(label) as batch:
        with collection.snapshot() as view:
            try:
                there = view.get(before.id)
            except EntryNotFound:
                there = None
        if there != before:
            done = "removed" if there is None else "changed"
            raise ConflictError(
                f"entry {before.id} was {done} by somebody else while it was edited, and is as "
                "they left it",
                location=collection.location,
            )
        batch.put(evolve(after, id=before.id, modified=clock()))
