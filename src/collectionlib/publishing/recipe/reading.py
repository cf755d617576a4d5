"""From the text of a recipe to its rules: every key and value looked at; errors name the line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from attrs import define, field

from ..._checks import is_language, is_text
from ..._toml import Keys, TomlFile
from ...errors import ExportError, InvalidValueError, PluginError
from ...markup.typography import Typography
from ...model import Metadata
from ...objects import is_url
from ...query import AllOf, parse, parse_order
from ..formats.base import WritesFolder
from ..matter import Matter, read_matter
from ..metadata import with_said
from ..output import exporter_class
from ..volumes import VolumeSize
from .keys import RECIPE, Key, Kind
from .lock import lock_path
from .rules import FileRule, Group, PartRule, Recipe, RecipeError, TextRules

__all__ = ["load_recipe", "parse_recipe"]

_T = TypeVar("_T")
_EVERYTHING = AllOf(())
_FILES = ("cover", "dedication", "epigraph", "preface", "about-authors", "colophon", "css")
"""Keys that name a file that goes into the book."""


def load_recipe(path: str | Path) -> Recipe:
    """Read a recipe.

    Raises:
        RecipeError: it is no TOML, or a key or value is not one of a recipe; the message names
            line and key.
        FileNotFoundError: there is no such file.
    """
    return _Reader(TomlFile.load(path, RecipeError), Path(path).parent).recipe()


def parse_recipe(text: str, name: str = "anthology.toml") -> Recipe:
    r"""A recipe of its text; paths in it are relative to the folder of its name.

    Raises:
        RecipeError: as for `load_recipe`.

    >>> recipe = parse_recipe('[[part]]\ntitle = "Wishes"\nquery = "tag:wish"\ngroup = "year"')
    >>> recipe.parts[0].title, recipe.parts[0].group, str(recipe.files[0].path)
    ('Wishes', ('year',), 'anthology.epub')
    >>> try:
    ...     parse_recipe('[rights]\nmode = "lax"')
    ... except RecipeError as error:
    ...     print(error)
    anthology.toml, line 2: mode is to be one of the words any, strict: 'lax'
    """
    return _Reader(TomlFile.parse(text, name, RecipeError), Path(name).parent).recipe()


@define
class _Reader:
    file: TomlFile
    folder: Path
    used: list[str] = field(factory=list)

    def recipe(self) -> Recipe:
        table = self.file.table
        self.check(table, RECIPE, (), "a recipe")
        select, rights = table.get("select", {}), table.get("rights", {})
        output = table.get("output", {})
        for name in ("front", "back", "output"):
            self.note_files(table.get(name, {}), (name,))
        return Recipe(
            file=self.file,
            folder=self.folder,
            book=self.book(table.get("book", {})),
            query=self.parsed(parse, select, "query", ("select",)),
            refuses_left_over=select.get("left-over") == "refuse",
            parts=self.parts(table.get("part", []), ()) or self.whole(),
            text=self.text(table.get("text", {})),
            strict_rights=rights.get("mode") == "strict",
            files=self.files(table, output),
            collection=output.get("collection"),
            used=tuple(dict.fromkeys(self.used)),
        )

    # --- looking at keys and values -------------------------------------------------------------

    def refuse(self, keys: Keys, value: object, reason: str) -> RecipeError:
        name = next(key for key in reversed(keys) if isinstance(key, str))
        return RecipeError(self.file.name, self.file.line(*keys), name, value, reason)

    def check(
        self, table: Mapping[str, Any], known: Mapping[str, Key], at: Keys, named: str
    ) -> None:
        for name, value in table.items():
            keys = (*at, name)
            if name not in known:
                reason = f"is no key of {named} (there are {', '.join(known)})"
                raise self.refuse(keys, value, reason)
            self.check_value(known[name], value, keys)

    def check_value(self, key: Key, value: Any, keys: Keys) -> None:
        if not _FITS[key.kind](value, key):
            words = f" {', '.join(key.words)}" if key.words else ""
            least = f" from {key.least} on" if key.least is not None else ""
            raise self.refuse(keys, value, f"is to be {key.kind.value}{words}{least}")
        if key.kind is Kind.TABLE:
            self.check(value, key.keys, keys, f"[{keys[-1]}]")
        elif key.kind is Kind.TABLES:
            name = ".".join(str(part) for part in keys if isinstance(part, str))
            for place, table in enumerate(value):
                self.check(table, key.keys, (*keys, place), f"[[{name}]]")

    def parsed(
        self, read: Callable[[str], _T], table: Mapping[str, Any], name: str, at: Keys
    ) -> _T | None:
        """The value of a key, read; what is wrong with it is told with its line."""
        if name not in table:
            return None
        try:
            return read(table[name])
        except InvalidValueError as error:
            raise self.refuse((*at, name), error.value, error.reason) from error
        except (ExportError, PluginError) as error:
            raise self.refuse((*at, name), table[name], f"is of no use ({error})") from error

    # --- the tables -----------------------------------------------------------------------------

    def book(self, table: Mapping[str, Any]) -> Mapping[str, Any]:
        for name, value in table.items():
            try:
                with_said(Metadata(), {name: value})
            except InvalidValueError as error:
                raise self.refuse(("book", name), error.value, error.reason) from error
        return table

    def whole(self) -> tuple[PartRule, ...]:
        """The parts of a recipe that names none: the categories."""
        return (PartRule((), query=_EVERYTHING, group=("category",)),)

    def parts(self, tables: list[Mapping[str, Any]], at: Keys) -> tuple[PartRule, ...]:
        return tuple(self.part(table, (*at, "part", place)) for place, table in enumerate(tables))

    def part(self, table: Mapping[str, Any], at: Keys) -> PartRule:
        if not {"query", "ids", "part"} & table.keys():
            raise self.refuse(at, dict(table), "has neither query, ids nor parts of its own")
        for needs, needed in (("sample", "query"), ("sort", "query"), ("seed", "sample")):
            if needs in table and needed not in table:
                reason = f"does nothing without {needed}: give both, or leave it out"
                raise self.refuse((*at, needs), table[needs], reason)
        if "introduction" in table:
            if "title" not in table:
                reason = "needs a title of the part that it stands below"
                raise self.refuse((*at, "introduction"), table["introduction"], reason)
            self.used.append(table["introduction"])
        groups = table.get("group", ())
        return PartRule(
            keys=at,
            title=table.get("title"),
            introduction=self.parsed(self.matter, table, "introduction", at),
            ids=tuple(table.get("ids", ())),
            query=self.parsed(parse, table, "query", at),
            order=self.parsed(parse_order, table, "sort", at) or (),
            group=cast(
                "tuple[Group, ...]", (groups,) if isinstance(groups, str) else tuple(groups)
            ),
            limit=table.get("limit"),
            sample=table.get("sample"),
            seed=str(table.get("seed", "")),
            parts=self.parts(table.get("part", []), at),
        )

    def matter(self, path: str) -> Matter:
        return read_matter(self.folder / path)

    def text(self, table: Mapping[str, Any]) -> TextRules:
        styles = table.get("styles", {})
        for language, style in styles.items():
            keys = ("text", "styles", language)
            if not is_language(language):
                raise self.refuse(keys, language, "is no language tag such as de or zh-Hant")
            if len(style) != 4 or not is_text(style):
                raise self.refuse(keys, style, "is not the four quotes of a language")
        mark = table.get("mark", "[…]")
        if not is_text(mark):
            raise self.refuse(("text", "mark"), mark, "has a control character")
        typography = Typography(
            quotes=table.get("quotes", False),
            dashes=table.get("dashes", False),
            ellipses=table.get("ellipses", False),
            styles={language.lower(): tuple(style) for language, style in styles.items()},
        )
        return TextRules(typography, table.get("censored", "keep"), mark)

    # --- the files ------------------------------------------------------------------------------

    def note_files(self, table: Mapping[str, Any], at: Keys) -> None:
        """Remember which files go into the book, and see that they are there."""
        for name, value in table.items():
            named = [value] if name in _FILES and isinstance(value, str) else []
            named += value if name == "fonts" else []
            if name == "theme" and "/" in value:
                named.append(value)
            for path in named:
                if not (self.folder / path).exists():
                    raise self.refuse((*at, name), path, "is not there, relative to the recipe")
            self.used += named

    def files(self, table: Mapping[str, Any], output: Mapping[str, Any]) -> tuple[FileRule, ...]:
        common = {
            name: (value, (at, name))
            for at in ("front", "back", "output")
            for name, value in table.get(at, {}).items()
            if name not in ("collection", "folder", "name", "formats", "files", "file")
        }
        self.look_for_urls(output)
        folder = self.folder / output.get("folder", "")
        name = output.get("name", Path(self.file.name).stem)
        rules = [
            FileRule(
                folder / f"{name}{self.suffix(format_name)}", format_name, common, _AT["formats"]
            )
            for format_name in output.get("formats", ())
        ]
        rules += [
            _rule(folder, path, None, common, _AT["files"]) for path in output.get("files", ())
        ]
        rules += [
            self.own_file(own, folder, common, ("output", "file", place))
            for place, own in enumerate(output.get("file", ()))
        ]
        rules = rules or [FileRule(folder / f"{name}.epub", None, common, ("output",))]
        self.look_at_files(rules)
        return tuple(rules)

    def look_for_urls(self, output: Mapping[str, Any]) -> None:
        named: list[tuple[str, Keys]] = [(output.get("folder", ""), ("output", "folder"))]
        named += [(path, _AT["files"]) for path in output.get("files", ())]
        for place, own in enumerate(output.get("file", ())):
            named.append((own.get("path", ""), ("output", "file", place, "path")))
        for path, keys in named:
            if is_url(path):
                reason = "is a URL, and a recipe writes files: write one here, and copy it there"
                raise self.refuse(keys, path, reason)

    def suffix(self, format_name: str) -> str:
        kind = self.parsed(
            lambda name: exporter_class(Path(name), name),
            {"formats": format_name},
            "formats",
            ("output",),
        )
        suffixes = kind.suffixes if kind else ()
        if not suffixes:
            reason = "has no ending of its own: name its file with [[output.file]]"
            raise self.refuse(_AT["formats"], format_name, reason)
        return suffixes[0]

    def own_file(
        self,
        table: Mapping[str, Any],
        folder: Path,
        common: Mapping[str, tuple[Any, Keys]],
        at: Keys,
    ) -> FileRule:
        if "path" not in table:
            raise self.refuse(at, dict(table), "lacks the key path")
        self.note_files(table, at)
        own = {
            name: (value, (*at, name))
            for name, value in table.items()
            if name not in ("path", "format")
        }
        return _rule(folder, table["path"], table.get("format"), {**common, **own}, at)

    def look_at_files(self, rules: list[FileRule]) -> None:
        seen: set[Path] = set()
        for rule in rules:
            try:
                kind = exporter_class(rule.path, rule.format)
            except PluginError as error:
                raise self.refuse(
                    rule.keys, str(rule.path), f"cannot be written ({error})"
                ) from error
            if rule.is_folder and not issubclass(kind, WritesFolder):
                reason = f"is a folder, and {rule.format} is one file: give it a name"
                raise self.refuse(rule.keys, f"{rule.path}/", reason)
            if rule.path == self.folder / lock_path(Path(self.file.name)).name:
                raise self.refuse(rule.keys, str(rule.path), "is the lock file of the recipe")
            if rule.path in seen:
                raise self.refuse(rule.keys, str(rule.path), "is written twice")
            seen.add(rule.path)
            if "volume-size" in rule.options:
                size, keys = rule.options["volume-size"]
                self.parsed(VolumeSize.parse, {"volume-size": size}, "volume-size", keys[:-1])
        for rule in rules:
            if above := next((each for each in rules if _holds(each, rule)), None):
                reason = f"lies in {above.path}/, which is written as a whole"
                raise self.refuse(rule.keys, str(rule.path), reason)


def _rule(
    folder: Path,
    path: str,
    format_name: str | None,
    options: Mapping[str, tuple[Any, Keys]],
    keys: Keys,
) -> FileRule:
    is_folder = path.endswith("/")
    # Nothing of the name of a folder says a format: it is a website.
    name = format_name or ("html" if is_folder else None)
    return FileRule(folder / path, name, options, keys, is_folder)


def _holds(one: FileRule, other: FileRule) -> bool:
    if one is other or not one.is_folder:
        return False
    return other.path.resolve().is_relative_to(one.path.resolve())


_AT: Mapping[str, Keys] = {name: ("output", name) for name in ("formats", "files")}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any, key: Key) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return key.least is None or value >= key.least


def _is_list(value: Any, fits: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(fits, value))


_FITS: Mapping[Kind, Callable[[Any, Key], bool]] = {
    Kind.TEXT: lambda value, _: _is_text(value),
    Kind.QUERY: lambda value, _: isinstance(value, str),
    Kind.TEXTS: lambda value, _: _is_list(value, _is_text),
    Kind.NUMBER: _is_number,
    Kind.FLAG: lambda value, _: isinstance(value, bool),
    Kind.CHOICE: lambda value, key: value in key.words,
    Kind.CHOICES: lambda value, key: (
        value in key.words if isinstance(value, str) else _is_list(value, key.words.__contains__)
    ),
    Kind.FLAG_OR_TEXT: lambda value, _: isinstance(value, bool) or _is_text(value),
    Kind.NUMBER_OR_TEXT: lambda value, key: _is_number(value, key) or _is_text(value),
    Kind.TABLE: lambda value, _: isinstance(value, dict),
    Kind.TABLES: lambda value, _: _is_list(value, lambda each: isinstance(each, dict)),
    Kind.TEXT_BY_NAME: lambda value, _: (
        isinstance(value, dict) and all(map(_is_text, value.values()))
    ),
    Kind.ANY_BY_NAME: lambda value, _: isinstance(value, dict),
}
