"""`yidi center quota`, `yidi center fund`: a quota is measured, approved by two officers, and paid."""

import json
from typing import Annotated

import typer

from services.clearing.queries.ahead.quotas import AgreementAhead, read_ahead_of
from services.cli.center.act import ACenter, AsJson, a_day, act, as_center, tell
from services.cli.center.ahead.options import ADay, AnAgreement, AnOfficer, SomeFen
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.messages.clearing.outcomes import FundingKept, QuotaKept
from shared.messages.clearing.prefunds import ApproveQuota, MeasureQuota, ReportFunding, ResidentsBasis
from shared.money import yuan

AMeasure = Annotated[str, typer.Argument(metavar="MEASURE", help="核定号 / the measurement's id")]
Number = int | None


def register(center: typer.Typer) -> None:
    """Adds these commands to `yidi center`."""
    quota = typer.Typer(no_args_is_help=True, help="预付金与周转金额度 / quotas of what lies ahead")
    quota.command("list")(list_quotas)
    quota.command()(measure)
    quota.command()(approve)
    center.add_typer(quota, name="quota")
    center.command()(fund)


def list_quotas(center_id: ACenter, as_json: AsJson = False) -> None:
    """列出额度与待办 / List a center's quotas: what was measured last, and what waits to be done.

    Exit 0: listed. Exit 1: there is none. Exit 2: there are no books yet.

    Example: yidi center quota list 511900
    """
    found = read_database(lambda dsn: read_ahead_of(dsn, center_id))
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, default=str))
    elif not found:
        typer.echo(f"{center_id} 没有已核定的额度 / no quota of {center_id} was ever measured", err=True)
    for one in () if as_json else found:
        print_record(f"协议 / agreement {one.agreement_id}", _about(one))
    raise typer.Exit(0 if found else 1)


def _about(one: AgreementAhead) -> list[str]:
    measured, by = one.measured, ", ".join(one.approved_by)
    lines = (
        [f"额度 / quota {yuan(one.quota.quota_fen)} 元, 自 / from {one.quota.from_on}"] if one.quota else []
    )
    if measured:
        state = f"复核 / approved by {by}" if by else "待复核 / to be approved by two officers"
        lines.append(
            f"核定 / measured {measured.measure_id}: {yuan(measured.quota_fen)} 元, "
            f"自 / from {measured.from_on} ({state})"
        )
    lines += [
        f"待拨付 / to be paid {row.funding_id}: {yuan(row.amount_fen)} 元, {row.due_on}" for row in one.unpaid
    ]
    return lines + [
        f"待答复 / to be answered {row.top_up_id}: {yuan(row.amount_fen)} 元, {row.answer_by}: {row.reason}"
        for row in one.unanswered
    ]


def measure(
    center_id: ACenter,
    agreement_id: AnAgreement,
    measure_id: AMeasure,
    officer: AnOfficer,
    from_on: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="起用日 / its first day")],
    *,
    months: Annotated[int, typer.Option("--months", help="预付月数 / months of a prefund")] = 2,
    persons: Annotated[Number, typer.Option("--persons", help="居住人数 / persons living there")] = None,
    mean_fen: Annotated[
        Number, typer.Option("--mean-fen", help="次均住院费用，分 / a stay's mean cost")
    ] = None,
    ratio_bp: Annotated[Number, typer.Option("--ratio-bp", help="比例，万分比 / the ratio")] = None,
    as_json: AsJson = False,
) -> None:
    """核定额度 / Have a quota measured, as the insured center. Exit 1: refused. Exit 2: no answer.

    A prefund follows from the last quarter; a reserve from --persons, --mean-fen and --ratio-bp.

    Example: yidi center quota measure 511900 A-1 Q-2026 --officer li --from 2026-05-01
    """
    day, basis = a_day(from_on), _residents(persons, mean_fen, ratio_bp)
    body = {
        "measure_id": measure_id,
        "agreement_id": agreement_id,
        "center_id": center_id,
        "officer": officer,
    }

    def asked() -> MeasureQuota:
        return MeasureQuota.model_validate({**body, "from_on": day, "months": months, "residents": basis})

    kept = as_center(center_id, lambda desk: desk.ask(asked(), QuotaKept))
    said = f"待两人复核 / to be approved by two officers: {measure_id}"
    tell(kept, f"{said} {yuan(kept.quota_fen)} 元", as_json)


def _residents(persons: Number, mean_fen: Number, ratio_bp: Number) -> dict[str, int] | None:
    given = dict(zip(ResidentsBasis.model_fields, (persons, mean_fen, ratio_bp), strict=True))
    found = {name: value for name, value in given.items() if value is not None}
    if found and len(found) < len(given):
        raise typer.BadParameter("三项须齐全 / must all be given: --persons, --mean-fen, --ratio-bp")
    return found or None


def approve(
    center_id: ACenter,
    agreement_id: AnAgreement,
    measure_id: AMeasure,
    officer: AnOfficer,
    as_json: AsJson = False,
) -> None:
    """复核额度 / Approve a measured quota; it holds when a second officer has. Exit 1: refused.

    Example: yidi center quota approve 511900 A-1 Q-2026 --officer wang
    """
    kept = as_center(
        center_id,
        lambda desk: desk.ask(
            ApproveQuota(
                measure_id=measure_id, agreement_id=agreement_id, center_id=center_id, officer=officer
            ),
            QuotaKept,
        ),
    )
    said = "已生效 / it holds" if kept.approved else "待第二人复核 / to be approved by a second officer"
    tell(kept, f"{said}: {measure_id} {yuan(kept.quota_fen)} 元", as_json)


def fund(
    center_id: ACenter,
    agreement_id: AnAgreement,
    funding_id: Annotated[str, typer.Argument(metavar="FUNDING", help="拨付号，即核定或调增号 / its id")],
    fen: SomeFen,
    paid_on: ADay,
    *,
    other_source: Annotated[
        str, typer.Option("--other-source", metavar="REASON", help="非基金支付的原因 / why not of a fund")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """拨付预付金 / Report that a quota or top-up was paid, exactly as asked for. Exit 1: refused.

    The money is a fund's, unless --other-source says why not (001 (二十一)). A quota approved lower is paid
    back likewise, by the treatment center.

    Example: yidi center fund 511900 A-1 Q-2026 --fen 2000000 --on 2026-05-10
    """
    day = a_day(paid_on)
    body = {"funding_id": funding_id, "agreement_id": agreement_id, "center_id": center_id, "paid_fen": fen}
    source = {"paid_from": "other" if other_source else "fund", "reason": other_source}
    act(
        center_id,
        lambda desk: desk.ask(ReportFunding.model_validate({**body, **source, "paid_on": day}), FundingKept),
        f"已拨付 / paid: {funding_id} {yuan(fen)} 元",
        as_json,
    )
