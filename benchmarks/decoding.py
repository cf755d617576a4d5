"""How many texts each decoder reads to the letter, and in what time.

The truth is that of the torture files: real texts in 17 languages, encoded and cut. Where they
are absent, texts are made of those in `examples/`, which has fewer encodings.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import chardet
import charset_normalizer
from attrs import frozen

from collectionlib.errors import DecodingError
from collectionlib.importing.decoding import decode

LENGTHS = (200, 2_000, 50_000)
WESTERN = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "mac_roman")
EASTERN = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5")


@frozen
class Sample:
    """Bytes, the encoding that they are in, their length as planned, and the digest of the text."""

    encoding: str
    length: int
    data: bytes
    digest: str


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
                samples.append(Sample(encoding, length, data, _digest(cut)))
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


def print_decoding(corpora: Path, archive: Path, runs: int) -> list[dict[str, object]]:
    """Read every sample with every decoder; print what was exact, what was wrong, and the time."""
    folder = corpora / "encodings-torture"
    there = (folder / "MANIFEST.json").is_file()
    samples = torture(folder) if there else made(archive)
    by_chardet(b"\xe9" * 50), by_charset_normalizer(b"\xe9" * 50)
    results = {
        name: [_result(sample, decoder, runs) for sample in samples]
        for name, decoder in DECODERS.items()
    }
    source = "the torture files" if there else f"texts of {archive.name}/, encoded anew"
    print(f"\ndecoding: texts read to the letter, of {source}")
    _print_exact(results)
    return _print_summary(results)


def _print_exact(results: dict[str, list[Result]]) -> None:
    samples = [result.sample for result in next(iter(results.values()))]
    print(f"{'encoding':16}{'bytes':>8}{'texts':>7}" + "".join(f"{name:>20}" for name in results))
    for encoding, length in sorted({(one.encoding, one.length) for one in samples}):
        counts = [
            [
                one.exact
                for one in of
                if (one.sample.encoding, one.sample.length) == (encoding, length)
            ]
            for of in results.values()
        ]
        row = "".join(f"{sum(count):>20}" for count in counts)
        print(f"{encoding:16}{length:>8,}{len(counts[0]):>7}{row}")


def _print_summary(results: dict[str, list[Result]]) -> list[dict[str, object]]:
    floor = results["chardet"]
    rows: list[dict[str, object]] = []
    print(f"\n{'decoder':20}{'bytes':>8}{'texts':>7}{'exact':>7}{'wrong, unsaid':>15}"
          f"{'ms a text':>11}{'ratio to chardet':>18}")  # fmt: skip
    for name, of in results.items():
        for length in sorted({one.sample.length for one in of}):
            pairs = [
                (one, bare)
                for one, bare in zip(of, floor, strict=True)
                if one.sample.length == length
            ]
            row = {
                "name": f"decode {length} bytes: {name}",
                "texts": len(pairs),
                "exact": sum(one.exact for one, _ in pairs),
                "silently_wrong": sum(one.silently_wrong for one, _ in pairs),
                "seconds": statistics.median(one.seconds for one, _ in pairs),
                "ratio": sum(one.seconds for one, _ in pairs)
                / sum(bare.seconds for _, bare in pairs),
            }
            rows.append(row)
            share = int(str(row["silently_wrong"])) / len(pairs)
            print(f"{name:20}{length:>8,}{len(pairs):>7}{row['exact']:>7}{share:>15.1%}"
                  f"{float(str(row['seconds'])) * 1000:>11.2f}{row['ratio']:>18.2f}")  # fmt: skip
    return rows
