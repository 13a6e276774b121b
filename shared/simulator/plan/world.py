"""The world of a simulated month, read from the requests that made the registers."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from shared.messages.body import Body, Scheme
from shared.messages.enrollment.agreements import Agreement, FundingMode, SignAgreement
from shared.messages.enrollment.policy_versions import DraftPolicy
from shared.messages.enrollment.registers import (
    Center,
    Institution,
    PublishInstitution,
    RegisterCenter,
)

B = TypeVar("B", bound=Body)


class Route(NamedTuple):
    """From where to where patients of one scheme may go, under which agreement."""

    agreement_id: str
    insured_area: str
    treatment_area: str
    scheme: Scheme
    funding_mode: FundingMode


@dataclass(frozen=True)
class World:
    """Who may be treated where, by whom, and which outpatient tiers each policy knows."""

    routes: tuple[Route, ...]
    agreements: Mapping[str, Agreement]
    institutions: tuple[Institution, ...]
    centers: tuple[Center, ...]
    outpatient_tiers: Mapping[tuple[str, str], frozenset[str]]
    must_file: frozenset[tuple[str, str]]  # insured area and scheme that settle nothing unfiled

    def among(self, modes: Container[str]) -> "World":
        """The same world, in which patients go only where money moves in one of these ways."""
        return replace(self, routes=tuple(route for route in self.routes if route.funding_mode in modes))

    def open_for(self, route: Route, kind: str) -> list[Institution]:
        """The institutions at a route's end that are open for this kind of care and known to the policy."""
        service = kind.removesuffix("_general")
        tiers = self.outpatient_tiers.get((route.insured_area, route.scheme), frozenset())
        return [
            one
            for one in self.institutions
            if one.area == route.treatment_area
            and service in one.services
            and (kind == "inpatient" or one.tier in tiers)
        ]


def world_of(requests: Iterable[Body]) -> World:
    """The world that these registry requests describe; sorted, so that their order does not matter."""
    given = list(requests)
    agreements = sorted(_only(given, SignAgreement), key=lambda one: one.agreement_id)
    policies = _only(given, DraftPolicy)
    routes = [
        Route(
            one.agreement_id,
            one.insured_area,
            one.treatment_area,
            scheme,
            one.funding_mode,
        )
        for one in agreements
        for scheme in sorted(one.schemes)
    ]
    return World(
        routes=tuple(routes),
        agreements={one.agreement_id: one for one in agreements},
        institutions=tuple(sorted(_only(given, PublishInstitution), key=lambda one: one.institution_id)),
        centers=tuple(sorted(_only(given, RegisterCenter), key=lambda one: one.center_id)),
        outpatient_tiers={_place(one): _tiers(one) for one in policies},
        must_file=frozenset(_place(one) for one in policies if _refuses_unfiled(one)),
    )


def _only(given: Iterable[Body], kind: type[B]) -> list[B]:
    return [one for one in given if isinstance(one, kind)]


def _place(policy: DraftPolicy) -> tuple[str, str]:
    return policy.policy["insured_area"], policy.policy["scheme"]


def _tiers(policy: DraftPolicy) -> frozenset[str]:
    return frozenset(policy.policy.get("outpatient_general", {}).get("tiers", {}))


def _refuses_unfiled(policy: DraftPolicy) -> bool:
    return bool(policy.policy["out_of_area"].get("unfiled") == "refuse")
