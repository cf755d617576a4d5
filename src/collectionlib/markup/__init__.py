"""What stands inside a body: parse it to blocks, render it from blocks.

`blocks` holds the node types; `plain` and `markdown` read and write the two notations that a
body can be in; `html` writes XHTML, and `elements` reads it. `layout` says what the look of plain
lines means, and `normal` brings inlines into the one form that the notations agree on. Nothing
here knows of entries or collections.
"""

from __future__ import annotations

from . import plain
from .blocks import Block

__all__ = ["parse"]


def parse(body: str, markup: str) -> tuple[Block, ...]:
    """Read a body in the notation that ``markup`` names, ``plain`` or ``markdown``.

    >>> parse("Be well.", "plain")
    (Paragraph(children=(Text(text='Be well.'),)),)
    >>> parse("Be *well*.", "markdown")
    (Paragraph(children=(Text(text='Be '), Emphasis(children=(Text(text='well'),)),
                         Text(text='.'))),)
    """
    if markup == "plain":
        return plain.parse(body)
    # markdown-it takes longer to import than all the rest; most collections are plain.
    from . import markdown

    return markdown.parse(body)
