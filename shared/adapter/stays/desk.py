"""What a hospital tells of a stay besides its bill: changes, what is shown late, its case page.

What only the bill needs is in `hospital`; each method raises what that says.
"""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from shared.adapter.control import control_of, line_fen
from shared.adapter.desk import Desk, Visit
from shared.id_number import Sex
from shared.messages.outcomes import Admitted, PageReceived, Settled
from shared.messages.settlement.admissions import ChangeAdmission, SettleInterim
from shared.messages.settlement.case_pages import (
    CasePagesFound,
    DrgGroup,
    PageVersion,
    Procedure,
    QueryCasePages,
    SubmitCasePage,
)
from shared.messages.settlement.corrections import CancelDischarge
from shared.messages.settlement.shown import ShowCredential
from shared.messages.settlement.visits import Credential, DischargeWay, FeeLine


class PageTerms(TypedDict, total=False):
    """What a case page may say besides; the rules of its filling look at it."""

    sex: Sex | None
    age_days: int | None
    stay_days: int | None
    way: DischargeWay | None
    died_on: date | None
    external_causes: tuple[str, ...]
    pathology: tuple[str, ...]
    procedures: tuple[Procedure, ...]
    by_category: dict[str, int] | None
    drg: DrgGroup | None


class StayDesk(Desk):
    """One institution's stays, from what is told after the admission to the case page."""

    async def change_admission(
        self,
        visit: Visit,
        admitted_on: date,
        *,
        emergency: bool = False,
        trauma: bool = False,
        third_party: bool = False,
        liability_statement_id: str | None = None,
        ward: str | None = None,
        diagnoses: tuple[str, ...] = (),
        continues_visit_id: str | None = None,
        id: str | None = None,
    ) -> Admitted:
        """Tells an admission anew, as a whole (入院信息变更), while the stay is not settled."""
        body = ChangeAdmission(
            **self._names(visit),
            admitted_on=admitted_on,
            emergency=emergency,
            trauma=trauma,
            third_party=third_party,
            liability_statement_id=liability_statement_id,
            ward=ward,
            diagnoses=diagnoses,
            continues_visit_id=continues_visit_id,
        )
        return await self._ask(body, Admitted, id)

    async def settle_interim(
        self,
        visit: Visit,
        lines: Sequence[FeeLine],
        last_on: date,
        next_visit_id: str,
        *,
        use_account: bool = False,
        third_party: bool = False,
        liability_statement_id: str | None = None,
        id: str | None = None,
    ) -> Settled:
        """Settles a stay up to a day (中途结算), whose uploads are all of `lines`; it goes on as another."""
        body = SettleInterim(
            **self._names(visit),
            last_on=last_on,
            next_visit_id=next_visit_id,
            control=control_of(lines),
            use_account=use_account,
            third_party=third_party,
            liability_statement_id=liability_statement_id,
        )
        return await self._ask(body, Settled, id)

    async def show_credential(
        self,
        visit: Visit,
        credential: Credential,
        *,
        credential_id: str | None = None,
        verified_by: str | None = None,
        id: str | None = None,
    ) -> Admitted:
        """Tells that the patient has shown a credential after all (补验凭证), before the discharge."""
        body = ShowCredential(
            **self._names(visit), credential=credential, credential_id=credential_id, verified_by=verified_by
        )
        return await self._ask(body, Admitted, id)

    async def cancel_discharge(self, visit: Visit, *, id: str | None = None) -> Admitted:
        """Takes a discharge back (取消出院) on which nothing was built: the stay goes on."""
        return await self._ask(CancelDischarge(**self._names(visit)), Admitted, id)

    async def submit_case_page(
        self,
        visit: Visit,
        page_id: str,
        admitted_on: date,
        discharged_on: date,
        main_diagnosis: str,
        lines: Sequence[FeeLine],
        *,
        other_diagnoses: tuple[str, ...] = (),
        corrects_page_id: str | None = None,
        id: str | None = None,
        **terms: Unpack[PageTerms],
    ) -> PageReceived:
        """Submits the case page (病案首页) of a stay with all `lines`, due 5 working days after discharge."""
        body = SubmitCasePage(
            **self._names(visit),
            page_id=page_id,
            corrects_page_id=corrects_page_id,
            admitted_on=admitted_on,
            discharged_on=discharged_on,
            main_diagnosis=main_diagnosis,
            other_diagnoses=other_diagnoses,
            total_fen=sum(map(line_fen, lines)),
            **terms,
        )
        return await self._ask(body, PageReceived, id)

    async def case_pages(self, visit: Visit) -> tuple[PageVersion, ...]:
        """All case pages of a stay that were taken (病案首页版本), the newest first."""
        body = QueryCasePages(**self._names(visit))
        return (await self._ask(body, CasePagesFound, None)).versions
