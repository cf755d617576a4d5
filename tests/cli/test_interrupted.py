"""Commands that change many entries, killed or interrupted in the middle of their commit."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from attrs import evolve
from forking import Forker, forker

from collectionlib import Collection, Entry
from collectionlib.identity import EntryId, entry_id
from collectionlib.testing import faults

COMMANDS = {
    "categories rename": "categories rename Fables Stories",
    "categories merge": "categories merge Fables Tales",
    "duplicates --remove": "duplicates --remove --yes --keep first",
    "check --fix": "check --fix --only language-spelling",
    "undo": "undo 1 --yes",
}
NUMBER = 12
KILLS = 4

Entries = dict[EntryId, Entry]


class Made(NamedTuple):
    """A collection, and what it holds before a command and after it."""

    location: Path
    before: Entries
    after: Entries


def entries_of(location: Path) -> Entries:
    """What a collection holds, but for the moments of changes."""
    with Collection.open(location) as found:
        return {each.id: evolve(each, modified=None) for each in found}


def make(location: Path) -> None:
    with Collection.create(location) as made:
        with made.transaction("first") as batch:
            for number in range(NUMBER):
                category = ("Fables", "Old") if number % 2 else ("Fables",)
                body = f"A text that is there twice, number {number // 2}."
                own = entry_id(str(number))
                batch.put(Entry(id=own, body=body, category=category, language="EN"))
        with made.transaction("second") as batch:
            batch.put(Entry(id=entry_id("later"), body="Another one.", category=("Tales",)))


def copied(location: Path, folder: Path) -> Path:
    """The collection in another folder, with its log, which lies in it or beside it."""
    shutil.copytree(location.parent, folder)
    return folder / location.name


@pytest.fixture(scope="module")
def process() -> Iterator[Forker]:
    with forker() as started:
        yield started


@pytest.fixture
def made(request: pytest.FixtureRequest, tmp_path: Path, process: Forker) -> Made:
    location, command = request.param
    path = tmp_path / "made" / location
    path.parent.mkdir()
    make(path)
    before = entries_of(path)
    whole = copied(path, tmp_path / "whole")
    done = process.call(["-L", str(whole), *COMMANDS[command].split()], tmp_path)
    assert done.status == 0, done.err
    after = entries_of(whole)
    assert after != before
    return Made(path, before, after)


def writes_next(process: Forker, location: Path, holds: Entries) -> None:
    """Let the next writer do its work: nothing of the one before may be left, nor in its way."""
    done = process.call(["-L", str(location), "tag", "--yes", "length>0", "next"], location.parent)
    assert done.status == 0, done.err
    assert entries_of(location) == {k: evolve(v, tags=("next",)) for k, v in holds.items()}
    if location.is_dir():
        own = location / ".collectionlib"
        assert {path.name for path in own.iterdir()} <= {"documents", "generations", "lock", "log"}
        assert list((own / "generations").iterdir()) == []
    checked = process.call(["-L", str(location), "check", "--only", "damaged"], location.parent)
    assert checked.status == 0, checked.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "command"),
    [
        *((("jokes", command), command) for command in COMMANDS),
        (("jokes.db", "categories rename"), "categories rename"),
        (("jokes.json", "duplicates --remove"), "duplicates --remove"),
    ],
    indirect=["made"],
)
def test_killed_at_any_write_all_is_done_or_nothing(
    made: Made, command: str, tmp_path: Path, process: Forker
) -> None:
    if reason := faults.why_unsupported():
        pytest.skip(reason)
    words = [sys.executable, "-m", "collectionlib", "-q"]
    outcomes, writes = [], 0
    for number in range(KILLS + 1):
        copy = copied(made.location, tmp_path / f"copy-{number}")
        # First whole, to count; then killed before the first write, before others and the last.
        at = 1 + (writes - 1) * (number - 1) // (KILLS - 1)
        fault = faults.Fault(at=at, error=None) if number else None
        call = [*words, "-L", str(copy), *COMMANDS[command].split()]
        done = faults.run(call, fault, below=copy.parent)
        writes = writes or done.writes
        assert done.status == (-9 if number else 0), done.stderr
        found = entries_of(copy)
        assert found in (made.before, made.after)
        outcomes.append(found == made.after)
        writes_next(process, copy, found)
    assert outcomes[0]
    assert not outcomes[1]
    assert outcomes == [outcomes[0], *sorted(outcomes[1:])], "what was done was undone by a kill"


@pytest.mark.parametrize(
    "function",
    ["stage", "_record", "_commit", "confirm", "_apply", "_step_aside", "_keep", "_forget"],
)
@pytest.mark.parametrize(
    "made",
    [("jokes", "categories rename"), ("jokes", "duplicates --remove")],
    indirect=True,
    ids=["rename", "remove"],
)
def test_ctrl_c_late_in_the_commit_of_a_folder_leaves_nothing_to_the_next_writer(
    made: Made, function: str, tmp_path: Path, process: Forker, request: pytest.FixtureRequest
) -> None:
    command = COMMANDS[request.node.callspec.params["made"][1]]
    done = process.call(
        ["-L", str(made.location), *command.split()], tmp_path, interrupted_in=function
    )
    assert done.status in (0, 130), done.err
    found = entries_of(made.location)
    assert found in (made.before, made.after)
    if done.status == 0:
        assert found == made.after
    writes_next(process, made.location, found)
