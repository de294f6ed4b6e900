"""What a component or a station needs, in words, and what a correction of it touches."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from pollready.assessment.models import ComponentRecord
from pollready.assessment.queries import dependences_for, last_assessment
from pollready.console.wording import Wording
from pollready.engine.expression import Constant, ExpressionError, Leaf, leaves, parse, substitute
from pollready.language import say
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.places.models import Listing
from pollready.register.corrections.needs import NEEDS, SERVES, codes_served
from pollready.register.corrections.subjects import Thing
from pollready.register.models import Component

NEEDED_FIELDS = frozenset(field for fields in NEEDS.values() for field in fields)


def need_in_words(field: str, value: str, wording: Wording) -> str:
    """Say what is needed, as this viewer may see it; stations served are counted."""
    if field == SERVES:
        stations = len(codes_served(value))
        return say("correct.need.stations", wording.language, stations=stations)
    try:
        expression = parse(value)
    except ExpressionError:
        return wording.veil.code(value)
    if isinstance(expression, Constant):
        key = "nothing" if expression.holds else "never"
        return say(f"correct.need.{key}", wording.language)
    return typed_need(field, value, wording)


def typed_need(field: str, value: str, wording: Wording) -> str:
    """Give a need as it may be typed again: what is hidden stands under its masked code."""
    if field == SERVES:
        return ", ".join(codes_served(value))
    try:
        expression = parse(value)
    except ExpressionError:
        return value if wording.veil.shows(value) else ""
    shown = {code: Leaf(wording.veil.code(code)) for code in leaves(expression)}
    return str(substitute(expression, dict(shown)))


@dataclass(frozen=True, slots=True)
class Reach:
    """The viewer's stations that a correction touches."""

    stations: int
    voters: int | None


def reach_of(thing: Thing, viewer: User) -> Reach | None:
    """Count what rests on a component as last assessed, or give a station alone; None of a stop.

    A component without an assessment is reached by those that it serves directly.
    """
    if isinstance(thing, Listing):
        return Reach(1, thing.expected_voters)
    if not isinstance(thing, Component):
        return None
    saved = last_assessment(thing.round_id)
    record = (
        ComponentRecord.objects.filter(assessment=saved, component=thing).first() if saved else None
    )
    mine = listings_for(viewer).filter(
        requirements__role=SERVES, requirements__expression=thing.code, round=thing.round_id
    )
    if record is not None:
        mine = (
            listings_for(viewer).filter(pk__in=dependences_for(viewer, record).values("listing"))
            | mine
        )
    found = mine.distinct().aggregate(stations=Count("pk"), voters=Sum("expected_voters"))
    return Reach(**found)


def reach_in_words(thing: Thing, viewer: User, language: str) -> str:
    """Say what a correction of a need touches, and how its effect is seen."""
    reach = reach_of(thing, viewer)
    if reach is None:
        return ""
    key = "station" if isinstance(thing, Listing) else "component"
    voters = say("console.unknown", language) if reach.voters is None else reach.voters
    return say(f"correct.need.reach_{key}", language, stations=reach.stations, voters=voters)
