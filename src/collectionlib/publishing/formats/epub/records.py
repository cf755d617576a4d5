"""What a book says of its entries to the importer, which gives them back as they were."""

from __future__ import annotations

import msgspec

from ....codec import to_plain
from ....model import Entry

__all__ = ["record"]

# The importer reads the same name; importing and publishing do not know each other.
_ENTRY_META = "collectionlib-entry"
_SOURCE = ("uri", "member", "start", "site")
_PRIVATE = frozenset({"body", "source", "attributes"})


def record(entry: Entry, body: str | None) -> str:
    """What the importer needs besides the page, to give the entry back as it was.

    Of its source where it is from, which decides about its place, not how it was read.

    Args:
        entry: what is on the page.
        body: its body, where the page does not tell it again.
    """
    plain = {key: value for key, value in to_plain(entry).items() if key not in _PRIVATE}
    if entry.source:
        known = {name: getattr(entry.source, name) for name in _SOURCE}
        plain["source"] = {name: value for name, value in known.items() if value is not None}
    if body is not None:
        plain["body"] = body
    content = msgspec.json.encode(plain).decode().replace("&", "&amp;").replace("<", "&lt;")
    # JSON is full of double quotes, which need no reference between single ones.
    return f"<meta name=\"{_ENTRY_META}\" content='{content.replace(chr(39), '&#39;')}'/>\n"
