"""Monthly batches for tests, as clearing sends them."""

from collections.abc import Callable
from datetime import date

from shared.messages.clearing.batches import (
    CHUNK_LINES,
    BatchChunk,
    BatchManifest,
    ClearingLine,
    StatementHead,
    batch_digest,
    csv_digest,
    sum_lines,
)

HEAD = StatementHead(
    statement_id="S1",
    agreement_id="A-511900-510100",
    funding_mode="AGENCY_PREFUND",
    insured_center="511900",
    treatment_center="510100",
    insured_area="511900",
    treatment_area="510100",
    scheme="390",
    month="2026-03",
)


def line(number: int, pool_fen: int = 60_000) -> ClearingLine:
    """One line; its funds add up, and the account paid one yuan."""
    return ClearingLine(
        line_id=f"L{number:05d}",
        settlement_id=f"L{number:05d}",
        why="settled",
        person_id=f"P{number}",
        insured_area="511902",
        treatment_area="510100",
        institution_id="H51010000001",
        visit_kind="inpatient",
        service_on=date(2026, 2, 27),
        business_on=date(2026, 3, 1 + number % 28),
        total_fen=100_000,
        pool_fen=pool_fen,
        large_amount_fen=0,
        serious_illness_fen=number,
        assistance_fen=0,
        account_fen=100,
        fund_fen=pool_fen + number,
        due_fen=pool_fen + number + 100,
    )


def line_from_before(number: int) -> ClearingLine:
    """One line as it was before statements had a file of their own."""
    new = dict.fromkeys(("why", "insured_area", "treatment_area", "service_on", "due_fen"))
    return line(number).model_copy(update={**new, "account_fen": 0})


def batch(
    lines: int,
    statement_id: str = "S1",
    insured_center: str = "511900",
    *,
    told: bool = True,
    made: Callable[[int], ClearingLine] = line,
) -> tuple[list[BatchChunk], BatchManifest]:
    """A batch of so many lines: its chunks and its manifest; `told`: its chunks name its centers."""
    all_lines = [made(number) for number in range(lines)]
    chunks = [
        BatchChunk(
            statement_id=statement_id,
            number=start // CHUNK_LINES,
            lines=tuple(all_lines[start : start + CHUNK_LINES]),
            insured_center=insured_center if told else None,
            treatment_center=HEAD.treatment_center if told else None,
        )
        for start in range(0, lines, CHUNK_LINES)
    ]
    head = HEAD.model_copy(update={"statement_id": statement_id, "insured_center": insured_center})
    manifest = BatchManifest(
        statement_id=statement_id,
        head=head,
        sums=sum_lines(all_lines),
        chunks=len(chunks),
        sha256=batch_digest(all_lines),
        csv_sha256=csv_digest(all_lines) if made is line else None,
    )
    return chunks, manifest
