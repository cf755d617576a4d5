"""The language of queries, read into predicates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from .._clock import now
from ..errors import MalformedQuery
from .grammar import HANGING, KEYWORDS, PLAIN_TERM, PUNCTUATION, Written, parser
from .pointing import malformed
from .predicates import AllOf, AnyOf, Not, Predicate
from .terms import Term, meaning

if TYPE_CHECKING:
    from lark import Token, Tree
    from lark.exceptions import UnexpectedInput

__all__ = ["parse"]

_LONGEST = 200_000
_DEEPEST = 100
_SURROGATE = re.compile("[\ud800-\udfff]")
_Clock = Callable[[], datetime]


class _Query(NamedTuple):
    text: str
    clock: _Clock


def parse(text: str, *, clock: _Clock = now) -> Predicate:
    r"""Read a query.

    Terms stand with blanks or ``and`` between where all must hold, with ``or`` between where one
    must; ``not`` or ``-`` before one turns it round, and parentheses keep together. A term is a
    word, a phrase in quotes, or a field with a sign and a value: ``:`` looks for it as one
    expects of the field, ``:=`` for exactly it, ``*=`` for a part, ``~`` for a regular expression,
    ``<``, ``<=``, ``>``, ``>=`` compare, and ``:1..5`` is a range. In quotes, ``\"`` and ``\\`` are
    a quote and a backslash.

    Args:
        text: the query; an empty one means every entry.
        clock: says what time it is, for ages such as ``added<7d``.

    Raises:
        MalformedQuery: it cannot be read; the message names the column.

    >>> parse('category:"Blessing messages"')
    InCategory(path=('Blessing messages',), exactly=False)
    >>> parse("lang:zh -tag:short")
    AllOf(predicates=(InLanguage(language='zh'), Not(predicate=Equals(field='tag', value='short'))))
    """
    if found := _SURROGATE.search(text):
        raise malformed(text, found.start(), "has a lone surrogate, which is no character")
    if len(text) > _LONGEST:
        reason = f"is longer than {_LONGEST:,} characters"
        raise malformed(text, _LONGEST, reason, "divide it")
    alternatives = _without_parentheses(_Query(text, clock))
    if alternatives is None:
        return _parsed(text, clock)
    predicates = [_together([each.meaning() for each in terms], AllOf) for terms in alternatives]
    return _together(predicates, AnyOf)


def _together(predicates: list[Predicate], kind: type[AllOf | AnyOf]) -> Predicate:
    return predicates[0] if len(predicates) == 1 else kind(tuple(predicates))


class _PlainTerm(NamedTuple):
    """A term, and how often it is turned round."""

    term: Term
    turns: int

    def meaning(self) -> Predicate:
        predicate = meaning(self.term)
        for _ in range(self.turns):
            predicate = Not(predicate)
        return predicate


def _without_parentheses(query: _Query) -> list[list[_PlainTerm]] | None:
    """The terms of each alternative; `None` where only the parser can tell what a query means."""
    alternatives: list[list[_PlainTerm]] = [[]]
    at = 0
    end = len(query.text.rstrip())
    # Whether a term has to follow, as behind "or".
    waits = False
    while at < end:
        found = PLAIN_TERM.match(query.text, at)
        if found is None:
            return None
        at = found.end()
        if (word := found[0].strip()) in KEYWORDS:
            if waits or not alternatives[-1]:
                return None
            if word.lower() == "or":
                alternatives.append([])
            waits = True
            continue
        turns = found["turned"].count("-") + found["turned"].lower().count("not")
        # The terms of a query with "or" are two deep themselves.
        if turns > _DEEPEST - 2 or (not found["field"] and found["value"] in KEYWORDS):
            return None
        alternatives[-1].append(_PlainTerm(_plain_term(found, query), turns))
        waits = False
    return None if waits else alternatives


def _plain_term(found: re.Match[str], query: _Query) -> Term:
    field, operator = found["field"], found["operator"] or found["bare"]
    written = Written(field, found.start("field")) if field else None
    value = Written(found["value"], found.start("value"))
    return Term(query.text, value, written, operator, query.clock)


# --- by the grammar -----------------------------------------------------------------------------


def _parsed(text: str, clock: _Clock) -> Predicate:
    from lark.exceptions import UnexpectedInput

    try:
        tree = parser().parse(text)
    except UnexpectedInput as error:
        raise _complaint(text, error) from error
    return _predicate(tree, _Query(text, clock), 0)


def _predicate(tree: Tree[Token], query: _Query, depth: int) -> Predicate:
    """What a tree of the parser means."""
    if depth > _DEEPEST:
        reason = f"is nested more than {_DEEPEST} deep"
        raise malformed(query.text, len(query.text), reason, "take some parentheses away")
    match tree.data:
        case "everything":
            return AllOf(())
        case "all":
            return AllOf(tuple(_predicates(tree, query, depth)))
        case "any":
            return AnyOf(tuple(_predicates(tree, query, depth)))
        case "none":
            return Not(*_predicates(tree, query, depth))
        case _:
            return meaning(_term(tree, query))


def _predicates(tree: Tree[Token], query: _Query, depth: int) -> Iterator[Predicate]:
    return (_predicate(each, query, depth + 1) for each in _subtrees(tree))


def _subtrees(tree: Tree[Token]) -> Iterator[Tree[Token]]:
    return (each for each in tree.children if not isinstance(each, str))  # as a token is


def _term(tree: Tree[Token], query: _Query) -> Term:
    pieces = [_written(token) for token in tree.children if isinstance(token, str)]
    *signs, value = pieces
    for sign, follower in pairwise(pieces):
        if sign.end != follower.at:
            name = "".join(each.text for each in signs)
            reason = f"has a blank behind {name}"
            raise malformed(query.text, sign.end, reason, f"write {name}{value.text}")
    behind = query.text[value.end : value.end + 1]
    if behind.strip() and behind != ")":
        raise malformed(
            query.text, value.end, f"has {behind} right behind {value.text}",
            "put a blank between, or the whole in quotes",
        )  # fmt: skip
    field = signs[0] if tree.data == "on_field" else None
    return Term(query.text, value, field, signs[-1].text if signs else "", query.clock)


def _written(token: Token) -> Written:
    return Written(str(token), token.start_pos or 0)


def _complaint(text: str, error: UnexpectedInput) -> MalformedQuery:
    """What is wrong where the parser could not go on."""
    found = getattr(error, "token", None)  # empty at the end, none where a quote is not closed
    at: Any = error.pos_in_stream  # a number, though its annotation is None
    if found == "":
        at = len(text.rstrip())
    before = text[:at].rstrip()
    if text[at : at + 1] == '"':
        return malformed(text, at, "has a quote that is not closed", 'put " behind the phrase')
    if hanging := HANGING.search(before):
        reason = f"has nothing behind {hanging[0]}"
        remedy = "put a value there, in quotes if it has blanks, quotes or parentheses"
        return malformed(text, hanging.start(), reason, remedy)
    if found == "":
        opened = _opened(before)[-1]
        return malformed(text, opened, "has a ( that is not closed", "put ) behind the terms")
    if found == ")":
        return malformed(text, at, "has a ) that closes nothing", "put it in quotes, or ( before")
    return malformed(text, at, f"has nothing before {found}", "put a term there")


def _opened(text: str) -> list[int]:
    """Where the parentheses stand that are not closed yet."""
    places: list[int] = []
    for found in PUNCTUATION.finditer(text):
        if found[0] == "(":
            places.append(found.start())
        elif found[0] == ")":
            places.pop()
    return places
