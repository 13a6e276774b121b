"""Reads a center's list of bank accounts (账户登记表): of the institutions that it pays, and of centers whose
account is another one than the register's.
"""

import csv
from io import StringIO

from pydantic import ValidationError

from shared.bank.payment import Holder
from shared.findings import Finding, InvalidFileError, form_findings

COLUMNS = ("party", "name", "account", "bank", "bank_code")
MOST_BYTES = 16 * 2**20
_COLUMNS_OF = {"name": "name", "account": "account", "bank_name": "bank", "bank_code": "bank_code"}


def read_accounts(data: bytes) -> dict[str, Holder]:
    """The accounts by the codes of their parties: UTF-8, one row a party, the columns in any order.

    Raises InvalidFileError with each row that cannot be, as LINE.COLUMN.
    """
    rows = csv.DictReader(StringIO(_text(data), newline=""), strict=True)
    try:
        if sorted(rows.fieldnames or ()) != sorted(COLUMNS):
            names = ",".join(COLUMNS)
            raise InvalidFileError([Finding("1", f"列应为 {names}", f"the columns must be {names}")])
        numbered = [(rows.line_num, row) for row in rows]
    except csv.Error as error:
        fault = Finding(f"{rows.line_num}", f"不是有效的CSV：{error}", f"is not CSV: {error}")
        raise InvalidFileError([fault]) from None
    return _holders(numbered)


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise InvalidFileError([Finding("", "文件不得超过 16 MiB", "must not be larger than 16 MiB")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        fault = Finding("", "不是UTF-8编码，请另存为UTF-8", "is not UTF-8; save it as UTF-8")
        raise InvalidFileError([fault]) from None


def _holders(numbered: list[tuple[int, dict[str, str]]]) -> dict[str, Holder]:
    holders: dict[str, Holder] = {}
    faults: list[Finding] = []
    for line, row in numbered:
        party = row["party"]
        if None in row or None in row.values():
            faults.append(
                Finding(f"{line}", "格数与表头不符", "has another number of cells than the heading")
            )
        elif party in holders:
            faults.append(Finding(f"{line}.party", f"{party} 重复", f"{party} stands twice"))
        else:
            try:
                holders[party] = Holder(**{field: row[name] for field, name in _COLUMNS_OF.items()})
            except ValidationError as error:
                found = form_findings(error)
                faults += [one._replace(place=f"{line}.{_COLUMNS_OF[one.place]}") for one in found]
    if faults:
        raise InvalidFileError(faults)
    return holders
