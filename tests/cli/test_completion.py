"""Completion, as bash, zsh and fish do it; what is not installed is not tried."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collectionlib import Collection, Entry
from collectionlib.cli.app import cli
from collectionlib.cli.words import nodes

Call = Callable[..., tuple[int, str, str]]
BIN = Path(sys.executable).parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a collection ``c.db`` and a file ``file.txt``; the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").touch()
    with Collection.create("c.db") as collection, collection.transaction() as batch:
        for category, tag in (("Blessing messages", "short"), ("Fables", "sharp words")):
            batch.put(Entry.new(title=category, body="A text.", category=(category,), tags=(tag,)))
    return tmp_path


def only_id(folder: Path, category: str) -> str:
    with Collection.open(folder / "c.db") as collection:
        (entry,) = collection.select(f'category:"{category}"')
    return entry.id


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}


def script(call: Call, folder: Path, shell: str) -> Path:
    status, out, err = call("completion", shell)
    assert (status, err) == (0, "")
    path = folder / f"completion.{shell}"
    path.write_text(out)
    return path


STATIC = [
    ("collectionlib exp", {"export"}),
    ("collectionlib -q profile ", {"learn"}),
    ("collectionlib list --li", {"--limit"}),
    ("collectionlib export b.epub --theme modern --toc", {"--toc-depth"}),
    ("collectionlib --color n", {"never"}),
    ("collectionlib export b.epub --line-ends ", {"lf", "crlf"}),
    ("collectionlib completion ", {"bash", "zsh", "fish"}),
    ("collectionlib -L fil", {"file.txt"}),
    ("collectionlib import fil", {"file.txt"}),
    ("collectionlib search te", set()),
]
FROM_THE_COLLECTION = [
    ("collectionlib -L c.db list ca", {"category:"}),
    ("collectionlib -L c.db list tag:sho", {"tag:short"}),
    ("collectionlib --library=c.db list lang:zh", set()),
]


def of_bash(path: Path, line: str, bash: str = "bash") -> set[str]:
    code = (
        f"source {path}; COMP_LINE=$1 COMP_POINT=${{#1}} COMP_WORDS=(collectionlib); "
        'compopt() { :; }; _collectionlib; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [bash, "--norc", "-c", code, bash, line], env=environment(), capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    return {*done.stdout.split("\n")} - {""}


@pytest.fixture
def bash_script(call: Call, folder: Path) -> Path:
    return script(call, folder, "bash")


def test_bash_knows_commands_and_options_without_python(bash_script: Path) -> None:
    for line, expected in STATIC:
        assert of_bash(bash_script, line) == expected, line
    assert "collectionlib _complete" not in bash_script.read_text()


def test_bash_completes_from_the_collection(folder: Path, bash_script: Path) -> None:
    # What stands before the last colon is there already.
    after_colon = {"tag:short": "short", "category:": "category:"}
    for line, expected in FROM_THE_COLLECTION:
        assert of_bash(bash_script, line) == {after_colon.get(e, e) for e in expected}, line
    entry_id = only_id(folder, "Fables")
    assert of_bash(bash_script, f"collectionlib -L c.db show {entry_id[:3]}") == {entry_id}
    call = "collectionlib -L c.db list "
    for typed, completed in (
        ("category:Bl", '\\"Blessing\\ messages\\"'),
        ("'category:\"Bl", 'category:"Blessing messages"'),
        ("'lang:zh category:Bl", 'lang:zh category:"Blessing messages"'),
        ("tag:sha", '\\"sharp\\ words\\"'),
        ('"tag:sha', 'tag:\\"sharp words\\"'),
    ):
        assert of_bash(bash_script, call + typed) == {completed}, typed


_PROMPT = re.compile(rb"[\r\n]> (\x1b\[\?2004h)?$")


def typed_into(command: list[str], folder: Path, *keys: str) -> str:
    """What a shell on a terminal shows when keys are pressed, each when the one before is done."""
    primary, secondary = pty.openpty()
    variables = {**environment(), "TERM": "dumb", "PS1": "> ", "HOME": str(folder)}
    with subprocess.Popen(
        command, stdin=secondary, stdout=secondary, stderr=secondary, cwd=folder, env=variables,
        start_new_session=True,
    ) as process:  # fmt: skip
        os.close(secondary)
        shown = b""
        for key in keys:
            os.write(primary, key.encode())
            end = time.monotonic() + 30
            quiet = 0.0
            before = len(shown)
            # A command that is called may say nothing for a while, until the shell asks again.
            while quiet < (6.0 if key[-1] == "\n" and not _PROMPT.search(shown, before) else 1.5):
                if time.monotonic() > end:
                    break
                if select.select([primary], [], [], 0.25)[0]:
                    shown += os.read(primary, 65536)
                    quiet = 0.0
                else:
                    quiet += 0.25
        process.kill()
        process.wait()
        os.close(primary)
    return shown.decode()


def test_bash_on_a_terminal(folder: Path, bash_script: Path) -> None:
    shown = typed_into(
        ["bash", "--norc", "--noprofile", "-i"], folder, f"source {bash_script}\n",
        "collectionlib -L c.db li", "\t", "category:Bl", "\t", "\n",
    )  # fmt: skip
    assert "[Blessing messages]" in shown, shown


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed: apt install zsh")
def test_zsh_on_a_terminal(call: Call, folder: Path) -> None:
    path = script(call, folder, "zsh")
    shown = typed_into(
        ["zsh", "-f", "-i"], folder,
        f"autoload -U compinit && compinit -u -D; source {path}\n",
        "collectionlib -L c.db li", "\t", "category:Bl", "\t", "\n",
        "collectionlib -L c.db export b.txt tag:sho", "\t", "--line-e", "\t", "cr", "\t", "\n",
    )  # fmt: skip
    assert "[Blessing messages]" in shown, shown
    assert (folder / "b.txt").read_bytes().count(b"\r\n") > 3, shown


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed: apt install zsh")
def test_zsh_completes_an_id(call: Call, folder: Path) -> None:
    path = script(call, folder, "zsh")
    entry_id = only_id(folder, "Fables")
    shown = typed_into(
        ["zsh", "-f", "-i"], folder,
        f"autoload -U compinit && compinit -u -D; source {path}\n",
        f"collectionlib -L c.db show {entry_id[:3]}", "\t", "\n",
    )  # fmt: skip
    assert f"show {entry_id} " in shown, shown
    assert "A text." in shown, shown


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed: apt install fish")
def test_fish_completes(call: Call, folder: Path) -> None:
    path = script(call, folder, "fish")
    lines = [*STATIC, *FROM_THE_COLLECTION]
    lines += [("collectionlib -L c.db list category:Bl", {'category:"Blessing messages"'})]
    entry_id = only_id(folder, "Fables")
    lines += [(f"collectionlib -L c.db show {entry_id[:3]}", {entry_id})]
    asked = "; ".join(f"complete -C {fish_quoted(line)}; echo ---" for line, _ in lines)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {path}; {asked}"],
        env={**environment(), "HOME": str(folder)}, capture_output=True, text=True, check=True,
        timeout=120,
    )  # fmt: skip
    assert done.stderr == ""
    for (line, expected), said in zip(lines, done.stdout.split("---\n"), strict=False):
        assert {each.split("\t")[0] for each in said.splitlines()} == expected, line


def fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def test_whoever_presses_a_key_is_told_nothing(call: Call, folder: Path) -> None:
    assert call("-L", "nowhere.db", "_complete", "id", "") == (0, "", "")
    assert call("-L", "c.db", "_complete", "tag", "sha") == (0, "sharp words\n", "")
    assert call("_complete", "field", "ti") == (0, "title=\n", "")


def test_the_help_of_every_command_is_completed() -> None:
    for node in nodes(cli):
        assert ("-h", "--help") in [option.names for option in node.options]


def test_every_argument_is_completed_by_something_that_was_thought_of() -> None:
    for node in nodes(cli):
        for value in node.arguments:
            assert value.choices or value.kind in (
                "", "category", "field", "file", "folder", "id", "query", "tag",
            ), node.path  # fmt: skip
