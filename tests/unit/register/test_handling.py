"""Whose a component is and how secret: who may say so, up to what, and what follows."""

from datetime import UTC, date, datetime

import pytest

from pollready.audit.models import AuditBatch
from pollready.audit.versions import ChangedMeanwhile
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency
from pollready.register.corrections.attaching import attach
from pollready.register.corrections.claiming import Statement
from pollready.register.corrections.commands import claim
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.handling import assign, classify, mark_of_handling
from pollready.register.corrections.models import Evidence
from pollready.register.corrections.queries import changed_since
from pollready.register.corrections.subjects import About, OutOfReach
from pollready.register.corrections.undoing import undo
from pollready.register.models import Claim, Component
from pollready.register.queries import components_for

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 minutes"


def user(name, role, agency="", clearance=1) -> User:
    owner = Agency.objects.get(code=agency) if agency else None
    return User.objects.create(
        username=name, role=role, agency=owner, clearance=clearance, may_see_names=True
    )


def site() -> Component:
    return Component.objects.get(code="MS-210")


def to(code) -> int:
    return Agency.objects.get(code=code).pk


def hand_over(by, **more):
    more = {"reason": "letter 12", "agency_id": to("TCI")} | more
    return assign(component_id=site().pk, by=by, now=NOW, **more)


def set_class(by, classification, **more):
    more = {"reason": "letter 12"} | more
    return classify(component_id=site().pk, classification=classification, by=by, now=NOW, **more)


@pytest.mark.parametrize("role", [Role.NATIONAL, Role.ADMINISTRATOR, Role.COMMITTEE_HEAD])
def test_a_component_is_handed_over_and_seen_by_its_new_owner_alone(register, role):
    by = user("by", role)
    former, new = (user(code, Role.AGENCY_REPRESENTATIVE, code) for code in ("MCI", "TCI"))
    hand_over(by)
    assert not components_for(former).filter(code="MS-210").exists()
    assert components_for(new).filter(code="MS-210").exists()
    assert changed_since(register.round.pk, datetime(2028, 6, 19, 8, tzinfo=UTC))
    undo(number=AuditBatch.objects.latest("number").number, by=by, now=NOW)
    assert site().agency.code == "MCI"


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.OPERATIONS, Role.AGENCY_REPRESENTATIVE])
def test_nobody_else_hands_a_component_over(register, role):
    by = user("by", role, "MCI" if role == Role.AGENCY_REPRESENTATIVE else "")
    with pytest.raises(NotPermitted):
        hand_over(by)
    assert site().agency.code == "MCI"


def test_the_owner_sets_the_class_up_to_his_clearance_and_the_ceiling(register, settings):
    settings.POLLREADY_CEILING = 2
    owner = user("owner", Role.AGENCY_REPRESENTATIVE, "MCI")
    with pytest.raises(CorrectionRefused, match="component-class-too-high"):
        set_class(owner, 2)  # above his clearance
    User.objects.filter(pk=owner.pk).update(clearance=3)
    owner.refresh_from_db()
    with pytest.raises(CorrectionRefused, match="component-class-too-high"):
        set_class(owner, 3)  # above the ceiling
    assert set_class(owner, 2).classification == 2


def test_a_rival_and_the_committee_set_no_class(register):
    with pytest.raises(OutOfReach):
        set_class(user("rival", Role.AGENCY_REPRESENTATIVE, "TCI"), 0)
    with pytest.raises(NotPermitted):
        set_class(user("secretary", Role.SECRETARY), 0)
    assert site().classification == 1


def test_claims_take_the_class_and_evidence_stays_no_lower(register, settings, tmp_path):
    settings.POLLREADY_CEILING, settings.POLLREADY_DATA = 2, tmp_path
    by = user("keeper", Role.ADMINISTRATOR, clearance=2)
    said = Statement("mttr_h", "3", date(2028, 6, 19))
    first = claim(about=About.of(site()), said=said, by=by, now=NOW)
    made = claim(about=About.of(site()), said=said, by=by, now=NOW)
    attach(claim_id=made.pk, name="x.pdf", content=PDF, by=by, now=NOW)
    set_class(by, 2)
    assert {each.classification for each in Claim.objects.filter(component=site())} == {2}
    assert Claim.objects.get(pk=first.pk).superseded_at is not None  # an earlier one follows too
    assert Evidence.objects.get().classification == 2
    undo(number=AuditBatch.objects.latest("number").number, by=by, now=NOW)
    assert site().classification == 1
    assert Claim.objects.get(pk=made.pk).classification == 1
    assert Evidence.objects.get().classification == 2


def test_a_reason_is_needed_and_a_change_meanwhile_is_told(register):
    by = user("keeper", Role.ADMINISTRATOR)
    opened = mark_of_handling(site())
    with pytest.raises(CorrectionRefused, match="reason-missing"):
        hand_over(by, reason=" ")
    with pytest.raises(CorrectionRefused, match="same-as-before"):
        hand_over(by, agency_id=to("MCI"))
    hand_over(by)
    with pytest.raises(ChangedMeanwhile):
        set_class(by, 0, expected=opened)
    assert site().classification == 1
