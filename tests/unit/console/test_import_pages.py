"""The pages of imports and of background work, without a browser."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pollready.audit.models import AuditBatch
from pollready.intake.models import StagedChange, StagedFault, StagedImport
from pollready.intake.writing import write_workbook
from pollready.jobs.background import run_job, start_assessment
from pollready.jobs.models import Job, JobState
from pollready.language import LANGUAGES, say
from pollready.language.catalogue import area
from pollready.people.models import Role, User
from pollready.places.models import ElectionRound, Listing, ServicePoint

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 6, 1, 8, 0, tzinfo=UTC)
HEAD = "code,name,county,kind,boxes,urns to bring,national id,feeder\n"
LIST = HEAD + (
    "101,School A,Ahar,fixed,2,x,0084575948,FD-9\n"
    "102,School B,Ahar,fixed,many,y,0084575949,FD-9\n"
    ",,Ahar,fixed,1,,,\n"
)


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    return tmp_path


def send(client, text=LIST, name="stations.csv", **more):
    file = SimpleUploadedFile(name, text.encode(), content_type="application/pdf")
    return client.post(reverse("import"), {"file": file, **more})


def work() -> None:
    for job in Job.objects.filter(state=JobState.WAITING):
        run_job.call(job.pk)


def page(client, name, staged, query="") -> str:
    response = client.get(reverse(name, args=[staged.pk]) + query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.fixture
def staged(client) -> StagedImport:
    assert send(client).status_code == 303
    work()
    return StagedImport.objects.get()


def test_sending_a_file_leads_to_its_page_which_shows_how_far_it_is(client):
    response = send(client)
    assert response.status_code == 303
    staged = StagedImport.objects.get()
    assert response.url == reverse("import-stage", args=[staged.pk])
    waiting = page(client, "import-stage", staged)
    assert 'hx-trigger="every 1500ms"' in waiting
    part = client.get(response.url, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part
    work()
    assert client.get(response.url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_file_that_is_no_list_is_refused_beside_the_field_and_the_day_is_kept(client):
    response = send(client, "%PDF-1.4", election_date="1407/04/08")
    assert response.status_code == 422
    text = response.content.decode()
    assert "1407/04/08" in text
    assert 'id="error-file"' in text
    assert not StagedImport.objects.exists()


def test_no_file_and_a_wrong_day_are_said(client):
    assert client.post(reverse("import"), {}).status_code == 422
    response = send(client, election_date="some day")
    assert response.status_code == 422
    assert "some day" in response.content.decode()


def test_the_summary_tells_figures_and_forbidden_columns_by_name_alone(client, staged):
    text = page(client, "import-stage", staged)
    assert "national id" in text
    for name in ("import-stage", "import-mapping", "import-faults", "import-diff"):
        assert "0084575948" not in page(client, name, staged)


def test_columns_show_samples_and_are_corrected(client, staged):
    text = page(client, "import-mapping", staged)
    assert "School A" in text
    columns = [column["heading"] for column in staged.tables[0]["columns"]]
    key = f"column-0-{columns.index('urns to bring')}"
    response = client.post(
        reverse("import-mapping", args=[staged.pk]), {key: "stations.keyholder", "other": "x"}
    )
    assert response.status_code == 303
    work()
    staged.refresh_from_db()
    assert staged.mapping == {"urns to bring": "stations.keyholder"}


def test_a_choice_that_the_form_does_not_offer_is_passed_over(client, staged):
    client.post(reverse("import-mapping", args=[staged.pk]), {"column-0-4": "no.such_field"})
    work()
    staged.refresh_from_db()
    assert staged.mapping == {}


def test_names_of_what_lies_upstream_are_masked_for_who_may_not_see_them(client, staged):
    assert "FD-9" not in page(client, "import-mapping", staged)
    User.objects.update(may_see_names=True)
    assert "FD-9" in page(client, "import-mapping", staged)


def test_faults_are_filtered_by_consequence_and_kind(client, staged):
    everything = page(client, "import-faults", staged)
    assert "many" in everything
    rows = page(client, "import-faults", staged, "?gravity=row")
    assert "many" not in rows
    assert "many" in page(client, "import-faults", staged, "?code=not-a-count")
    assert page(client, "import-faults", staged, "?gravity=nonsense&code=nonsense&page=99")


def test_differences_are_listed_and_filtered(client, staged):
    assert "School A" in page(client, "import-diff", staged)
    assert "School A" not in page(client, "import-diff", staged, "?kind=missing")


def test_applying_writes_the_stations_and_says_who_decided(client, staged):
    answer = client.post(reverse("import-apply", args=[staged.pk]), {"compared": staged.compared})
    assert answer.status_code == 303
    work()
    assert Listing.objects.count() == 2
    assert "secretary" in page(client, "import-stage", staged)
    again = client.post(reverse("import-apply", args=[staged.pk]), {"compared": staged.compared})
    assert again.status_code == 303
    assert "changed meanwhile" in page(client, "import-stage", staged)


def test_discarding_asks_for_nothing_more(client, staged):
    assert client.post(reverse("import-discard", args=[staged.pk])).status_code == 303
    staged.refresh_from_db()
    assert staged.state == "discarded"
    assert not Listing.objects.exists()


def test_the_rejected_rows_come_as_a_workbook_and_nothing_else_does(client, staged):
    address = reverse("import-file", args=[staged.pk])
    response = client.get(f"{address}?file=rejected")
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"PK")
    for wanted in ("", "upload", "../../secret.key", "complete"):
        assert client.get(address, {"file": wanted}).status_code == 404


def test_an_import_of_somebody_else_s_places_is_not_found(client, staged):
    from pollready.places.models import Place

    limited = User.objects.create(username="limited", role=Role.SECRETARY)
    limited.places.add(Place.objects.create(level=2, name="Ahar", key="ahar"))
    other = Client()
    other.force_login(limited)
    for name in ("import-stage", "import-mapping", "import-faults", "import-diff", "import-file"):
        assert other.get(reverse(name, args=[staged.pk])).status_code == 404
    for name in ("import-apply", "import-discard"):
        assert other.post(reverse(name, args=[staged.pk])).status_code == 404
    staged.refresh_from_db()
    assert staged.state == "staged"


def test_lists_cost_the_same_queries_at_few_and_many_rows(client, staged):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counted(address) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        return len(queries)

    addresses = [
        reverse("import"),
        reverse("import-faults", args=[staged.pk]),
        reverse("import-diff", args=[staged.pk]),
        reverse("jobs"),
    ]
    few = [counted(address) for address in addresses]
    for _ in range(3):
        send(client)
    work()
    first = StagedFault.objects.filter(staged=staged).first()
    for number in range(1000, 1100):
        first.pk, first.ordinal = None, number
        first.save()
    assert [counted(address) for address in addresses] == few


def test_assessing_again_is_a_job_whose_page_can_be_found_again(client, register):
    response = client.post(reverse("assess-again"))
    assert response.status_code == 303
    job = Job.objects.get()
    assert response["Location"] == reverse("job", args=[job.pk])
    work()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert "done" in client.get(response["Location"]).content.decode()
    assert reverse("job", args=[job.pk]) in client.get(reverse("jobs")).content.decode()


def test_a_failed_job_says_why_and_starts_again(client, register, secretary):
    job = start_assessment(register.round.pk, by=secretary, now=NOW)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, error_code="jobs.unexpected", error_fields={"reference": "AB12"}
    )
    text = client.get(reverse("job", args=[job.pk])).content.decode()
    assert "AB12" in text
    response = client.post(reverse("job-again", args=[job.pk]))
    assert response.status_code == 303
    assert Job.objects.filter(state=JobState.WAITING).count() == 1


@pytest.mark.parametrize("name", ["upload", "jobs"])
def test_both_languages_say_every_phrase_with_the_same_fields(name):
    for key, texts in area(name).items():
        assert set(LANGUAGES) <= set(texts), key
        fields = [set(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES]
        assert fields[0] == fields[1], key


def test_every_kind_of_fault_has_a_short_name():
    kinds = {key.split(".")[2] for key in area("intake") if key.startswith("intake.fault.")}
    assert {f"upload.fault.{kind}" for kind in kinds} <= set(area("upload"))


def test_a_button_pressed_twice_says_no_error(client, staged):
    compared = {"compared": staged.compared}
    for _ in range(2):
        response = client.post(reverse("import-apply", args=[staged.pk]), compared, follow=True)
        assert "note--wrong" not in response.content.decode()
    assert Job.objects.filter(kind="apply-import").count() == 1
    work()
    assert Listing.objects.exists()


@pytest.mark.parametrize("state", ["reading", "applying"])
def test_a_file_whose_worker_was_killed_can_be_started_again_or_discarded(client, staged, state):
    StagedImport.objects.filter(pk=staged.pk).update(state=state)
    Job.objects.update(state=JobState.RUNNING, started_at=NOW, beat_at=NOW - timedelta(days=1000))
    shown = page(client, "import-stage", staged)
    assert reverse("job-again", args=[Job.objects.get().pk]) in shown
    assert reverse("import-discard", args=[staged.pk]) in shown
    client.post(reverse("import-discard", args=[staged.pk]))
    assert StagedImport.objects.get().state == "discarded"


def test_what_is_being_written_is_not_offered_to_be_discarded(client, staged):
    client.post(reverse("import-apply", args=[staged.pk]), {"compared": staged.compared})
    assert reverse("import-discard", args=[staged.pk]) not in page(client, "import-stage", staged)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_that_is_kept_is_told_with_whose_it_is(client, staged, language):
    client.post(reverse("language"), {"language": language, "next": "/"})
    StagedChange.objects.create(
        staged=staged, ordinal=999, kind="contradicted", what="station", code="101", name="A",
        field="expected_voters", before=["950"], after=["990"], said_by="Zahra", said_at=NOW,
    )  # fmt: skip
    staged.counts["objects"]["station"]["contradicted"] = 1
    staged.save()
    shown = page(client, "import-diff", staged, "?kind=contradicted")
    assert "Zahra" in shown
    assert "tag--contradicted" in shown
    assert "?kind=contradicted" in page(client, "import-stage", staged)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("content", ["", " \n", "%PDF-1.7", "PK\x03\x04cut off"])
def test_what_is_no_list_is_refused_with_a_sentence_beside_the_field(client, content, language):
    client.post(reverse("language"), {"language": language, "next": "/"})
    response = send(client, content, "stations.xlsx")
    assert response.status_code == 422
    shown = response.content.decode()
    assert 'id="error-file"' in shown
    assert "stations.xlsx" in shown
    assert not StagedImport.objects.exists()


def test_a_list_that_is_not_recognised_is_led_to_its_columns_and_to_no_option(client):
    send(client, "budget,year\n12,2024\n")
    work()
    shown = page(client, "import-stage", StagedImport.objects.get())
    assert "--map" not in shown
    assert say("upload.unusable_next", "en") in shown or say("upload.unusable_next", "fa") in shown


def test_a_file_that_cannot_be_opened_is_not_led_to_columns_that_it_has_not(client):
    file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 9
    client.post(reverse("import"), {"file": SimpleUploadedFile("locked.xlsx", file)})
    work()
    shown = page(client, "import-stage", StagedImport.objects.get())
    for language in LANGUAGES:
        assert say("upload.unusable_next", language) not in shown


def test_what_could_not_be_applied_is_applied_anew_and_not_started_again(client, staged):
    Job.objects.update(state=JobState.FAILED, error_code="intake.register-kept-moving")
    shown = page(client, "import-stage", staged)
    assert reverse("import-apply", args=[staged.pk]) in shown
    assert reverse("job-again", args=[Job.objects.get().pk]) not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_column_that_was_not_understood_is_led_to_the_page_of_columns(client, staged, language):
    client.post(reverse("language"), {"language": language, "next": "/"})
    shown = page(client, "import-faults", staged, "?code=columns-unread")
    assert say("upload.remedy.columns-unread", language) in shown
    assert f'<a href="{reverse("import-mapping", args=[staged.pk])}">' in shown
    assert "--map" not in shown


ONE_SHEET = "code,name,county,kind,boxes\n101,School A,Ahar,fixed,7\n"
OF_ANOTHER = "code,name,county,kind,election_date\n101,School A,Ahar,fixed,2030-01-01\n"


@pytest.fixture
def known(client, staged) -> ElectionRound:
    """A round that the register holds, with two stations."""
    client.post(reverse("import-apply", args=[staged.pk]), {"compared": staged.compared})
    work()
    ElectionRound.objects.update(name="Second round", election_date=date(2028, 6, 28))
    return ElectionRound.objects.get()


def last_import() -> StagedImport:
    work()
    return StagedImport.objects.order_by("pk").last()


def test_a_list_that_names_no_round_is_of_the_round_of_the_session(client, known):
    form = client.get(reverse("import")).content.decode()
    assert f'<option value="{known.pk}" selected>' in form
    assert send(client, ONE_SHEET, "osku.csv", round=known.pk).status_code == 303
    sent = last_import()
    assert sent.round == known
    assert sent.counts["objects"]["station"] == {"changed": 1, "missing": 1}
    boxes = sent.changes.get(field="boxes")
    assert (boxes.before, boxes.after) == (["2"], ["7"])  # of another list of the same round
    client.post(reverse("import-apply", args=[sent.pk]), {"compared": sent.compared})
    work()
    assert ElectionRound.objects.count() == 1
    assert Listing.objects.count() == 2


def test_where_rounds_are_known_nothing_is_sent_without_saying_for_which(client, known):
    assert send(client, ONE_SHEET).status_code == 422
    assert send(client, ONE_SHEET, round="999").status_code == 422
    assert StagedImport.objects.count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_round_asks_for_its_name_and_day(client, known, language):
    client.post(reverse("language"), {"language": language, "next": "/"})
    shown = unescape(send(client, ONE_SHEET, round="new").content.decode())
    for name in ("round_name", "election_date"):
        assert say(f"upload.form.{name}_needed", language) in shown
    there = send(client, ONE_SHEET, round="new", round_name="Third", election_date="2028-06-28")
    assert there.status_code == 422
    assert 'value="Third"' in there.content.decode()
    new = {"round": "new", "round_name": "Third", "election_date": "2028-07-05"}
    assert send(client, ONE_SHEET, **new).status_code == 303
    sent = last_import()
    assert sent.round is None
    assert "Third" in page(client, "import-stage", sent)
    client.post(reverse("import-apply", args=[sent.pk]), {"compared": sent.compared})
    work()
    made = ElectionRound.objects.get(name="Third")
    assert made.election_date == date(2028, 7, 5)


def test_name_and_day_of_a_new_round_are_not_passed_over_where_a_known_one_is_chosen(client, known):
    for said in ({"round_name": "Third"}, {"election_date": "2028-07-05"}):
        assert send(client, ONE_SHEET, round=known.pk, **said).status_code == 422
    same = {"round_name": "Second round", "election_date": "1407/04/08"}
    assert send(client, ONE_SHEET, round=known.pk, **same).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_names_another_round_decides_and_that_is_said(client, known, language):
    client.post(reverse("language"), {"language": language, "next": "/"})
    send(client, OF_ANOTHER, round=known.pk)
    sent = last_import()
    assert sent.round is None
    shown = page(client, "import-stage", sent)
    assert say("upload.other_round", language) in shown
    assert "Second round" in shown
    day = {"fa": "۱۴۰۸", "en": "2030"}[language]
    assert day in shown


def test_the_same_file_for_another_round_is_not_taken_for_unchanged(client, known):
    send(client, LIST, round=known.pk)
    assert last_import().counts["unchanged"]
    new = {"round": "new", "round_name": "Third", "election_date": "2028-07-05"}
    send(client, LIST, **new)
    sent = last_import()
    assert not sent.counts["unchanged"]
    assert sent.counts["objects"]["station"] == {"new": 2}


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_differs_only_discarding_is_offered(client, known, language):
    client.post(reverse("language"), {"language": language, "next": "/"})
    for text in (LIST, HEAD + "101,School A,Ahar,fixed,2,x,,FD-9\n"):
        send(client, text, round=known.pk)
        sent = last_import()
        shown = page(client, "import-stage", sent)
        assert reverse("import-apply", args=[sent.pk]) not in shown
        assert reverse("import-discard", args=[sent.pk]) in shown
        assert say("upload.nothing_to_apply", language) in shown


def test_codes_that_lost_their_zeros_are_found_in_the_round(client, known):
    register = "code,name,county,kind\n" + "".join(
        f"030700{number:02},Place {number},Ahar,fixed\n" for number in range(1, 9)
    )
    send(client, register, round=known.pk)
    first = last_import()
    client.post(reverse("import-apply", args=[first.pk]), {"compared": first.compared})
    work()
    head = "code,name,county,kind,boxes\n"
    lost = head + "3070004,Place 4,Ahar,fixed,2\n3070005,Other,Ahar,fixed,1\n"
    send(client, lost, "osku.csv", round=known.pk)
    sent = last_import()
    kinds = {(each.kind, each.code) for each in sent.changes.exclude(kind="missing")}
    assert kinds == {("changed", "03070004"), ("changed", "03070005")}
    assert sent.faults.filter(code="lost-zeros").count() == 2


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def cells(response, sheet) -> list[list]:
    book = openpyxl.load_workbook(BytesIO(content(response)))
    return [[cell.value for cell in row] for row in book[say(f"workbook.sheet.{sheet}", "en")].rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_gives_the_blank_template_in_its_language(client, language):
    client.post(reverse("language"), {"language": language, "next": "/"})
    address = reverse("import-template")
    assert address in client.get(reverse("import")).content.decode()
    response = client.get(address)
    assert response["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(BytesIO(content(response)))
    assert say("workbook.sheet.stations", language) in book.sheetnames
    assert not AuditBatch.objects.filter(command="export_list").exists()


def test_the_template_with_stations_wants_a_reason_and_stands_in_the_log(client, known):
    address = reverse("import-filled")
    assert address in client.get(reverse("import")).content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": " "}).status_code == 422
    assert not AuditBatch.objects.filter(command="export_list").exists()
    response = client.post(address, {"reason": "letter 12"})
    codes = [row[0] for row in cells(response, "stations")[1:]]
    assert codes == ["101", "102"]
    batch = AuditBatch.objects.get(command="export_list")
    assert batch.reason == "letter 12"
    assert batch.entries.get().after["rows"] == 2


def test_the_template_with_stations_says_who_took_it_and_comes_back_unchanged(client, known):
    response = client.post(reverse("import-filled"), {"reason": "letter 12"})
    book = content(response)
    guide = openpyxl.load_workbook(BytesIO(book)).worksheets[0]
    number = str(AuditBatch.objects.get(command="export_list").number)
    assert any(number in str(cell.value) for row in guide.rows for cell in row)
    file = SimpleUploadedFile("back.xlsx", book)
    client.post(reverse("import"), {"file": file, "round": known.pk})
    sent = last_import()
    assert sent.round == known
    assert list(sent.changes.values_list("kind", "code", "field", "before", "after")) == []


def test_the_template_holds_what_lies_in_scope_and_up_to_ones_class(client, known, secretary):
    ServicePoint.objects.filter(name="School B").update(classification=1)
    shown = client.get(reverse("import-filled")).content.decode()
    assert say("upload.template.left_out", "en", rows=1) not in shown
    User.objects.filter(pk=secretary.pk).update(clearance=0)
    response = client.post(reverse("import-filled"), {"reason": "x"})
    assert [row[0] for row in cells(response, "stations")[1:]] == ["101"]


def test_where_a_second_person_approves_exports_the_template_holds_the_lowest_class_alone(
    client, known, settings
):
    settings.POLLREADY_EXPORT_APPROVAL = True
    ServicePoint.objects.filter(name="School B").update(classification=1)
    assert "of a higher class" in client.get(reverse("import-filled")).content.decode()
    response = client.post(reverse("import-filled"), {"reason": "x"})
    assert [row[0] for row in cells(response, "stations")[1:]] == ["101"]


def test_the_template_names_nothing_upstream(client, known):
    User.objects.update(may_see_names=True)
    rows = cells(client.post(reverse("import-filled"), {"reason": "x"}), "stations")
    assert rows[1][0] == "101"
    assert "FD-9" not in rows[1]


WHOLE = {
    "round": [{"name": "Second round", "election_date": date(2028, 6, 28), "province": "East"}],
    "stations": [
        {
            "code": f"030700{number:02}", "name": f"Place {number}", "county": "Ahar",
            "kind": "fixed", "operator_1": "OP1", "feeder": "FDR-01", "battery_h": 4,
        }
        for number in range(1, 9)
    ],
    "agencies": [{"code": "OP1", "name": "Operator One"}, {"code": "EL", "name": "Power"}],
    "components": [{"code": "FDR-01", "kind": "feeder", "agency": "EL"}],
}  # fmt: skip


def test_what_a_one_sheet_list_says_wrongly_of_a_known_round_is_told(client, tmp_path):
    write_workbook(tmp_path / "whole.xlsx", WHOLE, "en")
    client.post(
        reverse("import"),
        {"file": SimpleUploadedFile("whole.xlsx", (tmp_path / "whole.xlsx").read_bytes())},
    )
    first = last_import()
    client.post(reverse("import-apply", args=[first.pk]), {"compared": first.compared})
    work()
    text = "کد شعبه,نام محل,شهرستان,نوع,آنتن دهي,اپراتور,فیدر,باطري\n" + (
        "3070004,Place 4,Ahar,ثابت,خوب,OP1,FDR-01,4\n"
        "03070005,Place 5,Ahar,ثابت,خوب,ایرانسل,FDR-01,4\n"
        "03070006,Place 6,Ahar,ثابت,خوب,OP1,FDR-07-99,4\n"
        "03070007,Place 7,Ahar,ثابت,خوب,Operator One,FDR-01,500\n"
        "03079999,Place 9,Ahar,ثابت,خوب,OP1,FDR-01,4\n"
    )
    send(client, text, "osku.csv", round=ElectionRound.objects.get().pk)
    sent = last_import()
    told = set(sent.faults.values_list("code", "row", "value"))
    assert told >= {
        ("lost-zeros", 2, "3070004"),
        ("unknown-operator", 3, "ایرانسل"),
        ("unknown-feeder", 4, "FDR-07-99"),
        ("hours-implausible", 5, "500"),
    }
    assert not sent.faults.filter(code="columns-unread").exists()
    differences = set(sent.changes.exclude(kind="missing").values_list("kind", "code", "field"))
    assert ("new", "03079999", "") in differences
    assert {field for kind, _, field in differences if kind == "changed"} >= {"signal_1"}
    assert not [
        each
        for each in differences
        if each[2] in ("battery_h", "operator_1") and each[1] == "03070004"
    ]


def test_a_list_that_names_the_county_alone_takes_no_village_back(client, known):
    head = "code,name,county,district,locality,kind\n"
    send(client, head + "101,School A,Ahar,Central,Kalan,fixed\n", "full.csv", round=known.pk)
    full = last_import()
    client.post(reverse("import-apply", args=[full.pk]), {"compared": full.compared})
    work()
    send(client, "code,name,county,kind\n101,School A,Ahar,fixed\n", "osku.csv", round=known.pk)
    sent = last_import()
    assert not sent.changes.filter(kind="changed").exists()


def test_differences_are_written_in_the_reader_s_figures_and_calendar(client, known):
    client.post(reverse("language"), {"language": "fa", "next": "/"})
    text = "code,name,county,kind,battery,test date\n101,School A,Ahar,fixed,2.5,2028-06-09\n"
    send(client, text, "osku.csv", round=known.pk)
    shown = page(client, "import-diff", last_import(), "?kind=changed")
    assert "۲٫۵" in shown
    assert "۱۴۰۷/۰۳/۲۰" in shown
