"""Calls that go wrong in odd ways: closed streams, empty names, places that cannot be written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = f"{sys.executable} -m collectionlib"


def shell(words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, shell=True, cwd=folder, check=False, capture_output=True, text=True, timeout=60
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "one.txt").write_text("Be well.\n")
    made = shell(f"{COMMAND} init c.db && {COMMAND} -L c.db import one.txt", folder)
    assert made.returncode == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path, dirs_exist_ok=True)


@pytest.mark.parametrize(
    ("call", "status", "said"),
    [
        ("-L c.db list >&-", 1, "standard output is closed"),
        ("-L c.db list --json >&-", 1, "standard output is closed"),
        ("-L c.db import - <&-", 6, "rejected: stdin: it cannot be read"),
        ("-L c.db list 2>&-", 0, ""),
        ("-L nowhere.db list 2>&-", 1, ""),
        ("init ''", 2, "location is empty"),
        ("-L c.db import ''", 2, "source is empty: name a file or folder"),
        ("-L c.db export ''", 2, "OUTPUT is empty: name a file"),
        ("convert one.txt ''", 2, "OUTPUT is empty: name a file"),
        ("-L c.db list --limit 0", 2, "range x>=1"),
        ("-L c.db export --open --profile jsonfeed", 2, "name an OUTPUT for it"),
        ("-L c.db log --keep 99999999999999999999", 2, "is not in the range"),
        ("-L c.db export -", 2, "give --to, epub, fortune, html, json"),
        ("-L c.db import one.txt --language bogus-language", 2, "BCP 47"),
        ("-L c.db import one.txt --rights ''", 0, ""),
        ("-L c.db import one.txt --clean nothing", 2, "clean is none of newlines"),
        ("-L c.db import one.txt --split 'regex:('", 2, "split"),
        ("-L c.db import one.txt --profile nowhere.toml", 1, "nowhere.toml"),
        ("-L c.db import one.txt --report nowhere/r.json", 1, "make the folder"),
    ],
)
def test_odd_calls(folder: Path, call: str, status: int, said: str) -> None:
    done = shell(f"{COMMAND} {call}", folder)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
    assert said in done.stderr


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("loop.epub", "-L c.db export {}"),
        ("loop.txt", "-L c.db export {} --force"),
        ("loop", "-L c.db export {} --to html"),
        ("loop.json", "init {}"),
        ("loop.db", "init {}"),
        ("loop.json", "-L c.db import one.txt --report {}"),
    ],
)
def test_a_link_that_leads_to_itself_is_said_to_be_one(folder: Path, name: str, call: str) -> None:
    (folder / name).symlink_to(name)
    before = {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}
    done = shell(f"{COMMAND} {call.format(name)}", folder)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("; mend the link, which leads round in a circle\n"), done.stderr
    assert {path.name for path in folder.iterdir() if not path.name.endswith(".lock")} == before


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_a_pipe_is_no_collection(folder: Path) -> None:
    os.mkfifo(folder / "pipe.json")
    done = shell(f"{COMMAND} -L pipe.json list", folder)
    assert (done.returncode, "it is a pipe" in done.stderr) == (1, True)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc")
def test_what_cannot_be_locked_says_why_at_once(tmp_path: Path) -> None:
    done = shell(f"{COMMAND} init /proc/x.db", tmp_path)
    assert done.returncode == 1
    assert "could not be written" in done.stderr


def test_check_lists_what_cannot_even_be_opened(folder: Path) -> None:
    data = (folder / "c.db").read_bytes()
    (folder / "c.db").write_bytes(b"xxxx" + data[4:])
    done = shell(f"{COMMAND} -L c.db check", folder)
    assert (done.returncode, "c.db\n  error " in done.stdout) == (4, True)


def test_what_is_nested_too_deeply_is_damage_and_the_rest_is_read(tmp_path: Path) -> None:
    deep = "[" * 3000 + "]" * 3000
    assert shell(f"{COMMAND} init d/ && {COMMAND} init c.json", tmp_path).returncode == 0
    (tmp_path / "d/bad.txt").write_text(f"---\nid: 0chgm9qjpmfdsafq\nx: {deep}\n---\nText.\n")
    (tmp_path / "d/good.txt").write_text("---\nid: 1chgm9qjpmfdsafq\n---\nGood.\n")
    document = (tmp_path / "c.json").read_text()
    entries = (
        f'{{"id":"0chgm9qjpmfdsafq","attributes":{{"a":{deep}}}}},\n'
        '{"id":"1chgm9qjpmfdsafq","body":"Good."}\n'
    )
    (tmp_path / "c.json").write_text(document.replace('"entries":[\n', f'"entries":[\n{entries}'))
    for location in ("d/", "c.json"):
        check = shell(f"{COMMAND} -L {location} check", tmp_path)
        assert check.returncode == 4, check.stderr
        assert "nested too deeply" in check.stdout or "recursion" in check.stdout
        listed = shell(f"{COMMAND} -L {location} list", tmp_path)
        assert "1chgm9qjpmfdsafq" in listed.stdout
        assert "Traceback" not in listed.stderr


@pytest.mark.parametrize("kind", ["--report", "--html-report"])
@pytest.mark.parametrize("place", ["c.db", "one.txt", "profile.toml"])
def test_a_report_replaces_nothing_but_a_report(folder: Path, kind: str, place: str) -> None:
    (folder / "profile.toml").write_text('rights = "CC0-1.0"\n')
    before = (folder / place).read_bytes()
    done = shell(f"{COMMAND} -L c.db import one.txt {kind} {place}", folder)
    assert (done.returncode, (folder / place).read_bytes() == before) == (1, True)
    assert done.stderr == (
        f"collectionlib: {place} exists and is no report of an import: choose another name for it\n"
    )


@pytest.mark.parametrize("kind", ["--report", "--html-report"])
def test_a_report_replaces_a_report_and_is_no_source(folder: Path, kind: str) -> None:
    (folder / "pile").mkdir()
    (folder / "pile/two.txt").write_text("Be happy.\n")
    call = f"{COMMAND} -L c.db import pile {kind} pile/report"
    for unchanged in (0, 1):
        done = shell(call, folder)
        assert (done.returncode, f"{unchanged} unchanged" in done.stderr) == (0, True), done.stderr


def test_a_report_goes_into_a_pipe(folder: Path) -> None:
    done = shell(f"{COMMAND} -L c.db import one.txt --report /dev/stdout | cat", folder)
    assert '"totals":{' in done.stdout
    both = shell(f"{COMMAND} -L c.db import one.txt --report a --html-report ./a", folder)
    assert (both.returncode, "two names" in both.stderr) == (2, True)


def test_a_narrow_encoding_of_the_terminal_is_no_failure(folder: Path) -> None:
    (folder / "two.txt").write_text("Будь здоров… " * 20, encoding="utf-8")
    for command in ("preview two.txt", "profile learn two.txt", "-L c.db list"):
        done = shell(f"PYTHONIOENCODING=latin-1 {COMMAND} {command}", folder)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_a_book_of_a_file_with_an_odd_name_is_called_as_can_be_printed(folder: Path) -> None:
    (folder / "new\nline.txt").write_text("Be well.\n")
    done = shell(f'{COMMAND} convert "$(printf "new\\nline.txt")" book.txt', folder)
    assert done.returncode == 0, done.stderr
    assert "new\\x0aline" in (folder / "book.txt").read_text("utf-8")


def test_an_interruption_while_the_program_is_loaded_is_told_in_a_sentence(folder: Path) -> None:
    script = (
        "import sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'click':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from collectionlib.cli import main\n"
        "main(['plugins'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (130, "interrupted: the same command resumes\n")
