"""`yidi bench …`: how fast, how quick to answer, how much memory, and that a crash loses nothing.

The benchmarks lie with the tests, beside the checkout: an installed product has none.
"""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.cli.output import notes, screen

ROOT = Path(__file__).parent.parent.parent
bench = typer.Typer(no_args_is_help=True, help="性能与故障测试 / benchmarks and the crash run")
AsJson = Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")]
Tell = Callable[[str, int, int], None]
Figures = dict[str, Any]
_notes = notes()


def register(app: typer.Typer) -> None:
    """Add these commands to the yidi command."""
    app.add_typer(bench, name="bench")


@bench.command()
def settle(
    count: Annotated[int, typer.Option(min=30, help="结算笔数 / settlements in all")] = 90_000,
    peer_count: Annotated[int, typer.Option(min=10, help="逐笔处理的笔数 / by each peer")] = 3_000,
    as_json: AsJson = False,
) -> None:
    """结算速度 / Settlements a second, against the baseline and two peers that settle one at a time.

    Example: yidi bench settle --count 30000 --json
    """
    module = _find("settle")
    figures = _run(lambda tell: module.measure(count, peer_count, tell))
    bars = {
        "of_baseline": f"≥ {module.OF_BASELINE}",
        "times_faust": f"≥ {module.TIMES_PEER}",
        "times_faststream": f"≥ {module.TIMES_PEER}",
    }
    _show(figures, bars, as_json)


@bench.command()
def lines(
    uploads: Annotated[int, typer.Option(min=30, help="上传次数 / uploads of 40 lines")] = 30_000,
    items: Annotated[int, typer.Option(min=500, help="目录条目数 / items of the catalogue")] = 300_000,
    as_json: AsJson = False,
) -> None:
    """费用明细速度 / Fee lines a second, classified, split and kept, against a plain COPY of the same rows.

    Example: yidi bench lines --uploads 30000 --json
    """
    module = _find("lines")
    figures = _run(lambda tell: module.measure(uploads, items, tell))
    bars = {"of_copy": f"≥ {module.OF_COPY}", "process_mb": f"< {module.PROCESS_MB}"}
    _show(figures, bars, as_json)


@bench.command()
def registers(
    persons: Annotated[int, typer.Option(min=1, help="人员数 / persons")] = 1_000_000,
    institutions: Annotated[int, typer.Option(min=1, max=700_000, help="机构数 / institutions")] = 700_000,
    as_json: AsJson = False,
) -> None:
    """登记导入速度 / Rows a second of yidi import while all services run; its memory, each process's CPU.

    Example: yidi bench registers --persons 60000 --institutions 40000 --json
    """
    module = _find("registers")
    figures = _run(lambda tell: module.measure(persons, institutions, tell))
    bars = {name: f"< {module.PROCESS_MB}" for name in figures if name.endswith("_mb")}
    bars |= {"rows_per_s": f"≥ {module.ROWS_PER_S}"}
    _show(figures, bars, as_json)


@bench.command()
def echo(
    samples: Annotated[int, typer.Option(min=10, help="每类样本数 / samples of each kind and load")] = 3_000,
    persons: Annotated[int, typer.Option(min=0, help="登记的人员数 / registered persons")] = 0,
    institutions: Annotated[int, typer.Option(min=0, max=700_000, help="登记的机构数 / institutions")] = 0,
    items: Annotated[int, typer.Option(min=0, help="目录条目数 / items of the catalogue")] = 0,
    as_json: AsJson = False,
) -> None:
    """窗口响应时间 / Round trips of quote and settle against a bare echo, 50 a second; bulk idle, saturated.

    Example: yidi bench echo --persons 1000000 --institutions 700000 --items 300000 --json
    """
    module = _find("echo")
    figures = _run(lambda tell: module.measure(samples, tell, persons, institutions, items))
    bars = {name: f"≤ {module.TIMES_ECHO}" for name in figures if "times_echo" in name}
    bars |= {name: f"< {module.PROCESS_MB}" for name in figures if name.endswith("_mb")}
    _show(figures, bars, as_json)


@bench.command()
def gateway(
    samples: Annotated[int, typer.Option(min=10, help="每类样本数 / samples of each kind")] = 600,
    as_json: AsJson = False,
) -> None:
    """网关响应时间 / Round trips of 2303 and 2304 over HTTP, beside quotes asked of the bus directly.

    Example: yidi bench gateway --samples 600 --json
    """
    module = _find("gateway.run")
    figures = _run(lambda tell: module.measure(samples, tell))
    _show(figures, {"times_direct": f"≤ {module.TIMES_DIRECT}"}, as_json)


@bench.command()
def outage(
    messages: Annotated[int, typer.Option(min=100, help="留存报文数 / messages kept meanwhile")] = 10_000,
    as_json: AsJson = False,
) -> None:
    """医院断网测试 / A hospital's kept messages are delivered in order and once while other desks work.

    Example: yidi bench outage --messages 10000 --json
    """
    module = _find("gateway.outage")
    figures = _run(lambda tell: module.measure(messages, tell))
    _show(figures, {"lost_or_doubled": "0", "times_quiet": f"≤ {module.TIMES_QUIET}"}, as_json)


@bench.command()
def load(
    visits: Annotated[int, typer.Option(min=1, help="在院就诊数 / visits in hand")] = 100_000,
    home: Annotated[
        bool, typer.Option("--home", help="写入本机数据 / into this home's own database, and left there")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """内存占用 / Fills a database with visits in hand and shows the memory of each process, MB.

    Example: yidi bench load --visits 100000 --json
    """
    module = _find("load")
    measure = module.measure_home if home else module.measure
    figures = _run(lambda tell: measure(visits, tell))
    known = {"visits", "load_seconds", "postgres_mb"}
    bars = {name: f"< {module.SERVICE_MB}" for name in figures if name not in known}
    _show(figures, {**bars, "kafka_mb": f"< {module.KAFKA_MB}"}, as_json)


@bench.command()
def quote(
    bills: Annotated[int, typer.Option(min=1_000, help="账单数 / bills in the large file")] = 100_000,
    as_json: AsJson = False,
) -> None:
    """离线计算速度 / Bills a second of yidi quote, one core and all, against reading the same JSON; memory.

    Example: yidi bench quote --bills 100000 --json
    """
    module = _find("quote")
    figures = _run(lambda tell: module.measure(bills, tell))
    _show(figures, {"times_json": f"≤ {module.TIMES_JSON}"}, as_json)


@bench.command()
def month(
    lines: Annotated[int, typer.Option(min=100, help="清算明细数 / settled lines")] = 1_000_000,
    as_json: AsJson = False,
) -> None:
    """月度清分速度 / A month of 31 provinces: sorted, published, received; against one SQL aggregate; memory.

    Example: yidi bench month --lines 1000000 --json
    """
    module = _find("month.run")
    _show(_run(lambda tell: module.measure(lines, tell)), module.BARS, as_json)


@bench.command()
def crash(
    events: Annotated[int, typer.Option(min=100, help="报文数 / commands")] = 20_000,
    kills: Annotated[int, typer.Option(min=1, help="故障次数 / kills and freezes")] = 20,
    seed: Annotated[int, typer.Option(help="随机种子 / the same seed, the same kills")] = 1,
    as_json: AsJson = False,
) -> None:
    """故障测试 / Kills and freezes everything while commands flow; then nothing may be lost or doubled.

    Exit 0: proven. Exit 1: something is wrong, or the run proved nothing; it says what.

    Example: yidi bench crash --events 20000 --kills 20 --seed 7 --json
    """
    module = _find("crash.run")
    _prove(_run(lambda tell: module.measure(events, kills, seed, tell)), module.BARS, as_json)


@bench.command()
def forged(
    records: Annotated[int, typer.Option(min=100, help="伪造报文数 / bad records")] = 10_000,
    samples: Annotated[int, typer.Option(min=200, help="每阶段请求数 / requests of each phase")] = 3_000,
    seed: Annotated[int, typer.Option(help="随机种子 / the same seed, the same records")] = 1,
    as_json: AsJson = False,
) -> None:
    """伪造报文测试 / Bad records of every shape while 20 hospitals work; nobody else may notice them.

    Exit 0: proven. Exit 1: something is above its bar; it says what.

    Example: yidi bench forged --records 10000 --seed 7 --json
    """
    module = _find("forged.run")
    _prove(_run(lambda tell: module.measure(records, samples, seed, tell)), module.BARS, as_json)


def _prove(figures: Figures, bars: dict[str, str], as_json: bool) -> None:
    """Shows the figures of a run that proves something. Exits with 1 if it did not."""
    faults = figures["faults"]
    _show(figures if as_json else {**figures, "faults": len(faults)}, bars, as_json)
    for fault in faults:
        _notes.print(fault, style="red", soft_wrap=True)
    raise typer.Exit(1 if faults else 0)


def _find(name: str) -> Any:
    """A benchmark's module. Exits with what to do where there is none."""
    if not (ROOT / "tests" / "bench").is_dir():
        _notes.print(
            "未安装测试目录：请在源代码目录运行 / the benchmarks lie with the tests, which are not installed:"
            " run `yidi bench` from a checkout of the source",
            style="red",
        )
        raise typer.Exit(1)
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module(f"tests.bench.{name}")


def _run(measure: Callable[[Tell], Figures]) -> Figures:
    with _progress() as tell:
        return measure(tell)


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar for each thing that is told about."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_notes, refresh_per_second=2) as bars:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield tell


def _show(figures: Figures, bars: dict[str, str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
        return
    table = Table("指标 / figure", "值 / value", "门槛 / bar")
    for name, figure in figures.items():
        shown = f"{figure:,}" if isinstance(figure, int | float) else json.dumps(figure, ensure_ascii=False)
        table.add_row(name, shown, bars.get(name, ""))
    screen().print(table)
