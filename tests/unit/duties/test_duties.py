"""Entering duties, saying that they are done, and who reads which."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pollready.audit.models import AuditBatch
from pollready.audit.queries import verify_chain
from pollready.audit.versions import ChangedMeanwhile
from pollready.duties.commands import (
    Done,
    DutyDraft,
    change_duty,
    end_duty,
    enter_duty,
    hand_back,
    report_done,
)
from pollready.duties.models import Duty
from pollready.duties.queries import duties_for, proofs_for, standing
from pollready.duties.rules import OFFICES, DutyRefused
from pollready.language import message
from pollready.people.models import Person, Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency, Place
from pollready.register.models import Component

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
TODAY = date(2028, 6, 19)


@pytest.fixture
def secretary(register) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY)


@pytest.fixture
def telecom(register) -> User:
    agency = Agency.objects.get(code="TCI")
    return User.objects.create(username="tci", role=Role.AGENCY_REPRESENTATIVE, agency=agency)


@pytest.fixture
def rival(register) -> User:
    agency = Agency.objects.get(code="MCI")
    return User.objects.create(username="mci", role=Role.AGENCY_DEPUTY, agency=agency)


@pytest.fixture
def governor(register) -> User:
    user = User.objects.create(username="governor", role=Role.GOVERNOR)
    user.places.add(Place.objects.get(code="01"))
    return user


@pytest.fixture
def draft(register) -> DutyDraft:
    return DutyDraft(
        "Test the batteries of every exchange",
        agency_id=Agency.objects.get(code="TCI").pk,
        legal_basis="Instructions, item 4",
        deadline="ت-۱ ۱۸:۰۰",
        covers="components",
        query="kind=exchange",
        evidence_needed="test sheet",
    )


@pytest.fixture
def duty(draft, register, secretary) -> Duty:
    return enter_duty(draft, round_id=register.round.pk, by=secretary, now=NOW)


def exchange() -> Component:
    return Component.objects.filter(kind="exchange").order_by("pk").first()


def test_a_duty_is_kept_with_its_owner_and_its_deadline_in_one_way_of_writing(duty, secretary):
    assert (duty.agency.code, duty.deadline, duty.made_by) == ("TCI", "T-1 18:00", secretary)
    assert AuditBatch.objects.get(command="enter_duty").actor == "secretary"
    assert verify_chain() is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text": "  "}, "text-missing"),
        ({"text": "x" * 501}, "too-long"),
        ({"office": "governor"}, "one-owner"),
        ({"agency_id": None}, "one-owner"),
        ({"agency_id": 999_999}, "agency-not-found"),
        ({"agency_id": None, "office": "supervision"}, "office-unknown"),
        ({"deadline": "soon"}, "deadline-unread"),
        ({"classification": 3}, "class-too-high"),
        ({"covers": "owner", "proof": "field", "proof_of": "battery_h"}, "nothing-to-prove-at"),
        ({"proof": "criterion", "proof_of": "power"}, "proof-of-stations"),
        ({"proof": "field"}, "proof-of-what"),
    ],
)
def test_what_cannot_stand_is_refused_in_words_and_writes_nothing(
    draft, register, secretary, wrong, code
):
    with pytest.raises(DutyRefused) as refused:
        enter_duty(replace(draft, **wrong), round_id=register.round.pk, by=secretary, now=NOW)
    assert refused.value.code == f"duties.{code}"
    assert all(message(refused.value, language) for language in ("fa", "en"))
    assert not Duty.objects.exists()


def test_one_owner_has_one_standing_duty_of_the_same_words(duty, draft, register, secretary):
    with pytest.raises(DutyRefused, match="twice"):
        enter_duty(draft, round_id=register.round.pk, by=secretary, now=NOW)
    end_duty(duty.pk, round_id=register.round.pk, reason="again", version=1, by=secretary, now=NOW)
    assert enter_duty(draft, round_id=register.round.pk, by=secretary, now=NOW).pk != duty.pk


def test_two_who_change_a_duty_at_once_do_not_overwrite_each_other(
    duty, draft, register, secretary
):
    here = {"round_id": register.round.pk, "by": secretary, "now": NOW}
    change_duty(duty.pk, replace(draft, deadline="T-3"), version=1, **here)
    with pytest.raises(ChangedMeanwhile):
        change_duty(duty.pk, replace(draft, deadline="T-4"), version=1, **here)
    assert Duty.objects.get().deadline == "T-3"


def test_only_who_may_enters_changes_and_ends(duty, draft, register, telecom):
    here = {"round_id": register.round.pk, "by": telecom, "now": NOW}
    with pytest.raises(NotPermitted):
        enter_duty(draft, **here)
    with pytest.raises(NotPermitted):
        change_duty(duty.pk, draft, version=1, **here)
    with pytest.raises(NotPermitted):
        end_duty(duty.pk, reason="x", version=1, **here)


def test_an_agency_reads_its_own_duties_and_no_others(duty, register, telecom, rival):
    assert list(duties_for(telecom, register.round.pk)) == [duty]
    assert not duties_for(rival, register.round.pk)


def test_a_place_reads_the_duties_of_its_office_and_those_at_stations(
    duty, draft, register, secretary, governor
):
    here = {"round_id": register.round.pk, "by": secretary, "now": NOW}
    own = enter_duty(DutyDraft("Name the key holders", office="governor", deadline="T-2"), **here)
    others = DutyDraft("Name the couriers", office="district")
    enter_duty(others, **here)
    at_stations = enter_duty(
        replace(draft, text="Test every second path", covers="stations", query=""), **here
    )
    assert set(duties_for(governor, register.round.pk)) == {own, at_stations}


def test_a_duty_above_the_class_of_the_reader_is_not_there(duty, register, telecom, secretary):
    Duty.objects.update(classification=2)
    assert not duties_for(telecom, register.round.pk)
    assert not duties_for(secretary, register.round.pk)


def test_an_owner_says_at_which_object_it_is_done_and_by_what_evidence(duty, register, telecom):
    here = {"round_id": register.round.pk, "by": telecom, "now": NOW}
    with pytest.raises(DutyRefused, match="evidence-missing"):
        report_done(duty.pk, Done(TODAY, component_id=exchange().pk), **here)
    done = Done(TODAY, component_id=exchange().pk, letter_no="142/7")
    first = report_done(duty.pk, done, **here)
    second = report_done(duty.pk, replace(done, letter_no="142/8"), **here)
    first.refresh_from_db()
    assert first.ended_at == NOW
    assert [each.pk for each in proofs_for(telecom, duty).filter(ended_at=None)] == [second.pk]


def test_nothing_is_done_on_a_day_that_has_not_come(duty, register, telecom):
    done = Done(TODAY + timedelta(days=1), component_id=exchange().pk, note="sheet 3")
    with pytest.raises(DutyRefused, match="done-to-come"):
        report_done(duty.pk, done, round_id=register.round.pk, by=telecom, now=NOW)


def test_no_agency_says_anything_of_anothers_duty_or_component(duty, register, telecom, rival):
    here = {"round_id": register.round.pk, "now": NOW}
    done = Done(TODAY, component_id=exchange().pk, note="sheet 3")
    with pytest.raises(DutyRefused, match="not-found"):
        report_done(duty.pk, done, by=rival, **here)
    anothers = Component.objects.exclude(agency=telecom.agency).order_by("pk").first()
    with pytest.raises(DutyRefused, match="object-not-found"):
        report_done(duty.pk, replace(done, component_id=anothers.pk), by=telecom, **here)
    listing = register.listings[0]
    with pytest.raises(DutyRefused, match="object-not-found"):
        report_done(duty.pk, Done(TODAY, listing_id=listing.pk, note="x"), by=telecom, **here)


def test_the_headquarters_hands_back_with_a_reason_what_does_not_show_it(
    duty, register, telecom, secretary, rival
):
    here = {"duty_id": duty.pk, "round_id": register.round.pk, "now": NOW}
    done = Done(TODAY, component_id=exchange().pk, note="sheet 3")
    proof = report_done(duty.pk, done, round_id=register.round.pk, by=telecom, now=NOW)
    with pytest.raises(DutyRefused, match="reason-missing"):
        hand_back(proof.pk, reason=" ", by=secretary, **here)
    with pytest.raises(DutyRefused, match="not-found"):
        hand_back(proof.pk, reason="no", by=rival, **here)
    hand_back(proof.pk, reason="the sheet is of last year", by=secretary, **here)
    proof.refresh_from_db()
    assert (proof.ended_by, proof.end_reason) == (secretary, "the sheet is of last year")
    assert verify_chain() is None


def test_a_duty_that_came_with_a_list_is_changed_in_the_list(register, secretary):
    person = Person.objects.create(round=register.round, name="A", role="lead", scope="x")
    duty = Duty.objects.create(
        round=register.round, person=person, text="oversee tests", source=register.source
    )
    here = {"round_id": register.round.pk, "by": secretary, "now": NOW}
    with pytest.raises(DutyRefused, match="of-a-list"):
        end_duty(duty.pk, reason="x", version=1, **here)
    with pytest.raises(NotPermitted):
        report_done(duty.pk, Done(TODAY, note="x"), **here)
    assert list(standing(secretary, register.round.pk)) == [duty]


def test_offices_are_of_people_who_act():
    assert Role.SUPERVISION not in OFFICES
    assert {Role.GOVERNOR, Role.SECRETARY, Role.TECHNICIAN} <= set(OFFICES)
