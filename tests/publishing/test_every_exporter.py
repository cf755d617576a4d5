"""What holds for every exporter that is registered, ours or not: streaming, bytes, replacement."""

import io
import json
import os
import signal
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from collectionlib import Collection, Entry, Metadata, export, plugins
from collectionlib.identity import entry_id
from collectionlib.publishing.formats.base import RecognisesOutput
from collectionlib.publishing.output import export_to_stream

EXPORTERS = plugins.names("exporter")
SENTENCE = "A text that is long enough to be told from an outline when there are many of it. "


def _entry(number: int, body: str) -> Entry:
    return Entry(
        id=entry_id(str(number)), title=f"Text {number}", body=body,
        category=(f"Part {number // 20}",), tags=("b", "a", "c"), language=("en", "de")[number % 2],
        rights=f"Licence {number % 7}", attributes={"x": 1, "a": {"z": 2, "b": 3}},
    )  # fmt: skip


def _fill(texts: Collection, number: int, body: str) -> None:
    with texts.transaction() as batch:
        for each in range(number):
            batch.put(_entry(each, body))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "texts.db"
    with Collection.create(path, metadata=Metadata(title="Texts", language="en")) as texts:
        _fill(texts, 30, "One *line*,\nand another.\n\n   Then a verse,\n   of two lines.\n")
    return path


@pytest.mark.parametrize("name", EXPORTERS)
def test_it_is_had_by_its_name_and_knows_what_it_has_written(name: str, library: Path) -> None:
    exporter = plugins.load("exporter", name)()
    assert all(suffix.startswith(".") for suffix in exporter.suffixes)
    out = io.BytesIO()
    with Collection.open(library) as texts:
        export_to_stream(texts, out, exporter)
    if not isinstance(exporter, RecognisesOutput):
        assert name == "fortune"  # texts and lines of %, which anybody may have written
        return
    out.seek(0)
    assert exporter.recognises(out)
    assert exporter.kind.split()[0] in ("a", "an")
    for other in (b"", b"%PDF-1.7\n", b"A note of mine.\n", b"<!DOCTYPE html>\n<p>Mine."):
        assert not exporter.recognises(io.BytesIO(other)), other


class _Sink(io.RawIOBase):
    """Takes everything, and keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def _peak(name: str, number: int) -> int:
    """The most memory that an export has needed beside the texts, which are there before."""
    with Collection.create("memory:", metadata=Metadata(title="Texts", language="en")) as texts:
        _fill(texts, number, SENTENCE * 250)
        exporter = plugins.load("exporter", name)()
        tracemalloc.start()
        export_to_stream(texts, _Sink(), exporter)  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTERS)
def test_its_memory_does_not_grow_with_the_texts(name: str) -> None:
    _peak(name, 1)  # what is loaded at the first use
    few, many = _peak(name, 20), _peak(name, 160)
    assert many - few < 140 * len(SENTENCE) * 250 / 4


DIGESTS = """
import hashlib, io, json, sys
from collectionlib import Collection, plugins
from collectionlib.publishing.formats.base import RecognisesOutput
from collectionlib.publishing.output import export_to_stream
found = {}
for name in plugins.names("exporter"):
    out = io.BytesIO()
    with Collection.open(sys.argv[1]) as texts:
        export_to_stream(texts, out, plugins.load("exporter", name)())
    found[name] = hashlib.sha256(out.getvalue()).hexdigest()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def digests(library: Path) -> list[dict[str, str]]:
    """What every exporter writes, in two processes that order their sets differently."""
    found = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", DIGESTS, library],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        found.append(json.loads(done.stdout))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTERS)
def test_it_writes_the_same_bytes_again(name: str, digests: list[dict[str, str]]) -> None:
    one, other = digests
    assert one[name] == other[name]


KILLED = """
import os, signal, sys
from collectionlib import Collection, export, plugins

location, output, name = sys.argv[1:]
exporter = plugins.load("exporter", name)()

class Killing:
    def __init__(self, entries):
        self.entries, self.left = entries, 20

    def get(self, entry_id):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.entries.get(entry_id)

class Exporter:
    suffixes = ()

    def export(self, anthology, entries, out):
        exporter.export(anthology, Killing(entries), out)
        raise SystemExit("it was to be killed")

with Collection.open(location) as texts:
    export(texts, output, to=Exporter(), force=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTERS)
def test_killed_half_way_it_leaves_the_old_file(name: str, library: Path, tmp_path: Path) -> None:
    output = tmp_path / "book"
    with Collection.open(library) as texts:
        export(texts, output, to=name)
        before = output.read_bytes()
        done = subprocess.run([sys.executable, "-c", KILLED, library, output, name], check=False)
        assert done.returncode == -signal.SIGKILL
        assert output.read_bytes() == before
        for left in tmp_path.glob(".book.*"):
            os.utime(left, (0, 0))
        export(texts, output, to=name, force=True)
    assert output.read_bytes() == before
    assert list(tmp_path.iterdir()) == [output]
