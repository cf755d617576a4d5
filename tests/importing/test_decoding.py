from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.errors import DecodingError, InvalidValueError
from collectionlib.importing.decoding import decode

TEXT = "Ĉu vi ŝatas ĝin? Ĵaŭde ni iros, 祝你健康, שלום.\n"


@pytest.mark.parametrize(
    ("encoding", "mark", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8-sig", b"", "utf-8"),
        ("utf-16", b"", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\0\0", "utf-32-le"),
        ("utf-32-be", b"\0\0\xfe\xff", "utf-32-be"),
    ],
)
def test_marks_and_utf_8_are_no_guess(encoding: str, mark: bytes, found: str) -> None:
    decoded = decode(mark + TEXT.encode(encoding), "one.txt")
    assert (decoded.text, decoded.encoding, decoded.confidence) == (TEXT, found, None)


def test_a_text_in_japanese_escapes_is_no_ascii() -> None:
    text = "祝福の言葉。\n"
    assert decode(text.encode("iso2022_jp"), "one.txt").text == text


def test_a_guess_comes_with_its_confidence() -> None:
    text = "Привет, как дела? Это старый текст, написанный много лет назад. " * 5
    decoded = decode(text.encode("koi8-r"), "one.txt")
    assert decoded.text == text
    assert decoded.confidence is not None
    assert "confidence" in decoded.evidence


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        b"PK\x03\x04" + bytes(range(256)) * 8,
        b"\0" * 500,
        bytes(range(1, 32)) * 20,
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf\xff",
    ],
    ids=["png", "zip", "zeros", "controls", "half a UTF-16 unit", "mark of UTF-8 before none"],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes) -> None:
    with pytest.raises(DecodingError) as raised:
        decode(data, "one.bin")
    assert raised.value.source == "one.bin"
    assert raised.value.reason


def test_an_encoding_that_is_asked_for_is_used_or_refused() -> None:
    assert decode("é".encode("latin-1"), "one.txt", "latin-1").text == "é"
    assert decode(b"\xef\xbb\xbfa", "one.txt", "utf-8").text == "a"
    with pytest.raises(DecodingError, match="byte 1"):
        decode(b"a\xff", "one.txt", "utf-8")
    with pytest.raises(InvalidValueError, match="no-such"):
        decode(b"a", "one.txt", "no-such")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1), st.data())
def test_places_of_characters_are_places_of_bytes(text: str, data: st.DataObject) -> None:
    encoding = data.draw(st.sampled_from(("utf-8", "utf-16", "utf-8-sig")))
    encoded = text.encode(encoding)
    decoded = decode(encoded, "one.txt", None if encoding != "utf-8" else "utf-8")
    if decoded.text != text:  # a text that begins with a mark of its own
        return
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = encoded[decoded.place_of(start) : decoded.place_of(end)]
    assert span.decode(decoded.encoding) == text[start:end]


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data, "one.txt")
    except DecodingError:
        return
    assert isinstance(decoded.text, str)


def test_the_real_files_of_the_corpora_are_read_as_what_they_are(
    corpora: Path, manifest: dict[str, dict[str, Any]]
) -> None:
    wrong = []
    for path, file in manifest.items():
        if file["encoding"] not in ("utf-8", "utf-8-sig", "ascii", "cp932", "iso-8859-3"):
            continue
        decoded = decode((corpora / path).read_bytes(), path)
        expected = (corpora / path).read_bytes().decode(file["encoding"])
        if decoded.text != expected.removeprefix("\ufeff"):
            wrong.append((path, decoded.encoding))
    assert not wrong
