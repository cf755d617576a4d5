"""Addresses that a text gives: which of them may stand in a page, and how."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

__all__ = ["safe_address"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_SAFE_SCHEMES = frozenset({"http", "https", "ftp", "mailto"})
# Browsers pass over these when they look for a scheme: "java\tscript:" is one.
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
# What RFC 3987 §2.2 keeps out of an IRI, without "%", "[" and "]".
_NOT_IN_IRI = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f-\xa0\u2000-\u200f\u2028-\u202e\u3000]")


def safe_address(address: str) -> str | None:
    """The address as it may stand in a page, or `None` if it is not safe or none at all.

    Safe are ``http``, ``https``, ``ftp`` and ``mailto``, and addresses without a scheme. What a
    URL cannot hold is percent-encoded; letters of any script stay.

    >>> safe_address("https://example.org/a b"), safe_address("#note"), safe_address("山.html")
    ('https://example.org/a%20b', '#note', '山.html')
    >>> safe_address("JavaScript:alert(1)"), safe_address("https://")
    (None, None)
    """
    address = address.strip()
    if not address or not _has_safe_scheme(address):
        return None
    return _NOT_IN_IRI.sub(lambda found: quote(found[0]), address)


def _has_safe_scheme(address: str) -> bool:
    scheme = _SCHEME.match(_UNSEEN.sub("", address))
    if not scheme:
        return True
    name = scheme[1].lower()
    return name in _SAFE_SCHEMES and (name == "mailto" or _has_host(address))


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:  # "https://[half"
        return False
