"""A PostgreSQL server of the tests' own: on a free port of this machine, gone at the end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path

from tests.in_memory import folder_in_memory

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
dynamic_shared_memory_type = mmap
max_wal_senders = 0
autovacuum = off
max_connections = 50
shared_buffers = 256MB
log_min_messages = fatal
"""


_ACCESS = """
host all guarded 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""


@cache
def programs() -> Path | None:
    """Where the newest server that is installed has its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).parent if there else None


def _version(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdecimal() else 0


def why_not() -> str | None:
    """What is missing for a server; `None` where there can be one."""
    if programs() is None:
        return "no PostgreSQL server (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and _other_user() is None:
        return "a PostgreSQL server does not run as root, and there is no other user"
    return None


def _other_user() -> str | None:
    """Somebody who may run a server, which root may not."""
    import pwd  # not on Windows

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


class Server:
    """A server that runs until it is stopped or killed, and may be started again.

    Args:
        folder: of its own, which the user that it runs as owns.
    """

    def __init__(self, folder: Path) -> None:
        self.user = _other_user() if os.geteuid() == 0 else None
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count()
        if self.user:
            shutil.chown(folder, self.user)
        self._run("initdb", "-D", folder / "data", "-A", "trust", "-U", "tester", "-E", "UTF8",
                  "--locale=C", "--no-sync", "--no-instructions")  # fmt: skip
        (folder / "data/pg_hba.conf").write_text(_ACCESS)
        (folder / "data/postgresql.auto.conf").write_text(f"{_SETTINGS}port = {self.port}\n")
        self.start()
        self.run_sql("CREATE DATABASE texts")

    def _command(self, name: str, *arguments: object) -> list[str]:
        home = programs()
        assert home is not None
        return [str(home / name), *map(str, arguments)]

    def _run(self, name: str, *arguments: object) -> None:
        subprocess.run(self._command(name, *arguments), check=True, user=self.user,
                       cwd=self.folder, capture_output=True, env=self._environment())  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(self.folder)}

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("postgres", "-D", self.folder / "data"),
                user=self.user, cwd=self.folder, stdout=log, stderr=log,
                env=self._environment(), start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + 30
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.02)

    def _answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(self.database("postgres")):
                return True
        except psycopg.OperationalError:
            return False

    @property
    def pid(self) -> int:
        """The number of its process, of which all others are children."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """End it at once; it takes away the memory that it shares with its children."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)

    def kill(self) -> None:
        """End it without warning, with everything that it does."""
        assert self._process is not None
        pid = self.pid
        # Its children have sessions of their own, and would go on for a while.
        os.kill(pid, signal.SIGSTOP)
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        self._process.wait()
        (self.folder / "data/postmaster.pid").unlink(missing_ok=True)

    def database(self, name: str = "texts") -> str:
        return f"postgresql://tester@127.0.0.1:{self.port}/{name}"

    def variables(self) -> dict[str, str]:
        """What the environment says of it to those who name no server."""
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "tester"}

    def location(self, number: int) -> str:
        """That of a collection which has this number."""
        return f"{self.database()}#texts_{number}"

    def new_location(self) -> str:
        """That of a collection which is not there yet."""
        return f"{self.database()}#new_{next(self._numbers)}"

    def run_sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        import psycopg

        with psycopg.connect(self.database(database), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running() -> Iterator[Server]:
    """A server for as long as the block runs."""
    with tempfile.TemporaryDirectory(
        prefix="collectionlib-postgres-", dir=folder_in_memory()
    ) as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.stop()
