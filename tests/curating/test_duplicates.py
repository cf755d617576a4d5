"""Texts that are there twice: found whatever they are written in, and nothing else."""

import random
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib import Collection, Contributor, Entry, import_texts
from collectionlib.curating.duplicates import find_duplicates, remove_duplicates
from collectionlib.curating.duplicates.candidates import candidates, rows_of_a_band
from collectionlib.curating.duplicates.sketches import (
    likeness,
    sketches,
    sketches_in_python,
)
from collectionlib.curating.duplicates.texts import comparable, normalised, shingles, similarity
from collectionlib.errors import InvalidValueError
from collectionlib.identity import entry_id

SCRIPTS = {
    "Latin": "abcdefghijklmnop",
    "Cyrillic": "абвгдежзийклмноп",
    "Arabic": "ابتثجحخدذرزسش",
    "Devanagari": "कखगघचछजझटठ",
    "Han": [chr(code) for code in range(0x4E00, 0x4F00)],
    "Kana": [chr(code) for code in range(0x3041, 0x3090)],
    "Thai": [chr(code) for code in range(0x0E01, 0x0E2F)],
}
UNSPACED = ("Han", "Kana", "Thai")
MAKERS = {"rensa": sketches, "python": sketches_in_python}


def _words(chance: random.Random, script: str, number: int) -> list[str]:
    if script in UNSPACED:
        return chance.choices(SCRIPTS[script], k=number)
    letters = SCRIPTS[script]
    return ["".join(chance.choices(letters, k=chance.randint(2, 7))) for _ in range(number)]


def _text(words: list[str], script: str) -> str:
    return ("" if script in UNSPACED else " ").join(words)


def _entry(name: str, body: str, **more: object) -> Entry:
    return Entry(id=entry_id(name), body=body, **more)  # type: ignore[arg-type]


def _collection(entries: list[Entry], location: str = "memory:") -> Collection:
    collection = Collection.create(location)
    with collection.transaction() as batch:
        for entry in entries:
            batch.put(entry)
    return collection


def _found(collection: Collection, **options: object) -> set[frozenset[str]]:
    clusters = find_duplicates(collection, **options)  # type: ignore[arg-type]
    return {frozenset([c.kept.id, *(each.id for each in c.duplicates)]) for c in clusters}


# --- what is the same ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Be well!", "be  WELL"),
        ("“Don't”, he said.", "‘Don’t’ he said"),
        ("祝福，新年快乐！", "祝福 新年\n快乐"),
        ("Ｆｕｌｌ　width", "full width"),
        ("STRASSE", "Straße"),
        ("e\u0301te\u0301", "été"),
        ("soft\u00adhyphen", "softhyphen"),
        ("می\u200cخواهم", "میخواهم"),
    ],
)
def test_case_punctuation_blanks_and_widths_make_no_other_text(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 + 1", "1 - 1"),
        ("5.0", "50"),
        ("10 $", "10 €"),
        ("resume", "résumé"),
        ("ไม่", "ไม้"),
        ("😀 ok", "😢 ok"),
        ("一", "二"),
    ],
)
def test_letters_accents_digits_and_symbols_do(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def test_a_short_text_is_told_apart_by_its_title() -> None:
    question = _entry("1", "A dog!", title="What barks?")
    other = _entry("2", "A dog!", title="What bites?")
    assert comparable(question) != comparable(other)
    body = "a long text of many words " * 5
    assert comparable(_entry("3", body, title="One")) == comparable(_entry("4", body, title="Two"))


def test_texts_of_punctuation_alone_are_compared_to_the_letter_and_empty_ones_not_at_all() -> None:
    entries = [_entry(str(n), body) for n, body in enumerate(["* * *", "*  *  *", "- - -", "", ""])]
    assert _found(_collection(entries)) == {frozenset([entries[0].id, entries[1].id])}


# --- sketches -----------------------------------------------------------------------------------


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("number", [4, 40, 400])
def test_sketches_are_as_alike_as_their_texts(maker: str, number: int) -> None:
    chance = random.Random(number)
    errors = []
    for _ in range(40):
        words = _words(chance, "Latin", number)
        changed = [*words[: number // 2], *_words(chance, "Latin", number - number // 2)]
        one, other = " ".join(words), " ".join(changed)
        sketch, another = MAKERS[maker]([one, other])
        errors.append(likeness(sketch, another) - similarity(shingles(one), shingles(other)))
    assert abs(sum(errors) / len(errors)) < 0.03
    assert max(map(abs, errors)) < 0.2


def test_a_sketch_is_the_same_in_every_process() -> None:
    sketch = sketches_in_python(["be well and happy", "祝福"])
    assert [each[:4].hex() for each in sketch] == ["5800df20", "4d5ba04c"]


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8, 0.95])
def test_texts_at_the_threshold_nearly_always_become_candidates(threshold: float) -> None:
    rows = rows_of_a_band(threshold)
    chance = random.Random(1)
    sketch = bytes(chance.randrange(256) for _ in range(512))
    agreeing = bytearray(sketch)
    for place in chance.sample(range(128), round(128 * (1 - threshold) * 0.9)):
        agreeing[4 * place] ^= 1
    assert rows >= 1
    assert set(candidates([sketch, bytes(512), bytes(agreeing)], threshold)) == {(0, 2)}


# --- what is found ------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=40)
@given(st.data())
def test_a_planted_near_duplicate_is_found_and_no_other_pair(data: st.DataObject) -> None:
    script = data.draw(st.sampled_from(sorted(SCRIPTS)))
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    number = data.draw(st.integers(40, 200))
    words = _words(chance, script, number)
    changed = list(words)
    # Each changed word takes at most four shingles, of which there are as many as words.
    for place in chance.sample(range(number), max(1, number // 80)):
        changed[place] = _words(chance, script, 1)[0] + "x"
    others = [_text(_words(chance, script, number), script) for _ in range(20)]
    bodies = [_text(words, script), *others, _text(changed, script)]
    entries = [_entry(str(n), body) for n, body in enumerate(bodies)]
    collection = _collection(entries)
    assert _found(collection, threshold=0.7) == {frozenset([entries[0].id, entries[-1].id])}


@settings(max_examples=60)
@given(
    st.lists(st.text("ab一二 .!", max_size=30), max_size=12), st.sampled_from([0.3, 0.5, 0.8, 1.0])
)
def test_every_pair_that_is_called_spare_is_as_similar_as_asked_for(
    bodies: list[str], threshold: float
) -> None:
    entries = {entry_id(str(n)): _entry(str(n), body) for n, body in enumerate(bodies)}
    for cluster in find_duplicates(_collection([*entries.values()]), threshold=threshold):
        kept = comparable(entries[cluster.kept.id])
        for each in cluster.duplicates:
            text = comparable(entries[each.id])
            assert kept
            assert text
            assert (each.similarity == 1) == (kept == text)
            common = 1.0 if kept == text else similarity(shingles(kept), shingles(text))
            assert each.is_spare == (common >= threshold and (threshold < 1 or kept == text))


@pytest.mark.parametrize("location", ["memory:", "jokes/", "jokes.db", "jokes.json"])
def test_the_same_is_found_in_every_storage_and_without_rensa(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    chance = random.Random(7)
    bodies = [" ".join(_words(chance, "Latin", 60)) for _ in range(30)]
    entries = [_entry(str(n), body) for n, body in enumerate([*bodies, *bodies[:3]])]
    entries += [_entry(f"near {n}", f"{body} more") for n, body in enumerate(bodies[2:6])]
    place = location if location == "memory:" else str(tmp_path / location)
    with _collection(entries, place) as collection:
        found = [*find_duplicates(collection)]
        assert sorted(len(cluster.duplicates) for cluster in found) == [1, 1, 1, 1, 1, 2]
        monkeypatch.setitem(__import__("sys").modules, "rensa", None)
        assert [*find_duplicates(collection)] == found


def test_texts_that_share_the_frame_of_a_site_take_no_quadratic_time() -> None:
    chance = random.Random(5)
    frame = " ".join(_words(chance, "Latin", 60))
    bodies = [f"{frame} {' '.join(_words(chance, 'Latin', 60))}" for _ in range(600)]
    bodies.append(f"{bodies[300]} again")
    made = sketches([normalised(body) for body in bodies])
    pairs = [*candidates(made, 0.8)]
    assert (300, 600) in pairs
    assert len(pairs) < len(bodies) * 32 * 21
    assert len(_found(_collection([_entry(str(n), b) for n, b in enumerate(bodies)]))) == 1


def test_a_proverb_in_two_collections_is_found(corpora: Path) -> None:
    with Collection.create("memory:") as proverbs:
        import_texts(proverbs, corpora / "fortunes/de/sprichworte")
        import_texts(proverbs, corpora / "fortunes/de/sprueche")
        found = [*find_duplicates(proverbs)]
    assert len(found) == 3
    [cluster] = [each for each in found if "Wissenden reden" in each.kept.label]
    assert len(cluster.duplicates) == 2


def test_a_threshold_out_of_its_bounds_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="threshold"):
        find_duplicates(_collection([]), threshold=0.1)


# --- which one is kept --------------------------------------------------------------------------

LIKE = [
    _entry("a", "Be well and happy, all of you, my friends", created="2019"),
    _entry("b", "Be well and happy, all of you, my friends!", created="2018-05"),
    _entry("c", "Be well and happy, all of you, my friends…!?", created="2020", tags=("x",)),
    _entry("d", "Be well and happy all of you my friends", rights="CC0-1.0", language="en"),
]


@pytest.mark.parametrize(
    ("policy", "kept"), [("best", 3), ("longest", 2), ("newest", 2), ("oldest", 1)]
)
def test_a_policy_says_which_one_is_kept(policy: str, kept: int) -> None:
    [cluster] = find_duplicates(_collection(LIKE), keep=policy)  # type: ignore[arg-type]
    assert cluster.kept.id == LIKE[kept].id
    assert len(cluster.duplicates) == 3


def test_the_first_one_is_the_first_in_reading_order() -> None:
    collection = _collection(LIKE)
    [cluster] = find_duplicates(collection, keep="first")
    assert cluster.kept.id == next(iter(collection)).id


# --- removing -----------------------------------------------------------------------------------


def test_what_is_similar_only_through_another_stays() -> None:
    words = [f"word{n}" for n in range(60)]
    chain = [" ".join(words[start : start + 40]) for start in (0, 4, 8)]
    collection = _collection([_entry(str(n), body) for n, body in enumerate(chain)])
    clusters = [*find_duplicates(collection, threshold=0.8)]
    assert [len(cluster.duplicates) for cluster in clusters] == [2]
    spare = {each.id for each in clusters[0].duplicates if each.is_spare}
    assert set(remove_duplicates(collection, clusters).removed) == spare
    assert len(collection) == 3 - len(spare)
    assert len(spare) < 2 or clusters[0].kept.id == entry_id("1")


def test_what_was_changed_since_it_was_found_stays() -> None:
    collection = _collection(LIKE)
    clusters = [*find_duplicates(collection)]
    with collection.transaction() as batch:
        batch.put(evolve(LIKE[0], body="Something else entirely"))
        batch.delete(LIKE[1].id)
    done = remove_duplicates(collection, clusters)
    assert done.removed == (LIKE[2].id,)
    assert set(done.changed) == {LIKE[0].id, LIKE[1].id}
    with collection.transaction() as batch:
        batch.put(LIKE[2])
        batch.delete(LIKE[3].id)
    assert remove_duplicates(collection, clusters).removed == ()


def test_an_author_counts_for_the_best() -> None:
    known = evolve(LIKE[1], contributors=(Contributor(name="A"),))
    [cluster] = find_duplicates(_collection([LIKE[0], known]))
    assert cluster.kept.id == known.id
