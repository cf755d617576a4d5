"""The fortunes of the corpora: 46 files, 13 languages, 21,705 texts by strfile(1)."""

import re
from pathlib import Path
from typing import Any

import pytest

from collectionlib import Collection, import_texts
from collectionlib.importing.formats.fortune import FortuneImporter
from collectionlib.importing.sources import SourceFile


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


def test_every_file_gives_as_many_entries_as_strfile_counts(
    fortunes: dict[str, dict[str, Any]], imported: Collection
) -> None:
    counts: dict[str, int] = {}
    for entry in imported:
        assert entry.source is not None
        counts[entry.source.uri] = counts.get(entry.source.uri, 0) + 1
    assert counts == {path: file["expected_entries"] for path, file in fortunes.items()}


def test_every_text_arrives(
    corpora: Path, fortunes: dict[str, dict[str, Any]], imported: Collection
) -> None:
    arrived: dict[str, list[str]] = {}
    for entry in imported:
        assert entry.source is not None
        arrived.setdefault(entry.source.uri, []).append(" ".join(entry.body.split()))
    for path, file in fortunes.items():
        text = (corpora / path).read_bytes().decode(file["encoding"])
        records = [record for record in re.split(r"(?m)^%\n", text) if record]
        expected = [_words(record) for record in records]
        assert arrived[path] == expected, path


def _words(record: str) -> str:
    # What a terminal shows: no colours, no letters struck twice, no other controls.
    record = re.sub(r"\x1b\[[0-9;]*m", "", record)
    record = re.sub(r"_\x08(.)|(.)\x08_", lambda found: found[1] or found[2], record)
    record = re.sub(r"(.)(?:\x08\1)+", r"\1", record)
    return " ".join(re.sub(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]", "", record).split())


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
            raw = _words(span.decode(source.encoding))
            assert raw == " ".join(entry.body.split())


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
