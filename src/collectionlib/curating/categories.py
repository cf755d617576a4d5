"""The tree of categories: counted, renamed, joined, described, put in order.

Each change is one transaction, all or nothing. Entries keep their ids, and a later import leaves
them where they were put.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import Any, TypeAlias

from attrs import evolve, frozen

from .._clock import now
from ..collection import Collection, select_from
from ..errors import CategoryNotFound, ConflictError, InvalidValueError
from ..identity import CategoryPath, EntryId, format_category_path
from ..model import Category
from ..query import AnyOf, InCategory, Predicate, ReadingOrder, Selection
from ..storage.base import Batch, Snapshot

__all__ = [
    "CategoryCount",
    "Rearranged",
    "category_tree",
    "describe_category",
    "merge_categories",
    "rename_category",
    "reorder_categories",
]

_Rename: TypeAlias = Callable[[CategoryPath], CategoryPath]


@frozen
class CategoryCount:
    """A category with how many entries stand in it.

    Args:
        category: with what is said about it.
        entries: in the category itself.
        total: in it and below it.
    """

    category: Category
    entries: int
    total: int


@frozen
class Rearranged:
    """What a change of categories did, or would do.

    Args:
        entries: ids of those that stand in another category now.
        categories: paths of those of which something else is said now, or nothing any more.
    """

    entries: tuple[EntryId, ...]
    categories: tuple[CategoryPath, ...]


def category_tree(view: Snapshot) -> tuple[CategoryCount, ...]:
    """All categories in reading order, parents first; those without entries too.

    >>> with Collection.create("memory:") as jokes:
    ...     with jokes.transaction() as batch:
    ...         batch.set_category(Category(path=("Puns", "Old"), title="Older puns"))
    ...     with jokes.snapshot() as view:
    ...         [each.category.path for each in category_tree(view)]
    [('Puns',), ('Puns', 'Old')]
    """
    said = {category.path: category for category in view.categories()}
    own = Counter(view.category_counts())
    total: Counter[CategoryPath] = Counter()
    for path, number in own.items():
        total.update(dict.fromkeys(_down_to(path), number))
    paths = {above for path in (*own, *said) for above in _down_to(path)}
    order = ReadingOrder(said.values())
    return tuple(
        CategoryCount(said.get(path) or Category(path=path), own[path], total[path])
        for path in sorted(paths, key=order.category_key)
    )


def _down_to(path: CategoryPath) -> list[CategoryPath]:
    """A category with those above it, but for the root."""
    return [path[: depth + 1] for depth in range(len(path))]


# --- changing -----------------------------------------------------------------------------------


def rename_category(
    collection: Collection,
    path: CategoryPath,
    new: CategoryPath,
    *,
    dry_run: bool = False,
    clock: Callable[[], datetime] = now,
    label: str = "",
) -> Rearranged:
    """Give a category another name or place, with all that is below it.

    Args:
        collection: whose category it is.
        path: of the category.
        new: its path from now on.
        dry_run: whether only to say what would be done; nothing is locked then.
        clock: says what time it is.
        label: what is done, as the log is to say it.

    Raises:
        CategoryNotFound: there is no such category.
        ConflictError: there is one of the new path: merge them, if that is meant.
        InvalidValueError: a path is that of the root.

    >>> from collectionlib import Entry
    >>> with Collection.create("memory:") as jokes:
    ...     with jokes.transaction() as batch:
    ...         batch.put(Entry(id="0chgm9qjpmfdsafq", category=("Puns", "Old")))
    ...     done = rename_category(jokes, ("Puns",), ("Wordplay",))
    ...     [entry.category for entry in jokes]
    [('Wordplay', 'Old')]
    """
    _check_named(path, new)

    def plan(view: Snapshot) -> _Plan:
        there = _paths(view)
        _check_there(there, path, collection.location)
        if new in {other for other in there if not _is_below(other, path)}:
            raise ConflictError(
                f"a category {format_category_path(new)!r} is in {collection.location} already: "
                "merge them with 'collectionlib categories merge', or choose another name",
                location=collection.location,
            )
        return _Plan(InCategory(path), _renamed(view, lambda old: _moved(old, path, new)))

    return _rearrange(
        collection,
        plan,
        lambda old: _moved(old, path, new),
        dry_run=dry_run,
        clock=clock,
        label=label,
    )


def merge_categories(
    collection: Collection,
    paths: Iterable[CategoryPath],
    into: CategoryPath,
    *,
    dry_run: bool = False,
    clock: Callable[[], datetime] = now,
    label: str = "",
) -> Rearranged:
    """Put the entries of categories into another one; what is below them comes below it.

    The title and the position are those of the category that stays. Its description is followed
    by those of the others, so that no word is lost.

    Args:
        collection: whose categories they are.
        paths: of the categories that are to go.
        into: path of the category that stays, or is made.
        dry_run: whether only to say what would be done; nothing is locked then.
        clock: says what time it is.
        label: what is done, as the log is to say it.

    Raises:
        CategoryNotFound: there is no such category.
        InvalidValueError: a path is that of the root, or one is to go into what is below it.
    """
    gone = tuple(dict.fromkeys(paths))
    _check_named(into, *gone)
    for path in gone:
        if _is_below(into, path):
            raise InvalidValueError(
                "category", format_category_path(path), "cannot go into itself or below itself"
            )

    def rename(old: CategoryPath) -> CategoryPath:
        # The deepest of them, once: what comes below the one that stays is not moved again.
        for path in sorted(gone, key=len, reverse=True):
            if _is_below(old, path):
                return _moved(old, path, into)
        return old

    def plan(view: Snapshot) -> _Plan:
        there = _paths(view)
        for path in gone:
            _check_there(there, path, collection.location)
        return _Plan(AnyOf(tuple(map(InCategory, gone))), _renamed(view, rename))

    return _rearrange(collection, plan, rename, dry_run=dry_run, clock=clock, label=label)


def describe_category(
    collection: Collection,
    path: CategoryPath,
    changes: Mapping[str, Any],
    *,
    make: bool = False,
    dry_run: bool = False,
    label: str = "",
) -> Category:
    """Say something about a category: its title, its description, its position.

    Args:
        collection: whose category it is.
        path: of the category.
        changes: new values by the names of the fields; `None` clears one, and what is not named
            stays. A category of which nothing is said any more is forgotten unless it has entries.
        make: whether it may be one that is not there yet.
        dry_run: whether to write nothing.
        label: what is done, as the log is to say it.

    Raises:
        CategoryNotFound: there is no such category.
        InvalidValueError: a value is not what its field holds.
    """
    _check_named(path)
    with ExitStack() as stack:
        batch = None if dry_run else stack.enter_context(collection.transaction(label))
        view = stack.enter_context(collection.snapshot())
        if not make:
            _check_there(_paths(view), path, collection.location)
        said = {category.path: category for category in view.categories()}
        before = said.get(path)
        after: Category = evolve(before or Category(path=path), **changes)
        if batch is not None and after != before:
            _say(batch, after, makes=make)
    return after


def reorder_categories(
    collection: Collection, paths: Iterable[CategoryPath], *, dry_run: bool = False, label: str = ""
) -> Rearranged:
    """Put categories in this order, before their siblings, which follow in natural order.

    Args:
        collection: whose categories they are.
        paths: of categories with one parent.
        dry_run: whether only to say what would be done; nothing is locked then.
        label: what is done, as the log is to say it.

    Raises:
        CategoryNotFound: there is no such category.
        InvalidValueError: they have not one parent, or one is named twice.
    """
    wanted = list(paths)
    _check_named(*wanted)
    for path in wanted:
        if path[:-1] != wanted[0][:-1]:
            raise InvalidValueError(
                "category", format_category_path(path), "is not beside the first: order siblings"
            )
        if wanted.count(path) > 1:
            raise InvalidValueError("category", format_category_path(path), "is named twice")
    positions = {path: number for number, path in enumerate(wanted, 1)}

    def plan(view: Snapshot) -> _Plan:
        there = _paths(view)
        for path in wanted:
            _check_there(there, path, collection.location)
        said = {category.path: category for category in view.categories()}
        siblings = {path for path in there if path[:-1] == wanted[0][:-1]} if wanted else set()
        changes: dict[CategoryPath, Category | None] = {}
        for path in siblings:
            before = said.get(path, Category(path=path))
            after = evolve(before, position=positions.get(path))
            if after != before:
                changes[path] = after if _says_something(after) else None
        return _Plan(AnyOf(()), changes)

    return _rearrange(collection, plan, lambda old: old, dry_run=dry_run, clock=now, label=label)


# --- the steps ----------------------------------------------------------------------------------


@frozen
class _Plan:
    """Which entries are to be moved, and what is to be said of categories from now on."""

    moving: Predicate
    categories: Mapping[CategoryPath, Category | None]


def _rearrange(
    collection: Collection,
    plan: Callable[[Snapshot], _Plan],
    rename: _Rename,
    *,
    dry_run: bool,
    clock: Callable[[], datetime],
    label: str,
) -> Rearranged:
    moment = clock()
    moved: list[EntryId] = []
    with ExitStack() as stack:
        batch = None if dry_run else stack.enter_context(collection.transaction(label))
        view = stack.enter_context(collection.snapshot())
        planned = plan(view)
        for entry in select_from(view, Selection(planned.moving)):
            category = rename(entry.category)
            if category != entry.category:
                moved.append(entry.id)
                if batch is not None:
                    batch.put(evolve(entry, category=category, modified=moment))
        if batch is not None:
            for path, category_said in planned.categories.items():
                if category_said is None:
                    batch.forget_category(path)
                else:
                    batch.set_category(category_said)
    return Rearranged(tuple(moved), tuple(planned.categories))


def _renamed(view: Snapshot, rename: _Rename) -> dict[CategoryPath, Category | None]:
    """What is said of categories once they have other names, as far as that is something else."""
    before = {category.path: category for category in view.categories()}
    stays = {path: said for path, said in before.items() if rename(path) == path}
    after = dict(stays)
    for path, said in before.items():
        new = rename(path)
        if new == path:
            continue
        there = after.get(new)
        after[new] = evolve(said, path=new) if there is None else _joined(there, said)
    changes: dict[CategoryPath, Category | None] = {
        path: said for path, said in after.items() if before.get(path) != said
    }
    return {**{path: None for path in before if path not in after}, **changes}


def _joined(stays: Category, goes: Category) -> Category:
    words = [each.description for each in (stays, goes) if each.description]
    return evolve(stays, description="\n\n".join(dict.fromkeys(words)) or None)


def _moved(path: CategoryPath, old: CategoryPath, new: CategoryPath) -> CategoryPath:
    return (*new, *path[len(old) :]) if _is_below(path, old) else path


def _is_below(path: CategoryPath, above: CategoryPath) -> bool:
    """Whether a category is another one, or stands below it."""
    return path[: len(above)] == above


def _paths(view: Snapshot) -> set[CategoryPath]:
    return {each.category.path for each in category_tree(view)}


def _check_there(there: set[CategoryPath], path: CategoryPath, location: str) -> None:
    if path not in there:
        raise CategoryNotFound(path, location=location)


def _check_named(*paths: CategoryPath) -> None:
    for path in paths:
        # The class refuses what is no path of a category.
        Category(path=path)


def _say(batch: Batch, category: Category, *, makes: bool) -> None:
    if makes or _says_something(category):
        batch.set_category(category)
    else:
        batch.forget_category(category.path)


def _says_something(category: Category) -> bool:
    return category != Category(path=category.path)
