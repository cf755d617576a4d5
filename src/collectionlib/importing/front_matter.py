"""What a text says of itself before it begins: front matter in YAML, TOML or JSON.

Static site generators and note programs put it there: Jekyll, Hugo, Eleventy, Pelican, Obsidian.
`divide` finds it, `described` gives a draft what it says; what no field of a draft is meant by
stays in the attributes, so that nothing of it is lost.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

import msgspec
from attrs import frozen

from .. import _yaml
from .._checks import is_date, is_json, is_language, is_text
from ..model import Contributor
from .draft import Draft

__all__ = ["FrontMatter", "FrontMatterError", "described", "divide"]


@frozen
class FrontMatter:
    """What stands before a text.

    Args:
        values: by key.
        end: index of the first character after it.
    """

    values: Mapping[str, Any]
    end: int


class FrontMatterError(ValueError):
    """Front matter that cannot be read: why, and in which line of the file, from 1."""

    reason: str
    line: int

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


# --- finding it ---------------------------------------------------------------------------------

_YAML = re.compile(r"(?ms)\A---[ \t]*\r?\n(?P<inside>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_TOML = re.compile(r"(?ms)\A\+\+\+[ \t]*\r?\n(?P<inside>.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)")
_JSON = re.compile(r"(?ms)\A(?P<inside>\{[ \t]*\r?\n.*?^\}|\{[^\n]*\})[ \t]*(?:\r?\n|\Z)")
_NEXT_RECORD = re.compile(r"\s*[{\[]")
_KEY = re.compile(r"(?m)^[ \t]*[\w\"'-][^\n:]*:(?:\s|\Z)")
_HEADER = re.compile(r"\A(?:[A-Za-z][\w -]{0,30}:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*)+(?:[ \t]*\n|\Z)")
_HEADER_LINE = re.compile(r"(?m)^([A-Za-z][\w -]{0,30}):[ \t]*([^\n]*(?:\n[ \t]+\S[^\n]*)*)")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_HEADER_KEYS = frozenset({"title", "date", "author", "authors", "tags", "category", "slug"})


def divide(text: str) -> FrontMatter | None:
    r"""The front matter of a text; `None` where it has none.

    Raises:
        FrontMatterError: it has the marks of one, but it cannot be read.

    >>> divide("---\ntitle: A wish\n---\nBe well.")
    FrontMatter(values={'title': 'A wish'}, end=22)
    >>> divide("---\nA rule, and then a text.\n---\n") is None
    True
    """
    for pattern, load in ((_YAML, _from_yaml), (_TOML, _from_toml), (_JSON, _from_json)):
        found = pattern.match(text)
        if found and not (pattern is _JSON and _NEXT_RECORD.match(text, found.end())):
            values = load(found["inside"])
            return FrontMatter(values, found.end()) if isinstance(values, dict) else None
    return _header(text)


def _from_yaml(text: str) -> Any:
    # Lines between two rules are a text where none of them is a key.
    if not _KEY.search(text):
        return {} if not text.strip() else None
    try:
        return _yaml.load(text)
    except _yaml.YAMLError as error:
        raise FrontMatterError(f"it is no YAML ({error.reason})", error.line + 1) from error


def _from_toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise FrontMatterError(
            f"it is no TOML ({error})", int(line[1]) + 1 if line else 1
        ) from error


def _from_json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        # A text may begin with a brace.
        return None


def _header(text: str) -> FrontMatter | None:
    """Lines ``Key: value`` up to the first blank one, as Pelican and MultiMarkdown have them."""
    found = _HEADER.match(text)
    if not found:
        return None
    values: dict[str, Any] = {}
    for key, value in _HEADER_LINE.findall(found[0]):
        name, line = key.strip().lower(), " ".join(value.split())
        # A line that comes again, such as that of a second author, adds to the first.
        values[name] = line if name not in values else [*_as_list(values[name]), line]
    # "Note: a text can begin so." Of several lines, one has to be one that everybody has.
    is_one = len(values) > 1 and not values.keys().isdisjoint(_HEADER_KEYS)
    return FrontMatter(values, found.end()) if is_one or values.keys() == {"title"} else None


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# --- what it says -------------------------------------------------------------------------------


def described(draft: Draft, values: Mapping[str, Any]) -> Draft:
    """A draft with what its front matter says.

    >>> draft = described(Draft(body=""), {"Title": "A wish", "tags": "short, kind", "layout": "x"})
    >>> draft.title, draft.tags, draft.attributes
    ('A wish', ('short', 'kind'), {'layout': 'x'})
    """
    attributes: dict[str, Any] = {}
    for key, value in values.items():
        plain = _plain(value)
        if plain is None or plain in ("", []):
            continue
        take = _MEANINGS.get(str(key).strip().lower())
        taken = take(draft, plain) if take else None
        parts = plain if isinstance(plain, list) else [plain]
        if taken is None or not all(map(_is_understood, parts)):
            attributes[str(key)] = plain if is_json(plain) else str(plain)
        draft = taken or draft
    # Once: a row of a table may have a million fields.
    return draft.but(attributes={**draft.attributes, **attributes}) if attributes else draft


def _plain(value: Any) -> Any:
    """A value as JSON has it; TOML has dates and times of its own."""
    match value:
        case date() | datetime() | time():
            return value.isoformat()
        case list():
            return [_plain(one) for one in value]
        case dict():
            return {str(key): _plain(one) for key, one in value.items()}
        case _:
            return value


def _with_attribute(draft: Draft, key: str, value: Any) -> Draft:
    if not is_json(value):
        value = str(value)
    return draft.but(attributes={**draft.attributes, key: value})


def _words(value: Any) -> str | None:
    """A value as words on one line; `None` where it has none."""
    if value is None or isinstance(value, bool | list | dict):
        return None
    words = " ".join(_CONTROL.sub(" ", str(value)).split())
    return words if words and is_text(words) else None


def _is_understood(one: Any) -> bool:
    """Whether nothing is lost of a value, or of an element of a list."""
    if isinstance(one, dict):
        return one.keys() == {"name"} and _words(one["name"]) is not None
    return one in (None, "") or _words(one) is not None


def _listed(value: Any, separators: str = r"[,;]") -> tuple[str, ...]:
    """The words of a list, or of a text that divides them."""
    values = value if isinstance(value, list) else re.split(separators, str(value))
    return tuple(dict.fromkeys(words for one in values if (words := _words(one))))


def _title(draft: Draft, value: Any) -> Draft | None:
    words = _words(value)
    return draft.but(title=words) if words else None


def _created(draft: Draft, value: Any) -> Draft | None:
    text = re.sub(r"^(\d{4})[/.](\d\d?)[/.](\d\d?)", r"\1-\2-\3", str(value).strip())
    text = re.sub(r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d)", r"\1T\2", text)
    text = re.sub(r" ?([+-]\d\d):?(\d\d)$", r"\1:\2", text)
    # Where there is a time without a zone, the day is what is known.
    known = next((one for one in (text, text[:10]) if is_date(one)), None)
    if known is None:
        return None
    draft = draft.but(created=known)
    return draft if known == text else _with_attribute(draft, "date", value)


def _contributors(draft: Draft, value: Any) -> Draft | None:
    values = value if isinstance(value, list) else [value]
    names = [
        words
        for one in values
        for name in (one.get("name") if isinstance(one, dict) else one,)
        if (words := _words(name))
    ]
    return _with_names(draft, tuple(names))


def _author_list(draft: Draft, value: Any) -> Draft | None:
    return _contributors(draft, list(_listed(value)) if isinstance(value, str) else value)


def _with_names(draft: Draft, names: tuple[str, ...]) -> Draft | None:
    known = {contributor.name for contributor in draft.contributors}
    new = tuple(Contributor(name=name) for name in dict.fromkeys(names) if name not in known)
    return draft.but(contributors=(*draft.contributors, *new)) if names else None


def _tags(draft: Draft, value: Any) -> Draft | None:
    if isinstance(value, dict):
        return None
    # Obsidian writes #one #two, Jekyll blanks between words without commas.
    if isinstance(value, str) and re.fullmatch(r"\s*#\S+(?:[\s,]+#\S+)*\s*", value):
        value = value.replace("#", " ").replace(",", " ").split()
    tags = dict.fromkeys((*draft.tags, *_listed(value)))
    return draft.but(tags=tuple(tags))


def _category(draft: Draft, value: Any) -> Draft | None:
    words = _words(value)
    names = tuple(name.strip() for name in words.split("/")) if words else ()
    return draft.but(category=names) if names and all(names) else None


def _categories(draft: Draft, value: Any) -> Draft | None:
    """The first of several is the category, the others are tags: an entry stands in one place."""
    if isinstance(value, dict) or not (names := _listed(value)):
        return None
    first, *others = names
    draft = draft.but(tags=tuple(dict.fromkeys((*draft.tags, *others))))
    return _category(draft, first)


def _language(draft: Draft, value: Any) -> Draft | None:
    tag = str(value).strip().replace("_", "-")
    return draft.but(language=tag) if is_language(tag) else None


def _rights(draft: Draft, value: Any) -> Draft | None:
    words = _words(value)
    return draft.but(rights=words) if words else None


_MEANINGS: Mapping[str, Callable[[Draft, Any], Draft | None]] = {
    "title": _title,
    "date": _created,
    "created": _created,
    "pubdate": _created,
    "published": _created,
    "publishdate": _created,
    "author": _contributors,
    "authors": _author_list,
    "by": _contributors,
    "tag": _tags,
    "tags": _tags,
    "keywords": _tags,
    "category": _category,
    "categories": _categories,
    "lang": _language,
    "language": _language,
    "locale": _language,
    "license": _rights,
    "licence": _rights,
    "copyright": _rights,
    "rights": _rights,
}
"""What the keys of others mean; the names are compared without regard to case."""
