"""``build`` and ``recipe``: what they print, where to, and how they end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from collectionlib import Collection
from collectionlib.importing.pipeline import import_texts


@pytest.fixture
def shelf(archive: Path, tmp_path: Path) -> Path:
    """A collection in ``jokes/``, and a recipe for it in ``books/``."""
    with Collection.create(f"{tmp_path / 'jokes'}/", title="Jokes", language="en") as jokes:
        import_texts(jokes, archive)
    (tmp_path / "books").mkdir()
    recipe = tmp_path / "books/anthology.toml"
    recipe.write_text('[output]\ncollection = "../jokes/"\nfiles = ["a.txt", "a.json"]\n')
    return recipe


def test_a_new_recipe_builds_and_is_not_overwritten(run, shelf: Path, tmp_path: Path) -> None:
    result = run("-L", "jokes/", "recipe", "new", "tag:none")
    assert (result.returncode, result.stdout) == (3, "")
    result = run("-L", "jokes/", "recipe", "new", "-o", "books/new.toml")
    assert result.stderr == (
        "wrote books/new.toml: 'collectionlib build books/new.toml' makes the book\n"
    )
    before = (tmp_path / "books/new.toml").read_bytes()
    assert b'collection = "../jokes/"' in before
    assert b"# query = 'category:\"Blessing messages\"'\n" in before
    assert run("-L", "jokes/", "recipe", "new", "-o", "books/new.toml").returncode == 2
    assert run("build", "books/nowhere.toml").returncode == 1
    assert (tmp_path / "books/new.toml").read_bytes() == before
    result = run("build", "books/new.toml")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "wrote books/new.epub: 4 entries\n"
    printed = run("-L", "jokes/", "recipe", "new", "-o", "-")
    assert printed.stdout.startswith("#:schema ./recipe.schema.json\n")
    assert json.loads(run("recipe", "schema").stdout)["title"] == "collectionlib recipe"


def test_check_ends_with_4_and_writes_nothing(run, shelf: Path, tmp_path: Path) -> None:
    assert run("build", "books/anthology.toml", "--check").returncode == 1, "there is no lock file"
    dry = run("build", "books/anthology.toml", "--dry-run")
    assert dry.stdout == "Blessing messages: 3 entries\n  wishes: 2 entries\n"
    assert sorted(path.name for path in shelf.parent.iterdir()) == ["anthology.toml"]
    said = json.loads(run("build", "books/anthology.toml", "--json").stdout)
    assert said["outputs"] == [
        {"output": "books/a.txt", "entries": 4},
        {"output": "books/a.json", "entries": 4},
    ]
    assert [part["title"] for part in said["parts"]] == ["Blessing messages"]
    assert (len(said["ids"]), said["left_over"], said["dropped"]) == (1, 0, [])
    before = {path: path.read_bytes() for path in shelf.parent.iterdir()}
    same = run("build", "books/anthology.toml", "--check")
    assert (same.returncode, same.stdout) == (0, "")
    assert same.stderr == "a rebuild gives the same bytes\n"
    run("-L", "jokes/", "set", "title:One", "title=1")
    other = run("build", "books/anthology.toml", "--check")
    assert other.returncode == 4
    first, *others = other.stdout.splitlines()
    assert first.startswith("entry ")
    assert first.endswith(" changed: title, modified")
    assert others == ["output a.txt changed", "output a.json changed"]
    assert other.stderr == "3 changes: build again\n"
    assert {path: path.read_bytes() for path in shelf.parent.iterdir()} == before


def test_library_goes_before_the_recipe_and_that_before_the_environment(
    run, shelf: Path, tmp_path: Path
) -> None:
    Collection.create(tmp_path / "other.db").close()
    result = run("-L", "other.db", "build", "books/anthology.toml")
    assert (result.returncode, result.stderr.splitlines()[-1]) == (
        3,
        "no part finds an entry: nothing was written",
    )
    environment = {**os.environ, "COLLECTIONLIB_LIBRARY": "other.db"}
    result = run("build", "books/anthology.toml", env=environment)
    assert result.returncode == 0


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("[bok]", 2, "books/anthology.toml, line 1: bok is no key of a recipe"),
        ('[[part]]\nids = ["zzzz"]', 3, "books/anthology.toml, line 2: no entry has the id 'zzzz'"),
        ('[rights]\nmode = "strict"', 1, "4 entries have no rights"),
    ],
)
def test_what_cannot_be_built_is_one_sentence_and_writes_nothing(
    run, shelf: Path, text: str, status: int, words: str
) -> None:
    shelf.write_text(f"{text}\n{shelf.read_text()}")
    result = run("build", "books/anthology.toml")
    assert (result.returncode, result.stdout) == (status, "")
    assert result.stderr.splitlines()[-1].startswith(f"collectionlib: {words}")
    assert [path.name for path in shelf.parent.iterdir()] == ["anthology.toml"]
