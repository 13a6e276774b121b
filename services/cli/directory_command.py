"""`yidi directory …`: who is in the network, who may issue certificates, and whom that leaves out."""

import json
from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any, TypeVar

import typer
from rich.table import Table

from services.cli.output import print_record, screen
from services.cli.reading import read_database
from services.enrollment.queries import store
from services.enrollment.queries.coverage import Coverage, coverage_of
from services.enrollment.queries.directory import (
    AgencyListed,
    Agreed,
    Assessed,
    CodeSetListed,
    Listed,
    Listing,
    as_json,
)
from services.enrollment.queries.rollout import AreaRollout
from services.enrollment.queries.store_rollout import read_progress, read_rollout
from shared.areas import prefix_of
from shared.bus.service import Tx
from shared.messages.enrollment.registers import Service
from shared.names.areas import area_codes, area_name

AT_MOST = 500
"""Rows shown at a time: a nation has hundreds of thousands of institutions."""

directory = typer.Typer(no_args_is_help=True, help="联网目录 / the public directory of the network")
AsJson = Annotated[bool, typer.Option("--json", help="输出JSON / JSON alone on standard output")]
AnArea = Annotated[str, typer.Option("--area", help="行政区划 / an area, with all within it")]
T = TypeVar("T")
R = TypeVar("R", Listed, Listing, Agreed, Assessed, CodeSetListed, AgencyListed, AreaRollout)


def register(app: typer.Typer) -> None:
    """Adds `yidi directory`."""
    app.add_typer(directory, name="directory")


@directory.command("list")
def list_(
    area: AnArea = "",
    service: Annotated[Service | None, typer.Option(help="开通业务 / open for this")] = None,
    after: Annotated[str, typer.Option(help="此编码之后 / codes after this one")] = "",
    as_json_: AsJson = False,
) -> None:
    """联网机构 / List the published institutions: tier, services, since when, and when that was told.

    Example: yidi directory list --area 510000 --service inpatient
    """
    _show(
        lambda tx: store.read_listed(tx, _prefix(area), service, after, AT_MOST + 1),
        as_json_,
        lambda one: f"{one.institution_id} {one.name} {one.tier}{one.grade or ''}",
        lambda one: (
            f"{area_name(one.area)} {one.area}: {', '.join(one.services)}; {one.updated_at:%Y-%m-%d %H:%M}"
        ),
    )


@directory.command()
def issuers(area: AnArea = "", as_json_: AsJson = False) -> None:
    """转诊机构 / List who may issue referral certificates, as counties and cities published it (001 (十二)).

    Example: yidi directory issuers --area 511900
    """
    _show(
        lambda tx: store.read_issuers(tx, _prefix(area), AT_MOST + 1),
        as_json_,
        lambda one: f"{area_name(one.area)} {one.area} {one.year}: {', '.join(one.institutions)}",
        lambda one: f"{one.applies_from} 起 / on; {one.published_on or '-'} 公布 / published",
    )


@directory.command()
def assessments(
    area: AnArea = "",
    after: Annotated[str, typer.Option(help="此机构/年度之后 / after this INSTITUTION/YEAR")] = "",
    as_json_: AsJson = False,
) -> None:
    """年度考核 / List how institutions were assessed, year by year, and for people from elsewhere (004-5 三).

    Example: yidi directory assessments --area 511900
    """
    _show(
        lambda tx: store.read_assessed(tx, _prefix(area), after, AT_MOST + 1),
        as_json_,
        lambda one: f"{one.institution_id} {one.year}: {one.score}, {one.outsiders_score}, {one.outcome}",
        lambda one: f"{area_name(one.area)} {one.area}: {one.node_id}; {one.updated_at:%Y-%m-%d %H:%M}",
    )


@directory.command()
def agreements(as_json_: AsJson = False) -> None:
    """协议 / List the agreements between areas: from when until when, and when each was signed."""
    _show(
        lambda tx: store.read_agreements(tx, AT_MOST + 1),
        as_json_,
        lambda one: f"{one.agreement_id}: {one.insured_area} → {one.treatment_area}",
        lambda one: f"{one.in_force_from} – {one.in_force_until}; {one.signed_at:%Y-%m-%d} 签订 / signed",
    )


@directory.command()
def codes(as_json_: AsJson = False) -> None:
    """业务编码集 / List the code sets: the newest version of each, from when, and its source (003 一.二)."""
    _show(
        lambda tx: store.read_code_sets(tx, AT_MOST + 1),
        as_json_,
        lambda one: f"{one.set_id} {one.set_version}: {one.codes}",
        lambda one: f"{one.in_force_from or '内置 / built in'}; {one.source}",
    )


@directory.command()
def agencies(area: AnArea = "", as_json_: AsJson = False) -> None:
    """经办机构 / List the agencies of an area: level, node, and the agency above.

    Example: yidi directory agencies --area 510000
    """
    _show(
        lambda tx: store.read_agencies(tx, _prefix(area), AT_MOST + 1),
        as_json_,
        lambda one: f"{one.agency_id} {one.name} {one.level}: {', '.join(one.roles)}",
        lambda one: f"{area_name(one.area)} {one.area}; {one.node_id or '-'} < {one.under_agency_id or '-'}",
    )


@directory.command()
def rollout(area: AnArea = "", as_json_: AsJson = False) -> None:
    """开通进度 / List what was told of areas: connected, published or started, for which care, since when.

    Example: yidi directory rollout --area 510000
    """
    _show(
        lambda tx: read_rollout(tx, _prefix(area), AT_MOST + 1),
        as_json_,
        lambda one: " ".join(filter(None, (one.area, area_name(one.area), one.service, one.disease))),
        lambda one: (
            f"{one.stage or '-'} {one.applies_from or ''}"
            + (f" → {one.next_stage} {one.next_from}" if one.next_stage else "")
        ),
    )


@directory.command()
def progress(as_json_: AsJson = False) -> None:
    """推进情况 / Tell how far each province is: its stage, those of its areas, and its institutions.

    Example: yidi directory progress --json
    """
    told = _read(read_progress)
    if as_json_:
        typer.echo(json.dumps([one.as_json() for one in told], ensure_ascii=False))
        return
    for one in told:
        places, institutions = (
            ", ".join(f"{name} {many}" for name, many in counts.items()) or "-"
            for counts in (one.areas, one.institutions)
        )
        below = f"地区 / areas: {places}; 机构 / institutions: {institutions}; {one.moved_on or '-'}"
        print_record(f"{one.area} {area_name(one.area)}: {one.stage}", [below])


@directory.command()
def coverage(
    province: Annotated[str | None, typer.Option(help="省 / one province, with its counties")] = None,
    as_json_: AsJson = False,
) -> None:
    """覆盖情况 / Tell which counties have no institution, and which provinces none elsewhere (002 四).

    Exit 0: nobody is left out. Exit 1: somebody is. Exit 2: there are no registers yet.
    Example: yidi directory coverage --province 510000
    """
    counts = _read(lambda tx: store.read_counts(tx, None))
    told = coverage_of(counts, area_codes(), province)
    if as_json_:
        typer.echo(json.dumps([one.as_json() for one in told], ensure_ascii=False))
    else:
        _print_coverage(told, by_county=province is not None)
    raise typer.Exit(0 if all(one.is_complete for one in told) else 1)


def _print_coverage(told: Sequence[Coverage], by_county: bool) -> None:
    heads = ("省\nprovince", "三级\ntier 3", "二级\ntier 2", "一级\ntier 1", "药店\npharmacies")
    table = Table(*heads, "无机构的县\ncounties without", "省外机构\nelsewhere")
    for one in told:
        tiers = [str(many) for many in reversed(one.hospitals)]
        without = f"{len(one.without)}/{one.counties}"
        table.add_row(
            f"{one.area} {area_name(one.area)}", *tiers, str(one.pharmacies), without, str(one.elsewhere)
        )
    screen().print(table)
    for area in (area for one in told if by_county for area in one.without):
        typer.echo(f"{area} {area_name(area)}")


def _show(
    read: Callable[[Tx], Coroutine[Any, Any, list[R]]],
    as_json_: bool,
    head: Callable[[R], str],
    below: Callable[[R], str],
) -> None:
    rows = _read(read)
    if as_json_:
        typer.echo(json.dumps([as_json(one) for one in rows[:AT_MOST]], ensure_ascii=False))
    else:
        for one in rows[:AT_MOST]:
            print_record(head(one), [below(one)])
    if len(rows) > AT_MOST:
        typer.echo(f"仅列前 {AT_MOST} 条 / the first {AT_MOST} only", err=True)


def _read(read: Callable[[Tx], Coroutine[Any, Any, T]]) -> T:
    async def step(dsn: str) -> T:
        async with store.snapshot(dsn) as tx:
            return await read(tx)

    return read_database(step)


def _prefix(area: str) -> str:
    return prefix_of(area) if area else ""
