"""What the documents show is run, and must print what they say.

A block ``console`` holds commands behind ``$`` and what each prints on standard output and
standard error; ``...`` stands for anything. A block ``python`` is run as it is. The blocks of a
page share a folder, in which ``archive/`` is that of the examples, and ``corpora/`` the corpora;
the archive lies in the bucket ``s3://books`` too. At ``scheduler:8786`` a scheduler of Dask has two
workers.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dask_cluster import DaskCluster
from markdown_it import MarkdownIt
from tests.postgres_server import Server
from tests.storage.object_stores import Store

from collectionlib.cli.app import cli
from collectionlib.cli.words import nodes

ROOT = Path(__file__).parents[2]
PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
    if re.search(r"^```(console|python)$", path.read_text("utf-8"), re.MULTILINE)
]
CORPORA = ROOT.parent / "shared/corpora"
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

_SCHEDULER = "dask://scheduler:8786"

# Programs that may not be there: what a page shows of them is left out then, and the test is
# skipped with their names once everything else on the page has been run.
_OF_THE_SYSTEM = {"jq", "pandoc", "hugo", "ebook-convert", "calibredb", "crontab", "psql"}

# Blocks that nobody runs, by page and how they begin, and why that is so.
_NOT_RUN = {
    ("README.md", "make demo "): "runs the tests",
    ("README.md", "pip install ."): "tests/test_release.py installs",
    ("CONTRIBUTING.md", "cli                      testing"): "a picture",
    ("docs/tutorials/first-book.md", "pip install ."): "tests/test_release.py installs",
    ("docs/tutorials/archive-script.md", "0 3 * * *"): "waits for the night",
    ("docs/how-to/migrate.md", 'collectionlib -L shelf.db import "Calibre'): "needs Calibre",
    ("docs/explanation/architecture.md", "src/collectionlib/"): "a picture",
    ("docs/explanation/architecture.md", "cli   testing"): "a picture",
    ("docs/explanation/architecture.md", "SourcePlace ─read─> SourceFile"): "a picture",
    ("docs/explanation/scale.md", "python benchmarks/scale.py"): "takes hours",
    ("docs/explanation/scale.md", "python -m benchmarks --group"): "takes hours",
    ("docs/explanation/testing-books.md", ".venv/bin/pytest -n 2"): "runs the tests",
    ("docs/how-to/collections-on-object-storage.md", "pip install"): "needs the network",
    ("docs/how-to/collections-on-object-storage.md", "the store of s3://"): "a message",
    ("docs/how-to/collections-on-object-storage.md", "-- DuckDB"): "needs an extension",
    ("docs/how-to/extend.md", "[project.entry-points"): "examples/plugins has it",
    ("docs/how-to/many-machines.md", "pip install"): "tests/servers/dask_cluster.py begins these",
    ("docs/how-to/many-writers.md", "postgresql://USER"): "a pattern",
    ("docs/how-to/many-writers.md", "postgresql:///texts#jokes:"): "a message",
    ("docs/how-to/object-storage.md", "collectionlib preview gs://"): "needs these stores",
    ("docs/reference/formats.md", "jokes/"): "a picture",
    ("docs/reference/formats.md", "---"): "a file",
    ("docs/reference/formats.md", "table/"): "a picture",
    ("docs/reference/formats.md", '{"schema_version":1,'): "a file",
    ("docs/reference/query.md", "query     = [ any ]"): "a grammar",
    ("docs/reference/testing.md", "import pytest"): "examples/plugins has it whole",
    ("docs/reference/testing.md", "return Place("): "needs a server of yours",
}  # fmt: skip


def _run(command: str, folder: Path) -> str:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
    }
    result = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=120,
        check=False,
    )
    return result.stdout


def _commands(block: str) -> list[tuple[str, str]]:
    """Each command with what it is to print."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    found = []
    for part in parts:
        # What goes on stands behind >, as in a shell.
        command, _, rest = part.partition("\n")
        while rest.startswith("> "):
            line, _, rest = rest[2:].partition("\n")
            command += f"\n{line}"
        found.append((command, rest))
    return found


def _programs(command: str) -> set[str]:
    """Which of the programs of the system a command calls."""
    words = set(re.findall(r"(?:^|[|&;(]) *([\w-]+)", command, re.MULTILINE))
    return _OF_THE_SYSTEM & words


def _installed() -> set[str]:
    return {name for name in _OF_THE_SYSTEM if shutil.which(name)}


@pytest.fixture
def archive_in_a_bucket(moto_store: Store) -> Store:
    """The archive of the examples in the bucket `books`, on an object store."""
    archive = ROOT / "examples/archive"
    for path in sorted(each for each in archive.rglob("*") if each.is_file()):
        key = f"archive/{path.relative_to(archive).as_posix()}"
        moto_store.put(key, path.read_bytes())
    return moto_store


def test_every_command_is_shown_in_an_example_that_is_run() -> None:
    pages = [(ROOT / page).read_text("utf-8") for page in PAGES]
    blocks = [block for page in pages for _, block in _BLOCK.findall(page)]
    lines = [line for block in blocks for line in block.splitlines() if line[:2] in ("$ ", "> ")]
    commands = [node.path for node in nodes(cli) if node.path and not node.below]
    assert [name for name in commands if not any(_calls(line, name) for line in lines)] == []


def _calls(line: str, name: str) -> bool:
    """Whether a line of a shell calls a command, with options before it or not."""
    options = r"(?: +(?:-L +\S+|--config +\S+|--color +\S+|-[qv]+))*"
    return re.search(rf"collectionlib{options} +{name}(?= |$)", line) is not None


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_is_what_happens(
    page: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples/archive", tmp_path / "archive")
    text = (ROOT / page).read_text("utf-8")
    if "corpora/" in text:
        if not CORPORA.is_dir():
            pytest.skip("the corpora are not here")
        (tmp_path / "corpora").symlink_to(CORPORA)
    if "postgresql:///" in text:
        server: Server = request.getfixturevalue("postgres")
        for name, value in server.variables().items():
            monkeypatch.setenv(name, value)
    if "s3://" in text:
        store: Store = request.getfixturevalue("archive_in_a_bucket")
        for name, value in store.variables().items():
            monkeypatch.setenv(name, value)
    scheduler = _SCHEDULER
    if re.search(rf"^\$ .*{scheduler}", text, re.MULTILINE):
        cluster: DaskCluster = request.getfixturevalue("cluster")
        scheduler = cluster.name
    # What others keep of what they read.
    monkeypatch.setenv("HF_HOME", str(tmp_path / ".huggingface"))
    missing = set()
    for kind, block in _BLOCK.findall(text):
        if kind == "python":
            subprocess.run([sys.executable, "-c", block], cwd=tmp_path, check=True, timeout=120)
            continue
        for command, expected in _commands(block):
            if absent := _programs(command) - _installed():
                missing |= absent
                continue
            printed = _run(command.replace(_SCHEDULER, scheduler), tmp_path)
            same = doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS)
            assert same, f"{page}: {command}\nprinted:\n{printed}\nand not:\n{expected}"
    if missing:
        pytest.skip(f"all of it was run but for {', '.join(sorted(missing))}, not installed here")


def test_what_is_not_run_is_known_with_the_reason() -> None:
    others = [
        (path.relative_to(ROOT).as_posix(), token.content.lstrip())
        for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
        for token in MarkdownIt().parse(path.read_text("utf-8"))
        if token.type == "code_block"
        or (token.type == "fence" and token.info not in ("console", "python"))
    ]
    unknown = [
        (page, block)
        for page, block in others
        if not any(page == known and block.startswith(first) for known, first in _NOT_RUN)
    ]
    gone = [
        (page, first)
        for page, first in _NOT_RUN
        if not any(page == found and block.startswith(first) for found, block in others)
    ]
    assert (unknown, gone) == ([], [])


def test_the_tests_that_hold_the_promises_are_there() -> None:
    named = re.findall(
        r"`(test_\w+)`", (ROOT / "docs/explanation/promises.md").read_text(encoding="utf-8")
    )
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "src/collectionlib/testing").glob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert len(named) > 10
    assert [name for name in named if f"def {name}(" not in code] == []
