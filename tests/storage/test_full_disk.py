"""A disk that is truly full: a small file system in memory, of a namespace of its own."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from collectionlib.storage.delta import DeltaStorage
from collectionlib.storage.directory import DirectoryStorage
from collectionlib.storage.json_file import JsonStorage
from collectionlib.storage.sqlite import SqliteStorage

# How many kibibytes are free when the victim begins: from none to more than it needs.
FREE = [0, 4, 8, 16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 320, 512, 1024, 2048]

SCRIPT = """
import json, os, subprocess, sys
from importlib import import_module
from pathlib import Path
from collectionlib.identity import entry_id
from collectionlib.model import Entry, Metadata
from collectionlib.testing import victim

module, name, suffix, folder, *all_free = sys.argv[1:]
os.environ["COLLECTIONLIB_CACHE"] = ""
kind = getattr(import_module(module), name)
old = [Entry(id=entry_id("old", str(n)), title=f"Old {n}", body="words " * 99) for n in range(60)]

def put(storage, entries):
    with storage.transaction() as batch:
        for entry in entries:
            batch.put(entry)
    storage.close()

def status_and_words(do):
    # Of a process that does it.
    reading, telling = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            do()
            status = 0
        except BaseException as error:
            os.write(telling, str(error).encode())
        finally:
            os._exit(status)
    os.close(telling)
    with os.fdopen(reading) as said:
        words = said.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), words

for free in all_free:
    mount = Path(folder, free)
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", mount], check=True)
    location = f"{mount}/texts{suffix}"
    put(kind.create(location, Metadata(title="Full")), old)
    filler = Path(mount, "filler")
    left = os.statvfs(mount).f_bavail * os.statvfs(mount).f_bsize - int(free) * 1024
    filler.write_bytes(bytes(left))
    status, said = status_and_words(lambda: victim.run(kind.open(location)))
    with kind.open(location).snapshot() as view:
        found = {entry.id: entry for entry in view.scan()}
        damages = [str(damage) for damage in view.damages()]
        whole = view.document("victim") is not None
    filler.unlink()
    put(kind.open(location), [Entry(id=entry_id("afterwards"))])
    with kind.open(location).snapshot() as view:
        after = {entry.id for entry in view.scan()}
    print(json.dumps({
        "free": int(free),
        "status": status,
        "said": said,
        "whole": whole,
        "as before": found == {entry.id: entry for entry in old},
        "all new": all(found.get(new.id) == new for new in victim.new_entries()),
        "damages": damages,
        "writes again": after == {*found, entry_id("afterwards")},
        "left behind": sorted(path.name for path in mount.iterdir()),
    }))
"""


@cache
def _why_unsupported() -> str | None:
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "there is no unshare(1)"
    return done.stderr or None if done.returncode else None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "suffix"), [(JsonStorage, ".json"), (SqliteStorage, ".db"), (DirectoryStorage, "")]
)
def test_on_a_full_disk_the_whole_block_is_there_or_nothing(
    kind: type, suffix: str, tmp_path: Path
) -> None:
    if reason := _why_unsupported():
        pytest.skip(f"no file system can be mounted: {reason}")
    options = [kind.__module__, kind.__name__, suffix, str(tmp_path), *map(str, FREE)]
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", SCRIPT, *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done
    tried = [json.loads(line) for line in done.stdout.splitlines()]
    assert [outcome["free"] for outcome in tried] == FREE
    outcomes = set()
    for outcome in tried:
        assert outcome["damages"] == [], outcome
        assert outcome["writes again"], outcome
        assert outcome["all new"] if outcome["whole"] else outcome["as before"], outcome
        if outcome["status"]:
            assert "make room" in outcome["said"], outcome
        else:
            assert outcome["whole"], outcome
        outcomes.add(outcome["whole"])
    assert outcomes == {True, False}, "there was always room, or never"


STUBBORN = """
import os, subprocess, sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from random import Random
from collectionlib.errors import StorageError
from collectionlib.model import Category, Metadata
from collectionlib.testing.place import all_entries, named, put_all

module, name, pattern, mount = sys.argv[1:]
os.environ["COLLECTIONLIB_CACHE"] = ""
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", mount], check=True)
# Lots are small, and SQLite soon writes what it has.
with suppress(ImportError, AttributeError):
    import_module(f"{module}.batch")._AT_ONCE = 5
    import_module(f"{module}.batch").FILE_BYTES = 100_000
with suppress(ImportError):
    import_module(f"{module}.connection")._CACHE_KIB = 100
kind = getattr(import_module(module), name)
storage = kind.create(pattern.format(mount), Metadata(title="Full"))
old = [named(f"old {number}") for number in range(20)]
put_all(storage, old)
filler = Path(mount, "filler")
filler.write_bytes(bytes(os.statvfs(mount).f_bavail * os.statvfs(mount).f_bsize - 500 * 1024))
chance = Random(1)
failures = 0
try:
    with storage.transaction() as batch:
        for number in range(100):
            try:
                batch.put(named(str(number), body=chance.randbytes(10_000).hex()))
            except StorageError:
                # There is room again, and whoever asked does not mind.
                failures += 1
                filler.unlink(missing_ok=True)
        batch.set_category(Category(path=("Puns",), title="All of them"))
except StorageError as error:
    print(error)
assert failures, "there was always room"
assert all_entries(storage) == {each.id: each for each in old}
with storage.snapshot() as view:
    assert view.categories() == ()
put_all(storage, [named("afterwards")])
assert len(all_entries(storage)) == 21
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        (SqliteStorage, "{}/c.db"),
        (DirectoryStorage, "{}/c"),
        (JsonStorage, "{}/c.json"),
        (DeltaStorage, "delta:{}/c"),
    ],
)
def test_who_goes_on_after_an_error_writes_nothing_either(
    kind: type, pattern: str, tmp_path: Path
) -> None:
    if reason := _why_unsupported():
        pytest.skip(f"no file system can be mounted: {reason}")
    module = kind.__module__.removesuffix(".storage")
    options = [module, kind.__name__, pattern, str(tmp_path)]
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", STUBBORN, *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "is as it was: something in the block had failed before" in done.stdout


TEMPORARY = """
import os, subprocess, sys, tempfile
from random import Random
from collectionlib.errors import StorageError
from collectionlib.model import Metadata
from collectionlib.storage.delta import DeltaStorage
from collectionlib.testing.place import named, put_all

table, small = sys.argv[1:]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", small], check=True)
chance = Random(1)
entries = [named(str(n), body=chance.randbytes(2_000).hex()) for n in range(300)]
chance.shuffle(entries)
storage = DeltaStorage.create(f"delta:{table}", Metadata())
put_all(storage, entries)
os.environ["TMPDIR"], tempfile.tempdir = small, None
for doing in (
    lambda: put_all(storage, [named(f"new {each.title}", body=each.body) for each in entries]),
    lambda: [*storage.snapshot().__enter__().scan()],
):
    try:
        doing()
    except StorageError as error:
        print(error)
tempfile.tempdir = None
del os.environ["TMPDIR"]
with storage.snapshot() as view:
    assert {*view.scan()} == {*entries}
"""


@pytest.mark.slow
def test_a_full_folder_for_temporary_files_is_named_and_not_the_table(tmp_path: Path) -> None:
    if reason := _why_unsupported():
        pytest.skip(f"no file system can be mounted: {reason}")
    small = tmp_path / "small"
    small.mkdir()
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", TEMPORARY, str(tmp_path / "table"), str(small)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = f"{small}: a temporary copy of rows cannot be written there"
    assert [line.startswith(told) for line in done.stdout.splitlines()] == [True, True], done
    assert (done.returncode, done.stderr) == (0, "")
