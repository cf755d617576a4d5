"""Finding texts that are there twice: to the letter, or nearly."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import lru_cache, partial
from hashlib import blake2b

from attrs import evolve, field, frozen

from ...collection import Collection, select_from
from ...errors import InvalidValueError
from ...executing import ExecutorChoice, Workers, check_executor, mapped, workers
from ...identity import CategoryPath, EntryId
from ...model import Entry
from ...query import Predicate, Selection, parse
from ...storage.base import EVERYTHING, Snapshot
from ..sending import lost, size_of
from .candidates import candidates
from .groups import Groups
from .keeping import Policy, keeper
from .sketches import likeness, sketches
from .texts import comparable, shingles, similarity

__all__ = ["LEAST_THRESHOLD", "Cluster", "Member", "digest_of", "find_duplicates"]

LEAST_THRESHOLD = 0.3
"""Below it nearly everything would have to be compared with everything."""

_MARGIN = 0.2
"""By how much a sketch may be wrong: more than four standard deviations."""
_TEXTS_AT_HAND = 1_024


@frozen
class Member:
    """An entry of a cluster.

    Args:
        id: of the entry.
        label: what to call it in a list.
        category: where it stands.
        similarity: to the one that is kept: 1 where the texts are the same but for case,
            punctuation and blanks.
        is_spare: whether there is no need of it: it is similar enough to the one that is kept.
            One that is not is similar to another one of the cluster.
        digest: of what it was compared by.
    """

    id: EntryId
    label: str
    category: CategoryPath
    similarity: float
    is_spare: bool
    digest: bytes = field(repr=False)


@frozen
class Cluster:
    """Entries that say the same.

    Args:
        kept: the one that is worth keeping.
        duplicates: the others, in reading order.
    """

    kept: Member
    duplicates: tuple[Member, ...]

    @property
    def is_exact(self) -> bool:
        """Whether all the texts are the same but for case, punctuation and blanks."""
        return all(each.similarity == 1 for each in self.duplicates)


def find_duplicates(
    collection: Collection,
    query: str | Predicate = EVERYTHING,
    *,
    threshold: float = 0.8,
    keep: Policy = "best",
    executor: ExecutorChoice = "local",
    jobs: int = 1,
) -> Iterator[Cluster]:
    """The clusters of like entries, in the order of their first ones.

    What two texts have in common is the share of their runs of three words (in scripts without
    blanks: four letters) that are in both; case, punctuation and blanks do not count. Candidates
    come from sketches, and every pair is compared by its texts, so that none is wrong; of the
    pairs at the threshold one in two hundred may be missed, above it ever fewer. Those that are
    the same are never missed.

    Memory holds an id and a sketch of 512 bytes an entry, and no texts.

    Args:
        collection: whose entries they are.
        query: which of them, in the language of `collectionlib.query.parse`, or a predicate.
        threshold: the least that a pair has in common, from 0.3 to 1; at 1 only those that are
            the same are found, and no sketches are made.
        keep: which one of a cluster is to be kept.
        executor: who makes the sketches, as for `collectionlib.import_texts`; the result is the
            same. They are compared here.
        jobs: how many processes make them, where they are local.

    Raises:
        InvalidValueError: the query is malformed, the threshold out of its bounds, or there is no
            such executor.
        CorruptCollection: a file is damaged.
        ExecutionError: the workers of the executor cannot be reached, or not do it.

    >>> from collectionlib import Collection, Entry
    >>> with Collection.create("memory:") as jokes:
    ...     with jokes.transaction() as batch:
    ...         batch.put(Entry(id="0chgm9qjpmfdsafq", body="Be well!"))
    ...         batch.put(Entry(id="4yqpxq0qwg0rc203", body="be well", rights="CC0-1.0"))
    ...     [cluster] = find_duplicates(jokes)
    ...     cluster.kept.id, cluster.is_exact, len(cluster.duplicates)
    ('4yqpxq0qwg0rc203', True, 1)
    """
    if not LEAST_THRESHOLD <= threshold <= 1:
        reason = f"is not from {LEAST_THRESHOLD} to 1"
        raise InvalidValueError("threshold", threshold, reason)
    where = parse(query) if isinstance(query, str) else query
    check_executor(executor, jobs)
    return _clusters(collection, where, threshold, keep, executor, jobs)


def _clusters(
    collection: Collection,
    where: Predicate,
    threshold: float,
    keep: Policy,
    executor: ExecutorChoice,
    jobs: int,
) -> Iterator[Cluster]:
    with collection.snapshot() as view:
        with workers(executor, jobs) as hired:
            survey = _survey(view, where, hired, near=threshold < 1)
        _join_near(view, survey, threshold)
        for places in survey.groups.of_several():
            yield _cluster(view, [survey.ids[place] for place in places], threshold, keep)


def _cluster(view: Snapshot, ids: list[EntryId], threshold: float, keep: Policy) -> Cluster:
    kept = ids.pop(keeper((view.get(each) for each in ids), keep))
    text = comparable(view.get(kept)) or ""
    of_kept = shingles(text)

    def member(entry_id: EntryId) -> Member:
        entry = view.get(entry_id)
        own = comparable(entry) or ""
        common = 1.0 if own == text else _in_common(of_kept, shingles(own))
        spare = entry_id != kept and common >= threshold
        return Member(entry_id, entry.label, entry.category, common, spare, digest_of(own))

    return Cluster(member(kept), tuple(member(each) for each in ids))


def _in_common(one: frozenset[str], other: frozenset[str]) -> float:
    # Texts that repeat themselves can have the same shingles; only the same text has 1.
    return min(similarity(one, other), 0.999)


def digest_of(text: str) -> bytes:
    """What tells two normalised texts apart, in few bytes."""
    return blake2b(text.encode(), digest_size=16).digest()


# --- the survey ---------------------------------------------------------------------------------


@frozen
class _Survey:
    """What is remembered of the entries: ids, groups, and sketches of those that differ."""

    ids: list[EntryId] = field(factory=list)
    groups: Groups = field(factory=Groups)
    places: list[int] = field(factory=list)
    sketches: list[bytes] = field(factory=list)


def _survey(view: Snapshot, where: Predicate, hired: Workers | None, *, near: bool) -> _Survey:
    survey = _Survey()
    first: dict[bytes, int] = {}
    # Of what is there already no sketch is needed; whoever works elsewhere does not know it.
    draw = partial(_drawn, near=near, known=first if hired is None else ())
    entries = select_from(view, Selection(where))
    for drawn in mapped(draw, entries, hired, size_of=size_of, lost=lost):
        for each in drawn:
            place = survey.groups.add()
            survey.ids.append(each.id)
            twin = first.setdefault(each.digest, place)
            if twin != place:
                survey.groups.join(twin, place)
            elif each.sketch is not None:
                survey.places.append(place)
                survey.sketches.append(each.sketch)
    return survey


@frozen
class _Drawn:
    """What is remembered of an entry; a sketch, unless its text came before."""

    id: EntryId
    digest: bytes
    sketch: bytes | None = None


def _drawn(entries: list[Entry], *, near: bool, known: Container[bytes]) -> list[_Drawn]:
    compared = [(entry.id, text) for entry in entries if (text := comparable(entry)) is not None]
    drawn = [_Drawn(entry_id, digest_of(text)) for entry_id, text in compared]
    if not near:
        return drawn
    new: dict[bytes, int] = {}
    for place, each in enumerate(drawn):
        if each.digest not in known:
            new.setdefault(each.digest, place)
    made = sketches([compared[place][1] for place in new.values()])
    for place, sketch in zip(new.values(), made, strict=True):
        drawn[place] = evolve(drawn[place], sketch=sketch)
    return drawn


def _join_near(view: Snapshot, survey: _Survey, threshold: float) -> None:
    @lru_cache(maxsize=_TEXTS_AT_HAND)
    def shingles_of(number: int) -> frozenset[str]:
        entry = view.get(survey.ids[survey.places[number]])
        return shingles(comparable(entry) or "")

    apart: set[tuple[int, int]] = set()
    for pair in candidates(survey.sketches, threshold):
        one, other = (survey.places[number] for number in pair)
        if survey.groups.are_together(one, other) or pair in apart:
            continue
        if _may_be_near(survey.sketches, pair, threshold) and (
            similarity(shingles_of(pair[0]), shingles_of(pair[1])) >= threshold
        ):
            survey.groups.join(one, other)
        else:
            apart.add(pair)


def _may_be_near(made: Sequence[bytes], pair: tuple[int, int], threshold: float) -> bool:
    return likeness(made[pair[0]], made[pair[1]]) >= threshold - _MARGIN
