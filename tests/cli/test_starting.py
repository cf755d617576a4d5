"""A short command loads no more than it needs; how long it takes is measured by ``make bench``."""

import subprocess
import sys
from pathlib import Path

import pytest

from collectionlib import Collection, Entry

HEAVY = {
    "cattrs", "ebooklib", "email", "filelock", "importlib.metadata", "jinja2", "lark", "lxml",
    "markdown_it", "msgspec", "regex", "rich", "tempfile", "tomlkit", "yaml",
}  # fmt: skip
MODEL = {"attr", "attrs", "sqlite3", "collectionlib.model", "collectionlib.collection"}
SCRIPT = (
    "import atexit, sys\n"
    "atexit.register(lambda: sys.stderr.write('\\n'.join(sys.modules)))\n"
    "from collectionlib.cli import main\n"
    "main(sys.argv[1:])"
)


def _loaded(*arguments: str, folder: Path) -> set[str]:
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    return set(done.stderr.splitlines())


@pytest.mark.unmeasured
@pytest.mark.parametrize("argument", ["--version"])
def test_what_opens_no_collection_loads_none(tmp_path: Path, argument: str) -> None:
    assert not _loaded(argument, folder=tmp_path) & (HEAVY | MODEL)


@pytest.mark.parametrize("command", ["list", "show"])
def test_a_look_at_a_database_loads_nothing_heavy(tmp_path: Path, command: str) -> None:
    entry = Entry.new(title="One", body="A text.", tags=("short",))
    with Collection.create(tmp_path / "a.db") as collection, collection.transaction() as batch:
        batch.put(entry)
    what = [entry.id] if command == "show" else ["-tag:long or not texts"]
    assert not _loaded("-L", "a.db", command, *what, folder=tmp_path) & HEAVY


def test_commands_are_loaded_when_they_are_called(tmp_path: Path) -> None:
    Collection.create(tmp_path / "a.db").close()
    loaded = _loaded("-L", "a.db", "categories", folder=tmp_path)
    commands = {f"collectionlib.cli.{name}" for name in ("listing", "publishing", "duplicates")}
    assert "collectionlib.cli.categories" in loaded
    assert not loaded & commands
