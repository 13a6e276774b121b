"""What a simulation comes to, as tables for people; money in yuan."""

from rich.console import Console
from rich.table import Column, Table

from shared.benefit.compare.simulation import Case, Group, Sums, Tally
from shared.benefit.refusal import Refusal
from shared.money import yuan

_KINDS = {
    "inpatient": "住院 inpatient",
    "outpatient_general": "门诊 outpatient",
    "outpatient_chronic": "慢特病 chronic",
    "pharmacy": "药店 pharmacy",
}


def print_tally(console: Console, tally: Tally, title: str) -> None:
    """Prints the groups with their sum, what the draft refuses by reason, and the largest changes."""
    console.print(_groups(tally, title))
    if tally.refused:
        console.print(_refused(tally))
    if tally.largest:
        console.print("个人负担变动最大 / patients' part, largest changes")
    for case in tally.largest:
        console.print(_largest(case), soft_wrap=True, highlight=False)


def _groups(tally: Tally, title: str) -> Table:
    """Three lines a group, so that it fits a terminal of 80 columns."""
    numbers = _numbers(
        "例数 cases\n受益 gain\n受损 lose",
        "基金 fund\n前 before\n后 after\n差 moved",
        "个人 patients\n前 before\n后 after\n差 moved",
        "最大 largest\n减 gain\n增 loss\n拒付 refused",
    )
    table = Table("就医地 area\n险种 scheme\n类别 kind", *numbers, title=title, show_lines=True)
    for group, sums in sorted(tally.groups.items()):
        area, tier, scheme, kind = _names(group)
        table.add_row(f"{area} {tier}\n{scheme}\n{kind}", *_figures(sums))
    table.add_row("合计 all", *_figures(tally.totals()))
    return table


def _figures(sums: Sums) -> tuple[str, ...]:
    return (
        f"{sums.cases:,}\n{sums.gainers:,}\n{sums.losers:,}",
        _moved(sums.fund_before_fen, sums.fund_after_fen),
        _moved(sums.personal_before_fen, sums.personal_after_fen),
        f"{yuan(sums.largest_gain_fen)}\n{yuan(sums.largest_loss_fen)}\n{sums.refused:,}",
    )


def _moved(before_fen: int, after_fen: int) -> str:
    return f"{yuan(before_fen)}\n{yuan(after_fen)}\n{signed(after_fen - before_fen)}"


def signed(fen: int) -> str:
    """An amount in yuan with its sign, that of a rise too."""
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)


def _refused(tally: Tally) -> Table:
    """Apart from the sums: there is no "after" to compare."""
    numbers = _numbers("例数 cases", "基金原支付 fund before")
    title = "草案不予支付 / refused under the draft"
    head = Column("代码 code"), Column("何故 why", overflow="fold")
    table = Table(*head, *numbers, title=title, title_justify="left")
    for (code, where), sums in sorted(tally.refused.items()):
        why = Refusal("", code, where).reason
        table.add_row(code, why, f"{sums.refused:,}", yuan(sums.refused_fund_fen))
    return table


def _largest(case: Case) -> str:
    """On one line whatever the terminal's width: the settlement is copied from it, for `yidi explain`."""
    before_fen = case.before.personal_fen
    moved = f"{signed(case.moved_fen):>13}  {yuan(before_fen)} → {yuan(before_fen + case.moved_fen)}"
    return f"{moved}  {case.visit_id}  {case.settlement_id}  {' '.join(_names(case.group))}"


def _names(group: Group) -> tuple[str, ...]:
    return group.treatment_area, f"tier {group.hospital_tier}", group.scheme, _KINDS[group.kind]


def _numbers(*heads: str) -> list[Column]:
    return [Column(head, justify="right", overflow="fold") for head in heads]
