"""Names of folders and files for categories and titles, on any file system.

A category's folder has the category's name where every file system can keep it; what some cannot
keep is written ``%XX``. Where that is not enough (very long or deep paths, names that differ
only in case or in Unicode form), the folder ends in a hash, and the front matter says the category.
"""

from __future__ import annotations

import re
import unicodedata

from ...identity import CategoryPath, entry_id
from ...model import Entry

__all__ = ["category_of", "file_name", "hashed_folder", "name_key", "plain_folder"]

_LONGEST_NAME = 120
_LONGEST_PATH = 600
_DEEPEST = 16
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)
# Refused by some file system, or with a meaning of its own: an escape, a hidden name, an ending
# that would be trimmed, an ending that makes a file an entry.
_REFUSED = re.compile(
    r"""[<>:"/\\|?*\x7f-\x9f\u2028\u2029\ufffe\uffff] | %(?=[0-9A-Fa-f]{2}) | ^[.\s~#] | [.\s~]$
        | \.(?=(?:txt|md)$)""",
    re.VERBOSE | re.IGNORECASE,
)
_ESCAPE = re.compile(r"((?:%[0-9A-Fa-f]{2})+)")


def plain_folder(category: CategoryPath) -> str | None:
    """The folder that has the name of the category, `None` where it cannot have one.

    >>> plain_folder(("Blessings", "a/b", "CON")), plain_folder(("x" * 500,))
    ('Blessings/a%2Fb/%43ON', None)
    """
    folder = "/".join(_escaped(name) for name in category)
    fits = (
        len(category) <= _DEEPEST
        and len(folder.encode()) <= _LONGEST_PATH
        and all(len(name.encode()) <= _LONGEST_NAME for name in folder.split("/"))
        and unicodedata.normalize("NFC", folder) == folder
    )
    return folder if fits and category_of(folder) == category else None


def hashed_folder(category: CategoryPath) -> str:
    """The folder of a category that cannot have its name.

    >>> hashed_folder(("x" * 500,))
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-~8wsxtvwm'
    """
    return f"{_safe(category[-1], 40)}-~{entry_id('folder', *category)[:8]}"


def category_of(folder: str) -> CategoryPath:
    """The category that a folder's name says; the reverse of `plain_folder`.

    >>> category_of("Blessings/a%2Fb")
    ('Blessings', 'a/b')
    """
    return tuple(_unescaped(name) for name in folder.split("/")) if folder else ()


def _escaped(name: str) -> str:
    name = _REFUSED.sub(lambda found: _percent(found[0]), name)
    return _DEVICE.sub(lambda found: _percent(found[0][0]) + found[0][1:], name)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _unescaped(name: str) -> str:
    return _ESCAPE.sub(
        lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), name
    )


def file_name(entry: Entry) -> str:
    """A file name like the entry's title, without its ending; it may stand for others, too."""
    return _safe(unicodedata.normalize("NFC", entry.label), 80) or entry.id


def _safe(name: str, length: int) -> str:
    """A name that every file system keeps, of so many bytes at the most."""
    name = re.sub(r"""[<>:"/\\|?*\s\x00-\x1f\x7f-\x9f\ufffe\uffff]+""", " ", name)
    name = name.encode()[:length].decode("utf-8", "ignore").strip(" .~#-")
    return f"{name}_" if _DEVICE.fullmatch(name.partition(".")[0]) else name


def disambiguated(name: str, own_id: str) -> str:
    """A file name that no other entry takes."""
    return f"{name} ({own_id})"


def name_key(path: str) -> str:
    r"""What two paths have in common that are one on some file system.

    >>> name_key("Cafe\u0301") == name_key("CAFÉ")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
