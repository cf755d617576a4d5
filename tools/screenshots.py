"""Make the pictures in docs/images: books in a theme, as the reader epub.js shows them, and pages.

    npm install epubjs@0.3.93            # anywhere; it brings jszip
    .venv/bin/python tools/screenshots.py --modules node_modules

Needs Chromium, fonts for the scripts in the books (and Liberation Serif, or another for Times New
Roman, which it sets where a style sheet names no font), and the corpora beside the project.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from collectionlib.publishing.themes import DEFAULT_THEME, load_theme

ROOT = Path(__file__).parents[1]
CORPORA = ROOT.parent / "shared/corpora"
PHONE, TABLET = (390, 700), (640, 700)

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
rendition.themes.fontSize(asked.get("size") || "100%");
book.ready.then(async () => {
  await rendition.display(asked.get("at") || undefined);
  for (let turn = 0; turn < Number(asked.get("turns") || 0); turn += 1) await rendition.next();
  await new Promise(resolve => setTimeout(resolve, 500));
  await fetch("shown");
});
</script></body></html>
"""


class Shot(NamedTuple):
    """A picture: of which sources, at which place of the book, on which screen."""

    name: str
    sources: tuple[str, ...]
    options: tuple[str, ...]
    at: str
    screen: tuple[int, int]
    dark: bool = False
    turns: int = 0


_AESOP = ("standardebooks/aesop-fables",)
SHOTS = (
    Shot("fables", _AESOP, ("--language", "en"), "text/0001.xhtml", PHONE),
    Shot("fables-night", _AESOP, ("--language", "en"), "text/0001.xhtml", PHONE,
         dark=True, turns=1),
    Shot("whitman", ("standardebooks/leaves-of-grass",), ("--language", "en"), "text/0001.xhtml",
         TABLET),
    Shot("tang", ("chinese-poetry/mengxue_tangshisanbaishou.json",), ("--language", "zh-Hant"),
         "text/0001.xhtml", PHONE, turns=1),
)  # fmt: skip


def make_book(shot: Shot, theme: str, path: Path) -> None:
    """The book with the theme's style sheet."""
    program = shutil.which("collectionlib", path=str(ROOT / ".venv/bin")) or "collectionlib"
    plain = path.with_name("plain.epub")
    sources = [CORPORA / source for source in shot.sources]
    subprocess.run(
        [program, "-q", "convert", *sources, plain, "--force", *shot.options], check=True
    )
    css = load_theme(theme).style_sheet()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.infolist():
            style = member.filename.endswith("style.css")
            new.writestr(member, css if style else old.read(member))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder at an address of this machine."""
    _Site.shown.clear()
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
    """Files, and a picture that is held back until the book is shown: Chromium waits for it."""

    shown = threading.Event()

    def do_GET(self) -> None:
        match self.path.lstrip("/"):
            case "shown":
                self.shown.set()
                self.send_error(204)
            case "wait":
                self.shown.wait(30)
                self.send_error(404)
            case _:
                super().do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def photograph(address: str, screen: tuple[int, int], path: Path) -> None:
    """The page as a headless Chromium shows it."""
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


PAGES = (("page", "index.html", "light"), ("page-night", "text/0002.html", "dark"))
"""Pictures of a website of the examples: name, page, look."""


def photograph_pages(out: Path, theme: str) -> None:
    """The archive of the examples as a website, by day and by night."""
    program = shutil.which("collectionlib", path=str(ROOT / ".venv/bin")) or "collectionlib"
    with tempfile.TemporaryDirectory() as name:
        options = ("--title", "Wisdom, mostly borrowed", "--language", "en", "--theme", theme)
        source = ROOT / "examples/archive"
        command = [program, "-q", "convert", source, f"{name}/site/", "--to", "html", *options]
        subprocess.run(command, check=True)
        for picture, page, look in PAGES:
            path = Path(name) / "site" / page
            shown = path.read_text("utf-8").replace("<html ", f'<html data-look="{look}" ', 1)
            path.write_text(shown, "utf-8")
            photograph(path.as_uri(), TABLET, out / f"{picture}.png")


def main() -> None:
    """Make the pictures that are asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", type=Path, required=True, help="node_modules with epubjs")
    parser.add_argument("--theme", default=DEFAULT_THEME)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/images")
    parser.add_argument("names", nargs="*", help="of pictures; all, where none is given")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    if not asked.names or {name for name, *_ in PAGES} & {*asked.names}:
        photograph_pages(asked.out, asked.theme)
    for shot in SHOTS:
        if asked.names and shot.name not in asked.names:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for module in ("epubjs", "jszip"):
                (folder / module).symlink_to((asked.modules / module).resolve())
            (folder / "reader.html").write_text(READER, "utf-8")
            make_book(shot, asked.theme, folder / "book.epub")
            values = {"at": shot.at, "turns": shot.turns, "width": shot.screen[0],
                      "height": shot.screen[1]} | ({"dark": 1} if shot.dark else {})  # fmt: skip
            with served(folder) as address:
                picture = asked.out / f"{shot.name}.png"
                photograph(f"{address}/reader.html?{urlencode(values)}", shot.screen, picture)
            print(json.dumps({"picture": str(picture), "bytes": picture.stat().st_size}))


if __name__ == "__main__":
    main()
