"""What stands inside a body: parse it to blocks, render it from blocks.

`blocks` holds the node types; `plain` and `markdown` read and write the two notations that a
body can be in; `html` writes XHTML. Nothing here knows of entries or collections.
"""

from __future__ import annotations

from . import markdown, plain
from .blocks import Block

__all__ = ["parse"]


def parse(body: str, markup: str) -> tuple[Block, ...]:
    """Read a body in the notation that ``markup`` names, ``plain`` or ``markdown``.

    >>> parse("Be well.", "plain")
    (Paragraph(children=(Text(text='Be well.'),)),)
    """
    return plain.parse(body) if markup == "plain" else markdown.parse(body)
