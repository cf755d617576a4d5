"""Entries from values that were read, made in a third of the time that their constructor takes.

Nearly every value that a storage reads is plainly fine. Where all of an entry's are, the object is
made without a second look; where one is doubtful, the constructor is called, whose validators
decide and name the field. The tests prove that both ways give the same entry or the same error.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ._checks import is_date, is_json, is_language, is_sha256, is_text
from .errors import InvalidValueError
from .identity import EntryId, is_entry_id
from .model import Contributor, Entry, Source

__all__ = ["contributor", "entry", "moment", "source"]


def _setters(cls: type, *names: str) -> tuple[Any, ...]:
    # The slots themselves: the class is frozen to everybody else.
    return tuple(vars(cls)[name].__set__ for name in names)


(
    _id, _title, _body, _markup, _category, _contributors, _language, _tags, _created, _added,
    _modified, _rights, _source, _attributes,
) = _setters(
    Entry, "id", "title", "body", "markup", "category", "contributors", "language", "tags",
    "created", "added", "modified", "rights", "source", "attributes",
)  # fmt: skip
(
    _uri, _member, _start, _length, _sha256, _encoding, _changes, _site, _imported,
) = _setters(
    Source, "uri", "member", "start", "length", "sha256", "encoding", "changes", "site", "imported"
)  # fmt: skip
_name, _role, _sort_name, _alternate_name = _setters(
    Contributor, "name", "role", "sort_name", "alternate_name"
)
_new = object.__new__


def entry(
    id: Any,  # noqa: A002 - the name of the field
    title: Any = "",
    body: Any = "",
    markup: Any = "plain",
    category: Any = (),
    contributors: Any = (),
    language: Any = None,
    tags: Any = (),
    created: Any = None,
    added: Any = None,
    modified: Any = None,
    rights: Any = None,
    source: Any = None,
    attributes: Any = None,
) -> Entry:
    """An entry of these values; its attributes are the dict that is given.

    Raises:
        InvalidValueError: a value is not what its field holds.
    """
    attributes = {} if attributes is None else attributes
    if not (
        type(id) is str
        and is_entry_id(id)
        and type(title) is str
        and title.isprintable()
        and type(body) is str
        and is_text(body)
        and markup in ("plain", "markdown")
        and (category == () or _are_words(category))
        and (contributors == () or _are(Contributor, contributors))
        and (language is None or (type(language) is str and is_language(language)))
        and (tags == () or (_are_words(tags) and len(set(tags)) == len(tags)))
        and (created is None or (type(created) is str and is_date(created)))
        and (added is None or _is_utc(added))
        and (modified is None or _is_utc(modified))
        and (rights is None or _is_word(rights))
        and (source is None or type(source) is Source)
        and (attributes == {} or (type(attributes) is dict and is_json(attributes)))
    ):
        return Entry(
            id=EntryId(id), title=title, body=body, markup=markup, category=category,
            contributors=contributors, language=language, tags=tags, created=created, added=added,
            modified=modified, rights=rights, source=source, attributes=attributes,
        )  # fmt: skip
    made = _new(Entry)
    _id(made, id)
    _title(made, title)
    _body(made, body)
    _markup(made, markup)
    _category(made, category)
    _contributors(made, contributors)
    _language(made, language)
    _tags(made, tags)
    _created(made, created)
    _added(made, added)
    _modified(made, modified)
    _rights(made, rights)
    _source(made, source)
    _attributes(made, attributes)
    return made


def source(
    uri: Any,
    member: Any = None,
    start: Any = None,
    length: Any = None,
    sha256: Any = None,
    encoding: Any = None,
    changes: Any = (),
    site: Any = None,
    imported: Any = None,
) -> Source:
    """A source of these values.

    Raises:
        InvalidValueError: a value is not what its field holds.
    """
    if not (
        _is_word(uri)
        and (member is None or _is_word(member))
        and (start is None or _is_count(start))
        and (length is None or _is_count(length))
        and (sha256 is None or (type(sha256) is str and is_sha256(sha256)))
        and (encoding is None or _is_word(encoding))
        and (changes == () or _are_words(changes))
        and (site is None or _is_word(site))
        and (imported is None or _is_word(imported))
    ):
        return Source(
            uri=uri, member=member, start=start, length=length, sha256=sha256, encoding=encoding,
            changes=changes, site=site, imported=imported,
        )  # fmt: skip
    made = _new(Source)
    _uri(made, uri)
    _member(made, member)
    _start(made, start)
    _length(made, length)
    _sha256(made, sha256)
    _encoding(made, encoding)
    _changes(made, changes)
    _site(made, site)
    _imported(made, imported)
    return made


def contributor(
    name: Any, role: Any = "aut", sort_name: Any = None, alternate_name: Any = None
) -> Contributor:
    """A contributor of these values.

    Raises:
        InvalidValueError: a value is not what its field holds.
    """
    is_plain = role == "aut" and alternate_name is None
    if not (is_plain and _is_word(name) and (sort_name is None or _is_word(sort_name))):
        return Contributor(name=name, role=role, sort_name=sort_name, alternate_name=alternate_name)
    made = _new(Contributor)
    _name(made, name)
    _role(made, role)
    _sort_name(made, sort_name)
    _alternate_name(made, None)
    return made


def _is_word(value: Any) -> bool:
    return type(value) is str and value.isprintable() and value != "" and not value.isspace()


def _are_words(values: Any) -> bool:
    return type(values) is tuple and all(map(_is_word, values))


def _are(cls: type, values: Any) -> bool:
    return type(values) is tuple and all(type(value) is cls for value in values)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _is_utc(value: Any) -> bool:
    return type(value) is datetime and value.tzinfo is UTC


def moment(value: object) -> datetime:
    """A moment that was written in ISO 8601.

    Raises:
        InvalidValueError: it is none.
    """
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise InvalidValueError("moment", value, "is no text such as '2026-01-01T00:00:00Z'")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidValueError("moment", value, "is no moment of ISO 8601") from error
