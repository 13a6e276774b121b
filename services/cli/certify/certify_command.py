"""`yidi certify NODE`: plays the catalogue of cases against a vendor's adapter, and signs what came of it."""

import json
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.certify.clerk_by_hand import ClerkByHand
from services.cli.certify.kit import center_of
from services.cli.certify.run import Order, run_certification
from services.cli.certify.show import OUTCOMES, show, show_findings
from services.cli.output import notes, screen
from shared.adapter import OutcomeUnknownError, RefusedError
from shared.certify.cases.case import Case
from shared.certify.cases.catalogue import cases_for
from shared.certify.play.certification import Tell
from shared.certify.play.clerk import ProgramClerk
from shared.certify.play.passage import PassageError
from shared.certify.play.player import Result
from shared.certify.report.document import fingerprint, is_signed
from shared.certify.report.page import page_of
from shared.settings import Settings
from shared.stack import StackError

PASSED, FAILED, NOT_PLAYED = 0, 1, 2
"""Exit codes."""
_FAULTS = (StackError, RefusedError, OutcomeUnknownError, PassageError)


def register(app: typer.Typer) -> None:
    """Adds `yidi certify`."""
    app.command("certify")(certify_command)


def certify_command(
    node: Annotated[str, typer.Argument(help="节点：医院或中心 / of a hospital or a center")] = "",
    run: Annotated[
        str, typer.Option(metavar="COMMAND", help="被测程序；缺省为人工办理 / the adapter; else by hand")
    ] = "",
    case: Annotated[list[int] | None, typer.Option(help="只执行此例，可重复 / only this one")] = None,
    together: Annotated[int, typer.Option(min=1, help="同时执行几例 / so many cases at once")] = 1,
    out: Annotated[Path, typer.Option(help="报告文件夹 / folder for the reports")] = Path("out"),
    verify: Annotated[
        Path | None, typer.Option(metavar="REPORT.json", help="核验报告签名 / check a report's signature")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """接入认证 / Certify an adapter: plays both centers and the bad luck against it, case by case.

    It works on the sandbox (`yidi sandbox NODE`), by a broker of its own. COMMAND is started once a sitting
    with the steps on standard input; shared/certify/README.md says what it must do. The report is written as
    JSON, signed, and as HTML. Exit 0: all passed. Exit 1: not. Exit 2: it could not be played.

    Example: yidi certify vendor --run "python -m shared.certify.example" --case 8
    """
    if verify:
        raise typer.Exit(_verify(verify))
    if not node:
        raise typer.BadParameter("请写明节点，如 vendor / name the node, as vendor", param_hint="NODE")
    cases = cases_for("center" if center_of(node) else "hospital", case or ())
    if not cases:
        raise typer.BadParameter("没有这样的用例 / there is no such case", param_hint="--case")
    order = Order(node, ClerkByHand(), cases, 1, "by hand")
    if run:
        order = Order(node, ProgramClerk(_program(run)), cases, together, run)
    try:
        report = run_certification(order, Settings(), _telling(len(cases), by_hand=not run))
    except _FAULTS as error:
        hint = f"沙箱在运行吗？/ does the sandbox run? yidi sandbox {node}"
        notes().print(f"{error}\n{hint}", style="red", soft_wrap=True)
        raise typer.Exit(NOT_PLAYED) from None
    _write(report, out, as_json)
    raise typer.Exit(PASSED if report["passed"] else FAILED)


def _program(run: str) -> list[str]:
    """The command and its arguments."""
    try:
        argv = shlex.split(run)
    except ValueError as error:
        raise typer.BadParameter(f"{run}: {error}", param_hint="--run") from None
    if not argv or shutil.which(argv[0]) is None:
        raise typer.BadParameter(f"没有这个程序 / there is no such program: {run}", param_hint="--run")
    return argv


@contextmanager
def _telling(count: int, *, by_hand: bool) -> Iterator[Tell]:
    """Shows on standard error how far it is: a bar, and a line for each case that is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=notes(), transient=True, disable=by_hand) as bar:
        task = bar.add_task("认证 / certify", total=count)

        def tell(case: Case, result: Result | None) -> None:
            if result is None:
                bar.update(task, description=f"{case.number} {case.title.zh}")
                return
            bar.console.print(f"{OUTCOMES[result.outcome]} {case.number} {case.title}", soft_wrap=True)
            bar.advance(task)

        yield tell


def _write(report: dict[str, Any], out: Path, as_json: bool) -> None:
    """Writes both reports and shows what they say."""
    out.mkdir(parents=True, exist_ok=True)
    as_text, as_page = (out / f"certify-{report['node']}.{ending}" for ending in ("json", "html"))
    as_text.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    as_page.write_text(page_of(report), "utf-8")
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    show(report, screen())
    show_findings(report)
    typer.echo(f"报告 / reports: {as_text} {as_page}")


def _verify(path: Path) -> int:
    """Checks the signature of a report; its exit code."""
    try:
        report = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        typer.echo(f"无法读取 / cannot be read: {path}: {error}", err=True)
        return NOT_PLAYED
    if not isinstance(report, dict) or not is_signed(report):
        typer.echo("签名不符：报告已被改动或未签名 / not as it was signed", err=True)
        return FAILED
    outcome = "通过 / passed" if report["passed"] else "未通过 / failed"
    typer.echo(
        f"签名有效 / signed by {fingerprint(report)}\n{report['node']}  {outcome}  {report['began_at']}"
    )
    return PASSED
