r"""The JSON document of a collection: one valid JSON value, one entry a line.

    {"schema_version":1,
    "metadata":{"title":"Jokes"},
    "categories":[],
    "documents":{},
    "entries":[
    {"id":"0chgm9qjpmfdsafq","title":"One"},
    {"id":"1chgm9qjpmfdsafq","title":"Two"}
    ]}

So it streams and diffs by lines, and is at the same time what any JSON parser reads. The JSON
storage keeps it, with ``"log":3`` behind the version where three transactions are in the log beside
the file; the JSON exporter writes it, with ``"exported":true`` behind the version: the
storage does not, so that an export loses the mark when it is written to as a collection. An export
of some fields has their names behind that, ``"fields":["id","title"]``, and opens as no
collection. A document of the same schema in another layout (pretty-printed, minified) is read as a
whole and laid out anew in memory.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import msgspec
from attrs import frozen

from ..codec import SCHEMA_VERSION, encode_json, from_plain, to_plain
from ..errors import CorruptCollection, InvalidValueError, NewerFormat, StorageError
from ..model import Category, JSONValue, Metadata

__all__ = [
    "Header",
    "Line",
    "is_document",
    "is_export",
    "read_header",
    "read_lines",
    "write_document",
]

_ENTRIES = b'"entries":[\n'
_END = b"]}"
_EXPORTED = b'"exported":true,'
_LONGEST_HEADER_LINE = 64 * 1024 * 1024
_REMEDY = "put back a copy that is whole, or mend it with an editor"


@frozen
class Header:
    """What stands before the entries.

    Args:
        metadata: of the collection.
        categories: that something is said about.
        documents: by name.
        log: number of the last transaction in the log beside the file, 0 where it has none.
    """

    metadata: Metadata
    categories: tuple[Category, ...] = ()
    documents: Mapping[str, JSONValue] = {}
    log: int = 0


@frozen
class Line:
    """An entry's line: its number from 1, its first byte, its length without comma and end."""

    number: int
    start: int
    length: int


def write_document(
    out: BinaryIO,
    header: Header,
    entries: Iterable[bytes],
    *,
    exported: bool = False,
    fields: Sequence[str] = (),
    pretty: bool = False,
) -> None:
    """Write a document.

    Args:
        out: where to.
        header: what stands before the entries.
        entries: the JSON of each, on one line, as `collectionlib.codec.encode_json` gives it.
        exported: whether it is an export, which another one may replace.
        fields: those that the entries of an export have, if not all: it opens as no collection.
        pretty: whether everything is indented; entries stand on several lines then.

    >>> out = io.BytesIO()
    >>> write_document(out, Header(Metadata(title="Jokes")), [b'{"id":"0chgm9qjpmfdsafq"}'])
    >>> print(out.getvalue().decode())
    {"schema_version":1,
    "metadata":{"title":"Jokes"},
    "categories":[],
    "documents":{},
    "entries":[
    {"id":"0chgm9qjpmfdsafq"}
    ]}
    <BLANKLINE>
    """
    if pretty:
        _write_pretty(out, header, entries, exported=exported, fields=fields)
        return
    categories = b",\n".join(encode_json(category) for category in header.categories)
    log = b'"log":%d,' % header.log if header.log else b""
    mark = _EXPORTED * exported
    if fields:
        mark += b'"fields":%s,' % msgspec.json.encode(fields)
    out.write(b'{"schema_version":%d,%s%s\n' % (SCHEMA_VERSION, mark, log))
    out.write(b'"metadata":%s,\n' % encode_json(header.metadata))
    out.write(b'"categories":[%s],\n' % categories)
    out.write(b'"documents":%s,\n' % msgspec.json.encode(header.documents))
    out.write(_ENTRIES)
    separator = b""
    for entry in entries:
        out.write(separator)
        out.write(entry)
        separator = b",\n"
    out.write(b"\n" * bool(separator) + _END + b"\n")


def _write_pretty(
    out: BinaryIO,
    header: Header,
    entries: Iterable[bytes],
    *,
    exported: bool,
    fields: Sequence[str],
) -> None:
    head: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    if exported:
        head["exported"] = True
    if fields:
        head["fields"] = fields
    head["metadata"] = to_plain(header.metadata)
    head["categories"] = [to_plain(category) for category in header.categories]
    head["documents"] = header.documents
    shown = msgspec.json.format(msgspec.json.encode(head), indent=2)
    out.write(shown.removesuffix(b"\n}") + b',\n  "entries": [')
    separator = b"\n    "
    for entry in entries:
        # Line ends inside of words are written as escapes, so each begins a line of the layout.
        out.write(separator + msgspec.json.format(entry, indent=2).replace(b"\n", b"\n    "))
        separator = b",\n    "
    out.write(b"\n  ]\n}\n")


def is_document(file: BinaryIO) -> bool:
    """Whether a file begins as a document does, in any layout.

    >>> is_document(io.BytesIO(b'{ "schema_version": 1'))
    True
    """
    return re.match(rb'\s*\{\s*"schema_version"\s*:', file.read(1024)) is not None


def is_export(file: BinaryIO) -> bool:
    """Whether a file begins as an export does that nobody has written to since.

    >>> is_export(io.BytesIO(b'{"schema_version":1,"exported":true,'))
    True
    """
    return re.match(rb'\s*\{\s*"schema_version"\s*:\s*\d+\s*,\s*"exported"\s*:\s*true\b',
                    file.read(1024)) is not None  # fmt: skip


def read_header(file: BinaryIO, location: str) -> tuple[Header, BinaryIO]:
    """Read what stands before the entries; the file returned stands at the first of them.

    Args:
        file: at its beginning; it is given back, or in its place the same in our layout.
        location: for messages.

    Raises:
        NewerFormat: a later version wrote it.
        StorageError: it is an export of some fields.
        CorruptCollection: it is no document of a collection.
    """
    head = bytearray()
    while line := file.readline(_LONGEST_HEADER_LINE):
        if line == _ENTRIES:
            return _header(_decode(bytes(head) + b'"entries":[]}', location), location), file
        head += line
        if not line.endswith(b"\n") or not _is_header_line(line):
            break
    file.seek(0)
    return _relaid(_decode(file.read(), location), location)


def _is_header_line(line: bytes) -> bool:
    # Categories stand one a line, with the list's brackets at the first and the last.
    return line.startswith((b'{"schema_version":', b'"metadata":', b'"categories":', b'{"path":',
                            b'"documents":'))  # fmt: skip


def _decode(data: bytes, location: str) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _corrupt(location, f"it is no JSON ({error})", _line_of(error, data)) from error
    if not isinstance(document, dict) or not isinstance(document.get("entries"), list):
        raise _corrupt(location, 'it is no JSON object with a list "entries"')
    version = document.get("schema_version")
    if not isinstance(version, int) or version < 1:
        raise _corrupt(location, 'it has no "schema_version"', 1)
    if version > SCHEMA_VERSION:
        raise NewerFormat(location=location, found=version, supported=SCHEMA_VERSION)
    if fields := document.get("fields"):
        names = ", ".join(map(str, fields)) if isinstance(fields, list) else fields
        raise StorageError(
            f"{location} is no collection but an export of some fields ({names}): "
            f"export it without --fields to open it",
            location=location,
        )
    return document


def _line_of(error: Exception, data: bytes) -> int | None:
    _, _, place = str(error).rpartition("byte ")
    digits = place.rstrip(")")
    return data.count(b"\n", 0, int(digits)) + 1 if digits.isdigit() else None


def _header(document: dict[str, Any], location: str) -> Header:
    try:
        return Header(
            metadata=from_plain(document.get("metadata", {}), Metadata),
            categories=tuple(from_plain(c, Category) for c in document.get("categories", ())),
            documents=document.get("documents", {}),
            log=_log_number(document.get("log")),
        )
    except InvalidValueError as error:
        raise _corrupt(location, str(error)) from error


def _log_number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _relaid(document: dict[str, Any], location: str) -> tuple[Header, BinaryIO]:
    header = _header(document, location)
    relaid = io.BytesIO()
    write_document(relaid, header, map(msgspec.json.encode, document["entries"]))
    relaid.seek(0)
    return read_header(relaid, location)


def read_lines(file: BinaryIO, location: str) -> Iterator[tuple[Line, bytes]]:
    """The entries with their places, from a file that stands at the first of them.

    Raises:
        CorruptCollection: the document is cut off before its end; after the last whole line.
    """
    start = file.tell()
    number = _line_number(file, start)
    for line in file:
        content = line.rstrip(b"\r\n")
        if content == _END:
            return
        content = content.removesuffix(b",")
        yield Line(number, start, len(content)), content
        start += len(line)
        number += 1
    raise _corrupt(location, 'it is cut off, the end "]}" is missing', number)


def _line_number(file: BinaryIO, place: int) -> int:
    """The number of the line that begins at a place, from 1; the file stays where it is."""
    file.seek(0)
    number = file.read(place).count(b"\n") + 1
    file.seek(place)
    return number


def _corrupt(location: str, reason: str, line: int | None = None) -> CorruptCollection:
    return CorruptCollection(reason, location=location, path=location, line=line, remedy=_REMEDY)
