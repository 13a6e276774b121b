"""What a statement says: which lines, their order, their sums, the bytes of its file, what is to be paid."""

import hashlib
import random
from datetime import date

import pytest

from shared.month.reading import gather
from shared.month.statement import (
    csv_of,
    disputed_lines,
    document,
    payable_fen,
    sums_by_area,
    sums_of,
)
from tests.month.given.facts import (
    FUNDS,
    agreement,
    disputed,
    documents,
    funds,
    months_of,
    numbered,
    reversed_,
    settled,
    statements,
)

PAID = funds(pool=500, large_amount=40, serious_illness=30, assistance=20, account=10)
STAY = settled("S", "2026-03-05", PAID, service_on="2026-03-01")


def test_there_is_one_statement_for_each_agreement_scheme_and_month_with_a_line() -> None:
    facts = [
        agreement("B", insured_area="520000", schemes=["390", "310"]),
        agreement("A"),
        settled("S1", "2026-03-05", insured_area="520100", scheme="390"),
        settled("S2", "2026-03-05", insured_area="520100"),
        settled("S3", "2026-05-05"),
        settled("S4", "2026-03-05"),
        settled("S5", "2026-03-06"),
    ]
    told = [(one.month, one.terms.agreement_id, one.scheme, len(one.lines)) for one in statements(*facts)]
    assert told == [
        ("2026-03", "A", "310", 2),
        ("2026-03", "B", "310", 1),
        ("2026-03", "B", "390", 1),
        ("2026-05", "A", "310", 1),
    ]


# Through which day, the months that are sorted by then
THROUGH = [("2026-03-31", []), ("2026-04-01", ["2026-03"]), ("2026-05-01", ["2026-03", "2026-04"])]


@pytest.mark.parametrize(("through", "months"), THROUGH)
def test_through_a_day_only_the_statements_that_are_sorted_by_then_are_told(
    through: str, months: list[str]
) -> None:
    facts = [agreement(), STAY, settled("T", "2026-04-05")]
    assert [one.month for one in statements(*facts, through=through)] == months


def test_lines_follow_each_other_by_business_day_institution_and_code_points_of_their_ids() -> None:
    facts = [
        settled("a", "2026-03-05"),
        settled("B", "2026-03-05"),
        settled("B.a", "2026-03-05"),
        settled("B-a", "2026-03-05"),
        settled("z", "2026-03-04", institution_id="H2"),
        settled("y", "2026-03-05", institution_id="H10"),
        settled("x", "2026-03-05", institution_id="H2"),
    ]
    facts.append(reversed_("B", "2026-03-05"))
    random.Random(1).shuffle(facts)
    (statement,) = statements(agreement(), *facts)
    assert [line.line_id for line in statement.lines] == ["z", "B", "B-a", "B.a", "B.r", "a", "y", "x"]


@pytest.mark.requirement("CLR-17")
def test_the_sums_of_the_insured_areas_add_up_to_the_statements() -> None:
    areas = [settled(f"S{i}", "2026-03-05", PAID, insured_area=f"51{i % 3:02}00") for i in range(20)]
    (statement,) = statements(agreement(), *areas, reversed_("S1", "2026-03-31"))
    whole, by_area = sums_of(statement.lines), sums_by_area(statement.lines)
    assert list(by_area) == ["510000", "510100", "510200"]
    assert [by_area[area].lines for area in by_area] == [7, 8, 6]
    told = document(statement, "")
    for name in ("lines", "total_fen", *FUNDS, "fund_fen", "due_fen"):
        assert sum(sums[name] for sums in told["by_area"].values()) == told["sums"][name]
    assert told["sums"] == whole.document()


def test_the_funds_are_the_four_and_what_is_due_is_all_five() -> None:
    (statement,) = statements(agreement(), STAY)
    assert sums_of(statement.lines).document() == {
        "lines": 1,
        "total_fen": 10_600,
        **PAID,
        "fund_fen": 590,
        "due_fen": 600,
    }


def test_the_file_of_a_statement_is_fixed_to_the_byte() -> None:
    (statement,) = statements(agreement(), STAY, reversed_("S", "2026-03-31"))
    content = b"".join(csv_of(statement.lines))
    assert content.decode("utf-8").split("\n") == [
        "\ufeffline_id,settlement_id,why,person_id,insured_area,treatment_area,institution_id,visit_kind,"
        "service_on,business_on,total_fen,pool_fen,large_amount_fen,serious_illness_fen,assistance_fen,"
        "account_fen,fund_fen,due_fen",
        "S,S,settled,P,511900,310101,H1,inpatient,2026-03-01,2026-03-05,10600,500,40,30,20,10,590,600",
        "S.r,S,reversed,P,511900,310101,H1,inpatient,2026-03-01,2026-03-31,-10600,-500,-40,-30,-20,-10,-590,-600",
        "",
    ]


@pytest.mark.requirement("CLR-18")
def test_a_statement_carries_the_digest_of_its_file() -> None:
    months = months_of(agreement(), *(settled(f"S{i}", "2026-03-05") for i in range(2_500)))
    (statement,), (told, _) = list(months.statements()), documents(months)
    assert told["csv_sha256"] == hashlib.sha256(b"".join(csv_of(statement.lines))).hexdigest()


def test_a_statement_is_told_with_these_members_in_this_order() -> None:
    told, rest = documents(months_of(agreement("B"), STAY))
    assert list(told) == ["agreement_id", "scheme", "month", "sorted_on", "sums", "by_area", "csv_sha256"]
    assert (told["agreement_id"], told["scheme"], told["month"], told["sorted_on"]) == (
        "B",
        "310",
        "2026-03",
        "2026-04-01",
    )
    assert list(rest) == ["unagreed", "late", "not_eligible"]


def test_the_lines_of_no_statement_are_listed_sorted() -> None:
    facts = [settled(id, "2026-03-05") for id in ("b", "a", "C", "a.b")]
    assert documents(months_of(*facts, reversed_("a", "2026-03-06"))) == [
        {"unagreed": ["C", "a", "a.b", "a.r", "b"], "late": [], "not_eligible": []}
    ]


# The day on which the second center confirms, the lines that drop out
CONFIRMED = [("2026-04-02", []), ("2026-04-03", ["S"]), ("2026-04-05", ["S", "T"])]


@pytest.mark.parametrize(("confirmed_on", "dropped"), CONFIRMED)
def test_a_line_disputed_by_the_day_of_the_second_confirmation_is_not_to_be_paid(
    confirmed_on: str, dropped: list[str]
) -> None:
    facts = [agreement(), STAY, settled("T", "2026-03-06"), settled("U", "2026-03-07")]
    facts += [disputed("S", "2026-04-03"), disputed("T", "2026-04-05")]
    (statement,) = statements(*facts)
    found = disputed_lines(
        statement.lines, gather(numbered(facts)).disputed, date.fromisoformat(confirmed_on)
    )
    assert [line.line_id for line in found] == dropped
    due = {"S": 600, "T": 10_000, "U": 10_000}
    assert payable_fen(statement.lines, found) == sum(fen for id, fen in due.items() if id not in dropped)


@pytest.mark.requirement("CLR-07")
def test_each_direction_has_its_own_statement_and_nothing_is_netted() -> None:
    back = agreement("Z", insured_area="310000", treatment_area="510000")
    other = settled("T", "2026-03-05", insured_area="310000", treatment_area="511900")
    told = [
        (one.terms.agreement_id, sums_of(one.lines).funds.due_fen)
        for one in statements(agreement(), back, STAY, other)
    ]
    assert told == [("A", 600), ("Z", 10_000)]
