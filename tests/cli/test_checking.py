"""`check`: what is wrong, what to do, and what it mends itself."""

import json
from pathlib import Path

import pytest

from collectionlib import Collection, Entry
from collectionlib.identity import entry_id


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    place = tmp_path / "wrong.db"
    with Collection.create(place, language="en") as collection, collection.transaction() as batch:
        for name, body, language in (
            ("empty", "", "en"),
            ("mojibake", "Ein schÃ¶ner", "en"),
            ("spelling", "Good.", "EN-gb"),
        ):
            batch.put(Entry(id=entry_id(name), title=name, body=body, language=language))
    return "wrong.db"


def test_findings_stand_below_their_places_with_remedies(invoke, wrong: str) -> None:
    result = invoke("-L", wrong, "check")
    assert result.returncode == 4
    lines = result.stdout.splitlines()
    place = lines.index(f"{entry_id('mojibake')}  mojibake")
    assert lines[place + 1] == (
        "  warning  bytes were read in a wrong encoding in one place: “Ein schÃ¶ner”; "
        "let check --fix mend it, or mend it by hand  [mojibake]"
    )
    assert "the collection" in lines
    assert result.stderr == "0 errors, 2 warnings, 2 notes\n"


def test_json_has_an_object_a_finding(invoke, wrong: str) -> None:
    result = invoke("-L", wrong, "check", "--json")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert {tuple(each) for each in found} == {
        ("schema_version", "fixed", "code", "severity", "message", "remedy", "id", "label",
         "category", "path", "line", "count", "fixable"),
    }  # fmt: skip
    assert {each["schema_version"] for each in found} == {1}
    assert [each["code"] for each in found if each["fixable"]] == ["mojibake", "language-spelling"]


def test_what_can_be_mended_is_after_a_try(invoke, wrong: str) -> None:
    before = invoke("-L", wrong, "list", "--json").stdout
    tried = invoke("-L", wrong, "check", "--fix", "--dry-run")
    assert tried.returncode == 4
    assert "2 findings would be fixed\n" in tried.stderr
    assert invoke("-L", wrong, "list", "--json").stdout == before
    done = invoke("-L", wrong, "check", "--fix", "--ignore", "rights-missing")
    assert done.returncode == 4
    assert done.stderr == "2 entries fixed\n0 errors, 1 warning, 0 notes\n"
    assert done.stdout.splitlines()[:2] == [
        f"{entry_id('mojibake')}  mojibake", "  fixed    mojibake",
    ]  # fmt: skip
    last = invoke("-L", wrong, "check", "--fix", "--ignore", "text-empty")
    assert (last.returncode, last.stderr) == (0, "0 entries fixed\nnothing is wrong, 1 note\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "nonsense"], "code is none of damaged, id-repeated, "),
        (["--severity", "bad"], "'error', 'warning', 'note'"),
        (["--dry-run"], "give both"),
    ],
)
def test_what_is_wrong_with_a_call_is_said(
    invoke, wrong: str, arguments: list[str], words: str
) -> None:
    result = invoke("-L", wrong, "check", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


def test_a_file_that_is_no_database_is_damaged(invoke, tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 20)
    result = invoke("-L", "bad.db", "check", "--fix", "--json")
    assert result.returncode in (1, 4)
    assert "Traceback" not in result.stderr
