"""The picture of a simulation: by how much each group's patients pay more or less, and how many they are."""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

from shared.benefit.compare.simulation import Group, Sums, Tally

_LESS, _MORE = "#2f5d8a", "#b5493b"
_FEN_PER_YUAN = 100
MOST = 24
"""So many groups are drawn, those whose patients' part moves most."""


def draw_picture(tally: Tally, title: str, path: Path) -> None:
    """Writes the picture as PNG."""
    rows = _rows(tally)
    height = 2.2 + 0.32 * len(rows)
    chart, (money, people) = plt.subplots(1, 2, figsize=(11, height), sharey=True, layout="constrained")
    places = range(len(rows))
    moved = [_moved_fen(sums) / _FEN_PER_YUAN for _, sums in rows]
    bars = money.barh(places, moved, color=[_MORE if yuan > 0 else _LESS for yuan in moved])
    money.bar_label(bars, [f" {yuan:+,.0f} " if yuan else "" for yuan in moved])
    money.set_yticks(places, [_name(group) for group, _ in rows])
    money.set(xlabel="yuan", title="Patients' part, after less before")
    gainers, losers = [sums.gainers for _, sums in rows], [-sums.losers for _, sums in rows]
    for counts, colour, name in ((losers, _MORE, "pay more"), (gainers, _LESS, "pay less")):
        bars = people.barh(places, counts, color=colour, label=name)
        people.bar_label(bars, [f" {abs(count):,} " if count else "" for count in counts])
    people.set(xlabel="cases", title="Cases")
    money.xaxis.set_major_formatter(lambda yuan, _: f"{yuan:,.0f}")
    people.xaxis.set_major_formatter(lambda count, _: f"{abs(count):,.0f}")
    chart.legend(loc="outside lower right", frameon=False, ncols=2)
    for axes in (money, people):
        axes.axvline(0, color="#444444", linewidth=0.8)
        axes.margins(x=0.35)
        axes.locator_params(axis="x", nbins=4)
    chart.suptitle(title)
    chart.savefig(path, dpi=110)
    plt.close(chart)


def _rows(tally: Tally) -> list[tuple[Group, Sums]]:
    """From the bottom up, what moves most on top."""
    rows = sorted(tally.groups.items(), key=lambda row: (abs(_moved_fen(row[1])), row[0]), reverse=True)
    return rows[:MOST][::-1]


def _moved_fen(sums: Sums) -> int:
    return sums.personal_after_fen - sums.personal_before_fen


def _name(group: Group) -> str:
    return (
        f"{group.treatment_area}, tier {group.hospital_tier}, {group.scheme}, {group.kind.replace('_', ' ')}"
    )
