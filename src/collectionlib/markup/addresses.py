"""Addresses that a text gives: which of them may stand in a page, and how."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from unicodedata import category
from urllib.parse import quote, urlsplit

__all__ = ["safe_address"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_SAFE_SCHEMES = frozenset({"http", "https", "ftp"})
# Browsers pass over these when they look for a scheme: "java\tscript:" is one.
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
# What RFC 3987 §2.2 keeps out of an IRI, and a "%" that escapes nothing; without "[" and "]".
_NOT_IN_IRI = re.compile(
    r"[\x00-\x20\"<>\\^`{|}\x7f-\xa0\u2000-\u200f\u2028-\u202e\u3000\ufdd0-\ufdef\ufff0-\uffff]"
    r"|%(?![0-9A-Fa-f]{2})"
)
_UP_TO_HOST = re.compile(r"(?:(?!mailto:)[A-Za-z][A-Za-z0-9+.\-]*:)?(?://[^/?#]*)?", re.IGNORECASE)
# Where words lead that have these in the place of a host, no browser knows.
_NOT_IN_HOST = re.compile(r"[\x00-\x20\"<>\\^`{|}%\[\]\x7f-\xa0\u200e\u200f\u2028-\u202e]|^\.|\.\.")


def safe_address(address: str) -> str | None:
    """The address as it may stand in a page, or `None` if it is not safe or none at all.

    Safe are ``http``, ``https``, ``ftp`` and ``mailto``, and addresses without a scheme. What a
    URL cannot hold is percent-encoded; letters of any script stay.

    >>> safe_address("https://example.org/a b?c[]=5%"), safe_address("山.html#note")
    ('https://example.org/a%20b?c%5B%5D=5%25', '山.html#note')
    >>> safe_address("JavaScript:alert(1)"), safe_address("https://"), safe_address("http://a:b")
    (None, None, None)
    """
    address = address.strip()
    if not address or not _has_safe_scheme(address):
        return None
    encoded = _NOT_IN_IRI.sub(lambda found: quote(found[0]), address)
    found = _UP_TO_HOST.match(encoded)
    host = found[0] if found else ""
    rest, sign, fragment = encoded[len(host) :].partition("#")
    return host + _without_brackets(rest + sign + fragment.replace("#", "%23"))


def _without_brackets(rest: str) -> str:
    """What follows the host, which alone may have brackets."""
    return rest.replace("[", "%5B").replace("]", "%5D")


def _has_safe_scheme(address: str) -> bool:
    seen = _UNSEEN.sub("", address)
    scheme = _SCHEME.match(seen)
    if not scheme:
        return True
    name = scheme[1].lower()
    if name == "mailto":
        return seen[scheme.end() : scheme.end() + 1] not in ("", "#")
    return name in _SAFE_SCHEMES and _has_host(address)


def _has_host(address: str) -> bool:
    try:
        divided = urlsplit(address)
        host = divided.hostname or ""
        if "[" in divided.netloc:
            IPv6Address(host)
        _ = divided.port
    except ValueError:  # "https://[half", or a port that is none
        return False
    return bool(host) and not _NOT_IN_HOST.search(host) and (host.isascii() or _is_name(host))


def _is_name(host: str) -> bool:
    """Whether a name in any script is one that has a form in ASCII."""
    labels = [label for label in host.split(".") if label]
    try:
        return bool(host.encode("idna")) and not any(category(each[0])[0] == "M" for each in labels)
    except UnicodeError:
        return False
