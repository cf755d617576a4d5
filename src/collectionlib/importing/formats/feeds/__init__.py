"""Feeds, and the exports of blogs: RSS in all its versions, Atom, JSON Feed, WordPress.

`xml` and `json_feed` read their dialects, with what `wordpress` knows of its exports; `told` is
what all of them come to; `importer` makes a draft of each item.
"""

from .importer import FeedImporter

__all__ = ["FeedImporter"]
