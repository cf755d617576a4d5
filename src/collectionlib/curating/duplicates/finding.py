"""Finding texts that are there twice: to the letter, or nearly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

from attrs import field, frozen

from ...collection import Collection, select_from
from ...errors import InvalidValueError
from ...identity import CategoryPath, EntryId
from ...query import Predicate, Selection, parse
from ...storage.base import EVERYTHING, Snapshot
from .candidates import candidates
from .groups import Groups
from .keeping import Policy, keeper
from .sketches import likeness, sketches
from .texts import comparable, shingles, similarity

__all__ = ["LEAST_THRESHOLD", "Cluster", "Member", "digest_of", "find_duplicates"]

LEAST_THRESHOLD = 0.3
"""Below it nearly everything would have to be compared with everything."""

_BATCH = 256
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

    Raises:
        InvalidValueError: the query is malformed, or the threshold out of its bounds.
        CorruptCollection: a file is damaged.

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
    return _clusters(collection, where, threshold, keep)


def _clusters(
    collection: Collection, where: Predicate, threshold: float, keep: Policy
) -> Iterator[Cluster]:
    with collection.snapshot() as view:
        survey = _survey(view, where, near=threshold < 1)
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


def _survey(view: Snapshot, where: Predicate, *, near: bool) -> _Survey:
    survey = _Survey()
    different = _without_same(view, where, survey)
    while batch := list(islice(different, _BATCH)):
        if near:
            survey.places.extend(place for place, _ in batch)
            survey.sketches.extend(sketches([text for _, text in batch]))
    return survey


def _without_same(view: Snapshot, where: Predicate, survey: _Survey) -> Iterator[tuple[int, str]]:
    """The places and texts that are no other's; the others join those."""
    first: dict[bytes, int] = {}
    for entry in select_from(view, Selection(where)):
        text = comparable(entry)
        if text is None:
            continue
        place = survey.groups.add()
        survey.ids.append(entry.id)
        twin = first.setdefault(digest_of(text), place)
        if twin == place:
            yield place, text
        else:
            survey.groups.join(twin, place)


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
