"""The run: batches, interruptions, processes, duplicates, what is gone."""

import gzip
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from attrs import evolve
from sent_to_workers import Deadly

from collectionlib import Collection, Entry, import_texts
from collectionlib.codec import encode_json
from collectionlib.errors import ConflictError, IngestError, StorageError
from collectionlib.importing import writing
from collectionlib.importing.accounts import HtmlAccount, account_in
from collectionlib.importing.accounts.plots import most_frequent
from collectionlib.importing.profile import Profile
from collectionlib.importing.report import ImportReport, SourceReport

KILLS = 6


def make_archive(folder: Path, files: int) -> Path:
    for number in range(files):
        path = folder / f"{number % 7}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % 10:
            path.write_text(f"Title {number}\n\nThe text of {number}. It has two sentences.\n")
        else:
            path.write_text("".join(f"Joke {number}-{each}.\n%\n" for each in range(5)))
    return folder


def content(collection: Collection) -> list[bytes]:
    return [encode_json(entry) for entry in collection]


@pytest.mark.slow
@pytest.mark.parametrize(("location", "files"), [("c.db", 600), ("c.json", 400), ("folder", 200)])
def test_a_killed_import_goes_on_and_ends_as_an_undisturbed_one(
    tmp_path: Path, location: str, files: int
) -> None:
    archive = make_archive(tmp_path / "archive", files)
    script = (
        "import sys\n"
        "from collectionlib import Collection, import_texts\n"
        "from collectionlib.importing import writing\n"
        "writing.SHORTEST_BATCH = 0.02\n"
        "writing.COMMIT_SHARE = 1\n"
        "with Collection.open(sys.argv[1]) as collection:\n"
        "    report = import_texts(collection, sys.argv[2], on_duplicate='skip')\n"
        "    print(report.added)\n"
    )
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}

    def command(where: Path) -> list[str]:
        return [sys.executable, "-c", script, str(where), str(archive)]

    whole, broken = tmp_path / "whole" / location, tmp_path / "broken" / location
    for path in (whole, broken):
        path.parent.mkdir()
        Collection.create(path).close()
    began = time.monotonic()
    subprocess.run(command(whole), env=environment, check=True, capture_output=True)
    length = time.monotonic() - began
    chance = random.Random(location)
    part = 0
    for _ in range(KILLS):
        with subprocess.Popen(
            command(broken), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            try:
                process.communicate(timeout=length * chance.uniform(0.3, 0.95))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        with Collection.open(broken) as collection:
            assert len(collection) >= part
            part = len(collection)
    done = subprocess.run(
        command(broken), env=environment, check=True, capture_output=True, text=True
    )
    assert int(done.stdout) + part == files + 4 * files // 10
    with Collection.open(whole) as one, Collection.open(broken) as other:
        assert content(one) == content(other)
        with other.snapshot() as view:
            assert view.documents() == ("origins",)


@pytest.mark.slow
def test_an_interrupted_import_keeps_its_batches_and_its_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SHORTEST_BATCH", 0.0)
    monkeypatch.setattr(writing, "COMMIT_SHARE", 0)
    archive = make_archive(tmp_path / "archive", 40)
    seen: list[str] = []

    def stop_at_twenty(report: SourceReport) -> None:
        seen.append(report.source)
        if len(seen) == 20:
            raise KeyboardInterrupt

    with Collection.create(tmp_path / "c.db") as collection:
        with pytest.raises(KeyboardInterrupt):
            import_texts(collection, archive, watch=stop_at_twenty)
        part = list(collection)
        assert 0 < len(part) < 60
        report = import_texts(collection, archive)
        assert report.resumed
        assert report.unchanged == len(part)
        assert {entry.added for entry in collection} == {part[0].added}
        assert not import_texts(collection, archive).resumed


def test_stop_imports_nothing_however_many_batches_there_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SHORTEST_BATCH", 0.0)
    monkeypatch.setattr(writing, "COMMIT_SHARE", 0)
    archive = make_archive(tmp_path / "archive", 20)
    (archive / "zzz.bin").write_bytes(bytes(1000))
    with Collection.create(tmp_path / "c.db") as collection:
        with pytest.raises(IngestError):
            import_texts(collection, archive, on_error="stop")
        assert not len(collection)


@pytest.mark.slow
@pytest.mark.parametrize("location", ["memory:", "c.db", "folder"])
def test_two_processes_give_what_one_gives(tmp_path: Path, location: str) -> None:
    archive = make_archive(tmp_path / "archive", 300)
    (archive / "3/empty.txt").write_bytes(b"")
    (archive / "4/no-text.bin").write_bytes(bytes(range(256)) * 4)
    results = []
    for jobs in (1, 3):
        where = location if location == "memory:" else tmp_path / str(jobs) / location
        (tmp_path / str(jobs)).mkdir(exist_ok=True)
        accounts: list[SourceReport] = []
        with Collection.create(where) as collection:
            report = import_texts(
                collection,
                archive,
                jobs=jobs,
                clock=lambda: None,
                watch=accounts.append,
                account=True,
            )
            results.append((report, accounts, content(collection)))
    assert results[0] == results[1]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["1/bad.txt", "6/bad.txt"])
def test_a_process_that_is_killed_takes_only_the_source_that_killed_it(
    tmp_path: Path, place: str
) -> None:
    archive = make_archive(tmp_path / "archive", 150)
    (archive / place).write_text("deadly, always")
    (archive / "5/good.txt").write_text("deadly, never")
    with Collection.create("memory:") as collection:
        report = import_texts(collection, archive, jobs=2, importers={"deadly": Deadly()})
        assert [rejected.source for rejected in report.rejected] == [f"archive/{place}"]
        assert "killed" in report.rejected[0].reason
        assert report.added == len(collection) == 211


@pytest.mark.slow
def test_readers_end_when_the_process_that_writes_is_killed(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "archive", 3000)
    command = [sys.executable, "-m", "collectionlib", "-L", str(tmp_path / "c.db")]
    subprocess.run([*command, "init", str(tmp_path / "c.db")], check=True, capture_output=True)
    with subprocess.Popen(
        [*command, "import", "--jobs", "2", str(archive)], stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + 30
        readers: list[str] = []
        while len(readers) < 2 and time.monotonic() < deadline and process.poll() is None:
            listed = subprocess.run(
                ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(process.pid)],
                check=False, capture_output=True, text=True,
            ).stdout  # fmt: skip
            readers = [line.split()[0] for line in listed.splitlines() if "spawn_main" in line]
            time.sleep(0.02)
        process.kill()
    assert len(readers) == 2
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in readers):
        assert time.monotonic() < deadline, "the readers are still there"
        time.sleep(0.1)


def test_duplicates_are_left_out_on_request(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name, text in {
        "1.txt": "Be  well.",
        "2.txt": "Be\nwell.",
        "3.txt": "Be happy.",
        "4.txt": "Be Well.",
    }.items():
        (folder / name).write_text(text)
    with Collection.create("memory:") as collection:
        assert import_texts(collection, folder, dry_run=True).added == 4
        told: list[SourceReport] = []
        report = import_texts(collection, folder, on_duplicate="skip", watch=told.append)
        assert (report.added, report.duplicates) == (3, 1)
        (duplicate,) = told[1].duplicates
        assert duplicate.of == next(iter(collection)).id
        again = import_texts(collection, folder, on_duplicate="skip")
        assert (again.added, again.unchanged, again.duplicates) == (0, 3, 1)
        (tmp_path / "other.txt").write_text("Be happy. ")
        other = import_texts(collection, tmp_path / "other.txt", on_duplicate="skip")
        assert (other.added, other.duplicates) == (0, 1)
        assert import_texts(collection, tmp_path / "other.txt").added == 1


def test_prune_removes_what_is_gone_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name in ("gone", "edited", "stays", "broken"):
        (folder / f"{name}.txt").write_text(f"The text {name}. It is short.")
    (folder / "jokes").write_text("One.\n%\nTwo.\n%\n")
    (tmp_path / "archive2").mkdir()
    (tmp_path / "archive2/other.txt").write_text("Another archive.")
    with Collection.create("memory:") as collection:
        import_texts(collection, folder, tmp_path / "archive2")
        by_hand = Entry.new(title="By hand")
        edited = next(e for e in collection if e.source and "edited" in e.source.uri)
        with collection.transaction() as batch:
            batch.put(by_hand)
            batch.put(evolve(edited, title="By hand"))
        (folder / "gone.txt").unlink()
        (folder / "edited.txt").unlink()
        (folder / "broken.txt").write_bytes(bytes(100))
        (folder / "jokes").write_text("Two.\n%\nThree.\n%\n")
        assert import_texts(collection, folder, prune=True, dry_run=True).removed == 2
        assert len(collection) == 8
        report = import_texts(collection, folder, prune=True)
        assert (report.added, report.removed, len(report.rejected)) == (1, 2, 1)
        assert [w.source for w in report.warnings] == ["archive/edited.txt"]
        assert "changed by hand" in report.warnings[0].reason
        left = {entry.source.uri if entry.source else None for entry in collection}
        assert left == {
            "archive/edited.txt", "archive/stays.txt", "archive/broken.txt", "archive/jokes",
            "archive2/other.txt", None,
        }  # fmt: skip
        assert {e.body for e in collection if e.category == ("jokes",)} == {"Two.", "Three."}


def test_other_options_are_brought_into_entries_that_are_there(tmp_path: Path) -> None:
    source = tmp_path / "old.txt"
    source.write_bytes("Привет, как дела?".encode("cp1251"))
    with Collection.create("memory:") as collection:
        import_texts(collection, source, encoding="cp1252")
        report = import_texts(collection, source, encoding="cp1251", rights="CC0-1.0")
        assert (report.updated, report.unchanged) == (1, 0)
        (entry,) = collection
        assert (entry.body, entry.rights) == ("Привет, как дела?", "CC0-1.0")


def test_two_imports_at_once_do_not_take_one_name_for_two_roots(tmp_path: Path) -> None:
    for parent in ("a", "b"):
        (tmp_path / parent / "archive").mkdir(parents=True)
        (tmp_path / parent / "archive/one.txt").write_text(f"The text of {parent}.")
    with Collection.create(tmp_path / "c.db") as collection:

        def meanwhile(_report: SourceReport) -> None:
            with Collection.open(tmp_path / "c.db") as other:
                import_texts(other, tmp_path / "b/archive")

        # The other one comes between the names and the first batch.
        from collectionlib.importing import pipeline

        roots = pipeline.find_roots([str(tmp_path / "a/archive")])
        with collection.snapshot() as view:
            _named, known = pipeline._named(roots, view, None)
        meanwhile(SourceReport(source="", status="imported"))
        with collection.snapshot() as view, pytest.raises(ConflictError, match="same command"):
            known.claimed(["archive"], view.document("origins"), "c.db")
        assert import_texts(collection, tmp_path / "a/archive").added == 1
        assert len(collection) == 2


@pytest.mark.slow
def test_the_account_says_what_was_done_with_every_source(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "page.txt").write_text("Site - Wishes - Be well\n\nBe well\n\nBe\x1b[1m well, all.\n")
    (folder / "no.bin").write_bytes(bytes(100))
    (folder / ".hidden").write_text("x")
    report, page = tmp_path / "report.json", tmp_path / "report.html"
    done = subprocess.run(
        [
            sys.executable, "-m", "collectionlib", "convert", str(folder), str(tmp_path / "o.json"),
            "--report", str(report), "--html-report", str(page), "--language", "en",
        ],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 6, done.stderr
    account = json.loads(report.read_bytes())
    sources = {each["source"]: each for each in account["sources"]}
    assert sources["archive/no.bin"]["status"] == "rejected"
    assert sources["archive/.hidden"]["status"] == "passed over"
    told = sources["archive/page.txt"]
    assert (told["format"], told["encoding"], told["entries"]) == ("plain", "ascii", 1)
    assert [(each["change"], each["text"]) for each in told["taken"]] == [
        ("ansi-escapes", "\x1b[1m"),
        ("breadcrumb", "Site - Wishes - Be well"),
        ("repeated-title", "Be well"),
    ]
    assert account["totals"]["added"] == 1
    assert told["languages"] == {"en": 1}
    html = page.read_text()
    assert "archive/no.bin" in html
    assert "breadcrumb took from" in html
    assert "<svg" in html


def test_what_can_no_longer_be_unfolded_is_not_gone(tmp_path: Path) -> None:
    folder = tmp_path / "pile"
    folder.mkdir()
    (folder / "one.txt").write_text("The first text.\n")
    packed = folder / "two.txt.gz"
    packed.write_bytes(gzip.compress(b"The second text.\n"))
    with Collection.create(tmp_path / "c.db") as texts:
        import_texts(texts, folder)
        before = content(texts)
        packed.write_bytes(packed.read_bytes()[:-6])
        report = import_texts(texts, folder, prune=True)
        assert len(report.rejected) == 1
        assert (report.removed, content(texts)) == (0, before)


@pytest.mark.slow
def test_what_an_expression_of_the_profile_rejects_is_not_gone(tmp_path: Path) -> None:
    folder = tmp_path / "pile"
    folder.mkdir()
    (folder / "one.txt").write_text("x" * 5_000 + "y!\n\nMore of it.\n")
    with Collection.create(tmp_path / "c.db") as texts:
        import_texts(texts, folder)
        slow = Profile(boilerplate=("(x|xx)+y",))
        report = import_texts(texts, folder, profile=slow, prune=True)
        assert [each.source for each in report.rejected] == ["pile/one.txt"]
        assert (report.removed, len(texts)) == (0, 1)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["delta:texts", "postgresql:"])
def test_imports_beside_each_other_lose_nothing(
    tmp_path: Path, request: pytest.FixtureRequest, place: str
) -> None:
    if place == "postgresql:":
        place = request.getfixturevalue("postgres").new_location()
    else:
        place = f"delta:{tmp_path}/texts"
    names = ("one", "two", "three")
    for name in names:
        for number in range(40):
            path = tmp_path / name / f"{number % 3}/{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"Title {number}\n\nThe text {number} of {name}.\n")
    Collection.create(place).close()
    command = [sys.executable, "-m", "collectionlib", "-q", "-L", place, "import"]
    running = [subprocess.Popen([*command, name], cwd=tmp_path) for name in names]
    assert [each.wait(timeout=120) for each in running] == [0, 0, 0]
    with Collection.open(place) as collection, collection.snapshot() as view:
        assert len(view) == 120
        assert view.documents() == ("origins",)
        assert set(view.document("origins")) == set(names)  # type: ignore[arg-type]


@pytest.mark.slow
def test_an_import_that_was_broken_off_is_forgotten_when_its_origins_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SHORTEST_BATCH", 0.0)
    monkeypatch.setattr(writing, "COMMIT_SHARE", 0)
    one, two = (make_archive(tmp_path / name, 20) for name in ("one", "two"))
    read: list[SourceReport] = []

    def interrupt(report: SourceReport) -> None:
        read.append(report)
        if len(read) == 5:
            raise KeyboardInterrupt

    def unfinished(collection: Collection) -> list[str]:
        with collection.snapshot() as view:
            return [name for name in view.documents() if name.startswith("import-")]

    with Collection.create(tmp_path / "c.db") as collection:
        with pytest.raises(KeyboardInterrupt):
            import_texts(collection, one, watch=interrupt)
        read.clear()
        with pytest.raises(KeyboardInterrupt):
            import_texts(collection, one, two, watch=interrupt)
        assert len(unfinished(collection)) == 2
        import_texts(collection, two)
        # Of both, one is not whole yet.
        assert len(unfinished(collection)) == 2
        import_texts(collection, one)
        assert unfinished(collection) == [writing.checkpoint(["one", "two"])]
        import_texts(collection, two, one)
        assert unfinished(collection) == []


def test_a_report_replaces_reports_only(tmp_path: Path) -> None:
    path = tmp_path / "report.html"

    def account() -> None:
        with account_in(path, HtmlAccount) as told, Collection.create("memory:") as texts:
            source = tmp_path / "one.txt"
            source.write_text("Be well.")
            copy = tmp_path / "two.txt"
            copy.write_text("Be well.")
            report = import_texts(
                texts, source, copy, on_duplicate="skip", watch=told.add, account=True
            )
            told.finish(report)

    account()
    assert "left out, the same text as" in path.read_text("utf-8")
    account()
    path.write_text("")
    account()
    path.write_text("My page.")
    with pytest.raises(StorageError, match="report of an import"):
        account()
    assert path.read_text() == "My page."
    with pytest.raises(StorageError), account_in(tmp_path / "no/report.html", HtmlAccount):
        pass
    with account_in(Path("/dev/null"), HtmlAccount) as told:
        told.finish(ImportReport())


def test_what_is_rare_is_counted_together() -> None:
    counted = most_frequent({f"format {n:02}": 1 for n in range(30)}, "")
    assert (len(counted), counted["others"]) == (25, 6)
