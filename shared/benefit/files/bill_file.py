"""Bills as they stand in files: the form of a bill file, read into the engine's Bill."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from shared.benefit.bill import Amounts, Bill, PartsBefore, VisitKind, YearToDate, check
from shared.benefit.lines import Level, Line, split_lines
from shared.benefit.policy.checks import InvalidPolicyError, Policy, parse_policy
from shared.benefit.policy.form import Bp, Fen, FilingUsed, IsoDate
from shared.findings import Finding, InvalidFileError, form_findings
from shared.money import price_e6, quantity_e4

Policies = Mapping[str, Sequence[Policy]]
"""The policies at hand by policy_id; an id that stands twice settles no bill."""


class InvalidBillFileError(InvalidFileError):
    """A bill file is not valid; `bill_id` is the bill's, where it could be read."""

    def __init__(self, bill_id: str | None, findings: Sequence[Finding]) -> None:
        super().__init__(findings)
        self.bill_id = bill_id


def _quantity(value: object) -> int:
    try:
        return quantity_e4(value) if isinstance(value, str) else quantity_e4("")
    except ValueError:
        raise PydanticCustomError("quantity_form", "not a quantity") from None


def _price(value: object) -> int:
    try:
        return price_e6(value) if isinstance(value, str) else price_e6("")
    except ValueError:
        raise PydanticCustomError("price_form", "not a price") from None


_Quantity = Annotated[int, BeforeValidator(_quantity)]
_Price = Annotated[int, BeforeValidator(_price)]
_Id = Annotated[str, Field(min_length=1)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class _Person(_Form):
    retired: bool
    identities: list[str]


class _YearToDate(_Form):
    stays: Annotated[int, Field(ge=0, le=10_000)] = 0
    pool_paid_fen: Fen = 0
    large_amount_paid_fen: Fen = 0
    serious_illness_base_fen: Fen = 0
    serious_illness_paid_fen: Fen = 0
    assistance_base_fen: Fen = 0
    assistance_paid_fen: Fen = 0
    outpatient_deductible_paid_fen: Fen = 0
    outpatient_paid_fen: Fen = 0


class _Transfer(_Form):
    deductible_paid_fen: Fen


class _Interim(_Form):
    deductible_left_fen: Fen
    in_scope_fen: Fen = 0
    deductible_paid_fen: Fen = 0


class _Account(_Form):
    use: bool
    balance_fen: Fen


class _Amounts(_Form):
    total_fen: Fen
    full_self_pay_fen: Fen
    over_limit_fen: Fen
    pre_self_pay_fen: Fen


class _Line(_Form):
    item: str
    category: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-4])$")]
    level: Level
    quantity: _Quantity
    price: _Price
    price_limit: _Price | None = None
    pre_self_pay_bp: Bp = 0


class _BillForm(_Form):
    bill_id: _Id
    policy_id: _Id | None = None
    policy: dict[str, Any] | None = None
    kind: VisitKind
    disease: _Id | None = None
    treatment_area: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    hospital_tier: str
    service_on: IsoDate
    settled_on: IsoDate
    person: _Person
    filing: FilingUsed
    year_to_date: _YearToDate = _YearToDate()
    transfer: _Transfer | None = None
    interim: _Interim | None = None
    account: _Account | None = None
    amounts: _Amounts | None = None
    lines: list[_Line] | None = None


def read_bill(text: str | bytes, policies: Policies) -> tuple[Policy, Bill]:
    """One bill object in JSON, with the policy it names or carries.

    Raises InvalidBillFileError; a faulty policy inside the bill is told before the bill's own faults.
    """
    try:
        form = _BillForm.model_validate_json(text)
    except ValidationError as error:
        raise _unreadable(text, form_findings(error)) from None
    try:
        policy = _policy_of(form, policies)
        bill = _bill_of(form)
        check(bill)
    except InvalidFileError as error:
        raise InvalidBillFileError(form.bill_id, error.findings) from None
    return policy, bill


def _unreadable(text: str | bytes, findings: Sequence[Finding]) -> InvalidBillFileError:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        return InvalidBillFileError(None, findings)
    bill_id = raw.get("bill_id")
    try:
        if isinstance(raw.get("policy"), dict):
            _parsed(raw["policy"])
    except InvalidFileError as error:
        findings = error.findings
    return InvalidBillFileError(_writable(bill_id) if isinstance(bill_id, str) else None, findings)


def _writable(text: str) -> str:
    # JSON can spell half a character, which no encoding can write.
    return text.encode("utf-8", "backslashreplace").decode()


def _parsed(mapping: Mapping[str, Any]) -> Policy:
    try:
        return parse_policy(mapping)
    except InvalidPolicyError as error:
        inside = [finding._replace(place=_writable(f"policy.{finding.place}")) for finding in error.findings]
        raise InvalidFileError(inside) from None


@lru_cache(maxsize=64)
def _parsed_once(text: str) -> Policy:
    """The bills of a file often carry the same policy, which costs more to read than they do."""
    return _parsed(json.loads(text))


def _policy_of(form: _BillForm, policies: Policies) -> Policy:
    if form.policy is not None and form.policy_id is None:
        return _parsed_once(json.dumps(form.policy))
    if form.policy_id is None or form.policy is not None:
        zh, en = "policy_id 与 policy 必须且只能有一项", "needs either policy_id or policy, not both"
        raise InvalidFileError([Finding("policy_id", zh, en)])
    known = policies.get(form.policy_id, ())
    if len(known) != 1:
        zh, en = ("该政策有两份", "two policies have this id") if known else ("无此政策", "no such policy")
        raise InvalidFileError([Finding("policy_id", f"{zh}：{form.policy_id}", f"{en}: {form.policy_id}")])
    return known[0]


def _bill_of(form: _BillForm) -> Bill:
    if (form.amounts is None) == (form.lines is None):
        zh, en = "amounts 与 lines 必须且只能有一项", "needs either amounts or lines, not both"
        raise InvalidFileError([Finding("amounts", zh, en)])
    by_category = None
    if form.amounts is not None:
        sums = form.amounts
        amounts = Amounts(sums.total_fen, sums.full_self_pay_fen, sums.over_limit_fen, sums.pre_self_pay_fen)
    else:
        _, amounts, by_category = split_lines(map(_line_of, form.lines or ()))
    account = form.account
    return Bill(
        bill_id=form.bill_id,
        kind=form.kind,
        hospital_tier=form.hospital_tier,
        service_on=form.service_on,
        filing=form.filing,
        amounts=amounts,
        by_category=by_category,
        disease=form.disease,
        retired=form.person.retired,
        identities=tuple(form.person.identities),
        year_to_date=YearToDate(**form.year_to_date.__dict__),
        transfer_paid_fen=form.transfer.deductible_paid_fen if form.transfer else None,
        account_fen=account.balance_fen if account and account.use else 0,
        deductible_left_fen=form.interim.deductible_left_fen if form.interim else None,
        parts_before=_parts_of(form.interim) if form.interim else PartsBefore(),
    )


def _parts_of(interim: _Interim) -> PartsBefore:
    return PartsBefore(interim.in_scope_fen, interim.deductible_paid_fen)


def _line_of(line: _Line) -> Line:
    return Line(line.category, line.level, line.quantity, line.price, line.price_limit, line.pre_self_pay_bp)
