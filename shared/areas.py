"""Administrative areas (行政区划): six digits, province PP0000, city PPCC00, county PPCCDD (GB/T 2260).

Only the arithmetic of the code lives here; the names for people are those of `shared.names.areas`.
"""


def province(area: str) -> str:
    """The province of an area: `511902` → `510000`."""
    return area[:2] + "0000"


def city(area: str) -> str:
    """The city of an area: `511902` → `511900`."""
    return area[:4] + "00"


def widened(area: str) -> tuple[str, str, str]:
    """An area, its city and its province: where what is published for it may stand, the nearest first."""
    return area, city(area), province(area)


def covers(outer: str, inner: str) -> bool:
    """Whether `outer` (a province, city or county) contains `inner`, or is it.

    A filing names a city, a municipality or a province-pooled area, never a hospital (001 (十一)).
    """
    return inner.startswith(prefix_of(outer))


def prefix_of(area: str) -> str:
    """How the codes of what lies in an area begin: `510000` → `51`, `511900` → `5119`."""
    return area[:2] if area.endswith("0000") else area[:4] if area.endswith("00") else area


def is_at_home(pooling_area: str, area: str, pool: str | None = None) -> bool:
    """Whether a place lies in the pooling area (统筹区) that insures a person: care there is care at home.

    It needs no filing and no agreement, takes no cut, and nothing of it is cleared between areas (001 (六)).
    A county whose city pools is at home in the whole city: `PolicyBook` says who pools for an area. `pool`:
    the pooling area of the place, where that was told; a county that pools for itself is not its city's home.
    """
    return covers(pooling_area, area) if pool is None else pool == pooling_area


def same_province(one: str, other: str) -> bool:
    """Whether an exchange between the two stays in the province (省内) or crosses it (跨省)."""
    return one[:2] == other[:2]


def institution_area(institution_id: str) -> str:
    """The area in an institution code: one letter, six digits of area, five of sequence."""
    return institution_id[1:7]
