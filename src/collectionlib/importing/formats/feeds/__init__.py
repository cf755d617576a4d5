"""Feeds, and the exports of blogs: RSS in all its versions, Atom, WordPress.

`items` reads what a feed and its items say, whichever the dialect; `wordpress` knows what an export
of WordPress says besides; `importer` makes a draft of each item.
"""

from .importer import FeedImporter

__all__ = ["FeedImporter"]
