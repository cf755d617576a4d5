"""What an object store says, and what it means: never its own words, which may hold secrets."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import StorageError

__all__ = ["NOT_THERE", "StoreError", "translated"]

NOT_THERE = errno.ENOENT

_UNREACHABLE = re.compile(
    r"error sending request|connection (refused|closed|reset)|timed? ?out|dns error|"
    r"error decoding response|status code: 5\d\d|builder error",
    re.IGNORECASE,
)
_NO_BUCKET = re.compile(r"NoSuchBucket|ContainerNotFound|bucket does not exist", re.IGNORECASE)
_NO_CREDENTIALS = re.compile(
    r"169\.254\.169\.254|metadata\.google|token request|Account must be specified|credential",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b40[13]\b|AccessDenied|Forbidden|Unauthori|InvalidAccessKeyId|SignatureDoesNotMatch",
    re.IGNORECASE,
)


class StoreError(OSError):
    """An object, or what would be a folder of objects, could not be read or written."""

    @property
    def reason(self) -> str:
        """Why, in a sentence without an end."""
        return self.strerror or ""


@contextmanager
def translated(store: str) -> Iterator[None]:
    """Translate what goes wrong in an object store.

    Args:
        store: the scheme and the bucket, for messages.

    Raises:
        StoreError: there is no such object or bucket, or it is not allowed.
        StorageError: the store cannot be reached: nothing else of it can either.
    """
    from obstore.exceptions import (
        BaseError,
        InvalidPathError,
        NotFoundError,
        PermissionDeniedError,
        PreconditionError,
        UnauthenticatedError,
    )

    try:
        yield
    except (StoreError, StorageError):
        raise
    except (InvalidPathError, ValueError) as error:
        raise StoreError(
            errno.EINVAL,
            "a key has an empty part, . or .. as a part, or a control character, which "
            "object_store does not take: rename that object",
        ) from error
    except PreconditionError as error:
        raise StoreError(errno.ESTALE, "it was changed while it was read: do it again") from error
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise _denied() from error
    except (BaseError, OSError) as error:
        words = str(error)
        if _NO_BUCKET.search(words):
            raise StoreError(
                errno.ENOENT, "there is no such bucket: make it, or name another one"
            ) from error
        if isinstance(error, NotFoundError | FileNotFoundError):
            raise StoreError(errno.ENOENT, "there is no such object") from error
        if _NO_CREDENTIALS.search(words):
            raise StoreError(
                errno.EACCES, "no credentials were found for it in the environment"
            ) from error
        if _DENIED.search(words):
            raise _denied() from error
        if _UNREACHABLE.search(words):
            raise StorageError(
                f"{store} cannot be reached: see that the endpoint in the environment is right "
                "and the network there, and run the same command again",
                location=store,
            ) from error
        raise StoreError(errno.EIO, f"the object store failed ({type(error).__name__})") from error


def _denied() -> StoreError:
    return StoreError(errno.EACCES, "the object store does not allow it: see the credentials")
