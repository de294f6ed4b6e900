"""Whoever may not see names sees no code and no name of anything upstream, on any page."""

import pytest

from pollready.assessment.models import SavedAssessment
from pollready.history.models import Incident
from pollready.register.models import Claim, Component
from pollready.register.veil import Veil, hidden_names, masked

pytestmark = pytest.mark.django_db
HIDDEN = {"EX-04": "EX-04", "مرکز تلفن ولیعصر": "EX-04", "12": "12"}


def every_page(assessed) -> list[str]:
    return [
        "/",
        "/stations/",
        "/causes/",
        *(f"/stations/{listing.pk}/" for listing in assessed.listings),
        *(f"/causes/{pk}/" for pk in assessed.saved.causes.values_list("pk", flat=True)),
    ]


def names(assessed) -> list[str]:
    rows = Component.objects.filter(round=assessed.round).values_list("code", "name")
    return [text for row in rows for text in row if text]


def test_no_page_shows_an_upstream_name_to_who_may_not_see_it(client, assessed):
    for path in every_page(assessed):
        page = client.get(path).content.decode()
        assert [name for name in names(assessed) if name in page] == [], path


def test_who_may_see_names_sees_them(head_client, assessed):
    pages = "".join(head_client.get(path).content.decode() for path in every_page(assessed))
    assert "EX-04" in pages
    assert "مرکز تلفن ولیعصر" in pages


def test_the_mask_of_a_component_is_the_same_on_every_page(client, assessed):
    page = client.get(f"/stations/{assessed.listings[0].pk}/").content.decode()
    assert masked("FD-17") in page


def test_a_component_recorded_later_is_masked_at_once(client, assessed):
    path = f"/stations/{assessed.listings[0].pk}/"
    client.get(path)
    Claim.objects.filter(listing=assessed.listings[0], field="feeder").update(value="FD-99")
    page = client.get(path).content.decode()
    assert "FD-99" not in page
    assert masked("FD-99") in page


def test_a_claim_above_the_viewer_s_clearance_is_withheld(client, assessed):
    claim = Claim.objects.get(listing=assessed.listings[0], field="keyholder")
    claim.classification, claim.value = 2, "somebody in particular"
    claim.save()
    page = client.get(f"/stations/{assessed.listings[0].pk}/").content.decode()
    assert "somebody in particular" not in page
    assert "above your clearance" in page


def test_a_code_inside_a_text_is_masked_and_the_rest_stays():
    veil = Veil(HIDDEN)
    text = veil.text("fed by EX-04, twice")
    assert "EX-04" not in text
    assert masked("EX-04") in text
    assert text.startswith("fed by ") and text.endswith(", twice")


def test_a_bare_number_is_masked_only_when_it_is_the_whole_text():
    veil = Veil(HIDDEN)
    assert veil.text("12 stations") == "12 stations"
    assert veil.text("12") == masked("12")


def test_lists_inside_fields_are_masked():
    assert Veil(HIDDEN).anything({"codes": ["EX-04", "open"], "count": 2}) == {
        "codes": [masked("EX-04"), "open"],
        "count": 2,
    }


def test_names_of_stations_and_agencies_stay_open(assessed):
    hidden, shown = hidden_names(assessed.round.pk, 0, 1, None, False)
    assert not shown
    assert "0001" not in hidden
    assert "همراه اول" not in hidden
    assert all(code in hidden for code in ("EX-04", "MS-210", "FD-17", "CORE-1"))


def test_who_is_not_cleared_for_an_assessment_sees_none_of_its_pages(client, secretary, assessed):
    SavedAssessment.objects.update(classification=2)
    for path in every_page(assessed):
        assert client.get(path).status_code == 403, path
    secretary.clearance = 2
    secretary.save()
    assert {client.get(path).status_code for path in every_page(assessed)} == {200}


def test_who_is_not_cleared_for_a_station_does_not_see_its_page(client, assessed):
    point = assessed.listings[0].point
    point.classification = 2
    point.save()
    assert client.get(f"/stations/{assessed.listings[0].pk}/").status_code == 404


def test_an_incident_above_the_viewer_s_clearance_is_withheld(client, assessed):
    incident = Incident.objects.filter(listing__isnull=False).first()
    incident.classification, incident.lesson = 2, "a lesson for few"
    incident.save()
    assert (
        "a lesson for few" not in client.get(f"/stations/{incident.listing_id}/").content.decode()
    )
