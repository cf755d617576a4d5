"""Collections in one JSON file: for scripts, and for every JSON export opened again.

Every transaction writes the whole file anew beside the old one and puts it in its place; who
reads keeps the old file open, and so keeps its state. `storage.json_document` is the form of the
file, `outline` what stands in it, `lines` where, `snapshot` reads, `batch` collects what is to
change, and `log` is beside the file.
"""

from .storage import JsonStorage

__all__ = ["JsonStorage"]
