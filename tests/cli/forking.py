"""A process that has loaded all commands, and forks for each call of one.

A call is a process of its own, with real streams, signals and limits, and costs a hundredth of
what starting one costs, so that all commands can be tried in every odd situation.
"""

from __future__ import annotations

import array
import contextlib
import importlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NamedTuple

SECONDS = 60
_LARGEST_REQUEST = 200_000


class Ended(NamedTuple):
    """How a call ended.

    Args:
        status: of exit.
        out: standard output, if it was not given.
        err: standard error.
    """

    status: int
    out: str
    err: str


class Forker:
    """The process that forks, as the tests hold it.

    Args:
        as_owner_only: whether it gives up what root may do with files that forbid it.
    """

    def __init__(self, *, as_owner_only: bool = False) -> None:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, __file__, str(its.fileno())]
        if as_owner_only and os.geteuid() == 0:
            rights = "-dac_override,-dac_read_search,-fowner"
            command = ["setpriv", f"--inh-caps={rights}", f"--bounding-set={rights}", *command]
        self._process = subprocess.Popen(command, pass_fds=[its.fileno()])
        its.close()
        self._socket = ours
        self._socket.settimeout(2 * SECONDS)

    def close(self) -> None:
        self._socket.close()
        self._process.wait(SECONDS)

    def call(
        self,
        arguments: Sequence[str],
        folder: Path,
        *,
        out: int | None = None,
        interrupted_in: str | None = None,
        largest_file: int | None = None,
        closes_input: bool = False,
        **environment: str,
    ) -> Ended:
        """Call the command.

        Args:
            arguments: of it.
            folder: the current one.
            out: standard output, else a file that is read.
            interrupted_in: name of the function of the command in which Ctrl-C is pressed.
            largest_file: bytes; larger ones cannot be written, as on a full disk.
            closes_input: whether there is no standard input at all; else it is empty.
            environment: what is set besides.
        """
        # Messages fit into a pipe, which has no size that could be limited.
        reading, telling = os.pipe()
        with tempfile.TemporaryFile() as said, os.fdopen(reading, encoding="utf-8") as told:
            request = {
                "arguments": list(arguments),
                "folder": str(folder),
                "interrupted_in": interrupted_in,
                "largest_file": largest_file,
                "closes_input": closes_input,
                "environment": {**_without_library(os.environ), **environment},
            }
            streams = array.array("i", [said.fileno() if out is None else out, telling])
            self._socket.sendmsg(
                [json.dumps(request).encode()],
                [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)],
            )
            os.close(telling)
            status = int(self._socket.recv(64))
            said.seek(0)
            return Ended(status, said.read().decode(), told.read())


def _without_library(environment: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in environment.items() if k != "COLLECTIONLIB_LIBRARY"}


@contextlib.contextmanager
def forker(*, as_owner_only: bool = False) -> Iterator[Forker]:
    """The process, for as long as the block runs."""
    process = Forker(as_owner_only=as_owner_only)
    try:
        yield process
    finally:
        process.close()


def can_give_up_rights() -> bool:
    """Whether a folder can be made that the calls cannot write to."""
    return os.geteuid() != 0 or shutil.which("setpriv") is not None


# --- in the process ---------------------------------------------------------------------------


def _serve(requests: socket.socket) -> None:
    from collectionlib.cli import app, running

    for module in {*app._COMMANDS.values()}:
        importlib.import_module(f"collectionlib.cli.{module}")
    importlib.import_module("collectionlib.storage.sqlite.batch")
    _warm_up(running.main)
    while True:
        data, ancillary, _, _ = requests.recvmsg(_LARGEST_REQUEST, socket.CMSG_SPACE(2 * 4))
        if not data:
            return
        out, err = array.array("i", ancillary[0][2])
        child = os.fork()
        if not child:
            requests.close()
            _become(json.loads(data), out, err, running.main)
        os.close(out)
        os.close(err)
        requests.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _warm_up(main: Callable[[Sequence[str]], None]) -> None:
    """Load what commands load when they need it: each child would do it again."""
    handlers = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)}
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        os.chdir(folder)
        Path("one.txt").write_text("Be well.\n")
        for call in _COMMON_CALLS:
            with contextlib.suppress(SystemExit), contextlib.redirect_stdout(nowhere):
                main(call.split())
        os.chdir(here)
    for number, handler in handlers.items():
        signal.signal(number, handler)


_COMMON_CALLS = (
    "-q init c/",
    "-q init c.json",
    "-q -L c/ import one.txt",
    "-q -L c/ check",
    "-q -L c/ search well",
    *(f"-q -L c/ export book.{ending}" for ending in ("epub", "html", "json", "txt")),
)


def _become(request: dict[str, object], out: int, err: int, main: object) -> None:
    """Do a call as the process that it is; does not return."""
    signal.alarm(SECONDS)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    if request["closes_input"]:
        # What the interpreter makes of it.
        sys.stdin.close()
        sys.stdin = None  # type: ignore[assignment]
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    if size := request["largest_file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # type: ignore[arg-type]
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if name := request["interrupted_in"]:
        sys.setprofile(_interrupting(str(name)))
    sys.argv = ["collectionlib", *request["arguments"]]  # type: ignore[misc]
    status = 1
    try:
        main(sys.argv[1:])  # type: ignore[operator]
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        # What the interpreter does at its end, with the status that it gives where that fails.
        try:
            sys.stdout.flush()
        except OSError:
            status = 120
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        os._exit(status)


def _interrupting(name: str) -> object:
    def look(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_name == name:
            sys.setprofile(None)
            os.kill(os.getpid(), signal.SIGINT)

    return look


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
