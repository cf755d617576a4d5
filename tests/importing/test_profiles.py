"""Profiles, patterns, boilerplate and previews: what is known about a whole archive."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib import Collection, Entry, import_texts
from collectionlib.errors import IngestError, InvalidValueError
from collectionlib.expressions import compiled
from collectionlib.identity import EntryId
from collectionlib.importing.cleaning import transforms
from collectionlib.importing.cleaning.boilerplate import LineCounts, RemoveBoilerplate
from collectionlib.importing.draft import Draft
from collectionlib.importing.learning import Learner
from collectionlib.importing.patterns import Pattern, told
from collectionlib.importing.pipeline import preview_texts
from collectionlib.importing.profile import Profile, ProfileError
from collectionlib.importing.reading import Reading


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Pages of a site, in a legacy encoding, with a line that is on each of them."""
    folder = tmp_path / "archive"
    for number, (category, title) in enumerate(
        [("Шутки", "Кот"), ("Шутки", "Пёс"), ("Стихи", "Осень"), ("Стихи", "Зима")], start=1
    ):
        path = folder / "old" / f"2001-0{number}_{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (
            f"Сайт | {category} | {title}\n\nЭто текст номер {number}. В нём два предложения.\n\n"
            "Ещё больше текстов на нашем сайте!\n"
        )
        path.write_bytes(text.encode("koi8-r"))
    return folder


PROFILE = """
encoding = "koi8-r"
language = "ru"
rights = "CC0-1.0"
category = "Archive"
boilerplate = ["Ещё больше .*"]

[from]
path = "{tag}/{date}_{_}.txt"
header = "{site} | {category} | {title}"
"""


def test_a_profile_says_where_everything_comes_from(archive: Path) -> None:
    with Collection.create("memory:") as texts:
        report = import_texts(texts, archive, profile=Profile.parse(PROFILE))
        assert not report.warnings
        first = next(entry for entry in texts if entry.title == "Кот")
    assert first.body == "Это текст номер 1. В нём два предложения."
    assert (first.category, first.tags, first.created) == (
        ("Archive", "Шутки"),
        ("old",),
        "2001-01",
    )
    assert (first.language, first.rights) == ("ru", "CC0-1.0")
    assert first.source is not None
    assert (first.source.site, first.source.encoding) == ("Сайт", "koi8-r")
    assert first.source.changes == ("header", "boilerplate")


def test_what_is_given_goes_before_the_profile(archive: Path) -> None:
    with Collection.create("memory:") as texts:
        import_texts(texts, archive, profile=Profile.parse(PROFILE), language="uk", rights="MIT")
        assert {(entry.language, entry.rights) for entry in texts} == {("uk", "MIT")}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("x = ", 1, "TOML cannot be read"),
        ('language = "ru"\nlangage = "ru"', 2, "langage is no key of a profile"),
        ('\n\nlanguage = "russian"', 3, "language is no BCP 47 language tag"),
        ("rights = 1", 1, "rights is to be a text in quotes"),
        ('[from]\n\npaths = "x"', 3, "paths is no key of [from]"),
        ('[from]\nheader = "{titel}"', 2, "header may name title, category"),
        ('[from]\npath = "x"', 2, "path names nothing, or one thing twice"),
        ('[from]\npath = ["{title}", "{date}{date}"]', 2, "path names nothing, or one thing"),
        ('boilerplate = ["(", "x"]', 1, "boilerplate is no regular expression"),
        ('[fields]\nheadline = "title"', 2, "headline is nothing that a field may be taken for"),
        ("options = 3", 1, "options is to be a table"),
    ],
)
def test_errors_name_line_and_key(text: str, line: int, reason: str) -> None:
    with pytest.raises(ProfileError) as caught:
        Profile.parse(text)
    assert str(caught.value).startswith(f"profile.toml, line {line}: {reason}")
    assert caught.value.line == line


def test_options_go_to_the_importers_that_have_them(tmp_path: Path) -> None:
    (tmp_path / "two.txt").write_text("One.\n***\nTwo.\n")
    (tmp_path / "rows.csv").write_text("Überschrift;Inhalt\nA;Be well.\n")
    profile = Profile.parse(
        '[options]\nsplit = "***"\n[fields]\ntitle = "Überschrift"\nbody = ["Inhalt", "Text"]'
    )
    with Collection.create("memory:") as texts:
        import_texts(texts, tmp_path / "two.txt", tmp_path / "rows.csv", profile=profile)
        assert sorted((entry.title, entry.body) for entry in texts) == [
            ("", "One."), ("", "Two."), ("A", "Be well."),
        ]  # fmt: skip
        with pytest.raises(InvalidValueError, match=r"option is none of .*split"):
            import_texts(texts, tmp_path, profile=Profile(options={"splitt": "x"}))


@pytest.mark.parametrize(
    ("pattern", "of", "text", "found"),
    [
        ("{site} - {title}", "line", "Site  -  A - B", {"site": "Site", "title": "A - B"}),
        ("{site} - {title}", "line", "Site – A", None),
        ("[{category}] {title} ({author})", "line", "[Wit] Be well (Ann)",
         {"category": "Wit", "title": "Be well", "author": "Ann"}),
        ("{category*}/{title}.txt", "path", "one.txt", {"title": "one"}),
        ("{category*}/{title}.txt", "path", "a/b/one.txt", {"category*": "a/b", "title": "one"}),
        ("{category}/{title}.txt", "path", "a/b/one.txt", None),
        ("{language}/{_}/{author} - {title}.{_}", "path", "de/x/Ann - B.c.md",
         {"language": "de", "author": "Ann", "title": "B"}),
    ],
)  # fmt: skip
def test_patterns(pattern: str, of: str, text: str, found: dict[str, str] | None) -> None:
    assert Pattern(pattern, of).match(text) == found  # type: ignore[arg-type]


@given(st.text(max_size=300))
def test_a_pattern_takes_no_time_and_tells_what_a_draft_may_hold(text: str) -> None:
    line = " ".join(text.split())
    values = Pattern("{date} {language} - {author} - {_} - {title} {tag}", "line").match(line)
    draft = told(Draft(body=""), values or {})
    assert (draft.title is not None) == (values is not None)


def test_lines_that_repeat_go_only_on_request(archive: Path) -> None:
    def bodies(**options: object) -> set[str]:
        with Collection.create("memory:") as texts:
            import_texts(texts, archive, encoding="koi8-r", **options)  # type: ignore[arg-type]
            return {entry.body.rpartition("\n")[2] for entry in texts}

    assert bodies() == {"Ещё больше текстов на нашем сайте!"}
    without = bodies(transforms=transforms(also=["boilerplate"]))
    assert len(without) == 4
    assert all("номер" in body for body in without)


def test_a_line_is_boilerplate_only_where_many_texts_have_it_at_one_place() -> None:
    counts = LineCounts()
    for number in range(20):
        place = "top" if number < 3 else f"other {number}"
        counts.add(f"{place}\n\nText {number}.\n* * *\nThe end of {number}.\n")
    assert not counts.repeated()
    for number in range(5):
        counts.add(f"top\n\nText of {number}.\n\nThe end of them {number}.")
    assert [(each.line, each.texts, each.of) for each in counts.repeated()] == [("top", 8, 25)]


def test_a_text_that_is_all_boilerplate_stays() -> None:
    remove = RemoveBoilerplate(frozenset({"A", "B"}))
    assert remove(Draft(body="A\n\nB")).body == "A\n\nB"
    cleaned = remove(Draft(body="A\nText.\nB\nMore.\n\nB\n"))
    assert cleaned.body == "Text.\nB\nMore."
    assert [removal.text for removal in cleaned.removed] == ["A\nB"]


@pytest.mark.slow
def test_an_expression_that_takes_too_long_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("x" * 5000 + "y!\n\nText.\n")
    profile = Profile(boilerplate=("(x|xx)+y",))
    with Collection.create("memory:") as texts:
        report = import_texts(texts, tmp_path, profile=profile)
        assert [
            "takes too long" in rejected.reason for rejected in report.rejected
        ] == [True]  # fmt: skip
    with pytest.raises(IngestError, match="takes too long"):
        RemoveBoilerplate((), profile.boilerplate)(Draft(body="x" * 5000 + "y!\n\nText."))


def test_what_is_learned_is_a_profile_that_works(archive: Path) -> None:
    learner = Learner()
    for reading in preview_texts(archive).readings:
        learner.add(reading)
    learned = learner.toml()
    profile = Profile.parse(learned)
    assert [pattern.text for pattern in profile.headers] == ["{site} | {category} | {title}"]
    assert [pattern.text for pattern in profile.paths] == ["{category*}/{date}_{title}.txt"]
    assert "boilerplate" in learned
    with Collection.create("memory:") as texts:
        import_texts(texts, archive, profile=profile)
        assert {entry.title for entry in texts} == {"Кот", "Пёс", "Осень", "Зима"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "collectionlib", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.mark.slow
def test_a_preview_writes_nothing_and_says_why(archive: Path) -> None:
    before = sorted(path.stat().st_mtime_ns for path in archive.rglob("*"))
    done = run("preview", str(archive), "--json", "--entries", "1")
    assert done.returncode == 0, done.stderr
    first = json.loads(done.stdout.splitlines()[0])
    assert (first["source"], first["format"], first["entries"]) == (
        "archive/old/2001-01_1.txt", "plain", 1,
    )  # fmt: skip
    assert first["encoding"] == "koi8-r"
    assert "--clean boilerplate" in done.stderr
    assert sorted(path.stat().st_mtime_ns for path in archive.rglob("*")) == before
    (archive / "no.bin").write_bytes(bytes(1000))
    words = run("preview", str(archive))
    assert words.returncode == 6
    assert "  rejected: it is no text" in words.stdout


@pytest.mark.slow
def test_a_profile_is_learned_and_used_on_the_command_line(archive: Path, tmp_path: Path) -> None:
    where = tmp_path / "profile.toml"
    assert run("profile", "learn", str(archive), "--output", str(where)).returncode == 0
    again = run("profile", "learn", str(archive), "--output", str(where))
    assert again.returncode == 2
    assert "exists" in again.stderr
    book = tmp_path / "book.json"
    assert run("convert", str(archive), str(book), "--profile", str(where)).returncode == 0
    titles = {entry["title"] for entry in json.loads(book.read_bytes())["entries"]}
    assert titles == {"Кот", "Пёс", "Осень", "Зима"}
    where.write_text("langage = 1\n")
    wrong = run("convert", str(archive), str(book), "--profile", str(where))
    assert wrong.returncode == 2
    assert "line 1: langage" in wrong.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'rights = "\xe9"', "line 1: TOML is not in UTF-8"),
        ('rights = "x"'.encode("utf-16"), "line 1: TOML is not in UTF-8"),
        (b"x = " + b"[" * 100_000, "is nested too deeply"),
        (b".".join([b"a"] * 5_000) + b" = 1", "is nested too deeply"),
        (b"x = " + b"9" * 10_000, "TOML cannot be read"),
        (b'rights = "' + b"x" * 2_000_000 + b'"', "is longer than 1,000,000 bytes"),
        (b'boilerplate = ["' + b"(" * 5_000 + b")" * 5_000 + b'"]', "nested too deeply"),
        (b'boilerplate = ["(((a{9999}){9999}){9999}){9999}"]', "repetitions make it longer"),
        (b'[options]\nfields = "x"', "line 2: fields is a table of its own"),
    ],
)
def test_a_hostile_profile_is_refused_in_a_sentence(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = tmp_path / "archive.toml"
    path.write_bytes(data)
    with pytest.raises(ProfileError, match=reason) as caught:
        Profile.load(path)
    assert len(str(caught.value)) < 500


def test_a_profile_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "archive.toml"
    path.write_text('\ufeffrights = "CC0-1.0"', encoding="utf-8")
    assert Profile.load(path).rights == "CC0-1.0"


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("split = 7", "option split is to be a text in quotes: 7"),
        ('split = ["%"]', "option split is to be a text in quotes"),
        ('rot13 = "yes"', "option rot13 is to be true or false"),
        ('_divide = "x"', "is none of articles"),
    ],
)
def test_options_of_a_profile_are_of_their_kind(archive: Path, option: str, reason: str) -> None:
    with pytest.raises(InvalidValueError, match=reason):
        preview_texts(archive, profile=Profile.parse(f"[options]\n{option}"))


@pytest.mark.parametrize("encoding", ["rot13", "hex", "zlib", "undefined", "idna", "a\0b"])
def test_a_codec_that_is_no_encoding_of_files_is_refused(archive: Path, encoding: str) -> None:
    with pytest.raises(InvalidValueError, match="encoding is not"):
        list(preview_texts(archive, encoding=encoding).readings)


@pytest.mark.parametrize(
    "pattern",
    [
        "{site} {category} {title} {author} {date} {tag} {language} {rights}!!",
        "{title}" + "{_}" * 13 + "Z",
        "{site} - {category} - {title} - {author} - {date} - {tag} - {language} Q",
    ],
)
@pytest.mark.parametrize("line", ["ab " * 600, " - ".join(["x"] * 400), "- " * 900])
def test_a_pattern_of_many_names_takes_no_endless_time(pattern: str, line: str) -> None:
    began = time.process_time()
    assert Pattern(pattern, "line").match(line) is None
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("pattern", "line", "found"),
    [
        ("{site} - {title}", "A - B - C", {"site": "A", "title": "B - C"}),
        ("{title}, {_} ({date})", "Be, well, all (1984)", {"title": "Be", "date": "1984"}),
        (
            "[{tag}] {title} - {author}.",
            "[x] A. B - C.",
            {"tag": "x", "title": "A. B", "author": "C"},
        ),
    ],
)
def test_a_name_ends_where_the_words_behind_it_come_first(
    pattern: str, line: str, found: dict[str, str]
) -> None:
    assert Pattern(pattern, "line").match(line) == found


def test_repetitions_are_counted_where_they_lie_in_one_another() -> None:
    assert compiled(r"\d{4}-\d{2}-\d{2} [^\]{]{100} (?:x{2,}){3}\{9999}").fullmatch("") is None
    with pytest.raises(ValueError, match="repetitions"):
        compiled("((ab){9999}){9999}")


def test_a_learned_profile_can_be_read_whatever_the_lines_hold() -> None:
    learner = Learner()
    for number in range(4):
        body = f'It\'s on every \u00ad "page" \\ here\nText {number}.\nMore.\nEnd {number}'
        entry = Entry(id=EntryId(f"{number:016}"), rights="It's \u00ad mine", body=body)
        told = ("a line of \x07 and\nof two",)
        learner.add(
            Reading(source=f"a/{number}.txt", entries=(entry,), format="plain", evidence=told)
        )
    profile = learner.toml()
    assert Profile.parse(profile).rights == "It's \u00ad mine"
    assert Profile.parse(profile.replace("# boilerplate", "boilerplate").partition("[from]")[0])


def test_dates_languages_and_translators_are_told_by_names() -> None:
    pattern = Pattern("{date}/{language}/{translator}_{title}.txt", "path")
    values = pattern.match("20010203/de/Ann Ex_Rain.txt")
    assert values is not None
    draft = told(Draft(body=""), values)
    assert (draft.created, draft.language, draft.title) == ("2001-02-03", "de", "Rain")
    assert [(each.name, each.role) for each in draft.contributors] == [("Ann Ex", "trl")]


def test_what_a_pattern_does_not_fit_stays_as_it_is(archive: Path) -> None:
    profile = Profile.parse(
        'encoding = "koi8-r"\n[from]\npath = ["{_}/x/{title}.txt", "{tag}/{date}_{_}.txt"]\n'
        'header = ["Nobody: {title}"]\n'
    )
    with Collection.create("memory:") as texts:
        import_texts(texts, archive, profile=profile)
        first = min(texts, key=lambda entry: str(entry.created))
    assert (first.created, first.tags) == ("2001-01", ("old",))
    assert "Сайт | Шутки | Кот" in first.body + first.title


def test_fields_are_a_table_of_their_own() -> None:
    with pytest.raises(ProfileError, match=r"is a table of its own: \[fields\]"):
        Profile.parse("[options]\nfields = {a = 'title'}\n")


def test_a_learner_of_what_is_alike_says_little() -> None:
    learner = Learner()
    learner.add(Reading(source="a/x.txt"))
    assert learner.sources == 0
    for day in (f"2001-01-0{number}" for number in range(1, 9)):
        entry = Entry(id=EntryId(day.replace("-", "") * 2), title=day, body=f"Text of {day}.")
        learner.add(Reading(source=f"a/{day}.txt", entries=(entry,)))
    text = learner.toml()
    assert "{date}.txt" in text
    assert "To take these lines away" not in text
