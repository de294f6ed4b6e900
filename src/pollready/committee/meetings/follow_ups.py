"""A decision as a follow-up: for whom, by when, at which objects, measured by what."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pollready.assessment.cases.queries import findings_of
from pollready.committee.meetings.models import Decision
from pollready.committee.meetings.subjects import find_subject
from pollready.duties.follow_ups.commands import FollowUpDraft
from pollready.duties.follow_ups.models import TEXT_MAX, Figure
from pollready.duties.models import Covers
from pollready.people.models import User


@dataclass(frozen=True, slots=True)
class Touched:
    """What a decision's objects come to, and by what its follow-up is measured there.

    `stations` and `components` are keys in the decider's scope; `figure_of` is the rule of the
    obstacle, or the decision's own words.
    """

    stations: frozenset[int] = frozenset()
    components: frozenset[int] = frozenset()
    figure: Figure = Figure.NONE
    figure_of: str = ""

    @property
    def covers(self) -> Covers:
        """What the follow-up is about."""
        if self.stations:
            return Covers.STATIONS
        return Covers.COMPONENTS if self.components else Covers.OWNER


@dataclass
class _Objects:
    """The objects gathered so far, with the rules of obstacles among them."""

    stations: set[int] = field(default_factory=set)
    components: set[int] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)


def touched_by(abouts: Iterable[str], *, round_id: int, words: str, by: User) -> Touched:
    """Tell what a decision on some objects touches, as its follow-up would have it.

    On one obstacle it is measured by the obstacle's own rule at its stations, on other stations
    by how many become ready; else in the decision's own words.
    """
    found = _objects(abouts, round_id, by)
    figure, of = Figure.NONE, ""
    if found.stations:
        figure = Figure.READY
        if len(found.rules) == 1:
            figure, of = Figure.RULE, next(iter(found.rules))
    elif words:
        figure, of = Figure.FREE, words
    components = frozenset() if found.stations else frozenset(found.components)
    return Touched(frozenset(found.stations), components, figure, of)


def follow_up_of(decision: Decision, by: User) -> FollowUpDraft:
    """Give the draft of a decision's follow-up."""
    meeting = decision.item.meeting
    touched = touched_by(decision.abouts, round_id=meeting.round_id, words=decision.figure, by=by)
    return FollowUpDraft(
        text=" ".join(decision.text.split())[:TEXT_MAX],
        agency_id=decision.agency_id,
        office=decision.office,
        deadline=decision.due_date.isoformat() if decision.due_date else "",
        covers=touched.covers,
        objects=tuple(sorted(touched.stations or touched.components)),
        figure=touched.figure,
        figure_of=touched.figure_of,
        classification=meeting.classification,
    )


def _objects(abouts: Iterable[str], round_id: int, by: User) -> _Objects:
    found = _Objects()
    for about in abouts:
        subject = find_subject(by, round_id, about)
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
