"""Books for a shop: what it accepts is in the book, and in the documents."""

import io
from pathlib import Path

import pytest
from PIL import Image

from collectionlib import Entry, Metadata
from collectionlib.errors import ExportError, InvalidValueError
from collectionlib.identity import entry_id
from collectionlib.publishing.cover import Cover
from collectionlib.publishing.devices import DEVICES, Device
from collectionlib.publishing.formats.epub import EpubExporter

PAGE = Path(__file__).parents[2] / "docs/reference/devices.md"
DEEP = [
    Entry(id=entry_id("one"), title="One", body="Text.", category=("A", "B", "C", "D")),
]


def _row(device: Device) -> str:
    def size(number: int | None, unit: str = "MB") -> str:
        return f"{number // 1024 // 1024} {unit}" if number else ""

    cells = [
        f"`{device.name}`",
        ", ".join(
            kind.removeprefix("image/").removesuffix("+xml").upper()
            for kind in device.cover_types
        ),
        f"{device.drawn_cover[0]} × {device.drawn_cover[1]}",
        str(device.least_cover),
        f"{device.most_image_pixels:,}" if device.most_image_pixels else "",
        size(device.most_image_bytes),
        size(device.most_bytes),
        str(device.ncx_depth or ""),
        ", ".join(device.unsupported_css),
        device.source,
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def test_the_table_of_the_documents_is_that_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    for device in DEVICES:
        assert _row(device) in text


@pytest.mark.parametrize("name", [device.name for device in DEVICES])
def test_a_book_for_a_shop_is_valid_and_has_a_cover_that_it_shows(
    make_epub, epubcheck, tmp_path: Path, name: str
) -> None:
    (device,) = (each for each in DEVICES if each.name == name)
    book = make_epub(DEEP, Metadata(title="Book"), exporter=EpubExporter(device=name))
    cover = next(
        item
        for item in book.package.iter("{http://www.idpf.org/2007/opf}item")
        if item.get("properties") == "cover-image"
    )
    assert cover.get("media-type") in device.cover_types
    if cover.get("media-type") == "image/png":
        image = Image.open(io.BytesIO(book.archive.read(f"EPUB/{cover.get('href')}")))
        assert image.size == device.drawn_cover
        assert (
            not device.most_image_pixels or image.width * image.height <= device.most_image_pixels
        )
    depth = max(
        len(list(point.iterancestors("{*}navPoint"))) + 1
        for point in book.page("toc.ncx").iter("{*}navPoint")
    )
    assert depth == min(5, device.ncx_depth or 5)
    (tmp_path / "book.epub").write_bytes(book.data)
    assert epubcheck(tmp_path / "book.epub") == []


def test_a_cover_that_a_shop_cannot_show_is_refused_and_a_small_one_told(make) -> None:
    vector = Cover(b"<svg/>", "image/svg+xml", 1600, 2560)
    with pytest.raises(ExportError, match=r"kindle takes no cover as svg.*JPEG or PNG"):
        make(DEEP, exporter=EpubExporter(device="kindle", cover=vector))
    told: list[str] = []
    small = Cover(b"", "image/png", 60, 90)
    make(DEEP, exporter=EpubExporter(device="apple", cover=small, tell=told.append))
    assert told == ["the cover has 60 × 90 pixels; apple wants 1400 on the shorter side"]


@pytest.mark.slow
def test_css_that_a_shop_does_not_show_is_told(make, tmp_path: Path) -> None:
    told: list[str] = []
    css = tmp_path / "own.css"
    css.write_text("p { background-position: 0; } h1 { position: relative; }")
    make(DEEP, exporter=EpubExporter(device="kobo", css=css, tell=told.append))
    assert told == ["kobo does not show the CSS property 'position'"]
    told.clear()
    css.write_text("p { background-position: 0; }")
    make(DEEP, exporter=EpubExporter(device="kobo", css=css, tell=told.append))
    assert told == []


def test_a_shop_that_nobody_knows_is_refused(make) -> None:
    with pytest.raises(InvalidValueError, match="device is none of generic, kindle"):
        make(DEEP, exporter=EpubExporter(device="nook"))
