"""Books of real collections in what reads and judges books elsewhere."""

import pytest

pytestmark = pytest.mark.slow


def test_epubcheck_finds_nothing(book, epubcheck_all) -> None:
    assert epubcheck_all(book.path) == []


def test_ace_lets_it_pass(book, ace) -> None:
    report = ace(book.path)
    found = [
        (about["earl:testSubject"]["url"], one["earl:test"]["dct:title"], one["earl:result"])
        for about in report["assertions"]
        for one in about["assertions"]
    ]
    assert found == []
    assert report["earl:result"]["earl:outcome"] == "pass"


def test_a_reader_turns_every_page(book, page_through) -> None:
    seen = page_through(book)
    assert seen["errors"] == []
    expected = [section for section in book.spine() if section.linear]
    assert seen["spine"] == [section.href for section in expected]
    assert [shown["href"] for shown in seen["sections"]] == seen["spine"]
    for section, shown in zip(expected, seen["sections"], strict=True):
        assert "".join(shown["text"].split()) == section.text, shown["href"]
        assert shown["pages"] == list(range(1, shown["total"] + 1)), shown["href"]
        assert shown["cut"] == 0, f"{shown['href']}: text stands over the edge of the page"
        assert shown["sheets"] > 0, shown["href"]
    texts = [shown for shown in seen["sections"] if shown["articles"]]
    assert {(shown["direction"], shown["writing"]) for shown in texts} == {book.setting}
