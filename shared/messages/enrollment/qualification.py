"""What travels about the chronic diseases (门诊慢特病) that the insured place finds in a person."""

from datetime import date

from shared.messages.body import Area, Body, Fact, Identifier, Request


class Qualification(Body):
    """A person qualifies (病种认定) for a disease from a day until another (exclusive; none = open).

    001 (三)(五). Person, area, disease and first day name it: a renewal has another first day.
    """

    person_id: Identifier
    insured_area: Area
    disease: Identifier
    qualified_from: date
    qualified_until: date | None = None


class QualifyDisease(Request, Qualification):
    """Registers that a person qualifies for a disease, or ends that; the insured place does it."""

    TOPICS = ("registry.commands",)
    KEY = "person_id"


class DiseaseQualified(Fact, Qualification):
    """A person qualifies for a disease as given."""

    TOPICS = ("enrollment.events",)
    KEY = "person_id"
