"""``build`` and ``recipe``: what they print, where to, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectionlib import Collection
from collectionlib.importing.pipeline import import_texts


@pytest.fixture
def shelf(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A collection in ``jokes/`` where we are, and a recipe for it in ``books/``."""
    monkeypatch.chdir(tmp_path)
    with Collection.create("jokes/", title="Jokes", language="en") as jokes:
        import_texts(jokes, archive)
    recipe = tmp_path / "books/anthology.toml"
    recipe.parent.mkdir()
    recipe.write_text('[output]\ncollection = "../jokes/"\nfiles = ["a.txt", "a.json"]\n')
    return recipe


def test_a_new_recipe_builds_and_is_not_overwritten(call, shelf: Path) -> None:
    assert call("-L", "jokes/", "recipe", "new", "tag:none")[:2] == (3, "")
    assert call("-L", "jokes/", "recipe", "new", "-o", "books/new.toml") == (
        0,
        "",
        "wrote books/new.toml: 'collectionlib build books/new.toml' makes the book\n",
    )
    new = shelf.with_name("new.toml")
    before = new.read_text()
    assert 'collection = "../jokes/"\n' in before
    assert "# query = 'category:\"Blessing messages\"'\n" in before
    assert call("-L", "jokes/", "recipe", "new", "-o", "books/new.toml") == (
        2,
        "",
        "collectionlib: books/new.toml exists: choose another name with -o\n",
    )
    assert new.read_text() == before
    assert call("build", "books/new.toml") == (0, "", "wrote books/new.epub: 4 entries\n")
    _, printed, _ = call("-L", "jokes/", "recipe", "new", "-o", "-")
    assert printed.startswith("#:schema ./recipe.schema.json\n")
    assert json.loads(call("recipe", "schema")[1])["title"] == "collectionlib recipe"


def test_check_ends_with_4_and_writes_nothing(call, shelf: Path) -> None:
    assert call("build", "books/anthology.toml", "--check")[0] == 1, "there is no lock file"
    _, tree, _ = call("build", "books/anthology.toml", "--dry-run")
    assert tree == "Blessing messages: 3 entries\n  wishes: 2 entries\n"
    assert [path.name for path in shelf.parent.iterdir()] == ["anthology.toml"]
    said = json.loads(call("build", "books/anthology.toml", "--json")[1])
    assert said["outputs"] == [
        {"output": "books/a.txt", "entries": 4},
        {"output": "books/a.json", "entries": 4},
    ]
    assert [part["title"] for part in said["parts"]] == ["Blessing messages"]
    assert (len(said["ids"]), said["left_over"], said["dropped"]) == (1, 0, [])
    before = {path: path.read_bytes() for path in shelf.parent.iterdir()}
    assert call("build", "books/anthology.toml", "--check") == (
        0,
        "",
        "a rebuild gives the same bytes\n",
    )
    call("-L", "jokes/", "set", "title:One", "title=1")
    status, out, err = call("build", "books/anthology.toml", "--check")
    assert (status, err) == (4, "3 changes: build again\n")
    first, *others = out.splitlines()
    assert first.startswith("entry ")
    assert first.endswith(" changed: title, modified")
    assert others == ["output a.txt changed", "output a.json changed"]
    assert {path: path.read_bytes() for path in shelf.parent.iterdir()} == before


def test_library_goes_before_the_recipe_and_that_before_the_environment(
    call, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Collection.create("other.db").close()
    assert call("-L", "other.db", "build", "books/anthology.toml") == (
        3,
        "",
        "no part finds an entry: nothing was written\n",
    )
    monkeypatch.setenv("COLLECTIONLIB_LIBRARY", "other.db")
    assert call("build", "books/anthology.toml")[0] == 0


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("[bok]", 2, "books/anthology.toml, line 1: bok is no key of a recipe"),
        ('[[part]]\nids = ["zzzz"]', 3, "books/anthology.toml, line 2: no entry has the id 'zzzz'"),
        ('[rights]\nmode = "strict"', 1, "4 entries have no rights"),
    ],
)
def test_what_cannot_be_built_is_one_sentence_and_writes_nothing(
    call, shelf: Path, text: str, status: int, words: str
) -> None:
    shelf.write_text(f"{text}\n{shelf.read_text()}")
    ended, out, err = call("build", "books/anthology.toml")
    assert (ended, out) == (status, "")
    assert err.splitlines()[-1].startswith(f"collectionlib: {words}")
    assert [path.name for path in shelf.parent.iterdir()] == ["anthology.toml"]
    assert call("build", "books/nowhere.toml")[0] == 1
