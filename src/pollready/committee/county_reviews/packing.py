"""What the pack of a county holds: gathered once as data, the same for every reader.

Names of what lies upstream are masked in it, since a pack goes from hand to hand. Faces say it in
words (`reports.review_words`); nothing here is in any language.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from pollready.assessment.by_place import Tally, count_stations
from pollready.assessment.models import FindingRecord
from pollready.committee.county_reviews.causes import LocalCause, district_names, local_causes
from pollready.committee.county_reviews.models import CountyReview, ItemKind, ReviewState
from pollready.committee.county_reviews.owed import DUTY, FOLLOW_UP, Owed, owed_at
from pollready.committee.county_reviews.reading import CountyReading
from pollready.committee.meetings.models import Suggestion, SuggestionState
from pollready.history.models import Incident
from pollready.history.queries import incidents_for
from pollready.obstacles.cases import CaseState
from pollready.obstacles.finding import Severity
from pollready.register.veil import Veil, masked, veil_for_everybody

FORM = "pollready-county-review/1"
OF_A_KIND_MAX, CAUSES_MAX, LESSONS_MAX, DECISIONS_MAX = 30, 40, 20, 20
NAMED_MAX = 8  # stations of a lesson that are named
Pack = dict[str, Any]
Item = dict[str, Any]


def canonical(content: Mapping[str, Any]) -> str:
    """Write content in its one way: sorted keys, no spaces, UTF-8.

    >>> canonical({"b": 1, "a": "ی"})
    '{"a":"ی","b":1}'
    """
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def hash_of(text: str) -> str:
    """Give the fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def pack_of(reading: CountyReading, *, number: int) -> Pack:
    """Gather what a county's review rests on, as it stands now."""
    veil = veil_for_everybody(reading.saved.round_id)
    causes = local_causes(reading)
    owed = owed_at(reading)
    incidents = list(_incidents(reading))
    lessons = _lessons(incidents, veil)
    suggestions = list(_suggestions(reading, causes))
    items, left_out = _items(reading, causes, owed, suggestions, veil)
    saved, election_round = reading.saved, reading.saved.round
    classes = [
        saved.classification,
        *(each.classification for each in owed),
        *(each.classification for each in incidents),
        *(each.item.meeting.classification for each in suggestions if each.item),
    ]
    return {
        "form": FORM,
        "number": number,
        "class": max(classes),
        "round": {
            "name": election_round.name, "jurisdiction": election_round.jurisdiction,
            "election_date": _iso(election_round.election_date),
        },
        "county": {"code": reading.county.code, "name": reading.county.name},
        "as_of": saved.as_of_date.isoformat(),
        "prepared_at": reading.now.isoformat(),
        "before": _before(reading),
        "situation": _situation(reading),
        "map": _map(reading),
        "causes": _causes(causes, veil, is_unknown=False),
        "unknowns": _causes(causes, veil, is_unknown=True),
        "lessons": lessons[:LESSONS_MAX],
        "lessons_left_out": max(0, len(lessons) - LESSONS_MAX),
        "items": items,
        "left_out": left_out,
    }  # fmt: skip


# Situation


def _situation(reading: CountyReading) -> Pack:
    counted = count_stations(reading.stations)
    names = district_names(reading.places)
    districts = [
        {"name": names.get(place, ""), "tally": _tally(tally)}
        for place, tally in counted.by_place.items()
        if tally["stations"]
    ]
    return {
        "total": _tally(counted.total),
        "kinds": {
            kind: _tally(tally) for kind, tally in counted.by_kind.items() if tally["stations"]
        },
        "districts": sorted(districts, key=lambda each: str(each["name"])),
    }


def _tally(tally: Tally) -> Pack:
    return {
        name: tally[name]
        for name in (
            "stations", "ready", "not_ready", "unknown", "contradicted", "voters", "voters_ready",
            "voters_not_ready", "voters_unknown", "stations_without_voters",
        )
    }  # fmt: skip


def _before(reading: CountyReading) -> Pack | None:
    """Give the figures of the county's last review that went out, to compare with."""
    last = (
        CountyReview.objects.filter(round=reading.saved.round_id, county=reading.county)
        .filter(Q(sent_at__isnull=False) | Q(state=ReviewState.SIGNED_OFF))
        .order_by("-number")
        .select_related("pack")
        .first()
    )
    if last is None:
        return None
    pack = json.loads(last.pack.canonical)
    return {"number": last.number, "as_of": pack["as_of"], "total": pack["situation"]["total"]}


def _map(reading: CountyReading) -> Pack:
    """Give where each station stands and how; coordinates that cannot be right are left out."""
    doubtful = set(
        FindingRecord.objects.filter(
            reading.here("listing"), cause__assessment=reading.saved,
            cause__rule="coordinates_implausible",
        ).values_list("listing", flat=True)
    )  # fmt: skip
    names = district_names(reading.places)
    points, left_out = [], 0
    for listing, lat, lon, place, readiness, contradicted in reading.stations.order_by(
        "listing__code"
    ).values_list(
        "listing", "listing__point__lat", "listing__point__lon", "listing__point__place",
        "readiness", "contradicted",
    ):  # fmt: skip
        if lat is None or lon is None or listing in doubtful:
            left_out += 1
            continue
        sign = "contradicted" if contradicted else readiness
        points.append([lat, lon, sign, names.get(place, "")])
    return {"points": points, "left_out": left_out}


# Obstacles and lessons


def _causes(causes: Iterable[LocalCause], veil: Veil, *, is_unknown: bool) -> Pack:
    rows = [each for each in causes if each.is_unknown is is_unknown]
    return {
        "rows": [_cause(each, veil) for each in rows[:CAUSES_MAX]],
        "left_out": max(0, len(rows) - CAUSES_MAX),
    }


def _cause(each: LocalCause, veil: Veil) -> Pack:
    return {
        **_said_of(each, veil),
        "by_district": [list(row) for row in each.by_district],
        "owner": veil.text(each.owner),
        "stations": each.stations,
        "voters": each.voters,
    }


def _said_of(each: LocalCause, veil: Veil) -> Pack:
    """Give what a cause's words are made of."""
    return {
        "rule": each.record.rule,
        "severity": each.record.severity,
        "fields": veil.anything(each.fields),
        "upstream": [masked(code) for code in each.upstream],
    }


def _incidents(reading: CountyReading) -> Any:
    here = Q(place__in=reading.places) | reading.here("listing")
    return (
        incidents_for(reading.by)
        .filter(here, round=reading.saved.round_id, classification__lte=reading.ceiling)
        .filter(source__classification__lte=reading.ceiling)
        .select_related("agency", "listing")
        .order_by("-started_at", "pk")
    )


def _lessons(incidents: Iterable[Incident], veil: Veil) -> list[Pack]:
    """Give what incidents taught: those of one kind with one lesson together, the most first."""
    together: dict[tuple[str, str, str], list[Incident]] = {}
    for each in incidents:
        together.setdefault((each.election, each.kind, each.lesson), []).append(each)
    found = [_lesson(rows, veil) for rows in together.values()]
    return sorted(found, key=lambda row: (-row["times"], row["election"], row["kind"]))


def _lesson(rows: list[Incident], veil: Veil) -> Pack:
    first = rows[0]
    wheres = sorted({each.listing.code if each.listing else each.where for each in rows} - {""})
    stopped = [each.stop_min for each in rows if each.stop_min is not None]
    return {
        "election": first.election,
        "kind": veil.text(first.kind),
        "lesson": veil.text(first.lesson),
        "times": len(rows),
        "causes": sorted({veil.text(each.cause) for each in rows} - {""}),
        "actions": sorted({veil.text(each.action) for each in rows} - {""}),
        "where": [veil.text(each) for each in wheres[:NAMED_MAX]],
        "where_more": max(0, len(wheres) - NAMED_MAX),
        "stop_min": sum(stopped) if stopped else None,
        "without_min": len(rows) - len(stopped),
    }


# Items


def _items(
    reading: CountyReading,
    causes: list[LocalCause],
    owed: list[Owed],
    suggestions: list[Suggestion],
    veil: Veil,
) -> tuple[list[Item], dict[str, int]]:
    """Give what the county answers one by one, numbered, and how much of each kind is more."""
    known = [each for each in causes if not each.is_unknown]
    of_kind: dict[ItemKind, list[Item]] = {
        ItemKind.OBSTACLE: [_obstacle(e, veil) for e in known if not e.is_owed_by_province],
        ItemKind.DUTY: [_owed(e, veil) for e in owed if e.is_own and e.what == DUTY],
        ItemKind.FOLLOW_UP: [_owed(e, veil) for e in owed if e.is_own and e.what == FOLLOW_UP],
        ItemKind.PROMISE: [
            *(_obstacle(e, veil) for e in known if e.is_owed_by_province),
            *(_owed(e, veil) for e in owed if not e.is_own),
        ],
        ItemKind.CONTRADICTION: list(_contradictions(reading)),
        ItemKind.DECISION: [
            *_to_decide(known, veil)[:DECISIONS_MAX],
            *(_suggested(each, veil) for each in suggestions),
        ],
    }
    items: list[Item] = []
    left_out: dict[str, int] = {}
    for kind, rows in of_kind.items():
        items += [{"kind": kind.value, **row} for row in rows[:OF_A_KIND_MAX]]
        if len(rows) > OF_A_KIND_MAX:
            left_out[kind.value] = len(rows) - OF_A_KIND_MAX
    return [{"number": number, **each} for number, each in enumerate(items, start=1)], left_out


def _obstacle(each: LocalCause, veil: Veil) -> Item:
    return {
        "what": "obstacle",
        "about": each.about,
        **_said_of(each, veil),
        "owner": veil.text(each.owner),
        "due": _iso(each.due_date),
        "overdue": each.is_overdue,
        "stations": each.stations,
        "voters": each.voters,
        "state": each.case.state if each.case is not None else CaseState.FOUND.value,
    }


def _owed(each: Owed, veil: Veil) -> Item:
    return {
        "what": each.what,
        "about": each.about,
        "text": veil.text(each.text),
        "owner": each.agency or each.office,
        "due": _iso(each.due_date),
        "overdue": each.is_overdue,
        "stations": each.stations,
        "voters": each.voters,
        "state": each.state,
        "more": veil.anything(dict(each.more)),
    }


def _contradictions(reading: CountyReading) -> Iterator[Item]:
    rows = reading.stations.filter(contradictions__gt=0).order_by("listing__code")
    for listing, code, name, voters, fields in rows.values_list(
        "listing", "listing__code", "listing__point__name", "listing__expected_voters",
        "contradictions",
    ):  # fmt: skip
        yield {
            "what": "contradiction", "about": f"listing-{listing}", "code": code, "name": name,
            "fields_differing": fields, "owner": "", "due": None, "overdue": False,
            "stations": 1, "voters": voters, "state": "",
        }  # fmt: skip


def _to_decide(causes: Iterable[LocalCause], veil: Veil) -> list[Item]:
    """Give the severe obstacles that have no owner, are overdue, or that nobody has accepted."""
    found = []
    for each in causes:
        if each.record.severity != Severity.SEVERE.value:
            continue
        row = _obstacle(each, veil)
        why = (
            "no_owner" if not each.owner
            else "overdue" if each.is_overdue
            else "not_accepted" if row["state"] == CaseState.FOUND.value
            else ""
        )  # fmt: skip
        if why:
            found.append({**row, "what": "decide", "why": why})
    return found


def _suggestions(reading: CountyReading, causes: Iterable[LocalCause]) -> Iterator[Suggestion]:
    """Give those that wait, made on an object of the county, or in a review of it."""
    stations = reading.stations.values_list("listing", flat=True)
    abouts = {f"listing-{listing}" for listing in stations}
    abouts |= {each.about for each in causes if each.about}
    rows = Suggestion.objects.filter(
        Q(item=None) | Q(item__meeting__county=reading.county,
                         item__meeting__classification__lte=reading.ceiling),
        round=reading.saved.round_id,
        state__in=(SuggestionState.WAITING, SuggestionState.DEFERRED),
    ).select_related("item__meeting")  # fmt: skip
    for each in rows.order_by("pk"):
        if each.item is not None or each.about in abouts:
            yield each


def _suggested(each: Suggestion, veil: Veil) -> Item:
    effect = each.effect or {}
    return {
        "what": "suggestion", "about": f"suggestion-{each.pk}", "text": veil.text(each.text),
        "owner": "", "due": None, "overdue": False, "stations": effect.get("stations_ready"),
        "voters": effect.get("voters_ready"), "state": str(each.state),
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
