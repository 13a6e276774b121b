"""The acts (业务) beside a month's visits: people of their own, on fixed days, the same for a seed. Pure.

They move no money between areas, so that a seed's months come to what they come to without them.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from shared.identity import derive
from shared.messages.body import CancelRequest, Request
from shared.messages.enrollment.network.pooling import SetPooling
from shared.messages.enrollment.registers import EnrollPerson, Institution
from shared.messages.referral.changes import ContinueFiling, ReopenFiling
from shared.messages.referral.filings import Channel, EndFiling, FilingKind, SubmitFiling
from shared.messages.settlement.corrections import CancelDischarge
from shared.messages.settlement.shown import ShowCredential
from shared.messages.settlement.visits import AdmitPatient, DischargePatient
from shared.simulator.life.long_stay import LongStay
from shared.simulator.plan.calendar_month import DAY, CalendarMonth
from shared.simulator.plan.world import Route, World

OPERATOR = "operator"
FILED: Sequence[tuple[FilingKind, Channel]] = (
    ("resettled_retiree", "national_app"),
    ("long_term_resident", "provincial_app"),
    ("posted_worker", "agency"),
    ("referral", "provincial_web"),
    ("emergency", "state_council_client"),
    ("other_temporary", "national_mini_program"),
    ("other_temporary", "township"),
)
"""Each kind of filing (备案类型), and each channel (渠道), at least once."""
_LONG_TERM, _REFERRED, _MISTAKEN = 1, 3, 6  # of these
MERGED, NEIGHBOUR = "330400", "330500"
"""A pooling area (统筹区) that joins its province's, and another of it; no agreement names them."""


class Act(NamedTuple):
    """What a node asks on a day, what is answered, and what it takes back, if it does."""

    day: date
    node_id: str
    body: Request
    topic: str
    code: str = "OK"
    takes_back: str = ""

    @property
    def id(self) -> str:
        """The id of the message: no two acts ask the same."""
        return derive("simulated", "life", self.node_id, self.code, self.body.model_dump_json())


class Place(NamedTuple):
    """Where the people come from and go to: two hospitals there, and one that has nothing to do with it."""

    route: Route
    hospitals: tuple[Institution, Institution]
    stranger: Institution


class Life:
    """The acts of a month, and the people they are about."""

    def __init__(self, seed: int, month: CalendarMonth, world: World) -> None:
        self._seed, self._first = seed, month.first + DAY
        self._place = _place(world)
        self.people = [self._person(number) for number in range(len(FILED) + 1)]
        filings = [*self._filings(), *self._no_filings(), *self._changes()]
        self.acts = [*filings, *self._merger(), *self._stay(), *self._long_stay(world)]
        self.nodes = {act.node_id for act in self.acts} - {OPERATOR}

    def _person(self, number: int) -> EnrollPerson:
        """One for each filing; the last lives where pools are merged."""
        is_last = number == len(FILED)
        return EnrollPerson(
            person_id=f"LIFE-{self._seed}-{number}",
            scheme=self._place.route.scheme,
            insured_area=MERGED if is_last else self._place.route.insured_area,
            status="normal",
            retired=False,
            identities=(),
            covered_from=date(2020, 1, 1),
            account_balance_fen=0,
        )

    def _filing(self, number: int, **changes: object) -> SubmitFiling:
        kind, channel = FILED[number]
        fields = {
            "filing_id": f"LIFE-{self._seed}-F{number}",
            "person_id": self.people[number].person_id,
            "kind": kind,
            "destination_area": self._place.route.treatment_area,
            "starts_on": self._first,
            "channel": channel,
            "certificate_id": f"LIFE-{self._seed}-C" if kind == "referral" else None,
        }
        return SubmitFiling.model_validate({**fields, **changes})

    def _filings(self) -> Iterator[Act]:
        """Each is filed; the last by mistake, and taken back at once."""
        for number in range(len(FILED)):
            yield self._asked(self._first, self._filing(number))
        mistaken = self._asked(self._first, self._filing(_MISTAKEN))
        body = CancelRequest(subject_id=mistaken.body.key, original_id=mistaken.id, reason="误办")
        yield Act(self._first, OPERATOR, body, mistaken.topic, takes_back="filing")

    def _no_filings(self) -> Iterator[Act]:
        """What cannot be filed is refused, each with its reason."""
        home, new = self._place.route.insured_area, f"LIFE-{self._seed}-NO"
        province = self._place.route.treatment_area[:2] + "0000"
        yield self._asked(self._first, self._filing(_MISTAKEN), "FILING_ID_TAKEN")
        at_home = self._filing(_MISTAKEN, filing_id=new, destination_area=home)
        yield self._asked(self._first, at_home, "FILING_AT_HOME")
        wide = self._filing(_MISTAKEN, filing_id=new, destination_area=province)
        yield self._asked(self._first, wide, "DESTINATION_TOO_WIDE")
        again = self._filing(_LONG_TERM, filing_id=new)
        yield self._asked(self._first, again, "ALREADY_FILED")
        strange = self._filing(_MISTAKEN, filing_id=new)
        yield Act(self._first, self._place.stranger.node_id, strange, strange.TOPICS[0], "PERSON_NOT_YOURS")

    def _changes(self) -> Iterator[Act]:
        """A long-term filing is locked; ended with proof, it was a mistake. A referral goes on."""
        day, long_term, referred = self._first + DAY, self._filing(_LONG_TERM), self._filing(_REFERRED)
        names: dict[str, Any] = {"filing_id": long_term.filing_id, "person_id": long_term.person_id}
        yield self._asked(day, EndFiling(**names, ends_on=day), "FILING_LOCKED")
        yield self._asked(day, EndFiling(**names, ends_on=day, evidence=("居住证注销证明",)))
        reopened = ReopenFiling(**names, officer="officer-1", reason="误办终止")
        yield self._asked(day, reopened)._replace(takes_back="end of a filing")
        further = ContinueFiling(
            filing_id=f"{referred.filing_id}-2",
            person_id=referred.person_id,
            continues_filing_id=referred.filing_id,
            starts_on=day,
            channel=referred.channel,
        )
        yield self._asked(day, further)

    def _merger(self) -> Iterator[Act]:
        """Two pools become one: what could be filed before is care at home from that day on."""
        scheme, person = self._place.route.scheme, self.people[-1].person_id
        body = SetPooling(
            area=MERGED,
            scheme=scheme,
            pooling_area=f"{MERGED[:2]}0000",
            applies_from=self._first + 2 * DAY,
        )
        yield self._asked(self._first, body)
        asked = self._filing(_MISTAKEN, person_id=person, destination_area=NEIGHBOUR)
        for number, day in enumerate((self._first, body.applies_from)):
            new = asked.model_copy(update={"filing_id": f"LIFE-{self._seed}-M{number}", "starts_on": day})
            yield self._asked(day, new, "FILING_AT_HOME" if number else "OK")

    def _stay(self) -> Iterator[Act]:
        """A patient shows nothing at first, is admitted twice, leaves too early, and was never there."""
        day, (here, there) = self._first + 2 * DAY, self._place.hospitals
        visit: dict[str, Any] = {
            "visit_id": f"LIFE-{self._seed}-V",
            "person_id": self.people[_LONG_TERM].person_id,
        }
        names = {**visit, "institution_id": here.institution_id}
        admission = AdmitPatient(**names, admitted_on=day)
        admitted = Act(day, here.node_id, admission, admission.TOPICS[0])
        elsewhere = {**visit, "visit_id": f"{visit['visit_id']}2", "institution_id": there.institution_id}
        twice = AdmitPatient(**elsewhere, admitted_on=day, credential="02")
        leaving = DischargePatient(**names, discharged_on=day, way="1")
        undone = CancelRequest(subject_id=admission.key, original_id=admitted.id, reason="误登记")
        yield admitted
        yield admitted._replace(node_id=there.node_id, body=twice, code="OVERLAPPING_STAY")
        yield admitted._replace(body=leaving, code="CREDENTIAL_NOT_SHOWN")
        yield admitted._replace(body=ShowCredential(**names, credential="02"))
        yield admitted._replace(body=leaving)
        yield admitted._replace(body=CancelDischarge(**names), takes_back="discharge")
        yield admitted._replace(body=undone, takes_back="admission")

    def _long_stay(self, world: World) -> Iterator[Act]:
        """A patient at home stays on, and what was done so far is settled."""
        stay = LongStay(self._seed, self._first, world)
        self.people.append(stay.person)
        for day, body in stay.requests():
            yield Act(day, stay.hospital.node_id, body, body.TOPICS[0])

    def _asked(self, day: date, body: Request, code: str = "OK") -> Act:
        return Act(day, OPERATOR, body, body.TOPICS[0], code)


def _place(world: World) -> Place:
    """The first way on which two nodes have hospitals."""
    for route in world.routes:
        found = {one.node_id: one for one in world.open_for(route, "inpatient")}
        if len(found) > 1:
            here, there = sorted(found.values(), key=lambda one: one.institution_id)[:2]
            areas = {route.insured_area[:2], route.treatment_area[:2]}
            of_no_area = (
                one for one in world.institutions if one.node_id not in found and one.area[:2] not in areas
            )
            return Place(route, (here, there), next(of_no_area))
    raise ValueError("no way leads to two nodes with hospitals")
