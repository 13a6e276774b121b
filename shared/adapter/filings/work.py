"""What hospitals and agencies do about filings that others made: reviews, audits, worklists, an area's rules.

Each method raises what `hospital` says.
"""

from datetime import date
from typing import Literal, TypedDict, Unpack

from shared.adapter.filings.desk import FilingDesk
from shared.messages.referral.filings import Channel
from shared.messages.referral.lists import (
    FilingsFound,
    ListedFiling,
    QueryFilings,
    QueryFilingWork,
    Work,
)
from shared.messages.referral.reviews import (
    AuditFiling,
    Chain,
    FilingStands,
    Listed,
    RequiredMaterials,
    ReviewFiling,
    RulesKept,
    SetFilingRules,
    Step,
)
from shared.messages.referral.worklist import (
    AcknowledgeReferral,
    AnnounceReferral,
    ListedReferral,
    QueryReferrals,
    ReferralsFound,
    ReferralStands,
)


class RuleTerms(TypedDict, total=False):
    """What an area may ask of filings besides a chain of reviews."""

    audited: tuple[Channel, ...]
    required_materials: tuple[RequiredMaterials, ...]
    channels: tuple[Channel, ...]
    listed: tuple[Listed, ...]


class FilingWorkDesk(FilingDesk):
    """One institution's worklist, an agency's reviews, and the lists of both, always whole."""

    async def announce_referral(
        self, person_id: str, filing_id: str, institution_id: str, *, note: str = "", id: str | None = None
    ) -> ReferralStands:
        """Announces a referred patient to an institution where the filing leads (转诊推送)."""
        body = AnnounceReferral(
            filing_id=filing_id, person_id=person_id, institution_id=institution_id, note=note
        )
        return await self._ask(body, ReferralStands, id)

    async def acknowledge_referral(
        self,
        person_id: str,
        filing_id: str,
        reception: Literal["received", "declined"],
        officer: str,
        opinion: str,
        *,
        id: str | None = None,
    ) -> ReferralStands:
        """Says whether this institution will receive an announced patient (接诊确认)."""
        body = AcknowledgeReferral(
            filing_id=filing_id,
            person_id=person_id,
            institution_id=self.institution_id,
            reception=reception,
            officer=officer,
            opinion=opinion,
        )
        return await self._ask(body, ReferralStands, id)

    async def review_filing(
        self,
        person_id: str,
        filing_id: str,
        step: Step,
        conclusion: Literal["approved", "refused"],
        officer: str,
        opinion: str,
        *,
        id: str | None = None,
    ) -> FilingStands:
        """Approves or refuses a submitted filing at one step of its chain (审核备案)."""
        body = ReviewFiling(
            filing_id=filing_id,
            person_id=person_id,
            step=step,
            conclusion=conclusion,
            officer=officer,
            opinion=opinion,
        )
        return await self._ask(body, FilingStands, id)

    async def audit_filing(
        self,
        person_id: str,
        filing_id: str,
        conclusion: Literal["kept", "ended"],
        officer: str,
        opinion: str,
        *,
        id: str | None = None,
    ) -> FilingStands:
        """Keeps or ends a filing that was in force at once (事后核查)."""
        body = AuditFiling(
            filing_id=filing_id, person_id=person_id, conclusion=conclusion, officer=officer, opinion=opinion
        )
        return await self._ask(body, FilingStands, id)

    async def set_filing_rules(
        self,
        insured_area: str,
        in_force_from: date,
        chain: Chain,
        *,
        id: str | None = None,
        **terms: Unpack[RuleTerms],
    ) -> RulesKept:
        """Sets how an area takes filings of its persons from a day to come on (备案办理规则)."""
        body = SetFilingRules(insured_area=insured_area, in_force_from=in_force_from, chain=chain, **terms)
        return await self._ask(body, RulesKept, id)

    async def query_referrals(self) -> list[ListedReferral]:
        """All referred patients on this institution's worklist (转诊接诊清单)."""
        listed: list[ListedReferral] = []
        while True:
            last = listed[-1] if listed else None
            body = QueryReferrals(
                institution_id=self.institution_id,
                after_on=last.announced_on if last else None,
                after_filing_id=last.filing_id if last else None,
            )
            found = await self._ask(body, ReferralsFound, None)
            listed += found.referrals
            if not found.more:
                return listed

    async def query_filings(self, person_id: str) -> list[ListedFiling]:
        """All filings of a person that this node may see (备案查询)."""
        listed: list[ListedFiling] = []
        while True:
            after = listed[-1].filing_id if listed else None
            found = await self._ask(
                QueryFilings(person_id=person_id, after_filing_id=after), FilingsFound, None
            )
            listed += found.filings
            if not found.more:
                return listed

    async def query_filing_work(self, area: str, work: Work) -> list[ListedFiling]:
        """All filings that an agency of an area is to review or to audit (待办备案)."""
        listed: list[ListedFiling] = []
        while True:
            after = listed[-1].filing_id if listed else None
            body = QueryFilingWork(insured_area=area, work=work, after_filing_id=after)
            found = await self._ask(body, FilingsFound, None)
            listed += found.filings
            if not found.more:
                return listed
