"""What is owed at one county: its own duties and follow-ups, and what the province owes it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from pollready.committee.county_reviews.reading import CountyReading
from pollready.committee.duty_states import DutyReader, DutyState, due_of
from pollready.committee.follow_up_due import moment_of
from pollready.committee.work import dues
from pollready.duties.escalation import office_chain
from pollready.duties.follow_ups.models import STANDING, FollowUp, FollowUpObject
from pollready.duties.follow_ups.queries import follow_ups_for
from pollready.duties.models import Covers, Duty
from pollready.duties.queries import standing
from pollready.obstacles.due import gate_days
from pollready.obstacles.office import office_thresholds
from pollready.people.models import PLACE_ROLES, User
from pollready.resources.accounts import MOVES, Account, EntryKind
from pollready.resources.models import LotEntry, ResourceLot
from pollready.resources.queries import lots_for

DUTY, FOLLOW_UP, LOT = "duty", "follow_up", "lot"


@dataclass(frozen=True, slots=True)
class Owed:
    """Something to be done for the county: what, by whom, by when, and how many wait for it."""

    what: str  # DUTY, FOLLOW_UP or LOT
    about: str
    text: str
    agency: str  # its name; empty where an office owes it
    office: str
    is_own: bool  # the county's office owes it itself
    due_date: date | None
    is_overdue: bool
    stations: int | None  # None: it is not told by stations
    voters: int | None
    state: str
    classification: int
    more: Mapping[str, Any] = field(default_factory=dict)


def owed_at(reading: CountyReading) -> list[Owed]:
    """Give what is not done yet: duties, follow-ups, then means; each in order of its day."""
    return [
        *sorted(_duties(reading), key=_by_day),
        *sorted(_follow_ups(reading), key=_by_day),
        *_lots(reading),
    ]


def _by_day(owed: Owed) -> tuple[date, str]:
    return (owed.due_date or date.max, owed.about)


# Duties


def _duties(reading: CountyReading) -> Iterator[Owed]:
    """Give the duties of the county's offices, and those of others that cover its stations."""
    saved, by = reading.saved, reading.by
    now = moment_of(saved, saved.round, reading.now)
    reader = DutyReader(by, saved, now=now)
    thresholds, chain = office_thresholds(), office_chain()
    duties = standing(by, saved.round_id).filter(
        Q(office__in=PLACE_ROLES) | Q(covers=Covers.STATIONS), person=None,
        classification__lte=reading.ceiling,
    )  # fmt: skip
    for duty in duties.select_related("agency").order_by("pk"):
        told = _duty_state(duty, reader, reading)
        if told is None:
            continue
        state, stations, voters = told
        due = due_of(
            duty, election_date=saved.round.election_date, thresholds=thresholds, chain=chain,
            is_done=False, now=now,
        )  # fmt: skip
        yield Owed(
            DUTY, f"duty-{duty.pk}", duty.text, duty.agency.name if duty.agency else "",
            duty.office, duty.office in PLACE_ROLES, due.day, due.days_overdue is not None,
            stations, voters, state, duty.classification,
        )  # fmt: skip


def _duty_state(
    duty: Duty, reader: DutyReader, reading: CountyReading
) -> tuple[str, int | None, int | None] | None:
    """Tell how far a duty is in the county; None where it is done, or covers nothing here."""
    if duty.covers != Covers.STATIONS:
        progress = reader.progress(duty)
        return None if progress.is_done else (progress.state.value, None, None)
    open_ones = (
        reader.objects(duty)
        .filter(reading.here("listing"))
        .exclude(duty_state=DutyState.DONE.value)
        .order_by()
    )
    told = open_ones.aggregate(number=Count("pk"), voters=Sum("listing__expected_voters"))
    if not told["number"]:
        return None
    states = set(open_ones.values_list("duty_state", flat=True).distinct())
    worst = (DutyState.OPEN, DutyState.CONTRADICTED, DutyState.UNKNOWN)
    state = next(each.value for each in worst if each.value in states)
    return state, told["number"], told["voters"]


# Follow-ups


def _follow_ups(reading: CountyReading) -> Iterator[Owed]:
    """Give the follow-ups that wait for the county's people, or at the county's stations."""
    saved = reading.saved
    waiting = {
        key: (number, voters)
        for key, number, voters in FollowUpObject.objects.filter(
            reading.here("listing"), is_wanting=True, follow_up__round=saved.round_id
        )
        .order_by()
        .values_list("follow_up")
        .annotate(number=Count("pk"), voters=Sum("listing__expected_voters"))
    }
    people = set(
        User.objects.filter(places__in=reading.places, role__in=PLACE_ROLES).values_list(
            "pk", flat=True
        )
    )
    rows = (
        follow_ups_for(reading.by, saved.round_id)
        .filter(state__in=STANDING, classification__lte=reading.ceiling)
        .select_related("agency")
    )
    now = moment_of(saved, saved.round, reading.now)
    for row, due in dues(rows, saved.round, now):
        is_own = _is_own(row, people, is_here=row.pk in waiting)
        if not is_own and row.pk not in waiting:
            continue
        stations, voters = waiting.get(row.pk, (None, None))
        yield Owed(
            FOLLOW_UP, f"follow_up-{row.pk}", row.text, row.agency.name if row.agency else "",
            row.office, is_own, due.day, due.days_overdue is not None, stations, voters,
            str(row.state), row.classification,
        )  # fmt: skip


def _is_own(row: FollowUp, people: set[int], *, is_here: bool) -> bool:
    """Say whether somebody of the county owes it: in person, or its office for its stations."""
    if row.person_id is not None:
        return row.person_id in people
    return row.office in PLACE_ROLES and (is_here or row.covers == Covers.OWNER)


# Means


def _lots(reading: CountyReading) -> Iterator[Owed]:
    """Give what is pledged to the county and not delivered, or delivered and not tested.

    Of a lot that is kept elsewhere only what entries promise or send to the county counts.
    """
    saved = reading.saved
    here = reading.places
    sent = LotEntry.objects.filter(
        lot=OuterRef("pk"), county__in=here, source__classification__lte=reading.ceiling
    )
    lots = (
        lots_for(reading.by, saved.round_id)
        .filter(
            Q(county__in=here) | Exists(sent), classification__lte=reading.ceiling,
            source__classification__lte=reading.ceiling,
            agency__classification__lte=reading.ceiling,
        )
        .select_related("agency")
        .order_by("agency__name", "kind", "pk")
    )  # fmt: skip
    elsewhere = _sent_here(reading)
    places = set(here.values_list("pk", flat=True))
    election = saved.round.election_date
    days = gate_days(office_thresholds())["delivery"]
    due = None if election is None else election - timedelta(days=days)
    day = moment_of(saved, saved.round, reading.now).date()
    for lot in lots:
        counts = _counts(lot) if lot.county_id in places else elsewhere.get(lot.pk, {})
        missing = _missing(counts)
        if missing is None:
            continue
        yield Owed(
            LOT, f"lot-{lot.pk}", "", lot.agency.name, "", False, due,
            due is not None and due < day, None, None, missing, lot.classification,
            {
                "kind": lot.kind, "depot": lot.depot,
                **{each.value: counts.get(each) for each in _SHOWN},
            },
        )  # fmt: skip


_SHOWN: Sequence[Account] = (Account.PLEDGED, Account.DELIVERED, Account.TESTED)


def _counts(lot: ResourceLot) -> dict[Account, int | None]:
    return {each: getattr(lot, each.value) for each in _SHOWN}


def _missing(counts: Mapping[Account, int | None]) -> str | None:
    """Tell what a lot lacks; what nobody counted is not there."""
    pledged, delivered = counts.get(Account.PLEDGED), counts.get(Account.DELIVERED)
    tested = counts.get(Account.TESTED)
    if pledged and pledged > (delivered or 0):
        return "not_delivered"
    if delivered and delivered > (tested or 0):
        return "not_tested"
    return None


def _sent_here(reading: CountyReading) -> dict[int, dict[Account, int | None]]:
    """Add up, by lot, what entries promise or send to the county."""
    rows = (
        LotEntry.objects.filter(
            Q(kind__in=list(MOVES)) | Q(kind=EntryKind.CORRECT),
            lot__round=reading.saved.round_id, county__in=reading.places,
            source__classification__lte=reading.ceiling,
        )
        .order_by()
        .values_list("lot", "account")
        .annotate(total=Sum("count"))
    )  # fmt: skip
    found: dict[int, dict[Account, int | None]] = {}
    for lot, account, total in rows:
        found.setdefault(lot, {})[Account(account)] = max(0, total)
    return found
