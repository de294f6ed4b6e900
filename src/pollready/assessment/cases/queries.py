"""Reading cases as one user may: his agency's, or those with a station in his places."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from pollready.assessment.models import FindingRecord, SavedAssessment
from pollready.assessment.queries import causes_of, counted_in_scope
from pollready.obstacles.cases import ACTIVE
from pollready.obstacles.models import CaseEvent, Mention, ObstacleCase
from pollready.people.models import AGENCY_ROLES, PLACE_ROLES, User
from pollready.people.permissions import PERMISSIONS, Permission
from pollready.people.scopes import at_stations, is_of_agency, listings_for, places_of
from pollready.places.models import ElectionRound

# Whom a county's own obstacles belong to, as rules name them.
OFFICES = ("governor", "county_lead")
# How many levels a place can lie below another.
_UP = ("", "__parent", "__parent__parent", "__parent__parent__parent")
TREND = 12


def cases_for(user: User) -> QuerySet[ObstacleCase]:
    """Give the cases of all rounds within the user's scope.

    Who speaks for an agency sees those that it owns or that are given to him; who serves a
    place, those with a station in it, by the findings of the last assessment that found them.
    """
    cases = ObstacleCase.objects.all()
    if is_of_agency(user):
        cases = cases.filter(Q(owner__in=names_of_agency(user)) | Q(assignee=user))
    if places_of(user) is None:
        return cases
    here = FindingRecord.objects.filter(cause=OuterRef("record"), listing__in=listings_for(user))
    return cases.filter(Exists(here))


def names_of_agency(user: User) -> list[str]:
    """Give what an obstacle's owner may be called where it is the user's agency."""
    agency = user.agency
    return [] if agency is None else [n for n in (agency.code, agency.role, agency.name) if n]


def is_mine(user: User) -> Q:
    """Say that a case waits for this user: it is his, or his office's and nobody's in person."""
    owners = names_of_agency(user) if is_of_agency(user) else []
    if user.role in PLACE_ROLES:
        owners = list(OFFICES)
    return Q(assignee=user) | Q(assignee=None, owner__in=owners)


def works_for_one(user: User) -> bool:
    """Say whether the user's board begins with what is his own: an agency's, or a place's."""
    return user.role in AGENCY_ROLES or user.role in PLACE_ROLES


def findings_of(user: User, case: ObstacleCase) -> QuerySet[FindingRecord]:
    """Give the findings of a case that the user may see: whoever sees it sees all in scope."""
    findings = FindingRecord.objects.filter(cause=case.record_id)
    here = at_stations("listing", user)
    return findings.filter(here if places_of(user) is not None else here | Q(listing__isnull=True))


def count_in_scope(user: User, cases: Iterable[ObstacleCase]) -> list[ObstacleCase]:
    """Give the cases with stations and voters as counted within the user's places."""
    listed = list(cases)
    if places_of(user) is None:
        return listed
    records = {case.record_id: case.record for case in listed if case.record is not None}
    counted = {record.pk: record for record in counted_in_scope(user, records.values())}
    for case in listed:
        record = counted.get(case.record_id or 0)
        if record is not None:
            case.stations, case.voters = record.stations, record.voters
    return listed


def events_of(case: ObstacleCase) -> QuerySet[CaseEvent]:
    """Give the time line of a case, the newest first, with who did it."""
    return CaseEvent.objects.filter(case=case).select_related("by").order_by("-at", "-pk")


def own_comments(user: User) -> QuerySet[CaseEvent]:
    """Give the user's comments on cases that he still sees."""
    comments = CaseEvent.objects.filter(kind=CaseEvent.Kind.COMMENT, by=user)
    return comments.filter(case__in=cases_for(user)).select_related("case")


def people_for(case: ObstacleCase, *, owner: str | None = None) -> QuerySet[User]:
    """Give the users who see a case, or would if it were `owner`'s: they can be named in it."""
    owner = case.owner if owner is None else owner
    reading = [role for role, allowed in PERMISSIONS.items() if Permission.SEE_REGISTER in allowed]
    agency = Q(agency__code=owner) | Q(agency__role=owner) | Q(agency__name=owner)
    agency = agency if owner else Q(pk__in=[])
    assigned = Q(pk=case.assignee_id) if case.assignee_id else Q(pk__in=[])
    everywhere = Q(places__isnull=True) & ~Q(role__in=PLACE_ROLES)
    return (
        User.objects.filter(is_active=True, role__in=reading)
        .filter(~Q(role__in=AGENCY_ROLES) | agency | assigned)
        .filter(everywhere | Exists(_at_places_of(case)))
        .filter(clearance__gte=_class_of(case))
        .distinct()
        .order_by("username")
    )


def _at_places_of(case: ObstacleCase) -> QuerySet[FindingRecord]:
    """Find findings at a station in the places of the user whom the outer query looks at."""
    within, place = Q(), "listing__point__place"
    for up in _UP:
        within |= Q(**{f"{place}{up}__users": OuterRef("pk")})
    return FindingRecord.objects.filter(
        within, cause=case.record_id, listing__point__classification__lte=OuterRef("clearance")
    )


def _class_of(case: ObstacleCase) -> int:
    """Give the highest class of what went into the round's last assessment."""
    classes = SavedAssessment.objects.filter(round=case.round_id).values_list(
        "classification", flat=True
    )
    return classes.first() or 0


def mentions_for(user: User, *, unseen: bool = False) -> QuerySet[Mention]:
    """Give where the user was named, of the cases that he still sees, the newest first.

    Every page counts the unseen. Which cases these are is asked first: they are few, mostly none,
    and in one question PostgreSQL may look through the whole scope once for each.
    """
    named = Mention.objects.filter(user=user)
    if unseen:
        named = named.filter(seen_at=None)
    cases = list(named.values_list("event__case", flat=True).distinct())
    seen = cases_for(user).filter(pk__in=cases).values_list("pk", flat=True) if cases else ()
    return (
        named.filter(event__case__in=list(seen))
        .select_related("event__by", "event__case__round")
        .order_by("-event__at", "-pk")
    )


def day_of(saved: SavedAssessment, election_round: ElectionRound) -> date:
    """Give the day from which ages and due days count: today, or the assessment's own day.

    The latter once the election is over, and where a file was prepared for a day to come.
    """
    today, as_of = timezone.localdate(), saved.as_of_date
    election = election_round.election_date
    return today if as_of <= today and (election is None or today <= election) else as_of


def overdue_on(day: date) -> Q:
    """Say that a case should be gone by now and somebody still has something to do."""
    return Q(due_date__lt=day, state__in=[state.value for state in ACTIVE])


def rechecked_since(user: User, saved: SavedAssessment) -> int:
    """Count the user's cases of which a check found something after the assessment was made."""
    checked = CaseEvent.objects.filter(
        kind=CaseEvent.Kind.CHECKED,
        at__gt=saved.made_at,
        case__in=cases_for(user).filter(round=saved.round_id),
        detail__has_key="found",  # a check that could not be made says "error" instead
    )
    return checked.values("case").distinct().count()


def counts_by_severity(
    user: User, election_round: ElectionRound
) -> list[tuple[SavedAssessment, dict[str, int]]]:
    """Count what each of the last assessments found, in scope, by severity; the oldest first."""
    lately = list(SavedAssessment.objects.filter(round=election_round).defer("summary")[:TREND])
    counts: dict[int, dict[str, int]] = {saved.pk: {} for saved in lately}
    causes = causes_of(user, lately).order_by()
    rows = causes.values_list("assessment", "severity").annotate(found=Count("pk"))
    for assessment, severity, found in rows:
        counts[assessment][severity] = found
    return [(saved, counts[saved.pk]) for saved in reversed(lately)]
