from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest

from collectionlib.errors import InvalidValueError
from collectionlib.identity import entry_id
from collectionlib.model import Category, Contributor, Entry, Metadata, Source

ID = entry_id("one")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"id": ""}, "Entry.id"),
        ({"id": "too short"}, "too short"),
        ({"title": "a\nb"}, "Entry.title has a tab or line break at character 1"),
        ({"title": "a\x00"}, "Entry.title has a control character at character 1"),
        ({"title": None}, "Entry.title is not text: None"),
        ({"body": "ab\ud800"}, "Entry.body has a lone surrogate at character 2"),
        ({"body": "ab\x1b"}, "control character at character 2: '\\x1b'"),
        ({"body": "\u0080"}, "control character"),
        ({"body": "\uffff"}, "control character"),
        ({"markup": "html"}, "Entry.markup"),
        ({"category": "abc"}, "Entry.category is no list of names"),
        ({"category": ("a", " ")}, "Entry.category is empty"),
        ({"contributors": ("Lu Xun",)}, "Contributor"),
        ({"language": "english"}, "BCP 47"),
        ({"language": "e"}, "BCP 47"),
        ({"tags": ("",)}, "Entry.tags is empty"),
        ({"created": "2019-02-30"}, "Entry.created"),
        ({"created": "yesterday"}, "'yesterday'"),
        ({"added": datetime(2026, 1, 1)}, "time zone"),  # noqa: DTZ001 - what is refused
        ({"rights": ""}, "Entry.rights"),
        ({"source": "one.txt"}, "Entry.source is no Source"),
        ({"attributes": {"a": float("nan")}}, "Entry.attributes.a"),
        ({"attributes": {"a": {"b": 2**64}}}, "Entry.attributes.a.b"),
        ({"attributes": {1: "a"}}, "key that is not text"),
        ({"attributes": {"a": object()}}, "holds a object"),
    ],
)
def test_a_wrong_value_is_refused_with_field_and_value(
    values: dict[str, object], words: str
) -> None:
    with pytest.raises(InvalidValueError) as raised:
        Entry(**{"id": ID, **values})
    assert words in str(raised.value)
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    "language", ["en", "zh-Hant", "zh-cmn-Hans-CN", "de-CH-1996", "sl-rozaj-biske", "x-old", "und"]
)
def test_languages_of_bcp_47_are_taken(language: str) -> None:
    assert Entry(id=ID, language=language).language == language


@pytest.mark.parametrize("created", ["1850", "-0043", "2019-05", "2020-02-29", "2019-05-03T10:00Z"])
def test_dates_as_exact_as_they_are_known_are_taken(created: str) -> None:
    assert Entry(id=ID, created=created).created == created


def test_all_kinds_of_line_ends_are_text() -> None:
    body = "a\nb\r\nc\rd\x85e\u2028f\u2029g\t"
    assert Entry(id=ID, body=body).body == body


def test_entries_are_frozen_hashable_and_their_attributes_their_own() -> None:
    given = {"a": [1]}
    entry = Entry(id=ID, attributes=given)
    given["a"].append(2)
    assert entry.attributes == {"a": [1]}
    assert hash(entry) == hash(Entry(id=ID, attributes={"b": None}))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        entry.title = "x"  # type: ignore[misc]


def test_moments_are_kept_in_utc() -> None:
    east = timezone(timedelta(hours=8))
    entry = Entry(id=ID, added=datetime(2026, 1, 1, 8, tzinfo=east))
    assert entry.added == datetime(2026, 1, 1, tzinfo=UTC)
    assert str(entry.added) == "2026-01-01 00:00:00+00:00"


def test_a_tag_stands_once() -> None:
    assert Entry(id=ID, tags=["b", "a", "b"]).tags == ("b", "a")


def test_a_new_entry_has_an_id_of_its_content_and_time() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    one = Entry.new(title="A", body="B", added=moment)
    assert one == Entry.new(title="A", body="B", added=moment)
    assert one.id != Entry.new(title="A", body="C", added=moment).id
    assert one.id != Entry.new(title="A", body="B", added=moment + timedelta(seconds=1)).id


@pytest.mark.parametrize(
    ("entry", "label"),
    [
        (Entry(id=ID, title=" A wish ", body="x"), "A wish"),
        (Entry(id=ID, body="\n  Be\n well. "), "Be well."),
        (Entry(id=ID, body="word " * 30), "word " * 11 + "word…"),
        (Entry(id=ID, body="字" * 100), "字" * 60 + "…"),
        (Entry(id=ID), ""),
    ],
)
def test_the_label_is_the_title_or_how_the_text_begins(entry: Entry, label: str) -> None:
    assert entry.label == label


@pytest.mark.parametrize(
    "make",
    [
        lambda: Contributor(name=" "),
        lambda: Contributor(name="A", role="author"),
        lambda: Source(uri=""),
        lambda: Source(uri="a", start=-1),
        lambda: Source(uri="a", sha256="xyz"),
        lambda: Category(path=()),
        lambda: Category(path=("a",), position=True),
        lambda: Metadata(id="no urn"),
        lambda: Metadata(published="soon"),
        lambda: Metadata(subjects=("history",)),
    ],
)
def test_the_other_classes_refuse_too(make: object) -> None:
    with pytest.raises(InvalidValueError):
        make()  # type: ignore[operator]
