"""The help: commands in sections, options below headings, examples everywhere; near misses."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from collectionlib.cli.app import cli
from collectionlib.cli.contents import HEADINGS, SECTIONS
from collectionlib.cli.sectioned import SectionedCommand

Call = Callable[..., tuple[int, str, str]]
MANY = 12


def commands(
    group: click.Group = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands with the words that call them, those that only scripts call left out."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif not command.hidden:
            yield (*path, name), command


COMMANDS = dict(commands())
NAMES = [" ".join(path) for path in COMMANDS]


def test_the_help_has_every_command_in_a_section(call: Call) -> None:
    told = [name for section in SECTIONS.values() for name in section]
    assert {path[0] for path in COMMANDS} <= {*told}
    status, out, err = call("--help")
    assert (status, err) == (0, "")
    for section, names in SECTIONS.items():
        assert f"\n{section}:\n" in out
        for name, said in names.items():
            if not any(path[0] == name for path in COMMANDS):
                continue
            assert re.search(rf"^  {name} +{re.escape(said)}$", out, re.MULTILINE)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("name", NAMES)
def test_every_command_says_what_it_does_with_an_example(call: Call, name: str) -> None:
    status, out, err = call(*name.split(), "--help")
    assert (status, err) == (0, "")
    assert out.startswith(f"Usage: collectionlib {name} ")
    assert re.search(
        rf"^  Examples?:\n(?:    .*\n)*?    .*collectionlib .*{name}\b", out, re.MULTILINE
    )
    command = COMMANDS[tuple(name.split())]
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{option.name} says nothing"


@pytest.mark.parametrize("name", NAMES)
def test_many_options_stand_below_headings(call: Call, name: str) -> None:
    command = COMMANDS[tuple(name.split())]
    options = [option for option in command.params if isinstance(option, click.Option)]
    if len(options) <= MANY:
        return
    assert isinstance(command, SectionedCommand)
    below = call(*name.split(), "--help")[1].partition("\nOptions:\n")[2]
    assert re.findall(r"^  (-\S+)", below, re.MULTILINE) == ["-h,"]


def test_no_heading_names_an_option_that_is_gone() -> None:
    there = {
        name
        for path, command in COMMANDS.items()
        for option in command.params
        for name in (option.name, f"{path[-1]}.{option.name}")
    }
    assert {name for names in HEADINGS.values() for name in names} <= there


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["lst"], "there is no command 'lst': did you mean 'list'?"),
        (["list", "--limt", "3"], "no such option '--limt': did you mean --limit?"),
        (["list", "-q"], "no such option '-q': it stands before the command, collectionlib -q l"),
        (
            ["list", "-L", "x"],
            "no such option '-L': it stands before the command, collectionlib -L LO",
        ),
        (["list", "--version"], "no such option '--version': it stands before the command, "),
        (["list", "--limit", "0"], "invalid value for '--limit': 0 is not in the range x>=1: "),
        (["show"], "missing argument 'ID': see 'collectionlib show --help'"),
        (["profile", "lern"], "no such command 'lern': did you mean learn?"),
        (["list", f"--{'-' * 100_000}"], f"no such option '{'-' * 299}…"),
        (["optimize", "--keep", "9" * 30], f"invalid value for '--keep': {'9' * 30} is not in"),
        (["plugins", "x"], "got unexpected extra argument (x): see 'collectionlib plugins --help'"),
    ],
)
def test_a_wrong_call_is_told_in_one_sentence(
    call: Call, arguments: list[str], sentence: str
) -> None:
    status, out, err = call(*arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"collectionlib: {sentence}")


def test_the_nearest_ids_are_told(call: Call, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.txt").write_text("One.")
    call("-q", "init", "a.db")
    call("-q", "-L", "a.db", "import", "one.txt")
    entry_id = call("-L", "a.db", "list")[1].split()[0]
    wrong = "z" if entry_id[7] != "z" else "y"
    for typed in (entry_id[:7] + wrong, entry_id[:3] + entry_id[4:9], entry_id[:9] + "zz"):
        status, _, err = call("-L", "a.db", "show", typed)
        assert status == 3
        assert err == (
            f"collectionlib: no entry has the id '{typed}' in a.db: did you mean {entry_id}?\n"
        )
    status, _, err = call("-L", "a.db", "show", "zzzzzzzz")
    assert err.endswith("see the ids with 'collectionlib list'\n")


def test_control_characters_of_a_name_do_not_reach_the_terminal(
    call: Call, monkeypatch, tmp_path
) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (["-L", "a\x1b[31m.db", "list"], ["preview", "\x1b]0;x\x07.txt"]):
        status, out, err = call(*arguments)
        assert status == 1
        assert "\x1b" not in out + err
        assert "\\x1b" in err


def test_a_message_is_one_line_whatever_a_name_holds(call: Call, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("A text.\n")
    output, shown = "b\nc\x1b[31m.json", "b\\nc\\x1b[31m.json"
    status, _, err = call("convert", "a.txt", output)
    assert (status, Path(output).exists()) == (0, True)
    assert err.splitlines()[-1] == f"wrote {shown}: 1 entry"
    status, _, err = call("verify", "no\nsuch.epub")
    assert (status, err.count("\n")) == (1, 1)
    assert "no\\nsuch.epub cannot be read" in err
