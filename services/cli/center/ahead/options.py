"""What the commands about money that lies ahead are given."""

from typing import Annotated

import typer

AnAgreement = Annotated[str, typer.Argument(metavar="AGREEMENT", help="协议号 / the agreement's id")]
AnOfficer = Annotated[str, typer.Option("--officer", help="经办人 / the officer who does it")]
AReason = Annotated[str, typer.Option("--reason", help="原因 / why")]
SomeFen = Annotated[int, typer.Option("--fen", min=0, help="金额，分 / the amount, fen")]
ADay = Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="日期 / the day")]
