import json
from pathlib import Path
from typing import Any

import pytest

from collectionlib.collection import Collection
from collectionlib.errors import ParseError
from collectionlib.importing.draft import Draft
from collectionlib.importing.formats.markdown import MarkdownImporter
from collectionlib.importing.front_matter import FrontMatterError, described, divide
from collectionlib.importing.pipeline import import_texts
from collectionlib.importing.sources import SourceFile
from collectionlib.model import Contributor, Entry


def parsed(text: str, name: str = "posts/one.md") -> Draft:
    (draft,) = MarkdownImporter().parse(SourceFile(name, text.encode()))
    return draft


def imported(source: Path) -> list[Entry]:
    with Collection.create("memory:") as texts:
        report = import_texts(texts, source)
        assert not report.rejected, report.rejected
        return list(texts)


JEKYLL = """---
layout: post
title:  "Be well: a wish"
date:   2019-05-03 10:15:00 -0400
categories: wishes
tags: [short, "kind"]
author: {name: Ann Ex, email: ann@example.org}
---
Be *well*.
"""
HUGO = """+++
title = "Be well: a wish"
date = 2019-05-03T10:15:00-04:00
categories = ["wishes", "more"]
tags = ["short", "kind"]
weight = 3
+++
Be *well*.
"""
HUGO_JSON = """{
  "title": "Be well: a wish",
  "date": "2019-05-03T10:15:00-04:00",
  "categories": ["wishes"],
  "tags": ["short", "kind"]
}

Be *well*.
"""
PELICAN = """Title: Be well: a wish
Date: 2019-05-03 10:15
Category: wishes
Tags: short, kind
Authors: Ann Ex; Bob Zed
Summary: A text
    on two lines

Be *well*.
"""
OBSIDIAN = """---
title: "Be well: a wish"
created: 2019-05-03
category: wishes
tags: "#short #kind"
aliases:
  - Wish
---

Be *well*.
"""


@pytest.mark.parametrize("text", [JEKYLL, HUGO, HUGO_JSON, PELICAN, OBSIDIAN])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_front_matter_of_many_programs(text: str, line_end: str) -> None:
    draft = parsed(text.replace("\n", line_end))
    assert (draft.title, draft.body) == ("Be well: a wish", "Be *well*.")
    assert draft.created is not None
    assert draft.created[:10] == "2019-05-03"
    assert draft.category == ("wishes",)
    assert draft.tags[-2:] == ("short", "kind")
    assert draft.markup == "markdown"


def test_what_has_no_field_stays_in_the_attributes() -> None:
    author = {"name": "Ann Ex", "email": "ann@example.org"}
    assert parsed(JEKYLL).attributes == {"layout": "post", "author": author}
    assert parsed(JEKYLL).contributors == (Contributor(name="Ann Ex"),)
    assert parsed(JEKYLL).created == "2019-05-03T10:15:00-04:00"
    assert parsed(HUGO).attributes == {"weight": 3}
    assert parsed(HUGO).tags == ("more", "short", "kind")
    assert parsed(OBSIDIAN).attributes == {"aliases": ["Wish"]}
    pelican = parsed(PELICAN)
    assert [one.name for one in pelican.contributors] == ["Ann Ex", "Bob Zed"]
    # A time without a zone is no moment: the day counts, and the words are kept.
    assert pelican.created == "2019-05-03"
    assert pelican.attributes == {"date": "2019-05-03 10:15", "summary": "A text on two lines"}


def test_values_that_mean_nothing_for_their_key_are_kept() -> None:
    odd = {"date": "last summer", "lang": "English?", "tags": {"a": 1}, "title": ["x"], "n": 1e3}
    draft = described(Draft(body=""), odd)
    assert draft == Draft(body="", attributes=odd)
    half = described(Draft(body=""), {"tags": [1, None, "b\x07c", {"x": 1}], "title": "a\nb"})
    assert (half.tags, half.title) == (("1", "b c"), "a b")
    assert half.attributes == {"tags": [1, None, "b\x07c", {"x": 1}]}
    assert described(Draft(body=""), {"title": None, "tags": [], "x": ""}) == Draft(body="")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# A wish\n\nBe well.\n", "A wish", "Be well."),
        ("# A wish #\nBe well.\n", "A wish", "Be well."),
        ("A wish\n======\n\nBe well.\n", "A wish", "Be well."),
        ("---\ntitle: A wish\n---\n\n# A wish\n\nBe well.\n", "A wish", "Be well."),
        ("---\ntitle: Other\n---\n# A wish\n\nBe well.\n", "Other", "# A wish\n\nBe well."),
        ("## Part\n\nBe well.\n", None, "## Part\n\nBe well."),
        ("#hashtag\n\nBe well.\n", None, "#hashtag\n\nBe well."),
        ("---\n\nA rule above.\n\n---\n", None, "---\n\nA rule above.\n\n---"),
        ("***\nStars.\n", None, "***\nStars."),
    ],
)
def test_titles_and_bodies(text: str, title: str | None, body: str) -> None:
    draft = parsed(text)
    assert (draft.title, draft.body) == (title, body)


def test_a_dated_name_says_the_day_and_at_last_the_title() -> None:
    draft = parsed("Be well.\n", "posts/2019-05-03-be-well_friend.md")
    assert (draft.title, draft.created) == ("be well friend", "2019-05-03")
    draft = parsed("---\ndate: 2020-01-01\n---\nBe well.\n", "posts/2019-05-03-be-well.md")
    assert draft.created == "2020-01-01"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: [\n---\nText.\n", 3),
        ("---\ntitle: x\na: b: c\n---\nText.\n", 3),
        ("+++\ntitle = x\n+++\nText.\n", 2),
    ],
)
def test_front_matter_that_cannot_be_read_is_named_with_its_line(text: str, line: int) -> None:
    with pytest.raises(FrontMatterError) as raised:
        divide(text)
    assert raised.value.line == line
    with pytest.raises(ParseError, match=f"line {line}: .*--format plain"):
        parsed(text)


@pytest.mark.parametrize(
    "yaml",
    [
        "a: &a [*a]",
        "\n".join(["l0: &l0 [x, x]", *(f"l{n}: &l{n} [{f'*l{n - 1},' * 9}]" for n in range(1, 9))]),
    ],
)
def test_references_that_unfold_without_end_are_refused(yaml: str) -> None:
    with pytest.raises(ParseError, match="unfold"):
        parsed(f"---\n{yaml}\n---\nText.\n")


@pytest.mark.parametrize(
    "text",
    [
        "Q: Why?\nA: Because.\n\nMore.\n",
        "Note: this is a text.\nIt goes on.\n",
        "{ a brace }\n\nText.\n",
        "--- Dashes ---\n\nText.\n",
        "Date: a fruit\nof the palm.\n",
    ],
)
def test_texts_that_only_look_like_it(text: str) -> None:
    front = divide(text)
    assert front is None or not front.values
    assert MarkdownImporter().recognises(SourceFile("one.txt", text.encode())) is None


def test_a_text_with_front_matter_stays_plain_text(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("---\ntitle: A *wish*\nauthor: Ann\n---\n2 * 3 * 4\n")
    (tmp_path / "two.txt").write_text("Title: Another wish\n\nBe well.\n")
    one, two = imported(tmp_path)
    assert (one.title, one.markup, one.body) == ("A *wish*", "plain", "2 * 3 * 4")
    assert one.contributors == (Contributor(name="Ann"),)
    assert (two.title, two.markup, two.body) == ("Another wish", "plain", "Be well.")


def test_real_posts_say_what_they_say(corpora: Path, manifest: dict[str, dict[str, Any]]) -> None:
    posts = {path: file for path, file in manifest.items() if path.startswith("markdown-18f/")}
    entries = {
        entry.source.uri: entry for entry in imported(corpora / "markdown-18f") if entry.source
    }
    assert entries.keys() == posts.keys()
    for path, file in posts.items():
        entry = entries[path]
        (title,) = file["expected_titles"] or [None]
        if title is not None:
            # One title is on two lines in its file, and the truth has the first of them.
            assert entry.title.startswith(title), path
        assert list(entry.tags) == file["expected_tags"], path
        stated = divide((corpora / path).read_text("utf-8"))
        assert stated is not None
        # The truth is the name's date; where the front matter says another one, that counts.
        assert entry.created is not None
        assert entry.created[:10] in (file["expected_date"], str(stated.values.get("date"))[:10])
        assert "hero" not in stated.values or entry.attributes["hero"] == stated.values["hero"]
        json.dumps(entry.attributes)


def test_a_key_that_stands_twice_is_an_error_of_yaml_and_two_authors_of_header_lines() -> None:
    with pytest.raises(FrontMatterError, match="stands twice") as caught:
        divide("---\ntitle: a\nlayout: x\ntitle: b\n---\nText\n")
    assert caught.value.line == 4
    front = divide("Title: T\nAuthor: Ann\nAuthor: Bea\n\nText.\n")
    assert front is not None
    assert front.values == {"title": "T", "author": ["Ann", "Bea"]}
