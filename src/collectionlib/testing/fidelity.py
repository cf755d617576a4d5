"""What is read equals what was written."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..errors import EntryNotFound, InvalidValueError
from ..identity import entry_id
from ..model import Category, Entry, JSONValue, Metadata
from . import strategies
from .place import Place, all_entries, named, put_all

__all__ = ["FidelityTests"]

_TITLES = (
    "", "CON", "aux.txt", "a/b", "a\\b", "..", ".hidden", "trailing dots...", "trailing blank ",
    " x", "Caf\u00e9", "Cafe\u0301", "CAFE\u0301", "stra\u00dfe", "STRASSE", "---", "no", "null",
    "1984", "'\"", "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u795d\u798f",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\U00010348\U0002000b\U000e0100\U000f0000", "%_",
)  # fmt: skip
_BODIES = (
    "", "\n", " ", "one\ntwo\n", "one\r\ntwo\r\n", "one\rtwo\r", "one\x85two", "one\u2028two\u2029",
    "---\ntitle: x\n---\n", "\ufeffmark", "\t\tindented  \n\n\n", "]}\n", "%\n%\n",
    "Cafe\u0301", "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd", "\u0645\u06cc\u200c\u062e",
    "\u2126 \ufb01",
)  # fmt: skip


class FidelityTests:
    """A storage keeps every entry that the model accepts, to the letter."""

    def test_every_entry_comes_back_equal(self, place: Place) -> None:
        @place.thorough()
        @given(st.lists(strategies.entries(), max_size=4, unique_by=lambda entry: entry.id))
        def check(entries: list[Entry]) -> None:
            storage = place.fresh()
            put_all(storage, entries)
            assert all_entries(place.reopened(storage)) == {entry.id: entry for entry in entries}

        check()

    def test_metadata_comes_back_equal(self, place: Place) -> None:
        @place.thorough()
        @given(strategies.metadata(), strategies.metadata())
        def check(first: Metadata, second: Metadata) -> None:
            storage = place.fresh(first)
            with storage.snapshot() as view:
                assert view.metadata() == first
            with storage.transaction() as batch:
                batch.set_metadata(second)
            with place.reopened(storage).snapshot() as view:
                assert view.metadata() == second

        check()

    def test_categories_come_back_equal(self, place: Place) -> None:
        @place.thorough()
        @given(st.lists(strategies.described_categories(), max_size=3, unique_by=lambda c: c.path))
        def check(categories: list[Category]) -> None:
            storage = place.fresh()
            with storage.transaction() as batch:
                for category in categories:
                    batch.set_category(category)
            with place.reopened(storage).snapshot() as view:
                kept = {category.path: category for category in view.categories()}
            assert kept == {category.path: category for category in categories}

        check()

    def test_a_category_that_is_forgotten_is_as_if_nothing_had_been_said(
        self, place: Place
    ) -> None:
        said = [
            Category(path=("A", "1"), title="One", description="Words.", position=1),
            Category(path=("A",), position=3),
            Category(path=("B",), position=2),
        ]
        storage = place.fresh()
        put_all(storage, [named("below", category=("A", "1")), named("other", category=("B",))])
        with storage.transaction() as batch:
            for category in said:
                batch.set_category(category)
        with storage.transaction() as batch:
            for path in (("A", "1"), ("A",), ("Nothing said",)):
                batch.forget_category(path)
            batch.set_category(Category(path=("C",)))
            batch.forget_category(("C",))
        with place.reopened(storage).snapshot() as view:
            assert view.categories() == (said[2],)
            assert [entry.category for entry in view.scan()] == [("B",), ("A", "1")]

    def test_titles_that_differ_only_in_case_or_form_stay_apart(self, place: Place) -> None:
        titles = ("Cafe", "cafe", "CAFE", "Café", "Cafe\u0301", "CON", "con.", "a/b", "a:b", "..")
        entries = [
            Entry(id=entry_id(f"{depth}{title}"), title=title, category=(title,) * depth)
            for title in titles
            for depth in (0, 1, 2)
        ]
        storage = place.fresh()
        put_all(storage, entries)
        assert all_entries(place.reopened(storage)) == {entry.id: entry for entry in entries}

    def test_texts_of_every_kind_come_back_to_the_letter(self, place: Place) -> None:
        entries = [
            named(f"{number}", title=title, body=body, tags=(f"tag {title}".strip(),))
            for number, (title, body) in enumerate(itertools.product(_TITLES, _BODIES))
        ]
        storage = place.fresh()
        put_all(storage, entries)
        assert all_entries(place.reopened(storage)) == {entry.id: entry for entry in entries}

    def test_a_very_long_text_comes_back(self, place: Place) -> None:
        long = named("long", title="x" * 5_000, body="A line of many.\n一\n" * 200_000)
        storage = place.fresh()
        put_all(storage, [long])
        assert all_entries(place.reopened(storage)) == {long.id: long}

    def test_attributes_come_back_however_they_are_nested(self, place: Place) -> None:
        deep: JSONValue = "end"
        for level in range(100):
            deep = {"k": deep} if level % 2 else [deep, level]
        attributes: dict[str, JSONValue] = {
            "deep": deep, "id": "not an id", "title": 5, "a b": None, "": [], "\x00\n": "\x00",
            "no": False, "numbers": [0, -1, 2**64 - 1, -(2**63), 1.5, 1e300, -0.0], "---": "---",
        }  # fmt: skip
        odd = named("odd", attributes=attributes)
        storage = place.fresh()
        put_all(storage, [odd])
        assert all_entries(place.reopened(storage)) == {odd.id: odd}

    def test_category_paths_of_200_parts_come_back(self, place: Place) -> None:
        entries = [
            named("deep", category=tuple(f"Part {number}" for number in range(200))),
            named("deeper", category=tuple(f"part {number}" for number in range(200))),
            named("same", category=("x",) * 200),
            named("long", category=("long name " * 100 + "1", "long name " * 100 + "2")),
        ]
        storage = place.fresh()
        put_all(storage, entries)
        assert all_entries(place.reopened(storage)) == {entry.id: entry for entry in entries}

    def test_documents_come_back_equal_and_can_be_removed(self, place: Place) -> None:
        value: JSONValue = {"archive": "0" * 64, "nested": [1, 2.5, None, True, "一\u0000"]}
        storage = place.fresh()
        with storage.transaction() as batch:
            batch.set_document("origins", value)
            batch.set_document("gone", [])
        with storage.transaction() as batch:
            batch.set_document("gone", None)
        with place.reopened(storage).snapshot() as view:
            assert view.document("origins") == value
            assert view.document("gone") is None
            assert view.document("never") is None

    def test_a_document_with_an_odd_name_is_refused(self, place: Place) -> None:
        storage = place.fresh()
        with pytest.raises(InvalidValueError), storage.transaction() as batch:
            batch.set_document("../escape", 1)

    def test_an_entry_of_the_same_id_is_replaced(self, place: Place) -> None:
        storage = place.fresh()
        put_all(storage, [named("one")])
        changed = named("one", title="Changed", body="Another text.", category=("Moved",))
        put_all(storage, [changed])
        assert all_entries(place.reopened(storage)) == {changed.id: changed}

    def test_the_last_put_of_a_block_wins(self, place: Place) -> None:
        storage = place.fresh()
        with storage.transaction() as batch:
            batch.put(named("one"))
            batch.put(named("one", body="Last."))
        assert all_entries(storage)[entry_id("one")].body == "Last."

    def test_a_removed_entry_is_gone(self, place: Place) -> None:
        storage = place.fresh()
        put_all(storage, [named("one"), named("two")])
        with storage.transaction() as batch:
            batch.delete(entry_id("one"))
            batch.put(named("three"))
            batch.delete(entry_id("three"))
        assert list(all_entries(place.reopened(storage))) == [entry_id("two")]

    def test_what_is_not_there_is_not_found(self, place: Place) -> None:
        storage = place.fresh()
        missing = entry_id("missing")
        with storage.snapshot() as view:
            with pytest.raises(EntryNotFound) as raised:
                view.get(missing)
            with pytest.raises(EntryNotFound):
                list(view.scan(after=missing))
        assert raised.value.entry_id == missing
        with pytest.raises(EntryNotFound), storage.transaction() as batch:
            batch.delete(missing)

    def test_entries_are_the_same_one_by_one_and_together(self, place: Place) -> None:
        storage = place.fresh()
        entries = {each.id: each for each in (named(f"entry {number}") for number in range(250))}
        put_all(storage, entries.values())
        with storage.snapshot() as view:
            found = view.several([*entries, entry_id("none"), *entries])
            assert {own: found[own] for own in found} == entries
            assert found.get(entry_id("none")) is None
            assert {own: view.get(own) for own in entries} == entries
            with pytest.raises(EntryNotFound):
                view.get(entry_id("none"))

    def test_an_entry_can_move_to_and_fro(self, place: Place) -> None:
        storage = place.fresh()
        for category in ((), ("A",), ("A", "B"), ("a",), ()):
            put_all(storage, [named("one", category=category)])
            assert all_entries(place.reopened(storage))[entry_id("one")].category == category
