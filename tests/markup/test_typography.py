"""Quotes, dashes and ellipses: set as each language has them, and nothing else changed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib.markup.typography import Typography, typeset

ALL = Typography(quotes=True, dashes=True, ellipses=True)


@pytest.mark.parametrize(
    ("language", "text", "set_text"),
    [
        ("en", "\"It's 'so'\", he said.", "“It’s ‘so’”, he said."),
        ("en", "the dogs' bowls, '90s, 'tis", "the dogs’ bowls, ’90s, ’tis"),
        ("en", 'word--word, and - wait... "No--"', "word—word, and – wait… “No—”"),
        ("en-US", '"one" and "two"', "“one” and “two”"),
        ("de", "\"Geh 'nach' Haus\" -- gut", "„Geh ‚nach‘ Haus“ – gut"),
        ("de-CH", '"Grüezi"', "«Grüezi»"),
        ("fr", 'Il dit "oui".', "Il dit «\u202foui\u202f»."),
        ("es", '"sí" - no', "«sí» — no"),
        ("it", 'l\'amico "vero"', "l’amico «vero»"),
        ("pl", '"tak"', "„tak”"),
        ("cs", '"ano"', "„ano“"),
        ("ru", 'Он сказал: "Да" - и ушёл...', "Он сказал: «Да» — и ушёл…"),
        ("sv", '"ja"', "”ja”"),
        ("nl", '"ja"', "“ja”"),
        ("pt", '"sim"', "“sim”"),
        ("ja", '彼は"はい"と言った...', "彼は「はい」と言った……"),
        ("zh", '他说"你好"--然后......', "他说“你好”——然后……"),
        ("zh-Hant", '他說"你好"', "他說「你好」"),
        (None, '"yes"', "“yes”"),
        ("tlh", '"yes"', "“yes”"),
    ],
)
def test_each_language_has_its_own(language: str | None, text: str, set_text: str) -> None:
    assert typeset(text, language, ALL) == set_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "See http://a.b/--c...d, or ask me--you@x--y.org"),
        ("plain", "run it with --force, or 5 - 3 = 2"),
        ("plain", "....... 12"),
        ("plain", "--------"),
        ("plain", 'a\tb\tc\nd\t"e"\tf'),
        ("markdown", '`"a" -- b...`'),
        ("markdown", "```\nx = \"y\"\n\nz = 'w'...\n```"),
        ("markdown", '    x = "y" -- z'),
        ("markdown", '[here](http://a.b/x--y "a title")'),
        ("markdown", '<a title="x--y">'),
        ("markdown", '\\"as it is\\"'),
        ("markdown", '[a]: http://x.y "title"'),
        ("markdown", "Title\n---"),
        ("markdown", '| a | b |\n|---|---|\n| "c" | d |'),
        ("markdown", "<!-- a comment -->"),
    ],
)
def test_what_is_no_prose_stays(markup: str, text: str) -> None:
    assert typeset(text, "en", ALL, markup) == text


def test_prose_around_code_is_set() -> None:
    text = 'He said "run `ls --all` -- now..."\n\n[^1]: "A note."\n'
    expected = "He said “run `ls --all` — now…”\n\n[^1]: “A note.”\n"
    assert typeset(text, "en", ALL, "markdown") == expected


def test_each_rule_is_switched_alone() -> None:
    text = '"a" -- b...'
    assert typeset(text, "en", Typography()) == text
    assert typeset(text, "en", Typography(quotes=True)) == "“a” -- b..."
    assert typeset(text, "en", Typography(dashes=True)) == '"a" — b...'
    assert typeset(text, "en", Typography(ellipses=True)) == '"a" -- b…'


def test_quotes_may_be_chosen() -> None:
    rules = Typography(quotes=True, styles={"de": ("»", "«", "›", "‹")})
    assert typeset("\"Geh 'nach' Haus\"", "de-AT", rules) == "»Geh ›nach‹ Haus«"


_TEXTS = st.text(alphabet="\"'-. \n\r\tab1é中`\\|<>[](*_:/h«»“’…—", max_size=60)
_LANGUAGES = st.sampled_from(["en", "de", "fr", "ru", "zh", "ja", "sv"])


def _without_what_is_set(text: str) -> str:
    return re.sub("[\"'«»“”„‚‘’「」—–…\u202f\\-.]", "", text)


@settings(max_examples=300, deadline=None)
@given(_TEXTS, _LANGUAGES, st.sampled_from(["plain", "markdown"]))
def test_twice_is_as_once_and_nothing_else_changes(text: str, language: str, markup: str) -> None:
    once = typeset(text, language, ALL, markup)
    assert typeset(once, language, ALL, markup) == once
    assert _without_what_is_set(once) == _without_what_is_set(text)
