"""The yidi command: gathers the commands of the modules beside it. No command of its own."""

import typer

from services.cli import (
    bench_commands,
    bus_commands,
    dead_commands,
    demo_command,
    import_command,
    migrate_command,
    month_commands,
    quote_command,
    stack_commands,
    trace_command,
    verify_command,
)

app = typer.Typer(no_args_is_help=True, help="异地就医结算 / medical bills across regions, exact to the fen")
for module in (
    stack_commands,
    migrate_command,
    demo_command,
    import_command,
    quote_command,
    verify_command,
    trace_command,
    month_commands,
    dead_commands,
    bus_commands,
    bench_commands,
):
    module.register(app)
