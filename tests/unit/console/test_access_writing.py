"""Forms that would be written, sent to and about what is out of reach: nothing is written."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from pollready.committee.reminders.models import Reminder, ReminderMessage
from pollready.console.access_table import routes
from pollready.intake.boundaries.models import BoundaryFile
from pollready.intake.corrections import FIELDS, choices_of
from pollready.intake.models import StagedImport
from pollready.intake.workbook import CHOICES
from pollready.jobs.models import Job
from pollready.obstacles.models import CaseEvent, Mention, ObstacleCase
from pollready.people.exports.models import ExportRequest
from pollready.people.models import AGENCY_ROLES, ApiToken, Role, User, UserSession
from pollready.people.permissions import Permission, may
from pollready.people.saved_views.models import SavedView
from pollready.places.models import Agency, ElectionRound, Place
from pollready.planning.models import ContingencyPlan, PlanStep, ReadinessDeclaration
from pollready.register.corrections.claiming import DECLARED, Statement
from pollready.register.corrections.commands import claim
from pollready.register.corrections.models import Evidence
from pollready.register.corrections.subjects import About
from pollready.register.models import Claim, Component, Source
from pollready.reports.kept.models import KeptFile
from tests.unit.console.access_world import ABOVE, OWN, World, out_of_reach, signed_in, world_of
from tests.unit.console.well_formed import (
    NAMED,
    ONES_OWN,
    PREPARED,
    SAYS_SO,
    STATED,
    STATED_AT,
    WELL_FORMED,
    Form,
    beyond_reach,
    form_of,
    forms_naming_what_is_beyond,
    in_reach,
    reachable,
    stated,
)

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
# Those who serve no place by their role, but were bound to one.
BOUND = (Role.ADMINISTRATOR, Role.SECRETARY, Role.COMMITTEE_HEAD)
WRITERS = [*((role, False) for role in Role), *((role, True) for role in BOUND)]
REFUSED = (403, 404, 405, 422)
SQUARE = [[[[46.0, 38.0], [46.5, 38.0], [46.5, 38.5], [46.0, 38.0]]]]
# What a statement writes: a claim, its source, and that it was so.
OF_STATING = frozenset(
    {"pollready_claim", "pollready_source", "pollready_auditbatch", "pollready_auditentry"}
)
# What a session leaves behind by being there, whatever is asked.
OF_SESSIONS = ("django_session", "axes_")
KEPT_IN_SESSION = frozenset({"round"})


@pytest.fixture(scope="module")
def world(rows, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), world_of(rows) as world:
        furnish(world)
        yield world


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path


def furnish(world: World) -> None:
    """Add what forms speak of: people to be kept, rivals among claims, work of each writer."""
    county = Place.objects.get(code="01")
    Agency.objects.create(code=ABOVE, name=ABOVE, classification=3)
    ElectionRound.objects.create(code="other-round", name="other", election_date=date(2024, 7, 5))
    for name, active in (("kept", True), ("closed", False)):
        person = User.objects.create(username=name, role=Role.DISTRICT, is_active=active)
        person.places.add(county)
        give_device(person)
    elsewhere = User.objects.create(username="elsewhere", role=Role.GOVERNOR)
    elsewhere.places.add(Place.objects.get(code="02"))
    User.objects.create(
        username="of-power", role=Role.AGENCY_DEPUTY, agency=Agency.objects.get(code="PWR")
    )
    for role in BOUND:
        user = User.objects.create(
            username=f"bound-{role}", role=role, language="en", may_see_names=True
        )
        user.places.add(county)
    letter = Source.objects.get(lineage="letter")
    for listing in (reachable(world), world.listings[11]):
        Claim.objects.create(
            listing=listing, field="signal_1", value="none", source=letter, sheet="", row=1,
            as_of_date=date(2024, 6, 1), recorded_at=datetime(2024, 6, 1, tzinfo=UTC),
            confidence="declared", classification=listing.point.classification,
        )  # fmt: skip
    cases = list(ObstacleCase.objects.order_by("pk").values_list("pk", flat=True))
    ObstacleCase.objects.filter(pk__in=cases[::4]).update(state="claimed_fixed")
    ContingencyPlan.objects.update(owner=Agency.objects.get(code="TCI"))
    PlanStep.objects.filter(plan__scenario__classification=1).update(
        agency=Agency.objects.get(code="MCI")
    )
    planner = User.objects.get(username="planner")
    planner.may_see_names = True  # with his class he alone sees everything
    planner.save()
    for code in ("TCI", "MCI"):
        ReadinessDeclaration.objects.create(
            round=world.round, agency=Agency.objects.get(code=code), statement="We are ready.",
            signed_name=code, signed_by=planner, signed_at=datetime(2024, 6, 1, tzinfo=UTC),
            text_hash="0" * 64,
        )  # fmt: skip
    give_work(world, User.objects.get(username="keeper"))
    for role, bound in WRITERS:
        give_work(world, writer(world, role, bound=bound))


def writer(world: World, role: Role, *, bound: bool = False) -> User:
    return (
        User.objects.get(username=f"bound-{role}") if bound else world.user(role, sees_names=True)
    )


def give_work(world: World, user: User) -> None:
    """Give somebody what he alone may write to, some of it of what he no longer sees."""
    now = datetime.now(UTC)
    user.first_name, user.last_name = "Mary", "Example"
    user.save()
    give_device(user)
    ApiToken.objects.create(
        user=user, name="a program", token_hash=f"{user.pk:064}", made_at=now, expires_at=now
        .replace(year=now.year + 1),
    )  # fmt: skip
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "key", "credential": {}}
    )
    SavedView.objects.create(owner=user, list="stations", name="own", query="q=x")
    Reminder.objects.create(
        user=user, round=world.round, stage="soon", kind="follow_up", thing=1, key="own",
        made_at=now,
    )  # fmt: skip
    ReminderMessage.objects.create(user=user, gateway="file", made_at=now, state="failed", tries=5)
    StagedImport.objects.create(
        by=user, file_name="own.csv", folder=f"f{user.pk}", size=1, made_at=now, state="staged",
        compared="0" * 64,
    )  # fmt: skip
    # One that waits for the round would do for whoever asks that it be assessed again.
    for round_, state in ((world.round, "failed"), (None, "waiting")):
        Job.objects.create(kind="assess", round=round_, by=user, made_at=now, state=state)
    give_files(world, user)
    BoundaryFile.objects.create(
        sent_by=user, name="b.geojson", sha256="0" * 64, sent_at=now, faults=[],
        features=[{"number": 1, "name": "a", "texts": ["a"], "polygons": SQUARE}],
    )  # fmt: skip
    out = out_of_reach(user, world)["case_id"]
    here = ObstacleCase.objects.exclude(pk__in=out).values_list("pk", flat=True)
    for case in [*out, *here[:1]]:
        event = CaseEvent.objects.create(
            case_id=case, kind=CaseEvent.Kind.COMMENT, at=now, by=user, text="Seen today."
        )
        Mention.objects.create(event=event, user=user)


def give_files(world: World, user: User) -> None:
    """Have somebody keep evidence, in reach and out of it, and wait for a file of a list."""
    now = datetime.now(UTC)
    for listing in (reachable(world), world.listings[11]):
        Evidence.objects.create(
            claim=Claim.objects.filter(listing=listing).first(), name="minutes.pdf",
            sha256="0" * 64, received_sha256="0" * 64, size=9, mime="application/pdf",
            stored_name=f"{user.pk:016}{listing.pk:016}", attached_by=user, attached_at=now,
            classification=listing.point.classification,
        )  # fmt: skip
    second = User.objects.get(username="planner")
    kept = KeptFile.objects.get(report__prepared_by="everybody", with_names=False)
    ExportRequest.objects.create(
        round=world.round, list="report", query=str(kept.pk), format="html", rows=1,
        with_names=False, reason="for the meeting", asked_by=user, asked_at=now, classification=1,
        expires_at=now + timedelta(hours=1), approved=True, decided_by=second, decided_at=now,
    )  # fmt: skip
    for approved in (None, True):
        ExportRequest.objects.create(
            round=world.round, list="stations", format="csv", rows=12 if approved else 1,
            with_names=bool(approved),
            reason="for the meeting", asked_by=user, asked_at=now, classification=1,
            expires_at=now + timedelta(hours=1), approved=approved,
            decided_by=second if approved else None, decided_at=now if approved else None,
        )  # fmt: skip


def give_device(user: User) -> None:
    """Have somebody be signed in on a device besides."""
    now, session = datetime.now(UTC), signed_in(user).session
    UserSession.objects.create(
        user=user, session_key=session.session_key, signed_in_at=now, last_seen_at=now
    )


def correct_what_is_then_lost(world: World, user: User) -> None:
    """Have somebody correct what is in his reach, and what a day later no longer is."""
    if not may(user, Permission.CORRECT_REGISTER):
        return
    said = Statement("battery_h", "5", date(2024, 6, 10), DECLARED, "", "visited")
    lost, kept = About.of(world.listings[11]), About.of(reachable(world))
    if user.agency_id:
        said = Statement("mttr_h", "5", date(2024, 6, 10), DECLARED, "", "visited")
        lost = About.of(Component.objects.get(code="secret-1"))
        kept = About.of(Component.objects.get(code=OWN))
    cleared = user.clearance
    user.clearance = 3
    user.save()
    claim(about=lost, said=said, by=user, now=datetime.now(UTC))
    user.clearance = cleared
    user.save()
    claim(about=kept, said=said, by=user, now=datetime.now(UTC))


def at_work(user: User) -> Client:
    """Give a browser in which somebody has just signed in by his password."""
    client = signed_in(user)
    session, now = client.session, datetime.now(UTC).timestamp()
    session["signed_in_at"] = now
    session["account_authentication_methods"] = [{"method": "password", "at": now}]
    session.save()
    return client


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back what is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Watch:
    """Says whether anything that lasts was written since it began to look."""

    def __init__(self) -> None:
        self._before = self._rows()
        self._touched = False

    def _rows(self) -> dict[str, list[tuple]]:
        return {
            model._meta.db_table: list(model._base_manager.order_by("pk").values_list())
            for model in apps.get_models(include_auto_created=True)
            if not model._meta.db_table.startswith(OF_SESSIONS)
        }

    def __call__(self, execute, sql, params, many, context):
        """Note statements that write; reading every table after each answer would take long."""
        wrote = re.match(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', sql)
        self._touched |= wrote is not None and not wrote[1].startswith(OF_SESSIONS)
        return execute(sql, params, many, context)

    def written(self) -> list[str]:
        """Name the tables that are not as they were; what was taken back is not written."""
        if not self._touched:
            return []
        self._touched = False
        now = self._rows()
        return [table for table, rows in self._before.items() if rows != now[table]]


def address_kind(route) -> str:
    """Say what an address, or its form, is about."""
    return NAMED[route.name] if route.name in NAMED else route.takes[0]


def test_every_address_that_takes_a_form_has_one_that_is_well_formed(world):
    people = [
        world.user(role)
        for role in (
            Role.ADMINISTRATOR,
            Role.AGENCY_REPRESENTATIVE,
            Role.COMMITTEE_HEAD,
            Role.GOVERNOR,
        )
    ]
    keys = {"name": "stations", "about": "listing-0", "token": "x", "code": "x"}
    takes_a_form = set()
    for route in routes():
        if route.name.startswith("api:"):
            continue
        address = reverse(route.name, args=[keys.get(each, 999_999) for each in route.takes])
        for user in people:
            with taken_back():
                status = at_work(user).post(address).status_code
            if status != 405 and (status != 403 or route.permission == "public"):
                takes_a_form.add(route.name)
    assert takes_a_form == WELL_FORMED.keys() | ONES_OWN


@pytest.mark.parametrize("name", sorted(WELL_FORMED))
def test_a_well_formed_form_is_written_within_reach(world, name):
    (route,) = [each for each in routes() if each.name == name]
    people, tried = [writer(world, role, bound=bound) for role, bound in WRITERS], []
    for user in [User.objects.get(username="planner"), *people]:
        if not route.lets_in(Role(user.role)):
            continue
        correct_what_is_then_lost(world, user)
        client = at_work(user)
        watch = Watch()
        for key in in_reach(world, user)[address_kind(route)]:
            with taken_back(), connection.execute_wrapper(watch):
                response = form_of(name, world, key).send(client)
                if response.status_code < 400 and (watch.written() or name in KEPT_IN_SESSION):
                    return
            said = response.context["form"].errors if response.status_code == 422 else ""
            tried.append((user.username, key, response.status_code, said))
    pytest.fail(f"nobody writes by {name}: {tried}")


@pytest.mark.parametrize(("role", "bound"), WRITERS)
def test_a_well_formed_form_writes_nothing_out_of_reach(world, role, bound):
    user = writer(world, role, bound=bound)
    correct_what_is_then_lost(world, user)
    client, watch = at_work(user), Watch()
    let_in = {route.name for route in routes() if route.lets_in(role)}
    faults, sent = [], 0
    for form in forms_out_of_reach(world, user):
        if form.route not in let_in:
            continue
        if form.route in PREPARED:
            watch = Watch()
        with taken_back(), connection.execute_wrapper(watch):
            status = form.send(client).status_code
            written = watch.written()
        says_so = form.route in SAYS_SO and status in (200, 303)
        if written or not (status in REFUSED or says_so):
            faults.append(f"{form} -> {status} {written}")
        sent += 1
    assert not faults, "\n".join(faults)
    assert sent > 5


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_an_agency_states_what_its_own_obstacle_asks_for_and_nothing_else(world, role):
    """Every field of every station: all that is written is claims beside those that stand."""
    user = writer(world, role)
    client, watch = at_work(user), Watch()
    standing = set(Claim.objects.filter(superseded_at=None).values_list("pk", flat=True))
    written, faults = set(), []
    values = {"name": "School", "address": "a", "position": "38.1, 46.3", "test_date": "2024-06-10"}
    for listing in world.listings:
        for field in FIELDS["listing"]:
            words = choices_of("listing", field)
            value = values.get(field, next(iter(CHOICES[words])) if words else "7")
            with taken_back(), connection.execute_wrapper(watch):
                status = stated(listing, field, value).send(client).status_code
                touched = set(watch.written())
                if touched:
                    written.add((listing.pk, field))
                    beside = standing <= set(
                        Claim.objects.filter(superseded_at=None).values_list("pk", flat=True)
                    )
                    if not beside or touched - OF_STATING:
                        faults.append((listing.pk, field, sorted(touched)))
                elif status not in REFUSED:
                    faults.append((listing.pk, field, status))
    assert not faults
    assert written == {(world.listings[STATED_AT].pk, field) for field in STATED}


def forms_out_of_reach(world: World, user: User) -> Iterator[Form]:
    """Give forms to addresses out of reach, and those in reach that name what is not."""
    out = beyond_reach(world, user)
    for route in routes():
        if route.name in WELL_FORMED:
            for key in out.get(address_kind(route), ()):
                yield form_of(route.name, world, key)
    yield from forms_naming_what_is_beyond(world, user)
