"""Texts of Aozora Bunko, with ruby, characters that Shift JIS lacks, and notes on the layout.

The notation is that of the annotation manual of Aozora Bunko (注記一覧).
"""

from .importer import AozoraImporter

__all__ = ["AozoraImporter"]
