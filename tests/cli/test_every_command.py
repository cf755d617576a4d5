"""Every command in every odd situation: one row a command, found by what the command line has.

A new command fails here until it has its row.
"""

import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import pytest
from attrs import frozen
from forking import Ended, Forker, can_give_up_rights, forker

from collectionlib import Collection, Entry
from collectionlib.cli.app import cli
from collectionlib.cli.words import nodes
from collectionlib.identity import EntryId, entry_id

ID = "0chgm9qjpmfdsafq"
ONE = Entry(
    id=EntryId(ID),
    title="One",
    body="The first text.",
    language="en",
    category=("Fables",),
    tags=("short",),
    rights="CC0-1.0",
)
LOCATIONS = ("c.db", "c.json", "c/")
PAGES = Path(__file__).parents[2] / "docs"


@frozen
class Row:
    """How a command is called so that all goes well.

    Args:
        call: its words.
        prints: whether something then stands on standard output.
        writes: whether it writes a file, or to the collection.
        only: the place that it writes to, where it leaves the others alone.
        elsewhere: whether what it writes is no collection, or not that one.
        reads: whether it wants the collection.
        status: of exit.
    """

    call: str
    prints: bool = False
    writes: bool = False
    only: str | None = None
    elsewhere: bool = False
    reads: bool = True
    status: int = 0

    def writes_at(self, location: str) -> bool:
        """Whether it writes where the collection is at a place."""
        return self.writes and self.only in (None, location)


ROWS = {
    "init": Row("init new/new.db", writes=True, reads=False),
    "import": Row("import two.txt", writes=True),
    "preview": Row("preview two.txt", prints=True, reads=False),
    "profile learn": Row("profile learn two.txt", prints=True, reads=False),
    "copy": Row("copy c.db new/copy.db", writes=True, reads=False),
    "list": Row("list", prints=True),
    "show": Row(f"show {ID}", prints=True),
    "search": Row("search text", prints=True),
    "categories": Row("categories", prints=True),
    "categories describe": Row("categories describe Fables --title Tales", writes=True),
    "categories merge": Row("categories merge Fables Tales", writes=True),
    "categories rename": Row("categories rename Fables Stories", writes=True),
    "categories reorder": Row("categories reorder Tales Fables", writes=True),
    "tags": Row("tags", prints=True),
    "tags rename": Row("tags rename short brief --yes", writes=True),
    "set": Row("set --yes text title=New", writes=True),
    "move": Row("move --yes text Tales", writes=True),
    "tag": Row("tag --yes text new", writes=True),
    "remove": Row("remove --yes text", writes=True),
    "edit": Row(f"edit {ID}", writes=True),
    "log": Row("log", prints=True),
    "undo": Row("undo --yes", writes=True),
    "stats": Row("stats", prints=True),
    "check": Row("check --ignore rights-missing", prints=True),
    "duplicates": Row("duplicates", prints=True),
    "optimize": Row("optimize", writes=True, only="c.db"),
    "export": Row("export new/book.txt", writes=True, elsewhere=True),
    "convert": Row("convert two.txt new/book.txt", writes=True, reads=False),
    "recipe new": Row("recipe new --output new/recipe.toml", writes=True, elsewhere=True),
    "recipe schema": Row("recipe schema", prints=True, reads=False),
    "build": Row("build recipe.toml", writes=True, elsewhere=True),
    "verify": Row("verify --no-epubcheck book.epub", reads=False),
    "config": Row("config --all", prints=True, reads=False),
    "completion": Row("completion bash", prints=True, reads=False),
    "plugins": Row("plugins", prints=True, reads=False),
    # What an option makes a writer of, or a writer of files.
    "check --fix": Row("check --fix --only language-spelling", prints=True, writes=True),
    "duplicates --remove": Row("duplicates --remove --yes", writes=True),
    "stats --html": Row("stats --html new/stats.html", prints=True, writes=True, elsewhere=True),
    "log --keep": Row("log --keep 5", writes=True),
    "export folder": Row("export new/site/ --to html", writes=True, elsewhere=True),
    "export --force": Row("export --force two.txt", writes=True, elsewhere=True),
}
CALLED = {
    node.path: node.command
    for node in nodes(cli)
    if node.path and (not node.below or getattr(node.command, "invoke_without_command", False))
}


def test_every_command_has_a_row() -> None:
    assert CALLED.keys() <= ROWS.keys()
    assert {_called(name) for name in ROWS} == CALLED.keys()


def _called(name: str) -> str:
    """The command of a row, whose name may say an option besides."""
    return name if name in CALLED else " ".join(name.split()[:-1])


@pytest.fixture(scope="module")
def process() -> Iterator[Forker]:
    with forker(as_owner_only=can_give_up_rights()) as started:
        yield started


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, process: Forker) -> Path:
    """A folder in which every row can be called."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "new").mkdir()
    (folder / "two.txt").write_text("Two\n\nAnother text.\n")
    (folder / "editor").write_text('#!/bin/sh\nprintf "More text.\\n" >> "$1"\n')
    (folder / "editor").chmod(0o755)
    (folder / "recipe.toml").write_text(
        '[book]\ntitle = "Book"\n[[part]]\ntitle = "All"\nquery = "text"\n'
        '[output]\nfiles = ["new/built.txt"]\n'
    )
    for location in LOCATIONS:
        with Collection.create(folder / location, title="C") as made, made.transaction() as batch:
            batch.put(ONE)
            # Short texts are compared together with their titles.
            for own in ("other", "twin", "third"):
                batch.put(
                    Entry(
                        id=entry_id(own),
                        title="Other",
                        body="A different one.",
                        category=("Tales",),
                        tags=("several",),
                        language="EN",
                    )
                )
    # What was removed leaves room in a database, which can be given back.
    long = Entry.new(title="Long", body="Many words. " * 5_000)
    with Collection.open(folder / "c.db") as opened:
        with opened.transaction() as batch:
            batch.put(long)
        with opened.transaction() as batch:
            batch.delete(long.id)
    assert process.call(["-q", "-L", "c.db", "export", "book.epub"], folder).status == 0
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(template, tmp_path / "here")
    yield tmp_path / "here"
    allow(tmp_path / "here", 0o755)


def allow(folder: Path, mode: int) -> None:
    """Set what may be done in a folder, and in those in it."""
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        path.chmod(mode)


def words(name: str, library: str | None = "c.db") -> list[str]:
    row = ROWS[name]
    return [*(["-L", library] if row.reads and library else []), *row.call.split()]


def call(process: Forker, folder: Path, arguments: list[str], **options: object) -> Ended:
    return process.call(arguments, folder, EDITOR="./editor", VISUAL="", **options)  # type: ignore[arg-type]


def state(folder: Path) -> dict[str, bytes]:
    """All that people see of a folder; what a lock or a reader leaves says nothing."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(("lock", "-wal", "-shm"))
    }


def is_one_sentence(err: str) -> bool:
    return re.fullmatch(r"collectionlib: [^\n]+\n", err) is not None


@pytest.mark.parametrize("name", ROWS)
def test_data_go_to_standard_output_and_messages_to_the_other(
    process: Forker, folder: Path, name: str
) -> None:
    row = ROWS[name]
    before = state(folder)
    done = call(process, folder, words(name))
    assert done.status == row.status, done.err
    assert bool(done.out) == row.prints, done.out
    assert "Traceback" not in done.err
    assert "\x1b" not in done.out + done.err, "colours where there is no terminal"
    assert (state(folder) != before) == row.writes
    quiet = call(process, folder, ["-q", *words(name)])
    assert quiet.err == "" or quiet.status, quiet.err


@pytest.mark.parametrize("name", ROWS)
def test_a_wrong_option_is_2(process: Forker, folder: Path, name: str) -> None:
    before = state(folder)
    done = call(process, folder, [*words(name), "--nonsense"])
    assert (done.status, done.out, is_one_sentence(done.err)) == (2, "", True), done.err
    assert state(folder) == before


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.reads])
def test_a_collection_that_is_not_there_is_1(process: Forker, folder: Path, name: str) -> None:
    before = state(folder)
    done = call(process, folder, words(name, "nowhere.db"))
    assert (done.status, done.out, is_one_sentence(done.err)) == (1, "", True), done.err
    assert "nowhere.db" in done.err
    assert state(folder) == before, "what is only looked for is not made"


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.prints])
def test_a_reader_that_has_left_is_no_failure(process: Forker, folder: Path, name: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = call(process, folder, words(name), out=writing)
    os.close(writing)
    assert (done.status, "Traceback" in done.err, "Broken" in done.err) == (0, False, False)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.prints])
def test_standard_output_on_a_full_disk_is_1(process: Forker, folder: Path, name: str) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    done = call(process, folder, words(name), out=full)
    os.close(full)
    assert done.status == 1
    assert done.err.endswith("collectionlib: standard output: No space left on device\n"), done.err


WRITING = [
    (name, location)
    for name, row in ROWS.items()
    if row.writes
    for location in (LOCATIONS if row.reads else LOCATIONS[:1])
    if row.writes_at(location)
]


@pytest.mark.parametrize("name", ROWS)
def test_ctrl_c_is_130_and_leaves_everything_as_it_was(
    process: Forker, folder: Path, name: str
) -> None:
    callback = CALLED[_called(name)].callback
    assert callback is not None
    before = state(folder)
    function = inspect.unwrap(callback).__name__
    done = call(process, folder, words(name), interrupted_in=function)
    assert (done.status, done.out) == (130, "")
    assert done.err == "interrupted: the same command resumes\n"
    assert state(folder) == before


@pytest.mark.parametrize(("name", "location"), WRITING)
def test_a_disk_that_is_full_leaves_everything_as_it_was(
    process: Forker, folder: Path, name: str, location: str
) -> None:
    before = state(folder)
    done = call(process, folder, ["-q", *words(name, location)], largest_file=1)
    assert (done.status, is_one_sentence(done.err)) == (1, True), done.err
    assert state(folder) == before


@pytest.mark.skipif(not can_give_up_rights(), reason="root may write anywhere: no setpriv(1)")
@pytest.mark.parametrize("location", LOCATIONS)
@pytest.mark.parametrize("name", ROWS)
def test_a_folder_that_is_read_only_is_read(
    process: Forker, folder: Path, name: str, location: str
) -> None:
    row = ROWS[name]
    before = state(folder)
    allow(folder, 0o555)
    done = call(process, folder, ["-q", *words(name, location)])
    if row.writes_at(location):
        assert (done.status, is_one_sentence(done.err)) == (1, True), done.err
    else:
        assert (done.status, bool(done.out)) == (row.status, row.prints), done.err
    assert state(folder) == before


@pytest.mark.parametrize("name", ROWS)
def test_no_command_needs_a_standard_input(process: Forker, folder: Path, name: str) -> None:
    row = ROWS[name]
    before = state(folder)
    done = call(process, folder, words(name), closes_input=True)
    assert (done.status, bool(done.out), "Traceback" in done.err) == (
        row.status, row.prints, False,
    ), done.err  # fmt: skip
    assert (state(folder) != before) == row.writes


ASKING = {
    "set": "set length>0 title=New",
    "move": "move length>0 New",
    "tag": "tag length>0 new",
    "tags rename": "tags rename several many",
    "remove": "remove length>0",
    "undo": "undo --to 0",
    "duplicates": "duplicates --remove",
}
"""Calls that change more than one entry, of each command that asks about that."""


def test_every_command_that_asks_is_called_without_an_answer() -> None:
    asking = {
        name for name, command in CALLED.items()
        if any("--yes" in option.opts for option in command.params)
    }  # fmt: skip
    assert asking == ASKING.keys()


@pytest.mark.parametrize("location", LOCATIONS)
@pytest.mark.parametrize("name", ASKING)
def test_without_a_terminal_several_entries_are_changed_with_yes_only(
    process: Forker, folder: Path, name: str, location: str
) -> None:
    before = state(folder)
    asked = call(process, folder, ["-L", location, *ASKING[name].split()])
    assert (asked.status, is_one_sentence(asked.err)) == (2, True), asked.err
    assert re.search(r" [2-9] entries would be .*: give --yes", asked.err), asked.err
    assert state(folder) == before
    done = call(process, folder, ["-L", location, *ASKING[name].split(), "--yes"])
    assert done.status == 0, done.err
    assert state(folder) != before


@pytest.mark.slow
def test_a_second_writer_is_5_and_a_reader_does_not_wait(process: Forker, folder: Path) -> None:
    places = dict(zip(ROWS, cycle(LOCATIONS), strict=False))
    places |= {name: row.only for name, row in ROWS.items() if row.only}
    writers = [name for name, row in ROWS.items() if row.writes and row.reads and not row.elsewhere]
    environment = {**os.environ, "EDITOR": "./editor", "VISUAL": ""}
    with ExitStack() as stack:
        for location in LOCATIONS:
            held = stack.enter_context(Collection.open(folder / location))
            stack.enter_context(held.transaction())
        before = state(folder)
        # They wait together: each of them for ten seconds.
        waiting = {
            name: subprocess.Popen(
                [sys.executable, "-m", "collectionlib", *words(name, places[name])],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for name in writers
        }
        told = {name: each.communicate(timeout=300)[1] for name, each in waiting.items()}
        assert {name: each.returncode for name, each in waiting.items()} == dict.fromkeys(
            writers, 5
        ), told
        assert all(f"process {os.getpid()} on " in each for each in told.values()), told
        assert state(folder) == before
        for name, row in ROWS.items():
            if row.reads and name not in writers:
                done = call(process, folder, ["-q", *words(name, places[name])])
                assert done.status == row.status, (name, done.err)


def test_every_exit_status_of_the_table_is_given(process: Forker, folder: Path) -> None:
    table = (PAGES / "reference/exit-codes.md").read_text("utf-8")
    named = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    (folder / "bad.epub").write_bytes(b"no book")
    (folder / "bad.bin").write_bytes(bytes(range(256)) * 9)
    calls = {
        0: ["-L", "c.db", "list"],
        1: ["-L", "nowhere.db", "list"],
        2: ["-L", "c.db", "list", "(("],
        3: ["-L", "c.db", "list", "zzz"],
        4: ["verify", "--no-epubcheck", "bad.epub"],
        6: ["-L", "c.db", "import", "bad.bin"],
    }
    given = {code for code, words in calls.items() if call(process, folder, words).status == code}
    interrupted = call(process, folder, ["-L", "c.db", "list"], interrupted_in="list_command")
    with Collection.open(folder / "c.db") as held, held.transaction():
        locked = call(process, folder, ["-L", "c.db", "tag", "--yes", "text", "x"])
    assert given | {interrupted.status, locked.status} == named
