"""What an export of WordPress (WXR) says besides: who somebody is, what is no text, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from attrs import evolve

from ....model import JSONValue
from ...draft import Removal
from .told import Item

__all__ = ["TAGS", "item_of", "names_of_authors", "with_paragraphs"]

TAGS = "post_tag"
"""The list that tags are from, and not categories."""

_NO_TEXTS = frozenset({
    "attachment", "customize_changeset", "custom_css", "nav_menu_item", "oembed_cache", "revision",
    "wp_block", "wp_font_face", "wp_font_family", "wp_global_styles", "wp_navigation",
    "wp_template", "wp_template_part",
})  # fmt: skip
_PUBLIC = ("", "publish", "inherit")
_KEPT = ("post_id", "post_name", "post_type", "status")
_BLOCK = (
    "address|article|aside|blockquote|details|div|dl|figure|footer|form|h[1-6]|header|hr|main|nav"
    "|ol|p|pre|section|table|ul"
)
_PARAGRAPHED = re.compile(r"<p[\s>]|<!--\s*wp:", re.IGNORECASE)
_BLOCKS = re.compile(rf"(<({_BLOCK})\b[^<>]*>.*?</\2\s*>|<hr\b[^<>]*>)", re.IGNORECASE | re.DOTALL)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")

_Said: TypeAlias = str | Mapping[str, str]


def names_of_authors(authors: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    """The names that authors are shown by, by those that they sign in with.

    >>> names_of_authors([{"author_login": "ann", "author_display_name": "Ann Ex"}])
    {'ann': 'Ann Ex'}
    """
    names = {one.get("author_login", ""): one.get("author_display_name", "") for one in authors}
    return {login: name for login, name in names.items() if login and name}


def item_of(item: Item, said: Iterable[tuple[str, _Said]], names: Mapping[str, str]) -> Item:
    """An item with what WordPress says of it.

    Args:
        item: what it says as an item of RSS.
        said: what WordPress notes of it, by name: texts, and comments and the like in parts.
        names: of the authors.
    """
    others: dict[str, JSONValue] = {}
    comments = []
    notes = []
    for name, value in said:
        if name == "comment" and not isinstance(value, str):
            comments.append(": ".join(filter(None, map(value.get, _OF_COMMENT))))
        elif name in _KEPT and isinstance(value, str):
            others[f"wp:{name}"] = value
        else:
            notes.append(f"{name}: {value if isinstance(value, str) else ' '.join(value.values())}")
    removed = [Removal("comments", one) for one in comments if one]
    if notes:
        removed.append(Removal("wordpress", "\n".join(notes)))
    kind, status = str(others.get("wp:post_type", "")), str(others.get("wp:status", ""))
    return evolve(
        item,
        authors=[names.get(one, one) for one in item.authors],
        words=evolve(item.words, text=with_paragraphs(item.words.text), is_html=True),
        others={**item.others, **others},
        removed=tuple(removed),
        kind=kind if kind in _NO_TEXTS else None,
        status="" if status in _PUBLIC else status,
    )


_OF_COMMENT = ("comment_author", "comment_content")


def with_paragraphs(text: str) -> str:
    r"""HTML in which blank lines end paragraphs and line ends lines, as WordPress shows it.

    >>> with_paragraphs("Be well.\n\nStay\nso.<hr>The end.")
    '<p>Be well.</p><p>Stay<br>so.</p><hr><p>The end.</p>'
    """
    text = text.replace("\r\n", "\n")
    if _PARAGRAPHED.search(text):
        return text
    parts = []
    # Of three parts each, the second is a block as a whole, the third its name.
    for place, part in enumerate(_BLOCKS.split(text)):
        if place % 3 == 1:
            parts.append(part)
        elif place % 3 == 0:
            paragraphs = filter(None, map(str.strip, _BLANK_LINES.split(part)))
            parts += [f"<p>{each}</p>".replace("\n", "<br>") for each in paragraphs]
    return "".join(parts)
