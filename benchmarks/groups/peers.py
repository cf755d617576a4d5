"""Other programs at the same work, where they are installed."""

from __future__ import annotations

import filecmp
import json
import shutil
import statistics
import subprocess
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from collectionlib import Collection, import_texts
from collectionlib.errors import DecodingError
from collectionlib.importing.decoding import decode

from ..judging import ace_violations, epubcheck_messages, letters, texts_of
from ..measuring import Column, Options, Run, Table, run
from ..programs import BENCH, OURS, Program, Text, pandoc, programs
from .books import book_entries
from .decoding import ARCHIVE, Sample, samples_there

__all__ = ["tables"]

_MARKUP = "#*_`~^$[]<>\\{}|&@=+-"
FEW, MANY, RECORDS = 1_000, 5_000, 20_000
LIMIT = 100
"""Seconds after which a program is not waited for."""


def tables(options: Options) -> Iterator[Table]:
    """Books, their quality, encodings, a database, and a start, of each program."""
    there = [program for program in programs() if program.version()]
    absent = [program.name for program in programs() if not program.version()]
    yield _speed(there, absent, FEW, options.runs, options.folder)
    yield _speed(there, absent, MANY, 1, options.folder)
    yield _quality(there, options.folder)
    yield _encodings(options.folder)
    yield _database(options.runs, options.folder)
    yield _starting(there, options.runs, options.folder)


def _called(program: Program) -> str:
    return f"{program.name} {program.version()}"


# --- books --------------------------------------------------------------------------------------


def _made_texts(number: int) -> list[Text]:
    return [
        Text(entry.title, entry.language or "en", tuple(_paragraphs(entry.body)))
        for entry in book_entries(number)
    ]


def _real_texts() -> list[Text]:
    """The texts of the examples, in paragraphs: letters, and no markup."""
    with Collection.create("memory:") as collection:
        import_texts(collection, ARCHIVE)
        return [
            Text(
                _plain(entry.title) or f"Text {number}",
                entry.language or "en",
                tuple(_paragraphs(entry.body)),
            )
            for number, entry in enumerate(collection, start=1)
            if entry.markup == "plain" and entry.body.strip()
        ]


def _paragraphs(body: str) -> Iterator[str]:
    return (_plain(part) for part in body.split("\n\n") if part.strip())


def _plain(text: str) -> str:
    """A line in which no program finds markup."""
    line = " ".join(text.split())
    return "".join(sign for sign in line if sign not in "#*_`~^$[]<>\\{}|&@=+-").strip(
        " .:0123456789"
    )


def _build(program: Program, folder: Path, limit: float = LIMIT) -> Run | str:
    """Run the commands of a program; what they used together, or why there is no book."""
    done = []
    for command in program.commands:
        one = run(command, folder, program.environment, limit)
        if one.code < 0:
            return f"more than {limit:.0f} s"
        if one.code:
            return f"failed: {one.said.strip().splitlines()[-1][:60]}"
        done.append(one)
    return Run(
        seconds=sum(one.seconds for one in done),
        elapsed=sum(one.elapsed for one in done),
        megabytes=max(one.megabytes for one in done),
        code=0,
        said="",
    )


def _prepared(program: Program, texts: Sequence[Text], folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    program.prepare(texts, folder)
    return folder


def _speed(
    there: Sequence[Program], absent: Sequence[str], number: int, runs: int, folder: Path
) -> Table:
    columns = [Column("program"), Column("seconds", ".1f"), Column("peak, MB", ".0f"),
               Column("book, MB", ".2f")]  # fmt: skip
    title = f"a folder of {number:,} texts to an EPUB, as a whole command"
    table = Table(title, columns, drawn="seconds")
    texts = _made_texts(number)
    for program in there:
        rounds = []
        for _ in range(runs):
            place = _prepared(program, texts, folder / "book")
            built = _build(program, place)
            if isinstance(built, str):
                table.note(f"{_called(program)}: {built}.")
                break
            rounds.append(built)
        else:
            size = (place / "book.epub").stat().st_size / 1e6
            table.add(
                _called(program),
                statistics.median(one.seconds for one in rounds),
                max(one.megabytes for one in rounds),
                size,
            )
    for name in absent:
        table.note(f"{name} is not installed.")
    return table


def _quality(there: Sequence[Program], folder: Path) -> Table:
    texts = _real_texts()
    heads = ("program", "texts, in order", "epubcheck: errors", "warnings", "Ace: violations",
             "same bytes twice")  # fmt: skip
    columns = [Column(head) for head in heads]
    table = Table(f"the book of {len(texts)} real texts, as others judge it", columns)
    for program in there:
        place = _prepared(program, texts, folder / "book")
        built = _build(program, place)
        if isinstance(built, str):
            table.note(f"{_called(program)}: {built}.")
            continue
        book = place / "book.epub"
        shutil.move(book, folder / "first.epub")
        time.sleep(2)  # A zip counts two seconds; a stamp of the time would be another.
        _build(program, _prepared(program, texts, folder / "book"))
        table.add(
            _called(program),
            _in_order(texts, texts_of(book)),
            *epubcheck_messages(book),
            ace_violations(book),
            "yes" if filecmp.cmp(book, folder / "first.epub", shallow=False) else "no",
        )
    return table


def _in_order(texts: Sequence[Text], pages: Sequence[str]) -> int:
    """How many texts are in the book whole, each behind the one before."""
    whole, place, found = "".join(pages), 0, 0
    for text in texts:
        wanted = letters("".join(text.paragraphs))
        at = whole.find(wanted, place)
        if at >= 0:
            found, place = found + 1, at + len(wanted)
    return found


# --- encodings ----------------------------------------------------------------------------------

_CALIBRE = """
import contextlib, io, os, sys
from calibre.ebooks.conversion.cli import main
for name in sorted(os.listdir("in")):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit, Exception):
        main(["ebook-convert", f"in/{name}", f"out/{name}",
              "--formatting-type=plain", "--paragraph-type=off"])
"""


def _encodings(folder: Path) -> Table:
    """Whether the letters of a text in some encoding come out; it is given as a file, no more."""
    samples, source = samples_there()
    samples = [sample for sample in samples if sample.length <= 2_000]
    for name in ("in", "out"):
        (folder / name).mkdir()
    for number, sample in enumerate(samples):
        (folder / f"in/{number:04}.txt").write_bytes(sample.data)
    encodings = len({sample.encoding for sample in samples})
    title = f"{len(samples)} text files in {encodings} encodings, of {source}"
    columns = [Column("program"), Column("right"), Column("wrong, and said so"),
               Column("wrong, unsaid")]  # fmt: skip
    table = Table(title, columns)
    readers: list[tuple[str, Callable[[], Iterator[tuple[str | None, bool]]]]] = [
        ("collectionlib", lambda: map(_read_by_us, samples)),
        ("pandoc", lambda: _read_by_pandoc(folder, len(samples))),
        ("calibre", lambda: _read_by_calibre(folder, len(samples))),
    ]
    for name, read in readers:
        version = next(program.version() for program in programs() if program.name == name)
        if not version:
            continue
        right = said = unsaid = 0
        for sample, (text, warned) in zip(samples, read(), strict=True):
            if text is not None and letters(text) == letters(sample.text):
                right += 1
            elif warned or text is None:
                said += 1
            else:
                unsaid += 1
        table.add(f"{name} {version}", right, said, unsaid)
    return table


def _read_by_us(sample: Sample) -> tuple[str | None, bool]:
    try:
        decoded = decode(sample.data, "sample")
    except DecodingError:
        return None, True
    return decoded.text, any(True for _ in decoded.doubts())


def _read_by_pandoc(folder: Path, number: int) -> Iterator[tuple[str | None, bool]]:
    for place in range(number):
        command = [pandoc(), "-f", "markdown", "-t", "plain", f"in/{place:04}.txt"]
        done = subprocess.run(command, check=False, cwd=folder, capture_output=True)
        text = done.stdout.decode("utf-8") if done.returncode == 0 else None
        yield text, bool(done.stderr)


def _read_by_calibre(folder: Path, number: int) -> Iterator[tuple[str | None, bool]]:
    script = folder / "calibre.py"
    script.write_text(textwrap.dedent(_CALIBRE), "utf-8")
    run(["calibre-debug", script], folder)
    for place in range(number):
        written = folder / f"out/{place:04}.txt"
        yield (written.read_text("utf-8") if written.is_file() else None), False


# --- a database ---------------------------------------------------------------------------------


def _database(runs: int, folder: Path) -> Table:
    """Records into SQLite with an index of words, and a word sought in them."""
    records = folder / "records.jsonl"
    with records.open("w", encoding="utf-8") as out:
        for number, entry in enumerate(book_entries(RECORDS)):
            record = {"id": number, "title": entry.title, "body": entry.body}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    word = next(iter(book_entries(1))).body.split()[5]
    other = BENCH / "sqlite-utils"
    ways = {
        "sqlite-utils": (
            [
                [other, "insert", "other.db", "texts", records, "--nl", "--pk=id"],
                [other, "enable-fts", "other.db", "texts", "title", "body"],
            ],
            [other, "search", "other.db", "texts", word, "--limit", "20"],
        ),
        "collectionlib": (
            [[OURS, "init", "ours.db"], [OURS, "-L", "ours.db", "import", records]],
            [OURS, "-L", "ours.db", "search", word, "--limit", "20"],
        ),
    }
    columns = [Column("program"), Column("import, s", ".1f"), Column("search, s", ".2f"),
               Column("peak, MB", ".0f")]  # fmt: skip
    table = Table(f"{RECORDS:,} records into a database, words indexed, as whole commands", columns)
    for name, (filling, search) in ways.items():
        if not Path(search[0]).is_file():
            table.note(f"{name} is not installed.")
            continue
        filled, searched, peak = [], [], 0.0
        for _ in range(runs):
            for old in folder.glob(f"{'other' if name != 'collectionlib' else 'ours'}.db*"):
                old.unlink()
            steps = [run(command, folder) for command in filling]
            found = run(search, folder)
            assert not any(one.code for one in [*steps, found]), [one.said for one in steps]
            filled.append(sum(one.seconds for one in steps))
            searched.append(found.seconds)
            peak = max(peak, *(one.megabytes for one in steps))
        table.add(name, statistics.median(filled), statistics.median(searched), peak)
    table.note(
        "sqlite-utils writes the records as they are; collectionlib gives each an id of its "
        "source, checks it, keeps a log that undoes it, and looks for duplicates."
    )
    return table


# --- a start ------------------------------------------------------------------------------------


def _starting(there: Sequence[Program], runs: int, folder: Path) -> Table:
    commands = {
        "collectionlib": [OURS],
        "pandoc": [pandoc()],
        "calibre": ["ebook-convert"],
        "Standard Ebooks": [BENCH / "se"],
    }
    table = Table(
        "`--version`, seconds of the clock", [Column("program"), Column("s", ".2f")], drawn="s"
    )
    for program in there:
        if program.name in commands:
            command = [*commands[program.name], "--version"]
            table.add(
                _called(program),
                statistics.median(run(command, folder).elapsed for _ in range(max(runs, 5))),
            )
    return table
