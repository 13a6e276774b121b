"""`yidi policy province`: what the areas of a province say otherwise than their province's policy."""

import json
from typing import Annotated

import typer

from services.cli.output import screen
from services.cli.reading import read_database
from services.enrollment.queries.policies import AreaPolicy, province_differences
from services.enrollment.queries.store import snapshot
from services.enrollment.queries.store_policies import read_policies
from shared.areas import prefix_of
from shared.areas import province as province_of
from shared.names.areas import area_name

DIFFERENT = 1


def province(
    area: Annotated[
        str, typer.Argument(metavar="AREA", help="省，或其中一地 / a province, or an area in it")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="以JSON输出 / print as JSON, one line")] = False,
) -> None:
    """省内政策差异 / Tell what the areas of a province say otherwise than their province (000 三(二)1).

    Of the registered policies in force, scheme by scheme: each is compared with the province's own, or where
    it has none with what most of its areas say.
    Exit 0: all say the same. Exit 1: some differ. Exit 2: there are no registers yet.
    Example: yidi policy province 510000
    """
    told = read_database(lambda dsn: _read(dsn, prefix_of(province_of(area))))
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in told], ensure_ascii=False))
    else:
        _print(told)
    raise typer.Exit(DIFFERENT if any(one.differences for one in told) else 0)


async def _read(dsn: str, prefix: str) -> list[AreaPolicy]:
    async with snapshot(dsn) as tx:
        day, policies = await read_policies(tx, prefix)
    return province_differences(policies, day) if day else []


def _print(told: list[AreaPolicy]) -> None:
    console = screen()
    for one in told:
        beside = one.province_policy_id or "多数地区 / most areas"
        head = f"{one.area} {area_name(one.area)} {one.scheme}: {one.policy_id} ↔ {beside}"
        console.print(f"{head}: {len(one.differences)}", soft_wrap=True)
        for found in one.differences:
            console.print(f"  {found.place}: {found.zh} / {found.en}", soft_wrap=True)
