import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.forking import Forker, forker

from collectionlib.cli.running import main

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def loaded() -> Iterator[Forker]:
    """A process from which calls of the command line are forked."""
    with forker() as process:
        yield process


@pytest.fixture
def run(tmp_path: Path, loaded: Forker) -> Run:
    """Run the command line in a process of its own, in an empty folder.

    With options of `subprocess.run` besides ``cwd`` the interpreter is started anew.
    """

    def run_command(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        if not options.keys() - {"cwd"}:
            ended = loaded.call(arguments, Path(str(options.get("cwd", tmp_path))))
            return subprocess.CompletedProcess(list(arguments), *ended)
        environment = {k: v for k, v in os.environ.items() if k != "COLLECTIONLIB_LIBRARY"}
        settings: dict[str, object] = {
            "cwd": tmp_path,
            "env": environment,
            "capture_output": True,
            "text": True,
            "encoding": "utf-8",
            "timeout": 120,
            "input": "",
            **options,
        }
        command = [sys.executable, "-m", "collectionlib", *arguments]
        return subprocess.run(command, check=False, **settings)  # type: ignore[call-overload, no-any-return]

    return run_command


Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capfdbinary: pytest.CaptureFixture[bytes]) -> Call:
    """Call the command line in this process: exit status, standard output, standard error."""

    def call_command(*arguments: str) -> tuple[int, str, str]:
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
        try:
            with pytest.raises(SystemExit) as ended:
                main([*arguments])
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        out, err = capfdbinary.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out.decode(), err.decode()

    return call_command


@pytest.fixture
def invoke(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """What `run` does, in this process, at a fiftieth of its cost."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLLECTIONLIB_LIBRARY", raising=False)

    def invoke_command(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        return subprocess.CompletedProcess(list(arguments), *call(*arguments))

    return invoke_command


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A small archive with categories, a fortune file and a file that is no text."""
    folder = tmp_path / "archive"
    for name, data in {
        "one.txt": b"One\n\nThe first text.\n",
        "Blessing messages/two.txt": b"Two\n\nBe well and happy.\n",
        "Blessing messages/wishes": b"Health.\n%\nLuck.\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture
def picture(archive: Path) -> Path:
    """A file that is no text, in the archive."""
    path = archive / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    return path
