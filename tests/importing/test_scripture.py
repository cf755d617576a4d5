"""Scripture in XML: every verse arrives, code point for code point."""

import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from collectionlib import Collection, import_texts
from collectionlib.errors import ParseError, UnsafeSource
from collectionlib.importing.draft import Draft
from collectionlib.importing.formats.scripture import ScriptureImporter
from collectionlib.importing.sources import SourceFile


def drafts(data: str | bytes, **options: Any) -> list[Draft]:
    data = data.encode() if isinstance(data, str) else data
    return list(ScriptureImporter(**options).parse(SourceFile("bible.xml", data)))


def without_points(text: str) -> str:
    return re.sub("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]", "", text)


# --- the Leningrad Codex ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def codex(corpora: Path) -> bytes:
    return (corpora / "hebrew/Proverbs.xml").read_bytes()


@pytest.fixture(scope="module")
def proverbs(codex: bytes) -> list[Draft]:
    return drafts(codex)


def test_each_chapter_of_proverbs_is_a_text(
    proverbs: list[Draft], manifest: dict[str, dict[str, Any]]
) -> None:
    truth = manifest["hebrew/Proverbs.xml"]
    assert [one.title for one in proverbs] == [
        f"Proverbs {number}" for number in range(1, truth["expected_entries"] + 1)
    ]
    verses = [line for one in proverbs for line in one.body.split("\n") if line]
    assert len(verses) == truth["expected_subentries"]
    assert {one.language for one in proverbs} == {truth["language"]}
    assert {one.category for one in proverbs} == {("Proverbs",)}


def test_every_word_arrives_code_point_for_code_point(codex: bytes, proverbs: list[Draft]) -> None:
    source = codex.decode()
    source = re.sub(r"<x>[^<]*</x>|</?s\b[^>]*>", "", source)
    verses = re.findall(r'<v n="(\d+)">(.*?)</v>', source, re.DOTALL)
    lines = [line for one in proverbs for line in one.body.split("\n") if line]
    for (number, verse), line in zip(verses, lines, strict=True):
        found = re.findall(r"<([wkq])>([^<]*)</\1>|<(pe|samekh)/>", verse)
        expected = [
            {"pe": "פ", "samekh": "ס"}.get(sign)
            or (f"[{word.replace('/', '')}]" if kind == "k" else word.replace("/", ""))
            for kind, word, sign in found
        ]
        joined = " ".join(expected).replace("\u05be ", "\u05be")
        assert line == f"{number} {joined}"


def test_marks_are_not_put_into_another_order(codex: bytes, proverbs: list[Draft]) -> None:
    text = "".join(one.body for one in proverbs)
    # The file is not in a normal form, so a text that is was changed.
    assert unicodedata.normalize("NFC", codex.decode()) != codex.decode()
    assert unicodedata.normalize("NFC", text) != text


def test_what_is_written_and_what_is_read_can_be_chosen(codex: bytes) -> None:
    both, qere, ketiv = (drafts(codex, reading=one)[0] for one in ("both", "qere", "ketiv"))
    verse = next(line for line in both.body.split("\n") if line.startswith("27 "))
    assert "[כשאוה] כשואה ׀ פחדכם" in without_points(verse)
    assert "כשאוה" not in qere.body
    assert "כשואה" in without_points(qere.body)
    assert "כשאוה" in ketiv.body
    assert "כשואה" not in without_points(ketiv.body)
    assert any("כשאוה" in one.text for one in qere.removed)


def test_the_numbers_of_the_verses_can_be_left_out(codex: bytes) -> None:
    assert not re.search(r"\d", drafts(codex, numbers=False)[0].body)


def test_notes_and_the_header_are_told(proverbs: list[Draft]) -> None:
    first = proverbs[0]
    assert first.removed[0].change == "header"
    assert "Westminster Leningrad Codex" in first.removed[0].text
    assert [without_points(one.text) for one in first.removed[1:]] == ["17: בעל U"]
    assert first.rights == "Freely available"
    assert first.attributes["edition"] == "The Westminster Leningrad Codex 4.18"


def test_paragraphs_end_with_a_blank_line(proverbs: list[Draft]) -> None:
    assert "בזו׃ פ\n\n8 " in without_points(proverbs[0].body)


def test_the_cleaned_entries_are_the_drafts(corpora: Path, proverbs: list[Draft]) -> None:
    collection = Collection.create("memory:")
    report = import_texts(collection, corpora / "hebrew/Proverbs.xml")
    assert (report.added, report.rejected, report.warnings) == (31, (), ())
    assert {entry.title: entry.body for entry in collection} == {
        one.title: one.body for one in proverbs
    }


# --- the others ---------------------------------------------------------------------------------

OSIS = """<?xml version="1.0"?>
<osis xmlns="http://www.bibletechnologies.net/2003/OSIS/namespace">
<osisText osisIDWork="T" xml:lang="en"><header><work osisWork="T"><title>A Test</title>
<rights>Public Domain</rights></work></header>
<div type="book" osisID="Gen"><title short="Genesis">The First Book</title>
%s</div></osisText></osis>"""

CONTAINERS = """<chapter osisID="Gen.1"><title>The Beginning</title><p>
<verse osisID="Gen.1.1">In the <w lemma="x">beginning</w>,<note>Or: first</note> God.</verse>
<verse osisID="Gen.1.2">And the earth.</verse></p></chapter>
<chapter osisID="Gen.2"><p><verse osisID="Gen.2.1 Gen.2.2">Thus.</verse></p></chapter>"""

MILESTONES = """<chapter osisID="Gen.1" sID="c1"/><title>The Beginning</title><p>
<verse osisID="Gen.1.1" sID="v1"/>In the <w lemma="x">beginning</w>,<note>Or: first</note> God.
<verse eID="v1"/> <verse osisID="Gen.1.2" sID="v2"/>And the earth.<verse eID="v2"/></p>
<chapter eID="c1"/><chapter osisID="Gen.2" sID="c2"/><p><verse osisID="Gen.2.1 Gen.2.2" sID="v3"/>
Thus.<verse eID="v3"/></p><chapter eID="c2"/>"""

USFX = """<usfx><languageCode>eng</languageCode><book id="GEN"><id id="GEN">x</id>
<h>Genesis</h><c id="1"/><s>The Beginning</s><p><v id="1"/>In the
<w>beginning</w>,<f>Or: first</f> God. <ve/><v id="2"/>And the earth.<ve/></p>
<c id="2"/><p><v id="1-2"/>Thus.<ve/></p></book></usfx>"""

ZEFANIA = """<XMLBIBLE biblename="A Test"><INFORMATION><language>en</language></INFORMATION>
<BIBLEBOOK bnumber="1" bname="Genesis"><CHAPTER cnumber="1"><CAPTION>The Beginning</CAPTION>
<VERS vnumber="1">In the <STYLE>beginning</STYLE>,<NOTE>Or: first</NOTE> God.</VERS>
<VERS vnumber="2">And the earth.</VERS></CHAPTER>
<CHAPTER cnumber="2"><VERS vnumber="1-2">Thus.</VERS></CHAPTER></BIBLEBOOK></XMLBIBLE>"""


@pytest.mark.parametrize(
    "text", [OSIS % CONTAINERS, OSIS % MILESTONES, USFX, ZEFANIA],
    ids=["osis-containers", "osis-milestones", "usfx", "zefania"],
)  # fmt: skip
def test_a_chapter_reads_the_same_in_every_dialect(text: str) -> None:
    first, second = drafts(text)
    assert first.title == "Genesis 1"
    assert first.category == ("Genesis",)
    assert first.body == "The Beginning\n\n1 In the beginning, God.\n2 And the earth."
    assert (second.title, second.body) == ("Genesis 2", "1-2 Thus.")
    assert [one.text for one in first.removed if one.change == "notes"] == ["1: Or: first"]
    assert first.attributes["verses"] == 2
    assert first.language in ("en", "eng")


@pytest.mark.parametrize(
    ("data", "is_scripture"),
    [
        (OSIS, True),
        (USFX, True),
        (ZEFANIA, True),
        ("<?xml version='1.0'?><!-- c --><Tanach/>", True),
        ("<rss/>", False),
        ("osis", False),
        ("I read <osis> once.", False),
    ],
)
def test_scripture_is_recognised_by_its_first_element(data: str, is_scripture: bool) -> None:
    source = SourceFile("x.xml", data.encode())
    assert (ScriptureImporter().recognises(source) is not None) is is_scripture


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY c SYSTEM "file:///etc/passwd">',
        '<!ENTITY % d SYSTEM "http://example.invalid/x.dtd"> %d;',
    ],
)
def test_entities_of_its_own_are_unsafe(declaration: str) -> None:
    text = f"<!DOCTYPE usfx [{declaration}]>{USFX}"
    with pytest.raises(UnsafeSource, match="entities of its own") as raised:
        drafts(text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<usfx><book>", "not well-formed"),
        ("<usfx>" + "<p>" * 100_000, "not well-formed XML: Excessive depth"),
        ("<usfx></usfx>", "no chapter"),
        ("<rss></rss>", "known are"),
        ('<!DOCTYPE usfx SYSTEM "x.dtd"><usfx>&unknown;</usfx>', "&unknown;"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(text: str, reason: str) -> None:
    with pytest.raises(ParseError, match=re.escape(reason)) as raised:
        drafts(text)
    assert "\n" not in str(raised.value)


def test_words_outside_of_verses_and_headings_in_them_stay() -> None:
    (chapter,) = drafts(
        '<osis xmlns="http://www.bibletechnologies.net/2003/OSIS/namespace">'
        '<osisText xml:lang="en">'
        '<div type="book" osisID="Gen"><chapter osisID="Gen.1"><p>A word before.</p>'
        '<verse osisID="Gen.1.1" n="1a">In the <w>beginning</w> <w>God</w>'
        "<title>Of light</title> said.</verse><title>Of water</title>"
        '<verse osisID="Gen.1.2">And it was so.</verse></chapter></div></osisText></osis>'
    )
    found = " ".join(chapter.body.split())
    places = [found.index(words) for words in (
        "A word before.", "In the beginning God", "Of light", "said.", "Of water", "And it was so.",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "1a" in chapter.body
