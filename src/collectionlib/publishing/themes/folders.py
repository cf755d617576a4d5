"""The folder of a theme: files by name, and none from outside of it."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from ...errors import ThemeError

__all__ = ["LARGEST_ASSET", "LARGEST_TEXT", "ThemeFolder"]

LARGEST_TEXT = 2_000_000
"""Bytes that a template or a style sheet may have."""
LARGEST_ASSET = 20_000_000
"""Bytes that a picture or a font may have."""


@frozen
class ThemeFolder:
    """A folder that a theme is read from; a theme may come from a stranger.

    Args:
        name: by which it is called in messages.
        path: where it is.
        is_ours: whether it comes with the library; the tests have looked at its files.
    """

    name: str
    path: Path
    is_ours: bool = False

    def find(self, name: str) -> Path | None:
        """Where the file is, `None` if there is none.

        Raises:
            ThemeError: it lies outside of the folder, through ``..`` or a link.
        """
        path = self.path / name
        try:
            if not path.is_file():
                return None
            inside = path.resolve().is_relative_to(self.path.resolve())
        except (OSError, ValueError) as error:  # a name with a zero byte, a loop of links
            raise ThemeError(self.shown(name), f"is no file that can be read ({error})") from error
        if not inside:
            raise ThemeError(self.shown(name), "lies outside of the theme's folder: copy it in")
        return path

    def text(self, name: str) -> str | None:
        """The text of a file, `None` if there is none.

        Raises:
            ThemeError: it lies outside of the folder, is too large, or no UTF-8.
        """
        data = self.data(name, LARGEST_TEXT)
        if data is None:
            return None
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            reason = "is not in UTF-8: save it in that encoding"
            raise ThemeError(self.shown(name), reason, line=line) from error

    def data(self, name: str, largest: int = LARGEST_ASSET) -> bytes | None:
        """The bytes of a file, `None` if there is none.

        Raises:
            ThemeError: it lies outside of the folder, or has more than ``largest`` bytes.
        """
        path = self.find(name)
        if path is None:
            return None
        try:
            with path.open("rb") as file:
                data = file.read(largest + 1)
        except OSError as error:
            raise ThemeError(self.shown(name), f"cannot be read: {error.strerror}") from error
        if len(data) > largest:
            reason = f"has more than {largest // 1_000_000} MB: make it smaller"
            raise ThemeError(self.shown(name), reason)
        return data

    def shown(self, name: str) -> str:
        """What the file is called in a message."""
        return f"{self.name}/{name}"
