"""What a vendor's node gets in the sandbox (沙箱资料): hospitals and people of its own, all invented.

Two hospitals, since who advances differs: one area's agency pays from a prefund, in the other the hospital
advances and claims.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple
from zlib import crc32

import typer
from pydantic import TypeAdapter, ValidationError

from services.cli.registry_import.folder import SAMPLE, read_registry
from shared.certify.cases.document import INSURED, Place
from shared.certify.play.town import Party
from shared.messages.body import NodeId, Request
from shared.messages.enrollment.agreements import SignAgreement
from shared.messages.enrollment.registers import (
    EnrollPerson,
    PublishInstitution,
    RegisterCenter,
    RegisterNode,
)
from shared.stack import StackError

_HOSPITALS = {"510100": "成都样例医院（沙箱）", "420100": "武汉样例医院（沙箱）"}
_AREA_OF = {"310": "510100", "390": "510100", "380": "420100"}
_PEOPLE = ("390", "390", "310", "380")
_COVERED_FROM = date(2016, 1, 1)
_CASES = 10_000
CENTER_NODE = "bazhong"
"""A node of the sample whose center has a statement for each case."""


class Kit(NamedTuple):
    """A node with what the sandbox registers for it."""

    node: str
    requests: tuple[tuple[Request, ...], ...]
    hospitals: tuple[PublishInstitution, ...]
    people: tuple[EnrollPerson, ...]

    @property
    def places(self) -> dict[str, Place]:
        """The hospital at which persons of a scheme are treated."""
        by_area = {one.area: Place(one.institution_id, one.area) for one in self.hospitals}
        return {scheme: by_area[area] for scheme, area in _AREA_OF.items() if area in by_area}


def kit_of(node: str) -> Kit:
    """What is registered for a node; of one of the sample its own hospitals are shown too."""
    if center_of(node):
        return Kit(node, (), (), ())
    known = [one for one in _sample() if isinstance(one, RegisterNode) and one.node_id == node]
    theirs = [one for one in _sample() if isinstance(one, PublishInstitution) and one.node_id == node]
    own = tuple(_hospital(node, area, name) for area, name in _HOSPITALS.items())
    people = tuple(_person(node, number, scheme) for number, scheme in enumerate(_PEOPLE, 1))
    first = () if known else (RegisterNode(node_id=node, name=f"{node}（沙箱）", kind="group"),)
    return Kit(node, (first, (*own, *people)), (*theirs, *own), people)


def center_of(node: str) -> str:
    """The center whose node this is in the sample; "" if it is none."""
    found = (one.center_id for one in _sample() if isinstance(one, RegisterCenter) and one.node_id == node)
    return next(found, "")


def parties_of(center: str) -> list[Party]:
    """Whose care makes the center's statements: one for each scheme of its prefunded agreements."""
    return [
        Party(scheme, Place(place.institution_id, place.area), place.node_id)
        for agreement in _sample()
        if isinstance(agreement, SignAgreement) and agreement.funding_mode == "AGENCY_PREFUND"
        if center in (agreement.insured_center, agreement.treatment_center)
        for scheme in agreement.schemes
        if agreement.insured_area == INSURED[scheme]
        for place in list(_treating(agreement.treatment_area))[:1]
    ]


def check_node(node: str) -> str:
    """A node's name as it was given. Raises typer.BadParameter if no node may be called so."""
    try:
        TypeAdapter(NodeId).validate_python(node)
    except ValidationError:
        told = f"节点名为小写字母、数字、点和连字符 / lower case, digits, dots and hyphens: {node!r}"
        raise typer.BadParameter(told, param_hint="NODE") from None
    return node


def require_agreements(day: date) -> None:
    """Raises StackError if an agreement of the sample is over on a day: care is not settled then."""
    ends = min(one.in_force_until for one in _sample() if isinstance(one, SignAgreement))
    if day >= ends:
        raise StackError(
            f"样例协议于 {ends} 到期，营业日不再前移：请换一个 YIDI_HOME 重新开始。",
            f"The sample's agreements end on {ends}, so that no day from then on is opened: start anew in"
            " another YIDI_HOME.",
        )


def _treating(area: str) -> Iterator[PublishInstitution]:
    for one in _sample():
        if isinstance(one, PublishInstitution) and one.area == area and "inpatient" in one.services:
            yield one


@cache
def _sample() -> tuple[Request, ...]:
    return tuple(entry.body for stage in read_registry(SAMPLE).stages for entry in stage)


def _hospital(node: str, area: str, name: str) -> PublishInstitution:
    """A hospital whose code is made from the node's name, so that each node has its own."""
    number = 90_000 + crc32(node.encode()) % _CASES
    return PublishInstitution(
        institution_id=f"H{area}{number}",
        name=name,
        area=area,
        tier="3",
        grade="甲",
        node_id=node,
        services=("inpatient", "outpatient", "chronic"),
    )


def _person(node: str, number: int, scheme: str) -> EnrollPerson:
    return EnrollPerson(
        person_id=f"{node}-person-{number}",
        scheme=scheme,
        insured_area=INSURED[scheme],
        status="normal",
        covered_from=_COVERED_FROM,
    )
