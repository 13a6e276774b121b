"""audit (审计): the evidence trail of everything that was said, and whether it was said in time.

Answers for: the hash chain of each topic partition, the root of each day, the deadlines of the four exchange
classes (000 三(一)4).
Hears: every topic but its own.
Says: `audit.events`: DayPassed, RootSealed, DeadlineMissed.
Never: answers a request, refuses one, changes what another service has decided, keeps personal data.
"""

from enum import StrEnum
from pathlib import Path

from services.audit.decider import DECIDER
from services.audit.store.deadlines import due_unpaid
from services.audit.store.trail import due_seal
from shared.bus.service import Job, Service


class AuditJob(StrEnum):
    """The jobs of a day, as rows name them: one that is renamed needs a migration."""

    UNPAID = "unpaid"
    SEAL = "seal"


# Sealing comes last: a day has passed once all that it brought is told.
SERVICE = Service(
    name="audit",
    decider=DECIDER,
    migrations=Path(__file__).parent / "migrations",
    jobs=(Job(AuditJob.UNPAID, None, due_unpaid), Job(AuditJob.SEAL, None, due_seal)),
    hears_all=True,
)
