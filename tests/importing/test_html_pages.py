"""Pages: what becomes of their text, and what does not come in."""

import html as entities
import re
from pathlib import Path
from typing import Any

import pytest

from collectionlib import Collection, import_texts
from collectionlib.errors import ParseError, UnsafeSource
from collectionlib.importing.draft import Draft, Removal
from collectionlib.importing.formats.html import HtmlImporter
from collectionlib.importing.sources import SourceFile
from collectionlib.markup import parse
from collectionlib.markup.blocks import Paragraph, Verse, words

PAGES = Path("tests/data/import/pages")


def drafts(page: str | bytes, name: str = "page.html", **options: bool) -> list[Draft]:
    data = page.encode() if isinstance(page, str) else page
    return list(HtmlImporter(**options).parse(SourceFile(name, data, ("web",))))


def draft(page: str | bytes, name: str = "page.html") -> Draft:
    (one,) = drafts(page, name)
    return one


# --- the corpora --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["aesop-fables/fables.xhtml", "leaves-of-grass/drum-taps.xhtml"])
def test_each_article_of_a_standard_ebook_is_a_text(
    corpora: Path, manifest: dict[str, dict[str, Any]], path: str
) -> None:
    file = corpora / "standardebooks" / path
    found = drafts(file.read_bytes(), file.name)
    assert len(found) == manifest[f"standardebooks/{path}"]["expected_entries"]
    headings = re.findall(
        r"<article[^>]*>\s*(?:<header>\s*)?<h\d[^>]*>([^<]+)</h\d>", file.read_text("utf-8")
    )
    assert [one.title for one in found] == list(map(entities.unescape, headings))


@pytest.mark.parametrize("path", ["aesop-fables/fables.xhtml", "leaves-of-grass/drum-taps.xhtml"])
def test_every_word_of_a_standard_ebook_arrives(corpora: Path, path: str) -> None:
    file = corpora / "standardebooks" / path
    articles = re.findall(r"<article.*?</article>", file.read_text("utf-8"), re.DOTALL)
    for article, found in zip(articles, drafts(file.read_bytes(), file.name), strict=True):
        # What the marks of a browser around <q> are, is not in the file.
        text = re.sub(r"<q>", "“", re.sub(r"</q>", "”", article))
        inner = re.sub(r"</?(?:em|strong|i|b)\b[^>]*>", "", text)
        expected = entities.unescape(re.sub(r"<[^>]*>", " ", inner)).split()
        arrived = [*(found.title or "").split(), *words(parse(found.body, found.markup))]
        assert "".join(arrived) == "".join(expected)


def test_the_lines_and_stanzas_of_a_poem_stay(corpora: Path) -> None:
    file = corpora / "standardebooks/leaves-of-grass/drum-taps.xhtml"
    poem = drafts(file.read_bytes(), file.name)[0]
    stanzas = poem.body.split("\n\n")
    assert stanzas[0].split("\n")[:2] == [
        "First O songs for a prelude,",
        "Lightly strike on the stretch’d tympanum pride and joy in my city,",
    ]
    assert len(stanzas[0].split("\n")) == 10
    assert poem.category == ("web", "Drum-Taps")
    assert poem.language == "en-US"


def test_the_moral_in_the_footer_of_a_fable_stays(corpora: Path) -> None:
    file = corpora / "standardebooks/aesop-fables/fables.xhtml"
    assert drafts(file.read_bytes())[1].body.endswith("\n\nMuch wants more and loses all.")


@pytest.mark.parametrize("book", ["aesop-fables", "leaves-of-grass"])
@pytest.mark.parametrize("name", ["toc.xhtml", "content.opf"])
def test_what_is_no_text_of_a_book_is_passed_over_with_the_reason(
    corpora: Path, book: str, name: str
) -> None:
    collection = Collection.create("memory:")
    report = import_texts(collection, corpora / "standardebooks" / book / name)
    assert report.added == 0
    assert not report.rejected
    ((_, reason),) = [(one.source, one.reason) for one in report.warnings]
    assert "no text" in reason


def test_an_insertion_moves_no_other_id(tmp_path: Path) -> None:
    def ids(texts: list[str]) -> dict[str, str]:
        page = "<html><body>" + "".join(
            f"<article><h2>{text}</h2><p>The text of {text}.</p></article>" for text in texts
        )
        (tmp_path / "blog.html").write_text(page)
        collection = Collection.create("memory:")
        import_texts(collection, tmp_path / "blog.html")
        return {entry.title: entry.id for entry in collection}

    before, after = ids(["one", "two"]), ids(["new", "one", "two"])
    assert {title: after[title] for title in before} == before


# --- a page of one text -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def joke() -> Draft:
    return draft((PAGES / "joke.html").read_bytes(), "joke.html")


def test_a_scraped_joke_is_the_joke_alone(joke: Draft) -> None:
    assert joke.title == "The Doctor's Curtains"
    assert joke.body == (
        "– Doctor, doctor!\\\n– *Yes?*\\\n– I feel like a pair of curtains.\n\n"
        "– Pull yourself together!"
    )


def test_what_the_page_says_of_the_joke_is_known(joke: Draft) -> None:
    assert [one.name for one in joke.contributors] == ["Ann Other"]
    assert joke.created == "2003-04-01T10:00:00+00:00"
    assert joke.rights == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert (joke.language, joke.site) == ("en", "Jokes Galore")
    assert joke.attributes == {"description": "A doctor joke."}


def test_what_was_left_out_of_the_page_is_told(joke: Draft) -> None:
    assert [one.text for one in joke.removed] == [
        "We use cookies. Accept all",
        "Jokes Galore",
        "Home New jokes",
        "Advertisement",
        "Share this",
        "© 2003 Jokes Galore",
    ]
    assert joke.changes == ("page-furniture",)


def test_a_poem_keeps_its_lines_and_stanzas() -> None:
    poem = draft(
        "<html><head><title>Roses - My site</title></head><body><h2>Roses</h2>"
        "Roses are red,<br>\n violets are blue,<br><br>&nbsp;&nbsp;sugar is sweet.<br></body>"
    )
    assert poem.title == "Roses"
    assert poem.body == "Roses are red,\nviolets are blue,\n\n\xa0\xa0sugar is sweet."
    assert poem.markup == "plain"


def test_a_page_of_paragraphs_only_stays_plain() -> None:
    page = draft(b"Be *well*.\n\n<p>Two\nlines &amp; more.<p>1. Three")
    assert page.markup == "plain"
    assert page.body == "Be *well*.\n\nTwo lines & more.\n\n1. Three"
    assert page.title is None


def test_a_page_of_cyrillic_with_a_declared_charset(tmp_path: Path) -> None:
    page = (
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>"
        "<title>Анекдот</title></head><body><p>Ну да.</p></body></html>"
    )
    (tmp_path / "anekdot.htm").write_bytes(page.encode("cp1251"))
    collection = Collection.create("memory:")
    report = import_texts(collection, tmp_path / "anekdot.htm")
    assert not report.warnings
    (entry,) = collection
    assert (entry.title, entry.body) == ("Анекдот", "Ну да.")
    assert entry.source is not None
    assert entry.source.encoding == "cp1251"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>A wish - Site</title>", "<h1>A wish</h1>Be well.", "A wish"),
        ("<title>A wish | Site</title>", "<a href='/'>Site</a><p>Be well.", "A wish"),
        ("<title>Site: A wish</title>", "<h1>A wish</h1>Be well.", "A wish"),
        (
            "<title>A wish — Site</title><meta property='og:site_name' content='Site'>",
            "<p>Be well.",
            "A wish",
        ),
        (
            "<title>A wish » Good Wishes</title><link rel=canonical href='https://good-wishes.example/'>",
            "<p>Be well.",
            "A wish",
        ),
        ("<title>Life - a poem</title>", "<p>Be well.", "Life - a poem"),
        (
            "<title>Site</title><meta property='og:site_name' content='Site'>",
            "<h1>Site</h1><h2>A wish</h2><p>Be well.",
            "A wish",
        ),
        (
            "<title>A wish</title><meta property='og:title' content='A wish'>",
            "<h2>Part one</h2><p>Be well.<h2>Part two</h2><p>Be happy.",
            "A wish",
        ),
        (
            "<title>A wish</title>",
            "<header><h1>A wish</h1></header><main><h2>Part one</h2><p>Be well.</main>",
            "A wish",
        ),
        ("", "<p>Be well.", None),
    ],
)
def test_the_title_is_told_by_the_heading_and_the_head(
    head: str, body: str, title: str | None
) -> None:
    assert draft(f"<html><head>{head}</head><body>{body}</body></html>").title == title


def test_linked_data_and_marks_in_the_text_tell_of_it() -> None:
    page = draft(
        '<html><head><script type="application/ld+json">{"@graph": [{"@type": "BlogPosting",'
        '"headline": "A wish", "author": {"@type": "Person", "name": "Ann"},'
        '"inLanguage": "en-GB"}]}</script></head><body><h1>A wish</h1><p>Be well.'
        "<p><time datetime='2020-05-01'>1 May</time></p>"
    )
    assert page.title == "A wish"
    assert [one.name for one in page.contributors] == ["Ann"]
    assert (page.language, page.created) == ("en-GB", "2020-05-01")


@pytest.mark.parametrize("data", ["{", "[[[[", '{"@type": 3, "author": [1, {"x": 2}]}'])
def test_linked_data_that_is_none_does_no_harm(data: str) -> None:
    page = draft(f'<script type="application/ld+json">{data}</script><p>Be well.')
    assert page.body == "Be well."


def test_front_matter_before_a_page_is_no_text_of_it() -> None:
    page = draft("---\ntitle: A wish\ntags: [kind]\n---\n<p>Be <i>well</i>.", "post.html")
    assert (page.title, page.tags, page.body) == ("A wish", ("kind",), "Be *well*.")


def test_a_text_ill_named_as_a_sidebar_stays() -> None:
    assert draft('<div class="sidebar"><p>Be well, all of you.</p></div>').body == (
        "Be well, all of you."
    )


def test_a_form_around_the_whole_page_stays() -> None:
    assert "Be well." in draft("<body><form><h1>A wish</h1><p>Be well.</p></form>").body


def test_the_main_text_is_believed_only_if_it_is_the_larger_part() -> None:
    believed = draft("<body><div>Ads</div><main><p>Be well, all of you.</p></main></body>")
    assert believed.body == "Be well, all of you."
    assert believed.removed == (Removal("page-furniture", "Ads"),)
    not_believed = draft("<body><p>Be well, all of you.</p><main>.</main></body>")
    assert "Be well, all of you." in not_believed.body


def test_without_main_only_everything_that_can_be_read_comes_in() -> None:
    (page,) = drafts((PAGES / "joke.html").read_bytes(), main_only=False)
    assert "We use cookies." in page.body
    assert "tracking" not in page.body


def test_nothing_of_a_page_of_three_lines_is_lost() -> None:
    assert draft("<body>Yes.<br>No.<br>Perhaps.</body>").body == "Yes.\nNo.\nPerhaps."


# --- a page of many texts -----------------------------------------------------------------------

BLOG = (
    "<html lang=de><head><title>Mein Blog</title></head><body><h1>Mein Blog</h1><main>"
    "<article><h2>Eins</h2><time datetime='2020-01-02'></time><p>Text eins.</p></article>"
    "<article lang=en><h2>Two</h2><p>Text two, by <a rel=author href=/a>Ann</a>.</p></article>"
    "</main><p><a href=/2>Older</a></p></body></html>"
)


def test_the_articles_of_a_blog_are_texts_of_their_own() -> None:
    first, second = drafts(BLOG)
    assert (first.title, first.body, first.created, first.language) == (
        "Eins", "Text eins.", "2020-01-02", "de",
    )  # fmt: skip
    assert (second.title, second.language) == ("Two", "en")
    assert [one.name for one in second.contributors] == ["Ann"]
    assert first.category == second.category == ("web", "Mein Blog")
    assert first.many
    assert first.raw != second.raw
    assert first.removed == (Removal("between-texts", "Older"),)


def test_a_page_is_not_taken_apart_when_it_is_to_stay_whole() -> None:
    (page,) = drafts(BLOG, articles=False)
    assert "Text eins." in page.body
    assert "Text two" in page.body


def test_a_text_with_hints_to_others_below_it_is_one_text() -> None:
    page = (
        "<body><article><h1>A wish</h1><p>"
        + "Be well, all of you. " * 20
        + "</p></article><article><a href=/2>More</a></article></body>"
    )
    assert draft(page).title == "A wish"


def test_a_long_introduction_to_the_articles_is_a_text_too() -> None:
    found = drafts(BLOG.replace("<main>", f"<p>{'A long word before. ' * 20}</p><main>")
                   .replace("Text eins.", "Text eins. " * 100))  # fmt: skip
    assert len(found) == 3
    assert found[2].body.startswith("A long word before.")
    assert found[2].warnings


# --- structure ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>を\n書く",
         "{漢|かん}{字|じ}を書く"),
        ("<p>a<blockquote>Be well.</blockquote>", "a\n\n> Be well."),
        ("<ol start=3><li>c<li>d</ol>", "3. c\n4. d"),
        ("<ul><li>x<ul><li>y</ul></ul>", "- x\n\n  - y"),
        ("a<hr>b<p>* * *<p>c", "a\n\n---\n\nb\n\n* * *\n\nc"),
        ("<pre>\n  a  b\n c</pre>", "```\n  a  b\n c\n```"),
        ("<table><tr><th>a b<th>c<tr><td>d<td>e</table>", "| a b | c |\n| --- | --- |\n| d | e |"),
        ("<table><tr><td><p>a<p>b</table>", "a\n\nb"),
        ("<figure><img src='http://x.example/a.png' alt='A cat'><figcaption>Cat</figcaption>",
         "![A cat](<http://x.example/a.png>)\n\nCat"),
        ("<p>x<img src=smile.gif alt=':-)'>", "x:-)"),
        ("<p><a href='https://x.example/'>there</a>, <a href=more.html>here</a>",
         "[there](<https://x.example/>), here"),
        ("<p>2<sup>10</sup>", "2¹⁰"),
        ("<p lang=fr>Il dit <q>Oui</q>", "Il dit «Oui»"),
        ("<h3>a</h3>b<h5>c</h5>d", "b\n\n# c\n\nd"),
        ("<p>a<b> b </b>c<i>d</i>", "a **b** c*d*"),
        ("<b><div>a</div><div>b</div></b>", "**a**\n\n**b**"),
    ],
)  # fmt: skip
def test_structure_becomes_markup(page: str, body: str) -> None:
    found = draft(f"<body>{page}</body>")
    assert found.body.replace("](<", "](").replace(">)", ")") == body.replace("](<", "](").replace(
        ">)", ")"
    )


def test_indented_lines_of_verse_stay_indented() -> None:
    page = draft("<p><span class='i1'>Roses,</span><br/>\n<span class='i2'>violets</span></p>")
    assert page.body == "  Roses,\n    violets"
    assert isinstance(parse(page.body, page.markup)[0], Verse)


def test_what_looks_like_markdown_is_text() -> None:
    page = draft("<p><i>a</i> *b* # c <p>1. d")
    assert words(parse(page.body, page.markup)) == ["a", "*b*", "#", "c", "1.", "d"]
    assert all(isinstance(one, Paragraph) for one in parse(page.body, page.markup))


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("element", ["div", "b", "blockquote", "ul><li"])
def test_a_page_nested_too_deeply_is_one_sentence(element: str) -> None:
    with pytest.raises(ParseError, match=r"deep\.html: .*--format plain") as raised:
        drafts(f"<{element}>x" * 100_000, "deep.html")
    assert "\n" not in str(raised.value)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;">%s]>'
    '<html xmlns="http://www.w3.org/1999/xhtml"><body>&b;</body></html>'
)


@pytest.mark.parametrize("more", ["", '<!ENTITY c SYSTEM "file:///etc/passwd">'])
def test_entities_of_its_own_are_unsafe(more: str) -> None:
    with pytest.raises(UnsafeSource, match="entities of its own"):
        drafts(BOMB % more, "bomb.xhtml")


def test_xhtml_that_is_not_well_formed_is_read_as_html() -> None:
    page = draft(
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><p>Be&nbsp;<i>well"
        "</p></body></html>"
    )
    assert page.body == "Be\xa0*well*"
    assert "not well-formed" in page.warnings[0]


@pytest.mark.parametrize("text", ["<p>Be well.</p>", "<p>Be well."])
def test_an_empty_script_in_xhtml_swallows_nothing(text: str) -> None:
    page = draft(
        "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x.dtd'>\n"
        "<html xmlns='http://www.w3.org/1999/xhtml'><head><title/><script src='a.js'/></head>"
        f"<body>{text}</body></html>"
    )
    assert page.body == "Be well."


def test_named_references_of_html_are_read_in_xhtml() -> None:
    page = draft(
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body>"
        "<p>caf&eacute; &amp; th&#233;<a id='x'/>!</p></body></html>"
    )
    assert page.body == "café & thé!"
    assert not page.warnings


@pytest.mark.parametrize("page", ["<html></html>", "<body><script>x</script>"])
def test_a_page_without_text_holds_none(page: str) -> None:
    assert drafts(page) == []


@pytest.mark.parametrize(
    ("name", "data", "is_page"),
    [
        ("x.txt", b"\xef\xbb\xbf <!DOCTYPE HTML PUBLIC '-//W3C'><p>x", True),
        ("x.txt", b"<!-- saved --><html><p>x", True),
        ("x.htm", b"Be well.", True),
        ("x.txt", b"I wrote <html> once.", False),
        ("x.txt", b"<3 you all", False),
    ],
)
def test_a_page_is_recognised_by_its_beginning_or_its_name(
    name: str, data: bytes, is_page: bool
) -> None:
    assert (HtmlImporter().recognises(SourceFile(name, data)) is not None) is is_page


@pytest.mark.slow
@pytest.mark.parametrize("element", ["<p>x ", "x <i>y</i> ", "x<br>", "<img src=a>", "<li>x"])
@pytest.mark.timeout(60)
def test_a_large_page_of_one_line_takes_little_time(element: str) -> None:
    page = "<html><body>" + element * 4_000 + "</body></html>"
    assert len(draft(page).body) >= 4_000


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_page_of_many_articles_takes_little_time() -> None:
    page = "<html><body>" + "<div><article><p>x</article></div>" * 5_000 + "</body></html>"
    assert len(drafts(page)) == 5_000


@pytest.mark.parametrize("element", ["div", "blockquote", "i", "ul><li", "span"])
def test_a_page_nested_as_deeply_as_is_read_is_a_text_or_one_sentence(
    tmp_path: Path, element: str
) -> None:
    (tmp_path / "deep.html").write_text(f"<{element}>x" * 120 + "<p>the end")
    collection = Collection.create("memory:")
    report = import_texts(collection, tmp_path / "deep.html")
    assert report.added + len(report.rejected) == 1
    assert all("the end" in entry.body for entry in collection)


# --- odd pages ----------------------------------------------------------------------------------


def test_an_empty_page_holds_nothing() -> None:
    assert drafts(" \n") == []


def test_what_machines_are_told_in_several_ways_is_one_author_and_one_title() -> None:
    data = (
        '[7, {"@type": "Article", "headline": ["A wish", "Another"], "author": [{"@id": "#ann"}, '
        '{"name": "Ann"}], "keywords": "kind, short", "license": {"@id": "https://example.org/terms"}}]'
    )
    page = draft(
        f'<html><head><script type="application/ld+json">{data}</script>'
        '<meta name="author" content="Bea"><meta name="keywords" content="kind">'
        '<link rel="canonical" href="http://[x"></head><body><p>Be well.'
    )
    assert page.title == "A wish"
    assert [each.name for each in page.contributors] == ["Bea", "Ann"]
    assert page.tags == ("kind", "short")
    assert page.rights == "https://example.org/terms"


def test_each_text_has_the_marks_that_stand_in_it() -> None:
    one = (
        "<article><h2>One</h2><p>Be well, friend.</p><time>today</time>"
        "<a rel='author' href='/ann'>https://ann.example/</a><a class=p-author>by Ann</a>"
        "<a rel=license href='https://creativecommons.org/licenses/by/4.0/'>CC BY</a></article>"
    )
    two = "<article><h2>Two</h2><p>Be happy, all of you.</p></article>"
    first, second = drafts(f"<body>{one}{two}")
    assert [each.name for each in first.contributors] == ["Ann"]
    assert first.rights == "https://creativecommons.org/licenses/by/4.0/"
    assert first.created is None
    assert (second.title, second.contributors, second.rights) == ("Two", (), None)


def test_articles_that_are_little_of_their_page_do_not_divide_it() -> None:
    long = "<p>" + "Be well, all of you who read this. " * 20
    (page,) = drafts(f"<body>{long}<article>One.</article><article>Two.</article>")
    assert "Be well" in page.body


def test_the_vocabulary_of_epub_marks_texts_and_their_sections() -> None:
    poems = "".join(
        f'<section epub:type="z3998:poem"><h3>{name}</h3><p>A poem of {name}.</p></section>'
        for name in ("one", "two")
    )
    found = drafts(
        '<html xmlns:epub="http://www.idpf.org/2007/ops"><body><section><header><h2>Early</h2>'
        f"</header>{poems}</section></body></html>"
    )
    assert [(each.title, each.category) for each in found] == [
        ("one", ("web", "Early")), ("two", ("web", "Early")),
    ]  # fmt: skip


def test_what_stands_around_the_main_text_is_told_piece_by_piece() -> None:
    page = draft(
        "<body>Top <div>before <main><p>Be well, all of you who read this.</p></main> after "
        "<i>aside</i> end</div> bottom</body>"
    )
    assert page.body == "Be well, all of you who read this."
    assert [each.text for each in page.removed] == [
        "after", "aside", "end", "before", "bottom", "Top",
    ]  # fmt: skip


def test_what_is_embedded_or_hidden_by_its_role_is_told() -> None:
    page = draft(
        "<body><p>Be well, all of you.</p><svg><text>Logo</text></svg>"
        "<div role=banner>Welcome</div><div class=sidebar><h1>A wish</h1></div>"
    )
    assert page.body.splitlines()[0] == "Be well, all of you."
    assert {each.text for each in page.removed} >= {"Logo", "Welcome"}
    # A heading of the page is not what its box is named.
    assert page.title == "A wish" or "A wish" in page.body
