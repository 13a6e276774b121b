"""Why a settlement came out as it did: its input and result, from which every step can be derived again."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import msgpack

from services.settlement.model.visit import Visit
from shared.benefit.bill import Amounts, Bill, CategorySum, PartsBefore, VisitKind, YearToDate
from shared.benefit.policy.form import FilingUsed, Policy
from shared.benefit.quote import plan_of
from shared.benefit.refusal import Refusal
from shared.benefit.split import Split
from shared.messages.amounts import Payments


class Explanation(NamedTuple):
    """The input and the result of a settlement (计算依据); the text of its steps is made when somebody asks.

    `payments`: in the order of the message's `Payments`. `added`: what the settlement added to the year
    account; `year_to_date`: what the account held before; both in the order of `YearToDate`. `policy_digest`
    names the exact text of the policy. `account_fen`: the balance of the personal account that could be used.
    `home_tier`: the tier that the insured area counted the hospital's as (`dedc_hosp_lv`); None is the
    hospital's own, as in all that was settled before tiers were mapped. `service_on`: as it was then, in ISO
    form, since an admission may be changed after a reversal; None is the visit's. The rest is as in `Bill`.
    """

    payments: tuple[int | None, ...]
    by_category: Mapping[str, CategorySum]
    added: tuple[int, ...]
    policy_digest: str
    filing: FilingUsed
    disease: str | None
    retired: bool
    identities: tuple[str, ...]
    year_to_date: tuple[int, ...]
    transfer_paid_fen: int | None
    account_fen: int
    home_tier: str | None = None
    service_on: str | None = None
    deductible_left_fen: int | None = None
    parts_before: tuple[int, int] = (0, 0)

    def pack(self) -> bytes:
        """The explanation packed as bytes, for one column."""
        packed: bytes = msgpack.packb(self)
        return packed

    def tier(self, hospital_tier: str) -> str:
        """The tier that the bill was settled by, for a hospital of the given tier."""
        return self.home_tier or hospital_tier

    def bill(self, bill_id: str, kind: VisitKind, hospital_tier: str, service_on: date) -> Bill:
        """The bill that was settled; the arguments are those of its visit."""
        amounts: dict[str, Any] = dict(zip(Payments.model_fields, self.payments, strict=True))
        return Bill(
            bill_id=bill_id,
            kind=kind,
            hospital_tier=self.tier(hospital_tier),
            service_on=date.fromisoformat(self.service_on) if self.service_on else service_on,
            filing=self.filing,
            amounts=Amounts(*(amounts[name] for name in Amounts._fields)),
            by_category=self.by_category,
            disease=self.disease,
            retired=self.retired,
            identities=self.identities,
            year_to_date=YearToDate(*self.year_to_date),
            transfer_paid_fen=self.transfer_paid_fen,
            account_fen=self.account_fen,
            deductible_left_fen=self.deductible_left_fen,
            parts_before=PartsBefore(*self.parts_before),
        )

    def split(self, visit: Visit, policy: Policy) -> Split:
        """The split as it was settled: its amounts are those kept, whatever the rules would say today.

        Raises ValueError for a policy that does not settle such a bill, and so is not the one that the
        explanation names.
        """
        bill = self.bill(visit.visit_id, visit.kind, visit.hospital_tier, visit.service_on)
        plan = plan_of(policy, bill)
        if isinstance(plan, Refusal):
            raise ValueError(f"{policy.policy_id}: {plan.reason}")  # noqa: TRY004 (of the right type, and refused)
        amounts: dict[str, Any] = dict(zip(Payments.model_fields, self.payments, strict=True))
        return Split(
            bill_id=visit.visit_id,
            policy_id=policy.policy_id,
            **amounts,
            by_category=self.by_category,
            bill=bill,
            plan=plan,
        )


def unpack_explanation(packed: bytes) -> Explanation:
    """Reads an explanation from its packed bytes."""
    payments, categories, added, digest, filing, disease, retired, identities, year, *rest = msgpack.unpackb(
        packed
    )
    by_category = {category: CategorySum(*sums) for category, sums in categories.items()}
    whole = (tuple(payments), by_category, tuple(added), digest, filing, disease, retired)
    return Explanation(*whole, tuple(identities), tuple(year), *rest)
