"""The Westminster Leningrad Codex in the XML of the Unicode/XML Leningrad Codex.

A chapter is ``c``, a verse ``v``, a word ``w``. No code point of a word is moved or composed:
the order of points and accents is the transcribers'. What is no part of a word goes:

- ``/`` divides a word by its morphemes;
- ``x`` in a word is the letter of a transcription note.

A word that ends in a maqaf (U+05BE) is followed by the next without a blank. ``k`` is what is
written (ketiv), ``q`` what is read (qere). ``pe`` ends an open paragraph, ``samekh`` a closed one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from ....markup.trees import Element
from ...xml_trees import local_name
from .chapters import Chapter, Edition, Line

__all__ = ["Reading", "chapters", "edition"]

Reading: TypeAlias = Literal["both", "qere", "ketiv"]

_MAQAF = "\u05be"
_MORPHEME = "/"
_SIGNS = {"pe": "פ", "samekh": "ס", "reversednun": "\u05c6"}


def chapters(root: Element, reading: Reading) -> Iterator[Chapter]:
    """The chapters of every book in a file, in order.

    Args:
        root: its first element.
        reading: where what is written and what is read differ: both, as ``[ketiv] qere``, or one.
    """
    for book in _named(root, "book"):
        name = next((text for one in _named(book, "name") if (text := _words(one))), "")
        for element in (one for one in book if local_name(one) == "c"):
            chapter = Chapter(name, element.get("n", ""))
            for verse in (one for one in element if local_name(one) == "v"):
                chapter.lines.append(_line(verse, chapter, reading))
            yield chapter


def edition(root: Element) -> Edition:
    """What the header of a file says."""
    titles = {(one.get("level"), one.get("type")): _words(one) for one in _named(root, "title")}
    name = titles.get(("s", "main"), "")
    version = next(map(_words, _named(root, "version")), "")
    language = next((one.get("ident") for one in _named(root, "language")), None)
    outside = [one for one in root if local_name(one) != "tanach"]
    return Edition(
        language="he" if language is None or language.lower() in ("he", "heb", "hbo") else language,
        rights=next((text for one in _named(root, "availability") if (text := _words(one))), None),
        attributes={"edition": " ".join(filter(None, (name, version)))},
        header="\n".join(filter(None, map(_words, outside))),
    )


def _line(verse: Element, chapter: Chapter, reading: Reading) -> Line:
    text = ""
    ends_paragraph = False
    written: list[str] = []
    for one in verse:
        name = local_name(one)
        if name in _SIGNS:
            text = _joined(text, _SIGNS[name])
            ends_paragraph = ends_paragraph or name == "pe"
            continue
        if name not in ("w", "k", "q"):
            if words := _words(one):
                chapter.notes.append(f"{verse.get('n')}: {words}")
            continue
        word, notes = _word(one)
        chapter.notes += [f"{verse.get('n')}: {word} {note}" for note in notes]
        if name == "k" and reading == "both":
            word = f"[{word}]"
        if (name == "k" and reading == "qere") or (name == "q" and reading == "ketiv"):
            written.append(word)
        else:
            text = _joined(text, word)
    chapter.notes += [f"{verse.get('n')}: {word} (not read here)" for word in written]
    return Line(text, verse.get("n"), ends_paragraph)


def _joined(text: str, word: str) -> str:
    return text + word if not text or text.endswith(_MAQAF) else f"{text} {word}"


def _word(element: Element) -> tuple[str, list[str]]:
    """The characters of a word, those set large or raised too, and the notes to it."""
    notes: list[str] = []
    parts = [element.text or ""]
    for child in element:
        if local_name(child) == "x":
            notes.append(_words(child))
        else:
            inner, inner_notes = _word(child)
            parts.append(inner)
            notes += inner_notes
        parts.append(child.tail or "")
    # Line ends of the file stand beside the words, never in them; a blank divides off a paseq.
    word = "".join(parts).replace(_MORPHEME, "").strip()
    return word, [note for note in notes if note]


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _named(root: Element, name: str) -> Iterator[Element]:
    return (one for one in root.iter() if local_name(one) == name)
