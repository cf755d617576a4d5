"""What is wrong with a collection, on each storage, and what is mended."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import Collection, Contributor, Entry, Source, import_texts
from collectionlib.curating.checking import CODES, FIXABLE, check, chosen_codes, fix, left_out
from collectionlib.curating.checking.texts import HUGE
from collectionlib.errors import InvalidValueError
from collectionlib.identity import entry_id
from collectionlib.model import Category, Metadata

ROOT = Path(__file__).parents[2]
LOCATIONS = ["memory:", "jokes/", "jokes.db", "jokes.json"]
MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
GERMAN = (
    "Der Wind und die Sonne stritten sich einmal, wer von ihnen beiden wohl der Stärkere wäre, "
    "als ein Wanderer, der in einen warmen Mantel gehüllt war, des Weges daherkam."
)
GOOD = {"rights": "CC0-1.0", "language": "en"}


def _entry(name: str, body: str, **more: object) -> Entry:
    return Entry(id=entry_id(name), body=body, **{**GOOD, **more})  # type: ignore[arg-type]


def _collection(entries: list[Entry], location: str = "memory:", **more: object) -> Collection:
    collection = Collection.create(location, **more)  # type: ignore[arg-type]
    with collection.transaction() as batch:
        for entry in entries:
            batch.put(entry)
    return collection


def _codes(entry: Entry) -> list[str]:
    return [finding.code for finding in check(_collection([entry]))]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (_entry("a", " \n"), "text-empty"),
        (_entry("a", "\u200b", title="One"), "text-empty"),
        (_entry("a", "a" * (HUGE + 1)), "text-huge"),
        (_entry("a", "Caf\ufffd, s'il vous pla\ufffdt"), "letters-lost"),
        (_entry("a", "Good.", title="Caf\ufffd"), "letters-lost"),
        (_entry("a", "Une journÃ©e d'Ã©tÃ©"), "mojibake"),
        (_entry("a", GERMAN), "language-other"),
        (_entry("a", "你们说这是为了什么？我们还没有来过。"), "language-other"),
        (_entry("a", "你们说这是为了什么？我们还没有来过。", language="zh-Hant"), "language-other"),
        (_entry("a", "Good.", language="EN-gb"), "language-spelling"),
        (_entry("a", "Good.", language="iw"), "language-spelling"),
        (_entry("a", "Good.", language=None), "language-missing"),
        (_entry("a", "Good.", rights=None), "rights-missing"),
        (_entry("a", "You f***ing fool, said the * * * *, and left."), "censored"),
        (_entry("a", "Good.", category=("Few",)), "category-small"),
    ],
)
def test_what_is_wrong_has_a_code(entry: Entry, code: str) -> None:
    assert _codes(entry) == [code]


@pytest.mark.parametrize(
    "entry",
    [
        _entry("a", "Good."),
        _entry("a", "a" * HUGE),
        _entry("a", "Für Élise.\n\n* * *\n\nThe **end**."),
        _entry("a", GERMAN, language="de-AT"),
        _entry("a", GERMAN, language="mul"),
        _entry("a", GERMAN, language="gsw"),
        _entry("a", "你们说这是为了什么？我们还没有来过。", language="zh"),
        _entry("a", "你们说这是为了什么？我们还没有来过。", language="zh-CN"),
        _entry("a", "Good.", language="zh-Hant-TW"),
        _entry("a", "Good.", language="sl-rozaj-biske-1994"),
        _entry("a", "Good.", language="de-DE-u-co-phonebk"),
    ],
)
def test_what_is_right_has_none(entry: Entry) -> None:
    assert _codes(entry) == []


def _wrong_entries() -> list[Entry]:
    return [
        _entry("empty", "", category=("A",)),
        _entry("mojibake", "Ein schÃ¶ner Tag", category=("A", "B")),
        _entry("other", GERMAN, category=("A",)),
        _entry("tag", "Good.", language="en-us", category=("A",)),
        _entry("none", "Good.", language=None, rights=None, category=("C",)),
        _entry("censored", "He said **** and left.", category=("D",)),
    ]


def test_every_storage_has_the_same_findings(tmp_path: Path) -> None:
    found = []
    for location in LOCATIONS:
        place = location if location == "memory:" else str(tmp_path / location)
        with _collection(_wrong_entries(), place) as collection:
            with collection.transaction() as batch:
                batch.set_category(Category(path=("E",), title="Nothing"))
            found.append(list(check(collection)))
    assert found[0] == found[1] == found[2] == found[3]
    assert [(each.code, each.category, each.count) for each in found[0][-5:]] == [
        ("language-missing", ("C",), 1),
        ("category-small", ("A", "B"), 1),
        ("category-small", ("C",), 1),
        ("category-small", ("D",), 1),
        ("category-small", ("E",), 0),
    ]
    assert {each.code for each in found[0]} == CODES.keys() - {
        "damaged", "id-repeated", "text-huge", "letters-lost",
    }  # fmt: skip


def test_what_the_collection_says_an_entry_need_not_say() -> None:
    said = Metadata(rights="CC0-1.0", language="en")
    bare = [_entry(str(n), "Good.", rights=None, language=None) for n in range(3)]
    assert [*check(_collection(bare, metadata=said))] == []
    found = [*check(_collection(bare))]
    assert [(each.code, each.message, each.count) for each in found] == [
        ("rights-missing", "all 3 entries say no rights", 3),
        ("language-missing", "all 3 entries say no language", 3),
    ]


def test_what_many_lack_is_told_once_unless_each_is_asked_for() -> None:
    entries = [
        _entry(f"{top} {n}", "Good.", rights=None if n else "CC0-1.0", category=(str(top),))
        for top in range(9)
        for n in range(4)
    ]
    few, many = _collection(entries[:8]), _collection(entries)
    assert [each.message for each in check(few)] == ["3 of 4 entries say no rights"] * 2
    assert [each.message for each in check(many)] == ["27 of 36 entries say no rights"]
    assert len({each.entry_id for each in check(many, each=True)}) == 27


def test_only_what_is_asked_for_is_looked_for() -> None:
    assert chosen_codes(["mojibake", "censored"], ["censored"]) == {"mojibake"}
    assert chosen_codes(CODES, severity="error") == {"damaged", "id-repeated"}
    assert "censored" not in chosen_codes(CODES, severity="warning")
    with pytest.raises(InvalidValueError, match=r"code is none of damaged, .*'nonsense'"):
        check(_collection([]), ["nonsense"])
    found = check(_collection(_wrong_entries()), ["text-empty"])
    assert [each.code for each in found] == ["text-empty"]


def test_without_the_extras_the_rest_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from collectionlib.importing.cleaning import mojibake
    from collectionlib.importing.languages import statistics

    mojibake._repair.cache_clear()
    statistics._identifier.cache_clear()
    for name in ("ftfy", "py3langid", "py3langid.langid"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    try:
        assert len(left_out(CODES)) == 2
        assert left_out(["censored"]) == []
        codes = {each.code for each in check(_collection(_wrong_entries()))}
        assert "text-empty" in codes
        assert not codes & {"mojibake", "language-other"}
    finally:
        mojibake._repair.cache_clear()
        statistics._identifier.cache_clear()


# --- damage -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_is_damaged_is_told_and_the_rest_looked_at(tmp_path: Path) -> None:
    place = tmp_path / "jokes"
    with _collection(_wrong_entries(), f"{place}/") as collection:
        whole = [*check(collection)]
        (place / "bad.txt").write_bytes(b"\xff\xfe")
        found = [*check(collection)]
    assert [each.code for each in found if each.path] == ["damaged"]
    assert [each for each in found if not each.path] == whole


def test_two_places_with_one_id_are_told(tmp_path: Path) -> None:
    good = [_entry("one", "Good."), _entry("two", "Better.")]
    with _collection(good, f"{tmp_path}/jokes/") as folder:
        [first, _] = sorted((tmp_path / "jokes").glob("*.txt"))
        first.with_name("a copy of it.txt").write_bytes(first.read_bytes())
        [copy] = check(folder)
        assert (copy.code, copy.fixable) == ("id-repeated", True)
        before = sorted(folder, key=lambda entry: entry.id)
        [fixed] = fix(folder, clock=lambda: MOMENT)
        assert (fixed.entry_id, fixed.codes) == (copy.entry_id, ("id-repeated",))
        assert [*check(folder)] == []
        assert sorted(folder, key=lambda entry: entry.id) == before
    with _collection(good, f"{tmp_path}/jokes.json"):
        pass
    lines = (tmp_path / "jokes.json").read_text().replace(good[1].id, good[0].id)
    (tmp_path / "jokes.json").write_text(lines)
    with Collection.open(tmp_path / "jokes.json") as file:
        assert [(each.code, each.fixable) for each in check(file)] == [("id-repeated", False)]
        assert fix(file) == []


# --- mending ------------------------------------------------------------------------------------

TEXTS = {
    "windows-1252": "Où êtes-vous allés l'été dernier ? À la plage, près de Sète.",
    "windows-1250": "Příliš žluťoučký pes úpěl ďábelské ódy.",
    "windows-1251": "Съешь ещё этих мягких французских булок, да выпей чаю.",
    "cp437": "Fränzchen übt größere Sprünge, und Käthe schläft.",
    "macroman": "¿Qué pasó mañana? El niño comió piñas.",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_mojibake_that_is_sure_is_mended_to_the_letter(encoding: str) -> None:
    right = _entry("a", TEXTS[encoding], title=TEXTS[encoding].partition(" ")[0])
    wrong = evolve(
        right,
        body=right.body.encode().decode(encoding),
        title=right.title.encode().decode(encoding),
        source=Source(uri="a.txt"),
        contributors=(Contributor(name="André".encode().decode("latin-1")),),
    )
    collection = _collection([wrong])
    [finding] = check(collection, ["mojibake"])
    assert finding.fixable
    [fixed] = fix(collection, clock=lambda: MOMENT)
    mended = collection.get(right.id)
    assert fixed.codes == ("mojibake",)
    assert mended.body == right.body
    assert mended.contributors[0].name == "André"
    assert mended.source
    assert mended.source.changes == ("mojibake",)
    assert mended.modified == MOMENT
    assert fix(collection) == []


def test_what_is_not_sure_is_told_and_left_alone(tmp_path: Path) -> None:
    lossy = _entry("a", "Ã\xa0 bientÃ´t".replace("\xa0", " "))
    collection = _collection([lossy])
    [finding] = check(collection, ["mojibake"])
    assert not finding.fixable
    assert fix(collection) == []
    assert collection.get(lossy.id) == lossy


def test_a_tag_is_written_as_recommended() -> None:
    tags = {"EN-gb": "en-GB", "iw": "he", "zh-hANT-tw": "zh-Hant-TW", "sr-latn-rs": "sr-Latn-RS"}
    collection = _collection([_entry(tag, "Good.", language=tag) for tag in tags])
    assert {each.codes for each in fix(collection)} == {("language-spelling",)}
    assert {entry.language for entry in collection} == set(tags.values())


def test_only_the_codes_that_are_chosen_are_mended() -> None:
    collection = _collection(_wrong_entries())
    assert fix(collection, ["censored"]) == []
    assert [each.codes for each in fix(collection, ["mojibake"])] == [("mojibake",)]
    assert [each.codes for each in fix(collection)] == [("language-spelling",)]
    assert FIXABLE == ("id-repeated", "mojibake", "language-spelling")


@settings(max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_mending_right_text_loses_nothing_of_it(body: str) -> None:
    entry = _entry("a", body)
    collection = _collection([entry])
    fix(collection, ["mojibake"])
    mended = collection.get(entry.id)
    if mended != entry:
        # Then what stood there is what one gets by reading it in a wrong encoding.
        assert len(mended.body) < len(body)
    assert fix(collection, ["mojibake"]) == [] or mended != entry


# --- real texts ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "language", "others"),
    [
        ("fortunes/en/songs-poems", "en", 2),  # two translations of the Jabberwocky
        ("fortunes/de/sprueche", "de", 0),
        ("fortunes/zh/tang300", "zh-Hans", 0),
    ],
)
def test_texts_in_their_language_raise_no_alarm(
    corpora: Path, file: str, language: str, others: int
) -> None:
    with Collection.create("memory:", language=language) as collection:
        import_texts(collection, corpora / file)
        with collection.transaction() as batch:
            for entry in list(collection):
                batch.put(evolve(entry, language=language))
        found = [each.code for each in check(collection) if each.severity != "note"]
    assert found == ["language-other"] * others


def test_the_page_of_the_codes_has_the_codes_of_the_table() -> None:
    page = (ROOT / "docs/reference/check.md").read_text("utf-8")
    rows = [
        line
        for line in page.splitlines()
        if re.match(r"\| `[a-z-]+` \| (error|warning|note)", line)
    ]
    fixable = {code: "yes" if code in FIXABLE else "" for code in CODES}
    assert rows == [
        f"| `{code}` | {rule.severity} | {rule.rule} | {rule.remedy} | {fixable[code]} |"
        for code, rule in CODES.items()
    ]
