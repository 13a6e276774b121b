"""`yidi certify --verify`: proves a report that was handed in, and says by whose key it is signed."""

from pathlib import Path

import typer

from shared.certify.report.document import BY_HAND, FINGERPRINT_DIGITS
from shared.certify.report.proof import Proof, ReportError, prove

PASSED, FAILED, UNREADABLE = 0, 1, 2
_MOST_BYTES = 10_000_000


def verify(path: Path, key: str) -> int:
    """Shows what a report proves; its exit code. `key`: the fingerprint that its owner has named."""
    try:
        with path.open("rb") as handle:
            proof = prove(handle.read(_MOST_BYTES))
    except OSError as error:
        typer.echo(f"无法读取 / cannot be read: {path}: {error.strerror}", err=True)
        return UNREADABLE
    except ReportError as error:
        typer.echo(str(error), err=True)
        return FAILED
    typer.echo(_words(proof))
    if proof.by_hand:
        typer.echo(BY_HAND, err=True)
    if key and key.lower() != proof.key:
        typer.echo(f"公钥不符 / signed by another key than {key}", err=True)
        return FAILED
    if not key:
        typer.echo("请以 --key 核对公钥指纹 / compare the key's fingerprint: --key", err=True)
    return PASSED if proof.passed else FAILED


def _words(proof: Proof) -> str:
    outcome = "通过 / passed" if proof.passed else "未通过 / not passed"
    count = f"{proof.passed_cases} / {proof.all_cases} ({proof.passed_cases} of {proof.all_cases})"
    node, began_at = (one.encode(errors="replace").decode() for one in (proof.node, proof.began_at))
    return f"签名有效 / signed by {proof.key}\n{node}  {outcome}  {count}  {began_at}"


def is_fingerprint(text: str) -> bool:
    """Whether a text has the form of a key's fingerprint."""
    return len(text) == FINGERPRINT_DIGITS and set(text.lower()) <= set("0123456789abcdef")
