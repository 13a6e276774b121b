"""`yidi explain ID`: why a settlement is what it is, step by step; and why two of them differ."""

import json
from typing import Annotated, Any

import typer

from services.cli.output import notes, print_record, screen
from services.cli.quote.table import print_split
from services.cli.reading import read_database
from services.settlement.model.claims.self_paid_bill import SelfPaidBill
from services.settlement.queries.explain import Explained
from services.settlement.queries.explain import explain as read
from shared.benefit.compare.comparison import Cause, compare
from shared.benefit.files.split_document import split_document
from shared.money import yuan

TOLD, UNKNOWN = 0, 1
"""Exit codes."""

_notes = notes()


def register(app: typer.Typer) -> None:
    """Add this command to the yidi command."""
    app.command("explain")(explain)


def explain(
    id: Annotated[str, typer.Argument(help="就诊号或结算号 / a visit or a settlement")],
    other: Annotated[
        str | None, typer.Option("--compare", metavar="ID2", help="与另一笔结算对比 / compare with another")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """解释一笔结算 / Tell how a settlement came about, step by step; or why another one differs.

    Of a visit its newest settlement is told. Exit 0: told. Exit 1: no such settlement. Exit 2: no data.

    Example: yidi explain V1-000000 --compare V1-000001
    """
    ids = [id] if other is None else [id, other]
    found = read_database(lambda dsn: read(dsn, ids))
    for one, name in zip(found, ids, strict=True):
        if one is None:
            _notes.print(f"{name}: 没有这笔结算 / no such settlement", style="red", soft_wrap=True)
            raise typer.Exit(UNKNOWN)
    told = [one for one in found if one is not None]
    show = _print_json if as_json else _print
    show(told, compare(*(one.settled for one in told)) if other else None)


def _print_json(told: list[Explained], causes: list[Cause] | None) -> None:
    documents = [_document(one) for one in told]
    if causes is None:
        typer.echo(json.dumps(documents[0], ensure_ascii=False))
        return
    both = {"first": documents[0], "second": documents[1], "causes": [cause._asdict() for cause in causes]}
    typer.echo(json.dumps(both, ensure_ascii=False))


def _document(one: Explained) -> dict[str, Any]:
    settlement, bill = one.settlement, one.paid_bill
    return {
        "visit_id": settlement.visit_id,
        "settlement_id": settlement.settlement_id,
        "attempt": settlement.attempt,
        "settled_on": settlement.settled_on.isoformat(),
        "reversal_id": one.reversal_id,
        "hospital_tier": one.visit.hospital_tier,
        "home_tier": one.settled.bill.hospital_tier,
        **({"excess_fen": bill.excess_fen, "unpriced_items": bill.unpriced_items} if bill else {}),
        **split_document(one.settled.split),
    }


def _print(told: list[Explained], causes: list[Cause] | None) -> None:
    console = screen()
    for one in told:
        state = "已冲正 / taken back" if one.reversal_id else "有效 / in force"
        console.print(f"{one.settlement.settlement_id}  {one.settlement.settled_on}  {state}", soft_wrap=True)
        if tier := _tier(one):
            console.print(tier, soft_wrap=True)
        if one.paid_bill:
            console.print(_compared(one.paid_bill), soft_wrap=True)
        print_split(console, one.settled.split)
    if causes is not None:
        _print_causes(causes)


def _tier(one: Explained) -> str | None:
    """That the hospital's tier counts as another one where the person is insured."""
    area, tier, home = one.visit.insured_area, one.visit.hospital_tier, one.settled.bill.hospital_tier
    if tier == home:
        return None
    return f"医院等级 {tier} 在参保地 {area} 按 {home} 级计 / tier {tier} counts as {home} in {area}"


def _compared(bill: SelfPaidBill) -> str:
    """What the prices at home made of a bill that was paid whole (001 (三))."""
    excess, unpriced = yuan(bill.excess_fen), bill.unpriced_items
    return (
        f"与参保地同级公立医院价格逐项比较，超出 {excess} 元由个人负担，{unpriced} 项无价可比 [001 (三)]\n"
        f"Compared with prices at home: {excess} yuan above them are the patient's; {unpriced} have none"
    )


def _print_causes(causes: list[Cause]) -> None:
    """What made the difference, each cause with both sides of it, and the whole."""
    for cause in causes:
        print_record(
            f"{cause.step}: {cause.zh} / {cause.en}",
            (
                f"第一笔 / first: {cause.first}",
                f"第二笔 / second: {cause.second}",
                _moved(cause.fund_fen, cause.personal_fen),
            ),
        )
    fund, personal = sum(c.fund_fen for c in causes), sum(c.personal_fen for c in causes)
    both = f"基金 / fund {yuan(fund)} 元, 个人 / patient {yuan(personal)} 元"
    print_record("合计 / in all", (_moved(fund, personal), both))


def _moved(fund_fen: int, personal_fen: int) -> str:
    return f"基金 / fund {fund_fen:+,} 分, 个人 / patient {personal_fen:+,} 分"
