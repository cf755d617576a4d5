import unicodedata

import pytest

from collectionlib.importing.cleaning import DEFAULT, clean
from collectionlib.importing.cleaning.mojibake import fix_mojibake
from collectionlib.importing.draft import Draft, Removal
from collectionlib.model import Contributor

FRENCH = "Une journée d'été à la mer, où l'élève naïf s'endort"
POLISH = "Żółta łódka płynie przez jezioro"
RUSSIAN = "Привет, как дела? Это старый текст."
CHINESE = "你好世界，祝福大家"
QUOTES = "“Quoted” — it’s so…"


def misread(text: str, encoding: str, times: int = 1) -> str:
    for _ in range(times):
        text = text.encode().decode(encoding)
    return text


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "latin-1"),
        (FRENCH, "cp1252"),
        (FRENCH, "mac_roman"),
        (FRENCH, "cp437"),
        (POLISH, "latin-1"),
        (POLISH, "cp1250"),
        (RUSSIAN, "latin-1"),
        (RUSSIAN, "cp1251"),
        (CHINESE, "latin-1"),
        (CHINESE, "mac_roman"),
        (QUOTES, "latin-1"),
        (QUOTES, "cp1250"),
    ],
)
def test_utf_8_that_was_read_in_another_encoding(text: str, encoding: str, times: int) -> None:
    wrong = misread(text, encoding, times)
    draft = fix_mojibake(Draft(body=wrong))
    assert (draft.body, draft.removed) == (text, (Removal("mojibake", wrong),))
    assert draft.evidence


@pytest.mark.parametrize(
    "text",
    [
        "Plain ASCII, with ~ and ^.",
        "“Quotes” ‘single’ — dash… and l’œil",
        "ﬁ ligature, Ｗｉｄｅ letters, Œuvre, 100 €, ±5 °C, ²³¼",
        CHINESE + "「引用」",
        "שָׁלוֹם עֲלֵיכֶם",
        "👨‍👩‍👧‍👦 and 🏳️‍🌈",
        "Â©",
        "Ã",
        "Å½",
        "É NÃO, MAÇÃ, ÂNGULO, São Paulo, PÂTÉ, L’ÂME",
        "© became Â© on the old page, and é became Ã©.",
        RUSSIAN.upper(),
        "Ўзбек, ѓќ, Љубав",
        unicodedata.normalize("NFD", "Übermut, été"),
        "A line\x85and another",
        "tab\tand\x0cpage",
        "┌──┐ ▓▒░",
        FRENCH,
        POLISH,
    ],
)
def test_what_is_right_stays_to_the_letter(text: str) -> None:
    draft = Draft(body=text, title=text)
    assert fix_mojibake(draft) == draft


def test_each_line_is_repaired_by_itself_and_can_be_undone() -> None:
    body = f"{FRENCH}\n{misread(FRENCH, 'cp1252')}\n\n{CHINESE}\n{misread(RUSSIAN, 'cp1251')}"
    draft = fix_mojibake(Draft(body=body))
    assert draft.body == f"{FRENCH}\n{FRENCH}\n\n{CHINESE}\n{RUSSIAN}"
    lines = draft.body.split("\n")
    lines[1], lines[4] = (removal.text for removal in draft.removed)
    assert "\n".join(lines) == body


def test_title_and_contributors_are_repaired_too() -> None:
    wrong = "JosÃ© GarcÃ\xada"
    draft = fix_mojibake(
        Draft(
            body="Text.",
            title="L'Ã©tÃ©",
            contributors=(
                Contributor(name=wrong, sort_name="GarcÃ\xada, JosÃ©"),
                Contributor(name="Bo"),
            ),
        )
    )
    assert draft.title == "L'été"
    assert [one.name for one in draft.contributors] == ["José García", "Bo"]
    assert draft.contributors[0].sort_name == "García, José"
    assert [removal.text for removal in draft.removed] == ["L'Ã©tÃ©", wrong, "GarcÃ\xada, JosÃ©"]


def test_it_is_a_transform_that_nobody_gets_without_asking() -> None:
    draft = Draft(body=misread(FRENCH, "latin-1"), title="")
    assert "mojibake" not in clean(draft).changes
    asked = clean(draft, {"mojibake": fix_mojibake, **DEFAULT})
    assert (asked.body, asked.changes) == (FRENCH, ("mojibake",))


def test_a_line_without_end_is_left_alone_and_said() -> None:
    draft = fix_mojibake(Draft(body="Ã©" * 600_000))
    assert draft.body == "Ã©" * 600_000
    assert "too long" in draft.warnings[0]
