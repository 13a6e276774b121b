"""An institution (联网机构), as referral keeps it: where it lies, whose it is, what it has opened."""

from typing import NamedTuple

from shared.messages.enrollment.registers import InstitutionPublished
from shared.messages.referral.worklist import Tier


class KnownInstitution(NamedTuple):
    """An institution (联网机构) as it was told last; none of what was not kept before."""

    institution_id: str
    node_id: str
    area: str
    tier: Tier | None = None
    services: tuple[str, ...] = ()
    status: str | None = None

    @property
    def is_opened(self) -> bool:
        """Whether people from outside may settle inpatient care there."""
        return self.status == "published" and "inpatient" in self.services


def institution_told(body: InstitutionPublished) -> KnownInstitution:
    """The institution that was published."""
    fields = (body.institution_id, body.node_id, body.area, body.tier, body.services, body.status)
    return KnownInstitution(*fields)
