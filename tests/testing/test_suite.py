"""A suite that nothing fails proves nothing: every promise, broken on purpose."""

import re
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HARNESS = """
import pytest
from hypothesis import Phase, settings
from pathlib import Path

# What is found need not be made small.
settings.register_profile("toys", derandomize=True, database=None, phases=[Phase.generate])
settings.load_profile("toys")

from collectionlib.testing import Damage, Place, {group}
from tests.storage.kept import FORMATS, KEPT
from tests.testing.toys import {toy}

def edit(location, old, new):
    Path(location).write_bytes(Path(location).read_bytes().replace(old, new))

class Test{toy}({group}):
    @pytest.fixture
    def place(self, tmp_path):
        return Place(
            {toy}, tmp_path, "toy-{{}}{suffix}", many_writers={many}, share={share},
            make_newer=lambda location: {newer},
            samples=[(FORMATS / "1/collection{suffix}", KEPT)],
            damages={{"a bad line": Damage(lambda location: edit(
                location, b'"title":"entry 1"', b'"title"'), lost=1)}},
        )
"""
NEWER = {
    ".json": "edit(location, b'_version\":1', b'_version\":2')",
    ".db": '__import__("sqlite3").connect(location).execute("PRAGMA user_version = 99")',
}

FAULTS = [
    ("Fidelity", "Normalizes", {"test_texts_of_every_kind_come_back_to_the_letter"}),
    ("Fidelity", "TrimsTitles", {"test_texts_of_every_kind_come_back_to_the_letter"}),
    ("Fidelity", "ForgetsDeletions", {"test_a_removed_entry_is_gone"}),
    ("Fidelity", "ForgetsDocuments", {"test_documents_come_back_equal_and_can_be_removed"}),
    ("Fidelity", "LosesOnTheWay", {"test_every_entry_comes_back_equal"}),
    (
        "Atomicity",
        "CommitsPieces",
        {
            "test_an_exception_discards_the_block",
            "test_nothing_can_be_seen_before_the_end",
            "test_a_writer_killed_at_any_time_leaves_the_whole_block_or_nothing",
            "test_a_fault_at_any_system_call_leaves_the_whole_block_or_nothing[None]",
        },
    ),
    ("Atomicity", "CommitsWhatFailed", {"test_an_exception_discards_the_block"}),
    (
        "Atomicity",
        "PassesOverWhatIsLate",
        {"test_a_batch_takes_nothing_when_its_block_has_ended"},
    ),
    (
        "Atomicity",
        "OverwritesInPlace",
        {
            "test_a_fault_at_any_system_call_leaves_the_whole_block_or_nothing[None]",
            "test_a_fault_at_any_system_call_leaves_the_whole_block_or_nothing[28]",
            "test_a_fault_at_any_system_call_leaves_the_whole_block_or_nothing[5]",
        },
    ),
    (
        "Atomicity",
        "HushesErrorsUp",
        {
            "test_a_fault_at_any_system_call_leaves_the_whole_block_or_nothing[28]",
            "test_a_fault_at_any_system_call_leaves_the_whole_block_or_nothing[5]",
        },
    ),
    ("Isolation", "ReadsTheLatest", {"test_a_snapshot_keeps_its_moment"}),
    (
        "Isolation",
        "OverwritesInPlace",
        {"test_readers_in_other_processes_see_one_state_or_the_other"},
    ),
    ("Isolation", "TakesNoLock", {"test_a_second_writer_waits"}),
    (
        "Isolation",
        "WaitsInVain",
        {"test_a_writer_in_another_process_is_waited_for_and_then_named"},
    ),
    ("Isolation", "LeavesStaleLocks", {"test_the_lock_of_a_dead_writer_does_not_block"}),
    (
        "Conflict",
        "LosesUpdates",
        {
            "test_an_entry_that_another_has_changed_meanwhile_is_a_conflict[change and change]",
            "test_an_entry_that_another_has_changed_meanwhile_is_a_conflict[change and remove]",
            "test_an_entry_that_another_has_changed_meanwhile_is_a_conflict[remove and change]",
            "test_an_entry_that_both_add_is_a_conflict",
            "test_anything_else_that_both_change_is_a_conflict[a document]",
            "test_anything_else_that_both_change_is_a_conflict[a category]",
            "test_anything_else_that_both_change_is_a_conflict[the metadata]",
            "test_what_was_read_in_a_transaction_is_not_written_over_another_s_change",
            "test_writers_in_many_processes_lose_no_change",
        },
    ),
    ("Conflict", "NamesNobody", {"test_an_entry_that_both_add_is_a_conflict"}),
    ("Conflict", "WritesTheRest", {"test_an_entry_that_both_add_is_a_conflict"}),
    (
        "Conflict",
        "LocksOthersOut",
        {
            "test_what_is_changed_apart_is_kept",
            "test_what_another_abandons_is_no_conflict",
            "test_a_category_that_both_fill_is_none",
            "test_the_log_has_both_and_each_can_be_undone",
        },
    ),
    ("Selection", "SortsById", {"test_order_is_category_position_then_source_then_id"}),
    ("Selection", "IgnoresQueries", {"test_queries_find_what_the_reference_finds"}),
    ("Selection", "CountsWrongly", {"test_queries_find_what_the_reference_finds"}),
    ("Selection", "ForgetsDeletions", {"test_it_goes_through_any_history_as_memory_does"}),
    ("Streaming", "ReadsAllAtOnce", {"test_scanning_ten_times_as_many_takes_little_more_memory"}),
    ("Opening", "MakesWhatIsMissing", {"test_a_missing_collection_is_not_found_and_not_made"}),
    ("Opening", "MakesItAnew", {"test_a_collection_is_not_made_twice"}),
    ("Opening", "NotesItsReaders", {"test_reading_writes_nothing"}),
    ("Version", "SkipsDamage", {"test_damage_is_named_and_the_rest_is_readable"}),
    ("Version", "StopsAtDamage", {"test_damage_is_named_and_the_rest_is_readable"}),
    ("Version", "OpensWhatIsNewer", {"test_a_newer_format_is_refused_and_left_alone"}),
    ("Version", "LosesOnTheWay", {"test_what_earlier_versions_have_kept_is_read"}),
]
MANY = {"ManyWriters", "LosesUpdates", "NamesNobody", "WritesTheRest", "LocksOthersOut"}
ON_SQLITE = {"CommitsPieces", "OpensWhatIsNewer"}


Failures = dict[str, set[str]]


def failures(group: str, folder: Path, toys: Mapping[str, Collection[str]]) -> tuple[Failures, str]:
    """The tests of a group that each back end fails, and all that pytest said.

    Args:
        group: of tests.
        folder: an empty one.
        toys: the back ends, each with the tests that are tried; with none, all are, of which
            those that try something often do so a quarter as often.
    """
    names = []
    for toy, only in toys.items():
        suffix = ".db" if toy in ON_SQLITE else ".json"
        harness = folder / f"test_{toy}.py"
        harness.write_text(
            HARNESS.format(
                group=group,
                toy=toy,
                suffix=suffix,
                newer=NEWER[suffix],
                many=toy in MANY,
                share=1 if only else 0.25,
            )
        )
        names += [f"{harness}::Test{toy}::{name}" for name in sorted(only)] or [str(harness)]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rf",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    done = subprocess.run(
        # Plain: pytest would spend minutes on comparing what differs.
        [
            *command,
            "--assert=plain",
            "-o",
            "addopts=",
            "-o",
            "timeout=250",
            f"--rootdir={ROOT}",
            *names,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    failed: Failures = {toy: set() for toy in toys}
    found = r"^FAILED \S*::Test(\w+)::(.+?)(?: - .*)?$"
    for toy, name in re.findall(found, done.stdout, re.MULTILINE):
        failed[toy].add(name)
    return failed, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("group", dict.fromkeys(group for group, _, _ in FAULTS))
def test_what_is_broken_on_purpose_is_noticed(group: str, tmp_path: Path) -> None:
    broken = {toy: tests for its, toy, tests in FAULTS if its == group}
    failed, said = failures(f"{group}Tests", tmp_path, broken)
    assert failed == broken, said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("toy", "group"), [("Sound", "StorageTests"), ("ManyWriters", "ConflictTests")]
)
def test_a_toy_that_is_sound_passes(
    toy: str, group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLLECTIONLIB_FAULTS", "4")
    failed, said = failures(group, tmp_path, {toy: ()})
    assert not failed[toy], said
