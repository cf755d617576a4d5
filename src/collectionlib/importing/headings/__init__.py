"""Headings of plain text: which lines are some, of which level, and why.

`find_headings` asks the rules one after the other, from the one that proves most: underlines,
words such as "Chapter" with numbers, bare numbers, capitals. What one line says proves nothing;
the evidence is in the whole text.
"""

from .rules import Found, Outline, find_headings, underline_of

__all__ = ["Found", "Outline", "find_headings", "underline_of"]
