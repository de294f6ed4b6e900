"""What rows say of one another that does not fit: told, and registered all the same."""

from pollready.engine.expression import leaves, parse
from pollready.intake.applying.components import Infrastructure
from pollready.intake.applying.session import Session
from pollready.language import fold
from pollready.places.models import Listing, Stop

_LISTED_MAX = 20


def tell_loose_ends(session: Session, found: Infrastructure, listings: dict[str, Listing]) -> None:
    """Tell of feeders and needs that no component is, stations without stops, serials twice."""
    known = found.component_by_code.keys() | found.group_by_code.keys()
    if known:
        _unknown_feeders(session, found)
        _unknown_needs(session, known)
    _mobile_without_stops(session, listings)
    _serials_twice(session)


def _unknown_feeders(session: Session, found: Infrastructure) -> None:
    names = {fold(each.code) for each in found.component_by_code.values()}
    names |= {fold(each.name) for each in found.component_by_code.values() if each.name}
    for record in session.staged.records("stations"):
        feeder = record.get("feeder")
        if feeder and fold(feeder) not in names:
            session.staged.say("unknown-feeder", record, "feeder", feeder)


def _unknown_needs(session: Session, known: set[str]) -> None:
    fields = (("components", "depends_on"), ("components", "protection"), ("stations", "requires"))
    for sheet, field in fields:
        for record in session.staged.records(sheet):
            expression = record.get(field)
            if not expression:
                continue
            unknown = sorted(set(leaves(parse(expression))) - known)
            if unknown:
                said = ", ".join(unknown[:_LISTED_MAX])
                session.staged.say("unknown-need", record, field, said)


def _mobile_without_stops(session: Session, listings: dict[str, Listing]) -> None:
    stored = Stop.objects.filter(listing__round=session.round.pk)
    with_stops = set(stored.values_list("listing_id", flat=True))
    with_stops |= {row["listing"] for row in session.writes.rows_of(Stop)}
    for record in session.staged.records("stations"):
        listing = listings[record.values["code"]]
        if listing.point.kind == "mobile" and listing.pk not in with_stops:
            session.staged.say("mobile-without-stops", record, "kind", listing.code)


def _serials_twice(session: Session) -> None:
    """Tell of a piece that two rows of the ledger count."""
    first: dict[str, int] = {}
    for record in session.staged.records("resources"):
        for part in (record.get("serials") or "").replace("،", ",").replace(";", ",").split(","):
            serial = fold(part)
            if not serial:
                continue
            if first.setdefault(serial, record.row) != record.row:
                session.staged.say(
                    "serial-twice", record, "serials", part.strip(), first=first[serial]
                )
