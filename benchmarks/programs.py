"""Other programs that make books of texts, and how each is told to: its manual's shortest way.

    python benchmarks/programs.py

installs calibre from apt where we are root on Debian and it is not there yet; the others come from
PyPI with requirements/bench.lock, into .venv-bench/.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from pathlib import Path

from attrs import field, frozen

ROOT = Path(__file__).parents[1]
BENCH = ROOT / ".venv-bench/bin"
OURS = Path(sys.executable).with_name("collectionlib")

Command = Sequence[str | Path]


@frozen
class Text:
    """A text of the book, as plain as every program can take it."""

    title: str
    language: str
    paragraphs: tuple[str, ...]

    @property
    def markdown(self) -> str:
        return "\n\n".join([f"# {self.title}", *self.paragraphs]) + "\n"

    @property
    def markup(self) -> str:
        """A heading and paragraphs, of HTML."""
        paragraphs = "\n".join(f"<p>{escape(each)}</p>" for each in self.paragraphs)
        return f'<h2 epub:type="title">{escape(self.title)}</h2>\n{paragraphs}'


@frozen
class Program:
    """A program that makes a book of texts.

    Args:
        name: for people.
        version: that is installed; empty where it is not.
        prepare: writes the texts into an empty folder as the program wants them.
        commands: make `book.epub` in that folder.
    """

    name: str
    version: Callable[[], str]
    prepare: Callable[[Sequence[Text], Path], None]
    commands: Sequence[Command]
    environment: dict[str, str] = field(factory=dict)


# --- where they are ---------------------------------------------------------------------------


@cache
def pandoc() -> Path:
    """Where the newest pandoc is: in the wheel that brings one, or on the path."""
    wheels = ROOT.glob(".venv-bench/lib/python*/site-packages/pypandoc/files/pandoc")
    return next(wheels, Path(shutil.which("pandoc") or "pandoc"))


def _version(*command: str | Path) -> str:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError:
        return ""
    found = re.search(r"\d+(\.\d+)+", done.stdout) if done.returncode == 0 else None
    return found[0] if found else ""


# --- what each one wants ------------------------------------------------------------------------


def _files(texts: Sequence[Text], folder: Path) -> None:
    (folder / "texts").mkdir()
    for number, text in enumerate(texts):
        (folder / f"texts/{number:05}.md").write_text(text.markdown, "utf-8")


def _one_file(texts: Sequence[Text], folder: Path) -> None:
    (folder / "texts.md").write_text("\n".join(text.markdown for text in texts), "utf-8")


_SCRIPT = """
from html import escape
from pathlib import Path

from ebooklib import epub

book = epub.EpubBook()
book.set_identifier("book")
book.set_title("Book")
book.set_language("en")
pages = []
for path in sorted(Path("texts").iterdir()):
    title, *paragraphs = path.read_text("utf-8").strip().split("\\n\\n")
    title = title.removeprefix("# ")
    page = epub.EpubHtml(title=title, file_name=f"{path.stem}.xhtml", lang="en")
    body = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
    page.content = f"<h1>{escape(title)}</h1>{body}"
    book.add_item(page)
    pages.append(page)
book.toc = pages
book.add_item(epub.EpubNcx())
book.add_item(epub.EpubNav())
book.spine = ["nav", *pages]
epub.write_epub("book.epub", book)
"""


def _files_and_script(texts: Sequence[Text], folder: Path) -> None:
    _files(texts, folder)
    (folder / "book.py").write_text(_SCRIPT, "utf-8")


_PAGE = """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="{0}">
<head><title>{1}</title><link href="../css/core.css" rel="stylesheet" type="text/css"/></head>
<body epub:type="bodymatter"><section id="chapter-{2}" epub:type="chapter">
{3}
</section></body>
</html>
"""
_DRAFT = "various_book"
_TO_BE_FILLED = re.compile(
    r'^.*(?:>[A-Z][A-Z0-9_]{3,}<|"[A-Z_]+_UR[IL]"|"#(?:artist|producer-1|subject-[12])").*\n',
    re.MULTILINE,
)
"""Lines of a draft that a person is to fill."""


def _draft(texts: Sequence[Text], folder: Path) -> None:
    draft = [BENCH / "se", "create-draft", "-o", "-w", "-a", "Various", "-t", "Book"]
    subprocess.run(draft, cwd=folder, check=True, capture_output=True)
    package = folder / _DRAFT / "epub/content.opf"
    filled = package.read_text("utf-8").replace(">LANG<", ">en<").replace("DESCRIPTION", "A book.")
    package.write_text(_TO_BE_FILLED.sub("", filled), "utf-8")
    for number, text in enumerate(texts, start=1):
        title = escape(text.title)
        page = _PAGE.format(text.language, title, number, text.markup)
        (folder / _DRAFT / f"epub/text/chapter-{number}.xhtml").write_text(page, "utf-8")


# A shell names the files, as it does for people.
_BY_PANDOC = [
    "sh",
    "-c",
    f"{pandoc()} --metadata=title=Book --metadata=lang=en --split-level=1 -o book.epub texts/*.md",
]
_BY_CALIBRE = ["ebook-convert", "texts.md", "book.epub", "--epub-version=3", "--title=Book",
               "--language=en"]  # fmt: skip


def _version_of_calibre() -> str:
    return _version("ebook-convert", "--version")


# --- the programs -------------------------------------------------------------------------------


def programs() -> list[Program]:
    """Ours first, then the others, whether they are installed or not."""
    se = BENCH / "se"
    return [
        Program(
            "collectionlib",
            lambda: _version(OURS, "--version"),
            _files,
            [[OURS, "convert", "texts", "book.epub", "--title", "Book", "--language", "en"]],
        ),
        Program(
            "EbookLib",
            lambda: _version(sys.executable, "-m", "pip", "show", "ebooklib"),
            _files_and_script,
            [[sys.executable, "book.py"]],
        ),
        Program("pandoc", lambda: _version(pandoc(), "--version"), _files, [_BY_PANDOC]),
        Program("calibre", _version_of_calibre, _one_file, [_BY_CALIBRE]),
        Program(
            "Standard Ebooks",
            lambda: _version(se, "--version"),
            _draft,
            [
                *([se, step, _DRAFT] for step in ("build-manifest", "build-spine", "build-toc")),
                [se, "build", "--no-cache", "--output-dir", ".", _DRAFT],
                ["mv", f"{_DRAFT}.epub", "book.epub"],
            ],
        ),
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from tests.set_up import Needed, install_programs

    CALIBRE = Needed("calibre", lambda: shutil.which("ebook-convert"), ("calibre",))
    if why := install_programs([CALIBRE]):
        print(f"Not everything will be measured: {why}")
