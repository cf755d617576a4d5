"""YAML as version 1.2 means it: ``no`` is a word, and so is a date."""

from __future__ import annotations

import re
from typing import Any

import yaml

__all__ = ["YAMLError", "load"]


class YAMLError(ValueError):
    """A YAML document that cannot be read: why, and in which line of it, from 1."""

    reason: str
    line: int

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class _Loader(yaml.CSafeLoader):
    """Reads the core schema of YAML 1.2 (§10.3), and no key twice (§3.2.1.1)."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML calls it so
        keys = set()
        for key, _ in node.value:
            # A merged key stands for many.
            if isinstance(key, yaml.ScalarNode) and not key.tag.endswith(":merge"):
                if (key.tag, key.value) in keys:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key.value!r} stands twice", key.start_mark
                    )
                keys.add((key.tag, key.value))
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


# Without this the resolvers of YAML 1.1 would be inherited.
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    # With a zero before it, it is a code of some kind, and the zero matters: text.
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
        "-+.0123456789",
    ),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), list(_first)
    )


def load(text: str) -> Any:
    r"""The plain data of a YAML document.

    Raises:
        YAMLError: it cannot be read.

    >>> load("title: no\ndate: 2019-05-03\nrating: 4.5")
    {'title': 'no', 'date': '2019-05-03', 'rating': 4.5}
    """
    try:
        # The loader is a safe one: it makes nothing but plain data.
        value = yaml.load(text, _Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YAMLError(" ".join(str(error.problem).split()), line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YAMLError(" ".join(str(error).split()), 1) from error
    if "*" in text:
        _check_unfolded(value)
    return value


_MOST_VALUES = 100_000


def _check_unfolded(value: Any) -> None:
    """Refuse what is small only because it refers to itself again and again."""
    values = 0
    waiting = [value]
    while waiting:
        one = waiting.pop()
        values += 1
        if values > _MOST_VALUES:
            raise YAMLError(f"its references unfold to more than {_MOST_VALUES:,} values", 1)
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
