"""Write down every public name with its signature, `tests/data/public-api.txt`.

    python tools/public_api.py [--check]

`make api` calls it. What is written is what `docs/explanation/compatibility.md` promises to keep: a
name that goes, or is called in another way, is a line of the difference that somebody reads.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

PAGE = Path(__file__).parents[1] / "tests/data/public-api.txt"
PUBLIC = (
    "collectionlib",
    "collectionlib.codec",
    "collectionlib.collection",
    "collectionlib.copying",
    "collectionlib.curating.assigning",
    "collectionlib.curating.categories",
    "collectionlib.curating.checking",
    "collectionlib.curating.choosing",
    "collectionlib.curating.duplicates",
    "collectionlib.curating.editing",
    "collectionlib.curating.history",
    "collectionlib.curating.statistics",
    "collectionlib.curating.tags",
    "collectionlib.errors",
    "collectionlib.identity",
    "collectionlib.importing.cleaning",
    "collectionlib.importing.decoding",
    "collectionlib.importing.draft",
    "collectionlib.importing.formats.base",
    "collectionlib.importing.pipeline",
    "collectionlib.importing.profile",
    "collectionlib.importing.report",
    "collectionlib.markup",
    "collectionlib.markup.blocks",
    "collectionlib.markup.html",
    "collectionlib.markup.markdown",
    "collectionlib.markup.plain",
    "collectionlib.model",
    "collectionlib.plugins",
    "collectionlib.publishing.anthology",
    "collectionlib.publishing.formats.base",
    "collectionlib.publishing.formats.epub",
    "collectionlib.publishing.formats.html",
    "collectionlib.publishing.formats.json",
    "collectionlib.publishing.formats.json_lines",
    "collectionlib.publishing.formats.markdown",
    "collectionlib.publishing.formats.text",
    "collectionlib.publishing.output",
    "collectionlib.publishing.recipe",
    "collectionlib.publishing.themes",
    "collectionlib.publishing.verification",
    "collectionlib.query",
    "collectionlib.storage.base",
    "collectionlib.storage.history",
    "collectionlib.storage.history.reading",
    "collectionlib.storage.locations",
    "collectionlib.storage.whole_file",
    "collectionlib.testing",
    "collectionlib.words",
)
"""The modules whose ``__all__`` is public; what is in others may change at any time."""


def page() -> str:
    """Every public name, module by module."""
    parts = ["\n".join((f"[{module}]", *_names(module))) for module in PUBLIC]
    return "\n\n".join(parts) + "\n"


def _names(module: str) -> Iterator[str]:
    loaded = import_module(module)
    for name in sorted(loaded.__all__):
        value = getattr(loaded, name)
        home = getattr(value, "__module__", module)
        if home in PUBLIC and home != module:
            yield f"{name}, of {home}"
        else:
            yield from _described(name, value)


def _described(name: str, value: object) -> Iterator[str]:
    if inspect.isclass(value):
        bases = ", ".join(base.__name__ for base in value.__bases__ if base is not object)
        yield f"class {name}({bases})" if bases else f"class {name}"
        yield from (f"  {line}" for line in sorted(_members(value)))
    elif inspect.isfunction(value):
        yield f"{name}{_signature(value)}"
    else:
        yield name


def _members(cls: type) -> Iterator[str]:
    """The constructor, the fields, and what the class itself defines."""
    if "__init__" in vars(cls) and inspect.isfunction(cls.__init__):
        yield f"{cls.__name__}{_signature(cls.__init__)}"
    for name, member in vars(cls).items():
        function = member.__func__ if isinstance(member, staticmethod | classmethod) else member
        if not name.startswith("_"):
            yield f".{name}{_signature(function) if inspect.isfunction(function) else ''}"


def _signature(function: Callable[..., object]) -> str:
    """The parameters that a caller gives, with simple defaults, and what comes back."""
    signature = inspect.signature(function)
    parts: list[str] = []
    keyword_only = False
    for place, parameter in enumerate(signature.parameters.values()):
        if place == 0 and parameter.name in ("self", "cls"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            parts.append("*")
        if parameter.kind is parameter.VAR_POSITIONAL:
            keyword_only = True
        parts.append(_parameter(parameter))
    returns = signature.return_annotation
    back = "" if returns in (signature.empty, None, "None") else f" -> {_name_of(returns)}"
    return f"({', '.join(parts)}){back}"


def _parameter(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    kind = "" if parameter.annotation is parameter.empty else f": {_name_of(parameter.annotation)}"
    if parameter.default is parameter.empty:
        return f"{stars}{parameter.name}{kind}"
    simple = isinstance(parameter.default, str | int | float | None) or parameter.default == ()
    return f"{parameter.name}{kind} = {repr(parameter.default) if simple else '…'}"


def _name_of(annotation: object) -> str:
    if isinstance(annotation, str):
        return annotation
    # What attrs makes of a converter, each Python writes in its own way.
    name = re.sub(r"ForwardRef\('([^']*)'\)", r"\1", inspect.formatannotation(annotation))
    return re.sub(r"\A(?:typing\.)?Optional\[(.*)\]\Z", r"\1 | None", name)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say whether it would change")
    if parser.parse_args().check:
        same = PAGE.read_text(encoding="utf-8") == page()
        sys.exit(None if same else f"{PAGE.name} is not what the code says: make api")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
