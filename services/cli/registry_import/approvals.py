"""`approvals.csv`: who drafted and who approved each policy of the folder (双人复核)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from services.cli.registry_import.origin import NAME_OFFICERS, Entry, FileContent, FileFault
from services.cli.registry_import.policies import PolicyVersion, read_policies
from services.cli.registry_import.rows import Cell, code, read_row, repeated
from services.cli.registry_import.table import Row, read_rows, sheets_of
from shared.messages.body import Body, Identifier
from shared.messages.enrollment.policy_versions import ApprovePolicy, DraftPolicy, policy_digest

NAME = "approvals"
FILE = f"{NAME}.csv"


class Approval(Body):
    """A row: the two officers of a policy version; `file` and `line` are where it stands."""

    policy_id: Identifier
    drafted_by: Identifier
    approved_by: Identifier
    file: str = FILE
    line: int = 0


COLUMNS: dict[str, Cell] = {"policy_id": code, "drafted_by": code, "approved_by": code}


def read_four_eyes(folder: Path) -> tuple[FileContent, list[list[Entry]]]:
    """What drafts the folder's policies, and what approves each exactly as its file says it.

    In turns, for a policy is approved after the one in whose place it comes.

    Policies and rows are compared once all of them can be read: before, one fault would be told as two.
    """
    versions, faults = read_policies(folder)
    approvals, faulty_rows = _read_approvals(folder)
    faults = [*faults, *faulty_rows] or _unmatched(versions, approvals)
    if faults:
        return FileContent(faults=faults), [[]]
    drafts = [_draft(version, approvals[version.policy_id]) for version in versions]
    return FileContent(drafts), [
        [_approval(version, approvals[version.policy_id]) for version in turn] for turn in _turns(versions)
    ]


def _turns(versions: Sequence[PolicyVersion]) -> list[list[PolicyVersion]]:
    """In each turn, what replaces nothing that is still to come; two that replace each other come last."""
    turns: list[list[PolicyVersion]] = []
    left = list(versions)
    while left or not turns:
        to_come = {version.policy_id for version in left}
        turn = [version for version in left if version.replaces not in to_come] or left
        turns.append(turn)
        left = [version for version in left if version not in turn]
    return turns


def _read_approvals(folder: Path) -> tuple[dict[str, Approval], list[FileFault]]:
    approvals: dict[str, Approval] = {}
    faults: list[FileFault] = []
    lines: dict[tuple[str, ...], int] = {}
    for path in sheets_of(folder, NAME):
        for row in read_rows(path, path.name, tuple(COLUMNS)):
            read = row if isinstance(row, FileFault) else _read_approval(row, path.name, lines)
            if isinstance(read, Approval):
                approvals[read.policy_id] = read
            else:
                faults += [read] if isinstance(read, FileFault) else read
    return approvals, faults


def _read_approval(row: Row, file: str, lines: dict[tuple[str, ...], int]) -> Approval | list[FileFault]:
    read = read_row(Approval, COLUMNS, row, file)
    if isinstance(read, list):
        return read
    faults = repeated(lines, (read.policy_id,), row, file)
    if read.drafted_by == read.approved_by:
        zh, en = "起草人与复核人是同一人", "is the officer who drafted it"
        faults.append(FileFault(file, row.line, "approved_by", zh, en, NAME_OFFICERS))
    return faults or read.model_copy(update={"file": file, "line": row.line})


def _unmatched(versions: Sequence[PolicyVersion], approvals: Mapping[str, Approval]) -> list[FileFault]:
    """Policies that no row names, and rows that name no policy of the folder."""
    zh, en = f"{FILE} 中没有此政策", f"has no row in {FILE}"
    faults = [
        FileFault(version.file, version.line, "policy_id", zh, en, NAME_OFFICERS)
        for version in versions
        if version.policy_id not in approvals
    ]
    given = {version.policy_id for version in versions}
    zh, en = "没有此编号的政策文件", "is the id of no policy file"
    rows = [row for policy_id, row in approvals.items() if policy_id not in given]
    return [*faults, *(FileFault(row.file, row.line, "policy_id", zh, en) for row in rows)]


def _draft(version: PolicyVersion, row: Approval) -> Entry:
    body = DraftPolicy(policy_id=version.policy_id, policy=version.policy, officer=row.drafted_by)
    return Entry(body, version.file, version.line)


def _approval(version: PolicyVersion, row: Approval) -> Entry:
    digest = policy_digest(version.policy)
    approval = ApprovePolicy(policy_id=version.policy_id, officer=row.approved_by, sha256=digest)
    return Entry(approval, row.file, row.line)
