"""What MkDocs calls when it builds: examples/README.md becomes a page of the documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

GALLERY = Path(__file__).parents[1] / "examples/README.md"


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """The text of a page; that of the examples is the gallery, its links as from docs/."""
    if page.file.src_uri != "examples.md":
        return markdown
    return GALLERY.read_text("utf-8").replace("](../docs/", "](")
