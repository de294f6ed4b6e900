"""What an agency may say at the stations of its own open cases, and saying it.

Whoever owns an obstacle is asked to record what proves it gone, and the stations are not an
agency's to correct. So its people state, beside what stands, the fields that the rule looks at,
where its case was found, as long as the case is open. See `docs/decisions/0014`.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from pollready.assessment.cases.queries import cases_for, names_of_agency
from pollready.assessment.models import FindingRecord
from pollready.obstacles.cases import OPEN
from pollready.obstacles.evidence import fields_to_record
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check, may
from pollready.people.scopes import is_of_agency, listings_for
from pollready.register.corrections.claiming import Statement, state_of_field
from pollready.register.corrections.errors import check_for_change
from pollready.register.corrections.stating import put_beside
from pollready.register.corrections.subjects import About, Thing, find, listing_of
from pollready.register.models import Claim

# What the list itself holds is the list's: an agency puts nothing in its place.
_OF_LIST = frozenset({"expected_voters", "position"})


def statable_at(user: User, listings: Collection[int]) -> dict[int, frozenset[str]]:
    """Give, of some stations, the fields that the user may state for his agency there.

    Nothing to who does not speak for an agency, and none of a station outside his scope and
    class, of another's case, or of a case that is settled.
    """
    if not is_of_agency(user) or not may(user, Permission.CORRECT_REGISTER):
        return {}
    owned = cases_for(user).filter(owner__in=names_of_agency(user), state__in=OPEN)
    found = FindingRecord.objects.filter(
        cause__in=owned.values("record"),
        cause__assessment__classification__lte=user.clearance,
        listing__in=listings_for(user).filter(pk__in=listings),
    )
    said: dict[int, frozenset[str]] = {}
    for listing, rule, fields in found.values_list("listing", "cause__rule", "fields"):
        fresh = frozenset(fields_to_record(rule, fields)) - _OF_LIST
        said[listing] = said.get(listing, frozenset()) | fresh
    return said


def statable_of(user: User, thing: Thing) -> frozenset[str]:
    """Give the fields of one station, or of a stop of it, that the user may state."""
    listing = listing_of(thing)
    if listing is None:
        return frozenset()
    return statable_at(user, [listing.pk]).get(listing.pk, frozenset())


@transaction.atomic
def state(
    *,
    about: About,
    said: Statement,
    expected: str | None = None,
    file: tuple[str, bytes] | None = None,
    by: User,
    now: datetime,
) -> Claim:
    """Write what the user's agency says of a field that the rule of its open case looks at.

    Raises `NotPermitted`, `OutOfReach`, `ChangedMeanwhile`, `CorrectionRefused`.
    """
    check(by, Permission.CORRECT_REGISTER)
    thing = find(by, about, lock=True)
    if said.field not in statable_of(by, thing):
        raise NotPermitted(Permission.CORRECT_REGISTER)
    check_for_change(expected, state_of_field(thing, said.field), str(about))
    return put_beside(thing, said, file=file, by=by, now=now)
