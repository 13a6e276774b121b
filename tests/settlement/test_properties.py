"""What holds for every story of a person's year: accounts, quotes and returns. Stories are random."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.settlement import SERVICE
from services.settlement.model.account import AccountKey, YearAccount
from services.settlement.model.explanation import unpack_explanation
from shared.adapter.control import control_of
from shared.messages.amounts import Payments
from shared.messages.body import Body
from shared.messages.settlement.visits import FeeLine, QuoteVisit, SettleVisit, UploadCosts
from tests.settlement.costs.test_returns import ALL_SELF_PAID
from tests.settlement.given.memory import SERIOUS, Memory, spent_fen
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D4,
    D5,
    D6,
    D9,
    HUAXI,
    KEYS,
    PHARMACY,
    PUREN,
    DriverFor,
    admit,
    bed,
    coverage,
    discharge,
    filing,
    line,
    outpatient,
    policy,
    result,
    reverse,
    rows,
    settle,
)

pytestmark = pytest.mark.no_cover  # thousands of bills: what they reach, the tables reach too

SETTINGS = settings(derandomize=True, deadline=None, max_examples=150, database=None)
AID = {"ratio_bp": 7000, "deductible_fen": 50_000, "cap_fen": 5_000_000}
PAYS = policy(
    inpatient={**policy().policy["inpatient"], "pool_cap_fen": 400_000},
    serious_illness=SERIOUS,
    assistance={"low_income": AID},
)
LIN = coverage("Lin", identities=("low_income",), account_balance_fen=70_000)
# Each stay: what it cost in yuan, where, from when until when, and which one it continues.
STAYS: dict[str, tuple[int, str, date, date, str | None]] = {
    "S1": (2000, PUREN, D1, D2, None),
    "S2": (3000, HUAXI, D2, D3, "S1"),
    "S3": (5000, HUAXI, D3, D4, None),
    "S4": (900, PUREN, D2, D6, None),
}
BILLS: dict[str, Body] = {
    "O1": outpatient(line(1), total_fen=10_000, visit_id="O1"),
    "O2": outpatient(line(1, quantity="3"), total_fen=30_000, visit_id="O2", service_on=D3),
    "P1": outpatient(
        line(1), total_fen=10_000, visit_id="P1", kind="pharmacy", institution_id=PHARMACY, use_account=True
    ),
    "M1": outpatient(line(1), total_fen=10_000, visit_id="M1", kind="outpatient_chronic", disease="M03900"),
}
SETTLE: dict[str, Body] = BILLS | {
    name: settle(1, yuan * 100, visit_id=name, institution_id=where, use_account=name == "S3")
    for name, (yuan, where, *_) in STAYS.items()
}


def _story(seed: int) -> list[tuple[str, str]]:
    """Steps at random; a list of hypothesis is too short to settle, take back and settle again."""
    draw, steps = Random(seed), ("settle", "settle", "settle", "reverse", "cascade")
    return [(draw.choice(steps), draw.choice(sorted(SETTLE))) for _ in range(draw.randint(8, 40))]


stories = st.integers(0, 10**9).map(_story)


def opened() -> Memory:
    memory = Memory(LIN, held=PAYS)
    for name, (yuan, where, begun_on, left_on, before) in STAYS.items():
        visit = {"visit_id": name, "institution_id": where}
        memory.accepted(
            admit(**visit, admitted_on=begun_on, continues_visit_id=before),
            bed(f"U-{name}", yuan, cost_on=begun_on, **visit),
            discharge(**visit, discharged_on=left_on),
        )
    return memory


def lived(story: Iterable[tuple[str, str]]) -> Memory:
    memory = opened()
    for step, name in story:
        held, asked = memory.known.settlements.get(name), SETTLE[name]
        if step == "settle":
            memory.ask(asked)
        elif held:
            where: Any = {"visit_id": name, "institution_id": asked.institution_id}  # type: ignore[attr-defined]
            memory.ask(reverse(held.settlement_id, **where, cascade=step == "cascade"))
    return memory


def in_turn(memory: Memory, account: YearAccount) -> list[str]:
    names, newest = [], account.newest_visit_id
    while newest:
        names.append(newest)
        newest = memory.known.settlements[newest].previous_visit_id
    return names[::-1]


@pytest.mark.requirement("SET-35")
@SETTINGS
@given(story=stories)
def test_replaying_the_settlements_in_force_ends_in_the_accounts_that_are_held(
    story: list[tuple[str, str]],
) -> None:
    memory, replay = lived(story), opened()

    for account in memory.known.accounts.values():
        replay.accepted(*(SETTLE[name] for name in in_turn(memory, account)))

    assert replay.years == memory.years
    funds = [{name: paid[:2] for name, paid in one.paid.items()} for one in (memory, replay)]
    assert funds[0] == funds[1]


ACCOUNTS = """
SELECT person_id, scheme, year, account, newest_visit_id, stays, pool_paid_fen, large_amount_paid_fen,
    serious_illness_base_fen, serious_illness_paid_fen, assistance_base_fen, assistance_paid_fen,
    outpatient_deductible_paid_fen, outpatient_paid_fen
FROM year_account
"""
VISITS = "SELECT visit_id, state, attempt, settlement_id, settled_on, filing, deductible_fen FROM visit"


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_stored_is_what_was_decided_however_the_messages_came_in_batches(
    driver_for: DriverFor, seed: int
) -> None:
    draw, memory = Random(seed), lived(step for more in range(3) for step in _story(10 * seed + more))
    driver, left = await driver_for(SERVICE), list(memory.heard)

    while left:
        size = draw.choice((1, 1, 2, 5, 30))
        await driver.hear(*left[:size])
        del left[:size]

    known = memory.known
    held = {one[:5] + one.sums for one in known.accounts.values()}
    assert set(await rows(driver, ACCOUNTS)) == held
    visits = {(v.visit_id, v.state, *v[14:19]) for v in known.visits.values()}
    assert set(await rows(driver, VISITS)) == visits
    kept = await rows(driver, "SELECT insured_area, spent_on, spent_fen FROM personal_account")
    assert set(kept) == {one[2:] for by_day in known.personal.values() for one in by_day.values()}
    assert max(visit.attempt for visit in known.visits.values()) > 2


@SETTINGS
@given(story=stories)
def test_an_account_holds_what_the_settlements_in_force_added_to_it(story: list[tuple[str, str]]) -> None:
    memory = lived(story)

    added: dict[AccountKey, list[int]] = {}
    for one in memory.in_force.values():
        held = added.setdefault(("Lin", "390", one.settled_on.year, one.account), [0] * 9)
        for at, fen in enumerate(unpack_explanation(one.explanation).added):
            held[at] += fen
    assert memory.years == {key: tuple(sums) for key, sums in added.items() if any(sums)}
    spent = sum(one.account_fen for one in memory.in_force.values())
    assert spent_fen(memory) == spent <= 70_000


@SETTINGS
@given(story=stories, name=st.sampled_from(sorted(STAYS)))
def test_after_any_story_a_cascade_ends_as_if_it_had_been_told_in_the_order_of_care(
    story: list[tuple[str, str]], name: str
) -> None:
    memory = lived(story)
    where: Any = {"visit_id": name, "institution_id": STAYS[name][1]}
    if name not in memory.in_force and memory.ask(SETTLE[name]).code != "OK":
        return  # it waits for the stay it continues
    held = memory.in_force[name].settlement_id
    done = memory.ask(reverse(held, **where, cascade=True))
    if done.code == "CASCADE_NOT_POSSIBLE":
        assert name == "S1" and "S2" in memory.in_force
        return

    replay = opened()
    replay.accepted(*(SETTLE[one] for one in STAYS if one in memory.in_force))

    stays = {key: sums for key, sums in memory.years.items() if key[3] == "inpatient"}
    assert stays == replay.years
    assert [memory.in_force[one].fund_fen for one in replay.in_force] == [
        one.fund_fen for one in replay.in_force.values()
    ]


cents = st.integers(1, 99_999).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
halves = st.integers(1, 20).map(lambda half: f"{half // 2}.{half % 2 * 5}")
wares = st.tuples(st.sampled_from(["BED", "DRUG", "AMULET"]), halves, cents)


def lines_of(goods: Iterable[tuple[str, str, str]], sign: str = "") -> list[FeeLine]:
    return [
        FeeLine(line=f"L{number}{sign}", item=item, category="09", quantity=sign + quantity, price=price)
        for number, (item, quantity, price) in enumerate(goods)
    ]


def uploaded(upload_id: str, lines: list[FeeLine], day: date) -> UploadCosts:
    return UploadCosts(
        **KEYS, upload_id=upload_id, cost_on=day, lines=tuple(lines), control=control_of(lines)
    )


FILED = ["long_term_resident", "referral", "emergency", "other_temporary", None]


@pytest.mark.requirement("SET-37")
@SETTINGS
@given(
    goods=st.lists(wares, min_size=1, max_size=8),
    filed=st.sampled_from(FILED),
    emergency=st.booleans(),
    use_account=st.booleans(),
    story=stories,
)
def test_a_settlement_is_what_was_quoted(
    goods: list[tuple[str, str, str]],
    filed: str | None,
    emergency: bool,
    use_account: bool,
    story: list[tuple[str, str]],
) -> None:
    memory, lines = lived(story), lines_of(goods)
    if filed:
        memory.decide(memory.message(filing(kind=filed), source="referral"))
    memory.accepted(
        admit(emergency=emergency, admitted_on=D5), uploaded("U1", lines, D5), discharge(discharged_on=D9)
    )
    asked: dict[str, Any] = {**KEYS, "control": control_of(lines), "use_account": use_account}

    quoted, settled = memory.accepted(QuoteVisit(**asked), SettleVisit(**asked))

    kept = {"payments", "policy_id", "filing", "visit_id"}
    assert result(quoted).model_dump(include=kept) == result(settled).model_dump(include=kept)


def settled_with(*uploads: list[FeeLine]) -> Payments:
    memory = Memory(ALL_SELF_PAID, held=PAYS)
    days = (D1, D3)
    sent = [uploaded(f"U{at}", lines, days[at]) for at, lines in enumerate(uploads) if lines]
    memory.accepted(admit(), *sent, discharge(discharged_on=D5))
    control = control_of([line for lines in uploads for line in lines])
    payments: Payments = result(
        memory.ask(SettleVisit.model_validate({**KEYS, "control": control}), day=D9)
    ).payments
    return payments


@pytest.mark.requirement("SET-01")
@SETTINGS
@given(kept=st.lists(wares, max_size=6), given_back=st.lists(wares, min_size=1, max_size=6))
def test_a_returned_line_cancels_its_original_in_the_settlement(
    kept: list[tuple[str, str, str]], given_back: list[tuple[str, str, str]]
) -> None:
    goods, back = [*kept, *given_back], [*given_back]

    with_returns = settled_with(lines_of(goods), lines_of(back, "-"))

    assert with_returns == settled_with(lines_of(kept))


def test_the_stories_do_settle_reverse_and_cascade() -> None:
    ways = Counter[str]()

    @SETTINGS
    @given(story=stories)
    def look(story: list[tuple[str, str]]) -> None:
        memory = lived(story)
        ways["settled"] += len(memory.in_force)
        ways["again"] += sum(one.attempt > 1 for one in memory.in_force.values())

    look()

    assert min(ways["settled"], ways["again"]) > 100
