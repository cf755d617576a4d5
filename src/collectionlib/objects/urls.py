"""URLs of objects."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from attrs import evolve, frozen

from ..errors import InvalidValueError

__all__ = ["SCHEMES", "ObjectUrl", "is_object_url", "is_url"]

SCHEMES = ("s3", "gs", "az", "file")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_BUCKET = re.compile(r"[A-Za-z0-9._$-]+")  # "$web" is a container of Azure's
_WEB = ("http", "https", "ftp")
_SIGNED = re.compile(
    r"[?&](sig|sv|X-Amz-(Signature|Credential|Security-Token)|X-Goog-(Signature|Credential)"
    r"|AWSAccessKeyId|Signature)=",
    re.IGNORECASE,
)


def is_url(text: str) -> bool:
    """Whether it is a URL, of whatever kind, and no path.

    >>> is_url("s3://books/jokes"), is_url("jokes/s3:"), is_url("http://a")
    (True, False, True)
    """
    return _URL.match(text) is not None


def is_object_url(text: str) -> bool:
    """Whether it is a URL of an object, or of what would be a folder of them.

    >>> is_object_url("gs://books/jokes"), is_object_url("postgresql://localhost/jokes")
    (True, False)
    """
    found = _URL.match(text)
    return found is not None and found[1].lower() in SCHEMES


@frozen
class ObjectUrl:
    """Where an object is, or what would be a folder of objects.

    Args:
        scheme: ``s3``, ``gs``, ``az`` or ``file``.
        bucket: the bucket or container; of a file nothing.
        key: of the object, as it is, without escapes; of a folder without the slash at the end.
        is_folder: whether it was written with a slash at the end.

    >>> url = ObjectUrl.parse("s3://books/jokes/a b%20c.txt")
    >>> url.bucket, url.key, url.name, str(url)
    ('books', 'jokes/a b%20c.txt', 'a b%20c.txt', 's3://books/jokes/a b%20c.txt')
    """

    scheme: str
    bucket: str
    key: str = ""
    is_folder: bool = False

    @classmethod
    def parse(cls, text: str) -> ObjectUrl:
        """Read a URL.

        Raises:
            InvalidValueError: it is none of an object, or holds credentials.
        """
        found = _URL.match(text)
        if found is None:
            raise InvalidValueError("URL", text, f"does not begin with {_told()}")
        scheme, rest = found[1].lower(), found[2]
        if scheme in _WEB:
            reason = (
                "is on the web, from which nothing is fetched and to which nothing is written: "
                "name a file"
            )
            raise InvalidValueError("URL", _without_secrets(text), reason)
        if scheme not in SCHEMES:
            raise InvalidValueError("URL", _without_secrets(text), f"does not begin with {_told()}")
        bucket, _, key = rest.partition("/")
        if "@" in bucket or _SIGNED.search(rest):
            reason = "holds credentials: give them in the environment, and the URL without"
            raise InvalidValueError("URL", _without_secrets(text), reason)
        if scheme == "file" and bucket not in ("", "localhost"):
            raise InvalidValueError("URL", text, "names another machine: file:///folder/one.txt")
        if scheme == "file":
            bucket = ""
        elif not bucket:
            raise InvalidValueError("URL", text, f"names no bucket: {scheme}://BUCKET/KEY")
        elif not _BUCKET.fullmatch(bucket):
            reason = "names a bucket with other signs than letters, digits, '.', '_' and '-'"
            raise InvalidValueError("URL", text, reason)
        return cls(scheme, bucket, key.strip("/"), key.endswith("/") or not key)

    def __str__(self) -> str:
        slash = "/" if self.is_folder and self.key else ""
        return f"{self.scheme}://{self.bucket}/{self.key}{slash}"

    @property
    def is_local(self) -> bool:
        """Whether it is a file of this machine."""
        return self.scheme == "file"

    @property
    def name(self) -> str:
        """The last part of the key, or the bucket's name."""
        return self.key.rpartition("/")[2] or self.bucket or "root"

    @property
    def suffix(self) -> str:
        """The ending of the name, with its dot."""
        return PurePosixPath(self.name).suffix

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePosixPath(self.name).stem

    def with_stem(self, stem: str) -> ObjectUrl:
        """Beside it, with the same ending."""
        folder, slash, _ = self.key.rpartition("/")
        return evolve(self, key=f"{folder}{slash}{stem}{self.suffix}")

    def is_in(self, other: ObjectUrl) -> bool:
        """Whether it is another one, or lies in the folder of that name."""
        same = (self.scheme, self.bucket) == (other.scheme, other.bucket)
        return same and f"{self.key}/".startswith(f"{other.key}/" if other.key else "")

    def below(self, key: str) -> ObjectUrl:
        """Another object of the bucket."""
        return evolve(self, key=key, is_folder=False)


def _told() -> str:
    return ", ".join(f"{scheme}://" for scheme in SCHEMES)


def _without_secrets(text: str) -> str:
    """A URL as it may be said."""
    head, slashes, rest = text.partition("://")
    host, slash, path = rest.partition("?")[0].partition("/")
    return f"{head}{slashes}{host.rpartition('@')[2]}{slash}{path}"
