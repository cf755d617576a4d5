"""Changing many entries by one rule, on each storage."""

from datetime import UTC, datetime

import pytest
from attrs import evolve

from collectionlib import Collection, Entry
from collectionlib.curating.editing import edit_entries
from collectionlib.errors import InvalidValueError
from collectionlib.identity import entry_id

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
ENTRIES = [
    Entry(id=entry_id(str(number)), title=f"{number}", language="zh" if number % 2 else "en")
    for number in range(6)
]


@pytest.fixture(params=["memory:", "jokes/", "jokes.db", "jokes.json"])
def jokes(request, tmp_path):
    location = request.param if request.param == "memory:" else str(tmp_path / request.param)
    with Collection.create(location, title="Jokes") as collection:
        with collection.transaction() as batch:
            for entry in ENTRIES:
                batch.put(entry)
        yield collection


def test_what_is_found_is_changed_and_marked_and_the_rest_is_as_it_was(jokes) -> None:
    done = edit_entries(jokes, "lang:zh", lambda e: evolve(e, language="ja"), clock=lambda: MOMENT)
    assert (done.found, len(done.changed), done.removed) == (3, 3, ())
    for entry in ENTRIES:
        expected = (
            evolve(entry, language="ja", modified=MOMENT) if entry.language == "zh" else entry
        )
        assert jokes.get(entry.id) == expected


def test_what_is_so_already_is_not_written(jokes) -> None:
    done = edit_entries(jokes, "lang:zh", lambda e: evolve(e, language="zh"))
    assert (done.found, done.changed) == (3, ())
    assert sorted(jokes, key=lambda e: e.title) == ENTRIES


def test_entries_are_removed(jokes) -> None:
    done = edit_entries(jokes, "lang:zh", lambda _: None)
    assert (len(done.removed), len(jokes)) == (3, 3)


def test_a_dry_run_writes_nothing(jokes) -> None:
    done = edit_entries(jokes, "lang:zh", lambda _: None, dry_run=True)
    assert (len(done.removed), len(jokes)) == (3, 6)


def test_an_invalid_entry_undoes_all(jokes) -> None:
    def edit(entry: Entry) -> Entry:
        return evolve(entry, language="english" if entry.title == "5" else "ja")

    with pytest.raises(InvalidValueError, match="english"):
        edit_entries(jokes, "lang:zh", edit)
    assert sorted(jokes, key=lambda e: e.title) == ENTRIES


def test_the_id_stays(jokes) -> None:
    edit_entries(jokes, "title:3", lambda e: evolve(e, id=entry_id("other"), title="Three"))
    assert jokes.get(ENTRIES[3].id).title == "Three"
    assert len(jokes) == 6
