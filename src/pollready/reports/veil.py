"""What a reader of a report may not see: names of upstream components become masked codes."""

from collections.abc import Callable

from pollready.assessment.result import Assessment
from pollready.audit.veil import HiddenNames, NameVeil
from pollready.language import LANGUAGES, say
from pollready.register.kinds import kinds


class Veil(NameVeil):
    """Hides codes and names of components and groups in whatever is about to be written.

    Findings promise to name components in `upstream` only, and masks are put there. This
    also covers what a field or a free text of the workbook says by the way. Names that are open
    (stations, places, agencies, kinds of components) stay as they are.
    """

    def __init__(self, assessment: Assessment, mask: Callable[[str], str] | None) -> None:
        if mask is None:
            super().__init__(None, str)
            return
        components = assessment.facts.components.values()
        hidden = {each.name: each.code for each in components if each.name}
        hidden |= {each.code: each.code for each in components}
        super().__init__(HiddenNames(hidden, _open_texts(assessment)), mask)


def _open_texts(assessment: Assessment) -> set[str]:
    """Gather the codes and names that everybody may see."""
    words = set(assessment.county_names) | set(assessment.county_names.values())
    words.update(district for _, district in assessment.by_district)
    for station in assessment.stations:
        words.update((station.code, station.name))
    for agency in assessment.facts.agencies.values():
        words.update((agency.code, agency.name))
    return words | kind_names()


def kind_names() -> set[str]:
    """Give the words for kinds of components: who is called just so is told by no name."""
    return {say(f"kind.{code}", language) for code in kinds() for language in LANGUAGES}
