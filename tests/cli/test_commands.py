"""Each command, as a user calls it."""

import json
import os
import re
import shutil
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(params=["jokes/", "jokes.json"])
def library(request: pytest.FixtureRequest, run, archive: Path) -> str:
    location: str = request.param
    assert run("init", location, "--title", "Jokes").returncode == 0
    assert run("-L", location, "import", "archive/").returncode == 0
    return location


def test_the_main_job_in_one_command(run, archive: Path, tmp_path: Path) -> None:
    result = run("convert", "archive/", "book.epub", "--title", "Wishes")
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert result.stderr.splitlines()[-1] == "wrote book.epub: 4 entries"
    assert zipfile.ZipFile(tmp_path / "book.epub").read("mimetype") == b"application/epub+zip"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "book.epub"]


def test_convert_gives_the_same_bytes_every_time(run, archive: Path, tmp_path: Path) -> None:
    for suffix in (".epub", ".json", ".txt"):
        for name in ("a", "b"):
            # Each with another seed of the hashes of texts.
            seed = {**os.environ, "PYTHONHASHSEED": str(ord(name))}
            assert run("convert", "archive/", name + suffix, env=seed).returncode == 0
        first, second = ((tmp_path / f"{n}{suffix}").read_bytes() for n in "ab")
        assert first == second


def test_import_takes_folder_file_and_standard_input(run, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Loose\n\nA loose text.\n")
    run("init", "jokes/")
    result = run("-L", "jokes/", "import", "archive/", "one.txt", "-", "--json", input="Piped.")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {
        "schema_version": 1,
        "sources": 5,
        "added": 6,
        "updated": 0,
        "unchanged": 0,
        "duplicates": 0,
        "removed": 0,
        "rejected": [],
        "warnings": [],
    }


def test_list_chooses_by_category(run, library: str) -> None:
    result = run("-L", library, "list", 'category:"Blessing messages"')
    assert result.returncode == 0
    labels = [line.split("  ")[1] for line in result.stdout.splitlines()]
    assert labels == ["Two", "Health.", "Luck."]


def test_list_as_json_is_the_model_one_a_line(run, library: str) -> None:
    result = run("-L", library, "list", "--json", "--sort", "-title", "--limit", "2")
    entries = [json.loads(line) for line in result.stdout.splitlines()]
    assert [entry["title"] for entry in entries] == ["Two", "One"]
    assert entries[1]["body"] == "The first text."


def test_show_takes_any_unique_prefix(run, library: str) -> None:
    entry = json.loads(run("-L", library, "list", "title:One", "--json").stdout)
    result = run("-L", library, "show", entry["id"][:6])
    assert result.returncode == 0
    assert "title: One" in result.stdout
    assert result.stdout.endswith("\n\nThe first text.\n")


def test_categories_count_what_is_in_and_below(run, library: str) -> None:
    lines = run("-L", library, "categories").stdout.splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [
        ["3", "Blessing messages"],
        ["2", "wishes"],
    ]
    first = json.loads(run("-L", library, "categories", "--json").stdout.splitlines()[0])
    assert first == {"path": ["Blessing messages"], "entries": 1, "total": 3}


@pytest.mark.parametrize("suffix", ["epub", "json", "jsonl", "md", "txt"])
def test_export_by_ending_and_query(run, library: str, tmp_path: Path, suffix: str) -> None:
    result = run("-L", library, "export", f"book.{suffix}", 'category:"Blessing messages"')
    assert result.returncode == 0, result.stderr
    assert result.stderr == f"wrote book.{suffix}: 3 entries\n"
    assert (tmp_path / f"book.{suffix}").stat().st_size > 0


@pytest.mark.parametrize(
    ("output", "options", "begins"),
    [
        ("b.txt", ["--width", "40", "--line-ends", "crlf"], "Jokes\r\n=====\r\n"),
        ("b.json", ["--pretty"], '{\n  "schema_version": 1,\n  "exported": true,'),
        ("b.jsonl", ["--fields", "id, source.uri"], '{"id":"'),
        ("b.json", ["--fields", "id"], '{"schema_version":1,"exported":true,"fields":["id"],'),
        ("feed", ["--profile", "jsonfeed"], '{"version":"https://jsonfeed.org/version/1.1"'),
        ("b.json", ["--profile", "jsonfeed"], '{"version":"https://jsonfeed.org/version/1.1"'),
        ("b.json", ["--profile", "jsonld"], '{"@context":"https://schema.org"'),
    ],
)
def test_the_options_of_a_format(
    run, library: str, tmp_path: Path, output: str, options: list[str], begins: str
) -> None:
    for _ in range(2):
        result = run("-L", library, "export", output, *options)
        # What has other fields than ours is not told from somebody's own file.
        replaceable = "--fields" not in options or output == "b.json"
        assert result.returncode == (0 if replaceable or _ == 0 else 1), result.stderr
    assert (tmp_path / output).read_bytes().decode().startswith(begins)


def test_a_profile_of_json_says_the_format_of_standard_output(run, library: str) -> None:
    for profile, key in (("jsonfeed", "items"), ("jsonld", "hasPart")):
        printed = run("-L", library, "export", "-", "--profile", profile)
        assert len(json.loads(printed.stdout)[key]) == 4, printed.stderr
    assert run("-L", library, "export", "-", "--profile", "kindle").returncode == 2


def test_an_export_of_some_fields_opens_as_no_collection(run, library: str) -> None:
    for layout in ([], ["--pretty"]):
        run("-L", library, "export", "some.json", "--fields", "title,id", *layout)
        refused = run("-L", "some.json", "list")
        assert refused.returncode == 1
        assert refused.stderr == (
            "collectionlib: some.json is no collection but an export of some fields (title, id): "
            "export it without --fields to open it\n"
        )


def test_fortunes_go_into_a_file_and_to_standard_output(run, library: str, tmp_path: Path) -> None:
    result = run("-L", library, "export", "wishes", "--fortune")
    assert (result.returncode, result.stderr) == (0, "wrote wishes: 4 entries\n")
    wishes = (tmp_path / "wishes").read_text("utf-8")
    assert "Health.\n%\n" in wishes
    assert len(wishes.split("\n%\n")) == 4
    printed = run("-L", library, "export", "-", "--fortune")
    assert (printed.returncode, printed.stdout) == (0, wishes), printed.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["b.epub", "--width", "40"], "b.epub is written without --width: leave it out"),
        (["b.txt", "--width", "3"], "3 is not in the range x>=20"),
        (["b.txt", "--fields", "id"], "b.txt is written without --fields: leave it out"),
        (["b.json", "--profile", "kindle"], "b.json is written without --profile/--device: leave"),
        (["b.json", "--split", "entry"], "b.json is written without --split/--book-split: leave"),
        (["b.json", "--no-cover"], "b.json is written without --no-cover: leave it out"),
        (["b.json", "--no-ledger"], "b.json is written without --no-ledger: leave it out"),
        (["b.json", "--font", "a.ttf"], "b.json is written without --font: leave it out"),
        (["b.epub", "--profile", "jsonfeed"], "b.epub is no JSON, which jsonfeed is"),
        (["b.txt", "--fortune", "--to", "epub"], "fortune and --to epub are two formats"),
    ],
)
def test_an_option_of_another_format_is_refused(
    run, library: str, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    result = run("-L", library, "export", *arguments)
    assert result.returncode == 2
    assert sentence in result.stderr
    assert not (tmp_path / arguments[0]).exists()


def test_a_shop_is_no_profile_of_an_import(run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A text.")
    refused = run("convert", "a.txt", "b.epub", "--profile", "kobo")
    assert (refused.returncode, "give --device kobo" in refused.stderr) == (2, True)
    assert not (tmp_path / "b.epub").exists()
    (tmp_path / "kobo").write_text("")
    assert run("convert", "a.txt", "b.epub", "--profile", "kobo").returncode == 0


def test_every_json_export_opens_as_a_collection(run, library: str) -> None:
    run("-L", library, "export", "book.json")
    listed = run("-L", "book.json", "list", "--json").stdout
    assert listed == run("-L", library, "list", "--json").stdout


def test_export_to_standard_output(run, library: str) -> None:
    result = run("-L", library, "export", "-", "--to", "json")
    assert len(json.loads(result.stdout)["entries"]) == 4


def test_the_same_collection_gives_the_same_bytes_in_either_storage(
    run, library: str, tmp_path: Path
) -> None:
    run("-L", library, "export", "copy.json")
    for location, name in ((library, "a"), ("copy.json", "b")):
        for suffix in ("epub", "txt"):
            result = run("-L", location, "export", f"{name}.{suffix}")
            assert result.returncode == 0, result.stderr
    for suffix in ("epub", "txt"):
        first, second = ((tmp_path / f"{n}.{suffix}").read_bytes() for n in "ab")
        assert first == second


def test_plugins_are_listed_with_their_packages(run) -> None:
    lines = run("plugins", "--json").stdout.splitlines()
    assert {"kind": "exporter", "name": "epub", "package": "collectionlib"} in map(
        json.loads, lines
    )


def test_the_library_is_found_upwards(run, library: str, tmp_path: Path) -> None:
    if library != "jokes/":
        pytest.skip("only folders are found")
    inside = tmp_path / "jokes/Blessing messages"
    assert "One" in run("list", cwd=inside).stdout
    assert "One" in run("list", env={"COLLECTIONLIB_LIBRARY": str(tmp_path / "jokes")}).stdout


def test_a_book_beside_its_texts_is_no_text_of_the_next_one(run, archive: Path) -> None:
    first = run("convert", ".", "book.txt", cwd=archive)
    second = run("convert", ".", "book.txt", cwd=archive)
    assert first.stderr.splitlines()[-1] == second.stderr.splitlines()[-1]
    assert "book.txt: what is being written, passed over" in second.stderr
    assert second.returncode == 0


def test_a_collection_in_its_own_source_is_passed_over(run, archive: Path) -> None:
    for location in ("jokes/", "jokes.json", "jokes.db", "delta:table"):
        run("init", location, cwd=archive)
        for _ in range(2):
            result = run("-L", location, "import", ".", "--json", cwd=archive)
            assert "what is being written" in result.stdout
            assert result.returncode == 0, result.stderr
        assert len(run("-L", location, "list", cwd=archive).stdout.splitlines()) == 4
        made = archive / location.removeprefix("delta:")
        made.unlink() if made.is_file() else shutil.rmtree(made)


def test_a_text_is_not_exported_into_the_collection(run, library: str, tmp_path: Path) -> None:
    if library != "jokes/":
        pytest.skip("only a folder has an inside")
    result = run("export", "book.txt", cwd=tmp_path / "jokes")
    assert result.returncode == 1
    assert "write it elsewhere" in result.stderr
    assert run("export", "book.epub", cwd=tmp_path / "jokes").returncode == 0
    assert len(run("-L", library, "list").stdout.splitlines()) == 4


# --- search, check, copy ------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["jokes/", "jokes.json", "jokes.db"])
def test_search_shows_what_it_found(run, archive: Path, library: str) -> None:
    run("init", library)
    run("-L", library, "import", "archive/")
    found = run("-L", library, "search", "HAPPY")
    assert (found.returncode, found.stderr) == (0, "")
    assert re.fullmatch(r"[0-9a-z]{16}  Two\n    Be well and happy\.\n", found.stdout)
    as_json = json.loads(run("-L", library, "search", "happy", "well", "--json").stdout)
    assert as_json["excerpt"] == "Be well and happy."
    nothing = run("-L", library, "search", "app")
    assert (nothing.returncode, nothing.stdout) == (3, "")
    assert nothing.stderr == "nothing matches\n"


def test_check_lists_all_that_is_damaged(run, archive: Path, tmp_path: Path) -> None:
    run("init", "jokes/")
    run("-L", "jokes/", "import", "archive/")
    whole = run("-L", "jokes/", "check", "--severity", "warning")
    assert (whole.returncode, whole.stdout, whole.stderr) == (0, "", "nothing is wrong\n")
    (tmp_path / "jokes/bad.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "jokes/worse.md").write_text("---\nlanguage: english\n---\n")
    found = run("-L", "jokes/", "check", "--severity", "warning")
    assert found.returncode == 4
    assert found.stderr == "2 errors, 0 warnings, 0 notes\n"
    assert found.stdout == (
        "jokes/bad.txt\n"
        "  error    line 1: it is not UTF-8; mend the file with an editor, or take it out"
        "  [damaged]\n"
        "jokes/worse.md\n"
        "  error    Entry.language is no BCP 47 language tag such as 'en' or 'zh-Hant': 'english'; "
        "mend the file with an editor, or take it out  [damaged]\n"
    )
    lines = run("-L", "jokes/", "check", "--only", "damaged", "--json").stdout.splitlines()
    assert [json.loads(line)["line"] for line in lines] == [1, None]
    listed = run("-L", "jokes/", "list")
    assert listed.returncode == 1
    assert len(listed.stdout.splitlines()) == 4
    assert "collectionlib check" not in listed.stdout


def test_copy_says_what_it_did(run, archive: Path, tmp_path: Path) -> None:
    run("init", "jokes/", "--title", "Jokes")
    run("-L", "jokes/", "import", "archive/")
    copied = run("copy", "jokes/", "jokes.db")
    assert (copied.returncode, copied.stdout) == (0, "")
    assert copied.stderr == ("jokes.db holds 4 entries, the same as jokes/; 4 were copied now\n")
    again = run("copy", "jokes/", "jokes.db")
    assert again.returncode == 1
    assert again.stderr == (
        "collectionlib: jokes.db holds something already: choose another name\n"
    )
    assert json.loads(run("-q", "copy", "jokes.db", "b.json", "--json").stdout)["entries"] == 4
    assert run("-L", "b.json", "list").stdout == run("-L", "jokes/", "list").stdout
    assert run("copy", "nowhere/", "c.db").returncode == 1
    assert not (tmp_path / "c.db").exists()
