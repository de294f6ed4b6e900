"""A register in which everything that somebody may not see carries a mark; who looks at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from pollready.assessment.models import ComponentRecord, SavedAssessment
from pollready.audit.commands import record
from pollready.committee.county_reviews.answering import (
    Said,
    answer_review,
    sign_review,
    signed_content,
)
from pollready.committee.county_reviews.commands import prepare_reviews, send_review
from pollready.committee.county_reviews.models import CountyReview, ReviewItem
from pollready.committee.county_reviews.packing import canonical as canonical_pack
from pollready.committee.county_reviews.packing import hash_of
from pollready.committee.follow_up_effects import start_measured
from pollready.committee.meetings.agenda import proposals_for
from pollready.committee.meetings.commands import (
    MeetingDraft,
    close_meeting,
    invite,
    open_meeting,
    plan_meeting,
    record_attendance,
    take_on,
)
from pollready.committee.meetings.deciding import DecisionDraft, close_decision, draft_decision
from pollready.committee.meetings.freezing import freeze_minutes, sign_minutes
from pollready.committee.meetings.minutes import content_hash
from pollready.committee.meetings.models import AgendaItem, Decision, Meeting, Minutes, Suggestion
from pollready.committee.meetings.saying import give_view, set_changes, suggest
from pollready.committee.reminders.models import ReminderMessage
from pollready.console.access_table import Route
from pollready.console.lists.catalogue import LISTS
from pollready.duties.commands import Done, DutyDraft, enter_duty, report_done, report_done_at
from pollready.duties.follow_ups.commands import FollowUpDone, FollowUpDraft, report_follow_up_done
from pollready.duties.follow_ups.models import FollowUp, FollowUpFile
from pollready.duties.models import Duty
from pollready.engine.budget import UNLIMITED
from pollready.intake.models import StagedImport
from pollready.jobs.background import start
from pollready.jobs.models import Job
from pollready.obstacles.models import CaseEvent, ObstacleCase
from pollready.people.exports.models import ExportRequest
from pollready.people.models import AGENCY_ROLES, PLACE_ROLES, Role, User
from pollready.people.saved_views.models import SavedView
from pollready.places.models import Agency, ElectionRound, Listing, Place, ServicePoint, Stop
from pollready.planning.allocations.commands import (
    DecisionDraft as MeansDraft,
)
from pollready.planning.allocations.commands import ask_plan, decide_allocation, keep_result
from pollready.planning.allocations.keeping import weigh
from pollready.planning.allocations.making import preview_plan
from pollready.planning.allocations.models import AllocationDecision, AllocationPlan
from pollready.planning.allocations.queries import basis_of, first_inputs, standing_now
from pollready.planning.commands import Draft, save_scenario, take_in_catalogue
from pollready.planning.costs import cost_scenarios
from pollready.planning.models import ReadinessDeclaration, Scenario
from pollready.planning.plans import StepDraft, save_plan
from pollready.planning.staging.asking import Asked
from pollready.planning.staging.commands import keep_staging_plan
from pollready.planning.staging.decided import Decided, Rule
from pollready.planning.staging.facts import facts_for
from pollready.planning.staging.models import KeptStagingPlan
from pollready.planning.staging.plan import plan_staging
from pollready.register.corrections.models import Evidence
from pollready.register.models import Claim, Component, ComponentGroup, GroupMember, Source
from pollready.register.veil import veil_now
from pollready.reports.kept.data import canonical, digest, packed
from pollready.reports.kept.models import KeptFile, KeptReport, ReportForm, ReportKind
from pollready.reports.national.keys import own_public_key
from pollready.reports.national.models import Package, TrustedKey
from pollready.resources.commands import list_entries
from pollready.resources.models import LotEntry, LotEvidence, ResourceLot

NOW = datetime(2028, 6, 1, 8, 0, tzinfo=UTC)
PAST = datetime(2024, 6, 1, 8, 0, tzinfo=UTC)
OUTSIDE, ABOVE = "outside-the-scope", "above-the-class"
HIDDEN = {
    code: f"hidden name of {code}" for code in ("EX-04", "MS-210", "FD-17", "CORE-1", "DUCT-9")
}
OWN = "MS-210"  # the component of the agency for which the agency's people speak
# Every role; and those whose pages differ most once they may see names.
SEEING = (Role.COMMITTEE_HEAD, Role.AGENCY_REPRESENTATIVE, Role.GOVERNOR)
EVERYONE = [*((role, False) for role in Role), *((role, True) for role in SEEING)]


@dataclass(frozen=True)
class World:
    """The rows that walks speak of, and one person of each kind."""

    round: ElectionRound
    listings: list[Listing]
    saved: SavedAssessment
    people: dict[tuple[Role, bool], User]

    def user(self, role: Role, *, sees_names: bool = False) -> User:
        """Give the person of a role, as the database has him now."""
        return User.objects.get(pk=self.people[role, sees_names].pk)


@contextmanager
def world_of(rows) -> Iterator[World]:
    """Make the world once, in a transaction that ends with the tests; each runs inside of it."""
    with transaction.atomic():
        yield make_world(rows)
        transaction.set_rollback(True)


def make_world(rows) -> World:
    """Write the small register with its marks, assess it, and add who looks at it."""
    register = rows.fill_register()
    record(actor="keeper", command="import_file", now=PAST, entries=[])
    inside = Place.objects.get(code="01")
    for listing in register.listings:
        point = listing.point
        if point.place.parent_id != inside.pk:
            point.name = f"{OUTSIDE} {point.name}"
            point.address = OUTSIDE
            point.save()
    mine = [each for each in register.listings if each.point.place.parent_id == inside.pk]
    above = mine[-1].point
    above.name, above.address, above.classification = ABOVE, ABOVE, 3
    above.save()
    for code, name in HIDDEN.items():
        Component.objects.filter(code=code).update(name=name)
    Component.objects.create(
        round=register.round, code="secret-1", kind="mobile_site", name=ABOVE, tier=1,
        agency=Agency.objects.get(code="MCI"), classification=3, lat=38.1, lon=46.1,
    )  # fmt: skip
    duct = ComponentGroup.objects.create(
        round=register.round, code="DUCT-9", kind="duct", name="hidden name of DUCT-9", tier=2,
        classification=1,
    )  # fmt: skip
    GroupMember.objects.create(group=duct, component=Component.objects.get(code="EX-04"))
    GroupMember.objects.create(group=duct, listing=mine[0])
    keeper = User.objects.create(username="keeper", role=Role.SECRETARY)
    SavedView.objects.create(owner=keeper, list="components", name="all", query="q=x", shared=True)
    ExportRequest.objects.create(
        round=register.round, list="components", format="csv", rows=1, with_names=True,
        reason=f"{HIDDEN['FD-17']} for the letter", classification=1, asked_by=keeper,
        asked_at=NOW, expires_at=NOW + timedelta(days=36500),
    )  # fmt: skip
    Evidence.objects.create(
        claim=Claim.objects.filter(listing__point__name__startswith=OUTSIDE).first(),
        name=OUTSIDE, sha256="0", received_sha256="0", size=1, mime="text/plain",
        stored_name="no-such-file", attached_by=keeper, attached_at=NOW,
    )  # fmt: skip
    fill_ledger(register, keeper)
    fail_to_remind(keeper)
    importer = User.objects.create(username="importer", role=Role.SECRETARY)
    staged = StagedImport.objects.create(
        by=importer, file_name=OUTSIDE, folder="f", size=1, made_at=NOW, state="staged"
    )
    start("stage-import", by=importer, now=NOW, subject=f"import:{staged.pk}")
    assessed = rows.assess_register(register)
    # The round's own class is what its confidential parts have; the secret ones are left out.
    SavedAssessment.objects.update(classification=1)
    # The page of the morning offers whatever says what it passes.
    ComponentRecord.objects.filter(component__isnull=False).update(
        capacity_per_s=1.0, morning_share=0.9
    )
    plan_scenarios(assessed)
    plan_means(assessed)
    stage_people(assessed)
    give_follow_ups(assessed)
    enter_duties(assessed)
    keep_reports(assessed, by=keeper)
    take_packages(assessed, by=keeper)
    people = {
        (role, sees_names): make_user(role, sees_names=sees_names)
        for role in Role
        for sees_names in (False, True)
    }
    world = World(assessed.round, assessed.listings, assessed.saved, people)
    hold_meetings(world)
    review_counties(world)
    return world


def hold_meetings(world: World) -> None:
    """Add meetings in session, closed and signed, and such as few may see.

    Whoever plans them sees everything, and what he writes names what others may not read.
    """
    head = User.objects.create(
        username="chair", role=Role.COMMITTEE_HEAD, clearance=3, may_see_names=True
    )
    everybody = list(world.people.values())
    for title, classification, members, until in (
        ("Committee in session", 0, everybody, "open"),
        ("Committee about to close", 0, everybody, "decided"),
        ("Committee to sign", 0, everybody, "closed"),
        ("Committee to freeze", 0, [], "signed"),
        ("Committee of last week", 0, everybody, "frozen"),
        (ABOVE, 3, [], "open"),
        (f"Of {HIDDEN['FD-17']}", 0, [], "open"),
    ):
        meeting = sit_down(world, head, title, members)
        Meeting.objects.filter(pk=meeting.pk).update(classification=classification)
        go_on(meeting, head, until)


def sit_down(world: World, head: User, title: str, members: list[User]) -> Meeting:
    """Open a meeting with items, and a view, a suggestion and a decision on the first."""
    hidden = f"the cable of {HIDDEN['EX-04']} at DUCT-9"
    draft = MeetingDraft(title, "ad_hoc", NOW, 1)
    meeting = plan_meeting(draft, round_id=world.round.pk, by=head, now=NOW)
    for user in members:
        invite(meeting.pk, user_id=user.pk, by=head, now=NOW)
    open_meeting(meeting.pk, version=1, by=head, now=NOW)
    proposed = proposals_for(head, meeting, world.saved, now=NOW)
    first = take_on(meeting.pk, proposed[:2], by=head, now=NOW)[0]
    say = {"round_id": world.round.pk, "item_id": first.pk, "by": head, "now": NOW}
    give_view(text=hidden, **say)
    made = suggest(text=hidden, **say)
    rows = [{"kind": "repair", "component": "EX-04", "mttr_h": 1.0}]
    set_changes(made.pk, rows, version=1, by=head, now=NOW)
    own = {"text": hidden, "figure": HIDDEN["FD-17"], "legal_ground": HIDDEN["FD-17"]}
    decided = DecisionDraft(office=Role.GOVERNOR, due_date=NOW.date(), **own)
    draft_decision(first.pk, decided, by=head, now=NOW)
    return meeting


def go_on(meeting: Meeting, head: User, until: str) -> None:
    """Bring a meeting as far as it is to be; from its signing on, the chair alone was there."""
    steps = ("open", "decided", "closed", "signed", "frozen")
    far = steps.index(until)
    if far == 0:
        return
    decision = Decision.objects.get(item__meeting=meeting)
    close_decision(decision.pk, version=1, by=head, now=NOW)
    alone = far >= steps.index("signed")
    there = {each.pk: not alone or each.user_id == head.pk for each in meeting.members.all()}
    record_attendance(meeting.pk, there, by=head, now=NOW)
    if far == 1:
        return
    close_meeting(meeting.pk, version=2, by=head, now=NOW)
    minutes = Minutes.objects.get(meeting=meeting)
    if alone:
        read_hash = content_hash(minutes)
        sign_minutes(minutes.pk, verdict="agrees", read_hash=read_hash, by=head, now=NOW)
    if until == "frozen":
        freeze_minutes(minutes.pk, typeset=lambda signed, language: b"%PDF-1.7", by=head, now=NOW)


def review_counties(world: World) -> None:
    """Add reviews: answered in the county of the tests, signed in another, prepared, and secret.

    Who prepares them sees everything; what a county writes names what others may not read.
    """
    chair = User.objects.get(username="chair")
    by = {"by": chair, "now": NOW}
    saved = SavedAssessment.objects.get(pk=world.saved.pk)  # whose class is that of the world
    made = prepare_reviews(None, saved=saved, **by).reviews
    reviews = {each.county.code: each for each in made}
    for code in ("01", "02"):
        review = send_review(reviews[code].pk, version=1, **by)
        governor = world.people[Role.GOVERNOR, False]
        if code == "02":
            governor = User.objects.create(username="of-02", role=Role.GOVERNOR)
            governor.places.add(review.county)
        own = {"by": governor, "now": NOW}
        said = {1: Said("objected", f"{HIDDEN['FD-17']} is EX-04")}
        answer_review(review.pk, said, agree_to_rest=True, version=2, **own)
        if code == "02":
            read = hash_of(canonical_pack(signed_content(review)))
            sign_review(review.pk, typed_name=OUTSIDE, read_hash=read, **own)
    CountyReview.objects.filter(county__code="04").update(classification=3)


def objects_of_reviews() -> dict[str, list[Any]]:
    """Give every review and objection that may stand in an address."""
    return {
        "review_id": list(CountyReview.objects.values_list("pk", flat=True)),
        "objection_id": list(
            ReviewItem.objects.filter(answer="objected").values_list("pk", flat=True)
        ),
    }


def reviews_of(user: User) -> dict[str, list[Any]]:
    """Give those of them that the user is to find, and no others."""
    found = CountyReview.objects.filter(classification__lte=user.clearance)
    if user.places.exists():
        found = found.filter(county__in=user.places.all())
    if user.role in (*AGENCY_ROLES, Role.TECHNICIAN):
        found = found.none()
    objections = ReviewItem.objects.filter(
        answer="objected", review__in=found, review__state="signed_off"
    )
    return {
        "review_id": list(found.values_list("pk", flat=True)),
        "objection_id": list(objections.values_list("pk", flat=True)),
    }


def reviews_out_of_reach(user: User) -> dict[str, list[Any]]:
    """Give those that the user is not to find."""
    here = reviews_of(user)
    return {
        name: [key for key in keys if key not in here[name]]
        for name, keys in objects_of_reviews().items()
    }


def objects_of_meetings() -> dict[str, list[Any]]:
    """Give every object of the meetings that may stand in an address."""
    cases = ObstacleCase.objects.order_by("pk").values_list("pk", flat=True)
    return {
        "meeting_id": list(Meeting.objects.values_list("pk", flat=True)),
        "item_id": list(AgendaItem.objects.values_list("pk", flat=True)),
        "suggestion_id": list(Suggestion.objects.values_list("pk", flat=True)),
        "decision_id": list(Decision.objects.values_list("pk", flat=True)),
        "minutes_id": list(Minutes.objects.values_list("pk", flat=True)),
        "scan_id": [999_999],
        "subject": [*(f"case-{pk}" for pk in cases[:6]), "component-1", "nothing"],
    }


def fill_ledger(register, keeper: User) -> None:
    """Add lots: of the agency and the county of the tests, of others, and above the class."""
    source = Source.objects.get(lineage="workbook")
    for agency, county, mark, classification in (
        ("MCI", "01", "", 0), ("TCI", "02", OUTSIDE, 0), ("MCI", "01", ABOVE, 3),
    ):  # fmt: skip
        lot = ResourceLot.objects.create(
            round=register.round, agency=Agency.objects.get(code=agency), source=source,
            county=Place.objects.get(code=county), kind="generator", model=mark, custodian=mark,
            compatible=mark, depot=mark, classification=classification, pledged=9, delivered=5,
            deployed=0, conflicts=1, serials=f"{mark}1" if mark else "",
        )  # fmt: skip
        for kind, account, count, speaker in (
            ("listed", "pledged", 9, "list"), ("deliver", "delivered", 5, "agency:1"),
            ("counted", "delivered", 6, "county:1"), ("deliver", "delivered", 2, "office"),
        ):  # fmt: skip
            entry = LotEntry.objects.create(
                lot=lot, kind=kind, account=account, count=count, speaker=speaker, note=mark,
                letter_no=mark, source=source, said_by=keeper, said_at=NOW,
                happened_date=None if kind == "listed" else NOW.date(),
            )  # fmt: skip
        LotEvidence.objects.create(
            entry=entry, name=mark or "note.txt", sha256="0", received_sha256="0", size=1,
            mime="text/plain", stored_name="no-such-file", attached_by=keeper, attached_at=NOW,
            classification=classification,
        )  # fmt: skip


def fail_to_remind(keeper: User) -> None:
    """Add a message that did not leave."""
    ReminderMessage.objects.create(
        user=keeper, gateway="file", state="failed", tries=5, soon=1, made_at=NOW,
        error_code="reminders.cut-off",
    )  # fmt: skip


def plan_scenarios(assessed) -> None:
    """Add scenarios: those that ship, one that names a hidden component, one above the class."""
    now = assessed.saved.made_at
    take_in_catalogue(now=now)
    Scenario.objects.exclude(code="F11").delete()
    head = User.objects.create(username="planner", role=Role.COMMITTEE_HEAD, clearance=3)
    for title, code, classification in ((HIDDEN["FD-17"], "FD-17", 1), (ABOVE, "EX-04", 3)):
        made = save_scenario(
            Draft(title_en=title, selector=f'named "{code}"', classification=classification),
            round_id=assessed.round.pk, by=head, now=now,
        )  # fmt: skip
        save_plan(
            made.pk, [StepDraft("send", means_kind="generator", means_count=2)],
            round_id=assessed.round.pk, owner_id=None, version=0, by=head, now=now,
        )  # fmt: skip
    cost_scenarios(assessed.round.pk, now=now)


def plan_means(assessed) -> None:
    """Add plans that give to all stations and to a hidden component; one of them above the class.

    Decided beforehand is something of a station in reach, elsewhere, and above the class.
    """
    head, round_id = User.objects.get(username="planner"), assessed.round.pk
    lot = ResourceLot.objects.create(
        round=assessed.round, agency=Agency.objects.get(code="MCI"), kind="technician",
        county=Place.objects.get(code="01"), depot="yard", pledged=3, delivered=3, tested=3,
        deployed=0, source=Source.objects.get(lineage="workbook"),
    )  # fmt: skip
    counts = {"pledged": 3, "delivered": 3, "tested": 3, "deployed": 0}
    LotEntry.objects.bulk_create(list_entries(lot, counts, NOW))
    for listing in (assessed.listings[3], assessed.listings[0], assessed.listings[11]):
        decide_allocation(
            MeansDraft(listing_id=listing.pk), round_id=round_id, by=head, now=NOW,
            reason=f"{listing.point.name} of {HIDDEN['FD-17']}",
        )  # fmt: skip
    found = weigh(round_id, as_of=assessed.saved.as_of_date, now=NOW)
    basis = basis_of(round_id, found)
    inputs = first_inputs(basis, round_id)
    result = preview_plan(basis, inputs)
    result["given"].append(
        {"listing": None, "component": "EX-04", "behind": 10, "saves": None, "decision": None,
         "listings": result["stations"]["listings"][:1],
         "from": [{"lot": lot.pk, "kind": "technician", "units": 0, "travel_h": 0.1}]}
    )  # fmt: skip
    for title, classification in ((f"By {HIDDEN['FD-17']}", 0), ("Another", 0), (ABOVE, 3)):
        plan = ask_plan(inputs, title=title, round_id=round_id, by=head, now=NOW)
        keep_result(
            plan.pk, result, made_from=standing_now(round_id), by=head, now=NOW,
        )  # fmt: skip
        AllocationPlan.objects.filter(pk=plan.pk).update(classification=classification)


def stage_people(assessed) -> None:
    """Keep staging plans: of the whole round, of another county, and above the class.

    What was decided of a station in reach and of one elsewhere has hidden names in its reason.
    """
    head, round_id = User.objects.get(username="planner"), assessed.round.pk
    facts = facts_for(head, assessed.saved, veil_now(head, round_id=round_id))
    near, far = (
        next(each.point.place.parent for each in assessed.listings
             if (each.point.place.parent.code == "01") == inside)
        for inside in (True, False)
    )  # fmt: skip
    places = {each.county: each.code for each in facts.stations if each.lat is not None}
    for title, county, counties, classification in (
        (f"By {HIDDEN['FD-17']}", None, (near, far), 0), (OUTSIDE, far.pk, (far,), 0),
        (ABOVE, None, (), 3),
    ):  # fmt: skip
        decided = tuple(
            Decided(places[each.pk], Rule.STAYS,
                    HIDDEN["FD-17"] if each == near else f"{OUTSIDE} and {HIDDEN['EX-04']}")
            for each in counties
        )  # fmt: skip
        asked = Asked(county=county, decided=decided)
        mine = facts if county is None else facts.of_county(county)
        plan = keep_staging_plan(
            plan_staging(mine, asked, UNLIMITED), title=title, saved=assessed.saved, by=head,
            now=NOW,
        )  # fmt: skip
        KeptStagingPlan.objects.filter(pk=plan.pk).update(classification=classification)


def give_follow_ups(assessed) -> None:
    """Add follow-ups: in reach, elsewhere, of another agency, above the class; some reported.

    `text` of those that name a component holds its hidden name; every other marks whose it is.
    """
    head = User.objects.get(username="planner")
    inside = [x.pk for x in assessed.listings if x.point.place.parent.code == "01"]
    outside = [x.pk for x in assessed.listings if x.point.place.parent.code != "01"]
    own, power = (Agency.objects.get(code=code).pk for code in ("MCI", "PWR"))

    def start(text, **said):
        usual = {"agency_id": own, "deadline": "T-2", "covers": "stations", "figure": "ready"}
        draft = FollowUpDraft(text, **(usual | {"objects": inside} | said))
        return start_measured(draft, round_id=assessed.round.pk, by=head, now=NOW)

    def report(follow_up):
        done = FollowUpDone(NOW.date(), "done", letter_no="7")
        report_follow_up_done(follow_up.pk, done, round_id=assessed.round.pk, by=head, now=NOW)
        FollowUpFile.objects.create(
            event=follow_up.events.get(kind="reported"), name="sheet.pdf", sha256="0", size=1,
            received_sha256="0", mime="text/plain", stored_name=f"no-such-{follow_up.pk}",
            classification=follow_up.classification,
        )  # fmt: skip

    start(f"Test the line of FD-17 ({HIDDEN['FD-17']})")
    report(start("Bring a second operator"))
    free = {"covers": "owner", "objects": (), "figure": "none"}
    for office in (Role.GOVERNOR, Role.SECRETARY, Role.DISTRICT, Role.TECHNICIAN):
        start(f"Name who holds the keys of {office}", agency_id=None, office=office, **free)
    report(start("Hand the keys over", agency_id=None, office=Role.SECRETARY, **free))
    start(f"{OUTSIDE} alone", agency_id=power, objects=outside)
    report(start(f"{OUTSIDE} and of power", agency_id=power, objects=outside))
    above = start(f"{ABOVE} for all")
    report(above)
    FollowUp.objects.filter(pk=above.pk).update(classification=3)
    FollowUpFile.objects.filter(event__follow_up=above).update(classification=3)


def enter_duties(assessed) -> None:
    """Add duties: of two agencies and an office, with a hidden name, and above the class."""
    head = User.objects.create(
        username="clerk", role=Role.COMMITTEE_HEAD, clearance=3, may_see_names=True
    )
    telecom, operator = (Agency.objects.get(code=code).pk for code in ("TCI", "MCI"))
    above = enter_duty(
        DutyDraft(ABOVE, agency_id=operator, details=ABOVE), round_id=assessed.round.pk, by=head,
        now=NOW,
    )  # fmt: skip
    Duty.objects.filter(pk=above.pk).update(classification=3)
    for draft in (
        DutyDraft(HIDDEN["FD-17"], agency_id=telecom, legal_basis=HIDDEN["FD-17"], deadline="T-2"),
        DutyDraft("Test them", agency_id=telecom, covers="components", deadline="coverage"),
        DutyDraft("Test them", agency_id=operator, covers="components", query="kind=mobile_site"),
        DutyDraft("Light", agency_id=operator, covers="stations", details=HIDDEN["EX-04"]),
        DutyDraft("Name holders", office=Role.GOVERNOR, covers="stations", deadline="T-1 18:00"),
        DutyDraft("Be there", office=Role.TECHNICIAN, covers="components"),
        DutyDraft("Tell", office=Role.SECRETARY, proof="criterion", proof_of="power",
                  covers="stations"),
    ):  # fmt: skip
        made = enter_duty(draft, round_id=assessed.round.pk, by=head, now=NOW)
        done = Done(NOW.date() - timedelta(days=3650), note=f"{HIDDEN['FD-17']} was seen")
        report_done(made.pk, done, round_id=assessed.round.pk, by=head, now=NOW)
        if made.covers == "stations":
            keys = [each.pk for each in assessed.listings]
            report_done_at(made.pk, done, keys, round_id=assessed.round.pk, by=head, now=NOW)
        if made.covers == "components":
            keys = Component.objects.values_list("pk", flat=True)
            report_done_at(made.pk, done, keys, round_id=assessed.round.pk, by=head, now=NOW)


FIGURES = {
    "stations": 3, "ready": 1, "not_ready": 1, "unknown": 1, "contradicted": 0, "on_course": 1,
    "voters": 9, "voters_not_ready": 3,
    "causes": {"severe": 1, "moderate": 0, "minor": 0, "unknown": 1},
}  # fmt: skip


def keep_reports(assessed, *, by: User) -> None:
    """Keep a report of everybody, of a county in scope and out of it, of agencies, one secret."""
    inside, outside = (Place.objects.get(code=code) for code in ("01", "02"))
    for kind, place, agency, mark, classification in (
        (ReportKind.PROVINCIAL, None, None, "everybody", 1),
        (ReportKind.PROVINCIAL, None, None, ABOVE, 3),
        (ReportKind.COUNTY, inside, None, "the county", 0),
        (ReportKind.COUNTY, outside, None, OUTSIDE, 0),
        (ReportKind.AGENCY, None, "MCI", "the agency", 0),
        (ReportKind.AGENCY, None, "TCI", "another agency", 0),
    ):  # fmt: skip
        content = canonical({"trend": [{"as_of_date": "2028-06-01", "figures": FIGURES}],
                             "moves": None, "changed": None})  # fmt: skip
        report = KeptReport.objects.create(
            number="20280601-00001", kind=kind, round=assessed.round, place=place,
            agency=Agency.objects.get(code=agency) if agency else None, as_of=NOW,
            as_of_date=NOW.date(), language="en", made_by=by, made_at=NOW, prepared_by=mark,
            batch=0, program="p", data=packed(content), data_sha256=digest(content),
            headline=FIGURES, classification=classification,
        )  # fmt: skip
        for name, with_names in (("report.html", False), ("annex.pdf", True)):
            text = f"{mark} {HIDDEN['FD-17'] if with_names else ''}".encode()
            KeptFile.objects.create(
                report=report, name=name, content=text, sha256=digest(text), size=len(text),
                classification=max(classification, int(with_names)), with_names=with_names,
            )  # fmt: skip
    ReportForm.objects.create(
        name="national", content=b"", sha256="0", sent_by=by, sent_at=NOW, mapping=""
    )
    kept = KeptFile.objects.filter(report__prepared_by="everybody", with_names=True).get()
    ExportRequest.objects.create(
        round=assessed.round, list="report", query=str(kept.pk), format="pdf", rows=1,
        with_names=True, reason="for the letter", classification=1, asked_by=by,
        asked_at=NOW, expires_at=NOW + timedelta(days=36500),
    )  # fmt: skip


def take_packages(assessed, *, by: User) -> None:
    """Trust a key, and hold its package and one above everybody's class."""
    key = TrustedKey.objects.create(
        name="Ardabil", public_key=own_public_key(), spoken_with="Ali", trusted_by=by,
        trusted_at=NOW,
    )  # fmt: skip
    other = TrustedKey.objects.create(
        name="Zanjan", public_key="2" * 64, spoken_with="Ali", trusted_by=by, trusted_at=NOW
    )
    shared = [
        {"code": "EX-04", "kind": "exchange", "name": HIDDEN["EX-04"], "agency": "TCI",
         "tier": 3, "state": state, "depends_on": ""} for state in ("up", "down")
    ]  # fmt: skip
    for number, (whose, classification) in enumerate(((key, 0), (other, 1), (other, 3))):
        cause = {"rule": ABOVE if classification == 3 else "no_evidence", "severity": "unknown",
                 "owner": "TCI", "causes": 1, "stations": 2, "voters": None}  # fmt: skip
        Package.objects.create(
            key=whose, round=assessed.round, as_of=NOW, made_at=PAST, sha256=str(number),
            manifest={}, received_by=by, received_at=NOW, classification=classification,
            data={"figures": FIGURES, "counties": [], "causes": [cause], "means": [],
                  "shared": [shared[classification % 2]]},
        )  # fmt: skip


def make_user(role: Role, *, sees_names: bool = False) -> User:
    """Add somebody of a role: of one agency or one county, where the role serves one."""
    user = User.objects.create(
        username=f"{role}-{sees_names}",
        role=role,
        language="en",
        may_see_names=sees_names,
        agency=Agency.objects.get(code="MCI") if role in AGENCY_ROLES else None,
    )
    if role in PLACE_ROLES:
        user.places.add(Place.objects.get(code="01"))
    return user


def signed_in(user: User) -> Client:
    """Give a browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def not_for(user: User) -> list[str]:
    """List the texts that may stand on no page of this user."""
    texts = [ABOVE, "secret-1"]
    if user.role in PLACE_ROLES:
        texts.append(OUTSIDE)
    if not user.may_see_names or user.role in AGENCY_ROLES:
        own = {OWN} if user.role in AGENCY_ROLES else set()
        texts += [text for code in HIDDEN if code not in own for text in (code, HIDDEN[code])]
    return texts


def objects(assessed) -> dict[str, list[Any]]:
    """Give every object that may stand in an address: all of them, in scope and out of it."""
    listings = assessed.listings
    above = Listing.objects.filter(point__classification=3).values_list("pk", flat=True)
    return {
        "listing_id": [each.pk for each in listings],
        "cause_id": list(assessed.saved.causes.values_list("pk", flat=True)),
        "component_id": list(Component.objects.values_list("pk", flat=True)),
        "case_id": list(ObstacleCase.objects.values_list("pk", flat=True)),
        "event_id": list(CaseEvent.objects.values_list("pk", flat=True)),
        "code": [assessed.round.code],
        "group_id": list(ComponentGroup.objects.values_list("pk", flat=True)),
        "name": list(LISTS),
        "view_id": list(SavedView.objects.values_list("pk", flat=True)),
        "import_id": list(StagedImport.objects.values_list("pk", flat=True)),
        "job_id": list(Job.objects.values_list("pk", flat=True)),
        "token": ["no-such-token"],
        "person_id": [*User.objects.values_list("pk", flat=True)[:2], 999_999],
        "session_id": [999_999],
        "token_id": [999_999],
        "pk": [999_999],  # a passkey
        "about": [
            *(f"listing-{each.pk}" for each in listings[::4]),
            *(f"listing-{pk}" for pk in above),
            *(f"component-{pk}" for pk in Component.objects.values_list("pk", flat=True)),
            f"stop-{Stop.objects.values_list('pk', flat=True)[0]}",
        ],
        "claim_id": list(Claim.objects.order_by("field").values_list("pk", flat=True)[::67]),
        "evidence_id": [999_999, *Evidence.objects.values_list("pk", flat=True)],
        "export_id": [999_999, *ExportRequest.objects.values_list("pk", flat=True)],
        "report_id": list(KeptReport.objects.values_list("pk", flat=True)),
        "report_file_id": list(KeptFile.objects.values_list("pk", flat=True)),
        "request_id": [999_999, *ExportRequest.objects.values_list("pk", flat=True)],
        "form_id": [999_999],
        "key_id": list(TrustedKey.objects.values_list("pk", flat=True)),
        "number": [1],
        "scenario_id": list(Scenario.objects.values_list("pk", flat=True)),
        "follow_up_id": list(FollowUp.objects.values_list("pk", flat=True)),
        "file_id": [999_999, *FollowUpFile.objects.values_list("pk", flat=True)],
        **objects_of_meetings(),
        **objects_of_reviews(),
        "duty_id": list(Duty.objects.values_list("pk", flat=True)),
        "plan_id": list(AllocationPlan.objects.values_list("pk", flat=True)),
        "staging_id": list(KeptStagingPlan.objects.values_list("pk", flat=True)),
        "fixed_id": list(AllocationDecision.objects.values_list("pk", flat=True)),
        "lot_id": list(ResourceLot.objects.values_list("pk", flat=True)),
        "entry_id": list(LotEntry.objects.values_list("pk", flat=True)),
        "note_id": list(LotEvidence.objects.values_list("pk", flat=True)),
        "declaration_id": [1, *ReadinessDeclaration.objects.values_list("pk", flat=True)],
    }


# Forms on one object, of which its own page, walked whole, shows the same; and a page that shows
# what another does. Each person takes every third object, and three in a row take them all.
IN_TURN = frozenset(
    {
        "cause", "case-assign", "case-checking", "case-claim-fixed", "case-comment",
        "case-comment-edit", "case-recheck", "case-state", "case-waive", "duty-edit", "duty-end",
        "duty-hand-back", "follow-up-accept", "follow-up-check", "follow-up-checking",
        "follow-up-done", "follow-up-drop", "follow-up-edit", "follow-up-hand-back",
        "station-cancel",
        "station-merge", "station-relocate", "api:stations_of_cause",
    }
)  # fmt: skip
TURNS = 3


def addresses(route: Route, known: dict[str, list[Any]], turn: int | None = None) -> list[str]:
    """Give the addresses of a route for all of the objects that it may speak of.

    Where it is somebody's turn, a form's address comes for those whose turn it is.
    """
    if not route.takes:
        asked = known["component_id"] if route.name == "queues-morning" else []
        chosen = [] if turn is None else asked[turn % TURNS :: TURNS]
        bare = reverse(route.name)
        return [bare, *(f"{bare}?component={each}" for each in chosen)]
    (only,) = route.takes
    keys = known[only]
    if turn is not None and route.name in IN_TURN:
        keys = keys[turn % TURNS :: TURNS]
    return [reverse(route.name, args=[each]) for each in keys]


def out_of_reach(user: User, assessed) -> dict[str, list[int]]:
    """Give, by what stands in an address, objects outside the user's places, agency or class."""
    listings = ServicePoint.objects.filter(name=ABOVE) | ServicePoint.objects.filter(
        name__startswith=OUTSIDE
    )
    bound = user.places.exists()
    if not bound:
        listings = ServicePoint.objects.filter(name=ABOVE)
    components = Component.objects.filter(classification=3)
    if user.role in AGENCY_ROLES:
        components = Component.objects.exclude(agency__code="MCI") | components
    causes = assessed.saved.causes.none()
    if bound:
        causes = assessed.saved.causes.exclude(findings__listing__point__place__parent__code="01")
    if user.role in AGENCY_ROLES:
        causes = assessed.saved.causes.exclude(owner__in=("MCI", "mobile_operator", "همراه اول"))
    hidden = FollowUp.objects.filter(text__startswith=ABOVE)
    if bound and user.role in PLACE_ROLES:
        hidden |= FollowUp.objects.filter(text__startswith=OUTSIDE)
    if user.role in AGENCY_ROLES:
        hidden |= FollowUp.objects.exclude(agency__code="MCI")
    duties = Duty.objects.filter(classification=3)
    if user.role in AGENCY_ROLES:
        duties |= Duty.objects.exclude(agency__code="MCI")
    elif user.role in PLACE_ROLES:
        others = Duty.objects.exclude(office=user.role)
        duties |= others.exclude(agency__isnull=False, covers="stations")
    lots = ResourceLot.objects.filter(classification=3)
    if bound:
        lots |= ResourceLot.objects.exclude(county__code="01")
    if user.role in AGENCY_ROLES:
        lots |= ResourceLot.objects.exclude(agency__code="MCI")
    entries = LotEntry.objects.filter(lot__in=lots)
    stagings = KeptStagingPlan.objects.filter(classification=3)
    if bound:
        stagings |= KeptStagingPlan.objects.filter(title=OUTSIDE)
    return {
        "staging_id": list(stagings.values_list("pk", flat=True)),
        "follow_up_id": list(hidden.values_list("pk", flat=True)),
        "file_id": list(
            FollowUpFile.objects.filter(event__follow_up__in=hidden).values_list("pk", flat=True)
        ),
        "duty_id": list(duties.values_list("pk", flat=True)),
        "plan_id": list(
            AllocationPlan.objects.filter(classification=3).values_list("pk", flat=True)
        ),
        "fixed_id": list(
            AllocationDecision.objects.filter(listing__point__in=listings).values_list(
                "pk", flat=True
            )
        ),
        "lot_id": list(lots.values_list("pk", flat=True)),
        "entry_id": list(entries.values_list("pk", flat=True)),
        "note_id": list(LotEvidence.objects.filter(entry__in=entries).values_list("pk", flat=True)),
        "listing_id": list(Listing.objects.filter(point__in=listings).values_list("pk", flat=True)),
        "component_id": list(components.values_list("pk", flat=True)),
        "cause_id": list(causes.values_list("pk", flat=True)),
        "case_id": list(
            ObstacleCase.objects.filter(record__in=causes).values_list("pk", flat=True)
        ),
        "event_id": list(CaseEvent.objects.values_list("pk", flat=True)),
        **meetings_out_of_reach(user),
        **reviews_out_of_reach(user),
    }


def meetings_out_of_reach(user: User) -> dict[str, list[Any]]:
    """Give the objects of meetings to which neither the user nor his agency is invited."""
    if user.places.exists() or user.role in AGENCY_ROLES:
        invited = Q(members__user=user)
        if user.agency_id:
            invited |= Q(members__user__agency=user.agency_id)
        seen = Meeting.objects.filter(invited, classification__lte=user.clearance)
    else:
        seen = Meeting.objects.filter(classification__lte=user.clearance)
    if user.role == Role.TECHNICIAN:
        seen = Meeting.objects.none()
    hidden = Meeting.objects.exclude(pk__in=seen.values("pk"))
    items = AgendaItem.objects.filter(meeting__in=hidden)
    return {
        "meeting_id": list(hidden.values_list("pk", flat=True)),
        "item_id": list(items.values_list("pk", flat=True)),
        "suggestion_id": list(
            Suggestion.objects.filter(item__in=items).values_list("pk", flat=True)
        ),
        "decision_id": list(Decision.objects.filter(item__in=items).values_list("pk", flat=True)),
        "minutes_id": list(Minutes.objects.filter(meeting__in=hidden).values_list("pk", flat=True)),
    }
