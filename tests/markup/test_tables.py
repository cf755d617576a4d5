"""Tables: from pages and back, and as plain text."""

from lxml import etree
from lxml import html as lxml_html

from collectionlib.markup import elements, html, markdown, plain, rendered
from collectionlib.markup.blocks import Emphasis, Table, Text

TABLE = Table.of(
    [(Text("Wish"),), (Text("For"),)],
    [[(Emphasis((Text("Be well"),)),), (Text("a friend"),)], [(Text("Peace"),)]],
    ["", "right"],
)


def test_a_table_comes_back_from_our_own_pages() -> None:
    for table in (TABLE, Table.of([], TABLE.rows)):
        root = etree.fromstring(f"<div>{html.render([table])}</div>")
        assert rendered.read(root) == (table,)
        assert rendered.is_reversible([table], heading_offset=1, link=str)


def test_a_table_of_a_page_is_a_table() -> None:
    page = lxml_html.fragment_fromstring(
        "<div><table><caption>Wishes</caption><thead><tr><th>Wish<th>For</thead>"
        "<tr><td><em>Be well</em><td>a friend<tr><td>Peace<td></table></div>"
    )
    caption, table = elements.read(page)
    assert plain.render([caption]) == "Wishes"
    assert table == Table.of(TABLE.head, TABLE.rows)
    assert markdown.parse(markdown.render([table])) == (table,)


def test_a_table_is_set_in_columns_or_by_lines() -> None:
    assert plain.render([TABLE]) == "Wish      For\nBe well   a friend\nPeace"
    long = Table.of([], [[(Text("word " * 20),), (Text("b"),)]] * 2)
    assert plain.render([long]).splitlines()[0] == f"{'word ' * 20} | b"
