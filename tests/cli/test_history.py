"""``log`` and ``undo``: what they tell, ask, and refuse."""

import json
import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collectionlib import Collection
from collectionlib.cli.app import cli

_UNDOING = """undo 2: tag 'category:"Blessing messages"' wish"""


@pytest.fixture
def call(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command on a collection into which the archive was imported, and two wishes tagged."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        # Errors of ours are raised here; `main` makes sentences and exit codes of them.
        return CliRunner().invoke(cli, ["-L", "jokes.db", *arguments], catch_exceptions=True)

    CliRunner().invoke(cli, ["init", "jokes.db"])
    run("import", "archive/")
    run("tag", 'category:"Blessing messages"', "wish", "--yes")
    return run


def _tags() -> set[str]:
    with Collection.open("jokes.db") as jokes:
        return {tag for entry in jokes for tag in entry.tags}


def test_the_log_tells_the_newest_first_in_the_words_of_the_command(call) -> None:
    lines = call("log").stdout.splitlines()
    assert [line.split("  ")[-1] for line in lines] == [
        """tag 'category:"Blessing messages"' wish: 3 changed""",
        "import archive/: 4 added",
    ]
    newest, first = map(json.loads, call("log", "--json").stdout.splitlines())
    assert (newest["number"], newest["changed"], newest["undone_by"]) == (2, 3, None)
    assert first["label"] == "import archive/"
    limited = call("log", "--limit", "1")
    assert len(limited.stdout.splitlines()) == 1
    assert limited.stderr == "1 more: give --all to see them\n"


def test_the_log_tells_what_was_said_of_a_category(call) -> None:
    call("categories", "describe", "Later", "--make")
    call("categories", "describe", "Later", "--title", "Not yet", "--description", "To do")
    said = [json.loads(line)["label"] for line in call("log", "--json").stdout.splitlines()]
    assert said[:2] == [
        "categories describe Later (title, description)",
        "categories describe Later (made)",
    ]


def test_one_operation_is_told_entry_by_entry(call) -> None:
    told = [json.loads(line) for line in call("log", "2", "--json").stdout.splitlines()]
    assert {each["what"] for each in told} == {"changed"}
    assert {tuple(each["fields"]) for each in told} == {("tags", "modified")}
    assert all(line.startswith("+ ") for line in call("log", "1").stdout.splitlines())
    call("remove", "tag:wish", "--yes")
    assert call("log", "3").stdout.count("- ") == 3
    # What has been changed again since is not compared.
    assert "(" not in call("log", "2").stdout


def test_undoing_goes_back_step_by_step_and_can_be_undone(call) -> None:
    result = call("undo", "--yes")
    assert result.stderr == (f"{_UNDOING}: 3 entries changed back; 'undo 3' does it again\n")
    assert result.stdout == ""
    assert _tags() == set()
    done = json.loads(call("undo", "--yes", "--json").stdout)
    assert (done["operations"], done["removed"], done["number"]) == ([1], 4, 4)
    assert call("undo", "--yes").exception is not None
    call("undo", "4", "--yes")
    call("undo", "3", "--yes")
    assert _tags() == {"wish"}
    call("undo", "--to", "1", "--yes")
    assert _tags() == set()


def test_a_dry_run_tells_and_writes_nothing(call) -> None:
    before = Path("jokes.db").read_bytes()
    result = call("undo", "--dry-run")
    assert result.stderr == f"{_UNDOING}: 3 entries would be changed back\n"
    assert Path("jokes.db").read_bytes() == before


def test_more_than_one_entry_needs_a_yes(call, tmp_path: Path) -> None:
    refused = call("undo")
    assert refused.exit_code == 2
    assert "give --yes" in refused.stderr
    assert _tags() == {"wish"}
    command = [sys.executable, "-m", "collectionlib", "-L", "jokes.db", "undo"]
    for answer, tags in ((b"n\n", {"wish"}), (b"y\n", set())):
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            command, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            os.write(ours, answer)
            process.wait(60)
        os.close(ours)
        assert _tags() == tags


def test_how_much_is_kept_can_be_said(call) -> None:
    assert call("log", "--keep", "1").stderr == "the last 1 operation will be kept\n"
    assert len(call("log").stdout.splitlines()) == 1
    assert call("log", "--keep", "0").stderr == "nothing is recorded any more\n"
    assert (call("log").stdout, call("log").stderr) == ("", "the log is empty\n")
    call("tag", 'category:"Blessing messages"', "other", "--yes")
    assert call("log").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["undo", "7"], 3, "operation 7 is not there"),
        (["log", "7"], 3, "operation 7 is not there"),
        (["undo", "1", "--to", "0"], 2, "give one"),
        (["undo", "1"], 1, "have been changed since, so nothing was undone"),
        (["log", "--keep", "1", "--all"], 2, "--keep stands alone"),
    ],
)
def test_what_cannot_be_done_is_said(
    call, run, arguments: list[str], status: int, words: str
) -> None:
    result = run("-L", "jokes.db", *arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) <= 4


def test_an_import_that_went_on_is_one_operation(run, archive: Path, tmp_path: Path) -> None:
    code = (
        "from collectionlib import Collection\n"
        "from collectionlib.importing import writing, pipeline\n"
        "writing.SHORTEST_BATCH, writing.COMMIT_SHARE = 0, 0\n"
        "seen = []\n"
        "def watch(report):\n"
        "    seen.append(report)\n"
        "    if len(seen) == 3: raise KeyboardInterrupt\n"
        "with Collection.create('jokes/') as jokes:\n"
        "    pipeline.import_texts(jokes, 'archive/', watch=watch)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False, capture_output=True)
    assert run("-L", "jokes/", "list").stdout
    run("-L", "jokes/", "import", "archive/")
    with Collection.open(tmp_path / "jokes") as jokes:
        assert [(each.number, each.added) for each in jokes.log()] == [(1, 4)]
        jokes.undo()
        assert list(jokes) == []
        with jokes.snapshot() as view:
            assert view.documents() == ()


def test_a_damaged_record_is_named_and_the_rest_of_the_log_is_shown(call) -> None:
    with closing(sqlite3.connect("jokes.db")) as database, database:
        database.execute("UPDATE log SET undoes = '[' WHERE number = 1")
    told = call("log")
    lines = told.stdout.splitlines()
    assert (told.exit_code, lines[0][:3], len(lines)) == (1, "   2"[:3], 2)
    assert lines[1] == "   1  its record is damaged: it cannot be undone"
    assert told.stderr.startswith("Error: jokes.db is damaged: transaction 1 in its log")
    newest, damaged = map(json.loads, call("log", "--json").stdout.splitlines())
    assert (newest["damage"], damaged["moment"]) == ("", None)
    assert "transaction 1" in damaged["damage"]
    assert call("undo", "--yes").exit_code == 0
    assert _tags() == set()
