"""The language of a text by the detector, where the script leaves several.

py3langid compares how often short sequences of letters are in each of 139 languages. It always
has an answer: whether it is one worth having is decided here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ...errors import MissingExtra
from .detected import Detected
from .letters import LANGUAGES, fits
from .scripts import main_script

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = ["FEWEST_WORDS", "by_statistics", "excerpts", "guess", "require_detector"]

FEWEST_WORDS = 20
"""A text that is shorter is not detected: a dozen words are wrong too often."""

_SURE = 0.95
_LONGEST_PIECE = 2_000
_PIECES = 3


def require_detector() -> None:
    """Make sure that there is a detector, before a run in which it may be needed.

    Raises:
        MissingExtra: it is not installed.
    """
    _identifier()


def guess(text: str) -> tuple[str, float]:
    """The likeliest language of a text, however short, and how likely it is.

    Raises:
        MissingExtra: the detector is not installed.
    """
    language, confidence = _identifier().classify(text)
    return language, confidence


def by_statistics(text: str) -> Detected | None:
    """The language of a text of twenty words and more, where the detector is sure.

    Of a long text it sees the beginning, the middle and the end, which have to agree.

    Raises:
        MissingExtra: the detector is not installed.

    >>> by_statistics("Der Wind und die Sonne stritten sich. " * 4).tag
    'de'
    """
    script = main_script(text)
    if script is None or script not in LANGUAGES:
        return None
    pieces = excerpts(text)
    sample = " ".join(pieces)
    words = len(sample.split())
    if words < FEWEST_WORDS:
        return None
    language, confidence = guess(sample)
    if confidence < _SURE or language not in LANGUAGES[script]:
        return None
    if len(pieces) > 1 and any(guess(piece)[0] != language for piece in pieces):
        return None
    if not fits(sample, script, language):
        return None
    tag = "sr-Latn" if (language, script) == ("sr", "Latin") else language
    return Detected(tag, confidence, f"detector, confidence {confidence:.2f} on {words} words")


def excerpts(text: str) -> list[str]:
    """Beginning, middle and end; the whole text where that is too short to be divided."""
    length = len(text)
    size = min(length // _PIECES, _LONGEST_PIECE)
    starts = (0, (length - size) // 2, length - size)
    pieces = [text[start : start + size] for start in starts]
    enough = all(len(piece.split()) >= FEWEST_WORDS for piece in pieces)
    return pieces if enough else [text[: _PIECES * _LONGEST_PIECE]]


@cache
def _identifier() -> LanguageIdentifier:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError as error:
        raise MissingExtra("--language auto", "language") from error
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
