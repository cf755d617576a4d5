import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.importing.cleaning import TRANSFORMS, clean, transforms
from collectionlib.importing.draft import Draft
from collectionlib.importing.wrapping import join_wrapped_lines, wrap_width
from collectionlib.model import Entry

PROSE = """\
The wind and the sun once had a quarrel as to which of them was the
stronger. While they disputed with much heat and bluster, a traveller
passed along the road wrapped in a cloak. "Let us agree," said the sun,
"that he is the stronger who can strip that traveller of his cloak."
"Very well," growled the north wind, and at once sent a cold, howling
blast against the traveller.

With the first gust of wind the ends of the cloak whipped about the
traveller's body. But he immediately wrapped it closely around him, and
the harder the wind blew, the tighter he held it to him.
"""
VERSE = """\
  Two roads I saw,
  and took neither.

Roses are red,
violets are blue,
and this line is no longer than the others are.
"""


@pytest.mark.parametrize(
    ("body", "cleaned", "change"),
    [
        ("a\r\nb\rc", "a\nb\nc", "newlines"),
        ("\x1b[32m《題》\x1b[m詩", "《題》詩", "ansi-escapes"),
        ("_\bB_\bo_\bl_\bd and b\bb\bbold", "Bold and bold", "overstrike"),
        ("a\x0cb\x00c\x1a", "a\nbc", "control-characters"),
        ("\n  \n  a\n\n", "  a", "outer-blank-lines"),
    ],
)
def test_what_is_no_text_goes_and_is_noted(body: str, cleaned: str, change: str) -> None:
    draft = clean(Draft(body=body, title=""))
    assert (draft.body, draft.changes) == (cleaned, (change,))


def test_a_clean_text_is_left_alone() -> None:
    draft = Draft(body="  Two lines,\n  indented.\n\nAnd a tab\there.", title="")
    assert clean(draft) == draft


def test_each_transform_can_be_left_out() -> None:
    draft = Draft(body="A title\r\n\r\nText that follows. And more.\r\n\r\n")
    assert clean(draft, transforms(without=TRANSFORMS)) == draft


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_whatever_a_file_holds_the_model_takes_what_is_cleaned(body: str) -> None:
    draft = clean(Draft(body=body))
    Entry(id="0chgm9qjpmfdsafq", title=draft.title or "", body=draft.body)


@given(st.text("ab .-\n\t:'\"", max_size=200))
def test_no_word_is_lost(body: str) -> None:
    draft = clean(Draft(body=body, wrap_width=50))
    assert f"{draft.title or ''} {draft.body}".split() == body.split()


def test_wrapped_prose_is_joined_and_verse_is_not() -> None:
    text = PROSE + "\n" + VERSE
    assert wrap_width(PROSE) in range(68, 73)
    joined = join_wrapped_lines(text, 72)
    first, second, *rest = joined.split("\n\n")
    assert "\n" not in first + second
    assert "\n\n".join(rest) == VERSE
    assert joined.split() == text.split()


@pytest.mark.parametrize("text", [VERSE * 10, "short\nlines\n" * 30, "one line", ""])
def test_what_was_not_wrapped_has_no_width(text: str) -> None:
    assert wrap_width(text) is None


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("A wish\n\nBe well.", "A wish"),
        ("春曉\n\n春眠不覺曉，處處聞啼鳥。", "春曉"),
        ("A sentence that ends.\n\nBe well.", None),
        ("Be well,\n\nand happy.", None),
        ("One line only", None),
        ("First\nSecond\n\nThird", None),
        ("   An indented line\n\nText.", None),
        ("* * *\n\nText.", None),
    ],
)
def test_a_first_line_that_stands_alone_is_a_title(body: str, title: str | None) -> None:
    assert clean(Draft(body=body)).title == title
