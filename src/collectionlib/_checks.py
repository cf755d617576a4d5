"""What a value of the model must be: a check for each kind of value, and attrs validators.

A check takes the dotted name of a field and a value, and raises `InvalidValueError` with both.
A validator first looks whether the value is plainly fine, which costs a tenth of the check: every
entry that is read passes through some twenty of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar, cast

import attrs

from .errors import InvalidValueError
from .identity import is_entry_id

Validator: TypeAlias = Callable[[Any, "attrs.Attribute[Any]", Any], None]
_JSON = TypeVar("_JSON")

# Unicode category Cc without tab, line feed, carriage return and next line, and the two
# characters that XML 1.0 §2.2 has no place for.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
LINE_BREAK = re.compile("[\t\n\r\x85\u2028\u2029]")
_C0 = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D})
# RFC 5646 §2.1, without the primary subtags of 4 to 8 letters: none is registered, and a name
# such as "english" would pass as one.
LANGUAGE = re.compile(
    r"""(?: [a-z]{2,3} (?:-[a-z]{3}){0,3} (?:-[a-z]{4})? (?:-(?:[a-z]{2}|\d{3}))?
            (?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))* (?:-[a-wy-z\d](?:-[a-z\d]{2,8})+)*
            (?:-x(?:-[a-z\d]{1,8})+)?
          | x(?:-[a-z\d]{1,8})+ | i-[a-z]{3,8} )""",
    re.IGNORECASE | re.VERBOSE,
)
DATE = re.compile(r"-?\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?")
ROLE = re.compile(r"[a-z]{3}")
# Of digits and hyphens: a title may begin with these letters too.
_ISBN = re.compile(r"(?:urn:)?isbn[: ]?\s*(?=[\d-]*\d)", re.IGNORECASE)
SHA256 = re.compile(r"[0-9a-f]{64}")
URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:\S+", re.IGNORECASE)


def _field_name(instance: object, attribute: attrs.Attribute[Any]) -> str:
    return f"{type(instance).__name__}.{attribute.name}"


def _check_text(name: str, value: object) -> str:
    """Text of any number of lines, without control characters and lone surrogates."""
    if not isinstance(value, str):
        raise InvalidValueError(name, value, "is not text")
    if not is_text(value):
        if found := _SURROGATE.search(value):
            raise InvalidValueError(
                name, found[0], f"has a lone surrogate at character {found.start()}"
            )
        if found := _CONTROL.search(value):
            raise InvalidValueError(
                name, found[0], f"has a control character at character {found.start()}"
            )
    return value


def is_text(value: str) -> bool:
    """Whether a text has neither control characters nor lone surrogates."""
    try:
        data = value.encode()
    except UnicodeEncodeError:
        return False
    # Deleting by table is several times faster than a regular expression over the whole text,
    # which is asked where there may be something to find.
    suspect = len(data.translate(None, _C0)) != len(data)
    if not value.isascii():
        suspect = suspect or b"\xc2" in data or b"\xef\xbf" in data
    return not suspect or _CONTROL.search(value) is None


def _check_line(name: str, value: object) -> str:
    text = _check_text(name, value)
    if found := LINE_BREAK.search(text):
        raise InvalidValueError(
            name, found[0], f"has a tab or line break at character {found.start()}"
        )
    return text


def _check_word(name: str, value: object) -> str:
    text = _check_line(name, value)
    if not text.strip():
        raise InvalidValueError(name, value, "is empty")
    return text


def _check_language(name: str, value: object) -> str:
    if not isinstance(value, str) or not is_language(value):
        raise InvalidValueError(name, value, "is no BCP 47 language tag such as 'en' or 'zh-Hant'")
    return value


@lru_cache(maxsize=256)
def is_language(tag: str) -> bool:
    """Whether a text is a language tag."""
    return LANGUAGE.fullmatch(tag) is not None


def _check_date(name: str, value: object) -> str:
    if not isinstance(value, str) or not is_date(value):
        raise InvalidValueError(
            name,
            value,
            "is no date such as '1850', '2019-05', '2019-05-03' or with a time and zone",
        )
    return value


@lru_cache(maxsize=256)
def is_date(text: str) -> bool:
    """Whether a text is a date, or a moment, of the calendar."""
    if not DATE.fullmatch(text):
        return False
    if text.startswith(("-", "0000")):
        # Python's dates begin with year 1; month and day are checked in a year that they have.
        text = "2000" + text.removeprefix("-")[4:]
    if len(text) <= 10:
        text += "-01-01"[len(text) - 4 :] if len(text) < 10 else ""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_json(name: str, value: object) -> None:
    match value:
        case None | bool():
            return
        case int():
            if not -(2**63) <= value < 2**64:
                raise InvalidValueError(name, value, "has an integer of more than 64 bits")
        case float():
            if not math.isfinite(value):
                raise InvalidValueError(name, value, "has a number that JSON cannot hold")
        case str():
            try:
                value.encode()
            except UnicodeEncodeError as error:
                raise InvalidValueError(name, value, "has a lone surrogate") from error
        case list():
            for item in value:
                check_json(name, item)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise InvalidValueError(name, key, "has a key that is not text")
                check_json(name, key)
                check_json(f"{name}.{key}", item)
        case _:
            raise InvalidValueError(name, value, f"holds a {type(value).__name__}, not JSON")


def is_json(value: object) -> bool:
    """Whether a value is one of JSON."""
    try:
        check_json("", value)
    except InvalidValueError:
        return False
    return True


def is_sha256(text: str) -> bool:
    """Whether a text has the form of a SHA-256 digest."""
    return SHA256.fullmatch(text) is not None


def validator(check: Callable[[str, object], object]) -> Validator:
    def validate(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        check(_field_name(instance, attribute), value)

    return validate


def entry_id(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not is_entry_id(value):
        name = _field_name(instance, attribute)
        raise InvalidValueError(name, value, "is no id of 16 characters of base32")


def markup(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value not in ("plain", "markdown"):
        name = _field_name(instance, attribute)
        raise InvalidValueError(name, value, "is neither 'plain' nor 'markdown'")


def moment(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, datetime) or value.tzinfo is None:
        name = _field_name(instance, attribute)
        raise InvalidValueError(name, value, "is no moment with a time zone")


def line(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    # What is printable is neither control character nor line break nor surrogate.
    if type(value) is not str or not value.isprintable():
        _check_line(_field_name(instance, attribute), value)


def word(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if type(value) is not str or not value.isprintable() or not value.strip():
        _check_word(_field_name(instance, attribute), value)


def words(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, tuple):
        raise InvalidValueError(_field_name(instance, attribute), value, "is no list of names")
    for item in value:
        word(instance, attribute, item)


def identifiers(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Words; one that says that it is an ISBN has to be one."""
    words(instance, attribute, value)
    for item in value if isinstance(value, tuple) else ():
        named = _ISBN.match(item)
        if named and not is_isbn(item[named.end() :]):
            raise InvalidValueError(
                _field_name(instance, attribute),
                item,
                "is no ISBN: its length or its check digit is wrong",
            )


def is_isbn(text: str) -> bool:
    """Whether an ISBN of 10 or 13 digits has the right check digit (ISO 2108, annex C).

    >>> is_isbn("978-0-306-40615-7"), is_isbn("0-306-40615-2"), is_isbn("978-0-306-40615-8")
    (True, True, False)
    """
    digits = re.sub("[- ]", "", text).upper()
    if re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII):
        values = [10 if digit == "X" else int(digit) for digit in digits]
        return sum((10 - place) * value for place, value in enumerate(values)) % 11 == 0
    if re.fullmatch(r"97[89]\d{10}", digits, re.ASCII):
        return (
            sum((3 if place % 2 else 1) * int(each) for place, each in enumerate(digits)) % 10 == 0
        )
    return False


def tuple_of(kind: type) -> Validator:
    def validate(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, tuple):
            raise InvalidValueError(_field_name(instance, attribute), value, "is no list")
        for item in value:
            if not isinstance(item, kind):
                raise InvalidValueError(
                    _field_name(instance, attribute), item, f"is no {kind.__name__}"
                )

    return validate


def optional(validate: Validator) -> Validator:
    def validate_unless_none(
        instance: object, attribute: attrs.Attribute[Any], value: object
    ) -> None:
        if value is not None:
            validate(instance, attribute, value)

    return validate_unless_none


def matching(pattern: re.Pattern[str], what: str) -> Validator:
    def check(name: str, value: object) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise InvalidValueError(name, value, f"is no {what}")

    return validator(check)


def instance_of(kind: type) -> Validator:
    def validate(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, kind):
            raise InvalidValueError(
                _field_name(instance, attribute), value, f"is no {kind.__name__}"
            )

    return validate


def _check_count(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise InvalidValueError(name, value, "is no whole number from 0 up")


def _check_position(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise InvalidValueError(name, value, "is no whole number")


def as_tuple(values: Any) -> Any:
    # A string is no list of its characters: the validator refuses it.
    return tuple(values) if isinstance(values, list) else values


def as_set_in_order(values: Any) -> Any:
    values = as_tuple(values)
    if not isinstance(values, tuple) or not all(isinstance(value, str) for value in values):
        return values
    return tuple(dict.fromkeys(values))


def as_utc(moment: Any) -> Any:
    if isinstance(moment, datetime) and moment.tzinfo not in (None, UTC):
        return moment.astimezone(UTC)
    return moment


def as_json(value: Any) -> Any:
    """A copy that is the entry's own: callers keep the dict that they gave."""
    return own_copy(value)


def own_copy(value: _JSON) -> _JSON:
    """A deep copy of a JSON value, with lists for tuples."""
    return cast("_JSON", _copied(value))


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(item) for item in value]
    return value


text = validator(_check_text)
language = validator(_check_language)
date = validator(_check_date)
count = validator(_check_count)
position = validator(_check_position)
json_object = attrs.validators.and_(instance_of(dict), validator(check_json))
role = matching(ROLE, "MARC relator code such as 'aut' or 'trl'")
sha256 = matching(SHA256, "SHA-256")
urn = matching(URN, "URN such as 'urn:uuid:…'")
