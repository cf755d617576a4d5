"""What the documents show is run, and must print what they say.

A block ``console`` holds commands behind ``$`` and what each prints on standard output and
standard error; ``...`` stands for anything. A block ``python`` is run as it is. The blocks of a
page share a folder, in which ``archive/`` is that of the examples, and ``corpora/`` the corpora.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.postgres_server import Server

from collectionlib.cli.app import cli
from collectionlib.cli.words import nodes

ROOT = Path(__file__).parents[2]
PAGES = [
    "docs/tutorial.md",
    "README.md",
    "docs/how-to/import-archives.md",
    "docs/how-to/make-a-book.md",
    "docs/how-to/recipes.md",
    "docs/how-to/other-formats.md",
    "docs/how-to/website.md",
    "docs/how-to/curate.md",
    "docs/reference/query.md",
    "docs/how-to/find-what-is-wrong.md",
    "docs/how-to/themes.md",
    "docs/how-to/configure.md",
    "docs/how-to/many-writers.md",
    "docs/how-to/extend.md",
    "docs/how-to/migrate.md",
    "docs/how-to/other-tools.md",
    "docs/how-to/object-storage.md",
    "docs/how-to/many-machines.md",
    "docs/how-to/collections-on-object-storage.md",
]
CORPORA = ROOT.parent / "shared/corpora"
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


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
    blocks = _BLOCK.findall(text)
    assert blocks, f"{page} shows nothing that could be run"
    for kind, block in blocks:
        if kind == "python":
            subprocess.run([sys.executable, "-c", block], cwd=tmp_path, check=True, timeout=120)
            continue
        for command, expected in _commands(block):
            printed = _run(command, tmp_path)
            same = doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS)
            assert same, f"{page}: {command}\nprinted:\n{printed}\nand not:\n{expected}"


def test_the_tests_that_hold_the_promises_are_there() -> None:
    named = re.findall(
        r"`(test_\w+)`", (ROOT / "docs/explanation/promises.md").read_text(encoding="utf-8")
    )
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "src/collectionlib/testing").glob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert len(named) > 10
    assert [name for name in named if f"def {name}(" not in code] == []
