"""The files of the registers: which request a file's rows mean, and what its columns hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from services.cli.registry_import.origin import Entry, FileContent, FileFault
from services.cli.registry_import.rows import (
    Cell,
    area,
    bank_code,
    code,
    day,
    institutions,
    integer,
    read_row,
    repeated,
    scheme,
    several,
    text,
    yes_no,
)
from services.cli.registry_import.table import read_rows, sheets_of
from shared.messages.body import Request
from shared.messages.enrollment.agreements import SignAgreement
from shared.messages.enrollment.network.issuers import PublishIssuers
from shared.messages.enrollment.qualification import QualifyDisease
from shared.messages.enrollment.registers import (
    EnrollPerson,
    PublishInstitution,
    RegisterCenter,
    RegisterNode,
)


class Register(NamedTuple):
    """A register's file (登记册): its name, the request of a row, its columns, which of them name the row,
    and those that a file may lack. A column `a.b` is field `b` of the record `a`.
    """

    name: str
    request: type[Request]
    columns: Mapping[str, Cell]
    key: tuple[str, ...]
    optional: tuple[str, ...] = ()


NODES = Register("nodes", RegisterNode, {"node_id": code, "name": text, "kind": code}, ("node_id",))
_BANK_ACCOUNT: dict[str, Cell] = {
    "bank_account.account_name": text,
    "bank_account.account_number": code,
    "bank_account.bank_name": text,
    "bank_account.bank_code": bank_code,
}
CENTERS = Register(
    "centers",
    RegisterCenter,
    {
        "center_id": area,
        "name": text,
        "node_id": code,
        "operated_by": code,
        **_BANK_ACCOUNT,
        "in_force_from": day,
        "in_force_until": day,
    },
    ("center_id",),
    optional=("operated_by", *_BANK_ACCOUNT, "in_force_from", "in_force_until"),
)
INSTITUTIONS = Register(
    "institutions",
    PublishInstitution,
    {
        "institution_id": code,
        "name": text,
        "area": area,
        "tier": code,
        "node_id": code,
        "services": several,
        "status": code,
        "grade": text,
        "applies_from": day,
    },
    ("institution_id",),
    optional=("grade", "applies_from"),
)
AGREEMENTS = Register(
    "agreements",
    SignAgreement,
    {
        "agreement_id": code,
        "insured_area": area,
        "treatment_area": area,
        "schemes": several,
        "insured_center": area,
        "treatment_center": area,
        "funding_mode": code,
        "catalog_mode": code,
        "in_force_from": day,
        "in_force_until": day,
        "prefund_quota_fen": integer,
        "cut_off_day": integer,
        "declare_by_day": integer,
        "claims": code,
        "case_page_required": yes_no,
        "max_delay_months": integer,
        "year_close": code,
        "confirm_working_days": integer,
        "pay_working_days": integer,
        "decide_working_days": integer,
        "investigate_above_fen": integer,
        "interest_owner": code,
        "review": code,
    },
    ("agreement_id", "in_force_from"),
    optional=(
        "insured_center",
        "treatment_center",
        "declare_by_day",
        "claims",
        "case_page_required",
        "max_delay_months",
        "year_close",
        "confirm_working_days",
        "pay_working_days",
        "decide_working_days",
        "investigate_above_fen",
        "interest_owner",
        "review",
    ),
)
PERSONS = Register(
    "persons",
    EnrollPerson,
    {
        "person_id": code,
        "scheme": scheme,
        "insured_area": area,
        "status": code,
        "retired": yes_no,
        "identities": several,
        "covered_from": day,
        "covered_until": day,
        "account_balance_fen": integer,
        "applies_from": day,
        "account_balance_on": day,
    },
    ("person_id", "scheme", "insured_area"),
    optional=("applies_from", "account_balance_on"),
)
QUALIFICATIONS = Register(
    "qualifications",
    QualifyDisease,
    {
        "person_id": code,
        "insured_area": area,
        "disease": code,
        "qualified_from": day,
        "qualified_until": day,
    },
    ("person_id", "insured_area", "disease", "qualified_from"),
)
ISSUERS = Register(
    "issuers",
    PublishIssuers,
    {"area": area, "year": integer, "institutions": institutions, "applies_from": day},
    ("area", "year"),
    optional=("applies_from",),
)
REGISTERS = {
    one.name: one for one in (NODES, CENTERS, INSTITUTIONS, ISSUERS, AGREEMENTS, PERSONS, QUALIFICATIONS)
}


def read_register(folder: Path, register: Register) -> FileContent:
    """The requests of a register's file, CSV or XLSX; nothing if the folder has no such file."""
    content = FileContent()
    for path in sheets_of(folder, register.name):
        _read(path, register, content)
    return content


def _read(path: Path, register: Register, content: FileContent) -> None:
    lines = dict[tuple[str, ...], int]()
    columns = tuple(name for name in register.columns if name not in register.optional)
    for row in read_rows(path, path.name, columns, register.optional):
        if isinstance(row, FileFault):
            content.faults.append(row)
            continue
        read = read_row(register.request, register.columns, row, path.name)
        doubled = repeated(lines, tuple(row.cells.get(name, "") for name in register.key), row, path.name)
        content.faults += read if isinstance(read, list) else doubled
        if not isinstance(read, list):
            content.entries.append(Entry(read, path.name, row.line))
