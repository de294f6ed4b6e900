"""The pages of kept staging plans: keeping, the list, one, two side by side, a file."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.audit.models import AuditEntry
from pollready.people.models import Role, User
from pollready.places.models import Listing, Place
from pollready.planning.staging.models import KeptStagingPlan

pytestmark = pytest.mark.django_db


def keep(client: Client, title: str = "By day", query: str = "target_min=60") -> KeptStagingPlan:
    answer = client.post(f"{reverse('staging-keep')}?{query}", {"title": title})
    assert answer.status_code == 303
    return KeptStagingPlan.objects.latest("pk")


def html(client: Client, name: str, *args: object, **asked: object) -> str:
    return client.get(reverse(name, args=args), asked).content.decode()


@pytest.fixture
def governor(assessed) -> Client:
    user = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    user.places.add(Place.objects.get(code="01"))
    client = Client()
    client.force_login(user)
    return client


def test_a_kept_plan_says_what_was_asked_and_gives_it_again(assessed, head_client):
    code = Listing.objects.filter(point__lat__isnull=False).order_by("code")[0].code
    query = f"target_min=60&site_1={code}&rule_1=stays&why_1=the+road"
    plan = keep(head_client, query=query)
    page = html(head_client, "staging-plan", plan.pk)
    assert "By day" in page and "the road" in page and "It is proven" in page
    assert f"/staging/?target_min=60&amp;site_1={code}" in page
    again = re.search(r'href="(/staging/\?target[^"]*)"', page)[1].replace("&amp;", "&")
    assert 'value="60"' in head_client.get(again).content.decode()


def test_the_list_has_the_newest_first_and_says_what_is_old_or_withdrawn(assessed, head_client):
    first, second = keep(head_client), keep(head_client, "By night")
    withdraw = reverse("staging-withdraw", args=[first.pk])
    assert head_client.post(withdraw, {"reason": "", "version": 1}).status_code == 422
    assert head_client.post(withdraw, {"reason": "closed", "version": 9}).status_code == 409
    assert head_client.post(withdraw, {"reason": "closed", "version": 1}).status_code == 303
    page = html(head_client, "staging-plans")
    assert page.index("By night") < page.index("By day") and "withdrawn" in page
    KeptStagingPlan.objects.filter(pk=second.pk).update(ledger_sha256="other")
    assert "out of date" in html(head_client, "staging-plans")
    assert "has changed since this plan" in html(head_client, "staging-plan", second.pk)
    assert "closed" in html(head_client, "staging-plan", first.pk)


def test_two_plans_stand_side_by_side(assessed, head_client):
    one = keep(head_client)
    two = keep(head_client, query="goal=median&sites=1&candidates=stations")
    page = html(head_client, "staging-compare", a=one.pk, b=two.pk)
    for words in ("Stations in time", "Voters beyond the target", "Longest way", "Desks"):
        assert f'<th scope="row">{words}</th>' in page
    assert "Least travel in sum" in page and "Sites of either" in page
    nothing = html(head_client, "staging-compare", a=one.pk, b="x")
    assert "<table" not in nothing and "By day" in nothing


def test_voters_that_nobody_knows_are_never_none(assessed, head_client):
    Listing.objects.update(expected_voters=None)
    plan = keep(head_client, query="goal=median&sites=1&target_min=1")
    page = html(head_client, "staging-compare", a=plan.pk, b=plan.pk)
    assert "at least 0; unknown at" in page


def test_a_governor_reads_his_county_and_writes_nothing(assessed, head_client, governor):
    plan = keep(head_client)
    page = html(governor, "staging-plan", plan.pk)
    assert "Only the stations of your scope" in page
    others = Listing.objects.exclude(point__place__parent__code="01")
    assert not [each for each in others if f">{each.code}<" in page]
    assert governor.get(reverse("staging-withdraw", args=[plan.pk])).status_code == 403
    other = keep(head_client, query=f"county={Place.objects.get(code='02').pk}")
    assert governor.get(reverse("staging-plan", args=[other.pk])).status_code == 404
    assert f"plans/{other.pk}/" not in html(governor, "staging-plans")


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_a_plan_leaves_as_a_file_with_its_reason_in_the_log(assessed, head_client, kind):
    plan = keep(head_client)
    address = reverse("staging-export", args=[plan.pk])
    assert "stations with their site" in head_client.get(address).content.decode()
    assert head_client.post(address, {"format": kind, "reason": ""}).status_code == 422
    answer = head_client.post(address, {"format": kind, "reason": "for the meeting"})
    entry = AuditEntry.objects.get(object_type="export")
    assert entry.after["list"] == "staging" and entry.batch.reason == "for the meeting"
    if kind == "json":
        document = json.loads(answer.content)
        assert document["asked"]["target_min"] == 60.0 and "By day" in document["lines"][0]
        assert len(document["tables"]["stations"]) == entry.after["rows"]
    elif kind == "csv":
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("code,name") and "By day" in answer.content.decode()
    else:
        assert answer.content.startswith(b"PK")


def test_a_county_s_file_holds_its_stations_alone(assessed, head_client, governor):
    plan = keep(head_client)
    answer = governor.post(
        reverse("staging-export", args=[plan.pk]), {"format": "json", "reason": "for us"}
    )
    codes = {row["code"] for row in json.loads(answer.content)["tables"]["stations"]}
    own = Listing.objects.filter(point__place__parent__code="01")
    assert codes and codes <= set(own.values_list("code", flat=True))


def test_what_cannot_be_made_is_not_kept_and_the_title_stays(assessed, head_client):
    answer = head_client.post(f"{reverse('staging-keep')}?target_min=soon", {"title": "By day"})
    assert answer.status_code == 422 and not KeptStagingPlan.objects.exists()
    assert 'value="soon"' in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_plans(assessed, head_client):
    def queries() -> int:
        html(head_client, "staging-plans")
        with CaptureQueriesContext(connection) as captured:
            html(head_client, "staging-plans")
        return len(captured)

    keep(head_client)
    one = queries()
    keep(head_client)
    keep(head_client)
    assert queries() == one
