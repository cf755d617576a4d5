"""``list``, ``show``, ``search``, ``categories``, ``tags``: for people and for programs."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from collectionlib import Category, Collection, Contributor, Entry

FOX = Entry(
    id="0chgm9qjpmfdsafq", title="The Fox", body="# One\n\nA *quick* fox, and a fôx.\n",
    markup="markdown", category=("Fables",), contributors=(Contributor(name="Aesop"),),
    tags=("short", "old"), attributes={"rating": 4, "bad\x1b]0;x": "a\x1b[31m\x9b1m"},
)  # fmt: skip
SPRING = Entry(
    id="1chgm9qjpmfdsafq", title="春曉", body="春眠不覺曉，處處聞啼鳥。\ta\\b\r\n", language="zh",
    category=("Poems", "Tang"), tags=("short",),
)  # fmt: skip


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    location = str(tmp_path / "all.db")
    with Collection.create(location) as collection, collection.transaction() as batch:
        batch.put(FOX)
        batch.put(SPRING)
        batch.set_category(Category(path=("Poems",), title="Poetry"))
    return location


@pytest.fixture
def terminal(library: str):
    """Call a command on a terminal of so many columns, and give what that shows."""

    def call_on_terminal(*arguments: str, columns: int = 60) -> str:
        primary, secondary = pty.openpty()
        command = [sys.executable, "-m", "collectionlib", "--color", "never", "-L", library]
        usual = {**os.environ, "COLUMNS": f"{columns}", "TERM": "xterm", "PAGER": "cat"}
        with subprocess.Popen([*command, *arguments], stdout=secondary, env=usual) as process:
            os.close(secondary)
            printed = b""
            try:
                while data := os.read(primary, 4096):
                    printed += data
            except OSError:
                pass
        os.close(primary)
        assert process.returncode == 0
        return printed.decode().replace("\r\n", "\n")

    return call_on_terminal


# --- list ---------------------------------------------------------------------------------------


def test_fields_are_columns_with_tabs_and_on_one_line(invoke, library: str) -> None:
    result = invoke(
        "-L", library, "list", "--fields", "id,title, author,tag,text,attr.rating,source.uri"
    )
    assert result.stdout == (
        "0chgm9qjpmfdsafq\tThe Fox\tAesop\tshort, old\t"
        "# One\\n\\nA *quick* fox, and a fôx.\\n\t4\t\n"
        "1chgm9qjpmfdsafq\t春曉\t\tshort\t春眠不覺曉，處處聞啼鳥。\\ta\\\\b\\r\\n\t\t\n"
    )
    listed = invoke(
        "-L", library, "list", "--json", "--fields", "id,category,length,attributes.rating"
    )
    assert json.loads(listed.stdout.splitlines()[0]) == {
        "id": FOX.id, "category": ["Fables"], "length": len(FOX.body), "attributes.rating": 4,
    }  # fmt: skip
    wrong = invoke("-L", library, "list", "--fields", "id,tilte")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "did you mean 'title'?: 'tilte'" in wrong.stderr
    assert invoke("-L", library, "list", "nowhere", "--fields", "id").returncode == 3


@pytest.mark.slow
def test_on_a_terminal_columns_are_aligned_and_cut_to_its_width(terminal) -> None:
    shown = terminal("list", "--fields", "title,category,text", columns=40)
    first, fox, spring = shown.splitlines()
    assert first.startswith("title    category    text")
    assert fox.startswith("The Fox  Fables      # One\\n")
    assert spring.startswith("春曉     Poems/Tang  春眠")
    assert spring.endswith("…")


def test_nothing_in_an_entry_steers_the_terminal(invoke, library: str) -> None:
    for arguments in (
        ("list", "--json"), ("show", FOX.id), ("show", FOX.id, "--json"),
        ("list", "--fields", "attributes,body,title"), ("search", "fox"), ("list",),
    ):  # fmt: skip
        for colour in ("always", "never"):
            shown = invoke("--color", colour, "-L", library, *arguments).stdout
            plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
            assert not {c for c in plain if not c.isprintable()} - {"\n", "\t"}, arguments
    entry = json.loads(invoke("-L", library, "show", FOX.id, "--json").stdout)
    assert entry["attributes"] == FOX.attributes


# --- show ---------------------------------------------------------------------------------------


def test_an_entry_is_shown_rendered_or_to_the_letter(invoke, library: str) -> None:
    shown = invoke("-L", library, "show", "0chg").stdout
    assert "attr.rating: 4\n" in shown
    assert shown.endswith("\n\nOne\n\nA quick fox, and a fôx.\n")
    coloured = invoke("--color", "always", "-L", library, "show", "0chg").stdout
    assert coloured.endswith("\x1b[1;4mOne\x1b[0m\n\nA \x1b[3mquick\x1b[0m fox, and a fôx.\n")
    assert invoke("-L", library, "show", "0chg", "--raw").stdout == f"{FOX.body}\n"
    assert invoke("-L", library, "show", "0chg", "--raw", "--json").returncode == 2


@pytest.mark.slow
def test_on_a_terminal_lines_have_its_width(terminal) -> None:
    shown = terminal("show", SPRING.id, columns=20)
    assert "\n春眠不覺曉，處處聞啼\n鳥。" in shown


# --- search -------------------------------------------------------------------------------------


def test_search_marks_the_words_and_tells_their_places(invoke, library: str) -> None:
    coloured = invoke("--color", "always", "-L", library, "search", "FOX").stdout
    assert "The \x1b[1;31mFox\x1b[0m\n" in coloured
    assert "quick* \x1b[1;31mfox\x1b[0m, and a \x1b[1;31mfôx\x1b[0m." in coloured
    assert "\x1b" not in invoke("-L", library, "search", "FOX").stdout
    found = json.loads(invoke("-L", library, "search", "FOX", "--json").stdout)
    assert [FOX.title[start:end] for start, end in found["title_matches"]] == ["Fox"]
    assert [FOX.body[start:end] for start, end in found["matches"]] == ["fox", "fôx"]
    (snippet,) = found["snippets"]
    assert [snippet["text"][start:end] for start, end in snippet["matches"]] == ["fox", "fôx"]
    chinese = json.loads(invoke("-L", library, "search", "啼鳥", "--json").stdout)
    assert [SPRING.body[start:end] for start, end in chinese["matches"]] == ["啼鳥"]


def test_without_a_letter_nothing_is_searched(invoke, library: str) -> None:
    for words in ("", '"', "* --"):
        done = invoke("-L", library, "search", "--", words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "WORDS have no letter" in done.stderr


def test_more_than_can_be_counted_is_everything(invoke, library: str) -> None:
    many = "9" * 30
    assert len(invoke("-L", library, "list", "--limit", many).stdout.splitlines()) == 2
    assert invoke("-L", library, "search", "fox", "--limit", many).returncode == 0


def test_words_that_are_said_again_take_no_longer(invoke, library: str) -> None:
    once = invoke("-L", library, "search", "fox").stdout
    assert invoke("-L", library, "search", "fox " * 25_000).stdout == once


# --- categories and tags ------------------------------------------------------------------------


def test_categories_are_changed_from_the_command_line(invoke, library: str) -> None:
    call_it = lambda *words: invoke("-L", library, "categories", *words)  # noqa: E731
    assert call_it().stdout == "       1  Fables\n       1  Poetry  [Poems]\n       1    Tang\n"
    assert call_it("rename", "Fables", "Tales", "--dry-run").stderr == "1 entry would be moved\n"
    assert call_it("rename", "Fables", "Tales/Old").stderr == "1 entry moved\n"
    assert call_it("rename", "Poems", "Tales").returncode == 1
    merged = json.loads(call_it("merge", "Poems", "Tales", "--json").stdout)
    assert (merged["changed"], merged["categories"]) == ([SPRING.id], [["Poems"], ["Tales"]])
    assert call_it("reorder", "Tales/Tang", "Tales/Old").stderr == "2 categories changed\n"
    Path("about.md").write_text("About *them*.\n")
    call_it("describe", "Tales", "--title", "", "--description-file", "about.md")
    assert [json.loads(line) for line in call_it("--json").stdout.splitlines()] == [
        {"path": ["Tales"], "description": "About *them*.", "entries": 0, "total": 2},
        {"path": ["Tales", "Tang"], "position": 1, "entries": 1, "total": 1},
        {"path": ["Tales", "Old"], "position": 2, "entries": 1, "total": 1},
    ]
    assert call_it("describe", "Tlaes", "--title", "x").returncode == 3
    assert call_it("describe", "Later", "--make").stderr == "Later: category made\n"
    for wrong in (
        ("merge", "Tales"), ("describe", "Tales"), ("--json", "rename", "A", "B"),
        ("describe", "Tales", "--position", "first"), ("rename", "Tales", ""),
    ):  # fmt: skip
        assert call_it(*wrong).returncode == 2


@pytest.mark.slow
def test_on_a_terminal_categories_are_a_tree(terminal) -> None:
    shown = terminal("categories")
    assert "       1  Poetry  [Poems]\n       1  └─ Tang\n" in shown


def test_tags_are_counted_and_joined(invoke, library: str) -> None:
    assert invoke("-L", library, "tags").stdout == "       2  short\n       1  old\n"
    asked = invoke("-L", library, "tags", "rename", "short", "brief")
    assert (asked.returncode, "--yes" in asked.stderr) == (2, True)
    renamed = invoke("-L", library, "tags", "rename", "short", "old", "brief", "--yes")
    assert renamed.stderr == "2 entries changed\n"
    assert invoke("-L", library, "tags", "--json").stdout == '{"tag": "brief", "entries": 2}\n'
    assert invoke("-L", library, "tags", "rename", "none", "x").returncode == 3
    assert invoke("-L", library, "tags", "rename", "x").returncode == 2
