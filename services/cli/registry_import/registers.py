"""The CSV files of the registers: which request a file's rows mean, and what its columns hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from services.cli.registry_import.origin import Entry, FileContent, FileFault
from services.cli.registry_import.rows import (
    Cell,
    day,
    institutions,
    integer,
    read_row,
    repeated,
    several,
    text,
    yes_no,
)
from services.cli.registry_import.table import read_rows
from shared.messages.body import Request
from shared.messages.enrollment.agreements import SignAgreement
from shared.messages.enrollment.issuers import PublishIssuers
from shared.messages.enrollment.qualification import QualifyDisease
from shared.messages.enrollment.registers import (
    BankAccount,
    EnrollPerson,
    PublishInstitution,
    RegisterCenter,
    RegisterNode,
)


class Register(NamedTuple):
    """A file of a register: its name, the request of a row, its columns, which of them name the row, and
    those that a file may lack. A column `a.b` is field `b` of the record `a`.
    """

    file: str
    request: type[Request]
    columns: Mapping[str, Cell]
    key: tuple[str, ...]
    optional: tuple[str, ...] = ()


NODES = Register("nodes.csv", RegisterNode, {"node_id": text, "name": text, "kind": text}, ("node_id",))
_BANK_ACCOUNT = tuple(f"bank_account.{name}" for name in BankAccount.model_fields)
CENTERS = Register(
    "centers.csv",
    RegisterCenter,
    {
        "center_id": text,
        "name": text,
        "node_id": text,
        "operated_by": text,
        **dict.fromkeys(_BANK_ACCOUNT, text),
        "in_force_from": day,
        "in_force_until": day,
    },
    ("center_id",),
    optional=("operated_by", *_BANK_ACCOUNT, "in_force_from", "in_force_until"),
)
INSTITUTIONS = Register(
    "institutions.csv",
    PublishInstitution,
    {
        "institution_id": text,
        "name": text,
        "area": text,
        "tier": text,
        "node_id": text,
        "services": several,
        "status": text,
        "grade": text,
        "applies_from": day,
    },
    ("institution_id",),
    optional=("grade", "applies_from"),
)
AGREEMENTS = Register(
    "agreements.csv",
    SignAgreement,
    {
        "agreement_id": text,
        "insured_area": text,
        "treatment_area": text,
        "schemes": several,
        "insured_center": text,
        "treatment_center": text,
        "funding_mode": text,
        "catalog_mode": text,
        "in_force_from": day,
        "in_force_until": day,
        "prefund_quota_fen": integer,
        "cut_off_day": integer,
        "declare_by_day": integer,
        "claims": text,
        "case_page_required": yes_no,
        "max_delay_months": integer,
        "year_close": text,
        "confirm_working_days": integer,
        "pay_working_days": integer,
        "decide_working_days": integer,
        "investigate_above_fen": integer,
        "interest_owner": text,
        "review": text,
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
    "persons.csv",
    EnrollPerson,
    {
        "person_id": text,
        "scheme": text,
        "insured_area": text,
        "status": text,
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
    "qualifications.csv",
    QualifyDisease,
    {
        "person_id": text,
        "insured_area": text,
        "disease": text,
        "qualified_from": day,
        "qualified_until": day,
    },
    ("person_id", "insured_area", "disease", "qualified_from"),
)
ISSUERS = Register(
    "issuers.csv",
    PublishIssuers,
    {"area": text, "year": integer, "institutions": institutions, "applies_from": day},
    ("area", "year"),
    optional=("applies_from",),
)
REGISTERS = (NODES, CENTERS, INSTITUTIONS, ISSUERS, AGREEMENTS, PERSONS, QUALIFICATIONS)


def read_register(folder: Path, register: Register) -> FileContent:
    """The requests of a register's file; nothing if the folder has no such file."""
    content = FileContent()
    path, lines = folder / register.file, dict[tuple[str, ...], int]()
    columns = tuple(name for name in register.columns if name not in register.optional)
    for row in read_rows(path, register.file, columns, register.optional) if path.is_file() else ():
        if isinstance(row, FileFault):
            content.faults.append(row)
            continue
        read = read_row(register.request, register.columns, row, register.file)
        doubled = repeated(lines, tuple(row.cells.get(name, "") for name in register.key), row, register.file)
        content.faults += read if isinstance(read, list) else doubled
        if not isinstance(read, list):
            content.entries.append(Entry(read, register.file, row.line))
    return content
