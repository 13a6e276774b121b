"""The table of referral: message → what it needs to know and what decides it; row → what it changes."""

from services.referral import store, store_filings
from services.referral.areas import store_pools as pools
from services.referral.areas.decide import set_rules
from services.referral.areas.store import save_rules
from services.referral.changes.decide import change_filing, continue_filing, reopen_filing
from services.referral.changes.taking_over import take_over_filing
from services.referral.checks.model import KnownCredential, KnownCuts, credential_told, cuts_told
from services.referral.checks.store import save_credentials, save_cuts
from services.referral.delegations.model import KnownDelegation, delegation_told
from services.referral.delegations.store import save_delegations
from services.referral.issuers.model import KnownIssuers, issuers_told
from services.referral.issuers.store import save_issuers
from services.referral.lists.decide import find_filings, find_work
from services.referral.lists.keys import of_filings, of_work
from services.referral.model.chain import FilingRules, Review
from services.referral.model.coverage import KnownCoverage
from services.referral.model.due import CoverageDue, FilingDue
from services.referral.model.filing import ChangedFiling, Filing
from services.referral.model.institution import KnownInstitution, institution_told
from services.referral.model.known import Known
from services.referral.reviews.decide import audit_filing, review_filing
from services.referral.reviews.store import add_reviews
from services.referral.rules.ending import cancel_filing, end_filing
from services.referral.rules.lapse import expire, hear_coverage, lapse
from services.referral.rules.submission import submit_filing
from services.referral.worklist.decide import (
    acknowledge_referral,
    announce_referral,
    find_referrals,
    withdraw_referral,
)
from services.referral.worklist.keys import of_announcement, of_worklist
from services.referral.worklist.model import Announcement
from services.referral.worklist.store import save_announcements
from shared.benefit.policy.book import PolicyHead, policy_head
from shared.benefit.policy.checks import parse_policy
from shared.bus.message import Decision, Message
from shared.bus.service import Copies, Key, Rule, Table, TableDecider, no_keys, of_rows
from shared.messages.body import Body, CancelRequest
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.credentials import CredentialChanged
from shared.messages.enrollment.network.issuers import IssuersPublished
from shared.messages.enrollment.network.pooling import PoolingSet
from shared.messages.enrollment.register_pages import CoveragesChanged, InstitutionsPublished
from shared.messages.enrollment.registers import (
    CenterRegistered,
    CoverageChanged,
    InstitutionPublished,
    PolicyPublished,
)
from shared.messages.referral.changes import (
    ChangeFilingPlace,
    ChangeFilingScheme,
    ContinueFiling,
    ReopenFiling,
    TakeOverFiling,
)
from shared.messages.referral.filings import EndFiling, SubmitFiling
from shared.messages.referral.lists import QueryFilings, QueryFilingWork
from shared.messages.referral.reviews import AuditFiling, ReviewFiling, SetFilingRules
from shared.messages.referral.worklist import AcknowledgeReferral, AnnounceReferral, QueryReferrals
from shared.pools import Pool


def _keep(known: Known, message: Message, body: CenterRegistered) -> Decision:
    return Decision(rows=[body])


def _keep_institution(known: Known, message: Message, body: InstitutionPublished) -> Decision:
    return Decision(rows=[institution_told(body)])


def _keep_policy(known: Known, message: Message, body: PolicyPublished) -> Decision:
    policy = parse_policy(body.policy)
    return Decision(rows=[policy_head(policy), cuts_told(policy)])


def _keep_credential(known: Known, message: Message, body: CredentialChanged) -> Decision:
    return Decision(rows=[credential_told(body)])


def _keep_issuers(known: Known, message: Message, body: IssuersPublished) -> Decision:
    return Decision(rows=[issuers_told(body)])


def _keep_pool(known: Known, message: Message, body: PoolingSet) -> Decision:
    return Decision(rows=[Pool(*(getattr(body, name) for name in Pool._fields))])


def _keep_delegation(known: Known, message: Message, body: AgreementSigned) -> Decision:
    return Decision(rows=[delegation_told(body)])


def _of_person(message: Message, body: Body) -> list[Key]:
    return [("person", body.key)]


def _of_new_filing(message: Message, body: SubmitFiling) -> list[Key]:
    keys = _of_told_filing(message, body)
    return [*keys, ("certificate", body.filing_id)] if _is_certified(body) else keys


def _of_told_filing(message: Message, body: SubmitFiling | TakeOverFiling) -> list[Key]:
    keys = [*_of_change(message, body), ("destination", body.destination_area)]
    keys += [("institution", one.institution_id) for one in body.institutions]
    if body.certificate_issuer_id:
        keys.append(("institution", body.certificate_issuer_id))
    return keys


def _is_certified(body: SubmitFiling) -> bool:
    return body.kind == "referral" or body.certificate_id is not None


def _of_change(
    message: Message,
    body: SubmitFiling | TakeOverFiling | ContinueFiling | ChangeFilingScheme | ChangeFilingPlace,
) -> list[Key]:
    person = body.person_id
    return [("person", person), ("checked", person), ("filing", body.filing_id), ("node", message.source)]


def _of_end(message: Message, body: EndFiling | ReopenFiling) -> list[Key]:
    return [("person", body.person_id), ("node", message.source)]


def _of_review(message: Message, body: ReviewFiling | AuditFiling) -> list[Key]:
    return [("person", body.person_id), ("reviewed", body.filing_id), ("node", message.source)]


def _of_cancel(message: Message, body: CancelRequest) -> list[Key]:
    if not _is_announcement(message):
        return _of_person(message, body)
    return [("person", body.key), ("announced", body.key), ("node", message.source)]


def _cancel(known: Known, message: Message, body: CancelRequest) -> Decision:
    return (withdraw_referral if _is_announcement(message) else cancel_filing)(known, message, body)


def _is_announcement(message: Message) -> bool:
    return message.original is not None and message.original.type == AnnounceReferral.wire_type()


def _of_rules(message: Message, body: SetFilingRules) -> list[Key]:
    return [("area", body.insured_area), ("node", message.source)]


def _of_coverage(message: Message, body: CoverageChanged) -> list[Key]:
    return [("person", body.person_id), ("area", body.insured_area)]


_RULES: dict[type, Rule] = {
    SubmitFiling: Rule(_of_new_filing, submit_filing),
    EndFiling: Rule(_of_end, end_filing),
    CancelRequest: Rule(_of_cancel, _cancel),
    TakeOverFiling: Rule(_of_told_filing, take_over_filing),
    ContinueFiling: Rule(_of_change, continue_filing),
    ChangeFilingScheme: Rule(_of_change, change_filing),
    ChangeFilingPlace: Rule(_of_change, change_filing),
    ReopenFiling: Rule(_of_end, reopen_filing),
    ReviewFiling: Rule(_of_review, review_filing),
    AuditFiling: Rule(_of_review, audit_filing),
    SetFilingRules: Rule(_of_rules, set_rules),
    AnnounceReferral: Rule(of_announcement, announce_referral),
    AcknowledgeReferral: Rule(of_announcement, acknowledge_referral),
    QueryReferrals: Rule(of_worklist, find_referrals),
    QueryFilings: Rule(of_filings, find_filings),
    QueryFilingWork: Rule(of_work, find_work),
    FilingDue: Rule(_of_person, expire),
    CoverageDue: Rule(_of_person, lapse),
    CoverageChanged: Rule(_of_coverage, hear_coverage),
    CoveragesChanged: of_rows(Rule(_of_coverage, hear_coverage)),
    InstitutionsPublished: of_rows(Rule(no_keys, _keep_institution)),
    CenterRegistered: Rule(no_keys, _keep),
    InstitutionPublished: Rule(no_keys, _keep_institution),
    PolicyPublished: Rule(no_keys, _keep_policy),
    PoolingSet: Rule(no_keys, _keep_pool),
    CredentialChanged: Rule(no_keys, _keep_credential),
    AgreementSigned: Rule(no_keys, _keep_delegation),
    IssuersPublished: Rule(no_keys, _keep_issuers),
}
_TABLES: dict[type, Table] = {
    Filing: Table(Known.keep_filing, store_filings.add_filings),
    ChangedFiling: Table(Known.change_filing, store_filings.change_filings),
    Review: Table(Known.keep_review, add_reviews),
    Announcement: Table(Known.keep_announcement, save_announcements),
    FilingRules: Table(Known.keep_rules, save_rules),
    KnownCoverage: Table(Known.keep_coverage, store.save_coverages),
    CenterRegistered: Table(Known.keep_center, store.save_centers),
    KnownInstitution: Table(Known.keep_hospital, store.save_hospitals),
    PolicyHead: Table(Known.keep_policy, store.save_policies),
    Pool: Table(Known.keep_pool, pools.save_pools),
    KnownCuts: Table(Known.keep_cuts, save_cuts),
    KnownDelegation: Table(Known.keep_delegation, save_delegations),
    KnownCredential: Table(Known.keep_credential, save_credentials),
    KnownIssuers: Table(Known.keep_issuers, save_issuers),
}

COPIES = Copies(
    {
        CoverageChanged: (KnownCoverage,),
        CoveragesChanged: (KnownCoverage,),
        CenterRegistered: (CenterRegistered,),
        InstitutionPublished: (KnownInstitution,),
        InstitutionsPublished: (KnownInstitution,),
        PolicyPublished: (PolicyHead, KnownCuts),
        CredentialChanged: (KnownCredential,),
        AgreementSigned: (KnownDelegation,),
        IssuersPublished: (KnownIssuers,),
        PoolingSet: (Pool,),
    }
)
DECIDER = TableDecider(_RULES, _TABLES, store.load)
