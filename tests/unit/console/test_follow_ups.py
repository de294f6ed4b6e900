"""Pages of follow-ups and of one's own work: what they show, refuse, and how often they ask."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.assessment.models import DependenceRecord
from pollready.committee.duty_states import DutyReader
from pollready.committee.follow_up_effects import check_effect, start_measured
from pollready.committee.work import work_of
from pollready.duties.commands import DutyDraft, enter_duty
from pollready.duties.follow_ups.commands import (
    FollowUpDone,
    FollowUpDraft,
    report_follow_up_done,
)
from pollready.duties.follow_ups.models import FollowUp
from pollready.duties.models import Duty
from pollready.language import say
from pollready.people.models import Role, User
from pollready.places.models import Agency

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


@pytest.fixture
def secretary(assessed) -> User:
    return User.objects.create(
        username="secretary", role=Role.SECRETARY, clearance=1, language="en"
    )


@pytest.fixture
def telecom(assessed) -> User:
    return User.objects.create(
        username="tci", role=Role.AGENCY_REPRESENTATIVE, clearance=1, language="en",
        agency=Agency.objects.get(code="TCI"),
    )  # fmt: skip


@pytest.fixture
def start(assessed, secretary):
    def started(text="Put the cards in", **said) -> FollowUp:
        said = {
            "agency_id": Agency.objects.get(code="TCI").pk, "deadline": "T-2",
            "covers": "stations", "query": "kind=fixed", "figure": "ready",
        } | said  # fmt: skip
        return start_measured(
            FollowUpDraft(text, **said), round_id=assessed.round.pk, by=secretary, now=NOW
        )

    return started


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["pollready_language"] = "en"
    return client


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is kept between pages is there by now
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("page", ["work", "follow-ups"])
def test_a_page_asks_as_often_for_one_as_for_many(start, telecom, page):
    start()
    client = client_of(telecom)
    few = queries(client, reverse(page))
    for number in range(7):
        start(f"Another thing {number}")
    assert queries(client, reverse(page)) == few


DUTIES = (
    {"covers": "stations", "query": "kind=fixed"},
    {"covers": "stations", "query": "kind=mobile", "proof": "criterion", "proof_of": "power"},
    {"covers": "stations", "query": "county=nowhere"},
    {"covers": "components", "query": ""},
    {"covers": "components", "query": "kind=exchange"},
    {"covers": "owner"},
)


def enter_duties(assessed, secretary, turn) -> None:
    tci = Agency.objects.get(code="TCI").pk
    for number, said in enumerate(DUTIES):
        draft = DutyDraft(f"Duty {number} of turn {turn}", agency_id=tci, deadline="T-2", **said)
        enter_duty(draft, round_id=assessed.round.pk, by=secretary, now=NOW)


def test_one_s_work_asks_as_often_for_few_duties_as_for_many(assessed, secretary, telecom):
    enter_duties(assessed, secretary, 1)
    client = client_of(telecom)
    few = queries(client, reverse("work"))
    for turn in (2, 3):
        enter_duties(assessed, secretary, turn)
    assert queries(client, reverse("work")) == few


def test_who_waits_for_each_duty_is_what_asking_for_it_alone_says(assessed, secretary, telecom):
    enter_duties(assessed, secretary, 1)
    waiting = work_of(telecom, assessed.round, assessed.saved, now=NOW).duties_waiting
    reader = DutyReader(telecom, assessed.saved, now=NOW)
    for duty in Duty.objects.exclude(covers="owner"):
        rows = [row for row in reader.objects(duty) if row.duty_state != "done"]
        if not rows and reader.objects(duty).exists():
            assert duty.pk not in waiting  # done everywhere
            continue
        if duty.covers == "stations":
            listings = {row.listing for row in rows}
        else:
            records = DependenceRecord.objects.filter(
                record__assessment=assessed.saved, record__component__in=rows
            )
            listings = {record.listing for record in records}
        known = [each.expected_voters for each in listings if each.expected_voters is not None]
        told = waiting[duty.pk]
        assert (told.objects, told.voters) == (len(rows), sum(known) if known else None), duty.text
    assert waiting[Duty.objects.get(covers="owner").pk].objects == 0


def test_one_page_asks_as_often_at_few_stations_as_at_many(start, assessed, telecom):
    one = start(query="", objects=[assessed.listings[0].pk])
    many = start()
    client = client_of(telecom)
    counts = {queries(client, reverse("follow-up", args=[each.pk])) for each in (one, many)}
    assert len(counts) == 1


def test_what_is_most_overdue_comes_first_with_its_days(start, telecom):
    start("in time", deadline="T-1")
    start("late", deadline="T-14")
    start("later still", deadline="2028-06-01")
    page = client_of(telecom).get(reverse("work"), {"kind": "follow_up"}).content.decode()
    places = [page.index(f">{text}</a>") for text in ("later still", "late", "in time")]
    assert places == sorted(places)
    assert "18 days overdue" in page  # from the assessment's day: its election is to come
    assert "5 days overdue" in page
    assert "8 days left" in page


def test_the_page_tells_stations_and_voters_that_wait(start, assessed, telecom):
    chosen = assessed.listings[1:3]
    start("Bring a generator", query="", objects=[each.pk for each in chosen])
    page = client_of(telecom).get(reverse("work"), {"kind": "follow_up"}).content.decode()
    assert f"{sum(each.expected_voters for each in chosen):,}" in page


def test_a_duty_and_a_report_that_waits_are_there_too(start, assessed, secretary, telecom):
    draft = DutyDraft("Name the key holders", agency_id=telecom.agency_id, deadline="T-3")
    enter_duty(draft, round_id=assessed.round.pk, by=secretary, now=NOW)
    made = start("Hand over the keys", covers="owner", query="", figure="none")
    done = FollowUpDone(NOW.date(), "They have them", letter_no="7")
    report_follow_up_done(made.pk, done, round_id=made.round_id, by=telecom, now=NOW)
    assert "Name the key holders" in client_of(telecom).get(reverse("work")).content.decode()
    mine = client_of(secretary).get(reverse("work")).content.decode()
    assert "Hand over the keys" in mine
    assert say("work.step.decide", "en") in mine


def test_the_effect_is_told_at_the_stations_of_the_reader(start, assessed, secretary, telecom):
    made = start(query="cards=not_ready", figure="rule", figure_of="cards_not_ready")
    done = FollowUpDone(NOW.date(), "done", letter_no="7")
    report_follow_up_done(made.pk, done, round_id=made.round_id, by=telecom, now=NOW)
    check_effect(made.pk, now=NOW)
    page = client_of(telecom).get(reverse("follow-up", args=[made.pk])).content.decode()
    assert say("follow_up.verdict.unmoved", "en") in page
    office = client_of(secretary).get(reverse("follow-up", args=[made.pk])).content.decode()
    assert reverse("follow-up-hand-back", args=[made.pk]) in office
    assert reverse("follow-up-accept", args=[made.pk]) not in office


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"owner": ""}, "owner"),
        ({"deadline": "", "gate": ""}, "deadline"),
        ({"deadline": "some day"}, "deadline"),
        ({"query": "q=nowhere"}, "query"),
        ({"query": "", "covers": "stations"}, "query"),
        ({"measure": "free", "figure_words": ""}, "figure_words"),
        ({"covers": "owner", "measure": "ready"}, "measure"),
        ({"text": " "}, "text"),
    ],
)
def test_bad_input_gets_a_sentence_beside_its_field_and_loses_nothing(
    assessed, secretary, changes, field
):
    typed = {
        "text": "Bring a generator", "owner": "office:governor", "deadline": "T-2", "gate": "",
        "covers": "stations", "query": "/stations/?kind=fixed&page=2", "measure": "ready",
        "classification": "0",
    } | changes  # fmt: skip
    response = client_of(secretary).post(reverse("follow-up-new"), typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="error-{field}"' in page
    assert changes.get("text") == " " or "Bring a generator" in page
    assert not FollowUp.objects.exists()


def test_the_address_of_a_list_is_taken_for_its_filter(assessed, secretary):
    typed = {
        "text": "Bring a generator", "owner": "office:governor", "gate": "delivery",
        "covers": "stations", "query": "http://here/stations/?kind=fixed", "measure": "ready",
        "classification": "0",
    }  # fmt: skip
    response = client_of(secretary).post(reverse("follow-up-new"), typed)
    made = FollowUp.objects.get()
    assert response.status_code == 302
    assert (made.query, made.deadline) == ("kind=fixed", "delivery")


def test_who_was_changed_meanwhile_keeps_what_he_typed(start, secretary):
    made = start()
    client, address = client_of(secretary), reverse("follow-up-drop", args=[start("b").pk])
    assert client.get(address).status_code == 200
    address = reverse("follow-up-drop", args=[made.pk])
    FollowUp.objects.filter(pk=made.pk).update(version=5)
    response = client.post(address, {"reason": "it is there twice", "version": 1})
    assert response.status_code == 409
    assert "it is there twice" in response.content.decode()


def test_who_may_not_see_names_changes_the_day_and_leaves_the_name_as_it_is(start, secretary):
    made = start("Test the line of EX-04", figure="free", figure_of="lines of EX-04")
    client, address = client_of(secretary), reverse("follow-up-edit", args=[made.pk])
    page = client.get(address)
    assert "EX-04" not in page.content.decode()
    form = page.context["form"]
    typed = {name: "" if (v := form[name].value()) is None else v for name in form.fields}
    response = client.post(address, typed | {"deadline": "T-1", "reason": "sooner"})
    assert response.status_code == 302
    made.refresh_from_db()
    assert (made.text, made.figure_of) == ("Test the line of EX-04", "lines of EX-04")
    assert (made.deadline, made.query) == ("T-1", "kind=fixed")
    assert made.measured_at == NOW
