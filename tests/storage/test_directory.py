import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from tests.storage.kept import FORMATS, KEPT

from collectionlib import Collection
from collectionlib.curating.checking import check
from collectionlib.errors import CorruptCollection, EntryNotFound, NewerFormat
from collectionlib.identity import entry_id
from collectionlib.model import Category, Entry, Metadata
from collectionlib.storage.directory import DirectoryStorage
from collectionlib.storage.directory.folder_names import name_key
from collectionlib.storage.directory.generations import Generations
from collectionlib.testing import Damage, Place, StorageTests


def _written(name: str, data: bytes) -> Callable[[str], object]:
    def write(location: str) -> None:
        path = Path(location, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return write


class TestDirectoryStorage(StorageTests):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        one = "Odd/entry 1.txt"
        return Place(
            DirectoryStorage,
            tmp_path,
            make_newer=_written("collection.toml", b"format = 2\n"),
            samples=[(FORMATS / "1/collection", KEPT)],
            damages={
                "no TOML": Damage(_written("collection.toml", b"format ="), lost=12),
                "no YAML": Damage(_written(one, b"---\ntitle: [\n---\nText.\n"), lost=1),
                "front matter without an end": Damage(_written(one, b"---\ntitle: x\n"), lost=1),
                "no UTF-8": Damage(_written(one, b"Caf\xe9"), lost=1),
                "a second file": Damage(_written("damaged.txt", b"\xff")),
                "no generation": Damage(
                    _written(".collectionlib/generations/9/manifest.json", b"{"), lost=12
                ),
                "a document that is no JSON": Damage(
                    _written(".collectionlib/documents/origins.json", b"{")
                ),
                "half a generation": Damage(
                    lambda root: Path(root, ".collectionlib/generations/9").mkdir(parents=True), 12
                ),
            },
        )


@pytest.fixture
def jokes(tmp_path: Path) -> DirectoryStorage:
    storage = DirectoryStorage.create(str(tmp_path / "jokes"), Metadata(title="Jokes"))
    with storage.transaction() as batch:
        batch.put(Entry(id=entry_id("one"), title="One", body="Body.", category=("Puns",)))
        batch.put(Entry(id=entry_id("two"), title="Two", body="*Body*", markup="markdown"))
    return storage


def _entries(storage: DirectoryStorage) -> dict[str, Entry]:
    with storage.snapshot() as view:
        return {entry.title: entry for entry in view.scan()}


def _root(storage: DirectoryStorage) -> Path:
    return Path(storage.location)


def test_a_file_is_readable_by_people(jokes: DirectoryStorage) -> None:
    root = _root(jokes)
    assert sorted(path.name for path in root.iterdir() if path.name[0] != ".") == [
        "Puns", "Two.md", "collection.toml",
    ]  # fmt: skip
    assert (root / "Puns/One.txt").read_text() == (
        f"---\nid: {_scalar(entry_id('one'))}\ntitle: One\n---\nBody.\n"
    )


def _scalar(text: str) -> str:
    return f'"{text}"' if text[0].isdigit() else text


# --- what a person does by hand is the new state ------------------------------------------------


def test_an_edited_body_and_title(jokes: DirectoryStorage) -> None:
    path = _root(jokes) / "Puns/One.txt"
    path.write_text(path.read_text().replace("title: One", "title: Uno").replace("Body", "Text"))
    entry = _entries(jokes)["Uno"]
    assert (entry.id, entry.body, entry.category) == (entry_id("one"), "Text.", ("Puns",))


def test_a_renamed_and_a_moved_file_keep_their_entry(jokes: DirectoryStorage) -> None:
    root = _root(jokes)
    (root / "New/Deep").mkdir(parents=True)
    (root / "Puns/One.txt").rename(root / "New/Deep/Other name.txt")
    (root / "Two.md").rename(root / "Three.txt")
    found = _entries(jokes)
    assert found["One"].id == entry_id("one")
    assert found["One"].category == ("New", "Deep")
    assert found["Two"].markup == "plain"


def test_a_removed_file_is_a_removed_entry(jokes: DirectoryStorage) -> None:
    (_root(jokes) / "Two.md").unlink()
    assert set(_entries(jokes)) == {"One"}


def test_a_new_file_without_front_matter(jokes: DirectoryStorage) -> None:
    (_root(jokes) / "Puns/By hand.txt").write_text("No front matter.\n")
    (_root(jokes) / "Puns/No end.md").write_text("No line end.")
    found = _entries(jokes)
    assert found["By hand"].body == "No front matter."
    assert found["By hand"].category == ("Puns",)
    assert found["No end"].markup == "markdown"
    with jokes.transaction() as batch:
        batch.put(evolve(found["By hand"], tags=("mine",)))
    assert _entries(jokes)["By hand"].tags == ("mine",)
    assert (_root(jokes) / "Puns/By hand.txt").read_text().startswith("---\nid: ")


def test_front_matter_of_other_programs(jokes: DirectoryStorage) -> None:
    (_root(jokes) / "hugo.md").write_text(
        "---\ntitle: Hugo\ndate: 2019-05-03\ndraft: no\nweight: 10\nauthor:\n  name: X\n"
        "category: news\nlanguage:\n---\nText.\n"
    )
    entry = _entries(jokes)["Hugo"]
    assert entry.attributes == {
        "date": "2019-05-03", "draft": "no", "weight": 10, "author": {"name": "X"},
        "category": "news",
    }  # fmt: skip
    with jokes.transaction() as batch:
        batch.put(entry)
    assert _entries(jokes)["Hugo"] == entry


def test_a_copy_has_an_id_of_its_own(jokes: DirectoryStorage) -> None:
    root = _root(jokes)
    (root / "Puns/One copy.txt").write_bytes((root / "Puns/One.txt").read_bytes())
    with jokes.snapshot() as view:
        assert len(view) == 3
        assert len(set(view.ids())) == 3
        assert view.get(entry_id("one")).title == "One"


def test_a_copy_stays_another_entry_when_the_original_goes_or_changes(
    jokes: DirectoryStorage,
) -> None:
    root = _root(jokes)
    for name in ("One copy.txt", "A copy of One.txt"):
        (root / "Puns" / name).write_bytes((root / "Puns/One.txt").read_bytes())
    with jokes.transaction() as batch:
        batch.delete(entry_id("one"))
    with jokes.snapshot() as view:
        assert not view.known([entry_id("one")])
        assert len(view) == 3
    assert not (root / "Puns/One.txt").exists()


def test_what_a_batch_says_of_a_copy_counts(jokes: DirectoryStorage) -> None:
    root = _root(jokes)
    (root / "Puns/One copy.txt").write_bytes((root / "Puns/One.txt").read_bytes())
    with jokes.snapshot() as view:
        copy = next(entry for entry in view.scan() if entry.title == "One" and
                    entry.id != entry_id("one"))  # fmt: skip
    with jokes.transaction() as batch:
        batch.delete(entry_id("one"))
        batch.put(evolve(copy, title="Copy"))
    assert set(_entries(jokes)) == {"Two", "Copy"}


def test_line_ends_of_dos_are_an_editor_s(jokes: DirectoryStorage) -> None:
    path = _root(jokes) / "Puns/One.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n").replace(b"Body.", b"A.\r\nB."))
    assert _entries(jokes)["One"].body == "A.\nB."
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert _entries(jokes)["One"].body == "A.\nB."


def test_what_is_no_entry_is_left_alone(jokes: DirectoryStorage, tmp_path: Path) -> None:
    root = _root(jokes)
    outside = tmp_path / "outside.txt"
    outside.write_text("Outside.")
    for name in (".hidden.txt", "#auto#.txt", "~lock.txt", "One.txt~", "One.txt.bak", "a.pdf"):
        (root / name).write_text("Not an entry.")
    (root / ".git").mkdir()
    (root / ".git/x.txt").write_text("Not an entry.")
    (root / "link.txt").symlink_to(outside)
    (root / "folder").symlink_to(tmp_path)
    assert set(_entries(jokes)) == {"One", "Two"}
    with jokes.transaction() as batch:
        batch.put(Entry(id=entry_id("three"), title="Three"))
    assert (root / "a.pdf").exists()
    assert (root / ".git/x.txt").exists()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"---\ntitle: [\n---\nText.\n", 3),
        (b"---\ntitle: One\n", 1),
        (b"---\n- a\n---\n", 2),
        (b"---\ntitle: One\nlanguage: english\n---\n", None),
        (b"---\ntitle: One\n---\n\xff\n", 4),
        (b"\xff", 1),
    ],
)
def test_a_damaged_file_is_named_and_the_rest_is_readable(
    jokes: DirectoryStorage, data: bytes, line: int | None
) -> None:
    (_root(jokes) / "damaged.txt").write_bytes(data)
    found = []
    with jokes.snapshot() as view:
        with pytest.raises(CorruptCollection) as raised:
            found.extend(entry.title for entry in view.scan())
        assert view.get(entry_id("one")).title == "One"
    assert set(found) >= {"One", "Two"}
    assert raised.value.path.endswith("damaged.txt")
    assert raised.value.line == line
    with jokes.transaction() as batch:
        batch.put(Entry(id=entry_id("three"), title="Three"))
    assert (_root(jokes) / "damaged.txt").read_bytes() == data


def test_comments_in_collection_toml_stay(jokes: DirectoryStorage) -> None:
    about = _root(jokes) / "collection.toml"
    about.write_text("# Mine.\n" + about.read_text().replace("[metadata]", "[metadata] # too"))
    with jokes.transaction() as batch:
        batch.set_metadata(Metadata(title="Changed", language="en"))
        batch.set_category(Category(path=("Puns",), description="All of them."))
    text = about.read_text()
    assert text.startswith("# Mine.\n")
    assert "# too" in text
    with jokes.snapshot() as view:
        assert view.metadata() == Metadata(title="Changed", language="en")
        assert view.categories()[0].description == "All of them."


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("format = 99\n", NewerFormat),
        ("format = \n", CorruptCollection),
        ("format = 1\n[metadata]\ntitel = 'x'\n", CorruptCollection),
    ],
)
def test_a_collection_toml_that_cannot_be_read(
    jokes: DirectoryStorage, text: str, error: type[Exception]
) -> None:
    (_root(jokes) / "collection.toml").write_text(text)
    with pytest.raises(error):
        DirectoryStorage.open(jokes.location)


# --- names --------------------------------------------------------------------------------------


def test_a_new_title_does_not_rename_the_file_and_a_new_category_moves_it(
    jokes: DirectoryStorage,
) -> None:
    one = _entries(jokes)["One"]
    with jokes.transaction() as batch:
        batch.put(evolve(one, title="Other"))
    assert (_root(jokes) / "Puns/One.txt").exists()
    with jokes.transaction() as batch:
        batch.put(evolve(one, title="Other", category=("New",)))
    assert (_root(jokes) / "New/Other.txt").exists()
    assert not (_root(jokes) / "Puns").exists(), "an empty folder goes"


def test_no_two_paths_are_one_on_any_file_system(tmp_path: Path) -> None:
    titles = [
        "Cafe",
        "cafe",
        "CAFÉ",
        "café",
        "cafe\u0301",
        "con",
        "CON.x",
        "a.",
        "a ",
        "a",
        "x" * 400,
    ]
    storage = DirectoryStorage.create(str(tmp_path / "odd"), Metadata())
    with storage.transaction() as batch:
        for title in titles:
            for category in ((), (title,), (title, title)):
                name = f"{title}{len(category)}"
                batch.put(Entry(id=entry_id(name), title=title, category=category))
    paths = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")]
    assert len({name_key(path) for path in paths}) == len(paths)
    assert all(len(part.encode()) <= 200 for path in paths for part in path.split("/"))
    assert not any(re.search(r'[<>:"|?*\\]|[. ]$', p) for path in paths for p in path.split("/"))


def test_a_file_where_a_folder_should_be(jokes: DirectoryStorage) -> None:
    (_root(jokes) / "Taken").write_text("A file of somebody's.")
    entry = Entry(id=entry_id("three"), title="Three", category=("Taken", "Deep"))
    with jokes.transaction() as batch:
        batch.put(entry)
    assert _entries(jokes)["Three"] == entry
    assert (_root(jokes) / "Taken").read_text() == "A file of somebody's."


@pytest.mark.parametrize("taken", ["Three.txt", "THREE.TXT"])
def test_a_folder_or_a_link_that_has_the_name_of_a_new_file(
    jokes: DirectoryStorage, tmp_path: Path, taken: str
) -> None:
    root = _root(jokes)
    outside = tmp_path / "outside"
    outside.write_text("Somebody's.")
    (root / taken).mkdir()
    (root / "Four.txt").symlink_to(outside)
    (root / "Five.txt").symlink_to(tmp_path / "nowhere")
    with jokes.transaction() as batch:
        for title in ("Three", "Four", "Five"):
            batch.put(Entry(id=entry_id(title), title=title, body=title))
    assert set(_entries(jokes)) == {"One", "Two", "Three", "Four", "Five"}
    assert (root / taken).is_dir()
    assert outside.read_text() == "Somebody's."
    assert (root / "Five.txt").is_symlink()


def test_a_link_to_a_folder_is_not_written_through(jokes: DirectoryStorage, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (_root(jokes) / "Riddles").symlink_to(outside)
    entry = Entry(id=entry_id("three"), title="Three", category=("Riddles",))
    with jokes.transaction() as batch:
        batch.put(entry)
    assert _entries(jokes)["Three"] == entry
    assert list(outside.iterdir()) == []


def test_a_folder_of_texts_can_become_a_collection(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    (folder / "Puns").mkdir(parents=True)
    (folder / "Puns/One.txt").write_text("Body.\n")
    storage = DirectoryStorage.create(str(folder), Metadata())
    assert _entries(storage)["One"].category == ("Puns",)


# --- crashes ------------------------------------------------------------------------------------


def _committed_but_not_applied(jokes: DirectoryStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the collection as a crash right after the commit does."""

    class Crash(BaseException):
        pass

    def crash(*_: object) -> None:
        raise Crash

    monkeypatch.setattr(Generations, "_apply", crash)
    one = _entries(jokes)["One"]
    with pytest.raises(Crash), jokes.transaction() as batch:  # noqa: PT012
        batch.put(evolve(one, body="Changed."))
        batch.put(Entry(id=entry_id("three"), title="Three"))
        batch.delete(entry_id("two"))
        batch.set_metadata(Metadata(title="Changed"))
        batch.set_document("origins", {"a": 1})
    monkeypatch.undo()


def test_after_a_crash_readers_see_the_new_state_and_write_nothing(
    jokes: DirectoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _committed_but_not_applied(jokes, monkeypatch)
    before = {p: p.lstat().st_mtime_ns for p in _root(jokes).rglob("*")}
    again = DirectoryStorage.open(jokes.location)
    found = _entries(again)
    assert set(found) == {"One", "Three"}
    assert found["One"].body == "Changed."
    with again.snapshot() as view:
        assert view.metadata().title == "Changed"
        assert view.document("origins") == {"a": 1}
        assert len(view) == 2
    assert {p: p.lstat().st_mtime_ns for p in _root(jokes).rglob("*")} == before


def test_after_a_crash_the_next_writer_puts_the_rest_in_place(
    jokes: DirectoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _committed_but_not_applied(jokes, monkeypatch)
    with jokes.transaction() as batch:
        batch.put(Entry(id=entry_id("four"), title="Four"))
    root = _root(jokes)
    assert set(_entries(jokes)) == {"One", "Three", "Four"}
    assert (root / "Three.txt").exists()
    assert not (root / "Two.md").exists()
    assert list((root / ".collectionlib/generations").iterdir()) == []
    assert not (root / ".collectionlib/staging").exists()


def test_a_snapshot_from_before_a_crash_keeps_its_moment(
    jokes: DirectoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with jokes.snapshot() as view:
        _committed_but_not_applied(jokes, monkeypatch)
        assert {entry.title for entry in view.scan()} == {"One", "Two"}
        with jokes.transaction() as batch:
            batch.put(Entry(id=entry_id("four"), title="Four"))
            batch.put(Entry(id=entry_id("two"), title="Two again"))
        assert {entry.title: entry.body for entry in view.scan()} == {
            "One": "Body.",
            "Two": "*Body*",
        }
    assert set(_entries(jokes)) == {"One", "Three", "Four", "Two again"}


def test_what_was_edited_after_a_crash_is_not_lost(
    jokes: DirectoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _root(jokes)
    _committed_but_not_applied(jokes, monkeypatch)
    one = root / "Puns/One.txt"
    one.write_text(one.read_text().replace("Body.", "Edited."))
    two = root / "Two.md"
    two.write_text(two.read_text().replace("Body", "Edited"))
    (root / "Three.txt").mkdir()
    with jokes.transaction() as batch:
        batch.put(Entry(id=entry_id("four"), title="Four"))
    with jokes.snapshot() as view:
        assert view.get(entry_id("one")).body == "Changed."
        assert view.get(entry_id("two")).body == "*Edited*"
        assert view.get(entry_id("three")).title == "Three"
        assert sorted(entry.body for entry in view.scan() if entry.title == "One") == [
            "Changed.",
            "Edited.",
        ]


def test_a_file_in_the_way_of_a_folder_after_a_crash_steps_aside(
    jokes: DirectoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Generations, "_apply", lambda *_: None)
    monkeypatch.setattr(Generations, "_forget", lambda *_: None)
    entry = Entry(id=entry_id("three"), title="Three", category=("New",))
    with jokes.transaction() as batch:
        batch.put(entry)
    monkeypatch.undo()
    (_root(jokes) / "New").write_text("Mine.")
    with jokes.transaction() as batch:
        batch.delete(entry_id("two"))
    assert _entries(jokes)["Three"] == entry
    assert (_root(jokes) / "New (by hand 1)").read_text() == "Mine."


def _reasons(storage: DirectoryStorage) -> dict[str, str]:
    root = _root(storage)
    with storage.snapshot() as view:
        return {Path(d.path).relative_to(root).as_posix(): d.reason for d in view.damages()}


def test_what_stands_in_the_place_of_an_entry_is_found(jokes: DirectoryStorage) -> None:
    root = _root(jokes)
    os.truncate(root / "Two.md", 0)
    (root / "Puns/One.txt").unlink()
    os.mkfifo(root / "Puns/One.txt")
    (root / "out.md").symlink_to("/etc/hostname")
    (root / "loop.md").symlink_to("loop.md")
    (root / "hollow.txt").mkdir()
    (root / "Notes.md").mkdir()
    (root / "Notes.md/a.txt").write_text("A note.\n")
    assert _reasons(jokes) == {
        "Two.md": "it is empty",
        "Puns/One.txt": "it is no regular file",
        "out.md": "it is a link",
        "loop.md": "it is a link",
        "hollow.txt": "it is an empty folder",
    }


@pytest.mark.slow
def test_what_cannot_be_read_is_damage_and_the_rest_is_there(jokes: DirectoryStorage) -> None:
    root = _root(jokes)
    (root / "three.txt").write_text("A third.\n")
    script = (
        "import os\n"
        "from collectionlib.storage.directory import DirectoryStorage\n"
        # All packages are loaded before: they may lie where nobody else may look.
        "def reasons():\n"
        "    with DirectoryStorage('.').snapshot() as view:\n"
        "        return [str(damage) for damage in view.damages()]\n"
        "assert reasons() == []\n"
        "for name in ('Two.md', 'Puns'): os.chmod(name, 0)\n"
        "os.getuid() or os.setuid(65534)\n"
        "print(*reasons(), sep='\\n')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False
    )
    for name in ("Two.md", "Puns"):
        (root / name).chmod(0o755)
    remedy = "is damaged: it cannot be read (Permission denied); make it readable, or take it out"
    assert done.stdout.splitlines() == [f"{name} {remedy}" for name in ("Puns", "Two.md")], done


def test_a_link_to_a_text_of_the_collection_is_read_and_one_that_goes_is_not_found(
    jokes: DirectoryStorage,
) -> None:
    root = _root(jokes)
    (root / "Three.txt").write_text("A third.\n")
    (root / "linked.txt").symlink_to("Three.txt")
    with jokes.snapshot() as view:
        found = {entry.title: entry for entry in view.scan()}
        assert {*found} >= {"One", "Two", "Three", "linked"}
        (root / "Three.txt").unlink()
        with pytest.raises(EntryNotFound):
            view.get(found["Three"].id)


def test_copies_by_hand_are_named_with_what_they_repeat(jokes: DirectoryStorage) -> None:
    root = _root(jokes)
    (root / "Two (copy).md").write_bytes((root / "Two.md").read_bytes())
    with Collection.open(root) as texts:
        reasons = [str(finding) for finding in check(texts)]
    assert any("Two (copy).md" in each and "as Two.md does" in each for each in reasons)
