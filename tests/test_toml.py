"""Lines of keys in TOML that people write in all its ways."""

from __future__ import annotations

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from collectionlib._toml import TomlFile

TEXT = '''# [book] is not here
title = """
[book]
title = "no"
"""
list = [
  "[part]", # a = 1
  { deep = 1 },
]

[book]
"the title" = 'x # y'
series.title = "S"

  [[part]]
query = "a"
[[part.part]]
query = "b"
[[part.part]]
[[part]]
[[part.part]]
'a.b' = 1
'''


def test_each_key_is_on_its_line() -> None:
    lines = TEXT.split("\n")
    file = TomlFile.parse(TEXT, "x.toml")
    for keys, said in {
        ("title",): "title =",
        ("list", 1, "deep"): "list =",
        ("book",): "[book]",
        ("book", "the title"): '"the title"',
        ("book", "series", "title"): "series.title",
        ("part", 0): "[[part]]",
        ("part", 0, "query"): 'query = "a"',
        ("part", 0, "part", 0, "query"): 'query = "b"',
        ("part", 1, "part", 0, "a.b"): "'a.b'",
    }.items():
        assert said in lines[file.line(*keys) - 1], keys
    assert file.line("part", 0, "part", 1) == file.line("part", 0, "part", 0) + 2
    assert file.line("book") == lines.index("[book]", 10) + 1
    assert file.line_of("b") == lines.index('query = "b"') + 1
    assert file.line("nowhere") == 1


_NAMES = st.text(alphabet="ab.\"'[]#=é \\", min_size=1, max_size=4)
_VALUES = st.one_of(st.integers(), st.text(alphabet="a\"'[]#=\n\\", max_size=8), st.booleans())


@settings(max_examples=60)
@given(
    st.recursive(
        st.dictionaries(_NAMES, _VALUES, max_size=3),
        lambda inner: st.dictionaries(_NAMES, st.one_of(_VALUES, inner), max_size=3),
        max_leaves=8,
    )
)
def test_every_key_of_any_file_is_found_where_it_is(table: dict[str, object]) -> None:
    text = tomlkit.dumps(table)
    file = TomlFile.parse(text, "x.toml")
    assert file.table == table
    for name in table:
        line = text.split("\n")[file.line(name) - 1]
        assert tomlkit.key(name).as_string() in line, (name, text)
