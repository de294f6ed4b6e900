"""Scenarios in a real browser: from the empty page to a tested plan and a signed declaration."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from pollready.people.models import Role, User
from pollready.places.models import Agency
from pollready.planning.commands import take_in_catalogue
from pollready.planning.costs import cost_scenarios
from pollready.planning.models import ContingencyPlan, ReadinessDeclaration, Scenario
from pollready.planning.plans import StepDraft, save_plan
from tests.kept_rows import made_once

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
NARROW = 390


@pytest.fixture
def planned(assessed, secretary):
    """The small register with the scenarios that ship, and one plan."""
    made_once("catalogue", lambda: take_in_catalogue(now=NOW))
    made_once("costs", lambda: cost_scenarios(assessed.round.pk, now=NOW))
    save_plan(
        Scenario.objects.get(code="F11").pk,
        [
            StepDraft("اعزام ژنراتور", agency_id=Agency.objects.get(code="PWR").pk, within_min=60,
                      means_kind="generator", means_count=4, lawful=True, legal_basis="ماده ۱۲"),
            StepDraft("تجمیع شعب", who="فرماندار", lawful=False, order_by="ستاد"),
        ],
        round_id=assessed.round.pk, owner_id=Agency.objects.get(code="PWR").pk, version=0,
        by=secretary, now=NOW,
    )  # fmt: skip
    return assessed


@pytest.fixture
def power(transactional_db, planned):
    """A session of who speaks for the power company."""
    agency = Agency.objects.get(code="PWR")
    agency.representative = "مریم نمونه"
    agency.save()
    user = User.objects.create(
        username="power", role=Role.AGENCY_REPRESENTATIVE, agency=agency, language="fa",
        first_name="مریم", last_name="نمونه",
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    return client.session.session_key


@pytest.mark.parametrize("language", ["fa", "en"])
def test_steps_are_moved_and_saved_by_keyboard(visit, planned, session, language):
    visitor = visit(language=language, session=session)
    dark = Scenario.objects.get(code="F11").pk
    visitor.open(f"/scenarios/{dark}/plan/")
    button = visitor.page.locator("button[value='up-1']")
    button.focus()
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    assert visitor.page.locator("#field-step-0-text").input_value() == "تجمیع شعب"
    visitor.page.locator("#field-step-0-who").focus()
    visitor.page.keyboard.press("Control+A")
    visitor.page.keyboard.type("governor's desk")
    visitor.page.keyboard.press("Enter")  # the form's own button saves
    visitor.page.wait_for_url(f"**/scenarios/{dark}/")
    steps = ContingencyPlan.objects.get().steps.all()
    assert [step.text for step in steps] == ["تجمیع شعب", "اعزام ژنراتور"]
    assert steps[0].who == "governor's desk"


def test_filters_change_the_list_in_place(visit, planned, session):
    visitor = visit(language="en", session=session)
    visitor.open("/scenarios/")
    visitor.page.select_option("#filter-told", "not_assessable")
    visitor.page.wait_for_url("**told=not_assessable**")
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.locator(".scenarios tbody tr").count() == 7


def test_a_new_scenario_shows_only_the_fields_of_its_choice(visit, planned, session):
    visitor = visit(language="en", session=session)
    visitor.open("/scenarios/new/")
    assert visitor.page.locator("#field-kind").is_visible()
    assert not visitor.page.locator("#field-selector").is_visible()
    visitor.page.select_option("#field-choice", "written")
    assert visitor.page.locator("#field-selector").is_visible()
    visitor.page.fill("#field-title_en", "Both exchanges")
    visitor.page.fill("#field-selector", "every dragon")
    visitor.page.click("form[data-scenario-form] button.button")
    visitor.page.wait_for_selector("#errors")
    assert visitor.page.locator("#field-title_en").input_value() == "Both exchanges"
    assert visitor.page.locator("#error-selector").is_visible()
    visitor.page.fill("#field-selector", "every exchange")
    visitor.page.click("form[data-scenario-form] button.button")
    visitor.page.wait_for_url("**/scenarios/*/")
    assert Scenario.objects.get(code="S1").selector == "every exchange"
    assert "What fails: every exchange." in visitor.page.inner_text("#main")


def test_a_representative_signs_a_declaration(visit, power):
    visitor = visit(language="fa", width=NARROW, session=power)
    visitor.open("/declarations/new/")
    assert visitor.overflow() <= 0
    visitor.picture("declaration-new-fa-390")
    visitor.page.fill("#field-typed_name", "نام دیگر")
    visitor.page.click(".form__actions button")
    visitor.page.wait_for_selector("#error-typed_name")
    visitor.page.fill("#field-typed_name", "مريم نمونه")
    visitor.page.click(".form__actions button")
    visitor.page.wait_for_url("**/declarations/*/")
    declaration = ReadinessDeclaration.objects.get()
    assert (declaration.signed_name, declaration.state) == ("مریم نمونه", "signed")
    assert Agency.objects.get(code="PWR").ready_declared is True
    visitor.picture("declaration-fa-390")
