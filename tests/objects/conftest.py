"""A bucket on this machine, and an archive that lies in it as well as in a folder."""

import gzip
import io
import os
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from tests.storage.object_stores import Store

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(moto_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An object store, which the environment tells of."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in moto_store.variables().items():
        monkeypatch.setenv(name, value)
    return moto_store


def put_folder(store: Store, folder: Path, prefix: str) -> str:
    """Put the files of a folder below a prefix; the URL of that."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            key = f"{prefix}/{path.relative_to(folder).as_posix()}"
            store.put(key, path.read_bytes())
    return store.url(prefix)


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def text(name: str) -> bytes:
    return f"Title {name}\n\nThe text of {name}. It has two sentences.\n".encode()


@pytest.fixture
def pile(tmp_path: Path) -> Path:
    """A folder with all that a walk has to decide on."""
    jokes = b"One.\n%\nTwo.\n%\n"
    index = (
        struct.pack(">4I", 2, 2, 6, 5) + bytes([0]) * 4 + b"%\0\0\0" + struct.pack(">3I", 0, 7, 14)
    )
    files = {
        **{f"{number}.txt": text(str(number)) for number in (1, 2, 10, 11)},
        "第二/一.txt": text("一"),
        "第十/一.txt": text("十"),
        "odd/sp ace.txt": text("space"),
        "odd/per%20cent.txt": text("percent"),
        "odd/q?x#y&z=1.txt": text("question"),
        "odd/plus+;'(]{}^~`|<>,.txt": text("signs"),
        "odd/back\\slash.txt": text("backslash"),
        "odd/e\u0301é.txt": text("accents"),
        "odd/ lead and trail ": text("blanks"),
        "packed/pile.zip": zipped(
            {"pile/1.txt": text("z1"), "pile/sub/2.txt": text("z2"), ".x": b""}
        ),
        "packed/pile.tar.gz": tarred({"b/3.txt": text("t3"), "a.txt": text("t4")}),
        "packed/without-ending": zipped({"in.zip": zipped({"deep.txt": text("deep")})}),
        "packed/one.txt.gz": gzip.compress(text("gz"), mtime=0),
        "packed/broken.zip": zipped({"1.txt": text("x")})[:-30],
        "site/index.html": b"<html><title>A page</title><p>A text on a page.</p></html>",
        "site/look/style.css": b"p { color: red }",
        "fortunes/jokes": jokes,
        "fortunes/jokes.dat": index,
        "fortunes/other.dat": text("no index"),
        ".hidden/1.txt": text("hidden"),
        "empty.txt": b"",
        "no-text.bin": bytes(range(256)) * 4,
        "nested/a/b/c/d/e/1.txt": text("nested"),
    }
    folder = tmp_path / "pile"
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
