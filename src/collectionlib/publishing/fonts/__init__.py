"""Fonts in a book: only the characters that it has, and only where the licence allows it."""

from .embedding import EmbeddedFont, embed, font_rules
from .licences import FontLicence

__all__ = ["EmbeddedFont", "FontLicence", "embed", "font_rules"]
