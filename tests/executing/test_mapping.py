"""Work in parallel: results in order, no more ahead than may be, and what is lost done again."""

import multiprocessing
import pickle
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from sent_to_workers import divided, doubled, killing, lengths

from collectionlib.errors import ExecutionError, InvalidValueError
from collectionlib.executing import mapped, workers
from collectionlib.executing.chunks import Chunks
from collectionlib.executing.tasks import packed, run, versions


class Far(Executor):
    """An executor of which nothing is known: others, in a thread, that get and give bytes."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self.sent = 0

    def submit(self, task, /, *arguments, **options) -> Future:  # type: ignore[no-untyped-def, type-arg, override]
        self.sent += 1
        copied = pickle.loads(pickle.dumps((task, arguments)))
        return self._pool.submit(copied[0], *copied[1])


def everything(
    work,
    number: int,
    executor: str | Executor = "local",
    jobs: int = 1,  # type: ignore[no-untyped-def]
) -> list[int]:
    with workers(executor, jobs) as hired:
        results = mapped(work, range(number), hired, size_of=lambda _: 1, lost=lambda item: [-item])
        return [item for result in results for item in result]


@pytest.mark.slow
def test_results_come_in_order_whoever_does_the_work() -> None:
    expected = doubled([*range(1000)])
    with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(2) as processes:
        for executor, jobs in (
            ("local", 1),
            ("local", 3),
            (threads, 1),
            (processes, 1),
            (Far(), 1),
        ):
            assert everything(doubled, 1000, executor, jobs) == expected
        # What was given is as it was.
        assert threads.submit(int, "3").result() == 3


@pytest.mark.slow
def test_only_what_kills_again_is_given_up() -> None:
    assert everything(killing, 1000, jobs=2) == [*range(700), -700, *range(701, 1000)]


@pytest.mark.slow
def test_no_more_is_done_ahead_than_may_wait() -> None:
    taken = 0

    def items() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield bytes(20_000_000)

    with ThreadPoolExecutor(8) as threads, workers(threads, 8) as hired:
        results = mapped(lengths, items(), hired, size_of=len, lost=lambda _: [0])
        assert next(results) == [20_000_000]
        assert taken <= 14


def test_chunks_grow_and_shrink_with_the_time_that_they_take() -> None:
    chunks = Chunks([0] * 100_000, lambda _: 1)
    sizes = []
    for chunk in chunks:
        sizes.append(len(chunk.items))
        chunks.took(chunk, len(chunk.items) / 1000)
        if len(sizes) == 6:
            break
    assert sizes[0] == 64
    assert sizes[-1] == pytest.approx(1000, rel=0.02)
    for chunk in chunks:
        sizes.append(len(chunk.items))
        chunks.took(chunk, len(chunk.items) * 10.0)
        if len(sizes) == 20:
            break
    assert sizes[-1] == 1


def test_a_chunk_ends_where_it_is_large_enough() -> None:
    sizes = [len(chunk.items) for chunk in Chunks([600_000, 600_000, 10], lambda size: size)]
    assert sizes == [2, 1]


def test_what_cannot_be_sent_is_said_in_a_sentence() -> None:
    with pytest.raises(ExecutionError, match="cannot be sent to them"):
        everything(lambda items: items, 3, jobs=2)


def test_a_worker_that_cannot_load_the_work_says_so() -> None:
    missing = pickle.dumps(doubled).replace(b"doubled", b"tripled")
    with pytest.raises(ExecutionError, match="install there what is installed here"):
        run(None, missing, packed([1]))


def test_a_worker_of_another_version_is_refused() -> None:
    asked = {**versions(), "collectionlib": "0.0.1"}
    with pytest.raises(ExecutionError, match=r"has collectionlib .* and here is 0\.0\.1"):
        run(asked, packed(doubled), packed([1]))


def test_a_broken_executor_of_the_caller_is_said_to_be_so() -> None:
    with (
        ProcessPoolExecutor(1) as processes,
        pytest.raises(ExecutionError, match="has lost its workers"),
    ):
        everything(killing, 1000, processes)


@pytest.mark.parametrize("name", ["", "celery://here", "dask://", "Local"])
def test_there_is_no_other_executor(name: str) -> None:
    with pytest.raises(InvalidValueError, match="neither local nor dask"):
        everything(doubled, 1, name)


def test_an_error_of_the_work_ends_it_and_leaves_no_process() -> None:
    with pytest.raises(ZeroDivisionError), workers("local", 2) as hired:
        list(mapped(divided, [0], hired, size_of=lambda _: 1, lost=lambda _: []))
    deadline = time.monotonic() + 20
    while multiprocessing.active_children():
        assert time.monotonic() < deadline
        time.sleep(0.05)
