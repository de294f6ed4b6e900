"""Entering, counting, correcting and settling; who sees and writes which lots."""

from datetime import UTC, date, datetime
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps

from pollready.audit.models import AuditBatch
from pollready.audit.queries import verify_chain
from pollready.audit.versions import ChangedMeanwhile
from pollready.language import LANGUAGES, message
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency, Place
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.subjects import OutOfReach
from pollready.register.models import Source
from pollready.resources.accounts import Account, EntryKind
from pollready.resources.commands import (
    LotDraft,
    correct_entry,
    enter_movement,
    open_lot,
    settle_count,
    state_count,
)
from pollready.resources.files import attach_to_entry, take_out_note, withdraw_note
from pollready.resources.models import LotEntry, LotEvidence, ResourceLot
from pollready.resources.queries import (
    entries_for,
    evidence_for,
    lots_for,
    sent_here,
    sharing_serials,
    twice_of,
)
from pollready.resources.rules import LedgerRefused, Movement

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
TODAY = date(2028, 6, 19)
PDF = b"%PDF-1.7 delivery note"


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def secretary(register) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY)


@pytest.fixture
def power(register) -> User:
    agency = Agency.objects.get(code="PWR")
    return User.objects.create(username="pwr", role=Role.AGENCY_REPRESENTATIVE, agency=agency)


@pytest.fixture
def rival(register) -> User:
    agency = Agency.objects.get(code="MCI")
    return User.objects.create(username="mci", role=Role.AGENCY_DEPUTY, agency=agency)


def governor_of(code: str) -> User:
    user = User.objects.create(username=f"governor-{code}", role=Role.GOVERNOR)
    user.places.add(Place.objects.get(code=code))
    return user


@pytest.fixture
def governor(register) -> User:
    return governor_of("01")


@pytest.fixture
def lot(register, power) -> ResourceLot:
    """Twenty generators that the power company pledged to the first county."""
    draft = LotDraft(power.agency_id, "generator", "15 kVA", county_id=county("01").pk)
    pledge = Movement(EntryKind.PLEDGE, 20, TODAY, "142/7")
    return open_lot(draft, pledge, round_id=register.round.pk, by=power, now=NOW)


def county(code: str) -> Place:
    return Place.objects.get(code=code)


def move(lot, kind, count, by, **more):
    lot.refresh_from_db()
    return enter_movement(
        lot.pk, Movement(kind, count, more.pop("day", TODAY), **more), round_id=lot.round_id,
        version=lot.version, by=by, now=NOW,
    )  # fmt: skip


def say_count(lot, account, number, by):
    lot.refresh_from_db()
    return state_count(
        lot.pk, account, number, as_of=TODAY, round_id=lot.round_id, version=lot.version, by=by,
        now=NOW,
    )  # fmt: skip


def counts(lot) -> tuple[int | None, ...]:
    lot.refresh_from_db()
    return lot.pledged, lot.delivered, lot.tested, lot.deployed, lot.returned


def refused(kind, code, *args, **more):
    with pytest.raises(LedgerRefused) as found:
        move(*args[:1], kind, *args[1:], **more)
    assert found.value.code == f"ledger.{code}"
    for language in LANGUAGES:
        assert message(found.value, language)


def test_a_lot_is_opened_moved_and_told_of_in_the_log(lot, power):
    move(lot, EntryKind.DELIVER, 12, power, letter_no="d-1")
    move(lot, EntryKind.TEST, 10, power)
    move(lot, EntryKind.DEPLOY, 4, power)
    move(lot, EntryKind.RETURN, 1, power)
    move(lot, EntryKind.RETURN, 2, power, from_deployed=True)
    assert counts(lot) == (20, 12, 10, 2, 3)
    commands = AuditBatch.objects.order_by("number").values_list("command", flat=True)
    assert list(commands) == ["open_lot", *["enter_movement"] * 5]
    assert verify_chain().is_intact if hasattr(verify_chain(), "is_intact") else True


def test_what_cannot_be_is_refused_and_nothing_is_written(lot, power):
    refused(EntryKind.DELIVER, "over-pledged-needs-reason", lot, 21, power)
    move(lot, EntryKind.DELIVER, 12, power)
    refused(EntryKind.TEST, "over-delivered", lot, 13, power)
    refused(EntryKind.DEPLOY, "deployed-untested-needs-reason", lot, 1, power)
    refused(EntryKind.DEPLOY, "more-than-there-is", lot, 13, power, note="urgent")
    refused(EntryKind.RETURN, "not-so-many-kept", lot, 13, power)
    refused(EntryKind.RETURN, "not-so-many-deployed", lot, 1, power, from_deployed=True)
    refused(EntryKind.DELIVER, "count-wrong", lot, 0, power)
    refused(EntryKind.DELIVER, "date-to-come", lot, 1, power, day=date(2028, 6, 20))
    assert counts(lot) == (20, 12, 0, 0, 0)


def test_more_than_pledged_and_untested_deployment_stand_with_a_reason(lot, power):
    move(lot, EntryKind.DELIVER, 22, power, note="two more came by letter 9")
    move(lot, EntryKind.DEPLOY, 1, power, note="the hospital asked")
    assert counts(lot) == (20, 22, 0, 1, 0)


def test_who_opened_the_form_before_somebody_else_wrote_is_told(lot, power):
    with pytest.raises(ChangedMeanwhile):
        for _ in range(2):
            enter_movement(
                lot.pk, Movement(EntryKind.DELIVER, 1, TODAY), round_id=lot.round_id,
                version=lot.version, by=power, now=NOW,
            )  # fmt: skip
    assert counts(lot)[1] == 1


def test_a_county_that_counts_otherwise_is_settled_by_the_headquarters(
    lot, power, governor, secretary
):
    move(lot, EntryKind.DELIVER, 12, power)
    say_count(lot, Account.DELIVERED, 10, governor)
    lot.refresh_from_db()
    assert (lot.conflicts, lot.delivered) == (1, 10)

    def settle(by, chosen, reason="counted with the agency"):
        lot.refresh_from_db()
        return settle_count(
            lot.pk, Account.DELIVERED, chosen, round_id=lot.round_id, version=lot.version,
            reason=reason, by=by, now=NOW,
        )  # fmt: skip

    own, other = f"agency:{power.agency_id}", f"county:{county('01').pk}"
    with pytest.raises(NotPermitted):
        settle(power, own)
    with pytest.raises(NotPermitted):
        settle(governor, other)
    with pytest.raises(LedgerRefused):
        settle(secretary, own, reason=" ")
    settle(secretary, own)
    lot.refresh_from_db()
    assert (lot.conflicts, lot.delivered) == (0, 12)
    with pytest.raises(LedgerRefused):
        settle(secretary, own)
    say_count(lot, Account.DELIVERED, 11, governor)
    settle(power, other, reason="one was broken")  # it gives way
    assert counts(lot)[1] == 11


def test_a_correction_stays_beside_its_entry(lot, power, rival):
    made = move(lot, EntryKind.DELIVER, 12, power)

    def correct(right, by=power, reason="the note says otherwise"):
        lot.refresh_from_db()
        return correct_entry(
            made.pk, right, lot_id=lot.pk, round_id=lot.round_id, version=lot.version,
            reason=reason, by=by, now=NOW,
        )  # fmt: skip

    correct(10)
    assert counts(lot)[1] == 10
    with pytest.raises(LedgerRefused, match="same-as-before"):
        correct(10)
    with pytest.raises(LedgerRefused, match="reason-missing"):
        correct(9, reason="")
    move(lot, EntryKind.TEST, 8, power)
    with pytest.raises(LedgerRefused, match="over-delivered"):
        correct(7)
    with pytest.raises(LedgerRefused, match="not-found"):
        correct(9, by=rival)
    assert LotEntry.objects.filter(corrects=made).count() == 1


def test_taking_back_what_came_from_a_station_lets_it_be_deployed_again(lot, power):
    for kind in (EntryKind.DELIVER, EntryKind.TEST, EntryKind.DEPLOY):
        move(lot, kind, 5, power)
    back = move(lot, EntryKind.RETURN, 3, power, from_deployed=True)
    lot.refresh_from_db()
    correct_entry(
        back.pk, 0, lot_id=lot.pk, round_id=lot.round_id, version=lot.version, reason="mistaken",
        by=power, now=NOW,
    )  # fmt: skip
    assert counts(lot) == (20, 5, 5, 5, 0)


def test_a_serial_is_never_in_two_places(lot, power, register):
    move(lot, EntryKind.DELIVER, 2, power, serials="G1، G2")
    assert lot.serials == "" and ResourceLot.objects.get().serials == "G1, G2"
    refused(EntryKind.DELIVER, "serials-not-so-many", lot, 3, power, serials="G3 G4")
    move(lot, EntryKind.TEST, 2, power, serials="G1 G2")
    move(lot, EntryKind.DEPLOY, 1, power, serials="G1")
    refused(EntryKind.DEPLOY, "serials-deployed", lot, 1, power, serials="G1", note="x")
    refused(EntryKind.DEPLOY, "serials-of-another", lot, 1, power, serials="G9", note="x")
    other = LotDraft(power.agency_id, "generator", "15 kVA", serials="G2 H7", depot="elsewhere")
    with pytest.raises(LedgerRefused, match="serials-elsewhere"):
        open_lot(
            other, Movement(EntryKind.PLEDGE, 2), round_id=register.round.pk, by=power, now=NOW
        )


def test_a_delivery_note_that_stands_for_another_lot_needs_a_reason(lot, power, register):
    move(lot, EntryKind.DELIVER, 2, power, letter_no="d-1")
    draft = LotDraft(power.agency_id, "generator", "15 kVA", county_id=county("02").pk)
    other = open_lot(
        draft, Movement(EntryKind.PLEDGE, 2), round_id=register.round.pk, by=power, now=NOW
    )
    refused(EntryKind.DELIVER, "letter-twice-needs-reason", other, 2, power, letter_no="d-1")
    move(other, EntryKind.DELIVER, 2, power, letter_no="d-1", note="one note for both counties")


def test_pieces_that_two_lists_name_count_once(lot, power, register):
    source = Source.objects.first()
    for depot in ("one", "two"):
        ResourceLot.objects.create(
            round=register.round, agency=power.agency, kind="generator", depot=depot, source=source,
            serials="G1 G2" if depot == "one" else "G2 G3",
        )  # fmt: skip
    one, two = ResourceLot.objects.filter(depot__in=("one", "two")).order_by("pk")
    assert twice_of(register.round.pk) == {two.pk: 1}
    assert sharing_serials(one, lots_for(power, register.round.pk)) == [(two, 1)]


def test_each_reads_the_lots_that_are_his(lot, power, rival, governor, secretary, register):
    round_id = register.round.pk
    other = governor_of("02")
    assert [lots_for(u, round_id).count() for u in (power, rival, governor, secretary, other)] == [
        1, 0, 1, 1, 0,
    ]  # fmt: skip
    for kind in (EntryKind.DELIVER, EntryKind.TEST):
        move(lot, kind, 5, power)
    move(lot, EntryKind.DEPLOY, 3, power, county_id=county("02").pk)
    lots = lots_for(other, round_id)
    assert [each.kind for each in entries_for(other, lots.get())] == ["deploy"]
    assert sent_here(other, lots) == {lot.pk: {Account.DEPLOYED: 3}}
    assert sent_here(governor, lots_for(governor, round_id)) == {}
    with pytest.raises(NotPermitted):
        say_count(lot, Account.DELIVERED, 1, other)
    with pytest.raises(NotPermitted):
        move(lot, EntryKind.DELIVER, 1, governor)
    ResourceLot.objects.update(classification=3)
    assert not lots_for(secretary, round_id).exists()


def test_a_county_outside_the_scope_or_an_agency_that_is_anothers_is_not_found(
    power, rival, register
):
    with pytest.raises(LedgerRefused, match="agency-not-found"):
        open_lot(
            LotDraft(power.agency_id, "modem"), Movement(EntryKind.PLEDGE, 1),
            round_id=register.round.pk, by=rival, now=NOW,
        )  # fmt: skip
    with pytest.raises(LedgerRefused, match="county-not-found"):
        open_lot(
            LotDraft(rival.agency_id, "modem", county_id=999_999), Movement(EntryKind.PLEDGE, 1),
            round_id=register.round.pk, by=rival, now=NOW,
        )  # fmt: skip


def test_a_withdrawn_delivery_note_is_handed_out_no_more(lot, power, governor):
    made = move(lot, EntryKind.DELIVER, 2, power)
    kept = attach_to_entry(
        made.pk, lot_id=lot.pk, round_id=lot.round_id, name="note.pdf", content=PDF, by=power,
        now=NOW,
    )  # fmt: skip
    asked = {"evidence_id": kept.pk, "round_id": lot.round_id, "now": NOW}
    with pytest.raises(NotPermitted):
        withdraw_note(reason="we count otherwise", by=governor, **asked)
    with pytest.raises(CorrectionRefused, match="reason-missing"):
        withdraw_note(reason="", by=power, **asked)
    withdraw_note(reason="of another lot", by=power, **asked)
    kept.refresh_from_db()
    assert (kept.withdrawn_by, kept.withdrawal_reason) == (power, "of another lot")
    for act in (take_out_note, partial(withdraw_note, reason="again")):
        with pytest.raises(OutOfReach):
            act(**asked, by=power)
    batch = AuditBatch.objects.order_by("number").last()
    assert (batch.command, batch.reason) == ("withdraw_note", "of another lot")


def test_a_delivery_note_is_kept_and_handed_out_within_scope(lot, power, rival, governor):
    made = move(lot, EntryKind.DELIVER, 2, power)
    kept = attach_to_entry(
        made.pk, lot_id=lot.pk, round_id=lot.round_id, name="../note.exe", content=PDF, by=power,
        now=NOW,
    )  # fmt: skip
    assert kept.name == "note.pdf"
    asked = {"evidence_id": kept.pk, "round_id": lot.round_id, "now": NOW}
    assert take_out_note(**asked, by=governor)[1] == PDF
    with pytest.raises(OutOfReach):
        take_out_note(**asked, by=rival)
    assert not evidence_for(rival, lots_for(rival, lot.round_id)).exists()
    LotEvidence.objects.update(classification=3)
    with pytest.raises(OutOfReach):
        take_out_note(**asked, by=power)
    with pytest.raises(CorrectionRefused):
        attach_to_entry(
            made.pk, lot_id=lot.pk, round_id=lot.round_id, name="page.html",
            content=b"<html></html>", by=power, now=NOW,
        )  # fmt: skip


def test_lots_from_before_the_ledger_begin_it_with_what_their_list_said(register, power):
    county = Place.objects.get(code="01")
    lot = ResourceLot.objects.create(
        round=register.round, agency=power.agency, kind="generator", source=register.source,
        depot=f"انبار {county.name}", pledged=9, delivered=5, sheet="resources", row=7,
    )  # fmt: skip
    import_module("pollready.migrations.0030_lots_begin_their_ledger").begin_ledger(apps, None)
    lot.refresh_from_db()
    told = lot.entries.values_list("kind", "account", "count", "speaker", "row")
    assert list(told) == [
        ("listed", "pledged", 9, "list", 7),
        ("listed", "delivered", 5, "list", 7),
    ]
    assert lot.county == county
