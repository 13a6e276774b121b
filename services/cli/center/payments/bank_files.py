"""A center's files for and from its bank: the runs as they were sent, and the bank's statements as they came.

They are the desk's memory of what went out. Who did not give a run to the bank after all removes its two
files: the orders then stand in the next run.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeVar

from shared.bank.camt import read_camt
from shared.bank.entry import BankStatement, Entry
from shared.bank.pain import pain_bytes
from shared.bank.payment import PaymentOrder
from shared.bank.run import PaymentRun, read_run_csv, run_csv
from shared.bank.statement_csv import read_statement_csv
from shared.findings import Finding, InvalidFileError

MOST_BYTES = 32 * 2**20
T = TypeVar("T")


class RunFiles(NamedTuple):
    """A run's files (拨付文件): for the bank, and as a table."""

    xml: Path
    csv: Path


class BankFiles:
    """What lies in a center's folder: `runs` and `bank`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runs, self._statements = folder / "runs", folder / "bank"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps other runs out while one is made, or one order would stand in two files for the bank.

        Raises BlockingIOError while another process makes one; the lock ends with its process.
        """
        self._runs.mkdir(parents=True, exist_ok=True)
        with (self._runs / ".lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def sent(self) -> list[PaymentOrder]:
        """All orders of the runs. Raises InvalidFileError for a run that was changed."""
        return [one for path in sorted(self._runs.glob("*.csv")) for one in _read(path, read_run_csv)]

    def keep_run(self, run: PaymentRun) -> RunFiles:
        """Writes a run; it counts as sent once its table is there, which comes last."""
        files = RunFiles(*(self._runs / f"{run.head.message_id}.{kind}" for kind in RunFiles._fields))
        _put(files.xml, pain_bytes(run))
        _put(files.csv, run_csv(run))
        return files

    def entries(self) -> list[Entry]:
        """The entries of all statements kept. Raises InvalidFileError for one that was changed."""
        found = [one for path in sorted(self._statements.glob("[!.]*")) for one in _read(path, read_bank)]
        return [entry for statement in found for entry in statement.entries]

    def keep_statement(self, data: bytes) -> bool:
        """Keeps a bank's file; False if this very file was kept before."""
        path = self._statements / f"{sha256(data).hexdigest()[:32]}.{'xml' if _is_xml(data) else 'csv'}"
        is_new = not path.exists()
        if is_new:
            _put(path, data)
        return is_new


def read_file(path: Path) -> bytes:
    """A bank's file, read whole. Raises InvalidFileError for one that is too large, OSError for none."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InvalidFileError([Finding("", "文件不得超过 32 MiB", "must not be larger than 32 MiB")])
    return data


def read_bank(data: bytes) -> list[BankStatement]:
    """The statements of a bank's file, camt.053 or CSV. Raises InvalidFileError."""
    return read_camt(data) if _is_xml(data) else read_statement_csv(data)


def _is_xml(data: bytes) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _read(path: Path, read: Callable[[bytes], list[T]]) -> list[T]:
    try:
        return read(path.read_bytes())
    except InvalidFileError as error:
        raise InvalidFileError(
            one._replace(place=f"{path.name}: {one.place}") for one in error.findings
        ) from None


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(data)
    fresh.replace(path)
