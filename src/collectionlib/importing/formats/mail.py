"""A message (RFC 5322, MIME) as a draft: its header in words, its body in text."""

from __future__ import annotations

import binascii
import email.utils
import re
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr
from typing import Literal, TypeAlias

from attrs import define, field, frozen

from ...model import Contributor, JSONValue, Markup
from ..draft import Draft, Removal
from ..moments import moment_of
from ..sources import SourceFile
from ..structured import body_of
from .mail_text import decoded, flowed, words_of

__all__ = ["draft_of"]

_Mail: TypeAlias = "Message[str, str]"

_ESCAPED_FROM = re.compile(rb"(?m)^>(>*From )")
_SIGNATURE = re.compile(r"(?m)^-- $\n?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_LIST_ID = re.compile(r"([^<>]*)<([^<>]*)>")
# Every Python is to read the same: from 3.13 on nothing is found where words follow an address.
_NOT_STRICTLY = {"strict": False} if hasattr(email.utils, "supports_strict_parsing") else {}
_DEEPEST = 30
_LONGEST_FIELD = 1_000
"""Characters of an address, a date or a list: more is an attack."""
# What Python's parser of messages trips over in headers that nobody should have written.
_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, AssertionError, binascii.Error)


@define
class _Body:
    """The text of a message while its parts are looked at."""

    uri: str
    encoding: str | None = None
    plain: list[str] = field(factory=list)
    html: list[str] = field(factory=list)
    encodings: list[str] = field(factory=list)
    changes: list[str] = field(factory=list)
    warnings: list[str] = field(factory=list)


def draft_of(
    message: bytes, source: SourceFile, *, signature: Literal["keep", "remove"] = "keep"
) -> Draft:
    """The draft of a message.

    Args:
        message: as it stands in the mailbox, with its line ``From `` or without.
        source: the mailbox.
        signature: what becomes of what stands below the line ``-- ``.
    """
    changes: list[str] = []
    first, _, rest = message.partition(b"\n")
    message = rest if first.startswith(b"From ") else message
    if b"From " in message and _ESCAPED_FROM.search(message):
        message = _ESCAPED_FROM.sub(rb"\1", message)
        changes.append("from-escapes")
    body = _Body(source.uri, source.encoding)
    mail = _parsed(message, body)
    header = _Header.of(mail, source)
    text, markup = _text(mail, body)
    removed: tuple[Removal, ...] = ()
    if signature == "remove" and markup == "plain":
        text, removed = _without_signature(text)
    title = header.line("subject")
    name = title or header.line("message-id") or "without a subject"
    return Draft(
        body=text,
        title=title,
        markup=markup,
        category=(*source.category, *header.category(source)),
        contributors=header.contributors(),
        created=header.created(),
        tags=header.tags(),
        attributes=header.attributes(),
        raw="\n".join([header.line("message-id"), header.line("from"), header.line("date"),
                       title, text]),
        many=True,
        encoding=body.encodings[0] if body.encodings else "us-ascii",
        changes=(*changes, *body.changes, *(["signature"] if removed else [])),
        removed=removed,
        warnings=tuple(f"{name}: {warning}" for warning in dict.fromkeys(body.warnings)),
    )  # fmt: skip


def _parsed(message: bytes, body: _Body) -> _Mail:
    try:
        return message_from_bytes(message, policy=compat32)
    except RecursionError:
        body.warnings.append("its parts are nested too deeply: taken as one text")
        header, _, rest = message.partition(b"\n\n")
        mail = message_from_bytes(header + b"\n\n", policy=compat32)
        for name in ("content-type", "content-transfer-encoding"):
            del mail[name]
        mail.set_payload(rest.decode("ascii", "surrogateescape"))
        return mail


def _without_signature(text: str) -> tuple[str, tuple[Removal, ...]]:
    ends = list(_SIGNATURE.finditer(text))
    if not ends or not text[: ends[-1].start()].strip():
        return text, ()
    start = ends[-1].start()
    return text[:start].rstrip("\n"), (Removal("signature", text[start:]),)


# --- the header ---------------------------------------------------------------------------------


@frozen
class _Header:
    """The fields of a header, decoded, each once; of several of a name, the first."""

    raw: dict[str, str]
    uri: str

    @classmethod
    def of(cls, mail: _Mail, source: SourceFile) -> _Header:
        raw: dict[str, str] = {}
        for name, value in mail.raw_items():
            raw.setdefault(name.strip().lower(), str(value))
        return cls(raw, source.uri)

    def line(self, name: str) -> str:
        """The words of a field on one line."""
        return _line(words_of(self.raw.get(name, ""), self.uri))

    def contributors(self) -> tuple[Contributor, ...]:
        raw = self.raw.get("from", "")
        name, address = _address(raw)
        # An address is split before its words are decoded: they may hold a comma.
        shown = _line(words_of(name, self.uri)) or _line(address) or self.line("from")
        return (Contributor(name=shown),) if shown else ()

    def created(self) -> str | None:
        return moment_of(self.raw.get("date", ""))

    def category(self, source: SourceFile) -> tuple[str, ...]:
        """The mailing list or newsgroup; else the mailbox."""
        found = _LIST_ID.search(self.line("list-id")[:_LONGEST_FIELD])
        if found:
            name = found[1].strip().strip('"') or found[2]
        else:
            name = self.line("list-id") or _address(self.line("x-mailing-list"))[1]
        name = name or self.line("newsgroups").partition(",")[0]
        name = _line(name) or (source.stem if source.named else "")
        return (name,) if name.strip() else ()

    def tags(self) -> tuple[str, ...]:
        """The other newsgroups that it was posted to, and its keywords."""
        groups = [] if "list-id" in self.raw else self.line("newsgroups").split(",")[1:]
        words = [*groups, *self.line("keywords").split(",")]
        return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))

    def attributes(self) -> dict[str, JSONValue]:
        attributes: dict[str, JSONValue] = {}
        for name in ("message-id", "in-reply-to", "references", "from", "list-id"):
            if words := self.line(name):
                attributes[name.replace("-", "_")] = words
        if (date := self.line("date")) and self.created() is None:
            attributes["date"] = date
        return attributes


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _address(text: str) -> tuple[str, str]:
    try:
        return parseaddr(" ".join(text.split())[:_LONGEST_FIELD], **_NOT_STRICTLY)
    except (*_MALFORMED, RecursionError):
        return "", ""


# --- the body -----------------------------------------------------------------------------------


def _text(mail: _Mail, body: _Body) -> tuple[str, Markup]:
    _take(mail, body, 0)
    if any(text.strip() for text in body.plain) or not body.html:
        return "\n\n".join(body.plain).rstrip("\n"), "plain"
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] # a compiled module
    from lxml import html as lxml_html

    from ...markup.elements import read
    from ..excerpts import Excerpt, events

    part = Excerpt()
    for page in body.html:
        try:
            root = lxml_html.document_fromstring(
                page.encode("utf-8", "replace"),
                parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True),
            )
        except (etree.LxmlError, ValueError, AssertionError):
            part.add(re.sub(r"<[^<>]*>", " ", page))
            continue
        for _, event in events(root):
            part.add(event)
    body.changes.append("html")
    return body_of(read(part.finish()))


def _take(part: _Mail, body: _Body, depth: int) -> None:
    """Take the texts of a part, and of the parts in it."""
    kind = _asked(part.get_content_type) or "text/plain"
    # Asked of a part that has none, the parser may trip over its charset.
    inner = part.get_payload() if part.is_multipart() else None
    if isinstance(inner, list) and kind.startswith("multipart/") and depth < _DEEPEST:
        parts = [each for each in inner if isinstance(each, Message)]
        if kind == "multipart/alternative":
            _take_best(parts, body, depth)
        else:
            for each in parts:
                _take(each, body, depth + 1)
    elif kind in ("text/plain", "text/html") and not _is_attachment(part):
        text = _part_text(part, body)
        (body.plain if kind == "text/plain" else body.html).append(text)
    elif depth == 0 and not isinstance(inner, list) and kind.startswith("text/"):
        body.plain.append(_part_text(part, body))
    else:
        body.warnings.append(f"the attachment {_named(part, kind)} is not imported")


def _take_best(parts: list[_Mail], body: _Body, depth: int) -> None:
    """Of the forms that say the same, the plain one; unless it is blank."""
    taken: _Body | None = None
    for each in parts:
        own = _Body(body.uri, body.encoding)
        _take(each, own, depth + 1)
        is_plain = any(text.strip() for text in own.plain)
        if taken is None or (is_plain and not any(text.strip() for text in taken.plain)):
            own.warnings += taken.warnings if taken else []
            taken = own
        elif own.html and not taken.html:
            taken.html = own.html
    if taken is not None:
        body.plain += taken.plain
        body.html += taken.html
        body.encodings += taken.encodings
        body.changes += taken.changes
        body.warnings += taken.warnings


def _asked(question: object) -> str | None:
    """What the parser says of a header, or nothing where the header is beyond it."""
    try:
        answer = question()  # type: ignore[operator]
    except _MALFORMED:
        return None
    return answer if isinstance(answer, str) else None


def _is_attachment(part: _Mail) -> bool:
    return _asked(part.get_content_disposition) == "attachment" or bool(_asked(part.get_filename))


def _named(part: _Mail, kind: str) -> str:
    name = _line(words_of(_asked(part.get_filename) or "", ""))
    return f"{name!r} ({kind})" if name else f"({kind})"


def _part_text(part: _Mail, body: _Body) -> str:
    data = _bytes_of(part, body)
    charset = _asked(part.get_content_charset) or body.encoding
    text, encoding, doubt = decoded(data, charset, body.uri)
    body.encodings.append(encoding)
    if doubt:
        body.warnings.append(doubt)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (_asked(lambda: part.get_param("format")) or "").lower() == "flowed":
        joins = (_asked(lambda: part.get_param("delsp")) or "").lower() == "yes"
        unfolded = flowed(text, delete_blank=joins)
        if unfolded != text:
            body.changes.append("format-flowed")
        return unfolded
    return text


def _bytes_of(part: _Mail, body: _Body) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except _MALFORMED:
        data = None
    if isinstance(data, bytes):
        return data
    try:
        raw = part.get_payload()
    except _MALFORMED:
        # A charset that it makes no word of (RFC 2231): without one it gives the text.
        del part["content-type"]
        raw = part.get_payload()
    text = raw if isinstance(raw, str) else ""
    body.warnings.append("its transfer encoding is damaged: taken as it stands")
    return text.encode("utf-8", "surrogateescape")
