"""What enrollment tells centers that did not ask: a person whom another place would insure too (重复参保)."""

from datetime import date

from shared.messages.body import Area, Fact, Identifier, Scheme


class DoubleCoverageFound(Fact):
    """A person was to be enrolled while another basic scheme covers them (重复参保), which was refused.

    000 五(三): the two places guide the person to one scheme. Told to the nodes of both; the coverage that
    stands is `held_scheme` and `held_area`. `told_on`: the business day, none before there is one.
    """

    TOPICS = ("reply.<node>",)
    KEY = "person_id"
    person_id: Identifier
    scheme: Scheme
    insured_area: Area
    held_scheme: Scheme
    held_area: Area
    covered_from: date
    told_on: date | None = None
