"""The short way gives what the long way gives, or nothing."""

from hypothesis import example, given
from hypothesis import strategies as st

from collectionlib._checks import is_text
from collectionlib.markup import html, plain
from collectionlib.markup.prose import render_prose

# Letters, and all that could mean something: blanks, newlines, marks of breaks, strokes.
_NASTY = st.text(alphabet="ab一 \n\n\n\t\u3000\xa0\x85\u2028\r*-—~=#_|\\/<>&\"'.:Q1•", max_size=80)


@given(st.lists(_NASTY | st.text(max_size=20), max_size=4).map("\n\n".join).filter(is_text))
@example("* * *\n\nOne.\n\n* * *\n\nTwo.\n\n---")
@example("One.\n\n---\n\nTwo.")
@example("a <b>\n& c\n\nd")
def test_the_short_way_is_the_long_way(text: str) -> None:
    prose = render_prose(text)
    assert prose is None or prose == html.render(plain.parse(text))


def test_ordinary_prose_takes_the_short_way() -> None:
    body = "One paragraph of a text.\n\n— A second,\nwith a line break.\n\n第三段。"
    assert render_prose(body) == html.render(plain.parse(body))
