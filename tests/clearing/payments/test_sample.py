"""The register of accounts that comes with the product names every party of the sample."""

import csv
from pathlib import Path

import services
from services.clearing.payments.accounts import read_accounts

SERVICES = Path(services.__file__).parent


def test_each_center_and_institution_of_the_sample_has_an_account() -> None:
    holders = read_accounts((SERVICES / "clearing" / "sample" / "accounts.csv").read_bytes())
    for name, column in (("centers", "center_id"), ("institutions", "institution_id")):
        text = (SERVICES / "enrollment" / "sample" / f"{name}.csv").read_text("utf-8-sig")
        for row in csv.DictReader(text.splitlines()):
            assert holders[row[column]].name == row["name"]
