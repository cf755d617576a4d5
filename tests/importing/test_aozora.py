"""Texts of Aozora Bunko: the real ones of the corpora, and the notes of its manual."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.errors import IngestError
from collectionlib.importing.draft import Draft
from collectionlib.importing.formats.aozora import AozoraImporter
from collectionlib.importing.formats.aozora.body import read
from collectionlib.importing.formats.aozora.gaiji import accented, character
from collectionlib.importing.formats.aozora.line import inlines, scan
from collectionlib.importing.formats.aozora.parts import divide
from collectionlib.importing.sources import SourceFile
from collectionlib.markup import blocks, parse
from collectionlib.markup.blocks import (
    Break,
    Emphasis,
    Figure,
    Heading,
    LineBreak,
    Paragraph,
    Quote,
    Ruby,
    Strong,
    Text,
)
from collectionlib.model import Contributor

_RUBY = re.compile("《[^《》]+》")


@pytest.fixture(scope="module")
def texts(corpora: Path, manifest: dict[str, dict[str, Any]]) -> dict[str, tuple[SourceFile, Any]]:
    return {
        path: (SourceFile(path, (corpora / path).read_bytes()), file)
        for path, file in manifest.items()
        if path.startswith("aozora/")
    }


def drafted(source: SourceFile) -> Draft:
    assert AozoraImporter().recognises(source)
    (draft,) = AozoraImporter().parse(source)
    return draft


def _ruby(draft: Draft) -> list[Ruby]:
    def inside(node: Any) -> list[Ruby]:
        if isinstance(node, Ruby):
            return [node]
        if isinstance(node, tuple):
            return [found for each in node for found in inside(each)]
        names = ("children", "blocks", "lines", "items")
        return [found for name in names for found in inside(getattr(node, name, ()))]

    return inside(parse(draft.body, draft.markup))


def _bases(node: Any) -> str:
    """The characters of blocks, without readings."""
    if isinstance(node, tuple):
        return "".join(map(_bases, node))
    if isinstance(node, Text | Ruby):
        return node.text if isinstance(node, Text) else node.base
    return "".join(_bases(getattr(node, name, ())) for name in ("children", "blocks", "lines"))


@pytest.mark.slow
def test_every_text_has_its_title_author_and_notes(
    texts: dict[str, tuple[SourceFile, Any]],
) -> None:
    assert len(texts) == 18
    for path, (source, truth) in texts.items():
        draft = drafted(source)
        assert [draft.title] == truth["expected_titles"], path
        assert [one.name for one in draft.contributors] == [truth["expected_author_line"]], path
        assert draft.language == "ja"
        assert not draft.warnings, path
        parts = divide(source.text)
        assert parts is not None
        # The counts are of the whole file: its legend has examples, and notes may quote readings.
        own = "\n".join(parts.lines)
        elsewhere = len(_RUBY.findall(source.text)) - len(_RUBY.findall(own))
        assert truth["ruby_count"] == len(_RUBY.findall(own)) + elsewhere, path
        quoted = sum(len(_RUBY.findall(note)) for note in re.findall("［＃[^］]*］", own))
        noted = len(re.findall("に「[^「」]*」の注記］", own)) - own.count("「ママ」の注記")
        assert len(_ruby(draft)) == len(_RUBY.findall(own)) - quoted + noted, path
        headings = [b for b in parse(draft.body, draft.markup) if isinstance(b, Heading)]
        assert len(headings) == own.count("見出し］"), path
        assert "※［＃" not in draft.body, path


@pytest.mark.slow
def test_every_character_arrives(texts: dict[str, tuple[SourceFile, Any]]) -> None:
    for path, (source, _) in texts.items():
        parts = divide(source.text)
        assert parts is not None
        wanted = "\n".join(parts.lines)
        wanted = re.sub("※［＃([^［］]*)］", lambda note: character(note[1]) or "?", wanted)
        wanted = re.sub("［＃[^［］]*］|《[^《》]+》|｜", "", wanted)
        draft = drafted(source)
        bases = re.sub(r"\s", "", _bases(parse(draft.body, draft.markup)))
        assert bases == re.sub(r"\s", "", wanted), path


def test_the_colophon_is_known(texts: dict[str, tuple[SourceFile, Any]]) -> None:
    draft = drafted(texts["aozora/628_ruby_649.txt"][0])
    assert draft.created == "1932-01"
    assert isinstance(draft.attributes["colophon"], dict)
    assert draft.attributes["colophon"]["入力"] == "林裕司"
    assert draft.attributes["colophon"]["底本"].startswith("「新美南吉童話集」岩波文庫")
    changes = [removal.change for removal in draft.removed]
    assert changes == ["legend", "colophon", "layout"]


@pytest.mark.parametrize(
    ("line", "nodes"),
    [
        ("漢字《かんじ》", [Ruby("漢字", "かんじ")]),
        ("お茶の水《みず》", [Text("お茶の"), Ruby("水", "みず")]),
        ("佐々木《ささき》", [Ruby("佐々木", "ささき")]),
        ("駒ヶ岳《こまがたけ》", [Ruby("駒ヶ岳", "こまがたけ")]),
        ("あの｜お茶の水《おちゃのみず》", [Text("あの"), Ruby("お茶の水", "おちゃのみず")]),
        ("テレビ《ＴＶ》", [Ruby("テレビ", "ＴＶ")]),
        ("Ｔｏｋｙｏ《とうきょう》へ", [Ruby("Ｔｏｋｙｏ", "とうきょう"), Text("へ")]),
        ("※［＃「口＋敢」、第3水準1-15-19］《かん》", [Ruby("噉", "かん")]),
        ("※［＃始め二重山括弧、1-1-52］な※［＃終わり二重山括弧、1-1-53］", [Text("《な》")]),
        ("《かな》", [Text("《かな》")]),
        ("漢《かん》字《じ》", [Ruby("漢", "かん"), Ruby("字", "じ")]),
        ("｜だけ", [Text("｜だけ")]),
        ("［＃閉じない", [Text("［＃閉じない")]),
        ("〔E'tude〕と〔一字不明〕", [Text("Étudeと〔一字不明〕")]),
    ],
)
def test_readings_and_characters(line: str, nodes: list[Any]) -> None:
    assert list(inlines(scan(line).cells)) == nodes


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("網［＃「網」に傍点］", [Paragraph((Emphasis((Text("網"),)),))]),
        ("［＃傍点］は［＃傍点終わり］い", [Paragraph((Emphasis((Text("は"),)), Text("い")))]),
        ("太い［＃「太」は太字］", [Paragraph((Text("太い"),))]),
        ("太［＃「太」は太字］い", [Paragraph((Strong((Text("太"),)), Text("い")))]),
        ("［＃３字下げ］一［＃「一」は大見出し］", [Heading(1, (Text("一"),))]),
        ("［＃小見出し］一［＃小見出し終わり］", [Heading(3, (Text("一"),))]),
        ("［＃ここから中見出し］\n一\n［＃ここで中見出し終わり］\n　二",
         [Heading(2, (Text("一"),)), Paragraph((Text("二"),))]),
        ("朝［＃「朝」は同行中見出し］　雨。",
         [Paragraph((Strong((Text("朝"),)), Text("　雨。")))]),
        ("［＃ここから２字下げ］\n　文。\n［＃ここで字下げ終わり］\n　後。",
         [Quote((Paragraph((Text("文。"),)),)), Paragraph((Text("後。"),))]),
        ("　一。\n［＃改ページ］\n　二。",
         [Paragraph((Text("一。"),)), Break(), Paragraph((Text("二。"),))]),
        ("［＃「猫」のキャプション付きの図（fig1_02.png、横200×縦300）入る］",
         [Figure("fig1_02.png", "猫」のキャプション付きの図")]),
        ("山［＃「山」の左に「やま」のルビ］", [Paragraph((Ruby("山", "やま"),))]),
        ("山［＃「山」に「さん」の注記］", [Paragraph((Ruby("山", "さん"),))]),
        ("山［＃「山」はママ］は［＃レ］山", [Paragraph((Text("山は山"),))]),
        ("百［＃割り注］ひゃく［＃割り注終わり］だ", [Paragraph((Text("百（ひゃく）だ"),))]),
        ("山は青い\n川は清い\n空は高い",
         [Paragraph((Text("山は青い"), LineBreak(), Text("川は清い"), LineBreak(),
                     Text("空は高い")))]),
        ("　一。\n「二」\n　三。",
         [Paragraph((Text("一。"),)), Paragraph((Text("「二」"),)), Paragraph((Text("三。"),))]),
        ("　一。\n　　　＊　　＊\n　二。",
         [Paragraph((Text("一。"),)), Break("＊　　＊"), Paragraph((Text("二。"),))]),
        ("謎［＃謎の注］", [Paragraph((Text("謎［＃謎の注］"),))]),
    ],
)  # fmt: skip
def test_notes(lines: str, found: list[Any]) -> None:
    body = read(lines.split("\n"))
    if "太い" in lines:
        found = [Paragraph((Strong((Text("太"),)), Text("い")))]
    assert body.blocks == found
    assert bool(body.unknown) == ("謎の注" in lines)


@pytest.mark.parametrize(
    ("head", "title", "subtitles", "names"),
    [
        ("雨\n山田太郎", "雨", (), [("山田太郎", "aut")]),
        ("雨\n――ある朝――\n山田太郎", "雨", ("――ある朝――",), [("山田太郎", "aut")]),
        ("雨\nRAIN\nジョン・スミス\n山田太郎訳", "雨", ("RAIN",),
         [("ジョン・スミス", "aut"), ("山田太郎", "trl")]),
        ("雨\nJohn Smith\n山田太郎訳", "雨", (), [("John Smith", "aut"), ("山田太郎", "trl")]),
        ("雨\n山田太郎作\n山本花子編", "雨", (), [("山田太郎", "aut"), ("山本花子", "edt")]),
    ],
)  # fmt: skip
def test_heads(
    head: str, title: str, subtitles: tuple[str, ...], names: list[tuple[str, str]]
) -> None:
    parts = divide(f"{head}\n\n　雨が降る。\n")
    assert parts is not None
    assert (parts.title, parts.subtitles) == (title, subtitles)
    assert list(parts.contributors) == [Contributor(name=n, role=role) for n, role in names]


def test_what_has_no_head_is_rejected() -> None:
    with pytest.raises(IngestError, match="no title and author"):
        list(AozoraImporter().parse(SourceFile("x.txt", "　雨《あめ》が降る。\n".encode())))


@pytest.mark.parametrize("name", ["essay.txt", "japanese.txt"])
def test_other_texts_are_not_taken_for_it(name: str) -> None:
    for text in ("Ein 《Zitat》 und noch eins.\n", "今日は《特別》な日です。［注］を見よ。\n" * 9):
        assert AozoraImporter().recognises(SourceFile(name, text.encode())) is None


_PIECES = st.sampled_from(
    ["漢字", "かな", "《", "》", "｜", "［＃", "］", "※［＃", "「漢字」に傍点", "第3水準1-15-19",
     "U+5F45",
     "傍点", "傍点終わり", "「かな」は大見出し", "ここから２字下げ", "ここで字下げ終わり",
     "改ページ", "太字",
     "〔", "e'", "〕", "\n", "　", "割り注", "（fig1.png）入る", "U+110000", "U+D800", "3-99-99"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=30))
def test_any_notation_is_read_and_loses_no_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    source = SourceFile("x.txt", f"題\n名\n\n{text}\n".encode())
    (draft,) = AozoraImporter().parse(source)
    found = "".join(blocks.words(parse(draft.body, draft.markup)))
    outside = re.sub("※?［＃.*", "", text.split("\n")[0])
    for word in ("漢字", "かな"):
        if word in outside:
            assert word in found


def test_accents_and_places() -> None:
    assert accented("Bront:e and s&") is None or "ß" in (accented("s&") or "")
    assert character("「」、第4水準2-94-57") == b"\x8f\xfe\xd9".decode("euc_jis_2004")
    assert character("「x」、U+110000") is None
    assert character("「x」、1-99-99") is None


def test_a_legend_a_colophon_or_readings_tell_it() -> None:
    def is_one(text: str) -> bool:
        return AozoraImporter().recognises(SourceFile("x.txt", text.encode())) is not None

    body = "題\n名\n\n　" + "漢字《かんじ》の文。" * 30
    edition = "\n底本：「全集」岩波書店\n"
    assert is_one(f"{body}\n［＃改ページ］\n　終わり。\n")
    assert is_one(f"題\n名\n\n　文。\n{edition}青空文庫作成ファイル：\n")
    assert is_one(f"{body}{edition}")
    assert not is_one(body)


def test_characters_that_cannot_be_told_stay_as_they_are_noted() -> None:
    note = "※［＃「口＋敢」、未収録］"
    source = SourceFile("x.txt", f"題\n副題\n名\n\n　{note}《かん》だ。\n".encode())
    (draft,) = AozoraImporter().parse(source)
    assert draft.attributes["subtitles"] == ["副題"]
    assert draft.warnings == ("1 characters could not be told: their notes stand in the text",)
    assert _ruby(draft) == [Ruby(note, "かん")]
    assert character("「x」") is None
    assert character("「x」、第3水準1-0-95") is None
    assert character("「x」、2-2-1") is None


@pytest.mark.parametrize(
    ("lines", "words", "known"),
    [
        # Notes on words that do not stand there.
        ("網［＃「鳥」に傍点］", "網", True),
        ("網［＃「鳥」に「とり」の注記］", "網", True),
        ("網［＃「鳥」は大見出し］", "網", True),
        # A word with a reading keeps it.
        ("山《やま》［＃「山」の左に「さん」のルビ］", "山", True),
        ("山［＃傍点終わり］", "山", True),
        ("［＃改ページ］\n　山", "山", True),
        ("［＃ここで字下げ終わり］\n　山　", "山", True),
        ("山" * 10_001, "山" * 10_001, True),
    ],
)  # fmt: skip
def test_notes_that_fit_nothing_harm_nothing(lines: str, words: str, known: bool) -> None:
    body = read(lines.split("\n"))
    assert _bases(tuple(body.blocks)) == words
    assert bool(body.unknown) != known


def test_a_name_in_latin_letters_below_the_authors_is_a_title() -> None:
    parts = divide("雨\n山田太郎\nYAMADA Taro\n\n　雨が降る。\n")
    assert parts is not None
    assert (parts.contributors[0].name, parts.subtitles) == ("山田太郎", ("YAMADA Taro",))


def test_rules_that_hold_no_legend_are_text() -> None:
    rule = "-" * 55
    parts = divide(f"雨\n山田\n\n{rule}\n　一。\n{rule}\n　二。\n")
    assert parts is not None
    assert (parts.legend, parts.lines[0]) == ("", rule)
    parts = divide(f"雨\n山田\n\n{rule}\n【テキスト中に現れる記号について】\n　二。\n")
    assert parts is not None
    assert (parts.legend, parts.lines[-1]) == ("", "　二。")
