"""Message → rule: which rows each kind of message needs, and which rule decides it."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from services.clearing.agreements import decide as registers
from services.clearing.claims import decide as claims
from services.clearing.lines import decide as lines
from services.clearing.load import load
from services.clearing.model.due import (
    BeginPeriod,
    IssueStatement,
    PayInstitutions,
    RetryLine,
    SortMonths,
    WriteChunk,
)
from services.clearing.model.known import Kind, Known
from services.clearing.months import decide as month
from services.clearing.save import save
from services.clearing.statements import decide as confirmations
from services.clearing.statements import payments
from shared.bus.message import NOTHING, Changes, Decision, Message
from shared.bus.service import Key, Keys, Tx
from shared.errors import refuse
from shared.messages.body import CancelRequest
from shared.messages.clearing.confirmations import WithdrawConfirmation
from shared.messages.clearing.months import ClaimAdvances, ConfirmStatement, ReportPayment
from shared.messages.enrollment.registers import AgreementSigned, CenterRegistered, InstitutionPublished
from shared.messages.settlement.visits import CasePageReceived, SettlementCompleted, SettlementReversed


class Rule(NamedTuple):
    """What a message needs to know, and what decides it."""

    keys: Callable[[Any], Iterable[Key]]
    decide: Callable[[Known, Message, Any], Decision]


def _no_keys(body: object) -> Iterable[Key]:
    return ()


def _settlement_keys(body: SettlementCompleted) -> Iterable[Key]:
    return ((Kind.AREA, body.insured_area),)


def _reversal_keys(body: SettlementReversed | RetryLine) -> Iterable[Key]:
    return (
        (Kind.AREA, body.insured_area),
        (Kind.INSTITUTION, body.institution_id),
        (Kind.SETTLEMENT, body.settlement_id),
        (Kind.UNAGREED, body.settlement_id),
    )


def _retry_keys(body: RetryLine) -> Iterable[Key]:
    return (*_reversal_keys(body), (Kind.UNAGREED, body.line_id))


def _agreement_keys(body: BeginPeriod | SortMonths) -> Iterable[Key]:
    return ((Kind.AGREEMENT, body.agreement_id),)


def _signing_keys(body: AgreementSigned) -> Iterable[Key]:
    yield Kind.AGREEMENT, body.agreement_id
    yield Kind.CENTER, body.insured_center
    yield Kind.CENTER, body.treatment_center


def _paying_keys(body: PayInstitutions) -> Iterable[Key]:
    yield Kind.AGREEMENT, body.agreement_id
    for due in body.dues:
        yield Kind.TOLD, due.institution_id


def _claim_keys(body: ClaimAdvances) -> Iterable[Key]:
    yield Kind.CLAIMANT, body.institution_id
    yield Kind.CLAIM, body.claim_id
    for line in body.lines:
        yield Kind.SETTLEMENT, line.settlement_id


def _confirm_keys(body: ConfirmStatement) -> Iterable[Key]:
    yield Kind.STATEMENT, body.statement_id
    yield Kind.CENTER, body.center_id
    for disputed in body.disputed:
        yield Kind.LINE, disputed.line_id


def _withdrawal_keys(body: WithdrawConfirmation) -> Iterable[Key]:
    return (Kind.STATEMENT, body.statement_id), (Kind.CENTER, body.center_id)


def _payment_keys(body: ReportPayment) -> Iterable[Key]:
    return (Kind.STATEMENT_TO_PAY, body.statement_id), (Kind.CENTER, body.center_id)


def _batch_keys(body: WriteChunk | IssueStatement) -> Iterable[Key]:
    return ((Kind.STATEMENT, body.statement_id),)


def _keep_request(known: Known, message: Message, body: CancelRequest) -> Decision:
    return Decision(answer=refuse("NOT_CANCELLABLE", body.original_id))


_RULES: dict[type[Any], Rule] = {
    InstitutionPublished: Rule(_no_keys, registers.keep_copy),
    CenterRegistered: Rule(_no_keys, registers.keep_copy),
    AgreementSigned: Rule(_signing_keys, registers.sign_agreement),
    CasePageReceived: Rule(_no_keys, registers.keep_copy),
    SettlementCompleted: Rule(_settlement_keys, lines.enter_settlement),
    SettlementReversed: Rule(_reversal_keys, lines.enter_reversal),
    ClaimAdvances: Rule(_claim_keys, claims.claim_advances),
    ConfirmStatement: Rule(_confirm_keys, confirmations.confirm_statement),
    WithdrawConfirmation: Rule(_withdrawal_keys, confirmations.withdraw_confirmation),
    ReportPayment: Rule(_payment_keys, payments.report_payment),
    CancelRequest: Rule(_no_keys, _keep_request),
    RetryLine: Rule(_retry_keys, lines.retry_line),
    BeginPeriod: Rule(_agreement_keys, registers.begin_period),
    SortMonths: Rule(_agreement_keys, month.sort_months),
    WriteChunk: Rule(_batch_keys, month.write_chunk),
    IssueStatement: Rule(_batch_keys, month.issue_statement),
    PayInstitutions: Rule(_paying_keys, month.pay_institutions),
}


class ClearingDecider:
    """What clearing supplies to the shell; facts that it does not need change nothing."""

    def keys(self, message: Message) -> Iterable[Key]:
        """The rows a message needs."""
        rule = _RULES.get(type(message.body))
        return rule.keys(message.body) if rule else ()

    async def load(self, tx: Tx, keys: Keys) -> Known:
        """What a batch needs to know."""
        return await load(tx, keys)

    def decide(self, known: Known, message: Message) -> Decision:
        """The decision on one message."""
        rule = _RULES.get(type(message.body))
        return rule.decide(known, message, message.body) if rule else NOTHING

    def apply(self, known: Known, change: Any) -> None:
        """Lets the next message see a change."""
        known.apply(change)

    async def save(self, tx: Tx, changes: Changes) -> None:
        """Writes a batch."""
        await save(tx, changes)
