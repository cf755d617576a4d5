"""What the manifest of the corpora knows of its files, and what an import without options gives."""

from pathlib import Path
from typing import Any

import pytest

from collectionlib.importing.pipeline import preview_texts
from collectionlib.importing.reading import Reading

# Where the manifest is not the whole truth, and why.
_TITLES = {
    # Its title goes on in the next line of the front matter.
    "markdown-18f/2019-03-05-the-us-data-federation.md": (
        "The U.S. Data Federation wants to make it easier to collect, combine, and exchange data "
        "across government"
    ),
}
_DATES = {
    # So says their front matter; the manifest has the dates in the files' names.
    "markdown-18f/2016-01-08-18f-new-years-resolution-be-even-more-open.md": "2016-01-07",
    "markdown-18f/2021-04-27-we_asked_our_coworkers_why_did_you_join_18f.md": "2021-05-11",
}
_ENCODINGS = {
    # What a mark was cut off from, and names of one thing.
    "utf-8-sig": {"utf-8"},
    "utf-8": {"utf-8", "ascii"},
    "iso-8859-3": {"iso8859-3"},
    "euc-jp": {"euc_jp"},
    # A superset; on these files it gives the same text.
    "latin-1": {"cp1252"},
    # By the manifest either is right.
    "cp850": {"cp437", "cp850"},
}
_NO_TEXT_OF_THEIR_OWN = ("content.opf", "toc.xhtml")


@pytest.fixture(scope="module")
def readings(corpora: Path, manifest: dict[str, dict[str, Any]]) -> dict[str, Reading]:
    return {path: next(preview_texts(corpora / path).readings) for path in manifest}


@pytest.mark.slow
def test_every_file_is_imported_or_passed_over(readings: dict[str, Reading]) -> None:
    assert len(readings) > 100
    for path, reading in readings.items():
        assert reading.error is None, path
        is_text = not path.endswith(_NO_TEXT_OF_THEIR_OWN)
        assert bool(reading.entries) == is_text == (reading.passed_over is None), path


def test_counts(manifest: dict[str, dict[str, Any]], readings: dict[str, Reading]) -> None:
    expected = {
        path: file["expected_entries"]
        for path, file in manifest.items()
        if file.get("expected_entries") is not None
    }
    assert len(expected) > 90
    assert {path: len(readings[path].entries) for path in expected} == expected


def test_titles(manifest: dict[str, dict[str, Any]], readings: dict[str, Reading]) -> None:
    for path, file in manifest.items():
        if file.get("expected_titles"):
            titles = [_TITLES[path]] if path in _TITLES else file["expected_titles"]
            assert [entry.title for entry in readings[path].entries] == titles, path


def test_authors(manifest: dict[str, dict[str, Any]], readings: dict[str, Reading]) -> None:
    for path, file in manifest.items():
        author = file.get("expected_author") or file.get("expected_author_line")
        if author:
            for entry in readings[path].entries:
                assert author in [each.name for each in entry.contributors], path


def test_encodings(manifest: dict[str, dict[str, Any]], readings: dict[str, Reading]) -> None:
    for path, file in manifest.items():
        expected = file["encoding"]
        if readings[path].entries and not expected.startswith(("binary", "unknown")):
            assert readings[path].encoding in _ENCODINGS.get(expected, {expected}), path


def test_tags_and_dates_of_posts(
    manifest: dict[str, dict[str, Any]], readings: dict[str, Reading]
) -> None:
    for path, file in manifest.items():
        if "expected_date" in file:
            (entry,) = readings[path].entries
            date = _DATES.get(path, file["expected_date"])
            assert (entry.created or "").startswith(date), path
            assert list(entry.tags) == file["expected_tags"], path


def test_distinct_proverbs(
    manifest: dict[str, dict[str, Any]], readings: dict[str, Reading]
) -> None:
    path = "proverbs/ru_proverbs.txt"
    texts = {entry.body for entry in readings[path].entries}
    assert len(texts) == manifest[path]["expected_distinct"]
