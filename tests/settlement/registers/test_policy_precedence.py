"""Which of several policies that overlap is in force, as a table; and the same from any order of arrival."""

from datetime import date
from itertools import permutations

import pytest

from shared.benefit.policy.book import PolicyBook, PolicyHead

Y23, Y24, Y25, Y28 = (date(year, 1, 1) for year in (2023, 2024, 2025, 2028))
COUNTY, CITY, PROVINCE, OTHER = "511902", "511900", "510000", "512000"
DAY = date(2026, 3, 2)


def head(policy_id: str, area: str, level: str, since: date = Y23, until: date = Y28) -> PolicyHead:
    return PolicyHead(policy_id, area, "390", since, until, level)


CASES = [
    # policies, in force for the county
    ("the issuer's level goes before the place",
     [head("county", COUNTY, "city"), head("province", PROVINCE, "province")], "province"),
    ("and before the newer",
     [head("new", COUNTY, "city", Y25), head("old", PROVINCE, "province")], "old"),
    ("a nation's goes before a province's",
     [head("nation", PROVINCE, "national"), head("province", CITY, "province", Y25)], "nation"),
    ("a nation's for the province goes before a city's own",
     [head("own", CITY, "city", Y25), head("nation", PROVINCE, "national")], "nation"),
    ("of one level the newer goes before the nearer",
     [head("near", COUNTY, "city"), head("new", CITY, "city", Y24)], "new"),
    ("over all three places",
     [head("near", COUNTY, "city", Y23), head("new", PROVINCE, "city", Y25), head("mid", CITY, "city", Y24)],
     "new"),
    ("of one level and day the nearer",
     [head("city", CITY, "city"), head("county", COUNTY, "city")], "county"),
    ("the city's is nearer than the province's",
     [head("a province", PROVINCE, "city"), head("city", CITY, "city")], "city"),
    ("of one level, day and place the first by name",
     [head("B", CITY, "city"), head("A", CITY, "city")], "A"),
    ("what is not in force yet decides nothing",
     [head("later", PROVINCE, "national", date(2026, 3, 3)), head("own", CITY, "city")], "own"),
    ("what is no longer in force neither",
     [head("ended", PROVINCE, "national", Y23, DAY), head("own", CITY, "city")], "own"),
    ("in force on its first day",
     [head("first", PROVINCE, "province", DAY), head("own", CITY, "city")], "first"),
    ("on its last",
     [head("last", PROVINCE, "province", Y23, date(2026, 3, 3)), head("own", CITY, "city")], "last"),
    ("another city's never",
     [head("other", OTHER, "national"), head("own", CITY, "city")], "own"),
    ("nor a county's of a sister county",
     [head("sister", "511921", "national"), head("own", CITY, "city")], "own"),
    ("one in whose place another came is in force no more",
     [head("A", CITY, "city"), head("B", CITY, "city")._replace(replaces="A")], "B"),
    ("but on a day before the other begins it holds as it did",
     [head("A", CITY, "city"), head("B", CITY, "city", Y28, date(2029, 1, 1))._replace(replaces="A")], "A"),
    ("and before a lower issuer's",
     [head("A", CITY, "province"), head("B", CITY, "province", Y28)._replace(replaces="A"),
      head("C", CITY, "city", Y25)], "A"),
    ("nor what was replaced before it",
     [head("A", CITY, "city"), head("B", CITY, "city")._replace(replaces="A"),
      head("C", CITY, "city")._replace(replaces="B")], "C"),
    ("none", [], None),
]  # fmt: skip


@pytest.mark.requirement("ENR-18")
@pytest.mark.parametrize(("case", "policies", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_level_then_the_newer_then_the_nearer_decides(
    case: str, policies: list[PolicyHead], expected: str | None
) -> None:
    for arrived in permutations(policies):
        grown = PolicyBook(())
        for one in arrived:
            grown = grown.with_head(one)
        for book in (PolicyBook(arrived), grown):
            found = book.in_force(COUNTY, "390", DAY)
            assert (found.policy_id if found else None) == expected


@pytest.mark.requirement("ENR-18")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2022, 12, 31), None),
        (Y23, "five years"),
        (date(2027, 12, 31), "five years"),
        (Y28, None),
    ],
)
def test_a_policy_holds_for_its_interval_and_no_other_takes_its_place(
    day: date, expected: str | None
) -> None:
    found = PolicyBook([head("five years", CITY, "city")]).in_force(CITY, "390", day)
    assert (found.policy_id if found else None) == expected


def test_a_province_asked_for_itself_takes_each_policy_once() -> None:
    book = PolicyBook([head("province", PROVINCE, "province")])
    assert len(book.heads_for(PROVINCE, "390")) == 1
