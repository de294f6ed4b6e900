"""A station's page: criteria with reasons, what it needs, causes, claims, stops, history."""

import re

import pytest

from pollready.assessment.models import FindingRecord, StationRecord
from pollready.obstacles.models import ObstacleCase

pytestmark = pytest.mark.django_db


def page_of(client, listing) -> str:
    response = client.get(f"/stations/{listing.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_head_shows_ten_criteria_each_with_its_reason(client, assessed):
    page = page_of(client, assessed.listings[0])
    assert len(re.findall(r'<li class="criterion">', page)) == 10


def test_signs_agree_with_the_assessment(client, assessed):
    listing = assessed.listings[1]
    letters = StationRecord.objects.get(listing=listing).criteria
    shown = re.findall(
        r'<li class="criterion"><span class="sign is-(\w+)">', page_of(client, listing)
    )
    signs = {"m": "ready", "u": "not_ready", "?": "unknown", "c": "contradicted"}
    assert shown == [signs[letter] for letter in letters]


def test_what_it_depends_on_is_a_nested_list(client, assessed):
    page = page_of(client, assessed.listings[0])
    assert "All of these:" in page
    assert "At least one of these:" in page
    assert "exchange" in page


def test_sources_that_differ_stand_side_by_side(client, assessed):
    rivals = re.findall(
        r'<tr class="rival"[^>]*>(.*?)</tr>', page_of(client, assessed.listings[2]), re.DOTALL
    )
    assert len(rivals) == 2
    assert {re.search(r"<strong><bdi>(.*?)</bdi>", row)[1] for row in rivals} == {"good", "none"}
    assert {re.search(r"<span><bdi>([^<]*)</bdi>", row)[1] for row in rivals} == {
        "شعب.xlsx",
        "نامه ۱۴۲ اپراتور",
    }


def test_sources_that_agree_are_no_rivals(client, assessed):
    assert '<tr class="rival">' not in page_of(client, assessed.listings[0])


def test_a_superseded_claim_is_not_shown(client, assessed):
    listing = assessed.listings[0]
    claim = listing.claims.get(field="software")
    claim.value, claim.superseded_at = "an old version", claim.recorded_at
    claim.save()
    assert "an old version" not in page_of(client, listing)


def test_a_mobile_station_shows_its_stops_and_a_fixed_one_does_not(client, assessed):
    assert "Stops of this mobile station" in page_of(client, assessed.listings[3])
    assert "Stops of this mobile station" not in page_of(client, assessed.listings[0])


def test_earlier_incidents_come_with_their_lesson(client, assessed):
    page = page_of(client, assessed.listings[0])
    assert "ژنراتور از شب پیش در محل باشد." in page


def test_unknown_voters_are_said_to_be_unknown(client, assessed):
    page = page_of(client, assessed.listings[10])
    assert re.search(r"Expected voters</dt>\s*<dd[^>]*>unknown</dd>", page)


def test_a_station_without_an_assessment_still_shows_its_claims(client, register):
    page = page_of(client, register.listings[0])
    assert "not in the last assessment" in page
    assert "Data and where they come from" in page


def test_persian_pages_write_persian_figures_and_jalali_dates(client, assessed):
    client.cookies["pollready_language"] = "fa"
    page = page_of(client, assessed.listings[0])
    assert "۱۴۰۷/۰۳/۲۱" in page
    assert "2028-06-10</time>" not in page


def test_what_is_missing_can_be_recorded_from_its_cause(client, assessed):
    listing = assessed.listings[5]  # of which nothing is claimed
    page = page_of(client, listing)
    form = f"/claims/new/listing-{listing.pk}/?field="
    causes = page.split('id="causes"')[1].split("</section>")[0]
    for field in ("forms", "cards", "rehearsal", "battery_h"):
        assert re.search(rf'href="{re.escape(form)}{field}(&amp;case=\d+)?"', causes), field
    assert client.get(f"{form}forms").status_code == 200


def test_who_may_not_correct_is_offered_no_form(supervisor_client, assessed):
    page = page_of(supervisor_client, assessed.listings[5])
    assert "/claims/new/" not in page


@pytest.mark.parametrize(("field", "hint"), [("forms", "A whole number"), ("battery_h", "2.5")])
def test_a_form_says_how_its_value_is_written(client, assessed, field, hint):
    address = f"/claims/new/listing-{assessed.listings[0].pk}/?field={field}"
    page = client.get(address).content.decode()
    said = re.search(r'id="hint-value">([^<]+)<', page)
    assert hint in said[1]
    assert 'aria-describedby="hint-value"' in page


def test_an_obstacle_says_what_came_of_it_since_the_assessment(client, assessed):
    found = FindingRecord.objects.filter(listing__isnull=False).select_related("listing").first()
    words = page_of(client, found.listing)
    assert 'class="state state--' not in words  # nothing has come of any yet
    ObstacleCase.objects.filter(record=found.cause_id).update(
        state="verified", settled_date=assessed.saved.as_of_date
    )
    assert 'class="state state--verified"' in page_of(client, found.listing)
