import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib import Category, Collection, Contributor, Entry, Metadata, import_texts
from collectionlib.identity import entry_id
from collectionlib.markup.wrapping import width_of, wrap
from collectionlib.publishing.formats.fortune import FortuneExporter
from collectionlib.publishing.formats.text import TextExporter

EXPECTED = """\
Wishes
======

A few
Lu Xun


Contents
--------

Loose
Blessings
  Untitled words, which go on.
  Be well
  Birth
    春曉


Loose
~~~~~

Not in a category.


Blessings
=========

About them.

Untitled words, which go on.

        * * *

Be well
~~~~~~~

Lu Xun

One line,
and another.


Birth
-----

春曉
~~~~

春眠不覺曉。


Colophon
========
"""


def _entries() -> list[Entry]:
    return [
        Entry(id=entry_id("0"), title="Loose", body="Not in a category."),
        Entry(
            id=entry_id("1"),
            title="Be well",
            body="One line,\nand another.",
            category=("Blessings",),
            contributors=(Contributor(name="Lu Xun"),),
        ),
        Entry(id=entry_id("2"), body="Untitled words, which go on.", category=("Blessings",)),
        Entry(id=entry_id("3"), title="春曉", body="春眠不覺曉。", category=("Blessings", "Birth")),
    ]


def test_an_anthology_to_read(make) -> None:
    metadata = Metadata(
        title="Wishes", subtitle="A few", contributors=(Contributor(name="Lu Xun"),), id="urn:x:y"
    )
    said = [Category(path=("Blessings",), description="About them.")]
    text = make(_entries(), metadata, said, TextExporter()).decode()
    lines = [line for line in text.split("\n") if line.strip()]
    expected = [line for line in EXPECTED.split("\n") if line.strip()]
    assert lines[: len(expected)] == expected
    assert lines[len(expected) :] == ["urn:x:y", "Made with collectionlib."]


def test_its_own_files_are_recognised_and_others_are_not(make) -> None:
    text = make(_entries(), exporter=TextExporter())
    assert TextExporter().recognises(io.BytesIO(text))
    assert not TextExporter().recognises(io.BytesIO(b"Somebody's own text.\n"))
    assert not TextExporter().recognises(io.BytesIO(b""))


LONG = Entry(
    id=entry_id("4"),
    title="A title that is longer than a narrow page is wide",
    body="Be *well*, all of you who read this, and 春眠不覺曉。處處聞啼鳥。夜來風雨聲。[^1]\n\n"
    "> Somebody said so, in a quote that is longer than a line.\n\n"
    "1. The first of all things is to be well and to stay so.\n\n"
    "&#32; A line of verse that is longer than the page,\\\n&#32; and another.\n\n[^1]: By Meng.",
    markup="markdown",
)


def test_running_text_is_broken_at_a_width_and_verse_is_not(make) -> None:
    text = make([LONG], exporter=TextExporter(width=30)).decode()
    lines = text.split("\n")
    assert [line for line in lines if width_of(line) > 30 and "urn:uuid" not in line] == [
        "  A line of verse that is longer than the page,"
    ]
    assert "    Somebody said so, in a\n    quote that is longer than" in text
    assert "1. The first of all things is\n   to be well" in text
    assert "[1] By Meng." in text
    whole = make([LONG], exporter=TextExporter()).decode()
    assert "".join(text.split()).replace("~", "") == "".join(whole.split()).replace("~", "")


@given(st.text("ab 春。「」、ー\u3000é️👩‍👩‍👧-", max_size=80), st.integers(4, 30))
def test_no_character_is_lost_at_the_end_of_a_line(line: str, width: int) -> None:
    rows = wrap(line, width).split("\n")
    assert "".join("".join(rows).split()) == "".join(line.split())
    # At a blank a line may end whatever follows.
    if "".join(line.split()) == line:
        assert not any(row[:1] in "。、」ー" for row in rows[1:])
        assert not any(row.endswith("「") for row in rows[:-1])


@pytest.mark.parametrize(
    ("word", "columns"),
    [("wish", 4), ("春曉", 4), ("e\u0301te\u0301", 3), ("👩‍👩‍👧", 2), ("🇩🇪👍", 4)],
)
def test_a_line_is_as_wide_as_it_is_shown(make, word: str, columns: int) -> None:
    entry = Entry(id=entry_id("6"), title="Long", body=" ".join([word] * 40))
    text = make([entry], exporter=TextExporter(width=24)).decode()
    rows = [line for line in text.split("\n") if line.startswith(word)]
    # So many words of so many columns, with a blank between two, and no column is wasted.
    assert {len(row.split()) for row in rows[:-1]} == {(24 + 1) // (columns + 1)}
    assert sum(len(row.split()) for row in rows) == 40


def test_line_ends_are_those_that_were_asked_for(make) -> None:
    text = make(_entries(), exporter=TextExporter(line_ends="crlf"))
    assert text.count(b"\r\n") == text.count(b"\n") > 20


def test_fortunes_come_back(make, tmp_path: Path) -> None:
    said: list[str] = []
    percent = Entry(id=entry_id("5"), body="A percent:\n%\nThat was one.")
    data = make([*_entries(), percent], exporter=FortuneExporter(tell=said.append))
    path = tmp_path / "wishes"
    path.write_bytes(data)
    with Collection.create("memory:") as again:
        import_texts(again, path, format="fortune")
        bodies = sorted(entry.body for entry in again)
    # The blank behind the line of its own is what keeps that text in one piece.
    assert bodies == sorted(
        [
            "Loose\n\nNot in a category.",
            "Be well\n\nOne line,\nand another.",
            "Untitled words, which go on.",
            "春曉\n\n春眠不覺曉。",
            "A percent:\n% \nThat was one.",
        ]
    )
    assert len(said) == 1
    assert percent.id in said[0]


def test_strfile_counts_as_many_as_were_written(make, tmp_path: Path) -> None:
    strfile = shutil.which("strfile")
    if strfile is None:
        pytest.skip("strfile is not installed: apt install fortune-mod")
    path = tmp_path / "wishes"
    path.write_bytes(make(_entries(), exporter=FortuneExporter(width=40)))
    done = subprocess.run([strfile, path], check=True, capture_output=True, text=True)
    assert f"There were {len(_entries())} strings" in done.stdout
