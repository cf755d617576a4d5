import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectionlib.errors import InvalidValueError
from collectionlib.identity import (
    cjk_number,
    entry_id,
    format_category_path,
    is_entry_id,
    natural_key,
    natural_keys,
    parse_category_path,
)


@given(st.lists(st.text(), max_size=4))
def test_ids_have_the_form_of_ids_whatever_they_are_made_of(parts: list[str]) -> None:
    assert is_entry_id(entry_id(*parts))


def test_the_borders_between_parts_count() -> None:
    assert (
        len({entry_id("ab", "c"), entry_id("a", "bc"), entry_id("abc"), entry_id("abc", "")}) == 4
    )


def test_an_id_is_the_same_in_every_version() -> None:
    # Kept collections hold these: a change here would orphan them.
    assert entry_id("archive/sub/one.txt") == "0chgm9qjpmfdsafq"
    assert entry_id("é", "\ud800") == "h4f4m77gbycm86kn"
    assert entry_id() == "dygxhz7xe684dnv2"


@given(st.lists(st.text().filter(lambda name: name.strip()), max_size=5).map(tuple))
def test_category_paths_read_back(path: tuple[str, ...]) -> None:
    assert parse_category_path(format_category_path(path)) == path


def test_a_category_path_is_written_with_slashes() -> None:
    assert format_category_path(("a", "b/c", "d\\")) == r"a/b\/c/d\\"


@pytest.mark.parametrize("text", ["a//b", "/a", "a/", " "])
def test_a_category_path_with_an_empty_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        parse_category_path(text)
    assert str(refused.value) == f"category has an empty name: {text!r}"


@pytest.mark.parametrize("text", [r"a\b", "a\\"])
def test_a_backslash_that_escapes_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        parse_category_path(text)
    assert str(refused.value) == f"category has a backslash that escapes nothing: {text!r}"


@pytest.mark.parametrize(
    "ordered",
    [
        ["1", "2", "10", "010a", "100"],
        ["a1b2", "a1b10", "a2"],
        ["x/2/a", "x/10/a", "x 1/a", "x1"],
        ["第一章", "第二章", "第九章", "第十章", "第十一章", "第二十章", "第一百零一章"],
        ["卷一", "卷二", "卷十"],
        ["page ٢", "page ١٠"],
        ["２", "１０"],
        ["", "a", "B", "c"],
        ["9" * 30, "1" + "0" * 30],
        ["1" * 9_999, "1" * 10_000, "2" * 10_000, "x"],
        ["第十九章", "第二十章"],
    ],
)
def test_natural_order(ordered: list[str]) -> None:
    disordered = list(reversed(ordered))
    assert sorted(disordered, key=natural_key) == ordered


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "\0"),
        ("0", "00000\x000"),
        ("Part 2/File 010.txt", "part 000012\x01file 0000210.txt\0Part 2/File 010.txt"),
        ("1" * 20, "00020" + "1" * 20 + "\0" + "1" * 20),
        ("É 007/第十２.x", "é 000017\x01第0000210000012.x\0É 007/第十２.x"),
        ("第二十章/٢٣", "第0000220章\x010000223\0第二十章/٢٣"),
        ("第〇〇七章", "第000017章\0第〇〇七章"),
        ("ß7", "ss000017\0ß7"),
    ],
)
def test_a_key_is_the_same_in_every_version(text: str, key: str) -> None:
    # Databases keep these, and compare them with those of new entries.
    assert natural_key(text) == key


def test_a_chinese_numeral_that_numbers_nothing_is_a_letter() -> None:
    assert natural_key("一生") == "一生\x00一生"


@given(st.lists(st.text(), min_size=2, max_size=2, unique=True))
def test_different_texts_have_different_keys(texts: list[str]) -> None:
    assert natural_key(texts[0]) != natural_key(texts[1])


@given(st.lists(st.text(st.sampled_from("aAéßİ/019٢２一十第章\n\x00\x01 "))))
def test_many_keys_at_once_are_those_that_come_one_by_one(texts: list[str]) -> None:
    assert natural_keys(texts) == [natural_key(text) for text in texts]


@given(st.integers(1, 99_999_999))
def test_cjk_numbers_are_read(number: int) -> None:
    assert cjk_number(_chinese(number)) == number


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("十", 10), ("十九", 19), ("一〇五", 105), ("廿三", 23), ("卅一", 31), ("万", 10_000),
     ("二億三千万", 230_000_000), ("一万二", 10_002)],
)  # fmt: skip
def test_cjk_numbers_of_every_kind(numeral: str, number: int) -> None:
    assert cjk_number(numeral) == number


def _chinese(number: int) -> str:
    if number >= 10_000:
        rest = _chinese(number % 10_000) if number % 10_000 else ""
        return _chinese(number // 10_000) + "万" + rest
    units = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))
    return "".join(
        "零一二三四五六七八九"[digit] + unit
        for size, unit in units
        if (digit := number // size % 10)
    )
