"""Pages of scenarios, plans, the matrix and declarations, read without a browser."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.jobs.models import Job
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.planning.commands import Draft, save_scenario, take_in_catalogue
from pollready.planning.costs import cost_scenarios
from pollready.planning.models import (
    ContingencyPlan,
    PlanStep,
    ReadinessDeclaration,
    Scenario,
)
from pollready.planning.plans import StepDraft, save_plan
from pollready.register.models import Component, Source
from pollready.resources.models import ResourceLot
from tests.kept_rows import made_once

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


@pytest.fixture
def planned(assessed, secretary):
    made_once("catalogue", lambda: take_in_catalogue(now=NOW))
    made_once("costs", lambda: cost_scenarios(assessed.round.pk, now=NOW))
    return assessed


def code(name: str) -> Scenario:
    return Scenario.objects.get(code=name)


def page(client, name, *args, **query) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def agency_client(agency: str, **more) -> Client:
    user = User.objects.create(
        username=f"of-{agency}", role=Role.AGENCY_REPRESENTATIVE, language="en",
        agency=Agency.objects.get(code=agency), **more,
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    return client


def test_every_scenario_is_listed_with_its_gap(planned, client):
    html = page(client, "scenarios")
    assert "19 scenarios" in html
    assert "19 of them have a gap" in html
    assert "no component of this kind is recorded: national centre." in html


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"told": "not_assessable"}, 7),
        ({"plan": "approved"}, 0),
        ({"q": "f12"}, 1),
        ({"q": "morning SURGE"}, 1),
        ({"likely": "unknown", "owner": "governor"}, 2),
    ],
)
def test_filters_leave_what_they_say(planned, client, query, count):
    html = page(client, "scenarios", **query)
    shown = len(re.findall(r'<th scope="row"><span class="scenarios__code">', html))
    assert shown == count


def test_a_filter_that_is_not_understood_is_told(planned, client):
    assert "19 scenarios" in page(client, "scenarios", plan="nonsense", sort="'; drop")


def test_where_there_are_none_yet_the_page_says_what_to_do(assessed, client, worker):
    assert "There are no scenarios yet" in page(client, "scenarios")
    client.post(reverse("scenarios-cost"))
    assert "19 scenarios" in page(client, "scenarios")
    assert "Costs are being worked out" in page(client, "scenarios")
    worker()
    assert "being worked out" not in page(client, "scenarios")
    assert not Scenario.objects.filter(bindings=None).exists()


def test_the_last_cost_stands_while_the_next_is_worked_out(planned, client, worker):
    client.post(reverse("scenarios-cost"))
    client.post(reverse("scenarios-cost"))  # one waits already
    assert Job.objects.count() == 1
    text = page(client, "scenario", code("F11").pk)
    assert "until then the last figures are shown" in text
    assert "worked out" in text
    assert 'class="table table--cards costs"' in text
    worker()
    assert "until then the last figures" not in page(client, "scenario", code("F11").pk)


def test_plans_that_count_the_same_means_say_so_and_have_a_gap(planned, client):
    owner = Agency.objects.order_by("pk").first()
    ResourceLot.objects.create(
        round=planned.round, agency=owner, kind="ژنراتور", tested=10, deployed=0,
        source=Source.objects.first(),
    )  # fmt: skip
    for name in ("F11", "F12"):
        plan = ContingencyPlan.objects.create(
            scenario=code(name), round=planned.round, changed_at=NOW
        )
        PlanStep.objects.create(
            plan=plan, ordinal=1, text="x", means_kind="generator", means_count=6
        )
    text = page(client, "scenario", code("F11").pk)
    assert "and there are 10 at most" in text
    other = f"{reverse('scenario', args=[code('F12').pk])}#plan"
    assert other in text
    assert other in page(client, "plan-edit", code("F11").pk)


def queries(client, name, *args) -> int:
    client.get(reverse(name, args=args))
    with CaptureQueriesContext(connection) as found:
        client.get(reverse(name, args=args))
    return len(found)


@pytest.mark.parametrize("name", ["scenarios", "scenario-matrix", "declarations"])
@pytest.mark.parametrize("role", [Role.SECRETARY, Role.GOVERNOR])
def test_a_list_asks_as_often_at_few_rows_as_at_many(planned, secretary, name, role):
    user = User.objects.create(username="reader", role=role)
    if role == Role.GOVERNOR:
        user.places.add(Place.objects.get(code="01"))
    client = Client()
    client.force_login(user)
    agencies = list(Agency.objects.all())
    for number, each in enumerate(Scenario.objects.all()):
        save_plan(
            each.pk, [StepDraft("do", agency_id=agencies[number % 3].pk)] * (1 + number % 4),
            round_id=planned.round.pk, owner_id=agencies[0].pk, version=0, by=secretary, now=NOW,
        )  # fmt: skip
    Scenario.objects.exclude(code__in=("F1", "F11")).update(state="retired")
    few = queries(client, name)
    Scenario.objects.update(state="active")
    assert queries(client, name) == few


def test_what_fails_is_masked_for_who_may_not_see_names(planned, client, head_client):
    html = page(client, "scenario", code("F11").pk)
    assert "FD-17" not in html
    assert "#" in html
    assert "FD-17" in page(head_client, "scenario", code("F11").pk)


def test_the_list_of_stations_holds_as_many_as_the_cost_says(planned, client):
    html = page(client, "scenario", code("F11").pk)
    figures = re.findall(r'href="([^"]+/stations/\?level=\d)">([\d,]+)<', html)
    assert figures
    for address, figure in figures:
        listed = client.get(address).content.decode()
        assert re.search(rf"{figure} stations?", listed), address


def test_a_governor_counts_his_own_stations_and_reads_no_others(planned, secretary):
    user = User.objects.create(username="gov", role=Role.GOVERNOR, language="en")
    user.places.add(Place.objects.get(code="01"))
    client = Client()
    client.force_login(user)
    feeder = save_scenario(
        Draft(title_en="feeder", selector="every feeder", duration_h=20),
        round_id=planned.round.pk, by=secretary, now=NOW,
    )  # fmt: skip
    cost_scenarios(planned.round.pk, now=NOW, only=[feeder.pk])
    html = page(client, "scenario-stations", feeder.pk, level=0)
    codes = {f"{each.code}" for each in planned.listings if each.point.place.parent.code != "01"}
    assert not codes & set(re.findall(r"\b\d{4}\b", html.split("<tbody>")[-1]))


def typed_plan(**changes) -> dict[str, str]:
    return {
        "owner": "", "version": "0", "steps": "2", "action": "save",
        "step-0-text": "Send generators", "step-0-who": "desk", "step-0-within_min": "۶۰",
        "step-0-lawful": "yes", "step-0-legal_basis": "article 12",
        "step-1-text": "Merge stations", "step-1-lawful": "no", "step-1-order_by": "governor",
    } | changes  # fmt: skip


def test_a_plan_is_written_and_its_unlawful_step_marked(planned, client):
    dark = code("F11")
    response = client.post(reverse("plan-edit", args=[dark.pk]), typed_plan())
    assert response.status_code == 302
    html = page(client, "scenario", dark.pk)
    assert "Step 2 is unlawful without an order." in html
    assert "steps__one--unlawful" in html
    assert "60 minutes" in html


def test_moving_a_step_saves_nothing_and_loses_nothing(planned, client):
    dark = code("F11")
    typed = typed_plan(action="down-0", **{"step-0-means_count": "many", "step-1-text": ""})
    html = client.post(reverse("plan-edit", args=[dark.pk]), typed).content.decode()
    assert not ContingencyPlan.objects.exists()
    assert html.index('name="step-1-text"') < html.index("Send generators")
    assert 'value="many"' in html
    html = client.post(reverse("plan-edit", args=[dark.pk]), typed_plan(action="add"))
    assert 'name="step-2-text"' in html.content.decode()
    html = client.post(reverse("plan-edit", args=[dark.pk]), typed_plan(action="remove-0"))
    assert "Send generators" not in html.content.decode()


def test_a_wrong_step_is_told_beside_its_field_and_kept(planned, client):
    typed = typed_plan(**{"step-0-within_min": "soon", "step-1-text": ""})
    response = client.post(reverse("plan-edit", args=[code("F11").pk]), typed)
    html = response.content.decode()
    assert response.status_code == 422
    assert 'value="soon"' in html
    assert 'href="#field-step-1-text"' in html
    assert not ContingencyPlan.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": "many"}, {"steps": "-1"}, {"steps": "9999999"}, {"version": "x"},
        {"owner": "0"}, {"step-0-agency": "'"}, {"step-0-text": "\0"}, {"action": "up-99"},
        {"action": "up-x"}, {"step-0-within_min": "1e999"}, {"step-0-order_date": "2028-99-99"},
        {"version": "99999999999999999999"},
    ],
)  # fmt: skip
def test_no_broken_form_breaks_the_page(planned, client, changes):
    response = client.post(reverse("plan-edit", args=[code("F11").pk]), typed_plan(**changes))
    assert response.status_code < 500


def test_a_plan_that_changed_meanwhile_is_shown_beside_what_was_typed(planned, client):
    dark = code("F11")
    address = reverse("plan-edit", args=[dark.pk])
    client.post(address, typed_plan())
    client.post(address, typed_plan(version="1", **{"step-0-text": "Theirs"}))
    response = client.post(address, typed_plan(version="1", **{"step-0-text": "Mine"}))
    html = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in html
    assert "Mine" in html
    assert ContingencyPlan.objects.get().steps.get(ordinal=1).text == "Theirs"
    assert 'name="version" value="2"' in html


def test_the_standard_steps_open_with_means_for_the_stations_that_fall(planned, client):
    dark = code("F11")
    html = client.get(reverse("plan-edit", args=[dark.pk]), {"from": "standard"}).content.decode()
    assert "Send mobile generators with fuel" in html
    assert 'value="generator" selected' in html
    assert not ContingencyPlan.objects.exists()


def test_a_plan_is_approved_by_the_committee_and_tested_with_evidence(planned, client):
    dark = code("F11")
    client.post(reverse("plan-edit", args=[dark.pk]), typed_plan())
    wrong = client.post(
        reverse("plan-tested", args=[dark.pk]),
        {"tested_on": "2999-01-01", "kind": "drill", "evidence": "report 4", "version": "1"},
    )
    assert wrong.status_code == 422
    assert "report 4" in wrong.content.decode()
    client.post(
        reverse("plan-tested", args=[dark.pk]),
        {"tested_on": "۱۴۰۳/۰۴/۰۱", "kind": "drill", "evidence": "report 4", "version": "1"},
    )
    approve = reverse("plan-approve", args=[dark.pk])
    asked = client.post(approve, {"version": "2"})
    html = asked.content.decode()
    assert asked.status_code == 422
    assert "Owner unknown" in html and "Step 2 is unlawful without an order." in html
    assert ContingencyPlan.objects.get().state == "draft"
    assert re.search('name="version" value="2"', html) and 'name="confirmed"' in html
    client.post(approve, {"version": "2", "confirmed": "yes"})
    plan = ContingencyPlan.objects.get()
    assert (plan.state, plan.tested_on.isoformat()) == ("approved", "2024-06-21")


def test_a_plan_in_which_nothing_is_open_is_approved_at_once(planned, client):
    dark = code("F11")
    power = Agency.objects.get(code="PWR")
    settled = typed_plan(
        owner=str(power.pk), steps="1", **{"step-0-text": "Send generators", "step-0-who": "desk"}
    )
    client.post(reverse("plan-edit", args=[dark.pk]), settled)
    answer = client.post(reverse("plan-approve", args=[dark.pk]), {"version": "1"})
    assert answer.status_code == 302
    assert ContingencyPlan.objects.get().state == "approved"


def test_who_approved_is_named_and_lists_and_page_count_the_same_gaps(planned, client, secretary):
    secretary.first_name, secretary.last_name = "Sara", "Example"
    secretary.save()
    dark = code("F11")
    client.post(reverse("plan-edit", args=[dark.pk]), typed_plan(**{"step-0-lawful": ""}))
    approve = {"version": "1", "confirmed": "yes"}
    client.post(reverse("plan-approve", args=[dark.pk]), approve)
    html = page(client, "scenario", dark.pk)
    assert f"approved by \u2068{secretary.get_full_name()}\u2069" in html
    head = html.split('id="gaps"')[1].split("<ul")[0]
    told = re.findall(r"\d+ (?:gaps?|open questions?)", head)
    listed = page(client, "scenarios").split(f'href="{reverse("scenario", args=[dark.pk])}"')[1]
    assert told == re.findall(r"\d+ (?:gaps?|open questions?)", listed.split("</tr>")[0])
    assert len(told) == 2
    assert sum(int(each.split()[0]) for each in told) == html.count("gaps__one gaps__one--")


def test_means_are_offered_once_a_kind_however_lots_are_called(planned, client):
    agency = Agency.objects.get(code="PWR")
    for number, kind in enumerate(
        ("ژنراتور سیار", "ژنراتور سيار", "Technician", "پرینتر", "پرينتر")
    ):
        lot = {"round": planned.round, "agency": agency, "kind": kind, "model": str(number)}
        ResourceLot.objects.create(**lot, source=Source.objects.first())
    plan = reverse("plan-edit", args=[code("F11").pk])
    select = client.get(plan).content.decode().split('name="step-0-means_kind"')[1]
    options = re.findall(r'<option value="([^"]*)"', select.split("</select>")[0])
    assert len(options) == len(set(options))
    assert not {"ژنراتور سیار", "ژنراتور سيار", "Technician"} & set(options)
    assert len([each for each in options if each.endswith("نتر")]) == 1
    kept = client.post(plan, typed_plan(**{"step-0-means_kind": "ژنراتور سیار"}))
    assert kept.status_code == 302
    assert PlanStep.objects.get(ordinal=1).means_kind == "generator"


def test_an_owner_not_chosen_yet_is_asked_for(planned, client):
    html = client.get(reverse("plan-edit", args=[code("F11").pk])).content.decode()
    for name in ("owner", "step-0-agency"):
        options = html.split(f'name="{name}"')[1].split("</select>")[0]
        assert re.search(r'<option value=""[^>]*>choose …<', options)


def typed_scenario(**changes) -> dict[str, str]:
    return {
        "title_en": "My cut", "choice": "worst", "kind": "exchange", "amount": "۱",
        "duration_h": "۴", "target": "admit.online", "state": "active", "classification": "1",
        "version": "0",
    } | changes  # fmt: skip


def test_a_scenario_is_made_from_lists_and_costed(planned, client, worker):
    response = client.post(reverse("scenario-new"), typed_scenario(county="01"))
    made = Scenario.objects.get(code="S1")
    assert response.headers["Location"] == reverse("scenario", args=[made.pk])
    assert made.selector == 'worst 1 of exchange in county "01"'
    worker()
    assert made.bindings.exists()


def test_what_was_picked_while_exploring_stands_in_the_form(planned, head_client):
    html = head_client.get(
        reverse("scenario-new"), {"code": ["EX-04", "FD-17"], "hours": "6"}
    ).content.decode()
    assert 'value="EX-04, FD-17"' in html
    assert 'value="6"' in html
    assert "2 fail together" in html
    assert 'value="Failure of' in html
    head_client.cookies["pollready_language"] = "fa"
    User.objects.filter(role=Role.COMMITTEE_HEAD).update(language="fa")
    html = head_client.get(
        reverse("scenario-new"), {"code": ["EX-04", "FD-17"], "hours": "5.5"}
    ).content.decode()
    assert 'value="۵٫۵"' in html
    assert 'value="از کار افتادن' in html
    User.objects.filter(role=Role.COMMITTEE_HEAD).update(language="en")
    typed = typed_scenario(choice="named", names="EX-04, FD-17")
    address = reverse("scenario-new") + "?code=EX-04&code=FD-17"
    head_client.post(address, typed)
    made = Scenario.objects.get(code="S1")
    assert (made.selector, made.origin) == ('named "EX-04", "FD-17"', "explored")


def test_what_a_selector_names_is_told_in_words_and_itself_folded_away(planned, head_client):
    row = Component.objects.select_related("agency").get(code="EX-04")
    row.name = "Ahar exchange"
    row.save()
    selector = 'named "EX-04", "FD-17"'
    html = head_client.get(reverse("scenario-new"), {"selector": selector}).content.decode()
    told, folded = html.split('class="named"')[1].split("<details", 1)
    assert "2 fail together" in told and "Ahar exchange" in told
    assert "named &quot;EX-04&quot;" in folded.split("</details>")[0]
    assert 'dir="ltr"' in folded.split('name="selector"')[1].split(">")[0]
    assert "docs/method" not in html
    assert html.count("at least one of the two titles is needed") == 2


def test_who_may_not_see_names_is_told_none_of_them(planned, client):
    Component.objects.filter(code="EX-04").update(name="Ahar exchange")
    html = client.get(reverse("scenario-new"), {"selector": 'named "EX-04"'}).content.decode()
    told = html.split('class="named"')[1].split("<details", 1)[0]
    assert "Ahar exchange" not in told and "EX-04" not in told


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_en": ""}, "title_en"),
        ({"amount": "lots"}, "amount"),
        ({"kind": ""}, "kind"),
        ({"duration_h": "-1"}, "duration_h"),
        ({"choice": "named", "names": "NOBODY"}, "names"),
        ({"choice": "written", "selector": "every dragon"}, "selector"),
        ({"classification": "4"}, "classification"),
    ],
)
def test_a_wrong_scenario_is_told_at_its_field_and_kept(planned, client, changes, field):
    response = client.post(reverse("scenario-new"), typed_scenario(**changes))
    html = response.content.decode()
    assert response.status_code == 422
    assert f'id="error-{field}"' in html
    assert 'value="۴"' in html or field == "duration_h"
    assert not Scenario.objects.filter(code="S1").exists()


def test_a_scenario_changed_meanwhile_is_shown_not_overwritten(planned, client):
    mine = code("F12")
    address = reverse("scenario-edit", args=[mine.pk])
    typed = typed_scenario(choice="kept", version="1", classification="0")
    assert client.post(address, typed | {"title_en": "Theirs"}).status_code == 302
    response = client.post(address, typed | {"title_en": "Mine"})
    assert response.status_code == 409
    assert "Theirs" in response.content.decode()
    mine.refresh_from_db()
    assert (mine.title_en, mine.selector) == (
        "Theirs",
        "worst 1 of fibre_link, ring_segment, radio_link, duct",
    )


def test_a_name_in_a_title_is_masked_and_its_form_closed_to_who_may_not_see_it(
    planned, client, head
):
    made = save_scenario(
        Draft(title_en="Loss of EX-04", selector='named "EX-04"'),
        round_id=planned.round.pk, by=head, now=NOW,
    )  # fmt: skip
    assert "EX-04" not in page(client, "scenarios")
    assert "EX-04" not in page(client, "scenario", made.pk)
    assert client.get(reverse("scenario-edit", args=[made.pk])).status_code == 403


def test_a_judgement_needs_a_reason_and_is_shown_with_its_name(planned, client):
    address = reverse("scenario-likelihood", args=[code("F12").pk])
    wrong = client.post(address, {"word": "high", "reason": "", "version": "1"})
    assert wrong.status_code == 422
    client.post(address, {"word": "high", "reason": "much digging", "version": "1"})
    assert "As secretary judges: much digging" in re.sub(
        "[\u2066-\u2069]", "", page(client, "scenario", code("F12").pk)
    )


def test_the_matrix_shows_steps_gaps_and_who_is_asked(planned, client):
    dark = code("F11")
    power = Agency.objects.get(code="PWR")
    html = page(client, "scenario-matrix")
    assert "is asked, has no step" in html
    client.post(
        reverse("plan-edit", args=[dark.pk]), typed_plan(**{"step-0-agency": str(power.pk)})
    )
    assert "1 step, with a gap" in page(client, "scenario-matrix")


def test_an_agency_signs_and_withdraws_its_own_declaration(planned, client):
    own = agency_client("PWR", first_name="Mary", last_name="Example")
    assert "nobody has signed yet" in page(own, "declarations")
    dark = code("F11")
    typed = {"statement": "We are ready.", "scenarios": [dark.pk], "typed_name": "Someone"}
    wrong = own.post(reverse("declaration-new"), typed)
    assert wrong.status_code == 422
    assert "We are ready." in wrong.content.decode()
    own.post(reverse("declaration-new"), typed | {"typed_name": "mary example"})
    declaration = ReadinessDeclaration.objects.get()
    html = page(client, "declaration", declaration.pk)
    assert declaration.text_hash in html
    assert "Withdraw declaration" not in html
    assert client.get(reverse("declaration-new")).status_code == 403
    other = agency_client("MCI")
    assert other.get(reverse("declaration", args=[declaration.pk])).status_code == 404
    own.post(
        reverse("declaration-withdraw", args=[declaration.pk]), {"reason": "no fuel", "version": 1}
    )
    assert "no fuel" in page(client, "declaration", declaration.pk)


def test_the_signer_is_the_account_and_the_letter_is_shown_beside_it(planned, client):
    agency = Agency.objects.get(code="PWR")
    agency.representative, agency.letter_no = "Zahra Other", "1407/1"
    agency.save()
    own = agency_client("PWR", first_name="Mary", last_name="Example")
    html = page(own, "declaration-new")
    assert "Letter of introduction" in html and "it does not name you" in html
    assert "send the new letter to the secretary" in html
    typed = {"statement": "We are ready.", "typed_name": "Zahra Other"}
    assert own.post(reverse("declaration-new"), typed).status_code == 422
    own.post(reverse("declaration-new"), typed | {"typed_name": "Mary Example"})
    declaration = ReadinessDeclaration.objects.get()
    for html in (page(client, "declarations"), page(client, "declaration", declaration.pk)):
        assert "Mary Example" in html and "of-PWR" in html
        assert "the signer is not named in the letter" in html
        assert "Zahra Other" not in html


def test_an_agency_does_not_find_what_does_not_concern_it(planned):
    own = agency_client("PWR")
    assert own.get(reverse("scenario", args=[code("F12").pk])).status_code == 404
    assert own.post(reverse("plan-edit", args=[code("F12").pk]), typed_plan()).status_code == 404
    assert own.get(reverse("scenario-edit", args=[code("F11").pk])).status_code == 403


@pytest.mark.parametrize("query", [{"level": "99"}, {"level": "x"}, {"reading": "both"}])
def test_an_address_that_asks_for_no_level_is_not_found(planned, client, query):
    address = reverse("scenario-stations", args=[code("F11").pk])
    assert client.get(address, query).status_code == 404


def test_pages_stay_small(planned, client):
    for name in ("scenarios", "scenario-matrix", "declarations", "scenario-new"):
        assert len(page(client, name)) < 300_000
