"""Themes: what they hold, what a stranger's may not do, and what is said where one is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
import tinycss2
from attrs import evolve
from lxml import etree

from collectionlib.errors import ThemeError
from collectionlib.markup import html, plain
from collectionlib.publishing.themes import (
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
    load_theme,
    theme_names,
)

NASTY = "A & <b> \"c\" 'd' ]]> 山 שלום"
WORDS = Fragment("<p>Words.</p>")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)

PAGES: list[ThemePage] = [
    TitlePage(NASTY, NASTY, (Credit(NASTY, NASTY, "edt"),), NASTY, (NASTY, "2026")),
    CopyrightPage(NASTY, NASTY, (NASTY,), (Detail(NASTY, NASTY),)),
    DedicationPage(NASTY, WORDS),
    EpigraphPage(NASTY, WORDS, NASTY),
    PrefacePage(NASTY, WORDS),
    AboutPage(NASTY, (Author(NASTY, WORDS, "author-1"), Author(NASTY))),
    LedgerPage(
        NASTY, (NASTY, "b"), (LedgerRow(NASTY, (NASTY,), "a.xhtml#b"), LedgerRow("", ("",)))
    ),
    IndexPage(NASTY, (IndexGroup(NASTY, (IndexItem(NASTY, (Link(NASTY, "a#b"),)),)),)),
    ColophonPage(NASTY, WORDS, (NASTY,), (Detail(NASTY, NASTY),), NASTY, (NASTY,)),
    PartHeading(NASTY, 3, NASTY, WORDS),
]
LEAST: list[ThemePage] = [
    TitlePage("T"),
    CopyrightPage("C"),
    EpigraphPage("E", WORDS),
    AboutPage("A", ()),
    LedgerPage("L", ("T",), ()),
    IndexPage("I", ()),
    ColophonPage("C"),
    PartHeading("P"),
]


def _tree(fragment: str) -> etree._Element:
    xmlns = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
    return etree.fromstring(f"<body {xmlns}>{fragment}</body>".encode())


def _theme(folder: Path, **files: str | bytes) -> Path:
    """A theme that stands on classic, with files; ``__`` in a name is a folder's border."""
    folder = folder / "mine"
    contents = {"theme.toml": 'base = "classic"\n'} | files
    for name, content in contents.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def _template(folder: Path, text: str, name: str = "dedication") -> Path:
    return _theme(folder, **{f"templates/{name}.xhtml": text})


# --- the themes that come with the library ----------------------------------------------------


def test_there_are_a_default_theme_and_two_more() -> None:
    assert theme_names() == ("classic", "modern", "plain")
    assert load_theme().name == "classic"


@pytest.mark.parametrize("name", theme_names())
@pytest.mark.parametrize("page", [*PAGES, *LEAST], ids=lambda page: page.template)
def test_every_page_is_well_formed_and_says_what_it_was_given(name: str, page: ThemePage) -> None:
    tree = _tree(load_theme(name).render(page, language="en"))
    text = " ".join("".join(tree.itertext()).split())
    values = [page.title] if isinstance(page, TitlePage | PartHeading) else [page.heading]
    if isinstance(page, CopyrightPage | DedicationPage | EpigraphPage):
        # What is not shown is read aloud.
        assert tree[0].get("aria-label") == page.heading
        return
    for value in values:
        assert " ".join(value.split()) in text


@pytest.mark.parametrize("name", theme_names())
def test_a_page_has_one_heading_of_the_first_level_and_its_kind(name: str) -> None:
    theme = load_theme(name)
    for page in PAGES:
        tree = _tree(theme.render(page))
        headings = tree.xpath("//*[local-name()='h1']")
        if isinstance(page, PartHeading):
            assert [element.tag.rpartition("}")[2] for element in tree] == ["h3", "div"]
            continue
        assert len(headings) == (0 if page.template in ("dedication", "epigraph") else 1)
        assert tree[0].get("{http://www.idpf.org/2007/ops}type")


@pytest.mark.parametrize("name", theme_names())
def test_a_style_sheet_leaves_fonts_colours_and_sizes_to_the_reader(name: str) -> None:
    for prelude, declaration in _declarations(load_theme(name).style_sheet()):
        value = tinycss2.serialize(declaration.value)
        assert "color" not in declaration.lower_name, (prelude, declaration.lower_name)
        assert "background" not in declaration.lower_name, prelude
        assert "#" not in value, (prelude, value)
        assert "rgb" not in value, (prelude, value)
        if "font-size" in declaration.lower_name:
            assert value.strip().endswith("em"), (prelude, value)
        if declaration.lower_name == "font-family" and name != "modern":
            assert value.strip() == "monospace", (prelude, value)
        assert "px" not in value, (prelude, value)
        assert not ({"flex", "grid", "fixed", "absolute"} & set(value.split())), (prelude, value)


def test_links_are_in_the_colour_of_the_text_day_and_night() -> None:
    css = load_theme("classic").style_sheet()
    assert "a { color: inherit" in css


def _declarations(css: str) -> list[tuple[str, tinycss2.ast.Declaration]]:
    found = []

    def walk(rules: list[tinycss2.ast.Node], prelude: str) -> None:
        for rule in rules:
            assert rule.type != "error", rule.message
            if rule.type == "declaration":
                # The colour of a link is its text's: said once, and the only one.
                if (prelude, rule.lower_name) != ("a", "color"):
                    found.append((prelude, rule))
            elif getattr(rule, "content", None):
                inner = tinycss2.parse_blocks_contents(
                    rule.content, skip_comments=True, skip_whitespace=True
                )
                walk(inner, tinycss2.serialize(rule.prelude).strip())

    walk(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), "")
    return found


@pytest.mark.parametrize("name", theme_names())
def test_every_class_that_pages_have_is_styled(name: str) -> None:
    css = load_theme(name).style_sheet()
    ours = {"entry", "untitled", "part-title", "titlepage", "colophon", "sources", "copyright",
            "dedication", "epigraph", "preface", "about", "ledger", "index", "dialogue", "contents",
            "cover", "align-right", "noteref", "vertical", "tcy"}  # fmt: skip
    # The blanks of a stanza's margin collapse without a rule, as they should.
    for one in (ours | set(html.CLASSES)) - {"margin"}:
        assert f".{one}" in css, one


@pytest.mark.parametrize("name", theme_names())
def test_what_modern_readers_are_told_by_block_and_inline_has_a_word_for_old_ones(
    name: str,
) -> None:
    """A rule that sets logical margins or paddings alone leaves an old reader without any."""
    rules: dict[str, set[str]] = {}
    for prelude, declaration in _declarations(load_theme(name).style_sheet()):
        rules.setdefault(prelude, set()).add(declaration.lower_name)
    for prelude, names in rules.items():
        if "padding-inline" in names and ":lang" not in prelude:
            assert {"padding", "padding-left"} & names, prelude


def test_the_library_loads_neither_templates_nor_css_parser() -> None:
    code = (
        "import sys, collectionlib;"
        "import collectionlib.publishing.themes, collectionlib.publishing.fonts;"
        "print(sorted({'jinja2', 'tinycss2', 'fontTools'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- themes of one's own ----------------------------------------------------------------------


@pytest.mark.parametrize("name", theme_names())
def test_the_style_sheets_of_ours_that_are_not_parsed_are_what_parsing_gives(name: str) -> None:
    theme = load_theme(name)
    strangers = [evolve(folder, is_ours=False) for folder in theme.folders]
    parsed = evolve(theme, folders=strangers)
    parsed.check()
    assert parsed.style_sheet() == theme.style_sheet()
    assert parsed.assets() == theme.assets() == ()


def test_a_theme_overrides_single_files_of_the_one_it_stands_on(tmp_path: Path) -> None:
    folder = _theme(
        tmp_path,
        **{
            "theme.toml": 'name = "moss"\nbase = "modern"\ndescription = "Green."\n',
            "additions.css": ".entry { margin: 1em 0; }\n",
            "templates/dedication.xhtml": "<section><p>For you</p></section>\n",
        },
    )
    theme = load_theme(folder)
    modern = load_theme("modern")
    assert (theme.name, theme.description) == ("moss", "Green.")
    assert theme.style_sheet() == modern.style_sheet() + "\n.entry { margin: 1em 0; }\n"
    assert theme.render(PAGES[2]) == "<section><p>For you</p></section>\n"
    assert theme.render(PAGES[0]) == modern.render(PAGES[0])


def test_a_theme_needs_no_base_if_it_has_everything(tmp_path: Path) -> None:
    files = {f"templates/{name}.xhtml": "<p>{{ language }}</p>" for name in TEMPLATES}
    folder = _theme(tmp_path, **{"theme.toml": "", "style.css": "p { margin: 0 }"}, **files)
    theme = load_theme(folder)
    assert theme.name == "mine"
    assert theme.style_sheet() == "p { margin: 0 }\n"
    assert theme.render(PAGES[0], language="he") == "<p>he</p>"


def test_a_template_can_extend_the_one_that_it_stands_for(tmp_path: Path) -> None:
    text = '{% include "classic/dedication.xhtml" %}<p>More.</p>\n'
    folder = _template(tmp_path, text)
    own = load_theme("classic").render(PAGES[2])
    assert load_theme(folder).render(PAGES[2]) == f"{own}<p>More.</p>\n"


def test_a_style_sheet_of_the_user_comes_last(tmp_path: Path) -> None:
    (tmp_path / "mine.css").write_text('@charset "utf-8";\n.entry { margin: 0 }\n')
    css = load_theme("classic").with_css(tmp_path / "mine.css").style_sheet()
    assert css.endswith("\n.entry { margin: 0 }\n")
    assert "@charset" not in css


def test_files_that_a_style_sheet_needs_come_along(tmp_path: Path) -> None:
    css = '.break { background: url("images/leaf.png") } p { background: url(./images/leaf.png) }'
    folder = _theme(tmp_path, **{"additions.css": css, "images/leaf.png": PNG})
    (asset,) = load_theme(folder).assets()
    assert (asset.name, asset.media_type, asset.data) == ("images/leaf.png", "image/png", PNG)


def test_two_style_sheets_with_different_files_of_one_name_are_refused(tmp_path: Path) -> None:
    css = "p { background: url(a.png) }"
    folder = _theme(tmp_path, **{"additions.css": css, "a.png": PNG})
    (tmp_path / "mine.css").write_text(css)
    (tmp_path / "a.png").write_bytes(PNG + b"other")
    with pytest.raises(ThemeError, match=r"different files named a\.png"):
        load_theme(folder).with_css(tmp_path / "mine.css")


# --- what is wrong is told with its place -----------------------------------------------------


def test_an_unknown_theme_is_told_with_those_there_are() -> None:
    with pytest.raises(ThemeError, match=r"baroque: .* there are classic, modern, plain"):
        load_theme("baroque")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("base = ", "mine/theme.toml: is no valid TOML"),
        ('base = "gothic"', "base is 'gothic', and there are classic, modern, plain"),
        ('colour = "red"', "has a key 'colour': there are base, description, name"),
        ("name = 3", "name is no line of text: 3"),
        ("", "mine: has no style.css"),
    ],
)
def test_settings_that_are_wrong(tmp_path: Path, settings: str, told: str) -> None:
    with pytest.raises(ThemeError) as caught:
        load_theme(_theme(tmp_path, **{"theme.toml": settings}))
    assert told in str(caught.value)


def test_a_theme_without_a_template_and_without_a_base(tmp_path: Path) -> None:
    folder = _theme(tmp_path, **{"theme.toml": "", "style.css": "p { margin: 0 }"})
    with pytest.raises(ThemeError, match=r"mine: has no templates/titlepage.xhtml"):
        load_theme(folder)


@pytest.mark.parametrize(
    ("css", "told"),
    [
        ("p { margin: 0 }\n}", "mine/additions.css, line 2: is not valid CSS"),
        ("p { margin 0 }", "line 1: is not valid CSS"),
        ("p { background: url(a b) }", "line 1: is not valid CSS"),
        ("\n@import 'other.css';", "line 2: @import is not taken into a book"),
        ("p { background: url(https://example.org/a.png) }", "nothing is fetched"),
        ("p { background: url('//example.org/a.png') }", "nothing is fetched"),
        ('@font-face { src: url("file:///etc/passwd") }', "nothing is fetched"),
        ("p { background: image-set('https://example.org/a.png' 1x) }", "nothing is fetched"),
        ("@media print { p { background: url(a.png) } }", "refers to a.png, which is not there"),
        ("p { background: url(../mine/theme.toml) }", "lies outside of its folder"),
        ("p { background: url(/etc/passwd) }", "lies outside of its folder"),
        ("p { background: url(%2e%2e/theme.toml) }", "lies outside of its folder"),
        ("p { background: url(theme.toml) }", "of files, a book takes png"),
        ("p { background: url(fake.png) }", "is not what its ending says"),
        ("p { background: url('http://[') }", "refers to 'http://[', which is no address"),
        ("p { direction: rtl }", "sets direction"),
        ("@media all { p { unicode-bidi: embed } }", "sets unicode-bidi"),
        ("@media all {" * 2000 + "}" * 2000, "beyond all measure"),
        ("p { margin: " + "calc(" * 2000 + "0" + ")" * 2000 + " }", "beyond all measure"),
    ],
)
def test_a_style_sheet_that_a_book_cannot_have(tmp_path: Path, css: str, told: str) -> None:
    folder = _theme(tmp_path, **{"additions.css": css, "fake.png": "no picture"})
    with pytest.raises(ThemeError) as caught:
        load_theme(folder)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_style_sheet_in_another_encoding(tmp_path: Path) -> None:
    folder = _theme(tmp_path, **{"additions.css": "p { }\n/* é */".encode("latin-1")})
    with pytest.raises(ThemeError, match=r"mine/additions\.css, line 2: is not in UTF-8"):
        load_theme(folder)


def test_data_and_places_in_the_page_are_no_files(tmp_path: Path) -> None:
    css = "p { background: url(data:image/png;base64,AAAA) } q { mask: url(#m) }"
    assert not load_theme(_theme(tmp_path, **{"additions.css": css})).assets()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<p>\n{% if %}</p>", "mine/templates/dedication.xhtml, line 2: is no valid template"),
        ("<p>\n{{ page.content", "line 2: is no valid template"),
        ("{{ page|random }}", "is no valid template: No filter named 'random'"),
    ],
)
def test_a_malformed_template_is_told_when_the_theme_is_loaded(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(ThemeError) as caught:
        load_theme(_template(tmp_path, text))
    assert told in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<p>\n{{ page.titel }}</p>", "mine/templates/dedication.xhtml, line 2: fails: "),
        ("<p>\n\n{{ colour }}</p>", "line 3: fails: 'colour' is undefined"),
        ("{% include 'other.xhtml' %}", "asks for the template other.xhtml, which is not there"),
        ("{% include '../../secret' %}", "which is not there"),
        ("<p>{{ page.content }}", "makes what is not XHTML: mismatched tag"),
        ("<p>a&nbsp;b</p>", "write a character reference such as &#160;"),
        ("<!DOCTYPE x><p/>", "makes what is not XHTML"),
        ("</body><body>", "makes what is not XHTML"),
        ("<script>1</script>", "makes an element script"),
        ("<p onclick='1'/>", "makes an attribute onclick"),
        ("<img src='https://example.org/a.png' alt=''/>", "put pictures into the style sheet"),
        ("{{ ''.__class__ }}", "fails: "),
        ("{{ page.__class__.__mro__ }}", "fails: "),
        ("{{ page.template }}", "fails: "),
        ("{{ 'a'.join('b') }}", "fails: "),
        ("{{ 'a' * 1000000000 }}", "whole numbers only"),
        ("{{ 9 ** 999999999 }}", "whole numbers only"),
        ("{{ '%999999999d' % 1 }}", "whole numbers only"),
        ("{{ range(9) }}", "fails: 'range' is undefined"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "calls itself without an end"),
        ("{% include 'dedication.xhtml' %}", "calls itself without an end"),
    ],
)
def test_a_template_that_fails_or_does_what_it_may_not(
    tmp_path: Path, text: str, told: str
) -> None:
    theme = load_theme(_template(tmp_path, text))
    with pytest.raises(ThemeError) as caught:
        theme.render(PAGES[2])
    assert told in str(caught.value), str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_template_may_use_macros_loops_and_its_own_blocks(tmp_path: Path) -> None:
    text = (
        "{% macro line(words) %}<p>{{ words }}</p>{% endmacro %}"
        "{% for c in page.credits %}{{ line(loop.index ~ c.words) }}{{ loop.cycle('', '') }}"
        "{% endfor %}{% block more %}<hr/>{% endblock %}{{ self.more() }}"
    )
    theme = load_theme(_template(tmp_path, text, "titlepage"))
    page = TitlePage("T", credits=(Credit("A", "A & B"),))
    assert theme.render(page) == "<p>1A &amp; B</p><hr/><hr/>"


@pytest.mark.parametrize("name", ["templates/dedication.xhtml", "additions.css", "theme.toml"])
def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret = 1")
    folder = _theme(tmp_path, **{"templates/part.xhtml": "<h1/>"})
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(secret)
    with pytest.raises(ThemeError, match="lies outside of the theme's folder"):
        load_theme(folder)


def test_a_file_beyond_all_measure_is_not_read(tmp_path: Path) -> None:
    folder = _theme(tmp_path)
    with (folder / "additions.css").open("wb") as file:
        file.truncate(3_000_000)
    with pytest.raises(ThemeError, match="has more than 2 MB"):
        load_theme(folder)


def test_a_style_sheet_of_the_user_that_is_not_there() -> None:
    with pytest.raises(ThemeError, match=r"none\.css: there is no such style sheet"):
        load_theme("plain").with_css("none.css")


def test_a_theme_gives_the_same_each_time() -> None:
    first, second = load_theme("classic"), load_theme("classic")
    assert first.style_sheet() == second.style_sheet()
    assert [first.render(page) for page in PAGES] == [second.render(page) for page in PAGES]


@pytest.mark.parametrize("name", theme_names())
def test_stanzas_that_are_paragraphs_stand_apart_in_each_theme(name: str) -> None:
    # What the renderer calls them, and what it calls a turn of a dialogue and a part of a letter.
    (stanza,) = etree.fromstring(html.render(plain.parse("One,\ntwo."))).xpath("/p/@class")
    sheet = tinycss2.parse_stylesheet(load_theme(name).style_sheet(), skip_comments=True)
    rules = {
        selector.strip(): tinycss2.serialize(rule.content)
        for rule in sheet
        if rule.type == "qualified-rule"
        for selector in tinycss2.serialize(rule.prelude).split(",")
    }
    for selector in (f'p[class="{stanza}"] + p', f'p + p[class="{stanza}"]'):
        assert "margin-block: 0.9em 0" in rules[selector]
