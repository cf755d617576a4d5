"""Setting fields of entries by words."""

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectionlib import Contributor, Entry
from collectionlib.curating.assigning import assignment
from collectionlib.errors import InvalidValueError
from collectionlib.publishing.metadata import contributor
from collectionlib.testing import strategies

AUTHOR = Contributor(name="Lu Xun")
EDITOR = Contributor(name="Émile", role="edt")
TRANSLATOR = Contributor(name="Lin", role="trl")
ENTRY = Entry(
    id="0chgm9qjpmfdsafq", contributors=(EDITOR, TRANSLATOR), attributes={"shelf": "3", "a.b": 1}
)


def _set(*texts: str, entry: Entry = ENTRY) -> Entry:
    return assignment(texts)(entry)


def test_contributors_of_one_role_are_set_and_the_others_stay() -> None:
    assert _set("author=Lu Xun").contributors == (AUTHOR, EDITOR, TRANSLATOR), "authors lead"
    named = _set("editor=A", "editor=B").contributors
    assert [(one.name, one.role) for one in named] == [("A", "edt"), ("B", "edt"), ("Lin", "trl")]
    assert _set("contributor.edt=").contributors == (TRANSLATOR,)
    assert _set("illustrator=C").contributors[-1] == Contributor(name="C", role="ill")


def test_a_contributor_says_how_it_is_filed_and_another_script() -> None:
    assert contributor("Lu, Xun = Lu Xun / 魯迅", "aut") == Contributor(
        name="Lu Xun", sort_name="Lu, Xun", alternate_name="魯迅"
    )


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("attr.shelf=", {"a.b": 1}),
        ("attr.shelf==", {"shelf": "=", "a.b": 1}),
        ("attr.a.b:=[1, null]", {"shelf": "3", "a.b": [1, None]}),
        ("attr.new:=false", {"shelf": "3", "a.b": 1, "new": False}),
        ("attr.new=0", {"shelf": "3", "a.b": 1, "new": "0"}),
    ],
)
def test_attributes_are_words_or_json(text: str, attributes: dict[str, object]) -> None:
    assert _set(text).attributes == attributes


def test_a_field_without_a_value_is_cleared() -> None:
    full = evolve(ENTRY, title="A", language="en", created="1912", rights="CC0", markup="markdown")
    names = ("title", "language", "created", "rights", "markup")
    assert _set(*(f"{name}=" for name in names), entry=full) == ENTRY


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.small_entries(), st.text(max_size=20), st.text(max_size=20))
def test_any_words_make_an_entry_or_a_sentence(entry: Entry, name: str, value: str) -> None:
    for text in (f"{name}={value}", f"attr.{name}:={value}", f"author={value}", name):
        try:
            result = assignment([text])(entry)
        except InvalidValueError as error:
            assert "\n" not in str(error)  # noqa: PT017 - most texts are none
        else:
            assert result.id == entry.id
