"""`yidi policy …`: policy files checked, shown and compared, without any service running."""

import json
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from services.cli.policy import publish as policy_publish
from services.cli.policy.catalogue_effect import catalog_effect
from services.cli.policy.folder import SHIPPED, at_file, read_policy_file, read_policy_folder
from services.cli.policy.province_command import province
from services.cli.policy.table import print_differences, print_policy
from services.cli.simulate.command import simulate
from shared.benefit.policy.checks import policy_warnings
from shared.benefit.policy.collisions import collisions
from shared.benefit.policy.diff import differences
from shared.benefit.policy.form import Policy
from shared.findings import Finding, InvalidFileError

SAME, DIFFERENT, INVALID = 0, 1, 2
"""Exit codes; where nothing is compared, 0 is clean or shown."""

policy = typer.Typer(no_args_is_help=True, help="待遇政策 / benefit policies, as files")
AsJson = Annotated[bool, typer.Option("--json", help="以JSON输出 / print as JSON, one line")]
Folder = Annotated[
    Path | None,
    typer.Option("--policies", help="按编号查找的政策文件夹 / folder in which a POLICY_ID is looked up"),
]
Named = Annotated[
    str, typer.Argument(metavar="FILE|POLICY_ID", help="政策文件或编号 / a policy file, or an id")
]


def register(app: typer.Typer) -> None:
    """Add these commands to the yidi command."""
    app.add_typer(policy, name="policy")


@policy.command()
def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="政策文件 / policy files (TOML)")],
    as_json: AsJson = False,
) -> None:
    """检查政策文件 / Check policy files: every error and warning, with its file and place.

    Errors of form are told first, then those between the keys, those between the files, and warnings. Of two
    for the same place, level and first day one must name the other in `replaces`. Exit 0: valid, perhaps
    with warnings. Exit 2: a file is not valid.

    Example: yidi policy lint draft-2027.toml
    """
    reports = _compared([_linted(path) for path in files])
    if as_json:
        typer.echo(json.dumps(reports, ensure_ascii=False))
    else:
        for line in (line for report in reports for line in _lines(report)):
            typer.echo(_one_line(line))
    raise typer.Exit(SAME if all(report["valid"] for report in reports) else INVALID)


class _Linted(NamedTuple):
    file: str
    policy: Policy | None
    errors: tuple[Finding, ...] = ()

    def report(self) -> dict[str, Any]:
        """What `--json` tells of the file: whether it is valid, and what is wrong with it."""
        warnings = policy_warnings(self.policy) if self.policy else ()
        return {
            "file": self.file,
            "valid": not self.errors,
            "errors": [finding._asdict() for finding in self.errors],
            "warnings": [finding._asdict() for finding in warnings],
        }


def _linted(path: Path) -> _Linted:
    try:
        return _Linted(str(path), read_policy_file(path))
    except InvalidFileError as error:
        return _Linted(str(path), None, error.findings)


def _compared(linted: list[_Linted]) -> list[dict[str, Any]]:
    """The reports, with what only both of two files show."""
    of_file = {one.policy.policy_id: one.file for one in reversed(linted) if one.policy}
    found = collisions(one.policy for one in linted if one.policy)
    faults = {clash.policy.policy_id: _clash(of_file[clash.earlier.policy_id]) for clash in found}
    return [
        one._replace(errors=(faults[one.policy.policy_id],)).report()
        if one.policy and one.policy.policy_id in faults
        else one.report()
        for one in linted
    ]


def _clash(earlier: str) -> Finding:
    zh = f"与 {earlier} 同地同险种同层级同日施行，且未以replaces写明替代"
    return Finding(
        "in_force_from", zh, f"has the place, level and first day of {earlier} and does not replace it"
    )


def _lines(report: dict[str, Any]) -> list[str]:
    file = report["file"]
    lines = [
        f"{file}: {kind}: {Finding(**finding)}"
        for kind, key in (("错误 error", "errors"), ("提示 warning", "warnings"))
        for finding in report[key]
    ]
    return lines or [f"{file}: 有效 / valid"]


def _one_line(text: str) -> str:
    # A key between quotation marks may hold a line's end.
    return " ".join(text.splitlines())


@policy.command()
def show(name: Named, policies: Folder = None, as_json: AsJson = False) -> None:
    """显示一项政策 / Show a policy in tables: every value in words, defaults filled in.

    An id is looked up among the policies that come with the product, or in --policies.
    Exit 0: shown. Exit 2: no such policy, or it is not valid.

    Example: yidi policy show 511900-390-2023
    """
    [found] = _found([name], policies)
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json", exclude_none=True), ensure_ascii=False))
    else:
        print_policy(found)


@policy.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="原政策：文件或编号 / the first: file or id")],
    after: Annotated[str, typer.Argument(metavar="B", help="新政策：文件或编号 / the second: file or id")],
    policies: Folder = None,
    as_json: AsJson = False,
) -> None:
    """比较两项政策 / Compare two policies: each difference in words, with its place, before and after.

    Exit 0: they say the same. Exit 1: they differ. Exit 2: one is not to be found or not valid.

    Example: yidi policy diff 511900-390-2023 draft-2027.toml
    """
    one, other = _found([before, after], policies)
    found = differences(one, other)
    if as_json:
        told = [difference._asdict() for difference in found]
        both = {"before": one.policy_id, "after": other.policy_id, "differences": told}
        typer.echo(json.dumps(both, ensure_ascii=False))
    else:
        print_differences(one.policy_id, other.policy_id, found)
    raise typer.Exit(DIFFERENT if found else SAME)


policy.command()(province)
policy.command()(simulate)
policy.command("catalog-effect")(catalog_effect)
policy_publish.register(policy)


def _found(names: list[str], folder: Path | None) -> list[Policy]:
    try:
        return [_read(name, folder or SHIPPED) for name in names]
    except InvalidFileError as error:
        typer.echo(_one_line(str(error)), err=True)
        raise typer.Exit(INVALID) from None


def _read(name: str, folder: Path) -> Policy:
    path = Path(name)
    if path.is_file() or path.suffix == ".toml":
        try:
            return read_policy_file(path)
        except InvalidFileError as error:
            raise at_file(path, error) from None
    versions = read_policy_folder(folder).get(name, [])
    if len(versions) == 1:
        return versions[0]
    zh, en = (
        ("编号重复", "stands there twice") if versions else ("没有此编号的政策", "has no policy of this id")
    )
    raise InvalidFileError([Finding(f"{folder}: {name}", zh, en)])
