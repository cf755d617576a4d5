"""``optimize``: every kind of place, and what it says."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from collectionlib import Collection, Entry
from collectionlib.cli.app import cli


def _made(location: str) -> str:
    """A collection in which something can be put in order: much was added, and most removed."""
    texts = [Entry.new(title=str(number), body=f"{number} words " * 300) for number in range(400)]
    with Collection.create(location) as collection:
        for start in range(0, 400, 40):
            with collection.transaction() as batch:
                for each in texts[start : start + 40]:
                    batch.put(each)
        with collection.transaction() as batch:
            for each in texts[10:360]:
                batch.delete(each.id)
        collection.keep_operations(0)
    return location


def _called(location: str, *options: str) -> tuple[str, str]:
    result = CliRunner().invoke(cli, ["-L", location, "optimize", *options])
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


@pytest.mark.parametrize("name", ["{}/c.db", "delta:{}/table"])
def test_it_becomes_smaller_and_holds_the_same(name: str, tmp_path: Path) -> None:
    location = _made(name.format(tmp_path))
    with Collection.open(location) as collection:
        before = list(collection)
    planned = json.loads(_called(location, "--keep", "0", "--dry-run", "--json")[0])
    assert planned["dry_run"] is True
    assert planned["steps"]
    done = json.loads(_called(location, "--keep", "0", "--json")[0])
    assert planned["steps"][0] == done["steps"][0]
    with Collection.open(location) as collection:
        assert list(collection) == before
        assert [found.entry for found in collection.search("5")] == [before[5]]
    assert "nothing to do" in _called(location, "--keep", "0")[1]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    location = _made(f"delta:{tmp_path}/table")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert "would sort the entries" in _called(location, "--dry-run")[1]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_database_gives_back_the_room_of_what_was_removed(tmp_path: Path) -> None:
    location = _made(f"{tmp_path}/c.db")
    before = Path(location).stat().st_size
    assert "done: give back" in _called(location)[1]
    assert Path(location).stat().st_size < before / 2


@pytest.mark.parametrize("name", ["{}/folder/", "{}/c.json"])
def test_what_keeps_itself_in_order_says_so(name: str, tmp_path: Path) -> None:
    location = name.format(tmp_path)
    Collection.create(location).close()
    said, told = _called(location, "--json")
    assert json.loads(said)["steps"] == []
    assert "nothing to do" in told
