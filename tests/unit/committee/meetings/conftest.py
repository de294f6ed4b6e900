"""A committee whose members meet over the small register of the browser tests."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from pollready.committee.meetings.agenda import proposals_for
from pollready.committee.meetings.commands import (
    MeetingDraft,
    close_meeting,
    invite,
    open_meeting,
    plan_meeting,
    record_attendance,
    take_on,
)
from pollready.committee.meetings.deciding import DecisionDraft, close_decision, draft_decision
from pollready.committee.meetings.models import Meeting, Minutes
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


@dataclass
class Committee:
    """Who meets, and the meeting."""

    round_id: int
    secretary: User
    mobile: User  # of the mobile operator
    governor: User  # of the first county
    meeting: Meeting

    def open(self) -> None:
        self.meeting = open_meeting(
            self.meeting.pk, version=Meeting.objects.get(pk=self.meeting.pk).version,
            by=self.secretary, now=NOW,
        )  # fmt: skip

    def close(self) -> Minutes:
        members = self.meeting.members.all()
        record_attendance(
            self.meeting.pk, {each.pk: each.user_id != self.governor.pk for each in members},
            by=self.secretary, now=NOW,
        )  # fmt: skip
        version = Meeting.objects.get(pk=self.meeting.pk).version
        later = NOW + timedelta(hours=2)
        close_meeting(self.meeting.pk, version=version, by=self.secretary, now=later)
        return Minutes.objects.get(meeting=self.meeting, number=0)

    def take_agenda(self, most: int = 3):
        saved = self.meeting.round.assessments.first()
        proposed = proposals_for(self.secretary, self.meeting, saved, now=NOW)
        return take_on(self.meeting.pk, proposed[:most], by=self.secretary, now=NOW)

    def decide(self, item):
        draft = DecisionDraft(
            text="A second operator comes to station 0005.",
            agency_id=Agency.objects.get(code="MCI").pk, due_date=date(2028, 6, 25),
            legal_ground="Article 38", figure="stations without a second path",
        )  # fmt: skip
        decision = draft_decision(item.pk, draft, by=self.secretary, now=NOW)
        return close_decision(decision.pk, version=decision.version, by=self.secretary, now=NOW)


@pytest.fixture
def committee(assessed) -> Committee:
    """Plan a meeting of the secretary, an operator and a governor, and a guest."""
    secretary = User.objects.create(
        username="secretary", role=Role.SECRETARY, first_name="Sara", last_name="Amini"
    )
    mobile = User.objects.create(
        username="mobile", role=Role.AGENCY_REPRESENTATIVE, agency=Agency.objects.get(code="MCI")
    )
    governor = User.objects.create(username="governor", role=Role.GOVERNOR)
    governor.places.add(Place.objects.get(code="01"))
    draft = MeetingDraft("Committee, June", "provincial", NOW, 2, venue="Governor's hall")
    meeting = plan_meeting(draft, round_id=assessed.round.pk, by=secretary, now=NOW)
    for user in (mobile, governor):
        invite(meeting.pk, user_id=user.pk, by=secretary, now=NOW)
    invite(meeting.pk, name="Dr. Guest", post="Adviser", by=secretary, now=NOW)
    return Committee(assessed.round.pk, secretary, mobile, governor, meeting)
