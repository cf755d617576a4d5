"""Hypothesis strategies for the whole model: everything that it accepts, the nasty first."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from ..identity import CategoryPath, EntryId
from ..model import Category, Contributor, Entry, JSONValue, Metadata, Series, Source, Subject
from ..query import (
    AllOf,
    AnyOf,
    Compare,
    Contains,
    Equals,
    FullText,
    Glob,
    Has,
    InCategory,
    InLanguage,
    Matches,
    Not,
    Order,
    Predicate,
    SortBy,
    fields,
)

__all__ = [
    "bodies",
    "categories",
    "entries",
    "entry_ids",
    "lines",
    "metadata",
    "orders",
    "predicates",
    "small_entries",
]

_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# What file systems, YAML, TOML, SQL and XML trip over.
_NASTY_NAMES = (
    "CON", "nul.txt", "a/b", "..", ".", ".hidden", "x.", "x ", " x", "a\\b", "a:b", "%41", "100%",
    "é", "e\u0301", "É", "a\u200cb", "אב", "\u202eabc", "𝔸", "~", "null", "yes", "1e3", "0o17",
    "2019-05-03", "- x", "# x", "x: y", "'", '"', "---", "*", "&a", "!t", "|", "[", "{", "\ufeffx",
    "collection.toml", "一", "第十", "x" * 300,
)  # fmt: skip
_NASTY_TEXTS = (
    "", "\n", "---\n", "---\nid: x\n---\n", "a\r\nb", "a\rb\r", "\n\n", "  indented\n\ttab",
    "\ufeffx", "\u2028\u2029\x85", "]]>", "<b>&amp;", "e\u0301\u0323", "می\u200cخواهم",
    "שָׁלוֹם", "𝔸𝔹", "* * * *", "\\", '"', "{}", "%", "a" * 5000,
)  # fmt: skip

_characters = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\u2028\u2029"
)


def lines() -> st.SearchStrategy[str]:
    """Text of one line, as titles and names hold it."""
    return st.sampled_from(_NASTY_NAMES) | st.text(_characters, max_size=20)


def words() -> st.SearchStrategy[str]:
    """A line that is not blank."""
    return lines().filter(lambda line: bool(line.strip()))


def bodies() -> st.SearchStrategy[str]:
    """Text of any lines, with all kinds of line ends."""
    piece = st.sampled_from(_NASTY_TEXTS) | st.text(
        _characters | st.sampled_from("\n\r\t\x85\u2028 "), max_size=40
    )
    return st.lists(piece, max_size=4).map("".join)


def entry_ids() -> st.SearchStrategy[EntryId]:
    """Ids in the form that the model accepts."""
    return st.text(_ID_ALPHABET, min_size=16, max_size=16).map(EntryId)


def categories() -> st.SearchStrategy[CategoryPath]:
    """Paths, some of them very deep."""
    short = st.lists(words(), max_size=4)
    deep = st.integers(100, 200).map(lambda depth: [f"{level}" for level in range(depth)])
    return (short | deep).map(tuple)


def _contributors() -> st.SearchStrategy[tuple[Contributor, ...]]:
    contributor = st.builds(
        Contributor,
        name=words(),
        role=st.sampled_from(("aut", "trl", "edt", "ill")),
        sort_name=st.none() | words(),
        alternate_name=st.none() | words(),
    )
    return st.lists(contributor, max_size=3).map(tuple)


def _json_values() -> st.SearchStrategy[JSONValue]:
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
    scalar = (
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**64 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | text
    )
    return st.recursive(
        scalar,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
        max_leaves=8,
    )


_languages = st.sampled_from(("en", "zh-Hant", "de-CH-1996", "x-klingon", "ar", "und"))
_dates = st.sampled_from(("1850", "2019-05", "2019-05-03", "-0043-03-15", "2019-05-03T10:00:00Z"))
_moments = st.datetimes(timezones=st.just(UTC))
_sha256 = st.text("0123456789abcdef", min_size=64, max_size=64)


def _sources() -> st.SearchStrategy[Source]:
    size = st.none() | st.integers(0, 2**40)
    return st.builds(
        Source,
        uri=words(),
        member=st.none() | words(),
        start=size,
        length=size,
        sha256=st.none() | _sha256,
        encoding=st.none() | st.just("utf-8"),
        changes=st.lists(words(), max_size=2).map(tuple),
        site=st.none() | words(),
        imported=st.none() | words(),
    )


def entries() -> st.SearchStrategy[Entry]:
    """Entries over the whole model."""
    return st.builds(
        Entry,
        id=entry_ids(),
        title=lines(),
        body=bodies(),
        markup=st.sampled_from(("plain", "markdown")),
        category=categories(),
        contributors=_contributors(),
        language=st.none() | _languages,
        tags=st.lists(words(), max_size=3).map(tuple),
        created=st.none() | _dates,
        added=st.none() | _moments,
        modified=st.none() | _moments,
        rights=st.none() | words(),
        source=st.none() | _sources(),
        attributes=st.dictionaries(st.text(_characters, max_size=8), _json_values(), max_size=3),
    )


def described_categories() -> st.SearchStrategy[Category]:
    """Categories that something is said about."""
    return st.builds(
        Category,
        path=categories().filter(bool),
        title=st.none() | words(),
        description=st.none() | bodies(),
        position=st.none() | st.integers(-(2**63), 2**63 - 1),
    )


def metadata() -> st.SearchStrategy[Metadata]:
    """Metadata over the whole model."""
    return st.builds(
        Metadata,
        id=st.none() | st.just("urn:uuid:00000000-0000-4000-8000-000000000000"),
        title=lines(),
        subtitle=st.none() | words(),
        description=st.none() | bodies(),
        language=st.none() | _languages,
        contributors=_contributors(),
        publisher=st.none() | words(),
        published=st.none() | _dates,
        rights=st.none() | words(),
        identifiers=st.lists(words(), max_size=2).map(tuple),
        subjects=st.lists(
            st.builds(Subject, term=words(), scheme=st.none() | words(), code=st.none() | words()),
            max_size=2,
        ).map(tuple),
        series=st.none() | st.builds(Series, title=words(), position=st.none() | words()),
    )


# A small alphabet, so that queries and entries meet: purely random texts never would.
_SMALL = "aAéÉß%_*?[\\'\" \n-一二"
_small_lines = st.text(_SMALL.replace("\n", ""), max_size=4)
_small_words = _small_lines.filter(lambda line: bool(line.strip()))
_small_paths = st.lists(_small_words, max_size=2).map(tuple)
_small_dates = st.sampled_from(
    ("1999", "2019", "2019-05", "2019-05-03", "2019-06", "-0043", "-0100", "-0043-03-15",
     "2019-05-03T10:00Z", "2019-05-03T10:00:00+02:00", "2019-05-03T10:00:00.5Z")
)  # fmt: skip
_small_moments = st.sampled_from(
    [
        datetime(2019, 5, 3, 10, tzinfo=UTC),
        datetime(2019, 5, 3, 10, 0, 0, 500_000, tzinfo=UTC),
        datetime(2019, 6, 1, tzinfo=UTC),
        datetime(2020, 1, 1, tzinfo=UTC),
    ]
)
_small_bodies = st.text(_SMALL, max_size=8) | st.sampled_from(
    ("a[^1]\n\n[^1]: A", "![a](A.png)", "a\n\n> ![A](a)", "a A", "a-A", "A, a", "é aß")
)
_small_names = st.sampled_from(("a", "A", "é 'a", '"'))
_small_values = st.sampled_from(
    (None, True, 0, 5, -2, 1.5, 10**18, "5", "-2.50", "2019", "2019-05", "a", "A%", "", "1e2")
)
_small_attributes = st.dictionaries(
    _small_names,
    _small_values
    | st.lists(_small_values, max_size=2)
    | st.fixed_dictionaries({"a": _small_values}),
    max_size=2,
)


def small_entries() -> st.SearchStrategy[Entry]:
    """Entries over a small nasty alphabet, for `predicates` to find."""
    return st.builds(
        Entry,
        id=entry_ids(),
        title=_small_lines,
        body=_small_bodies,
        markup=st.sampled_from(("plain", "markdown")),
        category=_small_paths,
        contributors=st.lists(
            st.builds(Contributor, name=_small_words, sort_name=st.none() | _small_words),
            max_size=2,
        ).map(tuple),
        language=st.none() | st.sampled_from(("en", "zh", "zh-Hant", "zha")),
        tags=st.lists(_small_words, max_size=2).map(tuple),
        created=st.none() | _small_dates,
        added=st.none() | _small_moments,
        modified=st.none() | _small_moments,
        rights=st.none() | _small_words,
        source=st.none()
        | st.builds(
            Source,
            uri=_small_words,
            member=st.none() | _small_words,
            site=st.none() | _small_words,
        ),
        attributes=_small_attributes,
    )


_sought_dates = st.sampled_from(
    ("1999", "2019", "2019-05", "2019-05-03", "-0043", "-0100", "2019-05-03T10:00",
     "2019-05-03T10:00:00", "2019-05-03T10:00:00.5")
)  # fmt: skip
_operators = st.sampled_from(("=", "<", "<=", ">", ">="))
_inequalities = st.sampled_from(("<", "<=", ">", ">="))
_attribute_fields = _small_names.map(lambda name: f"attr.{name}")


def predicates() -> st.SearchStrategy[Predicate]:
    """Predicates over the same alphabet: each kind, on each field that it goes with."""
    words = st.sampled_from(("id", "title", "text", "author", "tag", "lang", "rights", "source"))
    single = words | st.sampled_from(("created", "added", "modified")) | _attribute_fields
    several = single | st.just("category")
    wildcards = _small_lines.map(lambda line: f"{line[:2]}*{line[2:]}") | st.sampled_from(
        ("?", "a?", "*a", "\\**", "0*")
    )
    parts = st.sampled_from(("attributes", "notes", "pictures"))
    leaf = (
        st.builds(Equals, single, _small_lines | _small_values.map(str))
        | st.builds(Contains, several, _small_lines)
        | st.builds(Glob, st.sampled_from(("id", "tag", "source")), wildcards)
        | st.builds(Compare, st.sampled_from(("created", "added")), _operators, _sought_dates)
        | st.builds(Compare, st.just("length"), _operators, st.integers(0, 9).map(str))
        | st.builds(Compare, words | _attribute_fields, _inequalities, _small_lines)
        | st.builds(
            Compare,
            _attribute_fields,
            _operators,
            st.sampled_from(("5", "-2.5", "2019", "2019-05")),
        )
        | st.builds(InCategory, _small_paths, st.booleans())
        | st.builds(InLanguage, st.sampled_from(("zh", "ZH-hant", "en", "")))
        | st.builds(
            FullText,
            st.lists(_small_lines, min_size=1, max_size=2).map(tuple),
            st.sampled_from((None, "text")),
        )
        | st.builds(Has, several | parts)
        | st.builds(
            Matches, st.none() | several, st.sampled_from(("a", "^A", "[%_]", "一$", r'\\|"'))
        )
    )
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds(AllOf, st.lists(inner, max_size=3).map(tuple))
            | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
            | st.builds(Not, inner)
        ),
        max_leaves=5,
    )


def orders() -> st.SearchStrategy[Order]:
    """Orders by any fields."""
    field = st.sampled_from(fields()) | _attribute_fields
    return st.lists(st.builds(SortBy, field, st.booleans()), max_size=2).map(tuple)
