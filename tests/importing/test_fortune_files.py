"""The fortunes of the corpora: 46 files, 13 languages, 21,705 texts by strfile(1)."""

import codecs
import re
import struct
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from collectionlib import Collection, import_texts
from collectionlib.importing.cleaning import clean
from collectionlib.importing.formats.fortune import FortuneImporter
from collectionlib.importing.formats.tagged_fortunes import TaggedFortuneImporter
from collectionlib.importing.sources import SourceFile
from collectionlib.markup import blocks, parse
from collectionlib.model import Contributor


@pytest.fixture(scope="module")
def fortunes(manifest: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {path: file for path, file in manifest.items() if path.startswith("fortunes/")}


@pytest.fixture(scope="module")
def imported(corpora: Path) -> Collection:
    collection = Collection.create("memory:")
    report = import_texts(collection, corpora / "fortunes")
    assert not report.rejected
    assert report.sources == 46
    assert report.added == 21_705
    return collection


@pytest.mark.slow
def test_every_file_gives_as_many_entries_as_strfile_counts(
    fortunes: dict[str, dict[str, Any]], imported: Collection
) -> None:
    counts: dict[str, int] = {}
    for entry in imported:
        assert entry.source is not None
        counts[entry.source.uri] = counts.get(entry.source.uri, 0) + 1
    assert counts == {path: file["expected_entries"] for path, file in fortunes.items()}


@pytest.mark.slow
def test_every_text_arrives(corpora: Path, fortunes: dict[str, dict[str, Any]]) -> None:
    """The words of a record are in its entry, in order, or were taken from it as its author."""
    for path, file in fortunes.items():
        data = (corpora / path).read_bytes()
        source = SourceFile(path, data, encoding=file["encoding"])
        records = [record for record in re.split(r"(?m)^%\n", source.text) if record]
        drafts = [clean(draft) for draft in FortuneImporter().parse(source)]
        for record, draft in zip(records, drafts, strict=True):
            body = " ".join(blocks.words(parse(draft.body, draft.markup)))
            controls = ("ansi-escapes", "control-characters")
            removed = [one.text for one in draft.removed if one.change not in controls]
            if not removed:
                assert _looks(body) == _looks(record), path
            said = re.findall(r"\w+", _looks(record))
            kept = re.findall(r"\w+", body)
            places = iter(said)
            assert all(word in places for word in kept), path
            (taken,) = removed or [""]
            taken_words = re.findall(r"\w+", _looks(taken))
            assert Counter(said) - Counter(kept) == Counter(taken_words), path
            for contributor in draft.contributors:
                assert contributor.name in " ".join(_looks(taken).split())


_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303"}


def _looks(record: str) -> str:
    """What a terminal shows: no colours, letters struck over each other, no other controls."""
    record = re.sub(r"\x1b\[[0-9;]*m", "", record)
    shown: list[str] = []
    for line in record.split("\n"):
        cells: list[str] = []
        column = 0
        for letter in line:
            if letter == "\b":
                column -= 1
                continue
            if column == len(cells):
                cells.append(letter)
            elif letter != "_":
                mark = _ACCENTS.get(cells[column], "")
                cells[column] = unicodedata.normalize("NFC", letter + mark)
            column += 1
        shown.append("".join(cells))
    return " ".join(re.sub(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]", "", "\n".join(shown)).split())


def test_the_name_of_the_file_is_the_category(
    fortunes: dict[str, dict[str, Any]], imported: Collection
) -> None:
    found = {entry.source.uri: entry.category for entry in imported if entry.source}
    for path, file in fortunes.items():
        if "expected_category" in file:
            assert found[path][-1] == file["expected_category"]
    assert found["fortunes/fortunes-debian-hints/zh_TW/debian-hints"] == (
        "fortunes-debian-hints", "zh_TW", "debian-hints",
    )  # fmt: skip


@pytest.mark.slow
def test_the_bytes_of_each_entry_are_where_its_source_says(
    corpora: Path, imported: Collection
) -> None:
    for entry in imported:
        source = entry.source
        assert source is not None
        assert source.start is not None
        assert source.length is not None
    for path in ("fortunes/fortunes-eo-iso3/proverbaro", "fortunes/zh/tang300"):
        data = (corpora / path).read_bytes()
        for entry in imported.select(f'source:="{path}"'):
            source = entry.source
            assert source is not None
            assert source.start is not None
            assert source.length is not None
            span = data[source.start : source.start + source.length]
            assert source.encoding is not None
            raw = _looks(span.decode(source.encoding))
            assert raw.endswith(" ".join(entry.body.split()))
            assert entry.title in raw


def test_a_blank_record_is_an_entry_and_a_warning(corpora: Path) -> None:
    collection = Collection.create("memory:")
    report = import_texts(collection, corpora / "fortunes/ru/2001.03")
    assert report.added == 93
    assert [(w.source, w.reason) for w in report.warnings] == [
        ("2001.03", "1 of its 93 texts are blank")
    ]


@pytest.mark.parametrize(
    ("data", "bodies"),
    [
        (b"One.\n%\nTwo.\n", ["One.", "Two."]),
        (b"One.\n%\nTwo.\n%\n", ["One.", "Two."]),
        (b"%\nOne.\n%\n", ["One."]),
        (b"One.\r\n%\r\nTwo.\r\n%", ["One.", "Two."]),
        (b"One.\r%\rTwo.", ["One.", "Two."]),
        (b"One.\n%\n%\nTwo.", ["One.", "Two."]),
        (b"One.\n%\n\n%\nTwo.", ["One.", "", "Two."]),
        (b"100 %\n%not a mark\n %\n%\nTwo.", ["100 %\n%not a mark\n %", "Two."]),
    ],
)
def test_records(data: bytes, bodies: list[str]) -> None:
    source = SourceFile("jokes", data)
    assert FortuneImporter().recognises(source)
    assert [draft.body for draft in FortuneImporter().parse(source)] == bodies


@pytest.mark.parametrize("data", [b"", b"One.\n", b"%\nOne.\n", b"50%\nof it\n", b"%%\nOne.\n"])
def test_what_is_no_fortune_file(data: bytes) -> None:
    assert FortuneImporter().recognises(SourceFile("jokes", data)) is None


# --- what a record says of itself ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "names", "body"),
    [
        ("Be well.\n\t\t-- Ann Ex", ["Ann Ex"], "Be well."),
        ("Be well.\n\n--Ann Ex", ["Ann Ex"], "Be well."),
        ("Be well.\n    ― Leonardo da Vinci", ["Leonardo da Vinci"], "Be well."),
        ("Be well.     -- Ann Ex (2010)", ["Ann Ex"], "Be well."),
        ('Be well.\n\t-- Ann Ex, "Wishes"', ["Ann Ex"], 'Be well.\n\t-- "Wishes"'),
        ("Be well.\n\t-- Ann Ex and Bob Zed", ["Ann Ex", "Bob Zed"], "Be well."),
        ("Be well.\n\t-- Г.Р.Державин", ["Г.Р.Державин"], "Be well."),
        ("Be well.\n——鲁迅", ["鲁迅"], "Be well."),
        ("Be well.\n\t-- Martin Luther King, Jr.", ["Martin Luther King, Jr."], "Be well."),
        (
            'Be well.\n\t-- Ann Ex, "Wishes for\n\t   all"',
            ["Ann Ex"],
            'Be well.\n\t-- "Wishes for all"',
        ),
        *[
            (text, [], text)
            for text in (
                "-- Are you well?\n-- Ann!",
                "-- Ann Ex",
                "Be well.\n\t-- Chinesisches Sprichwort",
                "Be well.\n\t-- Primera Ley del Debate.",
                "Be well.\n\t-- anônimo",
                "Be well.\n--- Źródło: http://www.example.org",
                "Be well.\n\t-- being told in Poland, 1987",
                "Be well -- Ann.",
                "One -- two -- three",
                "He said:\n- Ann Ex",
                "Be well.\n\t-- Ann Ex\nMore words.",
                "5,-- Euro\n--",
                "Be well.\n\t-- Www.example.org.",
            )
        ],
    ],
)
def test_whose_words_they_are(record: str, names: list[str], body: str) -> None:
    source = SourceFile("wise", f"{record}\n%\nTwo.\n%\n".encode())
    draft = next(FortuneImporter().parse(source))
    assert [one.name for one in draft.contributors] == names
    assert draft.body == body


def test_a_year_behind_the_author_is_when_it_was_written() -> None:
    source = SourceFile("wise", b"Be well.\n\t-- Ann Ex, 1984\n%\nTwo.\n%\n")
    draft = next(FortuneImporter().parse(source))
    assert (draft.created, draft.body) == ("1984", "Be well.")
    assert draft.removed[0].text == "-- Ann Ex, 1984"


def test_how_many_authors_are_found(corpora: Path, fortunes: dict[str, dict[str, Any]]) -> None:
    found = {}
    for path in ("en/wisdom", "ru/life", "cs/murphy", "it/formiche", "bg/intproverb"):
        source = SourceFile(path, (corpora / "fortunes" / path).read_bytes())
        drafts = list(FortuneImporter().parse(source))
        found[path] = sum(bool(draft.contributors) for draft in drafts) / len(drafts)
    assert found["en/wisdom"] > 0.5
    assert found["ru/life"] > 0.85
    assert found["cs/murphy"] == 1
    assert found["it/formiche"] > 0.8
    assert found["bg/intproverb"] == 0


def test_chinese_poems_have_title_and_author(imported: Collection) -> None:
    poems = list(imported.select('source:="fortunes/zh/tang300"'))
    assert len(poems) == 313
    assert all(poem.title and poem.contributors for poem in poems)
    assert not any("作者" in poem.body or "\x1b" in poem.body for poem in poems)
    (poem,) = [poem for poem in poems if poem.title == "感遇・其一"]
    assert poem.contributors == (Contributor(name="张九龄"),)
    assert poem.body.startswith("兰叶春葳蕤")


@pytest.mark.parametrize(
    ("record", "body"),
    [
        ("A _\bb_\bi_\bg day", "A *big* day"),
        ("A B\bBi\big\bg day", "A **Big** day"),
        ("so ____\b\b\b\bmany", "so *many*"),
        ("2 * 3 and ___\b\b\bnot 4", "2 \\* 3 and *not* 4"),
        ("One\n_\bt_\bw_\bo", "One\\\n*two*"),
        ("no strike", "no strike"),
        ("Tin'\buviel, Sta\"\bel, e\b'", "Tinúviel, Staël, é"),
        ("a\b/b", "a/b"),
    ],
)
def test_letters_struck_twice_are_stressed(record: str, body: str) -> None:
    source = SourceFile("wise", f"{record}\n%\nTwo.\n%\n".encode())
    assert clean(next(FortuneImporter().parse(source))).body == body


def test_rot13_is_read_on_request_and_else_warned_of() -> None:
    text = "The rain and the wind, and that is the end of the story of you.\n%\n" * 3
    source = SourceFile("off/x", codecs.encode(text, "rot13").encode())
    first, *_ = FortuneImporter().parse(source)
    assert "ROT13" in first.warnings[0]
    first, *_ = FortuneImporter(rot13=True).parse(source)
    assert first.body.startswith("The rain")
    assert not first.warnings
    first, *_ = FortuneImporter().parse(SourceFile("x", text.encode()))
    assert not first.warnings


def test_indexes_and_second_names_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "wise").write_text("One.\n%\nTwo.\n%\n")
    header = struct.pack(">5I4s", 2, 2, 5, 5, 0, b"%\0\0\0")[:24]
    (tmp_path / "wise.dat").write_bytes(header + struct.pack(">3I", 0, 7, 14))
    (tmp_path / "wise.u8").symlink_to("wise")
    (tmp_path / "other.dat").write_text("A text of somebody.")
    collection = Collection.create("memory:")
    report = import_texts(collection, tmp_path)
    assert report.added == 3
    assert not report.rejected


def test_texts_with_tags_below_them(corpora: Path, manifest: dict[str, dict[str, Any]]) -> None:
    truth = manifest["odd/tfortunes-epigrams.txt"]
    collection = Collection.create("memory:")
    report = import_texts(collection, corpora / "odd")
    assert report.added == truth["expected_entries"] == 204
    tags = {tag for entry in collection for tag in entry.tags}
    assert sorted(tags) == truth["expected_categories"]
    assert all(entry.tags for entry in collection)


@pytest.mark.parametrize("data", [b"", b"One.\n---- a\n", b"A\n---- b\nC\n---- d\nE\n"])
def test_what_is_no_file_with_tags(data: bytes) -> None:
    assert TaggedFortuneImporter().recognises(SourceFile("x", data)) is None


def test_a_table_with_letters_struck_twice_is_whole() -> None:
    table = "A _\bI.\n\n    one     two\n    three   f\bfour\n     \b \n    five    six"
    source = SourceFile("wise", f"{table}\n%\nTwo.\n%\n".encode())
    body = clean(next(FortuneImporter().parse(source))).body
    assert body.startswith("A *I*.")
    assert [word for word in body.replace("```", "").split() if word.isalpha()] == [
        "A", "one", "two", "three", "four", "five", "six",
    ]  # fmt: skip
    private = SourceFile("wise", "\ue0f0 B\bB and a\b_.\n%\nTwo.\n%\n".encode())
    assert clean(next(FortuneImporter().parse(private))).body == "\ue0f0 B and a."
    under = SourceFile("wise", b"B and a\b_.\n%\nTwo.\n%\n")
    assert clean(next(FortuneImporter().parse(under))).body == "B and *a*."
