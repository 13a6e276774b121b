"""The nodes that file: agencies and hospitals, at home in Bazhong and in Chengdu, where filings lead."""

from shared.messages.enrollment.registers import CenterRegistered, InstitutionPublished


def center(area: str, node: str) -> CenterRegistered:
    """An agency at its node."""
    return CenterRegistered(center_id=area, name=area, node_id=node)


def hospital(area: str, node: str, number: int = 1) -> InstitutionPublished:
    """A hospital at its node."""
    return InstitutionPublished(
        institution_id=f"H{area}{number:05d}",
        name=node,
        area=area,
        tier="3",
        node_id=node,
        services=("inpatient",),
    )


AGENCIES = center("511900", "bazhong"), center("510000", "sichuan"), center("410000", "henan")
HOSPITALS = hospital("511902", "nanlong"), hospital("510104", "huaxi"), hospital("410100", "zhengzhou")
