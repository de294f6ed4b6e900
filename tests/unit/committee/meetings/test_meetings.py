"""Planning, agenda, views and suggestions, decisions: who may what, and what is refused."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.meetings.agenda import proposals_for
from pollready.committee.meetings.commands import (
    MeetingDraft,
    add_item,
    close_meeting,
    invite,
    move_item,
    plan_meeting,
    remove_item,
)
from pollready.committee.meetings.deciding import DecisionDraft, close_decision, draft_decision
from pollready.committee.meetings.errors import DecisionIncomplete, MeetingRefused, NoSuchThing
from pollready.committee.meetings.models import Meeting, Suggestion, View
from pollready.committee.meetings.objects import objects_of
from pollready.committee.meetings.queries import meetings_for, suggestions_for, views_of
from pollready.committee.meetings.saying import (
    answer_suggestion,
    give_view,
    set_changes,
    suggest,
)
from pollready.committee.meetings.trying import try_out
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Place
from tests.unit.committee.meetings.conftest import NOW

pytestmark = pytest.mark.django_db


def propose(committee, user=None, now=NOW):
    saved = committee.meeting.round.assessments.first()
    return proposals_for(user or committee.secretary, committee.meeting, saved, now=now)


def test_severe_obstacles_and_contradictions_are_proposed_with_why(committee):
    proposed = propose(committee)
    severe = ObstacleCase.objects.filter(severity="severe").count()
    assert sum(each.why == "severe_first" for each in proposed) == severe > 0
    assert [each.fields for each in proposed if each.why == "contradictions"] == [{"stations": 1}]


def test_what_stands_on_the_agenda_is_not_proposed_again(committee):
    items = committee.take_agenda(2)
    assert not {each.about for each in items} & {each.about for each in propose(committee)}


def test_a_waiting_suggestion_and_an_overdue_decision_come_back_on_the_next_agenda(committee):
    committee.open()
    (item,) = committee.take_agenda(1)
    decision = committee.decide(item)
    made = suggest(
        round_id=committee.round_id, text="A second card", about=item.about,
        by=committee.secretary, now=NOW,
    )  # fmt: skip
    committee.close()
    draft = MeetingDraft("The next", "provincial", NOW + timedelta(days=9), 1)
    committee.meeting = plan_meeting(
        draft, round_id=committee.round_id, by=committee.secretary, now=NOW
    )
    found = {each.about: each.why for each in propose(committee, now=NOW + timedelta(days=9))}
    assert found[f"suggestion-{made.pk}"] == "suggestion_waiting"
    assert found[f"decision-{decision.pk}"] == "decision_overdue"
    assert found[item.about] == "severe_still"


def test_items_change_places_and_stay_all(committee):
    first, second, third = committee.take_agenda(3)
    move_item(third.pk, "up", by=committee.secretary, now=NOW)
    move_item(first.pk, "up", by=committee.secretary, now=NOW)
    order = committee.meeting.items.values_list("pk", flat=True)
    assert list(order) == [first.pk, third.pk, second.pk]
    remove_item(third.pk, by=committee.secretary, now=NOW)
    left = committee.meeting.items.filter(removed_at=None).values_list("pk", flat=True)
    assert list(left) == [first.pk, second.pk]


def test_only_who_leads_plans_and_invites(committee):
    for user in (committee.mobile, committee.governor):
        with pytest.raises(NotPermitted):
            add_item(committee.meeting.pk, title="Mine", by=user, now=NOW)
        with pytest.raises(NotPermitted):
            invite(committee.meeting.pk, name="Friend", by=user, now=NOW)


def test_a_meeting_is_seen_by_the_invited_and_the_committee(committee):
    stranger = User.objects.create(username="district", role=Role.DISTRICT)
    stranger.places.add(Place.objects.get(code="02"))
    looking = User.objects.create(username="supervisor", role=Role.SUPERVISION)
    for user in (committee.secretary, committee.mobile, committee.governor, looking):
        assert list(meetings_for(user)) == [committee.meeting], user
    assert not meetings_for(stranger).exists()
    with pytest.raises(NotPermitted):
        give_view(round_id=committee.round_id, text="x", about="case-1", by=looking, now=NOW)


def test_a_county_review_is_its_countys_and_the_committees(committee):
    county = Place.objects.get(code="02")
    draft = MeetingDraft("Review", "county_review", NOW, 1, county_id=county.pk)
    review = plan_meeting(draft, round_id=committee.round_id, by=committee.secretary, now=NOW)
    theirs = User.objects.create(username="theirs", role=Role.DISTRICT)
    theirs.places.add(Place.objects.get(parent=county))
    assert list(meetings_for(theirs)) == [review]
    assert review not in meetings_for(committee.governor)
    assert review not in meetings_for(committee.mobile)
    with pytest.raises(MeetingRefused, match="county-missing"):
        plan_meeting(
            MeetingDraft("Review", "county_review", NOW, 1), round_id=committee.round_id,
            by=committee.secretary, now=NOW,
        )  # fmt: skip


def test_what_is_said_of_an_object_in_a_meeting_stays_in_the_meeting(committee):
    item = committee.take_agenda(1)[0]
    other = User.objects.create(username="operations", role=Role.OPERATIONS)
    other.places.add(Place.objects.get(code="03"))
    say = {"round_id": committee.round_id, "now": NOW}
    give_view(text="In the room", item_id=item.pk, by=committee.secretary, **say)
    give_view(text="Outside", about=item.about, by=committee.secretary, **say)
    assert [each.text for each in views_of(committee.secretary, about=item.about)] == [
        "In the room",
        "Outside",
    ]
    assert [each.text for each in views_of(other, about=item.about)] == ["Outside"]


def test_nobody_speaks_of_what_he_does_not_find(committee):
    foreign = ObstacleCase.objects.exclude(owner__in=("MCI", "mobile_operator")).first()
    for about in (f"case-{foreign.pk}", "case-999999", "case-x", "nothing"):
        with pytest.raises(NoSuchThing):
            suggest(
                round_id=committee.round_id, text="x", about=about, by=committee.mobile, now=NOW
            )


def test_a_second_operator_tried_in_the_model_makes_a_station_ready(committee):
    item = committee.take_agenda(1)[0]
    made = suggest(
        round_id=committee.round_id, text="A card", item_id=item.pk, by=committee.secretary, now=NOW
    )
    rows = [
        {"kind": "second_path", "operator": "MCI", "stations": ["0011"], "tested": True},
        {"kind": "power", "stations": ["0001"], "battery_h": 12.0, "generator": True},
    ]
    made = set_changes(made.pk, rows, version=1, by=committee.secretary, now=NOW)
    effect = try_out(made.pk, by=committee.secretary, now=NOW)
    made.refresh_from_db()
    assert made.effect == effect
    assert made.assessment == committee.meeting.round.assessments.first()
    assert effect["ready_after"] - effect["ready_before"] == (
        effect["stations_ready"] - len(effect["listings_not_ready_any_more"])
    )
    assert effect["stations_touched"] > 0
    changed = set_changes(made.pk, rows[:1], version=2, by=committee.secretary, now=NOW)
    assert changed.effect is None


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"kind": "fly"}, "change-unknown"),
        ({"kind": "second_path", "operator": "none", "stations": ["0001"]}, "operator-unknown"),
        ({"kind": "second_path", "operator": "MCI", "stations": []}, "stations-missing"),
        ({"kind": "power", "stations": ["9999"], "battery_h": 4}, "stations-unknown"),
        ({"kind": "power", "stations": ["0001"]}, "power-missing"),
        ({"kind": "power", "stations": ["0001"], "battery_h": float("nan")}, "hours-wrong"),
        ({"kind": "devices", "stations": ["0001"], "more": 0}, "devices-missing"),
        ({"kind": "repair", "component": "nothing", "mttr_h": 1}, "component-unknown"),
        ({"kind": "repair", "component": "EX-04"}, "repair-missing"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_why(committee, row, code):
    item = committee.take_agenda(1)[0]
    made = suggest(
        round_id=committee.round_id, text="x", item_id=item.pk, by=committee.secretary, now=NOW
    )
    with pytest.raises(MeetingRefused, match=code):
        set_changes(made.pk, [row], version=1, by=committee.secretary, now=NOW)


def test_an_agency_tries_no_component_of_another(committee):
    item = committee.take_agenda(1)[0]
    made = suggest(
        round_id=committee.round_id, text="x", item_id=item.pk, by=committee.mobile, now=NOW
    )
    row = {"kind": "repair", "component": "EX-04", "mttr_h": 1}
    with pytest.raises(MeetingRefused, match="component-unknown"):
        set_changes(made.pk, [row], version=1, by=committee.mobile, now=NOW)


def test_declining_needs_a_reason_and_only_the_lead_answers(committee):
    item = committee.take_agenda(1)[0]
    made = suggest(
        round_id=committee.round_id, text="x", item_id=item.pk, by=committee.mobile, now=NOW
    )
    with pytest.raises(NotPermitted):
        answer_suggestion(made.pk, state="accepted", version=1, by=committee.mobile, now=NOW)
    with pytest.raises(MeetingRefused, match="reason-missing"):
        answer_suggestion(made.pk, state="declined", version=1, by=committee.secretary, now=NOW)
    answer_suggestion(
        made.pk, state="declined", reason="No card", version=1, by=committee.secretary, now=NOW
    )
    with pytest.raises(ChangedMeanwhile):
        answer_suggestion(made.pk, state="accepted", version=1, by=committee.secretary, now=NOW)
    assert list(suggestions_for(committee.mobile)) == [Suggestion.objects.get()]


def test_a_decision_without_owner_or_day_is_not_closed_and_holds_the_meeting_open(committee):
    committee.open()
    item = committee.take_agenda(1)[0]
    decision = draft_decision(item.pk, DecisionDraft("Do it"), by=committee.secretary, now=NOW)
    with pytest.raises(DecisionIncomplete) as refused:
        close_decision(decision.pk, version=1, by=committee.secretary, now=NOW)
    assert refused.value.missing == ("owner", "due_date")
    assert refused.value.fields == {"count": 2}
    version = Meeting.objects.get(pk=committee.meeting.pk).version
    with pytest.raises(MeetingRefused, match="decisions-open"):
        close_meeting(committee.meeting.pk, version=version, by=committee.secretary, now=NOW)
    with_day = DecisionDraft("Do it", due_date=date(2028, 6, 25))
    other = draft_decision(item.pk, with_day, by=committee.secretary, now=NOW)
    with pytest.raises(DecisionIncomplete) as refused:
        close_decision(other.pk, version=1, by=committee.secretary, now=NOW)
    assert refused.value.missing == ("owner",)


def test_attendance_of_everybody_is_said_before_a_meeting_is_closed(committee):
    committee.open()
    version = Meeting.objects.get(pk=committee.meeting.pk).version
    with pytest.raises(MeetingRefused, match="attendance-open"):
        close_meeting(committee.meeting.pk, version=version, by=committee.secretary, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_several_write_at_once_and_nothing_is_lost(committee):
    item = committee.take_agenda(1)[0]
    writers = [committee.secretary, committee.mobile, committee.governor] * 3
    barrier = Barrier(len(writers))
    faults: list[BaseException] = []

    def write(number: int, user: User) -> None:
        try:
            barrier.wait()
            give_view(
                round_id=committee.round_id, text=f"view {number}", item_id=item.pk, by=user,
                now=NOW,
            )  # fmt: skip
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        for number, user in enumerate(writers):  # one database in memory has one writer
            give_view(
                round_id=committee.round_id, text=f"view {number}", item_id=item.pk, by=user,
                now=NOW,
            )  # fmt: skip
    else:
        threads = [Thread(target=write, args=each) for each in enumerate(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []
    assert View.objects.count() == len(writers)


def test_obstacles_of_counties_are_told_apart_by_their_county(committee):
    found = {each.about for each in propose(committee) if each.why == "severe_first"}
    said = objects_of(committee.secretary, committee.round_id, found).values()
    short = [each["where"] for each in said if each["rule"] == "devices_short"]
    assert len(short) == len(set(short)) > 1
    assert "" not in short
