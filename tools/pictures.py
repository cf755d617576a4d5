"""Make the pictures in docs/images: books as the reader epub.js shows them, and pages.

    .venv/bin/python tools/pictures.py [NAME…]

Needs Chromium, epub.js (in .venv-readers, which `make test` sets up), and fonts for the scripts in
the books: those of Debian's fonts-noto-core and fonts-noto-cjk, and Liberation Serif, or another
for Times New Roman, which epub.js sets where a style sheet names no font. Pictures of the corpora
are left out where these are not beside the project.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from PIL import Image

ROOT = Path(__file__).parents[1]
CORPORA = ROOT.parent / "shared/corpora"
GALLERY = ROOT / "examples/README.md"
PHONE, TABLET = (390, 700), (640, 700)
SMALL_PHONE, GAP = (330, 540), 16
SHADES = 64
"""Colours of a picture: text in one colour on a ground of another takes no more."""

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)

READER = """<!DOCTYPE html>
<html><head><meta charset="utf-8"/>
<script src="jszip/dist/jszip.min.js"></script>
<script src="epubjs/dist/epub.min.js"></script>
<style>
  html, body { margin: 0; height: 100%; overflow: hidden; }
  #page { position: absolute; left: 10px; top: 10px; }
  body.dark { background: #16171a; }
</style></head>
<body><div id="page"></div><img src="wait" alt="" hidden="hidden"/><script>
const asked = new URLSearchParams(location.search);
const book = ePub("book.epub");
const rendition = book.renderTo("page", {
  width: Number(asked.get("width")) - 20, height: Number(asked.get("height")) - 20,
  flow: "paginated", spread: "none",
});
const night = asked.has("dark");
if (night) document.body.classList.add("dark");
rendition.themes.register("day", {});
rendition.themes.register("night", { body: { color: "#d4d2cd", background: "#16171a" } });
rendition.themes.select(night ? "night" : "day");
rendition.themes.fontSize("100%");
book.ready.then(async () => {
  await rendition.display(asked.get("at") || undefined);
  for (let turn = 0; turn < Number(asked.get("turns") || 0); turn += 1) await rendition.next();
  await new Promise(resolve => setTimeout(resolve, 500));
  await fetch("shown");
});
</script></body></html>
"""

ROW = """<!DOCTYPE html>
<html><head><meta charset="utf-8"/><style>
  body {{ margin: 0; display: flex; gap: {gap}px; padding: {gap}px; background: #d9d7d2; }}
  iframe {{ border: 0; background: #fff; border-radius: 6px; }}
</style></head><body>{frames}<img src="wait" alt="" hidden="hidden"/></body></html>
"""


class Page(NamedTuple):
    """A page of a book: the document that it lies in, and how often to turn from there."""

    at: str
    turns: int = 0
    dark: bool = False


class Shot(NamedTuple):
    """A picture of one page: of which sources, and on which screen."""

    name: str
    sources: tuple[str, ...]
    language: str
    page: Page
    screen: tuple[int, int] = PHONE


_AESOP = ("standardebooks/aesop-fables",)
_FIRST = "text/0001.xhtml"
SHOTS = (
    Shot("fables", _AESOP, "en", Page(_FIRST)),
    Shot("fables-night", _AESOP, "en", Page(_FIRST, turns=1, dark=True)),
    Shot("whitman", ("standardebooks/leaves-of-grass",), "en", Page(_FIRST), TABLET),
    Shot("tang", ("chinese-poetry/mengxue_tangshisanbaishou.json",), "zh-Hant",
         Page(_FIRST, turns=1)),
)  # fmt: skip

EXAMPLES = {
    "fortunes": (Page("cover.xhtml"), Page("text/0002.xhtml"), Page("text/0003.xhtml", turns=2)),
    "scraped-page": (Page("cover.xhtml"), Page(_FIRST), Page(_FIRST, turns=3)),
    "aozora": (Page("cover.xhtml"), Page(_FIRST), Page(_FIRST, turns=7)),
    "fairy-tales": (Page("cover.xhtml"), Page("nav.xhtml"), Page(_FIRST)),
    "proverbs": (Page("cover.xhtml"), Page(_FIRST), Page(_FIRST, turns=3)),
    "object-storage": (
        Page("cover.xhtml"),
        Page(_FIRST, turns=1),
        Page("text/0002.xhtml", turns=1),
    ),
}
"""Of each example the pages that its picture shows."""

PAGES = (("page", "index.html", "light"), ("page-night", "text/0002.html", "dark"))
"""Pictures of a website of the examples: name, page, look."""


def _row(pages: int, screen: tuple[int, int] = SMALL_PHONE) -> tuple[int, int]:
    """Width and height of so many pages side by side, with space around each."""
    return pages * (screen[0] + GAP) + GAP, screen[1] + 2 * GAP


PICTURES = {
    **{shot.name: shot.screen for shot in SHOTS},
    **{f"example-{name}": _row(len(pages)) for name, pages in EXAMPLES.items()},
    **{name: TABLET for name, *_ in PAGES},
}
"""Each picture with its width and height."""


class Command(NamedTuple):
    """A command of the gallery, as a shell takes it, and what it prints."""

    words: str
    printed: str

    @property
    def example(self) -> str:
        """The folder of the example."""
        return re.findall(r"([\w-]+)/", self.words)[0]

    @property
    def book(self) -> str:
        """The EPUB that it makes."""
        return f"{self.example}.epub"


def commands() -> list[Command]:
    """Those of the gallery: each block ``console`` holds one."""
    found = []
    for block in _BLOCK.findall(GALLERY.read_text("utf-8")):
        lines = block.splitlines(keepends=True)
        # What goes on stands behind >, as in a shell.
        typed = [lines[0], *takewhile(lambda line: line.startswith("> "), lines[1:])]
        words = "".join(line[2:] for line in typed)
        found.append(Command(words, "".join(lines[len(typed) :])))
    return found


def program() -> str:
    """The command of this environment."""
    return str(Path(sys.executable).with_name("collectionlib"))


@contextmanager
def served(folder: Path, pages: int) -> Iterator[str]:
    """The folder at an address of this machine, where so many pages are to be shown."""
    _Site.all_shown.clear()
    _Site.missing = pages
    handler = partial(_Site, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Site(SimpleHTTPRequestHandler):
    """Files, and a picture that is held back until all is shown: Chromium waits for it."""

    all_shown = threading.Event()
    counting = threading.Lock()
    missing = 0

    def do_GET(self) -> None:
        match self.path.lstrip("/"):
            case "shown":
                cls = type(self)
                with self.counting:
                    cls.missing -= 1
                    if cls.missing == 0:
                        self.all_shown.set()
                self.send_error(204)
            case "wait":
                self.all_shown.wait(30)
                self.send_error(404)
            case _:
                super().do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def photograph(address: str, screen: tuple[int, int], path: Path) -> None:
    """The page as a headless Chromium shows it, in few colours."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                f"--user-data-dir={profile}", f"--window-size={screen[0]},{screen[1]}",
                f"--screenshot={path}", address,
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(SHADES, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def photograph_book(
    book: Path, pages: tuple[Page, ...], screen: tuple[int, int], out: Path
) -> None:
    """Pages of a book side by side; one page alone has no frame."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for module in ("epubjs", "jszip"):
            (folder / module).symlink_to(ROOT / ".venv-readers/node_modules" / module)
        (folder / "reader.html").write_text(READER, "utf-8")
        shutil.copy(book, folder / "book.epub")
        queries = [_reader(page, screen) for page in pages]
        frames = "".join(
            f'<iframe src="{query}" width="{screen[0]}" height="{screen[1]}"></iframe>'
            for query in queries
        )
        (folder / "row.html").write_text(ROW.format(gap=GAP, frames=frames), "utf-8")
        with served(folder, len(pages)) as address:
            if len(pages) == 1:
                photograph(f"{address}/{queries[0]}", screen, out)
            else:
                photograph(f"{address}/row.html", _row(len(pages), screen), out)


def _reader(page: Page, screen: tuple[int, int]) -> str:
    values = {"at": page.at, "turns": page.turns, "width": screen[0], "height": screen[1]}
    return f"reader.html?{urlencode(values | ({'dark': 1} if page.dark else {}))}"


def photograph_corpora(out: Path, wanted: set[str]) -> None:
    """Books of the corpora, one page each."""
    for shot in SHOTS:
        if shot.name not in wanted or not CORPORA.is_dir():
            continue
        with tempfile.TemporaryDirectory() as name:
            book = Path(name) / "book.epub"
            sources = [CORPORA / source for source in shot.sources]
            command = [program(), "-q", "convert", *sources, book, "--language", shot.language]
            subprocess.run(command, check=True)
            photograph_book(book, (shot.page,), shot.screen, out / f"{shot.name}.png")


def photograph_examples(out: Path, wanted: set[str]) -> None:
    """The books of the gallery, made by its commands."""
    for command in commands():
        picture = f"example-{command.example}"
        if picture not in wanted:
            continue
        with tempfile.TemporaryDirectory() as name:
            examples = Path(name) / "examples"
            shutil.copytree(ROOT / "examples", examples)
            path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
            environment = {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": name}
            call = ["bash", "-c", command.words]
            subprocess.run(call, cwd=examples, env=environment, check=True, capture_output=True)
            pages = EXAMPLES[command.example]
            photograph_book(examples / command.book, pages, SMALL_PHONE, out / f"{picture}.png")


def photograph_pages(out: Path, wanted: set[str]) -> None:
    """The archive of the examples as a website, by day and by night."""
    if not wanted & {name for name, *_ in PAGES}:
        return
    with tempfile.TemporaryDirectory() as name:
        options = ("--title", "Wisdom, mostly borrowed", "--language", "en")
        source = ROOT / "examples/archive"
        command = [program(), "-q", "convert", source, f"{name}/site/", "--to", "html", *options]
        subprocess.run(command, check=True)
        for picture, page, look in PAGES:
            path = Path(name) / "site" / page
            shown = path.read_text("utf-8").replace("<html ", f'<html data-look="{look}" ', 1)
            path.write_text(shown, "utf-8")
            photograph(path.as_uri(), TABLET, out / f"{picture}.png")


def main() -> None:
    """Make the pictures that are asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/images")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of pictures; all unless given")
    asked = parser.parse_args()
    if unknown := {*asked.names} - {*PICTURES}:
        parser.error(
            f"no such picture: {', '.join(unknown)}; there are {', '.join(sorted(PICTURES))}"
        )
    asked.out.mkdir(parents=True, exist_ok=True)
    wanted = {*asked.names} or {*PICTURES}
    for photograph_some in (photograph_corpora, photograph_examples, photograph_pages):
        photograph_some(asked.out, wanted)
    for name in sorted(wanted):
        picture = asked.out / f"{name}.png"
        if picture.is_file():
            print(json.dumps({"picture": str(picture), "bytes": picture.stat().st_size}))


if __name__ == "__main__":
    main()
