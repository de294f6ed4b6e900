"""What things need, corrected by people: checked, written with its source, undone as it was."""

from datetime import UTC, date, datetime

import pytest

from pollready.assessment.reading import read_register
from pollready.audit.models import AuditBatch
from pollready.audit.queries import verify_chain
from pollready.audit.version import register_version
from pollready.intake.corrections import read_typed
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency, Place
from pollready.register.corrections.claiming import Statement
from pollready.register.corrections.commands import claim
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.many import plan_many
from pollready.register.corrections.needs import need_value
from pollready.register.corrections.resolving import resolve
from pollready.register.corrections.subjects import About
from pollready.register.corrections.undoing import undo
from pollready.register.links import links_of
from pollready.register.models import Component, Requirement
from pollready.register.veil import masked

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


@pytest.fixture
def secretary(register) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY, may_see_names=True)


def component(code) -> Component:
    return Component.objects.get(code=code)


def say(thing, field, value, *, by, **more):
    said = Statement(field, read_typed(About.of(thing).kind, field, value), date(2028, 6, 19))
    return claim(about=About.of(thing), said=said, by=by, now=NOW, **more)


def rows(**which):
    listed = Requirement.objects.filter(**which).order_by("role", "listing", "expression")
    return list(listed.values_list("listing", "role", "expression", "source__lineage"))


def refusal(thing, field, value, *, by) -> CorrectionRefused:
    before = Requirement.objects.count()
    with pytest.raises(CorrectionRefused) as refused:
        say(thing, field, value, by=by)
    assert Requirement.objects.count() == before
    return refused.value


def test_what_a_component_needs_is_corrected_with_its_source_and_followed(register, secretary):
    say(component("EX-04"), "depends_on", "CORE-1، FD-17", by=secretary)
    found = read_register(register.round.pk).depends_on
    assert found["EX-04"] == "CORE-1 & FD-17"
    assert rows(component__code="EX-04")[0][3] == f"person:{secretary.pk}"
    links = links_of(register.round.pk, register_version())
    assert links.needs_of_component["EX-04"] == {"CORE-1", "FD-17"}
    assert verify_chain() is None


def test_a_component_that_needs_nothing_is_not_one_of_which_nothing_is_known(register, secretary):
    say(component("EX-04"), "depends_on", "true", by=secretary)
    assert read_register(register.round.pk).depends_on["EX-04"] == "true"


@pytest.mark.parametrize("field", ["depends_on", "protection"])
def test_a_circle_is_refused_with_the_way_round_it(register, secretary, field):
    refused = refusal(component("CORE-1"), field, "FD-17 | EX-04", by=secretary)
    assert refused.code == "correct.need-circle"
    assert refused.fields["path"] == "CORE-1 ← EX-04 ← CORE-1"


def test_a_component_does_not_need_itself(register, secretary):
    refused = refusal(component("FD-17"), "depends_on", "FD-17", by=secretary)
    assert refused.fields["path"] == "FD-17 ← FD-17"


def test_a_wrong_expression_says_where(register):
    with pytest.raises(CorrectionRefused) as refused:
        read_typed("component", "depends_on", "CORE-1 & (FD-17")
    assert refused.value.code == "correct.expression-wrong"
    assert refused.value.fields["position"] == 16


def test_an_unknown_code_is_named(register, secretary):
    refused = refusal(component("EX-04"), "depends_on", "CORE-1 & NO-SUCH", by=secretary)
    assert (refused.code, refused.fields["codes"]) == ("correct.need-unknown", "NO-SUCH")


def test_who_may_not_see_names_writes_masked_codes_and_learns_none(register):
    """A plain code is answered alike whether there is one or not: no name is found by trying."""
    user = User.objects.create(username="masked", role=Role.SECRETARY)
    for code in ("FD-17", "NO-SUCH"):
        assert refusal(component("EX-04"), "depends_on", code, by=user).fields["codes"] == code
    say(component("EX-04"), "depends_on", f"{masked('CORE-1')} & {masked('FD-17')}", by=user)
    assert need_value(component("EX-04"), "depends_on") == "CORE-1 & FD-17"


def test_an_agency_names_its_own_and_what_stood_there(register):
    agency = Agency.objects.get(code="MCI")
    user = User.objects.create(username="mci", role=Role.AGENCY_REPRESENTATIVE, agency=agency)
    site = component("MS-210")
    assert refusal(site, "depends_on", "EX-04", by=user).code == "correct.need-unknown"
    assert refusal(site, "depends_on", masked("EX-04"), by=user).code == "correct.need-unknown"
    say(site, "protection", f"{masked('CORE-1')} | MS-210/own", by=user)
    assert need_value(site, "protection") == "CORE-1 | MS-210/own"


def test_stations_served_are_written_whole_and_the_others_keep_their_source(register, secretary):
    site = component("MS-210")
    served = need_value(site, "serves").split(", ")
    say(site, "serves", "، ".join([*served[1:], register.listings[-1].code]), by=secretary)
    assert need_value(site, "serves").split(", ") == [*served[1:], register.listings[-1].code]
    sources = [row[3] for row in rows(role="serves", expression="MS-210")]
    assert sources == ["workbook"] * (len(served) - 1) + [f"person:{secretary.pk}"]
    say(site, "serves", "", by=secretary)
    assert need_value(site, "serves") is None


def test_a_station_that_is_not_there_is_not_served(register, secretary):
    refused = refusal(component("MS-210"), "serves", "0001, 9999", by=secretary)
    assert (refused.code, refused.fields["station"]) == ("correct.no-such-station", "9999")


def test_who_sees_a_part_of_the_stations_served_does_not_write_them(register):
    user = User.objects.create(username="bounded", role=Role.SECRETARY, may_see_names=True)
    county = Place.objects.get(code="01")
    user.places.add(county)
    Component.objects.filter(code="MS-210").update(place=county)
    refused = refusal(component("MS-210"), "serves", "0004", by=user)
    assert refused.code == "correct.serves-others-too"


def test_what_a_station_requires_is_corrected_by_who_sees_infrastructure(register, secretary):
    listing = register.listings[0]
    say(listing, "requires", "EX-04 & (MS-210 | 0001/link)", by=secretary)
    kept = read_register(register.round.pk).requires[listing.pk]
    assert kept == "EX-04 & (MS-210 | 0001/link)"
    technician = User.objects.create(username="hands", role=Role.TECHNICIAN)
    technician.places.add(listing.point.place)
    with pytest.raises(NotPermitted):
        say(listing, "requires", "true", by=technician)


def test_needs_are_not_written_for_many_stations_at_once(register, secretary):
    said = Statement("requires", "true", None, note="x")
    with pytest.raises(CorrectionRefused):
        plan_many(listing_ids=[register.listings[0].pk], said=said, by=secretary)


@pytest.mark.parametrize(
    ("code", "field", "value"),
    [("EX-04", "depends_on", "FD-17"), ("EX-04", "protection", "FD-17"), ("MS-210", "serves", "")],
)
def test_undoing_puts_rows_back_with_their_sources(register, secretary, code, field, value):
    before = rows()
    say(component(code), field, value, by=secretary)
    assert rows() != before
    undo(number=AuditBatch.objects.latest("number").number, by=secretary, now=NOW)
    assert rows() == before
    assert verify_chain() is None


def test_undoing_takes_nothing_from_a_file_that_came_since(register, secretary):
    say(component("EX-04"), "depends_on", "FD-17", by=secretary)
    number = AuditBatch.objects.latest("number").number
    Requirement.objects.create(
        component=component("EX-04"), role="depends_on", expression="MS-210", source=register.source
    )
    with pytest.raises(CorrectionRefused, match="touched-since"):
        undo(number=number, by=secretary, now=NOW)


def test_the_claim_that_is_chosen_is_what_the_register_holds(register, secretary):
    other = User.objects.create(username="other", role=Role.SECRETARY, may_see_names=True)
    first = say(component("EX-04"), "depends_on", "FD-17", by=secretary)
    say(component("EX-04"), "depends_on", "CORE-1", by=other)
    resolve(
        about=About.of(component("EX-04")), field="depends_on", chosen_id=first.pk,
        reason="the diagram says so", by=secretary, now=NOW,
    )  # fmt: skip
    assert need_value(component("EX-04"), "depends_on") == "FD-17"
    undo(number=AuditBatch.objects.latest("number").number, by=secretary, now=NOW)
    assert need_value(component("EX-04"), "depends_on") == "CORE-1"


def test_a_column_follows_the_claim_that_is_chosen(register, secretary):
    other = User.objects.create(username="other", role=Role.SECRETARY, may_see_names=True)
    first = say(component("EX-04"), "mttr_h", "3", by=secretary)
    say(component("EX-04"), "mttr_h", "7", by=other)
    resolve(
        about=About.of(component("EX-04")), field="mttr_h", chosen_id=first.pk,
        reason="measured", by=secretary, now=NOW,
    )  # fmt: skip
    assert component("EX-04").mttr_h == 3
