"""No public name changes unnoticed: what is promised is in a file, and a change of it is read."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_the_public_names_are_those_that_are_written_down() -> None:
    tool = _ROOT / "tools/public_api.py"
    done = subprocess.run(
        [sys.executable, str(tool), "--check"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
