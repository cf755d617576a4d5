"""What can go wrong between a writer and its server, and what is then said and kept."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from secrets import token_urlsafe

import psycopg
import pytest
from attrs import evolve
from tests import postgres_server
from tests.postgres_server import Server
from tests.severing_proxy import SeveringProxy

from collectionlib.errors import (
    CollectionLocked,
    CollectionNotFound,
    ConflictError,
    InvalidValueError,
    StorageError,
)
from collectionlib.identity import entry_id
from collectionlib.model import Metadata
from collectionlib.query import Contains
from collectionlib.storage.base import Batch, plan_of
from collectionlib.storage.postgres import PostgresStorage
from collectionlib.testing.place import all_entries, named, put_all

_LONG = "A long line of words. " * 200_000
"""So long that a batch writes it at once."""


@pytest.fixture
def texts(postgres: Server) -> PostgresStorage:
    storage = PostgresStorage.create(postgres.new_location(), Metadata(title="Texts"))
    put_all(storage, [named("a"), named("b")])
    return storage


@pytest.fixture
def own_server(postgres: Server) -> Iterator[Server]:
    """A server that a test may kill."""
    with postgres_server.running() as server:
        yield server


def _end_sessions(server: Server) -> None:
    server.run_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'collectionlib'"
    )


def _untouched(storage: PostgresStorage) -> bool:
    return all_entries(storage) == {each.id: each for each in (named("a"), named("b"))}


def _block(storage: PostgresStorage, *steps: Callable[[Batch], object]) -> None:
    with storage.transaction() as batch:
        for step in steps:
            step(batch)


# --- the connection is lost ---------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        lambda batch: batch.put(named("new")),
        lambda batch: batch.put(named("a", body=_LONG)),
        lambda batch: batch.delete(entry_id("b")),
        lambda batch: batch.set_document("seen", 1),
    ],
    ids=["at the end", "at once", "by looking", "by a document"],
)
def test_a_session_that_is_ended_in_a_block_leaves_nothing_and_says_so(
    texts: PostgresStorage, postgres: Server, change: Callable[[Batch], object]
) -> None:
    first = named("before", body=_LONG)
    with pytest.raises(StorageError) as raised:
        _block(texts, lambda batch: batch.put(first), lambda _: _end_sessions(postgres), change)
    assert "nothing was written" in str(raised.value)
    assert texts.location in str(raised.value)
    assert _untouched(texts)


def test_a_session_that_is_ended_while_reading_is_told(
    texts: PostgresStorage, postgres: Server
) -> None:
    with texts.snapshot() as view:
        _end_sessions(postgres)
        with pytest.raises(StorageError, match=r"could not be read.*connection was lost"):
            list(view.scan())


@pytest.mark.slow
def test_a_server_that_is_killed_in_a_block_leaves_nothing(own_server: Server) -> None:
    texts = PostgresStorage.create(own_server.new_location(), Metadata())
    put_all(texts, [named("a"), named("b")])
    own_server.run_sql("CHECKPOINT")
    with pytest.raises(StorageError, match="nothing was written"):
        _block(texts, lambda batch: batch.put(named("a", body=_LONG)), lambda _: own_server.kill())
    with pytest.raises(StorageError, match="see that it runs there"):
        all_entries(texts)
    own_server.start()
    assert _untouched(texts)
    put_all(texts, [named("c")])
    assert len(all_entries(texts)) == 3


@pytest.mark.parametrize("arrives", [True, False], ids=["committed", "not committed"])
def test_when_the_answer_to_a_commit_is_lost_the_server_is_asked(
    texts: PostgresStorage, postgres: Server, *, arrives: bool
) -> None:
    with SeveringProxy(postgres.port, at=b"COMMIT", arrives=arrives) as proxy:
        far = PostgresStorage.open(proxy.through(texts.location))
        if arrives:
            put_all(far, [named("new")])
        else:
            with pytest.raises(StorageError, match="nothing was written"):
                put_all(far, [named("new")])
        assert proxy.severed
    assert (entry_id("new") in all_entries(texts)) is arrives


@pytest.mark.slow
@pytest.mark.parametrize("arrives", [True, False], ids=["committed", "not committed"])
def test_when_the_server_cannot_be_asked_it_is_not_known_what_was_committed(
    texts: PostgresStorage,
    postgres: Server,
    monkeypatch: pytest.MonkeyPatch,
    *,
    arrives: bool,
) -> None:
    monkeypatch.setattr("collectionlib.storage.postgres.storage.LOCK_TIMEOUT", 0.5)
    with SeveringProxy(postgres.port, at=b"COMMIT", arrives=arrives, closes=True) as proxy:
        far = PostgresStorage.open(proxy.through(texts.location))
        with pytest.raises(StorageError, match="that is not known"):
            put_all(far, [named("new"), named("newer")])
        assert proxy.severed
    assert len(all_entries(texts)) == (4 if arrives else 2)


@pytest.fixture
def small_disk(own_server: Server) -> Iterator[str]:
    """A database on a disk that has little room."""
    folder = own_server.folder / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size=32m,uid={_owner(own_server)}", "none", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        own_server.run_sql(f"CREATE TABLESPACE small LOCATION '{folder}'")
        own_server.run_sql("CREATE DATABASE small TABLESPACE small")
        yield own_server.database("small")
    finally:
        own_server.stop()
        subprocess.run(["umount", "--lazy", folder], check=True)


def _owner(server: Server) -> int:
    return (server.folder / "data").stat().st_uid


@pytest.mark.slow
def test_a_full_disk_leaves_nothing_of_the_block_and_says_so(small_disk: str) -> None:
    texts = PostgresStorage.create(f"{small_disk}#texts", Metadata())
    put_all(texts, [named("a"), named("b")])
    # What cannot be compressed: the server would.
    large = [named(f"large {n}", body=token_urlsafe(3_000_000)) for n in range(12)]
    with pytest.raises(StorageError, match=r"nothing was written.*make room"):
        put_all(texts, large)
    assert _untouched(texts)
    put_all(texts, [named("c")])
    assert len(all_entries(texts)) == 3


@pytest.mark.slow
def test_without_the_driver_it_is_said_what_to_install(postgres: Server) -> None:
    command = (
        "import sys; sys.modules['psycopg'] = None; from collectionlib.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", command, "-L", postgres.new_location(), "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'collectionlib[postgres]'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_process_that_was_forked_has_connections_of_its_own(texts: PostgresStorage) -> None:
    assert len(all_entries(texts)) == 2
    child = os.fork()
    if not child:
        with suppress(BaseException):
            put_all(texts, [named("by the child")])
        os._exit(len(all_entries(texts)))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    put_all(texts, [named("by its parent")])
    assert len(all_entries(texts)) == 4


# --- others are in the way ----------------------------------------------------------------------


@pytest.mark.slow
def test_two_that_wait_for_each_other_do_not_wait_forever(texts: PostgresStorage) -> None:
    meet = threading.Barrier(2, timeout=30)

    def write(first: str, second: str) -> str:
        try:
            with texts.transaction() as batch:
                batch.put(named(first, body=_LONG))
                meet.wait()
                batch.put(named(second, body=_LONG))
        except ConflictError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as threads:
        said = list(threads.map(write, ("a", "b"), ("b", "a")))
    assert sorted(map(bool, said)) == [False, True]
    assert "nothing was written" in "".join(said)
    assert {each.body for each in all_entries(texts).values()} == {_LONG}


@pytest.mark.slow
def test_what_another_holds_is_waited_for_and_then_told(
    texts: PostgresStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectionlib.storage.postgres.connection.LOCK_TIMEOUT", 0.3)
    with texts.transaction() as holder:
        holder.put(named("a", body=_LONG))
        with pytest.raises(CollectionLocked) as raised:
            put_all(texts, [named("c"), named("a")])
        assert raised.value.holder.startswith("collectionlib of tester (process ")
    assert all_entries(texts)[entry_id("a")].body == _LONG
    assert len(all_entries(texts)) == 2


def test_a_block_that_goes_on_after_a_conflict_writes_nothing(texts: PostgresStorage) -> None:
    def meet_a_conflict(batch: Batch) -> None:
        put_all(texts, [named("a", body="Theirs.")])
        with pytest.raises(ConflictError):
            batch.put(named("a", body=_LONG))

    with pytest.raises(StorageError, match="is as it was"):
        _block(texts, meet_a_conflict, lambda batch: batch.put(named("c")))
    assert len(all_entries(texts)) == 2


def test_many_conflicts_are_counted(postgres: Server) -> None:
    texts = PostgresStorage.create(postgres.new_location(), Metadata())
    entries = [named(str(number)) for number in range(8)]
    put_all(texts, entries)
    theirs = [evolve(each, body="Theirs.") for each in entries]
    mine = [lambda batch, each=each: batch.put(each) for each in entries]
    with pytest.raises(ConflictError, match="and 5 more"):
        _block(texts, lambda _: put_all(texts, theirs), *mine)


def test_of_two_that_make_a_collection_one_is_told(postgres: Server) -> None:
    location = postgres.new_location()

    def make(title: str) -> str:
        try:
            PostgresStorage.create(location, Metadata(title=title))
        except ConflictError:
            return ""
        return title

    with ThreadPoolExecutor(3) as threads:
        made = "".join(threads.map(make, "abc"))
    with PostgresStorage.open(location).snapshot() as view:
        assert view.metadata().title == made


# --- rights, and what is not there --------------------------------------------------------------


@pytest.fixture
def guarded(postgres: Server) -> Iterator[str]:
    """A user who has to give a password."""
    postgres.run_sql("CREATE ROLE guarded LOGIN PASSWORD 's3cret-word'")
    yield "guarded"
    postgres.run_sql("DROP OWNED BY guarded", "texts")
    postgres.run_sql("DROP ROLE guarded")


def _as(server: Server, user: str, location: str) -> str:
    return location.replace("tester@", f"{user}@")


def test_passwords_are_used_and_never_said(
    texts: PostgresStorage, postgres: Server, guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = texts.location.partition("#")[2]
    postgres.run_sql(f"GRANT USAGE ON SCHEMA {schema} TO {guarded}", "texts")
    postgres.run_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {guarded}", "texts")
    storage = PostgresStorage.open(_as(postgres, "guarded:s3cret-word", texts.location))
    assert "s3cret" not in storage.location + repr(vars(storage))
    assert len(all_entries(storage)) == 2
    with pytest.raises(StorageError) as raised, storage.transaction() as batch:
        batch.put(named("c"))
    assert "ask the owner" in str(raised.value)
    for wrong in ("guarded:wr0ng-word", "guarded"):
        with pytest.raises(StorageError, match=r"PGPASSWORD or in ~/\.pgpass") as raised:
            PostgresStorage.open(_as(postgres, wrong, texts.location))
        assert "wr0ng" not in str(raised.value)
    monkeypatch.setenv("PGPASSWORD", "s3cret-word")
    assert len(all_entries(PostgresStorage.open(_as(postgres, guarded, texts.location)))) == 2


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (("/texts#", "/nothing#"), CollectionNotFound, "createdb"),
        (("#", "#nothing_"), CollectionNotFound, "there is none in the schema nothing_"),
        (("tester@", "nobody-there@"), StorageError, "give the user"),
        (("#", "#pg_"), InvalidValueError, "of the server itself"),
        (("#", "#" + "x" * 64), InvalidValueError, "1 to 63 bytes"),
        (("?", "?"), StorageError, ""),
        (("tester@127.0.0.1", "tester:p4ssw0rd@[127.0.0.1"), StorageError, "write postgresql://"),
    ],
)
def test_what_is_not_there_is_named(
    texts: PostgresStorage, change: tuple[str, str], error: type[Exception], says: str
) -> None:
    location = texts.location.replace(*change)
    if location == texts.location:
        location = f"postgresql://tester@127.0.0.1:{_closed_port()}/texts"
        says = "see that it runs there"
    with pytest.raises(error) as raised:
        PostgresStorage.open(location)
    assert says in str(raised.value)
    assert "p4ssw0rd" not in str(raised.value)


def _closed_port() -> int:
    return postgres_server.free_port()


def test_what_the_environment_says_need_not_be_in_the_location(
    texts: PostgresStorage, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("HOST", "127.0.0.1"), ("PORT", postgres.port), ("USER", "tester")):
        monkeypatch.setenv(f"PG{name}", str(value))
    schema = texts.location.partition("#")[2]
    assert len(all_entries(PostgresStorage.open(f"postgres:///texts#{schema}"))) == 2


def test_a_schema_of_somebody_else_is_left_alone(postgres: Server) -> None:
    postgres.run_sql("CREATE SCHEMA theirs; CREATE TABLE theirs.things (n integer)", "texts")
    location = f"{postgres.database()}#theirs"
    with pytest.raises(ConflictError):
        PostgresStorage.create(location, Metadata())
    with pytest.raises(CollectionNotFound):
        PostgresStorage.open(location)


def test_a_database_that_has_not_every_letter_is_refused(postgres: Server) -> None:
    postgres.run_sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(StorageError, match=r"LATIN1.*createdb --encoding=UTF8"):
        PostgresStorage.create(f"{postgres.database('latin')}#texts", Metadata())


def test_without_trigrams_titles_are_looked_at_one_by_one(
    texts: PostgresStorage, postgres: Server
) -> None:
    # Where somebody may make tables, but no extension.
    postgres.run_sql("CREATE DATABASE plain")
    postgres.run_sql("CREATE ROLE modest LOGIN")
    postgres.run_sql("CREATE SCHEMA modest AUTHORIZATION modest", "plain")
    location = _as(postgres, "modest", f"{postgres.database('plain')}#modest")
    modest = PostgresStorage.create(location, Metadata())
    put_all(modest, [named("first"), named("second")])
    where = Contains("title", "IRS")
    with modest.snapshot() as view, texts.snapshot() as other:
        assert [each.title for each in view.scan(where)] == ["first"]
        assert plan_of(view, where).translated == (where,)
        assert plan_of(other, where).indexed == (where,)


def test_a_table_that_is_gone_is_named(texts: PostgresStorage) -> None:
    schema = texts.location.partition("#")[2]
    with psycopg.connect(texts.location.partition("#")[0], autocommit=True) as connection:
        connection.execute(f"DROP TABLE {schema}.tags".encode())
    with texts.snapshot() as view:
        assert [type(each).__name__ for each in view.damages()] == ["CorruptCollection"]
