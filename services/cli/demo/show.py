"""The month as a table, for people."""

from typing import Any

from rich.console import Console
from rich.table import Table

from shared.money import yuan
from shared.reconcile.cause import WORDS

_MONEY = {"total_fen", "fund_fen", "personal_fen", "advances_fen", "deducted_fen", "cleared_fen"}
_MONEY |= {"disputed_fen", "topped_up_fen", "recovered_fen"}
_WORDS = {
    "visits": "就诊 / visits",
    "settlements": "结算 / settlements",
    "reversed": "冲正 / taken back",
    "total_fen": "医疗费总额 / total",
    "fund_fen": "基金支付 / funds' part",
    "personal_fen": "个人负担 / patients' part",
    "advances_fen": "垫付回款 / advances accepted",
    "deducted_fen": "审核扣减 / deducted in review",
    "statements": "清算单 / statements",
    "cleared_fen": "已清算拨付 / cleared and paid",
    "disputed_lines": "争议明细 / disputed lines",
    "disputed_fen": "争议金额 / disputed",
    "came_back": "退汇 / payments sent back",
    "topped_up_fen": "紧急调增 / topped up",
    "recovered_fen": "追回 / recovered",
    "pools_merged": "统筹区合并 / pools merged",
    "parked": "暂存报文 / parked",
}
_CLASSES = {"at_once": "实时 / at once", "daily": "每日 / daily", "case_page": "病案首页 / case page"}
_CLASSES["monthly"] = "每月 / monthly"
_FILINGS = {
    "resettled_retiree": "异地安置退休 / resettled retiree",
    "long_term_resident": "异地长期居住 / long-term resident",
    "posted_worker": "常驻异地工作 / posted worker",
    "referral": "转诊 / referral",
    "emergency": "急诊抢救 / emergency",
    "other_temporary": "其他临时外出 / other temporary",
}
_UNDONE = {
    "settlement": "结算 / settlement",
    "filing": "备案 / filing",
    "end of a filing": "备案终止 / end of a filing",
    "discharge": "出院 / discharge",
    "admission": "入院 / admission",
}


def show(summary: dict[str, Any], console: Console) -> None:
    """Prints the figures of a month; money in yuan."""
    table = Table(f"{summary['month']}  (seed {summary['seed']})", "")
    table.columns[1].justify = "right"
    for name, words in _WORDS.items():
        value = summary[name]
        table.add_row(words, f"¥ {yuan(value)}" if name in _MONEY else f"{value:,}")
    if parts := summary["in_parts"]:
        told = f"{parts['settlements']:,}, ¥ {yuan(parts['total_fen'])}"
        table.add_row("中途结算分段 / parts of long stays", told)
    for exchange, words in _CLASSES.items():
        table.add_row(f"逾期 / late: {words}", f"{summary['late'].get(exchange, 0):,}")
    for kind, channels in summary["filings"].items():
        told = ", ".join(f"{channel} {count}" for channel, count in channels.items())
        table.add_row(f"备案 / filed: {_FILINGS[kind]}", told)
    for code, count in summary["refused"].items():
        table.add_row(f"拒绝 / refused: {code}", f"{count:,}")
    for what, count in summary["undone"].items():
        table.add_row(f"撤销 / taken back: {_UNDONE[what]}", f"{count:,}")
    for mode, sums in summary["by_mode"].items():
        table.add_row(f"应付 / due: {mode}", f"¥ {yuan(sums['due_fen'])}")
    for told in summary["reconciliations"]:
        words = f"{told['lines']:,} 笔 / lines" if told["causes"] else "账目一致 / the lists agree"
        table.add_row(f"对账 / reconciled: {told['list']}", words)
        for cause, fen in told["due_fen"].items():
            table.add_row(f"  {cause} {WORDS[cause].zh} ({told['causes'][cause]})", f"¥ {yuan(fen)}")
    books = "账平 / books agree" if summary["books_ok"] else "账不平 / books differ"
    table.add_row("守恒 / conservation", f"{summary['conservation_fen']} fen, {books}")
    table.add_row("存证链 / chain", "完整 / verified" if summary["chain_ok"] else "不完整 / BROKEN")
    table.add_row("用时 / seconds", f"{summary['seconds']:.1f}")
    console.print(table)
    console.print(f"文件 / files: {summary['out']}", soft_wrap=True, highlight=False)
