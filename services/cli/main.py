"""The yidi command: finds each command in its module. No command of its own."""

import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

_MODULES = {
    "up": "stack.stack_commands",
    "down": "stack.stack_commands",
    "status": "stack.status_command",
    "logs": "stack.stack_commands",
    "doctor": "stack.stack_commands",
    "migrate": "stack.migrate_command",
    "demo": "demo_command",
    "sandbox": "certify.sandbox_command",
    "certify": "certify.certify_command",
    "import": "registry_import.command",
    "export": "registry_export.command",
    "directory": "directory_command",
    "keys": "persons.keys_commands",
    "day": "day_commands",
    "quote": "quote.command",
    "policy": "policy.commands",
    "verify": "case.verify_command",
    "trace": "case.trace_command",
    "explain": "case.explain_command",
    "slip": "case.slip_command",
    "settlement-list": "case.list_command",
    "cases": "case.age_command",
    "reverse": "case.reverse_command",
    "month": "month.commands",
    "ledger": "ledger_commands",
    "center": "center.commands",
    "radar": "center.radar_command",
    "reconcile": "reconcile.command",
    "dead": "bus.dead_commands",
    "rebuild": "bus.rebuild_command",
    "bus": "bus.commands",
    "gateway": "gateway_command",
    "bench": "bench_commands",
}


class _ByName(TyperGroup):
    """Imports a command's module when it is asked for: all of them take a second."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, without importing anything."""
        return list(_MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, or None."""
        if cmd_name not in _MODULES:
            return None
        module = typer.Typer()
        import_module(f"services.cli.{_MODULES[cmd_name]}").register(module)
        return get_group(module).get_command(ctx, cmd_name)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"yidi {version('yidi')}")
        raise typer.Exit


app = typer.Typer(
    cls=_ByName,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they hold addresses with passwords, and people
    help="异地就医结算 / medical bills across regions, exact to the fen",
)


@app.callback()
def _yidi(
    shown: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="版本 / the version")
    ] = False,
) -> None:
    """Before each command: its log lines go beside its result, never into it."""
    # The true one: a test puts another in its place for a while, and loggers outlive that.
    import_module("shared.log").log_lines_to(sys.__stderr__ or sys.stderr)
