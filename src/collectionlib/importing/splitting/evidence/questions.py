"""Questions and answers: riddles."""

from __future__ import annotations

import re

from attrs import evolve

from ..pieces import Division, Lines
from .signs import after_title, only_a_title

__all__ = ["QUESTION_STARTS", "by_question"]

_QUESTION = re.compile(
    r"(?:Q|Question|В|Вопрос|F|Frage|P|Pregunta|问|問|Domanda|Pytanie)\s?(?:\d{1,4}\s?)?[:：.]\s*\S"
)
_ANSWER = re.compile(
    r"(?:A|Answer|О|Ответ|Antwort|R|Respuesta|Réponse|答|Risposta|Odpowiedź)\s?(?:\d{1,4}\s?)?[:：.]\s*\S"
)
QUESTION_STARTS = frozenset("QВFP问問D")
_FEWEST_RIDDLES = 4
_LONGEST_RIDDLE = 300


def by_question(lines: Lines) -> Division | None:
    """Nothing but questions, each with one short answer."""
    questions = [at for at, words in enumerate(lines.words) if words and _QUESTION.match(words)]
    if len(questions) < _FEWEST_RIDDLES or not only_a_title(lines, questions[0]):
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
    return after_title(lines, questions[0], pieces, evidence)
