"""A profile: the rules for one archive, in TOML.

A profile says what is known about an archive and cannot be seen in each file: its encoding, where
titles, categories and dates come from, which lines are on every page. `Profile.load` reads one,
`Profile.prepare` applies to a draft what comes from its path and its first lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import Factory, frozen

from .._checks import is_language
from .._toml import TomlError, TomlFile
from ..errors import InvalidValueError
from ..expressions import compiled
from ..identity import CategoryPath, parse_category_path
from .draft import Draft
from .patterns import Pattern, told
from .sources import SourceFile

__all__ = ["Profile", "ProfileError"]


class ProfileError(TomlError):
    """A profile that cannot be used: where (``line``, ``field``), and why."""


@frozen(kw_only=True)
class Profile:
    """What is known about an archive. Everything may be left out.

    Args:
        format: name of the importer.
        encoding: name of the codec.
        language: BCP 47 tag of the texts that tell none, or ``auto``.
        rights: of the texts that tell none.
        category: in front of every entry's category.
        options: of the importers, by the names of their fields.
        paths: patterns of the paths below the source; the first that fits counts.
        headers: patterns of the first line of a text, or of its first lines, which are taken away
            then; the first that fits counts.
        fields: names of fields of records and of front matter, and what they are to be taken for.
        clean: names of transforms that are applied besides the default ones.
        no_clean: names of transforms that are not applied.
        boilerplate: regular expressions of whole lines that belong to no text.
    """

    format: str | None = None
    encoding: str | None = None
    language: str | None = None
    rights: str | None = None
    category: CategoryPath = ()
    options: Mapping[str, Any] = Factory(dict)
    paths: tuple[Pattern, ...] = ()
    headers: tuple[Pattern, ...] = ()
    fields: Mapping[str, str] = Factory(dict)
    clean: tuple[str, ...] = ()
    no_clean: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: str | Path) -> Profile:
        """Read a profile.

        Raises:
            ProfileError: it is no TOML, or a key or value is not one of a profile; the message
                names line and key.
            FileNotFoundError: there is no such file.
        """
        return cls._checked(TomlFile.load(path, ProfileError))

    @classmethod
    def parse(cls, text: str, name: str = "profile.toml") -> Profile:
        r"""A profile of its text.

        Raises:
            ProfileError: as for `load`.

        >>> profile = Profile.parse('language = "ru"\n[from]\npath = "{category}/{date}.txt"')
        >>> profile.language, profile.paths[0].text
        ('ru', '{category}/{date}.txt')
        >>> try:
        ...     Profile.parse("rights = 1")
        ... except ProfileError as error:
        ...     print(error)
        profile.toml, line 1: rights is to be a text in quotes: 1
        """
        return cls._checked(TomlFile.parse(text, name, ProfileError))

    @classmethod
    def _checked(cls, file: TomlFile) -> Profile:
        try:
            return cls(**_Checked(file).values(file.table))
        except RecursionError as error:
            # Only the message that shows a value goes that deep.
            raise ProfileError(file.name, 1, "TOML", "", "is nested too deeply") from error

    def prepare(self, draft: Draft, source: SourceFile) -> Draft:
        """A draft with what its path and its first lines say."""
        below = source.uri.partition("/")[2] or source.uri
        for pattern in self.paths:
            if (values := pattern.match(below)) is not None:
                draft = told(draft, values)
                break
        return self._with_header(draft)

    def _with_header(self, draft: Draft) -> Draft:
        body = draft.body.replace("\r\n", "\n").lstrip("\n")
        for pattern in self.headers:
            lines = body.split("\n", pattern.text.count("\n") + 1)
            head = "\n".join(lines[: pattern.text.count("\n") + 1])
            if (values := pattern.match(head.strip())) is not None:
                rest = body[len(head) :].lstrip("\n")
                draft = told(draft.without("header", head, body=rest), values)
                return draft.but(changes=(*draft.changes, "header"))
        return draft


@frozen
class _Checked:
    """The values of a table after a look at each; errors name the line."""

    file: TomlFile

    def values(self, table: Mapping[str, Any]) -> dict[str, Any]:
        checked: dict[str, Any] = {}
        for key, value in table.items():
            take = _KEYS.get(key)
            if take is None:
                self.refuse(key, value, f"is no key of a profile (there are {', '.join(_KEYS)})")
            else:
                checked |= take(self, key, value)
        return checked

    def refuse(self, key: str, value: object, reason: str, table: str | None = None) -> None:
        keys = (key,) if table is None else (table, key)
        raise ProfileError(self.file.name, self.file.line(*keys), key, value, reason)

    def word(self, key: str, value: object, table: str | None = None) -> str:
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, value, "is to be a text in quotes", table)
        return str(value)

    def words(self, key: str, value: object, table: str | None = None) -> tuple[str, ...]:
        values = value if isinstance(value, list) else [value]
        return tuple(self.word(key, each, table) for each in values)

    def patterns(self, key: str, value: object) -> tuple[Pattern, ...]:
        try:
            return tuple(
                Pattern(each, "path" if key == "path" else "line")
                for each in self.words(key, value, "from")
            )
        except InvalidValueError as error:
            if isinstance(error, ProfileError):
                raise
            line = self.file.line("from", key)
            raise ProfileError(self.file.name, line, key, error.value, error.reason) from error


def _take_word(checked: _Checked, key: str, value: object) -> dict[str, Any]:
    return {key: checked.word(key, value)}


def _take_language(checked: _Checked, key: str, value: object) -> dict[str, Any]:
    language = checked.word(key, value)
    if language != "auto" and not is_language(language):
        checked.refuse(key, value, "is no BCP 47 language tag such as 'en' or 'zh-Hant', nor auto")
    return {key: language}


def _take_category(checked: _Checked, key: str, value: object) -> dict[str, Any]:
    return {key: parse_category_path(checked.word(key, value))}


def _take_words(checked: _Checked, key: str, value: object) -> dict[str, Any]:
    return {key.replace("-", "_"): checked.words(key, value)}


def _take_expressions(checked: _Checked, key: str, value: object) -> dict[str, Any]:
    for expression in checked.words(key, value):
        try:
            compiled(expression)
        except ValueError as error:
            checked.refuse(key, expression, f"is no regular expression ({error})")
    return _take_words(checked, key, value)


def _take_table(checked: _Checked, key: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        checked.refuse(key, value, f"is to be a table: [{key}]")
    return {key: value}


def _take_options(checked: _Checked, key: str, value: object) -> dict[str, Any]:
    options = _take_table(checked, key, value)
    if "fields" in options[key]:
        checked.refuse("fields", options[key]["fields"], "is a table of its own: [fields]", key)
    return options


def _take_from(checked: _Checked, key: str, value: object) -> dict[str, Any]:
    table = _take_table(checked, key, value)[key]
    for unknown in sorted(table.keys() - {"path", "header"}):
        checked.refuse(unknown, table[unknown], "is no key of [from]: there are path, header", key)
    return {
        f"{name}s": checked.patterns(name, table[name])
        for name in ("path", "header")
        if name in table
    }


_MEANINGS = ("title", "body", "author", "date", "category", "tags", "language", "rights")


def _take_fields(checked: _Checked, key: str, value: object) -> dict[str, Any]:
    fields: dict[str, str] = {}
    for meaning, names in _take_table(checked, key, value)[key].items():
        if meaning not in _MEANINGS:
            reason = f"is nothing that a field may be taken for: there are {', '.join(_MEANINGS)}"
            checked.refuse(meaning, names, reason, key)
        fields |= dict.fromkeys(checked.words(meaning, names, key), meaning)
    return {key: fields}


_KEYS: Mapping[str, Callable[[_Checked, str, object], dict[str, Any]]] = {
    "boilerplate": _take_expressions,
    "category": _take_category,
    "clean": _take_words,
    "encoding": _take_word,
    "fields": _take_fields,
    "format": _take_word,
    "from": _take_from,
    "language": _take_language,
    "no-clean": _take_words,
    "options": _take_options,
    "rights": _take_word,
}
