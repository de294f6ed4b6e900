"""Exploring failures: what a pick takes, in whose scope, under which names, and what is logged."""

import re
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.assessment import what_if
from pollready.assessment.baseline import prepare
from pollready.assessment.changes import RemoveComponent
from pollready.assessment.explorers import EXPLORERS
from pollready.assessment.exploring import Scope, explore_round
from pollready.assessment.looks import Count, CountyLoss, Failures, look_at
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.console.explore import worst_counties
from pollready.engine.contingency import evaluate_contingency
from pollready.engine.network import Unknowns
from pollready.jobs.models import Job
from pollready.people.models import Role, User
from pollready.places.models import Listing, Place
from pollready.register.models import Source
from pollready.register.veil import masked

pytestmark = pytest.mark.django_db
EXPLORE = ("explore", "explore-result", "explore-singles", "explore-pairs", "explore-worst",
           "explore-distribution")  # fmt: skip


@pytest.mark.parametrize("name", EXPLORE)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_page_opens(assessed, head_client, name, language):
    head_client.cookies["pollready_language"] = language
    answer = head_client.get(reverse(name), {"c": "CORE-1", "hours": "6"})
    assert answer.status_code == 200
    assert not re.search(r"\{[%{a-z]", answer.content.decode().split("<main")[-1])


def test_a_pick_takes_what_evaluating_it_takes(assessed, head_client):
    explored = explore_round(assessed.round.pk, as_of=assessed.saved.as_of_date, version=0)
    hours = explored.durations["service"]
    found = evaluate_contingency(explored.network, ["EX-04", "MS-210"], hours, Unknowns.WORKING)
    codes = found.fallen("admit", "online")
    answer = head_client.get(
        reverse("explore-stations"), {"c": ["EX-04", "MS-210"], "t": "service"}
    ).json()
    own = {each.pk: each.code for each in assessed.listings}
    assert answer["ready"]
    assert {own[pk] for pk in answer["stations"]["online"]} == set(codes) & set(own.values())


def test_a_pick_becomes_the_selector_of_a_scenario(assessed, head_client):
    page = head_client.get(reverse("explore"), {"c": "EX-04", "hours": "6"}).content.decode()
    address = re.search(r'href="(/scenarios/new/[^"]+)"', page)[1].replace("&amp;", "&")
    form = head_client.get(address).content.decode()
    assert "named &quot;EX-04&quot;" in form
    assert 'value="6"' in form


def test_two_readings_are_a_range_whose_ends_are_told(assessed, head_client):
    html = head_client.get(reverse("explore"), {"c": "CORE-1", "t": "service"}).content.decode()
    explored = explore_round(assessed.round.pk, as_of=assessed.saved.as_of_date, version=0)
    scope = Scope("", np.ones(len(explored.listings), bool), np.ones(0, bool))
    look = look_at(explored, scope, Failures(frozenset({"CORE-1"})), explored.durations["service"])
    spans = [twice for twice in look.lost.values() if twice.stations_span]
    assert spans
    table = html.split('class="table table--cards losses"')[1].split("</table>")[0]
    assert not re.search(r"\d\s*/\s*\d|>/", table)
    for twice in spans:
        low, high = sorted((twice.working.stations, twice.failed.stations))
        assert f"{low} to {high}" in table
        assert twice.stations_span == (low, high)


def test_that_the_register_changed_since_it_was_assessed_is_said(assessed, head_client):
    said = "has changed since it was last assessed"
    assert said not in head_client.get(reverse("explore")).content.decode()
    later = assessed.saved.made_at + timedelta(hours=1)
    Source.objects.filter(round=assessed.round).update(received_at=later, sha256="0" * 64)
    html = head_client.get(reverse("explore")).content.decode()
    assert said in html
    assert reverse("assess-again") in html


def test_a_pick_of_masked_names_makes_no_scenario(assessed, client):
    page = client.get(reverse("explore"), {"c": masked("EX-04")}).content.decode()
    assert masked("EX-04") in page
    assert "/scenarios/new/" not in page


def test_it_is_logged_once_a_look(assessed, head_client):
    before = AuditBatch.objects.count()
    for page in ("1", "2"):
        head_client.get(reverse("explore"), {"c": "CORE-1", "page": page})
    assert AuditBatch.objects.count() == before + 1
    head_client.get(reverse("explore"), {"c": "EX-04"})
    batches = AuditBatch.objects.order_by("-number")
    assert AuditBatch.objects.count() == before + 2
    entry = AuditEntry.objects.get(batch=batches[0])
    assert (batches[0].command, entry.after["failed"]) == ("explore_failures", ["EX-04"])


def test_names_are_masked_for_who_may_not_see_them(assessed, client):
    token = masked("CORE-1")
    for name in EXPLORE:
        text = client.get(reverse(name), {"c": token}).content.decode()
        assert "CORE-1" not in text
    assert token in client.get(reverse("explore"), {"c": token}).content.decode()


def test_a_code_that_may_not_be_seen_is_not_understood(assessed, client):
    text = client.get(reverse("explore"), {"c": "CORE-1"}).content.decode()
    assert "is not in this round" in text
    assert 'class="table losses"' not in text


@pytest.mark.parametrize(
    "query",
    [
        {"c": "no-such-thing"},
        {"hours": "much"},
        {"c": "CORE-1", "hours": "-3"},
        {"place": "x" * 50},
        {"place": "9" * 40},
        {"c": [str(n) for n in range(100)]},
        {"c": "\x00", "kind": "\x00", "agency": "x" * 500},
        {"t": "nonsense", "m": "nonsense", "in": "nonsense", "page": "-9", "c": "CORE-1"},
    ],
)
def test_a_wrong_address_gets_a_sentence_and_no_fault(assessed, head_client, query):
    for name in EXPLORE:
        assert head_client.get(reverse(name), query).status_code == 200
    assert head_client.get(reverse("explore-stations"), query).status_code == 200


def test_what_is_wrong_in_a_pick_leaves_the_rest(assessed, head_client):
    text = head_client.get(reverse("explore"), {"c": ["nothing", "CORE-1"]}).content.decode()
    assert "“nothing” is not in this round" in text
    assert "losses" in text


def test_a_scoped_viewer_counts_his_own_stations(assessed, head, head_client):
    everywhere = head_client.get(reverse("explore-stations"), {"kind": "exchange"}).json()
    county = Place.objects.get(code="01")
    head.places.add(county)
    here = head_client.get(reverse("explore-stations"), {"kind": "exchange"}).json()
    own = {
        each.pk
        for each in assessed.listings
        if each.point.place_id and each.point.place.parent_id == county.pk
    }
    for level, listings in here["stations"].items():
        assert set(listings) <= own
        assert set(listings) <= set(everywhere["stations"][level]) | own


def test_everything_of_a_kind_fails_together(assessed, head_client):
    text = head_client.get(reverse("explore"), {"kind": "exchange"}).content.decode()
    assert "every exchange" in text
    exchanges = assessed.round.components.filter(kind="exchange").count()
    assert ("1 fails." if exchanges == 1 else f"{exchanges} fail together.") in text


def test_searching_offers_what_is_found(assessed, head_client, client):
    text = head_client.get(reverse("explore"), {"find": "exchange"}).content.decode()
    assert "EX-04" in text
    hidden = client.get(reverse("explore"), {"find": "EX-04"}).content.decode()
    assert "Nothing was found" in hidden


def test_losing_a_component_is_what_taking_it_away_costs(assessed, head_client):
    """Taking away is judged anew row by row; failing for the service period must agree."""
    baseline = prepare(assessed.round.pk, as_of=assessed.saved.as_of_date)
    after = what_if(baseline, [RemoveComponent("CORE-1")])
    gone = {
        change.after.code
        for change in after.stations
        if change.before.level_admit["working"] == "online"
        and change.after.level_admit["working"] != "online"
    }
    answer = head_client.get(reverse("explore-stations"), {"c": "CORE-1", "t": "service"}).json()
    own = {each.pk: each.code for each in assessed.listings}
    assert {own[pk] for pk in answer["stations"]["online"]} >= gone


def test_the_worst_case_is_worked_out_and_kept(assessed, head_client, worker):
    page = reverse("explore-worst")
    assert "Work out the worst case" in head_client.get(page).content.decode()
    assert head_client.post(page).status_code == 303
    assert head_client.post(page).status_code == 303  # it is being worked out: no second time
    (job,) = Job.objects.filter(kind="explore")
    text = head_client.get(page).content.decode()
    assert "It is being worked out" in text
    assert reverse("job", args=[job.pk]) in text
    worker()
    assert "proven: no set is worse" in head_client.get(page).content.decode()
    assert page in head_client.get(reverse("job", args=[job.pk])).content.decode()


def test_the_last_answer_stands_while_the_next_is_worked_out(assessed, head_client, worker):
    page = reverse("explore-worst")
    head_client.post(page)
    worker()
    head_client.post(page)
    text = head_client.get(page).content.decode()
    assert "It is being worked out" in text
    assert "proven: no set is worse" in text


def test_an_answer_that_was_stopped_or_could_not_be_found_can_be_asked_for_again(
    assessed, head, head_client, worker
):
    page = reverse("explore-worst")
    head_client.post(page)
    (job,) = Job.objects.filter(kind="explore")
    head_client.post(reverse("job-stop", args=[job.pk]))
    text = head_client.get(page).content.decode()
    assert "It was stopped" in text
    assert "Work out the worst case" in text
    head_client.post(page)
    User.objects.filter(pk=head.pk).update(clearance=0, role=Role.SUPERVISION)
    worker()
    assert Job.objects.get(state="failed").error_code == "people.not-permitted"


def test_the_distribution_is_worked_out_and_kept(assessed, head_client, worker):
    page = reverse("explore-distribution") + "?m=online"
    assert head_client.post(page).status_code == 303
    worker()
    text = head_client.get(page).content.decode()
    assert text.count('class="dots__dot"') == 50
    assert "40,000 draws with seed" in text


def test_who_may_not_explore_is_refused(assessed, supervisor_client):
    for name in (*EXPLORE, "explore-stations"):
        assert supervisor_client.get(reverse(name)).status_code == 403


def queries_of(client, name: str) -> int:
    """Count the queries of a page that is asked for the second time."""
    query = {"c": "CORE-1", "m": "online", "tier": "all"}
    client.get(reverse(name), query)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name), query).status_code == 200
    return len(captured)


def test_no_query_runs_per_row(rows, db, head_client):
    names = ("explore", "explore-singles", "explore-pairs")
    rows.assess_register(rows.fill_register(24))
    many = [queries_of(head_client, name) for name in names]
    # half of the stations leave the list: fewer rows everywhere
    kept = Listing.objects.order_by("pk").values_list("pk", flat=True)[:12]
    Listing.objects.exclude(pk__in=list(kept)).update(status="cancelled")
    EXPLORERS.forget()
    assert [queries_of(head_client, name) for name in names] == many


def test_of_a_nation_the_worst_counties_and_few_districts_are_shown(
    assessed, head_client, monkeypatch
):
    monkeypatch.setattr("pollready.console.explore.COUNTIES_MAX", 1)
    county = Place.objects.get(code="01")
    district = Place.objects.filter(parent=county).first()
    other = Place.objects.filter(parent__code="02").first()
    page = head_client.get(reverse("explore")).content.decode()
    for each in (district, other):
        assert f'<option value="{each.pk}"' not in page
    for chosen in (county, district):
        page = head_client.get(reverse("explore"), {"place": chosen.pk}).content.decode()
        assert f'<option value="{chosen.pk}" selected' in page
        assert f'<option value="{district.pk}"' in page
        assert f'<option value="{other.pk}"' not in page


def test_the_counties_that_lose_most_come_first_where_not_all_are_shown(monkeypatch):
    monkeypatch.setattr("pollready.console.explore.COUNTIES_MAX", 2)
    lost = {"01": 5, "02": 50, "03": 20, "04": 1}
    rows = [CountyLoss(code, code, Count(1, voters), 9) for code, voters in lost.items()]
    assert [each.code for each in worst_counties(rows, "")] == ["02", "03"]
    assert [each.code for each in worst_counties(rows, "04")] == ["02", "03", "04"]
    assert worst_counties(rows[:2], "") == rows[:2]
