import io

from collectionlib import Category, Contributor, Entry, Metadata
from collectionlib.identity import entry_id
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
