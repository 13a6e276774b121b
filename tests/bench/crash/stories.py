"""What is asked during the crash run: the registers, and persons' stories from enrollment to settlement."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from shared.messages.body import Body, Fact, Request
from shared.messages.enrollment.agreements import AgreementSigned, SignAgreement
from shared.messages.enrollment.policy_versions import ApprovePolicy, DraftPolicy, policy_digest
from shared.messages.enrollment.registers import (
    CataloguePublished,
    CoverageChanged,
    EnrollPerson,
    InstitutionPublished,
    PublishCatalogue,
    PublishInstitution,
    RegisterCenter,
    RegisterNode,
)
from shared.messages.enrollment.tiers import MapTiers, TiersMapped
from shared.messages.referral.filings import FilingAccepted, SubmitFiling
from shared.messages.settlement.visits import (
    AdmitPatient,
    CostsUploaded,
    DischargePatient,
    PatientDischarged,
    SettlementCompleted,
    SettleVisit,
    UploadCosts,
    VisitAdmitted,
)
from tests.settlement.given import world

DAY = date(2026, 3, 20)
HOSPITALS = 4  # each under an agreement of its own, whose month ends two days after the one before
FIRST_CUT_OFF = 22
LINES = 5
PREFUND_FEN = 10**9
OPERATOR = "operator"
INSURED, TREATMENT = CENTERS = ("511900", "510000")
# Each command, the fact it brings about, and the one row that keeps it: table, columns that name it.
EFFECTS: dict[type[Body], tuple[type[Fact], str, tuple[str, ...]]] = {
    EnrollPerson: (CoverageChanged, "enrollment.coverage", ("person_id",)),
    SubmitFiling: (FilingAccepted, "referral.filing", ("filing_id",)),
    AdmitPatient: (VisitAdmitted, "settlement.visit", ("visit_id",)),
    UploadCosts: (CostsUploaded, "settlement.upload", ("visit_id", "upload_id")),
    DischargePatient: (PatientDischarged, "settlement.case_page", ("visit_id",)),
    SettleVisit: (SettlementCompleted, "settlement.settlement", ("visit_id",)),
}
STEPS = len(EFFECTS)


class Command(NamedTuple):
    """A request, the node that asks it, and its id, which stays whatever happens."""

    id: str
    node: str
    body: Request


def nodes() -> list[str]:
    """Who asks: the operator, the centers and the hospitals."""
    return [OPERATOR, *map(center_node, CENTERS), *(_node(number) for number in range(HOSPITALS))]


def center_node(center_id: str) -> str:
    """The node of a clearing center."""
    return f"center-{center_id}"


def registry() -> list[list[Request]]:
    """What must stand before, in stages that build on each other."""
    hospitals = [world.institution(_hospital(n), node=_node(n)) for n in range(HOSPITALS)]
    policy_id, policy = world.policy().policy_id, world.policy().policy
    return [
        [
            *(RegisterNode(node_id=_node(n), name=_node(n), kind="hospital") for n in range(HOSPITALS)),
            *(RegisterNode(node_id=center_node(id), name=id, kind="center") for id in CENTERS),
        ],
        [RegisterCenter(center_id=id, name=id, node_id=center_node(id)) for id in CENTERS],
        [
            *(_asked(PublishInstitution, hospital) for hospital in hospitals),
            *(_asked(SignAgreement, _agreement(n)) for n in range(HOSPITALS)),
            _asked(MapTiers, world.tiers()),
            _asked(PublishCatalogue, world.catalogue()),
            DraftPolicy(policy_id=policy_id, policy=policy, officer="drafter"),
        ],
        [ApprovePolicy(policy_id=policy_id, officer="approver", sha256=policy_digest(policy))],
    ]


def _asked(
    request: type[Request],
    fact: InstitutionPublished | AgreementSigned | CataloguePublished | CoverageChanged | TiersMapped,
) -> Request:
    return request(**dict(fact))


def story(number: int) -> list[Command]:
    """One person's commands; each is sent once the one before is answered, with the positions it brought."""
    node = _node(number)
    return [
        Command(f"{number}-{step}", OPERATOR if step == 0 else node, body)
        for step, body in enumerate(_bodies(number))
    ]


def _bodies(number: int) -> Iterator[Request]:
    person = f"person-{number}"
    names: dict[str, Any] = {
        "visit_id": f"visit-{number}",
        "person_id": person,
        "institution_id": _hospital(number),
    }
    control = world.control(LINES, LINES * 100_000)
    yield _asked(EnrollPerson, world.coverage(person))
    yield SubmitFiling(
        filing_id=f"filing-{number}",
        person_id=person,
        kind="referral",
        destination_area="510100",
        starts_on=DAY,
        channel="agency",
    )
    yield AdmitPatient(**names, admitted_on=DAY, credential="01")
    lines = tuple(world.line(n, price="1000") for n in range(LINES))
    yield UploadCosts(**names, upload_id=f"upload-{number}", cost_on=DAY, lines=lines, control=control)
    yield DischargePatient(**names, discharged_on=DAY, way="1")
    yield SettleVisit(**names, control=control)


def _node(number: int) -> str:
    return f"hospital-{number % HOSPITALS}"


def _hospital(number: int) -> str:
    return f"H{_district(number)}00001"


def _district(number: int) -> str:
    return f"{510104 + number % HOSPITALS}"


def _agreement(number: int) -> AgreementSigned:
    cut_off = FIRST_CUT_OFF + 2 * number
    return world.agreement(treatment=_district(number), cut_off_day=cut_off, prefund_quota_fen=PREFUND_FEN)
