"""``gs://``: as object_store asks Google, of a server that answers as S3 does.

There is no server to be had that speaks what object_store speaks to Google. What is tried here is
all but Google itself: its client, the conditions that it asks for, and what it makes of errors.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from outcomes import imported
from tests.objects.conftest import put_folder
from tests.objects.test_urls_as_sources import run
from tests.storage.object_stores import BUCKET, Google, Proxy, Rule, Store, before

from collectionlib import Collection, export
from collectionlib.errors import CollectionNotFound, ConflictError, ExportError, StorageError
from collectionlib.model import Metadata
from collectionlib.storage.delta import DeltaStorage
from collectionlib.testing.place import all_entries, named, put_all

pytestmark = pytest.mark.slow


@pytest.fixture
def google(moto_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name in [name for name in os.environ if name.startswith("GOOGLE_")]:
        monkeypatch.delenv(name)
    store = Google("moto", moto_store.port)
    with before(store, tmp_path) as proxy:
        for name, value in store.variables(proxy.port).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("COLLECTIONLIB_STORE_PATIENCE", "5")
        yield proxy


def test_a_bucket_gives_what_a_folder_of_the_same_files_gives(google: Proxy, pile: Path) -> None:
    url = put_folder(google.store, pile, "google/pile")
    assert url.startswith("gs://")
    assert imported(url) == imported(pile)


def test_a_book_is_written_there(google: Proxy, tmp_path: Path) -> None:
    with Collection.create(tmp_path / "c.db") as collection:
        put_all(collection.storage, [named("one"), named("two")])
        google.follow(Rule(fault="error", since=2, every=2))
        for _ in range(2):
            export(collection, google.store.url("google/book.epub"))
        export(collection, tmp_path / "book.epub")
        with pytest.raises(ExportError, match="there is no such bucket"):
            export(collection, "gs://no-such-bucket/book.epub")
    assert google.store.get("google/book.epub") == (tmp_path / "book.epub").read_bytes()


def _change_both(storage: DeltaStorage, other: DeltaStorage) -> None:
    with storage.transaction() as batch:
        batch.put(named("old", body="Of one."))
        put_all(other, [named("old", body="Of another.")])


def test_a_table_is_written_and_two_that_change_the_same_are_told(google: Proxy) -> None:
    storage = DeltaStorage.create(google.store.url("google/table"), Metadata(title="Test"))
    put_all(storage, [named("kept"), named("old")])
    other = DeltaStorage.open(storage.location)
    google.follow(Rule(fault="lose", form=r"PUT .*\d{20}%2Ejson", times=1))
    with pytest.raises(ConflictError):
        _change_both(storage, other)
    assert {entry.body for entry in all_entries(storage).values()} >= {"Of another."}
    keys = google.store.listing("google/table/_delta_log/")
    assert len([key for key in keys if re.search(r"/\d+\.json$", key)]) == 4


def test_a_store_that_does_not_look_at_conditions_is_refused(google: Proxy) -> None:
    google.follow(Rule(without="x-goog-if-generation-match"))
    with pytest.raises(StorageError, match="conditional put"):
        DeltaStorage.create(google.store.url("google/refused"), Metadata())
    assert google.store.listing("google/refused/") == {}


def test_what_is_not_there_is_said(google: Proxy, tmp_path: Path) -> None:
    with pytest.raises(CollectionNotFound, match="no such bucket"):
        DeltaStorage.open("gs://nobody/here")
    nowhere = run(tmp_path, "preview", f"gs://{BUCKET}/nowhere")
    nobody = run(tmp_path, "preview", "gs://nobody/a")
    assert (nowhere.returncode, nobody.returncode) == (1, 1)
    assert "there is no such object, and none below it" in nowhere.stderr
    assert "there is no such bucket: make it, or name another one" in nobody.stderr
    google.follow(Rule(fault="drop"))
    away = run(tmp_path, "preview", f"gs://{BUCKET}/a", COLLECTIONLIB_STORE_PATIENCE="1")
    assert (away.returncode, "cannot be reached" in away.stderr) == (1, True), away.stderr
