"""Import a small real archive and publish it: what `make demo` runs.

The archive beside this file holds fables, poems, proverbs and a page as a web site had it, in
three encodings; `licences/` says where each is from. The commands are run as a person would
type them.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parent / "build" / "demo"
BOOKS = ("book.epub", "book.json", "book.txt")


def run(*arguments: str) -> None:
    """Show a command, then run it."""
    print("\n$ " + shlex.join(("collectionlib", *arguments)), flush=True)
    subprocess.run([sys.executable, "-m", "collectionlib", *arguments], cwd=OUT, check=True)


def main() -> None:
    """Make a collection, fill it, look at it, write it in three formats."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    shutil.copytree(HERE / "archive", OUT / "archive")
    run("init", "wisdom/", "--title", "Wisdom, mostly borrowed", "--language", "en")
    run("-L", "wisdom/", "import", "archive/")
    run("-L", "wisdom/", "categories")
    run("-L", "wisdom/", "list", 'category:"Blessing messages"')
    run("-L", "wisdom/", "list", "lion", "--limit", "3")
    for book in BOOKS:
        run("-L", "wisdom/", "export", book)
    print("\nThe collection, one file an entry, to be edited with any editor:")
    print(f"  {OUT / 'wisdom'}")
    print("The books:")
    for book in BOOKS:
        print(f"  {OUT / book}")


if __name__ == "__main__":
    main()
