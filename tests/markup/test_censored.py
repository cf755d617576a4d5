"""Words that were struck out: found inside sentences, and nowhere else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.markup.censored import find_censored


def censored(text: str, markup: str = "plain") -> list[str]:
    return [text[start:end] for start, end in find_censored(text, markup)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("in interdependence and * * * *. However, at present", ["* * * *"]),
        ("they said \\* \\* \\* and left", ["\\* \\* \\*"]),
        ("What the **** is going on?", ["****"]),
        ("und von deinem fetten A**** haben sie nicht gesprochen", ["A****"[1:]]),
        ("giornali di m***a.", ["***"]),
        ("Oh f**k, s*** and ****ing h***!", ["**", "***", "****", "***"]),
        ("“**** you!” he cried.", ["****"]),
        ("THE **** THING IS *** SHOUTED", ["****", "***"]),
        ("**** you and **** him, he said", ["****", "****"]),
        ("Call 138****1234 now.", ["****"]),
        ("they had\n**** on the line, and\nwent home", ["****"]),
        ("他们互相＊＊，后来张＊＊死了。", ["＊＊", "＊＊"]),
        ("张**说，李**也说", ["**", "**"]),
        ("我在××省xx县遇到XX同志。", ["××", "xx", "XX"]),
        ("the minister of x×x said", ["x×x"]),
        ("杖策聊□□。", ["□□"]),
        ("□□□□□，□□□□色。", ["□□□□□", "□□□□"]),
        ("The agent ████ left for ██████.", ["████", "██████"]),
        ("○○さんは●●へ行った。", ["○○", "●●"]),
        ("one\r\n\r\nand * * * too", ["* * *"]),
    ],
)
def test_what_was_struck_out_is_found_in_a_sentence(text: str, runs: list[str]) -> None:
    assert censored(text) == runs


@pytest.mark.parametrize(
    "text",
    [
        "The end of it.\n\n* * *\n\nThe beginning.",
        "The end of it.\n***\nThe beginning.",
        "The end of it. * * * The beginning, flattened.",
        "□□□",
        "*** START OF THE BOOK ***",
        "Read this: **** IMPORTANT **** before you go on.",
        "- **** IMPORTANT ****: read this",
        "> ****IMPORTANT****",
        "*** Our slogan: top down\nfor the masses. ***",
        "**** GROWTH CENTER REPAIR SERVICE",
        "***** WARNING ********\nThe disk is full.",
        "It is **important**, and ***very*** much so.",
        "**Motivation:** Remember, you",
        "* **Open and transparent**: because we follow it",
        "* * nested, to be read as a list",
        "A word,* another,** a third word** and the notes.\n* One.\n** Two.",
        "That E = m c**2, or 2 ** 8?",
        "call(**kwargs) for static/**/*.css and `a ** b`",
        "/*** a comment ***/",
        "Sonnet XX, XXX and XXXII; love, xx",
        "Of 3××4 only xylophone remains, in 20xx年.",
        "Vote ○○ or ●● here.",
        "```\nwhat the **** is\n\nthis **** here\n```",
        "    ***\n  *******\n *********\n    |||",
        "[__][(******)__][__](******)[__]",
        "□ yes □ no",
        "He gave it 5 * 3 * 2 = 30.",
    ],
)
def test_the_same_marks_elsewhere_are_left_alone(text: str) -> None:
    assert censored(text) == []


def test_a_footnote_makes_the_stars_behind_a_stump_a_reference() -> None:
    assert censored("He is no Dr** at all.") == ["**"]
    assert censored("He is no Dr** at all.\n** Doctor.") == []


def test_in_markdown_stars_stress_parts_of_words_too() -> None:
    text = "这是**重要**的，un**frigging**believable"
    assert censored(text, "markdown") == []
    assert censored("这是\\*\\*的", "markdown") == ["\\*\\*"]


@given(st.text(alphabet='*＊ \n\r\\aA是.,x×X□█○"`~(/1\u2028', max_size=60))
def test_every_run_is_made_of_marks_and_in_order(text: str) -> None:
    last = 0
    for start, end in find_censored(text):
        assert last <= start < end <= len(text)
        assert re.fullmatch(r"[*＊xX×□█○\\ ]{2,}", text[start:end])
        last = end
