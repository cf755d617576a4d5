"""A job on many machines: from one bucket into a Delta table, and from that a book in another.

    python object-storage/job.py

All that it takes elsewhere runs on this machine, on free ports, until the job is done: a server
that speaks S3 (moto), a Dask scheduler and two workers. The three commands of the job are printed;
with a store and a scheduler of yours, and their addresses in the environment, they are the same.
"""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3  # comes with moto

ARCHIVE = Path(__file__).parents[1] / "archive"
BUCKETS = ("archive", "library", "books")
PATIENCE = 60
"""Seconds that a server may take to begin."""


@contextmanager
def running(*command: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server, ended at the end."""
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", *command], stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def object_store(folder: Path) -> Iterator[None]:
    """A server with the archive in a bucket; the environment says where it is."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "example",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ALLOW_HTTP": "true",
    }
    server = ("moto.server", "-H", "127.0.0.1", "-p", str(port))
    with running(*server, log=folder / "store.log"):
        until(lambda: socket.create_connection(("127.0.0.1", port)).close())
        store = boto3.client("s3", region_name="us-east-1")
        for bucket in BUCKETS:
            store.create_bucket(Bucket=bucket)
        for path in sorted(filter(Path.is_file, ARCHIVE.rglob("*"))):
            store.upload_file(str(path), "archive", path.relative_to(ARCHIVE).as_posix())
        yield


@contextmanager
def dask_cluster(folder: Path) -> Iterator[str]:
    """A scheduler with two workers, and its address; they have the environment of the job."""
    file = folder / "scheduler.json"
    scheduler = ("dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                 "--scheduler-file", str(file))  # fmt: skip
    with running(*scheduler, log=folder / "scheduler.log"):
        address = until(lambda: json.loads(file.read_text("utf-8"))["address"])
        workers = ("dask", "worker", address, "--nworkers", "2", "--nthreads", "1",
                   "--no-dashboard", "--local-directory", str(folder))  # fmt: skip
        with running(*workers, log=folder / "workers.log"):
            yield address.replace("tcp://", "dask://")


def until(answer: Callable[[], Any]) -> Any:
    """What is answered, as soon as something is."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return answer()
        except (OSError, ValueError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def run(*arguments: str) -> None:
    """Show a command, then run it."""
    print("$ " + shlex.join(("collectionlib", *arguments)), flush=True)
    subprocess.run([sys.executable, "-m", "collectionlib", *arguments], check=True)


def main() -> None:
    """Import on the workers, and write a book; all of it from bucket to bucket."""
    with (
        tempfile.TemporaryDirectory() as name,
        object_store(Path(name)),
        dask_cluster(Path(name)) as scheduler,
    ):
        library = ("-L", "s3://library/wisdom")
        run("init", "s3://library/wisdom", "--title", "Wisdom, mostly borrowed", "--language", "en")
        run(*library, "import", "s3://archive/", "--executor", scheduler)
        run(*library, "export", "s3://books/wisdom.epub", "category:Fables or category:Poems")
        store = boto3.client("s3", region_name="us-east-1")
        store.download_file("books", "wisdom.epub", "object-storage.epub")
        print("object-storage.epub is a copy of it: the store ends with this example")


if __name__ == "__main__":
    main()
