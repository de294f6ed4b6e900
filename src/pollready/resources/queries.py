"""Reading the ledger, as far as a user's scope and class go."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from pollready.people.models import User
from pollready.people.scopes import in_places, is_of_agency, places_of
from pollready.resources.accounts import MOVES, Account, EntryKind
from pollready.resources.models import LotEntry, LotEvidence, ResourceLot
from pollready.resources.serials import counted_twice, split_serials


def lots_for(user: User, round_id: int) -> QuerySet[ResourceLot]:
    """Give the lots that the user may read.

    Who speaks for an agency reads its own. Who serves a place reads what is kept in it, and what
    an entry promises or sends to it; everybody else reads all.
    """
    lots = ResourceLot.objects.filter(
        round=round_id,
        classification__lte=user.clearance,
        agency__classification__lte=user.clearance,
        source__classification__lte=user.clearance,
    )
    if is_of_agency(user):
        lots = lots.filter(agency=user.agency_id)
    places = places_of(user)
    if places is None:
        return lots
    sent_here = LotEntry.objects.filter(lot=OuterRef("pk"), county__in=places)
    return lots.filter(Q(county__in=places) | Exists(sent_here))


def kept_with(user: User) -> Q:
    """Say of a lot that all of it is the user's to see, not only what is sent to his places."""
    return in_places("county", places_of(user))


def is_kept_with(user: User, lot: ResourceLot) -> bool:
    """Say so of one lot."""
    return ResourceLot.objects.filter(kept_with(user), pk=lot.pk).exists()


def entries_for(user: User, lot: ResourceLot) -> QuerySet[LotEntry]:
    """Give the entries of a lot that the user may read, in the order in which they were made."""
    entries = LotEntry.objects.filter(lot=lot, source__classification__lte=user.clearance)
    if not is_kept_with(user, lot):
        entries = entries.filter(in_places("county", places_of(user)))
    return entries.select_related("said_by", "county", "source").order_by("pk")


def evidence_for(user: User, lots: QuerySet[ResourceLot]) -> QuerySet[LotEvidence]:
    """Give the files of entries that the user may read, up to his class."""
    files = LotEvidence.objects.filter(entry__lot__in=lots, classification__lte=user.clearance)
    places = places_of(user)
    if places is not None:
        files = files.filter(Q(entry__lot__county__in=places) | Q(entry__county__in=places))
    return files.select_related("entry__lot", "attached_by", "withdrawn_by")


def twice_of(round_id: int) -> dict[int, int]:
    """Count, by lot of a round, the pieces that an earlier lot counts already."""
    lots = ResourceLot.objects.filter(round=round_id).exclude(serials="").order_by("pk")
    return counted_twice(lots.values_list("pk", "serials"))


def lots_with_serials(round_id: int, serials: Iterable[str], *, but: int | None) -> dict[str, int]:
    """Find which of some serial numbers stand in another lot of the round already."""
    wanted = set(serials)
    lots = ResourceLot.objects.filter(round=round_id).exclude(serials="")
    if but is not None:
        lots = lots.exclude(pk=but)
    return {
        serial: lot
        for lot, text in lots.values_list("pk", "serials")
        for serial in split_serials(text)
        if serial in wanted
    }


def sharing_serials(lot: ResourceLot, lots: QuerySet[ResourceLot]) -> list[tuple[ResourceLot, int]]:
    """Give the other lots, of those given, that count pieces of this one, with how many."""
    own = set(split_serials(lot.serials))
    if not own:
        return []
    others = lots.exclude(pk=lot.pk).exclude(serials="").select_related("agency", "county")
    shared = [(other, len(own & set(split_serials(other.serials)))) for other in others]
    return [pair for pair in shared if pair[1]]


def sent_here(user: User, lots: QuerySet[ResourceLot]) -> dict[int, dict[Account, int]]:
    """Add up, by lot kept elsewhere, what entries promise or send to the user's places."""
    places = places_of(user)
    if places is None:
        return {}
    elsewhere = lots.exclude(county__in=places).order_by()
    rows = (
        LotEntry.objects.filter(
            Q(kind__in=list(MOVES)) | Q(kind=EntryKind.CORRECT),
            lot__in=elsewhere.values("pk"),
            county__in=places,
        )
        .order_by()
        .values_list("lot", "account")
        .annotate(total=Sum("count"))
    )
    found: dict[int, dict[Account, int]] = defaultdict(dict)
    for lot, account, total in rows:
        found[lot][Account(account)] = max(0, total)
    return dict(found)
