"""What is exported to a bucket: put there as a whole, never in the place of what is not ours."""

from pathlib import Path

import pytest
from tests.objects.test_urls_as_sources import run
from tests.storage.object_stores import BUCKET, Rule, Store, before, environment

from collectionlib import Collection, Entry, export
from collectionlib.errors import ExportError, OutputExists, StorageError
from collectionlib.publishing.output import export_volumes
from collectionlib.publishing.volumes import VolumeSize

pytestmark = pytest.mark.slow


@pytest.fixture
def jokes(tmp_path: Path) -> Path:
    with (
        Collection.create(tmp_path / "jokes.db", title="Jokes") as made,
        made.transaction() as batch,
    ):
        for number in range(12):
            batch.put(
                Entry(id=f"0chgm9qjpmfd{number:04}", title=f"T{number}", body="Be well. " * 9)
            )
    return tmp_path / "jokes.db"


@pytest.mark.parametrize("name", ["book.epub", "book.json", "book.jsonl", "book.txt", "book.md"])
def test_an_object_has_the_bytes_of_a_file(
    store: Store, jokes: Path, tmp_path: Path, name: str
) -> None:
    with Collection.open(jokes) as collection:
        for _ in range(2):
            export(collection, f"s3://{BUCKET}/out/{name}")
        export(collection, tmp_path / name)
    assert store.get(f"out/{name}") == (tmp_path / name).read_bytes()


def test_what_is_not_ours_stays_unless_it_is_forced(
    store: Store, jokes: Path, tmp_path: Path
) -> None:
    store.client().put_object(Bucket=BUCKET, Key="theirs/book.epub", Body=b"PK of somebody else")
    url = f"s3://{BUCKET}/theirs/book.epub"
    refused = run(tmp_path, "-L", str(jokes), "export", url)
    assert refused.returncode == 1
    assert f"{url} exists and is not an EPUB that collectionlib could replace" in refused.stderr
    assert store.get("theirs/book.epub") == b"PK of somebody else"
    done = run(tmp_path, "-L", str(jokes), "export", url, "--force")
    assert (done.returncode, done.stderr) == (0, f"wrote {url}: 12 entries\n")
    assert store.get("theirs/book.epub").startswith(b"PK\x03\x04")


def test_the_old_object_stays_until_the_new_one_is_complete(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"s3://{BUCKET}/whole/book.json"
    with Collection.create(tmp_path / "c.db") as collection:
        with collection.transaction() as batch:
            batch.put(Entry(id="0chgm9qjpmfdsafq", body="The first text."))
        export(collection, url)
        old = store.get("whole/book.json")
        with collection.transaction() as batch:
            for number in range(4):
                batch.put(Entry(id=f"4yqpxq0qwg0rc20{number}", body=f"{number} " * 1_500_000))
        with before(store, tmp_path) as proxy:
            for name, value in environment(proxy.port).items():
                monkeypatch.setenv(name, value)
            proxy.follow(Rule(fault="drop", form="PUT .*partNumber=2"))
            with pytest.raises(StorageError, match="cannot be reached"):
                export(collection, url)
            assert any("partNumber=2" in each for each in proxy.requests())
            assert store.get("whole/book.json") == old
            proxy.follow(Rule())
            export(collection, url)
        export(collection, tmp_path / "book.json")
    assert store.get("whole/book.json") == (tmp_path / "book.json").read_bytes()


def test_volumes_are_put_there_when_all_are_complete(store: Store, jokes: Path) -> None:
    with Collection.open(jokes) as collection:
        size = VolumeSize(entries=5)
        written = export_volumes(collection, f"s3://{BUCKET}/series/book.txt", size=size)
    assert [str(place) for place, _ in written] == [
        f"s3://{BUCKET}/series/book-{number}.txt" for number in (1, 2, 3)
    ]
    assert sorted(store.listing("series/")) == [f"series/book-{number}.txt" for number in (1, 2, 3)]


def test_where_nothing_can_be_written_is_said(store: Store, jokes: Path) -> None:
    with Collection.open(jokes) as collection:
        with pytest.raises(ExportError, match="would be a folder"):
            export(collection, f"s3://{BUCKET}/site/", to="html")
        with pytest.raises(ExportError, match="there is no such bucket"):
            export(collection, "s3://no-such-bucket/book.json")


def test_a_file_url_is_written_too(jokes: Path, tmp_path: Path) -> None:
    with Collection.open(jokes) as collection:
        export(collection, f"file://{tmp_path}/new/a b%20c.json")
        (tmp_path / "mine.json").write_text("[]")
        with pytest.raises(OutputExists):
            export(collection, f"file://{tmp_path}/mine.json")
        export(collection, tmp_path / "same.json")
    assert (tmp_path / "new/a b%20c.json").read_bytes() == (tmp_path / "same.json").read_bytes()
