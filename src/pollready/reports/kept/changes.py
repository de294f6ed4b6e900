"""What changed between two states of the log, and which office did it: counted, without names."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pollready.assessment.reading import Register
from pollready.audit.models import AuditEntry
from pollready.people.models import User
from pollready.places.models import Listing
from pollready.reports.kept.models import ReportKind
from pollready.reports.kept.rules import Subject

# What entries of the log are of that a report speaks of; sign-ins, looks and files are not.
TOLD = frozenset(
    {
        "agency", "claim", "component", "contingency_plan", "decision", "declaration", "duty",
        "duty_proof", "evidence", "follow_up", "group", "incident", "meeting",
        "meeting_decision", "minutes", "obstacle_case", "places", "requirement", "resolution",
        "resource", "route", "scenario", "station", "stop", "suggestion",
    }
)  # fmt: skip
INSTALLATION = "installation"


@dataclass(frozen=True, slots=True)
class Office:
    """Who did something, as a report names him: by agency or role, never by name."""

    agency: str = ""
    role: str = INSTALLATION


def offices() -> dict[str, Office]:
    """Give the office of every user; of who is none (a command, a worker) it is not known."""
    users = User.objects.values_list("username", "role", "agency__name")
    return {name: Office(agency or "", role) for name, role, agency in users}


def changes_between(
    first: int, last: int, *, subject: Subject, rows: Register, by_actor: Mapping[str, Office]
) -> list[dict[str, Any]]:
    """Count what each office did after one batch of the log, up to another, by command."""
    belongs = _belongs(subject, rows)
    own = subject.agency.name if subject.agency else None
    batches: dict[tuple[Office, str], set[int]] = defaultdict(set)
    objects: dict[tuple[Office, str], set[tuple[str, str]]] = defaultdict(set)
    told = AuditEntry.objects.filter(
        batch__number__gt=first, batch__number__lte=last, object_type__in=TOLD
    ).order_by("batch__number", "ordinal")
    for number, actor, command, kind, which in told.values_list(
        "batch__number", "batch__actor", "batch__command", "object_type", "object_id"
    ).iterator(chunk_size=5000):
        office = by_actor.get(actor, Office())
        if not belongs(kind, which) and (own is None or office.agency != own):
            continue
        batches[office, command].add(number)
        objects[office, command].add((kind, which))
    return [
        {
            "agency": office.agency,
            "role": office.role,
            "command": command,
            "times": len(numbers),
            "objects": len(objects[office, command]),
        }
        for (office, command), numbers in sorted(
            batches.items(),
            key=lambda row: (row[0][0].agency, row[0][0].role, -len(row[1]), row[0][1]),
        )
    ]


def _belongs(subject: Subject, rows: Register) -> Callable[[str, str], bool]:
    """Give what tells whether an entry of the log is about the subject's own objects."""
    if subject.kind in (ReportKind.PROVINCIAL, ReportKind.NATIONAL):
        return lambda kind, which: True
    if subject.kind == ReportKind.COUNTY:
        names = _of_county(subject, rows)
    else:
        mine = [row for row in rows.components.values() if row.agency == subject.code]
        names = {("component", row.code) for row in mine}
        names |= {("", f"component/{row.id}") for row in mine}
        names |= {("agency", subject.code)}
    return lambda kind, which: (kind, which) in names or ("", which) in names


def _of_county(subject: Subject, rows: Register) -> set[tuple[str, str]]:
    """Name the county's stations and stops in every way in which the log does."""
    here = {row.id: row.code for row in rows.listings if row.county_code == subject.code}
    names = {("", f"listing/{pk}") for pk in here}
    for pk, uid in Listing.objects.filter(round=rows.round).values_list("pk", "point__uid"):
        if pk in here:
            names.add(("station", str(uid)))
    for pk, code in here.items():
        names.add(("route", code))
        for stop in rows.stops.get(pk, ()):
            names |= {("", f"stop/{stop.id}"), ("stop", f"{code}/{stop.ordinal}")}
    return names
