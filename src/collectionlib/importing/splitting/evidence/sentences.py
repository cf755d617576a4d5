"""One text a line: proverbs, aphorisms, wishes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ...wrapping import wrap_width
from ..pieces import Division, Lines
from .signs import SENTENCE_ENDS, SPEAKS

__all__ = ["FEWEST_SENTENCES", "one_a_line"]

FEWEST_SENTENCES = 20
_NEW_SENTENCE = re.compile(r"[.!?…]\s+[^\W\d_a-zа-я]|[。！？]\s*\w")
_FIRST_WORD = re.compile(r"\w+")


def one_a_line(lines: Lines) -> Division | None:
    """Sentences of uneven length, each on its line, none going on from the one before."""
    filled = [at for at, words in enumerate(lines.words) if words]
    count = len(filled)
    if count < FEWEST_SENTENCES or len(lines.words) - count > count // 100 + 1:
        return None
    texts = [lines.words[at] for at in filled]
    if not _are_sentences(texts) or not _stand_alone(texts):
        return None
    indented = sum(lines.raw[at][0].isspace() for at in filled)
    if indented > count // 100 or wrap_width(lines.text):
        return None
    sizes = sorted(map(len, texts))
    return Division(
        lines.one_by_one(),
        f"{count} sentences, each on a line of its own, of {sizes[count // 20]} to "
        f"{sizes[count - 1 - count // 20]} characters, none going on from the one before",
    )


def _are_sentences(texts: Sequence[str]) -> bool:
    """Whether nine in ten end as a sentence does and begin so, and nearly none holds two."""
    count = len(texts)
    sizes = sorted(map(len, texts))
    if sizes[count // 2] > 120 or sizes[int(count * 0.98)] > 250:
        return False
    if sum(text.endswith(SENTENCE_ENDS) for text in texts) < 0.9 * count:
        return False
    if sum(text[0].islower() for text in texts) > 0.03 * count:
        return False
    return sum(_NEW_SENTENCE.search(text) is not None for text in texts) <= 0.1 * count


def _stand_alone(texts: Sequence[str]) -> bool:
    """Whether nothing shows that they are one text: speakers, a refrain, an even measure."""
    count = len(texts)
    if sum(SPEAKS.match(text) is not None for text in texts) > 0.1 * count:
        return False
    firsts = Counter(found[0].casefold() for text in texts if (found := _FIRST_WORD.search(text)))
    # In a chronicle every other sentence begins with "And", in a story with its hero.
    if not firsts or firsts.most_common(1)[0][1] > 0.12 * count + 1:
        return False
    sizes = sorted(map(len, texts))
    # Verse keeps a measure: the spread of its lines is about a third of their length.
    return sizes[count * 9 // 10] - sizes[count // 10] >= 0.55 * sizes[count // 2]
