"""What decoding gives: a text, how it was read, and which bytes are not in it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field, frozen

__all__ = ["SURE", "Decoded", "Gap", "decode_with_gaps"]

REPLACEMENT = "\ufffd"
"""What stands for bytes that are no characters (Unicode, chapter 3.9)."""

SURE = 0.8
"""From this confidence on a guess needs nobody's eyes."""

_FEW = 100
"""At most one byte in so many is bad where a text is otherwise sound."""

_STATEFUL = ("iso2022", "hz", "utf-7", "utf_7")


@frozen
class Gap:
    """Bytes that are no character of the encoding: U+FFFD stands for them.

    Args:
        character: index in the text.
        start: the first of the bytes in the file.
        length: how many there are.
    """

    character: int
    start: int
    length: int


@define(slots=False)
class Decoded:
    """A text, and how it was read.

    Args:
        text: without a byte order mark.
        encoding: name of the codec.
        evidence: what speaks for it, in words.
        confidence: of the detector, from 0 to 1; `None` where there was no guessing.
        alternative: the next best encoding that would give another text, where the detector is
            not sure.
        start: bytes before the text: those of the mark.
        gaps: bytes that are no characters, in order.
        stateless: whether each part of the text encodes to the bytes that it was read from.
    """

    text: str
    encoding: str
    evidence: str
    confidence: float | None = None
    alternative: str | None = None
    start: int = 0
    gaps: tuple[Gap, ...] = ()
    stateless: bool = True
    _last: tuple[int, int] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        self._last = (0, self.start)

    def place_of(self, character: int) -> int:
        """The byte of the file at which a character of the text begins."""
        # Texts are asked for in order: what was counted once is not counted again.
        known, place = self._last if self._last[0] <= character else (0, self.start)
        for gap in self.gaps:
            if known <= gap.character < character:
                known, place = gap.character + 1, gap.start + gap.length
        place += len(self.text[known:character].encode(self.encoding))
        self._last = (character, place)
        return place

    def doubts(self) -> Iterator[str]:
        """What a person should look at, a sentence each."""
        if self.confidence is not None and self.confidence < SURE:
            otherwise = f", or else {self.alternative}" if self.alternative else ""
            yield f"read as {self.encoding}{otherwise} ({self.evidence})"
        for first in self.gaps[:1]:
            number = f"{len(self.gaps)} places are" if len(self.gaps) > 1 else "one place is"
            yield (
                f"{number} no {self.encoding}; U+FFFD stands there, first for byte {first.start}"
            )

    def encodes_back(self, data: bytes) -> bool:
        """Whether the parts of the text encode to the very bytes that they were read from."""
        if self.encoding.startswith(_STATEFUL):
            return False
        return all(
            text.encode(self.encoding, "replace") == data[start:end]
            for text, start, end in self._parts(len(data))
        )

    def _parts(self, end: int) -> Iterator[tuple[str, int, int]]:
        character, place = 0, self.start
        for gap in self.gaps:
            yield self.text[character : gap.character], place, gap.start
            character, place = gap.character + 1, gap.start + gap.length
        yield self.text[character:], place, end


def decode_with_gaps(
    data: bytes, encoding: str, start: int = 0, few: int = _FEW
) -> tuple[str, tuple[Gap, ...]] | None:
    r"""Read bytes in an encoding in which a few of them may be no characters.

    Args:
        data: the whole file.
        encoding: name of a codec without a state.
        start: where the text begins.
        few: at most one byte in so many may be bad.

    Returns:
        The text and its gaps; `None` where too much does not fit.

    >>> decode_with_gaps(b"Caf\xc3\xa9 \xe9 and a hundred bytes more".ljust(100), "utf-8")[1]
    (Gap(character=5, start=6, length=1),)
    """
    view = memoryview(data)
    most = (len(data) - start) // few
    texts: list[str] = []
    gaps: list[Gap] = []
    characters = 0
    while True:
        try:
            texts.append(str(view[start:], encoding))
        except UnicodeDecodeError as error:
            if len(gaps) >= most:
                return None
            texts.append(str(view[start : start + error.start], encoding))
            characters += len(texts[-1])
            gaps.append(Gap(characters, start + error.start, error.end - error.start))
            characters += 1
            start += error.end
        else:
            return REPLACEMENT.join(texts), tuple(gaps)
