from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from collectionlib.markup import html, markdown, plain
from collectionlib.markup.blocks import (
    Block,
    Break,
    Code,
    Emphasis,
    Figure,
    Heading,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Preformatted,
    Quote,
    Ruby,
    Strong,
    Table,
    Text,
    Verse,
    words,
)

NASTY = (
    "\n\n\n\n\r\x85\u2028\u2029    \t\t\u00a0\u3000"
    "aAé一的。「」ーּא\u200b\u200d\u202e\ufeff\u0301👩🏽𠀀"
    "***---⁂◇＊|\\/#<>&;\"'`]]>"
)
PIECES = ["\r\n", "* * *", "   ", "\n\n", "&amp;", "<b>", "]]>", "&#38;", "<!--", "word"]
TEXTS = st.lists(st.sampled_from([*NASTY, *PIECES]), max_size=60).map("".join)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def text_of(fragment: str) -> str:
    root = etree.fromstring(f"<body>{fragment}</body>")
    return "".join(root.itertext())


def without_blanks(text: str) -> str:
    return "".join(text.split())


@given(TEXTS)
def test_every_character_and_word_of_a_plain_body_is_in_the_xhtml(text: str) -> None:
    shown = text_of(html.render(plain.parse(text)))
    assert without_blanks(shown) == without_blanks(text)
    assert shown.split() == text.split()


@given(TEXTS)
def test_blanks_inside_and_before_lines_are_in_the_xhtml(text: str) -> None:
    blocks = plain.parse(text)
    shown = text_of(html.render(blocks))
    assert re.sub(r"\n+", "\n", shown) == re.sub(r"\n+", "\n", plain.render(blocks))


@given(ANY_TEXT)
def test_any_text_gives_well_formed_xml(text: str) -> None:
    html_of_plain = html.render(plain.parse(text))
    inline = (
        Text(text),
        Code(text),
        Ruby(text, text),
        Link(f"https://a.org/{text}", (Text(text),)),
    )
    table = Table.of([inline], [[(Text(text),)]], ["right"])
    blocks = (Paragraph(inline), Preformatted(text), Break(text), Figure(text, text), table)
    for fragment in (html_of_plain, html.render(blocks)):
        text_of(fragment)


@given(TEXTS)
def test_a_markdown_body_shows_all_its_words(text: str) -> None:
    blocks = markdown.parse(text)
    without_readings = re.sub(r"<img[^>]*/>", "", html.render(blocks))
    shown = text_of(without_readings).split()
    figures = [block for block in blocks if isinstance(block, Figure)]
    if not figures:
        assert without_blanks("".join(shown)) == without_blanks("".join(words(blocks)))


def test_real_texts_show_every_character(fortunes: list[str]) -> None:
    for text in fortunes:
        shown = text_of(html.render(plain.parse(text)))
        assert shown.split() == text.split()


def test_only_documented_classes_occur(fortunes: list[str]) -> None:
    fragments = [html.render(plain.parse(text)) for text in fortunes]
    fragments.append(html.render([Break("⁂"), Figure("javascript:x", "A cat")]))
    names = [name for fragment in fragments for name in re.findall(r'class="([^"]*)"', fragment)]
    found = {word for name in set(names) for word in name.split()}
    assert found <= set(html.CLASSES)
    assert len(html.CLASSES) == len(set(html.CLASSES))


P = Paragraph((Text("a"),))

RENDERED: dict[str, tuple[Block, str]] = {
    "paragraph": (Paragraph((Text("a < b & c > d"),)), "<p>a &lt; b &amp; c &gt; d</p>"),
    "kept line": (
        Paragraph((Text("a"), LineBreak(), Text("b"))),
        '<p class="lines"><span class="line">a</span><br/>\n<span class="line">b</span></p>',
    ),
    "indented lines": (
        Paragraph((Text("　　一"), LineBreak(), Text("\t-- b"))),
        (
            '<p class="lines"><span class="line indented"><span class="indent">　　</span>一</span>'
            '<br/>\n<span class="line indented"><span class="indent">\t</span>-- b</span></p>'
        ),
    ),
    "attribution": (
        Paragraph((Text("a"), LineBreak(), Text("\t-- b"))),
        (
            '<p class="lines"><span class="line">a</span>'
            '<br/>\n<span class="line attribution"><span class="indent">\t</span>-- b</span></p>'
        ),
    ),
    "no attribution: a rule": (
        Paragraph((Text("a"), LineBreak(), Text("\t----"))),
        (
            '<p class="lines"><span class="line">a</span>'
            '<br/>\n<span class="line indented"><span class="indent">\t</span>----</span></p>'
        ),
    ),
    "stress": (
        Paragraph((Emphasis((Text("a"), Strong((Text("b"),)))), Code("<c>"))),
        "<p><em>a<strong>b</strong></em><code>&lt;c&gt;</code></p>",
    ),
    "ruby": (Paragraph((Ruby("漢", "かん"),)), "<p><ruby>漢<rt>かん</rt></ruby></p>"),
    "heading": (Heading(2, (Text("a"),)), "<h1>a</h1>"),
    "quote": (Quote((P,)), "<blockquote>\n<p>a</p>\n</blockquote>"),
    "bullets": (ListBlock(((P,), (P, P))), "<ul>\n<li>a</li>\n<li><p>a</p>\n<p>a</p></li>\n</ul>"),
    "numbers": (ListBlock(((P,),), start=1), "<ol>\n<li>a</li>\n</ol>"),
    "other numbers": (ListBlock(((P,),), start=4), '<ol start="4">\n<li>a</li>\n</ol>'),
    "break": (Break(), "<hr/>"),
    "marked break": (Break("* * *"), '<p class="break" role="separator">* * *</p>'),
    "preformatted": (Preformatted("a  <b>\n\tc"), "<pre>a  &lt;b&gt;\n\tc</pre>"),
    "figure": (
        Figure("a b.png", 'A "cat"'),
        '<figure><img src="a%20b.png" alt="A &quot;cat&quot;"/></figure>',
    ),
    "unsafe figure": (Figure("data:image/svg+xml,x", "A cat"), '<p class="figure">A cat</p>'),
    "link without words": (Paragraph((Link("#a", ()),)), '<p><a href="#a">#a</a></p>'),
    "link": (
        Paragraph((Link("https://a.org/?a=1&b=2", (Text("a"),)),)),
        '<p><a href="https://a.org/?a=1&amp;b=2">a</a></p>',
    ),
}


@pytest.mark.parametrize(("block", "fragment"), RENDERED.values(), ids=RENDERED)
def test_each_node_has_its_element(block: Block, fragment: str) -> None:
    assert html.render([block]) == fragment


def test_a_stanza_has_its_margin_and_each_line_its_indent() -> None:
    assert html.render([Verse(((Text("  a"),), (Text("   b"),)))]) == (
        '<p class="verse"><span class="line"><span class="margin">  </span>a</span><br/>\n'
        '<span class="line"><span class="margin">  </span><span class="indent"> </span>b</span></p>'
    )


def test_a_stanza_without_a_common_margin_has_none() -> None:
    block = Verse(((Text(" a"),), (Text("\tb"), Emphasis((Text("c"),)))))
    assert html.render([block]) == (
        '<p class="verse"><span class="line"><span class="indent"> </span>a</span><br/>\n'
        '<span class="line"><span class="indent">\t</span>b<em>c</em></span></p>'
    )


@pytest.mark.parametrize(
    ("level", "offset", "name"),
    [(1, 0, "h1"), (1, 2, "h3"), (5, 4, "h5"), (1, 9, "h6"), (0, 0, "h1")],
)
def test_headings_move_down_and_stop_at_the_sixth(level: int, offset: int, name: str) -> None:
    assert (
        html.render([Heading(level, (Text("a"),))], heading_offset=offset) == f"<{name}>a</{name}>"
    )


def test_headings_leave_out_no_level() -> None:
    headings = [Heading(level, (Text("a"),)) for level in (4, 2, 5, 2, 3)]
    assert re.findall("<h.", html.render(headings)) == ["<h1", "<h1", "<h2", "<h1", "<h2"]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://a.org",
            "HTTPS://a.org/ä?q#f",
            "ftp://a.org/x",
            "mailto:a@b.org",
            "a/b.html",
            "../a",
        ),
        *(
            "/a:b",
            "#note",
            "?q=1",
            "//a.org/x",
            "山.html",
            "http://u@[::1]:80/",
            "https://a_b.org:/",
        ),
        *("https://a.org/%5bx%5D?100%25", "https://例え.jp./", "https://a.org/😀#é"),
        *("https://😀.org", "https://مثال.إختبار/", "https://straße.de", "https://उदाहरण.परीक्षा"),
    ],
)
def test_safe_addresses_are_kept(address: str) -> None:
    assert html.safe_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JavaScript:x",
            " java\tscript:x",
            "java\nscript:x",
            "\x01javascript:x",
        ),
        *(
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "about:blank",
            "",
            " ",
            "mailto:",
            "mailto:#a",
        ),
        *("https://", "https:a.org", "http:///x", "https://[half", "java\u00a0script:x"),
        *("http://a.org:b/", "http://a.org:99999/", "http://a b/", "http://a..org", "http://.a"),
        *("http://[v1.x]/", "http://a\\b", "http://\u202egro.a/", "http://a[1].org"),
        *(
            "http://a%25/",
            "http://\ue000/",
            "http://\u0301a.org",
            "http://\ufdd0.org",
            "http://\u200d",
        ),
    ],
)
def test_other_addresses_leave_their_words_alone(address: str) -> None:
    assert html.safe_address(address) is None
    assert html.render([Paragraph((Link(address, (Text("words"),)),))]) == "<p>words</p>"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://a.org/[x]?y[]=1#[z]", "https://a.org/%5Bx%5D?y%5B%5D=1#%5Bz%5D"),
        ("https://a.org/100%", "https://a.org/100%25"),
        ("https://a.org/%zz%41%4", "https://a.org/%25zz%41%254"),
        ("https://a.org/#a#b", "https://a.org/#a%23b"),
        ("https://a.org/\ufdd0", "https://a.org/%EF%B7%90"),
        ("mailto:a@b.org?subject=[a b]", "mailto:a@b.org?subject=%5Ba%20b%5D"),
        ("[a].html", "%5Ba%5D.html"),
        ("mailto://a[b]", "mailto://a%5Bb%5D"),
    ],
)
def test_what_a_url_cannot_hold_is_encoded(address: str, written: str) -> None:
    assert html.safe_address(address) == written
    assert html.safe_address(written) == written


def test_an_exporter_may_say_where_addresses_lead() -> None:
    blocks = [Paragraph((Link("a.md", (Text("a"),)),)), Figure("b.png", "A cat")]
    fragment = html.render(
        blocks, link={"a.md": "a.xhtml"}.get, picture={"b.png": "images/1.png"}.get
    )
    assert 'href="a.xhtml"' in fragment
    assert 'src="images/1.png"' in fragment
    assert html.render(blocks, link=lambda _: None).startswith("<p>a</p>")


@pytest.mark.parametrize("char", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"], ids=ascii)
def test_what_xml_cannot_hold_becomes_the_replacement_character(char: str) -> None:
    assert html.render([Paragraph((Text(f"a{char}힣b"),))]) == "<p>a\ufffd힣b</p>"


def test_a_table_is_written_with_the_headings_of_its_columns() -> None:
    table = Table.of([(Text("a"),), ()], [[(Text("b"),), (Text("<c>"),)]], ["", "right"])
    assert html.render([table]) == (
        '<table>\n<thead>\n<tr><th scope="col">a</th>'
        '<th scope="col" class="align-right"></th></tr>\n'
        "</thead>\n<tbody>\n"
        '<tr><td>b</td><td class="align-right">&lt;c&gt;</td></tr>\n</tbody>\n</table>'
    )
    assert "<thead>" not in html.render([Table.of([], [[(Text("b"),)]])])
