"""The system account PostgreSQL runs under, since it refuses to run as root. Nothing else."""

import os
import pwd
import stat
import subprocess
from pathlib import Path

from shared.stack.error import StackError

NAME = "pgserver"
# (uid, gid), or None: as whoever started us
Account = tuple[int, int] | None


def server_account(programs: Path, folder: Path) -> Account:
    """The account for PostgreSQL, able to reach its programs and owner of its folder.

    An ordinary user runs the server itself (None). Root hands it to the account ``pgserver``, made on
    first use. Raises StackError where it cannot be made.
    """
    if os.geteuid() != 0:
        return None
    entry = _entry()
    for path in (programs, folder):
        _let_pass(path)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return entry.pw_uid, entry.pw_gid


def _entry() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    try:
        subprocess.run(["useradd", "--system", "--no-create-home", NAME], check=True, capture_output=True)
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise StackError(
            f"PostgreSQL 不能以 root 运行,且无法创建系统用户 {NAME}。请改用普通用户运行,或先创建该用户。",
            f"PostgreSQL does not run as root and the system user {NAME} cannot be made. "
            "Run as an ordinary user, or make that user first.",
        ) from error


def _let_pass(path: Path) -> None:
    """Let others walk through (not list) the folders above a path."""
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
