"""Plugins of other packages, installed as packages are: a module and its dist-info."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_EXPORTER = """
class CountExporter:
    suffixes = (".count",)

    def export(self, anthology, entries, out):
        size = sum(len(entries.get(outline.id).body) for outline in anthology.walk())
        out.write(f"{len(anthology)} {size}\\n".encode())
"""
_IMPORTER = """
from collectionlib.importing.draft import Draft
from collectionlib.importing.formats.base import Recognition


class LinesImporter:
    def recognises(self, source):
        return Recognition(1.0, "its name") if source.name.endswith(".lines") else None

    def parse(self, source):
        for line in source.text.splitlines():
            yield Draft(body=line, title="", many=True)
"""


def _install(folder: Path, name: str, module: str, points: str) -> None:
    (folder / f"{name}.py").write_text(module)
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(points)


def _run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "collectionlib", *arguments],
        cwd=site,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    _install(
        tmp_path,
        "counting",
        _EXPORTER,
        "[collectionlib.exporters]\ncount = counting:CountExporter\n",
    )
    _install(
        tmp_path, "lining", _IMPORTER, "[collectionlib.importers]\nlines = lining:LinesImporter\n"
    )
    (tmp_path / "a.lines").write_text("One.\nTwo.\nOne.\n")
    return tmp_path


@pytest.mark.slow
def test_an_exporter_and_an_importer_of_others_are_found_and_used(site: Path) -> None:
    found = [json.loads(line) for line in _run(site, "plugins", "--json").stdout.splitlines()]
    assert {"kind": "exporter", "name": "count", "package": "counting"} in found
    assert {"kind": "importer", "name": "lines", "package": "lining"} in found
    result = _run(site, "convert", "a.lines", "a.count")
    assert result.returncode == 0, result.stderr
    assert (site / "a.count").read_text() == "3 12\n"


@pytest.mark.slow
def test_an_exporter_that_recognises_nothing_replaces_nothing(site: Path) -> None:
    (site / "a.count").write_text("Somebody's.")
    assert _run(site, "convert", "a.lines", "a.count").returncode == 1
    assert (site / "a.count").read_text() == "Somebody's."


@pytest.mark.slow
def test_two_packages_with_one_name_are_a_conflict(site: Path) -> None:
    _install(site, "other", "", "[collectionlib.exporters]\ncount = other:CountExporter\n")
    result = _run(site, "convert", "a.lines", "a.count")
    assert result.returncode == 2
    assert "counting" in result.stderr
    assert "other" in result.stderr


@pytest.mark.slow
def test_without_ebooklib_everything_but_epub_works(site: Path) -> None:
    (site / "ebooklib.py").write_text("raise ModuleNotFoundError(name='ebooklib')\n")
    assert _run(site, "convert", "a.lines", "a.json").returncode == 0
    result = _run(site, "convert", "a.lines", "a.epub", "--to", "epub")
    assert result.returncode == 2
    assert "pip install 'collectionlib[epub]'" in result.stderr
