"""Run the quick tests on each Python that can be had, from 3.11 to the newest.

    python tools/pythons.py [--only VERSION]... [-- ARGUMENT_OF_PYTEST...]

`make pythons` calls it. An interpreter is taken from PATH where it has it (`python3.13`), else from
Debian's suite of the newest packages, where apt fetches from Debian: it is unpacked below
build/pythons, with the C library that it needs, and nothing of the system is changed. The packages
are those of requirements/dev.lock, as wheels. A Python that cannot be had, or that packages have
no wheels for, is named at the end with the reason; the exit status is 1 where tests fail.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOME = ROOT / "build/pythons"
UV = ROOT / ".venv-uv/bin/uv"
SUITE = "sid"
VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
QUICKLY = ("-q", "-n", "2", "-m", "not slow", "-p", "no:cacheprovider")


class NotToBeHad(Exception):
    """This Python cannot be had here; says why."""


def main(versions: Sequence[str], arguments: Sequence[str]) -> int:
    results = {version: _tried(version, arguments) for version in versions}
    print("\n".join(f"Python {version}: {result}" for version, result in results.items()))
    return int(any(result.startswith("FAILED") for result in results.values()))


def _tried(version: str, arguments: Sequence[str]) -> str:
    try:
        python = environment(version, interpreter(version))
    except NotToBeHad as reason:
        return f"not tried: {reason}"
    print(f"Python {version}", flush=True)
    tests = subprocess.Popen(
        [python, "-m", "pytest", *arguments], cwd=ROOT, text=True, stdout=subprocess.PIPE
    )
    last = ""
    for line in tests.stdout or ():
        print(line, end="", flush=True)
        last = line.strip(" =\n") or last
    return f"FAILED: {last}" if tests.wait() else last


# Interpreters -------------------------------------------------------------------------------


def interpreter(version: str) -> Path:
    """The interpreter of PATH, or of Debian."""
    found = shutil.which(f"python{version}")
    return Path(found) if found and _runs(found) else _unpacked(version)


def _runs(python: str) -> bool:
    """Whether it is more than a name, as those of version managers are."""
    return not subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode


def _unpacked(version: str) -> Path:
    """An interpreter of Debian with all libraries that it needs, in a folder of its own."""
    folder = HOME / f"root-{version}"
    python = folder / f"usr/bin/python{version}"
    if not (folder / "complete").exists():
        packages = _fetched(version)
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("bin", "sbin", "lib", "lib64"):
            (folder / "usr" / name).mkdir(parents=True)
            (folder / name).symlink_to(f"usr/{name}")
        for package in packages:
            _run("dpkg-deb", "-x", package, folder)
        _bind(python, folder)
        (folder / "complete").touch()
    return python


def _bind(python: Path, folder: Path) -> None:
    """Have a program load the C library beside it, not that of the system."""
    (loader,) = (folder / "usr/lib").glob("*/ld-linux*.so.*")
    patchelf = (loader, "--library-path", loader.parent, folder / "usr/bin/patchelf")
    # One after the other: patchelf 0.18 spoils a program of which it changes both at once.
    _run(*patchelf, "--force-rpath", "--set-rpath", loader.parent, python)
    _run(*patchelf, "--set-interpreter", loader, python)


def _fetched(version: str) -> list[Path]:
    """The packages of an interpreter, by an apt with folders of its own that knows of no other."""
    apt = HOME / "apt"
    for name in ("lists/partial", "parts", f"cache-{version}/archives/partial"):
        (apt / name).mkdir(parents=True, exist_ok=True)
    (apt / "status").touch()
    (apt / "debian.sources").write_text(_sources())
    settings = {
        "Dir::Etc::SourceList": apt / "debian.sources",
        "Dir::Etc::SourceParts": apt / "parts",
        "Dir::Etc::PreferencesParts": apt / "parts",
        "Dir::State": apt,
        "Dir::State::Lists": apt / "lists",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt / f"cache-{version}",
        "Acquire::Retries": 1,
        "APT::Sandbox::User": "",
    }
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    _run("apt-get", "-qq", *options, "update")
    _run(
        "apt-get", "-qq", *options, "install", "--download-only", "--yes",
        "--no-install-recommends", f"python{version}", "patchelf",
    )  # fmt: skip
    return sorted((apt / f"cache-{version}/archives").glob("*.deb"))


def _sources() -> str:
    """Where this machine gets Debian from, with another suite."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise NotToBeHad("it is not on PATH, and there is no apt here")
    known = _run(
        "apt-get", "indextargets", "--format", "$(ORIGIN) $(SITE)",
        "Created-By: Packages", "Label: Debian",
    )  # fmt: skip
    origins = [line.removeprefix("Debian ") for line in known.splitlines() if "://" in line]
    if not origins:
        raise NotToBeHad("it is not on PATH, and apt fetches nothing from Debian (apt-get update?)")
    keys = "/usr/share/keyrings/debian-archive-keyring.gpg"
    return f"Types: deb\nURIs: {origins[0]}\nSuites: {SUITE}\nComponents: main\nSigned-By: {keys}\n"


# Environments -------------------------------------------------------------------------------


def environment(version: str, python: Path) -> Path:
    """An environment with the locked packages, and with our own as it stands."""
    folder = HOME / version
    lock = ROOT / "requirements/dev.lock"
    _run(UV, "venv", "--quiet", "--clear", "--python", python, folder)
    _run(
        UV, "pip", "sync", "--quiet", "--only-binary", ":all:", "--require-hashes",
        "--python", folder, lock,
    )  # fmt: skip
    _run(
        UV, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
        "--python", folder, "-e", ROOT,
    )  # fmt: skip
    return folder / "bin/python"


def _run(*command: object) -> str:
    done = subprocess.run(
        [*map(str, command)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
        timeout=900,
    )
    if done.returncode:
        raise NotToBeHad(_reason(done.stderr or done.stdout))
    return done.stdout


def _reason(said: str) -> str:
    """What a program says is wrong, on one line."""
    words = re.split(r"^\s*(?:error|cause|E): ", said, maxsplit=2, flags=re.MULTILINE)[-1]
    return " ".join(re.split(r"\n\n|\nE: ", words)[0].split())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", choices=VERSIONS)
    parser.add_argument("arguments", nargs="*", default=QUICKLY)
    given = parser.parse_args()
    sys.exit(main(given.only or VERSIONS, given.arguments))
