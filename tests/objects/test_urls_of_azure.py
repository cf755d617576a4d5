"""What lies in a container of Azure is read and written as what lies in a bucket of S3."""

import os
from pathlib import Path

import pytest
from outcomes import imported
from tests.objects.conftest import put_folder
from tests.objects.test_urls_as_sources import run
from tests.storage.object_stores import BUCKET, SECRET, Fault, Rule, Store, before

from collectionlib import Collection, export, import_texts

pytestmark = pytest.mark.slow


@pytest.fixture
def store(azurite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    for name in [name for name in os.environ if name.startswith("AZUR")]:
        monkeypatch.delenv(name)
    for name, value in azurite_store.variables().items():
        monkeypatch.setenv(name, value)
    return azurite_store


def test_a_container_gives_what_a_folder_of_the_same_files_gives(store: Store, pile: Path) -> None:
    # Azurite takes it for a slash.
    (pile / "odd/back\\slash.txt").unlink()
    url = put_folder(store, pile, "same/pile")
    expected = imported(pile)
    assert len(expected[2]) >= 20
    assert imported(url) == expected
    assert imported(url, jobs=2) == expected
    assert imported(f"{url}/packed/pile.zip") == imported(pile / "packed/pile.zip")


def test_a_book_is_read_from_there_and_written_there(
    store: Store, pile: Path, tmp_path: Path
) -> None:
    url = put_folder(store, pile / "nested", "book/nested")
    library = ("-L", str(tmp_path / "jokes.db"))
    assert run(tmp_path, *library, "init", library[1]).returncode == 0
    assert run(tmp_path, *library, "import", url).returncode == 0
    for _ in range(2):
        done = run(tmp_path, *library, "export", store.url("book/book.epub"))
        assert (done.returncode, done.stderr) == (0, "wrote az://books/book/book.epub: 1 entry\n")
    assert run(tmp_path, *library, "export", "book.epub").returncode == 0
    assert store.get("book/book.epub") == (tmp_path / "book.epub").read_bytes()
    store.put("book/theirs.epub", b"PK of somebody else")
    refused = run(tmp_path, *library, "export", store.url("book/theirs.epub"))
    assert refused.returncode == 1
    assert store.get("book/theirs.epub") == b"PK of somebody else"


@pytest.mark.parametrize("fault", ["error", "lose"])
def test_a_store_that_fails_now_and_then_is_asked_again(
    store: Store, pile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    url = put_folder(store, pile / "nested", f"faults/{fault}/nested")
    with before(store, tmp_path) as proxy, Collection.create("memory:") as collection:
        for name, value in store.variables(proxy.port).items():
            monkeypatch.setenv(name, value)
        proxy.follow(Rule(fault=fault, since=2, every=2))
        assert import_texts(collection, url).added == 1
        proxy.follow(Rule(fault=fault, times=1, form="PUT"))
        export(collection, store.url(f"faults/{fault}.json"))
        assert len([each for each in proxy.requests() if each.startswith("PUT")]) > 1
        export(collection, tmp_path / "same.json")
    assert store.get(f"faults/{fault}.json") == (tmp_path / "same.json").read_bytes()


def test_the_variables_of_the_emulator_are_taken_too(store: Store, tmp_path: Path) -> None:
    store.put("emulated/1.txt", b"A text.")
    said = {
        "AZURE_STORAGE_ENDPOINT": "",
        "AZURE_STORAGE_USE_EMULATOR": "true",
        "AZURITE_BLOB_STORAGE_URL": f"http://127.0.0.1:{store.port}",
    }
    done = run(tmp_path, "preview", store.url("emulated"), "--json", **said)
    assert done.returncode == 0, done.stderr
    assert "A text." in done.stdout


WRONG: list[tuple[str, dict[str, str], str]] = [
    (f"az://{BUCKET}/nowhere", {}, "there is no such object, and none below it"),
    ("az://nobody/a", {}, "there is no such bucket: make it, or name another one"),
    (f"az://{BUCKET}/a", {"AZURE_STORAGE_ACCOUNT_KEY": "d3Jvbmctc2VjcmV0"}, "see the credentials"),
    (f"az://{BUCKET}/a", {"AZURE_STORAGE_ACCOUNT_KEY": "no base 64"}, "see the credentials"),
    (f"az://{BUCKET}/a", {"AZURE_STORAGE_ENDPOINT": "http://127.0.0.1:9/a"}, "cannot be reached"),
]


@pytest.mark.parametrize(("url", "variables", "words"), WRONG)
def test_what_is_wrong_is_said_in_a_sentence(
    store: Store, tmp_path: Path, url: str, variables: dict[str, str], words: str
) -> None:
    (tmp_path / "a.txt").write_text("A text.")
    read = run(tmp_path, "preview", url, **variables)
    written = run(tmp_path, "convert", "a.txt", f"{url}.json", **variables)
    assert read.returncode == 1
    assert (read.stderr.count("\n"), words in read.stderr) == (1, True), read.stderr
    if words.startswith("there is no such object"):
        assert written.returncode == 0
    else:
        assert written.returncode == 1
        assert words in written.stderr.splitlines()[-1]
    for secret in (SECRET, *variables.values()):
        assert secret not in read.stderr + written.stderr
