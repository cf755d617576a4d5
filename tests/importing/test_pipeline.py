import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectionlib import Category, Collection, Entry, export, import_texts
from collectionlib.errors import DecodingError, IngestError, InvalidValueError, UnknownPlugin
from collectionlib.identity import entry_id
from collectionlib.importing.draft import Draft
from collectionlib.importing.formats.base import Recognition
from collectionlib.importing.sources import SourceFile


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    for name, text in {
        "one.txt": "One\n\nThe first text.\n",
        "Puns/two_words.txt": "The second text. It has no title.\n",
        "Puns/jokes": "A joke.\n%\nAnother.\n%\nA joke.\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def jokes() -> Collection:
    return Collection.create("memory:", title="Jokes")


def _by_uri(collection: Collection) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in collection:
        assert entry.source is not None
        found.setdefault(entry.source.uri, []).append(entry)
    return found


def test_folders_become_categories_and_names_or_first_lines_titles(
    jokes: Collection, archive: Path
) -> None:
    report = import_texts(jokes, archive)
    assert (report.sources, report.added) == (3, 5)
    found = _by_uri(jokes)
    (one,) = found["archive/one.txt"]
    (two,) = found["archive/Puns/two_words.txt"]
    assert (one.title, one.body, one.category) == ("One", "The first text.", ())
    assert (two.title, two.category) == ("two words", ("Puns",))
    assert [e.body for e in found["archive/Puns/jokes"]] == ["A joke.", "Another.", "A joke."]
    assert {e.category for e in found["archive/Puns/jokes"]} == {("Puns", "jokes")}


def test_the_same_again_changes_nothing(jokes: Collection, archive: Path) -> None:
    import_texts(jokes, archive)
    before = list(jokes)
    report = import_texts(jokes, archive)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 5)
    assert list(jokes) == before


def test_a_changed_file_updates_its_entry_and_an_insertion_moves_no_other_id(
    jokes: Collection, archive: Path
) -> None:
    import_texts(jokes, archive)
    before = _by_uri(jokes)
    (archive / "one.txt").write_text("One\n\nThe text has changed.\n")
    (archive / "Puns/jokes").write_text("New.\n%\nA joke.\n%\nAnother.\n%\nA joke.\n")
    report = import_texts(jokes, archive)
    assert (report.added, report.updated, report.unchanged) == (1, 1, 4)
    after = _by_uri(jokes)
    assert after["archive/one.txt"][0].id == before["archive/one.txt"][0].id
    assert after["archive/one.txt"][0].body == "The text has changed."
    old_ids = {entry.id for entry in before["archive/Puns/jokes"]}
    assert old_ids < {entry.id for entry in after["archive/Puns/jokes"]}


def test_what_a_person_changed_since_stays(jokes: Collection, archive: Path) -> None:
    from attrs import evolve

    import_texts(jokes, archive)
    (entry,) = _by_uri(jokes)["archive/one.txt"]
    with jokes.transaction() as batch:
        batch.put(evolve(entry, title="By hand"))
    import_texts(jokes, archive)
    assert jokes.get(entry.id).title == "By hand"


def test_two_roots_of_one_name_stay_apart(jokes: Collection, archive: Path, tmp_path: Path) -> None:
    other = tmp_path / "other/archive"
    other.mkdir(parents=True)
    (other / "one.txt").write_text("Another text. Not the first.\n")
    import_texts(jokes, archive)
    import_texts(jokes, other)
    report = import_texts(jokes, archive, other)
    assert (report.added, report.unchanged) == (0, 6)
    assert set(_by_uri(jokes)) >= {"archive/one.txt", "archive-2/one.txt"}


def test_a_root_that_has_moved_is_the_same_when_it_is_said(
    jokes: Collection, archive: Path, tmp_path: Path
) -> None:
    import_texts(jokes, archive)
    moved = archive.rename(tmp_path / "moved")
    report = import_texts(jokes, moved, origin="archive")
    assert (report.added, report.unchanged) == (0, 5)
    with pytest.raises(IngestError, match="one root"):
        import_texts(jokes, moved, moved, origin="archive")
    with pytest.raises(InvalidValueError, match="slash"):
        import_texts(jokes, moved, origin="a/b")


def test_a_source_that_is_no_text_is_rejected_and_the_others_go_in(
    jokes: Collection, archive: Path
) -> None:
    (archive / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    (archive / "empty.txt").write_bytes(b"")
    (archive / "blank.txt").write_bytes(b" \n\n")
    report = import_texts(jokes, archive)
    assert (report.sources, report.added) == (6, 5)
    assert [(r.source, r.reason) for r in report.rejected] == [
        ("archive/picture.png", "it is no text, but image/png")
    ]
    assert {w.source for w in report.warnings} == {"archive/empty.txt", "archive/blank.txt"}


def test_stop_imports_nothing(jokes: Collection, archive: Path) -> None:
    (archive / "zzz.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    with pytest.raises(DecodingError):
        import_texts(jokes, archive, on_error="stop")
    assert len(jokes) == 0


def test_a_dry_run_reports_and_writes_nothing(jokes: Collection, archive: Path) -> None:
    report = import_texts(jokes, archive, dry_run=True)
    assert report.added == 5
    assert len(jokes) == 0
    assert import_texts(jokes, archive).added == 5


def test_the_encoding_that_was_found_is_kept_and_a_guess_reported(
    jokes: Collection, archive: Path
) -> None:
    text = "Привет, как дела? Это старый текст, написанный много лет назад. " * 5
    (archive / "old.txt").write_bytes(text.encode("koi8-r"))
    (archive / "new.txt").write_bytes("Ĉu vi? Jes. Bone.".encode("utf-16"))
    report = import_texts(jokes, archive)
    (warning,) = report.warnings
    assert warning.source == "archive/old.txt"
    assert "koi8" in warning.reason
    assert "confidence" in warning.reason
    found = _by_uri(jokes)
    assert found["archive/old.txt"][0].body == text.strip()
    new = found["archive/new.txt"][0].source
    assert new is not None
    assert new.encoding == "utf-16-le"


def test_options_reach_the_entries(jokes: Collection, archive: Path) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    import_texts(
        jokes,
        archive / "one.txt",
        category=("Top",),
        language="en",
        rights="CC0-1.0",
        clock=lambda: moment,
    )
    (entry,) = jokes
    assert entry.category == ("Top",)
    assert (entry.language, entry.rights, entry.added) == ("en", "CC0-1.0", moment)


def test_the_moment_of_the_import_can_be_set(
    jokes: Collection, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    import_texts(jokes, archive / "one.txt")
    (entry,) = jokes
    assert entry.added == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(InvalidValueError, match="SOURCE_DATE_EPOCH"):
        import_texts(jokes, archive / "one.txt")


def test_standard_input_adds_and_never_overwrites(
    jokes: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in (b"The first. Text.", b"The second. Text.", b"The first. Text."):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        import_texts(jokes, "-")
    assert {entry.body for entry in jokes} == {"The first. Text.", "The second. Text."}
    assert {entry.title for entry in jokes} == {""}


def test_a_format_that_nobody_offers_is_named(jokes: Collection, archive: Path) -> None:
    with pytest.raises(UnknownPlugin, match=r"there are .*csv, .*markdown, .*plain"):
        import_texts(jokes, archive, format="docx")


def test_a_format_can_be_forced(jokes: Collection, archive: Path) -> None:
    report = import_texts(jokes, archive / "Puns/jokes", format="plain")
    assert report.added == 1


def test_ids_depend_on_the_source_path_alone(jokes: Collection, archive: Path) -> None:
    import_texts(jokes, archive)
    (entry,) = _by_uri(jokes)["archive/one.txt"]
    assert entry.id == entry_id("archive/one.txt")


# --- what a user may say wrongly, and what may go wrong -------------------------------------------


def test_options_that_are_none_are_refused_before_anything_is_read(
    jokes: Collection, archive: Path
) -> None:
    with pytest.raises(UnknownPlugin, match="plain"):
        import_texts(jokes, archive, format="plane")
    with pytest.raises(InvalidValueError, match="BCP 47 language tag such as 'en'"):
        import_texts(jokes, archive, language="english language")
    assert len(jokes) == 0


def test_languages_are_told_where_they_are_sure(jokes: Collection, tmp_path: Path) -> None:
    german = "Der Wind und die Sonne stritten sich, wer von ihnen der Stärkere wäre. " * 5
    greek = "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι."
    (tmp_path / "pile").mkdir()
    (tmp_path / "pile/one.txt").write_text(german, "utf-8")
    (tmp_path / "pile/many").write_text(f"{greek}\n%\n{greek} Και ίσοι.\n%\n", "utf-8")
    (tmp_path / "pile/post.md").write_text(f"---\nlang: de-AT\n---\n{german}", "utf-8")
    (tmp_path / "pile/short.txt").write_text("12 + 4 = 16")
    import_texts(jokes, tmp_path / "pile", language="auto")
    found = {uri.partition("/")[2]: entries for uri, entries in _by_uri(jokes).items()}
    assert {name: [each.language for each in entries] for name, entries in found.items()} == {
        "one.txt": ["de"], "many": ["el", "el"], "post.md": ["de-AT"], "short.txt": [None],
    }  # fmt: skip


def test_a_text_whose_bytes_depend_on_what_is_before_has_no_place(
    jokes: Collection, tmp_path: Path
) -> None:
    path = tmp_path / "jokes"
    path.write_bytes("祝福の言葉。\n%\n二つ目の言葉。\n%\n".encode("iso2022_jp"))
    assert import_texts(jokes, path).added == 2
    # They are counted, so that they stay in order.
    places = [(entry.source.start, entry.source.length) for entry in jokes if entry.source]
    assert places == [(0, None), (1, None)]


def test_what_only_a_reader_of_others_finds_to_be_no_text_is_rejected(
    jokes: Collection, tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text("Be well.")

    class Careless:
        def recognises(self, source: SourceFile) -> Recognition | None:
            return Recognition(1.0, "everything is")

        def parse(self, source: SourceFile) -> Iterator[Draft]:
            yield Draft(body="Be well.", tags=("same", "same"), attributes={"n": object()})  # type: ignore[dict-item]

    report = import_texts(jokes, tmp_path / "one.txt", importers={"careless": Careless()})
    assert [each.source for each in report.rejected] == ["one.txt"]


def test_what_a_collection_says_of_its_categories_stands_below_the_one_that_is_given(
    jokes: Collection, archive: Path, tmp_path: Path
) -> None:
    import_texts(jokes, archive)
    with jokes.transaction() as batch:
        batch.set_category(Category(path=("Puns",), description="Plays on words."))
    export(jokes, tmp_path / "jokes.json")
    with Collection.create("memory:") as other:
        import_texts(other, tmp_path / "jokes.json", category=("All",))
        with other.snapshot() as view:
            assert [(each.path, each.description) for each in view.categories()] == [
                (("All", "Puns"), "Plays on words.")
            ]
