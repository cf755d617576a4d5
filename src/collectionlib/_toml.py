"""TOML that people write: read with care, and each key with the line that it stands on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self, TypeAlias

from attrs import field, frozen

from .errors import InvalidValueError

__all__ = ["Keys", "TomlError", "TomlFile"]

_LARGEST = 1_000_000
"""Bytes of a file, at most: it is written by hand."""

Keys: TypeAlias = tuple[str | int, ...]
"""Where something stands: names of tables and keys, and places in arrays from 0."""


class TomlError(InvalidValueError):
    """A file that cannot be used: where (``path``, ``line`` from 1, ``field``), and why."""

    path: str
    line: int

    def __init__(self, path: str, line: int, key: str, value: object, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {key}", value, reason)
        self.path = path
        self.line = line


@frozen
class TomlFile:
    """What a file holds, and where.

    Args:
        name: of the file, for messages.
        text: of it.
        table: what it says.
    """

    name: str
    text: str
    table: Mapping[str, Any]
    _lines: Mapping[Keys, int] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_lines", _places(self.text))

    @classmethod
    def load(cls, path: str | Path, error: type[TomlError] = TomlError) -> Self:
        """Read a file.

        Raises:
            TomlError: it is no TOML, not in UTF-8, or too long; of the class that was given.
            FileNotFoundError: there is no such file.
        """
        # Not its size: it may be a pipe, or a device that has no end.
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise error(str(path), 1, "TOML", "", f"is longer than {_LARGEST:,} bytes")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            line = data.count(b"\n", 0, wrong.start) + 1
            reason = "is not in UTF-8, as TOML has to be: save it so"
            raise error(str(path), line, "TOML", "", reason) from wrong
        return cls.parse(text, str(path), error)

    @classmethod
    def parse(cls, text: str, name: str, error: type[TomlError] = TomlError) -> Self:
        r"""Read a text.

        Raises:
            TomlError: as for `load`.

        >>> file = TomlFile.parse('a = 1\n[[part]]\n[[part]]\ntitle = "B"', "x.toml")
        >>> file.line("part", 1, "title"), file.line("part", 0), file.line("part", 0, "query")
        (4, 2, 2)
        """
        try:
            return cls(name, text, tomllib.loads(text))
        except RecursionError as wrong:
            raise error(name, 1, "TOML", "", "is nested too deeply") from wrong
        except ValueError as wrong:
            # Also for a number of more digits than Python reads.
            found = re.search(r"\(at line (\d+)", str(wrong))
            line = int(found[1]) if found else text.count("\n") + 1
            raise error(name, line, "TOML", "", f"cannot be read ({wrong})") from wrong

    def line(self, *keys: str | int) -> int:
        """The line of a key, from 1: of the nearest table or key around it that has one."""
        for length in range(len(keys), 0, -1):
            if (line := self._lines.get(keys[:length])) is not None:
                return line
        return 1

    def line_of(self, value: str, *keys: str | int) -> int:
        """The line on which a text first stands in quotes, from the line of a key on."""
        first = self.line(*keys)
        for number, line in enumerate(self.text.split("\n")[first - 1 :], first):
            if f'"{value}"' in line or f"'{value}'" in line:
                return number
        return first


_NAME = r"\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'|[A-Za-z0-9_-]+"
_TOKEN = re.compile(
    rf"""(?P<text> \"\"\"(?:\\.|[^\\])*?\"{{3,5}} | '''.*?'{{3,5}} )
       | (?P<name> {_NAME}) | (?P<comment> \#[^\n]* ) | (?P<sign> [\[\]{{}}=,.\n] )""",
    re.VERBOSE | re.DOTALL,
)


def _places(text: str) -> dict[Keys, int]:
    """The heads of tables and the keys of a well-formed text, with their lines."""
    places: dict[Keys, int] = {}
    arrays: dict[Keys, int] = {}
    table: Keys = ()
    for line, head, names in _statements(text):
        if not head:
            for length in range(1, len(names) + 1):
                places.setdefault((*table, *names[:length]), line)
            continue
        if head == "[[":
            own = (*_resolved(names[:-1], arrays), names[-1])
            arrays[own] = arrays.get(own, -1) + 1
        for length in range(1, len(names) + 1):
            table = _resolved(names[:length], arrays)
            places.setdefault(table, line)
        places[table] = line
    return places


def _resolved(names: tuple[str, ...], arrays: Mapping[Keys, int]) -> Keys:
    """The keys that names of tables mean: in an array, its last element."""
    keys: Keys = ()
    for name in names:
        keys = (*keys, name)
        if keys in arrays:
            keys = (*keys, arrays[keys])
    return keys


def _statements(text: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Each head and key: its line, ``[``, ``[[`` or nothing, and its names."""
    line, depth, head = 1, 0, ""
    names: list[str] = []
    named = False
    for token in _TOKEN.finditer(text):
        sign = token["sign"]
        if sign == "\n" and not depth:
            names, named, head = [], False, ""
        elif not named and not depth and sign == "[" and not names:
            head += "["
        elif not named and (sign == "=" or (head and sign == "]")):
            named = True
            yield line, head, tuple(names)
        elif not named and token["name"]:
            names.append(_plain(token["name"]))
        elif named and not head and sign:
            depth += (sign in "[{") - (sign in "]}")
        line += token[0].count("\n")


def _plain(name: str) -> str:
    if name[0] not in "\"'":
        return name
    (plain,) = tomllib.loads(f"{name} = 0")
    return plain
