"""What an institution asks without changing anything: a visit, a person, the day, and its books."""

from collections.abc import Sequence
from datetime import date

from shared.adapter.desk import Desk, Visit
from shared.adapter.refused import RefusedError
from shared.errors import refuse
from shared.messages.enrollment.persons import FindPerson, PersonIdentified, QuerySealingKey, SealingKeyFound
from shared.messages.enrollment.registers import DayOpen
from shared.messages.settlement.found import (
    FeesFound,
    FoundLine,
    ListedSettlement,
    PersonFound,
    Reconciled,
    SettlementsFound,
    VisitFound,
)
from shared.messages.settlement.queries import (
    QueryDay,
    QueryFees,
    QueryPerson,
    QuerySettlements,
    QueryVisit,
    ReconcileSettlements,
    StatedSettlement,
    Totals,
)
from shared.messages.settlement.visits import Credential
from shared.statements.slip.found import slip_of
from shared.statements.slip.slip import Slip
from shared.trust.sealed import SealingKey, seal


def settlements_after(
    listed: Sequence[ListedSettlement], institution_id: str, from_on: date, until_on: date
) -> QuerySettlements:
    """The question for the page of a period's settlements that follows those listed."""
    last = listed[-1] if listed else None
    return QuerySettlements(
        institution_id=institution_id,
        from_on=from_on,
        until_on=until_on,
        after_on=last.settled_on if last else None,
        after_settlement_id=last.settlement_id if last else None,
    )


class QuestionDesk(Desk):
    """The questions of an institution; each is answered as things stand, and asked again with a new id."""

    async def query_visit(self, visit: Visit) -> VisitFound:
        """How a visit stands (就诊查询): state, sums by day, newest settlement step by step, case page."""
        return await self._ask(QueryVisit(**self._names(visit)), VisitFound, None)

    async def query_slip(self, visit: Visit, *, institution_name: str = "") -> Slip:
        """The settlement slip of a visit (结算单), as data; `shared.statements.slip` prints it.

        Raises RefusedError (NOT_SETTLED) where nothing was settled.
        """
        found = await self.query_visit(visit)
        slip = slip_of(found, visit.person_id, self.institution_id, institution_name)
        if slip is None:
            raise RefusedError(refuse("NOT_SETTLED", found.state))
        return slip

    async def query_fees(self, visit: Visit) -> list[FoundLine]:
        """All fee lines of a visit as they were split (费用明细查询)."""
        lines: list[FoundLine] = []
        while True:
            body = QueryFees(**self._names(visit), skip=len(lines))
            found = await self._ask(body, FeesFound, None)
            lines += found.lines
            if not found.more:
                return lines

    async def query_person(self, person_id: str, service_on: date) -> PersonFound:
        """What a person is entitled to here on a day (人员待遇资格)."""
        body = QueryPerson(person_id=person_id, institution_id=self.institution_id, service_on=service_on)
        return await self._ask(body, PersonFound, None)

    async def find_person(self, credential: Credential, number: str) -> PersonIdentified:
        """Whose a credential is that a patient shows (人员信息获取); its number travels sealed.

        `credential_id` goes with the admission or the bill, so that one revoked since is refused there.
        """
        key = await self._ask(QuerySealingKey(), SealingKeyFound, None)
        purpose = f"credential {self.institution_id} {credential}"
        sealed = seal(SealingKey(key.key_id, key.public_key), purpose, number.encode())
        body = FindPerson(institution_id=self.institution_id, credential=credential, sealed=sealed)
        return await self._ask(body, PersonIdentified, None)

    async def query_day(self) -> DayOpen:
        """The business day (营业日) that the desk has reached, and its month."""
        return await self._ask(QueryDay(institution_id=self.institution_id), DayOpen, None)

    async def query_settlements(self, from_on: date, until_on: date) -> list[ListedSettlement]:
        """All own direct settlements of a period (结算查询); `until_on` is the first day after it."""
        listed: list[ListedSettlement] = []
        while True:
            body = settlements_after(listed, self.institution_id, from_on, until_on)
            found = await self._ask(body, SettlementsFound, None)
            listed += found.settlements
            if not found.more:
                return listed

    async def reconcile(
        self,
        from_on: date,
        until_on: date,
        totals: Totals,
        lines: Sequence[StatedSettlement] = (),
        *,
        insured_area: str | None = None,
    ) -> Reconciled:
        """Compares the own books of a period with those held (对账): the totals, or each settlement."""
        body = ReconcileSettlements(
            institution_id=self.institution_id,
            from_on=from_on,
            until_on=until_on,
            totals=totals,
            lines=tuple(lines),
            insured_area=insured_area,
        )
        return await self._ask(body, Reconciled, None)
