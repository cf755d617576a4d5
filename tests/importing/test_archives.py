import bz2
import gzip
import io
import lzma
import random
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import Collection, Entry, ImportReport, import_texts
from collectionlib.errors import IngestError
from collectionlib.importing.archives import Limits
from collectionlib.importing.sources import Notice, Root, SourcePlace, walk

if sys.version_info >= (3, 14):
    from zipfile import ZipFile as ZipFileOfLater

    from compression import zstd
else:
    from backports import zstd
    from backports.zstd.zipfile import ZipFile as ZipFileOfLater

TEXTS = {
    "one.txt": "The first text. It has no title.\n",
    "folder/10.txt": "The tenth text. It is in a folder.\n",
    "folder/2.txt": "The second text. It is in a folder.\n",
    "folder/deep/jokes": "A joke.\n%\nAnother.\n%\nA third.\n",
}


def zipped(members: Mapping[str, str | bytes], **options: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members: Mapping[str, str | bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, text in members.items():
            data = text.encode() if isinstance(text, str) else text
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


PACKERS: dict[str, Callable[[Mapping[str, str | bytes]], bytes]] = {
    "zip": zipped,
    "tar": tarred,
    "tar.gz": lambda members: gzip.compress(tarred(members), mtime=0),
    "tar.bz2": lambda members: bz2.compress(tarred(members)),
    "tar.xz": lambda members: lzma.compress(tarred(members)),
    "tar.zst": lambda members: zstd.compress(tarred(members)),
}


def zstd_zip(out: io.BytesIO) -> ZipFileOfLater:
    return ZipFileOfLater(out, "w", 93)


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
}


def _walked(path: Path, limits: Limits | None = None) -> list[SourcePlace | Notice | IngestError]:
    return list(walk(Root(path, path.name), path.name, limits=limits or Limits()))


def _reasons(path: Path, limits: Limits | None = None) -> dict[str, str]:
    found = _walked(path, limits)
    return {each.source: each.reason for each in found if not isinstance(each, SourcePlace)}


def _imported(*sources: Path, **options: object) -> tuple[ImportReport, dict[str, list[Entry]]]:
    collection = Collection.create("memory:")
    report = import_texts(collection, *sources, **options)  # type: ignore[arg-type]
    found: dict[str, list[Entry]] = {}
    for entry in collection:
        assert entry.source is not None
        found.setdefault(entry.source.uri, []).append(entry)
    return report, found


def _written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


# --- what archives hold -------------------------------------------------------------------------


@pytest.mark.parametrize("ending", PACKERS)
def test_texts_in_an_archive_are_as_if_they_lay_in_a_folder(tmp_path: Path, ending: str) -> None:
    archive = _written(tmp_path / f"texts.{ending}", PACKERS[ending](TEXTS))
    report, found = _imported(archive)
    assert (report.added, report.rejected, report.warnings) == (6, (), ())
    assert set(found) == {f"texts.{ending}/{name}" for name in TEXTS}
    (entry,) = found[f"texts.{ending}/folder/2.txt"]
    assert (entry.title, entry.category) == ("2", ("folder",))
    assert entry.body == TEXTS["folder/2.txt"].strip()
    assert entry.source is not None
    assert entry.source.member == "folder/2.txt"
    jokes = found[f"texts.{ending}/folder/deep/jokes"]
    assert [joke.body for joke in jokes] == ["A joke.", "Another.", "A third."]
    assert jokes[0].category == ("folder", "deep", "jokes")


@pytest.mark.parametrize("ending", PACKERS)
def test_an_archive_in_a_folder_is_a_category(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "pile"
    _written(folder / f"sub/wishes.{ending}", PACKERS[ending](TEXTS))
    _written(folder / "one.txt", b"Not in an archive.")
    report, found = _imported(folder)
    assert (report.added, report.rejected) == (7, ())
    (one,) = found[f"pile/sub/wishes.{ending}/one.txt"]
    assert one.category == ("sub", "wishes")
    (two,) = found[f"pile/sub/wishes.{ending}/folder/2.txt"]
    assert two.category == ("sub", "wishes", "folder")


def test_a_folder_of_the_archives_own_name_is_no_further_category(tmp_path: Path) -> None:
    members = {"Wishes/one.txt": "One.", "Wishes/more/two.txt": "Two."}
    _written(tmp_path / "pile/wishes.zip", zipped(members))
    _, found = _imported(tmp_path / "pile")
    assert found["pile/wishes.zip/Wishes/one.txt"][0].category == ("wishes",)
    assert found["pile/wishes.zip/Wishes/more/two.txt"][0].category == ("wishes", "more")
    _, found = _imported(tmp_path / "pile/wishes.zip")
    assert found["wishes.zip/Wishes/one.txt"][0].category == ()


def test_the_same_archive_again_changes_nothing_and_two_do_not_collide(tmp_path: Path) -> None:
    _written(tmp_path / "pile/a.zip", zipped(TEXTS))
    _written(tmp_path / "pile/b.zip", zipped(TEXTS))
    collection = Collection.create("memory:")
    assert import_texts(collection, tmp_path / "pile").added == 12
    before = list(collection)
    report = import_texts(collection, tmp_path / "pile")
    assert (report.added, report.updated, report.unchanged) == (0, 0, 12)
    assert list(collection) == before


def test_members_of_a_zip_come_in_natural_order(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.zip", zipped({"b/10": "x", "b/9": "x", "2": "x", "第十章": "x"}))
    places = [each.uri for each in _walked(path) if isinstance(each, SourcePlace)]
    assert places == ["a.zip/2", "a.zip/b/9", "a.zip/b/10", "a.zip/第十章"]


@pytest.mark.parametrize("ending", COMPRESSORS)
def test_a_compressed_file_is_the_file_itself(tmp_path: Path, ending: str) -> None:
    data = COMPRESSORS[ending](TEXTS["folder/deep/jokes"].encode())
    path = _written(tmp_path / f"pile/jokes.{ending}", data)
    _written(tmp_path / f"pile/table.csv.{ending}", COMPRESSORS[ending](b"author,text\nAnn,Be.\n"))
    report, found = _imported(tmp_path / "pile")
    assert (report.added, report.rejected) == (4, ())
    assert found["pile/jokes"][0].category == ("jokes",)
    assert found["pile/table.csv"][0].contributors[0].name == "Ann"
    report, found = _imported(path)
    assert list(found) == ["jokes"]
    assert found["jokes"][0].source is not None
    assert found["jokes"][0].source.member is None


def test_kinds_are_told_by_bytes_and_not_by_names(tmp_path: Path) -> None:
    _written(tmp_path / "pile/wishes.txt", zipped(TEXTS))
    _written(tmp_path / "pile/poems.zip", b"No zip file, but a text.\n")
    _written(tmp_path / "pile/BZh9.txt", b"BZh91 is how this text begins.\n")
    report, found = _imported(tmp_path / "pile")
    assert (report.added, report.rejected) == (8, ())
    assert "pile/wishes.txt/one.txt" in found
    assert "pile/poems.zip" in found


def test_archives_in_archives(tmp_path: Path) -> None:
    inner = zipped({"folder/one.txt": "One.", "two.txt.gz": gzip.compress(b"Two.")})
    path = _written(tmp_path / "outer.tar.gz", PACKERS["tar.gz"]({"sub/inner.zip": inner}))
    report, found = _imported(path)
    assert (report.added, report.rejected) == (2, ())
    (one,) = found["outer.tar.gz/sub/inner.zip/folder/one.txt"]
    assert one.category == ("sub", "inner", "folder")
    assert one.source is not None
    assert one.source.member == "sub/inner.zip/folder/one.txt"
    assert found["outer.tar.gz/sub/inner.zip/two.txt"][0].title == "two"


def test_archives_that_lie_too_deep_are_rejected_and_what_is_above_goes_in(tmp_path: Path) -> None:
    data = zipped({"text.txt": "Depth 5."})
    for depth in (4, 3, 2, 1):
        data = zipped({"text.txt": f"Depth {depth}.", "in.zip": data})
    report, found = _imported(_written(tmp_path / "a.zip", data))
    assert sorted(entry.body for [entry] in found.values()) == [f"Depth {n}." for n in (1, 2, 3)]
    (rejected,) = report.rejected
    assert rejected.source == "a.zip/in.zip/in.zip/in.zip"
    assert "3 archives" in rejected.reason


def test_a_book_or_a_document_is_no_archive(tmp_path: Path, corpora: Path) -> None:
    book = (corpora / "epub/w3c-nav-activation.epub").read_bytes()
    document = zipped({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})
    office = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})
    jar = zipped({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0", "readme.txt": "Text."})
    members = {"book.epub": book, "a.docx": document, "a.odt": office, "a.jar": jar}
    folder = tmp_path / "pile"
    for name, data in members.items():
        _written(folder / name, data)
    _written(folder / "all.zip", zipped(members))
    report, found = _imported(folder)
    # A book is read by its importer wherever it lies, the others by none.
    assert {"pile/book.epub", "pile/all.zip/book.epub"} == set(found)
    assert {each.source for each in report.rejected} == {
        f"pile/{prefix}{name}"
        for prefix in ("", "all.zip/")
        for name in ("a.docx", "a.odt", "a.jar")
    }


def test_any_format_in_any_archive(tmp_path: Path, corpora: Path) -> None:
    folder = corpora / "epub"
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    straight, _ = _imported(folder)
    for ending in ("zip", "tar.xz"):
        packed, _ = _imported(_written(tmp_path / f"epub.{ending}", PACKERS[ending](files)))
        assert packed.added == straight.added > 0
        assert len(packed.rejected) == len(straight.rejected)


def test_an_archive_with_nothing_in_it_is_said(tmp_path: Path) -> None:
    folder = io.BytesIO()
    with tarfile.open(fileobj=folder, mode="w") as archive:
        info = tarfile.TarInfo("folder")
        info.type = tarfile.DIRTYPE
        archive.addfile(info)
    _written(tmp_path / "pile/a.zip", zipped({}))
    _written(tmp_path / "pile/b.tar.gz", gzip.compress(folder.getvalue()))
    report, _ = _imported(tmp_path / "pile")
    assert {each.source: each.reason for each in report.warnings} == {
        "pile/a.zip": "an archive without files, passed over",
        "pile/b.tar.gz": "an archive without files, passed over",
    }


@pytest.mark.slow
def test_an_archive_from_standard_input(tmp_path: Path) -> None:
    for data, number in (
        (zipped(TEXTS), 6),
        (gzip.compress(tarred(TEXTS)), 6),
        (zstd.compress(TEXTS["folder/deep/jokes"].encode()), 3),
    ):
        location = tmp_path / f"{zlib.crc32(data)}.json"
        command = [sys.executable, "-m", "collectionlib", "-L", str(location)]
        subprocess.run([*command, "init", str(location)], check=True, capture_output=True)
        done = subprocess.run(
            [*command, "import", "-"], input=data, capture_output=True, check=False
        )
        assert (done.returncode, f"{number} entries added" in done.stderr.decode()) == (0, True)


@pytest.mark.slow
def test_the_result_is_the_same_with_several_processes(tmp_path: Path) -> None:
    members = {f"{n % 7}/{n}.txt": f"The text of number {n}." for n in range(200)}
    path = _written(tmp_path / "a.tar.gz", PACKERS["tar.gz"](members))
    collections = []
    for jobs in (1, 2):
        collection = Collection.create("memory:")
        assert import_texts(collection, path, jobs=jobs, clock=lambda: None).added == 200
        collections.append(list(collection))
    assert collections[0] == collections[1]


def test_prune_leaves_what_a_damaged_archive_no_longer_shows(tmp_path: Path) -> None:
    data = tarred({f"{n}.txt": random.Random(n).randbytes(300).hex() for n in range(200)})
    path = _written(tmp_path / "a.tar.gz", gzip.compress(data))
    collection = Collection.create("memory:")
    import_texts(collection, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    report = import_texts(collection, path, prune=True)
    assert (report.removed, len(collection)) == (0, 200)
    assert 50 < report.unchanged < 150
    assert [each.source for each in report.rejected][-1] == "a.tar.gz"


def test_what_systems_leave_in_archives_is_passed_over(tmp_path: Path) -> None:
    index = struct.pack(">5I", 2, 3, 24, 7, 0) + b"%\0\0\0" + struct.pack(">4I", 0, 10, 21, 30)
    members: dict[str, str | bytes] = {
        **TEXTS,
        "__MACOSX/._one.txt": b"\0\5\x16\7",
        "__MACOSX/folder/._2.txt": b"\0\5\x16\7",
        "folder/.DS_Store": b"\0\0\0\1Bud1",
        ".git/config": "x",
        ".git/HEAD": "x",
        "folder/deep/jokes.dat": index,
    }
    for ending in ("zip", "tar.gz"):
        path = _written(tmp_path / f"a.{ending}", PACKERS[ending](members))
        assert {source.partition("/")[2]: reason for source, reason in _reasons(path).items()} == {
            "__MACOSX": "what macOS adds, passed over",
            "folder/.DS_Store": "hidden, passed over",
            ".git": "hidden, passed over",
            "folder/deep/jokes.dat": "an index of strfile, passed over",
        }


# --- names --------------------------------------------------------------------------------------


def _renamed(names: list[bytes], *, extra: bytes = b"", utf_8: bool = False) -> bytes:
    """A zip with names of any bytes, as tools of other systems write it."""
    out, contents = io.BytesIO(), io.BytesIO()
    for number, name in enumerate(names):
        data = f"The text of number {number}.".encode()
        where = out.tell()
        flags = 0x800 if utf_8 else 0
        common = struct.pack("<3H4x3L2H", flags, 0, 0, zlib.crc32(data), len(data), len(data),
                             len(name), len(extra))  # fmt: skip
        # version needed, flags, method, time and date, sum, sizes, lengths
        common = struct.pack("<3H", 20, flags, 0) + bytes(4) + common[-16:]
        out.write(b"PK\3\4" + common + name + extra + data)
        contents.write(
            b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<3H2L", 0, 0, 0, 0, where)
            + name + extra
        )  # fmt: skip
    start = out.tell()
    listed = contents.getvalue()
    end = struct.pack("<4H2LH", 0, 0, len(names), len(names), len(listed), start, 0)
    return out.getvalue() + listed + b"PK\5\6" + end


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp932", ["小話/落語.txt", "小話/一休さん.txt", "小話/ソース表.txt"]),
        ("cp866", ["Анекдоты/про врачей.txt", "Анекдоты/про Вовочку.txt"]),
        ("gbk", ["笑话/新年祝福.txt", "笑话/第二章.txt"]),
        ("big5", ["笑話/新年祝福.txt"]),
        ("cp437", ["Witze/Übung für Ärzte.txt", "Witze/Größe.txt"]),
        ("cp850", ["Blagues/Père Noël.txt", "Blagues/ça va.txt"]),
        ("cp1252", ["Witze/Übung für Ärzte.txt", "Blagues/Père Noël.txt"]),
        ("utf-8", ["Анекдоты/про врачей.txt", "小話/落語.txt", "Übung.txt"]),
    ],
)
def test_names_in_old_encodings_are_read_all_together(
    tmp_path: Path, encoding: str, names: list[str]
) -> None:
    raw = [name.encode(encoding) for name in names]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding=encoding) as tar:
        for name in names:
            tar.addfile(tarfile.TarInfo(name))
    _written(tmp_path / "a.zip", _renamed(raw))
    _written(tmp_path / "a.tar.gz", gzip.compress(out.getvalue()))
    for path in (tmp_path / "a.zip", tmp_path / "a.tar.gz"):
        found = _walked(path)
        places = {each.member for each in found if isinstance(each, SourcePlace)}
        assert places == set(names)
        notices = [each for each in found if isinstance(each, Notice)]
        assert len(notices) == (encoding != "utf-8")


def test_a_zip_says_its_names_in_unicode(tmp_path: Path) -> None:
    raw = b"?????.txt"
    told = b"\1" + struct.pack("<L", zlib.crc32(raw)) + "сказка.txt".encode()
    extra = struct.pack("<2H", 0x7075, len(told)) + told
    path = _written(tmp_path / "a.zip", _renamed([raw], extra=extra))
    assert [each.member for each in _walked(path) if isinstance(each, SourcePlace)] == [
        "сказка.txt"
    ]
    stale = extra[:5] + bytes(4) + extra[9:]
    path = _written(tmp_path / "a.zip", _renamed([raw], extra=stale))
    assert [each.member for each in _walked(path) if isinstance(each, SourcePlace)] == ["?????.txt"]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_names_of_tars(tmp_path: Path, form: int) -> None:
    name = "/".join(["ein langer Name", "第十章" * 40, "x" * 120 + ".txt"])
    path = _written(tmp_path / "a.tar", tarred({name: "Text."}, form))
    assert [each.member for each in _walked(path) if isinstance(each, SourcePlace)] == [name]


def test_folders_before_backslashes_where_a_zip_is_from_windows(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.zip", _renamed([b"folder\\one.txt", b"two.txt"]))
    (one, two) = [each for each in _walked(path) if isinstance(each, SourcePlace)]
    assert (one.member, one.category, two.member) == ("folder/one.txt", ("folder",), "two.txt")


@pytest.mark.parametrize("ending", ["zip", "tar", "tar.gz"])
def test_names_that_lead_out_or_are_no_names_stay_out(tmp_path: Path, ending: str) -> None:
    bad = {
        "../../etc/one.txt": "leads out",
        "/etc/two.txt": "leads out",
        "a/../../three.txt": "leads out",
        "C:/four.txt": "leads out",
        "x" * 5000: "longer than 4,096",
    }
    members = {**TEXTS, **dict.fromkeys(bad, "Out."), "./good/\x01.txt": "In."}
    path = _written(tmp_path / f"a.{ending}", PACKERS[ending](members))
    report, found = _imported(path)
    assert (report.added, len(report.rejected)) == (7, 5)
    assert f"a.{ending}/good/\\x01.txt" in found
    for name, words in bad.items():
        (reason,) = [each.reason for each in report.rejected if name[:100] in each.source]
        assert words in reason
    assert not any("Out." in entry.body for entries in found.values() for entry in entries)


def test_a_name_that_comes_twice_is_rejected_once(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("one.txt", "Number 1.")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("one.txt", "Number 2.")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("one.txt", "Number 3.")
    report, found = _imported(_written(tmp_path / "a.zip", out.getvalue()))
    assert (report.added, len(report.rejected)) == (1, 2)
    assert "that name" in report.rejected[0].reason
    first, second = tarred({"one.txt": "First."}), tarred({"one.txt": "Second."})
    report, found = _imported(_written(tmp_path / "a.tar", first[:1024] + second))
    assert found["a.tar/one.txt"][0].body == "First."
    assert len(report.rejected) == 1


# --- what could do harm -------------------------------------------------------------------------


def test_links_and_devices_stay_out(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in {
            "a-link": tarfile.SYMTYPE,
            "b-hard": tarfile.LNKTYPE,
            "c-device": tarfile.BLKTYPE,
            "d-character": tarfile.CHRTYPE,
            "e-pipe": tarfile.FIFOTYPE,
            "f-sparse": tarfile.GNUTYPE_SPARSE,
            "folder": tarfile.DIRTYPE,
        }.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("z.txt")
        info.size = 5
        archive.addfile(info, io.BytesIO(b"Text."))
    path = _written(tmp_path / "a.tar", out.getvalue())
    found = _walked(path)
    assert [each.uri for each in found if isinstance(each, SourcePlace)] == ["a.tar/z.txt"]
    assert len([each for each in found if isinstance(each, IngestError)]) == 6

    info = zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zip_file:
        zip_file.writestr(info, "/etc/passwd")
        zip_file.writestr("one.txt", "One.")
    report, entries = _imported(_written(tmp_path / "a.zip", packed.getvalue()))
    assert list(entries) == ["a.zip/one.txt"]
    assert "link" in report.rejected[0].reason


def test_encrypted_damaged_and_unknown_members_stay_out_and_the_others_go_in(
    tmp_path: Path,
) -> None:
    data = bytearray(zipped({"1": "One.", "2": "Two.", "3": "Three.", "4": "Four."}))
    places = [place for place in range(len(data)) if data[place : place + 4] == b"PK\1\2"]
    data[places[0] + 8] |= 1  # encrypted
    data[places[1] + 10] = 9  # a method that is not known
    struct.pack_into("<L", data, places[2] + 16, 1)  # a wrong sum
    report, found = _imported(_written(tmp_path / "a.zip", bytes(data)))
    assert list(found) == ["a.zip/4"]
    reasons = {each.source: each.reason for each in report.rejected}
    assert "encrypted" in reasons["a.zip/1"]
    assert "cannot be unfolded" in reasons["a.zip/2"]
    assert "damaged" in reasons["a.zip/3"]


@pytest.mark.slow
@pytest.mark.parametrize("ending", PACKERS)
def test_of_a_truncated_archive_what_there_is_goes_in(tmp_path: Path, ending: str) -> None:
    texts = {f"{n}.txt": random.Random(n).randbytes(3000).hex() for n in range(300)}
    data = PACKERS[ending](texts)
    report, found = _imported(_written(tmp_path / f"a.{ending}", data[: len(data) * 2 // 3]))
    assert f"a.{ending}" in [each.source for each in report.rejected]
    for uri, (entry,) in found.items():
        assert entry.body == texts[uri.partition("/")[2]]
    if ending not in ("zip", "tar.xz"):
        assert report.added > 100


@pytest.mark.parametrize("ending", COMPRESSORS)
def test_a_truncated_compressed_file_is_rejected(tmp_path: Path, ending: str) -> None:
    data = COMPRESSORS[ending](random.Random(1).randbytes(9000).hex().encode())
    report, _ = _imported(_written(tmp_path / f"a.txt.{ending}", data[:-50]))
    assert (report.added, len(report.rejected)) == (0, 1)
    assert "damaged" in report.rejected[0].reason


def test_a_damaged_end_of_a_compressed_tar_is_said(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(tarred(TEXTS)))
    data[-6] ^= 0xFF  # of the sum
    report, _ = _imported(_written(tmp_path / "a.tar.gz", bytes(data)))
    assert report.added == 6
    assert "CRC" in report.rejected[0].reason


def test_something_behind_the_end_of_a_tar_is_said(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.tar", tarred(TEXTS) + tarred({"more.txt": "More."}))
    report, _ = _imported(path)
    assert report.added == 6
    assert "behind its end" in report.rejected[0].reason


def _seconds(do: Callable[[], object]) -> float:
    begun = time.process_time()
    do()
    return time.process_time() - begun


@pytest.mark.slow
@pytest.mark.parametrize("ending", COMPRESSORS)
def test_bombs_are_found_while_they_unfold(tmp_path: Path, ending: str) -> None:
    # bzip2 and xz make 100 MB of zeros 80 bytes and 15 KB; gzip does no more than 1 to 1030.
    data = COMPRESSORS[ending](bytes(100_000_000))
    for name in ("bomb.txt", "bomb.tar"):
        path = _written(tmp_path / f"{name}.{ending}", data)
        found = _walked(path)
        assert [type(each) for each in found if isinstance(each, SourcePlace)] == []
        assert "times its size" in " ".join(_reasons(path).values())


def test_a_bomb_in_a_zip_stays_out_and_the_others_go_in(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.zip", zipped({"bomb": bytes(50_000_000), "one.txt": "One."}))
    report, found = _imported(path)
    assert list(found) == ["a.zip/one.txt"]
    assert "1000 times" in report.rejected[0].reason


def test_a_zip_that_says_less_than_it_unfolds_to_is_damaged(tmp_path: Path) -> None:
    data = bytearray(zipped({"bomb": bytes(20_000_000)}))
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 24, 10)
    report, _ = _imported(_written(tmp_path / "a.zip", bytes(data)))
    assert (report.added, len(report.rejected)) == (0, 1)


def test_members_that_overlap_stay_out(tmp_path: Path) -> None:
    data = bytearray(zipped({f"{n}.txt": random.Random(n).randbytes(200) for n in range(5)}))
    entries = [place for place in range(len(data)) if data[place : place + 4] == b"PK\1\2"]
    for place in entries:
        # Each is to reach over all behind it, as in the bombs that have one kernel.
        struct.pack_into("<L", data, place + 20, len(data))
    found = _walked(_written(tmp_path / "a.zip", bytes(data)))
    # Behind the last one is none that it could reach over, but the list of the files, as newer
    # versions of Python notice.
    assert {each.uri for each in found if isinstance(each, SourcePlace)} <= {"a.zip/4.txt"}
    assert sum("another file" in str(each) for each in found) >= 4


def test_limits_of_the_whole_end_the_archive_with_one_sentence(tmp_path: Path) -> None:
    members = {f"{n}.txt": "0123456789" * 100 for n in range(50)}
    inner = {"a/in.zip": zipped(members), "b/in.tar": tarred(members), "c.txt": "Text."}
    for ending in PACKERS:
        path = _written(tmp_path / f"a.{ending}", PACKERS[ending](members))
        reasons = _reasons(path, Limits(total=20_000))
        assert list(reasons) == [f"a.{ending}"]
        assert "more than 20 KiB" in reasons[f"a.{ending}"]
        reasons = _reasons(path, Limits(members=20))
        assert list(reasons) == [f"a.{ending}"]
        assert "more than 20 files" in reasons[f"a.{ending}"]
        assert len(_reasons(path, Limits(member=999))) == 50
        outer = _written(tmp_path / f"b.{ending}", PACKERS[ending](inner))
        assert list(_reasons(outer, Limits(members=70))) == [f"b.{ending}"]


def test_absurd_sizes_in_headers(tmp_path: Path) -> None:
    for size in (
        b"77777777777",
        b"\x80\0\0\0\x7f" + b"\xff" * 6,
        b"\xff" * 11,
        b"\x80" + b"\xff" * 11,
    ):
        data = bytearray(tarred({"one.txt": "One.", "two.txt": "Two."}))
        data[124:136] = size[:12].ljust(12, b"\0")
        total = sum(data[:148]) + 8 * 32 + sum(data[156:512])
        data[148:156] = b"%06o\0 " % total
        for packed in (bytes(data), gzip.compress(bytes(data))):
            report, _ = _imported(_written(tmp_path / "a.tar", packed))
            assert report.added == 0
            assert report.rejected


@pytest.mark.slow
def test_a_header_that_does_not_end_is_not_kept_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 900_000_000
    deflate = zlib.compressobj(9, wbits=31)
    data = deflate.compress(long.tobuf())
    for _ in range(900):
        data += deflate.compress(random.Random(1).randbytes(1000) * 200)
    path = _written(tmp_path / "a.tar.gz", data + deflate.flush())
    tracemalloc.start()
    reasons = _reasons(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "damaged" in reasons["a.tar.gz"]
    assert peak < 30_000_000


def test_a_zip_whose_contents_are_longer_than_they_may_be_is_not_read(tmp_path: Path) -> None:
    data = zipped({f"{n}": "x" for n in range(3000)})
    path = _written(tmp_path / "a.zip", data)
    assert len(_walked(path, Limits(members=3000))) == 3000
    assert list(_reasons(path, Limits(members=1000))) == ["a.zip"]


def test_an_archive_that_holds_itself_ends(tmp_path: Path) -> None:
    data = b""
    for _ in range(12):
        data = zipped({f"{n}.zip": data for n in range(6)}) if data else zipped({"x": "x"})
    path = _written(tmp_path / "a.zip", data)
    assert _seconds(lambda: _walked(path)) < 10
    assert all("3 archives" in reason for reason in _reasons(path).values())


@pytest.mark.slow
def test_memory_is_that_of_the_largest_member(tmp_path: Path) -> None:
    import tracemalloc

    part = random.Random(1).randbytes(500_000).hex().encode()
    for ending in ("zip", "tar.gz"):
        data = PACKERS[ending]({f"{n}.txt": part for n in range(40)})
        path = _written(tmp_path / f"a.{ending}", data)
        tracemalloc.start()
        number = sum(1 for _ in walk(Root(path, path.name), path.name))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (number, peak < 12 * len(part)) == (40, True)


# --- anything at all ----------------------------------------------------------------------------

_SMALL = {
    "one.txt": "The first text.",
    "é/two.txt": "The second text. " * 20,
    "in.zip": zipped({"three.txt": "The third."}),
    "four.txt.gz": gzip.compress(b"The fourth.", mtime=0),
}
_VALID = {ending: pack(_SMALL) for ending, pack in PACKERS.items()}


@pytest.mark.slow
@pytest.mark.parametrize("ending", PACKERS)
def test_a_changed_archive_gives_texts_or_sentences(tmp_path: Path, ending: str) -> None:
    valid = _VALID[ending]
    path = tmp_path / f"a.{ending}"

    @given(
        changes=st.lists(
            st.tuples(st.integers(0, len(valid) - 1), st.integers(0, 255)), min_size=1, max_size=8
        ),
        end=st.one_of(st.just(len(valid)), st.integers(1, len(valid))),
    )
    @settings(max_examples=150)
    def check(changes: list[tuple[int, int]], end: int) -> None:
        data = bytearray(valid)
        for place, value in changes:
            data[place] = value
        path.write_bytes(data[:end])
        begun = time.process_time()
        found = _walked(path)
        assert time.process_time() - begun < 5
        assert found
        for each in found:
            if isinstance(each, IngestError):
                assert str(each).isprintable() or "\u2028" in str(each)
            elif isinstance(each, SourcePlace):
                assert len(each.read().data) == each.size

    check()


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["tar"])
def test_a_changed_tar_in_a_sound_gzip_gives_texts_or_sentences(
    tmp_path: Path, ending: str
) -> None:
    valid = _VALID[ending]
    path = tmp_path / "a.tar.gz"

    @given(place=st.integers(0, len(valid) - 1), data=st.binary(min_size=1, max_size=30))
    @settings(max_examples=150)
    def check(place: int, data: bytes) -> None:
        changed = bytearray(valid)
        changed[place : place + len(data)] = data
        for start in range(0, len(changed) - 512, 512):
            # With sums that are right, so that what they guard is looked at.
            if changed[start + 257 : start + 262] == b"ustar":
                block = changed[start : start + 512]
                total = sum(block[:148]) + 8 * 32 + sum(block[156:])
                changed[start + 148 : start + 156] = b"%06o\0 " % total
        path.write_bytes(gzip.compress(bytes(changed)))
        assert _walked(path)

    check()


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "zst"])
def test_what_stands_behind_the_end_of_a_compressed_file_is_not_lost_in_silence(
    tmp_path: Path, ending: str
) -> None:
    one, two = (COMPRESSORS[ending](text) for text in (b"The first half, ", b"and the second."))
    path = tmp_path / f"text.txt.{ending}"
    path.write_bytes(one + two)
    with Collection.create("memory:") as texts:
        assert import_texts(texts, path).rejected == ()
        assert [entry.body for entry in texts] == ["The first half, and the second."]
    path.write_bytes(one + two + b"a letter to a friend")
    with Collection.create("memory:") as texts:
        (rejected,) = import_texts(texts, path).rejected
        assert "damaged" in rejected.reason


# --- odd archives ---------------------------------------------------------------------------------


def test_folders_among_the_members_are_no_files(tmp_path: Path) -> None:
    members = {"a/": b"", "a/one.txt": b"One.", "a/b/": b""}
    zip_file = _written(tmp_path / "a.zip", zipped(members))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        folder = tarfile.TarInfo("a")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        info = tarfile.TarInfo("a/one.txt")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"One."))
    tar_file = _written(tmp_path / "a.tar", out.getvalue())
    for path in (zip_file, tar_file):
        report, found = _imported(path)
        assert (report.rejected, report.warnings) == ((), ())
        assert [*found] == [f"{path.name}/a/one.txt"]


def test_a_zip_with_zstandard_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zstd_zip(out) as archive:
        archive.writestr("one.txt", "The first text. " * 20)
        archive.writestr("two.txt", "The second text. " * 20, zipfile.ZIP_STORED)
    report, found = _imported(_written(tmp_path / "a.zip", out.getvalue()))
    assert (report.added, report.rejected) == (2, ())
    assert found["a.zip/one.txt"][0].body == ("The first text. " * 20).strip()


def test_a_zip_of_a_size_beyond_32_bits_says_its_contents_elsewhere(tmp_path: Path) -> None:
    data = zipped({"one.txt": "One.", "two.txt": "Two."})
    at = data.rindex(b"PK\x05\x06")
    size, start = struct.unpack_from("<2L", data, at + 12)
    end_64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    _, found = _imported(_written(tmp_path / "a.zip", data[:at] + end_64 + locator + end))
    assert {*found} == {"a.zip/one.txt", "a.zip/two.txt"}
    for damaged in (data[:at] + end, data[:at] + b"PK\x06\x06" + end):
        reasons = _reasons(_written(tmp_path / "b.zip", damaged))
        assert "its end is missing" in reasons["b.zip"]


def test_an_unreadable_kind_is_no_document(tmp_path: Path) -> None:
    data = bytearray(zipped({"mimetype": "application/x-made-up", "one.txt": "One."}))
    assert _reasons(_written(tmp_path / "a.zip", bytes(data))) == {}
    # Its bytes are damaged: what there is besides is read as from any archive.
    start = data.index(b"mimetype") + len("mimetype")
    data[start : start + 4] = b"\xff" * 4
    found = _walked(_written(tmp_path / "a.zip", bytes(data)))
    assert [each.uri for each in found if isinstance(each, SourcePlace)] == ["a.zip/one.txt"]
    assert "damaged" in _reasons(tmp_path / "a.zip")["a.zip/mimetype"]


def test_extra_fields_of_a_name_that_do_not_fit_are_passed_over(tmp_path: Path) -> None:
    def with_extra(raw: bytes, extra: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            info = zipfile.ZipInfo("one.txt")
            info.extra = (
                struct.pack("<2H", 0x5455, 1)
                + b"\0"
                + (struct.pack("<2HBL", 0x7075, 5 + len(extra), 1, zlib.crc32(raw)) + extra)
            )
            archive.writestr(info, "One.")
        return out.getvalue()

    for raw, extra, name in (
        (b"one.txt", b"Eins.txt", "Eins.txt"),
        (b"other.txt", b"Eins.txt", "one.txt"),
        (b"one.txt", b"\xff.txt", "one.txt"),
    ):
        report, found = _imported(_written(tmp_path / "a.zip", with_extra(raw, extra)))
        if sys.version_info >= (3, 13) and extra == b"\xff.txt":
            assert "Corrupt unicode path" in report.rejected[0].reason
        else:
            assert [*found] == [f"a.zip/{name}"]


def test_a_member_without_a_name_and_names_that_nothing_fits_stay_apart(tmp_path: Path) -> None:
    reasons = _reasons(_written(tmp_path / "a.zip", zipped({"./.": "One.", "two.txt": "Two."})))
    assert [*reasons.values()] == ["it has no name"]
    names = [f"{number}\udc81\udc8d\udc9d.txt" for number in range(3)]
    data = tarred(dict.fromkeys(names, "A text."), tarfile.GNU_FORMAT)
    report, found = _imported(_written(tmp_path / "a.tar", data))
    assert report.added == len(found) == 3
    many = {f"{number:05} Märchen aus aller Welt.txt": "x" for number in range(1_500)}
    data = tarred(many, tarfile.GNU_FORMAT)
    _, found = _imported(_written(tmp_path / "b.tar", data))
    assert "b.tar/00007 Märchen aus aller Welt.txt" in found


def test_names_before_a_damaged_place_are_read_all_the_same(tmp_path: Path) -> None:
    whole = bytearray(tarred({
        "M\udce4rchen.txt": "One.", "two.txt": "Two.", "three.txt": "Three.",
    }, tarfile.GNU_FORMAT))  # fmt: skip
    whole[2048:2060] = b"\xff" * 12
    path = _written(tmp_path / "a.tar", bytes(whole))
    found = [each.uri for each in _walked(path) if isinstance(each, SourcePlace)]
    assert found == ["a.tar/Märchen.txt", "a.tar/two.txt"]
    assert "damaged" in _reasons(path)["a.tar"]


def test_compressed_files_in_compressed_files_end_at_the_depth(tmp_path: Path) -> None:
    data = b"A text."
    for _ in range(5):
        data = gzip.compress(data)
    (reason,) = _reasons(_written(tmp_path / "a.gz", data)).values()
    assert reason == "it lies in 3 archives, one in the other: unpack the outermost"


def test_a_compressed_file_that_is_longer_than_a_text_may_be_is_refused(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.txt.gz", gzip.compress(random.Random(1).randbytes(5_000)))
    (reason,) = _reasons(path, Limits(member=4_000)).values()
    assert reason == "it unfolds to more than 3.9 KiB: split it"


def test_zstandard_may_begin_with_a_frame_without_data(tmp_path: Path) -> None:
    skippable = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"info"
    text = "A text that is not very long. "
    _, found = _imported(_written(tmp_path / "a.txt.zst", skippable + zstd.compress(text.encode())))
    assert found["a.txt"][0].body == text.strip()
    _, found = _imported(_written(tmp_path / "b.txt", skippable + b" is how it begins. " * 9))
    assert not found


def test_padding_and_more_streams_behind_a_stream_are_part_of_it(tmp_path: Path) -> None:
    pieces = [f"Text number {number}. ".encode() for number in range(3)]
    whole = b"".join(pieces).decode().strip()
    xz = b"".join(lzma.compress(piece) + b"\0" * 8 for piece in pieces)
    bz = b"".join(map(bz2.compress, pieces))
    for name, data in (("a.txt.xz", xz), ("b.txt.bz2", bz)):
        _, found = _imported(_written(tmp_path / name, data))
        ((entry,),) = found.values()
        assert entry.body == whole


@pytest.mark.skipif(sys.platform == "win32", reason="rights of Unix")
def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    path = _written(tmp_path / "pile/a.zip", zipped(TEXTS))
    found = walk(Root(path.parent, "pile"), "pile")
    path.unlink()
    path.mkdir()
    assert not [each for each in found if isinstance(each, SourcePlace)]
