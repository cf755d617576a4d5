"""A batch that collects what is said besides entries, to be written at its end."""

from __future__ import annotations

from ..identity import CategoryPath
from ..model import Category, JSONValue, Metadata
from .base import Batch
from .blocks import Block
from .documents import check_document

__all__ = ["CollectingBatch"]


class CollectingBatch(Batch):
    """What was said last of each category, of the collection, and of each document.

    Args:
        location: of the collection, for messages.
    """

    def __init__(self, location: str) -> None:
        self.block: Block = Block(location)
        self._categories: dict[CategoryPath, Category | None] = {}
        self._metadata: Metadata | None = None
        self._documents: dict[str, JSONValue] = {}

    def set_category(self, category: Category) -> None:
        self.block.check()
        self._categories[category.path] = category

    def forget_category(self, path: CategoryPath) -> None:
        self.block.check()
        self._categories[path] = None

    def set_metadata(self, metadata: Metadata) -> None:
        self.block.check()
        self._metadata = metadata

    def set_document(self, name: str, value: JSONValue) -> None:
        self.block.check()
        self._documents[name] = check_document(name, value)
