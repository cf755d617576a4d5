"""On a terminal: colours, and a pager for what is long."""

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from collectionlib import Collection, Entry
from collectionlib.cli.paging import colour

LINES = 24
PAGER = """#!/bin/sh
echo "PAGER $LESS" > {mark}
{does}
"""


@pytest.fixture
def many(tmp_path: Path) -> Path:
    with Collection.create(tmp_path / "a.db") as collection, collection.transaction() as batch:
        for number in range(200):
            batch.put(Entry.new(title=f"Entry {number}", body="Some words. " * 200))
    return tmp_path


def on_terminal(
    folder: Path, *arguments: str, pager: str | None = "cat", **environment: str
) -> tuple[int, str]:
    """Call the command on a terminal of 24 lines: exit status, what the terminal shows.

    What stands in place of ``PAGER`` notes that it was called in the file ``mark``.
    """
    variables = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "PAGER", "LESS")}
    if pager is not None:
        script = folder / "pager"
        script.write_text(PAGER.format(mark=folder / "mark", does=pager))
        script.chmod(0o755)
        variables["PAGER"] = str(script)
    variables |= {"COLUMNS": "80", "LINES": str(LINES), "TERM": "xterm", **environment}
    primary, secondary = pty.openpty()
    command = [sys.executable, "-m", "collectionlib", *arguments]
    with subprocess.Popen(
        command, stdin=secondary, stdout=secondary, stderr=secondary, cwd=folder, env=variables
    ) as process:
        os.close(secondary)
        shown = b""
        while select.select([primary], [], [], 60)[0]:
            try:
                data = os.read(primary, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data
        process.wait(60)
        os.close(primary)
    return process.returncode, shown.decode().replace("\r\n", "\n")


def test_what_is_longer_than_the_screen_goes_through_the_pager(many: Path) -> None:
    status, shown = on_terminal(many, "-L", "a.db", "list")
    assert (status, len(shown.splitlines())) == (0, 200)
    assert (many / "mark").read_text() == "PAGER FRX\n"


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["-L", "a.db", "list", "--limit", "3"], {}),
        (["-L", "a.db", "list"], {"PAGER": ""}),
        (["-L", "a.db", "list"], {"PAGER": "cat"}),
        (["-L", "a.db", "list"], {"PAGER": "no-such-pager"}),
        (["-L", "a.db", "list", "zzz"], {}),
    ],
)
def test_what_is_short_or_not_to_be_paged_goes_without(
    many: Path, arguments: list[str], environment: dict[str, str]
) -> None:
    status, shown = on_terminal(many, *arguments, **environment)
    assert status == (3 if "zzz" in arguments else 0)
    assert shown
    assert not (many / "mark").exists()


def test_a_pager_that_is_left_early_is_no_failure(many: Path) -> None:
    status, shown = on_terminal(many, "-L", "a.db", "list", "--json", pager="head -n 1")
    assert status == 0
    assert len(shown.splitlines()) == 1
    assert "Exception" not in shown


def test_long_help_goes_through_the_pager(many: Path) -> None:
    status, shown = on_terminal(many, "export", "--help")
    assert (status, shown.startswith("Usage: ")) == (0, True)
    assert (many / "mark").exists()


def test_an_error_is_told_after_the_pager(many: Path) -> None:
    for path in ("a.db-wal", "a.db-shm"):
        (many / path).unlink(missing_ok=True)
    data = (many / "a.db").read_bytes()
    (many / "a.db").write_bytes(data[: len(data) // 2])
    status, shown = on_terminal(many, "-L", "a.db", "list", pager="cat; echo THE END")
    assert status == 1
    assert "collectionlib: " in shown
    assert "THE END" not in shown.partition("collectionlib: ")[2]


def test_without_a_terminal_no_pager_is_asked(many: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "collectionlib", "-L", "a.db", "list"],
        cwd=many,
        env={**os.environ, "PAGER": f"touch {many}/mark"},
        check=True,
        capture_output=True,
    )
    assert len(done.stdout.splitlines()) == 200
    assert not (many / "mark").exists()


@pytest.mark.parametrize(
    ("choice", "environment", "coloured"),
    [
        ("auto", {}, None),
        ("auto", {"NO_COLOR": ""}, None),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("auto", {"TERM": "dumb"}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_as_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
    choice: str,
    environment: dict[str, str],
    coloured: bool | None,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert colour(choice) is coloured


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_has_colours_unless_it_is_asked_not_to(
    many: Path, environment: dict[str, str], *, coloured: bool
) -> None:
    listing = ("-L", "a.db", "list", "--limit", "2")
    status, shown = on_terminal(many, *listing, **{"FORCE_COLOR": "", **environment})
    assert (status, "\x1b[" in shown) == (0, coloured)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_a_pipe_has_colours_only_if_it_is_asked_to(
    call,
    many: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    *,
    coloured: bool,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.setenv(name, environment.get(name, ""))
    for words in (("list",), ("search", "words")):
        status, out, _ = call("-L", str(many / "a.db"), *words, "--limit", "2")
        assert (status, "\x1b[" in out) == (0, coloured)
