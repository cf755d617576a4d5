import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path

import pytest

import collectionlib

_HEAVY = (
    "ebooklib",
    "lxml",
    "rich",
    "yaml",
    "tomlkit",
    "markdown_it",
    "chardet",
    "cattrs",
    "msgspec",
)


def test_all_is_sorted_and_can_be_had() -> None:
    assert collectionlib.__all__ == sorted(collectionlib.__all__)
    for name in collectionlib.__all__:
        assert getattr(collectionlib, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        collectionlib.nothing  # noqa: B018


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, collectionlib; print([m for m in {_HEAVY!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def _modules() -> list[str]:
    root = Path(collectionlib.__file__).parent
    return [
        ".".join(("collectionlib", *path.relative_to(root).with_suffix("").parts))
        for path in sorted(root.rglob("*.py"))
        if path.stem not in ("__init__", "__main__")
    ]


@pytest.mark.parametrize("name", _modules())
def test_what_a_module_says_it_offers_is_there(name: str) -> None:
    module = import_module(name)
    for public in getattr(module, "__all__", []):
        assert hasattr(module, public)


@pytest.mark.parametrize("group", ["storages", "importers", "exporters"])
def test_our_own_built_ins_take_the_door_of_plugins(group: str) -> None:
    points = metadata.entry_points(group=f"collectionlib.{group}")
    assert {point.name for point in points}
    for point in points:
        assert point.load()
