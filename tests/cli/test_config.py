"""Settings: which of them wins, where it comes from, and what is refused."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import click
import jsonschema
import platformdirs
import pytest

from collectionlib.cli.app import cli
from collectionlib.cli.configuration import find_files, keys_of

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own file, not made yet; the current folder is below another one."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    (tmp_path / "project/deep").mkdir(parents=True)
    (tmp_path / "home/collectionlib").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project/deep")
    return tmp_path / "home/collectionlib/collectionlib.toml"


@pytest.fixture
def project(user: Path, tmp_path: Path) -> Path:
    return tmp_path / "project/collectionlib.toml"


def test_what_is_nearer_wins(
    call: Call, user: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def winner(*options: str) -> dict[str, object]:
        status, out, err = call(*options, "config", "color", "--json")
        assert status == 0, err
        return json.loads(out.splitlines()[0])

    assert winner() == {"key": "color", "value": "auto", "from": "default", "wins": True}
    user.write_text('color = "always"\n')
    assert winner()["from"] == f"{user}, line 1"
    project.write_text('# ours\ncolor = "never"\n')
    assert winner()["from"] == "../collectionlib.toml, line 2"
    monkeypatch.setenv("COLLECTIONLIB_COLOR", "auto")
    assert winner()["from"] == "COLLECTIONLIB_COLOR"
    assert winner("--color", "always") == {
        "key": "color", "value": "always", "from": "command line", "wins": True,
    }  # fmt: skip
    _, out, _ = call("config", "color")
    assert [line.split("  ")[-1].strip() for line in out.splitlines()] == [
        "COLLECTIONLIB_COLOR", "../collectionlib.toml, line 2", f"{user}, line 1", "default",
    ]  # fmt: skip


def test_options_of_a_command_have_defaults_of_any_kind(
    call: Call, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write_text(
        'library = "texts.db"\nquiet = true\n[init]\ntitle = "Wishes"\nlanguage = "en"\n'
        'author = ["Lu Xun", "Aesop"]\n[list]\njson = true\nlimit = 1\n'
    )
    assert call("init", "../texts.db", "--language", "zh") == (0, "", "")
    Path("a.txt").write_text("One.")
    Path("b.txt").write_text("Two.")
    assert call("import", "a.txt", "b.txt") == (0, "", "")
    status, out, _ = call("list")
    assert (status, len(out.splitlines())) == (0, 1)
    assert json.loads(out)["body"] == "One."
    monkeypatch.setenv("COLLECTIONLIB_LIST_LIMIT", "2")
    assert len(call("list")[1].splitlines()) == 2
    assert call("list", "--limit", "1")[1] == out
    status, out, _ = call("export", "-", "--to", "json")
    about = json.loads(out)["metadata"]
    assert (about["title"], about["language"]) == ("Wishes", "zh")
    assert [each["name"] for each in about["contributors"]] == ["Lu Xun", "Aesop"]


def test_a_default_of_one_format_is_no_hindrance_to_another(call: Call, project: Path) -> None:
    project.write_text(
        '[convert]\ntheme = "modern"\nwidth = 30\nno-cover = true\nledger = false\n'
        'font = "nowhere.ttf"\n'
    )
    Path("a.txt").write_text("Many words that are to be broken behind thirty columns.")
    status, _, err = call("convert", "a.txt", "a.txt.txt")
    assert status == 0, err
    assert "that are to be\nbroken behind" in Path("a.txt.txt").read_text()
    status, _, err = call("convert", "a.txt", "a.txt.txt", "--theme", "plain")
    assert (status, "without --theme" in err) == (2, True)
    status, _, err = call("convert", "a.txt", "a.epub")
    assert (status, "../nowhere.ttf" in err) == (1, True), "a path is as its file sees it"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour = 1", "line 1: colour is not known: did you mean 'color'?"),
        ("[exprot]\n", "line 1: exprot is not known: did you mean 'export'?"),
        ('\n[list]\nlimt = "1"', "line 3: list.limt is not known: did you mean 'limit'?"),
        ('[list]\nlimit = "two"', "line 2: list.limit cannot be 'two': "),
        ("[list]\njson = 1", "line 2: list.json cannot be 1: it is to be true or false"),
        ("[list]\nsort = [1]", "line 2: list.sort cannot be [1]: it is to be a text or a number"),
        ("library = 5", "line 1: library cannot be 5: it is to be a text in quotes"),
        ("list = 1", "line 1: list is a command, and its options stand below [list]"),
        ('color = "red"', "line 1: color cannot be 'red'"),
        ("a = = 1", "line 1: TOML cannot be read"),
        ('[list]\nfields = "titel"', "line 2: list.fields cannot be 'titel': "),
        ('[list]\nsort = "titel"', "line 2: list.sort cannot be 'titel': "),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(
    call: Call, project: Path, text: str, sentence: str
) -> None:
    project.write_text(text)
    status, out, err = call("list")
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("collectionlib: ../collectionlib.toml, ")
    assert sentence in err
    assert call("--version")[0] == 0, "what says its version looks at no file"


@pytest.mark.parametrize(
    ("text", "call_of", "sentence"),
    [
        ('[import]\ncategory = "a//b"', ("import", "a.txt"), "import.category cannot be 'a//b': "),
        ('[import]\nfield = "a=b"', ("import", "a.txt"), "import.field cannot be 'a=b': "),
        ('[export]\nvolume-size = "1x"', ("export", "a.epub"), "export.volume-size cannot be '1x'"),
        ("[remove]\nyes = true", ("remove", "x"), "remove.yes cannot be set once for all: "),
        ("[undo]\nforce = true", ("undo",), "undo.force cannot be set once for all: "),
        ("[build]\nforce = true", ("build", "a.toml"), "build.force cannot be set once for all"),
        ("[list]\nyes = true", ("list",), "list.yes is not known"),
    ],
)
def test_what_a_command_does_not_take_from_a_file_is_told_with_its_line(
    call: Call, project: Path, text: str, call_of: tuple[str, ...], sentence: str
) -> None:
    project.write_text(f'library = "a.db"\n{text}\n')
    status, out, err = call(*call_of)
    assert (status, out, len(err.splitlines())) == (2, "", 1), err
    assert err.startswith("collectionlib: ../collectionlib.toml, line 3: ")
    assert sentence in err


def test_who_means_it_says_so_each_time(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLECTIONLIB_REMOVE_YES", "1")
    status, _, err = call("remove", "x")
    assert (status, "COLLECTIONLIB_REMOVE_YES cannot be set once for all" in err) == (2, True)


def test_a_folder_where_the_file_should_be_is_told(call: Call, project: Path) -> None:
    project.unlink(missing_ok=True)
    project.mkdir()
    status, _, err = call("list")
    assert (status, err) == (1, "collectionlib: ../collectionlib.toml: Is a directory\n")


def test_another_file_is_read_in_place_of_those_found(call: Call, project: Path) -> None:
    project.write_text("nonsense = 1")
    assert call("--config", os.devnull, "config")[0] == 0
    assert call("--config", "nowhere.toml", "config")[0] == 1


def test_a_variable_that_cannot_be_used_is_named(
    call: Call, user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLLECTIONLIB_LIST_LIMIT", "many")
    status, _, err = call("list")
    assert status == 2
    assert err.startswith("collectionlib: COLLECTIONLIB_LIST_LIMIT cannot be 'many': ")


def test_the_user_s_file_is_where_platformdirs_says(user: Path) -> None:
    user.write_text("")
    assert find_files() == [user]
    folder = platformdirs.user_config_path("collectionlib", appauthor=False)
    assert user.parent == folder


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        below = _commands(command, (*path, name)) if isinstance(command, click.Group) else []
        found += below or [(*path, name)]
    return found


def test_the_schema_takes_what_the_command_takes(call: Call, user: Path) -> None:
    schema = json.loads(call("config", "--schema")[1])
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    validator.validate({"library": "a.db", "export": {"author": ["A"], "toc-depth": 2}})
    for wrong in ({"libary": "a.db"}, {"export": {"toc-depth": "two"}}, {"color": "red"}):
        assert list(validator.iter_errors(wrong))


def test_every_option_has_a_key_of_its_own() -> None:
    context = click.Context(cli)
    for path in _commands(cli):
        command: click.Command | None = cli
        for name in path:
            assert isinstance(command, click.Group)
            command = command.get_command(context, name)
        assert command is not None
        options = [each for each in command.params if isinstance(each, click.Option)]
        assert {key.option for key in keys_of(command).values()} == {
            option for option in options if option.name not in ("help", "yes", "force")
        }
