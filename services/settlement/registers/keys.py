"""Names the rows that each fact of the registers needs, by kind (登记事实的键). Pure."""

from services.settlement.keys import key, settled_keys
from services.settlement.model.key_kind import Kind
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.credentials import CredentialChanged
from shared.messages.enrollment.mappings import MappingPublished
from shared.messages.enrollment.network.pooling import PoolingSet
from shared.messages.enrollment.prices import PricesPublished
from shared.messages.enrollment.qualification import DiseaseQualified
from shared.messages.enrollment.registers import (
    CataloguePublished,
    CenterRegistered,
    CoverageChanged,
    InstitutionPublished,
)
from shared.messages.referral.filings import FilingAccepted, FilingEnded


def of_filing(message: Message, body: FilingAccepted) -> list[Key]:
    """A filing: the person's filings and stays, and where they stayed."""
    return [key(kind, body.person_id) for kind in (Kind.FILING, Kind.STAYS, Kind.TOLD)]


def of_filing_ended(message: Message, body: FilingEnded) -> list[Key]:
    """A filing that ended: the person's filings; if it was cancelled, all that the person has settled."""
    found = [key(Kind.FILING, body.person_id)]
    return [*found, *settled_keys(body.person_id)] if body.reason == "cancelled" else found


def of_coverage(message: Message, body: CoverageChanged) -> list[Key]:
    """A coverage: the person's coverages, and the policies of the insured area and scheme."""
    return [
        key(Kind.COVERAGE, body.person_id),
        key(Kind.INSURED_AT, body.insured_area, body.scheme),
    ]


def of_qualification(message: Message, body: DiseaseQualified) -> list[Key]:
    """A qualification: the person's qualifications, since a later bill of the same batch may need them."""
    return [key(Kind.QUALIFIED, body.person_id)]


def of_credential(message: Message, body: CredentialChanged) -> list[Key]:
    """A credential: the person's credentials, since a later admission of the same batch may show it."""
    return [key(Kind.CREDENTIAL, body.person_id)]


def of_area(message: Message, body: InstitutionPublished | CataloguePublished) -> list[Key]:
    """An institution or a catalogue page: the catalogue of its area."""
    return [key(Kind.AREA, body.area)]


def of_center(message: Message, body: CenterRegistered) -> list[Key]:
    """A center: its node, since a later request of the same batch may come from it."""
    return [key(Kind.CENTER, body.center_id)]


def of_mapping(message: Message, body: MappingPublished) -> list[Key]:
    """A code mapping of an institution."""
    return [key(Kind.MAPPED, body.institution_id)]


def of_pool(message: Message, body: PoolingSet) -> list[Key]:
    """Who pools: the policies of the pool, since a later bill of the same batch may go by one of them."""
    return [key(Kind.INSURED_AT, body.pooling_area, body.scheme)] if body.pooling_area else []


def of_prices(message: Message, body: PricesPublished) -> list[Key]:
    """Prices of an area."""
    return [key(Kind.PRICES_OF, body.area)]


def of_agreement(message: Message, body: AgreementSigned) -> list[Key]:
    """An agreement: the insured areas' catalogues, which may classify later uploads of the same batch."""
    return [key(Kind.CATALOGUES_OF, "the insured")] if body.catalog_mode != "treatment" else []
