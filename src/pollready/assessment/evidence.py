"""The rows that say what a component or group is and what it needs."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from pollready.assessment.reading import Register
from pollready.obstacles.facts import Evidence

_SHEET = "components"


def agency_evidence(code: str, file: str) -> tuple[Evidence, ...]:
    """Give the row of an agency: its code stands for it in the sheet."""
    return (Evidence("code", code, file, "agencies"),)


def component_evidence(
    register: Register, codes: Collection[str] | None = None
) -> Mapping[str, tuple[Evidence, ...]]:
    """Give, by code, the claims of a component and the files that say what it needs.

    Of all, or of some `codes`.

    A group has neither: its members' rows name it, in the files of the round.
    """
    found: dict[str, list[Evidence]] = defaultdict(list)
    wanted = register.components | register.groups if codes is None else codes
    for code in wanted:
        row = register.components.get(code)
        claims = register.component_claims.get(row.id, {}) if row else {}
        for known in claims.values():
            found[code].extend(known.evidence)
    for code, role, expression, source in register.needs:
        if code in wanted:
            found[code].append(Evidence(role, expression, source, _SHEET))
    for code in wanted:
        if code not in found:
            found[code].append(Evidence("code", code, register.newest_file, _SHEET))
    return {code: tuple(rows) for code, rows in found.items()}
