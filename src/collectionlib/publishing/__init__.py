"""Entries to files: arrange a collection as an anthology, and write it in a format."""
