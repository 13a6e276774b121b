"""The table of enrollment: request → what it needs to know and what decides it; row → what it changes."""

import re
from collections.abc import Callable
from typing import Any

from services.enrollment import store
from services.enrollment.agencies.decide import register_agency
from services.enrollment.assessments.decide import assessment_subject, record_assessment
from services.enrollment.code_sets.decide import publish_code_set, version_subject
from services.enrollment.code_sets.local import map_subjects, publish_local_codes
from services.enrollment.institutions.hand_over import hand_over, take_over
from services.enrollment.institutions.join import apply_institution, move_institution
from services.enrollment.institutions.publish import publish_institution
from services.enrollment.issuers.decide import issuers_subject, publish_issuers
from services.enrollment.model import Entry, HeldCoverage, Known, OpenedDay
from services.enrollment.persons import decide as persons
from services.enrollment.persons import keys as person_keys
from services.enrollment.persons import store as people
from services.enrollment.persons.model import HeldCredential, HeldIdentity
from services.enrollment.pooling.decide import set_pooling
from services.enrollment.rollout.decide import move_rollout, rollout_subject
from services.enrollment.rules.agreement import sign_agreement
from services.enrollment.rules.catalogues.editions import PAGE_KINDS, publish_edition
from services.enrollment.rules.catalogues.mappings import publish_mapping
from services.enrollment.rules.catalogues.pages import edition_key
from services.enrollment.rules.catalogues.prices import publish_prices
from services.enrollment.rules.catalogues.tiers import map_tiers, tiers_subject
from services.enrollment.rules.coverage import enroll_person
from services.enrollment.rules.days import open_day
from services.enrollment.rules.pages import enroll_persons, publish_institutions
from services.enrollment.rules.permission import centers_over
from services.enrollment.rules.policy import approve_policy, draft_policy, publish_policy
from services.enrollment.rules.qualification import qualification_subject, qualify_disease
from services.enrollment.rules.subjects import (
    publish_catalogue,
    register_center,
    register_node,
)
from services.enrollment.store import KEY_SEPARATOR
from shared.areas import widened
from shared.bus.message import Decision, Message
from shared.bus.service import Key, Rule, Table, TableDecider
from shared.messages.body import Paged
from shared.messages.enrollment.agreements import SignAgreement
from shared.messages.enrollment.credentials import RegisterCredential, RevokeCredential
from shared.messages.enrollment.editions import PublishEdition
from shared.messages.enrollment.mappings import PublishMapping
from shared.messages.enrollment.network.agencies import RegisterAgency
from shared.messages.enrollment.network.assessments import RecordAssessment
from shared.messages.enrollment.network.code_sets import PublishCodeSet
from shared.messages.enrollment.network.institutions import (
    ApplyInstitution,
    HandOverInstitution,
    MoveInstitution,
    TakeOverInstitution,
)
from shared.messages.enrollment.network.issuers import PublishIssuers
from shared.messages.enrollment.network.local_codes import PublishLocalCodes
from shared.messages.enrollment.network.pooling import SetPooling
from shared.messages.enrollment.network.rollout import MoveRollout
from shared.messages.enrollment.persons import FindPerson, QuerySealingKey, RegisterPerson
from shared.messages.enrollment.policy_versions import ApprovePolicy, DraftPolicy
from shared.messages.enrollment.prices import PublishPrices
from shared.messages.enrollment.qualification import QualifyDisease
from shared.messages.enrollment.register_pages import EnrollPersons, PublishInstitutions
from shared.messages.enrollment.registers import (
    EnrollPerson,
    OpenDay,
    PublishCatalogue,
    PublishInstitution,
    PublishPolicy,
    RegisterCenter,
    RegisterNode,
)
from shared.messages.enrollment.tiers import MapTiers


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


def _of_node(body: RegisterNode) -> list[Key]:
    return [("node", body.node_id)]


def _of_center(body: RegisterCenter) -> list[Key]:
    return [("node", body.node_id), ("center", body.center_id)]


def _of_institution(body: PublishInstitution | ApplyInstitution) -> list[Key]:
    return [*_of_step(body), ("node", body.node_id), *_centers(body.area)]


def _of_step(body: PublishInstitution | ApplyInstitution | MoveInstitution) -> list[Key]:
    return [("institution", body.institution_id), ("steps", body.institution_id)]


def _of_offer(body: HandOverInstitution) -> list[Key]:
    return [*_of_take_over(body), ("node", body.to_node_id)]


def _of_take_over(body: HandOverInstitution | TakeOverInstitution) -> list[Key]:
    return [("institution", body.institution_id), ("hand_over", body.institution_id)]


def _of_agreement(body: SignAgreement) -> list[Key]:
    centers = [("center", body.insured_center), ("center", body.treatment_center)]
    chosen = [("institution", one.institution_id) for one in body.institutions]
    periods = [("periods_of", one) for one in (body.agreement_id, body.follows_agreement_id) if one]
    return [*periods, *centers, *chosen]


def _of_catalogue(body: PublishCatalogue) -> list[Key]:
    edition = ("edition", edition_key("catalogue", body.area))
    return [("catalogue", body.page_id), edition, *_centers(body.area)]


def _of_prices(body: PublishPrices) -> list[Key]:
    return [("price", body.page_id), ("edition", edition_key("prices", body.area)), *_centers(body.area)]


def _of_mapping(body: PublishMapping) -> list[Key]:
    edition = ("edition", edition_key("mapping", body.institution_id))
    return [("mapping", body.page_id), edition, ("institution", body.institution_id)]


def _of_edition(body: PublishEdition) -> list[Key]:
    return [("edition", body.key), *_pages_of(body), *_over(body)]


def _of_tiers(body: MapTiers) -> list[Key]:
    return [("tiers", tiers_subject(body)), *_centers(body.insured_area)]


def _of_draft(body: DraftPolicy | ApprovePolicy) -> list[Key]:
    return [("policy", body.policy_id), ("draft", body.policy_id)]


def _of_new_draft(body: DraftPolicy) -> list[Key]:
    return [*_of_draft(body), *_around(body.policy)]


def _of_person(body: EnrollPerson) -> list[Key]:
    return [("person", body.person_id), ("calendar", "days"), *_centers(body.insured_area)]


def _of_qualification(body: QualifyDisease) -> list[Key]:
    given = ("qualification", qualification_subject(body))
    return [("person", body.person_id), given, *_centers(body.insured_area)]


def _of_issuers(body: PublishIssuers) -> list[Key]:
    institutions = [("institution", one.institution_id) for one in body.institutions]
    return [("issuers", issuers_subject(body)), *institutions, *_centers(body.area)]


def _of_identity(body: RegisterPerson) -> list[Key]:
    sealed = ("sealed_identity", person_keys.of_identity(body))
    return [("person", body.person_id), ("identity", body.person_id), sealed]


def _of_credential(body: RegisterCredential) -> list[Key]:
    return [("person", body.person_id), ("sealed_credential", person_keys.of_credential(body))]


def _of_revocation(body: RevokeCredential) -> list[Key]:
    return [("person", body.person_id), ("credential", body.credential_id)]


def _of_shown(body: FindPerson) -> list[Key]:
    return [("institution", body.institution_id), ("shown_credential", person_keys.of_shown(body))]


def _of_agency(body: RegisterAgency) -> list[Key]:
    agencies = [("agency", one) for one in (body.agency_id, body.under_agency_id) if one]
    return [*agencies, *([("node", body.node_id)] if body.node_id else [])]


def _of_code_set(body: PublishCodeSet) -> list[Key]:
    return [("code_set", body.set_id), ("code_set", version_subject(body))]


def _of_local_codes(body: PublishLocalCodes) -> list[Key]:
    maps: list[Key] = [("local_codes", name) for name in map_subjects(body)]
    return [*maps, ("code_set", body.set_id), *_centers(body.area)]


def _of_pooling(body: SetPooling) -> list[Key]:
    return [("pooling_of", area) for area in widened(body.area)] + _centers(body.area)


def _of_rollout(body: MoveRollout) -> list[Key]:
    return [("rollout", rollout_subject(body)), *_centers(body.area)]


def _of_assessment(body: RecordAssessment) -> list[Key]:
    return [("institution", body.institution_id), ("assessment", assessment_subject(body))]


def _of_each(find: Callable[[Any], list[Key]]) -> Callable[[Paged], list[Key]]:
    return lambda body: list({key for row in body.rows for key in find(row)})


def _asked(find: Callable[[Any], list[Key]], decide: Callable[[Known, Message, Any], Decision]) -> Rule:
    """A rule for a request: it needs what the request names, and the node that commands."""
    return Rule(lambda message, body: [("commander", message.source), *find(body)], decide)


_RULES: dict[type, Rule] = {
    RegisterNode: _asked(_of_node, register_node),
    RegisterCenter: _asked(_of_center, register_center),
    PublishInstitution: _asked(_of_institution, publish_institution),
    ApplyInstitution: _asked(_of_institution, apply_institution),
    MoveInstitution: _asked(_of_step, move_institution),
    HandOverInstitution: _asked(_of_offer, hand_over),
    TakeOverInstitution: _asked(_of_take_over, take_over),
    RegisterAgency: _asked(_of_agency, register_agency),
    PublishCodeSet: _asked(_of_code_set, publish_code_set),
    PublishLocalCodes: _asked(_of_local_codes, publish_local_codes),
    RecordAssessment: _asked(_of_assessment, record_assessment),
    SetPooling: _asked(_of_pooling, set_pooling),
    MoveRollout: _asked(_of_rollout, move_rollout),
    SignAgreement: _asked(_of_agreement, sign_agreement),
    PublishCatalogue: _asked(_of_catalogue, publish_catalogue),
    PublishPrices: _asked(_of_prices, publish_prices),
    PublishMapping: _asked(_of_mapping, publish_mapping),
    PublishEdition: _asked(_of_edition, publish_edition),
    MapTiers: _asked(_of_tiers, map_tiers),
    PublishPolicy: _asked(lambda body: [], publish_policy),
    DraftPolicy: _asked(_of_new_draft, draft_policy),
    ApprovePolicy: _asked(_of_draft, approve_policy),
    EnrollPerson: _asked(_of_person, enroll_person),
    EnrollPersons: _asked(_of_each(_of_person), enroll_persons),
    PublishInstitutions: _asked(_of_each(_of_institution), publish_institutions),
    QualifyDisease: _asked(_of_qualification, qualify_disease),
    PublishIssuers: _asked(_of_issuers, publish_issuers),
    RegisterPerson: _asked(_of_identity, persons.register_person),
    RegisterCredential: _asked(_of_credential, persons.register_credential),
    RevokeCredential: _asked(_of_revocation, persons.revoke_credential),
    FindPerson: _asked(_of_shown, persons.find_person),
    QuerySealingKey: _asked(lambda body: [("sealing_key", body.registry)], persons.tell_sealing_key),
    OpenDay: _asked(lambda body: [("calendar", body.calendar)], open_day),
}
_TABLES: dict[type, Table] = {
    Entry: Table(Known.keep, store.save_entries),
    HeldCoverage: Table(Known.keep_coverage, store.save_coverages),
    HeldIdentity: Table(Known.keep_identity, people.save_identities),
    HeldCredential: Table(Known.keep_credential, people.save_credentials),
    OpenedDay: Table(Known.keep_day, store.save_days),
}

DECIDER = TableDecider(_RULES, _TABLES, store.load)
