"""`yidi slip ID`: a settlement on one page, for the patient."""

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic_core import to_jsonable_python

from services.cli.output import notes
from services.cli.reading import read_database
from services.enrollment.queries.store import institution_name, snapshot
from services.settlement.queries.explain import Explained, explain
from services.settlement.settlements.found import part_of
from services.settlement.settlements.settle import payments_of
from shared.benefit.words.derivation import derive
from shared.messages.amounts import CategoryAmounts
from shared.statements.slip.html import slip_html
from shared.statements.slip.paper import slip_paper
from shared.statements.slip.slip import Slip

WRITTEN, UNKNOWN, INVALID = 0, 1, 2
"""Exit codes."""

_notes = notes()


def register(app: typer.Typer) -> None:
    """Adds this command to the yidi command."""
    app.command("slip")(slip)


def slip(
    id: Annotated[str, typer.Argument(help="就诊号或结算号 / a visit or a settlement")],
    pdf: Annotated[Path | None, typer.Option(help="PDF 文件 / where the PDF goes")] = None,
    html: Annotated[Path | None, typer.Option(help="网页文件 / where the page goes")] = None,
    english: Annotated[bool, typer.Option("--english", help="英文 / in English words")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """打印结算单 / Print a settlement slip: every fund, ratio and clause, sums in words, on one A4 page.

    Of a visit its newest settlement; one that was taken back says so. Exit 0: written. Exit 1: no such
    settlement. Exit 2: no data, no file was asked for, or it cannot be written.

    Example: yidi slip V1-000000 --pdf slip.pdf
    """
    if not (pdf or html or as_json):
        _stop("请指定 --pdf、--html 或 --json / name a file: --pdf or --html, or --json", INVALID)
    found = read_database(lambda dsn: _read(dsn, id))
    if found is None:
        _stop(f"{id}: 没有这笔结算 / no such settlement", UNKNOWN)
    try:
        _write(found, pdf, html, english=english)
    except OSError as error:
        _stop(f"{error.filename}: 无法写入 / cannot be written: {error.strerror}", INVALID)
    if as_json:
        steps = [{"step": one.step, "text": one.text, "clause": one.clause, "amount_fen": one.amount_fen}
                 for one in found.steps]  # fmt: skip
        typer.echo(json.dumps(to_jsonable_python({**found._asdict(), "steps": steps}), ensure_ascii=False))


def _stop(line: str, code: int) -> NoReturn:
    _notes.print(line, style="red", soft_wrap=True)
    raise typer.Exit(code)


async def _read(dsn: str, id: str) -> Slip | None:
    [told] = await explain(dsn, [id])
    if told is None:
        return None
    async with snapshot(dsn) as tx:
        return slip_of(told, await institution_name(tx, told.visit.institution_id))


def slip_of(told: Explained, institution: str) -> Slip:
    """The slip of an explained settlement, of the institution of this name."""
    settlement, split, visit = told.settlement, told.settled.split, told.visit
    sums = split.by_category or {}
    return Slip(
        settlement_id=settlement.settlement_id,
        settled_on=settlement.settled_on,
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        kind=visit.kind,
        institution_id=visit.institution_id,
        institution_name=institution,
        hospital_tier=visit.hospital_tier,
        home_tier=split.bill.hospital_tier,
        treatment_area=visit.treatment_area,
        insured_area=visit.insured_area,
        scheme=visit.scheme,
        service_on=visit.service_on,
        discharged_on=visit.discharged_on,
        stay_part=part_of(visit),
        filing=split.bill.filing,
        filing_id=settlement.filing_id,
        policy_id=settlement.policy_id,
        calculator=told.settled.policy.calculated_at,
        reversal_id=told.reversal_id,
        payments=payments_of(split),
        by_category={name: CategoryAmounts(**one._asdict()) for name, one in sums.items()},
        steps=derive(split),
    )


def _write(found: Slip, pdf: Path | None, html: Path | None, *, english: bool) -> None:
    paper = slip_paper(found, english=english)
    if html:
        html.write_text(slip_html(paper, "en" if english else "zh-CN"), encoding="utf-8")
    if pdf:
        from shared.statements.slip.pdf import write_slip_pdf  # slow to import, and not for those who err

        write_slip_pdf(paper, pdf)
