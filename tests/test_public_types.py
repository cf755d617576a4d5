"""Every public name has a type that all type checkers understand in the same way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import collectionlib


@pytest.mark.slow
def test_the_types_of_the_public_names_are_complete(tmp_path: Path) -> None:
    source = Path(collectionlib.__file__).parents[1]
    command = [sys.executable, "-m", "pyright", "--ignoreexternal", "--outputjson"]
    done = subprocess.run(
        [*command, "--pythonpath", sys.executable, "--verifytypes", "collectionlib"],
        check=False,
        capture_output=True,
        text=True,
        # The package is looked for where Python looks, not in the folder of a project.
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    report = json.loads(done.stdout)["typeCompleteness"]
    unknown = [each["name"] for each in report["symbols"] if not each["isTypeKnown"]]
    assert report["pyTypedPath"], done.stderr
    assert unknown == []
    assert report["completenessScore"] == 1
