"""How much of what an assessment asks is known, and how old it is."""

from datetime import date

from pollready.assessment.result import DataConfidence
from pollready.obstacles.facts import Facts, Known, StationFacts

# What is asked of every station, in the order of the workbook.
ASKED = (
    "signal_1", "test_date", "battery_h", "generator", "id_devices", "cards", "software",
    "rehearsal", "forms",
)  # fmt: skip


def data_confidence(facts: Facts) -> tuple[DataConfidence, ...]:
    """Count, for each thing asked, the stations where it is known, unknown, contradicted."""
    rows = [_of(name, facts) for name in ASKED]
    rows.append(_row("expected_voters", [s.voters is not None for s in facts.stations]))
    rows.append(_row("trained_users", [s.trained_users.known for s in facts.stations]))
    recorded = [bool(living) and all(p.upstream_recorded for p in living) for living in (
        [path for path in station.all_paths if path.signal.value != "none"]
        for station in facts.stations
    )]  # fmt: skip
    rows.append(_row("upstream", recorded))
    return tuple(rows)


def _of(name: str, facts: Facts) -> DataConfidence:
    stated = [_stated(station, name) for station in facts.stations]
    known = sum(value.known for value in stated)
    contradicted = sum(value.contradicted for value in stated)
    dates = [row.as_of for value in stated for row in value.evidence if row.as_of is not None]
    return DataConfidence(
        field=name,
        known=known,
        unknown=len(stated) - known - contradicted,
        contradicted=contradicted,
        oldest_days=_age(min(dates), facts.as_of) if dates else None,
    )


def _stated(station: StationFacts, name: str) -> Known:
    """Take the station's claim; of a mobile station's signal, that of its first stop."""
    claim = station.claim(name)
    if claim.evidence or not name.startswith("signal") or not station.stops:
        return claim
    paths = station.stops[0].paths
    return paths[0].signal if paths else claim


def _row(name: str, known: list[bool]) -> DataConfidence:
    return DataConfidence(name, sum(known), len(known) - sum(known), 0, None)


def _age(day: date, as_of: date) -> int:
    return max(0, (as_of - day).days)
