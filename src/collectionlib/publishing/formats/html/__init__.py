"""HTML: one page that holds everything, or a folder that is a website.

The pages are those of a book, from the same templates and themes, as `collectionlib.publishing`
has them in its room `pages`. `syntax` writes them as HTML has it, `frame` puts a page around them,
`single_page` and `website` put them together, `search` writes what the website is searched by.
``page.css`` and ``page.js`` are what a screen and a keyboard need beside the theme.
"""

from __future__ import annotations

from .exporter import HtmlExporter

__all__ = ["HtmlExporter"]
