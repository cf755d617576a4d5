import csv
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.collection import Collection
from collectionlib.errors import ParseError
from collectionlib.importing.formats.json_records import JsonImporter
from collectionlib.importing.formats.tables import CsvImporter
from collectionlib.importing.pipeline import ImportReport, import_texts
from collectionlib.importing.records import drafts_of, has_text, unique
from collectionlib.importing.sources import SourceFile
from collectionlib.model import Entry


def imported(source: Path, **options: Any) -> tuple[list[Entry], ImportReport]:
    with Collection.create("memory:") as texts:
        report = import_texts(texts, source, **options)
        return list(texts), report


JOKES = [
    {"setup": "Why?", "punchline": "Because.", "id": 7},
    {"Text": "Be well.", "Author": "Ann", "tags": ["a", "b"], "year": 1984},
    {"paragraphs": ["春眠不覺曉，", "處處聞啼鳥。"], "title": "春曉", "author": "孟浩然"},
]


def _raw(entry: Entry, data: bytes) -> bytes:
    """What an entry was made of."""
    source = entry.source
    assert source is not None
    assert source.start is not None
    assert source.length is not None
    return data[source.start : source.start + source.length]


def _lines(values: list[Any]) -> str:
    return "\n".join(json.dumps(value, ensure_ascii=False) for value in values) + "\n"


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("jokes.json", json.dumps),
        ("jokes.json", lambda values: json.dumps({"jokes": values}, indent=2)),
        ("jokes.jsonl", _lines),
        ("jokes.ndjson", lambda values: _lines(values).replace("\n", "\r\n")),
    ],
)
def test_json_in_its_usual_shapes(tmp_path: Path, name: str, write: Callable[[Any], str]) -> None:
    (tmp_path / name).write_text(write(JOKES), "utf-8")
    entries, report = imported(tmp_path / name)
    assert not report.rejected
    data = (tmp_path / name).read_bytes()
    assert [json.loads(_raw(entry, data)) for entry in entries] == JOKES
    one, three, two = entries
    assert (one.body, one.attributes) == ("Why?\n\nBecause.", {"id": 7})
    assert (three.body, three.tags, three.attributes) == ("Be well.", ("a", "b"), {"year": 1984})
    assert three.contributors[0].name == "Ann"
    assert (two.title, two.body) == ("春曉", "春眠不覺曉，\n處處聞啼鳥。")
    assert {entry.category for entry in entries} == {("jokes",)}


def test_groups_become_categories_and_nothing_is_lost() -> None:
    value = {
        "title": "Wisdom",
        "content": [
            {"type": "Short", "content": [{"chapter": "One", "text": "1"}, {"text": "2"}]},
            {"type": "Long", "content": [{"chapter": "A", "section": "B", "text": "3"}]},
        ],
    }
    found = [(draft.category, draft.title, draft.body) for draft in drafts_of(value)]
    assert found == [
        (("Wisdom", "Short"), "One", "1"),
        (("Wisdom", "Short"), "", "2"),
        (("Wisdom", "Long", "A"), "B", "3"),
    ]


def test_what_a_group_says_counts_for_all_of_it() -> None:
    value = {
        "version": 2,
        "licence": "CC0-1.0",
        "animals": [{"text": "1"}, {"text": "2", "licence": "MIT"}],
        "food": {"warm": [{"q": "Why?", "a": "So."}]},
    }
    found = [(draft.category, draft.rights, draft.attributes) for draft in drafts_of(value)]
    assert found == [
        (("animals",), "CC0-1.0", {"version": 2}),
        (("animals",), "MIT", {"version": 2}),
        (("food",), "CC0-1.0", {"version": 2}),
    ]


@pytest.mark.parametrize(
    "text",
    ['{"name": "package", "files": ["a"]}', "[1, 2]", "{ a brace }", "[brackets]", '"x"', ""],
)
def test_what_is_no_record_of_texts(text: str) -> None:
    assert JsonImporter().recognises(SourceFile("one.txt", text.encode())) is None


@pytest.mark.slow
@given(st.data())
def test_records_of_any_layout_are_found_where_they_stand(data: st.DataObject) -> None:
    words = st.text(max_size=5)
    records = st.fixed_dictionaries({"text": words}, optional={'a "key": {': words, "é": words})
    values = data.draw(
        st.recursive(
            st.lists(records, min_size=1),
            lambda inner: st.dictionaries(words, inner, min_size=1) | st.lists(inner, min_size=1),
        )
    )
    text = json.dumps(
        values,
        indent=data.draw(st.sampled_from([None, 0, 1, "\t"])),
        ensure_ascii=data.draw(st.booleans()),
        separators=data.draw(st.sampled_from([(",", ":"), (", ", " : ")])),
    )
    for draft in JsonImporter().parse(SourceFile("one.json", text.encode(), encoding="utf-8")):
        assert draft.span is not None
        found = json.loads(text[slice(*draft.span)])
        assert (found["text"] if isinstance(found, dict) else found) == draft.body


def test_keys_that_stand_twice_lose_no_record() -> None:
    text = '{"a": [{"text": "0"}], "b": [{"text": "1"}], "a": [{"text": "2"}]}'
    drafts = list(JsonImporter().parse(SourceFile("one.json", text.encode())))
    assert [draft.body for draft in drafts] == ["0", "1", "2"]


def test_rows_are_found_where_they_stand() -> None:
    rows = ["text,author\r\n", '"Be\r\nwell.",Ann\r\n', "\r\n", "Bye.,Bob"]
    source = SourceFile("one.csv", "".join(rows).encode())
    found = [source.text[slice(*draft.span)] for draft in CsvImporter().parse(source) if draft.span]
    assert found == [rows[1], rows[2] + rows[3]]


def test_a_changed_record_does_not_change_the_others(tmp_path: Path) -> None:
    source = tmp_path / "jokes.json"
    with Collection.create("memory:") as texts:
        source.write_text(json.dumps(JOKES))
        import_texts(texts, source)
        before = {entry.id: entry for entry in texts}
        source.write_text(json.dumps([JOKES[2], {**JOKES[1], "year": 1985}, JOKES[0]], indent=1))
        report = import_texts(texts, source)
        assert (report.added, report.updated, report.unchanged) == (1, 0, 2)
        for own, entry in before.items():
            # Where it stands in its file may have changed.
            assert evolve(texts.get(own), source=None) == evolve(entry, source=None)


def test_what_holds_no_text_is_rejected_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text('{"name": "package"}')
    (tmp_path / "two.json").write_text("{")
    (tmp_path / "one.csv").write_text("name,number\na,1\n")
    (tmp_path / "two.csv").write_text('text,number\n"a,1\n')
    (tmp_path / "three.csv").write_text("text,number\na\n")
    reasons = {}
    for path in tmp_path.iterdir():
        _, report = imported(path, format=path.suffix[1:])
        reasons |= {notice.source: notice.reason for notice in report.rejected}
    assert "no field holds a text: one has to be named body, text" in reasons["one.json"]
    assert reasons["two.json"].startswith("it is no JSON, line 1: Input data was truncated; ")
    assert "no column holds a text: one has to be named body, text" in reasons["one.csv"]
    assert reasons["two.csv"].startswith("the row after line 1: ")
    assert reasons["three.csv"] == "line 2 has not as many fields as the first, 2"


@pytest.mark.parametrize(
    "text",
    ["[" * 5_000 + "]" * 5_000, '[{"text":' * 3_000 + "1" + "}]" * 3_000,
     '{"text": "x", "a": ' + "[" * 700 + "]" * 700 + "}"],
)  # fmt: skip
def test_what_is_nested_too_deeply_is_rejected_or_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "deep.json").write_text(text)
    entries, report = imported(tmp_path)
    assert len(entries) + len(report.rejected) == 1
    assert all("nested too deeply" in notice.reason for notice in report.rejected)
    entries, report = imported(tmp_path, format="plain")
    assert [entry.body for entry in entries] == [text]


def test_a_text_in_parts_is_one_text_and_keeps_its_parts() -> None:
    parts = [
        "A ",
        {"type": "bold", "text": "bold"},
        " wish,\nand a ",
        {"type": "link", "text": "x"},
    ]
    message = {"id": 2, "from": "Ann", "text": parts}
    entry, blank = drafts_of({"name": "Wishes", "messages": [message, {"id": 1, "text": ""}]})
    assert (entry.body, blank.body) == ("A bold wish,\nand a x", "")
    assert entry.category == ("Wishes",)
    assert entry.attributes == {"id": 2, "from": "Ann", "text": parts}


@pytest.mark.parametrize("name", ["selftext", "full_text"])
def test_fields_of_known_sites_hold_the_text(name: str) -> None:
    (draft,) = drafts_of([{"title": "One", name: "Be well.", "score": 3}])
    assert (draft.title, draft.body, draft.attributes) == ("One", "Be well.", {"score": 3})


_CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20) | st.sampled_from(
    ["a\nb", 'a "b" c', "a,b;c\td|e"]
)


@given(st.lists(st.tuples(_CELLS, _CELLS.filter(str.strip)), min_size=1), st.sampled_from(",;\t|"))
def test_any_table_gives_its_texts(rows: list[tuple[str, str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([("title", "text"), *rows])
    source = SourceFile("jokes.csv", out.getvalue().encode(), encoding="utf-8")
    drafts = list(CsvImporter().parse(source))
    assert [draft.body for draft in drafts] == [text for _, text in rows]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda values: st.lists(values) | st.dictionaries(st.sampled_from(
            ["text", "title", "tags", "author", "date", "chapter", "items", "q", "a", "x"]
        ), values),
        max_leaves=12,
    )
)  # fmt: skip
def test_any_json_gives_drafts_or_none(value: Any) -> None:
    drafts = list(drafts_of(value))
    # A text alone is no record, but one of a list is an entry.
    assert not drafts or has_text(value) or isinstance(value, str)


@pytest.mark.slow
def test_real_records_are_all_there(corpora: Path, manifest: dict[str, dict[str, Any]]) -> None:
    files = {
        path: file["expected_entries"]
        for path, file in manifest.items()
        if path.startswith(("jokes-json/", "chinese-poetry/")) and file["expected_entries"]
    }
    for path, expected in files.items():
        entries, report = imported(corpora / path)
        assert not report.rejected
        assert len(entries) == expected, path
        assert all(entry.body.strip() for entry in entries), path
    jokes, _ = imported(corpora / "jokes-json/africanjokes.json")
    themes = {entry.category[1] for entry in jokes} | {tag for entry in jokes for tag in entry.tags}
    assert themes == set(manifest["jokes-json/africanjokes.json"]["expected_categories"])


def written(tmp_path: Path, name: str, text: str) -> tuple[list[Entry], ImportReport]:
    (tmp_path / name).write_text(text)
    return imported(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("bad.jsonl", '{"body":"one"}\n{"body":"two"\n{"body":"three"}\n', 2),
        ("bad.ndjson", '{"body":"one"}\n\n{"body":"two"},\n', 3),
        ("cut.json", '[{"body":"one"},\n{"body":"two"},\n{"bo', 3),
        ("cut.json", '{"body":"ö",\n"title": x}', 2),
        ("no-text.json", '{"name":"p"}', None),
    ],
)
def test_json_that_is_none_is_rejected_with_its_line(
    tmp_path: Path, name: str, text: str, line: int | None
) -> None:
    entries, report = written(tmp_path, name, text)
    assert not entries
    (rejected,) = report.rejected
    assert f"line {line}:" in rejected.reason if line else "no field holds" in rejected.reason


def test_lines_of_json_are_no_front_matter(tmp_path: Path) -> None:
    text = '{"body":"one"}\n{"body":"two"\n{"body":"three"}\n'
    entries, _ = written(tmp_path, "records.txt", text)
    assert [entry.body for entry in entries] == [text.rstrip()]
    entries, _ = written(tmp_path, "page.txt", '{"title": "x"}\n\nA text.\n')
    assert [(entry.title, entry.body) for entry in entries] == [("x", "A text.")]


def test_what_has_a_name_twice_is_kept_and_told(tmp_path: Path) -> None:
    text = '[{"body":"1","body":"2","title":"x"},{"body":"3"}]'
    (one, other), report = written(tmp_path, "dup.json", text)
    assert (one.body, one.attributes, other.body) == ("1", {"body 2": "2"}, "3")
    assert ["'body' twice" in warning.reason for warning in report.warnings] == [True]
    (row,), report = written(tmp_path, "two.csv", "title,title,text\na,b,c\n")
    assert (row.title, row.attributes) == ("a", {"title 2": "b"})
    assert ["two columns" in warning.reason for warning in report.warnings] == [True]


def test_values_without_a_text_are_counted(tmp_path: Path) -> None:
    entries, report = written(tmp_path, "mixed.json", '[null,\n1,"three","",{"x":[]}]')
    assert [entry.body for entry in entries] == ["three"]
    (warning,) = report.warnings
    assert warning.reason == "2 of its values hold no text and are not in, first in line 2"


def test_a_table_of_very_many_columns_takes_no_endless_time() -> None:
    began = time.process_time()
    assert len(set(unique(["text", *["column"] * 200_000]))) == 200_001
    assert time.process_time() - began < 10


def test_fields_with_names_of_the_users_own_are_taken_for_what_they_mean() -> None:
    data = json.dumps({"witze": [{"Überschrift": "One", "Witz": "Be well."}, 7, "x"]}).encode()
    fields = {"Überschrift": "title", "Witz": "text"}
    source = SourceFile("a", data)
    importer = JsonImporter(fields=fields)
    assert importer.recognises(source)
    draft = next(importer.parse(source))
    assert (draft.title, draft.body) == ("One", "Be well.")


def test_what_a_record_says_of_its_category_stands_below_that_of_its_group() -> None:
    texts = [{"text": "One.", "category": "short/dry"}, {"text": "Two."}]
    value = {"name": "jokes", "all": texts}
    found = [draft.category for draft in drafts_of(value, ())]
    assert found == [("jokes", "short", "dry"), ("jokes",)]
    book = {"title": "Rain", "chapter": "First", "text": "It rained."}
    (draft,) = drafts_of(book, ("web",))
    assert (draft.title, draft.category) == ("Rain", ("web", "First"))


def test_a_riddle_of_which_half_is_missing_is_what_there_is() -> None:
    (draft,) = drafts_of({"question": "Why?", "answer": "", "setup": "So.", "punchline": None}, ())
    assert draft.body.strip() == "Why?"


def test_a_number_that_is_too_long_to_be_read_is_said() -> None:
    def parsed(digits: int) -> list[str]:
        number = "1" * digits
        data = f'{{"text": "Be well.", "n": {number}, "n": 2}}'.encode()
        return [draft.body for draft in JsonImporter().parse(SourceFile("a.json", data))]

    assert parsed(4_300) == ["Be well."]
    with pytest.raises(ParseError, match="line 1: Integer value out of range"):
        parsed(4_301)


def test_a_table_whose_first_row_is_broken_is_rejected_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('title,"te"xt\nOne,Be well.\n')
    _, report = imported(tmp_path / "a.csv", format="csv")
    assert "the first row: " in report.rejected[0].reason


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("dares.json", '[{"n": 1, "dare": "Sing until we laugh."}, {"dare": "Stand on one leg."}]'),
        ("dares.jsonl", '{"dare": "Sing until we laugh."}\n{"dare": "Stand on one leg."}\n'),
        ("dares.csv", "dare,n\nSing until we laugh.,1\nStand on one leg.,2\n"),
        ("dares.json", '{"all": [{"dare": "我們笑之前請一直唱歌"}, {"dare": "請用一隻腳站著"}]}'),
    ],
)
def test_the_only_field_with_sentences_is_the_text(tmp_path: Path, name: str, written: str) -> None:
    path = tmp_path / name
    path.write_text(written, "utf-8")
    entries, report = imported(path)
    assert len(entries) == 2
    assert {len(entry.body) > 5 for entry in entries} == {True}
    (warning,) = report.warnings
    assert warning.reason.startswith("'dare' is taken for the text, as the only field with sent")


@pytest.mark.parametrize(
    "written",
    [
        '[{"a": "Two of them", "b": "are some words"}, {"a": "so none is", "b": "taken for it"}]',
        '[{"dare": "Only one record is here"}]',
        '[{"text": 1, "dare": "Sing until we laugh."}, {"text": 2, "dare": "Stand on one leg."}]',
        '[{"url": "https://example.org/a b c"}, {"url": "https://example.org/d e f"}]',
    ],
)
def test_what_may_be_the_text_or_not_is_asked_for(tmp_path: Path, written: str) -> None:
    (tmp_path / "a.json").write_text(written, "utf-8")
    entries, report = imported(tmp_path / "a.json")
    assert not entries
    assert report.rejected[0].reason.endswith("say which one it is, with --field NAME=text")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # The parser says of the first four that they were cut off.
        ('[{"text": "One."},\n{"text": "\\ud83d"}\n]\n', ", line 2: \\ud83d is half a character"),
        ('{"text": "One."}\n{"text": "\\uD83D"}\n', ", line 2: \\uD83D is half a character"),
        ('[{"text": "\\ud83d\\ude00"},\n{"text": "One."', ", line 2: Input data was truncated"),
        ('[{"text": "\\\\ud83d"},\n{"text": "One."', ", line 2: Input data was truncated"),
        ('{"text": "One.", "n": 1e999}\n{"text": "Two."}\n', ": Number out of range"),
    ],
)
def test_what_is_no_json_is_said_with_the_line_where_it_is_known(text: str, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        [*JsonImporter().parse(SourceFile("a.json", text.encode()))]
    assert f"it is no JSON{reason}" in str(caught.value)
