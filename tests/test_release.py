"""What is released installs and runs where nothing else is, also with the oldest dependencies."""

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

import collectionlib

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
_UV = ROOT / ".venv-uv/bin/uv"
_PIN = re.compile(r"^([a-z0-9._-]+==\S+)", re.MULTILINE)


def _run(*command: object, cwd: Path) -> str:
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": "", "VIRTUAL_ENV": ""},
        timeout=280,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the source archive, and of the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def _environment(folder: Path, wheel: Path, pins: Path, more: Sequence[str] = ()) -> Path:
    """An environment with nothing but the wheel and what it needs, in the versions of a lock."""
    if not _UV.exists():
        pytest.skip("uv is not there: make test sets it up")
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(_PIN.findall(pins.read_text(encoding="utf-8"))))
    _run(_UV, "venv", "--quiet", "--python", sys.executable, folder / "venv", cwd=folder)
    install = (_UV, "pip", "install", "--quiet", "--python", folder / "venv", "-c", constraints)
    done = subprocess.run([*install, wheel, *more], check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"packages cannot be had: {done.stderr.splitlines()[-1:]}")
    return folder / "venv/bin"


def test_the_wheel_holds_the_package_its_types_and_its_manual(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        about = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    source = ROOT / "src"
    kept = {
        path.relative_to(source).as_posix()
        for path in (source / "collectionlib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert kept <= names
    assert "collectionlib/py.typed" in names
    assert any(name.endswith("share/man/man1/collectionlib.1") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    of_this = f"collectionlib-{collectionlib.__version__}"
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"collectionlib", f"{of_this}.data", f"{of_this}.dist-info"}
    assert f"\nVersion: {collectionlib.__version__}\n" in about
    assert "\nLicense-Expression: Apache-2.0\n" in about


def test_the_source_archive_is_whole(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "docs/tutorials/first-book.md",
    } <= names
    assert {"tests/test_release.py", "examples/demo.py", "tools/manual.py"} <= names
    assert not any(name.startswith((".venv", "build/", ".git/")) for name in names)


def test_it_runs_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    programs = _environment(tmp_path, wheel, ROOT / "requirements/dev.lock")
    archive = ROOT / "examples/archive"
    version = f"collectionlib, version {collectionlib.__version__}\n"
    assert _run(programs / "collectionlib", "--version", cwd=tmp_path) == version
    assert _run(programs / "python", "-m", "collectionlib", "--version", cwd=tmp_path) == version
    _run(_UV, "pip", "check", "--quiet", "--python", tmp_path / "venv", cwd=tmp_path)
    for name in ("book.epub", "book.json", "book.txt", "book.html", "book.md", "book.jsonl"):
        _run(programs / "collectionlib", "-q", "convert", archive, name, cwd=tmp_path)
        assert (tmp_path / name).stat().st_size > 10_000
    _run(programs / "collectionlib", "verify", "book.epub", cwd=tmp_path)


def test_it_runs_with_the_lowest_versions_that_it_asks_for(wheel: Path, tmp_path: Path) -> None:
    lock = ROOT / "requirements/lowest.lock"
    programs = _environment(
        tmp_path, wheel, lock, ("pytest", "pytest-timeout", "hypothesis", "jsonschema")
    )
    # Other warnings than those of today's versions are no matter.
    quietly = ("-q", "-p", "no:cacheprovider", "-W", "ignore", "-m", "not slow")
    some = ("test_codec.py", "test_model.py", "markup/test_html.py", "publishing/test_epub.py",
            "importing/test_html_pages.py", "importing/test_decoding.py")  # fmt: skip
    tests = [ROOT / "tests" / name for name in some]
    said = _run(programs / "pytest", *quietly, *tests, cwd=ROOT)
    assert re.search(r"\d+ passed", said)


def test_the_bill_of_materials_names_what_is_installed(tmp_path: Path) -> None:
    if not _UV.exists():
        pytest.skip("uv is not there: make test sets it up")
    files = [tmp_path / "one.cdx.json", tmp_path / "two.cdx.json"]
    for file in files:
        done = subprocess.run(
            [sys.executable, ROOT / "tools/sbom.py", file], check=False, stderr=subprocess.PIPE
        )
        if b"error: Failed to fetch" in done.stderr:
            pytest.skip("packages cannot be had")
        assert done.returncode == 0, done.stderr.decode()
    assert files[0].read_bytes() == files[1].read_bytes()
    bill = json.loads(files[0].read_text(encoding="utf-8"))
    component = bill["metadata"]["component"]
    assert (component["name"], component["version"]) == ("collectionlib", collectionlib.__version__)
    there = {
        re.sub(r"[-_.]+", "-", part["name"]).lower(): part["version"] for part in bill["components"]
    }
    locked = dict(
        pin.split("==")
        for pin in _PIN.findall((ROOT / "requirements/dev.lock").read_text(encoding="utf-8"))
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {
        re.split(r"[<>=; ]", each.replace(".", "-"))[0]
        for each in project["dependencies"]
        if "python_version" not in each or sys.version_info < (3, 14)
    }
    assert needed <= there.keys()
    assert {name: locked[name] for name in there} == there
    assert all(part.get("licenses") for part in bill["components"])
