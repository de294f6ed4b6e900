"""What a decision would touch, said before it binds: its stations, their voters, the figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from pollready.assessment.models import StationRecord
from pollready.assessment.queries import last_assessment
from pollready.assessment.result import Readiness
from pollready.committee.meetings.follow_ups import Touched, touched_by
from pollready.console.follow_up_words import figure_word
from pollready.duties.follow_ups.models import Figure
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.places.models import Listing

SHOWN = 12


@dataclass(frozen=True, slots=True)
class DecisionReach:
    """Stations with their voters, or components; what is measured there, and how it stands.

    `now` counts stations: those at which the obstacle is, or those that are ready. None where
    nothing counts it.
    """

    stations: int
    voters: int | None
    components: int
    shown: Sequence[tuple[int, str, str]]  # key, code and name of a station
    figure: str
    kind: str
    now: int | None

    @property
    def more(self) -> int:
        """How many stations are not shown."""
        return self.stations - len(self.shown)


def reach_of(
    abouts: Iterable[str], *, round_id: int, words: str, viewer: User, language: str
) -> DecisionReach:
    """Tell what a decision on some objects would touch, as its follow-up will have it."""
    touched = touched_by(abouts, round_id=round_id, words=words, by=viewer)
    listings = listings_for(viewer).filter(pk__in=touched.stations)
    told = listings.order_by("code").values_list("pk", "code", "point__name")
    return DecisionReach(
        stations=len(touched.stations),
        voters=listings.aggregate(voters=Sum("expected_voters"))["voters"],
        components=len(touched.components),
        shown=list(told[:SHOWN]),
        figure="" if touched.figure == Figure.NONE else figure_word(
            touched.figure, touched.figure_of, language
        ),
        kind=str(touched.figure),
        now=_now(touched, listings, round_id),
    )  # fmt: skip


def _now(touched: Touched, listings: QuerySet[Listing], round_id: int) -> int | None:
    if touched.figure == Figure.RULE:
        return len(touched.stations)
    saved = last_assessment(round_id)
    if touched.figure != Figure.READY or saved is None:
        return None
    ready = StationRecord.objects.filter(
        assessment=saved, listing__in=listings, readiness=Readiness.READY.value
    )
    return ready.count()
