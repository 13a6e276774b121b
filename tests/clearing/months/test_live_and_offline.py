"""The service on a real database and the computation from the facts alone come to the same files."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

import pytest

from services.clearing.heard import Heard
from shared.bus.message import Decision
from shared.messages.body import Body
from shared.messages.clearing.batches import BatchChunk
from shared.messages.clearing.disputes import DisputeDecided, Ruling
from shared.messages.clearing.investigations import RecoveryDecided
from shared.messages.clearing.months import StatementIssued
from shared.messages.settlement.visits import SettlementCompleted
from shared.month.compute import compute
from shared.month.funds import Funds
from shared.month.lines import reversal_id
from shared.month.reading import Facts
from shared.month.statement import csv_of, csv_sha256
from tests.clearing.given.claims import code, doubt, review, said_of
from tests.clearing.given.desk import (
    DriverFor,
    admit,
    assert_books_agree,
    close,
    confirm,
    decide,
    open_books,
    recover,
    said,
    sort,
)
from tests.clearing.given.facts import (
    INSURED_CENTER,
    OTHER_CENTER,
    TREATMENT_CENTER,
    advance_agreement,
    advanced,
    agreement,
    case_page,
    claim,
    reversed_,
    settled,
)
from tests.given.driver import Driver

pytestmark = pytest.mark.no_cover  # lives by chance: what they reach, the tables reach too
FIRST, DAYS = date(2026, 3, 1), 130
PREFUND = agreement(cut_off_day=25, prefund_quota_fen=100_000, investigate_above_fen=8_000)
ADVANCE = advance_agreement(declare_by_day=20, max_delay_months=0)
REVIEWS = ("BY_RULE", "ONE_STEP", "TWO_STEP")


class Life:
    """A hundred days of two agreements, by chance but for the seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.care: dict[str, SettlementCompleted] = {}
        self.back: set[str] = set()
        self.paged: set[str] = set()
        self.claimed: set[str] = set()
        self.recovered: set[str] = set()
        self.admitted = self.reviewed = self.released = 0

    def of_day(self, day: date) -> Iterator[Body]:
        """What settlement says on a day."""
        for number in range(self.random.randrange(3)):
            make = self.random.choice((settled, advanced))
            kind = self.random.choice(("inpatient", "outpatient_general"))
            body = make(f"s{day:%m%d}-{number}", day, self.random.randrange(1, 9_000), kind=kind)
            account_fen = self.random.randrange(500)
            paid = body.payments.model_copy(
                update={"account_fen": account_fen, "total_fen": body.payments.total_fen + account_fen}
            )
            service_on = day - timedelta(days=self.random.randrange(5))
            self.care[body.settlement_id] = body.model_copy(
                update={"payments": paid, "service_on": service_on}
            )
            yield self.care[body.settlement_id]
            if number and day.day % 3 == 0:
                yield doubt(body)
        for id, body in self.care.items():
            if id not in self.paged and self.random.random() < 0.1:
                self.paged.add(id)
                yield case_page(body).model_copy(update={"received_on": day})
            if id not in self.back and self.random.random() < 0.01:
                self.back.add(id)
                yield reversed_(body, day)

    def claims_of(self, day: date) -> list[str]:
        """What the hospital in Chongqing claims on a day: some of the last month's settlements."""
        month = f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
        return [
            id
            for id, body in self.care.items()
            if body.scheme == "380"
            and f"{body.settled_on:%Y-%m}" == month
            and id not in self.claimed
            and self.random.random() < 0.3
        ]


def in_parts(day: date) -> Sequence[Body]:
    """A stay of each month that was settled in between; one of two is settled again, the part another way.

    The part on the 4th, the rest on the 14th with the page of both, the last first taken back on the 24th.
    """
    month = f"{day:%m}"
    part = settled(f"part-{month}", day.replace(day=4), 700, goes_on=True)
    rest = settled(
        f"rest-{month}", day.replace(day=14), 900, service_on=day.replace(day=5), terms_on=day.replace(day=1)
    )
    page = case_page(rest)
    of_part = case_page(part).model_copy(update={"part_of_visit_id": rest.visit_id})
    again = part.model_copy(update={"settlement_id": f"again-{month}", "settled_on": day, "attempt": 2})
    back = [reversed_(rest, day), reversed_(part, day), again] if day.month % 2 else []
    told: dict[int, Sequence[Body]] = {4: [part], 14: [page, rest, of_part], 24: back}
    return told.get(day.day, ())


async def _confirm(
    driver: Driver, life: Life, issued: StatementIssued, lines: list[str], day: date
) -> list[Decision]:
    """Both centers confirm a statement; some lines are disputed, and the other side decides at once."""
    rows = await driver.fetch("SELECT line_id FROM investigation WHERE is_open")
    held = {row[0] for row in rows}
    head, disputed = issued.head, [id for id in lines if life.random.random() < 0.2 and id not in held]
    done = [await confirm(driver, issued.statement_id, head.insured_center, day, *disputed)]
    done.append(await confirm(driver, issued.statement_id, head.treatment_center, day))
    for id in disputed:
        if life.random.random() < 0.7:
            # Of what was recovered nothing is decided away: that is refused.
            is_free = id.partition(".")[0] not in life.recovered
            ruling: Ruling = life.random.choice(("rejected", "upheld")) if is_free else "rejected"
            done.append(await decide(driver, issued.statement_id, head.treatment_center, day, id, ruling))
    assert all(one.answer and one.answer.accepted for one in done)
    return done


async def _review(driver: Driver, life: Life, day: date) -> list[Decision]:
    """Officers of the centers whose turn it is accept some of the lines that wait, or deduct of them."""
    rows = await driver.fetch(
        "SELECT r.claim_id, r.settlement_id, r.waits_for, l.pool_fen FROM reviewing r"
        " JOIN line l ON l.line_id = r.settlement_id WHERE r.waits_for <> '' AND NOT EXISTS"
        " (SELECT FROM reviewing n WHERE (n.claim_id, n.settlement_id) = (r.claim_id, r.settlement_id)"
        " AND n.number > r.number) ORDER BY 1, 2"
    )
    done = []
    for claim_id, id, center_id, pool_fen in rows:
        if life.random.random() < 0.2:
            less = life.random.random() < 0.3
            verdict = said_of(id, "deduct", pool_fen // 2) if less else said_of(id, "accept")
            done.append(await review(driver, claim_id, center_id, day, verdict, officer=f"o-{center_id}"))
    assert all(code(one) == "OK" for one in done)
    life.reviewed += len(done)
    return done


async def _let_in(driver: Driver, life: Life, day: date) -> list[Decision]:
    """Two officers let some of the late lines in."""
    late = await driver.fetch("SELECT line_id FROM line WHERE aside = 'late' AND line_id = settlement_id")
    chosen = [row[0] for row in late if life.random.random() < 0.1]
    done = [await admit(driver, id, officer, day) for id in sorted(chosen) for officer in ("li", "wang")]
    assert all(one.answer and one.answer.accepted for one in done)
    life.admitted += len(chosen)
    return done


async def _close(driver: Driver, life: Life, day: date) -> list[Decision]:
    """The insured center closes some of the investigations that were opened by rule; nothing was found."""
    rows = await driver.fetch("SELECT line_id FROM investigation WHERE is_open ORDER BY 1")
    done = [await close(driver, row[0], day) for row in rows if life.random.random() < 0.04]
    assert all(one.answer and one.answer.accepted for one in done)
    life.released += len(said(done, DisputeDecided))
    return done


async def _recover(driver: Driver, life: Life, day: date) -> list[Decision]:
    """Some of what was paid goes back; more than there is, or of a settlement without a line, is refused."""
    rows = await driver.fetch(
        "SELECT settlement_id, pool_fen, account_fen, treatment_center FROM line"
        " WHERE line_id = settlement_id AND treatment_center IS NOT NULL ORDER BY 1"
    )
    done = []
    for id, *worth, center in (tuple(row) for row in rows if life.random.random() < 0.005):
        pool_fen, account_fen = (life.random.randint(0, fen) for fen in worth)
        asked = await recover(driver, id, Funds(pool_fen=pool_fen, account_fen=account_fen), day, center)
        done.append(asked)
        life.recovered.update(fact.settlement_id for fact in said([asked], RecoveryDecided))
    return done


@pytest.mark.requirement("CLR-06")
@pytest.mark.requirement("CLR-30")
@pytest.mark.parametrize("seed", range(len(REVIEWS)))
async def test_the_service_and_the_facts_alone_come_to_the_same_files(
    driver_for: DriverFor, seed: int
) -> None:
    agreements = PREFUND, ADVANCE.model_copy(update={"review": REVIEWS[seed]})
    driver, life, heard = await open_books(driver_for, *agreements), Life(seed), Heard()
    sent: list[StatementIssued] = []
    for signed in agreements:
        heard.hear(signed)
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        decisions = await sort(driver, day)
        issued = said(decisions, StatementIssued)
        sent += issued
        by_statement = _line_ids(decisions)
        for one in issued:
            decisions += await _confirm(driver, life, one, by_statement[one.statement_id], day)
        facts = list(life.of_day(day))
        life.random.shuffle(facts)
        facts += in_parts(day)
        decisions += await driver.hear(*facts, source="settlement", day=day) if facts else []
        if day.day in (3, 12, 22) and (ids := life.claims_of(day)):
            month = f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
            asked = claim(f"c{day}", *((id, life.care[id].payments.fund_fen) for id in ids), month=month)
            decisions += await driver.hear(asked, source="chongqing", day=day)
            life.claimed.update(ids)
        decisions += await _review(driver, life, day)
        decisions += await _let_in(driver, life, day)
        decisions += await _recover(driver, life, day)
        decisions += await _close(driver, life, day)
        for body in (*facts, *(fact for decision in decisions for fact in decision.facts)):
            heard.hear(body)
    await assert_books_agree(driver)
    facts_ = Facts()
    for number, fact in enumerate(heard.facts(), 1):
        facts_.keep(fact, number)
    last = FIRST + timedelta(days=DAYS - 1)
    found = list(compute(facts_).statements(last))
    computed = {
        (one.terms.agreement_id, one.scheme, one.month): csv_sha256(csv_of(one.lines)) for one in found
    }
    assert {
        (one.head.agreement_id, one.head.scheme, one.head.month): one.csv_sha256 for one in sent
    } == computed
    assert len(computed) > 5
    lines = {line.line_id for one in found for line in one.lines}
    assert {"part-04", "rest-04", "part-05", "again-05"} <= lines
    assert lines & {reversal_id("part-03"), reversal_id("part-05")}  # unless what was recovered has less left
    assert life.admitted
    assert life.recovered
    assert life.reviewed  # by rule, what is in doubt
    assert life.released
    assert {OTHER_CENTER, TREATMENT_CENTER, INSURED_CENTER} == {
        center for one in sent for center in (one.head.insured_center, one.head.treatment_center)
    }


def _line_ids(decisions: list[Decision]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for chunk in said(decisions, BatchChunk):
        found.setdefault(chunk.statement_id, []).extend(line.line_id for line in chunk.lines)
    return found
