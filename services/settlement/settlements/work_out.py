"""Works out a bill by what is known now: its filing, policy, year account and split. Pure.

Quotes, stays, outpatient bills and claims all use it; what each of them checks before is not decided here.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from services.settlement.model.account import YearAccount, account_name
from services.settlement.model.filing_used import Used, filing_used
from services.settlement.model.known import Known
from services.settlement.model.registers.coverages import of_place
from services.settlement.model.registers.registry import Coverage
from services.settlement.model.visit import Visit
from services.settlement.settlements.qualified import unqualified
from services.settlement.visits.checks import day_of
from services.settlement.visits.guide import guide_of
from shared.benefit.bill import Amounts, Bill, CategorySum, InvalidBillError, PartsBefore, YearToDate
from shared.benefit.policy.book import PolicyHead
from shared.benefit.policy.form import Policy
from shared.benefit.quote import quote
from shared.benefit.refusal import Refusal
from shared.benefit.split import Split
from shared.bus.message import Message
from shared.dated import newest, on_day
from shared.errors import refuse
from shared.messages.answer import Answer


class Costs(NamedTuple):
    """The costs to settle (费用): the sums of the lines, and the lines, packed, if the bill brings them."""

    amounts: Amounts
    by_category: Mapping[str, CategorySum]
    disease: str | None = None
    lines: bytes | None = None
    prescriptions: str | None = None


class Kept(NamedTuple):
    """The policy and filing of an earlier settlement, for a bill that is settled again by them."""

    policy: PolicyHead
    filing: Used


class Worked(NamedTuple):
    """A bill worked out (预结算): by which filing and policy, in which year account, as of which day."""

    visit: Visit
    costs: Costs
    used: Used
    policy: PolicyHead
    bill: Bill
    split: Split
    account: YearAccount
    day: date
    use_account: bool


def work_out(
    known: Known, message: Message, visit: Visit, costs: Costs, use_account: bool
) -> Worked | Answer:
    """Works out who would pay what if the visit were settled today.

    The year is that of the settlement; the policy, and with it what the hospital's tier counts as, that of
    the admission. Filings count that have come by now, also those made during the stay (001 (九)).
    """
    home_tier = known.registers.home_tier(
        visit.insured_area, visit.scheme, visit.hospital_tier, visit.terms_on
    )
    insured = _insured_on_its_day(known, visit)
    if not isinstance(insured, Coverage):
        return insured
    worked = work_out_on(
        known, day_of(message), visit, costs, insured, use_account=use_account, home_tier=home_tier
    )
    return (unqualified(known, visit, costs.disease) if isinstance(worked, Worked) else None) or worked


def work_out_on(
    known: Known,
    day: date,
    visit: Visit,
    costs: Costs,
    insured: Coverage,
    *,
    use_account: bool,
    home_tier: str | None,
    kept: Kept | None = None,
) -> Worked | Answer:
    """Works a bill out as of a day, which decides the year and the latest start of a filing that counts.

    For a claim that latest start is the end of care. `home_tier` is what the insured area counts the
    hospital's tier as; None is refused, never a default (001 (四)). `kept` is the policy and filing of a bill
    that was settled before.
    """
    head = kept.policy if kept else _policy_of(known, visit)
    if head is None:
        return refuse("NO_POLICY_IN_FORCE", f"{visit.insured_area} {visit.scheme} {visit.terms_on}")
    visit = _with_pools(known, visit, head)
    if home_tier is None:
        return refuse("TIER_UNMAPPED", f"{visit.insured_area} {visit.hospital_tier} {visit.terms_on}")
    policy = known.registers.texts[head.digest]
    name = account_name(visit.kind, costs.disease, policy.pharmacy is not None)
    account = known.account(visit.person_id, visit.scheme, day.year, name)
    used = kept.filing if kept else _filing_of(known, visit, day, policy)
    account_fen = known.balance_fen(insured) if use_account else 0
    bill = _bill(
        known, visit, costs, used, account, insured=insured, account_fen=account_fen, home_tier=home_tier
    )
    try:
        split = quote(policy, bill)
    except InvalidBillError as error:
        return refuse("INVALID_BILL", error.findings[0].place)
    if isinstance(split, Refusal):
        return _refused(known, visit, insured, split)
    return Worked(visit, costs, used, head, bill, split, account, day, use_account)


def _refused(known: Known, visit: Visit, insured: Coverage, refusal: Refusal) -> Answer:
    """The engine's refusal; of an unfiled stay with why no filing counts, and which may still be made."""
    if refusal.code != "NOT_FILED":
        return refuse(refusal.code, refusal.where)
    guide = guide_of(known.registers.pools, visit, insured, known.filings.get(visit.person_id, ()))
    named = (one.institution_id for one in guide.institutions)
    where = " ".join((guide.filing_id, *named)) if guide.filing_id else refusal.where
    return refuse(guide.code, where).model_copy(update={"guide": guide})


def _policy_of(known: Known, visit: Visit) -> PolicyHead | None:
    return known.registers.policy_on(visit.insured_area, visit.scheme, visit.terms_on)


def _with_pools(known: Known, visit: Visit, head: PolicyHead) -> Visit:
    """The visit with who pools where its patient is insured, and where they are treated, on its own day."""
    pools, day = known.registers.pools, visit.terms_on
    own = pools.pool_of(visit.insured_area, visit.scheme, day) or head.insured_area
    treated = pools.pool_of(visit.treatment_area, visit.scheme, day) or ""
    if (own, treated) == (visit.pooling_area, visit.treatment_pool):
        return visit
    return visit._replace(pooling_area=own, treatment_pool=treated)


def _filing_of(known: Known, visit: Visit, day: date, policy: Policy) -> Used:
    """The filing that counts; an unfiled claim where the policy asks for one counts as other temporary care.

    Such a stay is not settled directly, and what is claimed for it is the way that is left (000 三(三)3).
    """
    until = visit.ended_on if visit.manual else day
    used = filing_used(known.registers.pools, visit, known.filings.get(visit.person_id, ()), until)
    if visit.manual and used.kind == "none" and policy.out_of_area.unfiled == "refuse":
        return Used("other_temporary")
    return used


def _bill(
    known: Known,
    visit: Visit,
    costs: Costs,
    used: Used,
    account: YearAccount,
    *,
    insured: Coverage,
    account_fen: int,
    home_tier: str,
) -> Bill:
    return Bill(
        bill_id=visit.visit_id,
        kind=visit.kind,
        hospital_tier=home_tier,
        service_on=visit.terms_on,
        filing=used.kind,
        amounts=costs.amounts,
        by_category=costs.by_category,
        disease=costs.disease,
        retired=insured.retired,
        identities=tuple(insured.identities),
        year_to_date=YearToDate(*account.sums),
        transfer_paid_fen=_paid_before(known, visit),
        account_fen=account_fen,
        deductible_left_fen=_left(known, visit),
        parts_before=_parts_before(known, visit),
    )


def coverage_of(known: Known, visit: Visit) -> Coverage:
    """The newest statement about the coverage that the visit was opened under."""
    place = visit.scheme, visit.insured_area
    return newest(of_place(known.coverages[visit.person_id], place))


def _insured_on_its_day(known: Known, visit: Visit) -> Coverage | Answer:
    """The coverage that the visit was opened under, as it was on that day.

    Refused where it is known by now that there was none: care after an end of coverage that was reported
    late, such as a death, is not paid for (ENR-05).
    """
    day, told = (
        visit.terms_on,
        of_place(known.coverages[visit.person_id], (visit.scheme, visit.insured_area)),
    )
    own = on_day(told, day)
    if own is not None and own.is_normal_on(day):
        return own
    return refuse("INSURANCE_SUSPENDED", f"{visit.person_id} {day}")


def _paid_before(known: Known, visit: Visit) -> int | None:
    """The deductible paid over the settled stays this one continues (003 五); None where there are none.

    Earlier parts of the same stay are no stays before it.
    """
    before = [known.visits[visit_id] for visit_id in visit.chain[: len(visit.chain) - visit.parts]]
    settled = [stay.deductible_fen for stay in before if stay.state == "settled"]
    return sum(settled) if settled else None


def _left(known: Known, visit: Visit) -> int | None:
    """What settled earlier parts left of the stay's deductible; None where there are none."""
    settled = _settled_parts(known, visit)
    if not settled:
        return None
    return max(0, settled[0].deductible_due_fen - sum(part.deductible_fen for part in settled))


def _parts_before(known: Known, visit: Visit) -> PartsBefore:
    """What settled earlier parts came to: the bands of the stay go on there."""
    settled = _settled_parts(known, visit)
    in_scope_fen = sum(part.in_scope_fen for part in settled)
    return PartsBefore(in_scope_fen, sum(part.deductible_fen for part in settled))


def _settled_parts(known: Known, visit: Visit) -> list[Visit]:
    if not visit.parts:
        return []
    parts = (known.visits[visit_id] for visit_id in visit.earlier_parts)
    return [part for part in parts if part.state == "settled"]
