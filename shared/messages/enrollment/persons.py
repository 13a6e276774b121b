"""What travels about persons (人员): their identity, sealed, and the questions that find them.

Whatever names a person would lie in the topics for as long as they are kept, before all that read them. So
identity and credentials travel sealed for enrollment alone (`shared/trust/sealed.py`: HPKE, RFC 9180), with
a key that it tells whoever asks (`QuerySealingKey`), and all others know a person by a pseudonym. They are
messages rather than a file beside the bus: a desk asks at any time, and what comes this way is decided once,
answered, ordered and recorded like all else.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.id_number import Sex
from shared.messages.body import (
    Area,
    Body,
    Fact,
    Identifier,
    InstitutionId,
    Question,
    Request,
    Result,
    Scheme,
)
from shared.messages.enrollment.registers import CoverageStatus
from shared.messages.settlement.visits import Credential

_COMMANDS = ("registry.commands",)

SEALED = (
    "密封文本：密钥标识、“.”、HPKE 密文的 base64url / sealed: the key's id, a point, the base64url of HPKE "
    "(RFC 9180: X25519, HKDF-SHA256, AES-256-GCM)"
)
Sealed = Annotated[
    str, Field(pattern=r"^k[0-9]{1,9}\.[A-Za-z0-9_-]{60,2000}$", max_length=2048, description=SEALED)
]
BirthMonth = Annotated[
    str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="YYYY-MM；不含日 / without the day")
]
Document = Literal["id_card", "passport", "residence_permit", "travel_permit", "other"]
Token = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")]


class Identity(Body):
    """A person's identity (身份信息), as it stands in the sealed text of `RegisterPerson`, in JSON.

    The number of an identity card has 18 digits (15 of an old one), the last of which checks the others;
    birth date and sex are those that it says.
    """

    name: str = Field(min_length=1, max_length=100)
    sex: Sex
    birth_date: date
    document: Document
    number: Token


class RegisterPerson(Request):
    """Registers who a person is, or changes it; the identity is sealed for `identity <person_id>`.

    The person is enrolled before (`EnrollPerson`). An identity card becomes a credential of its kind at once.
    A request that is sent again is sent as it was: sealed anew it would be another one. Registered once more,
    an identity is as it was told last; a card registered by mistake is revoked (`RevokeCredential`).
    """

    TOPICS = _COMMANDS
    KEY = "person_id"
    person_id: Identifier
    sealed: Sealed


class PersonRegistered(Fact):
    """It is known who a person is (人员已登记): all that others are told is sex and month of birth."""

    TOPICS = ("enrollment.events",)
    KEY = "person_id"
    person_id: Identifier
    sex: Sex
    birth_month: BirthMonth


class QuerySealingKey(Question):
    """Asks for the key with which to seal what is about a person; it is another one after a rotation."""

    TOPICS = _COMMANDS
    KEY = "registry"
    registry: Literal["persons"] = "persons"


class SealingKeyFound(Result):
    """The public key (公钥) to seal with, X25519, 64 hexadecimal digits, and its id."""

    result: Literal["sealing_key_found"] = "sealing_key_found"
    key_id: str
    public_key: str


class FindPerson(Question):
    """Asks whose a credential is that a person shows (人员信息获取, NHSA 1101).

    Sealed for `credential <institution_id> <credential>`: the token of an e-credential (01), or the number of
    an identity card (02), social security card (03) or health card (04).
    """

    TOPICS = _COMMANDS
    KEY = "institution_id"
    institution_id: InstitutionId
    credential: Credential
    sealed: Sealed


class CoverageState(Body):
    """How a coverage (参保) of a person stands on the day."""

    scheme: Scheme
    insured_area: Area
    status: CoverageStatus


class PersonIdentified(Result):
    """Whose a credential is: the pseudonym, what a desk needs, and the coverages of the day.

    `credential_id` is the credential's keyed hash: it is told with an admission, so that a credential that
    was revoked since is refused there.
    """

    result: Literal["person_identified"] = "person_identified"
    person_id: str
    credential_id: str
    sex: Sex | None
    birth_month: str | None
    coverages: tuple[CoverageState, ...]
