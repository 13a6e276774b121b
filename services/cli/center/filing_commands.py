"""`yidi center filings`, `channels`, `review-filing`, `audit-filing`: the filings of an agency."""

import json
from itertools import groupby
from typing import Annotated, Any, NoReturn

import typer

from services.cli.center.act import REFUSED, ACenter, AsJson, act, as_center
from services.cli.output import print_record
from services.cli.reading import read_database
from services.referral.queries.store import read_channels, read_without_remote
from shared.adapter import Center
from shared.messages.referral.lists import FilingsFound, ListedFiling, QueryFilingWork, Work
from shared.messages.referral.reviews import AuditFiling, FilingStands, ReviewFiling

STEPS = {
    "experts": "待专家会诊 / waits for the experts",
    "director": "待院领导同意 / waits for the director",
    "agency": "待经办机构审核 / waits for the agency",
}
APerson = Annotated[str, typer.Argument(metavar="PERSON", help="参保人标识 / the person's id")]
AFiling = Annotated[str, typer.Argument(metavar="FILING", help="备案号 / the filing's id")]
AnOfficer = Annotated[str, typer.Option("--officer", help="经办人 / the officer who does it")]
AnOpinion = Annotated[str, typer.Option("--opinion", help="审核意见 / the officer's opinion")]


def register(center: typer.Typer) -> None:
    """Adds these commands to `yidi center`."""
    center.command("filings")(filings)
    center.command("channels")(channels)
    center.command("review-filing")(review_filing)
    center.command("audit-filing")(audit_filing)


def filings(
    center_id: ACenter,
    audit: Annotated[bool, typer.Option("--audit", help="待核查的 / those to be audited")] = False,
    as_json: AsJson = False,
) -> None:
    """列出待办备案 / List the filings of this center's area that wait for a review, or for an audit.

    Exit 0: listed. Exit 1: there is none, or refused. Exit 2: no answer.

    Example: yidi center filings 511900 --audit
    """
    found = as_center(center_id, lambda desk: _all(desk, "to_audit" if audit else "to_review"))
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False))
    elif not found:
        typer.echo(f"{center_id} 没有待办备案 / no filing waits for {center_id}", err=True)
    else:
        for one in found:
            print_record(f"{one.filing_id}  {one.person_id}  {one.kind}", [_line(one)])
    raise typer.Exit(0 if found else REFUSED)


def channels(
    center_id: ACenter,
    without_remote: Annotated[
        bool, typer.Option("--without-remote", help="无线上渠道的地区 / areas that offer windows alone")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """备案渠道统计 / Count the filings of this center's area, and of those below it, by channel (001 (十三)).

    --without-remote: areas that take filings at windows alone, which 003 二 does not allow; one that has set
    no channels takes all. Exit 0: counted; no such area. Exit 1: no filing; such an area. Exit 2: no data
    yet.

    Example: yidi center channels 511900 --without-remote
    """
    if without_remote:
        _show_without_remote(center_id, as_json)
    counts = read_database(lambda dsn: read_channels(dsn, center_id))
    if as_json:
        typer.echo(json.dumps([one._asdict() for one in counts], ensure_ascii=False))
    elif not counts:
        typer.echo(f"{center_id} 没有备案 / no filing in {center_id}", err=True)
    else:
        for area, found in groupby(counts, key=lambda one: one.insured_area):
            print_record(area, [f"{one.channel}  {one.filings}" for one in found])
    raise typer.Exit(0 if counts else REFUSED)


def _show_without_remote(center_id: str, as_json: bool) -> NoReturn:
    found = read_database(lambda dsn: read_without_remote(dsn, center_id))
    if as_json:
        typer.echo(json.dumps([one._asdict() for one in found], ensure_ascii=False, default=str))
    elif not found:
        typer.echo(f"{center_id} 各地均有线上渠道 / every area in {center_id} has a remote channel")
    else:
        for one in found:
            days = f"{one.applies_from} – {one.applies_until or '…'}"
            print_record(one.insured_area, [f"{days}  {' '.join(one.channels)}"])
    raise typer.Exit(REFUSED if found else 0)


async def _all(desk: Center, work: Work) -> list[ListedFiling]:
    found: list[ListedFiling] = []
    while True:
        after = found[-1].filing_id if found else None
        body = QueryFilingWork(insured_area=desk.center_id, work=work, after_filing_id=after)
        page = await desk.ask(body, FilingsFound)
        found += page.filings
        if not page.more:
            return found


def _line(one: ListedFiling) -> str:
    where = f"{one.insured_area} → {one.destination_area}  {one.starts_on} – {one.ends_on or '…'}"
    return f"{where}  {one.channel}  {STEPS.get(one.next_step or '', '待事后核查 / to be audited')}"


def review_filing(
    center_id: ACenter,
    person_id: APerson,
    filing_id: AFiling,
    *,
    officer: AnOfficer,
    opinion: AnOpinion,
    step: Annotated[str, typer.Option("--step", help="experts, director, agency")] = "agency",
    refused: Annotated[bool, typer.Option("--refuse", help="不同意 / refuse it")] = False,
    as_json: AsJson = False,
) -> None:
    """审核备案 / Approve or refuse a filing at one step of its chain. Exit 1: refused. Exit 2: no answer.

    Example: yidi center review-filing 511900 P-1 F-1 --officer li --opinion "本地无此技术"
    """
    given: dict[str, Any] = {"filing_id": filing_id, "person_id": person_id, "officer": officer}
    given |= {"step": step, "opinion": opinion, "conclusion": "refused" if refused else "approved"}
    said = f"{'未同意 / refused' if refused else '已同意 / approved'}: {filing_id} {step}"
    act(center_id, lambda desk: desk.ask(ReviewFiling(**given), FilingStands), said, as_json)


def audit_filing(
    center_id: ACenter,
    person_id: APerson,
    filing_id: AFiling,
    *,
    officer: AnOfficer,
    opinion: AnOpinion,
    end: Annotated[bool, typer.Option("--end", help="核查不符，终止 / found wrong: end it")] = False,
    as_json: AsJson = False,
) -> None:
    """事后核查备案 / Keep or end a filing that was in force at once. Exit 1: refused. Exit 2: no answer.

    Example: yidi center audit-filing 511900 P-1 F-1 --officer li --opinion "居住证明不实" --end
    """
    given: dict[str, Any] = {"filing_id": filing_id, "person_id": person_id, "officer": officer}
    given |= {"opinion": opinion, "conclusion": "ended" if end else "kept"}
    said = f"{'已终止 / ended' if end else '维持有效 / kept'}: {filing_id}"
    act(center_id, lambda desk: desk.ask(AuditFiling(**given), FilingStands), said, as_json)
