"""Policy files checked, shown and compared: the words of each member, and the commands' answers."""

import json
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner, Result

from services.cli.main import app
from services.cli.policy.folder import SHIPPED
from shared.benefit.policy.checks import Policy, parse_policy
from shared.benefit.policy.diff import differences
from shared.benefit.policy.members import members
from tests.benefit.given.cases import POLICY, Changes, changed

RESIDENT = (SHIPPED / "511900-390-2023.toml").read_text(encoding="utf-8")
EMPLOYEE_ID, RESIDENT_ID = "511900-310-2023", "511900-390-2023"
FUND = {"deductible_fen": 0, "cap_fen": 5_000, "tiers": {"1": 6_000}}
BANDS = [{"up_to_fen": 3_000_000, "ratio_bp": 6_050}, {"ratio_bp": 7_000}]
FULL = changed(
    POLICY,
    {
        "inpatient.tiers.2甲": {"deductible_fen": 40_000, "bands": BANDS},
        "replaces": "511900-390-2022",
        "calculator": "NATIONAL_HOSTED",
        "retired": {},
        "large_amount": {"ratio_bp": 9_000, "cap_fen": 1},
        "serious_illness": {"deductible_fen": 1, "cap_fen": 1, "bands": BANDS},
        "assistance": {"low_income": {"ratio_bp": 7_000, "deductible_fen": 0, "cap_fen": 1}},
        "outpatient_general": {**FUND, "retired_cap_fen": 6_000},
        "pharmacy": {**FUND, "retired_cap_fen": 6_000},
        "outpatient_chronic": {"M03900": {**FUND, "retired_cap_fen": 6_000}},
    },
)
GIVEN = {"1", "3", "2甲", "low_income", "M03900"}
NAMES = {"tiers", "assistance", "outpatient_chronic"}


def patterns(form: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every member of a form, with * for a name that the policy gives."""
    for name, field in form.model_fields.items():
        place = f"{above}{name}" + (".*" if name in NAMES else "")
        below = [each for each in _types(field.annotation) if issubclass(each, BaseModel)]
        if below and name not in {"bands", "sources"}:
            yield from patterns(below[0], f"{place}.")
        else:
            yield place


def _types(annotation: Any) -> Iterator[type]:
    for part in typing.get_args(annotation) or (annotation,):
        if typing.get_args(part):
            yield from _types(part)
        elif isinstance(part, type):
            yield part


@pytest.mark.requirement("ENR-17")
def test_every_member_of_the_form_has_its_words() -> None:
    named = set()
    for path, member in members(parse_policy(FULL)).items():
        assert all(words and "{" not in words for words in (member.zh, member.en, *member.words)), member
        named.add(".".join("*" if part in GIVEN else part for part in path))
    assert named == set(patterns(Policy))


TIER = "inpatient.tiers.3"
CHRONIC = "outpatient_chronic.M03900"
# change; place, before, after, Chinese, English
DIFFERENCES: list[tuple[Changes, tuple[Any, ...]]] = [
    ({f"{TIER}.ratio_bp": 6_000}, (f"{TIER}.ratio_bp", 6_500, 6_000, "三级医院住院支付比例 65% → 60%",
                                   "inpatient ratio of tier 3: 65% → 60%")),
    ({f"{TIER}.deductible_fen": 65_050}, (f"{TIER}.deductible_fen", 65_000, 65_050,
                                          "三级医院住院起付线 650.00元 → 650.50元",
                                          "inpatient deductible of tier 3: 650.00 yuan → 650.50 yuan")),
    ({"inpatient.tiers.2甲.bands": [{"ratio_bp": 7_000}]},
     ("inpatient.tiers.2甲.bands", BANDS, [{"ratio_bp": 7_000}],
      "2甲级医院住院分段支付比例 至30000.00元 60.5%、以上 70% → 以上 70%",
      "inpatient bands of tier 2甲: 60.5% to 30000.00 yuan, 70% above → 70% above")),
    ({"inpatient.stay_deductible_bp": [10_000]},
     ("inpatient.stay_deductible_bp", [10_000, 5_000], [10_000],
      "历次住院起付线系数 100%、50% → 100%", "deductible by stay of the year: 100%, 50% → 100%")),
    ({"in_force_until": "2029-01-01"},
     ("in_force_until", "2028-01-01", "2029-01-01", "失效日期（不含当日） 2028-01-01 → 2029-01-01",
      "in force until (exclusive): 2028-01-01 → 2029-01-01")),
    ({"out_of_area.unfiled": "refuse"},
     ("out_of_area.unfiled", "cut", "refuse", "未备案 按其他临时外出降低 → 不予直接结算",
      "unfiled care: cut as other temporary → refused")),
    ({f"{CHRONIC}.tiers": {"1": 6_000, "2": 5_000}}, (f"{CHRONIC}.tiers.2", None, 5_000,
                                     "门诊慢特病M03900二级机构支付比例 无 → 50%",
                                     "chronic disease M03900 ratio of tier 2: none → 50%")),
    ({f"{CHRONIC}.retired_cap_fen": None},
     (f"{CHRONIC}.retired_cap_fen", 6_000, None, "门诊慢特病M03900退休人员年度限额 60.00元 → 无",
      "chronic disease M03900 retirees' yearly cap: 60.00 yuan → none")),
    ({"pharmacy.cut": True}, ("pharmacy.cut", False, True, "药店适用异地降低 否 → 是",
                              "pharmacy takes the cuts: no → yes")),
]  # fmt: skip


@pytest.mark.requirement("ENR-17")
@pytest.mark.parametrize(("changes", "difference"), DIFFERENCES)
def test_one_change_is_one_difference_told_in_words(changes: Changes, difference: tuple[Any, ...]) -> None:
    assert differences(parse_policy(FULL), parse_policy(changed(FULL, changes))) == [difference]


# change; whether it says something else
SAYS_SOMETHING_ELSE: list[tuple[Changes, bool]] = [
    ({}, False),
    ({"retired": {"ratio_bonus_bp": 0, "own_share_bp": 10_000}}, False),  # the defaults, spelled out
    ({"outpatient_general": {**FUND, "cut": False, "retired_cap_fen": 6_000}}, False),
    ({"outpatient_chronic": {}}, True),
    ({"retired": None}, True),
]


@pytest.mark.parametrize(("changes", "differs"), SAYS_SOMETHING_ELSE)
def test_what_says_the_same_is_no_difference(changes: Changes, differs: bool) -> None:
    assert bool(differences(parse_policy(FULL), parse_policy(changed(FULL, changes)))) == differs


def test_an_empty_chronic_table_is_not_the_same_as_none() -> None:
    # Under the one a chronic bill is refused for its disease, under the other for its kind.
    empty, none = ({**FULL, "outpatient_chronic": {}}, changed(FULL, {"outpatient_chronic": None}))
    [found] = differences(parse_policy(none), parse_policy(empty))
    assert found.place == "outpatient_chronic"


def test_a_comparison_turned_round_names_the_same_places() -> None:
    one, other = parse_policy(FULL), parse_policy(POLICY)
    there = [(found.place, found.before, found.after) for found in differences(one, other)]
    back = [(found.place, found.after, found.before) for found in differences(other, one)]
    assert len(there) > 20
    assert sorted(there, key=str) == sorted(back, key=str)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["policy", *map(str, arguments)], catch_exceptions=False)


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


NO_SOURCE = RESIDENT.replace('sources = [{ document = "001", clause = "(四)" }]', "sources = []")
# content; exit code, errors' places, warnings' places
LINTED: list[tuple[str, int, list[str], list[str]]] = [
    (RESIDENT, 0, [], []),
    (NO_SOURCE.replace("ratio_bp = 6500   ", "ratio_bp = 8000   "), 0, [], ["inpatient.tiers.3", "sources"]),
    (RESIDENT.replace("ratio_bp = 6500   ", "ratio_bp = 500   ").replace("2028", "2022"), 2,
     ["in_force_until", "inpatient.tiers.3.ratio_bp"], []),
    (RESIDENT.replace("[outpatient_general]", "[outpatient]"), 2, ["outpatient"], []),
    ("version = ", 2, [""], []),
]  # fmt: skip


@pytest.mark.requirement("ENR-17")
@pytest.mark.parametrize(("content", "code", "errors", "warnings"), LINTED)
def test_lint_names_every_error_and_warning_with_file_and_place(
    tmp_path: Path, content: str, code: int, errors: list[str], warnings: list[str]
) -> None:
    path = written(tmp_path, "draft.toml", content)
    told, [report] = run("lint", path), json.loads(run("lint", path, "--json").stdout)
    assert told.exit_code == code
    assert (report["file"], report["valid"]) == (str(path), code == 0)
    assert [found["place"] for found in report["errors"]] == errors
    assert [found["place"] for found in report["warnings"]] == warnings
    lines = told.stdout.splitlines()
    assert len(lines) == (len(errors) + len(warnings) or 1)
    assert all(line.startswith(f"{path}: ") for line in lines)
    for place, line in zip(errors + warnings, lines, strict=False):
        assert f": {place}: " in line or not place


def test_lint_goes_on_after_a_file_that_is_not_valid(tmp_path: Path) -> None:
    bad = written(tmp_path, "bad.toml", "version = 1\nscheme = 390a")
    found = run("lint", tmp_path / "nowhere.toml", bad, SHIPPED / f"{RESIDENT_ID}.toml")
    assert found.exit_code == 2
    missing, broken, good = found.stdout.splitlines()
    assert "cannot be read" in missing
    assert "is not TOML" in broken and "line 2" in broken
    assert good.endswith("有效 / valid")


def test_a_key_with_a_line_end_in_it_is_still_told_in_one_line(tmp_path: Path) -> None:
    path = written(tmp_path, "draft.toml", f'"a\\nb" = 1\n{RESIDENT}')
    assert run("lint", path).stdout.splitlines() == [
        f"{path}: 错误 error: a b: 没有这一项 / is not a known key"
    ]
    assert len(run("show", path).stderr.splitlines()) == 1


def test_the_whole_library_passes_lint() -> None:
    found = run("lint", *SHIPPED.glob("*.toml"))
    warned = [line for line in found.stdout.splitlines() if "warning" in line]
    assert (found.exit_code, "error" in found.stdout, len(warned)) == (0, False, 6)
    assert all("003 五" in line for line in warned)  # what tests/benefit/test_policy.py lists


def test_show_takes_a_file_or_the_id_of_a_shipped_policy(tmp_path: Path) -> None:
    path = written(tmp_path, "draft.toml", RESIDENT)
    by_file, by_id = run("show", path), run("show", RESIDENT_ID)
    assert by_file.exit_code == by_id.exit_code == 0
    assert by_file.stdout == by_id.stdout
    for words in ("三级医院住院支付比例", "inpatient ratio of tier 3", "65%", "650.00元", "650.00 yuan"):
        assert words in by_id.stdout
    assert parse_policy(json.loads(run("show", path, "--json").stdout)).policy_id == RESIDENT_ID


def test_show_looks_an_id_up_in_the_folder_it_is_given(tmp_path: Path) -> None:
    written(tmp_path, "draft.toml", RESIDENT.replace(RESIDENT_ID, "draft-2027"))
    assert "draft-2027" in run("show", "draft-2027", "--policies", tmp_path).stdout
    assert run("show", RESIDENT_ID, "--policies", tmp_path).exit_code == 2


UNREADABLE = [
    (("show", "nobody"), "nobody"),
    (("show", "nowhere.toml"), "nowhere.toml"),
    (("show", "twice", "--policies", "{folder}"), "twice"),
    (("diff", RESIDENT_ID, "{folder}/broken.txt"), "broken.txt"),
    (("diff", "nobody", RESIDENT_ID), "nobody"),
    (("show", RESIDENT_ID, "--policies", "{folder}/none"), "none"),
]


@pytest.mark.parametrize(("arguments", "named"), UNREADABLE)
def test_what_cannot_be_read_is_told_in_one_line_and_exits_2(
    tmp_path: Path, arguments: tuple[str, ...], named: str
) -> None:
    written(tmp_path, "broken.txt", RESIDENT.replace('scheme = "390"', 'scheme = "399"'))
    for name in ("a.toml", "b.toml"):
        written(tmp_path, name, RESIDENT.replace(RESIDENT_ID, "twice"))
    found = run(*(argument.format(folder=tmp_path) for argument in arguments))
    assert (found.exit_code, found.stdout, len(found.stderr.splitlines())) == (2, "", 1)
    assert named in found.stderr


def test_diff_tells_each_difference_and_exits_1(tmp_path: Path) -> None:
    draft = written(tmp_path, "draft.toml", RESIDENT.replace("ratio_bp = 6500   ", "ratio_bp = 6000   "))
    found = run("diff", RESIDENT_ID, draft)
    line = (
        "inpatient.tiers.3.ratio_bp: 三级医院住院支付比例 65% → 60% / inpatient ratio of tier 3: 65% → 60%\n"
    )
    assert (found.exit_code, found.stdout) == (1, line)
    [difference] = json.loads(run("diff", RESIDENT_ID, draft, "--json").stdout)["differences"]
    assert (difference["before"], difference["after"]) == (6_500, 6_000)


def test_diff_of_a_policy_with_itself_exits_0() -> None:
    found = run("diff", EMPLOYEE_ID, EMPLOYEE_ID)
    assert (found.exit_code, "the same" in found.stdout) == (0, True)
    assert json.loads(run("diff", EMPLOYEE_ID, EMPLOYEE_ID, "--json").stdout)["differences"] == []


@pytest.mark.parametrize("command", ["lint", "show", "diff"])
def test_the_help_of_each_command_gives_an_example(command: str) -> None:
    found = run(command, "--help")
    assert found.exit_code == 0
    assert f"Example: yidi policy {command}" in found.stdout
