"""Enrollment (登记): the registers all others build on, and the days.

Answers for: nodes, institutions, centers, agreements; persons' coverage; who persons are, and
their credentials; policies (drafted by one officer,
approved by another), catalogues, institutions' code mappings, public hospitals' prices,
mappings of tiers; the working-day calendar.
Hears: `registry.commands`.
Says: `enrollment.events`, `registry.catalogues`, and each day into every inbound partition.
Never: decides a filing or a bill, or asks another service anything.
"""

from pathlib import Path

from services.enrollment.decider import DECIDER
from shared.bus.service import Service

SERVICE = Service("enrollment", DECIDER, Path(__file__).parent / "migrations")
