import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from collectionlib.testing import faults
from collectionlib.testing.faults import Fault, Outcome, Unsupported

pytestmark = pytest.mark.skipif(
    faults.why_unsupported() is not None, reason=str(faults.why_unsupported())
)

APPENDS = """
import os, sys
for name in "abc":
    descriptor = os.open(sys.argv[1] + "/" + name, os.O_CREAT | os.O_WRONLY)
    os.write(descriptor, name.encode())
    os.close(descriptor)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "counted"
    path.mkdir()
    return path


def run(script: str, folder: Path, fault: Fault | None = None, **options: object) -> Outcome:
    """Run a script without what Python would import at start, and count below the folder."""
    command = [sys.executable, "-I", "-S", "-c", script, str(folder)]
    return faults.run(command, fault, **{"below": folder, **options})  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def test_counts_the_writing_calls_of_a_script(folder: Path) -> None:
    outcome = run(f"{APPENDS}\nprint('done')\nsys.stderr.write('said')", folder)
    assert outcome == Outcome(status=0, writes=6, stdout=b"done\n", stderr=b"said")


@pytest.mark.parametrize("at", range(1, 7))
def test_a_kill_leaves_just_what_came_before(folder: Path, at: int) -> None:
    outcome = run(APPENDS, folder, Fault(at=at, error=None))
    steps = [("a", ""), ("a", "a"), ("b", ""), ("b", "b"), ("c", ""), ("c", "c")]
    assert contents(folder) == dict(steps[: at - 1])
    assert (outcome.status, outcome.writes) == (-signal.SIGKILL, at)


def test_a_fault_beyond_the_last_call_never_happens(folder: Path) -> None:
    assert run(APPENDS, folder, Fault(at=7, error=None)).status == 0


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_an_error_is_what_the_script_sees(folder: Path, number: int) -> None:
    script = f"""
import os, sys
descriptor = os.open(sys.argv[1] + "/file", os.O_CREAT | os.O_WRONLY)
for data in (b"one", b"two", b"three"):
    try:
        os.write(descriptor, data)
    except OSError as error:
        assert error.errno == {number}, error
        print("failed", data.decode())
"""
    outcome = run(script, folder, Fault(at=3, error=number))
    assert (outcome.status, outcome.stdout, outcome.stderr) == (0, b"failed two\n", b"")
    assert (outcome.writes, contents(folder)) == (4, {"file": "onethree"})


def test_a_persistent_error_stays(folder: Path) -> None:
    script = """
import os, sys
descriptor = os.open(sys.argv[1] + "/file", os.O_CREAT | os.O_WRONLY)
for call in (os.write, os.pwrite, os.ftruncate, os.fsync):
    try:
        call(descriptor, *{os.write: [b"x"], os.pwrite: [b"x", 0], os.ftruncate: [9]}.get(call, []))
    except OSError as error:
        print(error.errno)
"""
    outcome = run(script, folder, Fault(at=3, error=errno.ENOSPC, persistent=True))
    assert outcome.stdout.split() == [b"28"] * 3
    assert contents(folder) == {"file": "x"}


CALLS = {
    "open without creating": ("os.open(old, os.O_RDWR)", 0),
    "open and create": ("os.open(new, os.O_RDWR | os.O_CREAT)", 1),
    "open and truncate": ("os.open(old, os.O_RDWR | os.O_TRUNC)", 1),
    "unnamed file": ("os.open(folder, os.O_RDWR | os.O_TMPFILE)", 1),
    "write": ("os.write(there, b'x')", 1),
    "writev": ("os.writev(there, [b'x'])", 1),
    "pwrite": ("os.pwrite(there, b'x', 0)", 1),
    "pwritev": ("os.pwritev(there, [b'x'], 0)", 1),
    "read": ("os.read(there, 1)", 0),
    "sendfile": ("os.sendfile(there, zero, 0, 1)", 1),
    "sendfile elsewhere": ("os.sendfile(null, there, 0, 1)", 0),
    "copy_file_range": ("os.copy_file_range(there, there, 1, 0, 5)", 1),
    "truncate": ("os.truncate(old, 1)", 1),
    "ftruncate": ("os.ftruncate(there, 1)", 1),
    "fallocate": ("os.posix_fallocate(there, 0, 9)", 1),
    "fsync": ("os.fsync(there)", 1),
    "fsync of the folder": ("os.fsync(inside)", 1),
    "fdatasync": ("os.fdatasync(there)", 1),
    "rename": ("os.rename(old, new)", 1),
    "rename out": ("os.rename(old, outside)", 1),
    "rename by descriptor": ("os.rename('old', 'new', src_dir_fd=inside, dst_dir_fd=inside)", 1),
    "link": ("os.link(old, new)", 1),
    "symlink": ("os.symlink('nothing', new)", 1),
    "symlink to the inside": ("os.symlink(old, outside)", 0),
    "unlink": ("os.unlink(old)", 1),
    "unlink by descriptor": ("os.unlink('old', dir_fd=inside)", 1),
    "unlink what is not there": ("os.unlink(outside)", 0),
    "mkdir": ("os.mkdir(new)", 1),
    "mkdir in the current folder": ("os.chdir(folder); os.mkdir('new')", 1),
    "rmdir": ("os.rmdir(empty)", 1),
    "mkfifo": ("os.mkfifo(new)", 1),
    "chmod": ("os.chmod(old, 0o600)", 1),
    "fchmod": ("os.chmod(there, 0o600)", 1),
    "a bad descriptor": ("os.write(99, b'x')", 0),
}


@pytest.mark.parametrize(("call", "writes"), CALLS.values(), ids=CALLS)
def test_a_call_counts_if_it_writes_below_the_folder(folder: Path, call: str, writes: int) -> None:
    (folder / "old").write_bytes(b"something")
    (folder / "empty").mkdir()
    script = f"""
import os, sys
folder = sys.argv[1]
old, new, empty = (folder + name for name in ("/old", "/new", "/empty"))
outside = folder + "/../outside"
there, inside = os.open(old, os.O_RDWR), os.open(folder, os.O_RDONLY)
null, zero = os.open("/dev/null", os.O_RDWR), os.open("/proc/self/exe", os.O_RDONLY)
try:
    {call}
except OSError as error:
    print(error.errno)
"""
    outcome = run(script, folder)
    expected = {"os.write(99, b'x')": b"9\n", "os.unlink(outside)": b"2\n"}.get(call, b"")
    assert (outcome.writes, outcome.stdout) == (writes, expected), outcome.stderr


def test_elsewhere_does_not_count_unless_all_does(folder: Path) -> None:
    script = f"{APPENDS}\nos.write(1, b'said')"
    other = folder.with_name("counted too")
    other.mkdir()
    assert run(script, folder, below=other).writes == 0
    assert run(script, folder, below=folder.parent).writes == 6
    assert run(script, folder, below=None).writes == 7


def test_a_deleted_file_counts(folder: Path) -> None:
    script = """
import os, sys
descriptor = os.open(sys.argv[1] + "/file", os.O_CREAT | os.O_WRONLY)
os.unlink(sys.argv[1] + "/file")
os.write(descriptor, b"x")
"""
    assert run(script, folder).writes == 3


def test_a_link_is_followed(folder: Path) -> None:
    link = folder.with_name("link")
    link.symlink_to(folder, target_is_directory=True)
    assert run(APPENDS, link, below=folder).writes == 6
    assert run(APPENDS, folder, below=link).writes == 6


@pytest.mark.slow
def test_a_write_of_sqlite_fails(folder: Path) -> None:
    script = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1] + "/file.db", isolation_level=None)
connection.execute("CREATE TABLE one (number)")
print("ready", flush=True)
try:
    connection.execute("INSERT INTO one VALUES (1)")
except sqlite3.Error as error:
    print(error)
"""
    connected = script.partition("print")[0]
    before = run(connected, folder).writes
    (folder / "file.db").unlink()
    writes = run(script, folder).writes
    assert writes > before > 0
    said = set()
    for at in range(before + 1, writes + 1):
        (folder / "file.db").unlink()
        said.add(run(script, folder, Fault(at=at, error=errno.ENOSPC)).stdout)
    assert b"ready\ndatabase or disk is full\n" in said


def test_threads_are_followed(folder: Path) -> None:
    script = f"""
import threading
{APPENDS}
def append():
    for number in range(20):
        open(f"{{sys.argv[1]}}/{{threading.get_ident()}}", "ab", buffering=0).write(b"x")
threads = [threading.Thread(target=append) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    assert run(script, folder).writes == 6 + 4 * 20 * 2


@pytest.mark.slow
def test_children_are_followed_and_waited_for(folder: Path) -> None:
    script = f"""
import subprocess, sys, time
subprocess.run([sys.executable, "-I", "-S", "-c", {APPENDS!r}, sys.argv[1]])
import os
if os.fork() == 0:
    time.sleep(0.2)
    os.mkdir(sys.argv[1] + "/late")
"""
    assert run(script, folder).writes == 7
    assert (folder / "late").is_dir()


def test_a_kill_ends_the_children_too(folder: Path) -> None:
    script = """
import os, sys, time
if os.fork() == 0:
    os.mkdir(sys.argv[1] + "/one")
else:
    time.sleep(60)
"""
    outcome = run(script, folder, Fault(at=1, error=None), timeout=30)
    assert (outcome.status, contents(folder)) == (-signal.SIGKILL, {})


def test_an_exec_in_a_thread_is_followed(folder: Path) -> None:
    script = f"""
import os, sys, threading
command = [sys.executable, "-I", "-S", "-c", {APPENDS!r}, sys.argv[1]]
threading.Thread(target=os.execv, args=(sys.executable, command)).start()
threading.Event().wait()
"""
    assert run(script, folder).writes == 6


def test_signals_are_passed_on(folder: Path) -> None:
    script = """
import os, signal
signal.signal(signal.SIGUSR1, lambda *_: print("caught", flush=True))
os.kill(os.getpid(), signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGTERM)
"""
    outcome = run(script, folder)
    assert (outcome.status, outcome.stdout) == (-signal.SIGTERM, b"caught\n")


def test_a_stopped_child_goes_on_when_told(folder: Path) -> None:
    script = """
import os, signal, time
pid = os.fork()
if pid == 0:
    os.kill(os.getpid(), signal.SIGSTOP)
    os._exit(7)
print(os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1]), flush=True)
os.kill(pid, signal.SIGCONT)
print(os.waitpid(pid, 0)[1] >> 8)
"""
    assert run(script, folder, timeout=30).stdout.split() == [b"True", b"7"]


@pytest.mark.slow
def test_a_timeout_kills_all(folder: Path) -> None:
    script = """
import os, sys, time
os.fork()
open(f"{sys.argv[1]}/{os.getpid()}", "x")
time.sleep(60)
"""
    started = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        run(script, folder, timeout=1)
    assert time.monotonic() - started < 20
    pids = [int(path.name) for path in folder.iterdir()]
    assert len(pids) == 2
    assert not any(_is_running(pid) for pid in pids)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"  # dead, and not yet fetched by init


def test_other_children_and_threads_are_left_alone(folder: Path) -> None:
    outcomes: list[Outcome] = []
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.exit(5)"]) as other:
        runs = [
            threading.Thread(target=lambda: outcomes.append(run(APPENDS, folder))) for _ in range(3)
        ]
        for one in runs:
            one.start()
        for one in runs:
            one.join()
        assert other.wait() == 5
    assert [outcome.writes for outcome in outcomes] == [6, 6, 6]


def test_much_output_is_read(folder: Path) -> None:
    outcome = run("import os\nfor fd in 1, 2: os.write(fd, b'x' * 1_000_000)", folder)
    assert (len(outcome.stdout), len(outcome.stderr)) == (1_000_000, 1_000_000)


def test_the_environment_is_what_was_given(folder: Path) -> None:
    script = "print(open('/proc/self/environ').read().split('\\0'), end='')"
    assert eval(run(script, folder, env={"ONE": "1=1"}).stdout) == ["ONE=1=1", ""]


def test_the_program_is_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults.run(["true"]).status == 0
    assert faults.run(["false"]).status == 1
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        faults.run(["no-such-program"])
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(FileNotFoundError):
        faults.run(["true"])


def test_what_is_no_program_says_so(tmp_path: Path) -> None:
    path = tmp_path / "program"
    path.write_bytes(b"\0")
    path.chmod(0o755)
    with pytest.raises(Unsupported, match="Exec format error"):
        faults.run([str(path)])


def test_calls_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="at"):
        Fault(at=0, error=None)
