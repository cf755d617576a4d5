"""What an export of WordPress (WXR) says besides: who somebody is, what is no text, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...draft import Removal
from .items import Feed, Item, key_of, text_of

__all__ = [
    "KEPT",
    "is_export",
    "kind_without_text",
    "names_of_authors",
    "of_the_program",
    "with_paragraphs",
]

_NO_TEXTS = frozenset({
    "attachment", "customize_changeset", "custom_css", "nav_menu_item", "oembed_cache", "revision",
    "wp_block", "wp_font_face", "wp_font_family", "wp_global_styles", "wp_navigation",
    "wp_template", "wp_template_part",
})  # fmt: skip
KEPT = ("wp:post_id", "wp:post_name", "wp:post_type", "wp:status")
"""What is kept of a text beside it, of all that WordPress notes."""

_BLOCK = (
    "address|article|aside|blockquote|details|div|dl|figure|footer|form|h[1-6]|header|hr|main|nav"
    "|ol|p|pre|section|table|ul"
)
_PARAGRAPHED = re.compile(r"<p[\s>]|<!--\s*wp:", re.IGNORECASE)
_BLOCKS = re.compile(rf"(<({_BLOCK})\b[^<>]*>.*?</\2\s*>|<hr\b[^<>]*>)", re.IGNORECASE | re.DOTALL)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def is_export(feed: Feed) -> bool:
    """Whether a feed is an export of WordPress."""
    return "wp:wxr_version" in feed.fields


def names_of_authors(feed: Feed) -> Mapping[str, str]:
    """The names that authors are shown by, by those that they sign in with."""
    names = {}
    for author in feed.fields.get("wp:author", ()):
        said = {key_of(one): text_of(one) for one in author}
        names[said.get("wp:author_login", "")] = said.get("wp:author_display_name", "")
    return {login: name for login, name in names.items() if login and name}


def kind_without_text(item: Item) -> str | None:
    """What an item is, where it is no text but a picture, a menu or an older state of one."""
    kind = item.first("wp:post_type")
    return kind if kind in _NO_TEXTS else None


def of_the_program(item: Item) -> Iterator[Removal]:
    """What is no part of a text: the comments below it, and what the program notes of it."""
    for comment in item.fields.get("wp:comment", ()):
        said = {key_of(one): text_of(one) for one in comment}
        if words := said.get("wp:comment_content"):
            author = said.get("wp:comment_author")
            yield Removal("comments", f"{author}: {words}" if author else words)
    notes = [
        f"{key}: {words}"
        for key, elements in item.fields.items()
        if key.startswith("wp:") and key not in ("wp:comment", *KEPT)
        for one in elements
        if (words := " ".join(filter(None, map(text_of, one if len(one) else [one]))))
    ]
    if notes:
        yield Removal("wordpress", "\n".join(notes))


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
