"""The filters and the order of the list of scenarios."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pollready.console.scenario_words import ScenarioWords
from pollready.console.scenarios import ScenarioRow
from pollready.language import fold

PLAN_STATES = ("none", "draft", "approved", "gap", "no_gap")
TOLD = ("failures", "stations", "not_assessable")
LIKELY = ("high", "medium", "low", "unknown")
SORTS: Mapping[str, Callable[[ScenarioRow], Any]] = {
    "voters": lambda row: (row.cost.voters[1] or 0) if row.cost else -1,
    "stations": lambda row: row.cost.stations[1] if row.cost else -1,
    "gaps": lambda row: row.known_gaps,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; what is not understood is told, and left out."""

    q: str = ""
    plan: str = ""
    told: str = ""
    likely: str = ""
    owner: str = ""
    sort: str = ""
    understood: bool = True

    @property
    def any(self) -> bool:
        """Whether anything is left out at all."""
        return any((self.q, self.plan, self.told, self.likely, self.owner))


def chosen(query: Mapping[str, str]) -> Chosen:
    """Read the address."""
    allowed = {"plan": PLAN_STATES, "told": TOLD, "likely": LIKELY, "sort": tuple(SORTS)}
    values: dict[str, Any] = {}
    understood = True
    for name, options in allowed.items():
        value = query.get(name, "")
        if value and value not in options:
            understood = False
            value = ""
        values[name] = value
    return Chosen(
        q=query.get("q", "")[:100],
        owner=query.get("owner", "")[:60],
        understood=understood,
        **values,
    )


def left(rows: Sequence[ScenarioRow], wanted: Chosen) -> list[ScenarioRow]:
    """Give the scenarios that the filters leave, in the order asked for."""
    found = [row for row in rows if _fits(row, wanted)]
    if wanted.sort:
        found.sort(key=SORTS[wanted.sort], reverse=True)
    return found


def owners(rows: Sequence[ScenarioRow], words: ScenarioWords) -> list[tuple[str, str]]:
    """List the roles whose business some scenario is."""
    roles = {row.scenario.owner_role for row in rows if row.scenario.owner_role}
    return sorted(((role, words.role(role)) for role in roles), key=lambda pair: pair[1])


def _fits(row: ScenarioRow, wanted: Chosen) -> bool:
    key = fold(wanted.q)
    return (
        (not key or key in fold(row.title) or key == fold(row.scenario.code))
        and (not wanted.owner or wanted.owner == row.scenario.owner_role)
        and (not wanted.likely or wanted.likely == (row.likely.word or "unknown"))
        and _fits_plan(row, wanted.plan)
        and _fits_told(row, wanted.told)
    )


def _fits_plan(row: ScenarioRow, state: str) -> bool:
    if state in ("gap", "no_gap"):
        return bool(row.known_gaps) == (state == "gap")
    return not state or row.plan_state == state


def _fits_told(row: ScenarioRow, told: str) -> bool:
    if not told:
        return True
    if told == "not_assessable":
        return row.state == "not_assessable"
    return row.binding is not None and row.binding.by_stations == (told == "stations")
