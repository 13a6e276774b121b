"""Two pictures of the month: settlements day by day with the funds' part, and where the money went."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

from services.cli.demo.figures import DayFigures, Figures

_COLOURS = {"inpatient": "#2f5d8a", "outpatient_general": "#6aa5c9", "pharmacy": "#c9d6df"}
_FUND, _OTHER = "#b5493b", "#8a8a8a"
_PAYERS = {
    "pool_fen": "basic pool",
    "large_amount_fen": "large amount",
    "serious_illness_fen": "serious illness",
    "assistance_fen": "assistance",
    "account": "personal account",
    "cash": "cash",
}
_FEN_PER_10_000_YUAN = 1_000_000


def draw_pictures(figures: Figures, month: str, out: Path) -> list[Path]:
    """Writes the pictures as PNG and gives their paths."""
    return [_draw_days(figures, month, out / "days.png"), _draw_payers(figures, month, out / "payers.png")]


def _draw_days(figures: Figures, month: str, path: Path) -> Path:
    rows = [row for row in figures.days if not row.taken_back]
    days = sorted({row.settled_on for row in rows})
    chart, axes = plt.subplots(figsize=(10, 4.5), layout="constrained")
    base = [0] * len(days)
    for kind, colour in _COLOURS.items():
        counts = _per_day(rows, days, kind)
        axes.bar(range(len(days)), counts, bottom=base, color=colour, label=kind.replace("_", " "))
        base = [low + high for low, high in zip(base, counts, strict=True)]
    axes.set_xticks(range(len(days)), [str(day.day) for day in days])
    axes.set(xlabel=month, ylabel="settlements", title="Settlements a day by kind, and what the funds pay")
    fund = axes.twinx()
    paid = [sum(row.fund_fen for row in rows if row.settled_on == day) for day in days]
    fund.plot(range(len(days)), [fen / _FEN_PER_10_000_YUAN for fen in paid], color=_FUND, marker=".")
    fund.set_ylabel("fund, 10 000 yuan", color=_FUND)
    axes.legend(loc="upper left", frameon=False, ncols=3)
    chart.savefig(path, dpi=110)
    plt.close(chart)
    return path


def _per_day(rows: list[DayFigures], days: list[date], kind: str) -> list[int]:
    counts: dict[date, int] = defaultdict(int)
    for row in rows:
        if row.kind == kind:
            counts[row.settled_on] += row.settlements
    return [counts[day] for day in days]


def _draw_payers(figures: Figures, month: str, path: Path) -> Path:
    in_force = [row for row in figures.days if not row.taken_back]
    paid = {
        **figures.funds,
        "account": sum(row.account_fen for row in in_force),
        "cash": sum(row.cash_fen for row in in_force),
    }
    names = list(_PAYERS)[::-1]
    chart, axes = plt.subplots(figsize=(10, 3.6), layout="constrained")
    values = [paid[name] / _FEN_PER_10_000_YUAN for name in names]
    colours = [_FUND if name.endswith("_fen") else _OTHER for name in names]
    bars = axes.barh([_PAYERS[name] for name in names], values, color=colours)
    axes.bar_label(bars, [f" {value:,.1f}" for value in values])
    axes.set(xlabel="10 000 yuan", title=f"Who paid the bills of {month} (red: funds)")
    axes.margins(x=0.12)
    chart.savefig(path, dpi=110)
    plt.close(chart)
    return path
