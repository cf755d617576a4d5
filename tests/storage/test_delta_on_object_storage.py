"""Delta tables on object storage: real servers, and what goes wrong on the way to them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.storage.object_stores import SECRET, Fault, Proxy, Rule, Store, before

from collectionlib.errors import CollectionNotFound, StorageError
from collectionlib.identity import entry_id
from collectionlib.model import Metadata
from collectionlib.query import Equals
from collectionlib.storage.delta import DeltaStorage
from collectionlib.testing import Place, StorageTests
from collectionlib.testing.place import all_entries, named, put_all

pytestmark = pytest.mark.slow


def _reached(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def _place(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    _reached(monkeypatch, store.variables())
    prefix = re.sub(r"\W+", "-", f"{folder.parent.name}-{folder.name}")
    return Place(
        DeltaStorage,
        folder,
        pattern=store.url(f"{prefix}/{{}}").format,
        is_of_files=False,
        state=lambda location: store.listing(location.removeprefix(store.url(""))),
        share=0.05,
    )


class TestOnMoto(StorageTests):
    @pytest.fixture
    def place(self, moto_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
        return _place(moto_store, tmp_path, monkeypatch)


class TestOnSeaweedFS(StorageTests):
    @pytest.fixture
    def place(
        self, seaweedfs_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Place:
        return _place(seaweedfs_store, tmp_path, monkeypatch)


class TestOnAzurite(StorageTests):
    @pytest.fixture
    def place(self, azurite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
        return _place(azurite_store, tmp_path, monkeypatch)


# --- what goes wrong on the way -----------------------------------------------------------------


@pytest.fixture(params=["moto", "azurite"])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture
def proxy(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with before(store, tmp_path) as proxy:
        _reached(monkeypatch, store.variables(proxy.port))
        monkeypatch.setenv("COLLECTIONLIB_STORE_PATIENCE", "2")
        yield proxy


@pytest.fixture
def storage(proxy: Proxy, tmp_path: Path) -> DeltaStorage:
    storage = DeltaStorage.create(proxy.store.url(tmp_path.name), Metadata(title="Test"))
    put_all(storage, [named("kept"), named("old")])
    proxy.follow(Rule())
    return storage


def _change(storage: DeltaStorage) -> None:
    with storage.transaction() as batch:
        batch.put(named("new"))
        batch.put(named("kept", body="Changed."))
        batch.delete(entry_id("old"))
        batch.set_document("seen", 1)


_OLD = {each.id: each for each in (named("kept"), named("old"))}
_NEW = {each.id: each for each in (named("kept", body="Changed."), named("new"))}


def _is_changed(storage: DeltaStorage) -> bool:
    """Whether the whole change is there; if not, nothing of it is."""
    with storage.snapshot() as view:
        found = {entry.id: entry for entry in view.scan()}
        assert list(view.damages()) == []
        assert (found, view.document("seen")) in ((_OLD, None), (_NEW, 1))
    return found == _NEW


def test_a_store_that_fails_now_and_then_is_asked_again(
    proxy: Proxy, storage: DeltaStorage
) -> None:
    proxy.follow(Rule(fault="error", since=3, every=3))
    _change(storage)
    assert _is_changed(storage)


@pytest.mark.parametrize("fault", ["lose", "hang"])
def test_a_commit_of_which_the_answer_is_lost_is_found_to_be_done(
    proxy: Proxy, storage: DeltaStorage, fault: Fault
) -> None:
    proxy.follow(Rule(fault=fault, form=r"PUT .*/_delta_log/\d+\.json", times=1))
    _change(storage)
    assert _is_changed(storage)
    keys = proxy.store.listing(storage.location.removeprefix(proxy.store.url("")))
    versions = [key for key in keys if re.search(r"_delta_log/\d+\.json", key)]
    assert len(versions) == 4, "it was committed twice"


@pytest.mark.parametrize("fault", ["error", "drop", "lose"])
def test_a_store_that_fails_from_some_request_on_has_the_whole_or_nothing(
    proxy: Proxy, storage: DeltaStorage, fault: Fault
) -> None:
    _change(DeltaStorage(storage.location))
    requests = len(proxy.requests())
    outcomes = set()
    for at in range(1, requests + 1, max(1, requests // 2)):
        proxy.follow(Rule())
        begun = DeltaStorage.create(f"{storage.location}-{at}", Metadata(title="Test"))
        put_all(begun, _OLD.values())
        begun = DeltaStorage(begun.location)
        proxy.follow(Rule(fault=fault, since=at))
        try:
            _change(begun)
            said = ""
        except StorageError as error:
            said = str(error)
        proxy.follow(Rule())
        whole = _is_changed(begun)
        assert whole or said, f"request {at} failed, and nobody was told"
        assert not (whole and "is as it was:" in said), f"after request {at}: {said}"
        outcomes.add(whole)
        put_all(begun, [named("afterwards")])
        assert len(all_entries(begun)) == 3
    assert False in outcomes


# The key of Azure's protocol signs the condition: without it nothing is allowed.
@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_a_store_without_conditional_put_is_refused(proxy: Proxy, storage: DeltaStorage) -> None:
    proxy.follow(Rule(without="if-none-match"))
    with pytest.raises(StorageError, match="conditional put") as raised:
        DeltaStorage.create(f"{storage.location}-new", Metadata())
    assert f"{storage.location}-new" in str(raised.value)
    new = f"{storage.location}-new".removeprefix(proxy.store.url(""))
    assert proxy.store.listing(new) == {}
    moved = DeltaStorage.open(storage.location)
    with pytest.raises(StorageError, match="conditional put"), moved.transaction() as batch:
        batch.put(named("new"))
    assert all_entries(storage) == _OLD


@pytest.mark.parametrize("store", ["seaweedfs", "azurite"], indirect=True)
def test_what_is_not_allowed_is_told_without_the_secret(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = store.variables(secret=f"{SECRET}-wrong")
    _reached(monkeypatch, variables)
    location = store.url("denied")
    with pytest.raises(StorageError, match="credentials") as raised:
        DeltaStorage.open(location)
    assert not any(value in str(raised.value) for name, value in variables.items()
                   if re.search("SECRET|ACCOUNT_KEY", name))  # fmt: skip
    assert location in str(raised.value)


def test_a_key_that_is_none_is_told(azurite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _reached(monkeypatch, {**azurite_store.variables(), "AZURE_STORAGE_ACCOUNT_KEY": "no base 64"})
    with pytest.raises(StorageError, match="credentials"):
        DeltaStorage.open(azurite_store.url("denied"))


def test_a_bucket_that_is_not_there_is_named(proxy: Proxy) -> None:
    with pytest.raises(CollectionNotFound, match="no such bucket"):
        DeltaStorage.open(f"{proxy.store.scheme}://nobody/here")
    with pytest.raises(StorageError, match="make the bucket"):
        DeltaStorage.create(f"{proxy.store.scheme}://nobody/here", Metadata())


def test_a_store_that_cannot_be_reached_is_told_soon(proxy: Proxy, storage: DeltaStorage) -> None:
    proxy.follow(Rule(fault="drop"))
    with pytest.raises(StorageError, match="can be reached"):
        DeltaStorage.open(storage.location)


def test_a_store_that_fails_is_not_answered_by_reading_everything(
    storage: DeltaStorage, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    with storage.snapshot() as view, caplog.at_level("DEBUG", "collectionlib"):
        proxy.follow(Rule(fault="error", form="GET .*entry/part"))
        with pytest.raises(StorageError, match="can be reached"):
            list(view.scan(Equals("lang", "de")))
    assert not caplog.records
