"""What travels when a patient shows a credential (出示凭证): with an admission or bill, or late."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.messages.body import Identifier
from shared.messages.settlement.visits import Credential, CredentialId, VisitRequest, VisitSubject

_Time = Annotated[
    str, Field(max_length=40, description="发送方所报的时间 / the time that its sender told, RFC 3339")
]


class ShowCredential(VisitRequest):
    """Tells that the patient of a stay has shown a credential after all (补验凭证), before the discharge.

    From then on the stay may be settled directly, 001 (十六). What was shown by mistake is shown anew, and
    the last one counts; a settlement made on it is reversed.
    """

    TOPICS = ("realtime.encounters",)
    credential: Credential
    credential_id: CredentialId | None = None
    verified_by: Identifier | None = None


class CredentialShown(VisitSubject):
    """A patient was verified (身份核验): by which credential and officer, on which day, at what time.

    Told where the desk names the credential or the officer, or shows one late; `care_on` is the day of the
    care, on which the credential was found to count.
    """

    TOPICS = ("settlement.events",)
    credential: Credential
    credential_id: CredentialId | None
    verified_by: Identifier | None
    care_on: date
    shown_on: date
    shown_at: _Time
