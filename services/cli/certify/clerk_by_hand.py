"""A person as the clerk, who does the steps at the HIS (人工办理): is shown them, and asked how it went."""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from threading import Thread
from typing import Any

import typer

from shared.certify.seen import Telling

_KILL = (
    "  结算发出后立即强行终止 HIS 接口程序，再启动并办完"
    " / kill the adapter right after it has asked to settle, then start it and go on"
)


class ClerkByHand:
    """Prints each document on standard error, and waits for the person."""

    async def sit(self, document: Mapping[str, Any], kill: asyncio.Event | None) -> Telling:
        """Shows the steps, and asks how it went; `kill`: the person kills the adapter and starts it again."""
        told: Future[Telling] = Future()

        def ask() -> None:
            with suppress(InvalidStateError):  # nobody waits any more
                try:
                    told.set_result(self._ask(document, kill))
                except typer.Abort as error:
                    told.set_exception(error)

        Thread(target=ask, daemon=True).start()  # one of the loop's own would hold up Ctrl-C
        return await asyncio.wrap_future(told)

    def _ask(self, document: Mapping[str, Any], kill: asyncio.Event | None) -> Telling:
        title = document["title"]
        typer.echo(f"\n{document['case']}. {title['zh']} / {title['en']}", err=True)
        typer.echo(f"Kafka {document['address']}  {document['node']}  {document['institution']}", err=True)
        for number, step in enumerate(document["steps"], 1):
            typer.echo(f"  {number}. {json.dumps(step, ensure_ascii=False)}", err=True)
        if kill:
            typer.echo(_KILL, err=True)
        went = typer.confirm("HIS 显示全部办成？/ Did the HIS show that all went through?", err=True)
        return Telling(went, None)
