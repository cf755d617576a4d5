"""Reading sources by whoever does it, in this process or in others, with the results in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from ..errors import IngestError
from ..executing import Workers, mapped
from ..storage.base import Stager
from .reading import Reader, Reading
from .sources import Found, SourcePlace
from .staging import StagingReader

__all__ = ["read_all"]


def read_all(
    found: Iterable[Found],
    reader: Reader,
    workers: Workers | None = None,
    stager: Stager | None = None,
) -> Iterator[Reading]:
    """Read sources, in their order whoever reads them.

    Args:
        found: what there is to read.
        reader: that reads it; sent to the workers.
        workers: who do it; `None` does it here. What they cannot see, the files of this machine
            where they are on others, is read here and sent.
        stager: has the workers write what they read; the readings are `StagingReader`'s then.
    """
    if workers is None:
        return reader.read_all(found)
    sent = found if workers.see_files else map(_with_bytes, found)
    work = StagingReader(reader, stager).read_each if stager else reader.read_each
    read = mapped(work, sent, workers, size_of=_size, lost=_killed)
    return chain.from_iterable(read)


def _with_bytes(found: Found) -> Found:
    if not isinstance(found, SourcePlace) or found.is_everywhere:
        return found
    try:
        return found.with_bytes()
    except IngestError as error:
        return error


def _size(found: Found) -> int:
    return found.size if isinstance(found, SourcePlace) else 0


def _killed(found: Found) -> list[Reading]:
    name = found.uri if isinstance(found, SourcePlace) else found.source
    reason = "the process that read it was killed; see that there is enough memory"
    return [Reading(source=name, error=IngestError(name, reason))]
