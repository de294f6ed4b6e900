"""Meetings as pages: how much they ask of the database, and minutes that go out and come back."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.committee.county_reviews.commands import prepare_reviews
from pollready.committee.meetings.agenda import proposals_for
from pollready.committee.meetings.commands import (
    MeetingDraft,
    change_item,
    close_meeting,
    invite,
    open_meeting,
    plan_meeting,
    record_attendance,
    take_on,
)
from pollready.committee.meetings.deciding import DecisionDraft, close_decision, draft_decision
from pollready.committee.meetings.models import AgendaItem, Meeting, Minutes
from pollready.committee.meetings.saying import give_view, suggest
from pollready.console.views.meeting_suggestions import operators_for
from pollready.duties.follow_ups.models import FollowUp
from pollready.places.models import Agency, Place
from pollready.register.models import Component
from tests.unit.reports.test_minutes import edited

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


def plan(assessed, head, title="June") -> Meeting:
    draft = MeetingDraft(title, "provincial", NOW, 1)
    return plan_meeting(draft, round_id=assessed.round.pk, by=head, now=NOW)


def agenda(assessed, meeting, head, number):
    proposed = proposals_for(head, meeting, assessed.saved, now=NOW)
    return take_on(meeting.pk, proposed[:number], by=head, now=NOW)


def queries(client, address) -> int:
    client.get(address)  # what the process keeps is there by then
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_list_of_many_meetings_asks_as_much_as_one(assessed, head, head_client):
    plan(assessed, head)
    few = queries(head_client, "/meetings/")
    for number in range(4):
        plan(assessed, head, f"number {number}")
    assert queries(head_client, "/meetings/") == few


def test_a_long_agenda_asks_as_much_as_a_short_one(assessed, head, head_client):
    meeting = plan(assessed, head)
    page = reverse("meeting", args=[meeting.pk])
    agenda(assessed, meeting, head, 1)
    few = queries(head_client, page)
    agenda(assessed, meeting, head, 4)
    assert queries(head_client, page) == few


def test_many_views_and_suggestions_ask_as_much_as_one(assessed, head, head_client):
    meeting = plan(assessed, head)
    (item,) = agenda(assessed, meeting, head, 1)
    page = reverse("meeting-item", args=[item.pk])
    say = {"round_id": assessed.round.pk, "item_id": item.pk, "by": head, "now": NOW}

    def more() -> None:
        give_view(text="Late.", **say)
        suggest(text="Sooner", **say)

    more()
    few = queries(head_client, page)
    more()
    more()
    assert queries(head_client, page) == few


@pytest.fixture
def minutes(assessed, head) -> Minutes:
    meeting = plan(assessed, head)
    (item,) = agenda(assessed, meeting, head, 1)
    open_meeting(meeting.pk, version=1, by=head, now=NOW)
    change_item(item.pk, title="", text="It was talked over.", version=1, by=head, now=NOW)
    there = {each.pk: True for each in meeting.members.all()}
    record_attendance(meeting.pk, there, by=head, now=NOW)
    close_meeting(meeting.pk, version=2, by=head, now=NOW)
    return Minutes.objects.get()


def send(client, minutes, content):
    file = SimpleUploadedFile("minutes.docx", content)
    return client.post(reverse("meeting-minutes-edited", args=[minutes.pk]), {"file": file})


def test_an_edited_docx_is_shown_beside_what_is_recorded_before_it_is_taken(minutes, head_client):
    out = head_client.get(reverse("meeting-minutes-docx", args=[minutes.pk])).content
    back = edited(out, lambda text: text.replace("It was talked over.", "It was decided."))
    shown = send(head_client, minutes, back).content.decode()
    item = AgendaItem.objects.get()
    assert item.record == "It was talked over."
    assert "It was talked over." in shown
    assert "It was decided." in shown
    (take,) = re.findall(r'name="take" value="([^"]+)"', shown)
    data = {"do": "take", "take": [take], f"text-record-{item.pk}": "It was decided."}
    head_client.post(reverse("meeting-minutes-edited", args=[minutes.pk]), data)
    item.refresh_from_db()
    assert item.record == "It was decided."


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"nothing", "cannot be read as DOCX"), (None, "is of another meeting")],
)
def test_a_file_that_is_not_of_these_minutes_is_refused_with_why(
    minutes, head_client, content, words
):
    if content is None:
        out = head_client.get(reverse("meeting-minutes-docx", args=[minutes.pk])).content
        tag = f"pollready:{minutes.meeting_id}:"
        content = edited(out, lambda text: text.replace(tag, "pollready:99999:"))
    response = send(head_client, minutes, content)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_ending_a_meeting_keeps_who_was_chosen_as_present_at_the_same_moment(
    assessed, head, head_client
):
    meeting = plan(assessed, head)
    open_meeting(meeting.pk, version=1, by=head, now=NOW)
    (member,) = meeting.members.all()
    data = {"do": "close", "version": "2", f"present-{member.pk}": "yes"}
    head_client.post(reverse("meeting-state", args=[meeting.pk]), data)
    meeting.refresh_from_db()
    member.refresh_from_db()
    assert (meeting.state, member.present) == ("closed", True)


def test_what_was_chosen_is_kept_where_the_meeting_cannot_end(assessed, head, head_client):
    meeting = plan(assessed, head)
    invite(meeting.pk, name="Guest", by=head, now=NOW)
    open_meeting(meeting.pk, version=1, by=head, now=NOW)
    first, second = meeting.members.order_by("pk")
    data = {"do": "close", "version": "2", f"present-{first.pk}": "yes", f"present-{second.pk}": ""}
    head_client.post(reverse("meeting-state", args=[meeting.pk]), data)
    meeting.refresh_from_db()
    first.refresh_from_db()
    assert (meeting.state, first.present) == ("open", True)


def test_a_proposed_agenda_stands_under_what_each_item_is(assessed, head, head_client):
    meeting = plan(assessed, head)
    page = head_client.get(reverse("meeting-agenda", args=[meeting.pk]))
    groups = [group for group, _ in page.context["groups"]]
    assert groups == list(dict.fromkeys(groups))
    assert "severe" in groups


def test_a_second_path_is_offered_of_those_who_have_sites(assessed, head):
    sites = Component.objects.filter(kind="mobile_site").exclude(agency=None)
    owners = {each.agency.code for each in sites}
    offered = {code for code, _ in operators_for(head)}
    assert offered == (owners or {each.code for each in Agency.objects.exclude(code="")})


def test_a_review_s_meeting_begins_with_its_county_and_holds_the_review(
    assessed, head, head_client
):
    county = Place.objects.get(code="01")
    review = prepare_reviews([county.pk], saved=assessed.saved, by=head, now=NOW).reviews[0]
    page = head_client.get(reverse("county-review", args=[review.pk])).content.decode()
    address = f"{reverse('meeting-new')}?review={review.pk}"
    assert f'href="{address}"' in page
    form = head_client.get(address).context["form"]
    assert (form["kind"].value(), form["county"].value()) == ("county_review", str(county.pk))
    assert county.name in form["title"].value()
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    head_client.post(address, {**typed, "starts_date": "2028-06-20"})
    review.refresh_from_db()
    assert review.meeting.county == county


def test_a_meeting_of_another_county_holds_no_review(assessed, head, head_client):
    first, second = Place.objects.get(code="01"), Place.objects.get(code="02")
    review = prepare_reviews([first.pk], saved=assessed.saved, by=head, now=NOW).reviews[0]
    data = {
        "title": "Review", "kind": "county_review", "county": second.pk, "quorum": "2",
        "starts_date": "2028-06-20", "starts_time": "9:00", "classification": "0",
    }  # fmt: skip
    head_client.post(f"{reverse('meeting-new')}?review={review.pk}", data)
    review.refresh_from_db()
    assert (Meeting.objects.count(), review.meeting) == (1, None)


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (1, True)])
def test_a_meeting_after_election_day_says_so(assessed, head, head_client, days, is_late):
    meeting = plan(assessed, head)
    day = assessed.round.election_date + timedelta(days=days)
    starts_at = datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)
    Meeting.objects.update(starts_at=starts_at)
    page = head_client.get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert ("after election day" in page) == is_late


def test_a_decision_tells_beforehand_what_it_touches(assessed, head, head_client):
    meeting = plan(assessed, head)
    items = agenda(assessed, meeting, head, 50)
    open_meeting(meeting.pk, version=1, by=head, now=NOW)
    item = next(each for each in items if each.about.startswith("case-"))
    page = head_client.get(reverse("meeting-item-decide", args=[item.pk]))
    reach = page.context["reach"]
    draft = DecisionDraft("Mend it", office="committee_head", due_date=date(2028, 6, 25))
    decision = draft_decision(item.pk, draft, by=head, now=NOW)
    close_decision(decision.pk, version=1, by=head, now=NOW)
    made = FollowUp.objects.get()
    assert reach.stations == made.objects_of.exclude(listing=None).count() > 0
    wanting = made.objects_of.filter(listing__isnull=False, is_wanting=True).count()
    assert (reach.kind, reach.now) == (made.figure, wanting)
    code = made.objects_of.order_by("listing__code").first().listing.code
    assert code in page.content.decode()
