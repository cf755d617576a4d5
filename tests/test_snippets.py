"""Where words stand in texts, whatever folding makes of them, and what is shown around them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib.snippets import snippets
from collectionlib.words import fold, has_words, places, sought

_TEXTS = st.text("aA ßéE\u0301ﬀ祝福㍿İıΣς\n.ก1", max_size=30)


def _marked(text: str, *words: str) -> list[str]:
    return [text[start:end] for start, end in places(text, words)]


def test_places_are_those_of_the_text_not_of_its_folding() -> None:
    assert _marked("Die STRASSE, die Straße", "straße") == ["STRASSE", "Straße"]
    assert _marked("ﬀ oﬀ ce\u0301 cé", "ff", "cé") == ["ﬀ", "ce\u0301", "cé"]
    assert _marked("我祝福你，祝福", "祝福") == ["祝福", "祝福"]
    assert _marked("㍿", "式") == ["㍿"]
    assert _marked("well swell well", "well") == ["well", "well"]
    assert _marked("iphone手机", "iphone", "手") == ["iphone手"]
    assert (
        _marked(
            "any",
        )
        == []
    )


@given(_TEXTS)
def test_a_text_folds_letter_by_letter(text: str) -> None:
    assert fold(text) == "".join(map(fold, text))


@pytest.mark.slow
@settings(max_examples=200)
@given(_TEXTS, st.lists(_TEXTS.filter(lambda t: sought((t,))), min_size=1, max_size=2))
def test_there_is_a_place_for_each_word_that_is_found(text: str, words: list[str]) -> None:
    for word in sought(tuple(words)):
        found = places(text, (word,))
        assert bool(found) == has_words(text, (word,))
        assert all(word in fold(text[start:end]) for start, end in found)
        assert found == sorted(found)


@pytest.mark.slow
@settings(max_examples=200)
@given(st.lists(_TEXTS, max_size=12).map(" ".join), st.sampled_from(["a", "祝福", "ß", "e"]))
def test_snippets_show_what_they_say(text: str, word: str) -> None:
    end = 0
    for part in snippets(text, (word,), length=12):
        assert "\n" not in part.text
        assert end <= part.start <= part.end <= len(text)
        end = part.end
        for start, stop in part.matches:
            shown = part.text[start:stop]
            assert fold(word) in fold(shown) or " " in shown
    if places(text, (word,)):
        assert any(part.matches for part in snippets(text, (word,)))


def test_each_word_is_shown_once_with_what_is_around_it() -> None:
    text = f"One wish. {'and ' * 80} a second   wish\nfor health. {'and ' * 80} wish."
    parts = snippets(text, ("wish", "health"))
    assert len(parts) == 2
    assert parts[0].text.startswith("One wish. and")
    assert "for health" in parts[1].text
    assert [parts[1].text[start:end] for start, end in parts[1].matches] == ["wish", "health"]
    (only,) = snippets("Nothing of it.", ("wish",))
    assert (only.text, only.matches) == ("Nothing of it.", ())
    assert snippets("", ("wish",))[0].text == ""
