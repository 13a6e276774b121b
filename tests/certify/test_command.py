"""What the command refuses before anything is started, and that it runs alone and ends when told to."""

import os
import signal
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli.certify.alone import BusyError, alone
from services.cli.certify.certify_command import ended_like_ctrl_c
from services.cli.certify.kit import CENTER_NODE, center_of, parties_of, require_agreements
from services.cli.main import app
from shared.certify.cases.catalogue import cases_for
from shared.stack import StackError


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("certify Vendor --run true", "Vendor"),
        ("certify a/b --run true", "a/b"),
        ("certify --run true", "NODE"),
        ("sandbox Vendor", "Vendor"),
        ("certify vendor --run true --case 1 --case 18", "18"),
        ("certify chengdu --run true", CENTER_NODE),
        ("certify henan --run true", CENTER_NODE),
        ("certify vendor --run true --out /proc/x", "/proc/x"),
        ("certify vendor --run no-such-program", "no-such-program"),
        ("certify --verify report.json --key 0x", "--key"),
    ],
)
def test_what_cannot_be_played_is_told_before_anything_starts(
    arguments: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, arguments.split())
    assert done.exit_code == 2
    assert expected in done.output
    assert not (tmp_path / "home").exists()


def test_the_center_that_is_named_has_a_statement_for_each_case() -> None:
    assert len(parties_of(center_of(CENTER_NODE))) >= len(cases_for("center"))


def test_a_second_certification_in_a_home_is_refused(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(BusyError), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_no_day_is_opened_after_the_agreements_end() -> None:
    require_agreements(date(2027, 12, 31))
    with pytest.raises(StackError, match="2028-01-01"):
        require_agreements(date(2028, 1, 1))


@pytest.mark.parametrize("ctrl_c", [signal.default_int_handler, signal.SIG_IGN])
def test_a_signal_to_end_is_as_ctrl_c_also_in_the_background(ctrl_c: Any) -> None:
    before, was = signal.getsignal(signal.SIGTERM), signal.signal(signal.SIGINT, ctrl_c)
    try:
        with pytest.raises(KeyboardInterrupt), ended_like_ctrl_c():
            _end_this_process()
    finally:
        signal.signal(signal.SIGINT, was)
    assert signal.getsignal(signal.SIGTERM) == before


def _end_this_process() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)  # it may come to another thread first
