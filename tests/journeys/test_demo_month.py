"""The demonstration from an empty folder: settled, cleared and verified, whatever happens to the services."""

import csv
import json
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from services.cli.main import app
from shared.messages.referral.filings import Channel, FilingKind
from shared.reconcile.cause import Cause
from shared.simulator.office.claims import DEDUCTED_FEN
from shared.simulator.office.office import RULINGS
from shared.simulator.plan.visits import BESIDE, MOST, count_beside
from tests.journeys.given.demo_month import KILLS, VISITS, Shown, run_demo

KEYS = {
    "visits",
    "settlements",
    "reversed",
    "fund_fen",
    "personal_fen",
    "cleared_fen",
    "disputed_lines",
    "late",
    "parked",
    "conservation_fen",
    "chain_ok",
    "seconds",
    "out",
}
MODES = MOST | BESIDE


def test_the_summary_has_its_figures_and_stands_in_the_folder_too(calm: Shown) -> None:
    assert calm.summary.keys() >= KEYS
    assert json.loads((calm.out / "summary.json").read_text()) == calm.summary
    assert calm.summary["out"] == str(calm.out)


def test_money_is_conserved_and_the_trail_verifies(calm: Shown) -> None:
    figures = calm.summary
    assert (figures["conservation_fen"], figures["books_ok"], figures["chain_ok"]) == (0, True, True)
    assert figures["parked"] == 0
    assert figures["fund_fen"] + figures["personal_fen"] == figures["total_fen"]
    assert figures["deducted_fen"] == figures["claimed_fen"] - figures["advances_fen"]
    assert figures["cleared_fen"] + figures["disputed_fen"] == sum(figures["funds"].values())


def test_what_goes_wrong_in_life_has_gone_wrong(calm: Shown) -> None:
    figures = calm.summary
    visits = VISITS + count_beside(VISITS)
    assert figures["visits"] == visits
    assert figures["reversed"] >= 2
    assert figures["settlements"] == visits + figures["reversed"]
    assert {mode for mode, sums in figures["by_mode"].items() if sums["due_fen"]} == MODES
    assert figures["disputed_lines"] == len(RULINGS) == 3
    assert figures["deducted_fen"] == DEDUCTED_FEN
    assert min(figures[name] for name in ("came_back", "topped_up_fen", "recovered_fen")) > 0
    assert figures["advances_fen"] > 0
    assert min(figures["late"][name] for name in ("at_once", "daily", "case_page")) > 0


def test_it_shows_filings_of_every_kind_and_channel_refusals_parts_and_what_is_taken_back(
    calm: Shown,
) -> None:
    figures = calm.summary
    assert figures["filings"].keys() == {*get_args(FilingKind)}
    channels = {channel for channels in figures["filings"].values() for channel in channels}
    assert channels == {*get_args(Channel)}
    assert figures["refused"].keys() > {"NOT_FILED", "FILING_LOCKED", "PERSON_NOT_YOURS", "OVERLAPPING_STAY"}
    assert figures["pools_merged"] == 1
    others = {"filing": 1, "end of a filing": 1, "discharge": 1, "admission": 1}
    assert (figures["in_parts"]["settlements"], figures["in_parts"]["fund_fen"] > 0) == (2, True)
    assert figures["undone"] == {**others, "settlement": figures["reversed"]}


def test_every_center_has_its_lines_as_csv_xlsx_and_pdf_and_both_sides_the_same(calm: Shown) -> None:
    files: dict[str, list[bytes]] = {}
    for path in sorted((calm.out / "centers").glob("*/*.csv")):
        files.setdefault(path.name, []).append(path.read_bytes())
        assert path.with_suffix(".xlsx").stat().st_size > 0
        assert path.with_suffix(".pdf").stat().st_size > 0
    assert len(files) == calm.summary["statements"]
    assert all(len(sides) == 2 and sides[0] == sides[1] for sides in files.values())
    texts = [sides[0].decode("utf-8-sig").splitlines() for sides in files.values()]
    rows = [row for text in texts for row in csv.DictReader(text)]
    assert sum(int(row["fund_fen"]) for row in rows) == calm.summary["fund_fen"] - DEDUCTED_FEN


@pytest.mark.requirement("CLR-12")
def test_a_center_is_reconciled_without_a_difference_and_with_one_of_each_cause(calm: Shown) -> None:
    clean, spoilt = calm.summary["reconciliations"]
    assert (clean["causes"], clean["difference_fen"]) == ({}, 0)
    assert spoilt["causes"] == dict.fromkeys(Cause, 1)
    assert sum(spoilt["due_fen"].values()) == spoilt["difference_fen"]
    options = "--party", spoilt["party"], "--month", "2026-03", "--facts", str(calm.out / "facts.jsonl")
    again = CliRunner().invoke(app, ["reconcile", str(calm.out / spoilt["list"]), *options, "--json"])
    found = json.loads(again.output)["differences"]
    assert (again.exit_code, sorted(one["cause"] for one in found)) == (1, sorted(Cause))


def test_there_are_pictures(calm: Shown) -> None:
    for path in calm.out.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
    assert len(list(calm.out.glob("*.png"))) == 2


@pytest.mark.requirement("CLR-06")
def test_the_same_month_comes_out_when_every_service_is_killed_on_the_way(calm: Shown, killed: Shown) -> None:
    assert killed.notes.count(f": {KILLS}\n") == 6
    same = KEYS | calm.summary.keys() - {"seconds", "out"}
    for name in same - {"seconds", "out"}:
        assert killed.summary[name] == calm.summary[name], name
    for path in (calm.out / "centers").glob("*/*.csv"):
        twin = killed.out / path.relative_to(calm.out)
        assert twin.read_bytes() == path.read_bytes()


def test_too_few_visits_for_all_that_can_go_wrong_are_refused(folder: Path) -> None:
    done = run_demo(folder / "few", "--visits", "3")
    assert done.returncode == 2
    assert "--visits" in done.stderr
