"""A register with one of everything, so that each address of the console has its object."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
from django.db import transaction

from pollready.assessment.cases.comments import comment
from pollready.audit.commands import record
from pollready.committee.county_reviews.answering import (
    Said,
    answer_review,
    sign_review,
    signed_content,
)
from pollready.committee.county_reviews.commands import prepare_reviews, send_review
from pollready.committee.county_reviews.models import CountyReview, ReviewItem
from pollready.committee.county_reviews.packing import canonical, hash_of
from pollready.committee.follow_up_effects import check_effect, start_measured
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
from pollready.committee.meetings.models import AgendaItem, Decision, Meeting, Minutes, Suggestion
from pollready.committee.meetings.saying import give_view, set_changes, suggest
from pollready.committee.meetings.trying import try_out
from pollready.committee.reminders.commands import remind
from pollready.console.lists.catalogue import LISTS
from pollready.duties.commands import Done, DutyDraft, enter_duty, report_done_at
from pollready.duties.follow_ups.commands import (
    Attached,
    FollowUpDone,
    FollowUpDraft,
    report_follow_up_done,
)
from pollready.duties.follow_ups.models import FollowUp, FollowUpFile
from pollready.duties.models import Duty
from pollready.engine.budget import UNLIMITED
from pollready.intake.models import StagedImport
from pollready.jobs.allocating import start_making
from pollready.jobs.importing import stage_file
from pollready.jobs.models import Job
from pollready.obstacles.models import CaseEvent, ObstacleCase
from pollready.people.exports.commands import Extent, ask_export
from pollready.people.exports.models import ExportRequest
from pollready.people.models import Role, User
from pollready.people.saved_views.models import SavedView
from pollready.people.tokens import make_api_token
from pollready.places.models import Agency, Place
from pollready.planning.allocations.commands import DecisionDraft as MeansDraft
from pollready.planning.allocations.commands import ask_plan, decide_allocation
from pollready.planning.allocations.inputs import FloorWish
from pollready.planning.allocations.keeping import weigh
from pollready.planning.allocations.models import AllocationDecision, AllocationPlan
from pollready.planning.allocations.queries import basis_of, first_inputs
from pollready.planning.commands import take_in_catalogue
from pollready.planning.costs import cost_scenarios
from pollready.planning.declarations import Statement, sign_declaration
from pollready.planning.models import ReadinessDeclaration, Scenario
from pollready.planning.plans import StepDraft, save_plan
from pollready.planning.staging.asking import Asked as StagingAsked
from pollready.planning.staging.commands import keep_staging_plan, withdraw_staging_plan
from pollready.planning.staging.decided import Decided, Rule
from pollready.planning.staging.facts import facts_for
from pollready.planning.staging.models import KeptStagingPlan
from pollready.planning.staging.plan import plan_staging
from pollready.register.corrections.attaching import attach
from pollready.register.corrections.models import Evidence
from pollready.register.models import Claim, Component, ComponentGroup, GroupMember
from pollready.register.veil import masked, veil_now
from pollready.reports.kept.commands import Asked, make_report
from pollready.reports.kept.models import KeptReport, ReportKind
from pollready.reports.kept.rules import Subject
from pollready.reports.national.commands import export_package, import_package, trust_key
from pollready.reports.national.keys import own_public_key
from pollready.reports.national.models import TrustedKey
from pollready.resources.accounts import Account, EntryKind
from pollready.resources.commands import LotDraft, enter_movement, open_lot, state_count
from pollready.resources.models import LotEntry, LotEvidence, ResourceLot
from pollready.resources.rules import Movement

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 a delivery note"
PAST = datetime(2024, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Everybody:
    """Who opens the pages: an administrator, and who alone may open some."""

    administrator: User
    head: User
    representative: User


def add_group(register) -> None:
    """Add a common cause, and what a component passes, before the register is assessed."""
    duct = ComponentGroup.objects.create(
        round=register.round, code="DUCT-9", kind="duct", name="کانال", tier=2, classification=1
    )
    GroupMember.objects.create(group=duct, component=Component.objects.get(code="EX-04"))
    GroupMember.objects.create(group=duct, listing=register.listings[0])
    Claim.objects.create(  # which its morning overfills
        component=Component.objects.get(code="CORE-1"), field="capacity_per_s", value="0.02",
        source=register.source, sheet="components", row=3, recorded_at=PAST, confidence="declared",
    )  # fmt: skip
    with transaction.atomic():  # from then on the register's past is told
        record(actor="keeper", command="import_file", now=PAST, entries=[])


def people() -> Everybody:
    """Make those who open the pages."""
    power = Agency.objects.get(code="PWR")
    power.representative = "مریم نمونه"
    power.save()
    make = User.objects.create
    return Everybody(
        make(username="keeper", first_name="امید", role=Role.ADMINISTRATOR, may_see_names=True,
             password="!"),
        make(username="head", first_name="سارا", role=Role.COMMITTEE_HEAD, may_see_names=True),
        make(username="power", first_name="مریم", last_name="نمونه",
             role=Role.AGENCY_REPRESENTATIVE, agency=power),
    )  # fmt: skip


def complete(assessed) -> Everybody:
    """Add one of everything that an address may name."""
    everybody = people()
    keeper, head = everybody.administrator, everybody.head
    Claim.objects.update(recorded_at=PAST)
    case = ObstacleCase.objects.get(rule="cards_not_ready")
    comment(case_id=case.pk, text="@keeper نامه ۱۴۲/ص رسید؛ MS-210 را ببینید.", by=head, now=NOW)
    comment(case_id=case.pk, text="Telephone 041-33 44 55 66", by=keeper, now=datetime.now(UTC))
    take_in_catalogue(now=NOW)
    Scenario.objects.exclude(code__in=("F1", "F11")).delete()
    cost_scenarios(assessed.round.pk, now=NOW)
    power = Agency.objects.get(code="PWR")
    steps = [
        StepDraft("اعزام ژنراتور", agency_id=power.pk, within_min=60, means_kind="generator",
                  means_count=4, lawful=True, legal_basis="ماده ۱۲"),
        StepDraft("تجمیع شعب", who="فرماندار", lawful=False, order_by="ستاد"),
    ]  # fmt: skip
    scenario = Scenario.objects.get(code="F11")
    save_plan(
        scenario.pk, steps, round_id=assessed.round.pk, owner_id=power.pk, version=0, by=head,
        now=NOW,
    )  # fmt: skip
    sign_declaration(
        Statement("آماده‌ایم.", scenarios=(scenario.pk,)), round_id=assessed.round.pk,
        typed_name="مریم نمونه", password="", by=everybody.representative, now=NOW,
    )  # fmt: skip
    enter_duties(assessed, head)
    attach(
        claim_id=a_claim(assessed).pk, name="letter.txt", content=b"cards were issued",
        by=keeper, now=NOW,
    )  # fmt: skip
    follow_up(assessed, everybody)
    remind(now=NOW)
    governor = User.objects.create(username="governor", first_name="رضا", role=Role.GOVERNOR)
    governor.places.add(Place.objects.get(code="01"))
    fill_ledger(assessed, everybody.representative, governor)
    plan_means(assessed, keeper)
    stage_people(assessed, keeper)
    review_county(assessed, head, governor)
    make_api_token(by=keeper, name="statistics", now=datetime.now(UTC))
    SavedView.objects.create(owner=keeper, list="stations", name="mobile", query="kind=mobile")
    ask_export(
        round=assessed.round, list_name="components", query="", format="xlsx",
        extent=Extent(4, 1, with_names=False), reason="نامه ۱۴۲", by=head, now=datetime.now(UTC),
    )  # fmt: skip
    keep_report(assessed, by=keeper)
    take_package(assessed, by=keeper)
    stage_file(
        name="فهرست شعب.xlsx", chunks=[a_list()], election_date=date(2028, 6, 28), by=keeper,
        now=datetime.now(UTC),
    )  # fmt: skip
    hold_meetings(assessed, everybody)
    return everybody


def hold_meetings(assessed, everybody: Everybody) -> None:
    """Hold one meeting to its drafted minutes, and leave another in session."""
    head, keeper = everybody.head, everybody.administrator
    for title in ("کمیته فناوری اطلاعات انتخابات، نشست نخست", "نشست دوم کمیته"):
        draft = MeetingDraft(title, "provincial", NOW, 1, venue="سالن استانداری")
        meeting = plan_meeting(draft, round_id=assessed.round.pk, by=head, now=NOW)
        invite(meeting.pk, user_id=keeper.pk, post="مدیر سامانه", by=head, now=NOW)
        invite(meeting.pk, name="دکتر مهمان", post="مشاور", by=head, now=NOW)
        proposed = proposals_for(head, meeting, assessed.saved, now=NOW)
        items = take_on(meeting.pk, proposed[:3], by=head, now=NOW)
        open_meeting(meeting.pk, version=1, by=head, now=NOW)
        say = {"round_id": assessed.round.pk, "item_id": items[0].pk, "now": NOW}
        give_view(text="این شعبه در زمستان راه ندارد.", by=keeper, **say)
        made = suggest(text="اپراتور دوم در این شعب", by=keeper, **say)
        rows = [{"kind": "power", "stations": ["0001"], "battery_h": 12.0, "generator": True}]
        set_changes(made.pk, rows, version=1, by=head, now=NOW)
        try_out(made.pk, by=head, now=NOW)
        decided = DecisionDraft(
            "سیم‌کارت دوم تا روز مقرر نصب شود.", "ماده ۳۸", office=Role.GOVERNOR,
            due_date=date(2028, 6, 25), figure="شعبه‌های بدون مسیر دوم",
        )  # fmt: skip
        decision = draft_decision(items[0].pk, decided, by=head, now=NOW)
        if title.startswith("نشست"):
            continue
        close_decision(decision.pk, version=1, by=head, now=NOW)
        there = {each.pk: True for each in meeting.members.all()}
        record_attendance(meeting.pk, there, by=head, now=NOW)
        close_meeting(meeting.pk, version=2, by=head, now=NOW)


def follow_up(assessed, everybody: Everybody) -> None:
    """Give the agency something to do, and have it reported; and something of one's own."""
    power, round_id = Agency.objects.get(code="PWR"), assessed.round.pk
    usual = {"agency_id": power.pk, "covers": "stations", "figure": "rule"}
    for text, deadline, said in (
        ("کارت‌های شعب را آماده کنید", "T-12", {"query": "cards=not_ready"}),
        ("باتری شعب را بیازمایید", "delivery", {"query": "kind=fixed", "figure": "ready"}),
    ):
        of = {} if "figure" in said else {"figure_of": "cards_not_ready"}
        draft = FollowUpDraft(text, deadline=deadline, **(usual | said | of))
        start_measured(draft, round_id=round_id, by=everybody.head, now=NOW)
    start_measured(
        FollowUpDraft("فهرست کلیدداران را بنویسید", office="committee_head", deadline="T-10",
                      figure="free", figure_of="شمار کلیدها"),
        round_id=round_id, by=everybody.head, now=NOW,
    )  # fmt: skip
    first = FollowUp.objects.order_by("pk").first()
    letter = Attached("letter.txt", b"cards were issued")
    done = FollowUpDone(NOW.date(), "کارت‌ها رسید.", letter_no="142", files=[letter])
    by = everybody.representative
    report_follow_up_done(first.pk, done, round_id=round_id, by=by, now=NOW)
    check_effect(first.pk, now=NOW)


def enter_duties(assessed, head) -> None:
    """Add duties: one that covers stations with a report on it, and one of an office."""
    drafts = (
        DutyDraft("برق دوم یا ژنراتور برای همه شعب", office=Role.COMMITTEE_HEAD, covers="stations",
                  legal_basis="دستورالعمل، بند ۸", letter_no="142/7", deadline="T-60"),
        DutyDraft("آزمون همه مراکز", agency_id=Agency.objects.get(code="TCI").pk,
                  covers="components", deadline="T-1 18:00"),
    )  # fmt: skip
    made = [enter_duty(each, round_id=assessed.round.pk, by=head, now=NOW) for each in drafts]
    report_done_at(
        made[0].pk, Done(date(2024, 6, 1), letter_no="142/9"),
        [each.pk for each in assessed.listings[:4]], round_id=assessed.round.pk, by=head, now=NOW,
    )  # fmt: skip


def keep_report(assessed, *, by: User) -> None:
    """Keep two reports, of which the second tells a trend, and ask for a file of one."""
    for _ in range(2):
        asked = Asked(Subject(ReportKind.PROVINCIAL), datetime.now(UTC), date(2028, 6, 19), "fa")
        report = make_report(
            asked, round_id=assessed.round.pk, terrain=None, mask=masked, by=by,
            now=datetime.now(UTC),
        )  # fmt: skip
    ask_export(
        round=assessed.round, list_name="report", query=str(report.files.first().pk), format="pdf",
        extent=Extent(1, 1, with_names=False), reason="نامه ۱۴۲", by=by, now=datetime.now(UTC),
    )  # fmt: skip


def take_package(assessed, *, by: User) -> None:
    """Trust this installation's own key, and take its own package in."""
    now = datetime.now(UTC)
    trust_key(
        name="آذربایجان شرقی", public_key=own_public_key(), spoken_with="علی نمونه", by=by, now=now
    )
    written = export_package(
        assessed.round.pk, as_of=date(2028, 6, 19), moment=now, ceiling=1, reason="نامه ۱۴۲",
        terrain=None, actor=by.username, by=None, now=now,
    )  # fmt: skip
    import_package(
        written.content, round_=assessed.round, actor=by.username, by=None, now=datetime.now(UTC)
    )


def a_claim(assessed) -> Claim:
    """Give a claim of the first station."""
    return Claim.objects.get(listing=assessed.listings[0], field="cards")


def a_list() -> bytes:
    """Write a list as an office might send it: a wrong cell, a column that may not be kept."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "شعب"
    page.append(["کد شعبه", "نام محل", "شهرستان", "نوع", "صندوق لازم", "کد ملی مسئول"])
    page.append(["101", "دبستان فردوسی", "اهر", "ثابت", 2, "0084575948"])
    page.append(["102", "مسجد جامع", "اهر", "ثابت", "زیاد", "0084575949"])
    page.append(["", "", "اهر", "ثابت", 1, ""])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def fill_ledger(assessed, power: User, governor: User) -> None:
    """Add a lot of generators with a delivery note, on which county and agency differ."""
    round_id = assessed.round.pk
    county = Place.objects.get(code="01")
    draft = LotDraft(power.agency_id, "ژنراتور", "15 kVA", county_id=county.pk)
    pledge = Movement(EntryKind.PLEDGE, 20, date(2028, 6, 1), "142/7", county_id=county.pk)
    lot = open_lot(draft, pledge, round_id=round_id, by=power, now=NOW)
    came = Movement(EntryKind.DELIVER, 12, date(2028, 6, 10), "d-1", "G1 G2 G3 G4 G5 G6 G7 G8 G9 "
                    "G10 G11 G12")  # fmt: skip
    enter_movement(
        lot.pk, came, round_id=round_id, version=1, file=("note.pdf", PDF), by=power, now=NOW
    )
    state_count(
        lot.pk, Account.DELIVERED, 10, as_of=date(2028, 6, 11), round_id=round_id, version=2,
        by=governor, now=NOW,
    )  # fmt: skip


def plan_means(assessed, by: User) -> None:
    """Make two plans, of which the second has a floor that cannot be met, and decide one thing."""
    round_id = assessed.round.pk
    decide_allocation(
        MeansDraft(listing_id=assessed.listings[0].pk, units={"generator": 1}),
        round_id=round_id, reason="قول داده شده است.", by=by, now=NOW,
    )  # fmt: skip
    found = weigh(round_id, as_of=assessed.saved.as_of_date, now=NOW)
    first = first_inputs(basis_of(round_id, found), round_id)
    inputs = replace(first, units={**first.units, "generator": 2, "identity_device": 3})
    more = replace(inputs, floors=(FloorWish("each_county", "stations", 3.0),))
    for title, each in (("طرح نخست", inputs), ("با کف", more)):
        plan = ask_plan(each, title=title, round_id=round_id, by=by, now=NOW)
        start_making(plan, by=by, now=NOW)


def stage_people(assessed, by: User) -> None:
    """Keep two staging plans: one that is withdrawn, and one with a station that stays."""
    facts = facts_for(by, assessed.saved, veil_now(by, round_id=assessed.round.pk))
    stays = Decided(facts.stations[0].code, Rule.STAYS, "راه روستا زمستان بسته است.")
    asked = (("طرح نخست", StagingAsked()), ("با جای ماندنی", StagingAsked(decided=(stays,))))
    kept = [
        keep_staging_plan(
            plan_staging(facts, each, UNLIMITED), title=title, saved=assessed.saved, by=by, now=NOW
        )
        for title, each in asked
    ]
    withdraw_staging_plan(
        kept[0].pk, round_id=assessed.round.pk, version=1, reason="راه بسته شد.", by=by, now=NOW
    )


def review_county(assessed, head: User, governor: User) -> None:
    """Have a county object to an item of its review, and sign it."""
    county = Place.objects.get(code="01")
    prepared = prepare_reviews([county.pk], saved=assessed.saved, by=head, now=NOW)
    review = send_review(prepared.reviews[0].pk, version=1, by=head, now=NOW)
    said = {1: Said("objected", "راه روستا بسته است.")}
    answer_review(review.pk, said, agree_to_rest=True, version=2, by=governor, now=NOW)
    read = hash_of(canonical(signed_content(review)))
    sign_review(review.pk, typed_name="رضا نمونه", read_hash=read, by=governor, now=NOW)


def object_of(assessed, everybody: Everybody) -> dict[str, object]:
    """Give, by what stands in an address, the one object to open it with."""
    return {
        "listing_id": assessed.listings[2].pk,  # of which two sources disagree
        "cause_id": assessed.cause_id,
        "component_id": Component.objects.get(code="CORE-1").pk,
        "group_id": ComponentGroup.objects.get().pk,
        "case_id": ObstacleCase.objects.get(rule="cards_not_ready").pk,
        "event_id": CaseEvent.objects.filter(by=everybody.administrator).latest("pk").pk,
        "name": next(iter(LISTS)),
        "view_id": SavedView.objects.get().pk,
        "import_id": StagedImport.objects.get().pk,
        "job_id": Job.objects.latest("pk").pk,
        "token": "no-such-token",
        "person_id": everybody.head.pk,
        "session_id": 0,
        "token_id": 0,
        "pk": 0,
        "about": f"listing-{assessed.listings[2].pk}",
        "claim_id": a_claim(assessed).pk,
        "evidence_id": Evidence.objects.get().pk,
        "number": 1,
        "form_id": 0,
        "key_id": TrustedKey.objects.get().pk,
        "report_id": KeptReport.objects.latest("pk").pk,
        "report_file_id": KeptReport.objects.latest("pk").files.first().pk,
        "request_id": ExportRequest.objects.get(list="report").pk,
        "export_id": ExportRequest.objects.exclude(list="report").get().pk,
        "scenario_id": Scenario.objects.get(code="F11").pk,
        "follow_up_id": FollowUp.objects.order_by("pk").first().pk,
        "file_id": FollowUpFile.objects.get().pk,
        "duty_id": Duty.objects.filter(covers="stations").get().pk,
        "lot_id": ResourceLot.objects.latest("pk").pk,
        "plan_id": AllocationPlan.objects.latest("pk").pk,
        "staging_id": KeptStagingPlan.objects.latest("pk").pk,
        "fixed_id": AllocationDecision.objects.get().pk,
        "entry_id": LotEntry.objects.get(kind="deliver").pk,
        "note_id": LotEvidence.objects.get().pk,
        "declaration_id": ReadinessDeclaration.objects.get().pk,
        "review_id": CountyReview.objects.get().pk,
        "objection_id": ReviewItem.objects.get(answer="objected").pk,
        "meeting_id": Meeting.objects.latest("pk").pk,
        "item_id": AgendaItem.objects.filter(meeting=Meeting.objects.latest("pk")).first().pk,
        "suggestion_id": Suggestion.objects.latest("pk").pk,
        "decision_id": Decision.objects.latest("pk").pk,
        "minutes_id": Minutes.objects.get().pk,
        "scan_id": 0,
        "subject": f"case-{ObstacleCase.objects.get(rule='cards_not_ready').pk}",
    }
