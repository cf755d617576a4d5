"""Plain text: one or many, its titles, paragraphs and headings; small texts as they are found."""

import re
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib import Collection, import_texts
from collectionlib.errors import InvalidValueError, ParseError
from collectionlib.identity import entry_id
from collectionlib.importing.cleaning import clean
from collectionlib.importing.draft import Draft
from collectionlib.importing.drafting import Drafting
from collectionlib.importing.formats.plain import PlainImporter
from collectionlib.importing.sources import SourceFile
from collectionlib.markup import parse
from collectionlib.markup.blocks import Heading, Quote, Verse, words

JOKES = [
    "Waiter, there is a fly in my soup!\nDon't worry, the spider will get it.",
    "Doctor, I keep forgetting things.\nSince when?\nSince when what?",
    "I told my wife she drew her eyebrows too high.\nShe looked surprised.",
    "My dog has no nose.\nHow does he smell?\nTerrible.",
    "What do you call a bear with no teeth?\nA gummy bear.",
]
PROSE = textwrap.fill(
    "The old house stood at the end of the lane, and nobody had lived in it for many years. "
    "When the wind blew from the sea, its shutters knocked against the walls as if somebody "
    "wanted to come in, and the children who passed it on their way to school walked faster. "
    "Only one of them, a girl whose name was Ada, stopped at the gate and listened.",
    60,
)
POEM = "The rose is red,\nthe sky is wide,\nand I am here\nat your dear side."
PROVERBS = """\
A bird in the hand is worth two in the bush.
Actions speak louder than words.
All that glitters is not gold.
Better late than never.
Birds of a feather flock together.
Curiosity killed the cat.
Don't count your chickens before they hatch.
Easy come, easy go.
Every cloud has a silver lining.
Fortune favours the bold.
Great minds think alike.
Haste makes waste.
If it isn't broken, don't fix it.
Justice delayed is justice denied.
Keep your friends close and your enemies closer.
Laughter is the best medicine.
Many hands make light work.
Necessity is the mother of invention.
One good turn deserves another.
Practice makes perfect.
Rome wasn't built in a day.
Silence is golden.
The early bird catches the worm.
When in Rome, do as the Romans do.
"""


def _drafts(text: str, **options: Any) -> list[Draft]:
    source = SourceFile("pile.txt", text.encode())
    return [clean(draft) for draft in PlainImporter(**options).parse(source)]


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


MANY = {
    "dashes": ("\n----\n".join(JOKES), 5),
    "three with dashes": ("\n----\n".join(JOKES[:3]), 3),
    "tildes, to the end": ("\n~~~\n".join(JOKES) + "\n~~~\n", 5),
    "stars with blank lines": ("\n\n***\n\n".join(JOKES), 5),
    "stars, blank in between": ("\n\n* * *\n\n".join(JOKES * 2), 10),
    "DOS": ("\n====\n".join(JOKES).replace("\n", "\r\n"), 5),
    "tags": ("".join(f"{joke}\n---- pun,dog\n" for joke in JOKES), 5),
    "one a line": (PROVERBS, 24),
    "numbered jokes": (
        "\n\n".join(f"{n}. - {joke}".replace("\n", "\n- ") for n, joke in enumerate(JOKES, 1)),
        5,
    ),
    "labelled": ("\n\n".join(f"#{n}\n{joke}" for n, joke in enumerate(JOKES, 1)), 5),
    "Russian labels": ("\n\n".join(f"Анекдот {n}\n{j}" for n, j in enumerate(JOKES, 1)), 5),
    "twenty proverbs": (
        "\n".join(f"{n}. {line}" for n, line in enumerate(PROVERBS.splitlines(), 1)),
        24,
    ),
    "riddles": ("\n\n".join(f"Q: What is {n}?\nA: A number." for n in range(6)), 6),
    "Russian riddles": ("\n".join(f"В: Что это {n}?\nО: Число." for n in range(6)), 6),
    "Chinese riddles": ("\n".join(f"问：{n}是什么？\n答：数字。" for n in range(6)), 6),
    "underlined poems": (
        "\n\n".join(f"{name}\n{'=' * len(name)}\n{POEM}" for name in ("Rose", "A wish", "Night")),
        3,
    ),
    "poems behind gaps": (
        "\n\n\n\n".join(f"{name}\n\n{POEM}\n\n{POEM}" for name in ("Rose", "A wish", "Night")),
        3,
    ),
}


@pytest.mark.parametrize(("text", "count"), MANY.values(), ids=MANY.keys())
def test_strong_evidence_splits(text: str, count: int) -> None:
    drafts = _drafts(text)
    assert len(drafts) == count
    for draft in drafts:
        assert draft.many
        assert draft.span is not None
        assert draft.evidence[0].startswith("split by evidence: ")
    spans = [draft.span for draft in drafts if draft.span]
    assert all(start < end for start, end in spans)
    assert spans == sorted(spans)


ONE = {
    "one joke": JOKES[0],
    "a story with scene breaks": f"{PROSE}\n\n* * *\n\n{PROSE}\n\n* * *\n\n{PROSE}",
    "a long story with scene breaks": "\n\n***\n\n".join([f"{PROSE}\n\n{PROSE}"] * 8),
    "a poem": "\n\n".join([POEM] * 8),
    "a poem of sentences": "\n".join(f"I went away on day number {n}." for n in range(30)),
    "chronicle": "\n".join(f"And he lived {n} years{' and more' * (n % 5)}." for n in range(40)),
    "a shopping list": "\n".join(f"- {n} apples" for n in range(30)),
    "a numbered recipe": "Soup\n\n1. Wash the rice.\n2. Boil it.\n3. Eat it.\n4. Rest.\n5. Go.",
    "numbered sections": "\n\n".join(f"{n}. The part\n\n{PROSE}" for n in range(1, 8)),
    "chapters": "\n\n\n".join(f"Chapter {n}\n\n{PROSE}" for n in range(1, 12)),
    "dialogue": "\n".join(f"- Is it {n}?\n- No, it is not." for n in range(20)),
    "a play": "\n".join(f"ANNA: Is it {n}?\nBERT: No, it is not." for n in range(20)),
    "an interview": "\n\n".join(f"Q: And then?\nA: {PROSE} {PROSE}" for _ in range(8)),
    "a story of short lines": "\n".join(
        f"He went to town on day {n}. {'She stayed. ' * (n % 4)}They met." for n in range(30)
    ),
    "an article with underlined headings": "\n\n".join(
        f"{name}\n{'-' * len(name)}\n\n{PROSE}" for name in ("Why", "How", "Where", "When")
    ),
    "wrapped prose": textwrap.fill(PROSE.replace("\n", " ") * 20, 70),
    "a frame of dashes": f"A title\n\n-----\nA note.\n\nMore.\n-----\n\n{PROSE}",
}


@pytest.mark.parametrize("text", ONE.values(), ids=ONE.keys())
def test_what_may_be_one_text_stays_one(text: str) -> None:
    (draft,) = _drafts(text)
    assert draft.span is None
    assert not draft.many


def test_each_line_of_the_proverbs_is_one(corpora: Path) -> None:
    data = (corpora / "proverbs/ru_proverbs.txt").read_bytes()
    drafts = list(PlainImporter().parse(SourceFile("ru_proverbs.txt", data)))
    lines = [line for line in data.decode().split("\n") if line.strip()]
    assert [draft.body for draft in drafts] == lines
    assert len(drafts) == 6237
    assert {draft.title for draft in drafts} == {""}


@pytest.mark.slow
def test_no_single_text_of_the_corpora_is_split(corpora: Path, scraped_page: Path) -> None:
    folders = ("genesis", "udhr", "aozora")
    files = [path for name in folders for path in sorted((corpora / name).iterdir())]
    for path in (*files, scraped_page):
        source = SourceFile(path.name, path.read_bytes())
        assert len(list(PlainImporter().parse(source))) == 1, path


def test_tags_behind_epigrams(corpora: Path, manifest: dict[str, dict[str, Any]]) -> None:
    data = (corpora / "odd/tfortunes-epigrams.txt").read_bytes()
    drafts = list(PlainImporter().parse(SourceFile("epigrams", data)))
    truth = manifest["odd/tfortunes-epigrams.txt"]
    assert len(drafts) == truth["expected_entries"]
    assert drafts[0].tags == ("privacy", "society")


def test_xml_that_nobody_knows_is_told() -> None:
    (draft,) = _drafts("<?xml version='1.0'?>\n<jokes><joke>Why?</joke></jokes>\n")
    assert draft.body.startswith("<?xml")
    assert draft.warnings == (
        "it is XML of no kind that is known (<jokes>): its marks stand in the text",
    )
    assert _drafts("<jokes> is a word here.")[0].warnings == ()


EXPLICIT = {
    "none": ("none", "\n----\n".join(JOKES), [("", 5)]),
    "mark": ("%", "One.\n%\nTwo.\n%\n", ["One.", "Two."]),
    "line": ("line", "One.\n  Two.\r\n\nTHREE\n", ["One.", "  Two.", "THREE"]),
    "line, of one": ("line", "\nOne.\n", ["One."]),
    "blank:2": ("blank:2", "One.\n\nStill one.\n\n\nTwo.\n", ["One.\n\nStill one.", "Two."]),
    "blank:1": ("blank:1", "One.\n\n\nTwo.\r\n\r\nThree.", ["One.", "Two.", "Three."]),
    "heading": (
        "heading",
        "Before. It was.\n\nChapter 1\n\nOne.\n\nChapter 2\n\nTwo.\n",
        ["Before. It was.", "One.", "Two."],
    ),
    "number": (r"regex:\d+\. ", "1. One.\nMore.\n2. Two.\n", ["One.\nMore.", "Two."]),
}


@pytest.mark.parametrize(("split", "text", "bodies"), EXPLICIT.values(), ids=EXPLICIT.keys())
def test_the_user_says_how_to_split(split: str, text: str, bodies: list[Any]) -> None:
    drafts = _drafts(text, split=split)
    if split == "none":
        assert len(drafts) == 1
    else:
        assert [draft.body for draft in drafts] == bodies


def test_an_expression_may_give_titles() -> None:
    text = "A licence.\n== Rose ==\nRed.\n== Sky ==\nBlue.\n"
    first, rose, sky = _drafts(text, split="regex:== (?P<title>.+) ==")
    assert (first.body, rose.title, rose.body, sky.title) == ("A licence.", "Rose", "Red.", "Sky")
    assert [one.text for one in rose.removed] == ["== Rose =="]


def test_headers_of_the_pieces_are_read() -> None:
    text = "Title: Rose\nAuthor: Ann Other\n\nRed.\n%\nTitle: Sky\n\nBlue.\n"
    rose, sky = _drafts(text, split="%")
    assert (rose.title, rose.contributors[0].name, rose.body) == ("Rose", "Ann Other", "Red.")
    assert (sky.title, sky.body) == ("Sky", "Blue.")


@pytest.mark.parametrize(
    "options",
    [
        {"split": "headings"}, {"split": ""}, {"split": "blank:0"}, {"split": "blank:x"},
        {"split": "lines"}, {"split": "regex:"}, {"split": "regex:("}, {"split": "a\nb"},
        {"paragraphs": "blocks"},
    ],
)  # fmt: skip
def test_options_that_are_none_are_refused(options: dict[str, Any]) -> None:
    ((name, value),) = options.items()
    with pytest.raises(InvalidValueError) as error:
        PlainImporter(**options)
    assert (error.value.field, error.value.value) == (name, value)


@pytest.mark.slow
def test_an_expression_that_blows_up_is_stopped() -> None:
    source = SourceFile("a.txt", b"a" * 60 + b"!\n")
    begun = time.process_time()
    with pytest.raises(ParseError, match=r"\(a\|aa\).* takes more than 5 seconds"):
        list(PlainImporter(split="regex:(a|aa)+$").parse(source))
    assert time.process_time() - begun < 30


def test_an_insertion_moves_no_other_id() -> None:
    drafting = Drafting(importers={"plain": PlainImporter()})

    def ids(jokes: list[str]) -> list[str]:
        text = "\n\n".join(f"#{n}\n{joke}" for n, joke in enumerate(jokes, 1))
        source = SourceFile("jokes.txt", text.encode())
        return [one.entry.id for one in drafting.drafted(source, PlainImporter())]

    before, after = ids(JOKES), ids([JOKES[0], "A new one.", *JOKES[1:]])
    assert set(before) < set(after)
    assert entry_id("jokes.txt") not in after


def test_pieces_have_titles_of_their_own_or_none() -> None:
    text = "\n\n***\n\n".join(["A wish\n\nBe well, and happy.", *JOKES])
    assert next(draft.title for draft in _drafts(text)) == "A wish"
    drafting = Drafting(importers={"plain": PlainImporter()})
    source = SourceFile("pile.txt", text.encode())
    entries = [one.entry for one in drafting.drafted(source, PlainImporter())]
    assert [entry.title for entry in entries] == ["A wish", "", "", "", "", ""]


# --- paragraphs ---------------------------------------------------------------------------------

SENTENCES = PROSE.replace("\n", " ")
INDENTED = "\n".join(textwrap.fill(SENTENCES, 60, initial_indent="  ") for _ in range(4))
UNFORMATTED = "\n".join(textwrap.fill(SENTENCES, 60) for _ in range(4))
LINES = "\n".join(SENTENCES[at:] for at in (0, 0, 0, 0, 0, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("text", "change", "count"),
    [
        (INDENTED, "indented-paragraphs", 4),
        (UNFORMATTED, "unwrapped-paragraphs", 4),
        (LINES, "line-paragraphs", 9),
        ("\n\n".join([PROSE] * 4), "hard-wraps", 4),
    ],
    ids=["print", "unformatted", "single", "block"],
)
def test_paragraphs_are_told_by_the_lines(text: str, change: str, count: int) -> None:
    (draft,) = _drafts(text)
    assert change in draft.changes
    paragraphs = draft.body.split("\n\n")
    assert len(paragraphs) == count
    assert not any("\n" in paragraph for paragraph in paragraphs)
    assert draft.body.split() == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join([POEM] * 5),
        "\n".join([POEM] * 5),
        "\n".join(f"  {line}" if n % 2 else line for n, line in enumerate((POEM + "\n") * 4)),
        "\n".join(f"— Is it {n}?\n— No, it is not." for n in range(12)),
        "\n".join(f"{n}. Take a spoon of salt and stir it well." for n in range(1, 15)),
    ],
    ids=["stanzas", "verse", "indented verse", "dialogue", "list"],
)
def test_verse_dialogue_and_lists_are_left_alone(text: str) -> None:
    (draft,) = _drafts(text, split="none")
    assert not {"indented-paragraphs", "unwrapped-paragraphs", "line-paragraphs", "hard-wraps"} & (
        {*draft.changes}
    )


def test_off_leaves_every_line() -> None:
    (draft,) = _drafts("\n\n".join([PROSE] * 4), paragraphs="off")
    assert draft.body == "\n\n".join([PROSE] * 4)


@given(
    st.text("abA .-\n\t\r", max_size=200),
    st.sampled_from(["auto", "block", "single", "print", "unformatted", "off"]),
)
def test_no_mode_loses_a_letter(text: str, mode: Any) -> None:
    for draft in PlainImporter(split="none", paragraphs=mode).parse(SourceFile("a", text.encode())):
        cleaned = clean(draft)
        gone = len(cleaned.removed)
        found = _squeezed(f"{cleaned.title or ''}{cleaned.body}")
        if cleaned.markup == "plain":
            assert found.replace("-", "") == _squeezed(text).replace("-", "") or gone
            assert 0 <= _squeezed(text).count("-") - found.count("-") <= gone + 40 * (gone > 0)


@pytest.mark.parametrize(
    ("text", "found", "removed"),
    [
        ("An exam-\nple is an example.", "An example is an example.", ("exam-|ple",)),
        ("A red-\nhaired one, red-haired.", "A red-haired one, red-haired.", ("red-|haired",)),
        ("A red-\nhaired one.", "A red-\nhaired one.", ()),
        ("An exam\u00ad\nple.", "An example.", ("exam\u00ad|ple",)),
        ("Of Jean-\nPaul.", "Of Jean- Paul.", ()),
    ],
)
def test_divided_words(text: str, found: str, removed: tuple[str, ...]) -> None:
    source = SourceFile("a.txt", f"  {text}".encode())
    (draft,) = PlainImporter(paragraphs="print").parse(source)
    assert draft.body == found
    assert tuple(one.text for one in draft.removed) == removed


# --- titles, headings, quotes -------------------------------------------------------------------


def test_the_head_of_a_table_is_no_title() -> None:
    body = "Operator\t\tFrom\n----------------\n[]\t\tleft to right\n!\t\tright to left\n"
    (draft,) = _drafts(body)
    assert (draft.title, draft.body) == (None, body.rstrip("\n"))


def test_a_heading_in_columns_is_a_title_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Chapter 1\tTea\n\nHot.\n\nChapter 2\t\tToast\n\nDry.\n")
    with Collection.create("memory:") as texts:
        import_texts(texts, tmp_path, importers={"plain": PlainImporter(split="heading")})
        assert [entry.title for entry in texts] == ["Chapter 1 Tea", "Chapter 2 Toast"]


@pytest.mark.parametrize("mark", "=-~^")
def test_an_underlined_first_line_is_the_title(mark: str) -> None:
    (draft,) = _drafts(f"A wish\n{mark * 6}\nBe well.\n\nBe happy.")
    assert (draft.title, draft.body) == ("A wish", "Be well.\n\nBe happy.")
    assert draft.removed[-1].text == mark * 6


HEADED = [
    ("Chapter {}", ("1", "2", "3")),
    ("CHAPTER {}.", ("I", "II", "III")),
    ("Chapter {}", ("One", "Two", "Three")),
    ("Chapter the {}", ("First", "Second", "Third")),
    ("Глава {}", ("1", "2", "3")),
    ("Глава {}", ("первая", "вторая", "третья")),
    ("ЧАСТЬ {}", ("I", "II", "III")),
    ("{} Kapitel", ("Erstes", "Zweites", "Drittes")),
    ("{}. Kapitel", ("1", "2", "3")),
    ("Chapitre {}", ("premier", "deuxième", "troisième")),
    ("Capítulo {}", ("primero", "segundo", "tercero")),
    ("Rozdział {}", ("pierwszy", "drugi", "trzeci")),
    ("Kapitola {}", ("1", "2", "3")),
    ("Κεφάλαιο {}", ("Α'", "Β'", "Γ'")),
    ("פרק {}", ("א", "ב", "ג")),
    ("الفصل {}", ("الأول", "الثاني", "الثالث")),
    ("第{}回", ("一", "二", "三")),
    ("第{}話", ("1", "2", "3")),
    ("{}", ("I", "II", "III")),
    ("{}.", ("1", "2", "3")),
    ("THE {} DAY", ("OLD", "NEW", "LAST")),
]


@pytest.mark.parametrize(("form", "numbers"), HEADED, ids=str)
def test_headings_of_many_languages(form: str, numbers: tuple[str, ...]) -> None:
    heads = [form.format(number) for number in numbers]
    text = "\n\n".join(["It began. So it did.", *(f"{h}\n\n{SENTENCES}\n\nSo." for h in heads)])
    (draft,) = _drafts(text)
    blocks = parse(draft.body, draft.markup)
    found = [block for block in blocks if isinstance(block, Heading)]
    assert [" ".join(words([block])) for block in found] == heads
    assert words(blocks) == text.split()
    assert draft.evidence[-1].startswith("3 headings ")


def test_parts_stand_above_chapters_that_count_anew() -> None:
    names = ["Part One", "Chapter 1", "Chapter 2", "Part Two", "Chapter 1", "Chapter 2"]
    (draft,) = _drafts("Before. All.\n\n" + "\n\n".join(f"{name}\n\nText. So." for name in names))
    blocks = parse(draft.body, draft.markup)
    assert [b.level for b in blocks if isinstance(b, Heading)] == [1, 2, 2, 1, 2, 2]


def test_headings_may_stand_right_above_their_text(corpora: Path) -> None:
    data = (corpora / "udhr/French_Francais-Latin1.txt").read_bytes()
    (draft,) = map(clean, PlainImporter().parse(SourceFile("fr.txt", data)))
    headings = [b for b in parse(draft.body, draft.markup) if isinstance(b, Heading)]
    assert words(headings[:2]) == ["Article", "premier", "Article", "2"]


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(f"{name}\n\nA word. Another." for name in ("HAMLET", "GHOST") * 3),
        "Contents. All.\n\nChapter 1\n\nChapter 2\n\nChapter 3\n",
        "In all. It is.\n\nChapter 5\n\nText. So.\n\nChapter 9\n\nText. So.\n",
        "A page\nthat goes\n\n1\n\non and on\n\n2\n\nto its end\n\n3\n\nand more.",
    ],
    ids=["a play", "contents", "no count", "numbers of pages"],
)
def test_what_only_looks_like_headings_stays_text(text: str) -> None:
    (draft,) = _drafts(text)
    assert draft.markup == "plain"


def test_indented_prose_is_a_quote_and_indented_verse_is_verse() -> None:
    quote = textwrap.indent(textwrap.fill(SENTENCES, 50), "    ")
    verse = textwrap.indent(POEM, "    ")
    (draft,) = _drafts(f"He wrote to me. So he did.\n\n{quote}\n\nAnd sang:\n\n{verse}\n")
    kinds = [type(block) for block in parse(draft.body, draft.markup)]
    assert (kinds.count(Quote), kinds.count(Verse)) == (1, 1)
    (alone,) = _drafts(f"He wrote to me. So he did.\n\n{verse}\n")
    assert alone.markup == "plain"


# --- size ---------------------------------------------------------------------------------------

LARGE = {
    "one line": lambda n: "word and " * n,
    "short lines": lambda n: "a line of words\n" * n,
    "blank lines": lambda n: "\n \n" * n + "end",
    "hyphens": lambda n: "exam-\nple one two three four five six seven eight nine\n" * n,
    "marks": lambda n: "a\n----\n" * n,
    "numbers": lambda n: "".join(f"{i}. A line that is said.\n\n" for i in range(n)),
    "gaps": lambda n: "".join(f"A\n\nb\nc\n{chr(10) * (i % 9)}" for i in range(n)),
    "punctuation": lambda n: "- - - " * n,
    "underlines": lambda n: "Title\n=====\ntext\n\n" * n,
    "chapters": lambda n: "".join(f"Chapter {i}\n\nText.\n\n" for i in range(1, n)),
}


@pytest.mark.slow
@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE.keys())
def test_time_grows_with_the_size(make: Any) -> None:
    def seconds(count: int) -> float:
        source = SourceFile("a.txt", make(count).encode())
        assert source.text
        begun = time.process_time()
        for draft in PlainImporter().parse(source):
            clean(draft)
        return time.process_time() - begun

    small, large = seconds(1_000), seconds(16_000)
    # Eight times the linear cost leaves room for noise; quadratic would be sixteen times it.
    assert large < 8 * 16 * max(small, 0.005)


WIDE = "\n".join(textwrap.fill(SENTENCES * 3, 150, initial_indent="  ") for _ in range(4))
OPEN = "\n".join(
    textwrap.fill(SENTENCES.rstrip(". ") + ",", 60, initial_indent="  ") for _ in range(4)
)
RAGGED = "\n".join(
    f"  {line}." if n % 3 == 0 else f"{line}." for n, line in enumerate(POEM.split("\n") * 4)
)
COLUMNS = "\n".join(f"  item {n}      price {n}\nitem and more      price {n}" for n in range(8))


@pytest.mark.parametrize(
    "text",
    [WIDE, OPEN, RAGGED, COLUMNS, "\n".join(["A line of words without an end to it, " * 3] * 9)],
    ids=["wide", "open", "ragged", "columns", "no ends"],
)
def test_lines_that_tell_too_little_are_left_as_they_are(text: str) -> None:
    (draft,) = _drafts(text, split="none")
    assert not {"indented-paragraphs", "unwrapped-paragraphs", "line-paragraphs"} & {*draft.changes}
    assert draft.body.split() == text.split()


def test_blank_lines_between_indented_paragraphs_divide_them_too() -> None:
    first, *others = (textwrap.fill(SENTENCES, 60, initial_indent="  ") for _ in range(5))
    (draft,) = _drafts("\n".join([first, "", *others]))
    assert "indented-paragraphs" in draft.changes
    assert len(draft.body.split("\n\n")) == 5


def test_lines_of_chinese_that_are_full_are_joined() -> None:
    line = "從前有一座山山上有一座廟廟裡有一個老和尚在講故事他說從前有一座山山上有一座廟廟裡"
    text = "\n".join(f"　　{line}\n{line}也\n{line}也\n{line[:9]}。" for _ in range(6))
    (draft,) = _drafts(text, paragraphs="print", split="none")
    assert draft.body.replace("\n", "").replace("　", "").count(line) == 18


@pytest.mark.parametrize(
    "text",
    [
        "\n\n\n\n".join(f"Rose\n\n{POEM}\n\n{POEM}" for _ in range(3)),
        "\n\n\n\n".join(f"Chapter {n}\n\n{PROSE}\n\n{PROSE}" for n in range(1, 4)),
        "\n\n\n\n".join(f"One, two;\n\n{POEM}\n\n{POEM}" for _ in range(3)),
        "\n\n\n\n".join(f"{name}\n\n{'a long line ' * 12}\nx\ny" for name in ("A", "B", "C")),
        "\n\n\n".join([f"{POEM}\n\n{POEM}"] * 2),
        "\n***\n".join(["A text of a few words. " * 300] * 3),
        "".join(f"Joke.\n--- tag{n}\n" for n in range(3)) + "--- tag\n--- tag\nx\n",
        "\n--- a\n" + "".join(f"Joke {n}.\n--- tag\n" for n in range(6)),
        "".join(f"Joke {n}.\n--- tag\n" for n in range(5)) + "--- tag\n",
        "".join(f"{'Joke. ' * 2000}\n--- tag\n" for n in range(5)),
        "\n".join(f"the line of {n} is not a sentence." for n in range(40)),
        "\n".join(f"  The line of {n} is indented." for n in range(40)),
        "\n".join("A line that is rather long, and goes on, " * 5 + "end." for n in range(40)),
        "\n".join(f"{n}. {'A long item of a list. ' * 300}" for n in range(1, 9)),
    ],
    ids=["same titles", "chapters", "no titles", "no verse", "two", "long", "marks alone",
         "mark at the head", "mark behind a mark", "long between marks", "small letters",
         "indented", "long lines", "long items"],
)  # fmt: skip
def test_evidence_that_is_too_weak_divides_nothing(text: str) -> None:
    (draft,) = _drafts(text, paragraphs="off")
    assert draft.body.split() == text.split() or draft.title or draft.removed
