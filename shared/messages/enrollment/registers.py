"""What travels about the registers (登记): nodes, institutions, centers, persons' coverage, policies,
catalogues and the days.
"""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from shared.bank.payment import AccountNumber, BankCode, Name
from shared.messages.body import (
    IN_EDITION,
    AmountFen,
    Area,
    Body,
    Category,
    Count,
    Fact,
    Identifier,
    InstitutionId,
    Month,
    NodeId,
    Price,
    Request,
    Result,
    Scheme,
    Text,
)

_COMMANDS = ("registry.commands",)
_EVENTS = ("enrollment.events",)

NodeKind = Literal["hospital", "group", "province", "region", "center", "operator"]
Service = Literal["inpatient", "outpatient", "chronic", "pharmacy"]
Grade = Literal["特", "甲", "乙", "丙"]
OperatedBy = Literal["state", "delegated", "insurer", "bank"]
ItemKind = Literal["drug", "service", "consumable"]
_APPLIES_FROM = "the first day of which this is told; none: of today, the first time of all days"
CoverageStatus = Literal["normal", "suspended", "terminated"]
EndReason = Literal["moved", "died", "unemployed", "re_enrolled", "unpaid", "other"]
Identity = Literal["low_income", "extreme_poverty", "orphan", "disabled", "returned_poverty"]


class Node(Body):
    """One connection to the bus (节点): a hospital, a group of them, a province, a center."""

    node_id: NodeId
    name: Text
    kind: NodeKind


class Institution(Body):
    """A designated institution (定点医药机构): its tier, a grade within it (2甲), its services.

    Tier, services and status hold from `applies_from` on; care of an earlier day goes by those before.
    """

    institution_id: InstitutionId
    name: Text
    area: Area
    tier: Literal["1", "2", "3"]
    node_id: NodeId
    services: tuple[Service, ...] = Field(max_length=10)
    status: Literal["nominated", "published", "suspended"] = "published"
    grade: Grade | None = None
    applies_from: date | None = Field(default=None, description=_APPLIES_FROM)


class BankAccount(Body):
    """A party's bank account (银行账户), in the form in which it can stand in a payment order."""

    account_name: Name
    account_number: AccountNumber
    bank_name: Name
    bank_code: BankCode


class Center(Body):
    """A clearing center (结算中心) of a province or city; its node receives the batches.

    000 三(三)2 and 1: the state's own agency runs it, or a body that was charged with it, an insurer or a
    bank; all of them pay and are paid by the same files. It is in force from `in_force_from` until
    `in_force_until` (exclusive; none: open). Registered once more it is as it was told last.
    """

    center_id: Area
    name: Text
    node_id: NodeId
    operated_by: OperatedBy | None = None
    bank_account: BankAccount | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None


class Coverage(Body):
    """A person's coverage (参保) by one basic scheme; the person is a pseudonym from the first message on.

    In force from `covered_from` until `covered_until` (exclusive; none = open). Person, scheme and insured
    area together name it: another scheme or area is another coverage. What is told holds from `applies_from`
    on: care of an earlier day goes by what was told of that day. `account_balance_on`: the business
    day at whose beginning the personal account held its balance, so that what was spent before is in it.
    `ended_because`: why it ends, or is suspended.
    """

    person_id: Identifier
    scheme: Scheme
    insured_area: Area
    status: CoverageStatus
    retired: bool = False
    identities: tuple[Identity, ...] = Field(default=(), max_length=10)
    covered_from: date
    covered_until: date | None = None
    account_balance_fen: AmountFen = 0
    applies_from: date | None = Field(default=None, description=_APPLIES_FROM)
    account_balance_on: date | None = None
    ended_because: EndReason | None = None


class CatalogueItem(Body):
    """An item of a treatment area's catalogue (三大目录): drug, service or consumable."""

    item: Identifier
    category: Category
    level: Literal["01", "02", "03"]
    price_limit: Price | None = None
    pre_self_pay_bp: int = Field(default=0, ge=0, le=10_000)
    kind: ItemKind | None = None


class RegisterNode(Request, Node):
    """Adds or changes a node."""

    TOPICS = _COMMANDS
    KEY = "node_id"


class PublishInstitution(Request, Institution):
    """Adds or changes an institution in the published directory (000 三(二)3)."""

    TOPICS = _COMMANDS
    KEY = "institution_id"


class RegisterCenter(Request, Center):
    """Adds or changes a clearing center."""

    TOPICS = _COMMANDS
    KEY = "center_id"


class EnrollPerson(Request, Coverage):
    """Adds or changes a person's coverage."""

    TOPICS = _COMMANDS
    KEY = "person_id"


class PublishPolicy(Request):
    """Was to publish a policy (待遇政策) at once; refused since four eyes: `DraftPolicy`, `ApprovePolicy`."""

    TOPICS = _COMMANDS
    KEY = "policy_id"
    policy_id: Identifier
    policy: dict[str, Any]


class PublishCatalogue(Request):
    """Publishes one page of a treatment area's catalogue."""

    TOPICS = _COMMANDS
    KEY = "page_id"
    page_id: Identifier
    area: Area
    in_force_from: date
    items: tuple[CatalogueItem, ...] = Field(max_length=500)
    in_edition: bool = IN_EDITION


class OpenDay(Request):
    """Opens a business day, in Asia/Shanghai; sent by the timer, or by the simulator."""

    TOPICS = _COMMANDS
    KEY = "calendar"
    calendar: Literal["days"] = "days"
    opens_on: date


class NodeRegistered(Fact, Node):
    """A node is in the register; its answers go to `reply.<node_id>`."""

    TOPICS = _EVENTS
    KEY = "node_id"


class InstitutionPublished(Fact, Institution):
    """An institution is in the directory as given."""

    TOPICS = _EVENTS
    KEY = "institution_id"


class CenterRegistered(Fact, Center):
    """A center is in the register as given."""

    TOPICS = _EVENTS
    KEY = "center_id"


class CoverageChanged(Fact, Coverage):
    """A person's coverage is as given."""

    TOPICS = _EVENTS
    KEY = "person_id"


class PolicyPublished(Fact):
    """A policy version is published, whole; who drafted and approved it (none before there were drafts)."""

    TOPICS = _EVENTS
    KEY = "policy_id"
    policy_id: Identifier
    policy: dict[str, Any]
    drafted_by: Identifier | None = None
    approved_by: Identifier | None = None


class CataloguePublished(Fact):
    """One page of a catalogue, as given."""

    TOPICS = ("registry.catalogues",)
    KEY = "page_id"
    page_id: Identifier
    area: Area
    in_force_from: date
    items: tuple[CatalogueItem, ...]
    in_edition: bool = IN_EDITION


class DayOpened(Fact):
    """A business day has begun (营业日); stands in every inbound partition and in `calendar.days`."""

    TOPICS = (
        "calendar.days",
        "registry.commands",
        "realtime.filings",
        "realtime.encounters",
        "daily.costs",
        "casepage.pages",
        "monthly.claims",
    )
    KEY = "day"
    opened_on: date
    is_working_day: bool
    working_day_number: Count = Field(description="working days since 2016-01-01; a deadline is a difference")
    provisional: bool = Field(default=False, description="beyond the published holiday tables")

    @property
    def key(self) -> str:
        """The day itself, so that the compacted topic keeps one record a day."""
        return self.opened_on.isoformat()


class Registered(Result):
    """The subject is in the register; `version` counts its changes, `sha256` names a policy's text."""

    result: Literal["registered"] = "registered"
    subject_id: str
    version: Count = 1
    warnings: tuple[str, ...] = ()
    sha256: str | None = None


class DayOpen(Result):
    """The day is open."""

    result: Literal["day_open"] = "day_open"
    opened_on: date
    is_working_day: bool
    month: Month
