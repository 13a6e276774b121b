"""`yidi center claims`, `yidi center review`: which claimed lines wait for a center, and reviewing them."""

import json
from collections.abc import Awaitable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Annotated, get_args

import typer

from services.clearing.model.claim import LineState, Reviewing, ReviewStep
from services.clearing.queries.claims import read_claimant, read_waiting
from services.clearing.queries.claims_report import WaitingLine
from services.cli.center.act import REFUSED, ACenter, AsJson, act, amounts_of
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.adapter import Center
from shared.messages.clearing.claims import CenterVerdict, LineVerdict
from shared.messages.clearing.outcomes import ClaimStands
from shared.money import yuan

STATES = {
    LineState.WITH_INSURED: "待参保地审核 / to be reviewed by the insured place",
    LineState.WITH_TREATMENT: "待就医地审核 / to be reviewed by the treatment place",
    LineState.ASKED_BY_INSURED: "待医疗机构补充材料 / the institution is to send material",
    LineState.ASKED_BY_TREATMENT: "待医疗机构补充材料 / the institution is to send material",
}
STEPS = {
    ReviewStep.ACCEPT: "认可 / accepted",
    ReviewStep.DEDUCT: "核减 / deducted",
    ReviewStep.ASK: "要求补充材料 / asked for",
    ReviewStep.ANSWER: "答复 / answered",
}
DOUBTS = {
    "overlapping_stays": "与另一次住院重叠 / shares nights with another stay",
    "bill_during_stay": "费用发生在另一次住院期间 / a day inside another stay",
    "alike_bills": "与另一账单相似 / alike another bill",
    "paid_both_ways": "可能直接结算又手工报销 / perhaps paid directly and by hand",
    "two_places": "同日另一地就诊 / another clinic on the same day",
}
AClaim = Annotated[str, typer.Argument(metavar="CLAIM", help="申请号 / the claim's id")]
Settlements = Annotated[
    list[str], typer.Argument(metavar="SETTLEMENT…", help="结算号 / the settlements' ids")
]
Accepted = Annotated[
    str,
    typer.Option("--accepted", metavar="FEN,FEN,FEN,FEN,FEN", help="核减后五项金额，分 / what is left"),
]


def register(center: typer.Typer) -> None:
    """Adds these commands to `yidi center`."""
    center.command()(claims)
    center.command()(review)


def claims(center_id: ACenter, as_json: AsJson = False) -> None:
    """列出待审核的回款申请 / List the claimed lines that wait for this center's review, claim by claim.

    Exit 0: listed. Exit 1: there is none. Exit 2: there are no books yet.

    Example: yidi center claims 510100
    """
    lines = read_database(lambda dsn: read_waiting(dsn, center_id))
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in lines], ensure_ascii=False, default=str))
    elif not lines:
        typer.echo(f"{center_id} 没有待审核的申请 / no claim waits for {center_id}", err=True)
    else:
        for (claim_id, institution_id, month), found in groupby(lines, key=_CLAIM):
            print_record(
                f"{claim_id}  {institution_id}  {month}", [text for one in found for text in _line(one)]
            )
    raise typer.Exit(0 if lines else 1)


def review(
    center_id: ACenter,
    claim_id: AClaim,
    settlement_ids: Settlements,
    *,
    verdict: Annotated[str, typer.Option("--verdict", help="accept, deduct, ask")],
    officer: Annotated[str, typer.Option("--officer", help="经办人 / the officer who reviews")],
    reason: Annotated[str, typer.Option("--reason", help="核减原因或所需材料 / why, or what is wanted")] = "",
    accepted: Accepted = "",
    as_json: AsJson = False,
) -> None:
    """审核回款申请 / Review claimed lines: accept what stands of them, deduct, or ask for material.

    Deducting, --accepted names what is left of each, fen: pool, large amount, serious illness, assistance,
    account (统筹、大额、大病、救助、个人账户), and --reason says why. Asking, --reason says for what.
    The last center's verdict is final. Exit 1: refused. Exit 2: no answer, or no such verdict.

    Example: yidi center review 510100 C-1 S-1 --verdict ask --reason "医嘱单" --officer li
    """
    given, amounts = _verdict(verdict), amounts_of(accepted) if accepted else None
    institution_id = read_database(lambda dsn: read_claimant(dsn, claim_id))
    if institution_id is None:
        typer.echo(f"{claim_id}: 没有此申请 / there is no such claim", err=True)
        raise typer.Exit(REFUSED)

    def step(desk: Center) -> Awaitable[ClaimStands]:
        said = [
            LineVerdict(settlement_id=id, verdict=given, accepted=amounts, reason=reason)
            for id in settlement_ids
        ]
        return desk.review(claim_id, institution_id, officer, said)

    act(center_id, step, f"{STEPS[ReviewStep(given)]}: {', '.join(settlement_ids)}", as_json)


def _verdict(text: str) -> CenterVerdict:
    """The verdict of an option; a usage error where it is none."""
    if text not in get_args(CenterVerdict):
        raise typer.BadParameter(f"应为 / must be one of: {', '.join(get_args(CenterVerdict))}")
    return text  # type: ignore[return-value]  # one of them, as was just seen


_CLAIM = attrgetter("claim_id", "institution_id", "month")


def _line(line: WaitingLine) -> Iterator[str]:
    amounts = f"总额 / total {yuan(line.total_fen)} 元, 申请 / claimed {yuan(line.funds.due_fen)} 元"
    yield f"{line.settlement_id}  {line.visit_kind}  {line.business_on}  {line.insured_area}  {amounts}"
    yield f"    {STATES[LineState(line.line_state)]} ({line.taken_on})"
    if line.doubts:
        yield f"    存疑 / in doubt: {'; '.join(DOUBTS[one] for one in line.doubts)}"
    for step in line.steps:
        if step.step in STEPS:
            yield f"    {_step(step)}"


def _step(step: Reviewing) -> str:
    left = f" {yuan(step.accepted.due_fen)} 元" if step.accepted is not None else ""
    reason = f": {step.reason}" if step.reason else ""
    shown = f" [{', '.join(step.evidence)}]" if step.evidence else ""
    officer = f"{step.officer}, " if step.officer else ""
    return f"{step.taken_by} {STEPS[step.step]}{left}{reason}{shown} ({officer}{step.taken_on})"
