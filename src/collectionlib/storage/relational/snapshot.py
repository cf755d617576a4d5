"""Reading tables: what is the same in every database."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from ...errors import CorruptCollection, InvalidValueError
from ...identity import CategoryPath, EntryId
from ...model import Category, Entry, JSONValue, Metadata
from ...query import InCategory, Order, Predicate, ReadingOrder, leaves, matcher
from ..base import EVERYTHING, Plan, Snapshot
from ..scanning import raise_damages, readable
from .conditions import Condition, Terms, condition
from .rows import Row, entry_of, metadata_of

if TYPE_CHECKING:
    from ..history.changes import Change
    from ..history.operations import Logged, Transaction

__all__ = ["TableSnapshot"]


class TableSnapshot(Snapshot):
    """What tables held when a transaction began that only reads.

    Args:
        location: of the collection, for messages.
    """

    _metadata_columns: str
    """What `rows.metadata_of` reads of them."""

    def __init__(self, location: str) -> None:
        self._location = location

    # --- what the database says -----------------------------------------------------------------

    @abstractmethod
    def _select(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[Row]:
        """The rows of a query, one after the other; ``?`` stands for a parameter."""

    @property
    @abstractmethod
    def _terms(self) -> Terms:
        """How the database says predicates."""

    @property
    @abstractmethod
    def _paths(self) -> Mapping[Any, CategoryPath]:
        """The paths of categories, by what the rows of entries say of them."""

    @abstractmethod
    def _described(self) -> list[Category]:
        """The categories that something is said about, in any order."""

    @abstractmethod
    def _found(
        self, chosen: Condition, order: Order, after: EntryId | None, limit: int | None
    ) -> Iterator[Row]:
        """The rows of the entries that meet a condition, for `rows.entry_of`, in order.

        Args:
            chosen: the condition; behind an entry there may be others.
            order: what to sort by before reading order.
            after: only those that follow this one.
            limit: how many are needed at the most.
        """

    # --- entries --------------------------------------------------------------------------------

    def _one(self, sql: str, parameters: Iterable[Any] = ()) -> Any:
        """The first value of the first row; `None` where there is no row."""
        row = next(self._select(sql, parameters), None)
        return row[0] if row else None

    def _entry(self, row: Row) -> Entry:
        try:
            return entry_of(row, self._paths)
        except InvalidValueError as error:
            raise CorruptCollection(
                f"its entry {row[0]} cannot be read ({error})",
                location=self._location,
                path=self._location,
                remedy="mend it in the table entries, or delete it there",
            ) from error

    def scan(
        self,
        where: Predicate = EVERYTHING,
        order: Order = (),
        after: EntryId | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        damages: list[CorruptCollection] = []
        chosen = self._condition(where)
        looks = after is not None or not chosen.decides
        rows = self._found(chosen, order, after, None if looks else limit)
        entries: Iterator[Entry] = (entry for _, entry in readable(rows, self._entry, damages))
        if looks:
            entries = filter(matcher(where), entries)
        yield from islice(entries, limit)
        if limit is None:
            raise_damages(damages)

    def _condition(self, where: Predicate) -> Condition:
        return condition(where, self._terms)

    def plan(self, where: Predicate) -> Plan:
        """Who decides which parts of a query; see `collectionlib.storage.base.PlansQueries`."""
        parts = tuple(leaves(where))
        if self._condition(where).sql == "TRUE":
            return Plan(evaluated=parts)
        plan: dict[str, list[Predicate]] = {"indexed": [], "translated": [], "evaluated": []}
        for part in parts:
            own = self._condition(part)
            has_index = own.is_narrow or isinstance(part, InCategory)
            who = "indexed" if has_index else "translated" if own.decides else "evaluated"
            plan[who].append(part)
        return Plan(*map(tuple, plan.values()))

    def count(self, where: Predicate = EVERYTHING) -> int:
        chosen = self._condition(where)
        if not chosen.decides:
            return super().count(where)
        sql = f"SELECT count(*) FROM entries e WHERE {chosen.sql}"  # noqa: S608
        return int(self._one(sql, chosen.parameters))

    def __len__(self) -> int:
        return self.count()

    def category_counts(self) -> Mapping[CategoryPath, int]:
        rows = self._select("SELECT category, count(*) FROM entries GROUP BY category")
        return {self._paths[key]: entries for key, entries in rows}

    def tag_counts(self) -> Mapping[str, int]:
        return dict(self._select("SELECT tag, count(*) FROM tags GROUP BY tag"))

    # --- the rest -------------------------------------------------------------------------------

    def categories(self) -> tuple[Category, ...]:
        described = self._described()
        key = ReadingOrder(described).category_key
        return tuple(sorted(described, key=lambda each: key(each.path)))

    def metadata(self) -> Metadata:
        row = next(self._select(f"SELECT {self._metadata_columns} FROM metadata"), None)  # noqa: S608
        try:
            return metadata_of(row) if row else Metadata()
        except InvalidValueError as error:
            raise CorruptCollection(
                f"its metadata cannot be read ({error})",
                location=self._location,
                path=self._location,
                remedy="mend them in the table metadata",
            ) from error

    def documents(self) -> tuple[str, ...]:
        return tuple(name for (name,) in self._select("SELECT name FROM documents ORDER BY name"))

    def document(self, name: str) -> JSONValue:
        text = self._one("SELECT value FROM documents WHERE name = ?", (name,))
        try:
            import msgspec

            value: JSONValue = None if text is None else msgspec.json.decode(text)
        except ValueError as error:
            raise CorruptCollection(
                f"its document {name} is no JSON ({error})",
                location=self._location,
                path=self._location,
                remedy="mend it in the table documents, or delete it there",
            ) from error
        return value

    # --- the log --------------------------------------------------------------------------------

    def transactions(self) -> Iterator[Logged]:
        from .log import FIELDS, transaction_of

        names = ", ".join(FIELDS)
        for row in self._select(f"SELECT {names} FROM log ORDER BY number DESC"):  # noqa: S608
            yield transaction_of(row, self._location)

    def changes(self, transaction: Transaction) -> Iterator[Change]:
        from .log import changes_in

        query = "SELECT changes FROM log_changes WHERE number = ? ORDER BY piece"
        pieces = self._select(query, (transaction.number,))
        return changes_in(pieces, transaction.number, self._location)

    def former(self, change: Change) -> Entry:
        from ...codec import decode_json

        return decode_json(bytes(change.before), Entry)
