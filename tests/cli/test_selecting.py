"""Choosing entries on the command line: how a query is explained, and how its errors look."""

import json
from pathlib import Path

import pytest

from collectionlib import Collection, Entry

_TEXTS = {"Long": "A lion and a wolf.", "Short": "A lion.", "The end": "Nobody."}


@pytest.fixture(params=["jokes.db", "jokes.json"])
def jokes(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    location: str = request.param
    with Collection.create(tmp_path / location) as collection, collection.transaction() as batch:
        for title, body in _TEXTS.items():
            batch.put(Entry.new(title=title, body=body, category=("Fables",)))
    return location


def test_what_a_query_finds_is_sorted_limited_and_exported(run, jokes: str, tmp_path: Path) -> None:
    chosen = ("lion or title~^The", "--sort=-length,title", "--limit", "2")
    listed = run("-L", jokes, "list", *chosen, "--json").stdout
    assert [json.loads(line)["title"] for line in listed.splitlines()] == ["Long", "Short"]
    assert run("-L", jokes, "export", "some.json", *chosen).stderr == "wrote some.json: 2 entries\n"
    with Collection.open(tmp_path / "some.json") as some:
        assert {entry.title for entry in some} == {"Long", "Short"}


def test_one_query_chooses_the_same_for_every_command_and_python(
    invoke, jokes: str, tmp_path: Path
) -> None:
    query = "(lion or nobody) -title~^Short length<99"
    with Collection.open(tmp_path / jokes) as collection:
        ids = {entry.id for entry in collection.select(query)}
    assert len(ids) == 2
    listed = invoke("-L", jokes, "list", query, "--json").stdout.splitlines()
    exported = invoke("-L", jokes, "export", "-", query, "--to", "jsonl").stdout.splitlines()
    for lines in (listed, exported):
        assert {json.loads(line)["id"] for line in lines} == ids
    (tmp_path / "a.toml").write_text(
        f"[[part]]\nquery = '{query}'\n[output]\nfiles = ['a.jsonl']\n"
    )
    assert invoke("-L", jokes, "build", "a.toml").returncode == 0
    built = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["id"] for line in built} == ids
    for change in (("set", query, "language=en"), ("remove", query)):
        said = json.loads(invoke("-L", jokes, *change, "--yes", "--json").stdout)
        assert {*said["changed"], *said["removed"]} == ids


def test_a_query_that_begins_with_what_is_not_sought_is_no_option(run, jokes: str) -> None:
    for query in ("-title~^The", "-(lion or wolf) length>1", '-"a lion"'):
        assert (
            run("-L", jokes, "list", query).stdout == run("-L", jokes, "list", "--", query).stdout
        )
    assert run("-L", jokes, "list", "-title~^The").stdout.count("[Fables]") == 2
    assert run("-L", jokes, "export", "a.json", "--title", "-a:b").returncode == 0
    assert '"title":"-a:b"' in run("-L", "a.json", "export", "-", "--to", "json").stdout


def test_explain_says_what_is_meant_and_who_decides_it_and_does_nothing(run, jokes: str) -> None:
    before = run("-L", jokes, "list").stdout
    query = "category:Fables lion length<9 -title~^The"
    said = run("-L", jokes, "remove", query, "--explain", "--json").stdout
    parts = ["category:Fables", "lion", "length<9", "title~^The"]
    in_sql = {"indexed": parts[:2], "translated": parts[2:3], "evaluated": parts[3:]}
    in_python = {"indexed": [], "translated": [], "evaluated": parts}
    assert json.loads(said) == {
        "schema_version": 1,
        "query": "category:Fables lion length<9 not title~^The",
        "means": 'all of:\n  in the category Fables or below it\n  has the word "lion" in title or '
        'text\n  length is less than 9 characters\n  not: title matches the expression "^The"',
        "sort": "",
        "limit": None,
        "plan": in_sql if jokes.endswith(".db") else in_python,
    }
    assert run("-L", jokes, "list").stdout == before
    explained = run("-L", jokes, "list", "lion", "--sort=-length", "--explain").stdout
    assert [line.split(":")[1].strip() for line in explained.splitlines()] == [
        "lion",
        'has the word "lion" in title or text',
        "by length descending, then in reading order",
        "lion",
    ]


def test_a_malformed_query_is_pointed_at(run, jokes: str) -> None:
    result = run("-L", jokes, "export", "some.json", "lion titel:mouse")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "collectionlib: query has no field titel at column 6: did you mean title?",
        "  lion titel:mouse",
        "       ^",
    ]
    result = run("-L", jokes, "list", "--sort=titel")
    assert (result.returncode, result.stdout) == (2, "")
    assert "did you mean title?" in result.stderr
