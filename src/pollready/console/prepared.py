"""The prepared answers in words: single failures, pairs, the worst sets, the distribution."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator

from pollready.assessment.prepared import (
    Asked,
    Measure,
    PairLoss,
    Single,
    hidden_pairs,
    single_at,
    singles,
    worst_pairs,
)
from pollready.console.asking import Asking
from pollready.console.explore_words import ThingInWords
from pollready.engine.contingency import Cost
from pollready.engine.network import Unknowns
from pollready.language import number, percent, say

ROWS = 50
DURATIONS = ("service", "generator")


@dataclass(frozen=True, slots=True)
class CostInWords:
    """Stations and their voters; None where nobody knows their number."""

    stations: int
    voters: int | None
    without_voters: int


@dataclass(frozen=True, slots=True)
class SingleRow:
    """One failure: what it is, what it takes, the address at which it is looked at."""

    rank: int
    thing: ThingInWords
    cost: CostInWords
    address: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two failures: what both take, what each takes alone, and what makes the difference."""

    things: tuple[ThingInWords, ThingInWords]
    cost: CostInWords
    alone: tuple[CostInWords, CostInWords]
    beyond: int  # stations
    beyond_voters: int
    address: str

    @property
    def overlap(self) -> int:
        """How many stations the sum of the two counts twice."""
        return max(-self.beyond, 0)

    @property
    def overlap_voters(self) -> int:
        """How many voters the sum of the two counts twice."""
        return max(-self.beyond_voters, 0)


@dataclass(frozen=True, slots=True)
class WorstRow:
    """The worst set of at most `k`: its parts, its cost, and what no such set exceeds."""

    k: int
    things: Sequence[ThingInWords]
    cost: CostInWords
    bound: int
    gap: float
    proven: bool
    stopped: str
    address: str


def read_asked(query: Mapping[str, str]) -> Asked:
    """Read what an address asks; what is not understood is the default."""
    measure = query.get("m", "")
    duration = query.get("t", "")
    return Asked(
        measure=Measure(measure) if measure in list(Measure) else Measure.CLOSED,
        duration=duration if duration in DURATIONS else "service",
        unknowns=Unknowns.FAILED if query.get("unknowns") == "failed" else Unknowns.WORKING,
        below_province=query.get("tier") != "all",
    )


def single_rows(
    asking: Asking, asked: Asked, page_asked: str | None
) -> tuple[list[SingleRow], Page[int]]:
    """Give one page of all single failures."""
    ranked = singles(asking.explored, asking.scope, asked)
    paginator = Paginator(ranked, ROWS)
    page = paginator.get_page(page_asked)
    found = [single_at(asking.explored, asking.scope, asked, number) for number in page]
    said = asking.things.say(each.code for each in found)
    rows = [
        _single_row(said[each.code], each, rank, asked)
        for rank, each in enumerate(found, start=page.start_index())
    ]
    return rows, page


def _single_row(thing: ThingInWords, single: Single, rank: int, asked: Asked) -> SingleRow:
    return SingleRow(rank, thing, cost_in_words(single.cost), address([thing], asked))


def pair_rows(asking: Asking, asked: Asked, *, hidden: bool) -> list[PairRow]:
    """Give the worst pairs, or those that take most beyond the two alone."""
    rank = hidden_pairs if hidden else worst_pairs
    found = rank(asking.explored, asking.scope, asked)
    said = asking.things.say(code for pair in found for code in pair.codes)
    return [_pair_row(pair, said, asked) for pair in found]


def _pair_row(pair: PairLoss, said: Mapping[str, ThingInWords], asked: Asked) -> PairRow:
    one, other = (said[code] for code in pair.codes)
    first, second = (cost_in_words(cost) for cost in pair.alone)
    return PairRow(
        things=(one, other),
        cost=cost_in_words(pair.cost),
        alone=(first, second),
        beyond=pair.beyond.points,
        beyond_voters=round(pair.beyond.voters),
        address=address([one, other], asked),
    )


def worst_rows(
    asking: Asking, asked: Asked, result: Mapping[str, Any]
) -> list[tuple[str, list[WorstRow]]]:
    """Say the saved worst cases, run by run."""
    said = asking.things.say(
        code for cases in result.values() for case in cases for code in case["codes"]
    )
    return [
        (run, [_worst_row(case, said, asked) for case in cases]) for run, cases in result.items()
    ]


def _worst_row(case: Mapping[str, Any], said: Mapping[str, ThingInWords], asked: Asked) -> WorstRow:
    things = [said[code] for code in case["codes"]]
    cost = Cost(case["stations"], case["voters"], case["without_voters"])
    return WorstRow(
        k=case["k"],
        things=things,
        cost=cost_in_words(cost),
        bound=round(case["bound_voters"]),
        gap=case["gap"],
        proven=case["proven"],
        stopped=case["stopped"],
        address=address(things, asked),
    )


def cost_in_words(cost: Cost) -> CostInWords:
    """Give a cost; voters are unknown where no station has a number."""
    unknown = cost.points > 0 and cost.points_without_voters == cost.points
    return CostInWords(
        cost.points, None if unknown else round(cost.voters), cost.points_without_voters
    )


def address(things: Iterable[ThingInWords], asked: Asked) -> str:
    """Write the query at which failures are looked at, for the same level and duration."""
    picks = [("c", thing.token) for thing in things]
    return urlencode([*picks, ("t", asked.duration), ("m", asked.measure.value)])


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the distribution in words, with its interval."""

    words: str
    estimate: str
    interval: str


# From which chance on something is called likely at all, and very likely.
MEDIUM_FROM, HIGH_FROM = 0.05, 0.3


def figures_of(found: Mapping[str, Any], language: str, *, in_words: bool) -> list[Figure]:
    """Say what the draws tell; chances in words where figures would claim too much."""
    rows = [
        Figure(say("explore.distribution.mean", language), *_amounts(found["mean"], language)),
        Figure(
            say("explore.distribution.mean_stations", language),
            *_amounts(found["stations_mean"], language),
        ),
    ]
    rows += [
        Figure(
            say("explore.distribution.quantile", language, percent=percent(each["prob"], language)),
            *_amounts(each, language),
        )
        for each in found["quantiles"]
    ]
    chance = found["nothing"]
    ends = [
        chance_in_words(chance[end], language) if in_words else percent(chance[end], language)
        for end in ("estimate", "low", "high")
    ]
    interval = ends[1] if ends[1] == ends[2] else _span(ends[1], ends[2], language)
    rows.append(Figure(say("explore.distribution.any", language), ends[0], interval))
    return rows


def chance_in_words(chance: float, language: str) -> str:
    """Say a chance as low, medium or high."""
    word = "high" if chance >= HIGH_FROM else "medium" if chance >= MEDIUM_FROM else "low"
    return say(f"likelihood.{word}", language)


def _amounts(found: Mapping[str, float], language: str) -> tuple[str, str]:
    low, estimate, high = (
        number(round(found[end]), language) for end in ("low", "estimate", "high")
    )
    return estimate, _span(low, high, language)


def _span(low: str, high: str, language: str) -> str:
    return say("console.span", language, low=low, high=high)
