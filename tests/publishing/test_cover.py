"""Covers: drawn ones that fit and can be read, given ones that are looked at."""

import io
import subprocess
import sys
import time
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from collectionlib import Contributor, Metadata, Series
from collectionlib.errors import ExportError
from collectionlib.publishing.cover.colours import contrast, palette
from collectionlib.publishing.cover.drawing import HEIGHT, WIDTH, draw
from collectionlib.publishing.cover.given import read_cover
from collectionlib.publishing.cover.lines import fitted, width_of
from collectionlib.publishing.cover.raster import as_png
from collectionlib.publishing.formats.epub import EpubExporter

SVG = "{http://www.w3.org/2000/svg}"
TITLES = [
    "A", "Wisdom, mostly borrowed", "唐詩三百首", "ألف ليلة وليلة", "पंचतंत्र की कहानियाँ",
    "ライ麦畑でつかまえてくださいというお話とその他の短編集", "Donaudampfschifffahrts" * 5,
    " ".join(["Adventures of a Collection of Jokes"] * 9)[:300], "月" * 300, "WWWW " * 40,
]  # fmt: skip


def _lines(data: bytes) -> list[tuple[str, float, float]]:
    """Each line with its base and the size of its letters."""
    root = etree.fromstring(data)
    return [
        ("".join(text.itertext()), float(text.get("y")), float(text.get("font-size")))
        for text in root.iter(f"{SVG}text")
    ]


@pytest.mark.parametrize("title", TITLES)
def test_every_line_of_a_drawn_cover_is_on_it_and_nothing_is_lost(title: str) -> None:
    metadata = Metadata(
        title=title, subtitle="And its subtitle", language="en", publisher="A Press",
        contributors=tuple(Contributor(name=f"Somebody Else {n}") for n in range(12)),
        series=Series(title="A series", position="2"),
    )  # fmt: skip
    lines = _lines(draw(metadata, seed="x").data)
    for text, base, size in lines:
        assert width_of(text) * size <= WIDTH - 280
        assert size < base < HEIGHT - 100
    words = "".join("".join(text for text, _, _ in lines).split())
    assert "".join(title.split()) in words
    assert "Andits" in words


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=120), st.sampled_from([400.0, 1300.0]))
def test_lines_keep_every_letter_and_their_width(text: str, width: float) -> None:
    found = fitted(text, width=width, height=5000, sizes=(200, 100, 50, 40), leading=1.2)
    assert "".join("".join(found.lines).split()) == "".join(text.split())
    marks = max((len(line) for line in found.lines), default=0)
    assert all(width_of(line) * found.size <= width or marks < 3 for line in found.lines)


@pytest.mark.parametrize("size", [200, 80])
def test_no_emoji_and_no_syllable_is_torn(size: int) -> None:
    family = "👩\u200d👩\u200d👧"
    found = fitted(family * 9, width=size * 2.1, height=9000, sizes=(size,), leading=1)
    assert all(line.replace(family, "") == "" for line in found.lines)
    thai = "นิทานพื้นบ้านไทยและเรื่องเล่าจากทุกภาคของประเทศ"
    found = fitted(thai, width=1300, height=1020, sizes=(size,), leading=1)
    assert len(found.lines) > 1
    for line in found.lines:
        assert unicodedata.category(line[0]) != "Mn"
        assert line[0] not in "ะาๆ"
        assert line[-1] not in "เแโใไ"


def test_a_blank_that_keeps_words_together_does_so() -> None:
    found = fitted("Quoi\u00a0? Tout de\u00a0suite", width=330, height=900, sizes=(60,), leading=1)
    assert "Quoi\u00a0?" in found.lines
    assert any("de\u00a0suite" in line for line in found.lines)


@pytest.mark.parametrize("title", ["a", "月", "a b ", "👩\u200d👧", "e\u0301", "ก"])
def test_an_endless_title_is_cut_soon_and_says_so(title: str) -> None:
    start = time.process_time()
    lines = _lines(draw(Metadata(title=title * 50_000, language="en"), seed="x").data)
    assert time.process_time() - start < 5
    assert lines[-1][0].endswith("…")
    assert all(width_of(text) * size <= WIDTH - 300 and base < HEIGHT for text, base, size in lines)


def test_names_stay_whole_and_say_what_was_done() -> None:
    names = tuple(Contributor(name=f"Author Number {n}") for n in range(12))
    lines = _lines(draw(Metadata(title="T", language="en", contributors=names), seed="x").data)
    shown = " ".join(text for text, _, _ in lines)
    assert [f"Author\u00a0Number\u00a0{n}" in shown for n in range(4)] == [True] * 3 + [False]
    assert shown.count("…") == 1
    editor = (Contributor(name="Jane Doe", role="edt"),)
    svg = draw(Metadata(title="T", language="de", contributors=editor), seed="x").data.decode()
    assert "Herausgegeben" in svg


def test_a_drawn_cover_can_be_heard() -> None:
    metadata = Metadata(title="A & B", subtitle="Sub", language="he", publisher="Press")
    root = etree.fromstring(draw(metadata, seed="x", right_to_left=True).data)
    named = {each.get("id"): each.text for each in root if each.get("id")}
    assert named[root.get("aria-labelledby")] == "A & B"
    assert named[root.get("aria-describedby")] == "Sub, Press"
    assert root.get("role") == "img"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "he"
    assert root.find(f"{SVG}g").get("direction") == "rtl"


def test_lines_are_balanced_and_obey_the_rules_of_their_script() -> None:
    found = fitted("one two three four five six", width=500, height=900, sizes=(60,), leading=1)
    lengths = [width_of(line) for line in found.lines]
    assert max(lengths) < 1.7 * min(lengths)
    kana = fitted("「これは、ほん」です。" * 3, width=420, height=900, sizes=(60,), leading=1)
    assert not any(line[0] in "、。」" or line[-1] == "「" for line in kana.lines)


@given(st.text(max_size=40))
def test_letters_can_be_read_on_every_ground(seed: str) -> None:
    colours = palette(seed)
    assert contrast(colours.ground, colours.ink) >= 7
    assert contrast(colours.ground, colours.second) >= 1.15


def test_the_same_metadata_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys, hashlib\n"
        "from collectionlib import Metadata\n"
        "from collectionlib.publishing.cover.drawing import draw\n"
        "from collectionlib.publishing.cover.raster import as_png\n"
        "cover = draw(Metadata(title='Wishes & more', language='en'), seed='s')\n"
        "print(hashlib.sha256(cover.data + as_png(cover).data).hexdigest())\n"
    )
    runs = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]


def test_a_drawn_cover_as_png_holds_the_letters() -> None:
    cover = draw(Metadata(title="Wishes", language="en"), seed="s")
    image = Image.open(io.BytesIO(as_png(cover).data))
    assert image.size == (WIDTH, HEIGHT)
    ink = palette("s").ink
    wanted = tuple(int(ink[place : place + 2], 16) for place in (1, 3, 5))
    assert dict(map(reversed, image.convert("RGB").getcolors(1 << 22)))[wanted] > 5000


@pytest.mark.slow
def test_letters_without_a_font_are_named() -> None:
    with pytest.raises(ExportError, match=r"no font .*U\+E123.*--font"):
        as_png(draw(Metadata(title="\ue123"), seed="s"))


# --- given --------------------------------------------------------------------------------------


def _turned(by: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = by
    return exif


def _image(
    kind: str, mode: str = "RGB", size: tuple[int, int] = (60, 90), **options: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 120 if mode == "L" else (120,) * len(mode)).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (_image("PNG"), "image/png"),
        (_image("JPEG"), "image/jpeg"),
        (_image("JPEG", "L", progressive=True), "image/jpeg"),
        (_image("JPEG", exif=_turned(1)), "image/jpeg"),
        (
            _image("MPO", save_all=True, append_images=[Image.new("RGB", (60, 90))]),
            "image/jpeg",
        ),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 90"/>', "image/svg+xml"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="60px" height="90"/>', "image/svg+xml"),
    ],
)
def test_what_is_a_cover_is_taken_by_what_it_holds(tmp_path, data, media_type) -> None:
    path = tmp_path / "cover.bin"
    path.write_bytes(data)
    cover = read_cover(path)
    assert (cover.media_type, cover.width, cover.height) == (media_type, 60, 90)


_OPEN = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 6 9">'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_image("PNG")[:-30], "damaged"),
        (_image("JPEG", size=(400, 400))[:500], "damaged"),
        (_image("GIF"), "no JPEG, PNG or SVG"),
        (_image("JPEG", "CMYK"), "CMYK"),
        (
            _image("PNG", save_all=True, append_images=[Image.new("RGB", (60, 90), "red")]),
            "animated",
        ),
        (_image("JPEG", exif=_turned(6)), "EXIF orientation"),
        (b"", "no JPEG"),
        (b"a text", "no JPEG"),
        (b"<svg", "well-formed"),
        (b"<html/>", "no JPEG"),
        (_OPEN + b"<script>1</script></svg>", r"line 1: it holds <script>"),
        (_OPEN + b'<rect onclick="x()"/></svg>', "does something"),
        (_OPEN + b'<image href="https://e.example/a.png"/></svg>', "refers to"),
        (_OPEN + b'<rect style="fill: url(http://e.example/)"/></svg>', "outside"),
        (_OPEN + b"<style>@import 'a.css';</style></svg>", "outside"),
        (_OPEN + b'<image href="data:image/svg+xml,x"/></svg>', "refers to"),
        (_OPEN + b"<style>a{fill:u\\72l(http://e.example)}</style></svg>", "outside"),
        (_OPEN + b'<set attributeName="href" to="http://e.example/"/></svg>', "moves"),
        (_OPEN + b'<g xml:base="http://e.example/"/></svg>', "xml:base"),
        (b'<?xml-stylesheet href="http://e.example/"?>' + _OPEN + b"</svg>", "style sheet"),
        (b'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "x">]>' + _OPEN + b"</svg>", "declares"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "says no size"),
        (_OPEN.replace(b"6 9", b"inf inf") + b"</svg>", "says no size"),
        (_OPEN.replace(b"6 9", b"nan 9") + b"</svg>", "says no size"),
        (_OPEN.replace(b"6 9", b"-6 -9") + b"</svg>", "says no size"),
        (_OPEN.replace(b"6 9", b"1e300 1") + b"</svg>", "says no size"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + _OPEN + b"</svg>", "entities"),
    ],
)
def test_what_is_no_cover_is_refused_in_one_sentence(tmp_path, data: bytes, reason: str) -> None:
    path = tmp_path / "cover.png"
    path.write_bytes(data)
    with pytest.raises(ExportError, match=reason) as error:
        read_cover(path)
    assert "cover.png" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.slow
def test_a_bomb_is_not_unfolded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(_image("PNG", "L", size=(20_000, 20_000)))
    with pytest.raises(ExportError, match="pixels"):
        read_cover(path)


# --- in the book --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drawn", "png", "given", "none"])
def test_the_cover_is_the_first_page_of_the_book(make_epub, epubcheck, tmp_path, kind: str) -> None:
    path = tmp_path / "given.jpg"
    path.write_bytes(_image("JPEG"))
    exporter = {
        "drawn": EpubExporter(),
        "png": EpubExporter(png_cover=True),
        "given": EpubExporter(cover=read_cover(path)),
        "none": EpubExporter(draws_cover=False),
    }[kind]
    book = make_epub([], Metadata(title="Book & more", language="he"), exporter=exporter)
    items = {
        item.get("properties"): item.get("href")
        for item in book.package.iter("{http://www.idpf.org/2007/opf}item")
    }
    ending = {"drawn": "svg", "png": "png", "given": "jpg"}.get(kind)
    assert items.get("cover-image") == (f"cover.{ending}" if ending else None)
    assert (book.spine[0] == "cover.xhtml") is (ending is not None)
    (tmp_path / "book.epub").write_bytes(book.data)
    assert epubcheck(tmp_path / "book.epub") == []
    if kind == "given":
        with zipfile.ZipFile(tmp_path / "book.epub") as archive:
            assert archive.read("EPUB/cover.jpg") == path.read_bytes()
