"""The accounts that come with the product: institutions' in a list, centers' in the register."""

import csv
from pathlib import Path

import pytest

import services
from services.clearing.payments.accounts import read_accounts

SERVICES = Path(services.__file__).parent
REGISTERS = SERVICES / "enrollment" / "sample"


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((REGISTERS / name).read_text("utf-8-sig").splitlines()))


@pytest.mark.requirement("ENR-29")
def test_each_center_and_institution_of_the_sample_has_an_account_of_its_own() -> None:
    holders = read_accounts((SERVICES / "clearing" / "sample" / "accounts.csv").read_bytes())
    numbers = [one.account for one in holders.values()]
    for row in _rows("institutions.csv"):
        assert holders.pop(row["institution_id"]).name == row["name"]
    assert not holders
    for row in _rows("centers.csv"):
        assert row["bank_account.account_name"] == row["name"]
        numbers.append(row["bank_account.account_number"])
    assert len(set(numbers)) == len(numbers)
