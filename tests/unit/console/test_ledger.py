"""The pages of the ledger, its export that comes back without loss, and what they cost."""

from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.audit.models import AuditBatch
from pollready.intake.applying.rounds import ChosenRound
from pollready.intake.planning import Wish, plan_import, read_as_wished
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.resources.accounts import Account, EntryKind
from pollready.resources.commands import (
    LotDraft,
    enter_movement,
    open_lot,
    state_count,
)
from pollready.resources.models import LotEntry, LotEvidence, ResourceLot
from pollready.resources.rules import Movement

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
TODAY = date(2028, 6, 19)


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def power(assessed) -> User:
    agency = Agency.objects.get(code="PWR")
    return User.objects.create(
        username="pwr", role=Role.AGENCY_REPRESENTATIVE, agency=agency, language="en"
    )


@pytest.fixture
def secretary(assessed) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY, language="en")


@pytest.fixture
def governor(assessed) -> User:
    user = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    user.places.add(Place.objects.get(code="01"))
    return user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def open_one(assessed, power, code="01", depot="", **more) -> ResourceLot:
    draft = LotDraft(
        power.agency_id, "generator", "15 kVA", county_id=Place.objects.get(code=code).pk,
        depot=depot, **more,
    )  # fmt: skip
    pledge = Movement(EntryKind.PLEDGE, 20, TODAY)
    return open_lot(draft, pledge, round_id=assessed.round.pk, by=power, now=NOW)


def move(lot, kind, count, by, **more) -> None:
    lot.refresh_from_db()
    enter_movement(
        lot.pk, Movement(kind, count, TODAY, **more), round_id=lot.round_id, version=lot.version,
        by=by, now=NOW,
    )  # fmt: skip


def differ(lot, governor, count=10) -> None:
    lot.refresh_from_db()
    state_count(
        lot.pk, Account.DELIVERED, count, as_of=TODAY, round_id=lot.round_id, version=lot.version,
        by=governor, now=NOW,
    )  # fmt: skip


def test_a_lot_is_opened_and_a_delivery_with_its_note_entered(assessed, power):
    client = browser(power)
    typed = {
        "agency": power.agency_id, "lot_kind": "generator", "classification": "0",
        "lot_county": Place.objects.get(code="01").pk, "count": "۲۰", "happened_date": "2024-06-10",
    }  # fmt: skip
    response = client.post(reverse("lot-new"), typed)
    lot = ResourceLot.objects.get()
    assert response.headers["Location"] == reverse("lot", args=[lot.pk])
    note = SimpleUploadedFile("note.pdf", b"%PDF-1.7 note")
    typed = {
        "kind": "deliver", "count": "12", "happened_date": "2024-06-12", "letter_no": "d-1",
        "evidence": note, "version": lot.version,
    }  # fmt: skip
    assert client.post(reverse("lot-move", args=[lot.pk]), typed).status_code == 303
    lot.refresh_from_db()
    assert (lot.pledged, lot.delivered) == (20, 12)
    page = client.get(reverse("lot", args=[lot.pk])).content.decode()
    assert "note.pdf" in page
    file = client.get(reverse("lot-note", args=[LotEvidence.objects.get().pk]))
    assert file.content == b"%PDF-1.7 note"
    assert "attachment" in file.headers["Content-Disposition"]
    assert "sandbox" in file.headers["Content-Security-Policy"]


def test_what_is_refused_stands_beside_its_field_and_nothing_typed_is_lost(assessed, power):
    lot = open_one(assessed, power)
    typed = {
        "kind": "deliver", "count": "21", "happened_date": "2024-06-12", "version": lot.version,
        "serials": "", "note": "",
    }  # fmt: skip
    response = browser(power).post(reverse("lot-move", args=[lot.pk]), typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert 'id="error-note"' in page and 'value="21"' in page
    for bad in ("", "-1", "many", "1.5", "9" * 30):
        response = browser(power).post(
            reverse("lot-move", args=[lot.pk]), {**typed, "count": bad, "happened_date": "soon"}
        )
        assert {"count", "happened_date"} <= response.context["form"].errors.keys()
    file = SimpleUploadedFile("page.html", b"<html></html>")
    response = browser(power).post(
        reverse("lot-move", args=[lot.pk]), {**typed, "count": "1", "evidence": file}
    )
    assert response.context["form"].errors.keys() == {"evidence"}
    assert LotEntry.objects.filter(kind="deliver").count() == 0


def test_who_opened_the_form_before_another_wrote_is_told(assessed, power):
    lot = open_one(assessed, power)
    typed = {"kind": "deliver", "count": "1", "happened_date": "2024-06-12", "version": lot.version}
    client = browser(power)
    assert client.post(reverse("lot-move", args=[lot.pk]), typed).status_code == 303
    response = client.post(reverse("lot-move", args=[lot.pk]), typed)
    assert response.status_code == 409
    assert str(response.context["form"]["version"].value()) == "2"


def test_differing_counts_are_settled_by_the_headquarters_on_its_page(
    assessed, power, governor, secretary
):
    lot = open_one(assessed, power)
    move(lot, EntryKind.DELIVER, 12, power)
    differ(lot, governor)
    address = reverse("lot-settle", args=[lot.pk]) + "?account=delivered"
    assert browser(governor).get(address).status_code == 200  # it may give way
    page = browser(secretary).get(address).content.decode()
    assert "12" in page and "10" in page
    lot.refresh_from_db()
    typed = {
        "account": "delivered", "chosen": f"agency:{power.agency_id}", "reason": "counted",
        "version": lot.version,
    }  # fmt: skip
    assert browser(secretary).post(address, typed).status_code == 303
    lot.refresh_from_db()
    assert (lot.conflicts, lot.delivered) == (0, 12)
    assert browser(secretary).get(address).status_code == 404


def test_a_wrong_table_of_needs_is_told_and_the_ledger_shown_all_the_same(
    assessed, power, secretary, tmp_path
):
    open_one(assessed, power)
    (tmp_path / "needs.toml").write_text("[[need]]\nmeans = 'generator'\n")
    response = browser(secretary).get(reverse("ledger"))
    assert response.status_code == 200
    assert "needs.toml" in response.content.decode()


def test_addresses_that_are_not_understood_say_so(assessed, secretary):
    client = browser(secretary)
    for query in ("county=x", "agency=-1", "only=everything", "county=" + "9" * 40):
        response = client.get(f"{reverse('ledger-lots')}?{query}")
        assert response.status_code == 200
        assert not response.context["ledger"].chosen.understood


@pytest.mark.parametrize("route", ["ledger", "ledger-lots", "lot"])
def test_a_page_asks_the_database_as_often_for_many_lots_as_for_few(
    assessed, power, governor, secretary, route
):
    def asked(lot) -> int:
        address = reverse(route, args=[lot.pk] if route == "lot" else [])
        client = browser(secretary)
        client.get(address)  # remembers the veil
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{address}?kind=generator").status_code == 200
        return len(queries)

    def fill(depot: str) -> ResourceLot:
        lot = open_one(assessed, power, depot=depot)
        move(lot, EntryKind.DELIVER, 12, power, serials=" ".join(f"{depot}{n}" for n in range(12)))
        differ(lot, governor)
        return lot

    few = asked(fill("a"))
    lots = [fill(depot) for depot in "bcdefg"]
    for _ in range(4):
        move(lots[0], EntryKind.DELIVER, 1, power)
    assert asked(lots[0]) == few


def exported(user: User, query: str = "") -> bytes:
    response = browser(user).post(f"{reverse('ledger-export')}{query}", {"reason": "for the clerk"})
    assert response.status_code == 200
    return response.getvalue()


def state() -> list[tuple]:
    names = ("agency", "kind", "model", "compatible", "serials", "depot", "county", "custodian",
             "provisioned", "pledged", "delivered", "tested", "deployed", "returned", "conflicts",
             "classification")  # fmt: skip
    return list(ResourceLot.objects.order_by("pk").values_list("pk", *names))


def sent_back(assessed, content: bytes, path, **changes):
    """Change cells of the first lot, and import the file as the round's secretary does."""
    book = openpyxl.load_workbook(BytesIO(content))
    page = next(sheet for sheet in book if any(str(c.value) == "Pledged" for c in sheet[1]))
    for cell in page[1]:
        name = str(cell.value).split(" *")[0]
        if name in changes:
            page.cell(2, cell.column).value = changes[name]
    target = path / "ledger.xlsx"
    book.save(target)
    wish = Wish(as_of=TODAY, chosen=ChosenRound(assessed.round))
    read, staged = read_as_wished(target, wish, lambda step: None)
    plan_import(read, staged, wish, by=None, now=NOW).session.writes.write(now=NOW)
    return staged


def test_the_export_holds_what_is_shown_and_is_told_of_in_the_log(
    assessed, power, governor, secretary
):
    open_one(assessed, power)
    open_one(assessed, power, code="02", classification=1)
    content = exported(secretary, "?kind=generator")
    batch = AuditBatch.objects.order_by("number").last()
    assert (batch.command, batch.reason) == ("export_list", "for the clerk")
    text = "".join(
        str(cell.value) for sheet in openpyxl.load_workbook(BytesIO(content)) for row in sheet
        for cell in row
    )  # fmt: skip
    assert str(batch.number) in text and "secretary" in text
    assert len(rows_of(content)) == 2
    assert len(rows_of(exported(power))) == 1  # what is classified stays, without the permission
    assert len(rows_of(exported(governor))) == 1
    assert browser(secretary).post(reverse("ledger-export"), {"reason": ""}).status_code == 422


def rows_of(content: bytes) -> list[tuple]:
    for sheet in openpyxl.load_workbook(BytesIO(content)):
        head = [str(cell.value) for cell in sheet[1]]
        if any(each.startswith("Pledged") for each in head):
            return [row for row in sheet.iter_rows(min_row=2, values_only=True) if any(row)]
    return []


def test_what_was_exported_comes_back_without_loss(assessed, power, governor, secretary, tmp_path):
    plain = open_one(assessed, power, depot="store one", custodian="نام نمونه")
    move(plain, EntryKind.DELIVER, 12, power, serials=" ".join(f"G{n}" for n in range(12)))
    move(plain, EntryKind.TEST, 8, power)
    move(plain, EntryKind.RETURN, 2, power)
    disputed = open_one(assessed, power, depot="store two")
    move(disputed, EntryKind.DELIVER, 12, power)
    differ(disputed, governor)
    before = state()
    sent_back(assessed, exported(secretary), tmp_path)
    assert state() == before
    entries = LotEntry.objects.count()
    sent_back(assessed, exported(secretary), tmp_path)
    assert (state(), LotEntry.objects.count()) == (before, entries)  # said once, not again


def test_what_was_changed_in_the_file_is_changed_in_the_ledger_and_stands_beside_entries(
    assessed, power, secretary, tmp_path
):
    lot = open_one(assessed, power, depot="store one")
    move(lot, EntryKind.DELIVER, 12, power)
    content = exported(secretary)
    sent_back(assessed, content, tmp_path, Delivered=11, Custodian="Mary", Depot="store nine")
    lot.refresh_from_db()
    assert (lot.custodian, lot.depot, lot.pledged) == ("Mary", "store nine", 20)
    assert (lot.delivered, lot.conflicts) == (11, 1)  # the entries said twelve
    assert ResourceLot.objects.count() == 1


def test_a_county_that_nobody_knows_is_named_and_its_lot_registered(
    assessed, power, secretary, tmp_path
):
    lot = open_one(assessed, power, depot="store one")
    county = lot.county
    staged = sent_back(assessed, exported(secretary), tmp_path, County="Atlantis", Custodian="M")
    (fault,) = [each for each in staged.faults if each.code == "unknown-lot-county"]
    assert (fault.value, fault.fields["rows"]) == ("Atlantis", 1)
    assert "Atlantis" in fault.what("fa")
    lot.refresh_from_db()
    assert (lot.custodian, lot.county) == ("M", county)
    again = sent_back(assessed, exported(secretary), tmp_path)
    assert "unknown-lot-county" not in {each.code for each in again.faults}


def test_a_lot_says_once_that_it_begins_at_nothing(assessed, power):
    lot = open_one(assessed, power)
    move(lot, EntryKind.DELIVER, 12, power)
    page = browser(power).get(reverse("lot", args=[lot.pk]))
    kinds = [row.kind for row in page.context["page"].rows]
    assert kinds.count("opened") == 1
    assert kinds[-1] == "opened"
    assert LotEntry.objects.filter(lot=lot).count() > len(kinds)
