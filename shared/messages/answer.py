"""The answer to a request: accepted with a result, or refused with a code and what to do."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, SerializeAsAny

from shared.messages import outcomes
from shared.messages.body import Body
from shared.messages.clearing import outcomes as clearing_outcomes
from shared.messages.enrollment import persons, register_pages
from shared.messages.enrollment import registers as enrollment
from shared.messages.referral import filings as referral
from shared.messages.referral import lists as referral_lists
from shared.messages.referral import reviews, worklist
from shared.messages.settlement import case_pages, found, insured, reimbursement
from shared.messages.settlement import visits as settlement
from shared.messages.settlement.guide import FilingGuide
from shared.messages.settlement.outpatient import cash_outs

AnyResult = Annotated[
    enrollment.Registered
    | enrollment.DayOpen
    | referral.Filed
    | referral.FilingClosed
    | outcomes.Admitted
    | outcomes.Uploaded
    | outcomes.Discharged
    | outcomes.Quoted
    | outcomes.Settled
    | outcomes.Reversed
    | outcomes.PageReceived
    | outcomes.Cancelled
    | clearing_outcomes.ClaimReviewed
    | clearing_outcomes.Confirmed
    | clearing_outcomes.PaymentKept
    | reimbursement.SelfPaidKept
    | reimbursement.Reimbursed
    | reimbursement.ReimbursementPaymentKept
    | clearing_outcomes.Withdrawn
    | clearing_outcomes.LinesKept
    | clearing_outcomes.DisputeAnswered
    | clearing_outcomes.AdmissionKept
    | clearing_outcomes.ChargeKept
    | clearing_outcomes.RecoveryKept
    | clearing_outcomes.ReturnKept
    | clearing_outcomes.ClaimStands
    | clearing_outcomes.ClaimFound
    | clearing_outcomes.ChunkSent
    | clearing_outcomes.InvestigationKept
    | clearing_outcomes.QuotaKept
    | clearing_outcomes.FundingKept
    | clearing_outcomes.TopUpKept
    | found.VisitFound
    | found.FeesFound
    | found.PersonFound
    | found.UploadTakenBack
    | found.SettlementsFound
    | found.Reconciled
    | persons.SealingKeyFound
    | persons.PersonIdentified
    | reviews.FilingStands
    | reviews.RulesKept
    | insured.InsuredFound
    | case_pages.CasePagesFound
    | worklist.ReferralStands
    | worklist.ReferralsFound
    | referral_lists.FilingsFound
    | register_pages.PageRegistered
    | cash_outs.CashedOut,
    Field(discriminator="result"),
]


class Answer(Body):
    """One answer (应答) a request; the same id always gets the same one.

    `code` is `OK` or a refusal of `shared.errors`; `where` names the field or subject; `days` lists what
    is held when a control total differs; `later`, what would become of the settlements that built on one;
    `guide`, which filings may still be made where none counts.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    TOPICS = ("reply.<node>",)
    outcome: Literal["accepted", "refused"]
    code: str
    text_zh: str = ""
    text_en: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    where: str = ""
    days: tuple[settlement.DayControl, ...] = ()
    later: tuple[outcomes.LaterSettlement, ...] = ()
    guide: FilingGuide | None = None
    result: SerializeAsAny[AnyResult] | None = None  # written by its own class, not looked for among all

    @property
    def accepted(self) -> bool:
        """Whether the request took effect."""
        return self.outcome == "accepted"


_ACCEPTED = {
    **{name: field.default for name, field in Answer.model_fields.items()},
    "outcome": "accepted",
    "code": "OK",
}


def accept(result: AnyResult) -> Answer:
    """The answer to a request that took effect."""
    return Answer.of_valid({**_ACCEPTED, "result": result})
