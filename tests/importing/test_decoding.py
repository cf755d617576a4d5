import io
import json
import zipfile
from hashlib import sha256
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


def _zipped(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as document:
        document.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", [None, "latin-1"])
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "a PDF"),
        (rb"{\rtf1\ansi Be well.}", "a document in RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"words" * 100, "a document of Word"),
        (_zipped("[Content_Types].xml", "<Types/>"), "a document of Word"),
        (_zipped("mimetype", "application/vnd.oasis.opendocument.text"), "an OpenDocument"),
        (b"A_Book".ljust(60, b"\0") + b"BOOKMOBI" + b"\0\1" * 50, "a book for the Kindle"),
    ],
)
def test_documents_of_other_programs_are_named(
    data: bytes, kind: str, encoding: str | None
) -> None:
    with pytest.raises(DecodingError, match=f"it is no text, but {kind}.*: save it as EPUB"):
        decode(data, "one", encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "A line.\nAnother one.\n",
        "السلام عليكم ورحمة الله وبركاته\n",
        "祝你健康，萬事如意。\n祝福。 12\n",
        "Привет, как дела?\n",
        "שָׁלוֹם עֲלֵיכֶם",
        "สวัสดี ครับ\n",
    ],
)
def test_utf_16_without_a_mark_in_either_byte_order(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding), "one.txt")
    assert (decoded.text, decoded.encoding, decoded.confidence) == (text, encoding, None)


@pytest.mark.parametrize(
    ("encoding", "text", "asked"),
    [
        ("utf-8", "Ĉu vi ŝatas ĝin? Ĵaŭde ni iros, 祝你健康. " * 8, None),
        ("utf-8", "Ĉu vi ŝatas ĝin? Ĵaŭde ni iros, 祝你健康. " * 8, "utf-8"),
        ("euc_jp", "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。" * 8, None),
        ("utf-16-le", "\ufeffA line of words, and another one.\n" * 8, None),
    ],
)
def test_a_few_bad_bytes_do_not_change_the_encoding(
    encoding: str, text: str, asked: str | None
) -> None:
    encoded = text.encode(encoding)
    bad = {"utf-16-le": b"\x00\xd8", "euc_jp": b"\xff"}.get(encoding, b"\xe9")
    middle = len(text[: len(text) // 2].encode(encoding))
    decoded = decode(encoded[:middle] + bad + encoded[middle:], "one.txt", asked)
    text = text.removeprefix("\ufeff")
    assert decoded.encoding == encoding
    assert decoded.text.replace("\ufffd", "") == text
    (gap,) = decoded.gaps
    assert (gap.start, gap.length) == (middle, len(bad))
    assert decoded.text[gap.character] == "\ufffd"
    assert decoded.stateless
    assert decoded.place_of(gap.character) == middle
    assert decoded.place_of(gap.character + 1) == middle + len(bad)
    assert decoded.place_of(len(decoded.text)) == len(encoded) + len(bad)
    assert f"first for byte {middle}" in list(decoded.doubts())[-1]


def test_latin_1_that_looks_like_a_little_utf_8_is_not() -> None:
    decoded = decode("Très bien, l'été à la mer; déjà vu. Â© ".encode("cp1252") * 5, "one.txt")
    assert not decoded.gaps


def test_what_is_not_sure_names_two_candidates() -> None:
    decoded = decode("Een mooie dag, zo vlak na één uur.".encode("cp850"), "one.txt")
    assert decoded.confidence is not None
    assert decoded.alternative not in (None, decoded.encoding)
    assert f"or else {decoded.alternative}" in next(decoded.doubts())


def test_frames_and_tables_do_not_hide_chinese() -> None:
    text = "│字│之和│可訪問文件│\n├──┼──┼─────┤\n".replace("訪問", "访问") * 3
    decoded = decode(text.encode("gbk"), "one.txt")
    assert (decoded.text, decoded.encoding) == (text, "gb18030")


@pytest.mark.slow
def test_texts_of_all_languages_in_all_their_encodings(corpora: Path) -> None:
    folder = corpora / "encodings-torture"
    if not (folder / "MANIFEST.json").is_file():
        pytest.skip("the torture files are absent")
    right: dict[bool, list[bool]] = {True: [], False: []}
    unwarned = 0
    files = json.loads((folder / "MANIFEST.json").read_bytes())["files"]
    for file in files:
        data = (folder / file["path"]).read_bytes()
        try:
            decoded = decode(data, file["path"])
        except DecodingError:
            right[file["nominal"] == 200].append(False)
            continue
        found = sha256(decoded.text.encode("utf-8", "surrogatepass")).hexdigest()
        same = found == file["sha256_of_utf8_text_without_bom"]
        right[file["nominal"] == 200].append(same)
        unwarned += not same and not list(decoded.doubts())
    short, longer = (sum(right[is_short]) / len(right[is_short]) for is_short in (True, False))
    assert short >= 0.97
    assert longer >= 0.985
    assert unwarned <= len(files) / 100


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


def test_frames_around_chinese_do_not_mislead() -> None:
    frame = "┌" + "─" * 30 + "┐\n"
    text = "".join(
        f"{frame}│{line}│\n" for line in ("我们说话的时候他们还没有来", "这里的人都是我的朋友") * 12
    )
    decoded = decode(text.encode("gb18030"), "one.txt")
    assert decoded.text == text


def test_escapes_of_no_encoding_of_iso_2022_are_control_characters() -> None:
    decoded = decode(b"A line\x1b$B\x7f\x7f\x1b[0m in color\n" * 3, "one.txt")
    assert "in color" in decoded.text


def test_too_many_bytes_that_are_none_are_not_nearly_utf_8() -> None:
    text = ("Jaśnie " + "x" * 40 + "\n").encode() * 2
    with pytest.raises(DecodingError, match="cannot be told: name it with --encoding"):
        decode(text + b"caf\xe9 \xe0 la carte \xe8 \xf9\n" * 9, "one.txt")
