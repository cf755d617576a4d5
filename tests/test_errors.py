import pickle

import pytest

from collectionlib import errors
from collectionlib.errors import CollectionError

SAMPLES = [
    errors.InvalidValueError("Entry.id", "x", "is empty"),
    errors.MalformedQuery("titel:x", column=1, reason="has no field titel", remedy="mend it"),
    errors.CategoryNotFound(("A", "B"), location="jokes/"),
    errors.EntryNotFound("4k2m", location="jokes/"),
    errors.CollectionNotFound("jokes/"),
    errors.CollectionLocked("jokes/", holder="process 1 on host", waited=10.0),
    errors.ConflictError("jokes/ exists", location="jokes/"),
    errors.OperationNotFound(7, location="jokes/"),
    errors.CorruptCollection("no", location="jokes/", path="a.txt", line=3, remedy="mend it"),
    errors.RepeatedId("no", location="jokes/", path="a.txt", remedy="mend it", entry_id="0chg"),
    errors.NewerFormat(location="jokes/", found=2, supported=1),
    errors.DecodingError("a.txt", "it is no text"),
    errors.ParseError("a.txt", "no"),
    errors.NothingToImport("a.txt", "no"),
    errors.UnrecognisedFormat("a.txt", "no"),
    errors.UnsafeSource("a.txt", "no"),
    errors.RenderError("4k2m", "no"),
    errors.MissingRights(["4k2m"]),
    errors.ThemeError("mine/style.css", "no", line=3),
    errors.FontError("a.otf", "no"),
    errors.OutputExists("book.epub", "an EPUB"),
    errors.ExecutionError("the scheduler was lost: start it again"),
    errors.UnknownPlugin("storage", "x", ["json"]),
    errors.PluginConflict("storage", "x", ["a", "b"]),
    errors.MissingExtra("storage postgres", "postgres"),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_is_one_sentence_and_goes_through_pickle_with_its_data(
    error: CollectionError,
) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error) == error.message
    assert vars(copy) == vars(error)
    assert "\n" not in str(error)


def test_every_error_has_a_sample_and_stands_in_the_printed_tree() -> None:
    leaves = {type(error).__name__ for error in SAMPLES}
    bases = {"CollectionError", "StorageError", "IngestError", "ExportError", "PluginError"}
    assert leaves | bases == set(errors.__all__)
    for name in errors.__all__:
        assert errors.__doc__ is not None
        assert name in errors.__doc__


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.InvalidValueError, ValueError),
        (errors.EntryNotFound, LookupError),
        (errors.CollectionNotFound, FileNotFoundError),
        (errors.CollectionLocked, TimeoutError),
        (errors.OutputExists, FileExistsError),
        (errors.DecodingError, UnicodeError),
        (errors.UnknownPlugin, LookupError),
        (errors.MissingExtra, ImportError),
    ],
)
def test_an_error_is_what_a_caller_would_guess(kind: type, builtin: type) -> None:
    assert issubclass(kind, builtin)
    assert issubclass(kind, CollectionError)
