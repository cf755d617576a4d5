"""A page with a breadcrumb, a repeated title and sections that the author numbered."""

import re
from pathlib import Path

import pytest

from collectionlib import Collection, Entry, import_texts
from collectionlib.markup import parse, plain
from collectionlib.markup.blocks import Break, Heading, words

HEADINGS = [
    "First, the problems existing in the frontline work of grassroots cadres.",
    "Second, how to carry out the work in the front line",
    "Third, government cadres in the eyes of ordinary people.",
]
STAY_TEXT = [
    "Second, the establishment of demobilized troops;",
    "First, lack of professionalism and lack of solid work.",
    "Second, be patient and pay attention to communication methods",
    "Third, we should strengthen training and study.",
]


@pytest.fixture
def entry(scraped_page: Path) -> Entry:
    collection = Collection.create("memory:")
    report = import_texts(collection, scraped_page)
    assert (report.added, report.rejected, report.warnings) == (1, (), ())
    (entry,) = collection
    return entry


def test_title_category_and_site_come_from_the_breadcrumb(entry: Entry) -> None:
    assert entry.title == (
        "Problems existing in grass-roots cadres' close contact with the masses at present"
    )
    assert entry.category == ("Blessing messages",)
    assert entry.source is not None
    assert entry.source.site == "Joke Collection Website"
    assert entry.source.changes == ("breadcrumb", "repeated-title", "headings")


def test_the_headings_that_stand_alone_are_headings_and_nothing_else_is(entry: Entry) -> None:
    blocks = parse(entry.body, entry.markup)
    headings = [" ".join(words([block])) for block in blocks if isinstance(block, Heading)]
    assert headings == HEADINGS
    others = [plain.render([block]) for block in blocks if not isinstance(block, Heading)]
    for start in STAY_TEXT:
        assert any(text.startswith(start) for text in others), start


def test_the_censored_run_is_text(entry: Entry) -> None:
    blocks = parse(entry.body, entry.markup)
    assert not any(isinstance(block, Break) for block in blocks)
    assert "interdependence and * * * *. However" in plain.render(blocks)


def test_every_other_word_is_there_and_in_order(entry: Entry, scraped_page: Path) -> None:
    lines = scraped_page.read_text("utf-8").split("\n")
    assert lines[0].endswith(entry.title)
    assert lines[2] == entry.title
    assert words(parse(entry.body, entry.markup)) == " ".join(lines[3:]).split()


@pytest.mark.parametrize("separator", [" - ", " | ", " > ", " » ", " :: ", " – "])
def test_other_sites_separate_their_crumbs_otherwise(tmp_path: Path, separator: str) -> None:
    title = "Wishes - for all"
    crumbs = separator.join(["A Site", "Wishes", "New year", title])
    (tmp_path / "page.txt").write_text(f"{crumbs}\n\n{title}\n\nBe well. Be happy.\n")
    collection = Collection.create("memory:")
    import_texts(collection, tmp_path / "page.txt")
    (entry,) = collection
    assert (entry.title, entry.category) == (title, ("Wishes", "New year"))
    assert entry.source is not None
    assert entry.source.site == "A Site"
    assert entry.body == "Be well. Be happy."


@pytest.mark.parametrize(
    "first", ["A Site - Wishes - Another title", "No crumbs - here", "Site -  - Be well"]
)
def test_without_the_repeated_title_a_dash_proves_nothing(tmp_path: Path, first: str) -> None:
    (tmp_path / "page.txt").write_text(f"{first}\n\nBe well\n\nText that follows. And more.\n")
    collection = Collection.create("memory:")
    import_texts(collection, tmp_path / "page.txt")
    (entry,) = collection
    assert entry.category == ()
    found = f"{entry.title} {entry.body}".split()
    assert found == f"{first} Be well Text that follows. And more.".split()


NUMBERED = [
    ("First, {}", "Second, {}", "Third, {}"),
    ("I. {}", "II. {}", "III. {}"),
    ("1. {}", "2. {}", "3. {}"),
    ("1、{}", "2、{}", "3、{}"),
    ("一、{}", "二、{}", "三、{}"),
    ("第一章 {}", "第二章 {}", "第三章 {}"),
    ("Chapter 1 {}", "Chapter 2 {}", "Chapter 3 {}"),
    ("Firstly, {}", "Secondly, {}", "Thirdly, {}"),
]


@pytest.mark.parametrize("numbered", NUMBERED, ids=lambda numbered: numbered[0])
def test_ways_of_numbering(tmp_path: Path, numbered: tuple[str, ...]) -> None:
    heads = [head.format("what it is about") for head in numbered]
    paragraph = "A paragraph of several sentences. It is not short. It goes on for a while."
    text = "\n\n".join(["Opening words. Two of them.", *(f"{h}\n\n{paragraph}" for h in heads)])
    (tmp_path / "page.txt").write_text(text, "utf-8")
    collection = Collection.create("memory:")
    import_texts(collection, tmp_path / "page.txt")
    (entry,) = collection
    blocks = parse(entry.body, entry.markup)
    assert [" ".join(words([b])) for b in blocks if isinstance(b, Heading)] == heads


@pytest.mark.parametrize(
    "text",
    [
        "How to cook.\n\nFirst, wash the rice.\n\nSecond, boil it.\n\nThird, eat it.\n",
        "Only one. Here.\n\nFirst, a beginning\n\nAnd an end. So.\n",
        "Rules. Two.\n\n2. begins late\n\nText. More.\n\n3. goes on\n\nText. More.\n",
        "A tale.\n\nFirst, he came. Then he saw.\n\nText.\n\nSecond, he went; he ran.\n\nText.\n",
    ],
)
def test_lists_and_sentences_that_begin_so_stay_text(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.txt").write_text(text)
    collection = Collection.create("memory:")
    import_texts(collection, tmp_path / "page.txt")
    (entry,) = collection
    assert entry.markup == "plain"
    assert re.sub(r"\s+", " ", f"{entry.title} {entry.body}".replace("page ", "")).strip() == (
        re.sub(r"\s+", " ", text).strip()
    )
