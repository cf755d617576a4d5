"""HTML and XHTML: pages, and documents of e-books.

`importer` reads a page: `tree` parses it, `furniture` takes away what is not its text, `about`
reads what the page says of itself, `articles` finds the texts of a page that holds many.
"""

from .importer import HtmlImporter

__all__ = ["HtmlImporter"]
