"""Fortune files: texts with a line ``%`` between them, for fortune(6) and strfile(1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, ClassVar

from attrs import field, frozen
from attrs.validators import ge, optional

from ...errors import RenderError
from ...markup import parse, plain
from ...model import Entry
from ..anthology import Anthology
from .base import Entries
from .text import NARROWEST

__all__ = ["FortuneExporter"]

_BETWEEN = "%\n"


def _ignore(_: str) -> None:
    """Tell nobody."""


@frozen
class FortuneExporter:
    """Writes the texts alone: each with its title, if it has one, and its authors below it.

    Args:
        width: columns after which running text is broken, at least 20; `None` breaks nothing.
        tell: told what could not be written as it is.
    """

    width: int | None = field(default=None, validator=optional(ge(NARROWEST)))
    tell: Callable[[str], None] = _ignore
    # No ending is theirs, and nothing in them says that they are ours.
    suffixes: ClassVar[tuple[str, ...]] = ()

    def export(self, anthology: Anthology, entries: Entries, out: BinaryIO) -> None:
        """Write the texts; each is read when its turn has come.

        Raises:
            RenderError: an entry cannot be rendered.
        """
        separator = ""
        for outline in anthology.walk():
            out.write(f"{separator}{self._text(entries.get(outline.id))}\n".encode())
            separator = _BETWEEN

    def _text(self, entry: Entry) -> str:
        try:
            body = plain.render(parse(entry.body, entry.markup), width=self.width).strip("\n")
        except RecursionError as error:
            raise RenderError(entry.id, str(error)) from error
        text = f"{entry.title}\n\n{body}" if entry.title else body
        if entry.contributors:
            text += f"\n\t\t-- {', '.join(one.name for one in entry.contributors)}"
        if "%" in text and "%" in (lines := text.split("\n")):
            self.tell(
                f"{entry.id}: a line of nothing but % would end the text; a blank is behind it"
            )
            text = "\n".join("% " if line == "%" else line for line in lines)
        return text
