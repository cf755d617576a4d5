"""Mailboxes: every message is there, whatever it is made of, and what it says is in characters."""

import tracemalloc
from base64 import b64encode
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from collectionlib import Collection, import_texts
from collectionlib.importing.draft import Draft
from collectionlib.importing.formats.mbox import MboxImporter
from collectionlib.importing.sources import SourceFile
from collectionlib.model import Entry

FROM = b"From ann@example.org Fri May  3 10:15:00 2019\n"


def parsed(data: bytes, **options: str) -> list[Draft]:
    source = SourceFile("mail/jokes.mbox", data, ("mail",))
    importer = MboxImporter(**options)  # type: ignore[arg-type]
    assert importer.recognises(source)
    return list(importer.parse(source))


def one(header: str, body: bytes = b"Text.\n", **options: str) -> Draft:
    (draft,) = parsed(FROM + header.encode() + b"\n\n" + body, **options)
    return draft


def made(text: str, charset: str, encoding: str | None = None) -> bytes:
    message = EmailMessage(policy.default)
    message["Subject"] = text.split("\n")[0]
    message["From"] = f"{text.split()[0]} <a@example.org>"
    message["Date"] = "Fri, 03 May 2019 10:15:00 +0200"
    message["Message-ID"] = f"<{charset}@example.org>"
    message.set_content(text, charset=charset, cte=encoding)
    # Mail programs write the words of a header in the charset of the text.
    return FROM + message.as_bytes() + b"\n"


TEXTS = {
    "koi8-r": "Анекдот дня\n\nШтирлиц шёл по коридору.\n",
    "iso-2022-jp": "今日の笑い話\n\n隣の家に囲いができたってね。へえ。\n",
    "utf-8": "Ĉu vi ridas? 😀\n\nJes — nun.\n",
    "iso-8859-2": "Žert\n\nPříliš žluťoučký kůň.\n",
    "gb2312": "笑话\n\n从前有座山。\n",
    "euc-kr": "웃긴 이야기\n\n옛날 옛적에.\n",
    "windows-1252": "“Quoted”\n\nIt’s a joke – €5.\n",
}


@pytest.mark.parametrize("charset", TEXTS)
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", None])
def test_text_in_any_charset(charset: str, encoding: str | None) -> None:
    (draft,) = parsed(made(TEXTS[charset], charset, encoding))
    assert draft.body == TEXTS[charset].rstrip("\n")
    assert draft.title == TEXTS[charset].split("\n")[0]
    assert draft.contributors[0].name == TEXTS[charset].split()[0]
    assert draft.created == "2019-05-03T10:15:00+02:00"
    assert draft.attributes["message_id"] == f"<{charset}@example.org>"
    assert draft.warnings == ()


def test_the_words_of_a_header_in_any_charset() -> None:
    subject = "=?koi8-r?B?" + b64encode("Привет, ".encode("koi8-r")).decode() + "?=\n"
    subject += " =?iso-2022-jp?B?" + b64encode("笑い".encode("iso2022_jp")).decode() + "?="
    draft = one(f'Subject: {subject}\nFrom: "Lu, Xun" <lu@example.org>')
    assert draft.title == "Привет, 笑い"
    assert [each.name for each in draft.contributors] == ["Lu, Xun"]
    # A character that begins in one word and ends in the next.
    assert one("Subject: =?utf-8?q?caf=C3?= =?utf-8?q?=A9?=").title == "café"


def test_messages_of_one_mailbox_stand_apart() -> None:
    data = (
        FROM + b"Subject: One\nList-Id: Jokes of the day <jokes.example.org>\n\n"
        b"First.\n\nFrom here it goes on, at 10:15.\n>From the start.\n>>From\n\n"
        + FROM + b"Subject: Re: Two\nX-Mailing-List: <fun@example.org> archive/1\n\nSecond.\n"
        + FROM.replace(b"\n", b"\r\n")
        + b"Subject: Three\r\nNewsgroups: rec.humor,alt.jokes\r\n\r\n"
        b"Third.\r\n\r\n" + b"From nobody\nSubject: Four\nFrom: b\n\nFourth.\n"
    )  # fmt: skip
    drafts = parsed(data)
    assert [(draft.title, draft.category, draft.tags) for draft in drafts] == [
        ("One", ("mail", "Jokes of the day"), ()),
        ("Re: Two", ("mail", "fun@example.org"), ()),
        ("Three", ("mail", "rec.humor"), ("alt.jokes",)),
        ("Four", ("mail", "jokes"), ()),
    ]
    assert [draft.body.strip() for draft in drafts] == [
        "First.\n\nFrom here it goes on, at 10:15.\nFrom the start.\n>>From",
        "Second.",
        "Third.",
        "Fourth.",
    ]
    assert drafts[0].changes == ("from-escapes",)


def test_one_message_is_a_mailbox_and_other_texts_are_not() -> None:
    assert one("Subject: One").title == "One"
    for text in (b"From here to there.\nIt is far.\n", b"Subject: x\n\nFrom a\n", b"From", b""):
        assert MboxImporter().recognises(SourceFile("a.txt", text)) is None


def test_lines_that_flow_are_joined_and_quotes_stay() -> None:
    draft = one(
        "Content-Type: text/plain; charset=utf-8; format=flowed",
        b"A line \nthat flows.\n> A quote \n> that flows.\n>> Deeper.\n\n From here.\n-- \nAnn\n",
    )
    assert draft.body == (
        "A line that flows.\n> A quote that flows.\n>> Deeper.\n\nFrom here.\n-- \nAnn"
    )
    assert "format-flowed" in draft.changes


def test_a_signature_goes_only_where_it_is_asked_for() -> None:
    assert one("Subject: S", b"Text.\n-- \nAnn\n").body == "Text.\n-- \nAnn"
    draft = one("Subject: S", b"Text.\n-- \nAnn\n", signature="remove")
    assert draft.body == "Text."
    assert [(each.change, each.text) for each in draft.removed] == [("signature", "-- \nAnn")]
    assert draft.changes == ("signature",)


def _multipart(kind: str, *parts: tuple[str, str]) -> tuple[str, bytes]:
    body = "".join(f"--b\n{header}\n\n{text}\n" for header, text in parts)
    return f'Subject: Parts\nContent-Type: multipart/{kind}; boundary="b"', (
        f"{body}--b--\n".encode()
    )


def test_of_several_forms_the_plain_one_is_taken() -> None:
    html = ("Content-Type: text/html", "<p>A <b>joke</b>.</p>")
    both = _multipart("alternative", html, ("Content-Type: text/plain", "A joke."))
    assert (one(*both).body, one(*both).markup) == ("A joke.", "plain")
    blank = _multipart("alternative", ("Content-Type: text/plain", " "), html)
    assert (one(*blank).body, one(*blank).markup) == ("A **joke**.", "markdown")
    assert one("Content-Type: text/html", b"<p>Only &amp; this").body == "Only & this"


def test_attachments_are_named() -> None:
    draft = one(*_multipart(
        "mixed",
        ("Content-Type: text/plain", "See below."),
        ('Content-Type: image/png; name="fox.png"\nContent-Transfer-Encoding: base64', "AAAA"),
        ("Content-Type: text/plain\nContent-Disposition: attachment; filename=b.txt", "More."),
        ("Content-Type: message/rfc822", "Subject: Forwarded\n\nText."),
    ))  # fmt: skip
    assert draft.body == "See below."
    assert draft.warnings == (
        "Parts: the attachment 'fox.png' (image/png) is not imported",
        "Parts: the attachment 'b.txt' (text/plain) is not imported",
        "Parts: the attachment (message/rfc822) is not imported",
    )


@pytest.mark.parametrize("charset", ["us-ascii", "utf-8", "iso-8859-1", "x-unknown", "rot13", ""])
def test_a_charset_that_lies_is_found_out(charset: str) -> None:
    text = "Штирлиц шёл по коридору и думал о том, что дома его давно никто не ждёт. "
    for real in ("utf-8", "koi8-r"):
        if (charset, real) == ("iso-8859-1", "koi8-r"):
            continue  # any bytes are in that one
        draft = one(
            f"Subject: One\nContent-Type: text/plain; charset={charset}", (text * 5).encode(real)
        )
        assert draft.body.strip() == (text * 5).strip()
        if charset and charset != real:
            assert charset in "".join(draft.warnings)


@pytest.mark.parametrize(
    ("date", "created"),
    [
        ("Fri, 3 May 2019 10:15:00 +0200 (CEST)", "2019-05-03T10:15:00+02:00"),
        ("3 May 99 10:15 GMT", "1999-05-03T10:15:00+00:00"),
        ("Fri, 3 May 2019 10:15:00 -0000", "2019-05-03T10:15:00Z"),
        ("Fri, 33 May 2019", None), ("yesterday", None), ("", None),
        ("Fri, 3 May 2019 10:15:00 +9999", None),
    ],
)  # fmt: skip
def test_dates(date: str, created: str | None) -> None:
    draft = one(f"Date: {date}")
    assert draft.created == created
    assert draft.attributes.get("date") == (date if created is None and date else None)


def imported(path: Path) -> list[Entry]:
    with Collection.create("memory:") as texts:
        # An encoding is for what says none of its own.
        report = import_texts(texts, path, encoding="latin-1")
        assert not report.rejected
        again = import_texts(texts, path, encoding="latin-1")
        assert (again.added, again.updated) == (0, 0)
        return list(texts)


def test_a_mailbox_of_all_charsets_at_once(tmp_path: Path) -> None:
    path = tmp_path / "all.mbox"
    path.write_bytes(b"".join(made(text, charset, "8bit" if charset == "koi8-r" else "base64")
                              for charset, text in TEXTS.items()))  # fmt: skip
    entries = imported(path)
    # The first line, which is the title, went.
    assert {f"{entry.title}\n\n{entry.body}\n" for entry in entries} == {*TEXTS.values()}
    assert {entry.source.encoding for entry in entries if entry.source} >= {"koi8-r", "utf-8"}


def test_messages_that_change_places_keep_their_ids(tmp_path: Path) -> None:
    messages = [FROM + f"Subject: {n}\n\nText {n}.\n\n".encode() for n in range(3)]
    path = tmp_path / "a.mbox"
    path.write_bytes(b"".join(messages))
    before = {entry.title: entry.id for entry in imported(path)}
    path.write_bytes(b"".join([messages[2], messages[0]]))
    assert {entry.title: entry.id for entry in imported(path)}.items() <= before.items()


_LINES = st.sampled_from(
    [b"Subject: =?utf-8?b?4pi?= =?x?q?=ZZ?= =?utf-8?q?", b"From: =?utf-8?q?a?= <", b"From: a@b <c",
     b"Date: Fri, 99 Foo 0000 99:99:99 +99999", b"Content-Type: text/plain; charset*=utf-8''%FF",
     b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: multipart/mixed",
     b"Content-Type: message/rfc822", b"Content-Type: ;;; =", b"Content-Type: text/html",
     b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable",
     b"Content-Transfer-Encoding: uuencode", b"Content-Disposition: attachment; filename*0*=x",
     b"--b", b"--b--", b"", b"", b"=XX=", b"!!!", b"begin 666 x", b"\xff\xfe\x00\x1b$B\x80",
     b"<p><b>x<table>", b"From x", b"From a 10:15", b">From ", b" folded", b"-- ", b"List-Id: <>",
     b"Content-Type: text/plain; charset=utf-7", b"Content-Type: text/plain; charset=\xff",
     b"Newsgroups: ,,", b"X-Mailing-List: <", b"text \xe4",
     b"Content-Type: text/plain; format=flowed"]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(st.lists(_LINES | st.binary(max_size=20), max_size=25))
@example([b"Content-Type: text/plain; charset*=utf-8''%FF", b"", b"\x80"])
@example([b"Content-Type: text/plain; charset*=utf-8''%FF", b"\x80"])
def test_no_message_is_too_malformed(lines: list[bytes]) -> None:
    for draft in parsed(FROM + b"X: y\n" + b"\n".join(lines)):
        Entry(
            id="0chgm9qjpmfdsafq", title=draft.title or "", category=draft.category or (),
            contributors=draft.contributors, created=draft.created, tags=draft.tags,
            attributes=draft.attributes,
        )  # fmt: skip
        (draft.body + "".join(draft.warnings)).encode("utf-8")


@pytest.mark.slow
def test_parts_in_parts_without_end_are_one_text() -> None:
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n)
                    for n in range(3_000))  # fmt: skip
    (draft,) = parsed(FROM + b"Subject: Deep\n" + deep + b"\nText.\n")
    assert draft.title == "Deep"
    assert draft.body or draft.warnings


@pytest.mark.slow
def test_memory_stays_near_the_size_of_one_message() -> None:
    message = FROM + b"Subject: One\n\n" + b"A line of words.\n" * 600 + b"\n"
    source = SourceFile("a.mbox", message * 200)
    tracemalloc.start()
    try:
        number = sum(1 for _ in MboxImporter().parse(source))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert number == 200
    assert peak < len(source.data) / 2


# --- what else messages are made of ------------------------------------------------------------


def test_a_message_that_is_nothing_but_a_signature_keeps_it() -> None:
    draft = one("Subject: One", b"-- \nAnn\n", signature="remove")
    assert (draft.body, draft.removed, draft.changes) == ("-- \nAnn", (), ())


def test_text_before_the_first_message_is_one_too() -> None:
    data = b"Subject: Zero\n\nBefore.\n\n" + FROM + b"Subject: One\n\nFirst.\n"
    drafts = list(MboxImporter().parse(SourceFile("jokes.mbox", data)))
    assert [(draft.title, draft.body) for draft in drafts] == [
        ("Zero", "Before."), ("One", "First."),
    ]  # fmt: skip


def test_a_line_that_begins_as_a_message_does_is_text_without_a_header_below() -> None:
    assert one("Subject: One", b"First.\n\nFrom me\nto you.\n").body == (
        "First.\n\nFrom me\nto you."
    )


def test_an_address_that_is_none_is_a_name_all_the_same() -> None:
    comments = "(" * 900
    assert one(f"From: Ann {comments}").contributors[0].name.startswith("Ann ((")


def test_a_text_of_any_kind_is_a_text() -> None:
    assert one("Content-Type: text/x-markdown", b"Be *well*.\n").body == "Be *well*."


def test_of_several_pages_the_first_is_taken_and_an_empty_one_is_no_text() -> None:
    header, body = _multipart(
        "alternative",
        ("Content-Type: text/html", "<p>One."),
        ("Content-Type: text/html", "<p>Two."),
        ("Content-Type: text/plain", " "),
    )
    assert one(header, body).body == "One."
    header, body = _multipart(
        "mixed", ("Content-Type: text/html", "<!-- -->"), ("Content-Type: text/html", "<p>Two.")
    )
    assert one(header, body).body == "Two."


def test_lines_that_could_flow_and_do_not_are_no_change() -> None:
    header = "Content-Type: text/plain; format=flowed"
    draft = one(header, b"One.\nTwo.\n")
    assert (draft.body, draft.changes) == ("One.\nTwo.", ())
    assert one(f"{header}; delsp=yes", "壁に耳 \nあり。\n".encode()).body == "壁に耳あり。"


def test_words_of_a_header_that_are_damaged_or_bare_are_read_as_they_are() -> None:
    assert one("Subject: =?utf-8?B?a?= joke").title == "a joke"
    assert one("Subject: Un café").title == "Un café"


def test_bytes_that_no_charset_fits_are_marked_and_told() -> None:
    draft = one("Subject: One\nContent-Type: text/plain; charset=utf-8", bytes(range(256)) * 2)
    assert "\ufffd" in draft.body
    (warning,) = draft.warnings
    assert warning.endswith("which does not fit: U+FFFD stands in it")
