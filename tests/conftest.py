"""What all tests share: where the corpora are, how Hypothesis runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from tests import postgres_server
from tests.browser import node, visit  # noqa: F401 - fixtures
from tests.in_memory import folder_in_memory
from tests.postgres_server import Server

if TYPE_CHECKING:
    from dask_cluster import DaskCluster
    from tests.storage.object_stores import Store

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# Storages wait for the disk at each write; of files in memory they wait for nothing. A disk that is
# full or loses its power is made by the tests that are about it.
if memory := folder_in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)

settings.register_profile("collectionlib", deadline=None, derandomize=True)
settings.register_profile("quick", settings.get_profile("collectionlib"), max_examples=25)
settings.load_profile("collectionlib")


# What starts processes by the dozen, or tries many values on a disk or a server: `make quick`
# leaves out what takes more than a quarter of a second. The conformance suite marks nothing itself,
# since a third party need not know our marks.
_SLOW_FOLDERS = ("cli", "docs")
_SLOW_NAMES = (
    "are_valid",
    "is_valid",
    "killed_at_any_time",
    "fault_at_any_system_call",
    "scanning_ten_times",
    "another_process",
    "other_processes",
    "many_processes",
    "second_writer_waits",
    "dead_writer",
    "very_long_text",
    "one_by_one_and_together",
    "every_term_and_order",
    "asked_for_one_by_one",
)
_SLOW_ON_DISK = (
    "back_equal",
    "any_history_as_memory",
    "what_the_reference_finds",
    "undoing_everything_step_by_step",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        in_slow_folder = item.path.parent.name in _SLOW_FOLDERS
        on_disk = item.path.name != "test_memory.py"
        slow = (*_SLOW_NAMES, *_SLOW_ON_DISK) if on_disk else _SLOW_NAMES
        if in_slow_folder or any(words in item.name for words in slow):
            item.add_marker("slow")


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


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A Dask scheduler with two workers; one that is killed comes back."""
    from dask_cluster import dask_cluster

    with dask_cluster(tmp_path_factory.mktemp("dask")) as begun:
        yield begun


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of the tests' own."""
    if reason := postgres_server.why_not():
        pytest.skip(reason)
    with postgres_server.running() as server:
        yield server


@pytest.fixture(scope="session")
def moto_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A server of S3's protocol."""
    from tests.storage.object_stores import moto

    with moto(tmp_path_factory.mktemp("moto")) as store:
        yield store


@pytest.fixture(scope="session")
def seaweedfs_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Another one, which looks at the keys of who asks."""
    from tests.storage.object_stores import seaweedfs

    with seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as store:
        yield store


@pytest.fixture(scope="session")
def azurite_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A server of Azure's protocol."""
    from tests.storage.azurite import azurite, why_not

    if reason := why_not():
        pytest.skip(reason)
    with azurite(tmp_path_factory.mktemp("azurite")) as store:
        yield store
