"""What people say of a book, in the few words of an option or of a recipe, as metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from ..model import Contributor, Metadata, Series, Subject

__all__ = ["KEYS", "contributor", "with_said"]

_PLAIN = ("title", "subtitle", "language", "publisher", "published", "description", "rights")
_ROLES = {"authors": "aut", "editors": "edt", "compilers": "com", "translators": "trl"}

KEYS = (*_PLAIN, *_ROLES, "isbn", "identifiers", "series", "subjects")
"""What can be said."""


def with_said(metadata: Metadata, said: Mapping[str, Any]) -> Metadata:
    """Metadata with what is said in its place.

    Args:
        metadata: of the collection.
        said: by the `KEYS`: texts, and sequences of texts for those in the plural. All people
            together take the place of all people, and the ISBN and the other identifiers of all
            identifiers.

    Raises:
        InvalidValueError: something is not what its field holds.

    >>> book = with_said(
    ...     Metadata(), {"authors": ["Lu, Xun = Lu Xun / 魯迅"], "series": "Wisdom; 2"}
    ... )
    >>> book.contributors[0].sort_name, book.series.position
    ('Lu, Xun', '2')
    """
    values: dict[str, Any] = {key: said[key] for key in _PLAIN if key in said}
    if any(kind in said for kind in _ROLES):
        values["contributors"] = tuple(
            contributor(name, role) for kind, role in _ROLES.items() for name in said.get(kind, ())
        )
    if "isbn" in said or "identifiers" in said:
        values["identifiers"] = tuple(_identifiers(said.get("isbn"), said.get("identifiers", ())))
    if "subjects" in said:
        values["subjects"] = tuple(map(_subject, said["subjects"]))
    if "series" in said:
        values["series"] = _series(said["series"])
    return evolve(metadata, **values)


def contributor(text: str, role: str) -> Contributor:
    """A contributor by name; ``Lu, Xun = Lu Xun / 魯迅`` says how it is filed, and another script.

    Raises:
        InvalidValueError: there is no name in it, or the role is no MARC relator code.

    >>> contributor("Lu, Xun = Lu Xun / 魯迅", "aut").alternate_name
    '魯迅'
    """
    filed, divided, name = text.partition(" = ")
    name, other, alternate = (name if divided else text).partition(" / ")
    return Contributor(
        name=name.strip(),
        role=role,
        sort_name=filed.strip() if divided else None,
        alternate_name=alternate.strip() if other else None,
    )


def _identifiers(isbn: str | None, others: Sequence[str]) -> list[str]:
    return [*([f"urn:isbn:{isbn.replace(' ', '-')}"] if isbn else []), *others]


def _subject(text: str) -> Subject:
    scheme, divided, rest = text.partition(":")
    code, _, term = rest.partition(" ")
    if divided and scheme.isalnum() and code and not code.startswith("/"):
        return Subject(term=term.strip() or code, scheme=scheme, code=code)
    return Subject(term=text)


def _series(text: str) -> Series:
    title, _, position = text.rpartition(";")
    if not title:
        return Series(title=text.strip())
    return Series(title=title.strip(), position=position.strip() or None)
