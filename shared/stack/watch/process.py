"""Operating-system processes that outlive their starter: spawn, find again, stop. Knows no server."""

import fcntl
import math
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from shared.stack.account import Account
from shared.stack.error import ServerDiedError, StackError
from shared.stack.private import UMASK, make_folder, opener

LOG_BYTES = 20_000_000
GIVE_WAY_TRIES = 10
MARK = "YIDI_SUPERVISED_IN"  # in a program's environment: the home whose supervisor started it
_children: dict[int, "subprocess.Popen[bytes]"] = {}


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file; waits for whoever holds it. Freed by the system if we are killed."""
    make_folder(lock.parent)
    with open(lock, "w", opener=opener) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def open_log(log: Path) -> int:
    """Descriptor to append to a log; a log that has grown too long is set aside first, one generation."""
    make_folder(log.parent)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def spawn(
    argv: Sequence[str], log: Path, account: Account = None, env: Mapping[str, str] | None = None
) -> psutil.Process:
    """Start a process in a session of its own, output appended to ``log``; ``env`` replaces ours if given."""
    for earlier in list(_children.values()):
        earlier.poll()
    descriptor = open_log(log)
    try:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            env=env,
            cwd="/",
            start_new_session=True,
            umask=UMASK,
            user=account[0] if account else None,
            group=account[1] if account else None,
            extra_groups=[] if account else None,
        )
    finally:
        os.close(descriptor)
    _children[child.pid] = child
    return psutil.Process(child.pid)


def give_way(process: psutil.Process, nice: int) -> None:
    """Let a process give way to others, also to those of other sessions.

    Where Linux shares the processors between sessions first (autogroup), niceness alone counts only within
    a session, and everything we start has one of its own.
    """
    if not nice:
        return
    with suppress(psutil.Error):
        process.nice(nice)
    for _ in range(GIVE_WAY_TRIES):  # Linux takes one such order each tenth of a second
        try:
            Path(f"/proc/{process.pid}/autogroup").write_text(str(nice))
        except BlockingIOError:
            time.sleep(0.11)
        except OSError:
            return
        else:
            return


def find(name: str, argument: str) -> psutil.Process | None:
    """The living process called ``name`` that has ``argument`` in its command line, whoever started it.

    Looking instead of trusting a pid file heals a starter that was killed before it could write one,
    and cannot mistake a stranger that got an old pid.
    """
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == name and argument in (process.info["cmdline"] or ()):
            return process
    return None


def find_by(ending: tuple[str, ...]) -> psutil.Process | None:
    """The living process whose command line ends so."""
    for process in psutil.process_iter(["cmdline"]):
        if tuple(process.info["cmdline"] or ())[-len(ending) :] == ending:
            return process
    return None


def marked(home: Path) -> list[psutil.Process]:
    """The living processes that a supervisor of this home started, recorded or not."""
    return [process for process in psutil.process_iter() if _mark_of(process) == str(home.resolve())]


def _mark_of(process: psutil.Process) -> str | None:
    with suppress(psutil.Error):
        return process.environ().get(MARK)
    return None


def alive(process: psutil.Process) -> bool:
    """Running, not gone and not merely unreaped."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def wait_gone(process: psutil.Process, timeout_s: float = math.inf) -> bool:
    """Wait for a process to end, whoever started it; False when time is up.

    Not psutil's own wait: that one also waits for a stranger to collect its dead child.
    """
    child = _children.get(process.pid)
    own = child is not None and child.returncode is None
    if child is not None and own:
        with suppress(subprocess.TimeoutExpired):
            child.wait(None if math.isinf(timeout_s) else timeout_s)
    deadline = time.monotonic() + (0 if own else timeout_s)
    while alive(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(process)


def ending_of(process: psutil.Process) -> tuple[str, str]:
    """How a process that is gone ended, in Chinese and English; of another's child only that it did."""
    child = _children.pop(process.pid, None)
    code = child.poll() if child else None
    if code is None:
        return "已退出", "exited"
    if code < 0:
        name = signal.Signals(-code).name
        return f"被信号 {name} 终止", f"was ended by {name}"
    return f"以退出码 {code} 退出", f"exited with code {code}"


def stop(process: psutil.Process, politely: signal.Signals, patience_s: float) -> None:
    """Ask a process to end, waking it and those below it if they were frozen; wait, then kill it."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(politely)
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGCONT)
        if not wait_gone(process, patience_s):
            process.kill()
            wait_gone(process, patience_s)


def wait_until(ready: Callable[[], bool], process: psutil.Process, timeout_s: float, log: Path) -> None:
    """Poll until ready. Raises ServerDiedError when the process ends, StackError when time is up."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        if not alive(process):
            raise ServerDiedError(
                f"服务启动时退出,日志 {log} 末尾:\n{tail(log, 15)}",
                f"The server died at start; the end of {log} is above. Then run `yidi doctor`.",
            )
        if time.monotonic() > deadline:
            raise StackError(
                f"服务在 {timeout_s:.0f} 秒内未就绪,见日志 {log}。可执行 yidi down 后重试。",
                f"The server was not ready within {timeout_s:.0f} s, see {log}. Try `yidi down`, then again.",
            )
        time.sleep(0.02)


def tail(log: Path, lines: int) -> str:
    """The last lines of a log; empty when there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as handle:
        handle.seek(max(0, log.stat().st_size - 200 * lines - 2000))
        return "\n".join(handle.read().decode(errors="replace").splitlines()[-lines:])
