"""``set``, ``move``, ``tag``, ``remove``: what they do, ask, and refuse."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from collectionlib import Collection


@pytest.fixture
def wishes(invoke, tmp_path: Path) -> Path:
    for name in ("Good/one", "Good/two", "Bad/three"):
        path = tmp_path / "archive" / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"A wish, number {name}.")
    invoke("init", "wishes.db")
    invoke("-q", "-L", "wishes.db", "import", "archive/")
    return tmp_path / "wishes.db"


def _entries(path: Path) -> dict[str, object]:
    with Collection.open(str(path)) as wishes:
        return {entry.title: entry for entry in wishes}


def test_fields_are_set_and_cleared(invoke, wishes: Path) -> None:
    setting = ("-L", "wishes.db", "set", "--yes")
    values = ("language=en", "author=Lu Xun", "author=Émile", "attr.shelf=3", "rights=CC0-1.0")
    result = invoke(*setting, "category:Good", *values)
    assert (result.returncode, result.stderr) == (0, "2 entries changed\n")
    entries = _entries(wishes)
    one = entries["one"]
    assert (one.language, one.rights, one.attributes) == ("en", "CC0-1.0", {"shelf": "3"})
    assert [author.name for author in one.contributors] == ["Lu Xun", "Émile"]
    assert entries["three"].language is None
    result = invoke(*setting, "title:one", "language=", "author=", "attr.shelf=")
    one = _entries(wishes)["one"]
    assert (one.language, one.contributors, one.attributes) == (None, (), {})


def test_entries_are_moved_tagged_and_removed(invoke, wishes: Path) -> None:
    invoke("-L", "wishes.db", "move", "category:Good", "Wishes/Good", "--yes")
    invoke("-L", "wishes.db", "tag", "title:one", "short", "old")
    invoke("-L", "wishes.db", "tag", "title:one", "old", "--remove")
    entries = _entries(wishes)
    assert entries["two"].category == ("Wishes", "Good")
    assert entries["one"].tags == ("short",)
    said = json.loads(invoke("-L", "wishes.db", "remove", "tag:short", "--json").stdout)
    assert said == {
        "schema_version": 1, "dry_run": False, "found": 1, "changed": [],
        "removed": [entries["one"].id],
    }  # fmt: skip
    assert sorted(_entries(wishes)) == ["three", "two"]


def test_nothing_is_done_in_a_dry_run_or_unasked(invoke, wishes: Path) -> None:
    before = _entries(wishes)
    result = invoke("-L", "wishes.db", "remove", "wish", "--dry-run")
    assert (result.returncode, result.stderr) == (0, "3 entries would be removed\n")
    result = invoke("-L", "wishes.db", "remove", "wish")
    assert result.returncode == 2
    assert "3 entries would be removed: give --yes if you mean all of them" in result.stderr
    assert _entries(wishes) == before


@pytest.mark.parametrize(
    ("command", "words", "done"),
    [
        ("set", ["language=en"], "changed"),
        ("move", ["Wishes"], "changed"),
        ("tag", ["short"], "changed"),
        ("remove", [], "removed"),
    ],
)
def test_each_counts_asks_for_several_and_not_for_one(
    invoke, wishes: Path, command: str, words: list[str], done: str
) -> None:
    before = _entries(wishes)
    tried = invoke("-L", "wishes.db", command, "wish", *words, "--dry-run")
    assert (tried.returncode, tried.stderr) == (0, f"3 entries would be {done}\n")
    asked = invoke("-L", "wishes.db", command, "wish", *words)
    assert (asked.returncode, "give --yes" in asked.stderr) == (2, True)
    assert _entries(wishes) == before
    one = invoke("-L", "wishes.db", command, "title:one", *words)
    assert (one.returncode, one.stderr) == (0, f"1 entry {done}\n")


def test_ids_choose_in_place_of_a_query(invoke, wishes: Path) -> None:
    one, two, three = (_entries(wishes)[name].id for name in ("one", "two", "three"))
    result = invoke("-L", "wishes.db", "tag", "--id", one[:6], "--id", one, "lang:zh", "--json")
    assert json.loads(result.stdout)["changed"] == [one]
    assert _entries(wishes)["one"].tags == ("lang:zh",), "behind ids there is no query"
    listed = invoke("-L", "wishes.db", "list", "category:Good").stdout
    assert (
        invoke("-L", "wishes.db", "move", "--ids", "-", "", "--yes", given=listed).returncode == 0
    )
    assert [entry.category for entry in _entries(wishes).values()].count(()) == 2
    (wishes.parent / "lines").write_text(f'\n{{"id": "{three}", "title": "three"}}\n{two} two\n')
    assert invoke("-L", "wishes.db", "remove", "--ids", "lines").returncode == 2, (
        "two are asked about"
    )
    invoke("-L", "wishes.db", "remove", "--ids", "lines", "--yes")
    assert list(_entries(wishes)) == ["one"]


def test_a_misspelt_id_changes_nothing(invoke, wishes: Path) -> None:
    before = _entries(wishes)
    known = before["one"].id
    for wrong, status in (("zzzzzz", 3), (known[:3], 2), ("", 2)):
        result = invoke("-L", "wishes.db", "remove", "--id", known, "--id", wrong, "--yes")
        assert (result.returncode, result.stdout) == (status, ""), result.stderr
    for given, status in (("", 2), ('{"title": "one"}\n', 2)):
        assert invoke("-L", "wishes.db", "remove", "--ids", "-", given=given).returncode == status
    assert _entries(wishes) == before


@pytest.mark.parametrize(("answer", "status", "left"), [("y", 0, 0), ("n", 130, 3), ("", 130, 3)])
def test_on_a_terminal_it_asks(wishes: Path, answer: str, status: int, left: int) -> None:
    primary, secondary = pty.openpty()
    command = [sys.executable, "-m", "collectionlib", "-L", str(wishes), "remove", "wish"]
    with subprocess.Popen(command, stdin=secondary, stderr=subprocess.PIPE) as process:
        os.close(secondary)
        os.write(primary, f"{answer}\n".encode() if answer else b"\x04")
        _, said = process.communicate(timeout=60)
        os.close(primary)
    assert b"3 entries would be removed. Go on? [y/N]" in said
    assert process.returncode == status
    assert len(_entries(wishes)) == left


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["set", "wish", "language=english", "--yes"], 2, "no BCP 47 language tag"),
        (
            ["set", "wish", "foo=1"],
            2,
            "assignment is no field that can be set: there are title, language",
        ),
        (["set", "wish", "title"], 2, "assignment is not FIELD=VALUE: 'title'"),
        (["set", "wish", "title=a", "title=b"], 2, "assignment sets title twice"),
        (["set", "wish", "auhtor=Lu Xun"], 2, "did you mean 'author'?"),
        (["set", "wish", "category=A"], 2, "use 'move'"),
        (["set", "wish", "title:=3"], 2, "only attr.NAME takes it"),
        (["set", "wish", "attr.rating:={", "--yes"], 2, "has no JSON behind :="),
        (["set", "title:one", "contributor.author=A"], 2, "no MARC relator code"),
        (["set", "title:one", "markup=html"], 2, "neither 'plain' nor 'markdown'"),
        (["set"], 2, "say which entries"),
        (["set", "title:one"], 2, "missing FIELD=VALUE behind the QUERY"),
        (["tag", "--id", "abcd"], 2, "missing TAG"),
        (["move", "title:one", "A", "B"], 2, "'B' stands behind CATEGORY"),
        (["remove", "title:one", "wish"], 2, "'wish' is too much"),
        (["remove", ""], 2, "an empty QUERY finds every entry"),
        (["move", "nowhere", "A"], 3, "nothing matches"),
        (["move", "title:one", "A//B"], 2, ""),
        (["set", "title:one", "title=one"], 0, "1 entry is so already: nothing was changed"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    invoke, wishes: Path, arguments: list[str], status: int, sentence: str
) -> None:
    before = _entries(wishes)
    result = invoke("-L", "wishes.db", *arguments)
    assert result.returncode == status, result.stderr
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert _entries(wishes) == before
