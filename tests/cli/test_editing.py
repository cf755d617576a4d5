"""``edit``: what an editor leaves is checked, and what cannot be taken is never lost."""

import json
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from collectionlib import Category, Collection, Contributor, Entry

WISH = Entry(
    id="0chgm9qjpmfdsafq",
    title="A wish: yes",
    body="Be well.\n\n  All of you.",
    category=("Good", "a/b"),
    contributors=(Contributor(name="Lu Xun", sort_name="Lu, Xun"),),
    tags=("short",),
    attributes={"rating": 4},
)
OTHER = Entry(id="1chgm9qjpmfdsafq", title="Other", body="*Be* well.", markup="markdown")


@pytest.fixture(params=["wishes.db"])
def wishes(request, invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLLECTIONLIB_LIBRARY", request.param)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "drafts"))
    (tmp_path / "drafts").mkdir()
    with Collection.create(request.param) as collection, collection.transaction() as batch:
        batch.put(WISH)
        batch.put(OTHER)
        batch.set_category(Category(path=("Good",), position=1))
    return str(request.param)


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An editor that is a program of the shell; the file is its ``$1``."""

    def set_editor(program: str) -> None:
        path = tmp_path / "an editor.sh"
        path.write_text(f"#!/bin/sh\nset -e\n{program}\n")
        path.chmod(0o755)
        monkeypatch.setenv("EDITOR", f"'{path}'")

    return set_editor


def _entry(wishes: str, entry_id: str = WISH.id) -> Entry:
    with Collection.open(wishes) as collection:
        return collection.get(entry_id)


def _left() -> list[Path]:
    return [path for path in Path("drafts").rglob("*") if path.is_file()]


@pytest.mark.parametrize("wishes", ["wishes/", "wishes.json", "wishes.db"], indirect=True)
def test_what_is_saved_takes_the_place_of_the_entry(invoke, editor, wishes: str) -> None:
    editor("""sed -i 's/^title: .*/title: "Über: all"/; /^tags: .*/d; s/Be well/Be happy/
        s/^rating: 4/rating: 5\\nnote: [1, {"a": null}]/' "$1" """)
    result = invoke("edit", WISH.id[:5])
    assert (result.returncode, result.stdout) == (0, ""), result.stderr
    assert result.stderr == f"{WISH.id} Über: all: title, body, tags, attributes changed\n"
    edited = _entry(wishes)
    assert edited.modified is not None
    assert (edited.title, edited.tags) == ("Über: all", ())
    assert edited.body == "Be happy.\n\n  All of you."
    assert edited.attributes == {"rating": 5, "note": [1, {"a": None}]}
    assert (edited.category, edited.contributors) == (WISH.category, WISH.contributors)
    assert _left() == []
    logged = json.loads(invoke("log", "--json").stdout.splitlines()[0])["label"]
    assert logged == f"edit {WISH.id} (title, body, tags, attributes)"


def test_the_category_is_a_path_or_a_list_and_gone_with_its_line(
    invoke, editor, wishes: str
) -> None:
    for line, category in (("category: A/B", ("A", "B")), ('category: ["A/B"]', ("A/B",))):
        editor(f"sed -i '/^category:/d; s|^title: .*|&\\n{line}|' \"$1\"")
        invoke("edit", WISH.id)
        assert _entry(wishes).category == category
    editor("sed -i '/^category:/d' \"$1\"")
    invoke("edit", WISH.id)
    assert _entry(wishes).category == ()


def test_nothing_changed_is_not_written(invoke, editor, wishes: str) -> None:
    editor('touch "$1"')
    result = invoke("edit", WISH.id, "--json")
    assert json.loads(result.stdout)["changed"] == []
    assert "nothing was changed" in result.stderr
    editor('sed -i \'s/^title: .*/title:   "A wish: yes"/\' "$1"')
    assert "nothing was changed" in invoke("edit", WISH.id).stderr
    assert _entry(wishes) == WISH
    assert _left() == []


@pytest.mark.parametrize(
    ("program", "status", "sentence"),
    [
        ("sed -i 's/^title.*/language: english/' \"$1\"", 2, "no BCP 47 language tag"),
        ("sed -i 's/^id: .*/id: 2chgm9qjpmfdsafq/' \"$1\"", 2, "id cannot be changed"),
        ("sed -i 's/^title.*/title: [/' \"$1\"", 2, "text has a mistake in line 5, its YAML"),
        ('echo hello > "$1"', 2, "has lost the lines between ---"),
        (': > "$1"', 2, "has lost the lines between ---"),
        ("printf -- '---\\ntitle: \\377\\n---\\n' > \"$1\"", 2, "it is not UTF-8"),
        ("sed -i 's/^title.*/titel: A/; s/^tags.*/tags: {}/' \"$1\"", 2, "Entry.tags"),
        ('echo more >> "$1"; exit 1', 1, "the editor failed"),
    ],
)
def test_what_cannot_be_taken_is_kept_in_a_file(
    invoke, editor, wishes: str, program: str, status: int, sentence: str
) -> None:
    editor(program)
    result = invoke("edit", WISH.id)
    assert (result.returncode, result.stdout) == (status, "")
    assert sentence in result.stderr
    (kept,) = _left()
    assert f"give it with 'collectionlib edit {WISH.id} --file {kept.resolve()}'" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert _entry(wishes) == WISH


def test_what_was_kept_can_be_mended_and_given(invoke, editor, wishes: str) -> None:
    editor("sed -i 's/^title.*/language: english/; s/well/happy/' \"$1\"")
    invoke("edit", WISH.id)
    (kept,) = _left()
    kept.write_text(kept.read_text().replace("english", "en"))
    assert invoke("edit", WISH.id, "--file", str(kept), "--dry-run").returncode == 0
    assert _entry(wishes) == WISH
    assert invoke("edit", WISH.id, "--file", str(kept)).returncode == 0
    assert (_entry(wishes).language, _entry(wishes).body[:9]) == ("en", "Be happy.")


@pytest.mark.parametrize("meanwhile", ["set rights=CC0-1.0", "remove"])
def test_what_somebody_else_changed_meanwhile_stays(
    invoke, editor, wishes: str, meanwhile: str
) -> None:
    command, *words = meanwhile.split()
    editor(f"""sed -i s/well/happy/ "$1"
        {sys.executable} -m collectionlib {command} id:{WISH.id} {" ".join(words)}""")
    result = invoke("edit", WISH.id)
    assert result.returncode == 1
    assert "by somebody else while it was edited" in result.stderr
    assert "Be happy" in _left()[0].read_text()
    with Collection.open(wishes) as collection:
        assert [e.body for e in collection if e.id == WISH.id] == [WISH.body] * bool(words)


def test_a_dry_run_only_says_what_has_changed(invoke, editor, wishes: str) -> None:
    editor('sed -i s/well/happy/ "$1"')
    result = invoke("edit", WISH.id, "--dry-run")
    assert "body would be changed" in result.stderr
    assert _entry(wishes) == WISH
    assert "Be happy" in _left()[0].read_text(), "nor is it lost"


def test_several_are_edited_one_after_another(invoke, editor, wishes: str) -> None:
    editor('sed -i s/well/happy/ "$1"')
    assert len(json.loads(invoke("edit", "--query", "well", "--json").stdout)["changed"]) == 2
    assert _entry(wishes, OTHER.id).body == "*Be* happy."
    assert _entry(wishes, OTHER.id).markup == "markdown"
    assert invoke("edit", "--query", "nowhere").returncode == 3
    assert invoke("edit", "zzzz").returncode == 3
    assert invoke("edit").returncode == 2
    assert invoke("edit", WISH.id, "--query", "well").returncode == 2


def test_without_terminal_and_editor_it_says_so(
    invoke, wishes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDITOR", raising=False)
    result = invoke("edit", WISH.id)
    assert result.returncode == 2
    assert "there is no terminal to edit on" in result.stderr
    monkeypatch.setenv("EDITOR", "no-such-editor 'x")
    assert "the editor failed" in invoke("edit", WISH.id).stderr
    monkeypatch.setenv("EDITOR", "rm")
    assert "the editor left no file" in invoke("edit", WISH.id).stderr
    assert _left() == []


def test_on_a_terminal_an_invalid_text_can_be_edited_again(
    editor, wishes: str, tmp_path: Path
) -> None:
    editor("""if grep -q english "$1"; then sed -i s/english/en/ "$1"
        else sed -i 's/^title.*/language: english/' "$1"; fi""")
    primary, secondary = pty.openpty()
    command = [sys.executable, "-m", "collectionlib", "-L", wishes, "edit", WISH.id]
    with subprocess.Popen(
        command, stdin=secondary, stderr=subprocess.PIPE, env={**os.environ}
    ) as process:
        os.close(secondary)
        os.write(primary, b"\n")
        _, said = process.communicate(timeout=60)
        os.close(primary)
    assert process.returncode == 0, said
    assert re.search(r"'english'\nEdit it again\? \[Y/n\]", said.decode())
    assert _entry(wishes).language == "en"
