"""The language that the texts of one file have in common, for those too short to show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import frozen

from .detected import Detected
from .letters import LANGUAGES
from .scripts import by_script, main_script
from .statistics import FEWEST_WORDS, by_statistics, excerpts, guess

__all__ = ["FileLanguage", "detect", "detect_common"]

_SAMPLE = 1_000
_SPREAD, _SPREAD_OVER = 2_654_435_769, 2**32  # Fibonacci hashing: even, and without a rhythm
_WORDS_TOGETHER = 60
_FEWEST_WORDS_TO_GUESS = 4
_AGREE = 0.95
_GUESSES_AGREE = 0.75
_AGAINST = 0.4


def detect(text: str) -> Detected | None:
    """The language of a text; `None` where that is not sure.

    The script is asked first. Only where several languages share it the detector is, and only
    for twenty words or more.

    Args:
        text: without markup, or with little.

    Raises:
        MissingExtra: the detector is needed, and not installed.

    >>> detect("Καλημέρα σας, τι κάνετε σήμερα;")
    Detected(tag='el', confidence=1.0, evidence='25 letters are Greek, with modern accents or none')
    >>> detect("Good morning!") is None
    True
    """
    return by_script(" ".join(excerpts(text))) or by_statistics(text)


@frozen
class FileLanguage:
    """What the texts of a file have in common, and which of its short texts share it.

    Args:
        detected: the language of the file.
        script: that it is written in.
    """

    detected: Detected
    script: str

    def of(self, text: str) -> Detected | None:
        """The language of one of the texts: its own, or else that of the file.

        A text in another script, or one that the detector takes for another language, has not
        that of the file.

        Raises:
            MissingExtra: the detector is needed, and not installed.
        """
        own = detect(text)
        if own and own.tag == _language(self.detected.tag):
            return self.detected
        if own or len(text.split()) >= FEWEST_WORDS or main_script(text) != self.script:
            return own
        if self.script in LANGUAGES and len(text.split()) >= _FEWEST_WORDS_TO_GUESS:
            language, confidence = guess(text)
            if confidence > _AGAINST and language != _language(self.detected.tag):
                return None
        return self.detected


def detect_common(texts: Iterable[str]) -> FileLanguage | None:
    """The language of a file of many texts; `None` where it has several, or none is sure.

    Of a thousand texts from all over the file those that are long enough have to agree, the
    short ones have to agree in groups, and three of four of them one by one.

    Args:
        texts: of the file, in order.

    Raises:
        MissingExtra: the detector is needed, and not installed.

    >>> proverbs = ["Aller Anfang ist schwer.", "Es ist nicht alles Gold, was glänzt."] * 10
    >>> common = detect_common(proverbs)
    >>> common.detected.tag, common.of("Morgenstund hat Gold im Mund.").tag
    ('de', 'de')
    """
    sample = [text for text in _sample(texts) if main_script(text)]
    short = [text for text in sample if len(text.split()) < FEWEST_WORDS and not by_script(text)]
    long = [text for text in sample if len(text.split()) >= FEWEST_WORDS or by_script(text)]
    found = [one for text in (*long, *_groups(short)) if (one := detect(text))]
    if not found:
        return None
    tag, count = Counter(one.tag for one in found).most_common(1)[0]
    first = next(one for one in found if one.tag == tag)
    scripts = Counter(main_script(text) for text in sample)
    script, in_script = scripts.most_common(1)[0]
    if script is None or count < _AGREE * len(found) or in_script < _AGREE * len(sample):
        return None
    if script in LANGUAGES and not _guesses_agree(short, _language(tag)):
        return None
    evidence = f"{count} of {len(found)} parts of the file are in this language"
    return FileLanguage(Detected(tag, first.confidence, evidence), script)


def _sample(texts: Iterable[str]) -> list[str]:
    """Texts from all over a file, of which nobody knows yet how many it has."""
    kept: list[tuple[int, str]] = []
    limit = _SPREAD_OVER
    for number, text in enumerate(texts):
        # Not every second one: in a file of two languages that would be those of one of them.
        place = number * _SPREAD % _SPREAD_OVER
        if place < limit:
            kept.append((place, text))
        if len(kept) > _SAMPLE:
            limit //= 2
            kept = [one for one in kept if one[0] < limit]
    return [text for _, text in kept]


def _groups(texts: list[str]) -> list[str]:
    """Short texts put together, so that there are words enough."""
    groups: list[str] = []
    together: list[str] = []
    words = 0
    for text in texts:
        together.append(text)
        words += len(text.split())
        if words >= _WORDS_TOGETHER:
            groups.append("\n".join(together))
            together, words = [], 0
    return groups


def _guesses_agree(texts: list[str], language: str) -> bool:
    guesses = [guess(text)[0] for text in texts if len(text.split()) >= _FEWEST_WORDS_TO_GUESS]
    return guesses.count(language) >= _GUESSES_AGREE * len(guesses)


def _language(tag: str) -> str:
    return tag.partition("-")[0]
