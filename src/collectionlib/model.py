"""What a collection holds: frozen classes of plain data, checked where they are made.

`Entry` is a text with what is known about it, `Category` a place in the tree of categories,
`Metadata` what is known about the whole collection. They do no I/O; `codec` turns them into
plain data and JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from attrs import field, frozen

from . import _checks as check
from .errors import InvalidValueError
from .identity import CategoryPath, EntryId, entry_id, format_category_path

__all__ = [
    "Category",
    "Contributor",
    "Entry",
    "JSONValue",
    "Markup",
    "Metadata",
    "Series",
    "Source",
    "Subject",
]

Markup: TypeAlias = Literal["plain", "markdown"]
"""How a body is to be read: as plain text, or as CommonMark."""

JSONValue: TypeAlias = "bool | int | float | str | list[JSONValue] | dict[str, JSONValue] | None"
"""A value that JSON can hold; numbers are finite, integers fit in 64 bits."""


@frozen(kw_only=True)
class Contributor:
    """A person or body with a part in a text.

    Args:
        name: as it is to be shown.
        role: MARC relator code of three letters, ``aut`` (author) unless given.
        sort_name: as it is to be filed, ``Lu, Xun``.
        alternate_name: the name in another script, ``魯迅``.

    >>> Contributor(name="Lu Xun", role="author")
    Traceback (most recent call last):
        ...
    collectionlib.errors.InvalidValueError: Contributor.role is no MARC relator code such as \
'aut' or 'trl': 'author'
    """

    name: str = field(validator=check.word)
    role: str = field(default="aut", validator=check.role)
    sort_name: str | None = field(default=None, validator=check.optional(check.word))
    alternate_name: str | None = field(default=None, validator=check.optional(check.word))


@frozen(kw_only=True)
class Source:
    """Where a text came from, and what was changed on the way in.

    Args:
        uri: relative to what was imported, and starting with its origin:
            ``archive/sub/one.txt``; or any URI.
        member: path inside an archive.
        start: byte where the text begins in the file, from 0; without a length it is the place of
            the text among those of its file (a book, a page of several texts).
        length: bytes of it.
        sha256: of those bytes, 64 hexadecimal digits.
        encoding: name of the codec that they were read with.
        changes: names of the transforms that were applied, in order.
        site: web site or publication that the text names as its own.
        imported: what each field was when it came in, as short hashes: what another import
            compares, to tell what a person has changed since.
    """

    uri: str = field(validator=check.word)
    member: str | None = field(default=None, validator=check.optional(check.word))
    start: int | None = field(default=None, validator=check.optional(check.count))
    length: int | None = field(default=None, validator=check.optional(check.count))
    sha256: str | None = field(default=None, validator=check.optional(check.sha256))
    encoding: str | None = field(default=None, validator=check.optional(check.word))
    changes: tuple[str, ...] = field(default=(), converter=check.as_tuple, validator=check.words)
    site: str | None = field(default=None, validator=check.optional(check.word))
    imported: str | None = field(default=None, validator=check.optional(check.word))


@frozen(kw_only=True)
class Entry:
    """A text of a collection: a joke, a blessing, a poem, an essay.

    Args:
        id: 16 characters of Crockford base32; `Entry.new` derives one.
        title: one line, may be empty.
        body: the text, in the notation that ``markup`` names.
        markup: ``plain`` or ``markdown``.
        category: names from the root down; ``()`` is the root.
        contributors: authors, translators and others, in order.
        language: BCP 47 tag.
        tags: words, each once.
        created: when it was written, as far as known: ``1850``, ``2019-05``, ``2019-05-03``,
            or a moment with its zone (ISO 8601 extended format).
        added: when it came into the collection (in UTC).
        modified: when it was last changed in it (in UTC).
        rights: SPDX expression, URL or words.
        source: where it came from.
        attributes: anything else, kept as it is.

    Raises:
        InvalidValueError: a value is not what its field holds.

    >>> Entry(id="0chgm9qjpmfdsafq", title="A", body="Hello.", language="english")
    Traceback (most recent call last):
        ...
    collectionlib.errors.InvalidValueError: Entry.language is no BCP 47 language tag such as \
'en' or 'zh-Hant': 'english'
    """

    id: EntryId = field(validator=check.entry_id)
    title: str = field(default="", validator=check.line)
    body: str = field(default="", validator=check.text)
    markup: Markup = field(default="plain", validator=check.markup)
    category: CategoryPath = field(default=(), converter=check.as_tuple, validator=check.words)
    contributors: tuple[Contributor, ...] = field(
        default=(), converter=check.as_tuple, validator=check.tuple_of(Contributor)
    )
    language: str | None = field(default=None, validator=check.optional(check.language))
    tags: tuple[str, ...] = field(
        default=(), converter=check.as_set_in_order, validator=check.words
    )
    created: str | None = field(default=None, validator=check.optional(check.date))
    added: datetime | None = field(
        default=None, converter=check.as_utc, validator=check.optional(check.moment)
    )
    modified: datetime | None = field(
        default=None, converter=check.as_utc, validator=check.optional(check.moment)
    )
    rights: str | None = field(default=None, validator=check.optional(check.word))
    source: Source | None = field(default=None, validator=check.optional(check.instance_of(Source)))
    attributes: Mapping[str, JSONValue] = field(
        factory=dict, converter=check.as_json, validator=check.json_object, hash=False
    )

    @classmethod
    def new(
        cls,
        *,
        title: str = "",
        body: str = "",
        added: datetime | None = None,
        markup: Markup = "plain",
        category: CategoryPath = (),
        contributors: tuple[Contributor, ...] = (),
        language: str | None = None,
        tags: tuple[str, ...] = (),
        created: str | None = None,
        rights: str | None = None,
        source: Source | None = None,
        attributes: Mapping[str, JSONValue] | None = None,
    ) -> Entry:
        """An entry made by hand; its id comes from its content and its creation time.

        Args:
            added: the creation time, now unless given: give it where the id is to be the same
                on every run.

        >>> moment = datetime(2026, 1, 1, tzinfo=UTC)
        >>> Entry.new(title="A wish", body="Be well.", added=moment).id
        '4yqpxq0qwg0rc203'
        """
        moment = added or datetime.now(UTC)
        return cls(
            id=entry_id(
                "new", title, body, format_category_path(tuple(category)), moment.isoformat()
            ),
            title=title,
            body=body,
            added=moment,
            markup=markup,
            category=category,
            contributors=contributors,
            language=language,
            tags=tags,
            created=created,
            rights=rights,
            source=source,
            attributes=attributes or {},
        )

    @property
    def label(self) -> str:
        """What to call the entry in a list: its title, else how its text begins.

        >>> Entry(id="0chgm9qjpmfdsafq", body="A clash of doctrine is not a disaster.").label
        'A clash of doctrine is not a disaster.'
        """
        return self.title.strip() or excerpt(self.body)


def excerpt(body: str, length: int = 60) -> str:
    """How a text begins: its first words, at most ``length`` characters, with an ellipsis.

    >>> excerpt("One two three four", length=9)
    'One two…'
    """
    words = " ".join(body[: length * 8].split())
    if len(words) <= length:
        return words
    cut = words[: length + 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut.strip() else cut[:length]).rstrip() + "…"


@frozen(kw_only=True)
class Category:
    """A category with what is said about it; one that nothing is said about needs none.

    Args:
        path: names from the root down.
        title: as it is to be shown, the last name of the path unless given.
        description: words about it, shown before its entries.
        position: its place among its siblings, ascending; those without one come after, in
            natural order.
    """

    path: CategoryPath = field(converter=check.as_tuple, validator=check.words)
    title: str | None = field(default=None, validator=check.optional(check.word))
    description: str | None = field(default=None, validator=check.optional(check.text))
    position: int | None = field(default=None, validator=check.optional(check.position))

    def __attrs_post_init__(self) -> None:
        if not self.path:
            raise InvalidValueError("Category.path", self.path, "is empty")


@frozen(kw_only=True)
class Series:
    """A series that a collection is part of, and its place in it (``2``, ``3.5``)."""

    title: str = field(validator=check.word)
    position: str | None = field(default=None, validator=check.optional(check.word))


@frozen(kw_only=True)
class Subject:
    """What a collection is about: words, and where they are from a scheme, its code.

    >>> Subject(term="HUMOR / Form / Jokes & Riddles", scheme="BISAC", code="HUM004000").code
    'HUM004000'
    """

    term: str = field(validator=check.word)
    scheme: str | None = field(default=None, validator=check.optional(check.word))
    code: str | None = field(default=None, validator=check.optional(check.word))


@frozen(kw_only=True)
class Metadata:
    """What is known about a whole collection.

    Args:
        id: URN; where there is none, a book made of the collection derives one from its content.
        title: one line.
        subtitle: one line.
        description: any number of lines.
        language: BCP 47 tag of most of the texts.
        contributors: editors, compilers and others.
        publisher: one line.
        published: date, as `Entry.created`.
        rights: SPDX expression, URL or words.
        identifiers: URIs such as ``urn:isbn:…``, whose check digit is looked at, or
            ``https://doi.org/…``.
        subjects: what it is about.
        series: the series that it is part of.
        source: what it was made of: a URI, or words.
    """

    id: str | None = field(default=None, validator=check.optional(check.urn))
    title: str = field(default="", validator=check.line)
    subtitle: str | None = field(default=None, validator=check.optional(check.word))
    description: str | None = field(default=None, validator=check.optional(check.text))
    language: str | None = field(default=None, validator=check.optional(check.language))
    contributors: tuple[Contributor, ...] = field(
        default=(), converter=check.as_tuple, validator=check.tuple_of(Contributor)
    )
    publisher: str | None = field(default=None, validator=check.optional(check.word))
    published: str | None = field(default=None, validator=check.optional(check.date))
    rights: str | None = field(default=None, validator=check.optional(check.word))
    identifiers: tuple[str, ...] = field(
        default=(), converter=check.as_set_in_order, validator=check.identifiers
    )
    subjects: tuple[Subject, ...] = field(
        default=(), converter=check.as_tuple, validator=check.tuple_of(Subject)
    )
    series: Series | None = field(default=None, validator=check.optional(check.instance_of(Series)))
    source: str | None = field(default=None, validator=check.optional(check.word))


CLASSES = (Contributor, Source, Series, Subject, Category, Entry, Metadata)
"""All of them, each behind those that it holds."""
