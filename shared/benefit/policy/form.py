"""The tables and keys of a policy file (待遇政策): the form in which it travels and is filed.

Form only. Rules between the keys stand in `policy.py`, through which every policy is read; what a
policy means for a bill is settled elsewhere, once.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

FilingUsed = Literal["home", "long_term", "referral", "emergency", "other_temporary", "none"]
FILINGS_USED: tuple[FilingUsed, ...] = get_args(FilingUsed)
WHOLE_BP = 10_000


def _iso_date(value: object) -> object:
    # Strict dates would still take "1672531200" for a moment in time.
    if isinstance(value, str):
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise PydanticCustomError("date_form", "must be a date YYYY-MM-DD")
    return value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Fen = Annotated[int, Field(ge=0, le=10**15)]
Bp = Annotated[int, Field(ge=0, le=WHOLE_BP)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)


class Source(_Table):
    """Where a number comes from: document and clause."""

    document: str
    clause: str

    def __str__(self) -> str:
        return f"{self.document} {self.clause}".strip()


class OutOfArea(_Table):
    """What treatment outside takes from the ratio, in percentage points (001 (四))."""

    long_term_cut_bp: Bp
    referral_cut_bp: Bp
    emergency_cut_bp: Bp
    other_temporary_cut_bp: Bp
    unfiled: Literal["cut", "refuse"]
    cut_serious_illness: bool

    def cut_bp(self, filing: FilingUsed) -> int:
        """The cut of a filing kind: 0 at home, and no filing counts as other temporary."""
        return {
            "home": 0,
            "long_term": self.long_term_cut_bp,
            "referral": self.referral_cut_bp,
            "emergency": self.emergency_cut_bp,
            "other_temporary": self.other_temporary_cut_bp,
            "none": self.other_temporary_cut_bp,
        }[filing]


class Band(_Table):
    """A ratio up to a limit; the last band has no limit."""

    up_to_fen: Fen | None = None
    ratio_bp: Bp


Bands = Annotated[tuple[Band, ...], Strict(False), Field(min_length=1)]


class InpatientTier(_Table):
    """One hospital tier: its deductible (起付线), and one ratio or bands of them."""

    deductible_fen: Fen
    ratio_bp: Bp | None = None
    bands: Bands | None = None

    @property
    def ratio_bands(self) -> tuple[Band, ...]:
        """The bands; a single ratio is one band without a limit."""
        return self.bands or (Band(ratio_bp=self.ratio_bp or 0),)


class Inpatient(_Table):
    """The pool (统筹基金) for stays."""

    pool_cap_fen: Fen
    stay_deductible_bp: Annotated[tuple[Bp, ...], Strict(False), Field(min_length=1)]
    deductible_transfer: Literal["none", "difference", "waive"]
    bands_from: Literal["zero", "deductible"]
    tiers: dict[Name, InpatientTier]


class Retired(_Table):
    """What retirees (退休人员) get more, of the inpatient pool only."""

    ratio_bonus_bp: Bp = 0
    own_share_bp: Bp = WHOLE_BP


class LargeAmount(_Table):
    """Large-amount fund (大额补助): beyond the point where the pool's cap is reached."""

    ratio_bp: Bp
    cap_fen: Fen


class SeriousIllness(_Table):
    """Serious-illness insurance (大病保险) on the year's compliant out-of-pocket."""

    deductible_fen: Fen
    cap_fen: Fen
    bands: Bands


class Assistance(_Table):
    """Medical assistance (医疗救助) of one special identity."""

    ratio_bp: Bp
    deductible_fen: Fen
    cap_fen: Fen


class Outpatient(_Table):
    """One outpatient fund (门诊统筹, 门诊慢特病, 药店) with its yearly deductible and cap."""

    deductible_fen: Fen
    cap_fen: Fen
    tiers: dict[Name, Bp]
    retired_ratio_bonus_bp: Bp = 0
    retired_cap_fen: Fen | None = None
    cut: bool = False


Calculator = Literal["PROVINCE", "NATIONAL_HOSTED"]
"""Where bills are worked out (结算计算平台): on the province's platform, or hosted on the national one."""


class Policy(_Table):
    """One version of the policy of an insured area and scheme; `in_force_until` is exclusive.

    `replaces` names the published version in whose place it comes on its own days: on the others that one
    holds as before, and what was settled by it stays as it is. A province whose platform is too weak has its
    plan configured on the national one, which settles by the same rules (`calculator`; 000 三(一)2).
    """

    version: Annotated[int, Field(ge=1, le=1)]
    policy_id: Name
    insured_area: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    scheme: Literal["310", "390", "380"]
    in_force_from: IsoDate
    in_force_until: IsoDate
    issuer_level: Literal["national", "province", "city"]
    sources: Annotated[tuple[Source, ...], Strict(False)]
    catalog_mode: Literal["treatment", "insured", "provincial"]
    out_of_area: OutOfArea
    replaces: Name | None = None
    calculator: Calculator | None = None
    inpatient: Inpatient | None = None
    retired: Retired | None = None
    large_amount: LargeAmount | None = None
    serious_illness: SeriousIllness | None = None
    assistance: dict[Name, Assistance] | None = None
    outpatient_general: Outpatient | None = None
    pharmacy: Outpatient | None = None
    outpatient_chronic: dict[Name, Outpatient] | None = None

    @property
    def clause(self) -> str:
        """The policy's sources in one text, for the steps of a derivation."""
        return "; ".join(map(str, self.sources))

    @property
    def calculated_at(self) -> Calculator:
        """Where its bills are worked out: on the province's platform unless the policy says otherwise."""
        return self.calculator or "PROVINCE"

    def outpatient_tables(self) -> Iterator[tuple[str, Outpatient]]:
        """Each outpatient fund with its place in the file."""
        if self.outpatient_general:
            yield "outpatient_general", self.outpatient_general
        if self.pharmacy:
            yield "pharmacy", self.pharmacy
        for disease, table in (self.outpatient_chronic or {}).items():
            yield f"outpatient_chronic.{disease}", table
