from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import given

from collectionlib.importing.edits import fingerprint, merged, was_edited
from collectionlib.model import Contributor, Entry, Source
from collectionlib.testing import strategies

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def imported(**fields: object) -> Entry:
    entry = Entry(id="0chgm9qjpmfdsafq", **fields)  # type: ignore[arg-type]
    state = fingerprint(entry)
    return evolve(entry, source=Source(uri="a/one.txt", imported=state))


def test_what_only_the_source_changed_follows_it() -> None:
    result = merged(imported(title="One", body="Old."), imported(title="1", body="New."), MOMENT)
    assert (result.entry.title, result.entry.body) == ("1", "New.")
    assert result.entry.modified == MOMENT
    assert result.changed
    assert not result.conflicts


def test_what_only_a_person_changed_stays_without_a_word() -> None:
    stored = evolve(imported(title="One", body="Old."), title="By hand", tags=("mine",))
    result = merged(stored, imported(title="One", body="New."), MOMENT)
    assert (result.entry.title, result.entry.tags, result.entry.body) == (
        "By hand",
        ("mine",),
        "New.",
    )
    assert not result.conflicts


def test_what_both_changed_stays_with_both_values_and_is_told_once() -> None:
    stored = evolve(imported(title="One"), title="By hand")
    result = merged(stored, imported(title="Two"), MOMENT)
    assert result.entry.title == "By hand"
    (conflict,) = result.conflicts
    assert "title was changed by hand" in conflict
    assert "kept 'By hand', the source has 'Two'" in conflict
    again = merged(result.entry, imported(title="Two"), MOMENT)
    assert not again.conflicts
    assert again.entry == result.entry


def test_what_a_person_took_away_stays_away() -> None:
    stored = evolve(imported(title="One", tags=("spam",), language="en"), tags=(), language=None)
    result = merged(stored, imported(title="One", tags=("spam",), language="en"), MOMENT)
    assert (result.entry.tags, result.entry.language) == ((), None)


def test_a_body_and_its_notation_go_together() -> None:
    stored = evolve(imported(body="*Old*."), body="By hand *.")
    result = merged(stored, imported(body="\\*New\\*.", markup="markdown"), MOMENT)
    assert (result.entry.body, result.entry.markup) == ("By hand *.", "plain")


def test_what_an_older_version_imported_is_not_overwritten_while_its_text_is_the_same() -> None:
    old = Source(uri="a/one.txt", sha256="0" * 64)
    stored = Entry(id="0chgm9qjpmfdsafq", title="By hand", body="Text.", source=old)
    new = imported(title="One", body="Text.")
    same = evolve(new, source=evolve(new.source, sha256="0" * 64))  # type: ignore[arg-type]
    assert merged(stored, same, MOMENT).entry.title == "By hand"
    other = evolve(new, source=evolve(new.source, sha256="1" * 64))  # type: ignore[arg-type]
    assert merged(stored, other, MOMENT).entry.title == "One"


@pytest.mark.parametrize(
    "change",
    [
        {"title": "2"},
        {"body": "2"},
        {"markup": "markdown"},
        {"category": ("b",)},
        {"contributors": (Contributor(name="Ann", role="trl"),)},
        {"contributors": (Contributor(name="Ann", alternate_name="安"),)},
        {"language": "de"},
        {"tags": ("x",)},
        {"created": "1850"},
        {"rights": "CC0-1.0"},
        {"attributes": {"n": 1}},
    ],
)
def test_every_field_tells_when_it_was_changed(change: dict[str, object]) -> None:
    ann = Contributor(name="Ann")
    entry = imported(title="One", body="Text.", category=("a",), contributors=(ann,))
    assert not was_edited(entry)
    assert was_edited(evolve(entry, **change))  # type: ignore[arg-type]


@given(strategies.entries(), strategies.entries())
def test_a_merge_without_edits_is_the_new_entry(one: Entry, other: Entry) -> None:
    source = Source(uri="a/one.txt")
    stored = evolve(one, source=evolve(source, imported=fingerprint(one)))
    new = evolve(other, id=one.id, source=evolve(source, imported=fingerprint(other)))
    result = merged(stored, new, None)
    assert evolve(result.entry, added=None, modified=None) == evolve(new, added=None, modified=None)
    assert not result.conflicts


@given(strategies.entries())
def test_a_fingerprint_is_a_word_that_depends_on_the_content(entry: Entry) -> None:
    state = fingerprint(entry)
    Source(uri="a", imported=state)
    assert state == fingerprint(evolve(entry, added=MOMENT, source=None))
