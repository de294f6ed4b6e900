"""How likely a scenario is, as a word: from earlier rounds, else as a named person judges."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pollready.language import fold
from pollready.planning.models import Scenario

_ORDER = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Likely:
    """The word (empty: unknown) and what it rests on: `history`, `judgement` or `nothing`."""

    word: str
    basis: str
    incidents: int = 0
    rounds: int = 0


def likely(scenario: Scenario, rows: Iterable[Mapping[str, Any]]) -> Likely:
    """Take the word of earlier rounds where they have one; `rows` are those of an assessment.

    Of several kinds of incidents the likelier counts: any of them brings the scenario about.
    """
    wanted = {fold(str(name)) for name in scenario.facts.get("likelihood_of", ())}
    found = [
        row
        for row in rows
        if row.get("word") in _ORDER
        and not row.get("county")
        and (fold(row["kind"]) in wanted or (row.get("component_kind") or "") in wanted)
    ]
    if found:
        top = max(found, key=lambda row: (_ORDER.index(row["word"]), row["incidents"]))
        return Likely(top["word"], "history", sum(row["incidents"] for row in found), top["rounds"])
    if scenario.likelihood:
        return Likely(scenario.likelihood, "judgement")
    return Likely("", "nothing")
