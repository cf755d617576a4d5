"""Write the bill of materials of a release, in CycloneDX 1.6: build/collectionlib.cdx.json.

    python tools/sbom.py [FILE]

`make sbom` calls it. It names what `pip install collectionlib` brings, in the versions of
requirements/dev.lock, each with its licence and with what needs it; the same lock gives the same
bytes. It stands beside the wheel and not in it (PEP 770), since the wheel holds nothing of others.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
UV = ROOT / ".venv-uv/bin/uv"
_PIN = re.compile(r"^([a-z0-9._-]+==\S+)", re.MULTILINE)


def write(file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "environment"
        constraints = Path(folder) / "constraints.txt"
        lock = (ROOT / "requirements/dev.lock").read_text(encoding="utf-8")
        constraints.write_text("\n".join(_PIN.findall(lock)), encoding="utf-8")
        _run(UV, "venv", "--quiet", "--python", sys.executable, environment)
        _run(
            UV, "pip", "install", "--quiet", "--python", environment,
            "--constraints", constraints, "--requirements", ROOT / "pyproject.toml",
        )  # fmt: skip
        document = json.loads(
            _run(
                Path(sys.executable).with_name("cyclonedx-py"), "environment", environment,
                "--pyproject", ROOT / "pyproject.toml", "--mc-type", "library",
                "--spec-version", "1.6", "--output-reproducible", "--validate",
            )
        )  # fmt: skip
    # The version is in no table of pyproject.toml: it comes from the package.
    document["metadata"]["component"]["version"] = _version()
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True)
    file.write_text(text + "\n", encoding="utf-8")


def _version() -> str:
    (found,) = re.findall(
        r'__version__ = "(.+)"', (ROOT / "src/collectionlib/_version.py").read_text("utf-8")
    )
    return str(found)


def _run(*command: object) -> str:
    return subprocess.run(
        [*map(str, command)], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build/collectionlib.cdx.json"
    write(target.resolve())
