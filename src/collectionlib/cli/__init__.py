"""The command line: ``collectionlib [-L LOCATION] [-q | -v] COMMAND …``."""

from __future__ import annotations

from .app import main

__all__ = ["main"]
