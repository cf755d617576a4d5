"""Keeping a collection in order: edits of many entries, and what is wrong or there twice."""
