"""What a statement on paper is made of (清算单内容): its heading, its lines, and the names of its codes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shared.areas import same_province
from shared.month.funds import Funds
from shared.names.areas import area_name


class Heading(NamedTuple):
    """The heading (表头): which statement, between whom, under what; `digest` is the SHA-256 of its lines."""

    statement_id: str
    agreement_id: str
    funding_mode: str
    insured_center: str
    treatment_center: str
    scheme: str
    month: str
    digest: str


class PaperLine(NamedTuple):
    """A line as it is printed (清算明细)."""

    line_id: str
    settlement_id: str
    why: str
    person_id: str
    insured_area: str
    institution_id: str
    visit_kind: str
    business_on: date
    total_fen: int
    funds: Funds


class Paper(NamedTuple):
    """A statement to be printed (清算单); `names` are those of centers and institutions, by their codes."""

    heading: Heading
    lines: Sequence[PaperLine]
    names: Mapping[str, str] = {}

    @property
    def title(self) -> str:
        """What it is called: whether it crosses provinces shows in its name."""
        within = same_province(self.heading.insured_center, self.heading.treatment_center)
        return f"{'省内' if within else '跨省'}异地就医费用清算单"

    def name_of(self, code: str) -> str:
        """The name of a center or institution; else that of the area, where the code is one."""
        return self.names.get(code) or area_name(code)
