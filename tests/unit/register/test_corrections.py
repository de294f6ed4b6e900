"""Claims, resolutions and orders: what they write, and what an assessment then finds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from pollready.assessment.reading import read_register
from pollready.assessment.standing import standing
from pollready.audit.models import AuditBatch
from pollready.audit.queries import verify_chain
from pollready.audit.versions import ChangedMeanwhile
from pollready.intake.corrections import read_typed
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency, Listing, Place
from pollready.register.corrections.claiming import Statement, state_of_field
from pollready.register.corrections.commands import claim
from pollready.register.corrections.differing import contradictions_for
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.list_changes import (
    NewPlace,
    NewStation,
    Order,
    add,
    cancel,
    merge,
    relocate,
)
from pollready.register.corrections.many import correct_many, mark_of_preview, plan_many
from pollready.register.corrections.models import ListDecision
from pollready.register.corrections.queries import changed_since
from pollready.register.corrections.resolving import assign_test, resolve
from pollready.register.corrections.subjects import About, OutOfReach
from pollready.register.corrections.undoing import undo
from pollready.register.models import Claim, Component

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ORDER = Order("فرماندار تبریز", "142/7", date(2028, 6, 18), date(2028, 6, 18), "ساختمان ناایمن است")


@pytest.fixture
def secretary(db) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY, may_see_names=True)


@pytest.fixture
def district(db, register) -> User:
    user = User.objects.create(username="district", role=Role.DISTRICT)
    user.places.add(Place.objects.get(code="01"))
    return user


def telecom() -> User:
    agency = Agency.objects.get(code="MCI")
    return User.objects.create(username="mci", role=Role.AGENCY_REPRESENTATIVE, agency=agency)


def say(register, field, value, *, listing=0, by, now=NOW, **more):
    about = About("listing", register.listings[listing].pk)
    said = Statement(field, value, date(2028, 6, 19), note=more.pop("note", ""))
    return claim(about=about, said=said, by=by, now=now, **more)


def known(register, field, listing=0, recorded_by=None):
    rows = read_register(register.round.pk, recorded_by)
    return standing(rows).claims[register.listings[listing].pk].get(field)


def test_a_claim_beside_another_contradicts_it_until_somebody_resolves_it(register, secretary):
    assert known(register, "battery_h").value == 1
    made = say(register, "battery_h", "6", by=secretary)
    assert known(register, "battery_h").contradicted
    about = About.of(register.listings[0])
    resolve(
        about=about, field="battery_h", chosen_id=made.pk, reason="visited", by=secretary, now=LATER
    )
    assert known(register, "battery_h").value == 6
    assert known(register, "battery_h", recorded_by=NOW).contradicted  # as of then


def test_a_newer_claim_makes_a_resolved_contradiction_one_again(register, secretary, district):
    say(register, "battery_h", "6", by=secretary, stands=True, note="visited")
    assert known(register, "battery_h").value == 6
    mine = next(
        n for n, each in enumerate(register.listings)
        if each.point.place.parent.code == "01"
    )  # fmt: skip
    say(register, "battery_h", "6", listing=mine, by=secretary, stands=True, note="visited")
    say(register, "battery_h", "2", listing=mine, by=district, now=LATER)
    rivals = known(register, "battery_h", listing=mine)
    assert rivals.contradicted
    assert {row.value for row in rivals.evidence} == {"6", "2"}


def test_ones_own_newer_word_takes_the_place_of_the_earlier_one(register, secretary):
    first = say(register, "battery_h", "6", by=secretary)
    say(register, "battery_h", "7", by=secretary, now=LATER)
    first.refresh_from_db()
    assert first.superseded_at == LATER


def test_a_column_of_the_list_is_corrected_in_the_list(register, secretary):
    say(register, "expected_voters", "901", by=secretary)
    assert Listing.objects.get(pk=register.listings[0].pk).expected_voters == 901
    say(register, "position", "38.5 46.1", by=secretary)
    point = Listing.objects.get(pk=register.listings[0].pk).point
    assert (point.lat, point.lon) == (38.5, 46.1)


def test_a_form_opened_before_another_change_writes_nothing(register, secretary):
    opened = state_of_field(register.listings[0], "battery_h")
    say(register, "battery_h", "6", by=secretary)
    before = Claim.objects.count()
    with pytest.raises(ChangedMeanwhile):
        say(register, "battery_h", "9", by=secretary, now=LATER, expected=opened)
    assert Claim.objects.count() == before


def test_who_serves_a_place_corrects_only_there_and_resolves_nothing(register, district):
    outside = next(
        n for n, each in enumerate(register.listings)
        if each.point.place.parent.code != "01"
    )  # fmt: skip
    with pytest.raises(OutOfReach):
        say(register, "battery_h", "6", listing=outside, by=district)
    inside = next(
        n for n, each in enumerate(register.listings)
        if each.point.place.parent.code == "01"
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        say(register, "battery_h", "6", listing=inside, by=district, stands=True, note="seen")


def test_an_agency_corrects_its_own_components_and_no_others(register):
    user = telecom()
    mine = Component.objects.get(code="MS-210")
    said = Statement("battery_h", "3", date(2028, 6, 19))
    claim(about=About.of(mine), said=said, by=user, now=NOW)
    for other in (About.of(Component.objects.get(code="EX-04")), About.of(register.listings[0])):
        with pytest.raises((OutOfReach, NotPermitted)):
            claim(about=other, said=said, by=user, now=NOW)


def test_contradictions_are_listed_within_the_scope(register, secretary, district):
    found = [(each.kind, each.field) for each in contradictions_for(secretary, register.round.pk)]
    assert found == [("listing", "signal_1")]
    assert contradictions_for(telecom(), register.round.pk) == []


def test_an_assigned_test_leaves_the_contradiction_open(register, secretary):
    about = About.of(register.listings[2])
    agency = Agency.objects.get(code="MCI")
    assign_test(
        about=about, field="signal_1", agency_id=agency.pk, due_date=date(2028, 6, 25),
        reason="two tests differ", by=secretary, now=NOW,
    )  # fmt: skip
    assert known(register, "signal_1", listing=2).contradicted
    assert len(contradictions_for(secretary, register.round.pk)) == 1


def test_relocating_ends_the_evidence_of_the_old_place(register, secretary):
    listing = register.listings[0]
    relocate(
        listing_id=listing.pk, to=NewPlace("مسجد نمونه", "خیابان دوم", None, None), order=ORDER,
        by=secretary, now=NOW,
    )  # fmt: skip
    fields = set(
        Claim.objects.filter(listing=listing, superseded_at=None).values_list("field", flat=True)
    )
    assert fields.isdisjoint({"signal_1", "battery_h", "rehearsal", "feeder", "mains"})
    assert {"software", "relocated_on", "relocated_by"} <= fields
    listing = Listing.objects.get(pk=listing.pk)
    assert (listing.status, listing.point.name, listing.point.lat) == (
        "relocated", "مسجد نمونه", None,
    )  # fmt: skip


def test_undoing_a_relocation_brings_back_what_it_ended(register, secretary):
    listing = register.listings[0]
    before = {
        (each.field, each.value)
        for each in Claim.objects.filter(listing=listing, superseded_at=None)
    }
    relocate(
        listing_id=listing.pk, to=NewPlace("مسجد نمونه", "", None, None), order=ORDER,
        by=secretary, now=NOW,
    )  # fmt: skip
    number = AuditBatch.objects.order_by("-number").first().number
    undo(number=number, by=secretary, now=LATER)
    after = {
        (each.field, each.value)
        for each in Claim.objects.filter(listing=listing, superseded_at=None)
    }
    assert after == before
    listing = Listing.objects.get(pk=listing.pk)
    assert (listing.status, listing.point.lat) == ("active", register.listings[0].point.lat)
    assert ListDecision.objects.get().undone_at == LATER
    with pytest.raises(CorrectionRefused, match="undone-already"):
        undo(number=number, by=secretary, now=LATER)
    assert verify_chain() is None


def test_a_change_that_somebody_touched_since_is_not_undone(register, secretary):
    say(register, "battery_h", "6", by=secretary)
    number = AuditBatch.objects.order_by("-number").first().number
    head = User.objects.create(username="head", role=Role.COMMITTEE_HEAD)
    say(register, "software", "9", by=head, now=LATER)  # another field
    say(register, "battery_h", "7", by=head, now=LATER)
    with pytest.raises(CorrectionRefused, match="touched-since"):
        undo(number=number, by=secretary, now=LATER)
    with pytest.raises(OutOfReach):
        undo(number=number, by=head, now=LATER)  # not his own


def test_a_merged_station_serves_no_more_and_the_other_expects_its_voters(register, secretary):
    one, other = register.listings[:2]
    merge(
        listing_id=one.pk, into_id=other.pk, expected_voters=1500, order=ORDER,
        by=secretary, now=NOW,
    )  # fmt: skip
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, other.expected_voters) == ("cancelled", 1500)
    assert [each.listing.code for each in other.merged_here.all()] == [one.code]
    with pytest.raises(CorrectionRefused, match="not-in-the-list"):
        cancel(listing_id=one.pk, order=ORDER, by=secretary, now=LATER)


def test_a_station_is_added_under_a_code_that_nobody_has(register, secretary):
    where = NewPlace("دبستان تازه", "", None, None)
    place = Place.objects.filter(level=3).first()
    station = NewStation("0999", "fixed", place.pk, where, None, "")
    add(round_id=register.round.pk, station=station, order=ORDER, by=secretary, now=NOW)
    number = AuditBatch.objects.order_by("-number").first().number
    with pytest.raises(CorrectionRefused, match="code-taken"):
        add(round_id=register.round.pk, station=station, order=ORDER, by=secretary, now=NOW)
    undo(number=number, by=secretary, now=LATER)
    assert not Listing.objects.filter(code="0999").exists()


def test_an_order_without_authority_changes_nothing(register, secretary):
    order = Order("", "1", None, date(2028, 6, 18), "because")
    with pytest.raises(CorrectionRefused, match="authority-missing"):
        cancel(listing_id=register.listings[0].pk, order=order, by=secretary, now=NOW)


def test_many_stations_are_corrected_and_undone_as_one(register, secretary):
    ids = [each.pk for each in register.listings]
    said = Statement("software", "4.0", date(2028, 6, 19), note="letter 7")
    planned = plan_many(listing_ids=ids, said=said, by=secretary)
    mark = mark_of_preview(planned)
    batch = correct_many(listing_ids=ids, said=said, expected=mark, by=secretary, now=NOW)
    assert known(register, "software").value == "4.0"
    with pytest.raises(ChangedMeanwhile):
        correct_many(listing_ids=ids, said=said, expected=mark, by=secretary, now=LATER)
    undo(number=batch.number, by=secretary, now=LATER)
    assert known(register, "software").value == "3.2.1"


def test_undoing_a_decision_brings_back_the_one_before_it(register, secretary):
    say(register, "battery_h", "6", by=secretary, stands=True, note="visited")
    say(register, "battery_h", "7", by=secretary, now=LATER, stands=True, note="again")
    number = AuditBatch.objects.order_by("-number").first().number
    undo(number=number, by=secretary, now=LATER + timedelta(hours=1))
    assert known(register, "battery_h").value == 6


def test_a_correction_makes_the_assessment_older_than_the_register(register, secretary):
    assert not changed_since(register.round.pk, NOW - timedelta(minutes=1))
    say(register, "battery_h", "6", by=secretary)
    assert changed_since(register.round.pk, NOW - timedelta(minutes=1))
    assert not changed_since(register.round.pk, NOW)


@pytest.mark.parametrize(
    ("kind", "field", "typed", "kept"),
    [
        ("listing", "expected_voters", "۱٬۲۰۰", "1200"),
        ("listing", "signal_1", "ضعيف", "weak"),
        ("listing", "mains", "بلی", "yes"),
        ("listing", "test_date", "۱۴۰۷/۰۳/۲۰", "2028-06-09"),
        ("listing", "position", "۳۸٫۰۷، ۴۶٫۲۹", "38.07 46.29"),
        ("component", "battery_h", "2.5", "2.5"),
    ],
)
def test_what_is_typed_is_kept_as_imports_keep_it(kind, field, typed, kept):
    assert read_typed(kind, field, typed) == kept


@pytest.mark.parametrize(
    ("kind", "field", "typed", "code"),
    [
        ("listing", "expected_voters", "many", "correct.not-a-count"),
        ("listing", "signal_1", "strongish", "correct.unknown-word"),
        ("listing", "position", "38.07", "correct.not-a-position"),
        ("listing", "relocated_on", "2028-06-01", "correct.unknown-field"),
        ("listing", "battery_h", " ", "correct.value-missing"),
        ("component", "mttr_h", "0", "correct.not-positive"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(kind, field, typed, code):
    with pytest.raises(CorrectionRefused) as refused:
        read_typed(kind, field, typed)
    assert refused.value.code == code


def test_a_day_begins_at_the_midnight_of_the_office(register, secretary):
    """At half past one in Tabriz it is still yesterday by the clocks of Greenwich."""
    night = datetime(2028, 6, 18, 22, 0, tzinfo=UTC)
    about = About("listing", register.listings[0].pk)
    today = Statement("battery_h", "6", date(2028, 6, 19))
    with timezone.override("UTC"), pytest.raises(CorrectionRefused, match="date-to-come"):
        claim(about=about, said=today, by=secretary, now=night)
    with timezone.override("Asia/Tehran"):
        assert claim(about=about, said=today, by=secretary, now=night).value == "6"
