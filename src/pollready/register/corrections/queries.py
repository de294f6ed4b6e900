"""Reading what people decided on the claims, and which of the claims stand."""

import hashlib
from datetime import datetime

from django.db.models import F, Q, QuerySet

from pollready.audit.models import AuditBatch
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.places.models import Listing, Stop
from pollready.register.corrections.models import (
    Evidence,
    ListDecision,
    Resolution,
    ResolutionState,
)
from pollready.register.models import Claim, Component, Source
from pollready.register.queries import claims_for, components_for

PERSON = "person:"  # how the lineage of a person's own claims begins
OF_AGENCY = "agency:"  # and that of what an agency says of what is not its own
# Equal to the commands of `handling`, and to those of `resources` that change what is counted on.
HANDLED = (
    "assign_component", "classify_component",
    "open_lot", "enter_movement", "state_count", "correct_entry", "settle_count",
)  # fmt: skip
SUBJECTS = ("listing", "stop", "component")


def set_aside(
    round_id: int, recorded_by: datetime | None = None, *, about: dict[str, int] | None = None
) -> set[int]:
    """Give the claims that do not count: a named person chose another that still stands.

    At `recorded_by`, or now; of a round, or of one object. Rivals recorded after the decision
    count again.
    """
    decided = Resolution.objects.filter(
        held("decided_at", "ended_at", recorded_by),
        held("chosen__recorded_at", "chosen__superseded_at", recorded_by),
        round_id=round_id,
        state=ResolutionState.RESOLVED,
        **(about or {}),
    )
    found: set[int] = set()
    for subject in SUBJECTS if about is None else [_subject(about)]:
        claims = f"{subject}__claims__"
        rows = decided.filter(
            **{f"{claims}field": F("field"), f"{claims}recorded_at__lte": F("decided_at")}
        ).values_list(f"{claims}pk", f"{claims}value", "chosen__value")
        found.update(pk for pk, value, chosen in rows if value != chosen)
    return found


def _subject(about: dict[str, int]) -> str:
    return next(iter(about)).removesuffix("_id")


def held(begins: str, ends: str, moment: datetime | None) -> Q:
    """Say that something had begun and not ended: now, or at a moment."""
    if moment is None:
        return Q(**{f"{ends}__isnull": True})
    ended_later = Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": moment})
    return Q(**{f"{begins}__lte": moment}) & ended_later


def current_claims(about: dict[str, int], field: str) -> QuerySet[Claim]:
    """Give every claim of a field that nothing took back, the newest first."""
    return Claim.objects.filter(field=field, superseded_at__isnull=True, **about).order_by(
        "-as_of_date", "-pk"
    )


def resolution_of(about: dict[str, int], field: str) -> Resolution | None:
    """Give the decision that stands on a field, or None."""
    return (
        Resolution.objects.filter(field=field, ended_at__isnull=True, **about)
        .select_related("decided_by", "agency", "chosen")
        .first()
    )


def standing_resolutions(about: dict[str, int]) -> QuerySet[Resolution]:
    """Give the decisions that stand on the fields of one object."""
    standing = Resolution.objects.filter(ended_at__isnull=True, **about)
    return standing.select_related("decided_by", "agency", "chosen")


def state_of(about: dict[str, int], field: str, column: str | None) -> str:
    """Give a mark of what is known of a field: it is another as soon as anything changes."""
    claims = current_claims(about, field).order_by("pk").values_list("pk", flat=True)
    resolution = resolution_of(about, field)
    said = f"{list(claims)}|{column}|{resolution.pk if resolution else ''}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def evidence_for(user: User) -> QuerySet[Evidence]:
    """Give the files of claims in the user's scope, up to his class, that were not withdrawn."""
    return Evidence.objects.filter(
        claim__in=claims_for(user), classification__lte=user.clearance, withdrawn_at=None
    ).select_related("claim", "attached_by")


def decisions_on(listing: Listing) -> QuerySet[ListDecision]:
    """Give the decisions on a station that were not undone, the newest first."""
    return listing.decisions.filter(undone_at__isnull=True).select_related("into", "recorded_by")


def merged_into(listing: Listing) -> QuerySet[ListDecision]:
    """Give the decisions by which other stations were merged into this one."""
    return listing.merged_here.filter(undone_at__isnull=True).select_related("listing__point")


def changed_since(round_id: int, moment: datetime) -> bool:
    """Say whether anything was imported, claimed, resolved or decided in a round since then.

    Whose a component is and how secret, and what moved of the means, is looked up in the log alone,
    of any round.
    """
    sources = Source.objects.filter(round=round_id)
    spoken = Q(lineage__startswith=PERSON) | Q(lineage__startswith=OF_AGENCY)
    claims = Claim.objects.filter(source__in=sources.filter(spoken).values("pk"))
    decisions = ListDecision.objects.filter(listing__round=round_id)
    resolutions = Resolution.objects.filter(round=round_id)
    return (
        sources.filter(sha256__gt="", received_at__gt=moment).exists()
        # Two questions, each answered by an index: together they read every claim.
        or claims.filter(recorded_at__gt=moment).exists()
        or claims.filter(superseded_at__gt=moment).exists()
        or resolutions.filter(Q(decided_at__gt=moment) | Q(ended_at__gt=moment)).exists()
        or decisions.filter(Q(recorded_at__gt=moment) | Q(undone_at__gt=moment)).exists()
        or AuditBatch.objects.filter(command__in=HANDLED, at__gt=moment).exists()
    )


def logged_as(thing: Listing | Stop | Component, user: User) -> list[tuple[str, str]]:
    """Give the types and ids under which the log tells of an object, and of what belongs to it.

    Imports tell of a component by its code alone: where another round has that code for what
    this user may not see, they are left out.
    """
    if isinstance(thing, Component):
        same = Component.objects.filter(code=thing.code)
        known_to_all = not same.exclude(pk__in=components_for(user).values("pk")).exists()
        own = [("component", thing.code)] if known_to_all else []
        return own + _told_of(f"component/{thing.pk}")
    if isinstance(thing, Stop):
        return [("stop", f"stop/{thing.pk}"), *_told_of(f"stop/{thing.pk}")]
    objects = [("station", str(thing.point.uid)), *_told_of(f"listing/{thing.pk}")]
    for pk in thing.stops.values_list("pk", flat=True):
        objects += [("stop", f"stop/{pk}"), *_told_of(f"stop/{pk}")]
    for decision in merged_into(thing):
        other = decision.listing
        if listings_for(user).filter(pk=other.pk).exists():
            objects += [("station", str(other.point.uid)), *_told_of(f"listing/{other.pk}")]
    return objects


def _told_of(about: str) -> list[tuple[str, str]]:
    return [(each, about) for each in ("claim", "resolution", "evidence", "decision")]
