"""Lists: columns, filters, views, files of what is shown, selection, and what they ask for."""

import csv
import io
import re
from datetime import date
from urllib.parse import unquote

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from pollready.assessment.models import (
    ComponentRecord,
    DependenceRecord,
    SignalRecord,
    StationRecord,
)
from pollready.audit.models import AuditBatch
from pollready.console.lists.catalogue import LISTS
from pollready.console.lists.selection import NothingSelected, selection
from pollready.language import LANGUAGES, file_day
from pollready.language.catalogue import area
from pollready.people.models import Role, User
from pollready.people.saved_views.models import SavedView
from pollready.places.models import Place, PlaceLevel, ServicePoint
from pollready.register.models import Claim, Component, ComponentGroup, GroupMember
from pollready.register.veil import masked

pytestmark = pytest.mark.django_db
CODE = re.compile(r'<td class="[a-z-]+__code"><bdi class="code" dir="ltr">(\d+)</bdi>')
COMPONENT = re.compile(r'<th scope="row"><a [^>]*><bdi class="code" dir="ltr">([^<]+)</bdi>')


def page(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def codes(client, address: str) -> list[str]:
    return CODE.findall(page(client, address))


def given(response) -> bytes:
    assert response.status_code == 200, response.content.decode()[:2000]
    return b"".join(response.streaming_content)


# What an assessment keeps for lists.


def test_an_assessment_keeps_what_rests_on_each_component(assessed):
    record = ComponentRecord.objects.get(component__code="FD-17")
    behind = set(record.dependences.values_list("listing__code", flat=True))
    assert record.stations_behind == len(behind) > 0
    assert record.losses["admit.online"]["working"][0] == record.stations_below_online


def test_what_a_station_falls_with_alone_is_marked(assessed):
    closed = DependenceRecord.objects.filter(record__component__code="CORE-1", alone__gte=1)
    assert (
        closed.count()
        == ComponentRecord.objects.get(component__code="CORE-1").stations_below_online
    )


def test_only_the_newest_assessment_keeps_who_rests_on_what(register, rows):
    rows.assess_register(register)
    second = rows.assess_register(register)
    assert set(DependenceRecord.objects.values_list("record__assessment", flat=True)) == {
        second.saved.pk
    }


def test_signals_are_kept_with_their_contradictions(assessed):
    found = dict(SignalRecord.objects.filter(operator="MCI").values_list("listing__code", "signal"))
    assert found["0001"] == "good"
    assert found["0003"] == "contradicted"
    assert found["0005"] == "weak"


def test_fields_of_lists_are_kept_as_the_claims_stood(assessed):
    record = StationRecord.objects.get(listing__code="0001")
    assert (record.software, record.cards, record.rehearsal) == ("3.2.1", "ready", "passed")
    assert record.tested_date == date(2028, 6, 10)
    assert StationRecord.objects.get(listing__code="0003").contradictions == 1
    assert StationRecord.objects.get(listing__code="0006").software == ""


# Filters.


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("operator=MCI&signal=weak", ["0005"]),
        ("signal=contradicted", ["0003"]),
        ("software=unknown", ["0006"]),
        ("software=differs", []),
        ("cards=not_ready", ["0009"]),
        ("rehearsal=failed", ["0002"]),
        ("contradiction=yes", ["0003"]),
        ("tested=none", ["0006"]),
        ("tested=30", []),
        ("evidence=none", ["0006"]),
        ("changed=2029-01-01", []),
    ],
)
def test_stations_are_filtered_by_what_is_kept(client, assessed, query, wanted):
    assert codes(client, f"/stations/?{query}") == wanted


def test_another_version_than_most_is_found(client, register, rows):
    Claim.objects.filter(listing=register.listings[1], field="software").update(value="3.1.0")
    rows.assess_register(register)
    assert codes(client, "/stations/?software=differs") == ["0002"]
    shown = page(client, "/devices/")
    assert "another version" in shown
    assert "3.2.1" in shown


def test_stations_behind_an_agency_are_found(client, assessed):
    agency = Component.objects.get(code="FD-17").agency
    found = codes(client, f"/stations/?agency={agency.pk}")
    behind = ComponentRecord.objects.get(component__code="FD-17").dependences
    assert found == sorted(behind.values_list("listing__code", flat=True))


def test_stations_that_rest_on_a_component_are_found(client, assessed):
    component = Component.objects.get(code="MS-210")
    behind = ComponentRecord.objects.get(component=component).dependences
    found = codes(client, f"/stations/?component={component.pk}")
    assert found == sorted(behind.values_list("listing__code", flat=True))
    alone = behind.filter(alone=2).values_list("listing__code", flat=True)
    assert codes(client, f"/stations/?component={component.pk}&alone=closed") == sorted(alone)


def test_something_recorded_after_the_assessment_counts_as_changed(client, assessed):
    claim = Claim.objects.filter(listing=assessed.listings[4]).first()
    claim.pk, claim.field = None, "keyholder"
    claim.recorded_at = assessed.saved.made_at.replace(year=2029)
    claim.save()
    assert codes(client, "/stations/?changed=1407/10/12") == ["0005"]


def test_a_day_that_is_none_is_said_and_nothing_is_lost(client, assessed):
    shown = page(client, "/stations/?changed=yesterday")
    assert "could not be read and was left out" in shown
    assert len(CODE.findall(shown)) == 12


# Columns.


def test_the_address_chooses_columns_and_links_keep_them(client, assessed):
    shown = page(client, "/stations/?columns=code,software,voters")
    assert "3.2.1" in shown
    assert 'class="stations__readiness"' not in shown
    assert "?columns=code%2Csoftware%2Cvoters&amp;sort=voters" in shown
    assert codes(client, "/stations/?columns=code&columns=software") == [
        f"{number:04}" for number in range(1, 13)
    ]


def test_columns_that_are_none_leave_the_usual_ones(client, assessed):
    assert 'class="stations__readiness"' in page(client, "/stations/?columns=splendid")


# Components.


def test_who_may_not_see_names_sees_masks_and_no_search_tells_more(client, assessed):
    shown = COMPONENT.findall(page(client, "/components/"))
    assert sorted(shown) == sorted(masked(code) for code in ("CORE-1", "EX-04", "MS-210", "FD-17"))
    for typed in ("EX-04", "ولیعصر", "EX"):
        assert COMPONENT.findall(page(client, f"/components/?q={typed}")) == []
    mask = masked("EX-04")
    assert COMPONENT.findall(page(client, f"/components/?q=%23{mask[1:].lower()}")) == [mask]


def test_codes_that_are_masked_do_not_sort_the_list(client, head_client, assessed):
    assert "sort=code" not in page(client, "/components/")
    assert "sort=" in page(client, "/components/")
    by_code = COMPONENT.findall(page(head_client, "/components/"))
    assert by_code == ["CORE-1", "EX-04", "FD-17", "MS-210"]


@pytest.mark.parametrize("typed", ["EX-04", "ex04", "مرکز تلفن ولي عصر", "تلفن"])
def test_components_are_found_however_they_are_typed(head_client, assessed, typed):
    assert COMPONENT.findall(page(head_client, f"/components/?q={typed}")) == ["EX-04"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("kind=feeder", ["FD-17"]),
        ("tier=province", ["CORE-1"]),
        ("protection=yes", []),
        ("contradiction=yes", []),
    ],
)
def test_components_are_filtered(head_client, assessed, query, wanted):
    assert COMPONENT.findall(page(head_client, f"/components/?{query}")) == wanted


def test_a_component_with_contradicting_claims_is_found(head_client, assessed):
    component = Component.objects.get(code="FD-17")
    for value in ("4", "6"):
        Claim.objects.create(
            component=component, field="battery_h", value=value, source=assessed.source,
            recorded_at=assessed.saved.made_at,
        )  # fmt: skip
    assert COMPONENT.findall(page(head_client, "/components/?contradiction=yes")) == ["FD-17"]
    shown = page(head_client, reverse("component", args=[component.pk]))
    assert shown.count('class="rival"') == 2


def test_a_component_s_page_tells_what_it_needs_and_what_rests_on_it(head_client, assessed):
    component = Component.objects.get(code="EX-04")
    shown = page(head_client, reverse("component", args=[component.pk]))
    assert "CORE-1" in shown  # what it depends on
    behind = ComponentRecord.objects.get(component=component)
    assert f"component={component.pk}" in shown
    assert f"{behind.stations_behind} stations" in shown
    above = page(head_client, reverse("component", args=[Component.objects.get(code="CORE-1").pk]))
    assert {"EX-04", "MS-210"} <= set(re.findall(r"EX-04|MS-210", above))


def test_a_component_s_page_without_names_holds_none(client, assessed):
    for component in Component.objects.all():
        shown = page(client, reverse("component", args=[component.pk]))
        for other in Component.objects.all():
            assert other.code not in shown
            assert other.name not in shown


def test_a_county_s_office_counts_its_own_stations(assessed):
    office = User.objects.create(username="office", role=Role.GOVERNOR, language="en")
    county = Place.objects.get(code="01")
    office.places.add(county)
    component = Component.objects.get(code="MS-210")
    component.place = county
    component.save()
    client = Client()
    client.force_login(office)
    shown = page(client, reverse("component", args=[component.pk]))
    mine = DependenceRecord.objects.filter(
        record__component=component, listing__point__place__parent=county
    ).count()
    assert mine > 0
    assert f">{mine} station" in shown
    assert "Your own stations only" in shown
    assert len(COMPONENT.findall(page(client, "/components/"))) == 1


def test_a_group_s_page_tells_its_members(head_client, register, rows):
    duct = ComponentGroup.objects.create(
        round=register.round, code="DUCT-9", kind="duct", tier=2, classification=1
    )
    GroupMember.objects.create(group=duct, component=Component.objects.get(code="EX-04"))
    GroupMember.objects.create(group=duct, listing=register.listings[0])
    rows.assess_register(register)
    assert COMPONENT.findall(page(head_client, "/groups/")) == ["DUCT-9"]
    shown = page(head_client, reverse("group", args=[duct.pk]))
    assert "EX-04" in shown
    assert "Devices of 1 station" in shown


# Signals.


def test_the_matrix_shows_operators_side_by_side(client, assessed):
    shown = page(client, "/signals/")
    assert "همراه اول" in shown and "ایرانسل" in shown
    assert "contradicted" in shown
    assert "9 days ago" in shown
    counts = re.search(r"operator=MCI&amp;signal=weak\">(\d+)</a>", shown)
    assert counts[1] == "1"


# Views.


def test_a_view_is_kept_shared_and_replaced_and_stands_in_the_log(client, head_client, assessed):
    asked = {
        "list": "stations", "query": "kind=mobile&columns=code,voters&page=2",
        "name": "Mobile ones", "shared": "on",
    }  # fmt: skip
    response = client.post("/lists/views/save/", asked)
    assert (response.status_code, response["Location"]) == (
        303, "/stations/?kind=mobile&columns=code%2Cname%2Cvoters",
    )  # fmt: skip
    view = SavedView.objects.get()
    assert (view.query, view.columns, view.shared) == ("kind=mobile", "code,name,voters", True)
    assert AuditBatch.objects.order_by("-number").first().command == "save_view"
    assert "by \u2068secretary" in page(head_client, "/stations/")
    client.post("/lists/views/save/", asked | {"query": "kind=fixed", "shared": ""})
    assert (SavedView.objects.get().query, SavedView.objects.get().shared) == ("kind=fixed", False)
    assert "Mobile ones" not in page(head_client, "/stations/")


def test_a_view_without_a_name_keeps_what_was_typed(client, assessed):
    response = client.post(
        "/lists/views/save/",
        {"list": "stations", "query": "kind=mobile", "name": " ", "shared": "on"},
    )
    shown = response.content.decode()
    assert response.status_code == 422
    assert 'value="kind=mobile"' in shown
    assert "checked" in shown


def test_a_view_with_a_hidden_name_is_not_shared(head_client, assessed):
    asked = {"list": "components", "query": "q=EX-04", "name": "one", "shared": "on"}
    assert head_client.post("/lists/views/save/", asked).status_code == 422
    assert not SavedView.objects.exists()
    assert head_client.post("/lists/views/save/", asked | {"shared": ""}).status_code == 303


def test_nobody_removes_another_one_s_view(client, head_client, head, assessed):
    view = SavedView.objects.create(owner=head, list="stations", name="mine", shared=True)
    client.post(f"/lists/views/{view.pk}/delete/")
    assert SavedView.objects.exists()
    assert head_client.post(f"/lists/views/{view.pk}/delete/").status_code == 303
    assert not SavedView.objects.exists()


# Files.


def test_a_file_holds_exactly_what_is_shown(client, assessed):
    query = "kind=mobile&sort=-voters&columns=code,name,voters"
    response = client.post(
        "/lists/stations/export/", {"query": query, "format": "csv", "reason": ""}
    )
    content = given(response).decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(content)))
    assert table[0] == ["Code", "Station", "Voters"]
    assert [row[0] for row in table[1:4]] == codes(client, f"/stations/?{query}")
    assert all("Station" not in row[0] for row in table[1:4])
    batch = AuditBatch.objects.order_by("-number").first()
    assert batch.command == "export_list"
    assert f"log number {batch.number}" in content
    assert "Class: Normal" in content


def test_a_spreadsheet_reads_from_the_right_under_persian_headings(client, assessed):
    client.cookies["pollready_language"] = "fa"
    response = client.post("/lists/stations/export/", {"query": "", "format": "xlsx", "reason": ""})
    sheet = openpyxl.load_workbook(io.BytesIO(given(response))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert sheet.sheet_view.rightToLeft
    heading = next(number for number, row in enumerate(rows) if row[0] == "کد")
    assert rows[heading][1:6] == ("شعبه", "شهرستان", "بخش", "نوع", "مراجعان")
    assert "مانور" in rows[heading]  # the ten criteria stand in columns of their own
    assert rows[heading + 1][0] == "۰۰۰۱"
    assert rows[heading + 1][5] == 753  # a number, to be reckoned with
    assert len([row for row in rows[heading + 1 :] if row[1]]) == 12
    assert "عادی" in sheet.oddHeader.center.text
    assert "&P" in sheet.oddFooter.center.text or "Page" in str(sheet.oddFooter.center.text)


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@x", "\tTab"])
def test_no_cell_starts_as_a_formula(client, assessed, name):
    ServicePoint.objects.filter(pk=assessed.listings[0].point_id).update(name=name)
    asked = {"query": "columns=code,name", "format": "csv", "reason": ""}
    table = list(
        csv.reader(
            io.StringIO(given(client.post("/lists/stations/export/", asked)).decode("utf-8-sig"))
        )
    )
    assert table[1][1] == f"'{name}"
    assert not [cell for row in table for cell in row if cell[:1] in ("=", "+", "-", "@", "\t")]
    book = openpyxl.load_workbook(
        io.BytesIO(given(client.post("/lists/stations/export/", asked | {"format": "xlsx"})))
    )
    cell = next(row[1] for row in book.active.iter_rows() if row[1].value == name)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_classified_rows_and_names_leave_only_with_a_reason(head_client, assessed):
    before = AuditBatch.objects.count()
    asked = {"query": "kind=feeder", "format": "csv", "reason": "  "}
    refused = head_client.post("/lists/components/export/", asked)
    assert refused.status_code == 422
    assert "kind=feeder" in refused.content.decode()
    assert AuditBatch.objects.count() == before
    response = head_client.post(
        "/lists/components/export/", asked | {"reason": "letter 142 of the council"}
    )
    content = given(response).decode("utf-8-sig")
    assert "FD-17" in content
    assert "Reason: letter 142 of the council" in content
    assert "Class: Confidential" in content
    batch = AuditBatch.objects.order_by("-number").first()
    assert (batch.command, batch.reason) == ("export_list", "letter 142 of the council")


def test_names_stay_masked_in_the_file_of_who_may_not_see_them(client, assessed):
    asked = {"query": "", "format": "csv", "reason": "letter 142"}
    content = given(client.post("/lists/components/export/", asked)).decode("utf-8-sig")
    assert masked("FD-17") in content
    assert [code for code in ("CORE-1", "EX-04", "MS-210", "FD-17") if code in content] == []


def test_a_role_that_may_not_export_classes_is_told_so(assessed):
    user = User.objects.create(username="watcher", role=Role.SUPERVISION, language="en")
    client = Client()
    client.force_login(user)
    assert "which your role may not export" in page(client, "/lists/components/export/")
    refused = client.post("/lists/components/export/", {"format": "csv", "reason": "because"})
    assert refused.status_code == 422
    assert b"".join(client.post("/lists/stations/export/", {"format": "csv"}).streaming_content)


# Selection.


def selected(rf, user, **form):
    request = rf.post("/", form)
    request.user, request.language, request.session = user, "en", {}
    return selection(user, request)


def test_a_selection_is_bounded_by_scope_whatever_the_form_says(rf, assessed):
    office = User.objects.create(username="office", role=Role.GOVERNOR)
    office.places.add(Place.objects.get(code="01"))
    mine = {each.pk for each in assessed.listings if each.point.place.parent.code == "01"}
    everything = selected(rf, office, list="stations", query="", selected="all")
    assert set(everything.values_list("pk", flat=True)) == mine
    keys = [each.pk for each in assessed.listings]
    assert (
        set(
            selected(rf, office, list="signals", query="", selected=keys).values_list(
                "pk", flat=True
            )
        )
        == mine
    )


def test_all_found_is_what_the_filters_leave(rf, secretary, assessed):
    found = selected(rf, secretary, list="stations", query="kind=mobile", selected="all")
    assert sorted(found.values_list("code", flat=True)) == ["0004", "0008", "0012"]


def test_all_found_goes_to_the_correction_of_many(client, assessed):
    assert 'action="/stations/bulk-edit/"' in page(client, "/stations/?kind=mobile")
    form = {"list": "stations", "query": "kind=mobile", "selected": "all"}
    shown = client.post("/stations/bulk-edit/", form).content.decode()
    keys = [each.pk for each in assessed.listings if each.point.kind == "mobile"]
    assert all(f'name="selected" value="{key}"' in shown for key in keys)


def test_nothing_selected_is_an_error_of_its_own(rf, secretary, assessed):
    for form in ({"list": "stations"}, {"list": "nothing", "selected": "1"}):
        with pytest.raises(NothingSelected):
            selected(rf, secretary, **form)


# What lists ask of the database.


def count_queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["stations", "signals", "devices-state"])
def test_few_and_many_stations_ask_the_same_of_the_database(client, db, rows, name):
    rows.assess_register(rows.fill_register(stations=40))
    everything = "columns=code,county,voters,agencies,software,cards,devices,sims,signal.MCI"
    few = count_queries(client, f"{reverse(name)}?q=004&{everything}")  # one, by a part of its code
    many = count_queries(client, f"{reverse(name)}?q=003&{everything}")  # ten, likewise
    assert few == many


def test_localities_in_a_province_ask_no_more_than_districts(client, db, rows):
    assessed = rows.assess_register(rows.fill_register(stations=40))
    few = count_queries(client, "/stations/?q=004")
    province = Place.objects.create(level=PlaceLevel.PROVINCE, name="استان", key="استان")
    Place.objects.filter(level=PlaceLevel.COUNTY).update(parent=province)
    for number, listing in enumerate(assessed.listings):
        listing.point.place = Place.objects.create(
            level=PlaceLevel.LOCALITY, name=f"روستا {number}", key=f"روستا {number}",
            parent=listing.point.place,
        )  # fmt: skip
        listing.point.save()
    assert few == count_queries(client, "/stations/?q=00")


@pytest.mark.parametrize("who", ["client", "head_client"])
def test_few_and_many_components_ask_the_same_of_the_database(request, assessed, who):
    client = request.getfixturevalue(who)
    one = count_queries(client, "/components/?tier=province")
    assert one == count_queries(client, "/components/?tier=district")
    for number in range(60):
        Component.objects.create(
            round=assessed.round, code=f"S-{number}", kind="mobile_site", tier=1,
            agency_id=Component.objects.get(code="MS-210").agency_id,
        )  # fmt: skip
    assert one == count_queries(client, "/components/?tier=district")


# Phrases.


def test_every_list_has_its_words_in_both_languages():
    phrases = area("lists")
    for name in LISTS:
        for key in ("title", "under", "count", "none", "empty", "empty_next"):
            assert {"fa", "en"} <= set(phrases[f"lists.{key}.{name}"])
    for key, texts in phrases.items():
        fields = [set(re.findall(r"\{(\w+)\}", texts[language])) for language in ("fa", "en")]
        assert fields[0] == fields[1], key
        assert "بسیج" not in texts["fa"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_named_by_its_day_in_the_calendar_of_the_page(client, assessed, language):
    client.post(reverse("language"), {"language": language, "next": "/"})
    response = client.post("/lists/stations/export/", {"format": "csv", "reason": "letter 142"})
    given(response)
    name = unquote(response["Content-Disposition"])
    assert f"{file_day(localdate(), language)}.csv" in name
    assert "/" not in name
