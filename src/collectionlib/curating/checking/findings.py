"""What is found wrong with a collection: a code, how bad it is, a sentence, what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal, TypeAlias, get_args

from attrs import frozen

from ...identity import CategoryPath, EntryId
from ...model import Entry

__all__ = ["CODES", "SEVERITIES", "Finding", "Rule", "Severity"]

Severity: TypeAlias = Literal["error", "warning", "note"]
"""An error is a text that cannot be read, a warning spoils one for its readers, a note hints."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""All severities, the gravest first."""


@frozen
class Rule:
    """What a code stands for.

    Args:
        severity: how bad it is where the rule is broken.
        rule: what ought to be so.
        remedy: what to do where it is not.
    """

    severity: Severity
    rule: str
    remedy: str


def _codes() -> Mapping[str, Rule]:
    text = files("collectionlib.curating.checking").joinpath("codes.toml").read_text("utf-8")
    return {code: Rule(*values) for code, values in tomllib.loads(text).items()}


CODES: Mapping[str, Rule] = _codes()
"""The rule of each code."""


@frozen(kw_only=True)
class Finding:
    """Something that is wrong.

    Args:
        code: a key of `CODES`.
        message: one sentence.
        remedy: what to do.
        entry_id: of the entry that it is about, if it is about one.
        label: what to call that entry.
        category: of that entry, or that it is about.
        path: of the file that it is about, if it is about one.
        line: in that file, from 1, as far as known.
        count: how many entries it is about.
        fixable: whether `collectionlib.curating.checking.fix` can mend it.
    """

    code: str
    message: str
    remedy: str
    entry_id: EntryId | None = None
    label: str | None = None
    category: CategoryPath | None = None
    path: str | None = None
    line: int | None = None
    count: int = 1
    fixable: bool = False

    @classmethod
    def of(cls, entry: Entry, code: str, message: str, *, fixable: bool = False) -> Finding:
        """A finding about one entry."""
        return cls(
            code=code,
            message=message,
            remedy=CODES[code].remedy,
            entry_id=entry.id,
            label=entry.label,
            category=entry.category,
            fixable=fixable,
        )

    @property
    def severity(self) -> Severity:
        """How bad it is, as its code says."""
        return CODES[self.code].severity

    def to_plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "code": self.code, "severity": self.severity, "message": self.message,
            "remedy": self.remedy, "id": self.entry_id, "label": self.label,
            "category": None if self.category is None else list(self.category),
            "path": self.path, "line": self.line, "count": self.count, "fixable": self.fixable,
        }  # fmt: skip
