"""What commands print: the result alone on standard output, ids whole at 80 columns, others' text kept."""

import re
from datetime import UTC, datetime

import pytest
import structlog

from services.clearing.model.report import StatementStatus
from services.cli.bus import dead_commands
from services.cli.case import explain_command
from services.cli.main import _yidi
from services.cli.month import commands as month_commands
from services.cli.output import screen
from shared.benefit.compare.comparison import Cause
from shared.bus.operate.parking import Parked
from tests.house.test_house import ROOT

ID = "~" + "0123456789abcdef" * 4
PLACE = "settlement/realtime.encounters/191/9223372036854775807"
CLI = sorted((ROOT / "services" / "cli").rglob("*.py"))


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")


def stand_whole(text: str, *ids: str) -> None:
    """Each id stands on one line, not cut and not folded."""
    for id in ids:
        assert any(id in line for line in text.splitlines()), (id, text)
    assert "…" not in text


@pytest.mark.parametrize("path", [p for p in CLI if p.name != "output.py"], ids=lambda p: p.name)
def test_every_command_prints_through_what_reads_no_markup(path) -> None:  # type: ignore[no-untyped-def]
    assert not re.search(r"\bConsole\(", path.read_text(encoding="utf-8"))


def test_what_a_stranger_wrote_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    screen().print("[/x] :smile: [red]")
    assert capsys.readouterr().out == "[/x] :smile: [red]\n"


def test_a_log_line_of_a_command_stands_beside_its_result(capfd: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        _yidi(shown=False)
        structlog.get_logger().warning("client.send_failed")
    finally:
        structlog.configure(**before)
    assert "client.send_failed" not in capfd.readouterr().out


def parked(source: str, detail: str) -> Parked:
    """A parked message of a stranger."""
    topic, since = "realtime.encounters", datetime.now(UTC)
    return Parked(PLACE, "settlement", topic, 191, 2**63 - 1, "ab" * 6, source, "JUNK", detail, False, since)


def test_what_is_parked_can_be_copied_and_its_source_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    dead_commands._print(parked("[/x]", "[bold]\x1b[2J\nnext"))
    told = capsys.readouterr().out
    stand_whole(told, PLACE, "[/x]", "ab" * 6, r"[bold]\x1b[2J\nnext")
    assert told.splitlines()[0] == PLACE


def test_a_statement_can_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    fields = dict.fromkeys(StatementStatus._fields, "x") | {"lines": 1_000_000, "due_fen": 10**14}
    fields |= {"statement_id": ID, "agreement_id": ID[::-1], "disputed_lines": 2, "disputed_fen": 5}
    month_commands._print_status(StatementStatus(**fields))  # type: ignore[arg-type]
    stand_whole(capsys.readouterr().out, ID, ID[::-1], "1000000000000.00", "1,000,000")


def test_what_made_two_settlements_differ_can_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    fields = dict.fromkeys(Cause._fields, "because") | {"fund_fen": 5, "personal_fen": -5}
    explain_command._print_causes([Cause(**fields | {"first": ID, "second": ID[::-1]})])  # type: ignore[arg-type]
    stand_whole(capsys.readouterr().out, ID, ID[::-1], "+5", "-5")
