"""The form of a staging plan: what was typed, what is wrong with it, and the plan that it asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter

from pollready.assessment.queries import stations_for
from pollready.console.context import Reading
from pollready.console.map_answers import Kept, key_of
from pollready.console.staging_view import StagingView, plain
from pollready.engine.budget import Budget
from pollready.engine.siting import TooManyFixedSites
from pollready.language import alphabetical, message, say
from pollready.people.models import User
from pollready.planning.staging.asking import (
    BOUNDS,
    NUMBERS,
    Asked,
    Candidates,
    Goal,
    WrongAsking,
    asked_from,
)
from pollready.planning.staging.candidates import UnknownSites
from pollready.planning.staging.decided import (
    CODE_MAX,
    DECIDED_MAX,
    REASON_MAX,
    Rule,
    code_key,
    rows_in,
)
from pollready.planning.staging.facts import StagingFacts, facts_for
from pollready.planning.staging.plan import StagingPlan, plan_staging
from pollready.planning.staging.sites import TooManyWays
from pollready.register.queries import components_for

LIMIT_S = 6.0  # of one plan; what it cuts off says so by its bound
BLANK_ROWS = 2  # for further decisions
PLANS: Kept[StagingPlan] = Kept(8)
Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class NumberField:
    """A number of the form: what stands in it, and what is wrong with it."""

    name: str
    label: str
    value: str
    wrong: str


@dataclass(frozen=True, slots=True)
class DecidedField:
    """A row of the form for one decision: what stands in it, and what is wrong with it."""

    number: int
    site: str
    rule: str
    why: str
    wrong_site: str
    wrong_why: str


class StagingPage:
    """What one viewer asks; what was typed stays in the form even where it is wrong."""

    def __init__(self, reading: Reading, viewer: User, query: Mapping[str, str]) -> None:
        self._reading = reading
        self._viewer = viewer
        self._query = {name: query.get(name, "") for name in query}
        self._unknown: set[str] = set()
        self.wrong: Mapping[str, str] = {}
        self.refusal = ""
        try:
            self.asked = asked_from(self._query)
        except WrongAsking as wrong:
            self.wrong, self.asked = wrong.wrong, Asked()

    def _tell(self, key: str, **fields: object) -> str:
        return say(f"staging.{key}", self._reading.wording.language, **fields)

    @cached_property
    def _facts(self) -> StagingFacts:
        return facts_for(self._viewer, self._reading.saved, self._reading.wording.veil)

    @cached_property
    def facts(self) -> StagingFacts:
        """The stations asked about: all in scope, or those of a county."""
        if self.asked.county is None:
            return self._facts
        return self._facts.of_county(self.asked.county)

    @cached_property
    def plan(self) -> StagingPlan | None:
        """The plan, kept while nothing that it hangs on changes.

        None where it cannot be made: `refusal` says why, and the rows of the form what is unknown.
        """
        viewer, saved = self._viewer, self._reading.saved
        hangs_on = key_of(stations_for(viewer, saved), components_for(viewer))
        depots = [depot.code for depot in self._facts.depots]  # the veil's part of it
        key = f"{hangs_on} {saved.pk} {depots} {self.asked}"
        try:
            return PLANS.get(
                key,
                lambda: plan_staging(self.facts, self.asked, Budget.within(LIMIT_S, perf_counter)),
            )
        except (TooManyWays, TooManyFixedSites, UnknownSites) as refused:
            self.refusal = message(refused, self._reading.wording.language)
            if isinstance(refused, UnknownSites):
                self._unknown = {code_key(code) for code in refused.codes}
            return None

    @cached_property
    def view(self) -> StagingView | None:
        """What is said of the plan."""
        return None if self.plan is None else StagingView(self._reading, self.plan)

    @property
    def fields(self) -> list[NumberField]:
        """The form's numbers, with what was typed or is asked."""
        return [self._field(name) for name in NUMBERS]

    def _field(self, name: str) -> NumberField:
        language, (low, high) = self._reading.wording.language, BOUNDS[name]
        asked = say("console.number", language, value=plain(getattr(self.asked, name)))
        # What was read stands in the digits of the page; where something was not, as it was typed.
        value = (self.wrong and self._query.get(name)) or asked
        wrong = self._tell("wrong", low=low, high=high) if name in self.wrong else ""
        return NumberField(name, self._tell(f"field.{name}"), value, wrong)

    @cached_property
    def decided_fields(self) -> list[DecidedField]:
        """The rows for decisions, with what was typed, and some that are blank."""
        typed = [
            row
            for row in rows_in(self._query)
            if any(self._query.get(f"{name}_{row}", "").strip() for name in ("site", "why"))
        ]
        last = typed[-1] if typed else 0
        blank = range(last + 1, min(last + BLANK_ROWS, DECIDED_MAX) + 1)
        return [self._decided(row) for row in (*typed, *blank)]

    def _decided(self, row: int) -> DecidedField:
        site, rule, why = (self._query.get(f"{name}_{row}", "") for name in ("site", "rule", "why"))
        return DecidedField(row, site, rule, why, self._wrong_site(row, site), self._wrong_why(row))

    def _wrong_site(self, row: int, site: str) -> str:
        if f"site_{row}" in self.wrong:
            twice = bool(site.strip()) and len(site.strip()) <= CODE_MAX
            return self._tell("decided.twice" if twice else "decided.which")
        return self._tell("decided.unknown") if code_key(site) in self._unknown else ""

    def _wrong_why(self, row: int) -> str:
        return (
            self._tell("decided.why_missing", most=REASON_MAX) if f"why_{row}" in self.wrong else ""
        )

    @property
    def decided_open(self) -> bool:
        """Whether the part of the form for decisions stands open."""
        return self.asked.keep_depots or any(row.site or row.why for row in self.decided_fields)

    @property
    def county_value(self) -> str:
        """The county as the form holds it."""
        return "" if self.asked.county is None else str(self.asked.county)

    @property
    def wrong_names(self) -> list[str]:
        """The labels of what could not be read, a choice among them."""
        return [self._label(name) for name in self.wrong]

    def _label(self, name: str) -> str:
        part, _, row = name.partition("_")
        if row.isdecimal():
            return self._tell("decided.row", row=int(row), part=self._tell(f"decided.{part}"))
        return self._tell(f"field.{name}")

    @property
    def options(self) -> Mapping[str, Options]:
        """What can be chosen from."""
        counties = {each.county for each in self._facts.stations if each.county is not None}
        names = [(str(pk), self._facts.places[pk]) for pk in counties]
        return {
            "goal": [(each.value, self._tell(f"goal.{each}")) for each in Goal],
            "candidates": [(each.value, self._tell(f"candidates.{each}")) for each in Candidates],
            "rule": [(each.value, self._tell(f"rule.{each}")) for each in Rule],
            "county": sorted(names, key=lambda pair: alphabetical(pair[1])),
        }
