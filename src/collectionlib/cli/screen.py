"""The terminal that standard output may be: how wide it is, and whether it shows colours."""

from __future__ import annotations

import sys

import click

from .session import shown

__all__ = ["has_colour", "marked_places", "screen_width", "styled"]

_MATCH = "1;31"


def screen_width() -> int | None:
    """Columns of the terminal; `None` where standard output is none."""
    if not sys.stdout.isatty():
        return None
    from shutil import get_terminal_size

    return get_terminal_size().columns


def has_colour() -> bool:
    """Whether what is shown is to be coloured, as ``--color`` or the terminal says."""
    context = click.get_current_context(silent=True)
    wanted = context.color if context else None
    return sys.stdout.isatty() if wanted is None else wanted


def styled(text: str, style: str) -> str:
    """A text without what steers a terminal, in a style where there is colour.

    Args:
        text: of one line.
        style: parameters of the escape sequence.
    """
    if not style or not text or not has_colour():
        return shown(text)
    return f"\x1b[{style}m{shown(text)}\x1b[0m"


def marked_places(text: str, places: tuple[tuple[int, int], ...]) -> str:
    """A text with places that are set off where there is colour."""
    from ..markup.terminal import marked

    harmless = shown(text)
    # What is escaped stands elsewhere than before; no text of ours has any of it.
    return marked(text, places, _MATCH) if has_colour() and harmless == text else harmless
