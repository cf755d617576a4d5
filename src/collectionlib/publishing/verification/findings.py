"""What is found wrong with a book: a code, how bad it is, a sentence, and the place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from attrs import frozen

__all__ = ["CODES", "Finding", "Severity"]

Severity: TypeAlias = Literal["error", "warning", "note"]
"""An error breaks a rule of EPUB; a warning spoils the book for somebody; a note is advice."""


def _codes() -> Mapping[str, tuple[Severity, str]]:
    text = files("collectionlib.publishing.verification").joinpath("codes.toml").read_text("utf-8")
    return {code: (severity, rule) for code, (severity, rule) in tomllib.loads(text).items()}


CODES: Mapping[str, tuple[Severity, str]] = _codes()
"""How bad each is, and the rule that it stands for."""


@frozen(kw_only=True)
class Finding:
    """Something that is wrong.

    Args:
        code: a key of `CODES`.
        severity: how bad it is.
        message: one sentence.
        path: of the member, `None` for the file as a whole.
        line: in that member, from 1, as far as known.
        column: in that line, from 1, as far as known.
    """

    code: str
    severity: Severity
    message: str
    path: str | None = None
    line: int | None = None
    column: int | None = None

    @classmethod
    def of(
        cls, code: str, message: str, path: str | None = None, line: int | None = None
    ) -> Finding:
        """A finding as bad as its code says."""
        return cls(code=code, severity=CODES[code][0], message=message, path=path, line=line)

    @property
    def place(self) -> str:
        """``path:line:column``, as far as known."""
        parts = (self.path, self.line, self.column)
        return ":".join(str(part) for part in parts if part is not None)

    def to_plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "code": self.code, "severity": self.severity, "message": self.message,
            "path": self.path, "line": self.line, "column": self.column,
        }  # fmt: skip
