"""A decision as a follow-up: for whom, by when, at which objects, measured by what."""

from dataclasses import dataclass, field

from pollready.assessment.cases.queries import findings_of
from pollready.committee.meetings.models import Decision
from pollready.committee.meetings.subjects import find_subject
from pollready.duties.follow_ups.commands import FollowUpDraft
from pollready.duties.follow_ups.models import TEXT_MAX, Figure
from pollready.duties.models import Covers
from pollready.people.models import User


@dataclass
class _Objects:
    """What a decision's objects come to: stations or components, and the rules of obstacles."""

    stations: set[int] = field(default_factory=set)
    components: set[int] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)


def follow_up_of(decision: Decision, by: User) -> FollowUpDraft:
    """Give the draft of a decision's follow-up.

    On one obstacle it is measured by the obstacle's own rule at its stations, on other stations
    by how many become ready; else in the decision's own words.
    """
    found = _objects(decision, by)
    figure, of, covers, objects = Figure.NONE, "", Covers.OWNER, set()
    if found.stations:
        covers, objects = Covers.STATIONS, found.stations
        figure = Figure.READY
        if len(found.rules) == 1:
            figure, of = Figure.RULE, next(iter(found.rules))
    elif found.components:
        covers, objects = Covers.COMPONENTS, found.components
    if figure is Figure.NONE and decision.figure:
        figure, of = Figure.FREE, decision.figure
    return FollowUpDraft(
        text=" ".join(decision.text.split())[:TEXT_MAX],
        agency_id=decision.agency_id,
        office=decision.office,
        deadline=decision.due_date.isoformat() if decision.due_date else "",
        covers=covers,
        objects=tuple(sorted(objects)),
        figure=figure,
        figure_of=of,
        classification=decision.item.meeting.classification,
    )


def _objects(decision: Decision, by: User) -> _Objects:
    found = _Objects()
    for about in decision.abouts:
        subject = find_subject(by, decision.item.meeting.round_id, about)
        if subject is None:
            continue
        if subject.kind == "case":
            rows = findings_of(by, subject.row).filter(listing__isnull=False)
            keys = set(rows.values_list("listing", flat=True))
            found.stations |= keys
            if keys:
                found.rules.add(subject.row.rule)
        elif subject.kind == "listing":
            found.stations.add(subject.row.pk)
        elif subject.kind == "component":
            found.components.add(subject.row.pk)
    return found
