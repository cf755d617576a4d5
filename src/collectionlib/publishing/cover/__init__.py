"""The cover of a book: an image that the publisher gives, or one that is drawn.

`given` checks an image, `drawing` sets title, names and publisher on a coloured ground, with
`lines` to break and `colours` to choose; `raster` makes the drawing a PNG for shops that want one.
"""

from __future__ import annotations

from attrs import frozen

__all__ = ["Cover"]


@frozen
class Cover:
    """The image of a cover.

    Args:
        data: of the file.
        media_type: ``image/jpeg``, ``image/png`` or ``image/svg+xml``.
        width: in pixels.
        height: in pixels.
    """

    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """What the file is called in a book."""
        endings = {"image/jpeg": "jpg", "image/png": "png", "image/svg+xml": "svg"}
        return f"cover.{endings[self.media_type]}"
