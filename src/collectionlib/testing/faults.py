"""Make the n-th writing system call of a process fail, or kill the process right before it.

    writes = run(command, below=folder).writes
    for at in range(1, writes + 1):
        outcome = run(command, Fault(at=at, error=errno.ENOSPC), below=folder)

It holds for whatever the process does, C libraries such as SQLite included, and for its threads
and children: it is done with ptrace(2). A seccomp filter lets all but the writing calls pass at
full speed. Not seen are what is written through mmap(2) or io_uring(7), openat2(2), ioctl(2),
extended attributes, owners and times of files, and calls of 32-bit programs. Programs with the
set-user-ID bit run without the rights that it gives.
"""

from __future__ import annotations

import ctypes
import errno
import inspect
import os
import platform
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TypeAlias

from attrs import field, frozen, validators

__all__ = ["Fault", "Outcome", "Unsupported", "run", "why_unsupported"]

_Place: TypeAlias = tuple[str, int]

# Name, number on x86_64, number on aarch64, and what says where it writes: "fd2" is a descriptor
# in argument 2 (from 0), "path0" a path, "at1" a folder's descriptor with a path after it.
# "flags1" are those of an opening, which writes only if they say so.
_CALLS = """
    write 1 64 fd0, pwrite64 18 68 fd0, writev 20 66 fd0, pwritev 296 70 fd0,
    pwritev2 328 287 fd0, sendfile 40 71 fd0, copy_file_range 326 285 fd2,
    truncate 76 45 path0, ftruncate 77 46 fd0, fallocate 285 47 fd0, fsync 74 82 fd0,
    fdatasync 75 83 fd0, syncfs 306 267 fd0, sync_file_range 277 84 fd0,
    rename 82 - path0 path1, renameat 264 38 at0 at2, renameat2 316 276 at0 at2,
    link 86 - path0 path1, linkat 265 37 at0 at2, symlink 88 - path1, symlinkat 266 36 at1,
    unlink 87 - path0, unlinkat 263 35 at0, mkdir 83 - path0, mkdirat 258 34 at0,
    rmdir 84 - path0, mknod 133 - path0, mknodat 259 33 at0, chmod 90 - path0,
    fchmod 91 52 fd0, fchmodat 268 53 at0, fchmodat2 452 452 at0, creat 85 - path0,
    open 2 - path0 flags1, openat 257 56 at0 flags2
"""
_O_TMPFILE = 0o20000000  # without the bit of O_DIRECTORY, which differs between machines
_OPENS_TO_WRITE = os.O_CREAT | os.O_TRUNC | _O_TMPFILE
_AT_FDCWD = -100
_LONGEST_PATH = 4096

_CONT, _LISTEN, _SEIZE = 7, 0x4208, 0x4206
_GETREGSET, _SETREGSET, _GET_SYSCALL_INFO = 0x4204, 0x4205, 0x420E
_GENERAL_REGISTERS, _ARM_SYSTEM_CALL = 1, 0x404
_EVENT_SECCOMP, _EVENT_STOP = 7, 128
# What is forked, vforked and cloned is traced too; all is killed when the tracing thread ends.
_OPTIONS = 1 << 1 | 1 << 2 | 1 << 3 | 1 << _EVENT_SECCOMP | 1 << 20
# Threads too, but nobody else's children: only those that this very thread traces.
_WAIT_FLAGS = 0x40000000 | 0x20000000
_NOT_LAUNCHED = "not launched: "
_SYSTEM_CALL = struct.Struct("=B3xIQQQ6Q")


class Unsupported(Exception):
    """No faults can be made here: not Linux, an unknown architecture, or ptrace not allowed."""


@frozen(kw_only=True)
class Fault:
    """What is to happen at which writing system call.

    Args:
        at: number of the call, counted from 1.
        error: errno that it returns instead of being executed; `None` kills all the processes
            right before it (SIGKILL).
        persistent: whether all later ones fail as well, as on a disk that stays full.
    """

    at: int = field(validator=validators.ge(1))
    error: int | None
    persistent: bool = False


@frozen(kw_only=True)
class Outcome:
    """How a command ended.

    Args:
        status: exit code, or the negative number of the signal that killed it.
        writes: how many writing system calls were seen, those that failed or were prevented by
            a kill included; fewer than `Fault.at` means that the fault never happened.
        stdout: what the command, and its children, said there.
        stderr: the same.
    """

    status: int
    writes: int
    stdout: bytes
    stderr: bytes


@frozen
class _Machine:
    """What differs between architectures."""

    column: int  # where `_CALLS` has the numbers of the calls
    audit: int  # name of the architecture in a filter
    result: int  # index of the register for what a call returns
    number: int | None  # of the one for the number of the call; `None`: it has a set of its own

    def calls(self) -> dict[int, tuple[_Place, ...]]:
        """Where each of the writing calls has what it writes to."""
        rows = [row.split() for row in _CALLS.split(",")]
        return {
            int(row[self.column]): tuple((place[:-1], int(place[-1])) for place in row[3:])
            for row in rows
            if row[self.column] != "-"
        }

    def filter(self) -> bytes:
        """A program for seccomp(2): stop at the writing calls, let all others pass."""
        load, equal, any_bit, end = 0x20, 0x15, 0x45, 0x06
        allow, trace = (end, 0, 0, 0x7FFF0000), (end, 0, 0, 0x7FF00000)
        program = [(load, 0, 0, 4), (equal, 1, 0, self.audit), allow, (load, 0, 0, 0)]
        for number, places in self.calls().items():
            flags = dict(places).get("flags")
            if flags is None:
                program += [(equal, 0, 1, number), trace]
            else:
                program += [(equal, 0, 4, number), (load, 0, 0, 16 + 8 * flags)]
                program += [(any_bit, 1, 0, _OPENS_TO_WRITE), allow, trace]
        return b"".join(struct.pack("=HBBI", *step) for step in [*program, allow])

    def fail(self, tid: int, error: int) -> None:
        """Let the call at which a thread stands return an error, without executing it."""
        registers = (ctypes.c_ulonglong * 64)()
        _regset(_GETREGSET, tid, _GENERAL_REGISTERS, registers)
        registers[self.result] = -error
        if self.number is None:
            _regset(_SETREGSET, tid, _ARM_SYSTEM_CALL, (ctypes.c_int * 1)(-1))
        else:
            registers[self.number] = -1
        _regset(_SETREGSET, tid, _GENERAL_REGISTERS, registers)


_MACHINES = {
    "x86_64": _Machine(column=1, audit=0xC000003E, result=10, number=15),
    "aarch64": _Machine(column=2, audit=0xC00000B7, result=0, number=None),
}


def run(
    command: Sequence[str],
    fault: Fault | None = None,
    *,
    below: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> Outcome:
    """Run a command, count its writing system calls, and let one of them fail.

    It comes back when the command and all its children have ended. Their standard input is empty.

    Args:
        command: program and arguments.
        fault: `None` only counts.
        below: count what is done to files and folders in this one, and to itself; `None` counts
            all, pipes included.
        env: the whole environment, this process's unless given.
        timeout: seconds until all is killed.

    Raises:
        FileNotFoundError: there is no such program.
        Unsupported: it cannot be done here.
        subprocess.TimeoutExpired: the command took too long; nothing of it runs any more.
    """
    reason = why_unsupported()
    if reason:
        raise Unsupported(reason)
    return _run(command, fault, below, env, timeout)


@cache
def why_unsupported() -> str | None:
    """The reason for which `run` cannot do its work here, found by trying; `None` if it can."""
    if platform.system() != "Linux":
        return f"not Linux but {platform.system() or 'something unknown'}"
    if platform.machine() not in _MACHINES or struct.calcsize("P") != 8:
        return f"unknown architecture: {platform.machine()}, {struct.calcsize('P') * 8} bits"
    command = [sys.executable, "-I", "-S", "-c", "import os; os.write(1, b'written')"]
    try:
        outcome = _run(command, Fault(at=1, error=errno.ENOSPC), Path("/"), None, 60)
    except (Unsupported, OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if b"No space" in outcome.stderr else "ptrace cannot make system calls fail"


def _run(
    command: Sequence[str],
    fault: Fault | None,
    below: Path | None,
    env: Mapping[str, str] | None,
    timeout: float,
) -> Outcome:
    """Trace in a thread of its own: ptrace and waitpid then see nobody else's processes."""
    environment = os.environ if env is None else env
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), command[0])
    with TemporaryFile() as out, TemporaryFile() as err, ThreadPoolExecutor(1) as pool:
        tracer = _Tracer([program, *command], environment, fault, below)
        future = pool.submit(tracer.trace, out, err)
        try:
            status = future.result(timeout)
        except TimeoutError:
            raise subprocess.TimeoutExpired(list(command), timeout) from None
        finally:
            tracer.kill()  # after a timeout or Ctrl-C; else there is nothing left of it
        said, complained = _all_of(out), _all_of(err)
    return Outcome(status=status, writes=tracer.writes, stdout=said, stderr=complained)


class _Tracer:
    """One command with its threads and children, which stop at every writing call."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        fault: Fault | None,
        below: Path | None,
    ) -> None:
        self.writes = 0
        self._command = command
        self._env = env
        self._fault = fault
        self._below = None if below is None else below.resolve()
        self._machine = _MACHINES[platform.machine()]
        self._calls = self._machine.calls()
        self._tids: set[int] = set()
        self._doomed = False
        self._info = ctypes.create_string_buffer(128)

    def trace(self, out: BinaryIO, err: BinaryIO) -> int:
        """Run to the end, and return the exit status."""
        root = self._spawn(out, err)
        ended = 0
        for tid, status in _reports():
            if os.WIFSTOPPED(status):
                with suppress(ProcessLookupError):  # killed meanwhile: that is reported as well
                    self._stopped(tid, os.WSTOPSIG(status), status >> 16)
            else:
                self._tids.discard(tid)
                ended = status if tid == root else ended
        said = _all_of(err).decode(errors="replace")
        if said.startswith(_NOT_LAUNCHED):
            raise Unsupported(f"{self._command[0]} cannot be run under a filter: {said.strip()}")
        return os.waitstatus_to_exitcode(ended)

    def kill(self) -> None:
        """End all of them; what they fork meanwhile is killed where it first stops."""
        self._doomed = True
        for tid in tuple(self._tids):
            with suppress(ProcessLookupError):
                os.kill(tid, signal.SIGKILL)

    def _spawn(self, out: BinaryIO, err: BinaryIO) -> int:
        """Start `_launch`, which waits for the end of its standard input, and seize it."""
        code = f"{inspect.getsource(_launch)}\n_launch({_NOT_LAUNCHED!r})\n"
        launcher = [sys.executable, "-I", "-S", "-c", code, self._machine.filter().hex()]
        stdin, go = os.pipe()
        with os.fdopen(stdin), os.fdopen(go):
            streams = enumerate((stdin, out.fileno(), err.fileno()))
            actions = [(os.POSIX_SPAWN_DUP2, ours, number) for number, ours in streams]
            arguments = [*launcher, *self._command]
            pid = os.posix_spawn(launcher[0], arguments, self._env, file_actions=actions)
            self._seize(pid)
        return pid

    def _seize(self, pid: int) -> None:
        try:
            _ptrace(_SEIZE, pid, 0, _OPTIONS)
        except OSError as error:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise Unsupported(f"ptrace is not allowed: {error.strerror}") from error
        self._tids.add(pid)
        if self._doomed:
            self.kill()

    def _stopped(self, tid: int, number: int, event: int) -> None:
        """Let a thread go on, after what its stop asks for."""
        self._tids.add(tid)
        if event == _EVENT_SECCOMP:
            self._call(tid)
        if self._doomed:
            self.kill()
        elif event == _EVENT_STOP and number != signal.SIGTRAP:
            _ptrace(_LISTEN, tid, 0, 0)  # stopped by a SIGSTOP: it stays so until a SIGCONT
        else:
            _ptrace(_CONT, tid, 0, 0 if event else number)

    def _call(self, tid: int) -> None:
        """Count a call, and see whether it is the one."""
        _ptrace(_GET_SYSCALL_INFO, tid, len(self._info), ctypes.addressof(self._info))
        *_, number, a, b, c, d, e, f = _SYSTEM_CALL.unpack_from(self._info)
        if not self._counts(tid, self._calls.get(number, ()), (a, b, c, d, e, f)):
            return
        self.writes += 1
        fault = self._fault
        if fault and (self.writes == fault.at or (fault.persistent and self.writes > fault.at)):
            if fault.error is None:
                self.kill()
            else:
                self._machine.fail(tid, fault.error)

    def _counts(self, tid: int, places: Sequence[_Place], arguments: Sequence[int]) -> bool:
        below = self._below
        return below is None or any(
            file.is_relative_to(below)
            for kind, at in places
            if kind != "flags"
            for file in _files(tid, kind, arguments[at:])
        )


def _files(tid: int, kind: str, arguments: Sequence[int]) -> Iterator[Path]:
    """What a call is about: the name that it says, and the file that a link there stands for."""
    descriptor = ctypes.c_int(arguments[0]).value
    start = "cwd" if kind == "path" or descriptor == _AT_FDCWD else f"fd/{descriptor}"
    with suppress(OSError, RuntimeError):  # nothing there, or a loop of links: it fails by itself
        if kind == "fd":
            yield _link(tid, start)
            return
        path = Path(_text(tid, arguments[1 if kind == "at" else 0]))
        if not path.is_absolute():
            path = _link(tid, start) / path
        yield path.parent.resolve() / path.name
        yield path.resolve()


def _link(tid: int, name: str) -> Path:
    return Path(f"/proc/{tid}/{name}").readlink()


def _text(tid: int, address: int) -> str:
    """A string in the memory of a process."""
    with Path(f"/proc/{tid}/mem").open("rb", buffering=0) as memory:
        return os.fsdecode(os.pread(memory.fileno(), _LONGEST_PATH, address).partition(b"\0")[0])


def _all_of(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _reports() -> Iterator[tuple[int, int]]:
    """What the kernel says about the processes that this thread traces, until none is left."""
    with suppress(ChildProcessError):
        while True:
            yield os.waitpid(-1, _WAIT_FLAGS)


def _regset(request: int, tid: int, which: int, values: ctypes.Array[Any]) -> None:
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(values), ctypes.sizeof(values))
    _ptrace(request, tid, which, ctypes.addressof(vector))


def _ptrace(request: int, tid: int, address: int, data: int) -> None:
    if _function()(request, tid, address, data) == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@cache
def _function() -> Callable[[int, int, int, int], int]:
    function = ctypes.CDLL(None, use_errno=True).ptrace
    function.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    function.restype = ctypes.c_long
    return function


def _launch(complaint: str) -> None:
    """Become the command, under the filter: a program of its own, which sees no other name here.

    Forking a process that has threads is asking for trouble; this one is spawned.
    """
    import ctypes
    import os
    import struct
    import sys

    steps, program, *command = sys.argv[1:]
    os.read(0, 1)  # until the tracer has seized this process: without one, calls would fail
    with open("/proc/self/environ", "rb") as file:  # noqa: PTH123 - Python adds LC_CTYPE to its own
        pairs = [pair.partition(b"=") for pair in file.read().split(b"\0") if pair]
    code = ctypes.create_string_buffer(bytes.fromhex(steps))
    filter_ = struct.pack("HP", len(steps) // 16, ctypes.addressof(code))
    zero, one, two = map(ctypes.c_long, range(3))
    libc = ctypes.CDLL(None, use_errno=True)
    for ignored in (13, 25):  # SIGPIPE and SIGXFSZ, which Python ignores
        libc.signal(ignored, None)
    failed = libc.prctl(38, one, zero, zero, zero)  # PR_SET_NO_NEW_PRIVS, else only root may filter
    if failed or libc.prctl(22, two, filter_, zero, zero):  # PR_SET_SECCOMP, with a filter
        sys.exit(complaint + os.strerror(ctypes.get_errno()))
    environment = {name: value for name, _, value in pairs}
    try:
        os.execve(program, command, environment)  # noqa: S606 - just what the caller asks for
    except OSError as error:
        sys.exit(f"{complaint}{error}")
