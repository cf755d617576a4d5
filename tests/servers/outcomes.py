"""All that comes of an import, to be compared with what comes of another one."""

from pathlib import Path

from collectionlib import Collection, import_texts
from collectionlib.codec import encode_json
from collectionlib.importing.report import ImportReport, SourceReport

Outcome = tuple[ImportReport, list[SourceReport], list[bytes]]
"""What is counted, what is told of each source, and the entries as JSON."""


def imported(source: str | Path, **options: object) -> Outcome:
    told: list[SourceReport] = []
    with Collection.create("memory:") as collection:
        report = import_texts(
            collection,
            source,
            clock=lambda: None,
            watch=told.append,
            account=True,
            **options,  # type: ignore[arg-type] # those of the function, whichever they are
        )
        return report, told, [encode_json(entry) for entry in collection]
