"""What all tests share: where the corpora are, how Hypothesis runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

settings.register_profile("collectionlib", deadline=None, derandomize=True)
settings.load_profile("collectionlib")


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real texts with their truth; it stands beside the project."""
    folder = SHARED / "corpora"
    if not (folder / "MANIFEST.json").is_file():
        pytest.skip(f"no corpora: {folder} is absent")
    return folder


@pytest.fixture(scope="session")
def manifest(corpora: Path) -> dict[str, dict[str, Any]]:
    """What is known to be true about each file of the corpora, by its path."""
    files = json.loads((corpora / "MANIFEST.json").read_text("utf-8"))["files"]
    return {file["path"]: file for file in files}


@pytest.fixture(scope="session")
def scraped_page() -> Path:
    """A page in the shape that scraped pages have."""
    page = SHARED / "samples/scraped-page.txt"
    if not page.is_file():
        pytest.skip(f"no samples: {page} is absent")
    return page
