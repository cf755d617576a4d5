"""Books of Project Gutenberg: real ones with their truth, and made ones of other kinds."""

import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from collectionlib import Collection, import_texts
from collectionlib.errors import ParseError
from collectionlib.importing.cleaning import clean
from collectionlib.importing.draft import Draft
from collectionlib.importing.formats.fortune import FortuneImporter
from collectionlib.importing.formats.gutenberg import GutenbergImporter
from collectionlib.importing.formats.gutenberg.frame import find_frame
from collectionlib.importing.sources import SourceFile
from collectionlib.markup import parse
from collectionlib.markup.blocks import Emphasis, Heading, Paragraph, words
from collectionlib.model import Contributor

BOOKS = (
    "grimm-2591-0.txt", "merry-thought-20535-8.txt", "sherlock-1661-8.txt", "sonnets-1041.txt",
)  # fmt: skip
# What becomes emphasis is written without its marks, and numbers of pages go.
_AROUND = ("gutenberg-header", "gutenberg-footer", "credits", "transcriber-notes", "title-pages",
           "contents", "part-titles", "end-notes")  # fmt: skip


def book(corpora: Path, name: str) -> SourceFile:
    return SourceFile(f"gutenberg/{name}", (corpora / "gutenberg" / name).read_bytes())


def drafts_of(source: SourceFile, **options: Any) -> list[Draft]:
    return list(GutenbergImporter(**options).parse(source))


def made(
    text: str, header: str = "Title: A Book\n\nAuthor: Ann Ex\n\nLanguage: English\n"
) -> SourceFile:
    title = "PROJECT GUTENBERG EBOOK A BOOK ***"
    whole = f"{header}\n*** START OF THE {title}\n\n{text}\n\n*** END OF THE {title}\n\nLicence.\n"
    return SourceFile("books/one.txt", whole.replace("\n", "\r\n").encode())


def assert_nothing_is_lost(source: SourceFile, drafts: list[Draft]) -> None:
    """Each part of the file is in a span or was removed, and each span in its entry, in order."""
    text = source.text
    taken = [one.text for one in drafts[0].removed if one.change in _AROUND]
    at = 0
    places = []
    for draft in drafts:
        assert draft.span is not None
        places.append(draft.span)
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    for start, end in [*places, (len(text), len(text))]:
        while taken and (found := text.find(taken[0], at, start)) >= 0:
            assert not text[at:found].strip()
            at = found + len(taken.pop(0))
        assert not text[at:start].strip(), text[at:start][:200]
        at = end
    assert not taken
    for draft in drafts:
        start, end = draft.span or (0, 0)
        raw = text[start:end].replace("_", "").replace("=", "")
        heading = str(draft.attributes.get("heading", draft.title or ""))
        if raw.split()[: len(heading.split())] != heading.replace("_", "").split():
            heading = ""
        body = " ".join(words(parse(draft.body, draft.markup)))
        inside = {r.text for r in draft.removed if r.change not in _AROUND}
        for one in inside:
            raw = raw.replace(one, " ")
        body = body.replace("_", "").replace("=", "")
        assert "".join(raw.split()) == "".join(f"{heading} {body}".replace("_", "").split()), (
            draft.title
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_a_real_book_is_divided_as_its_truth_says(
    corpora: Path, manifest: dict[str, dict[str, Any]], name: str
) -> None:
    truth = manifest[f"gutenberg/{name}"]
    drafts = drafts_of(book(corpora, name))
    if truth["expected_entries"] is not None:
        assert len(drafts) == truth["expected_entries"]
    if truth["expected_titles"]:
        assert [draft.title for draft in drafts] == truth["expected_titles"]
    if truth["expected_author"]:
        authors = [one.name for one in drafts[0].contributors if one.role == "aut"]
        assert authors == [truth["expected_author"]]
    assert {draft.language for draft in drafts} == {"en"}
    assert {draft.rights for draft in drafts} == {"Public domain in the USA"}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_nothing_of_a_real_book_is_lost(corpora: Path, name: str) -> None:
    source = book(corpora, name)
    assert_nothing_is_lost(source, drafts_of(source))


def test_sonnets_are_verse_under_their_numerals(corpora: Path) -> None:
    drafts = drafts_of(book(corpora, "sonnets-1041.txt"))
    assert [drafts[0].title, drafts[17].title, drafts[153].title] == ["I", "XVIII", "CLIV"]
    for draft in drafts:
        cleaned = clean(draft)
        assert cleaned.body == draft.body
        # One sonnet has 15 lines, one 12.
        assert len(cleaned.body.split("\n")) in (12, 14, 15), draft.title
    assert drafts[0].body.split("\n")[-1].startswith("    To eat the world's due")


def test_prose_is_joined_and_verse_in_it_stays(corpora: Path) -> None:
    drafts = {draft.title: clean(draft) for draft in drafts_of(book(corpora, BOOKS[0]))}
    bird = drafts["THE GOLDEN BIRD"].body.split("\n\n")
    assert "\n" not in bird[0]
    fisherman = drafts["THE FISHERMAN AND HIS WIFE"].body
    assert "\n\n ‘O man of the sea!\n  Hearken to me!\n" in fisherman or (
        "‘O man of the sea!\n" in fisherman
    )
    fox = parse(drafts["THE WEDDING OF MRS FOX"].body, "markdown")
    assert [" ".join(words([one])) for one in fox if isinstance(one, Heading)] == [
        "FIRST STORY", "SECOND STORY",
    ]  # fmt: skip


def test_emphasis_is_marked(corpora: Path) -> None:
    drafts = {draft.title: draft for draft in drafts_of(book(corpora, BOOKS[0]))}
    found = [
        " ".join(words([Paragraph((node,))]))
        for block in parse(drafts["ASHPUTTEL"].body, "markdown")
        if isinstance(block, Paragraph)
        for node in block.children
        if isinstance(node, Emphasis)
    ]
    assert found == ["my"]


def test_the_header_says_who_and_what(corpora: Path) -> None:
    draft = drafts_of(book(corpora, BOOKS[0]))[0]
    assert draft.contributors == (
        Contributor(name="The Brothers Grimm"),
        Contributor(name="Edgar Taylor", role="trl"),
        Contributor(name="Marian Edwardes", role="trl"),
    )
    assert draft.site == "Grimms’ Fairy Tales"
    about = draft.attributes["gutenberg"]
    assert isinstance(about, dict)
    assert about["ebook"] == 2591
    assert draft.evidence[1] == "divided by 62 titles of its list of contents"


@pytest.mark.slow
def test_books_are_imported_whole(corpora: Path) -> None:
    with Collection.create("memory:") as collection:
        report = import_texts(collection, corpora / "gutenberg")
        assert not report.rejected
        counts: dict[str, int] = {}
        for entry in collection:
            assert entry.source is not None
            assert entry.source.length
            counts[entry.category[-1]] = counts.get(entry.category[-1], 0) + 1
    assert counts["Grimms’ Fairy Tales"] == 62
    assert counts["Shakespeare's Sonnets"] == 154


# --- other kinds --------------------------------------------------------------------------------

LINE = "The rain fell on the roofs of the town, and nobody was abroad but the old watchman, who\n"
PROSE = LINE * 4 + "went home.\n"


def titled(*titles: str, gap: int = 4) -> str:
    return "".join("\n" * gap + f"{title}\n\n\n{PROSE}\n{PROSE}" for title in titles)


def shape(source: SourceFile, **options: Any) -> list[str | None]:
    drafts = drafts_of(source, **options)
    assert_nothing_is_lost(source, drafts)
    return [draft.title for draft in drafts]


def test_a_list_with_pages_dots_and_titles_of_two_lines() -> None:
    text = (
        "Produced by Some Body and a\nTeam\n\n\n\nCONTENTS\n\n"
        "                                   PAGE\n"
        "     PREFACE ....................... v\n"
        "  I. THE LAMP ...................... 1\n"
        " II. THE LONG ROAD THAT LED\n       NOWHERE ...................... 12\n"
        "III. THE ŒUVRE                      30\n"
        + titled("PREFACE", "THE LAMP", "II\n\nThe Long Road that led nowhere", "_The Oeuvre_")
    )
    assert shape(made(text)) == ["PREFACE", "THE LAMP", "The Long Road that led nowhere",
                                 "The Oeuvre"]  # fmt: skip


def test_a_preface_that_is_not_listed_and_notes_behind_are_entries() -> None:
    text = (
        "A BOOK\n\nby\n\nANN EX\n\n\n\nTO THE READER.\n\n" + PROSE + "\n\n\nContents\n\n"
        "The Lamp\nThe Road\nThe Well\n"
        + titled("THE LAMP", "THE ROAD", "THE WELL")
        + "\n\n\n\nNOTES\n\n[1] A lamp is a lamp.\n\n\n\n[Transcriber's note: All is well.]\n"
    )
    source = made(text)
    assert shape(source) == ["TO THE READER", "THE LAMP", "THE ROAD", "THE WELL", "NOTES"]
    removed = [one.change for one in drafts_of(source)[0].removed]
    assert removed == ["gutenberg-header", "title-pages", "contents", "transcriber-notes",
                       "gutenberg-footer"]  # fmt: skip


def test_the_list_may_stand_at_the_end() -> None:
    text = titled("LE CHAT", "L'ÉTÉ", "LA NEIGE") + (
        "\n\n\nTABLE DES MATIÈRES\n\nLe Chat          1\nL'Ete            9\nLa Neige        17\n"
    )
    source = made(text, "Title: Contes\n\nAuthor: Anne Ex\n\nLanguage: French\n")
    assert shape(source) == ["LE CHAT", "L'ÉTÉ", "LA NEIGE"]
    assert drafts_of(source)[0].language == "fr"


def test_parts_with_stories_below_them_are_categories() -> None:
    text = (
        "CONTENTS\n\nSUMMER\n    The Lamp\n    The Road\n"
        "WINTER\n    The Well\n    The Snow\n\n\n\n\n"
        "SUMMER\n" + titled("The Lamp", "The Road") + "\n\n\n\nWINTER\n"
        + titled("The Well", "The Snow")
    )  # fmt: skip
    source = made(text)
    assert shape(source) == ["The Lamp", "The Road", "The Well", "The Snow"]
    assert [draft.category for draft in drafts_of(source)] == [
        ("A Book", "SUMMER"), ("A Book", "SUMMER"), ("A Book", "WINTER"), ("A Book", "WINTER"),
    ]  # fmt: skip


NOVEL = "CONTENTS\n\nCHAPTER I. The Lamp\nCHAPTER II. The Road\nCHAPTER III. The Well\n" + titled(
    "CHAPTER I\n\nTHE LAMP", "CHAPTER II\n\nTHE ROAD", "CHAPTER III\n\nTHE WELL"
)


def test_a_novel_is_one_entry_with_headings() -> None:
    source = made(NOVEL)
    assert shape(source) == ["A Book"]
    (draft,) = drafts_of(source)
    assert draft.category == ()
    assert not draft.many
    headings = [one for one in parse(draft.body, "markdown") if isinstance(one, Heading)]
    assert [" ".join(words([one])) for one in headings] == [
        "CHAPTER I THE LAMP", "CHAPTER II THE ROAD", "CHAPTER III THE WELL",
    ]  # fmt: skip


def test_chapters_may_be_entries() -> None:
    assert shape(made(NOVEL), chapters="entries") == ["THE LAMP", "THE ROAD", "THE WELL"]


def test_prose_under_bare_numerals_is_a_novel() -> None:
    assert shape(made(titled("I", "II", "III", "IV", "V"))) == ["A Book"]


def test_numerals_that_miss_one_divide_nothing() -> None:
    verse = "  Roses are red,\n  violets are blue.\n"
    poems = [f"\n\n\n  {numeral}\n\n{verse}" for numeral in ("I", "II", "III", "V", "VI", "VII")]
    assert shape(made("".join(poems))) == ["A Book"]


def test_wide_gaps_divide_where_there_is_no_list() -> None:
    source = made(titled("DER MOND", "DER SEE", "DIE NACHT"))
    assert shape(source) == ["DER MOND", "DER SEE", "DIE NACHT"]


def test_acts_and_scenes_are_headings_of_a_play() -> None:
    speech = "ANN. Who is there?\n\nBOB. Nobody but the rain.\n"
    scenes = f"\n\nSCENE I. A room.\n\n{speech}\n\nSCENE II. The street.\n\n{speech}"
    text = "".join(f"\n\n\n\nACT {numeral}.{scenes}" for numeral in ("I", "II", "III"))
    source = made(text)
    assert shape(source) == ["A Book"]
    (draft,) = drafts_of(source)
    levels = [one.level for one in parse(draft.body, "markdown") if isinstance(one, Heading)]
    assert levels == [1, 2, 2] * 3


@pytest.mark.parametrize(
    ("text", "body", "removed"),
    [
        ("One {12} two {13} three {14}.", "One two three.", ["{12}", "{13}", "{14}"]),
        ("A [Pg 1] b [Pg 2] c [Pg 3].", "A b c.", ["[Pg 1]", "[Pg 2]", "[Pg 3]"]),
        ("In {1914} he left.", "In {1914} he left.", []),
        ("One.\n\n[Illustration]\n\nTwo.", "One.\n\nTwo.", ["[Illustration]"]),
        ("[Illustration: A lamp.]\n\nTwo.", "[Illustration: A lamp.]\n\nTwo.", []),
        ("A _lamp_, _x_y, __init__ and a _ b.", r"A *lamp*, \_x\_y, \_\_init\_\_ and a \_ b.", []),
        ("He =ran= and =fell=.", "He **ran** and **fell**.", []),
        ("x =y= z", "x =y= z", []),
        ("A note.[1] And more.", "A note.[1] And more.", []),
    ],
)
def test_the_notation_of_the_volunteers(text: str, body: str, removed: list[str]) -> None:
    (draft,) = drafts_of(made(text))
    assert draft.body == body
    kinds = ("page-numbers", "illustrations")
    assert [one.text for one in draft.removed if one.change in kinds] == removed


OLD = """**The Project Gutenberg Etext of A Book, by Ann Ex**

Copyright laws are changing all over the world.

*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*

A BOOK

It rained.

End of The Project Gutenberg Etext of A Book
"""
AUSTRALIAN = """Project Gutenberg Australia

Title: A Book
Author: Ann Ex
eBook No.: 0100021.txt
Language: English

------------------------------------------------------------

It rained.

This site is full of FREE ebooks - Project Gutenberg Australia
"""


@pytest.mark.parametrize("text", [OLD, AUSTRALIAN, OLD.replace("*END*THE", "*END THE")])
def test_older_and_other_frames(text: str) -> None:
    source = SourceFile("one.txt", text.encode())
    recognition = GutenbergImporter().recognises(source)
    assert recognition
    assert recognition.confidence > 0.9
    (draft,) = drafts_of(source)
    assert draft.title == "A Book"
    assert [one.name for one in draft.contributors] == ["Ann Ex"]
    assert draft.body.endswith("It rained.")
    assert_nothing_is_lost(source, [draft])


def test_a_text_that_names_project_gutenberg_is_no_book_of_it() -> None:
    text = b"I read it at Project Gutenberg.\n\nEnd of the Project Gutenberg story.\n"
    assert GutenbergImporter().recognises(SourceFile("one.txt", text)) is None
    with pytest.raises(ParseError, match="--format plain"):
        drafts_of(SourceFile("one.txt", text))


def test_a_book_without_a_word_gives_nothing() -> None:
    assert drafts_of(made("\n\n")) == []


def test_ids_stay_where_another_text_changes(corpora: Path) -> None:
    first, second = made(titled("ONE", "TWO", "THREE")), made(titled("ONE", "TWO X", "THREE"))
    raws = [
        [source.text[slice(*(draft.span or ()))] for draft in drafts_of(source)]
        for source in (first, second)
    ]
    assert raws[0][0] == raws[1][0]
    assert raws[0][2] == raws[1][2]


@pytest.mark.parametrize("piece", ["_a _b ", "=a ", "[", "{1 ", "I. ", "a  ", "* "])
def test_long_lines_take_no_endless_time(piece: str) -> None:
    source = made(piece * 200_000)
    start = time.process_time()
    drafts_of(source)
    assert time.process_time() - start < 20


def test_fortune_files_are_none() -> None:
    source = SourceFile("x", b"Project Gutenberg\n%\nTwo.\n%\n")
    assert GutenbergImporter().recognises(source) is None
    assert FortuneImporter().recognises(source)
    assert find_frame("") is None


# --- odd books ----------------------------------------------------------------------------------


def test_a_frame_that_does_not_end_is_told() -> None:
    text = made("It rained.").text.partition("*** END")[0]
    (draft,) = drafts_of(SourceFile("one.txt", text.encode()))
    assert draft.body == "It rained."
    assert draft.evidence[0].endswith("; no mark says where it ends")


def test_a_field_may_be_said_twice_or_go_on_and_an_author_may_be_nobody() -> None:
    header = "Title: A Book\n  of Rain\n\nAuthor: Various\n\nTitle: Another\n  one\n"
    (draft,) = drafts_of(made("It rained.", header))
    assert (draft.title, draft.contributors) == ("A Book of Rain", ())
    assert draft.attributes["gutenberg"]["author"] == "Various"  # type: ignore[index,call-overload]


def test_notes_of_transcribers_in_brackets_end_with_them() -> None:
    note = "[Transcriber's note:\n\nAll is [nearly] well.\n\nSpelling stays.]"
    front = f"{note}\n\nProduced by Some Body\n\n[Transcriber's note: And more.]\n\nA BOOK"
    text = f"{front}\n\n\n\nCONTENTS\n\nThe Lamp\nThe Road\nThe Well\n" + titled(
        "THE LAMP", "THE ROAD", "THE WELL"
    )
    source = made(f"{text}\n\n\nProduced by Some Body\n\n\n\nErrata\n\nNone.\n")
    assert shape(source) == ["THE LAMP", "THE ROAD", "THE WELL", "Errata"]
    removed = [one.change for one in drafts_of(source)[0].removed if one.change in _AROUND]
    assert removed == [
        "gutenberg-header", "transcriber-notes", "credits", "transcriber-notes", "title-pages",
        "contents", "credits", "gutenberg-footer",
    ]  # fmt: skip


def test_prose_before_the_first_text_is_a_text_with_a_title_or_without() -> None:
    listed = "\n\n\n\nCONTENTS\n\nThe Lamp\nThe Road\nThe Well\n"
    texts = titled("THE LAMP", "THE ROAD", "THE WELL")
    prose = f"{PROSE}\n{PROSE}\n{PROSE}"
    for front, title in (
        (f"OF RAIN\n\n{prose}", "OF RAIN"),
        (prose, None),
        (f"OF RAIN\n\n{prose}\n\n\n\n{prose}", "OF RAIN"),
    ):
        source = made(f"{front}{listed}{texts}")
        found = shape(source)
        assert found[1:] == ["THE LAMP", "THE ROAD", "THE WELL"]
        if title:
            assert found[0] == title
        body = drafts_of(source)[0].body
        assert body.count("the old watchman") == 4 * front.count("went home")


def test_prose_ends_the_list_and_its_heading_is_none_of_it() -> None:
    text = (
        "CONTENTS\n\nThe Lamp\n\nThe Road\n\nThe Well\n\nTHE LAMP\n\n"
        + PROSE + titled("THE ROAD", "THE WELL")
    )  # fmt: skip
    assert shape(made(text)) == ["THE LAMP", "THE ROAD", "THE WELL"]


def test_a_title_in_capitals_of_two_chunks_is_one() -> None:
    source = made(titled("DER MOND", "DER SEE\n\nUND DIE NACHT", "DIE NACHT"))
    assert "DER SEE UND DIE NACHT" in shape(source)
