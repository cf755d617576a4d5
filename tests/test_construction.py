"""What is made without the constructor is what the constructor would have made, or refused."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from attrs import asdict
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import _construction
from collectionlib.errors import InvalidValueError
from collectionlib.model import Contributor, Entry, Source
from collectionlib.testing import strategies

_WORDS = st.one_of(
    st.sampled_from(
        ["", " ", "a", "Été", "一", "a\tb", "a\nb", "\x00", "\x85", "\ufffe", "\ud800"]
    ),
    st.text(max_size=3),
    st.sampled_from([None, 5, 5.0, True, b"a", ["a"], ("a",)]),
)
_LISTS = st.one_of(st.lists(_WORDS, max_size=3).map(tuple), st.lists(_WORDS, max_size=2), _WORDS)
_MOMENTS = st.sampled_from(
    [None, "2026", datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC),  # noqa: DTZ001
     datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8)))]
)  # fmt: skip
_COUNTS = st.sampled_from([None, 0, 5, -1, 2**63, True, "5"])
_ENTRIES: dict[str, st.SearchStrategy[Any]] = {
    "id": st.sampled_from(["0chgm9qjpmfdsafq", "", "0CHGM9QJPMFDSAFQ", None, 5]),
    "title": _WORDS,
    "body": _WORDS,
    "markup": st.sampled_from(["plain", "markdown", "html", None, 5]),
    "category": _LISTS,
    "contributors": st.sampled_from(
        [(), [], (Contributor(name="A"),), [Contributor(name="A")], ("A",), "A", None]
    ),
    "language": st.sampled_from([None, "en", "zh-Hant", "english", "", 5]),
    "tags": _LISTS,
    "created": st.sampled_from([None, "1850", "2019-02-30", "2019-05-03T10:00Z", "", 5]),
    "added": _MOMENTS,
    "modified": _MOMENTS,
    "rights": _WORDS,
    "source": st.sampled_from([None, Source(uri="a"), "a", {}]),
    "attributes": st.sampled_from([{}, {"a": 1}, {"a": [(1,)]}, {"a": {1}}, {1: 2}, [], None]),
}
_SOURCES: dict[str, st.SearchStrategy[Any]] = {
    "uri": _WORDS, "member": _WORDS, "start": _COUNTS, "length": _COUNTS,
    "sha256": st.sampled_from([None, "0" * 64, "0", 5]), "encoding": _WORDS, "changes": _LISTS,
    "site": _WORDS,
}  # fmt: skip
_CONTRIBUTORS: dict[str, st.SearchStrategy[Any]] = {
    "name": _WORDS, "role": st.sampled_from(["aut", "trl", "author", None, 5]),
    "sort_name": _WORDS,
}  # fmt: skip
_GOOD: dict[type, dict[str, Any]] = {
    Entry: {"id": "0chgm9qjpmfdsafq"},
    Source: {"uri": "a"},
    Contributor: {"name": "A"},
}


def _result(make: Any, values: dict[str, Any]) -> Any:
    try:
        return asdict(make(**values))
    except InvalidValueError as error:
        return str(error)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cls", "make", "kinds"),
    [
        (Entry, _construction.entry, _ENTRIES),
        (Source, _construction.source, _SOURCES),
        (Contributor, _construction.contributor, _CONTRIBUTORS),
    ],
)
def test_both_ways_give_the_same_or_refuse_the_same(
    cls: type, make: Any, kinds: dict[str, st.SearchStrategy[Any]]
) -> None:
    @settings(max_examples=500, deadline=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        names = data.draw(st.sets(st.sampled_from(sorted(kinds)), min_size=1, max_size=3))
        values = _GOOD[cls] | {name: data.draw(kinds[name], label=name) for name in sorted(names)}
        if cls is Entry and values.get("attributes", {}) is None:
            return
        assert _result(make, values) == _result(cls, values)

    check()


@settings(deadline=None)
@given(strategies.entries())
def test_a_made_entry_is_an_entry(entry: Entry) -> None:
    values = {name: getattr(entry, name) for name in _ENTRIES}
    made = _construction.entry(**values)
    assert made == entry
    assert hash(made.id) == hash(entry.id)
    with pytest.raises(AttributeError):
        made.title = "Changed"  # type: ignore[misc]
