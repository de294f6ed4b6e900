"""The rows that say what a component or group is and what it needs."""

from collections import defaultdict
from collections.abc import Mapping

from pollready.assessment.reading import Register
from pollready.obstacles.facts import Evidence
from pollready.register.models import Requirement, Source

_SHEET = "components"


def newest_file(register: Register) -> str:
    """Name the newest file of the round: where rows stand that keep no source of their own."""
    files = Source.objects.filter(round_id=register.round.pk, lineage__startswith="file:")
    return files.order_by("-received_at", "-pk").values_list("name", flat=True).first() or ""


def agency_evidence(code: str, file: str) -> tuple[Evidence, ...]:
    """Give the row of an agency: its code stands for it in the sheet."""
    return (Evidence("code", code, file, "agencies"),)


def component_evidence(register: Register) -> Mapping[str, tuple[Evidence, ...]]:
    """Give, by code, the claims of a component and the files that say what it needs.

    A group has neither: its members' rows name it, in the files of the round.
    """
    found: dict[str, list[Evidence]] = defaultdict(list)
    for code, row in register.components.items():
        for known in register.component_claims.get(row.id, {}).values():
            found[code].extend(known.evidence)
    needs = Requirement.objects.filter(
        source__round_id=register.round.pk,
        component__isnull=False,
        role__in=(Requirement.Need.DEPENDS_ON, Requirement.Need.PROTECTION),
    ).values_list("component__code", "role", "expression", "source__name")
    for code, role, expression, source in needs.order_by("pk"):
        found[code].append(Evidence(role, expression, source, _SHEET))
    file = newest_file(register)
    for code in register.components | register.groups:
        if code not in found:
            found[code].append(Evidence("code", code, file, _SHEET))
    return {code: tuple(rows) for code, rows in found.items()}
