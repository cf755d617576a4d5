"""The commands on a collection in PostgreSQL, which several may write to at once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve
from tests.postgres_server import Server

from collectionlib import Collection
from collectionlib.identity import entry_id


@pytest.fixture
def texts(postgres: Server) -> str:
    """The location of a collection that is not there yet."""
    return postgres.new_location()


@pytest.fixture
def commands(invoke, texts: str):
    """Run a command on the collection."""
    return lambda *arguments: invoke("-L", texts, *arguments)


def _success(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_collection_from_its_beginning_to_a_book(
    invoke, commands, texts: str, archive: Path, tmp_path: Path
) -> None:
    _success(invoke("init", texts, "--title", "Texts"))
    assert invoke("init", texts).returncode == 1
    report = json.loads(_success(commands("import", "archive/", "--json")))
    assert (report["added"], report["rejected"]) == (4, [])
    assert json.loads(_success(commands("import", "archive/", "--json")))["unchanged"] == 4
    listed = _success(commands("list", "--sort", "-title", "--fields", "title"))
    assert listed.split() == ["Two", "One"]
    assert "happy" in _success(commands("search", "HAPPY"))
    _success(commands("tag", 'category:"Blessing messages"', "wish", "--yes"))
    assert _success(commands("tags")).split() == ["3", "wish"]
    assert commands("list", "tag:wish title:two", "--json").stdout.count("\n") == 1
    _success(commands("undo", "--yes"))
    assert commands("list", "tag:wish").returncode == 3
    labels = [json.loads(line)["label"] for line in _success(commands("log", "--json")).split("\n")
              if line]  # fmt: skip
    tagged = """tag 'category:"Blessing messages"' wish"""
    assert labels == [f"undo 2: {tagged}", tagged, "import archive/"]
    _success(commands("export", "texts.json"))
    _success(invoke("copy", texts, "copy.db"))
    with Collection.open(tmp_path / "texts.json") as one, Collection.open("copy.db") as other:
        assert list(one) == list(other)
    assert commands("check").returncode in (0, 4)
    assert "no entry has the id" in commands("show", "zzzz").stderr


def test_a_collection_that_is_not_there(commands, texts: str) -> None:
    done = commands("list")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"collectionlib init {texts}" in done.stderr


def test_a_password_is_nowhere_in_what_is_said(invoke, texts: str) -> None:
    far = texts.replace("tester@", "tester:s3cret-word@")
    said = [
        invoke("init", far),
        invoke("init", far),
        invoke("-L", far, "list"),
        invoke("-L", far.replace("#", "#no_"), "list"),
        invoke("copy", "no.db", far),
    ]
    assert [each.returncode for each in said] == [0, 1, 0, 1, 1]
    assert not any("s3cret" in each.stdout + each.stderr for each in said)


def test_two_imports_at_once_lose_nothing(invoke, commands, texts: str, tmp_path: Path) -> None:
    # Long enough that each is in the middle when the other begins, and notes its origin.
    for name in ("one", "two", "three"):
        for number in range(150):
            path = tmp_path / name / f"{number % 7}/{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"Title {number}\n\nThe text {number} of {name}.\n")
    _success(invoke("init", texts))
    command = [sys.executable, "-m", "collectionlib", "-L", texts, "import"]
    running = [subprocess.Popen([*command, name], cwd=tmp_path) for name in ("one", "two", "three")]
    assert [each.wait(timeout=120) for each in running] == [0, 0, 0]
    with Collection.open(texts) as collection, collection.snapshot() as view:
        assert len(collection) == 450
        assert set(view.document("origins")) == {"one", "two", "three"}  # type: ignore[arg-type]
        assert view.documents() == ("origins",)
        assert {each.label for each in collection.log()} == {
            "import one", "import two", "import three",
        }  # fmt: skip
        assert len(collection.log()) == 3
    _success(commands("undo", "2", "--yes", "--force"))
    with Collection.open(texts) as collection:
        assert len(collection) == 300


def test_a_change_that_another_has_made_meanwhile_is_not_overwritten(
    invoke, texts: str, archive: Path, tmp_path: Path
) -> None:
    _success(invoke("init", texts))
    _success(invoke("-L", texts, "import", "archive/"))
    one = entry_id("archive/one.txt")
    with Collection.open(texts) as mine, mine.transaction("set a title") as batch:
        with mine.snapshot() as view:
            entry = view.get(one)
        # What another does to others is no conflict.
        _success(invoke("-L", texts, "tag", "title:two", "seen", "--yes"))
        batch.put(evolve(entry, title="Mine"))
    with Collection.open(texts) as mine:
        assert mine.get(one).title == "Mine"
        assert mine.count("tag:seen") == 1
