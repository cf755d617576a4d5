"""Tags counted, renamed and joined, on each storage."""

from pathlib import Path

import pytest

from collectionlib import Collection, Entry
from collectionlib.curating.tags import rename_tags, tag_counts
from collectionlib.errors import InvalidValueError
from collectionlib.identity import entry_id

TAGS = [("b", "a"), ("a", "10"), ("2", "a"), (), ("b",)]


@pytest.fixture(params=["memory:", "jokes/", "jokes.db", "jokes.json"])
def jokes(request, tmp_path: Path):
    location = request.param if request.param == "memory:" else str(tmp_path / request.param)
    with Collection.create(location) as collection:
        with collection.transaction() as batch:
            for number, tags in enumerate(TAGS):
                batch.put(Entry(id=entry_id(str(number)), title=str(number), tags=tags))
        yield collection


def _counts(jokes: Collection) -> list[tuple[str, int]]:
    with jokes.snapshot() as view:
        return list(tag_counts(view).items())


def test_the_commonest_come_first_then_natural_order(jokes) -> None:
    assert _counts(jokes) == [("a", 3), ("b", 2), ("2", 1), ("10", 1)]


def test_tags_are_joined_and_an_entry_has_each_once(jokes) -> None:
    done = rename_tags(jokes, ["b", "2", "none"], "a")
    assert (done.found, len(done.changed)) == (3, 3)
    assert _counts(jokes) == [("a", 4), ("10", 1)]
    with pytest.raises(InvalidValueError, match="tags"):
        rename_tags(jokes, ["a"], " ")
    assert rename_tags(jokes, ["a"], "c", dry_run=True).found == 4
    assert _counts(jokes) == [("a", 4), ("10", 1)]
