"""A synthetic golden example of every message version, made from its model; all names are invented."""

import types
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from shared.messages.body import Body

# The first day after a period that is not empty.
_ENDED = date(2026, 3, 3)
_ENDS = {
    "covered_until": _ENDED,
    "in_force_until": _ENDED,
    "posted_until": _ENDED,
    "qualified_until": _ENDED,
    "valid_until": _ENDED,
    "until_on": _ENDED,
    "ends_on": _ENDED,
    "revoked_on": _ENDED,
}
_BY_NAME: dict[str, Any] = {
    "person_id": "person-0001",
    "visit_id": "visit-0001",
    "institution_id": "H51010000001",
    "other_institution_id": "H51010000002",
    "certificate_issuer_id": "H51190000001",
    "node_id": "hospital-a",
    "center_id": "510000",
    "bank_code": "999000000001",
    "payer": "511900",
    "insured_area": "511900",
    "pooling_area": "511900",
    "held_area": "410100",
    "held_scheme": "390",
    "treatment_pool": "510100",
    "insured_center": "511900",
    "treatment_area": "510100",
    "treatment_center": "510100",
    "destination_area": "510100",
    "referred_from": "510100",
    "acting_agency": "510100",
    "area": "510100",
    "whose": "510100",
    "scheme": "390",
    "policy_id": "511900-390-2023",
    "month": "2026-03",
    "year": 2026,
    "set_version": 2,
    "first_month": "2026-01",
    "months": 2,
    "category": "09",
    "quantity": "2",
    "price": "12.3456",
    "price_limit": "10",
    "item": "drug-0001",
    "line": "line-1",
    "sha256": "0" * 64,
    "csv_sha256": "0" * 64,
    "root": "0" * 64,
    "sealed": "k1." + "A" * 80,
    "credential_id": "0" * 32,
    "birth_month": "1980-02",
    "cut_off_day": 0,
    "declare_by_day": 20,
    "year_close": "03-31",
    "ratio_bp": 6000,
    "pre_self_pay_bp": 1000,
    "lines": 1,
    "group": "ES31",
    "weight": "0.9153",
    "chunks": 1,
    "number": 0,
    "code": "OK",
    **_ENDS,
    "policy": {"version": 1, "policy_id": "511900-390-2023"},
}
_BY_TYPE: dict[Any, Any] = {
    str: "sample",
    int: 100,
    bool: False,
    date: date(2026, 3, 2),
}


def example(kind: type[Body]) -> Body:
    """One valid message of this kind, always the same."""
    return kind(**{name: _value(name, field) for name, field in kind.model_fields.items()})


def _value(name: str, field: FieldInfo) -> Any:
    by_name = _BY_NAME.get(name)
    if by_name is not None and _fits(by_name, field.annotation):
        return by_name
    return _of(field.annotation, name)


def _fits(value: Any, annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return any(_fits(value, part) for part in get_args(annotation))
    wanted = origin or annotation
    return wanted is Annotated or (isinstance(wanted, type) and isinstance(value, wanted))


def _of(annotation: Any, name: str) -> Any:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _BY_NAME.get(name, _of(inner[0], name))
    if origin is Literal:
        return inner[0]
    if origin in (Union, types.UnionType):
        return _of(inner[0], name)
    if origin is tuple:
        return (_of(inner[0], name.removesuffix("s")),)
    if origin is dict:
        return {_BY_NAME.get("category") if inner[0] is not str else "sample": _of(inner[1], name)}
    if isinstance(annotation, type) and issubclass(annotation, Body):
        return example(annotation)
    return _BY_TYPE[annotation]
