"""`yidi certify NODE`: plays the catalogue of cases against a vendor's adapter, and signs what came of it."""

import json
import shlex
import shutil
import signal
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.certify.clerk_by_hand import ClerkByHand
from services.cli.certify.kit import center_of, check_node
from services.cli.certify.run import Order, run_certification
from services.cli.certify.show import OUTCOMES, show, show_findings
from services.cli.certify.verify import is_fingerprint, verify
from services.cli.output import notes, screen
from shared.adapter import OutcomeUnknownError, RefusedError
from shared.bus.fault import describe
from shared.certify.cases.case import Case
from shared.certify.cases.catalogue import cases_for
from shared.certify.play.certification import Tell
from shared.certify.play.clerk import ProgramClerk
from shared.certify.play.passage import PassageError
from shared.certify.play.player import Result
from shared.certify.report.document import Report
from shared.certify.report.page import page_of
from shared.settings import Settings
from shared.stack import StackError

PASSED, FAILED, NOT_PLAYED = 0, 1, 2
"""Exit codes."""
_PLAIN = (StackError, RefusedError, OutcomeUnknownError, PassageError, OSError)


def register(app: typer.Typer) -> None:
    """Adds `yidi certify`."""
    app.command("certify")(certify_command)


def certify_command(
    node: Annotated[str, typer.Argument(help="节点：医院或中心 / of a hospital or a center")] = "",
    *,
    run: Annotated[
        str, typer.Option(metavar="COMMAND", help="被测程序；缺省为人工办理 / the adapter; else by hand")
    ] = "",
    case: Annotated[list[int] | None, typer.Option(help="只执行此例，可重复 / only this one")] = None,
    together: Annotated[int, typer.Option(min=1, help="同时执行几例 / so many cases at once")] = 1,
    out: Annotated[Path, typer.Option(help="报告文件夹 / folder for the reports")] = Path("out"),
    report: Annotated[
        Path | None, typer.Option("--verify", metavar="REPORT.json", help="核验报告 / check a report")
    ] = None,
    key: Annotated[
        str, typer.Option(metavar="FINGERPRINT", help="应为此公钥所签 / by which key it must be signed")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """接入认证 / Certify an adapter: plays both centers and the bad luck against it, case by case.

    It works on the sandbox (`yidi sandbox NODE`), by a broker of its own. COMMAND is started once a sitting
    with the steps on standard input; shared/certify/README.md says what it must do. The report is written as
    JSON, signed, and as HTML: passed only if the whole catalogue is. Exit 0: all cases that were asked for
    are passed. Exit 1: not. Exit 2: they could not be played.

    Example: yidi certify vendor --run "python -m shared.certify.example" --case 8
    """
    if report:
        if key and not is_fingerprint(key):
            raise typer.BadParameter("指纹为 16 位十六进制 / 16 hexadecimal digits", param_hint="--key")
        raise typer.Exit(verify(report, key))
    cases = _cases(check_node(node), case or ())
    order = Order(node, ClerkByHand(), cases, 1, "by hand", by_hand=True)
    if run:
        program = _program(run)
        name = program[0].encode(errors="replace").decode()  # its arguments may hold secrets
        order = Order(node, ProgramClerk(program), cases, together, name, by_hand=False)
    told = _play(order, out, _telling(len(cases), by_hand=not run))
    _write(told, out, as_json)
    raise typer.Exit(PASSED if all(one["outcome"] == "passed" for one in told["cases"]) else FAILED)


def _cases(node: str, numbers: Collection[int]) -> list[Case]:
    """The cases of the node's side, or those that are named, every one of which must be of that side."""
    cases = cases_for("center" if center_of(node) else "hospital", numbers)
    if strange := set(numbers) - {case.number for case in cases}:
        told = f"此节点没有这样的用例 / this node has no such case: {' '.join(map(str, sorted(strange)))}"
        raise typer.BadParameter(told, param_hint="--case")
    return cases


def _play(order: Order, out: Path, telling: AbstractContextManager[Tell]) -> Report:
    """Plays an order, where its report can be written; whatever goes wrong is told and ends the command."""
    try:
        with ended_like_ctrl_c():
            out.mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=out).close()  # it can be written to
            return run_certification(order, Settings(), telling)
    except (KeyboardInterrupt, typer.Abort):
        told = "已中断 / interrupted"
    except Exception as error:
        told = str(error) if isinstance(error, _PLAIN) else describe(error)
    notes().print(told, style="red", soft_wrap=True)
    raise typer.Exit(NOT_PLAYED) from None


@contextmanager
def ended_like_ctrl_c() -> Iterator[None]:
    """Ends as by Ctrl-C when told to: the program and the vendor's broker do not outlive the command."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(one, _interrupt) for one in numbers]
    try:
        yield
    finally:
        for one, handler in zip(numbers, before, strict=True):
            signal.signal(one, handler)


def _interrupt(*_: object) -> None:
    """Interrupts; a shell that starts a command in the background has it ignore Ctrl-C, but not this."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


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
    as_text, as_page = (out / f"certify-{report['node']}.{ending}" for ending in ("json", "html"))
    as_text.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    as_page.write_text(page_of(report), "utf-8")
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    show(report, screen())
    show_findings(report)
    typer.echo(f"报告 / reports: {as_text} {as_page}")
