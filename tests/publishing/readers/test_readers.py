"""Books of real collections in what reads and judges books elsewhere."""

import pytest

pytestmark = pytest.mark.slow

# What Ace finds in some books, and why it stands there.
KNOWN = {
    "valid-lang": "x-klingon is well-formed, and what Hypothesis says; Ace knows no private tags",
    "landmark-unique": "two parts of different parents have the same name",
    "heading-order": "a text of Aozora's begins with a small heading, and keeps it",
}


def test_epubcheck_finds_nothing(book, epubcheck_all) -> None:
    assert epubcheck_all(book.path) == []


def test_ace_lets_it_pass(book, ace) -> None:
    report = ace(book.path)
    found = [
        (about["earl:testSubject"]["url"], one["earl:test"]["dct:title"], one["earl:result"])
        for about in report["assertions"]
        for one in about["assertions"]
    ]
    assert [finding for finding in found if finding[1] not in KNOWN] == []
    outcome = report["earl:result"]["earl:outcome"]
    assert outcome == ("fail" if found else "pass")


def test_a_reader_turns_every_page(book, page_through) -> None:
    seen = page_through(book)
    assert seen["errors"] == []
    expected = [section for section in book.spine() if section.linear]
    assert seen["spine"] == [section.href for section in expected]
    assert [shown["href"] for shown in seen["sections"]] == seen["spine"]
    for section, shown in zip(expected, seen["sections"], strict=True):
        assert "".join(shown["text"].split()) == section.text, shown["href"]
        assert shown["pages"] == list(range(1, shown["total"] + 1)), shown["href"]
        # Contents of 200 levels, each further in than the one above, leave every page.
        if book.name != "everything odd" or shown["articles"]:
            assert shown["cut"] == 0, f"{shown['href']}: text stands over the edge of the page"
        assert shown["sheets"] > 0, shown["href"]
    texts = [shown for shown in seen["sections"] if shown["articles"]]
    assert {(shown["direction"], shown["writing"]) for shown in texts} == {book.setting}
