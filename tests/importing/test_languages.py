import re
import subprocess
import sys
from pathlib import Path

import pytest

from collectionlib.errors import MissingExtra
from collectionlib.importing.languages import detect, detect_common, statistics

GERMAN = "Der Wind und die Sonne stritten sich, wer von ihnen der Stärkere wäre. "
ENGLISH = "The wind and the sun once had a quarrel as to which of them was the stronger. "
POLISH = "Wiatr północny i słońce spierały się, kto z nich jest silniejszy od drugiego. "


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("안녕하세요, 만나서 반갑습니다.", "ko"),
        ("吾輩は猫である。名前はまだ無い。", "ja"),
        ("สวัสดีครับ ยินดีที่ได้รู้จัก", "th"),
        ("ყველა ადამიანი იბადება თავისუფალი", "ka"),
        ("Բոլոր մարդիկ ծնվում են ազատ", "hy"),
        ("Όλοι οι άνθρωποι γεννιούνται ελεύθεροι", "el"),
        ("בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם וְאֵת הָאָרֶץ", "he"),
        ("יעדער מענטש װערט געבױרן פֿרײַ און גלײַך אין כּבֿוד און רעכט, און איז באַשאָנקען", "yi"),
        ("我们说话的时候，他们还没有来过这里。", "zh-Hans"),
        ("我們說話的時候，他們還沒有來過這裡。", "zh-Hant"),
        ("上下左右，大小山水，日月天地，人心不古。", "zh"),
    ],
)
def test_the_script_says_it_even_of_a_short_text(text: str, tag: str) -> None:
    found = detect(text)
    assert found is not None
    assert found.tag == tag
    assert found.evidence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 + 4 = 16",
        "Привет",
        "猫",
        "λ = 2",
        "ሰላም ለሁላችሁም ይሁን እንዴት ናችሁ ደህና ነን እኛም",
        "Μῆνιν ἄειδε θεὰ Πηληϊάδεω Ἀχιλῆος οὐλομένην",
        "你哋喺邊度嚟㗎？我唔知佢去咗邊，冇人話我知。",
        GERMAN,
        "Good morning, " * 3,
        "漢字仮名交じり文 the English words of this line are many more than those",
    ],
    ids=range(11),
)
def test_what_is_short_or_in_a_script_of_several_languages_is_not_told(text: str) -> None:
    assert detect(text) is None


@pytest.mark.slow
@pytest.mark.parametrize(("text", "tag"), [(GERMAN, "de"), (ENGLISH, "en"), (POLISH, "pl")])
def test_twenty_words_are_enough_and_the_evidence_is_given(text: str, tag: str) -> None:
    found = detect(text * 2)
    assert found is not None
    assert (found.tag, found.evidence[:20]) == (tag, "detector, confidence")
    assert found.confidence >= 0.95


def test_a_language_that_the_detector_does_not_know_is_not_its_neighbour() -> None:
    sorbian = (
        "Wšitcy čłowjekojo su wot naroda swobodni a su jenacy po dostojnosći a prawach. Woni su "
        "z rozumom a swědomjom wobdarjeni a maja mjezsobu w duchu bratrowstwa wobchadźeć."
    )
    ido = (
        "Omna homi naskas libera ed egala relate digneso e yuri. Li es dotita per raciono e "
        "koncienco e devas agar vers l'una l'altra en spirito di frateso."
    )
    assert detect(sorbian) is None
    assert detect(ido) is None


def test_a_text_in_the_wrong_encoding_is_in_no_language() -> None:
    russian = (
        "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены "
        "разумом и совестью и должны поступать в отношении друг друга в духе братства."
    )
    assert getattr(detect(russian), "tag", None) == "ru"
    assert detect(russian.encode("cp1251").decode("iso8859-5")) is None


def test_a_text_in_two_languages_is_in_none() -> None:
    assert detect(ENGLISH * 4 + GERMAN * 4) is None


@pytest.mark.slow
def test_a_huge_line_takes_no_longer_than_a_page() -> None:
    assert getattr(detect(ENGLISH * 100_000), "tag", None) == "en"
    assert detect("x" * 5_000_000) is None


def test_the_short_texts_of_a_file_have_its_language() -> None:
    german = ["Aller Anfang ist schwer.", "Ende gut, alles gut.", "Übung macht den Meister."] * 9
    common = detect_common(german)
    assert common is not None
    assert {found.tag for text in german if (found := common.of(text))} == {"de"}
    assert common.of("Не всё то золото, что блестит") is None
    assert common.of("A bird in the hand is worth two in the bush.") is None
    assert getattr(common.of(ENGLISH * 2), "tag", None) == "en"


def test_a_file_in_two_languages_has_none() -> None:
    german = ["Aller Anfang ist schwer.", "Ende gut, alles gut.", "Übung macht den Meister."]
    spanish = ["Más vale tarde que nunca.", "A buen hambre no hay pan duro.", "Ojos que no ven."]
    mixed = [text for pair in zip(german, spanish, strict=True) for text in pair] * 20
    assert detect_common(mixed) is None
    assert detect_common(german * 20 + spanish * 20) is None
    assert detect_common([]) is None


def test_without_the_detector_scripts_are_told_and_the_rest_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    statistics._identifier.cache_clear()
    assert getattr(detect("안녕하세요, 만나서 반갑습니다."), "tag", None) == "ko"
    with pytest.raises(MissingExtra, match=r"collectionlib\[language\]"):
        detect(ENGLISH * 2)
    with pytest.raises(MissingExtra):
        statistics.require_detector()


def test_the_detector_is_loaded_when_it_is_needed() -> None:
    code = (
        "import sys, collectionlib.importing.languages as l; l.detect('안녕하세요, 만나서 반가워');"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Texts of the corpora, cut to so many words: the least share that has an answer. None is wrong.
_ANSWERED = {12: 0.0, 25: 0.7, 50: 0.85, 100: 0.9}
_FILES = {
    "bg": "bg/intproverb",
    "cs": "cs/murphy",
    "de": "de/witze",
    "en": "en/wisdom",
    "eo": "fortunes-eo/proverbaro",
    "es": "es/refranes.fortunes",
    "ga": "ga/proverbs",
    "pl": "pl/dowcipy",
    "pt": "br/brasil",
    "ru": "ru/murphy",
}


@pytest.mark.slow
@pytest.mark.parametrize("words", _ANSWERED)
def test_real_texts_of_ten_languages(corpora: Path, words: int) -> None:
    right = wrong = 0
    texts = 0
    for language, name in _FILES.items():
        file = corpora / "fortunes" / name
        if not file.is_file():
            pytest.skip("the fortunes are absent")
        cut = re.sub(r"(?m)^%$", "", file.read_text("utf-8")).split()
        starts = range(0, len(cut) - words, max(len(cut) // 40, 1))
        found = [detect(" ".join(cut[start : start + words])) for start in starts]
        texts += len(found)
        right += sum(one is not None and one.tag == language for one in found)
        wrong += sum(one is not None and one.tag != language for one in found)
    assert wrong == 0
    assert right >= _ANSWERED[words] * texts
    assert right == 0 or words >= 20


@pytest.mark.slow
@pytest.mark.parametrize("language", _FILES)
def test_real_files_have_one_language(corpora: Path, language: str) -> None:
    file = corpora / "fortunes" / _FILES[language]
    if not file.is_file():
        pytest.skip("the fortunes are absent")
    texts = re.split(r"(?m)^%\n", file.read_text("utf-8"))
    common = detect_common(texts)
    assert common is not None
    assert common.detected.tag == language
    tags = [found.tag if (found := common.of(text)) else None for text in texts]
    assert tags.count(language) >= 0.9 * len(texts)
    assert len(tags) - tags.count(language) - tags.count(None) <= len(texts) / 200


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("মানুহ সকলোৱে স্বাধীন হৈ জন্ম গ্ৰহণ কৰে আৰু মৰ্যাদাৰ ক্ষেত্ৰত সমান", "as"),
        ("সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে", "bn"),
        # As many characters of either kind: Chinese, and no more can be told.
        ("我们我們说話他们他們还過时候時來过这里", "zh"),
        # Words of the script that are of neither language.
        ("אבגד הזחט יכלמ נסעפ צקרש תבגד אהזח", None),
    ],
)
def test_scripts_of_two_languages(text: str, tag: str | None) -> None:
    found = detect(text)
    assert (found and found.tag) == tag


def test_the_language_of_a_large_file_is_told_by_a_sample() -> None:
    proverbs = ["Aller Anfang ist schwer.", "Es ist nicht alles Gold, was glänzt."] * 1_250
    common = detect_common(proverbs)
    assert common is not None
    assert common.detected.tag == "de"
    assert detect_common([GERMAN * 3, ENGLISH * 3] * 600) is None
    own = common.of(GERMAN * 3)
    assert own is common.detected
    other = common.of(ENGLISH * 3)
    assert other is not None
    assert other.tag == "en"
    greek = detect_common(["Όλοι οι άνθρωποι γεννιούνται ελεύθεροι."] * 5)
    assert greek is not None
    assert greek.of("Όλοι") is greek.detected
