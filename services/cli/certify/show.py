"""What a certification came to, for people: a table, and below it what was found."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from services.cli.output import print_record

OUTCOMES = {"passed": "✓", "failed": "✗", "not_played": "–"}


def show(report: Mapping[str, Any], console: Console) -> None:
    """Prints the table of cases."""
    table = Table("#", Column("用例 / case", overflow="fold"), "", Column("秒 / s", justify="right"))
    for case in report["cases"]:
        title = f"{case['title']['zh']} / {case['title']['en']}"
        took = f"{case['milliseconds'] // 1000}.{case['milliseconds'] % 1000 // 100}"
        table.add_row(str(case["number"]), title, OUTCOMES[case["outcome"]], took)
    console.print(table)


def show_findings(report: Mapping[str, Any]) -> None:
    """Prints what was found of each case that is not passed."""
    for case in report["cases"]:
        if case["findings"]:
            head = (
                f"{OUTCOMES[case['outcome']]} {case['number']} {case['title']['zh']} / {case['title']['en']}"
            )
            found = [f"{one['zh']} / {one['en']}" for one in case["findings"]]
            print_record(head, [*found, f"应见 / must: {case['must']['zh']} / {case['must']['en']}"])
