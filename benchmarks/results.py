"""The figures of the last run of each group, in benchmarks/results/: a JSON file a group."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable
from pathlib import Path

from attrs import asdict, frozen

from .measuring import Column, Table

__all__ = ["FOLDER", "Group", "keep", "kept"]

FOLDER = Path(__file__).with_name("results")
_PACKAGES = ("attrs", "cattrs", "chardet", "click", "deltalake", "ebooklib", "lxml", "msgspec",
             "psycopg", "rensa", "zlib-ng")  # fmt: skip


@frozen
class Group:
    """What one group came to, when, and where."""

    name: str
    date: str
    runs: int
    machine: str
    versions: dict[str, str]
    tables: tuple[Table, ...]


def keep(name: str, runs: int, tables: Iterable[Table]) -> None:
    """Write the figures of a group, in place of those that were there."""
    group = {
        "name": name,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "runs": runs,
        "machine": _machine(),
        "versions": _versions(),
        "tables": [asdict(table) for table in tables],
    }
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(group, indent=1, ensure_ascii=False)
    (FOLDER / f"{name}.json").write_text(f"{text}\n", "utf-8")


def kept(names: Iterable[str]) -> list[Group]:
    """The groups of which there are figures, in this order."""
    paths = (FOLDER / f"{name}.json" for name in names)
    return [_read(path) for path in paths if path.is_file()]


def _read(path: Path) -> Group:
    plain = json.loads(path.read_text("utf-8"))
    tables = [
        Table(**{**each, "columns": [Column(**column) for column in each["columns"]]})
        for each in plain["tables"]
    ]
    return Group(**{**plain, "tables": tuple(tables)})


def _machine() -> str:
    """The processor, its cores, the memory, and the system, in words."""
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"Python {platform.python_version()}"
    cores = f"{os.cpu_count()} cores"
    return ", ".join([_processor(), cores, f"{memory:.0f} GB", system, python])


def _processor() -> str:
    lines = Path("/proc/cpuinfo")
    if lines.is_file():
        for line in lines.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _versions() -> dict[str, str]:
    found = {}
    for name in ("collectionlib", *_PACKAGES):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
