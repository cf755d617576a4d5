"""`duplicates`: lists by itself, removes only when told to."""

import json
from pathlib import Path

import pytest

from collectionlib.curating.duplicates import POLICIES

LONG = "A text that has so many words that a single one of them makes no other text of it, "


@pytest.fixture
def jokes(invoke, tmp_path: Path) -> str:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, body in {
        "one.txt": f"{LONG}one",
        "two.txt": f"{LONG.upper()} one!",
        "zero.txt": f"{LONG}or two",
        "other.txt": "Something else.",
    }.items():
        (folder / name).write_text(f"{body}\n")
    invoke("init", "jokes.db")
    invoke("-L", "jokes.db", "import", "texts/")
    return "jokes.db"


def test_a_list_changes_nothing(invoke, jokes: str) -> None:
    before = invoke("-L", jokes, "list").stdout
    result = invoke("-L", jokes, "duplicates", "--keep", "first")
    assert result.returncode == 0
    assert [line.split()[0] for line in result.stdout.splitlines() if line] == [
        "keep", "same", "0.85",
    ]  # fmt: skip
    assert result.stderr == ("1 text is there more than once: --remove would remove 2 entries\n")
    assert invoke("-L", jokes, "list").stdout == before


def test_what_is_to_be_kept_is_not_taken_for_a_query_where_others_are_removed(
    invoke, jokes: str
) -> None:
    for word in POLICIES:
        refused = invoke("-L", jokes, "duplicates", "--remove", word, "--yes")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert f"give --keep {word} for what is to be kept, or text:{word}" in refused.stderr
    assert len(invoke("-L", jokes, "list").stdout.splitlines()) == 4
    assert invoke("-L", jokes, "duplicates", "first").returncode == 3
    meant = invoke("-L", jokes, "duplicates", "--remove", "text:first", "--yes")
    assert (meant.returncode, meant.stderr) == (0, "no text is there twice\n")


def test_json_has_a_cluster_a_line(invoke, jokes: str) -> None:
    result = invoke("-L", jokes, "duplicates", "--threshold", "1", "--json")
    [cluster] = map(json.loads, result.stdout.splitlines())
    assert cluster.keys() == {"schema_version", "kind", "keep", "duplicates"}
    assert cluster["kind"] == "exact"
    [other] = cluster["duplicates"]
    assert (other["similarity"], other["spare"]) == (1, True)
    assert other["id"] != cluster["keep"]["id"]


def test_removing_asks_can_be_tried_and_is_done(invoke, jokes: str) -> None:
    refused = invoke("-L", jokes, "duplicates", "--remove")
    assert refused.returncode == 2
    assert "2 entries would be removed: give --yes" in refused.stderr
    tried = invoke("-L", jokes, "duplicates", "--remove", "--dry-run", "--json")
    assert tried.stderr == "2 entries would be removed\n"
    done = invoke("-L", jokes, "duplicates", "--remove", "--yes", "--json")
    assert done.stderr == "2 entries removed\n"
    assert json.loads(done.stdout)["removed"] == json.loads(tried.stdout)["removed"]
    assert len(invoke("-L", jokes, "list").stdout.splitlines()) == 2
    nothing = invoke("-L", jokes, "duplicates")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert nothing.stderr == "no text is there twice\n"


@pytest.mark.parametrize(("policy", "kept"), [("longest", "zero"), ("first", "one")])
def test_the_policy_says_what_is_left(invoke, jokes: str, policy: str, kept: str) -> None:
    done = invoke("-L", jokes, "duplicates", "--remove", "--keep", policy, "--yes")
    assert (done.returncode, done.stderr) == (0, "2 entries removed\n")
    left = invoke("-L", jokes, "list", "--fields", "title").stdout.splitlines()
    assert sorted(left) == sorted([kept, "other"])


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["zzz"], 3, "nothing matches"),
        (["--dry-run"], 2, "--remove"),
        (["--threshold", "0.1"], 2, "0.3<=x<=1"),
        (["colour:red"], 2, "column 1"),
    ],
)
def test_what_is_wrong_is_said(
    invoke, jokes: str, arguments: list[str], status: int, words: str
) -> None:
    result = invoke("-L", jokes, "duplicates", *arguments)
    assert result.returncode == status
    assert words in result.stderr
    assert result.stdout == ""
