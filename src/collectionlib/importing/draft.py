"""A draft: a text as an importer found it."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

import attrs
from attrs import Factory, frozen

from ..identity import CategoryPath, EntryId
from ..model import Category, Contributor, Entry, JSONValue, Markup, Metadata

__all__ = ["About", "Draft", "Removal", "without_line_end"]


@frozen
class About:
    """What a file of ours says of the collection that it was made of.

    Args:
        metadata: of the collection or book.
        categories: those that something is said about.
    """

    metadata: Metadata
    categories: tuple[Category, ...] = ()


@frozen
class Removal:
    """A text that was taken away on the way in; the report of the import keeps it.

    Args:
        change: name of the transform that took it, as in ``Draft.changes``.
        text: what it took.
    """

    change: str
    text: str


@frozen(kw_only=True)
class Draft:
    """A text as an importer found it, to be cleaned and to become an entry.

    Args:
        body: the text, in the notation that ``markup`` names.
        title: its title, ``""`` for a text that has none; `None` where the importer does not
            know, so that the text and the file's name decide.
        markup: ``plain`` or ``markdown``.
        category: where it stands; `None` takes the names of the folders.
        span: first character and end of the raw text in the file; `None` is the whole file.
        raw: what tells it from the others of its file, where that is not the text of the span:
            its record, however it is laid out.
        many: whether the file holds many texts, of which this is one.
        wrap_width: columns that the lines of the file were wrapped at, where they were.
        site: web site or publication that the text names as its own.
        encoding: of this text, where its file is no text as a whole (a book, a mailbox); the
            draft has a ``raw`` then and no ``span``. `None` is the encoding of the file.
        changes: names of the transforms that were applied, in order.
        removed: what they took away; of a file with many texts, what belongs to none of them
            (a licence, a legend) stands in the first.
        evidence: sentences that say why the text was taken as it was: how its title was told,
            by what the file was split.
        warnings: sentences about what a person should look at.
        contributors, language, tags, created, rights, attributes: as in `Entry`.
        id: that the text has already, where it comes from a collection; it is not cleaned then.
        entry: the whole entry, where the file holds it: it is kept as it is, its source too.
        about: what the file says of the whole collection; it stands in the first draft.
    """

    body: str
    title: str | None = None
    markup: Markup = "plain"
    category: CategoryPath | None = None
    contributors: tuple[Contributor, ...] = ()
    language: str | None = None
    tags: tuple[str, ...] = ()
    created: str | None = None
    rights: str | None = None
    attributes: Mapping[str, JSONValue] = Factory(dict)
    site: str | None = None
    span: tuple[int, int] | None = None
    raw: str | None = None
    many: bool = False
    wrap_width: int | None = None
    encoding: str | None = None
    changes: tuple[str, ...] = ()
    removed: tuple[Removal, ...] = ()
    evidence: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    id: EntryId | None = None
    entry: Entry | None = None
    about: About | None = None

    def without(self, change: str, text: str, **fields: Any) -> Draft:
        r"""The draft after a text was taken away.

        Args:
            change: name of what took it.
            text: what it took.
            **fields: of the draft that are now others.

        >>> Draft(body="Site\n\nText.").without("breadcrumb", "Site", body="Text.").removed
        (Removal(change='breadcrumb', text='Site'),)
        """
        return self.but(removed=(*self.removed, Removal(change, text)), **fields)

    def but(self, **fields: Any) -> Draft:
        """The draft with other fields; quicker than `attrs.evolve`, and for each text several.

        >>> Draft(body="Text.").but(title="One").title
        'One'
        """
        values = dict(zip(_FIELDS, _values_of(self), strict=True))
        values.update(fields)
        return Draft(**values)


_FIELDS = tuple(field.name for field in attrs.fields(Draft))
_values_of = attrgetter(*_FIELDS)


def without_line_end(text: str) -> str:
    r"""A text without the end of its last line, which closes the line and is no text.

    >>> without_line_end("One.\r\n"), without_line_end("One.\n\n")
    ('One.', 'One.\n')
    """
    return text.removesuffix("\n").removesuffix("\r")
