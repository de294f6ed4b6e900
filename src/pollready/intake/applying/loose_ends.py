"""What rows say of one another that does not fit: told, and registered all the same."""

from collections import Counter

from pollready.engine.expression import leaves, parse
from pollready.intake.applying.agencies import Agencies
from pollready.intake.applying.components import Infrastructure
from pollready.intake.applying.session import Session
from pollready.intake.staging import Record
from pollready.language import fold
from pollready.places.models import Listing, Stop
from pollready.register.models import Claim

_LISTED_MAX = 20
OPERATORS = ("operator_1", "operator_2")


def tell_loose_ends(
    session: Session, found: Infrastructure, listings: dict[str, Listing], agencies: Agencies
) -> None:
    """Tell of feeders, needs, operators that nothing is, stations without stops, serials twice."""
    known = found.component_by_code.keys() | found.group_by_code.keys()
    if known:
        _unknown_feeders(session, found)
        _unknown_needs(session, known)
    _unknown_operators(session, agencies)
    _mobile_without_stops(session, listings)
    _serials_twice(session)


def _unknown_feeders(session: Session, found: Infrastructure) -> None:
    names = {fold(each.code) for each in found.component_by_code.values()}
    names |= {fold(each.name) for each in found.component_by_code.values() if each.name}
    for record in session.staged.records("stations"):
        feeder = record.get("feeder")
        if feeder and fold(feeder) not in names:
            session.staged.say("unknown-feeder", record, "feeder", feeder)


def _unknown_operators(session: Session, agencies: Agencies) -> None:
    """Tell once of each operator that is no agency, where others of the round are agencies."""
    first: dict[str, tuple[Record, str]] = {}
    rows: Counter[str] = Counter()
    for record in session.staged.records("stations"):
        for field in OPERATORS:
            if name := record.get(field):
                first.setdefault(fold(name), (record, field))
                rows[fold(name)] += 1
    unknown = [key for key in first if not agencies.knows(key)]
    if not unknown or (len(unknown) == len(first) and not _names_agencies(session, agencies)):
        return
    for key in unknown:
        record, field = first[key]
        said = record.get(field)
        session.staged.say("unknown-operator", record, field, said, rows=rows[key])


def _names_agencies(session: Session, agencies: Agencies) -> bool:
    """Say whether the round calls operators by the agencies that they are."""
    claims = Claim.objects.filter(listing__round=session.round.pk, superseded_at=None)
    said = claims.filter(field__in=OPERATORS).order_by().values_list("value", flat=True)
    return any(agencies.knows(fold(name)) for name in said.distinct())


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
