"""Which entries stand in which part: the rules of a recipe, followed over one snapshot."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from hashlib import blake2b

from attrs import define, field, frozen

from ...collection import complete_id
from ...errors import EntryNotFound, InvalidValueError, MissingRights
from ...identity import EntryId
from ...markup.censored import find_censored
from ...model import Entry
from ...query import AllOf, Predicate
from ...storage.base import Snapshot
from ..sections import Section
from .grouping import Chosen, Grouping
from .rules import PartRule, Recipe

__all__ = ["Choice", "choose"]


@frozen
class Choice:
    """What a recipe has chosen.

    Args:
        root: the tree; its own entries stand before all parts.
        entries: how many there are in it.
        warnings: what is odd about it, in a sentence each.
        dropped: entries with words that were struck out, which it leaves out for that.
        left_over: how many of what the book is about are in no part.
    """

    root: Section
    entries: int
    warnings: tuple[str, ...]
    dropped: tuple[EntryId, ...]
    left_over: int


def choose(recipe: Recipe, view: Snapshot, location: str) -> Choice:
    """Follow the rules of a recipe.

    An entry stands in one place: where it is named by its id, else in the first part whose query
    finds it; the parts below a part choose before it does.

    Args:
        recipe: the rules.
        view: of the collection.
        location: of it, for messages.

    Raises:
        EntryNotFound: the recipe names an id that no entry has.
        RecipeError: an id is named twice, or the beginning of several; or entries are left over,
            and the recipe refuses that.
        MissingRights: the recipe wants the rights of every entry, and some do not say them.
    """
    chooser = _Chooser(recipe, view, location, Grouping(view.categories()))
    chooser.reserve(recipe.parts)
    ids, sections = chooser.parts(recipe.parts)
    if recipe.strict_rights and chooser.without_rights:
        raise MissingRights(chooser.without_rights)
    left = chooser.left_over()
    if left and recipe.refuses_left_over:
        raise recipe.refusal(("select", "left-over"), left, "is refused, and there are some")
    return Choice(
        Section("", ids, sections),
        len(chooser.taken),
        tuple(chooser.warnings),
        tuple(chooser.dropped),
        left,
    )


@define
class _Chooser:
    recipe: Recipe
    view: Snapshot
    location: str
    grouping: Grouping
    named: dict[EntryId, PartRule] = field(factory=dict)
    taken: set[EntryId] = field(factory=set)
    dropped: dict[EntryId, None] = field(factory=dict)
    without_rights: list[EntryId] = field(factory=list)
    warnings: list[str] = field(factory=list)

    def reserve(self, rules: Iterable[PartRule]) -> None:
        """Keep the entries that are named by their ids for the parts that name them."""
        for rule in rules:
            for prefix in rule.ids:
                entry_id = self.complete(prefix, rule)
                if entry_id in self.named:
                    raise self.refusal(prefix, rule, "is named twice: take one of them away")
                self.named[entry_id] = rule
            self.reserve(rule.parts)

    def complete(self, prefix: str, rule: PartRule) -> EntryId:
        try:
            return complete_id(self.view, prefix, self.location)
        except EntryNotFound as error:
            place = f"{self.recipe.path}, line {self.line_of(prefix, rule)}"
            raise EntryNotFound(prefix, location=self.location, named_in=place) from error
        except InvalidValueError as error:
            raise self.refusal(prefix, rule, error.reason) from error

    def refusal(self, prefix: str, rule: PartRule, reason: str) -> Exception:
        error = self.recipe.refusal((*rule.keys, "ids"), prefix, reason)
        return type(error)(error.path, self.line_of(prefix, rule), "ids", prefix, reason)

    def line_of(self, prefix: str, rule: PartRule) -> int:
        return self.recipe.file.line_of(prefix, *rule.keys, "ids")

    def left_over(self) -> int:
        """How many entries that the book is about are neither in a part nor dropped."""
        query = self.recipe.query
        about = (entry.id for entry in self.view.scan(query)) if query else self.view.ids()
        return sum(1 for one in about if one not in self.taken and one not in self.dropped)

    def parts(self, rules: Iterable[PartRule]) -> tuple[tuple[EntryId, ...], tuple[Section, ...]]:
        """The sections of parts; those without a title give what they hold instead."""
        ids: list[EntryId] = []
        sections: list[Section] = []
        for rule in rules:
            own, below = self.part(rule)
            if not own and not below:
                self.warn_of_empty(rule)
            elif rule.title is None:
                ids += own
                sections += below
            else:
                sections.append(Section(rule.title, own, below, rule.introduction))
        return tuple(ids), tuple(sections)

    def warn_of_empty(self, rule: PartRule) -> None:
        if rule.keys:
            place = f"{self.recipe.path}, line {self.recipe.file.line(*rule.keys)}"
            named = f" {rule.title!r}" if rule.title else ""
            self.warnings.append(f"{place}: the part{named} is empty, and left out")

    def part(self, rule: PartRule) -> tuple[tuple[EntryId, ...], tuple[Section, ...]]:
        ids, inner = self.parts(rule.parts)
        chosen = self.own(rule)
        own, groups = self.grouping.sections(chosen, below_title=rule.title is not None)
        return (*own, *ids), (*groups, *inner)

    def own(self, rule: PartRule) -> list[Chosen]:
        """The entries of a part itself, in order."""
        named = (self.view.get(one) for one, where in self.named.items() if where is rule)
        candidates = [self.candidate(entry, rule) for entry in named if self.passes(entry)]
        if rule.query is not None:
            found = self.found(rule, rule.query)
            candidates += _by_lot(found, rule) if rule.sample else found
        if rule.limit is not None:
            candidates = candidates[: rule.limit]
        self.taken.update(chosen.id for chosen, _ in candidates)
        self.without_rights += [chosen.id for chosen, has_rights in candidates if not has_rights]
        return [chosen for chosen, _ in candidates]

    def found(self, rule: PartRule, query: Predicate) -> list[tuple[Chosen, bool]]:
        where = AllOf((self.recipe.query, query)) if self.recipe.query else query
        return [
            self.candidate(entry, rule)
            for entry in self.view.scan(where, rule.order)
            if entry.id not in self.taken and entry.id not in self.named and self.passes(entry)
        ]

    def candidate(self, entry: Entry, rule: PartRule) -> tuple[Chosen, bool]:
        return self.grouping.chosen(entry, rule.group), entry.rights is not None

    def passes(self, entry: Entry) -> bool:
        """Whether the texts may have the entry, whatever words were struck out in it."""
        if self.recipe.text.censored != "drop" or not _is_censored(entry):
            return True
        self.dropped[entry.id] = None
        return False


def _is_censored(entry: Entry) -> bool:
    return any(find_censored(entry.title)) or any(find_censored(entry.body, entry.markup))


def _by_lot(found: list[tuple[Chosen, bool]], rule: PartRule) -> list[tuple[Chosen, bool]]:
    """So many of them, in order: those whose hashes with the seed are the least."""

    def lot(candidate: tuple[Chosen, bool]) -> bytes:
        return blake2b(f"{rule.seed}\0{candidate[0].id}".encode(), digest_size=16).digest()

    drawn = {chosen.id for chosen, _ in heapq.nsmallest(rule.sample or 0, found, key=lot)}
    return [candidate for candidate in found if candidate[0].id in drawn]
