"""Filings (备案) as a hospital and an agency ask for them: made, changed, ended, and opened again.

Each method raises what `hospital` says; who may ask what is told by `RefusedError`.
"""

from datetime import date
from typing import Literal, TypedDict, Unpack

from shared.adapter.desk import Desk
from shared.messages.referral.changes import (
    ChangeFilingPlace,
    ChangeFilingScheme,
    ContinueFiling,
    ReopenFiling,
)
from shared.messages.referral.filings import (
    Channel,
    ChosenInstitution,
    EndFiling,
    Filed,
    FilingClosed,
    FilingKind,
    Materials,
    SubmitFiling,
    TripReason,
)
from shared.messages.referral.reviews import FilingStands


class FilingTerms(TypedDict, total=False):
    """What may be said of a filing besides where and from when; the channel is `agency` unless given."""

    channel: Channel
    evidence: tuple[str, ...]
    certificate_id: str | None
    continues_filing_id: str | None
    certificate_issuer_id: str | None
    certificate_issued_on: date | None
    cannot_join_locally: bool
    trip_reason: TripReason | None
    materials: Materials
    institutions: tuple[ChosenInstitution, ...]
    applicant: Literal["person", "employer"]
    posted_until: date | None
    lives_there_since: date | None


class FilingDesk(Desk):
    """The life of a person's filings, whoever keeps them."""

    async def file(
        self,
        person_id: str,
        filing_id: str,
        kind: FilingKind,
        destination_area: str,
        starts_on: date,
        *,
        id: str | None = None,
        **terms: Unpack[FilingTerms],
    ) -> Filed:
        """Files care outside for a patient (办理备案): in force at once, or once it is reviewed."""
        where = {"kind": kind, "destination_area": destination_area, "starts_on": starts_on}
        fields = {"filing_id": filing_id, "person_id": person_id, "channel": "agency", **where, **terms}
        return await self._ask(SubmitFiling.model_validate(fields), Filed, id)

    async def end_filing(
        self,
        person_id: str,
        filing_id: str,
        ends_on: date,
        *,
        evidence: tuple[str, ...] = (),
        id: str | None = None,
    ) -> FilingClosed:
        """Ends a filing (取消备案)."""
        body = EndFiling(filing_id=filing_id, person_id=person_id, ends_on=ends_on, evidence=evidence)
        return await self._ask(body, FilingClosed, id)

    async def continue_filing(
        self,
        person_id: str,
        filing_id: str,
        continues_filing_id: str,
        starts_on: date,
        *,
        channel: Channel = "agency",
        id: str | None = None,
    ) -> Filed:
        """Continues a referral for the same disease in one step (续办转诊)."""
        body = ContinueFiling(
            filing_id=filing_id,
            person_id=person_id,
            continues_filing_id=continues_filing_id,
            starts_on=starts_on,
            channel=channel,
        )
        return await self._ask(body, Filed, id)

    async def change_filing_scheme(
        self,
        person_id: str,
        filing_id: str,
        continues_filing_id: str,
        evidence: tuple[str, ...],
        *,
        channel: Channel = "agency",
        id: str | None = None,
    ) -> Filed:
        """Carries a long-term filing over to the person's new scheme (险种变更), with proof."""
        body = ChangeFilingScheme(
            filing_id=filing_id,
            person_id=person_id,
            continues_filing_id=continues_filing_id,
            channel=channel,
            evidence=evidence,
        )
        return await self._ask(body, Filed, id)

    async def change_filing_place(
        self,
        person_id: str,
        filing_id: str,
        continues_filing_id: str,
        evidence: tuple[str, ...],
        *,
        channel: Channel = "agency",
        id: str | None = None,
    ) -> Filed:
        """Files a long-term place anew under another insured area (参保地变更), with proof."""
        body = ChangeFilingPlace(
            filing_id=filing_id,
            person_id=person_id,
            continues_filing_id=continues_filing_id,
            channel=channel,
            evidence=evidence,
        )
        return await self._ask(body, Filed, id)

    async def reopen_filing(
        self, person_id: str, filing_id: str, officer: str, reason: str, *, id: str | None = None
    ) -> FilingStands:
        """Opens a filing that was ended by mistake again (恢复备案)."""
        body = ReopenFiling(filing_id=filing_id, person_id=person_id, officer=officer, reason=reason)
        return await self._ask(body, FilingStands, id)
