r"""An entry as a text file: YAML front matter between lines ``---``, then the body.

    ---
    id: "0chgm9qjpmfdsafq"
    title: A wish
    tags: ["short"]
    ---
    Be well.

The keys are those of the model, without body, markup (the file's ending says it) and category (its
folder says it); other keys are the entry's attributes. A value is a plain word where every
reader of YAML agrees on it, else JSON, which YAML 1.2 §1.3 contains. The file ends in a line feed
that is not part of the body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from attrs import fields, frozen

from .. import _yaml
from ..codec import from_plain, to_plain
from ..model import Entry, JSONValue, Markup

__all__ = [
    "SUFFIXES",
    "FrontMatter",
    "FrontMatterError",
    "entry_of",
    "read_front_matter",
    "stated_category",
    "written",
]

SUFFIXES: Mapping[Markup, str] = {"plain": ".txt", "markdown": ".md"}
"""Endings of the files by the notation of the body."""

_BY_PLACE = ("body", "markup")
_RESERVED = frozenset(field.name for field in fields(Entry)) - {*_BY_PLACE}
_WORDED = ("id", "title", "created", "language", "rights")
_WORD = re.compile(r"[^\W\d_][^:#\"'\[\]{},&*!|>%@`\\]*")
# What some reader of YAML takes for something else than a word.
_NO_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"))
_JSON_BEGINS = tuple('"[{-0123456789')
# What libyaml does not take as it is, and line ends that it would fold.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


_json = json.JSONEncoder(ensure_ascii=False).encode


class FrontMatterError(ValueError):
    """The front matter is damaged; ``line`` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


# --- writing ------------------------------------------------------------------------------------


def written(entry: Entry, *, with_category: bool) -> bytes:
    """The file of an entry.

    Args:
        entry: what to write.
        with_category: whether the front matter says the category, because the folder cannot.
    """
    plain = to_plain(entry)
    body = plain.pop("body", "")
    plain.pop("markup", None)
    attributes = plain.pop("attributes", {})
    nested = {key: value for key, value in attributes.items() if not _stands_alone(key)}
    if not with_category:
        plain.pop("category", None)
    plain = {"id": plain.pop("id"), "title": plain.pop("title", ""), **plain}
    plain |= {key: value for key, value in attributes.items() if _stands_alone(key)}
    if nested:
        plain["attributes"] = nested
    lines = "".join(f"{key}: {_scalar(value)}\n" for key, value in plain.items())
    return f"---\n{lines}---\n{body}\n".encode()


def _stands_alone(key: str) -> bool:
    """Whether an attribute can be a key of its own beside those of the model."""
    return key not in _RESERVED and _is_word(key)


def _is_word(text: str) -> bool:
    return (
        _WORD.fullmatch(text) is not None
        and text.isprintable()
        and text.strip() == text
        and text.lower() not in _NO_WORDS
    )


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _is_word(value):
        return value
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", _json(value))


# --- reading ------------------------------------------------------------------------------------


@frozen
class FrontMatter:
    """What a file says before its body.

    Args:
        values: keys of the front matter; none where there is no front matter.
        body: what follows.
    """

    values: Mapping[str, Any]
    body: str


def read_front_matter(data: bytes) -> FrontMatter:
    r"""Divide a file into front matter and body.

    Raises:
        FrontMatterError: it is not UTF-8, or its YAML is damaged.

    >>> read_front_matter(b"---\ntitle: A wish\n---\nBe well.\n")
    FrontMatter(values={'title': 'A wish'}, body='Be well.')
    """
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FrontMatterError("it is not UTF-8", line) from error
    if text.startswith("---\r\n"):
        # Ours begin with a bare line feed: an editor has converted the whole file.
        text = text.replace("\r\n", "\n")
    if not text.startswith("---\n"):
        return FrontMatter({}, text.removesuffix("\n"))
    if text.startswith("---\n---\n"):
        return FrontMatter({}, text[8:].removesuffix("\n"))
    head, closing, body = text[4:].partition("\n---\n")
    if not closing:
        if not text.endswith("\n---"):
            raise FrontMatterError("its front matter has no closing line '---'", 1)
        head, body = text[4:-4], ""
    return FrontMatter(_values(head), body.removesuffix("\n"))


def _values(head: str) -> dict[str, Any]:
    values = _own_values(head)
    return _yaml_values(head) if values is None else values


def _own_values(head: str) -> dict[str, Any] | None:
    """What lines say that are as we write them; `None` where one is not.

    YAML would say the same, and takes ten times as long to say it.
    """
    values: dict[str, Any] = {}
    for line in head.split("\n"):
        key, divided, text = line.partition(": ")
        if not divided or key in values or not (key in _RESERVED or _is_word(key)):
            return None
        if text[:1] not in _JSON_BEGINS and _is_word(text):
            values[key] = text
            continue
        try:
            values[key] = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return None
    return values


def _yaml_values(head: str) -> dict[str, Any]:
    try:
        values = _yaml.load(head)
    except _yaml.YAMLError as error:
        raise FrontMatterError(
            f"its YAML cannot be read ({error.reason})", error.line + 1
        ) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise FrontMatterError("its front matter has no keys", 2)
    return values


def entry_of(front: FrontMatter, *, name: str, markup: Markup, category: tuple[str, ...]) -> Entry:
    """The entry of a file.

    Args:
        front: what the file says, its id among it.
        name: title of an entry whose file says none.
        markup: as the file's ending says.
        category: as its folder says.

    Raises:
        InvalidValueError: a value is not what its key holds.
    """
    known: dict[str, Any] = {"title": name}
    attributes: dict[str, JSONValue] = {}
    for key, value in front.values.items():
        if key == "attributes" and isinstance(value, dict):
            attributes |= value
        elif key == "category" and not isinstance(value, list):
            # The folder says the category; a word for it of other programs is kept as it is.
            attributes[key] = value
        elif key in _RESERVED:
            # A key without a value says nothing.
            known |= {key: _worded(key, value)} if value is not None else {}
        else:
            attributes[str(key)] = value
    known |= {"body": front.body, "markup": markup, "category": list(category)}
    if attributes:
        known["attributes"] = attributes
    return from_plain(known, Entry)


def _worded(key: str, value: Any) -> Any:
    """A value by hand as its key means it: the title 1984 is no number."""
    if key == "tags" and isinstance(value, list):
        return [_worded("title", tag) for tag in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number and key in _WORDED else value


def stated_category(front: FrontMatter) -> tuple[str, ...] | None:
    """The category that the file says, `None` where it says none that could be one."""
    value = front.values.get("category")
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return None
    return tuple(value)
