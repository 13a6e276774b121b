"""What a sealed text has to say to be taken (内容校验): what is right in itself.

No refusal quotes anything: only the field is named.
"""

from pydantic import TypeAdapter, ValidationError

from shared.errors import refuse
from shared.id_number import read_id_number
from shared.messages.answer import Answer
from shared.messages.enrollment.persons import Identity, Token
from shared.messages.settlement.visits import Credential

ID_CARD: Credential = "02"
_TOKEN: TypeAdapter[str] = TypeAdapter(Token)


def read_identity(plain: bytes | None) -> Identity | Answer:
    """An identity with its number in the standard form; a refusal where it contradicts itself."""
    if plain is None:
        return refuse("SEAL_UNREADABLE", "sealed")
    try:
        identity = Identity.model_validate_json(plain)
    except ValidationError as error:
        return refuse(
            "INVALID_FIELD", f"sealed.{error.errors()[0]['loc'][0] if error.errors()[0]['loc'] else ''}"
        )
    return _of_id_card(identity) if identity.document == "id_card" else identity


def read_token(credential: Credential, plain: bytes | None) -> str | Answer:
    """A credential's token or number in its standard form; a refusal for what cannot be one."""
    if plain is None:
        return refuse("SEAL_UNREADABLE", "sealed")
    try:
        token = _TOKEN.validate_python(plain.decode())
    except ValueError:
        return refuse("INVALID_FIELD", "sealed")
    if credential != ID_CARD:
        return token
    read = read_id_number(token)
    return read.number if read else refuse("ID_NUMBER_WRONG", "sealed")


def _of_id_card(identity: Identity) -> Identity | Answer:
    read = read_id_number(identity.number)
    if read is None:
        return refuse("ID_NUMBER_WRONG", "sealed.number")
    if read.born_on != identity.birth_date:
        return refuse("ID_NUMBER_WRONG", "sealed.birth_date")
    if read.sex != identity.sex:
        return refuse("ID_NUMBER_WRONG", "sealed.sex")
    return identity.model_copy(update={"number": read.number})
