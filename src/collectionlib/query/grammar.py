"""The grammar of queries, and the parser that lark makes of it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lark import Lark

__all__ = ["HANGING", "KEYWORDS", "PLAIN_TERM", "PUNCTUATION", "Written", "parser"]

_FIELD = r'attr\."(?:[^"\\]|\\.)*"|[^\W\d][\w.\-]*'
_OPERATOR = r":=|!=|\*=|<=|>=|[:=<>~]"
_WORD = r'[^\s"()]+'
_PHRASE = r'"(?:[^"\\]|\\.)*"'

_ALONE = r'(?![^\s()"])'

KEYWORDS = ("and", "or", "not", "AND", "OR", "NOT")

# What is read without the parser, which takes as long to import as all the rest: terms with
# blanks between, or with words. The patterns are those of the grammar, so that both read the same.
PLAIN_TERM = re.compile(
    rf"""\s* (?P<turned>(?:-(?=[^\s)])|(?:not|NOT)\s+)*+) (?!-)
         (?>(?P<field>{_FIELD})(?P<operator>{_OPERATOR}) | (?P<bare>~?))
         (?P<value>{_WORD}|{_PHRASE}) (?=\s|$)""",
    re.VERBOSE | re.DOTALL,
)

# What asks for something behind it, at the end of what has been read.
HANGING = re.compile(
    rf"""(?:(?:{_FIELD})(?:{_OPERATOR})|(?<![^\s()"])-*(?:{"|".join(KEYWORDS)}|-|~))\Z""",
    re.DOTALL,
)

PUNCTUATION = re.compile(rf"{_PHRASE}|[()]", re.DOTALL)
"""Parentheses, and the phrases in which they are none."""

_GRAMMAR = rf"""
?start: any
?any: all (_OR all)*
?all: one (_AND? one)*
?one: (_NOT | _MINUS) one -> none
    | "(" any ")"
    | "(" ")" -> everything
    | FIELD OPERATOR (VALUE | PHRASE) -> on_field
    | MATCHES (VALUE | PHRASE) -> expression
    | (WORD | PHRASE) -> words

_OR.3: /(?:or|OR){_ALONE}/
_AND.3: /(?:and|AND){_ALONE}/
_NOT.3: /(?:not|NOT){_ALONE}/
_MINUS.3: /-(?=[^\s)])/
MATCHES.3: "~"
FIELD.2: /(?:{_FIELD})(?={_OPERATOR})/s
OPERATOR: /{_OPERATOR}/
VALUE: /{_WORD}/
WORD: /(?!(?:{"|".join(KEYWORDS)}){_ALONE}){_WORD}/
PHRASE: /{_PHRASE}/s
%ignore /\s+/
"""


class Written(NamedTuple):
    """A piece of a query, and where it begins."""

    text: str
    at: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.at + len(self.text)


@cache
def parser() -> Lark:
    """The parser; what it takes to import it is spent only where it is needed."""
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="contextual")
