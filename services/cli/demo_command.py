"""`yidi demo`: a month of cross-region care on real servers, from an empty folder to a verified trail."""

import json
from pathlib import Path
from typing import Annotated

import typer

from services.cli.demo.run import DemoError, Wish, run_demo
from services.cli.demo.show import show
from services.cli.demo.stage import demo_settings
from services.cli.output import notes, screen
from shared.settings import Settings
from shared.simulator.plan.calendar_month import CalendarMonth
from shared.simulator.plan.visits import FEWEST
from shared.stack import StackError

MONTH = "2026-03"


def register(app: typer.Typer) -> None:
    """Adds `yidi demo`."""
    app.command()(demo)


def demo(
    visits: Annotated[int, typer.Option(min=FEWEST, help="就诊数 / how many visits")] = 2_000,
    seed: Annotated[int, typer.Option(help="随机种子 / the same seed, the same month")] = 1,
    out: Annotated[Path, typer.Option(help="输出文件夹 / folder for the files")] = Path("out"),
    home: Annotated[
        Path | None, typer.Option(help="数据文件夹，每次清空 / data folder, emptied each time")
    ] = None,
    kills_each: Annotated[
        int, typer.Option(min=0, help="每个服务进程被强杀次数 / kill -9 each service process so often")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """演示一个月的异地就医 / Show a month of care across regions, settled, cleared and verified.

    Exit 0: money is conserved, the trail verifies, nobody was told anything else than is held.
    """
    settings = demo_settings(Settings(home=home.resolve()) if home else Settings())
    wish = Wish(visits, seed, CalendarMonth(MONTH), out, kills_each)
    told = notes()
    try:
        summary = run_demo(wish, settings, told)
    except (StackError, DemoError) as error:
        told.print(str(error), style="red", soft_wrap=True)
        raise typer.Exit(1) from None
    show(summary, told if as_json else screen())
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    fine = not summary["conservation_fen"] and not summary["parked"]
    raise typer.Exit(0 if fine and summary["books_ok"] and summary["chain_ok"] else 1)
