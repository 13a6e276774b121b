"""`yidi policy draft` and `yidi policy approve`: a policy's way into force, by two officers (双人复核)."""

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from services.cli.policy.table import print_policy
from services.cli.reading import read_database
from services.cli.registry_import.policies import read_policy
from services.cli.stack.readiness import kafka_at_work
from services.enrollment.drafts import Draft, read_draft
from shared.adapter import Connection, Operator, OutcomeUnknownError
from shared.benefit.policy.checks import parse_policy
from shared.findings import form_findings
from shared.messages.answer import Answer
from shared.messages.body import Request
from shared.messages.enrollment.policy_versions import ApprovePolicy, DraftPolicy
from shared.messages.enrollment.registers import Registered
from shared.settings import Settings
from shared.stack import StackError

DONE, REFUSED, INVALID = 0, 1, 2
"""Exit codes: done; refused, not confirmed or unanswered; the file or an argument is not valid."""

AsJson = Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")]
Officer = Annotated[str, typer.Option("--officer", help="经办人 / the officer who does it")]


def register(policy: typer.Typer) -> None:
    """Adds these commands to `yidi policy`."""
    policy.command()(draft)
    policy.command()(approve)


def draft(
    file: Annotated[
        Path, typer.Argument(help="政策文件 / a policy file (TOML)", exists=True, dir_okay=False)
    ],
    officer: Officer,
    as_json: AsJson = False,
) -> None:
    """起草政策 / Draft a policy version, for another officer to approve; until then it settles nothing.

    A draft of the same policy_id is replaced. The answer names the text by its SHA-256.
    Exit 0: drafted. Exit 1: refused, or no answer. Exit 2: the file is not valid.

    Example: yidi policy draft draft-2027.toml --officer li
    """
    read = read_policy(file, str(file))
    if isinstance(read, list):
        for fault in read:
            typer.echo(str(fault), err=True)
        raise typer.Exit(INVALID)
    try:
        body = DraftPolicy(policy_id=read.policy_id, policy=read.policy, officer=officer)
    except ValidationError as error:
        _not_valid(error)
    _send(body, "已起草，待另一人复核 / drafted, to be approved by another officer", as_json)


def approve(
    policy_id: Annotated[str, typer.Argument(help="政策编号 / the policy's id")],
    officer: Officer,
    sha256: Annotated[
        str | None,
        typer.Option("--sha256", help="已核对的草案摘要，不再询问 / the draft looked at, without a question"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """复核政策 / Approve a drafted policy version, which publishes it; by another officer than the drafter.

    Without --sha256 the draft is shown, and approved as shown once that is confirmed.
    Exit 0: published. Exit 1: refused, not confirmed, or no answer. Exit 2: an argument is not valid.

    Example: yidi policy approve 511900-390-2027 --officer wang
    """
    try:
        seen = sha256 or _looked_at(policy_id)
        body = ApprovePolicy(policy_id=policy_id, officer=officer, sha256=seen)
    except ValidationError as error:
        _not_valid(error)
    _send(body, "已复核，政策已发布 / approved, the policy is published", as_json)


def _looked_at(policy_id: str) -> str:
    """Shows the draft and asks; the digest of what was shown."""
    found = _read(policy_id)
    if found is None:
        typer.echo(f"{policy_id}: 没有草案，先起草 / there is no draft, draft it first", err=True)
        raise typer.Exit(REFUSED)
    print_policy(parse_policy(found.policy))
    typer.echo(f"起草人 / drafted by: {found.drafted_by}\nSHA-256: {found.sha256}")
    if not typer.confirm("复核通过并发布？/ approve and publish?"):
        raise typer.Exit(REFUSED)
    return found.sha256


def _read(policy_id: str) -> Draft | None:
    return read_database(lambda dsn: read_draft(dsn, policy_id), REFUSED)


def _send(body: Request, done: str, as_json: bool) -> None:
    try:
        answer = asyncio.run(_ask(body))
    except (OutcomeUnknownError, StackError) as error:
        _unanswered(error)
    if as_json:
        typer.echo(answer.model_dump_json())
    elif answer.accepted:
        typer.echo(f"{body.key}: {done}")
        for line in _told(answer):
            typer.echo(line)
    else:
        typer.echo(_refusal(body.key, answer), err=True)
    raise typer.Exit(DONE if answer.accepted else REFUSED)


async def _ask(body: Request) -> Answer:
    async with Connection(await kafka_at_work(Settings()), "operator") as connection:
        return await Operator(connection).ask(body)


def _told(answer: Answer) -> list[str]:
    result = answer.result
    if not isinstance(result, Registered):
        return []
    warnings = [f"请核对 / please check: {warning}" for warning in result.warnings]
    return [f"SHA-256: {result.sha256}", *warnings]


def _refusal(subject: str, answer: Answer) -> str:
    what = f"{answer.code} {answer.text_zh}；{answer.advice_zh} / {answer.text_en}; {answer.advice_en}"
    return f"{subject}: {what} [{answer.where}]"


def _unanswered(error: Exception) -> NoReturn:
    typer.echo(f"{error}\n服务是否在运行？/ do the services run? yidi status", err=True)
    raise typer.Exit(REFUSED) from None


def _not_valid(error: ValidationError) -> NoReturn:
    for finding in form_findings(error):
        typer.echo(str(finding), err=True)
    raise typer.Exit(INVALID) from None
