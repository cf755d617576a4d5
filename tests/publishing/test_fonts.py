"""Embedded fonts: what is left of them, what their licences say, and what is told.

The fonts are made here, with a square for each glyph.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from collectionlib.errors import FontError
from collectionlib.publishing.fonts import EmbeddedFont, embed, font_rules

builder = pytest.importorskip("fontTools.fontBuilder")

from fontTools.pens.t2CharStringPen import T2CharStringPen  # noqa: E402
from fontTools.pens.ttGlyphPen import TTGlyphPen  # noqa: E402
from fontTools.ttLib import TTCollection, TTFont  # noqa: E402
from fontTools.ttLib.tables._f_v_a_r import Axis  # noqa: E402

LETTERS = {
    ".notdef": None, "space": " ", "hyphen": "-", "a": "a", "b": "b", "f": "f", "i": "i",
    "e": "e", "acutecomb": "\u0301", "eacute": "é", "f_i": None, "parenleft": "(",
    "parenright": ")", "comma_ja": "、", "comma_ja.vert": None, "ha": "ה", "A": "A", "B": "B",
    "alef-ar": "ا", "beh-ar": "ب", "beh-ar.init": None, "beh-ar.fina": None,
}  # fmt: skip
FEATURES = """
feature liga { sub f i by f_i; } liga;
feature vert { sub comma_ja by comma_ja.vert; } vert;
feature init { script arab; sub beh-ar by beh-ar.init; } init;
feature fina { script arab; sub beh-ar by beh-ar.fina; } fina;
feature ss01 { sub a by b; } ss01;
markClass [acutecomb] <anchor 0 500> @TOP;
feature mark { pos base e <anchor 0 500> mark @TOP; } mark;
"""
OFL = "This Font Software is licensed under the SIL Open Font License, Version 1.1."


def _draw(pen: Any) -> None:
    pen.moveTo((0, 0))
    pen.lineTo((0, 500))
    pen.lineTo((500, 500))
    pen.lineTo((500, 0))
    pen.closePath()


def _font(
    *,
    cff: bool = False,
    flags: int = 0,
    version: int = 4,
    names: dict[str, str] | None = None,
    weight: int = 400,
    axes: tuple[str, ...] = (),
    **os2: Any,
) -> TTFont:
    order = list(LETTERS)
    made = builder.FontBuilder(1000, isTTF=not cff)
    made.setupGlyphOrder(order)
    made.setupCharacterMap({ord(one): name for name, one in LETTERS.items() if one})
    strings = {"familyName": "Test Serif", "styleName": "Regular", "version": "Version 1.0",
               "fullName": "Test Serif Regular", "psName": "TestSerif-Regular"}  # fmt: skip
    strings |= names or {}
    if cff:
        pen = T2CharStringPen(600, None)
        _draw(pen)
        shape = pen.getCharString()
        info = {"FullName": strings["fullName"], "FamilyName": strings["familyName"]}
        made.setupCFF(strings["psName"], info, dict.fromkeys(order, shape), {})
    else:
        pen = TTGlyphPen(None)
        _draw(pen)
        made.setupGlyf(dict.fromkeys(order, pen.glyph()))
    made.setupHorizontalMetrics(dict.fromkeys(order, (600, 0)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable(strings)
    made.setupOS2(version=version, fsType=flags, usWeightClass=weight, **os2)
    made.setupPost()
    made.addOpenTypeFeatures(FEATURES)
    if axes:
        bounds = {"wght": (100, 400, 900), "opsz": (8, 12, 72)}
        made.setupFvar([(tag, *bounds[tag], tag) for tag in axes], [])
        made.setupGvar({name: [] for name in order})
    assert isinstance(made.font, TTFont)
    return made.font


@pytest.fixture
def save(tmp_path: Path) -> Any:
    def save(font: TTFont, name: str = "font.ttf", flavor: str | None = None) -> Path:
        font.flavor = flavor
        path = tmp_path / name
        font.save(path)
        return path

    return save


def _inside(font: EmbeddedFont) -> TTFont:
    return TTFont(BytesIO(font.data))


def _glyphs(font: EmbeddedFont) -> int:
    return int(_inside(font)["maxp"].numGlyphs)


@pytest.mark.parametrize(
    ("cff", "flavor", "ending"),
    [(False, None, "ttf"), (True, None, "otf"), (False, "woff", "ttf"), (True, "woff2", "otf")],
)
def test_a_font_of_any_kind_comes_out_as_what_every_reader_takes(
    save: Any, cff: bool, flavor: str | None, ending: str
) -> None:
    font = embed(save(_font(cff=cff), flavor=flavor), "ab")
    assert font.media_type == f"font/{ending}"
    assert font.name.endswith(f".{ending}")
    assert font.name.startswith("testserif-400-")
    assert (font.family, font.style, font.weight, font.use) == (
        "Test Serif", "normal", "400", "serif",
    )  # fmt: skip
    assert {"a", "b"} == {chr(point) for point in _inside(font).getBestCmap()} & {"a", "b", "e"}
    assert f'url("fonts/{font.name}")' in font.css
    assert not font.warnings


def test_what_is_not_in_the_book_is_left_out(save: Any) -> None:
    path = save(_font())
    few, many = embed(path, ["a"]), embed(path, LETTERS["a"] + "bfie\u0301é()、הابA")
    assert _glyphs(few) < _glyphs(many) == len(LETTERS)
    # The hyphen is the reader's to set, and the capital a theme's.
    assert {chr(point) for point in _inside(few).getBestCmap()} == {" ", "-", "a", "A"}


@pytest.mark.parametrize(
    ("text", "features"),
    [("fi", {"liga"}), ("、", {"vert"}), ("ب", {"init", "fina"}), ("é", {"mark"}), ("ab", set())],
)
def test_what_shaping_needs_is_kept(save: Any, text: str, features: set[str]) -> None:
    font = _inside(embed(save(_font()), text))
    kept = {
        record.FeatureTag
        for tag in ("GSUB", "GPOS")
        if tag in font and font[tag].table.FeatureList
        for record in font[tag].table.FeatureList.FeatureRecord
    }
    assert kept == features


def test_a_bracket_keeps_its_counterpart_and_a_letter_what_it_is_composed_of(save: Any) -> None:
    path = save(_font())
    assert ord(")") in _inside(embed(path, "ה(")).getBestCmap()
    assert {ord("e"), 0x301} <= set(_inside(embed(path, "é")).getBestCmap())
    assert ord("é") in _inside(embed(path, "e\u0301")).getBestCmap()


def test_the_same_font_and_text_give_the_same_bytes(save: Any) -> None:
    for cff in (False, True):
        path = save(_font(cff=cff))
        first, second = embed(path, "abfi"), embed(path, ["if", "ba", "a"])
        assert first == second
        assert _inside(first)["head"].modified == TTFont(path)["head"].modified


# --- licences ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "version", "told"),
    [
        (0x0002, 4, "its licence bits forbid embedding"),
        (0x0200, 4, "its licence bits allow bitmaps only"),
        (0x0006, 3, "forbid embedding"),
    ],
)
def test_a_font_that_may_not_be_embedded_is_refused(
    save: Any, flags: int, version: int, told: str
) -> None:
    with pytest.raises(FontError, match=told):
        embed(save(_font(flags=flags, version=version)), "a")


@pytest.mark.parametrize(("flags", "version"), [(0, 4), (4, 4), (8, 4), (0x0006, 2)])
def test_a_font_that_may_be_embedded_is_subset(save: Any, flags: int, version: int) -> None:
    assert embed(save(_font(flags=flags, version=version)), "a").is_subset


@pytest.mark.parametrize("flavor", [None, "woff2"])
def test_a_font_that_may_not_be_subset_is_embedded_whole(save: Any, flavor: str | None) -> None:
    names = {"licenseDescription": OFL, "copyright": 'Reserved Font Name "Test"'}
    path = save(_font(flags=0x0100, names=names), flavor=flavor)
    font = embed(path, "a")
    assert not font.is_subset
    # What has not been changed keeps its name.
    assert (font.family, font.is_renamed) == ("Test Serif", False)
    assert _glyphs(font) == len(LETTERS)
    if flavor is None:
        assert font.data == path.read_bytes()


@pytest.mark.parametrize(
    ("copyright_", "reserved"),
    [
        ('Copyright 2020 Me, with Reserved Font Name "Test".', ("Test",)),
        ("Copyright 2020 Me, with Reserved Font Names “Test” and “Serif”.", ("Test", "Serif")),
        ("Copyright 2020 Me, with Reserved Font Name Test Serif.", ("Test Serif",)),
        ("(c) Me (me@example.org), with Reserved Font Name 'Test', 'Tst'", ("Test", "Tst")),
        ("Copyright 2020 Me (https://example.org), no Reserved Font Name.", ()),
        ("Copyright 2020 The Project Authors (https://example.org)", ()),
    ],
)
@pytest.mark.parametrize("cff", [False, True])
def test_a_font_whose_name_is_reserved_has_another_when_it_is_changed(
    save: Any, copyright_: str, reserved: tuple[str, ...], cff: bool
) -> None:
    url = "https://openfontlicense.org"
    names = {"copyright": copyright_, "licenseDescription": OFL, "licenseInfoURL": url}
    font = embed(save(_font(cff=cff, names=names)), "a")
    assert font.licence.reserved_names == reserved
    assert font.is_renamed == bool(reserved)
    # Who made it and under which licence stays told, in the file and in the colophon.
    assert (font.licence.family, font.licence.copyright) == ("Test Serif", copyright_)
    assert (font.licence.licence, font.licence.url) == (OFL, url)
    inside = _inside(font)
    assert inside["name"].getDebugName(0) == copyright_
    assert inside["name"].getDebugName(13) == OFL
    shown = " ".join(inside["name"].getDebugName(number) or "" for number in (1, 3, 4, 6, 16))
    if cff:
        top = inside["CFF "].cff
        shown += f"{top.fontNames} {top[0].FullName} {top[0].FamilyName}"
    if reserved:
        assert "Test" not in shown
        assert "Test" not in font.family + font.name + font.css
    else:
        assert "Test" in shown


def test_the_styles_of_a_renamed_family_stay_one_family(save: Any) -> None:
    names = {"copyright": "Reserved Font Name Test", "licenseDescription": OFL}
    regular = embed(save(_font(names=names)), "a")
    bold = embed(save(_font(names=names, weight=700), "bold.ttf"), "a")
    assert regular.family == bold.family
    assert (regular.weight, bold.weight) == ("400", "700")
    assert regular.name != bold.name


# --- what is told -----------------------------------------------------------------------------


def test_missing_characters_are_told_by_their_scripts(save: Any) -> None:
    font = embed(save(_font()), "ab xyz山水\n\u200b\ufe0fж")
    assert font.missing == frozenset("xyz山水ж")
    assert [warning.partition(": ")[2].partition(";")[0] for warning in font.warnings] == [
        "1 of the script Cyrillic are missing, such as ж",
        "2 of the script Han are missing, such as 山 水",
        "3 of the script Latin are missing, such as x y z",
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is no font"),
        (b"%PDF-1.7", "is no font"),
        (b"\x00\x01\x00\x00", "is a broken font"),
        (b"OTTO" + bytes(200), "is a broken font"),
        (b"wOFF" + b"\xff" * 100, "would unfold to more than 100 MB"),
        (b"wOF2" + bytes(100), "is a broken font"),
        (b"ttcf" + bytes(100), "is a broken font"),
    ],
)
def test_what_is_no_font_is_told_in_a_sentence(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(data)
    with pytest.raises(FontError) as caught:
        embed(path, "a", index=0)
    assert str(caught.value).startswith(f"{path}: {told}")
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_font_cut_off_or_with_flipped_bytes_is_embedded_or_refused(save: Any) -> None:
    whole = save(_font()).read_bytes()
    for step in range(0, len(whole), 97):
        for data in (whole[:step], whole[:step] + b"\xff\xff" + whole[step + 2 :]):
            path = save(_font(), "broken.ttf")
            path.write_bytes(data)
            told = ""
            try:
                glyphs = _glyphs(embed(path, "abfi"))
            except FontError as error:
                glyphs, told = 0, str(error)
            assert glyphs or told.startswith(str(path))


def test_a_font_without_a_table_that_it_needs(save: Any) -> None:
    font = _font()
    del font["OS/2"], font["cmap"]
    with pytest.raises(FontError, match="it has no table cmap, OS/2"):
        embed(save(font), "a")


def test_a_font_of_bitmaps_has_no_outlines(save: Any) -> None:
    font = _font()
    del font["glyf"], font["loca"]
    with pytest.raises(FontError, match="has no outlines"):
        embed(save(font), "a")


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(FontError, match=r"none\.ttf: cannot be read"):
        embed("none.ttf", "a")


def test_of_a_collection_one_font_is_chosen(tmp_path: Path) -> None:
    collection = TTCollection()
    second = {"familyName": "Other Serif", "fullName": "Other Serif Regular"}
    collection.fonts = [_font(), _font(names=second)]
    path = tmp_path / "fonts.ttc"
    collection.save(path)
    listed = "holds 2 fonts, .*: 0: Test Serif Regular, 1: Other Serif Regular"
    for index in (None, 2, -1):
        with pytest.raises(FontError, match=listed):
            embed(path, "a", index=index)
    font = embed(path, "a", index=1)
    assert font.family == "Other Serif"
    assert font.data[:4] == b"\x00\x01\x00\x00"


def test_a_variable_font_keeps_its_weights_and_no_other_axis(save: Any) -> None:
    font = embed(save(_font(axes=("wght", "opsz"))), "a")
    assert font.weight == "100 900"
    assert "font-weight: 100 900;" in font.css
    axes: list[Axis] = _inside(font)["fvar"].axes
    assert [axis.axisTag for axis in axes] == ["wght"]


# --- the style sheet --------------------------------------------------------------------------


def test_rules_use_each_font_for_what_it_is_made_for(save: Any) -> None:
    text = embed(save(_font()), "a")
    sans = embed(save(_font(names={"familyName": 'Sans "2"'}, sFamilyClass=0x0800)), "a")
    fixed_font = _font(names={"familyName": "Fixed"})
    fixed_font["post"].isFixedPitch = 1
    fixed = embed(save(fixed_font), "a")
    slanted = embed(save(_font(fsSelection=0x01)), "a")
    assert (sans.use, fixed.use, slanted.style) == ("sans-serif", "monospace", "italic")
    rules = font_rules([text, slanted, sans, fixed])
    assert rules.count("@font-face") == 4
    assert r'body { font-family: "Test Serif", "Sans \22 2\22 ", serif; }' in rules
    assert 'pre, code { font-family: "Fixed", monospace; }' in rules
    assert font_rules([]) == ""


def test_a_font_may_lie_beside_the_style_sheet(save: Any) -> None:
    font = embed(save(_font()), "a", folder="")
    assert f'url("{font.name}")' in font.css
