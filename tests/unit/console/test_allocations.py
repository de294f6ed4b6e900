"""Pages of allocation: what each viewer reads, the preview, the file and the log of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from pollready.audit.models import AuditBatch
from pollready.jobs.allocating import start_making
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.planning.allocations.commands import DecisionDraft, ask_plan, decide_allocation
from pollready.planning.allocations.inputs import inputs_of
from pollready.planning.allocations.keeping import weigh
from pollready.planning.allocations.models import AllocationPlan
from pollready.planning.allocations.queries import basis_of, first_inputs
from pollready.planning.costs import cost_scenarios
from pollready.planning.models import Scenario
from pollready.register.models import Source
from pollready.resources.commands import list_entries
from pollready.resources.models import LotEntry, ResourceLot

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
FORM = {
    "level": "closed", "reading": "working", "limit": "stock", "travel_max_h": "4", "units_0": "1",
    "units_1": "0", "units_2": "2", "units_3": "0",
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Do background work within the request: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def head(db) -> User:
    return User.objects.create(username="head", role=Role.COMMITTEE_HEAD, language="en")


@pytest.fixture
def plan(assessed, head) -> AllocationPlan:
    for kind, agency, units in (("generator", "PWR", 1), ("identity device", "TCI", 3)):
        counts = dict.fromkeys(("pledged", "delivered", "tested"), units) | {"deployed": 0}
        lot = ResourceLot.objects.create(
            round=assessed.round, agency=Agency.objects.get(code=agency), kind=kind,
            county=Place.objects.get(code="01"), depot=f"store of {agency}", provisioned=True,
            source=Source.objects.get(lineage="workbook"), **counts,
        )  # fmt: skip
        LotEntry.objects.bulk_create(list_entries(lot, counts, NOW))
    round_id = assessed.round.pk
    found = weigh(round_id, as_of=assessed.saved.as_of_date, now=NOW)
    inputs = first_inputs(basis_of(round_id, found), round_id)
    asked = ask_plan(inputs, title="The first", round_id=round_id, by=head, now=NOW)
    start_making(asked, by=head, now=NOW)
    asked.refresh_from_db()
    return asked


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _given(plan) -> dict[str, set[str]]:
    """Give, by agency, the codes of the stations to which its means go."""
    agency = dict(ResourceLot.objects.values_list("pk", "agency__code"))
    codes = dict(plan.round.listings.values_list("pk", "code"))
    found: dict[str, set[str]] = {}
    for row in plan.result["given"]:
        for part in row["from"]:
            if row["listing"]:
                found.setdefault(agency[part["lot"]], set()).add(codes[row["listing"]])
    return found


def test_the_page_says_what_is_saved_where_and_that_no_plan_is_better(plan, head):
    page = _client(head).get(f"/allocations/{plan.pk}/").content.decode()
    assert "proven: no plan is better" in page
    assert "used up: it binds" in page
    assert page.count('class="dots') > 1
    assert "Nothing about how any place votes can enter" in page


def test_a_governor_reads_the_stations_of_his_county_alone(plan):
    governor = User.objects.create(username="gov", role=Role.GOVERNOR, language="en")
    governor.places.add(Place.objects.get(code="02"))
    response = _client(governor).get(f"/allocations/{plan.pk}/")
    shown = {row.county for row in response.context["page"].stations}
    assert shown == {Place.objects.get(code="02").pk}
    assert not response.context["may_accept"]


def test_an_agency_reads_where_its_own_means_go(plan):
    agency = Agency.objects.get(code="PWR")
    user = User.objects.create(
        username="power", role=Role.AGENCY_REPRESENTATIVE, agency=agency, language="en"
    )
    response = _client(user).get(f"/allocations/{plan.pk}/")
    assert {row.code for row in response.context["page"].stations} == _given(plan)["PWR"]
    assert "store of TCI" not in response.content.decode()


def test_a_preview_says_every_fault_and_keeps_what_was_typed(plan, head):
    client = _client(head)
    wrong = FORM | {"units_0": "-2", "travel_max_h": "0", "floor_group_0": "rural"}
    part = client.post("/allocations/new/", wrong, headers={"hx-request": "true"})
    text = part.content.decode()
    for words in ("write 0 or more", "hours of travel", "Floor 1 must be above 0"):
        assert words in text
    whole = client.post("/allocations/new/", wrong | {"do": "make"})
    assert whole.status_code == 422
    assert 'value="-2"' in whole.content.decode()
    assert AllocationPlan.objects.count() == 1


def test_a_preview_follows_the_numbers(plan, head):
    client, saved = _client(head), []
    for devices in ("1", "3"):
        part = client.post(
            "/allocations/new/", FORM | {"units_2": devices}, headers={"hx-request": "true"}
        )
        saved.append(part.context["page"].result["saved"])
    assert saved[0] < saved[1]


def test_a_new_plan_is_asked_made_and_shown(plan, head):
    response = _client(head).post("/allocations/new/", FORM | {"do": "make", "title": "Another"})
    assert response.status_code == 303
    made = AllocationPlan.objects.first()
    assert (made.title, made.state) == ("Another", "made")
    assert response["Location"] == f"/allocations/{made.pk}/"


@pytest.mark.parametrize("format", ["xlsx", "csv", "json"])
def test_a_plan_leaves_with_a_reason_and_the_log_knows(plan, head, format):
    client = _client(head)
    address = f"/allocations/{plan.pk}/export/"
    assert client.post(address, {"format": format, "reason": " "}).status_code == 422
    response = client.post(address, {"format": format, "reason": "for the meeting"})
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    batch = AuditBatch.objects.order_by("-number").first()
    assert (batch.command, batch.reason) == ("export_list", "for the meeting")
    if format == "json":
        values = json.loads(response.content)
        assert {each["station"] for each in values["stations"]} == set(
            plan.round.listings.values_list("code", flat=True)
        )
        assert any("head" in line for line in values["lines"])


def test_two_plans_stand_side_by_side_with_the_stations_that_differ(plan, head, assessed):
    from dataclasses import replace

    from pollready.planning.allocations.inputs import inputs_of

    fewer = replace(inputs_of(plan.inputs), units={"generator": 0, "identity_device": 1})
    other = ask_plan(fewer, title="Fewer", round_id=assessed.round.pk, by=head, now=NOW)
    start_making(other, by=head, now=NOW)
    response = _client(head).get(f"/allocations/compare/?a={plan.pk}&b={other.pk}")
    assert response.context["count"] == 3  # a generator and two devices less
    assert ("Generators", 1, 0) in response.context["pairs"]


def test_a_plan_asked_anew_is_another_plan(plan, head):
    response = _client(head).post(f"/allocations/{plan.pk}/again/")
    assert response.status_code == 303
    assert AllocationPlan.objects.count() == 2


def test_who_plans_for_one_county_alone_is_not_let_in(plan, head):
    head.places.add(Place.objects.get(code="01"))
    client = _client(head)
    assert client.get("/allocations/new/").status_code == 403
    assert client.get(f"/allocations/{plan.pk}/accept/").status_code == 403


def test_a_list_of_plans_asks_as_much_for_three_as_for_one(plan, head):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            _client(head).get("/allocations/")
        return len(queries)

    asked()  # what is kept from then on
    one = asked()
    for _ in range(2):
        plan.pk, plan._state.adding = None, True
        plan.save()
    assert asked() == one


def test_a_file_names_no_lot_and_no_decision_beyond_its_reader(plan, head):
    lot = ResourceLot.objects.create(
        round=plan.round, agency=Agency.objects.get(code="PWR"), kind="generator", pledged=3,
        delivered=1, tested=1, deployed=0, provisioned=True, depot="store elsewhere",
        county=Place.objects.get(code="01"), source=Source.objects.get(lineage="workbook"),
    )  # fmt: skip
    stations = plan.round.listings.order_by("code")
    for listing in stations[:2]:
        decide_allocation(
            DecisionDraft(listing_id=listing.pk), round_id=plan.round_id, reason="so", by=head,
            now=NOW,
        )  # fmt: skip
    _client(head).post("/allocations/new/", FORM | {"do": "make", "title": "Second"})
    made = AllocationPlan.objects.first()
    assert lot.pk in {row["lot"] for row in made.result["left_out"]}

    governor = User.objects.create(username="gov", role=Role.GOVERNOR, language="en")
    governor.places.add(Place.objects.get(code="02"))
    told = {}
    for user in (head, governor):
        sent = {"format": "json", "reason": "for the meeting"}
        response = _client(user).post(f"/allocations/{made.pk}/export/", sent)
        told[user.username] = json.loads(response.content)
    assert len(told["head"]["inputs"]["decisions"]) == 2
    own = {each["station"] for each in told["gov"]["inputs"]["decisions"]}
    assert len(own) == 1
    assert own < {listing.pk for listing in stations[:2]}
    assert "store elsewhere" in json.dumps(told["head"])
    assert "store elsewhere" not in json.dumps(told["gov"])
    assert lot.pk not in {row["lot"] for row in told["gov"]["left_out"]}


def test_a_floor_that_cannot_be_read_stands_open_with_its_error(plan, head):
    client = _client(head)
    form = client.get("/allocations/new/").context["form"]
    assert not (form.floors_open or form.limits_open)
    wrong = FORM | {"do": "make", "floor_group_0": "rural", "floor_least_0": "many",
                    "limit": "budget", "money": "much"}  # fmt: skip
    response = client.post("/allocations/new/", wrong)
    assert response.status_code == 422
    assert response.content.decode().count('<details class="more" open>') == 2


def test_a_plan_that_serves_stations_the_other_does_not_is_compared_both_ways(plan, head):
    _client(head).post("/allocations/new/", FORM | {"do": "make", "title": "Second"})
    second = AllocationPlan.objects.first()
    second.result = second.result | {"given": []}
    second.save()
    pair = (second.pk, plan.pk)
    counts = {
        _client(head).get(f"/allocations/compare/?a={a}&b={b}").context["count"]
        for a, b in (pair, pair[::-1])
    }
    given = [row for row in plan.result["given"] if row["listing"] is not None]
    assert counts == {len(given)}


@pytest.fixture
def scenario(assessed, plan):
    """A scenario whose costs are worked out: an exchange that stations rest on is out."""
    made = Scenario.objects.create(
        round=assessed.round, code="OWN-1", title_en="Exchange out", title_fa="قطع مرکز",
        duration_h=3.0, selector='named "EX-04"',
    )  # fmt: skip
    cost_scenarios(assessed.round.pk, now=NOW)
    return made


def test_a_plan_is_asked_under_a_scenario_and_says_so_everywhere(plan, head, scenario):
    client = _client(head)
    asked = FORM | {"scenario": scenario.pk}
    preview = client.post("/allocations/new/", asked, headers={"HX-Request": "true"})
    assert "not worked out yet" in preview.content.decode()
    made = client.post("/allocations/new/", asked | {"do": "make"}, follow=True)
    words = "As if “Exchange out” (\u2068OWN-1\u2069) happened, for 3 h."
    assert words in made.content.decode()
    anew = AllocationPlan.objects.get(pk=made.context["plan"].pk)
    preview = client.post("/allocations/new/", asked, headers={"HX-Request": "true"})
    assert words in preview.content.decode()
    compared = client.get(f"/allocations/compare/?a={plan.pk}&b={anew.pk}").content.decode()
    assert words in compared
    assert "Expected failures" in compared
    sent = client.post(f"/allocations/{anew.pk}/export/", {"format": "json", "reason": "meeting"})
    assert words in json.loads(sent.content)["under"]
    again = client.post(f"/allocations/{anew.pk}/again/", follow=True)
    assert words in again.content.decode()


def test_who_may_not_see_the_scenario_reads_no_name_of_it(plan, head, scenario):
    inputs = replace(inputs_of(plan.inputs), scenario=scenario.pk)
    asked = ask_plan(inputs, title="", round_id=plan.round_id, by=head, now=NOW)
    start_making(asked, by=head, now=NOW)
    agency = Agency.objects.get(code="PWR")  # whose components do not fail in it
    power = User.objects.create(
        username="power", role=Role.AGENCY_REPRESENTATIVE, agency=agency, language="en"
    )
    page = _client(power).get(f"/allocations/{asked.pk}/").content.decode()
    assert "Exchange out" not in page
    assert "a scenario happened that is out of your reach" in page


def test_a_plan_whose_scenario_is_retired_is_not_worked_out_again(plan, head, scenario):
    inputs = replace(inputs_of(plan.inputs), scenario=scenario.pk)
    asked = ask_plan(inputs, title="", round_id=plan.round_id, by=head, now=NOW)
    start_making(asked, by=head, now=NOW)
    Scenario.objects.filter(pk=scenario.pk).update(state="retired")
    page = _client(head).post(f"/allocations/{asked.pk}/again/", follow=True).content.decode()
    assert "No plan can be made for this scenario" in page
    assert "Exchange out" in page


def test_a_budget_says_whose_costs_it_rests_on(plan, head, settings, tmp_path):
    client = _client(head)
    assert "these are invented" in client.get("/allocations/new/").content.decode()
    table = "[generator]\nstation = { generator_h = 12 }\ncost = 41\n"
    settings.POLLREADY_DATA = tmp_path
    (tmp_path / "means.toml").write_text(table, "utf-8")
    page = client.get("/allocations/new/").content.decode()
    assert "these are invented" not in page
    assert "Generators 41" in page
