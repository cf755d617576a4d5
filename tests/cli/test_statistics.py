"""`stats`: numbers for people, for scripts, and as a page."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def jokes(invoke, archive: Path) -> str:
    invoke("init", "jokes.db", "--title", "Jokes")
    invoke("-L", "jokes.db", "import", "archive/", "--language", "en")
    return "jokes.db"


def test_a_line_tells_of_each_thing_that_was_counted(invoke, jokes: str) -> None:
    result = invoke("-L", jokes, "stats")
    assert (result.returncode, result.stderr) == (0, "")
    lines = dict(line.split(":", 1) for line in result.stdout.splitlines())
    assert lines["entries"].strip() == "4"
    assert lines["languages"].strip() == "en 4"
    assert lines["categories"].strip().startswith("Blessing messages/wishes 2, ")


def test_json_is_one_object(invoke, jokes: str) -> None:
    result = invoke("-L", jokes, "stats", "--json")
    counted = json.loads(result.stdout)
    assert (counted["schema_version"], counted["entries"]) == (1, 4)
    assert counted["characters"]["min"] == 5


def test_a_page_is_written_and_said(invoke, jokes: str, tmp_path: Path) -> None:
    result = invoke("-L", jokes, "stats", "title:two", "--html", "stats.html")
    assert (result.returncode, result.stderr) == (0, "wrote stats.html\n")
    assert "<h1>Statistics: Jokes, title:two</h1>" in (tmp_path / "stats.html").read_text("utf-8")
    (tmp_path / "other.html").write_text("mine")
    refused = invoke("-L", jokes, "stats", "--html", "other.html")
    assert refused.returncode == 1
    assert "other.html exists and is no page of statistics: choose another" in refused.stderr


def test_nothing_found_is_3_and_nothing_there_is_0(invoke, jokes: str) -> None:
    nothing = invoke("-L", jokes, "stats", "zzz", "--json")
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (3, "", "nothing matches\n")
    invoke("init", "empty.json")
    empty = invoke("-L", "empty.json", "stats")
    assert (empty.returncode, empty.stdout) == (0, "entries:     0\n")
