"""XHTML in the syntax of HTML: the fragments that templates make, for pages of the web."""

from __future__ import annotations

from xml.parsers import expat

from attrs import frozen

from ...pages.writing import escape
from ...themes import RendersPages, ThemePage

__all__ = ["HtmlTheme", "as_html"]

_FRAME = ('<body xmlns:epub="http://www.idpf.org/2007/ops">', "</body>")
_VOID = frozenset({"area", "br", "col", "hr", "img", "wbr"})
"""Elements without an end (HTML §13.1.2), as far as they are in a page of a book."""


def as_html(fragment: str) -> str:
    r"""A fragment of XHTML as HTML: every element ends as it has to, and ``epub:type`` is left out.

    Args:
        fragment: well-formed, with ``epub`` as the only prefix.

    >>> as_html('<p epub:type="z3998:letter" id="a&amp;b"/><pre>\n1 &lt; 2</pre><br/>')
    '<p id="a&amp;b"></p><pre>\n\n1 &lt; 2</pre><br>'
    """
    pieces: list[str] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, values: dict[str, str]) -> None:
        written = "".join(
            f' {key}="{escape(value)}"' for key, value in values.items() if ":" not in key
        )
        # The first line feed in it is not read (HTML §13.1.2.5).
        pieces.append(f"<{name}{written}>" + ("\n" if name == "pre" else ""))

    def end(name: str) -> None:
        if name not in _VOID:
            pieces.append(f"</{name}>")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: pieces.append(_text(text))
    # expat takes "it is the end" by position only.
    parser.Parse(f"{_FRAME[0]}{fragment}{_FRAME[1]}".encode(), True)  # noqa: FBT003
    return "".join(pieces[1:-1])


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@frozen
class HtmlTheme:
    """A theme whose pages are written as HTML."""

    theme: RendersPages

    def render(self, page: ThemePage, *, language: str = "und") -> str:
        """A page as a fragment; see `Theme.render`."""
        return as_html(self.theme.render(page, language=language))
