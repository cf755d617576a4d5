"""How many texts each decoder reads to the letter, and in what time.

The truth is that of the torture files: real texts in 17 languages, encoded and cut. Where they
are absent, texts are made of those in `examples/`, which has fewer encodings.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import chardet
import charset_normalizer
from attrs import frozen

from collectionlib.errors import DecodingError
from collectionlib.importing.decoding import decode

from ..measuring import Column, Options, Table

ROOT = Path(__file__).parents[2]
ARCHIVE = ROOT / "examples/archive"
CORPORA = ROOT.parent / "shared/corpora"

LENGTHS = (200, 2_000, 50_000)
WESTERN = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "mac_roman")
EASTERN = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5")


@frozen
class Sample:
    """Bytes, the encoding that they are in, their length as planned, and the digest of the text.

    The codec is the encoding's by Python's name, without a mark of the byte order.
    """

    encoding: str
    codec: str
    length: int
    data: bytes
    digest: str

    @property
    def text(self) -> str:
        """The truth."""
        return self.data.decode(self.codec).removeprefix("\ufeff")


@frozen
class Read:
    """What a decoder made of a sample: `None` is a refusal; and whether it said that it doubts."""

    text: str | None
    warned: bool = False


def ours(data: bytes) -> Read:
    try:
        decoded = decode(data, "sample")
    except DecodingError:
        return Read(None, warned=True)
    return Read(decoded.text, warned=any(True for _ in decoded.doubts()))


def by_charset_normalizer(data: bytes) -> Read:
    best = charset_normalizer.from_bytes(data).best()
    return Read(None, warned=True) if best is None else Read(str(best).removeprefix("\ufeff"))


def by_chardet(data: bytes) -> Read:
    encoding = chardet.detect(data, prefer_superset=False)["encoding"]
    if encoding is None:
        return Read(None, warned=True)
    try:
        return Read(data.decode(encoding).removeprefix("\ufeff"))
    except (UnicodeDecodeError, LookupError):
        return Read(None, warned=True)


DECODERS: dict[str, Callable[[bytes], Read]] = {
    "collectionlib": ours,
    "charset-normalizer": by_charset_normalizer,
    "chardet": by_chardet,
}


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def torture(folder: Path) -> list[Sample]:
    """The torture files, with the digests of the texts that they were made of."""
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    return [
        Sample(
            file["encoding"],
            file["python_codec"],
            file["nominal"],
            (folder / file["path"]).read_bytes(),
            file["sha256_of_utf8_text_without_bom"],
        )
        for file in manifest["files"]
    ]


def made(archive: Path) -> list[Sample]:
    """The texts of an archive, in the encodings of their script that have all their characters."""
    samples = []
    for path in sorted(archive.rglob("*.txt")):
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            continue
        for length in LENGTHS[:2]:
            cut = text[: length // 2]
            if cut.isascii():
                continue
            eastern = sum(character >= "\u3000" for character in cut) > len(cut) / 2
            for encoding in EASTERN if eastern else WESTERN:
                try:
                    data = cut.encode(encoding)
                except UnicodeEncodeError:
                    continue
                samples.append(Sample(encoding, encoding, length, data, _digest(cut)))
    return samples


@frozen
class Result:
    """What became of one sample under one decoder."""

    sample: Sample
    read: Read
    seconds: float

    @property
    def exact(self) -> bool:
        return self.read.text is not None and _digest(self.read.text) == self.sample.digest

    @property
    def silently_wrong(self) -> bool:
        return not self.exact and not self.read.warned


def _result(sample: Sample, decoder: Callable[[bytes], Read], runs: int) -> Result:
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        read = decoder(sample.data)
        seconds.append(time.process_time() - start)
    return Result(sample, read, min(seconds))


def tables(options: Options) -> Iterator[Table]:
    """Read every sample with every decoder: what was exact, what was wrong, and the time."""
    samples, source = samples_there()
    by_chardet(b"\xe9" * 50), by_charset_normalizer(b"\xe9" * 50)
    results = {
        name: [_result(sample, decoder, options.runs) for sample in samples]
        for name, decoder in DECODERS.items()
    }
    yield _summary(source, results)
    yield _by_encoding(source, results)


def samples_there() -> tuple[list[Sample], str]:
    """The samples, and what they are, in words."""
    if (CORPORA / "encodings-torture/MANIFEST.json").is_file():
        return torture(CORPORA / "encodings-torture"), "real texts in 16 languages"
    return made(ARCHIVE), f"texts of {ARCHIVE.name}/, encoded anew"


def _summary(source: str, results: dict[str, list[Result]]) -> Table:
    columns = [Column("decoder"), Column("bytes", ","), Column("texts"), Column("exact"),
               Column("wrong, unsaid", ".1%"), Column("ms a text", ".2f"),
               Column("time / chardet", ".2f")]  # fmt: skip
    table = Table(f"decoding of {source}", columns)
    for name, of in results.items():
        for length in sorted({one.sample.length for one in of}):
            pairs = [
                (one, bare)
                for one, bare in zip(of, results["chardet"], strict=True)
                if one.sample.length == length
            ]
            table.add(
                name,
                length,
                len(pairs),
                sum(one.exact for one, _ in pairs),
                sum(one.silently_wrong for one, _ in pairs) / len(pairs),
                statistics.median(one.seconds for one, _ in pairs) * 1000,
                sum(one.seconds for one, _ in pairs) / sum(bare.seconds for _, bare in pairs),
            )
    return table


def _by_encoding(source: str, results: dict[str, list[Result]]) -> Table:
    samples = [result.sample for result in next(iter(results.values()))]
    columns = [Column("encoding"), Column("bytes", ","), Column("texts"), *map(Column, results)]
    table = Table(f"the same by encoding: texts read to the letter, of {source}", columns)
    for encoding, length in sorted({(one.encoding, one.length) for one in samples}):
        counts = [
            [
                one.exact
                for one in of
                if (one.sample.encoding, one.sample.length) == (encoding, length)
            ]
            for of in results.values()
        ]
        table.add(encoding, length, len(counts[0]), *map(sum, counts))
    return table
