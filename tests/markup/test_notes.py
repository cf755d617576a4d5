"""Footnotes and endnotes: from Markdown and pages of the usual makers, and to both."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from collectionlib.markup import elements, html, markdown, plain
from collectionlib.markup.blocks import (
    Block,
    Link,
    Note,
    NoteReference,
    Paragraph,
    Preformatted,
    Quote,
    Text,
    words,
)

BODY = """A word[^b], another[^long], again[^b].

> quoted[^q]
>
> [^q]: From the quote.

[^long]: Second **note**.

    With a paragraph.[^deep]

[^b]: First.
[^nobody]: Nobody asks.
[^deep]: Deep.
[^b]: A label twice.

A label without a note[^none].
"""


def _text(blocks: tuple[Block, ...]) -> list[tuple[int, str]]:
    return [
        (block.number, " ".join(words(block.blocks))) for block in blocks if isinstance(block, Note)
    ]


def test_notes_of_markdown_stand_at_the_end_in_the_order_of_the_text() -> None:
    blocks = markdown.parse(BODY)
    assert blocks[0] == Paragraph((
        Text("A word"), NoteReference(1), Text(", another"), NoteReference(2), Text(", again"),
        NoteReference(1), Text("."),
    ))  # fmt: skip
    assert blocks[1] == Quote((Paragraph((Text("quoted"), NoteReference(3))),))
    assert blocks[2] == Paragraph((Text("A label without a note[^none]."),))
    assert _text(blocks) == [
        (1, "First."), (2, "Second note. With a paragraph."), (3, "From the quote."),
        (4, "Deep."), (5, "Nobody asks."), (6, "A label twice."),
    ]  # fmt: skip
    assert markdown.parse(markdown.render(blocks)) == blocks
    assert plain.render(blocks).startswith("A word[1], another[2], again[1].")
    assert "[2] Second note.\n\n    With a paragraph.[4]" in plain.render(blocks)


@pytest.mark.parametrize(
    "body",
    [
        "a[^1]\n\n[^1]:",
        "a[^1]\n\n[^1]:\n\n        code\n",
        "a[^1]\n\n[^1]: - an item\n    - another\n",
        "**a**[^1]*b*[^1]_c_\n\n[^1]: x[^1]\n",
        "# heading[^1]\n\n[^1]: > quoted\n",
        "| a[^1] | b |\n|---|---|\n| c | d[^2] |\n\n[^1]: x\n[^2]: y\n",
        "[^1]: a note only",
        "[a link[^1]](x.html)\n\n[^1]: y",
    ],
)
def test_notes_come_back_from_markdown(body: str) -> None:
    blocks = markdown.parse(body)
    assert any(isinstance(block, Note) for block in blocks)
    assert markdown.parse(markdown.render(blocks)) == blocks
    etree.fromstring(f"<div>{html.render(blocks)}</div>")


@given(st.text("[]^:ab1 \n>-", max_size=60))
def test_no_word_is_lost_whatever_looks_like_a_note(body: str) -> None:
    blocks = markdown.parse(f"{body}\n\n[^a]: word")
    assert markdown.parse(markdown.render(blocks)) == blocks
    assert "word" in words(blocks)


def test_a_note_is_linked_to_and_leads_back() -> None:
    written = html.render(markdown.parse(BODY), note_prefix="e7-", epub_types=True)
    page = etree.fromstring(f'<div xmlns:epub="http://www.idpf.org/2007/ops">{written}</div>')
    ids = [one.get("id") for one in page.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert all(own.startswith("e7-") for own in ids)
    targets = {one.get("href").removeprefix("#") for one in page.iter("a")}
    assert targets <= set(ids)
    kinds = re.findall(r'epub:type="(\w+)"', written)
    assert (kinds.count("noteref"), kinds.count("footnote")) == (5, 6)
    # The fifth and the sixth have nowhere to lead back to.
    assert written.count('role="doc-backlink"') == 4
    assert "epub:type" not in html.render(markdown.parse(BODY))


def test_no_link_stands_in_a_link() -> None:
    children = (Text("a"), NoteReference(1))
    written = html.render([Paragraph((Link("https://e.example/", children),))])
    assert written == '<p><a href="https://e.example/">a[1]</a></p>'


PAGES = {
    "pandoc": """<p>A<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup>
        </a> and B<a href="#fn2" class="footnote-ref" id="fnref2" role="doc-noteref"><sup>2</sup>
        </a></p><section class="footnotes" role="doc-endnotes"><hr/><ol><li id="fn1"><p>First.<a
        href="#fnref1" class="footnote-back" role="doc-backlink">↩︎</a></p></li><li id="fn2"><p>
        Second, see<a href="#fn1" role="doc-noteref">1</a>.<a href="#fnref2"
        class="footnote-back">↩︎</a></p></li></ol></section>""",
    "Markdown Extra": """<p>A<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup> and
        B<sup id="fnref:2"><a class="footnote-ref" href="#fn:2">2</a></sup></p><div
        class="footnotes"><hr/><ol><li id="fn:1"><p>First.&#160;<a class="footnote-backref"
        href="#fnref:1">↩</a></p></li><li id="fn:2"><p>Second, see<a class="footnote-ref"
        href="#fn:1">1</a>.&#160;<a class="footnote-backref" href="#fnref:2">↩</a></p></li></ol>
        </div>""",
    "Project Gutenberg": """<p>A<a id="FNanchor_1"></a><a href="#Footnote_1" class="fnanchor">[1]
        </a> and B<a id="FNanchor_2"></a><a href="#Footnote_2" class="fnanchor">[2]</a></p><div
        class="footnote"><p><a id="Footnote_1"></a><a href="#FNanchor_1"><span class="label">[1]
        </span></a> First.</p></div><div class="footnote"><p><a id="Footnote_2"></a><a
        href="#FNanchor_2"><span class="label">[2]</span></a> Second, see<a id="X"></a><a
        href="#Footnote_1" class="noteref">[1]</a>.</p></div>""",
    "MediaWiki": """<p>A<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup>
        and B<sup id="cite_ref-2" class="reference"><a href="#cite_note-2">[2]</a></sup></p><ol
        class="references"><li id="cite_note-1"><span><b><a href="#cite_ref-1">^</a></b></span>
        <span class="reference-text">First.</span></li><li id="cite_note-2"><b><a
        href="#cite_ref-2">^</a></b> Second, see<a href="#cite_note-1" class="noteref">[1]</a>.
        </li></ol>""",
    "EPUB": """<p>A<a href="#n1" epub:type="noteref">1</a> and B<a href="#n2"
        epub:type="noteref">2</a></p><aside id="n1" epub:type="footnote"><p>First.</p></aside>
        <aside id="n2" epub:type="footnote"><p>Second, see<a href="#n1"
        epub:type="noteref">1</a>.</p></aside>""",
}


@pytest.mark.parametrize("maker", PAGES)
def test_notes_of_pages_are_notes(maker: str) -> None:
    text, first, second = elements.read(lxml_html.fromstring(f"<div>{PAGES[maker]}</div>"))
    see = Text("Second, see"), NoteReference(1), Text(".")
    assert text == Paragraph((Text("A"), NoteReference(1), Text(" and B"), NoteReference(2)))
    assert first == Note(1, (Paragraph((Text("First."),)),))
    assert second == Note(2, (Paragraph(see),))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ('<p>See <a href="#b">below</a>.</p><h2 id="b">B</h2><p>C</p>', "See below. B C"),
        ('<p><a href="#a">1</a> <a href="#b">2</a></p><p id="a">A</p><p id="b">B</p>', "1 2 A B"),
        ('<p id="a"><a href="#a" class="noteref">1</a> to itself</p>', "1 to itself"),
        ('<p>Gone<a href="#gone" class="noteref">1</a>.</p>', "Gone1."),
    ],
)
def test_links_that_lead_to_no_note_are_none(page: str, said: str) -> None:
    blocks = elements.read(lxml_html.fromstring(f"<div>{page}</div>"))
    assert " ".join(words(blocks)) == said


def test_what_we_write_is_read() -> None:
    blocks = markdown.parse("A[^1] b[^2].\n\n[^1]: One.\n\n    Two.[^2]\n\n[^2]: Three.")
    page = lxml_html.fromstring(f"<div>{html.render(blocks)}</div>")
    assert elements.read(page) == blocks
    code = (Paragraph((Text("a"), NoteReference(1))), Note(1, (Preformatted("x"),)))
    assert elements.read(lxml_html.fromstring(f"<div>{html.render(code)}</div>")) == code


@pytest.mark.slow
def test_thousands_of_notes_are_read() -> None:
    number = 4_000
    body = " ".join(f"w[^{n}]" for n in range(number))
    body += "\n\n" + "\n".join(f"[^{n}]: note" for n in range(number))
    blocks = markdown.parse(body)
    page = lxml_html.fromstring(f"<div>{html.render(blocks)}</div>")
    assert elements.read(page) == blocks
