"""What a bill says of electronic prescriptions (电子处方, 001 (二十四)): each is dispensed once."""

from pydantic import Field

from shared.messages.body import Body, Identifier


class Prescription(Body):
    """An electronic prescription (电子处方) that a bill dispenses, and the lines of the bill it covers."""

    prescription_id: Identifier
    covers: tuple[Identifier, ...] = Field(min_length=1, max_length=100)
