"""An invented month between 31 provinces: who has agreed with whom, and lines as clearing keeps them.

Few provinces treat many and few send many, so statements have from one line to tens of thousands. The
hospitals of every third pair advance; their claims are accepted.
"""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import accumulate, islice, permutations
from random import Random
from typing import Any, NamedTuple

import asyncpg

from services.clearing import SERVICE
from services.clearing.model.line import Line
from shared.identity import derive
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.registers import CenterRegistered, InstitutionPublished
from tests.given.driver import Driver

PROVINCES = (
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41"),
    *("42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"),
)
BUSIEST = f"{PROVINCES[0]}0000"
"""The center that treats most."""
CITIES, HOSPITALS = 4, 20
MONTH = "2026-03"
BATCH = 20_000


class Round(NamedTuple):
    """The agreements whose month is closed together: on the day after the cut-off day, or the month's end."""

    name: str
    schemes: tuple[str, ...]
    cut_off_day: int
    closed_on: date


SMALL = Round("early", ("380", "390"), 28, date(2026, 3, 29))
LARGE = Round("late", ("310", "390"), 0, date(2026, 4, 1))
_PAIRS = list(permutations(range(len(PROVINCES)), 2))  # who is insured where, and treated where
_WEIGHTS = list(accumulate(1 / ((len(PROVINCES) - insured) * (treating + 1)) for insured, treating in _PAIRS))
_PAYABLES = """
INSERT INTO clearing.payable SELECT line_id, agreement_id, institution_id, month, pool_fen, large_amount_fen,
    serious_illness_fen, assistance_fen, account_fen
FROM clearing.line JOIN clearing.known_agreement USING (agreement_id)
WHERE funding_mode = 'HOSPITAL_ADVANCE'
"""


async def sign_agreements(dsn: str) -> None:
    """Lets clearing hear of the centers, the hospitals and two agreements for each pair, each direction."""
    driver = await Driver.open(SERVICE, dsn)
    registers: list[Any] = [
        CenterRegistered(center_id=f"{code}0000", name=code, node_id=f"node-{code}") for code in PROVINCES
    ]
    registers += [
        InstitutionPublished(
            institution_id=_hospital(code, number),
            name=code,
            area=f"{code}0100",
            tier="3",
            node_id=f"node-{code}",
            services=("inpatient",),
        )
        for code in PROVINCES
        for number in range(HOSPITALS)
    ]
    registers += [_agreement(round_, pair) for round_ in (SMALL, LARGE) for pair in range(len(_PAIRS))]
    await driver.hear(*registers, source="enrollment")
    await driver.close()


async def fill(dsn: str, round_: Round, count: int, tell: Callable[[int], None]) -> None:
    """Puts so many settled lines, and no others, into clearing's table by COPY, in the order of days.

    Their postings are left out: no step of a month reads them.
    """
    connection = await asyncpg.connect(dsn)
    await connection.execute("TRUNCATE clearing.line, clearing.payable CASCADE")
    made, done = lines(round_, count), 0
    while batch := list(islice(made, BATCH)):
        await connection.copy_records_to_table(
            "line", schema_name="clearing", records=batch, columns=Line._fields
        )
        tell(done := done + len(batch))
    await connection.execute(_PAYABLES)
    await connection.execute("VACUUM ANALYZE clearing.line, clearing.payable")  # as autovacuum does in time
    await connection.close()


def lines(round_: Round, count: int) -> Iterator[Line]:
    """Settled lines of the month; the same each time."""
    draw, first = Random(round_.name), date.fromisoformat(f"{MONTH}-01")
    for number in range(count):
        [pair] = draw.choices(range(len(_PAIRS)), cum_weights=_WEIGHTS)
        yield _line(round_, number, pair, first.replace(day=1 + 28 * number // count), draw)


def _line(round_: Round, number: int, pair: int, on: date, draw: Random) -> Line:
    insured, treating = (PROVINCES[index] for index in _PAIRS[pair])
    pool_fen, id = draw.randrange(50_000, 2_000_000), derive(round_.name, str(number))
    return Line(
        line_id=id,
        settlement_id=id,
        why="settled",
        visit_id=f"visit-{number}",
        person_id=derive("person", str(number)),
        institution_id=_hospital(treating, draw.randrange(HOSPITALS)),
        visit_kind="inpatient",
        insured_area=f"{insured}{1 + number % CITIES:02}00",
        treatment_area=f"{treating}0100",
        scheme=round_.schemes[number // CITIES % 2],
        service_on=on,
        business_on=on,
        total_fen=2 * pool_fen,
        pool_fen=pool_fen,
        large_amount_fen=pool_fen // 10,
        serious_illness_fen=pool_fen // 20,
        assistance_fen=0,
        account_fen=pool_fen // 50,
        agreement_id=_name(round_, pair),
        insured_center=f"{insured}0000",
        treatment_center=f"{treating}0000",
        month=MONTH,
    )


def _agreement(round_: Round, pair: int) -> AgreementSigned:
    insured, treating = (f"{PROVINCES[index]}0000" for index in _PAIRS[pair])
    advances = pair % 3 == 0
    return AgreementSigned(
        agreement_id=_name(round_, pair),
        insured_area=insured,
        treatment_area=treating,
        schemes=round_.schemes,
        cut_off_day=round_.cut_off_day,
        insured_center=insured,
        treatment_center=treating,
        funding_mode="HOSPITAL_ADVANCE" if advances else "AGENCY_PREFUND",
        in_force_from=date(2026, 1, 1),
        in_force_until=date(2028, 1, 1),
        prefund_quota_fen=0 if advances else 10**12,
    )


def _name(round_: Round, pair: int) -> str:
    insured, treating = (PROVINCES[index] for index in _PAIRS[pair])
    return f"{round_.name}-{insured}-{treating}"


def _hospital(province: str, number: int) -> str:
    return f"H{province}0101{number:05}"
