"""The run: everything is read once for what is damaged, once for what is wrong with the texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from attrs import frozen

from ...collection import Collection
from ...errors import (
    CorruptCollection,
    InvalidValueError,
    MissingExtra,
    RepeatedId,
)
from ...executing import ExecutorChoice, Workers, check_executor, mapped, workers
from ...identity import EntryId
from ...importing.cleaning.mojibake import fix_mojibake
from ...importing.draft import Draft
from ...importing.languages import require_detector
from ...model import Entry, Metadata
from ...storage.base import Snapshot
from ..sending import lost, size_of
from .encodings import mojibake
from .findings import CODES, SEVERITIES, Finding, Severity
from .languages import other_language, spelling
from .tallies import Tallies
from .texts import censored, empty, huge, lost_letters

__all__ = ["check", "chosen_codes", "damage", "left_out", "readable"]

_CHECKS: Mapping[str, Callable[[Entry], Iterator[Finding]]] = {
    "text-empty": empty,
    "text-huge": huge,
    "letters-lost": lost_letters,
    "mojibake": mojibake,
    "language-other": other_language,
    "language-spelling": spelling,
    "censored": censored,
}
_DAMAGE = ("damaged", "id-repeated")


def check(
    collection: Collection,
    codes: Iterable[str] | None = None,
    *,
    each: bool = False,
    executor: ExecutorChoice = "local",
    jobs: int = 1,
) -> Iterator[Finding]:
    """What is wrong with a collection: damage, then entry by entry, then what many entries lack.

    What cannot be read is told, and the rest is looked at.

    Args:
        collection: to look at.
        codes: what to look for, of `CODES`; all of them unless given.
        each: whether what an entry lacks is told of every one, not counted by category.
        executor: who looks, as for `collectionlib.import_texts`; the result is the same.
        jobs: how many processes look, where they are local.

    Raises:
        InvalidValueError: a code is none, or there is no such executor.
        ExecutionError: the workers of the executor cannot be reached, or not do it.

    >>> from collectionlib import Collection, Entry
    >>> with Collection.create("memory:") as jokes:
    ...     with jokes.transaction() as batch:
    ...         batch.put(Entry(id="0chgm9qjpmfdsafq", title="One", body=" "))
    ...     [finding.code for finding in check(jokes)]
    ['text-empty', 'rights-missing', 'language-missing']
    """
    wanted = chosen_codes(CODES if codes is None else codes)
    check_executor(executor, jobs)
    return _checked(collection, wanted, each=each, executor=executor, jobs=jobs)


def chosen_codes(
    only: Iterable[str], ignore: Iterable[str] = (), severity: Severity = "note"
) -> frozenset[str]:
    """The codes that are left when some are ignored, and those that are less severe.

    Raises:
        InvalidValueError: one is none.
    """
    only, ignore = frozenset(only), frozenset(ignore)
    for code in sorted((only | ignore) - CODES.keys()):
        raise InvalidValueError("code", code, f"is none of {', '.join(CODES)}")
    severe = SEVERITIES[: SEVERITIES.index(severity) + 1]
    return frozenset(code for code in only - ignore if CODES[code].severity in severe)


def left_out(codes: Iterable[str]) -> list[str]:
    """Sentences on what cannot be looked for, because a package is not installed."""
    codes = frozenset(codes)
    found = []
    if "mojibake" in codes and not _has_ftfy():
        found.append("mojibake was not looked for: pip install 'collectionlib[mojibake]'")
    if "language-other" in codes and not _can(require_detector):
        found.append(
            "languages that share a script were not told apart: "
            "pip install 'collectionlib[language]'"
        )
    return found


def _has_ftfy() -> bool:
    return _can(lambda: fix_mojibake(Draft(body="é")))


def _can(work: Callable[[], object]) -> bool:
    try:
        work()
    except MissingExtra:
        return False
    return True


def _checked(
    collection: Collection,
    codes: frozenset[str],
    *,
    each: bool,
    executor: ExecutorChoice,
    jobs: int,
) -> Iterator[Finding]:
    if not _has_ftfy():
        codes -= {"mojibake"}
    try:
        with collection.snapshot() as view:
            if codes & set(_DAMAGE):
                yield from (one for one in map(damage, view.damages()) if one.code in codes)
            if codes - set(_DAMAGE):
                with workers(executor, jobs) as hired:
                    yield from _wrong(view, codes, hired, each=each)
    except CorruptCollection as error:
        # What is damaged so that the rest cannot be read either.
        yield from (damage(one) for one in (error, *error.others) if "damaged" in codes)


def _wrong(
    view: Snapshot, codes: frozenset[str], hired: Workers | None, *, each: bool
) -> Iterator[Finding]:
    metadata = view.metadata()
    tallies = Tallies(codes, metadata)
    look = partial(_look, codes=codes, metadata=metadata, each=each)
    for looked in mapped(look, readable(view), hired, size_of=size_of, lost=lost):
        yield from looked.findings
        tallies.update(looked.tallies)
    if not each:
        yield from tallies.findings()
    yield from tallies.small_categories(view.categories())


@frozen
class _Looked:
    """What was found in some entries, and what was counted of them."""

    findings: list[Finding]
    tallies: Tallies


def _look(
    entries: list[Entry], *, codes: frozenset[str], metadata: Metadata, each: bool
) -> _Looked:
    checks = [look for code, look in _CHECKS.items() if code in codes]
    looked = _Looked([], Tallies(codes, metadata))
    for entry in entries:
        for look in checks:
            looked.findings.extend(look(entry))
        lacking = list(looked.tallies.add(entry))
        if each:
            looked.findings.extend(lacking)
    return looked


def readable(view: Snapshot) -> Iterator[Entry]:
    """The entries that can be read; what cannot be is told elsewhere."""
    try:
        yield from view.scan()
    except CorruptCollection:
        return


def damage(error: CorruptCollection) -> Finding:
    """What a storage says of its damage."""
    known_as = EntryId(error.entry_id or "") if isinstance(error, RepeatedId) else None
    return Finding(
        code="damaged" if known_as is None else "id-repeated",
        message=error.reason,
        remedy=error.remedy,
        path=error.path,
        line=error.line,
        entry_id=known_as or None,
        fixable=bool(known_as),
    )
