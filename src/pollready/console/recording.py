"""What can be recorded against an obstacle, and where; which value is needed; who may otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from pollready.assessment.cases.queries import cases_for, day_of
from pollready.assessment.cases.stating import statable_at
from pollready.assessment.models import FindingRecord
from pollready.console.corrections.words import slug_of
from pollready.console.names import field_name
from pollready.console.wording import Wording
from pollready.language import date_short, say
from pollready.obstacles.cases import OPEN
from pollready.obstacles.evidence import fields_looked_at, fields_to_record, is_of_component
from pollready.obstacles.models import ObstacleCase
from pollready.obstacles.needed import Day, needed_value
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.places.models import ElectionRound, Listing, PlaceLevel, StationKind, Stop
from pollready.register.corrections.subjects import (
    COMPONENT,
    LISTING,
    STOP,
    About,
    Thing,
    listing_of,
    may_correct,
)
from pollready.register.models import Component
from pollready.register.queries import components_for


@dataclass(frozen=True, slots=True)
class Recordable:
    """A field by which an obstacle is judged, the form that records it, and what it has to be."""

    name: str
    url: str
    needed: str


@dataclass(frozen=True, slots=True)
class Recording:
    """What the viewer can record at one place; if nothing, `who` says who can."""

    fields: Sequence[Recordable] = ()
    who: str = ""
    ask: str = ""  # where to ask them


NOTHING = Recording()


class Recorder:
    """Says it for findings, with few questions of the database however many there are."""

    def __init__(
        self, viewer: User, wording: Wording, round_: ElectionRound, as_of: date,
        findings: Iterable[FindingRecord],
    ) -> None:  # fmt: skip
        self._viewer, self._wording = viewer, wording
        self._day = Day(as_of, round_.election_date, office_thresholds())
        listed = list(findings)
        here = {each.listing_id for each in listed if each.listing_id is not None}
        corrects = may(viewer, Permission.CORRECT_REGISTER)
        self._corrects_stations = corrects and may_correct(viewer, About(LISTING, 0))
        self._statable = {} if self._corrects_stations else statable_at(viewer, here)
        self._components = self._own_components(listed, round_.pk) if corrects else {}
        self._stops = self._stops_of(listed)

    def at(self, rule: str, finding: FindingRecord, case: ObstacleCase | None) -> Recording:
        """Say it for one finding; nothing where its rule judges by other rows."""
        if is_of_component(rule, finding.fields):
            return self._upstream(rule, finding, case)
        asked, listing = fields_to_record(rule, finding.fields), finding.listing
        if not asked or listing is None:
            return NOTHING
        mine = set(asked)
        if not self._corrects_stations:
            mine &= self._statable.get(listing.pk, frozenset())
        if not mine:
            return self._others(case, "station", county=_county(listing))
        linked = [(name, self._about(listing, finding, name)) for name in asked if name in mine]
        links = [self._link(rule, finding, name, to, case) for name, to in linked if to is not None]
        return Recording(sorted(links, key=lambda link: not link.needed))

    def _upstream(self, rule: str, finding: FindingRecord, case: ObstacleCase | None) -> Recording:
        codes = finding.fields.get("upstream") or ()
        mine = [self._components[code] for code in codes if code in self._components]
        if not mine:
            owner = self._wording.owner(case.owner) if case else ""
            return self._others(case, "component", owner=owner)
        about = About(COMPONENT, mine[0])
        asked = fields_looked_at(rule, finding.fields)
        return Recording([self._link(rule, finding, name, about, case) for name in asked])

    def _others(self, case: ObstacleCase | None, what: str, **said: Any) -> Recording:
        """Say who records it; a comment reaches them where the viewer may write one."""
        if case is None:
            return NOTHING
        key = f"board.record.who_{what}"
        if not any(said.values()):
            key, said = "board.record.who_secretary", {}
        ask = reverse("case", args=[case.pk]) + "#field-text"
        return Recording(
            who=say(key, self._wording.language, **said),
            ask=ask if may(self._viewer, Permission.COMMENT) else "",
        )

    def _link(
        self, rule: str, finding: FindingRecord, name: str, about: About,
        case: ObstacleCase | None,
    ) -> Recordable:  # fmt: skip
        asked: dict[str, Any] = {"field": name} | ({"case": case.pk} if case else {})
        return Recordable(
            field_name(name, self._wording.language),
            f"{reverse('claim-new', args=[slug_of(about)])}?{urlencode(asked)}",
            needed_words(rule, finding, name, self._day, self._wording.language),
        )

    def _about(self, listing: Listing, finding: FindingRecord, name: str) -> About | None:
        """Give what a field is recorded at: radio coverage of a mobile station at its stops.

        None where the finding names no stop: their list stands on the station's page.
        """
        if listing.point.kind != StationKind.MOBILE or not name.startswith("signal_"):
            return About(LISTING, listing.pk)
        stop = self._stops.get((listing.pk, int(finding.fields.get("stop") or 0)))
        return About(STOP, stop) if stop else None

    def _own_components(self, findings: Iterable[FindingRecord], round_id: int) -> dict[str, int]:
        codes = {
            code
            for each in findings
            for code in each.fields.get("upstream") or ()
            if is_of_component(each.cause.rule, each.fields)
        }
        if not codes or not may_correct(self._viewer, About(COMPONENT, 0)):
            return {}
        mine = components_for(self._viewer).filter(round=round_id, code__in=codes)
        return dict(mine.values_list("code", "pk"))

    def _stops_of(self, findings: Iterable[FindingRecord]) -> dict[tuple[int, int], int]:
        named = {each.listing_id for each in findings if each.fields.get("stop")}
        if not named:
            return {}
        rows = Stop.objects.filter(listing__in=named).values_list("listing", "ordinal", "pk")
        return {(listing, ordinal): pk for listing, ordinal, pk in rows}


def needed_words(rule: str, finding: FindingRecord, name: str, day: Day, language: str) -> str:
    """Say which value of a field would end an obstacle, a day as it is typed; empty if any may."""
    needed = needed_value(rule, finding.fields, name, day)
    if needed is None:
        return ""
    said = {
        key: date_short(value, language) if isinstance(value, date) else value
        for key, value in needed.fields.items()
    }
    return say(f"board.needed.{needed.word}", language, **said)


def needed_here(viewer: User, thing: Thing, name: str, wording: Wording) -> list[str]:
    """Say, for each open obstacle that a field of an object is judged by, which value it needs."""
    cases = cases_for(viewer).filter(state__in=OPEN).select_related("round", "record__assessment")
    cases = cases.defer("record__assessment__summary")
    found = FindingRecord.objects.select_related("cause")
    if isinstance(thing, Component):
        cases = cases.filter(round=thing.round_id, key__endswith=thing.code)
        found = found.filter(cause__in=cases.values("record"))
    else:
        listing = listing_of(thing)
        cases = cases.filter(record__findings__listing=listing).distinct()
        found = found.filter(cause__in=cases.values("record"), listing=listing)
    by_record = {case.record_id: case for case in cases}
    said: dict[str, None] = {}
    seen: set[tuple[int, str]] = set()
    for finding in found.order_by("cause", "pk"):
        rule = finding.cause.rule
        if isinstance(thing, Component):
            of_this = thing.code in (finding.fields.get("upstream") or ())
            if not of_this or not is_of_component(rule, finding.fields):
                continue
        elif is_of_component(rule, finding.fields):
            continue
        if isinstance(thing, Stop) and finding.fields.get("stop") not in (None, thing.ordinal):
            continue
        case = by_record.get(finding.cause_id)
        if case is None or case.record is None:
            continue
        day = Day(
            day_of(case.record.assessment, case.round), case.round.election_date,
            office_thresholds(),
        )  # fmt: skip
        needed = needed_words(rule, finding, name, day, wording.language)
        if needed and (finding.cause_id, needed) not in seen:
            seen.add((finding.cause_id, needed))
            title = wording.title(rule)
            said[say("board.needed.for", wording.language, obstacle=title, needed=needed)] = None
    return list(said)


def _county(listing: Listing) -> str:
    place = listing.point.place
    while place is not None and place.level > PlaceLevel.COUNTY:
        place = place.parent
    return place.name if place is not None and place.level == PlaceLevel.COUNTY else ""
