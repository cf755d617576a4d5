"""Splitting by evidence: many short texts in one file show a pattern that one text has not.

The rules are asked in order, each with limits that were set so that no single text of the
corpora is divided: fables, stories, essays, declarations, poems, scripture.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from attrs import evolve

from ...markup.layout import is_break
from ..draft import Removal
from ..headings import find_headings, underline_of
from ..wrapping import is_filled, wrap_width
from .pieces import Division, Lines, Piece, Separator, pieces_between

__all__ = ["divided_by_evidence"]

_FEWEST_LINES = 5


def divided_by_evidence(text: str) -> Division | None:
    r"""The texts of a file that holds many beyond doubt; `None` where it may be one.

    >>> division = divided_by_evidence("One joke.\n----\nAnother.\n----\nA third.\n")
    >>> division.evidence
    "split by evidence: 2 lines '----' between 3 short texts"
    """
    if text.count("\n") + text.count("\r") < _FEWEST_LINES - 1:
        return None
    lines = Lines.of(text)
    begins = frozenset([words[0] for words in lines.words if words])
    for rule in _rules_for(lines, begins):
        if division := rule(lines):
            return evolve(division, evidence=f"split by evidence: {division.evidence}")
    return None


# --- lines of marks -----------------------------------------------------------------------------

_MARKS = re.compile(r"(?:([^\w\s])(?:\s?\1)*)\Z")
_FEWEST_LOOSE = 5
_FEWEST_TIGHT = 3
_SHORT = 500
_LONGEST_SHORT = 3_000
_SCENE = 400
_MARK_STARTS = frozenset("%§*＊∗⁎⁂❦❧☙◇◆☆★-‐‑–—―─━_=＝~～〜^#+•○●◎□■△▲▽▼※✱✻✽❖‾¯")
# Nobody closes a scene with these.
_NO_SCENE_BREAK = "%=+&$@|§¤"


def _by_marks(lines: Lines) -> Division | None:
    """A line of marks again and again, with short texts between."""
    counts = Counter(
        words
        for words in lines.words
        if words and words[0] in _MARK_STARTS and len(words) <= 100 and _MARKS.match(words)
    )
    if not counts:
        return None
    mark, count = counts.most_common(1)[0]
    # A single "%" is what fortune files have: who calls such a file plain text means one text.
    if count < 2 or not (is_break(mark) or mark in ("%%", "%%%", "§", "§§", "§§§")):
        return None
    places = [at for at, words in enumerate(lines.words) if words == mark]
    if any(_is_underline(lines, at) for at in places):
        return None
    borders = (Separator(lines.starts[at], lines.starts[at + 1]) for at in places)
    pieces = tuple(pieces_between(lines.text, borders))
    sizes = [_size(lines, piece) for piece in pieces]
    if len(pieces) < _FEWEST_TIGHT or max(sizes) > _LONGEST_SHORT:
        return None
    is_tight = all(_stands_tight(lines, at) for at in places)
    is_scene_break = mark[0] not in _NO_SCENE_BREAK and not is_tight
    if is_scene_break:
        is_proved = len(pieces) >= _FEWEST_LOOSE and median(sizes) <= _SCENE
    else:
        is_proved = max(sizes) <= _SHORT or (
            len(pieces) >= _FEWEST_LOOSE and median(sizes) <= _SHORT
        )
    if not is_proved:
        return None
    return Division(pieces, f"{count} lines '{mark}' between {len(pieces)} short texts")


def _is_underline(lines: Lines, at: int) -> bool:
    return (
        at > 0
        and underline_of(lines.words[at - 1], lines.words[at]) is not None
        and (at == 1 or not lines.words[at - 2])
        and abs(len(lines.words[at - 1]) - len(lines.words[at])) <= 2
    )


def _stands_tight(lines: Lines, at: int) -> bool:
    """Whether a line has text right above and right below it, or the file ends there."""
    above = at == 0 or bool(lines.words[at - 1])
    below = at + 1 >= len(lines.words) or bool(lines.words[at + 1])
    return above and below


def _size(lines: Lines, piece: Piece) -> int:
    return len(lines.text[piece.start : piece.end].strip())


# --- marks with words ---------------------------------------------------------------------------

_TAGGED = re.compile(r"(-{3,}|={3,}|%{2,}|#{3,}|\*{3,}) ([^\W\d_][^\n]{0,100})\Z")
_FEWEST_TAGGED = 5


def _by_tagged_marks(lines: Lines) -> Division | None:
    """A line of marks with tags behind it closes each text."""
    found = [
        (at, tagged)
        for at, words in enumerate(lines.words)
        if words[:2] in ("--", "==", "%%", "##", "**") and (tagged := _TAGGED.match(words))
    ]
    if len(found) < _FEWEST_TAGGED or len({tagged[1] for _, tagged in found}) > 1:
        return None
    if not lines.words[0] or found[0][0] == 0 or any(lines.words[found[-1][0] + 1 :]):
        return None
    pieces: list[Piece] = []
    first = 0
    for at, tagged in found:
        if not any(lines.words[first:at]):
            return None
        tags = tuple(dict.fromkeys(tag for one in tagged[2].split(",") if (tag := one.strip())))
        pieces.append(evolve(lines.piece(first, at), tags=tags))
        first = at + 1
    if max(_size(lines, piece) for piece in pieces) > _LONGEST_SHORT:
        return None
    mark = found[0][1][1]
    return Division(tuple(pieces), f"{len(found)} lines '{mark}' with tags, each behind a text")


# --- one text a line ----------------------------------------------------------------------------

_FEWEST_SENTENCES = 20
_SENTENCE_ENDS = tuple(".!?…。！？؟।»”\"'’)")
_NEW_SENTENCE = re.compile(r"[.!?…]\s+[^\W\d_a-zа-я]|[。！？]\s*\w")
_SPEAKS = re.compile(r"[-–—―«\"“„「『]|[^\W\d_][\w. ]{0,20}:\s")
_FIRST_WORD = re.compile(r"\w+")


def _one_a_line(lines: Lines) -> Division | None:
    """Sentences of uneven length, each on its line, none going on from the one before."""
    filled = [at for at, words in enumerate(lines.words) if words]
    count = len(filled)
    if count < _FEWEST_SENTENCES or len(lines.words) - count > count // 100 + 1:
        return None
    texts = [lines.words[at] for at in filled]
    if not _are_sentences(texts) or not _stand_alone(texts):
        return None
    indented = sum(lines.raw[at][0].isspace() for at in filled)
    if indented > count // 100 or wrap_width(lines.text):
        return None
    pieces = tuple(evolve(lines.piece(at, at + 1), title="") for at in filled)
    sizes = sorted(map(len, texts))
    return Division(
        pieces,
        f"{count} sentences, each on a line of its own, of {sizes[count // 20]} to "
        f"{sizes[count - 1 - count // 20]} characters, none going on from the one before",
    )


def _are_sentences(texts: Sequence[str]) -> bool:
    """Whether nine in ten end as a sentence does and begin so, and nearly none holds two."""
    count = len(texts)
    sizes = sorted(map(len, texts))
    if sizes[count // 2] > 120 or sizes[int(count * 0.98)] > 250:
        return False
    if sum(text.endswith(_SENTENCE_ENDS) for text in texts) < 0.9 * count:
        return False
    if sum(text[0].islower() for text in texts) > 0.03 * count:
        return False
    return sum(_NEW_SENTENCE.search(text) is not None for text in texts) <= 0.1 * count


def _stand_alone(texts: Sequence[str]) -> bool:
    """Whether nothing shows that they are one text: speakers, a refrain, an even measure."""
    count = len(texts)
    if sum(_SPEAKS.match(text) is not None for text in texts) > 0.1 * count:
        return False
    firsts = Counter(found[0].casefold() for text in texts if (found := _FIRST_WORD.search(text)))
    # In a chronicle every other sentence begins with "And", in a story with its hero.
    if not firsts or firsts.most_common(1)[0][1] > 0.12 * count + 1:
        return False
    sizes = sorted(map(len, texts))
    # Verse keeps a measure: the spread of its lines is about a third of their length.
    return sizes[count * 9 // 10] - sizes[count // 10] >= 0.55 * sizes[count // 2]


# --- numbered texts -----------------------------------------------------------------------------

_NUMBERED = re.compile(
    r"""(?P<label>[#№]\s?|(?:[Jj]oke|[Rr]iddle|[Pp]roverb|[Qq]uote|[Aa]necdote|[Ww]itz|
        [Аа]некдот|[Шш]утка|[Bb]lague|[Cc]histe|笑话|笑話|谜语|謎語)\s{0,2}[#№]?\s?)?
        (?P<number>\d{1,5})
        (?:[.):、．]\s*(?=\D|\Z)|\s*\Z)""",
    re.VERBOSE,
)
_FEWEST_LABELLED = 3
_FEWEST_TALKS = 5
_FEWEST_NUMBERED = 20
_LIST_LINE = 400


def _by_number(lines: Lines) -> Division | None:
    """Short texts numbered from one without a gap, and nothing before them but a title."""
    found = [
        (at, match)
        for at, words in enumerate(lines.words)
        if words and words[0] in _NUMBER_STARTS
        if not lines.raw[at][0].isspace() and (match := _NUMBERED.match(words))
    ]
    chain: list[tuple[int, re.Match[str]]] = []
    for at, match in found:
        if int(match["number"]) == len(chain) + 1:
            chain.append((at, match))
    if len(chain) < _FEWEST_LABELLED or not _only_a_title(lines, chain[0][0]):
        return None
    places = [at for at, _ in chain]
    ends = [*places[1:], len(lines.words)]
    bodies = [_below(lines, at, end, match) for (at, match), end in zip(chain, ends, strict=True)]
    if not all(bodies) or not _are_texts([match for _, match in chain], bodies):
        return None
    pieces = [
        _numbered_piece(lines, at, end, match) for (at, match), end in zip(chain, ends, strict=True)
    ]
    return _after_title(
        lines, places[0], pieces, f"{len(chain)} short texts numbered from 1 without a gap"
    )


_NUMBER_STARTS = frozenset("0123456789#№JjRrPpQqAaWwАаШшBbCc笑谜謎")


def _below(lines: Lines, at: int, end: int, match: re.Match[str]) -> list[str]:
    first = lines.words[at][match.end() :].strip()
    return [words for words in (first, *lines.words[at + 1 : end]) if words]


def _are_texts(matches: Sequence[re.Match[str]], bodies: Sequence[Sequence[str]]) -> bool:
    sizes = [sum(map(len, body)) for body in bodies]
    count = len(bodies)
    if median(sizes) > _LIST_LINE or max(sizes) > _LONGEST_SHORT:
        return False
    # A number and a few words with text below are the heading of a section.
    headed = sum(
        len(body) > 1 and match.end() < len(match.string) and not body[0].endswith(_SENTENCE_ENDS)
        for match, body in zip(matches, bodies, strict=True)
    )
    if 3 * headed > count:
        return False
    if all(match["label"] for match in matches):
        return True
    if sum(_is_talk(body) for body in bodies) > 0.5 * count:
        return count >= _FEWEST_TALKS
    ended = sum(body[-1].endswith(_SENTENCE_ENDS) for body in bodies)
    return count >= _FEWEST_NUMBERED and ended >= 0.9 * count


def _is_talk(body: Sequence[str]) -> bool:
    """Whether somebody answers somebody, as in most jokes."""
    return len(body) > 1 and sum(_SPEAKS.match(line) is not None for line in body) > 1


def _numbered_piece(lines: Lines, at: int, end: int, match: re.Match[str]) -> Piece:
    line = lines.raw[at]
    behind = len(line) - len(line.lstrip()) + match.end()
    start = lines.starts[at] + behind
    removed = (Removal("split", match[0].strip()),)
    # The number is no part of the raw text: it moves when a text is inserted before.
    return Piece(start, lines.starts[end], start, None, removed)


def _only_a_title(lines: Lines, before: int) -> bool:
    above = [words for words in lines.words[:before] if words]
    return len(above) <= 1 and all(
        len(words) <= 100 and not words.endswith((".", ",", ";", "。", "，")) for words in above
    )


def _after_title(
    lines: Lines, first: int, pieces: Sequence[Piece], evidence: str
) -> Division | None:
    """The pieces; the title of the whole stands with the first, since it is none of them."""
    title = " ".join(words for words in lines.words[:first] if words)
    head, *others = pieces
    if title:
        head = evolve(head, removed=(Removal("split", title), *head.removed))
    return Division((head, *others), evidence)


# --- questions and answers ----------------------------------------------------------------------

_QUESTION = re.compile(
    r"(?:Q|Question|В|Вопрос|F|Frage|P|Pregunta|问|問|Domanda|Pytanie)\s?(?:\d{1,4}\s?)?[:：.]\s*\S"
)
_ANSWER = re.compile(
    r"(?:A|Answer|О|Ответ|Antwort|R|Respuesta|Réponse|答|Risposta|Odpowiedź)\s?(?:\d{1,4}\s?)?[:：.]\s*\S"
)
_QUESTION_STARTS = frozenset("QВFP问問D")
_FEWEST_RIDDLES = 4
_LONGEST_RIDDLE = 300


def _by_question(lines: Lines) -> Division | None:
    """Nothing but questions, each with one short answer."""
    questions = [at for at, words in enumerate(lines.words) if words and _QUESTION.match(words)]
    if len(questions) < _FEWEST_RIDDLES or not _only_a_title(lines, questions[0]):
        return None
    ends = [*questions[1:], len(lines.words)]
    for first, end in zip(questions, ends, strict=True):
        filled = [words for words in lines.words[first:end] if words]
        answers = sum(_ANSWER.match(words) is not None for words in filled)
        if answers != 1 or sum(map(len, filled)) > _LONGEST_RIDDLE or len(filled) > 5:
            return None
    pieces = [
        evolve(lines.piece(first, end), title="")
        for first, end in zip(questions, ends, strict=True)
    ]
    evidence = f"{len(pieces)} questions, each with one short answer, and nothing else"
    return _after_title(lines, questions[0], pieces, evidence)


# --- poems with titles --------------------------------------------------------------------------

_FEWEST_POEMS = 3
_FEWEST_TITLED = 10
_LONGEST_TITLE = 80
_VERSE = 65
_NARROWEST = 40


def _by_underlined_titles(lines: Lines) -> Division | None:
    """Titles that are underlined, with verse below each."""
    found = [
        at
        for at, words in enumerate(lines.words[:-1])
        if words
        and (at == 0 or not lines.words[at - 1])
        and underline_of(words, lines.words[at + 1])
    ]
    if len(found) < _FEWEST_POEMS or any(lines.words[: found[0]]):
        return None
    ends = [*found[1:], len(lines.words)]
    bodies = [lines.words[at + 2 : end] for at, end in zip(found, ends, strict=True)]
    if not all(map(_is_verse, bodies)):
        return None
    pieces = tuple(
        evolve(
            lines.piece(at, end, at + 2, lines.words[at]),
            removed=(Removal("split", lines.words[at + 1]),),
        )
        for at, end in zip(found, ends, strict=True)
    )
    return Division(pieces, f"{len(pieces)} underlined titles with verse below each")


def _by_gaps(lines: Lines) -> Division | None:
    """Titles behind bigger gaps than any inside the texts."""
    least = max(_gaps(lines), default=0)
    while least > 1:
        groups = lines.groups(least)
        if len(groups) >= _FEWEST_POEMS:
            return _titled_groups(lines, groups, least)
        least -= 1
    return None


def _gaps(lines: Lines) -> Iterator[int]:
    filled = [at for at, words in enumerate(lines.words) if words]
    for at, following in pairwise(filled):
        if following - at > 2:
            yield min(following - at - 1, 10)


def _titled_groups(lines: Lines, groups: Sequence[tuple[int, int]], gap: int) -> Division | None:
    titled = [_title_end(lines, first, end) for first, end in groups]
    titles = {lines.words[first].casefold() for first, _ in groups}
    if not all(titled) or len(titles) < len(groups):
        return None
    bodies = [lines.words[body:end] for body, (_, end) in zip(titled, groups, strict=True) if body]
    is_verse = all(map(_is_verse, bodies))
    if not is_verse and (gap < 3 or len(groups) < _FEWEST_TITLED):
        return None
    # Chapters that count are chapters of one text.
    if not is_verse and find_headings([line.rstrip() for line in lines.raw]):
        return None
    pieces = tuple(
        lines.piece(first, end, body, lines.words[first])
        for body, (first, end) in zip(titled, groups, strict=True)
        if body
    )
    kind = "verse" if is_verse else "text"
    return Division(
        pieces, f"{len(pieces)} titles with {kind} below, behind {gap} or more blank lines each"
    )


def _title_end(lines: Lines, first: int, end: int) -> int | None:
    """The line behind a title and its blank line; `None` where there is none."""
    words = lines.words[first]
    if end - first < 4 or lines.words[first + 1] or len(words) > _LONGEST_TITLE:
        return None
    if words.endswith((".", ",", ";", ":", "。", "，", "；", "：")):
        return None
    return first + 2


def _is_verse(body: Sequence[str]) -> bool:
    filled = [words for words in body if words]
    if len(filled) < 3 or max(map(len, filled)) > _VERSE:
        return False
    if _is_wrapped(filled):
        return False
    listed = sum(words[0] in "-*•+" or words[0].isdecimal() for words in filled)
    spoken = sum(_SPEAKS.match(words) is not None for words in filled)
    return 3 * listed < len(filled) and 2 * spoken < len(filled)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether lines are full, and many go on in the middle of a sentence: prose."""
    width = max(map(len, lines))
    pairs = list(pairwise(lines))
    full = sum(is_filled(line, after, width) for line, after in pairs)
    going_on = sum(after[0].islower() for _, after in pairs)
    return width >= _NARROWEST and 2 * full > len(pairs) and 3 * going_on > len(pairs)


_BIG_GAP = re.compile(r"(?:\r\n|\n|\r)[^\S\r\n]*(?:\r\n|\n|\r)[^\S\r\n]*[\r\n]")
_Rule = Callable[[Lines], Division | None]


def _rules_for(lines: Lines, begins: frozenset[str]) -> Iterator[_Rule]:
    """The rules that the first characters of lines do not rule out: most texts pass few."""
    if not begins.isdisjoint(_MARK_STARTS):
        yield _by_tagged_marks
        yield _by_marks
        yield _by_underlined_titles
    if not begins.isdisjoint(_QUESTION_STARTS):
        yield _by_question
    if not begins.isdisjoint(_NUMBER_STARTS):
        yield _by_number
    if _BIG_GAP.search(lines.text):
        yield _by_gaps
    if len(lines.raw) >= _FEWEST_SENTENCES:
        yield _one_a_line
