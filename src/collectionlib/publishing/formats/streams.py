"""Streams that a format may go back in, as a zip file does to note the size of a member."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

__all__ = ["rewritable"]


@contextmanager
def rewritable(out: BinaryIO) -> Iterator[BinaryIO]:
    """The stream itself where one may go back in it, else a file that it is given at the end.

    So a pipe gets the same bytes as a file. A terminal and what is appended to say that one may
    go back, and do not do it; neither gets anything of what was not finished.

    >>> import io
    >>> with rewritable(io.BytesIO()) as out:
    ...     out.write(b"words")
    5
    """
    if _goes_back(out):
        yield out
        return
    with tempfile.TemporaryFile() as whole:
        yield whole
        whole.seek(0)
        shutil.copyfileobj(whole, out)


def _goes_back(out: BinaryIO) -> bool:
    try:
        if not out.seekable():
            return False
        descriptor = out.fileno()
    except AttributeError:  # no more than write(), as a stream of somebody else's may have
        return False
    except OSError:  # in memory
        return True
    return stat.S_ISREG(os.fstat(descriptor).st_mode) and not _is_appended_to(descriptor)


def _is_appended_to(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    return bool(fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_APPEND)
