"""Templates to XHTML: in a sandbox, and only what is well formed comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from xml.parsers import expat

import attrs
import jinja2
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ...errors import ThemeError
from .folders import ThemeFolder
from .pages import ThemePage

__all__ = ["Templates"]

_FILTERS = ("batch", "capitalize", "count", "d", "default", "e", "escape", "first", "groupby",
            "join", "last", "length", "list", "lower", "map", "reject", "rejectattr", "reverse",
            "select", "selectattr", "slice", "sort", "string", "title", "trim", "truncate",
            "unique", "upper")  # fmt: skip
_LONGEST_PAGE = 20_000_000
_REFUSED = frozenset({"script", "iframe", "object", "embed", "form", "input", "button", "link",
                      "style", "base", "meta", "audio", "video", "body", "html"})  # fmt: skip
_FRAME = (
    '<body xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">',
    "</body>",
)


class Templates:
    """The templates of a theme: each is looked for in its folders, the first that has it gives it.

    Args:
        folders: the theme's own, then that of the theme that it stands on, and so on.
    """

    def __init__(self, folders: Sequence[ThemeFolder]) -> None:
        self._folders = tuple(folders)
        environment = _Environment(
            loader=jinja2.FunctionLoader(self._load),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        # What makes something out of nothing could make too much of it.
        environment.globals.clear()
        environment.filters = {name: environment.filters[name] for name in _FILTERS}
        self._environment = environment

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]]:
        found = self.find(name)
        if found is None:
            raise jinja2.TemplateNotFound(name)
        folder, path = found
        text = folder.text(path)
        assert text is not None
        return text, folder.shown(path), lambda: True

    def find(self, name: str) -> tuple[ThemeFolder, str] | None:
        """The folder that has the template, and its path in it.

        A name such as ``classic/part.xhtml`` is looked for from the theme on that is named, so
        that a template can extend the one that it stands for.
        """
        theme, slash, rest = name.partition("/")
        names = [folder.name for folder in self._folders]
        first = names.index(theme) if slash and theme in names else None
        name = name if first is None else rest
        for folder in self._folders[first or 0 :]:
            path = f"templates/{name}"
            if folder.find(path):
                return folder, path
        return None

    def check(self, name: str) -> None:
        """Compile a template.

        Raises:
            ThemeError: it is not there, or malformed.
        """
        self._template(f"{name}.xhtml")

    def render(self, page: ThemePage, language: str) -> str:
        """The page as an XHTML fragment.

        Raises:
            ThemeError: a template is missing, malformed, fails, or makes what is not XHTML.
        """
        name = f"{page.template}.xhtml"
        template = self._template(name)
        shown = template.filename or name
        pieces: list[str] = []
        length = 0
        try:
            for piece in template.generate(page=page, language=language):
                pieces.append(piece)
                length += len(piece)
                if length > _LONGEST_PAGE:
                    break
        except jinja2.TemplateSyntaxError as error:  # of one that it extends or includes
            raise _malformed(error, shown) from error
        except jinja2.TemplateNotFound as error:
            reason = f"asks for the template {error.name}, which is not there"
            raise ThemeError(shown, reason) from error
        # A template can do whatever an expression can do wrong.
        except Exception as error:
            place, line = _place(error, shown)
            raise ThemeError(place, _why(error), line=line) from error
        if length > _LONGEST_PAGE:
            raise ThemeError(shown, f"makes a page of over {_LONGEST_PAGE} characters")
        text = "".join(pieces)
        _check(text, shown)
        return text

    def _template(self, name: str) -> jinja2.Template:
        try:
            return self._environment.get_template(name)
        except jinja2.TemplateNotFound as error:
            theme = self._folders[0].name
            reason = f'has no templates/{name}: write it, or say base = "classic" in theme.toml'
            raise ThemeError(theme, reason) from error
        except jinja2.TemplateSyntaxError as error:
            raise _malformed(error, name) from error
        except RecursionError as error:
            raise ThemeError(name, "is nested beyond all measure") from error


class _Environment(ImmutableSandboxedEnvironment):
    """Templates see the fields of pages, and what the language itself gives; no methods."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if attrs.has(type(obj)):
            return attr in attrs.fields_dict(type(obj))
        return isinstance(obj, LoopContext | TemplateReference) and not attr.startswith("_")

    def is_safe_callable(self, obj: Any) -> bool:
        # Macros and blocks of the template itself, loop.cycle(), and what is undefined, which says
        # so when it is called.
        allowed = Macro | BlockReference | jinja2.Undefined
        return isinstance(obj, allowed) or isinstance(getattr(obj, "__self__", None), LoopContext)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, int) and isinstance(right, int) and operator != "**":
            return super().call_binop(context, operator, left, right)
        raise SecurityError(f"{operator} is for whole numbers only")


def _malformed(error: jinja2.TemplateSyntaxError, shown: str) -> ThemeError:
    message = " ".join((error.message or "is malformed").split())
    place = error.filename or error.name or shown
    return ThemeError(place, f"is no valid template: {message.rstrip('.')}", line=error.lineno)


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "calls itself without an end"
    words = " ".join(str(error).split()) or type(error).__name__
    return f"fails: {words}"


def _place(error: Exception, shown: str) -> tuple[str, int | None]:
    """The template and line in which an error arose: the innermost that is a template."""
    place, line = shown, None
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename.endswith(".xhtml"):
            place, line = step.tb_frame.f_code.co_filename, step.tb_lineno
        step = step.tb_next
    return place, line


def _check(text: str, shown: str) -> None:
    """Raise where what a template made may not stand in a book."""
    parser = expat.ParserCreate()

    def start(name: str, values: dict[str, str]) -> None:
        # Our own frame, at the beginning, is no part of it.
        if name.rpartition(":")[2].lower() in _REFUSED and parser.CurrentByteIndex:
            raise bad(f"makes an element {name}, which may not stand in a page of a theme")
        for key, value in values.items():
            if key.lower().startswith("on"):
                raise bad(f"makes an attribute {key}: no page of a book runs a script")
            if key.lower() in ("src", "srcset", "data", "poster"):
                raise bad(f"makes {key}={value!r}: put pictures into the style sheet instead")

    def bad(reason: str) -> ThemeError:
        return ThemeError(shown, f"{reason} (line {parser.CurrentLineNumber} of what it makes)")

    parser.StartElementHandler = start
    try:
        parser.Parse(f"{_FRAME[0]}{text}{_FRAME[1]}".encode(errors="surrogatepass"), True)  # noqa: FBT003
    except expat.ExpatError as error:
        words = expat.ErrorString(error.code)
        entity = words == "undefined entity"
        hint = ": write a character reference such as &#160;" if entity else ""
        raise ThemeError(
            shown, f"makes what is not XHTML: {words}{hint} (line {error.lineno} of what it makes)"
        ) from error
