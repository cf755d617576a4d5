"""Feeds and exports of blogs: each item a text, and what it says of itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from collectionlib import Collection, Entry, export, import_texts
from collectionlib.errors import NothingToImport, ParseError, UnsafeSource
from collectionlib.importing.draft import Draft
from collectionlib.importing.formats.feeds import FeedImporter
from collectionlib.importing.sources import SourceFile
from collectionlib.model import Contributor

RSS = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:wp="http://wordpress.org/export/1.2/"'
    ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"><channel>'
    "<title>Wishes</title><link>https://blog.example/</link><language>en-GB</language>"
    "<copyright>CC0</copyright>%s</channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Wünsche</title>'
    "<author><name>Ann</name></author><rights>Frei</rights>%s</feed>"
)


def drafts(text: str) -> list[Draft]:
    source = SourceFile("blog.xml", text.encode())
    assert FeedImporter().recognises(source)
    return list(FeedImporter().parse(source))


def one(text: str) -> Draft:
    (draft,) = drafts(text)
    return draft


def test_an_item_says_what_it_is() -> None:
    draft = one(
        RSS % "<item><title>Be &amp;amp; stay &lt;em&gt;well&lt;/em&gt;</title>"
        "<link>https://blog.example/1</link><guid isPermaLink='false'>no 1</guid>"
        "<dc:creator>Ann</dc:creator><pubDate>Tue, 03 Mar 2020 10:00:00 +0100</pubDate>"
        "<category>Health</category><category>short</category><category/>"
        "<description>A wish in short.</description><comments>https://blog.example/1#c</comments>"
        "<content:encoded><![CDATA[<h2>Be & stay well</h2><p>Be <b>well</b>, as "
        '<a href="/then">then</a>.</p><script>x()</script>]]></content:encoded></item>'
    )
    assert draft.title == "Be & stay well"
    assert draft.body == "Be **well**, as [then](<https://blog.example/then>)."
    assert draft.markup == "markdown"
    assert [each.name for each in draft.contributors] == ["Ann"]
    assert draft.created == "2020-03-03T10:00:00+01:00"
    assert draft.category == ("Wishes", "Health")
    assert draft.tags == ("short",)
    assert (draft.language, draft.rights, draft.site) == ("en-GB", "CC0", "Wishes")
    assert draft.attributes == {
        "url": "https://blog.example/1",
        "identifier": "no 1",
        "summary": "A wish in short.",
        "comments": "https://blog.example/1#c",
        "title": "Be &amp; stay <em>well</em>",
    }


def test_nothing_that_a_feed_says_is_lost() -> None:
    draft = one(
        ATOM % "<subtitle>For you</subtitle><link href='https://blog.example/'/><entry>"
        "<title>Eins</title><id>urn:1</id><content>Sei gut.</content><summary>Kurz.</summary>"
        "<published>2020-03-03T10:00:00Z</published><updated>2021-01-01T00:00:00Z</updated>"
        "<link href='https://x.example/1'/><link rel='enclosure' href='https://x.example/1.mp3'/>"
        "<author><name>Bo</name><email>bo@x.example</email></author></entry>"
    )
    assert draft.attributes == {
        "url": "https://x.example/1",
        "identifier": "urn:1",
        "summary": "Kurz.",
        "updated": "2021-01-01T00:00:00Z",
        "link": {"rel": "enclosure", "href": "https://x.example/1.mp3"},
        "author": [["name", "Bo"], ["email", "bo@x.example"]],
    }
    assert [(each.change, each.text) for each in draft.removed] == [("feed", "subtitle: For you")]
    assert draft.changes == ("feed",)
    person = {"name": "Ann", "avatar": "a.png"}
    item = {"content_text": "Hi.", "tags": "x", "url": "https://x.example/", "author": person}
    feed = {**JSON, "feed_url": "https://x.example/f", "items": ["a word", item]}
    draft = one(json.dumps(feed))
    assert draft.attributes == {"url": "https://x.example/", "tags": "x", "author": person}
    assert [each.text for each in draft.removed] == ["feed_url: https://x.example/f"]
    assert draft.warnings == ("1 of its items are no texts and are not in: no object 1",)


@pytest.mark.parametrize("date", ["Tue, 99 Foo 0000 99:99:99 +99999", "x" * 100_000, ",", "in May"])
def test_a_date_that_is_none_is_kept_as_it_stands(date: str) -> None:
    item = {"content_text": "Hi.", "date_published": date}
    feeds = (
        json.dumps({**JSON, "items": [item]}),
        RSS % f"<item><description>Hi.</description><pubDate>{date}</pubDate></item>",
    )
    for feed in feeds:
        draft = one(feed)
        assert (draft.created, draft.attributes["date"]) == (None, date)


@pytest.mark.parametrize(
    ("item", "body"),
    [
        ("<description>Be well.\n\nAnd happy, 1 &lt; 2.</description>",
         "Be well.\n\nAnd happy, 1 < 2."),
        ("<description>&lt;p>Be well.&lt;/p>&lt;p>And&amp;nbsp;so.&lt;/p></description>",
         "Be well.\n\nAnd\xa0so."),
        ("<description><![CDATA[<!-- nothing -->]]></description>", "A title"),
        ("<description> </description>", "A title"),
        ("<enclosure url='https://blog.example/1.mp3'/>", "A title"),
    ],
)  # fmt: skip
def test_the_text_of_an_item_may_stand_in_several_ways(item: str, body: str) -> None:
    draft = one(RSS % f"<item><title>A title</title>{item}</item>")
    assert draft.body == body
    assert draft.title == ("" if body == "A title" else "A title")


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("<content type='html'>&lt;p>Sei &lt;i>gut&lt;/i>.&lt;/p></content>", "Sei *gut*."),
        ("<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Sei <i>gut</i>.</div>\
</content>", "Sei *gut*."),
        ("<content>Sei &lt;gut>.</content>", "Sei <gut>."),
        ("<content src='https://blog.example/1'/><summary>Sei gut.</summary>", "Sei gut."),
    ],
)  # fmt: skip
def test_atom_says_the_notation_of_a_text(content: str, body: str) -> None:
    draft = one(
        ATOM % f"<entry><title>Eins</title><id>urn:1</id>{content}"
        "<published>2020-03-03T10:00:00Z</published><updated>2021-01-01T00:00:00Z</updated>"
        "<link rel='self' href='https://blog.example/1.xml'/><link href='https://blog.example/1'/>"
        "<category term='good' label='Gutes'/></entry>"
    )
    assert draft.body == body
    assert draft.title == "Eins"
    assert draft.created == "2020-03-03T10:00:00Z"
    assert draft.category == ("Wünsche", "Gutes")
    assert [each.name for each in draft.contributors] == ["Ann"]
    assert (draft.language, draft.rights) == ("de", "Frei")
    assert draft.attributes["url"] == "https://blog.example/1"


@pytest.mark.parametrize(
    "namespace", ["http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"]
)
def test_rss_in_rdf_has_its_items_beside_the_channel(namespace: str) -> None:
    draft = one(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="{namespace}"><channel><title>Old</title></channel>'
        "<item><title>One</title><description>Be well.</description></item></rdf:RDF>"
    )
    assert (draft.title, draft.body, draft.category) == ("One", "Be well.", ("Old",))


def _post(text: str, *, status: str = "publish", kind: str = "post", more: str = "") -> str:
    return (
        f"<item><title>Hope</title><dc:creator>carla</dc:creator>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded>"
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>{more}</item>"
    )


_EXPORT = (
    "<wp:wxr_version>1.2</wp:wxr_version><wp:author><wp:author_login>carla</wp:author_login>"
    "<wp:author_display_name>Carla B.</wp:author_display_name></wp:author>"
)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Hope is\na <em>thing</em>.\n\nWith feathers.", "Hope is\\\na *thing*.\n\nWith feathers."),
        ("<!-- wp:paragraph -->\n<p>Hope is\na thing.</p>\n<!-- /wp:paragraph -->",
         "Hope is a thing."),
        ("See:\n<blockquote>Hope.\n\nMore.</blockquote>\nSo.", "See:\n\n> Hope. More.\n\nSo."),
    ],
)  # fmt: skip
def test_wordpress_ends_paragraphs_by_blank_lines(text: str, body: str) -> None:
    assert one(RSS % (_EXPORT + _post(text))).body == body


def test_an_export_of_wordpress_holds_more_than_texts() -> None:
    more = (
        '<category domain="category" nicename="e">Essays</category>'
        '<category domain="post_tag" nicename="h">hope</category>'
        "<wp:postmeta><wp:meta_key>_edit_last</wp:meta_key><wp:meta_value>1</wp:meta_value>"
        "</wp:postmeta><wp:comment><wp:comment_author>Bo</wp:comment_author>"
        "<wp:comment_content>I agree.</wp:comment_content></wp:comment>"
    )
    text = RSS % (
        _EXPORT
        + _post("Hope.", more=more)
        + _post("Not yet.", status="draft")
        + _post("", kind="attachment", status="inherit")
        + _post("[]", kind="wp_navigation")
    )
    public, draft = drafts(text)
    assert [each.name for each in public.contributors] == ["Carla B."]
    assert public.category == ("Wishes", "Essays")
    assert public.tags == ("hope",)
    about = '[["wp:author_login","carla"],["wp:author_display_name","Carla B."]]'
    assert [(each.change, each.text) for each in public.removed] == [
        ("feed", f"wp:wxr_version: 1.2\nwp:author: {about}"),
        ("comments", "Bo: I agree."),
        ("wordpress", "postmeta: _edit_last 1"),
    ]
    assert public.attributes["wp:status"] == "publish"
    assert draft.attributes["wp:status"] == "draft"
    assert draft.warnings == (
        "2 of its items are no texts and are not in: attachment 1, wp_navigation 1",
        "1 of its texts have not been published: draft 1; the attribute wp:status tells which",
    )


def test_an_export_that_is_imported_again_updates_nothing_that_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "blog.xml"
    path.write_text(RSS % (_EXPORT + _post("Hope.") + _post("Fear.")))
    with Collection.create(tmp_path / "a.db") as collection:
        import_texts(collection, path)
        report = import_texts(collection, path)
        assert (report.added, report.updated, report.unchanged) == (0, 0, 2)
        found: list[Entry] = list(collection.select())
    assert [(each.title, each.body) for each in found] == [("Hope", "Hope."), ("Hope", "Fear.")]
    assert {each.source.site for each in found if each.source} == {"Wishes"}


JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Wishes",
    "home_page_url": "https://blog.example/",
    "language": "en",
    "authors": [{"name": "Ann"}],
}


def test_a_json_feed_says_the_same() -> None:
    item = {
        "id": "1", "url": "https://blog.example/1", "title": "One", "summary": "In short.",
        "content_html": "<p>Be <em>well</em>.</p>", "content_text": "Be well.",
        "date_published": "2020-01-01T00:00:00Z", "tags": ["a", "b"],
        "author": {"name": "Bo"}, "_mine": {"x": 1},
    }  # fmt: skip
    first, second = drafts(json.dumps({**JSON, "items": [item, {"id": 2, "content_text": "Hi."}]}))
    assert (first.title, first.body, first.markup) == ("One", "Be *well*.", "markdown")
    assert ([each.name for each in first.contributors], first.language) == (["Bo"], "en")
    assert (first.created, first.tags) == ("2020-01-01T00:00:00Z", ("a", "b"))
    assert first.attributes == {
        "url": "https://blog.example/1", "identifier": "1", "summary": "In short.",
        "content_text": "Be well.", "_mine": {"x": 1},
    }  # fmt: skip
    assert (second.title, second.body, second.category) == ("", "Hi.", ("Wishes",))
    assert [each.name for each in second.contributors] == ["Ann"]


def test_what_we_write_as_json_feed_can_be_read_again(tmp_path: Path) -> None:
    texts = [
        Entry.new(title="One", body="Be *well*,\n\n> and so.", markup="markdown", tags=("a",)),
        Entry.new(body="Hi.", language="en", contributors=(Contributor(name="Ann"),)),
    ]
    with Collection.create(tmp_path / "a.db", title="Wishes") as collection:
        with collection.transaction() as batch:
            for each in texts:
                batch.put(each)
        export(collection, tmp_path / "feed.json", to="jsonfeed")
        first, second = collection.select()
    found = drafts((tmp_path / "feed.json").read_text())
    assert [(each.title, each.body, each.tags) for each in found] == [
        (each.title, each.body, each.tags) for each in (first, second)
    ]


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        (json.dumps(JSON), NothingToImport, "none of the items"),
        (json.dumps(JSON)[:-1], ParseError, "it is no JSON"),
        (RSS % "", NothingToImport, "none of the items"),
        (RSS % "<item><link>https://blog.example/1</link></item>", NothingToImport, "none of"),
        ("<rss><item><title>A & B</title></item></rss>", ParseError, "well-formed"),
        ('<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + "<rss>&a;</rss>",
         UnsafeSource, "entities"),
    ],
)  # fmt: skip
def test_what_is_no_feed_with_texts_says_so(text: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        drafts(text)


@pytest.mark.parametrize(
    "text", ["A feed.", "<feed>grass</feed>", "<RDF/>", "<p><rss/>", "", '{"rss": 1}']
)
def test_what_is_no_feed_is_left_to_others(text: str) -> None:
    source: Any = SourceFile("feed.xml", text.encode())
    assert FeedImporter().recognises(source) is None
