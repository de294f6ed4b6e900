"""Pages of duties, their forms, the matrix and the calendar, read without a browser."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.audit.models import AuditBatch
from pollready.audit.queries import verify_chain
from pollready.duties.commands import Done, DutyDraft, enter_duty, report_done
from pollready.duties.models import Duty, DutyProof
from pollready.language import LANGUAGES
from pollready.language.catalogue import area
from pollready.people.calendars import make_calendar_feed
from pollready.people.exports.models import ExportRequest
from pollready.people.models import CalendarFeed, Person, Role, User
from pollready.places.models import Agency, ElectionRound, Place
from pollready.register.models import Component

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
FORM = {
    "text": "Test every second path", "legal_basis": "Instructions, item 4", "letter_no": "142/7",
    "letter_date": "2028-05-01", "gate": "", "deadline": "T-1 18:00", "covers": "owner",
    "proof": "declared", "evidence_needed": "", "details": "", "classification": "0",
    "version": "0",
}  # fmt: skip


def signed_in(username: str, role: Role, **more) -> Client:
    user = User.objects.create(username=username, role=role, language="en", **more)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def office(assessed) -> Client:
    return signed_in("office", Role.SECRETARY, may_see_names=True)


@pytest.fixture
def telecom(assessed) -> Client:
    return signed_in("tci", Role.AGENCY_REPRESENTATIVE, agency=Agency.objects.get(code="TCI"))


@pytest.fixture
def rival(assessed) -> Client:
    return signed_in("mci", Role.AGENCY_DEPUTY, agency=Agency.objects.get(code="MCI"))


@pytest.fixture
def governor(assessed) -> Client:
    client = signed_in("governor", Role.GOVERNOR)
    client.user.places.add(Place.objects.get(code="01"))
    return client


@pytest.fixture
def enter(assessed, office):
    """Enter a duty of the telecom company, unless another owner is said."""

    def entered(**said) -> Duty:
        said.setdefault("text", "Test every second path")
        if not said.get("office"):
            said.setdefault("agency_id", Agency.objects.get(code="TCI").pk)
        return enter_duty(DutyDraft(**said), round_id=assessed.round.pk, by=office.user, now=NOW)

    return entered


def page(client, name, *args, status=200, **query) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == status
    return response.content.decode()


def send(client, name, *args, **typed):
    return client.post(reverse(name, args=args), typed)


def own_stations(assessed) -> list[int]:
    return [each.pk for each in assessed.listings if each.point.place.parent.code == "01"]


@pytest.mark.django_db
def test_who_may_enter_duties_is_told_how_where_there_are_none(office, telecom):
    assert "No duty has been entered yet" in page(office, "duties")
    assert reverse("duty-new") in page(office, "duties")
    assert reverse("duty-new") not in page(telecom, "duties")


@pytest.mark.django_db
def test_the_list_tells_owner_basis_letter_deadline_and_how_far_it_is(enter, office, assessed):
    enter(
        legal_basis="Instructions, item 4", letter_no="142/7", letter_date=date(2028, 5, 1),
        deadline="T-1 18:00", covers="stations", proof="criterion", proof_of="power",
    )  # fmt: skip
    html = page(office, "duties")
    for told in ("Instructions, item 4", "142/7", "T-1", "18:00", "unknown"):
        assert told in html
    row = html[html.index("duties__state") :]
    counted = [int(n) for n in re.findall(r"(\d+) (?:done|not done|unknown|contradicted)<", row)]
    assert sum(counted) == len(assessed.listings)


@pytest.mark.django_db
def test_an_agency_never_sees_anothers_duty(enter, telecom, rival):
    duty = enter(text="For the telecom company alone")
    assert "For the telecom company alone" in page(telecom, "duties")
    assert "For the telecom company alone" not in page(rival, "duties")
    page(rival, "duty", duty.pk, status=404)
    assert send(rival, "duty-done", duty.pk, done_date="2028-06-19").status_code == 404


@pytest.mark.django_db
def test_a_governor_is_told_of_his_own_stations_and_his_offices_duties_first(
    enter, governor, assessed
):
    at_stations = enter(covers="stations", deadline="T-40")
    enter(text="Name the key holders", office="governor")
    html = page(governor, "duties")
    assert html.index("Name the key holders") < html.index("Test every second path")
    own = own_stations(assessed)
    assert f"{len(own)} not done" in html
    listed = page(governor, "duty", at_stations.pk)
    found = {int(key) for key in re.findall(r'href="/stations/(\d+)/"', listed)}
    assert found == set(own)


@pytest.mark.django_db
def test_filters_leave_what_they_say_and_what_is_not_understood_is_told(enter, office):
    enter(text="Over long ago", deadline="T-60")
    enter(text="Of another", agency_id=Agency.objects.get(code="MCI").pk, deadline="set_up")
    assert "Of another" not in page(office, "duties", when="overdue")
    assert "Over long ago" in page(office, "duties", q="LONG ago")
    assert "Over long ago" not in page(office, "duties", by="set_up")
    mci = f"agency-{Agency.objects.get(code='MCI').pk}"
    assert "Over long ago" not in page(office, "duties", owner=mci)
    assert "No duty fits these filters" in page(office, "duties", state="done")
    assert "could not be" in page(office, "duties", state="perhaps") or "note" in page(
        office, "duties", state="perhaps"
    )


@pytest.mark.django_db
def test_an_overdue_duty_tells_for_how_long_and_who_is_told(enter, office, assessed):
    ElectionRound.objects.filter(pk=assessed.round.pk).update(election_date=date(2020, 6, 18))
    enter(text="Over long ago", deadline="T-2")
    html = page(office, "duties")
    assert "days overdue" in html
    assert "told: " in html
    assert "National headquarters" in html


@pytest.mark.django_db
def test_the_countdown_counts_what_is_due_by_each_gate(enter, office):
    enter(deadline="delivery")
    enter(text="Another", deadline="T-2")
    done = enter(text="A third", deadline="T-2")
    DutyProof.objects.create(
        duty=done, done_date=date(2028, 6, 1), said_by=office.user, said_at=NOW
    )
    html = page(office, "duties")
    gate = re.search(r'by=delivery">([^<]+)</a>(.*?)</li>', html, re.S)
    assert gate[1] == "3 duties"
    assert "2 not done" in gate[2]


@pytest.mark.django_db
def test_lists_ask_alike_for_few_duties_and_for_many(enter, office):
    def questions() -> int:
        page(office, "duties")  # what is kept by process is kept
        with CaptureQueriesContext(connection) as asked:
            page(office, "duties")
        print("\n".join(q["sql"][:300] for q in asked))
        print("=====")
        return len(asked)

    kinds = [
        {"covers": "stations", "proof": "criterion", "proof_of": "power"},
        {"covers": "components"}, {"covers": "owner"},
        {"covers": "stations", "proof": "field", "proof_of": "battery_h"},
    ]  # fmt: skip
    for each in kinds:
        enter(text=str(each), deadline="T-3", **each)
    few = questions()
    for number in range(3):
        for each in kinds:
            enter(text=f"{number} {each}", deadline="T-3", **each)
    assert questions() == few


@pytest.mark.django_db
def test_a_duty_is_entered_with_the_filter_of_a_list(office, assessed):
    html = page(office, "duty-new", covers="stations", query="kind=mobile&sort=code")
    mobile = sum(each.point.kind == "mobile" for each in assessed.listings)
    assert f"It now covers {mobile} station" in html
    tci = f"agency-{Agency.objects.get(code='TCI').pk}"
    typed = FORM | {"owner": tci, "covers": "stations", "stations-kind": "mobile"}
    response = send(office, "duty-new", **typed)
    duty = Duty.objects.get()
    assert response["Location"] == reverse("duty", args=[duty.pk])
    assert (duty.covers, duty.query, duty.deadline) == ("stations", "kind=mobile", "T-1 18:00")
    assert (duty.letter_date, duty.agency.code) == (date(2028, 5, 1), "TCI")


@pytest.mark.django_db
def test_the_address_of_a_list_takes_the_place_of_the_fields(office):
    typed = FORM | {
        "owner": "office-governor", "covers": "stations", "stations-kind": "mobile",
        "address": "https://console/components/?kind=exchange&sort=-code&page=3",
    }  # fmt: skip
    assert send(office, "duty-new", **typed).status_code == 302
    duty = Duty.objects.get()
    assert (duty.covers, duty.query, duty.office) == ("components", "kind=exchange", "governor")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": ""}, "Write"),
        ({"deadline": "soon"}, "could not be read"),
        ({"gate": "delivery"}, "Both a gate and days"),
        ({"letter_date": "yesterday"}, "id=\"error-letter_date\""),
        ({"proof": "criterion.power"}, "covers no stations"),
        ({"proof": "component.mast_height_m", "covers": "stations"}, "of components alone"),
        ({"covers": "stations", "address": "/stations/?kind=unheard-of"}, "could not be read"),
        ({"covers": "stations", "address": "/stations/?cause=1"}, "holds for this assessment"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_said_beside_its_field_and_nothing_typed_is_lost(office, wrong, words):
    typed = FORM | {"owner": "office-governor", "details": "kept as typed"} | wrong
    response = send(office, "duty-new", **typed)
    html = response.content.decode()
    assert response.status_code == 422
    assert "kept as typed" in html
    assert "field__error" in html
    assert words in html or "text" in wrong
    assert not Duty.objects.exists()


@pytest.mark.django_db
def test_counting_says_how_many_before_anything_is_saved(office, assessed):
    typed = FORM | {"text": "", "owner": "", "covers": "stations", "action": "count"}
    response = send(office, "duty-new", **typed)
    html = response.content.decode()
    assert response.status_code == 200
    assert f"It now covers {len(assessed.listings)} stations" in html
    assert "Instructions, item 4" in html
    assert "field__error" not in html
    part = page(office, "duty-covered", **{"covers": "stations", "stations-kind": "mobile"})
    mobile = sum(each.point.kind == "mobile" for each in assessed.listings)
    assert f"It now covers {mobile} station" in part
    assert "<html" not in part


@pytest.mark.django_db
def test_who_sees_no_names_lets_no_duty_cover_by_a_name(assessed):
    client = signed_in("masked", Role.SECRETARY)
    typed = FORM | {"owner": "office-governor", "covers": "components", "components-q": "EX-04"}
    response = send(client, "duty-new", **typed)
    assert response.status_code == 422
    assert "Only who sees the names" in response.content.decode()


@pytest.mark.django_db
def test_who_sees_no_names_does_not_overwrite_what_names_something(enter, office):
    duty = enter(text="Look at EX-04 again")
    client = signed_in("masked", Role.SECRETARY)
    html = page(client, "duty", duty.pk)
    assert "EX-04" not in html
    assert reverse("duty-edit", args=[duty.pk]) not in html
    page(client, "duty-edit", duty.pk, status=403)
    assert "EX-04" in page(office, "duty-edit", duty.pk)


@pytest.mark.django_db
def test_a_change_that_met_another_is_shown_and_not_written(enter, office):
    duty = enter(deadline="T-3")
    typed = FORM | {"owner": f"agency-{duty.agency_id}", "text": "Mine", "version": "1"}
    assert send(office, "duty-edit", duty.pk, **typed).status_code == 302
    response = send(office, "duty-edit", duty.pk, **(typed | {"text": "Theirs"}))
    html = response.content.decode()
    assert response.status_code == 409
    assert ">Mine<" in html
    assert "Theirs" in html
    assert Duty.objects.get().text == "Mine"


@pytest.mark.django_db
def test_an_owner_reports_at_several_objects_at_once_and_takes_it_back(enter, telecom):
    duty = enter(covers="components", query="kind=exchange", evidence_needed="test sheet")
    keys = list(
        Component.objects.filter(agency__code="TCI", kind="exchange").values_list("pk", flat=True)
    )
    said = {"done_date": "2024-06-01", "selected": keys[:2], "where": "selected"}
    assert send(telecom, "duty-done", duty.pk, **said).status_code == 422  # evidence is asked for
    response = send(telecom, "duty-done", duty.pk, **said, letter_no="142/9")
    assert response.status_code == 302
    assert set(DutyProof.objects.values_list("component", flat=True)) == set(keys[:2])
    proof = DutyProof.objects.latest("pk")
    html = page(telecom, "duty", duty.pk)
    assert f"{reverse('duty-hand-back', args=[duty.pk])}?proof={proof.pk}" in html
    back = {"proof": proof.pk, "whole": "on", "reason": "the sheet is of last year"}
    assert send(telecom, "duty-hand-back", duty.pk, **back).status_code == 302
    assert not DutyProof.objects.filter(ended_at=None).exists()
    assert "the sheet is of last year" in page(telecom, "duty", duty.pk)


@pytest.mark.django_db
def test_everywhere_means_what_is_open_and_in_scope(enter, governor, assessed):
    duty = enter(office="governor", covers="stations")
    first, *others = own_stations(assessed)
    report_done(
        duty.pk, Done(date(2028, 6, 1), listing_id=first), round_id=assessed.round.pk,
        by=governor.user, now=NOW,
    )  # fmt: skip
    said = {"done_date": "2024-06-02", "where": "everywhere"}
    assert send(governor, "duty-done", duty.pk, **said).status_code == 302
    proofs = DutyProof.objects.filter(done_date=date(2024, 6, 2))
    assert set(proofs.values_list("listing", flat=True)) == set(others)


@pytest.mark.django_db
def test_what_a_duty_does_not_cover_is_not_reported(enter, telecom, assessed):
    duty = enter(covers="components", query="kind=exchange")
    other = Component.objects.exclude(kind="exchange").first()
    said = {"done_date": "2024-06-01", "where": "selected", "selected": [other.pk]}
    response = send(telecom, "duty-done", duty.pk, **said)
    assert response.status_code == 422
    assert not DutyProof.objects.exists()


@pytest.mark.django_db
def test_the_headquarters_hands_back_and_a_stranger_does_not(enter, telecom, office, rival):
    duty = enter()
    assert send(telecom, "duty-done", duty.pk, done_date="2024-06-01").status_code == 302
    proof = DutyProof.objects.get()
    assert send(rival, "duty-hand-back", duty.pk, proof=proof.pk, reason="no").status_code == 404
    assert send(office, "duty-hand-back", duty.pk, proof=proof.pk, reason="").status_code == 422
    assert "hand" in page(office, "duty-hand-back", duty.pk, proof=proof.pk).lower()
    response = send(office, "duty-hand-back", duty.pk, proof=proof.pk, reason="of last year")
    assert response.status_code == 302
    assert "of last year" in page(telecom, "duty", duty.pk)


@pytest.mark.django_db
def test_an_ended_duty_stays_readable_and_takes_no_more(enter, office, telecom):
    duty = enter()
    assert send(office, "duty-end", duty.pk, reason="", version="1").status_code == 422
    assert send(office, "duty-end", duty.pk, reason="repealed", version="1").status_code == 302
    assert "repealed" in page(telecom, "duty", duty.pk)
    assert "Test every second path" not in page(office, "duties")
    assert "Test every second path" in page(office, "duties", ended="yes")
    assert send(telecom, "duty-done", duty.pk, done_date="2024-06-01").status_code == 403


@pytest.mark.django_db
def test_duties_of_persons_are_only_read(assessed, office):
    person = Person.objects.create(round=assessed.round, name="A", role="lead", scope="x")
    duty = Duty.objects.create(
        round=assessed.round, person=person, text="oversee tests", source=assessed.source
    )
    assert "oversee tests" not in page(office, "duties")
    assert "oversee tests" in page(office, "duties", owner="people")
    html = page(office, "duty", duty.pk)
    assert "only read here" in html
    assert reverse("duty-done", args=[duty.pk]) not in html
    page(office, "duty-edit", duty.pk, status=403)


@pytest.mark.django_db
def test_the_matrix_shows_who_has_what_and_where_nobody_owes_anything(enter, office, rival):
    html = page(office, "duty-matrix")
    assert "nobody owes anything" in html
    enter(covers="components", text="Look after them")
    html = page(office, "duty-matrix")
    tci = Component.objects.filter(agency__code="TCI")
    kinds = set(tci.values_list("kind", flat=True))
    assert html.count("Look after them") == len(kinds)
    left = Component.objects.exclude(agency__code="TCI").filter(classification__lte=1).count()
    assert f"{left} components are covered by no duty" in html
    assert "Look after them" not in page(rival, "duty-matrix")
    assert reverse("scenario-matrix") in html


@pytest.mark.django_db
def test_a_calendar_holds_the_deadlines_that_its_person_may_read(enter, telecom, rival):
    cache.clear()
    ElectionRound.objects.update(election_date=date(2028, 6, 28))
    enter(text="Test, every; second path", deadline="T-1 18:00")
    Duty.objects.filter(pk=enter(text="Above his class", deadline="T-3").pk).update(
        classification=2
    )
    enter(text="Without a deadline")
    token = make_calendar_feed(by=telecom.user, now=NOW)
    response = Client().get(reverse("calendar-feed", args=[token]))
    text = response.content.decode().replace("\r\n ", "")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert r"SUMMARY:Yours: Test\, every\; second path" in text
    assert "Above his class" not in text
    assert "Without a deadline" not in text
    assert text.count("BEGIN:VEVENT") == 8  # seven gates
    other = make_calendar_feed(by=rival.user, now=NOW)
    assert (
        "second path" not in Client().get(reverse("calendar-feed", args=[other])).content.decode()
    )


@pytest.mark.django_db
def test_the_address_of_a_calendar_is_shown_once_and_ends_at_once(office):
    cache.clear()
    asked = send(office, "duty-calendar")["Location"]
    assert asked.startswith(reverse("account_reauthenticate"))  # who has a password gives it
    client = signed_in("by-link", Role.SECRETARY, password="!")
    assert "has no address yet" in page(client, "duty-calendar")
    assert send(client, "duty-calendar")["Location"] == reverse("duty-calendar")
    shown = re.search(r"http://testserver(/calendar/[^<]+\.ics)", page(client, "duty-calendar"))
    assert ".ics" not in page(client, "duty-calendar")
    assert Client().get(shown[1]).status_code == 200
    token = shown[1].removeprefix("/calendar/").removesuffix(".ics")
    assert not CalendarFeed.objects.filter(token_hash=token).exists()
    assert send(client, "duty-calendar")["Location"] == reverse("duty-calendar")
    assert Client().get(shown[1]).status_code == 404  # the new one took its place
    assert send(client, "duty-calendar-end").status_code == 302
    assert "has no address yet" in page(client, "duty-calendar")
    assert verify_chain() is None


@pytest.mark.django_db
def test_a_calendar_ends_with_its_person_and_guessing_is_slowed(office):
    cache.clear()
    token = make_calendar_feed(by=office.user, now=NOW)
    User.objects.filter(pk=office.user.pk).update(is_active=False)
    assert Client().get(reverse("calendar-feed", args=[token])).status_code == 404
    for _ in range(10):
        last = Client().get(reverse("calendar-feed", args=["guess"]))
    assert last.status_code == 429
    cache.clear()


def test_both_languages_say_every_phrase_of_duties_with_the_same_fields():
    for key, texts in area("duties").items():
        fields = [set(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES]
        assert fields[0] == fields[1], key


def exported(client, query="", **more) -> list[list]:
    """Take the list of duties as a workbook; give its rows under the headings."""
    data = {"format": "xlsx", "reason": "for the meeting", "query": query} | more
    response = client.post(reverse("export", args=["duties"]), data)
    assert response.status_code == 200, response.content.decode()
    content = response.getvalue()
    (sheet,) = openpyxl.load_workbook(BytesIO(content)).worksheets
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(place for place, row in enumerate(rows) if "Legal basis" in row)
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :] if row[1]]


def test_the_list_of_duties_leaves_as_a_workbook_of_just_what_is_shown(enter, office, telecom):
    enter(text="Second", deadline="T-1", covers="stations", query="kind=fixed", letter_no="142/7")
    enter(text="First", deadline="T-900", legal_basis="Article 12")
    enter(text="Of the office", office=Role.GOVERNOR)
    page = office.get("/duties/").content.decode()
    assert "/lists/duties/export/" in page
    rows = exported(office)
    assert [row["Duty"] for row in rows] == ["First", "Second", "Of the office"]  # as on the page
    first, second, _ = rows
    assert (first["Legal basis"], first["Days overdue"] > 0) == ("Article 12", True)
    assert (second["Letter number"], second["Done at"]) == ("142/7", 0)
    assert second["Not done at"] > 0
    assert [row["Duty"] for row in exported(office, "when=overdue")] == ["First"]
    assert {row["Duty"] for row in exported(telecom)} == {"First", "Second"}
    batch = AuditBatch.objects.order_by("number").last()
    assert (batch.command, batch.entries.get().after["list"]) == ("export_list", "duties")


def test_classified_duties_leave_with_a_second_person_s_word_alone(enter, office, settings):
    settings.POLLREADY_EXPORT_APPROVAL = True
    enter(text="Guard the duct", classification=1)
    address, data = reverse("export", args=["duties"]), {"format": "xlsx", "reason": "letter 5"}
    asked = office.post(address, data)
    request = ExportRequest.objects.get()
    assert (asked.status_code, request.list, request.rows) == (303, "duties", 1)
    head = signed_in("head", Role.COMMITTEE_HEAD, may_see_names=True)
    shown = reverse("export-request", args=[request.pk])
    assert "Duties" in head.get(shown).content.decode()
    head.post(shown, {"do": "approve", "remark": ""})
    taken = office.post(reverse("export-take", args=[request.pk]))
    assert "attachment" in taken["Content-Disposition"]
    assert b"".join(taken.streaming_content).startswith(b"PK")
    assert AuditBatch.objects.order_by("number").last().command == "export_list"


def test_a_duty_of_an_agency_is_in_no_file_of_a_rival(enter, rival):
    enter(text="Test every second path")
    assert exported(rival) == []
