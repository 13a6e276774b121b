"""The files of the registers: which request a file's rows mean, and what its columns hold."""

from array import array
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from services.cli.registry_import.origin import MOST_FAULTS, FileContent, FileFault, too_many
from services.cli.registry_import.pages.row_pages import PageRequest, RowEntries
from services.cli.registry_import.rows import (
    Cell,
    area,
    bank_code,
    code,
    day,
    institutions,
    integer,
    read_row,
    scheme,
    several,
    stands_twice,
    text,
    yes_no,
)
from services.cli.registry_import.sheets.local_codes import NATIONAL, LocalCodes
from services.cli.registry_import.table import read_rows, sheets_of
from shared.messages.body import Request
from shared.messages.enrollment.agreements import SignAgreement
from shared.messages.enrollment.network.agencies import RegisterAgency
from shared.messages.enrollment.network.issuers import PublishIssuers
from shared.messages.enrollment.network.pooling import SetPooling
from shared.messages.enrollment.qualification import QualifyDisease
from shared.messages.enrollment.register_pages import EnrollPersons, PublishInstitutions
from shared.messages.enrollment.registers import (
    EnrollPerson,
    PublishInstitution,
    RegisterCenter,
    RegisterNode,
)


class Register(NamedTuple):
    """A register's file (登记册): its name, the request of a row, its columns, which of them name the row,
    those that a file may lack, and the request of many rows. A column `a.b` is field `b` of the record `a`.
    """

    name: str
    request: type[Request]
    columns: Mapping[str, Cell]
    key: tuple[str, ...]
    optional: tuple[str, ...] = ()
    page: PageRequest | None = None


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
AGENCIES = Register(
    "agencies",
    RegisterAgency,
    {
        "agency_id": code,
        "name": text,
        "level": code,
        "area": area,
        "under_agency_id": code,
        "node_id": code,
        "roles": several,
        "operated_by": code,
    },
    ("agency_id",),
    optional=("operated_by",),
)
POOLING = Register(
    "pooling",
    SetPooling,
    {"area": area, "scheme": scheme, "pooling_area": area, "applies_from": day, "under_province": yes_no},
    ("area", "scheme", "applies_from"),
    optional=("under_province",),
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
    page=PublishInstitutions,
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
        "review_delegated": yes_no,
        "institutions": institutions,
        "follows_agreement_id": code,
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
        "review_delegated",
        "institutions",
        "follows_agreement_id",
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
        "ended_because": code,
    },
    ("person_id", "scheme", "insured_area"),
    optional=("applies_from", "account_balance_on", "ended_because"),
    page=EnrollPersons,
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
_ALL = (NODES, CENTERS, AGENCIES, POOLING, INSTITUTIONS, ISSUERS, AGREEMENTS, PERSONS, QUALIFICATIONS)
REGISTERS = {one.name: one for one in _ALL}


def read_register(
    folder: Path, register: Register, local: LocalCodes = NATIONAL, kept: RowEntries | None = None
) -> FileContent:
    """The requests of a register's file, CSV or XLSX; nothing if the folder has no such file.

    An area's own codes in it are read as what they stand for. What the rows mean is kept in `kept`.
    """
    for path in sheets_of(folder, register.name):
        return _read(_Sheet(path, register, local), kept_rows(path, register) if kept is None else kept)
    return FileContent()


def kept_rows(path: Path, register: Register) -> RowEntries:
    """Where the rows of a register's file are kept."""
    return RowEntries(path.name, register.request, register.page)


class _Sheet(NamedTuple):
    path: Path
    register: Register
    local: LocalCodes

    def forms(self) -> Iterator[tuple[int, Request | list[FileFault]]]:
        (file, register), name = self[:2], self.path.name
        columns = tuple(column for column in register.columns if column not in register.optional)
        for row in read_rows(file, name, columns, register.optional):
            if isinstance(row, FileFault):
                yield row.line, [row]
                continue
            meant = row._replace(cells=self.local.national(row.cells))
            yield row.line, read_row(register.request, register.columns, meant, name)


def _read(sheet: _Sheet, kept: RowEntries) -> FileContent:
    """Checks every row; of the rows it keeps no more than a number each."""
    content, register = FileContent(), sheet.register
    keys, subjects = array("q"), array("q")
    for line, read in sheet.forms():
        if not isinstance(read, Request):
            content.faults += read
            if len(content.faults) >= MOST_FAULTS:
                content.faults = [*content.faults[: MOST_FAULTS - 1], too_many(sheet.path.name, line)]
                return content
            continue
        kept.add(line, read)
        keys.append(hash(_key(register, read)))
        subjects.append(hash(getattr(read, register.key[0])))
        content.named |= _named(register, read)
    content.named |= _twice(subjects)
    if twice := _twice(keys):
        content.faults += _repeated(sheet, twice)
        content.faults.sort(key=lambda fault: fault.line)
    kept.written()
    content.entries = kept
    return content


def _key(register: Register, read: Request) -> tuple[str, ...]:
    return tuple(str(getattr(read, name)) for name in register.key)


def _named(register: Register, read: Request) -> set[int]:
    """What a row names of another file."""
    if register is QUALIFICATIONS:
        return {hash(read.key)}
    return (
        {hash(one.institution_id) for one in read.institutions}
        if isinstance(read, PublishIssuers | SignAgreement)
        else set()
    )


def _twice(hashes: "array[int]") -> set[int]:
    return {one for one, other in pairwise(sorted(hashes)) if one == other}


def _repeated(sheet: _Sheet, twice: set[int]) -> Iterator[FileFault]:
    lines = dict[tuple[str, ...], int]()
    for line, read in sheet.forms():
        if isinstance(read, Request) and hash(key := _key(sheet.register, read)) in twice:
            first = lines.setdefault(key, line)
            if first != line:
                yield stands_twice(key, first, line, sheet.path.name)
