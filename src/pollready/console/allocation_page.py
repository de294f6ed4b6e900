"""What the page of one allocation plan, or of a preview, shows to one viewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pollready.console.allocation_map import PlanMap, map_of
from pollready.console.allocations import AllocationPages
from pollready.language import isolate, percent, say
from pollready.people.scopes import is_of_agency, listings_for
from pollready.planning.allocations.inputs import Inputs, inputs_of
from pollready.planning.allocations.models import AllocationPlan, PlanState
from pollready.planning.allocations.rows import ComponentRow, PlanRows, Sent, StationRow
from pollready.reports.allocation_file import floor_words
from pollready.resources.queries import lots_for

BEST = 5e-6  # of the bound: nearer is the best there is, to what is written of a gap
SHOWN = 25  # rows of what is long
WHY = ("worth-less", "out-of-reach", "unweighed", "nothing-saves", "fixed")


@dataclass(frozen=True, slots=True)
class MeansLine:
    """One kind of means in a plan; `value` is what one more unit would save, `low` at least."""

    name: str
    stock: int
    asked: int
    given: int
    left: int
    further: int
    value: float | None
    low: float | None
    used_up: bool


@dataclass(frozen=True, slots=True)
class FigureLine:
    """Expected voters and stations below a level, before and after."""

    measure: str
    before: tuple[int, int]  # unknowns working and failed
    after: tuple[int, int]
    stations_before: tuple[int, int]
    stations_after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a station lies, and whence its means come."""

    county: str
    words: str


class PlanPage:
    """One plan, or a preview, as one viewer sees it."""

    def __init__(
        self, pages: AllocationPages, result: Mapping[str, Any], inputs: Inputs,
        plan: AllocationPlan | None = None,
    ) -> None:  # fmt: skip
        self.pages, self.result, self.inputs, self.plan = pages, result, inputs, plan
        self.wording = pages.reading.wording
        viewer, round_id = pages.viewer, pages.reading.round.pk
        self.rows = PlanRows(
            result, listings_for(viewer).filter(round=round_id), lots_for(viewer, round_id),
            round_id,
        )  # fmt: skip

    @cached_property
    def stations(self) -> Sequence[StationRow]:
        """Give the stations that the viewer may read; an agency those that its means go to."""
        if not is_of_agency(self.pages.viewer):
            return self.rows.stations
        return [row for row in self.rows.stations if any(each.lot for each in row.sent)]

    @cached_property
    def served(self) -> Sequence[StationRow]:
        """Give the stations that get something, what it saves most first."""
        return sorted(
            (row for row in self.stations if row.gets), key=lambda row: -(row.saves or 0.0)
        )

    @cached_property
    def without(self) -> Sequence[StationRow]:
        """Give the stations that get nothing, those first at which most could be saved."""
        return sorted(
            (row for row in self.stations if not row.gets), key=lambda row: -(row.saves or 0.0)
        )

    @cached_property
    def why(self) -> list[tuple[str, int]]:
        """Count the stations that get nothing, by reason."""
        counted = dict.fromkeys(WHY, 0)
        for row in self.without:
            if row.why in counted:
                counted[row.why] += 1
        return [(name, count) for name, count in counted.items() if count]

    @cached_property
    def components(self) -> Sequence[ComponentRow]:
        """Give the shared components that get something; of an agency its own means alone."""
        if not is_of_agency(self.pages.viewer):
            return self.rows.components
        return [row for row in self.rows.components if any(each.lot for each in row.sent)]

    def gets(self, sent: Sequence[Sent]) -> str:
        """Say what is sent, as far as the viewer may know."""
        comma = say("console.list_comma", self.pages.language)
        return comma.join(
            self.pages.tell("accept.units", units=each.units, kind=self.pages.kind(each.kind))
            for each in sent
        )

    @cached_property
    def means(self) -> list[MeansLine]:
        """Give each kind that is in stock or was given."""
        found = []
        for row in self.result["kinds"]:
            if not (row["stock"] or row["asked"] or row["given"]):
                continue
            low, high = row["one_more"]
            value = row["value"] if high is None else high
            found.append(
                MeansLine(
                    self.pages.kind(row["kind"]), row["stock"], row["asked"], row["given"],
                    row["left"], row["further"], value, low, row["used_up"],
                )
            )  # fmt: skip
        return found

    @cached_property
    def figures(self) -> list[FigureLine]:
        """Give the exact figures of the whole plan, by what is measured."""
        by = {(row["measure"], row["reading"]): row for row in self.result["figures"]}
        if not by:
            return []
        measures = sorted({name for name, _ in by}, key=lambda name: name != self.inputs.level)

        def both(measure: str, name: str) -> tuple[int, int]:
            return round(by[measure, "working"][name]), round(by[measure, "failed"][name])

        return [
            FigureLine(
                name, both(name, "before"), both(name, "after"), both(name, "stations_before"),
                both(name, "stations_after"),
            )
            for name in measures
        ]  # fmt: skip

    @property
    def headline(self) -> tuple[float, float] | None:
        """Give expected voters affected before and after, by what the plan was asked."""
        for row in self.result["figures"]:
            if (row["measure"], row["reading"]) == (self.inputs.level, self.inputs.reading):
                return row["before"], row["after"]
        return None

    @property
    def sentence(self) -> str:
        """Say what the plan saves, where, and how much better any plan could be."""
        saved = self.whole_saved if self.exact_saved is None else self.exact_saved
        is_best = (self.result.get("gap") or 0.0) < BEST
        key = "page.best" if is_best else "page.headline"
        return self.pages.tell(key, saved=saved, stations=self.whole_served, gap=self.gap)

    @property
    def whole_served(self) -> int:
        """How many stations the whole plan gives something, whoever reads it."""
        return sum(row["listing"] is not None for row in self.result["given"])

    @property
    def exact_saved(self) -> int | None:
        """Give what the whole plan saves, worked out together."""
        found = self.headline
        return None if found is None else round(found[0] - found[1])

    @property
    def whole_saved(self) -> int:
        """Give what the chosen options save together."""
        saved: float = self.result["saved"]
        return round(saved)

    @property
    def whole_bound(self) -> int | None:
        """Give what no plan exceeds."""
        bound = self.result["bound"]
        return None if bound is None else round(bound)

    @property
    def stopped(self) -> str:
        """Say why nothing better was sought."""
        return self.pages.tell(f"stopped.{self.result['stopped']}")

    @property
    def voters_before(self) -> int | None:
        """Give expected voters affected before the plan."""
        found = self.headline
        return None if found is None else round(found[0])

    @property
    def voters_after(self) -> int | None:
        """Give expected voters affected with the plan in place."""
        found = self.headline
        return None if found is None else round(found[1])

    def station_line(self, row: StationRow) -> tuple[StationRow, str, str, "Origin", str]:
        """Give a station that gets something as the page shows it."""
        veil, language = self.wording.veil, self.pages.language
        comma = say("console.list_comma", language)
        words = [self._origin(each) for each in row.sent]
        county = self.pages.counties.get(row.county or 0, "")
        chance = self.pages.tell(
            "chance_change", before=self._percent(row.before), after=self._percent(row.after)
        )
        origin = Origin(county, comma.join(dict.fromkeys(filter(None, words))))
        return row, veil.text(row.name), self.gets(row.sent), origin, chance

    def _origin(self, sent: Sent) -> str:
        if not sent.depot:
            return ""
        depot = isolate(self.wording.veil.text(sent.depot))
        return self.pages.tell("from_depot", depot=depot, hours=round(sent.travel_h or 0.0, 1))

    def _percent(self, chance: float | None) -> str:
        if chance is None:
            return say("console.unknown", self.pages.language)
        return percent(chance, self.pages.language, decimals=1)

    @cached_property
    def component_lines(self) -> list[tuple[ComponentRow, str, str]]:
        """Give shared components with their codes as this viewer may see them."""
        return [
            (row, self.wording.veil.code(row.code), self.gets(row.sent)) for row in self.components
        ]

    @cached_property
    def without_lines(self) -> list[tuple[StationRow, str, str]]:
        """Give the stations without means at which most could be saved, with their best bundle."""
        comma = say("console.list_comma", self.pages.language)
        return [
            (row, self.wording.veil.text(row.name), comma.join(map(self.pages.kind, row.best)))
            for row in self.without[:SHOWN]
            if row.saves
        ]

    @property
    def first_merges(self) -> list[tuple[StationRow, StationRow, int]]:
        """Give the first offers to merge, with the minutes of the way."""
        return [(row, into, round(60 * hours)) for row, into, hours in self.merges[:SHOWN]]

    @property
    def gap(self) -> str:
        """Write the proven gap."""
        return self.pages.gap(self.result.get("gap"))

    @cached_property
    def floors(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        """Give floors with their words and county, counties in the order of their codes."""
        wishes = self.inputs.values()["floors"]
        place = {row.county: number for number, row in enumerate(self.rows.counties)}
        rows = sorted(
            self.result["floors"],
            key=lambda row: (row["wish"], place.get(row["county"], len(place))),
        )
        return [
            (
                floor_words(wishes[row["wish"]], self.pages.agencies, self.pages.language),
                self.pages.counties.get(row["county"] or 0, ""),
                row,
            )
            for row in rows
        ]

    @cached_property
    def broken(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        """Give the floors that cannot be met."""
        return [each for each in self.floors if each[2]["is_broken"]]

    @cached_property
    def left_out(self) -> list[dict[str, Any]]:
        """Give the units that count for nothing, of lots that the viewer may read."""
        veil = self.wording.veil
        return [
            {
                "lot": row["lot"], "kind": self.pages.kind(row["kind"]),
                "depot": veil.text(row["depot"]), "units": row["units"],
                "why": self.pages.tell(f"left_out.{row['why']}"),
            }
            for row in self.rows.left_out
        ]  # fmt: skip

    @cached_property
    def merges(self) -> list[tuple[StationRow, StationRow, float]]:
        """Give stations that will not serve, with the nearest that will, of the viewer's."""
        by_key = {row.listing: row for row in self.rows.stations}
        return [
            (by_key[row["listing"]], by_key[row["into"]], row["travel_h"])
            for row in self.result["merges"]
            if row["listing"] in by_key and row["into"] in by_key
        ]

    @cached_property
    def map(self) -> PlanMap | None:
        """Draw the stations before and after."""
        return map_of(self.stations) if self.rows.has_after else None

    @property
    def largest_before(self) -> float:
        """Give the most voters affected in one county, to draw the others beside."""
        return max((row.before for row in self.rows.counties), default=0.0)

    @property
    def under(self) -> str:
        """Say what it is weighed under: expected failures, or a scenario."""
        return self.pages.under(self.inputs.scenario)

    @property
    def costs(self) -> str:
        """Say what was taken for a unit of each kind; empty where none is bought."""
        costs = self.result.get("costs")
        return self.pages.costs_words(costs) if costs else ""

    def floor_inputs(self) -> list[str]:
        """Say the floors that were asked."""
        return [
            floor_words(wish, self.pages.agencies, self.pages.language)
            for wish in self.inputs.values()["floors"]
        ]

    def kind_inputs(self) -> list[tuple[str, int]]:
        """Give the numbers that were asked."""
        return [(self.pages.kind(kind), count) for kind, count in self.inputs.units.items()]


def page_of(pages: AllocationPages, plan: AllocationPlan) -> PlanPage | None:
    """Give the page of a plan that was worked out; None where it was not yet."""
    if plan.state == PlanState.ASKED or not plan.result:
        return None
    return PlanPage(pages, plan.result, inputs_of(plan.inputs), plan)


@dataclass(frozen=True, slots=True)
class Differing:
    """A station that gets other means in one plan than in the other."""

    row: StationRow
    first: str
    second: str


def differing(first: PlanPage, second: PlanPage) -> list[Differing]:
    """Give the stations that the two plans treat differently, most voters first."""
    rows = [{row.listing: row for row in page.stations} for page in (first, second)]
    found = []
    for listing, row in {**rows[1], **rows[0]}.items():
        one, two = (
            page.gets(mine[listing].sent) if listing in mine else ""
            for page, mine in zip((first, second), rows, strict=True)
        )
        if one != two:
            found.append(Differing(row, one, two))
    return sorted(found, key=lambda each: -(each.row.voters or 0))


def pairs_of(first: PlanPage, second: PlanPage) -> list[tuple[str, int, int]]:
    """Give how many of each kind either plan gives."""
    given = [{row.name: row.given for row in page.means} for page in (first, second)]
    names = dict.fromkeys([*given[0], *given[1]])
    return [(name, given[0].get(name, 0), given[1].get(name, 0)) for name in names]
