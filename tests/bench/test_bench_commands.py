"""`yidi bench`: every benchmark says how it is used, and an installed product says where they are."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import bench_commands

COMMANDS = bench_commands.bench.registered_commands
BENCHMARKS = [command.callback.__name__ for command in COMMANDS if command.callback]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_help_of_a_benchmark_holds_an_example(name: str) -> None:
    shown = CliRunner().invoke(bench_commands.bench, [name, "--help"])
    assert shown.exit_code == 0
    assert f"yidi bench {name}" in shown.stdout


def test_an_installed_product_says_that_benchmarks_need_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_commands, "ROOT", tmp_path)
    shown = CliRunner().invoke(bench_commands.bench, ["settle"])
    assert shown.exit_code == 1
    assert "checkout" in shown.output
