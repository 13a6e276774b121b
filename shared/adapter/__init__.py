"""What a hospital's HIS, an agency, a clearing center or an operator installs to speak over the bus."""

from shared.adapter.center import Center
from shared.adapter.hospital import Hospital, Visit
from shared.adapter.operator import Operator
from shared.adapter.refused import RefusedError
from shared.adapter.self_paid import Agency
from shared.bus.client.client import Connection
from shared.bus.client.unanswered import Asked, BodyTooLargeError, ListeningEndedError, OutcomeUnknownError

__all__ = [
    "Agency",
    "Asked",
    "BodyTooLargeError",
    "Center",
    "Connection",
    "Hospital",
    "ListeningEndedError",
    "Operator",
    "OutcomeUnknownError",
    "RefusedError",
    "Visit",
]
