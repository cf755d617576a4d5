"""The converter between the model and plain data: cattrs' generated code, made on first use.

It has a module of its own because cattrs takes longer to load than a short command takes
altogether, and entries are read without it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cattrs import Converter
from cattrs.fns import identity
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.msgspec import make_converter

from . import _construction
from .identity import EntryId
from .model import CLASSES, Entry, Markup

__all__ = ["converter"]


@cache
def converter(*, detailed: bool) -> Converter:
    """The converter, which says where something is wrong only if it is to be `detailed`."""
    made = make_converter(detailed_validation=detailed)
    made.register_structure_hook(datetime, _structure_moment)
    made.register_unstructure_hook(datetime, _unstructure_moment)
    # Strings, numbers and tuples of strings pass as they are: the validators of the model
    # refuse what is of another type, where a conversion would make "1" of 1.
    for primitive in (str, int):
        made.register_structure_hook(primitive, _as_it_is)
    for hint in (EntryId, Markup, str | None, int | None, tuple[str, ...]):
        _register_hint(made, hint, _as_it_is, identity)
    made.register_unstructure_hook_func(lambda hint: hint == tuple[str, ...], list)
    _register_hint(
        made,
        datetime | None,
        lambda value, _: None if value is None else _structure_moment(value, datetime),
        lambda value: None if value is None else _unstructure_moment(value),
    )
    for cls in CLASSES:
        _register(made, cls, detailed=detailed)
    return made


def _register_hint(
    converter: Converter, hint: Any, structure: Callable[[Any, Any], Any], unstructure: Any
) -> None:
    def is_hint(other: Any) -> bool:
        return bool(other == hint)

    converter.register_structure_hook_func(is_hint, structure)
    converter.register_unstructure_hook_func(is_hint, unstructure)


def _register(converter: Converter, cls: type, *, detailed: bool) -> None:
    taken: dict[str, Any] = {}
    given: dict[str, Any] = {}
    if cls is Entry:
        # What attributes hold is JSON already; of itself, cattrs would give them first, and make a
        # default for each comparison.
        taken["attributes"] = override(struct_hook=_as_it_is)
        given["attributes"] = override(omit=True)
    structure: Callable[[Any, Any], Any] = make_dict_structure_fn(
        cls,
        converter,
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=detailed,
        **taken,
    )
    unstructure: Callable[[Any], Any] = make_dict_unstructure_fn(
        cls, converter, _cattrs_omit_if_default=True, **given
    )
    if cls is Entry:
        unstructure = _with_attributes(unstructure)
    converter.register_structure_hook(cls, structure)
    converter.register_unstructure_hook(cls, unstructure)
    _register_hint(
        converter,
        cls | None,
        lambda value, _: None if value is None else structure(value, cls),
        lambda value: None if value is None else unstructure(value),
    )
    if not detailed:
        _register_hint(
            converter,
            tuple[cls, ...],  # type: ignore[valid-type] # a type that is made here
            lambda values, _: tuple([structure(value, cls) for value in values]),
            lambda values: [unstructure(value) for value in values],
        )


def _with_attributes(unstructure: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def unstructure_entry(entry: Entry) -> Any:
        plain = unstructure(entry)
        if entry.attributes:
            plain["attributes"] = entry.attributes
        return plain

    return unstructure_entry


def _as_it_is(value: Any, _: Any) -> Any:
    return value


def _structure_moment(value: Any, _: Any) -> datetime:
    return _construction.moment(value)


def _unstructure_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
