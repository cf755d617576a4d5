"""Poems that people have collected, put where many may read them, beside the floors.

They are the poems of Tang and Song in the package ``chinese-poetry`` 2.0.1 of npm, which
``npm pack`` fetches, or which lies at ``COLLECTIONLIB_BENCH_POEMS``. Without it the poems among
the samples are repeated until they are as many.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count, cycle, islice
from pathlib import Path

from attrs import evolve
from tests import postgres_server
from tests.storage.object_stores import BUCKET, environment, seaweedfs

from collectionlib import Collection, Entry, import_texts
from collectionlib.identity import entry_id

from ..measuring import Column, Options, Pair, Table, compared
from . import lake, postgres, storage

__all__ = ["tables"]

NUMBER = 332_908
_SAMPLES = Path(__file__).parents[3] / "shared/corpora/chinese-poetry"
_PACKAGE = "chinese-poetry@2.0.1"
_FILES = re.compile(r"package/dist/(quantangshi/poet|songci/ci)\.(tang|song)\.[^/]*\.json")
_FETCHING = 300
"""Seconds that fetching the package may take."""


def tables(options: Options) -> Iterator[Table]:
    """What poems take to be read, and to be put into a database or a table on an object store."""
    began = time.process_time()
    poems, source = _poems(options.folder)
    reading = time.process_time() - began
    title = f"{len(poems):,} poems ({source})"
    if not poems:
        Table(title, [Column("what")]).note("Not measured: there are no samples of poems either.")
        return
    with ExitStack() as stack:
        table = compared(title, _pairs(options.folder, poems, stack), options.runs)
    for name, floor, ours, *_ in table.rows:
        assert isinstance(floor, float)
        assert isinstance(ours, float)
        table.note(
            f"{name}: {len(poems) / ours:,.0f} entries/s, the floor {len(poems) / floor:,.0f}."
        )
    if source == _PACKAGE:
        table.note(f"Before that, reading the files took {reading:.0f} s.")
    if reason := postgres_server.why_not():
        table.note(f"PostgreSQL was not measured: {reason}.")
    yield table


def _poems(folder: Path) -> tuple[list[Entry], str]:
    """Poems, and where they come from."""
    package = _package(folder)
    if package is None:
        poems = _read(_SAMPLES, "samples") if _SAMPLES.is_dir() else []
        copies = [
            evolve(each, id=entry_id(each.id, str(place)))
            for place, each in islice(zip(count(), cycle(poems)), NUMBER)
        ]
        return copies, f"{len(poems):,} samples repeated, since npm did not fetch {_PACKAGE}"
    with tarfile.open(package) as archive:
        members = [each for each in archive if _FILES.fullmatch(each.name)]
        archive.extractall(folder / "poems", members, filter="data")
    return _read(folder / "poems/package/dist", "npm"), _PACKAGE


def _package(folder: Path) -> Path | None:
    """The package as npm has it; `None` where it cannot be fetched."""
    if said := os.environ.get("COLLECTIONLIB_BENCH_POEMS"):
        return Path(said)
    npm = shutil.which("npm")
    if npm is None:
        return None
    command = [npm, "pack", "--silent", _PACKAGE]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=True, timeout=_FETCHING
        )
    except subprocess.SubprocessError:
        return None
    return folder / done.stdout.split()[-1]


def _read(source: Path, origin: str) -> list[Entry]:
    with Collection.create("memory:") as collection:
        import_texts(collection, source, origin=origin)
        return list(collection)


def _pairs(folder: Path, poems: list[Entry], stack: ExitStack) -> Iterator[Pair]:
    yield storage.put_sqlite(folder, poems, index_words=False)
    indexed = storage.put_sqlite(folder, poems, index_words=True)
    # To the floor a line of Chinese is one word; we make one of each character.
    yield evolve(indexed, goal=None)
    if not postgres_server.why_not():
        server = stack.enter_context(postgres_server.running())
        yield next(postgres.pairs(server, poems))
    numbers = count()
    bucket = stack.enter_context(_bucket(folder))
    pair = lake.imported(lambda: f"{bucket}/{next(numbers)}", poems)
    yield evolve(pair, name="put, Delta on S3 | write_deltalake")


@contextmanager
def _bucket(folder: Path) -> Iterator[str]:
    """A bucket of a server on this machine, which the environment tells of."""
    home = folder / "seaweedfs"
    home.mkdir()
    with seaweedfs(home) as store:
        before = dict(os.environ)
        os.environ.update(environment(store.port))
        try:
            yield f"s3://{BUCKET}/poems"
        finally:
            os.environ.clear()
            os.environ.update(before)
