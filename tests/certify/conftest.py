"""One sandbox for all tests of certification, made by the command itself; and one broker of a vendor's."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from services.cli.certify.vendor_broker import vendor_broker
from shared.certify.play.certification import Brokers
from shared.settings import Settings
from shared.stack import at_work
from shared.stack.watch.detached import end
from tests.given.pages import CERTIFY, run

NODE, PARTITIONS, FIRST_DAY = "vendor", 2, "2026-03-26"


@pytest.fixture(scope="package")
def place() -> Iterator[Path]:
    """The folder of the sandbox; what runs in it is stopped at the end."""
    with TemporaryDirectory(prefix="yidi-certify-") as folder:
        place = Path(folder)
        yield place
        end(Settings(home=place / "home", kafka=None, postgres=None))


@pytest.fixture(scope="package")
def sandbox(place: Path) -> Settings:
    """The sandbox with the sample and a node of its own, near the month's end; gives its settings."""
    run(f"{CERTIFY[0]} --to {FIRST_DAY}", place, YIDI_PARTITIONS=str(PARTITIONS))
    return Settings(home=place / "home", kafka=None, postgres=None, partitions=PARTITIONS)


@pytest.fixture(scope="package")
def vendor(place: Path) -> Iterator[Future[str]]:
    """The vendor's broker, which starts while the sandbox does."""
    own = Settings(home=place / "vendor", kafka=None, postgres=None)
    with ThreadPoolExecutor(1) as thread, ExitStack() as opened:
        yield thread.submit(opened.enter_context, vendor_broker(own, PARTITIONS))


@pytest.fixture(scope="package")
def brokers(vendor: Future[str], sandbox: Settings) -> Brokers:
    """The vendor's broker and the real one."""
    return Brokers(vendor.result(), at_work(sandbox).kafka, PARTITIONS)
