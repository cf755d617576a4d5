"""The frame of the XHTML documents of a book."""

from __future__ import annotations

from ...pages.writing import escape, language_attributes

__all__ = ["document"]


def document(
    title: str,
    body: str,
    language: str,
    *,
    kind: str = "",
    style: str = "style.css",
    head: str = "",
    vertical: bool = False,
) -> str:
    """A whole page.

    Args:
        title: of the page; a page must have one.
        body: what stands in ``body``.
        language: BCP 47 tag of the book.
        kind: value of ``epub:type`` of the body.
        style: where the style sheet is, seen from the page.
        head: what else stands in ``head``.
        vertical: whether it is set in columns from right to left.
    """
    epub_type = f' epub:type="{kind}"' if kind else ""
    mode = ' class="vertical"' if vertical else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        f"{mode}{language_attributes(language, None)}>\n"
        f"<head>\n<title>{escape(title.strip() or '…')}</title>\n"
        f'<link rel="stylesheet" type="text/css" href="{style}"/>\n{head}</head>\n'
        f"<body{epub_type}>\n{body}</body>\n</html>\n"
    )
