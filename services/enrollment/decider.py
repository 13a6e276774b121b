"""Which rule answers which request of enrollment, and what it needs to know."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from services.enrollment import store
from services.enrollment.model import Entry, HeldCoverage, Known, OpenedDay
from services.enrollment.rules.catalogues.editions import PAGE_KINDS, publish_edition
from services.enrollment.rules.catalogues.mappings import publish_mapping
from services.enrollment.rules.catalogues.pages import edition_key
from services.enrollment.rules.catalogues.prices import publish_prices
from services.enrollment.rules.catalogues.tiers import map_tiers, tiers_subject
from services.enrollment.rules.coverage import enroll_person
from services.enrollment.rules.days import open_day
from services.enrollment.rules.permission import centers_over
from services.enrollment.rules.policy import approve_policy, draft_policy, publish_policy
from services.enrollment.rules.qualification import qualification_subject, qualify_disease
from services.enrollment.rules.subjects import (
    publish_catalogue,
    publish_institution,
    register_center,
    register_node,
    sign_agreement,
)
from services.enrollment.store import KEY_SEPARATOR
from shared.bus.message import NOTHING, Changes, Decision, Message
from shared.bus.service import Key, Keys, Tx
from shared.messages.body import Body
from shared.messages.enrollment.editions import PublishEdition
from shared.messages.enrollment.mappings import PublishMapping
from shared.messages.enrollment.policy_versions import ApprovePolicy, DraftPolicy
from shared.messages.enrollment.prices import PublishPrices
from shared.messages.enrollment.qualification import QualifyDisease
from shared.messages.enrollment.registers import (
    EnrollPerson,
    OpenDay,
    PublishCatalogue,
    PublishInstitution,
    PublishPolicy,
    RegisterCenter,
    RegisterNode,
    SignAgreement,
)
from shared.messages.enrollment.tiers import MapTiers

_RULES: dict[type[Body], Callable[[Known, str, Any], Decision]] = {
    RegisterNode: register_node,
    RegisterCenter: register_center,
    SignAgreement: sign_agreement,
    PublishCatalogue: publish_catalogue,
    PublishMapping: publish_mapping,
    PublishPolicy: publish_policy,
    DraftPolicy: draft_policy,
    ApprovePolicy: approve_policy,
    PublishPrices: publish_prices,
    MapTiers: map_tiers,
    QualifyDisease: qualify_disease,
    OpenDay: open_day,
    PublishEdition: publish_edition,
}
_BY_DAY: dict[type[Body], Callable[[Known, Message, Any], Decision]] = {
    EnrollPerson: enroll_person,
    PublishInstitution: publish_institution,
}
"""Where it counts on which day something is told."""


def _centers(area: str) -> list[Key]:
    return [("center", center) for center in centers_over(area)]


def _around(policy: dict[str, Any]) -> list[Key]:
    """The centers over a policy's area, and the policies beside it; what is no area or scheme is refused."""
    area, scheme = policy.get("insured_area"), policy.get("scheme")
    if not (isinstance(area, str) and re.fullmatch("[0-9]{6}", area)):
        return []
    known = isinstance(scheme, str) and re.fullmatch("[0-9]{3}", scheme)
    return [*_centers(area), *([("policies_of", f"{area}{KEY_SEPARATOR}{scheme}")] if known else [])]


def _pages_of(body: PublishEdition) -> list[Key]:
    kind = PAGE_KINDS[body.register_of]
    return [("edition_page", f"{kind}{KEY_SEPARATOR}{page_id}") for page_id in body.pages]


def _over(body: PublishEdition) -> list[Key]:
    return [("institution", body.whose)] if body.register_of == "mapping" else _centers(body.whose)


_KEYS: dict[type[Body], Callable[[Any], list[Key]]] = {
    RegisterNode: lambda body: [("node", body.node_id)],
    RegisterCenter: lambda body: [("node", body.node_id), ("center", body.center_id)],
    PublishInstitution: lambda body: [
        ("institution", body.institution_id),
        ("node", body.node_id),
        *_centers(body.area),
    ],
    SignAgreement: lambda body: [
        ("agreement", body.agreement_id),
        ("center", body.insured_center),
        ("center", body.treatment_center),
    ],
    PublishCatalogue: lambda body: [
        ("catalogue", body.page_id),
        ("edition", edition_key("catalogue", body.area)),
        *_centers(body.area),
    ],
    PublishMapping: lambda body: [
        ("mapping", body.page_id),
        ("edition", edition_key("mapping", body.institution_id)),
        ("institution", body.institution_id),
    ],
    PublishPolicy: lambda body: [],
    DraftPolicy: lambda body: [
        ("policy", body.policy_id),
        ("draft", body.policy_id),
        *_around(body.policy),
    ],
    ApprovePolicy: lambda body: [("policy", body.policy_id), ("draft", body.policy_id)],
    PublishPrices: lambda body: [
        ("price", body.page_id),
        ("edition", edition_key("prices", body.area)),
        *_centers(body.area),
    ],
    MapTiers: lambda body: [("tiers", tiers_subject(body)), *_centers(body.insured_area)],
    EnrollPerson: lambda body: [
        ("person", body.person_id),
        ("calendar", "days"),
        *_centers(body.insured_area),
    ],
    QualifyDisease: lambda body: [
        ("person", body.person_id),
        ("qualification", qualification_subject(body)),
        *_centers(body.insured_area),
    ],
    OpenDay: lambda body: [("calendar", body.calendar)],
    PublishEdition: lambda body: [("edition", body.key), *_pages_of(body), *_over(body)],
}


class EnrollmentDecider:
    """Message → rule, for the registers and the days."""

    def keys(self, message: Message) -> Iterable[Key]:
        """What the request names, and the node that commands."""
        find = _KEYS.get(type(message.body))
        return [("commander", message.source), *find(message.body)] if find else ()

    async def load(self, tx: Tx, keys: Keys) -> Known:
        """The entries, coverages and last day that the batch names."""
        return await store.load(tx, keys)

    def decide(self, known: Known, message: Message) -> Decision:
        """What the rule for this request decides; facts of others are not enrollment's concern."""
        if dated := _BY_DAY.get(type(message.body)):
            return dated(known, message, message.body)
        rule = _RULES.get(type(message.body))
        return rule(known, message.source, message.body) if rule else NOTHING

    def apply(self, known: Known, change: Any) -> None:
        """Lets the next message of the batch see a row of this one."""
        match change:
            case Entry():
                known.keep(change)
            case HeldCoverage():
                known.coverages.setdefault(change.person_id, {})[change.place] = change
            case OpenedDay():
                known.first_opened_on = known.first_opened_on or change.opened_on
                known.last_opened_on = change.opened_on

    async def save(self, tx: Tx, changes: Changes) -> None:
        """Keeps the rows; the facts are the shell's to send."""
        await store.save_entries(tx, changes.get(Entry, []))
        await store.save_coverages(tx, changes.get(HeldCoverage, []))
        await store.save_days(tx, changes.get(OpenedDay, []))
