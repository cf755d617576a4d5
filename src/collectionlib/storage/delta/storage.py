"""The storage itself: a table at a location; a snapshot is a version, a transaction a commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Self

from ...errors import MissingExtra
from ...model import Metadata
from ...objects import ObjectUrl
from ...objects.stores import check_variables
from ..base import Batch, Optimized, Snapshot, Stager, Storage
from ..history.operations import Operation

if TYPE_CHECKING:
    from .table import Table

__all__ = ["DeltaStorage"]


class DeltaStorage(Storage):
    """A collection in a Delta table: in a folder, or on object storage.

    Needs ``pip install 'collectionlib[lake]'``. Credentials and endpoints are taken from the
    environment, as the object store's own programs have them (``AWS_ACCESS_KEY_ID``, …).
    """

    schemes: ClassVar[tuple[str, ...]] = ("delta", "s3", "gs", "az")
    many_writers: ClassVar[bool] = True

    def __init__(self, location: str) -> None:
        self.location = location
        self._may_be_written = False

    @classmethod
    def create(cls, location: str, metadata: Metadata) -> Self:
        """Make an empty collection.

        Raises:
            ConflictError: there is something at the location already.
            StorageError: the store does not keep writers apart, or cannot be written to.
            MissingExtra: the packages are not installed.
        """
        _check_installed()
        _check_store(location)
        from .making import make

        storage = cls(location)
        make(location, metadata)
        storage._may_be_written = True
        return storage

    @classmethod
    def open(cls, location: str) -> Self:
        _check_installed()
        _check_store(location)
        storage = cls(location)
        storage._table()
        return storage

    def _table(self) -> Table:
        from .table import Table

        table = Table.open(self.location)
        table.check_made()
        return table

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        from .snapshot import DeltaSnapshot

        view = DeltaSnapshot(self._table())
        try:
            yield view
        finally:
            view.close()

    def transaction(self) -> AbstractContextManager[Batch]:
        return self.operation(Operation())

    @contextmanager
    def operation(self, operation: Operation) -> Iterator[Batch]:
        with self._writing(operation, None) as batch:
            yield batch

    @contextmanager
    def once(self, task: str, step: int, operation: Operation | None = None) -> Iterator[Batch]:
        """A transaction that is done once, however often it is tried, and by whomever.

        It is an application transaction of the table: where the step, or a later one, has been
        committed for the task, nothing is written.

        Args:
            task: a name that no other task has.
            step: ascending, from 0.
            operation: what it belongs to.
        """
        with self._writing(operation or Operation(), (task, step)) as batch:
            yield batch

    def stager(self, *, from_elsewhere: bool) -> Stager | None:
        from .stager import DeltaStager
        from .table import is_local

        if from_elsewhere and is_local(self.location):
            return None
        return DeltaStager(self.location, self._table().version + 1)

    def places(self) -> tuple[str, ...]:
        from .table import url_of

        return (url_of(self.location),)

    def optimize(self, *, keep: timedelta, dry_run: bool = False) -> Optimized:
        """See `collectionlib.storage.base.Optimizes`."""
        from .optimizing import optimize

        return optimize(self._table(), keep=keep, dry_run=dry_run)

    @contextmanager
    def _writing(self, operation: Operation, task: tuple[str, int] | None) -> Iterator[Batch]:
        # Only writers need it, and readers are to begin soon.
        from .batch import DeltaBatch
        from .committing import commit
        from .making import check_writable

        table = self._table()
        if not self._may_be_written:
            check_writable(table)
            self._may_be_written = True
        batch = DeltaBatch(table)
        try:
            with batch.block.whole():
                yield batch
                changes = batch.finish()
        except BaseException:
            batch.abandon()
            raise
        if changes:
            commit(table, changes, operation, task)


def _check_store(location: str) -> None:
    """Find whether a location names a bucket, and the environment a store that can be asked.

    Raises:
        InvalidValueError: it does not; or the location holds credentials.
    """
    from .table import is_local

    if not is_local(location):
        check_variables(ObjectUrl.parse(location).scheme)


def _check_installed() -> None:
    """Find whether the packages are there.

    Raises:
        MissingExtra: one is not.
    """
    for package in ("arro3.io", "deltalake", "obstore"):
        try:
            import_module(package)
        except ModuleNotFoundError as error:
            raise MissingExtra(f"Delta Lake ({package.partition('.')[0]})", "lake") from error
