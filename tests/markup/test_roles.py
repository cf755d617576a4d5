"""Dialogues and letters: told where it is sure, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from collectionlib.markup import Block, html, markdown, plain
from collectionlib.markup.rendered import is_reversible, read

LETTER = """221B Baker Street,
London, 5 May 1891

My dear Watson,

Come at once if convenient.

If inconvenient, come all the same.

Yours very truly,
Sherlock Holmes

P.S. Bring your revolver."""

DIALOGUES = {
    "dashes": "— Good day.\n\n— And to you!",
    "kept lines": "The king asked:\n— Who are you?\n— Nobody.",
    "two hyphens": "-- Pai, mamãe está fria...\n-- Continua cavando!",
    "hyphens that ask": "- Gdzie idziesz?\n- Na piwo.",
    "Spanish": "—¿Quién es?\n\n—¡Yo!",
    "English quotes": "“You here?”\n“As you see,” he said.",
    "German quotes": "„Lange?“\n„Ich will sie kaufen.“",
    "Japanese": "「誰だ。」\n「私だ。」",
}
NONE = {
    "who wrote it": "Know thyself.\n— Socrates",
    "two who wrote it": "Know thyself.\n— Socrates\n— Plato",
    "one turn": "He rose.\n\n— And you?\n\nShe left.",
    "a list": "- milk\n- bread",
    "a list of sentences": "- Wash the car.\n- Buy milk.",
    "a list after dashes": "— первое;\n— второе;",
    "a title in quotes": "“Hamlet”\n“Macbeth”",
    "prose with quotes": "“You here?”\n\n“As you see,” he said.",
    "an exclamation": "Dear me!\n\nHow late it is.",
    "a salutation without an end": "Dear Sir,\n\nI went to the sea.\n\nThe sea was calm.",
    "an end without a salutation": "I went to the sea.\n\nYours truly,\nA. B.",
    "words behind the end": "Dear A,\n\nb.\n\nYours truly,\nC.\n\n" + "So she wrote to him. " * 8,
    "yours in a sentence": "Dear A,\n\nb.\n\nYours is the earth and everything in it.",
}


def _classes(blocks: tuple[Block, ...]) -> list[str]:
    tree = etree.fromstring(f"<body>{html.render(blocks)}</body>")
    return [element.get("class", "") for element in tree]


@pytest.mark.parametrize("text", DIALOGUES.values(), ids=DIALOGUES)
def test_a_dialogue_is_marked(text: str) -> None:
    classes = _classes(plain.parse(text))
    assert all(name.split()[-1:] == ["dialogue"] for name in classes)


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_is_not_sure_is_not_marked(text: str) -> None:
    assert {word for name in _classes(plain.parse(text)) for word in name.split()} <= {"lines"}


def test_the_parts_of_a_letter_are_marked() -> None:
    parts = ["lines dateline", "salutation", "", "", "lines valediction", "postscript"]
    assert _classes(plain.parse(LETTER)) == parts
    quoted = markdown.parse("He wrote:\n\n> Lieber Theo,\n>\n> es geht.\n>\n> In Liebe,\n>\n> V.")
    assert 'class="signature"' in html.render(quoted)


def test_reading_systems_are_told_what_is_what_of_a_letter() -> None:
    written = html.render(plain.parse(LETTER), epub_types=True)
    assert '<p class="salutation" epub:type="z3998:salutation">My dear Watson,</p>' in written
    assert written.count("epub:type=") == 3


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Sehr geehrte Damen und Herren,", "Mit freundlichen Grüßen"),
        ("Mon cher ami,", "Bien cordialement,"),
        ("Monsieur le directeur,", "Veuillez agréer mes salutations."),
        ("Querida Ana:", "Un abrazo,"),
        ("Cara Lucia,", "Cordiali saluti"),
        ("Дорогая Аня!", "С уважением,"),
        ("Szanowny Panie,", "Z poważaniem,"),
        ("To whom it may concern:", "Sincerely,"),
        ("Sir,—", "I have the honour to be, Sir, Your obedient servant,"),
    ],
)
def test_letters_of_many_languages_are_known(first: str, last: str) -> None:
    classes = _classes(plain.parse(f"{first}\n\nA word.\n\n{last}\n\nN. N."))
    assert classes == ["salutation", "", "valediction", "signature"]


_WORDS = st.sampled_from(
    ["— A.", "- B?", "“C!”", "Dear D,", "Yours truly,", "E", "5 May", "  F", "P.S."]
)


@given(
    st.lists(st.lists(_WORDS, min_size=1, max_size=3).map("\n".join), max_size=6).map("\n\n".join)
)
def test_what_is_marked_is_read_back_as_it_was(text: str) -> None:
    blocks = plain.parse(text)
    assert is_reversible(blocks, heading_offset=1, link=str)
    tree = etree.fromstring(f"<body>{html.render(blocks)}</body>")
    assert read(tree) == blocks
