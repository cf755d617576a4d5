"""What may be asked of a book, whatever it is written as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import field, frozen

from ..cover import Cover
from ..matter import Matter
from ..themes import DEFAULT_THEME
from .layout import Split

__all__ = ["PageOptions"]


def _nothing(_message: str) -> None:
    pass


@frozen(kw_only=True)
class PageOptions:
    """Which pages a book has, and how they look.

    Args:
        cover: an image; one is drawn unless it is given.
        draws_cover: whether one is drawn.
        dedication, epigraph, preface, about_authors: texts of the publisher's.
        colophon: a text in place of the one that says what made the book.
        has_colophon: whether there is one.
        toc_depth: levels of the contents, all unless given; how files are split is another thing.
        split: where a file of the book ends.
        ledger: whether author, source and licence of each text are listed; `None` does it where a
            text says something of its rights.
        index: whether authors and titles are listed in alphabetical order.
        vertical: set Japanese and Chinese in columns from right to left.
        pictures: folders in which the pictures of the texts are, by the name of their origin.
        theme: how the book looks: the name of one that comes with the library, or a folder.
        css: a style sheet whose rules stand behind those of the theme.
        fonts: that are put into the book, as far as their licences allow it; a drawn cover is set
            in them, too.
        tell: told of what was left out, in a sentence each.
    """

    cover: Cover | None = None
    draws_cover: bool = True
    dedication: Matter | None = None
    epigraph: Matter | None = None
    preface: Matter | None = None
    about_authors: Matter | None = None
    colophon: Matter | None = None
    has_colophon: bool = True
    toc_depth: int | None = None
    split: Split = "auto"
    ledger: bool | None = None
    index: bool = False
    vertical: bool = False
    pictures: Mapping[str, Path] = field(factory=dict)
    theme: str = DEFAULT_THEME
    css: Path | None = None
    fonts: tuple[Path, ...] = ()
    tell: Callable[[str], None] = _nothing
