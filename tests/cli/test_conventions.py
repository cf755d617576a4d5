"""Streams, exit codes, errors: what scripts rely on."""

import fcntl
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

LONG = "A text that is long enough to fill a pipe when it stands there often. " * 4


@pytest.fixture
def jokes(run, archive: Path) -> str:
    run("init", "jokes/")
    run("-L", "jokes/", "import", "archive/")
    return "jokes/"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["-L", "jokes/", "list", "zzz"], 3, "nothing matches"),
        (["-L", "jokes/", "show", "zzzzzz"], 3, "no entry has the id 'zzzzzz'"),
        (["-L", "jokes/", "export", "none.epub", "zzz"], 3, "nothing was written"),
        (["-L", "jokes/", "list", "colour:red"], 2, "column 1"),
        (["-L", "jokes/", "list", "--sort", "colour"], 2, "colour"),
        (["-L", "jokes/", "show", "abc"], 2, "shorter than 4"),
        (["-L", "jokes/", "export", "book.docx"], 2, ".epub"),
        (["-L", "jokes/", "export", "book.epub", "--to", "docx"], 2, "epub, fortune, html, json"),
        (
            ["-L", "jokes/", "import", "archive/", "--format", "docx"],
            2,
            "feed, fortune, gutenberg, html, json, markdown, mbox, plain",
        ),
        (["-L", "jokes/", "import", "archive/", "--encoding", "klingon"], 2, "klingon"),
        (["-L", "jokes/", "nonsense"], 2, "there is no command 'nonsense'"),
        (["-L", "nowhere/", "list"], 1, "collectionlib init nowhere/"),
        (["-L", "jokes/", "import", "nowhere/"], 1, "no such file"),
        (["init", "jokes/"], 1, "jokes/"),
        (["-L", "archive/one.txt", "list"], 1, "import archive/one.txt"),
        (["init", "x/", "--language", "english"], 2, "BCP 47"),
        (["list"], 1, "-L"),
    ],
)
def test_the_table_of_exit_codes(
    run, jokes: str, tmp_path: Path, arguments: list[str], status: int, words: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    result = run(*arguments)
    assert result.returncode == status, result.stderr
    assert words in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_no_command_makes_a_book_of_nothing(run, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    run("init", "empty.json")
    library = ("-L", "empty.json")
    for output in ("book.epub", "book.json", "site/"):
        to = ("--to", "html") if output == "site/" else ()
        for command in ((*library, "export", output), ("convert", "none/", output)):
            result = run(*command, *to)
            assert (result.returncode, result.stdout) == (3, "")
            assert "nothing was written" in result.stderr
            assert not (tmp_path / output).exists()


def test_partial_the_rest_is_in(run, jokes: str, picture: Path) -> None:
    result = run("-L", "jokes/", "import", "archive/", "--json")
    assert result.returncode == 6
    assert '"rejected": [{"source": "archive/picture.png", "reason": "it is no text' in (
        result.stdout
    )
    result = run("convert", "archive/", "book.txt")
    assert result.returncode == 6
    assert "rejected: archive/picture.png: it is no text, but image/png" in result.stderr
    assert "4 entries added" in result.stderr


def _small_files_only() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.unmeasured
@pytest.mark.parametrize("library", ["jokes/", "jokes.json"])
def test_what_cannot_be_written_leaves_everything_as_it_was(
    run, tmp_path: Path, archive: Path, library: str
) -> None:
    run("init", library)
    run("-L", library, "import", "archive/")
    (archive / "large.txt").write_text(LONG * 200)
    before = run("-L", library, "list", "--json").stdout
    files = sorted(tmp_path.rglob("*"))
    result = run("-L", library, "import", "archive/", preexec_fn=_small_files_only)
    assert result.returncode == 1
    assert result.stderr.endswith(
        f"collectionlib: {library} could not be written and is as it was: File too large; "
        "do it again, and have a look at the disk\n"
    )
    assert run("-L", library, "list", "--json").stdout == before
    assert sorted(tmp_path.rglob("*")) == files


@pytest.mark.unmeasured
@pytest.mark.parametrize("output", ["book.epub", "book.json", "book.txt"])
def test_a_book_that_cannot_be_written_leaves_the_old_one(
    run, tmp_path: Path, archive: Path, jokes: str, output: str
) -> None:
    run("-L", jokes, "export", output)
    old = (tmp_path / output).read_bytes()
    (archive / "large.txt").write_text(f"{LONG} {os.urandom(40_000).hex()}")
    run("-L", jokes, "import", "archive/")
    result = run("-L", jokes, "export", output, preexec_fn=_small_files_only)
    assert result.returncode == 1
    assert result.stderr == (
        f"collectionlib: {output} could not be written: File too large; "
        "do it again, and have a look at the disk\n"
    )
    assert (tmp_path / output).read_bytes() == old
    nowhere = run("-L", jokes, "export", f"nowhere/{output}")
    assert nowhere.returncode == 1
    assert nowhere.stderr == (
        f"collectionlib: nowhere/{output} could not be written: No such file or directory; "
        "make the folder that it is to lie in\n"
    )


def test_quiet_tells_only_what_is_wrong(run, jokes: str, picture: Path) -> None:
    result = run("-q", "-L", "jokes/", "import", "archive/")
    assert result.stderr == "rejected: archive/picture.png: it is no text, but image/png\n"


def test_stop_imports_nothing(run, picture: Path) -> None:
    run("init", "jokes/")
    result = run("-L", "jokes/", "import", "archive/", "--on-error", "stop")
    assert result.returncode == 1
    assert result.stderr == "collectionlib: archive/picture.png: it is no text, but image/png\n"
    assert run("-L", "jokes/", "list").stdout == ""


def test_a_locked_collection_is_5_and_names_the_holder(run, jokes: str, tmp_path: Path) -> None:
    code = (
        "import sys; from collectionlib import Collection\n"
        "with Collection.open('jokes/') as jokes, jokes.transaction():\n"
        "    print('holding', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        (tmp_path / "archive/three.txt").write_text("Three\n\nA third text.")
        result = run("-L", "jokes/", "import", "archive/")
        reading = run("-L", "jokes/", "list")
        holder.kill()
    assert result.returncode == 5
    assert f"process {holder.pid} on " in result.stderr
    assert len(reading.stdout.splitlines()) == 4


def test_messages_go_to_standard_error(run, archive: Path) -> None:
    for arguments in (
        ["init", "jokes/"],
        ["-L", "jokes/", "import", "archive/"],
        ["-L", "jokes/", "export", "book.txt"],
    ):
        result = run(*arguments)
        assert (result.stdout, result.returncode) == ("", 0)
        assert len(result.stderr.splitlines()) == 1


def test_an_output_of_another_kind_is_not_replaced(run, jokes: str, tmp_path: Path) -> None:
    for name in ("book.epub", "book.json", "book.txt"):
        (tmp_path / name).write_text("Somebody's own text.\n")
        result = run("-L", "jokes/", "export", name)
        assert result.returncode == 1
        assert re.search(
            rf"{name} exists and is not .* choose another name, or give --force", result.stderr
        )
        assert (tmp_path / name).read_text() == "Somebody's own text.\n"
        assert run("-L", "jokes/", "export", name, "--force").returncode == 0
        assert run("-L", "jokes/", "export", name).returncode == 0, "our own are replaced"


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["book.epub", "book.json", "book.txt"])
def test_a_failed_export_leaves_the_old_book(run, jokes: str, tmp_path: Path, name: str) -> None:
    assert run("-L", "jokes/", "export", name).returncode == 0
    before = (tmp_path / name).read_bytes()
    export = f"{sys.executable} -m collectionlib -L jokes/ export {name}"
    # No file may grow: what a full disk does.
    result = subprocess.run(
        ["bash", "-c", f"ulimit -f 0; trap '' XFSZ; {export}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "File too large" in result.stderr
    assert (tmp_path / name).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["archive", name, "jokes"])


def test_a_reader_that_leaves_is_no_failure(run, jokes: str, tmp_path: Path) -> None:
    (tmp_path / "many").write_text("\n%\n".join(f"{n}. {LONG}" for n in range(3000)))
    run("-L", "jokes/", "import", "many")
    listing = f"{sys.executable} -m collectionlib -L jokes/ list --json"
    command = f"{listing} | head -n 1; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1] == "0"


def test_interrupted_is_130_and_leaves_nothing_half_done(run, tmp_path: Path) -> None:
    run("init", "jokes/")
    with subprocess.Popen(
        [sys.executable, "-m", "collectionlib", "-L", "jokes/", "import", "-"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == "interrupted: the same command resumes\n"
    assert run("-L", "jokes/", "list").stdout == ""


def test_output_is_utf_8_in_any_locale(run, tmp_path: Path) -> None:
    (tmp_path / "祝福.txt").write_text("春曉\n\n春眠不覺曉。", "utf-8")
    run("init", "jokes/")
    run("-L", "jokes/", "import", "祝福.txt")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": ""}
    for arguments in (["list"], ["list", "--json"], ["export", "-", "--to", "text"]):
        result = run("-L", "jokes/", *arguments, env=environment)
        assert result.returncode == 0, result.stderr
        assert "春曉" in result.stdout


def test_tracebacks_only_when_asked_for(run) -> None:
    assert "Traceback" not in run("-L", "nowhere/", "list").stderr
    assert "Traceback" in run("-vv", "-L", "nowhere/", "list").stderr


def test_version(run) -> None:
    assert re.fullmatch(r"collectionlib, version \d+\.\d+\.\d+\n", run("--version").stdout)


def _killed_while_writing(tmp_path: Path, number: int) -> tuple[int, list[Path]]:
    """How an export ends that is sent a signal while it writes, and what it leaves behind."""
    path = tmp_path / "many.jsonl"
    path.write_text(
        "".join(f'{{"title": "{n}", "text": "{"word " * 300}"}}\n' for n in range(4000))
    )
    command = [sys.executable, "-m", "collectionlib", "-q", "convert", path, "book.epub"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not list(tmp_path.glob(".book.epub.writing-*")):
            time.sleep(0.005)
        process.send_signal(number)
        process.wait(60)
    return process.returncode, list(tmp_path.glob(".book.epub*"))


def test_ended_politely_it_leaves_nothing_behind(tmp_path: Path) -> None:
    assert _killed_while_writing(tmp_path, signal.SIGTERM) == (128 + signal.SIGTERM, [])
    assert not (tmp_path / "book.epub").exists()


def test_what_a_killed_export_leaves_the_next_one_takes_away(run, tmp_path: Path) -> None:
    status, left = _killed_while_writing(tmp_path, signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert len(left) == 1
    held = tmp_path / ".book.epub.writing-held"
    held.touch()
    for path in (*left, held):
        os.utime(path, (0, 0))
    just_begun = tmp_path / ".book.epub.writing-new"
    just_begun.touch()
    with held.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        run("init", "jokes/", "--title", "A")
        (tmp_path / "one.txt").write_text("One.\n\nTwo.")
        run("-L", "jokes/", "import", "one.txt")
        assert run("-L", "jokes/", "export", "book.epub").returncode == 0
    assert sorted(tmp_path.glob(".book.epub*")) == sorted([held, just_begun])
