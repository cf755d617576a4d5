"""What a page says of its encoding, and when it is believed."""

import pytest

from collectionlib.errors import DecodingError
from collectionlib.importing.decoding import decode
from collectionlib.importing.decoding.declared import as_declared, declared_encoding
from collectionlib.importing.formats.html import HtmlImporter
from collectionlib.importing.sources import SourceFile

JOKE = "<p>Вовочка, кто написал «Войну и мир»?</p>"


@pytest.mark.parametrize(
    "head",
    [
        "<meta charset=windows-1251>",
        "<META CHARSET='Windows-1251'>",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        "<!DOCTYPE html><html><head><title>x</title><meta charset=cp1251>",
        "<?xml version='1.0' encoding='windows-1251'?><p/>",
    ],
)
def test_a_declared_encoding_in_which_all_fits_is_believed(head: str) -> None:
    decoded = decode((head + JOKE).encode("cp1251"), "joke.html")
    assert (decoded.encoding, decoded.text) == ("cp1251", head + JOKE)
    assert decoded.confidence is None
    assert "declared" in decoded.evidence


def test_a_single_word_is_read_as_declared() -> None:
    page = "<meta charset=koi8-r><p>Да".encode("koi8-r")
    assert decode(page, "yes.html").text.endswith("Да")


@pytest.mark.parametrize(
    ("name", "codec", "words"),
    [
        ("iso-8859-1", "cp1252", "“Café” costs 3 €"),
        ("gb2312", "gb18030", "从前有一座山，山上有座庙，朱镕基"),
        ("Shift_JIS", "cp932", "①むかしむかし、ある所に"),
        ("euc-kr", "cp949", "옛날 옛적에 똠방각하"),
        ("big5", "big5hkscs", "從前有一座山"),
        ("iso-8859-9", "cp1254", "Nasreddin Hoca “eşeğe” bindi"),
    ],
)
def test_a_name_means_what_it_means_on_the_web(name: str, codec: str, words: str) -> None:
    page = f"<meta charset={name}><p>{words}".encode(codec)
    assert decode(page, "page.html").text.endswith(words)


def test_utf_8_is_read_as_such_whatever_the_page_says() -> None:
    page = "<meta charset=iso-8859-1><h1>Café</h1><p>Ça va?".encode()
    (draft,) = HtmlImporter().parse(SourceFile("cafe.html", page))
    assert (draft.title, draft.body) == ("Café", "Ça va?")
    assert draft.warnings == ("it says that it is in iso-8859-1, and is read as utf-8",)


def test_a_declared_encoding_that_does_not_fit_is_left_to_the_detector() -> None:
    words = "Ça va très bien, et la journée est belle ; il a regardé la lune où était sa fleur."
    page = f"<meta charset=utf-8><h1>Café</h1><p>{words}".encode("cp1252")
    (draft,) = HtmlImporter().parse(SourceFile("cafe.html", page))
    assert (draft.title, draft.body) == ("Café", words)
    assert "it says that it is in utf-8" in draft.warnings[0]


@pytest.mark.parametrize("name", ["utf-16", "utf-7", "rot13", "zip", "unicode_escape", "no-such"])
def test_what_cannot_be_declared_is_not_believed(name: str) -> None:
    assert as_declared(f"<meta charset={name}><p>Be well, +AGE-.".encode()) is None


def test_a_byte_order_mark_counts_before_a_declaration() -> None:
    page = "\ufeff<meta charset=windows-1251><p>Да".encode()
    assert decode(page, "yes.html").text.endswith("Да")


def test_a_text_about_declarations_declares_nothing() -> None:
    assert declared_encoding(b"Write <meta charset=koi8-r> into the head.") is None


def test_an_encoding_that_is_asked_for_counts_before_a_declaration() -> None:
    page = "<meta charset=iso-8859-1><p>Да".encode("koi8-r")
    assert decode(page, "yes.html", "koi8-r").text.endswith("Да")


def test_bytes_of_no_text_stay_refused() -> None:
    with pytest.raises(DecodingError):
        decode(b"<meta charset=utf-8>" + bytes(range(256)) * 40, "page.html")
