"""Declarations of readiness: who signs, what is kept, what a changed plan does to them."""

from datetime import UTC, datetime

import pytest

from pollready.assessment import assess
from pollready.audit.models import AuditEntry
from pollready.people.permissions import NotPermitted
from pollready.planning.costs import cost_scenarios
from pollready.planning.declarations import (
    Statement,
    hash_of,
    sign_declaration,
    withdraw_declaration,
)
from pollready.planning.models import ReadinessDeclaration, Scenario
from pollready.planning.plans import StepDraft, save_plan
from pollready.planning.rules import ScenarioRefused
from tests.kept_rows import made_once

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
NAME = "مریم نمونه"


@pytest.fixture
def dark(assessed) -> Scenario:
    made_once("costs", lambda: cost_scenarios(assessed.round.pk, now=NOW))
    return Scenario.objects.get(code="F11")


def sign(assessed, by, scenarios, *, name=NAME, password="", text="We are ready."):
    return sign_declaration(
        Statement(text, scenarios, letter_no="1407/5"),
        round_id=assessed.round.pk, typed_name=name, password=password, by=by, now=NOW,
    )  # fmt: skip


def states(assessed, code="PWR") -> list[str]:
    found = assess(assessed.round.pk, as_of=assessed.saved.as_of_date)
    return [
        finding.fields["state"]
        for finding in found.findings
        if finding.rule == "agency_unready" and finding.owner == code
    ]


def test_signing_is_kept_with_the_fingerprint_of_its_text(assessed, dark, power):
    declaration = sign(assessed, power, [dark.pk])
    expected = hash_of(
        Statement("We are ready.", [dark.pk], letter_no="1407/5"), NAME, [("F11", None)]
    )
    entry = AuditEntry.objects.get(object_type="declaration", object_id=str(declaration.pk))
    assert declaration.text_hash == entry.after["text_hash"] == expected


def test_the_name_is_found_however_it_is_typed_and_another_is_refused(assessed, dark, power):
    with pytest.raises(ScenarioRefused) as refused:
        sign(assessed, power, [], name="کس دیگری")
    assert refused.value.code == "planning.other-name"
    assert sign(assessed, power, [], name=" مريم نمونه ").signed_name == NAME


def test_nobody_signs_as_somebody_else_whom_the_letter_names(assessed, dark, power):
    power.agency.deputy = "زهرا دیگری"
    power.agency.save()
    with pytest.raises(ScenarioRefused) as refused:
        sign(assessed, power, [], name="زهرا دیگری")
    assert refused.value.fields == {"name": NAME}
    assert not ReadinessDeclaration.objects.exists()


@pytest.mark.parametrize(
    ("representative", "named"), [("مريم نمونه", True), ("زهرا دیگری", False), ("", None)]
)
def test_whether_the_letter_names_the_signer_is_kept(assessed, dark, power, representative, named):
    power.agency.representative = representative
    power.agency.save()
    declaration = sign(assessed, power, [])
    power.agency.representative, power.agency.letter_no = NAME, "1407/9"
    power.agency.save()
    declaration.refresh_from_db()
    kept = (declaration.signed_name, declaration.is_in_letter, declaration.introduction_no)
    assert kept == (NAME, named, "1407/1")


def test_who_has_a_password_must_give_it(assessed, dark, power):
    power.set_password("a long one")
    power.save()
    with pytest.raises(ScenarioRefused) as refused:
        sign(assessed, power, [], password="another")
    assert refused.value.code == "planning.wrong-password"
    sign(assessed, power, [], password="a long one")


def test_nobody_signs_for_an_agency_but_its_own_people(assessed, dark, secretary):
    with pytest.raises(NotPermitted):
        sign(assessed, secretary, [])


def test_a_scenario_that_the_agency_does_not_see_is_not_covered(assessed, dark, power):
    with pytest.raises(ScenarioRefused) as refused:
        sign(assessed, power, [Scenario.objects.get(code="F12").pk])
    assert refused.value.code == "planning.scenario-not-found"


def test_the_rule_of_unready_agencies_reads_what_was_declared(assessed, dark, power):
    power.agency.deputy = "جانشین"
    power.agency.save()
    assert states(assessed) == ["declaration_unknown"]
    declaration = sign(assessed, power, [dark.pk])
    assert states(assessed) == []
    withdraw_declaration(
        declaration.pk, round_id=assessed.round.pk, reason="no fuel", version=1, by=power, now=NOW
    )
    assert states(assessed) == ["not_declared"]


def test_a_changed_plan_asks_its_agencies_to_renew(assessed, dark, power, secretary):
    declaration = sign(assessed, power, [dark.pk])
    save_plan(
        dark.pk, [StepDraft("Send generators", agency_id=power.agency_id)],
        round_id=assessed.round.pk, owner_id=None, version=0, by=secretary, now=NOW,
    )  # fmt: skip
    declaration.refresh_from_db()
    power.agency.refresh_from_db()
    assert (declaration.state, power.agency.ready_declared) == ("to_renew", None)
    later = sign(assessed, power, [dark.pk])
    declaration.refresh_from_db()
    assert (declaration.state, later.state) == ("renewed", "signed")
    assert later.covered.get().plan_version == 1
    assert ReadinessDeclaration.objects.filter(state="signed").count() == 1


def test_a_plan_of_others_asks_nobody_else_to_renew(assessed, dark, power, secretary):
    declaration = sign(assessed, power, [dark.pk])
    save_plan(
        dark.pk, [StepDraft("Watch", who="desk")],
        round_id=assessed.round.pk, owner_id=None, version=0, by=secretary, now=NOW,
    )  # fmt: skip
    declaration.refresh_from_db()
    assert declaration.state == "signed"


def test_what_has_ended_is_not_withdrawn_again_and_a_reason_is_needed(assessed, dark, power):
    declaration = sign(assessed, power, [])
    about = {"round_id": assessed.round.pk, "by": power, "now": NOW}
    with pytest.raises(ScenarioRefused):
        withdraw_declaration(declaration.pk, reason=" ", version=1, **about)
    withdraw_declaration(declaration.pk, reason="no fuel", version=1, **about)
    with pytest.raises(ScenarioRefused):
        withdraw_declaration(declaration.pk, reason="again", version=2, **about)
