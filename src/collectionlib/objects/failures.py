"""What an object store says, and what it means: never its own words, which may hold secrets."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from ..errors import StorageError

__all__ = ["NOT_THERE", "StoreError", "Trouble", "translated", "trouble_in"]

NOT_THERE = errno.ENOENT


class Trouble(Enum):
    """What can be wrong with a store, or with what somebody may do there."""

    NO_BUCKET = r"NoSuchBucket|ContainerNotFound|bucket does not exist"
    NO_CREDENTIALS = (
        r"169\.254\.169\.254|metadata\.google|token request|Account must be specified|credential"
        r"|Missing (AccessKeyId|SecretAccessKey)"
    )
    DENIED = (
        r"(status code: |\()40[13]\b|AccessDenied|Forbidden|Unauth|Invalid ?Access ?Key"
        r"|SignatureDoesNotMatch|Permission ?denied"
    )
    UNREACHABLE = (
        r"error sending request|(status code: |\()5\d\d\b|refused|connection (closed|reset)"
        r"|timed? ?out|dns error|error decoding response|builder error"
    )
    NOT_UNDERSTOOD = r"Config error|failed to parse|Unable (to )?parse|Missing component|panicked"


_FORMS = [(trouble, re.compile(trouble.value, re.IGNORECASE)) for trouble in Trouble]


def trouble_in(words: str) -> Trouble | None:
    """What is wrong, by what the driver says; `None` where it says something else.

    >>> trouble_in("Error performing PUT: Server returned non-2xx status code: 503 Slow Down")
    <Trouble.UNREACHABLE: ...>
    """
    return next((trouble for trouble, form in _FORMS if form.search(words)), None)


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
        trouble = trouble_in(str(error))
        if trouble is Trouble.NO_BUCKET:
            raise StoreError(
                errno.ENOENT, "there is no such bucket: make it, or name another one"
            ) from error
        if isinstance(error, NotFoundError | FileNotFoundError):
            raise StoreError(errno.ENOENT, "there is no such object") from error
        if trouble is Trouble.NO_CREDENTIALS:
            raise StoreError(
                errno.EACCES, "no credentials were found for it in the environment"
            ) from error
        if trouble is Trouble.DENIED:
            raise _denied() from error
        if trouble is Trouble.UNREACHABLE:
            raise StorageError(
                f"{store} cannot be reached: see that the endpoint in the environment is right "
                "and the network there, and run the same command again",
                location=store,
            ) from error
        if trouble is Trouble.NOT_UNDERSTOOD:
            raise _not_understood() from error
        raise StoreError(errno.EIO, f"the object store failed ({type(error).__name__})") from error
    except BaseException as error:
        # What object_store has not foreseen; no exception of Python's own.
        if type(error).__name__ == "PanicException":
            raise _not_understood() from error
        raise


def _not_understood() -> StoreError:
    return StoreError(
        errno.EINVAL,
        "what the environment says of its store is not understood: see the variables of that name",
    )


def _denied() -> StoreError:
    return StoreError(errno.EACCES, "the object store does not allow it: see the credentials")
