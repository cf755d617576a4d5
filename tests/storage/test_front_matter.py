import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collectionlib.model import Entry
from collectionlib.storage import front_matter
from collectionlib.storage.front_matter import entry_of, read_front_matter, written
from collectionlib.testing import strategies


@given(strategies.entries())
def test_what_is_written_reads_back_and_is_yaml(entry: Entry) -> None:
    data = written(entry, with_category=True)
    front = read_front_matter(data)
    again = entry_of(
        front,
        name="none",
        markup=entry.markup,
        category=entry.category,
    )
    assert again == entry
    head = data.decode()[4:].partition("\n---\n")[0]
    assert front_matter._yaml_values(head) == front.values


_SCALARS = ("yes", "no", "~", "null", "1e3", "012", "0o17", "1_000", ".5", "-0", "[a, b]", '"a"',
            "'a'", "a # b", "a: b", "|", "> x", "2019-05-03", "a b", "é", "*a", "&a b", "!t x",
            "{a: 1}", '{"a": 1}', "1.0", "-1e16", "", " x", "x ", '"a" # b', "# b", "- a",
            "a\n  b", '"a\n\n  b"', "nan", ".inf")  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(_SCALARS)), min_size=1))
@example([("a", "x ")])
def test_the_quick_reading_is_yaml_s_or_none(lines: list[tuple[str, str]]) -> None:
    head = "\n".join(f"{key}: {value}" for key, value in lines)
    quick = front_matter._own_values(head)
    if len({key for key, _ in lines}) < len(lines):
        assert quick is None
    if quick is not None:
        assert quick == front_matter._yaml_values(head)
        assert list(map(type, quick.values())) == list(
            map(type, front_matter._yaml_values(head).values())
        )


def test_a_number_with_a_zero_before_it_is_text() -> None:
    data = b"---\nzip: 01234\nnone: 0\nhalf: 0.5\nmore: -12\ncode: -007\n---\n"
    assert read_front_matter(data).values == {
        "zip": "01234", "none": 0, "half": 0.5, "more": -12, "code": "-007",
    }  # fmt: skip


def test_a_number_where_words_are_meant_is_words() -> None:
    data = b"---\ntitle: 1984\ncreated: 1949\ntags: [2019, a]\nweight: 5\n---\nBig Brother."
    front = read_front_matter(b"---\nid: 0chgm9qjpmfdsafq\n" + data[4:])
    entry = entry_of(front, name="x", markup="plain", category=())
    assert (entry.title, entry.created, entry.tags) == ("1984", "1949", ("2019", "a"))
    assert entry.attributes == {"weight": 5}


@pytest.mark.parametrize(
    ("data", "values", "body"),
    [
        (b"---\n---\nBe well.\n", {}, "Be well."),
        (b"---\n---\nBe well.\n---\nBe happy.\n", {}, "Be well.\n---\nBe happy."),
        (b"---\ntitle: A wish\n---", {"title": "A wish"}, ""),
        (b"---\n# Nothing yet.\n---\nBe well.\n", {}, "Be well."),
        (b"\xef\xbb\xbfBe well.\n", {}, "Be well."),
    ],
)
def test_front_matter_may_be_empty_or_all_there_is(
    data: bytes, values: dict[str, str], body: str
) -> None:
    front = read_front_matter(data)
    assert (front.values, front.body) == (values, body)
