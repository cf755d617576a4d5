"""Making a table, and finding out whether a store keeps writers apart."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import obstore
from deltalake import DeltaTable
from deltalake import Schema as TableSchema
from deltalake.exceptions import DeltaError
from obstore.exceptions import AlreadyExistsError

from ...codec import encode_json
from ...errors import CollectionNotFound, ConflictError, CorruptCollection, StorageError
from ...model import Metadata
from ..history.operations import Operation
from .batch import METADATA, Changes
from .committing import commit
from .failures import translated
from .rows import SCHEMA, batch_of_values
from .staging import write_file
from .table import FORMAT, FORMAT_VERSION, Table, is_local, object_store, storage_options, url_of

__all__ = ["check_writable", "make"]

_PROPERTIES = {
    FORMAT: str(FORMAT_VERSION),
    # What is asked for by value; texts have no place in the log.
    "delta.dataSkippingStatsColumns": "id,revision",
    "delta.checkpointInterval": "20",
}
_READS_WITHOUT_FEATURES = 1
_WRITES_WITHOUT_FEATURES = 2
_WRITE_FEATURES = frozenset({"appendOnly", "invariants", "timestampNtz", "vacuumProtocolCheck"})


def make(location: str, metadata: Metadata) -> None:
    """Make an empty collection.

    Raises:
        ConflictError: there is something at the location already.
        StorageError: the store does not keep writers apart, or cannot be written to.
    """
    table = _begun(location) or _new(location)
    with translated(location, "written"):
        file = write_file(
            table, "metadata", [batch_of_values({METADATA: encode_json(metadata)}, 1)]
        )
    commit(table, Changes({"metadata": {METADATA}}, [file]), Operation())


def _begun(location: str) -> Table | None:
    """A table of which the metadata are still to be written: its making was broken off."""
    try:
        table = Table.open(location)
    except CollectionNotFound:
        _check_empty(location)
        return None
    except CorruptCollection as error:
        raise _taken(location, "there is a Delta table") from error
    if table.is_made:
        raise _taken(location, "there is a collection")
    return table


def _new(location: str) -> Table:
    with translated(location, "written"):
        if not is_local(location):
            _check_conditional_put(location)
        try:
            DeltaTable.create(
                url_of(location),
                TableSchema.from_arrow(SCHEMA),
                partition_by=["kind"],
                configuration=_PROPERTIES,
                storage_options=storage_options(location),
                raise_if_key_not_exists=False,
            )
        except DeltaError as error:
            if "already exists" in str(error):
                raise _taken(location, "there is a Delta table") from error
            raise
    return Table.open(location)


def _check_empty(location: str) -> None:
    if is_local(location):
        path = Path(url_of(location))
        taken = path.is_file() or (path.is_dir() and any(path.iterdir()))
    else:
        with translated(location, "written"):
            taken = any(True for chunk in obstore.list(object_store(location)) for _ in chunk)
    if taken:
        raise _taken(location, "there are other files")


def _taken(location: str, what: str) -> ConflictError:
    return ConflictError(
        f"{what} at {location} already: open it, or choose another place", location=location
    )


def check_writable(table: Table) -> None:
    """Find whether a table can be written to without harm.

    Raises:
        StorageError: another program has given it features that have to be known for that, or
            the store does not keep writers apart.
    """
    with translated(table.location):
        protocol = table.delta.protocol()
    unknown = set(protocol.writer_features or ()) - _WRITE_FEATURES
    is_old = protocol.min_writer_version in (_WRITES_WITHOUT_FEATURES, 7)
    if unknown or not is_old:
        names = ", ".join(sorted(unknown)) or f"writer version {protocol.min_writer_version}"
        raise StorageError(
            f"{table.location} has been given features that collectionlib cannot write "
            f"({names}): drop them with the program that added them",
            location=table.location,
        )
    if not is_local(table.location):
        with translated(table.location, "written"):
            _check_conditional_put(table.location)


def _check_conditional_put(location: str) -> None:
    """Find whether the store refuses to make a file that is there.

    Raises:
        StorageError: it does not: two writers would overwrite each other's commits.
    """
    store = object_store(location)
    path = f"_delta_log/.{uuid4()}.probe"
    obstore.put(store, path, b"", mode="create")
    try:
        obstore.put(store, path, b"", mode="create")
    except AlreadyExistsError:
        return
    finally:
        with suppress(FileNotFoundError):
            obstore.delete(store, path)
    raise StorageError(
        f"the store of {location} overwrites what is there (it has no conditional put, "
        "If-None-Match), so that writers would lose each other's work: use one that has it",
        location=location,
    )
