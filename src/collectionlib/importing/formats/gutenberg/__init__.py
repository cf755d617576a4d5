"""Project Gutenberg: plain-text books, divided into their stories, poems or essays.

`frame` finds what stands around a book, `header` reads what it says of itself, `contents` and
`division` tell its texts apart, `surroundings` what stands before and behind them, and `bodies`
makes the text of each.
"""

from .importer import GutenbergImporter

__all__ = ["GutenbergImporter"]
