"""A home is its owner's alone, and no password in an address is printed or given on a command line."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli.main import app
from shared.settings import Settings
from shared.stack import Servers, StackError, down, up
from shared.stack.dsn import check, mask, without_password
from shared.stack.private import open_to_others
from shared.stack.watch import detached
from shared.stack.watch.supervisor import Program

WRITE = "open('written', 'w').close(); import time; time.sleep(600)"
OF_ROOT = 0o001 if os.geteuid() == 0 else 0  # PostgreSQL's own account passes through, and lists nothing


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def careless() -> Any:
    """Whoever starts yidi lets everybody read what he makes."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless")
def test_all_that_is_made_in_a_home_is_its_owners_alone(empty_settings: Settings) -> None:
    home = empty_settings.home
    writer = Program("writer", (sys.executable, "-c", f"import os; os.chdir({str(home)!r}); {WRITE}"))
    detached.detach(empty_settings, [writer])
    try:
        while not (home / "written").exists():
            time.sleep(0.05)
        made = [path for path in home.rglob("*") if _mode(path) & 0o077]
    finally:
        detached.end(empty_settings)
    assert made == []
    assert _mode(home) in {0o700, 0o700 | OF_ROOT}


def test_a_home_that_others_may_read_is_mended_at_up(own_settings: Settings, own_servers: Servers) -> None:
    down(own_settings)
    data = own_settings.home / "kafka" / "data"
    for path in (own_settings.home, data, data / "meta.properties", own_settings.home / "ports" / "kafka"):
        path.chmod(0o755)
    assert set(open_to_others(own_settings.home)) > {data}
    assert up(own_settings) == own_servers
    assert list(open_to_others(own_settings.home)) == []


ADDRESS = "postgresql://yidi:{}@127.0.0.1:5432/yidi"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (ADDRESS.format("s3cret"), ADDRESS.format("***")),
        (f"cannot reach {ADDRESS.format('a:b@c')}!", f"cannot reach {ADDRESS.format('***')}!"),
        ("postgres://u@h/d?password=s3cret&x=1", "postgres://u@h/d?password=***&x=1"),
        ("host=h password=s3cret", "host=h password=***"),
        ("postgresql://yidi@127.0.0.1:5432/yidi", "postgresql://yidi@127.0.0.1:5432/yidi"),
    ],
)
def test_a_password_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("dsn", "bare", "password"),
    [
        ("postgresql://u:p%40w@h:1/d", "postgresql://u@h:1/d", "p@w"),
        ("postgresql://u@h/d?password=pw&sslmode=disable", "postgresql://u@h/d?sslmode=disable", "pw"),
        ("postgresql://h/d", "postgresql://h/d", ""),
    ],
)
def test_an_address_stands_on_a_command_line_without_its_password(dsn: str, bare: str, password: str) -> None:
    assert without_password(dsn) == (bare, password)


@pytest.mark.parametrize("dsn", ["postgresql://u:s3/cret@h/d", "postgresql://u:s3#cret@h:x/d", "s3cret"])
def test_an_address_that_cannot_be_read_is_refused_without_quoting_it(dsn: str) -> None:
    with pytest.raises(StackError, match="YIDI_POSTGRES") as refused:
        check(dsn)
    assert "cret" not in str(refused.value)


def test_no_command_line_of_ours_holds_the_password(
    own_settings: Settings, own_servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, lines = subprocess.run, []

    def seen(argv: list[str], **options: Any) -> Any:
        lines.append(argv)
        return run(argv, **options)

    monkeypatch.setattr("subprocess.run", seen)
    (own_settings.home / "postgres" / "data" / "yidi.created").unlink()
    up(own_settings)
    password = (own_settings.home / "postgres" / "password").read_text().strip()
    assert {Path(line[0]).name for line in lines} >= {"pg_isready", "createdb"}
    assert password not in str(lines)


def test_neither_up_nor_an_unexpected_error_prints_the_password(
    own_settings: Settings, own_servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDI_HOME", str(own_settings.home))
    password = (own_settings.home / "postgres" / "password").read_text().strip()
    shown = CliRunner().invoke(app, ["up", "--only-servers"]).output
    assert "PostgreSQL  postgresql://yidi:***@" in shown
    assert password not in shown + repr(own_servers) + repr(Settings(postgres=own_servers.postgres))
    assert app.pretty_exceptions_show_locals is False
