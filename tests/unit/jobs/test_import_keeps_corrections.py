"""What a person corrected is not overwritten by a list; what is new is a contradiction."""

import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from pollready.audit.commands import record
from pollready.audit.models import AuditBatch
from pollready.audit.queries import verify_chain
from pollready.intake.commands import import_file
from pollready.intake.models import ImportState, StagedChange, StagedImport
from pollready.jobs import importing
from pollready.jobs.background import run_job
from pollready.jobs.importing import apply_staged, stage_file
from pollready.jobs.models import Job
from pollready.people.models import Role, User
from pollready.places.models import Agency, Listing, Stop
from pollready.planning.renewing import feed
from pollready.register.corrections.claiming import Statement
from pollready.register.corrections.commands import claim
from pollready.register.corrections.differing import DIFFERING, contradictions_for
from pollready.register.corrections.handling import assign, classify
from pollready.register.corrections.list_changes import NewPlace, Order, cancel, relocate
from pollready.register.corrections.many import correct_many
from pollready.register.corrections.needs import need_value
from pollready.register.corrections.resolving import resolve
from pollready.register.corrections.subjects import About
from pollready.register.corrections.undoing import undo
from pollready.register.models import Claim, Component

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 6, 1, 8, 0, tzinfo=UTC)
HEAD = "code,name,county,kind,address,lat,lon,boxes,expected_voters\n"
ROW = "101,{name},Ahar,fixed,Street 1,38.07,46.29,{boxes},{voters}\n"
OTHER = "102,School B,Ahar,fixed,Street 2,38.08,46.30,3,1200\n"


class Clock(datetime):
    """The time at which jobs are done: every look at it is an hour later."""

    hours = 0

    @classmethod
    def now(cls, tz=None):
        cls.hours += 1
        return NOW + timedelta(hours=cls.hours)

    @classmethod
    def then(cls, minutes):
        """Give a moment after the last import and before the next."""
        return NOW + timedelta(hours=cls.hours, minutes=minutes)


@pytest.fixture(autouse=True)
def data(settings, tmp_path, monkeypatch):
    settings.POLLREADY_DATA = tmp_path
    monkeypatch.setattr(importing, "datetime", Clock)
    monkeypatch.setattr(Clock, "hours", 0)
    DIFFERING.forget()


@pytest.fixture
def user():
    return User.objects.create(
        username="secretary", first_name="Zahra", role=Role.SECRETARY, language="en"
    )


def text(name="School A", boxes=2, voters=900):
    return HEAD + ROW.format(name=name, boxes=boxes, voters=voters) + OTHER


def send(user, content, name="stations.csv") -> StagedImport:
    sent = content if isinstance(content, bytes) else content.encode()
    return done(stage_file(name=name, chunks=[sent], election_date=None, by=user, now=NOW))


def packed(**lists) -> bytes:
    """Give lists in one zip, each by its name."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in lists.items():
            archive.writestr(f"{name}.csv", content)
    return file.getvalue()


def done(staged) -> StagedImport:
    run_job.call(Job.objects.filter(subject=f"import:{staged.pk}").order_by("-pk").first().pk)
    return StagedImport.objects.get(pk=staged.pk)


def apply(staged, user) -> StagedImport:
    apply_staged(staged.pk, compared=staged.compared, by=user, now=NOW)
    applied = done(staged)
    assert applied.state == ImportState.APPLIED
    return applied


def import_(user, content, name="stations.csv") -> StagedImport:
    return apply(send(user, content, name), user)


def station(code="101") -> Listing:
    return Listing.objects.select_related("point").get(code=code)


def correct(user, field, value, minutes=1, code="101", **more):
    said = Statement(field, value, NOW.date(), note=more.pop("note", ""))
    about = About("listing", station(code).pk)
    return claim(about=about, said=said, by=user, now=Clock.then(minutes), **more)


def told(staged) -> list[tuple]:
    rows = StagedChange.objects.filter(staged=staged).exclude(said_at=None)
    return [(r.kind, r.code, r.field, r.before, r.after, r.said_by) for r in rows]


def current(field) -> list[str]:
    claims = Claim.objects.filter(listing__code="101", field=field, superseded_at=None)
    return sorted(claims.values_list("value", flat=True))


@pytest.mark.parametrize(
    ("field", "value", "was", "column"),
    [
        ("name", "School Z", "School A", lambda each: each.point.name),
        ("expected_voters", "950", "900", lambda each: str(each.expected_voters)),
        ("address", "Street 9", "Street 1", lambda each: each.point.address),
        ("position", "38.5 46.1", "38.07 46.29", lambda e: f"{e.point.lat} {e.point.lon}"),
    ],
)
def test_a_list_that_repeats_what_was_corrected_leaves_the_correction(
    user, field, value, was, column
):
    import_(user, text())
    correct(user, field, value)
    staged = send(user, text(boxes=5))
    assert told(staged) == [("kept", "101", field, [value], [was], "Zahra")]
    apply(staged, user)
    assert column(station()) == value
    assert current(field) == [value]
    assert current("boxes") == ["5"]
    assert not contradictions_for(user, station().round_id)
    assert verify_chain() is None


def test_a_list_that_says_a_third_thing_contradicts_the_correction(user):
    import_(user, text())
    correct(user, "expected_voters", "950")
    staged = send(user, text(voters=990))
    assert told(staged) == [("contradicted", "101", "expected_voters", ["950"], ["990"], "Zahra")]
    changed = StagedChange.objects.filter(staged=staged, kind="changed")
    assert not changed.exists()
    apply(staged, user)
    assert station().expected_voters == 950
    assert current("expected_voters") == ["950", "990"]
    found = contradictions_for(user, station().round_id)
    assert [(each.kind, each.field) for each in found] == [("listing", "expected_voters")]


def test_the_list_holds_what_a_person_chooses_in_a_contradiction(user):
    import_(user, text())
    correct(user, "expected_voters", "950")
    import_(user, text(voters=990))
    chosen = Claim.objects.get(field="expected_voters", value="990", superseded_at=None)
    resolution = resolve(
        about=About("listing", station().pk), field="expected_voters", chosen_id=chosen.pk,
        reason="counted anew", by=user, now=Clock.then(9),
    )  # fmt: skip
    assert station().expected_voters == 990
    assert not contradictions_for(user, station().round_id)
    # The same list again: what was decided stands.
    staged = send(user, text(voters=990, boxes=7))
    assert told(staged) == []
    apply(staged, user)
    assert station().expected_voters == 990
    resolution.refresh_from_db()
    chosen.refresh_from_db()
    assert (resolution.ended_at, chosen.superseded_at) == (None, None)
    assert not contradictions_for(user, station().round_id)


def test_a_contradicting_list_sent_again_writes_no_second_claim(user):
    import_(user, text())
    correct(user, "expected_voters", "950")
    import_(user, text(voters=990))
    staged = send(user, text(voters=990, boxes=6))
    assert told(staged) == [("kept", "101", "expected_voters", ["950"], ["990"], "Zahra")]
    apply(staged, user)
    assert current("expected_voters") == ["950", "990"]
    assert Claim.objects.filter(field="expected_voters").count() == 2


def test_a_list_that_comes_to_agree_ends_the_contradiction(user):
    import_(user, text())
    correct(user, "expected_voters", "950")
    import_(user, text(voters=990))
    import_(user, text(voters=950))
    assert station().expected_voters == 950
    assert current("expected_voters") == ["950"]
    assert not contradictions_for(user, station().round_id)


def test_what_a_list_only_claims_stands_beside_a_person_s_word_and_is_told(user):
    import_(user, text())
    correct(user, "boxes", "4", stands=True, note="counted")
    staged = send(user, text(name="School Q"))
    assert told(staged) == [("kept", "101", "boxes", ["4"], ["2"], "Zahra")]
    apply(staged, user)
    assert not contradictions_for(user, station().round_id)
    newer = send(user, text(name="School Q", boxes=8))
    assert told(newer) == [("contradicted", "101", "boxes", ["4"], ["8"], "Zahra")]
    apply(newer, user)
    found = contradictions_for(user, station().round_id)
    assert [each.field for each in found] == ["boxes"]


def test_what_many_stations_were_corrected_to_is_kept(user):
    import_(user, text())
    keys = list(Listing.objects.values_list("pk", flat=True))
    said = Statement("expected_voters", "777", None, note="letter 5")
    correct_many(listing_ids=keys, said=said, by=user, now=Clock.then(1))
    staged = send(user, text(boxes=5))
    assert [row[:3] for row in told(staged)] == [
        ("kept", "101", "expected_voters"),
        ("kept", "102", "expected_voters"),
    ]
    apply(staged, user)
    assert set(Listing.objects.values_list("expected_voters", flat=True)) == {777}


def test_what_was_undone_is_no_correction_any_more(user):
    from pollready.audit.models import AuditBatch

    import_(user, text())
    correct(user, "name", "School Z")
    last = AuditBatch.objects.order_by("-number").first()
    undo(number=last.number, by=user, now=Clock.then(2))
    assert station().point.name == "School A"
    staged = send(user, text(name="School N"))
    assert told(staged) == []
    apply(staged, user)
    assert station().point.name == "School N"


def test_a_correction_made_while_somebody_looks_at_the_differences_is_shown_first(user):
    import_(user, text())
    staged = send(user, text(name="School N"))
    correct(user, "name", "School Z")
    apply_staged(staged.pk, compared=staged.compared, by=user, now=NOW)
    after = done(staged)
    assert (after.state, after.moved) == (ImportState.STAGED, True)
    assert told(after) == [("contradicted", "101", "name", ["School Z"], ["School N"], "Zahra")]
    assert station().point.name == "School Z"


def test_what_was_ordered_is_not_taken_back_by_an_older_list(user):
    order = Order("Governor", "142/7", None, NOW.date(), "unsafe")
    import_(user, text())
    relocate(
        listing_id=station().pk, to=NewPlace("Hall C", "Street 5", None, None), order=order,
        by=user, now=Clock.then(1),
    )  # fmt: skip
    cancel(listing_id=station("102").pk, order=order, by=user, now=Clock.then(2))
    with_status = text(boxes=5).replace("boxes,", "status,boxes,", 1)
    with_status = with_status.replace("46.29,", "46.29,active,").replace("46.30,", "46.30,active,")
    staged = send(user, with_status)
    assert [row[:3] for row in told(staged)] == [
        ("kept", "101", "name"),
        ("kept", "101", "address"),
        ("kept", "101", "position"),
        ("kept", "101", "status"),
        ("kept", "102", "status"),
    ]
    apply(staged, user)
    point = station().point
    assert (point.name, point.address, point.lat) == ("Hall C", "Street 5", None)
    assert (station().status, station("102").status) == ("relocated", "cancelled")


def test_what_an_agency_declared_stays_until_it_declares_anew(user):
    head = "code,name,ready_declared\n"
    import_(user, text())
    import_(user, head + "PWR,Power,no\n", "agencies.csv")
    agency = Agency.objects.get(code="PWR")
    assert agency.ready_declared is False
    entry = feed(agency, True, now=NOW)
    record(actor=user.username, command="sign_declaration", now=NOW, entries=[entry])
    staged = send(user, head + "PWR,Power and light,no\n", "agencies.csv")
    assert told(staged) == [("kept", "PWR", "ready_declared", ["yes"], ["no"], "Zahra")]
    apply(staged, user)
    agency.refresh_from_db()
    assert (agency.name, agency.ready_declared) == ("Power and light", True)


def test_an_agency_that_a_list_first_calls_unready_after_it_signed_is_a_contradiction(user):
    import_(user, text())
    import_(user, "code,name,role\nPWR,Power,power\n", "agencies.csv")
    agency = Agency.objects.get(code="PWR")
    entry = feed(agency, True, now=NOW)
    record(actor=user.username, command="sign_declaration", now=NOW, entries=[entry])
    staged = send(user, "code,name,ready_declared\nPWR,Power,no\n", "agencies.csv")
    assert [row[0] for row in told(staged)] == ["contradicted"]
    apply(staged, user)
    agency.refresh_from_db()
    assert agency.ready_declared is True


def test_the_place_of_a_stop_that_was_corrected_is_kept(user):
    stations = HEAD + "201,Mobile 1,Ahar,mobile,,,,2,300\n"
    stops = "code,order,place,lat,lon\n201,1,Village A,38.1,46.2\n"
    import_(user, packed(stations=stations, stops=stops), "all.zip")
    stop = Stop.objects.get()
    said = Statement("place", "Village Z", None)
    claim(about=About("stop", stop.pk), said=said, by=user, now=Clock.then(1))
    more = stops + "201,2,Village B,38.2,46.3\n"
    staged = send(user, packed(stations=stations, stops=more), "all.zip")
    assert [row[:3] for row in told(staged)] == [("kept", "201", "place")]
    apply(staged, user)
    stop.refresh_from_db()
    assert (stop.place_name, Stop.objects.count()) == ("Village Z", 2)


COMPONENTS = (
    "code,kind,name,agency,serves,depends_on,class\n"
    'TX-1,mobile_site,Hill,MCI,"101, 102",{up},confidential\n'
    "EX-1,exchange,North,TCI,,,confidential\nEX-2,exchange,South,TCI,,,confidential\n"
)
AGENCIES = "code,name\nMCI,Mobile\nTCI,Telecom\n"


def network(up="EX-1") -> bytes:
    return packed(stations=text(), components=COMPONENTS.format(up=up), agencies=AGENCIES)


def site() -> Component:
    return Component.objects.get(code="TX-1")


def needed(field, value, by):
    said = Statement(field, value, NOW.date())
    claim(about=About.of(site()), said=said, by=by, now=Clock.then(1))


@pytest.fixture
def keeper():
    return User.objects.create(username="keeper", role=Role.ADMINISTRATOR, may_see_names=True)


@pytest.mark.parametrize("up", ["EX-1", "EX-1 | EX-2"])
def test_what_a_component_needs_stays_as_a_person_corrected_it(keeper, up):
    """Several rows of one thing are all needed: the file's beside it would be needed too."""
    import_(keeper, network(), "net.zip")
    needed("depends_on", "EX-2", keeper)
    needed("serves", "101", keeper)
    import_(keeper, network(up), "net.zip")
    assert need_value(site(), "depends_on") == "EX-2"
    assert need_value(site(), "serves") == "101"
    assert verify_chain() is None


def test_a_file_that_says_otherwise_of_a_need_is_told_of(keeper):
    import_(keeper, network(), "net.zip")
    needed("depends_on", "EX-2", keeper)
    staged = send(keeper, network("EX-1 | EX-2"), "net.zip")
    told = StagedChange.objects.filter(staged=staged, code="TX-1", field="depends_on")
    assert [(each.before, each.after) for each in told] == [(["EX-2"], ["EX-1 | EX-2"])]


def test_owner_and_class_stay_as_they_were_decided_until_that_is_undone(keeper):
    import_(keeper, network(), "net.zip")
    telecom = Agency.objects.get(code="TCI")
    more = {"component_id": site().pk, "reason": "letter 9", "by": keeper}
    assign(agency_id=telecom.pk, now=Clock.then(1), **more)
    number = AuditBatch.objects.latest("number").number
    classify(classification=0, now=Clock.then(2), **more)
    import_(keeper, network("EX-2"), "net.zip")
    assert (site().agency.code, site().classification) == ("TCI", 0)
    undo(number=number, by=keeper, now=Clock.then(1))
    import_(keeper, network(), "net.zip")
    assert (site().agency.code, site().classification) == ("MCI", 0)


def test_the_command_line_tells_what_it_did_not_write(user, tmp_path):
    path = tmp_path / "stations.csv"
    path.write_text(text())
    import_file(path, by=None, now=NOW)
    correct(user, "name", "School Z")
    correct(user, "expected_voters", "950")
    path.write_text(text(voters=990))
    result = import_file(path, by=None, now=NOW + timedelta(hours=1))
    told = {(each.code, each.column, each.row, each.value) for each in result.faults}
    assert ("correction-kept", "name", 2, "School A") in told
    assert ("correction-contradicted", "expected_voters", 2, "990") in told
    for fault in result.faults:
        assert fault.what("fa")
        assert fault.remedy("en")
    assert (station().point.name, station().expected_voters) == ("School Z", 950)
