"""How a book looks: themes of CSS and templates.

A theme is a folder: ``theme.toml``, style sheets, and Jinja2 templates for the pages of which a
book has few. Three come with the library; `load_theme` takes one of their names, or a folder. The
entries themselves, of which there may be a hundred thousand, are styled, but not templated.
"""

from .loading import DEFAULT_THEME, load_theme, theme_names
from .pages import (
    TEMPLATES,
    AboutPage,
    Author,
    ColophonPage,
    CopyrightPage,
    Credit,
    DedicationPage,
    Detail,
    EpigraphPage,
    Fragment,
    IndexGroup,
    IndexItem,
    IndexPage,
    LedgerPage,
    LedgerRow,
    Link,
    PartHeading,
    PrefacePage,
    ThemePage,
    TitlePage,
)
from .theme import STYLE_SHEETS, RendersPages, Theme

__all__ = [
    "DEFAULT_THEME",
    "STYLE_SHEETS",
    "TEMPLATES",
    "AboutPage",
    "Author",
    "ColophonPage",
    "CopyrightPage",
    "Credit",
    "DedicationPage",
    "Detail",
    "EpigraphPage",
    "Fragment",
    "IndexGroup",
    "IndexItem",
    "IndexPage",
    "LedgerPage",
    "LedgerRow",
    "Link",
    "PartHeading",
    "PrefacePage",
    "RendersPages",
    "Theme",
    "ThemePage",
    "TitlePage",
    "load_theme",
    "theme_names",
]
