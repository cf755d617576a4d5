"""A Dask scheduler and its workers on this machine, each a process of its own."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from attrs import frozen
from distributed import Client

PATIENCE = 60


@frozen
class DaskCluster:
    """Where the scheduler is, which process that is, and how many workers it has."""

    address: str
    scheduler: "subprocess.Popen[bytes]"
    number: int = 2

    @property
    def name(self) -> str:
        return f"dask://{self.address}"

    def workers(self) -> list[int]:
        """The processes of the workers, when all are there."""
        with Client(f"tcp://{self.address}", set_as_default=False) as client:
            client.wait_for_workers(self.number, timeout=PATIENCE)
            return sorted(client.run(os.getpid).values())

    @contextmanager
    def meanwhile(self, do: Callable[[int], object]) -> Iterator[list[int]]:
        """Do something with the process of a worker as soon as one is at work."""
        done: list[int] = []

        def wait(client: Client) -> None:
            deadline = time.monotonic() + PATIENCE
            while not done and time.monotonic() < deadline:
                busy = [worker for worker, tasks in client.processing().items() if tasks]
                for worker in busy[:1]:
                    done.append(processes[worker])
                    do(processes[worker])
                time.sleep(0.01)

        with Client(f"tcp://{self.address}", set_as_default=False) as client:
            client.wait_for_workers(self.number, timeout=PATIENCE)
            processes = client.run(os.getpid)
            thread = threading.Thread(target=wait, args=(client,))
            thread.start()
            try:
                yield done
            finally:
                thread.join()
        assert done, "no worker had anything to do"


@contextmanager
def dask_cluster(folder: Path, workers: int = 2) -> Iterator[DaskCluster]:
    """A scheduler with workers, which are begun anew when they are killed.

    They find the modules that lie beside this one.

    Args:
        folder: for what they write.
        workers: how many there are, of one thread each.
    """
    file = folder / "scheduler.json"
    # A task that kills two workers is given up, not only one that kills four.
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parent),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    }
    with ExitStack() as stack:

        def begin(*arguments: str) -> "subprocess.Popen[bytes]":
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            stack.callback(_end, process)
            return process

        scheduler = begin(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--scheduler-file", str(file),
        )  # fmt: skip
        address = _address(file)
        begin(
            "worker", f"tcp://{address}", "--nworkers", str(workers), "--nthreads", "1",
            "--no-dashboard", "--host", "127.0.0.1", "--local-directory", str(folder / "workers"),
        )  # fmt: skip
        cluster = DaskCluster(address, scheduler, workers)
        cluster.workers()
        yield cluster


def _address(file: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if file.is_file() and (text := file.read_text()):
            return str(json.loads(text)["address"]).removeprefix("tcp://")
        time.sleep(0.05)
    raise AssertionError("the scheduler does not begin")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
