"""From typed rows to the register, in the order in which things name one another."""

from pollready.intake.applying.agencies import Agencies
from pollready.intake.applying.claims import (
    COMPONENT_FIELDS,
    STATION_FIELDS,
    Statement,
    Subject,
    apply_claims,
)
from pollready.intake.applying.components import apply_components
from pollready.intake.applying.corrected import read_corrections, tell_kept
from pollready.intake.applying.geography import Geography
from pollready.intake.applying.incidents import apply_incidents
from pollready.intake.applying.ledger import apply_ledger
from pollready.intake.applying.loose_ends import OPERATORS, tell_loose_ends
from pollready.intake.applying.needs import apply_needs
from pollready.intake.applying.people import apply_people
from pollready.intake.applying.session import Session
from pollready.intake.applying.station_codes import StationCodes
from pollready.intake.applying.stations import apply_stations
from pollready.intake.applying.stops import apply_stops

__all__ = ["Session", "plan"]


def plan(session: Session) -> None:
    """Gather in `session.writes` everything that is staged; nothing is written."""
    session.corrections = read_corrections(session.round.pk)
    geography, agencies = Geography(session), Agencies(session)
    for sheet in ("stations", "components"):
        geography.prepare(session.staged.records(sheet))
    agencies.apply_sheet()
    agencies.call_by_code(session.staged.records("stations"), OPERATORS)
    listings = apply_stations(session, geography)
    codes = StationCodes(listings)
    found = apply_components(session, geography, agencies)
    statements = [
        Statement(
            Subject(listing=listings[record.values["code"]].pk),
            record,
            STATION_FIELDS,
            listings[record.values["code"]].point.classification,
        )
        for record in session.staged.records("stations")
    ]
    statements += apply_stops(session, codes)
    statements += [
        Statement(Subject(component=each.pk), record, COMPONENT_FIELDS, each.classification)
        for each, record in found.components
    ]
    apply_claims(session, statements)
    apply_needs(session, found, codes)
    apply_ledger(session, geography, agencies)
    apply_incidents(session, geography, agencies, codes)
    apply_people(session, geography, codes)
    tell_loose_ends(session, found, listings, agencies)
    tell_kept(session.staged, session.corrections.kept)
