"""What a follow-up came from and what it is about: its decisions, and obstacles it is to close."""

from django.db.models import Exists, OuterRef, QuerySet

from pollready.assessment.cases.queries import cases_for
from pollready.assessment.models import FindingRecord
from pollready.committee.meetings.models import Decision
from pollready.committee.meetings.queries import decisions_for
from pollready.duties.follow_ups.models import Figure, FollowUp, FollowUpObject
from pollready.duties.follow_ups.queries import follow_ups_for
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import User


def decisions_behind(user: User, follow_up: FollowUp) -> QuerySet[Decision]:
    """Give the decisions that a follow-up carries out, of meetings that the user may see."""
    return decisions_for(user).filter(follow_ups=follow_up).order_by("pk")


def obstacles_behind(user: User, follow_up: FollowUp) -> QuerySet[ObstacleCase]:
    """Give the obstacles in scope that a follow-up is measured by, at its own stations."""
    if follow_up.figure != Figure.RULE:
        return ObstacleCase.objects.none()
    stations = FollowUpObject.objects.filter(follow_up=follow_up, listing__isnull=False)
    found = FindingRecord.objects.filter(
        cause=OuterRef("record"), listing__in=stations.values("listing")
    )
    cases = cases_for(user).filter(round=follow_up.round_id, rule=follow_up.figure_of)
    return cases.filter(Exists(found)).select_related("record__assessment").order_by("pk")


def follow_ups_about(user: User, case: ObstacleCase) -> QuerySet[FollowUp]:
    """Give the follow-ups in scope that an obstacle's own rule measures at its stations."""
    found = FindingRecord.objects.filter(cause=case.record_id, listing__isnull=False)
    at_these = FollowUpObject.objects.filter(
        follow_up=OuterRef("pk"), listing__in=found.values("listing")
    )
    measured = follow_ups_for(user, case.round_id).filter(
        figure=Figure.RULE, figure_of=case.rule
    )  # fmt: skip
    return measured.filter(Exists(at_these)).order_by("-pk")
