"""What the pages of kept staging plans show to one viewer: the list, one plan, two side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import F

from pollready.console.context import Reading
from pollready.console.staging_view import StagingView, plain
from pollready.language import say
from pollready.people.models import User
from pollready.planning.made_from import MadeFrom, made_from_now
from pollready.planning.staging.asking import asked_of
from pollready.planning.staging.decided import Decided
from pollready.planning.staging.keeping import Reader
from pollready.planning.staging.models import KeptStagingPlan
from pollready.planning.staging.queries import is_stale, plans_for, read_plan, reader_of
from pollready.planning.staging.rules import may_plan


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A kept plan as lists show it; figures are of the whole plan, whoever reads it."""

    plan: KeptStagingPlan
    title: str
    is_stale: bool
    withdrawn_reason: str
    asked: str
    sites: int
    reached: int
    located: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of two plans."""

    name: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class SiteOfTwo:
    """A site of either plan, with its stations in each; None where it is none there."""

    name: str
    code: str
    is_depot: bool
    first: int | None
    second: int | None


class StagingPlans:
    """Reads the kept plans of one round for one viewer."""

    compare_names = (("a", "allocation.compare.first"), ("b", "allocation.compare.second"))

    def __init__(self, reading: Reading, viewer: User) -> None:
        self.reading, self.viewer = reading, viewer
        self.language = reading.wording.language
        self.may_plan = may_plan(viewer)

    def tell(self, key: str, **fields: object) -> str:
        """Say a phrase of staging."""
        return say(f"staging.{key}", self.language, **fields)

    @cached_property
    def plans(self) -> list[PlanLine]:
        """Give the plans of the round, the newest first."""
        # A result holds every station: of lists it is read but for a few of its figures.
        light = plans_for(self.viewer, self.reading.round.pk).defer("result")
        return [self._line(plan, plan.total) for plan in light.annotate(total=F("result__total"))]

    @property
    def standing(self) -> list[PlanLine]:
        """Give the plans that are not withdrawn."""
        return [line for line in self.plans if line.plan.withdrawn_at is None]

    def line(self, plan: KeptStagingPlan) -> PlanLine:
        """Give a plan as lists show it."""
        return self._line(plan, plan.result["total"])

    def _line(self, plan: KeptStagingPlan, total: Mapping[str, int]) -> PlanLine:
        veil, asked = self.reading.wording.veil, asked_of(plan.asked)
        words = self.tell(
            "plans.asked", goal=self.tell(f"goal.{asked.goal}"), minutes=plain(asked.target_min)
        )
        return PlanLine(
            plan, veil.text(plan.title), is_stale(plan, self._now),
            veil.text(plan.withdrawn_reason), words, **total,
        )  # fmt: skip

    @cached_property
    def _now(self) -> MadeFrom:
        """Give the register and the ledger as they stand, read once for all plans."""
        return made_from_now(self.reading.round.pk)

    @cached_property
    def _reader(self) -> Reader:
        return reader_of(self.viewer, self.reading.round.pk, self.reading.wording.veil)

    def page(self, plan: KeptStagingPlan) -> "KeptPage":
        """Give a plan as its page shows it."""
        view = StagingView(self.reading, read_plan(plan, self._reader))
        return KeptPage(self, plan, view)


class KeptPage:
    """One kept plan as one viewer sees it."""

    def __init__(self, plans: StagingPlans, plan: KeptStagingPlan, view: StagingView) -> None:
        self._plans, self.plan, self.view = plans, plan, view
        self.line = plans.line(plan)

    @property
    def decided_elsewhere(self) -> int:
        """How many decisions are about places that the viewer may not see."""
        return len(self.plan.asked["decided"]) - len(self.view.decided)

    @property
    def query(self) -> str:
        """What was asked, as far as the viewer may read it, as the address that asks it again."""
        decided = tuple(Decided(row.code, row.rule, row.reason) for row in self.view.decided)
        return urlencode(replace(self.view.asked, decided=decided).query())

    @property
    def in_part(self) -> bool:
        """Say whether the plan has stations that the viewer may not see, or that are gone."""
        return len(self.view.facts.stations) < len(self.plan.result["stations"]["listing_id"])

    def figures(self) -> dict[str, str]:
        """Give the figures that plans are compared by, in words."""
        view, tell = self.view, self._plans.tell
        minutes = view.longest_min

        def number(value: float | None) -> str:
            return say("console.number", self._plans.language, value=value)

        return {
            "goal": tell(f"goal.{view.asked.goal}"),
            "target_min": tell("minutes", minutes=plain(view.asked.target_min)),
            "sites": number(len(view.plan.sites.sites)),
            "stay": number(view.stay),
            "reached": tell("plans.of", part=view.reached, whole=view.located),
            "beyond": number(len(view.plan.sites.gaps)),
            "voters_beyond": self._voters_beyond(),
            "longest": tell("no_way") if minutes is None else tell("minutes", minutes=minutes),
            "desks": number(len(view.plan.desks)),
            "missed": number(view.missed),
        }

    def _voters_beyond(self) -> str:
        """Say how many voters there are beyond the target, and where nobody knows how many."""
        voters, stations = self.view.voters_beyond
        if not stations:
            return say("console.number", self._plans.language, value=voters)
        return self._plans.tell("compare.at_least", voters=voters, stations=stations)


def compared(plans: StagingPlans, first: KeptPage, second: KeptPage) -> list[Compared]:
    """Give the figures of two plans side by side."""
    one, two = first.figures(), second.figures()
    return [Compared(plans.tell(f"compare.{name}"), one[name], two[name]) for name in one]


def sites_of_two(first: KeptPage, second: KeptPage) -> Sequence[SiteOfTwo]:
    """Give the sites of either plan: those of both first, then by name."""
    each_of = [
        {site.at.code: site for site in page.view.plan.sites.sites if site.at.code}
        for page in (first, second)
    ]
    served = [{code: len(site.serves) for code, site in of.items()} for of in each_of]
    found = [
        SiteOfTwo(site.at.name, code, site.at.is_depot, *(of.get(code) for of in served))
        for code, site in {**each_of[1], **each_of[0]}.items()
    ]
    return sorted(found, key=lambda each: (None in (each.first, each.second), each.code))
