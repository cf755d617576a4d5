"""Files as addresses that hold them, so that a page needs nothing beside it (RFC 2397)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

import tinycss2

__all__ = ["data_address", "style_sheet_with"]


def data_address(data: bytes, media_type: str) -> str:
    """An address that holds the file.

    >>> data_address(b"GIF89a", "image/gif")
    'data:image/gif;base64,R0lGODlh'
    """
    return f"data:{media_type};base64,{b64encode(data).decode()}"


def style_sheet_with(css: str, files: Mapping[str, str]) -> str:
    """A style sheet for a ``style`` element, in which other addresses stand for files.

    Args:
        css: the style sheet.
        files: addresses by the names of the files, as the style sheet has them.

    >>> style_sheet_with('@font-face { src: url("./fonts/a.otf") }', {"fonts/a.otf": "data:,"})
    '@font-face { src: url("data:,") }'
    """
    if files:
        rules = tinycss2.parse_component_value_list(css)
        _replace(rules, files)
        css = tinycss2.serialize(rules)
    # What would end the element ends nothing where it is written so, and says the same in a string.
    return css.replace("</", "<\\/")


def _replace(tokens: Iterable[Any], files: Mapping[str, str]) -> None:
    for token in tokens:
        if token.type in ("url", "string"):
            name = "/".join(part for part in token.value.split("/") if part not in ("", "."))
            if name in files:
                quoted = f'"{files[name]}"'
                token.representation = f"url({quoted})" if token.type == "url" else quoted
        elif token.type == "function":
            _replace(token.arguments, files)
        elif hasattr(token, "content") and isinstance(token.content, list):
            _replace(token.content, files)
