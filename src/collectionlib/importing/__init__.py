"""Bytes to entries: find the sources, decode them, parse them, clean and identify the drafts."""
