"""A hospital's or pharmacy's side: what its HIS asks, in the order of a visit.

Every method gives the result of an accepted request, raises RefusedError for a "no", BodyTooLargeError before
sending, and OutcomeUnknownError when no answer came: then `query_outcome` tells, or `cancel` undoes. An `id`
that is stored before the first attempt makes a request safe to repeat even after a crash of the HIS.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, TypedDict, Unpack

from shared.adapter.claims import ClaimDesk
from shared.adapter.control import control_of
from shared.adapter.desk import Visit
from shared.adapter.filings.work import FilingWorkDesk
from shared.adapter.questions import QuestionDesk
from shared.adapter.self_paid import SelfPaidDesk
from shared.adapter.stays.desk import StayDesk
from shared.messages.outcomes import (
    Admitted,
    Discharged,
    Quoted,
    Settled,
    Uploaded,
)
from shared.messages.settlement.corrections import WithdrawUpload
from shared.messages.settlement.found import UploadTakenBack
from shared.messages.settlement.outpatient.prescriptions import Prescription
from shared.messages.settlement.visits import (
    AdmitPatient,
    Credential,
    DischargePatient,
    DischargeWay,
    FeeLine,
    QuoteOutpatient,
    QuoteVisit,
    SettleOutpatient,
    SettleVisit,
    UploadCosts,
)

OutpatientKind = Literal["outpatient_general", "outpatient_chronic", "pharmacy"]
DESK = "realtime.encounters"


class OutpatientTerms(TypedDict, total=False):
    """What may be said of an outpatient bill besides its lines; the credential is `01` unless given."""

    disease: str | None
    credential: Credential
    credential_id: str | None
    verified_by: str | None
    use_account: bool
    trauma: bool
    third_party: bool
    liability_statement_id: str | None
    prescriptions: tuple[Prescription, ...]


__all__ = ["Hospital", "Visit"]


class Hospital(SelfPaidDesk, ClaimDesk, QuestionDesk, StayDesk, FilingWorkDesk):
    """One institution's side of every visit, its claims, and the filings it takes."""

    async def admit(
        self,
        visit: Visit,
        admitted_on: date,
        *,
        credential: Credential | None = "01",
        credential_id: str | None = None,
        verified_by: str | None = None,
        emergency: bool = False,
        trauma: bool = False,
        third_party: bool = False,
        liability_statement_id: str | None = None,
        diagnoses: tuple[str, ...] = (),
        continues_visit_id: str | None = None,
        id: str | None = None,
    ) -> Admitted:
        """Registers an inpatient admission (入院登记); who is liable for a trauma, or has signed.

        `credential` None: nothing was shown yet (`show_credential`); `credential_id`: see `find_person`.
        """
        body = AdmitPatient(
            **self._names(visit),
            admitted_on=admitted_on,
            credential=credential,
            credential_id=credential_id,
            verified_by=verified_by,
            emergency=emergency,
            trauma=trauma,
            third_party=third_party,
            liability_statement_id=liability_statement_id,
            diagnoses=diagnoses,
            continues_visit_id=continues_visit_id,
        )
        return await self._ask(body, Admitted, id)

    async def upload_costs(
        self,
        visit: Visit,
        upload_id: str,
        cost_on: date,
        lines: Sequence[FeeLine],
        *,
        now: bool = False,
        id: str | None = None,
    ) -> Uploaded:
        """Uploads fee lines of one day (费用明细上传), by night; `now`: the last ones before a settlement."""
        body = UploadCosts(
            **self._names(visit),
            upload_id=upload_id,
            cost_on=cost_on,
            lines=tuple(lines),
            control=control_of(lines),
        )
        return await self._ask(body, Uploaded, id, topic=DESK if now else None)

    async def withdraw_upload(
        self, visit: Visit, upload_id: str, *, now: bool = False, id: str | None = None
    ) -> UploadTakenBack:
        """Takes an upload back by its id (撤销费用上传), before the settlement; `now` as it was uploaded."""
        body = WithdrawUpload(**self._names(visit), upload_id=upload_id)
        return await self._ask(body, UploadTakenBack, id, topic=DESK if now else None)

    async def discharge(
        self,
        visit: Visit,
        discharged_on: date,
        *,
        way: DischargeWay = "1",
        diagnoses: tuple[str, ...] = (),
        self_paid: bool = False,
        id: str | None = None,
    ) -> Discharged:
        """Registers the discharge (出院登记); `self_paid`: it will not be settled directly."""
        body = DischargePatient(
            **self._names(visit),
            discharged_on=discharged_on,
            way=way,
            diagnoses=diagnoses,
            paid="self" if self_paid else "direct",
        )
        return await self._ask(body, Discharged, id)

    async def quote(
        self,
        visit: Visit,
        lines: Sequence[FeeLine],
        *,
        use_account: bool = False,
        third_party: bool = False,
        liability_statement_id: str | None = None,
        id: str | None = None,
    ) -> Quoted:
        """What a settlement of all `lines` of the visit would be now (预结算); changes nothing."""
        body = QuoteVisit(
            **self._names(visit),
            control=control_of(lines),
            use_account=use_account,
            third_party=third_party,
            liability_statement_id=liability_statement_id,
        )
        return await self._ask(body, Quoted, id)

    async def settle(
        self,
        visit: Visit,
        lines: Sequence[FeeLine],
        *,
        use_account: bool = False,
        third_party: bool = False,
        liability_statement_id: str | None = None,
        id: str | None = None,
    ) -> Settled:
        """Settles a stay (结算) whose uploads are all of `lines`; refused with the days where they differ."""
        body = SettleVisit(
            **self._names(visit),
            control=control_of(lines),
            use_account=use_account,
            third_party=third_party,
            liability_statement_id=liability_statement_id,
        )
        return await self._ask(body, Settled, id)

    async def quote_outpatient(
        self,
        visit: Visit,
        kind: OutpatientKind,
        service_on: date,
        lines: Sequence[FeeLine],
        **terms: Unpack[OutpatientTerms],
    ) -> Quoted:
        """What a settlement of an outpatient bill would be now (门诊/药店预结算); changes nothing."""
        body = QuoteOutpatient(**self._bill(visit, kind, service_on, lines, terms))
        return await self._ask(body, Quoted, None)

    async def settle_outpatient(
        self,
        visit: Visit,
        kind: OutpatientKind,
        service_on: date,
        lines: Sequence[FeeLine],
        *,
        id: str | None = None,
        **terms: Unpack[OutpatientTerms],
    ) -> Settled:
        """Settles an outpatient or pharmacy bill whole (门诊/药店结算)."""
        body = SettleOutpatient(**self._bill(visit, kind, service_on, lines, terms))
        return await self._ask(body, Settled, id)

    def _bill(
        self,
        visit: Visit,
        kind: OutpatientKind,
        service_on: date,
        lines: Sequence[FeeLine],
        terms: OutpatientTerms,
    ) -> dict[str, Any]:
        bill = {"kind": kind, "service_on": service_on, "lines": tuple(lines), "control": control_of(lines)}
        return {**self._names(visit), "credential": "01", **bill, **terms}
