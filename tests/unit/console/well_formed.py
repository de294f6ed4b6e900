"""For every address that takes a form: one that would be written, if its object is in reach."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import openpyxl
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from pollready.assessment.cases.queries import people_for
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.audit.version import register_version
from pollready.committee.county_reviews.answering import signed_content
from pollready.committee.county_reviews.models import CountyReview
from pollready.committee.county_reviews.packing import canonical as canonical_pack
from pollready.committee.county_reviews.packing import hash_of
from pollready.committee.meetings.minutes import content_hash
from pollready.committee.meetings.models import (
    AgendaItem,
    Decision,
    Meeting,
    Minutes,
    Suggestion,
)
from pollready.duties.follow_ups.models import FollowUp
from pollready.duties.follow_ups.queries import files_for, follow_ups_for
from pollready.duties.models import Duty, DutyProof
from pollready.duties.queries import duties_for
from pollready.intake.models import StagedImport
from pollready.jobs.models import Job
from pollready.obstacles.models import CaseEvent, ObstacleCase
from pollready.people.exports.models import ExportRequest
from pollready.people.exports.queries import to_decide_for
from pollready.people.models import Role, User
from pollready.people.permissions import Permission, may
from pollready.places.models import Agency, Listing, Place, Stop
from pollready.planning.allocations.models import AllocationDecision, AllocationPlan
from pollready.planning.allocations.queries import decisions_for
from pollready.planning.allocations.queries import plans_for as plans_of_means
from pollready.planning.models import ContingencyPlan, ReadinessDeclaration, Scenario
from pollready.planning.queries import scenarios_for
from pollready.planning.staging.models import KeptStagingPlan
from pollready.planning.staging.queries import plans_for as kept_stagings
from pollready.register.corrections.models import Evidence
from pollready.register.models import Claim, Component
from pollready.register.queries import components_for
from pollready.reports.kept import queries as kept_reports
from pollready.reports.kept.data import canonical
from pollready.reports.kept.models import KeptFile, KeptReport, ReportForm
from pollready.reports.kept.rules import kinds_for
from pollready.reports.national.format import write
from pollready.reports.national.keys import own_public_key, sign
from pollready.reports.national.models import TrustedKey
from pollready.resources.models import LotEntry, ResourceLot
from pollready.resources.queries import evidence_for, lots_for
from tests.unit.console.access_world import (
    ABOVE,
    FIGURES,
    OWN,
    World,
    out_of_reach,
    reviews_of,
)

PDF = b"%PDF-1.7 minutes of the test"
ORDER = {
    "ordered_by": "governor", "letter_no": "142/7", "letter_date": "", "reason": "unsafe building",
    "effective_date": "2024-06-18",
}  # fmt: skip
SAID = {"as_of": "2024-06-10", "confidence": "declared", "note": "visited"}
WHY = {"reason": "letter 7"}
SCENARIO = {
    "title_en": "A scenario", "choice": "worst", "kind": "exchange", "amount": "1",
    "duration_h": "2", "target": "admit.online", "state": "active", "classification": "1",
    "version": "0",
}  # fmt: skip
STEP = {"owner": "", "steps": "1", "action": "save", "step-0-text": "Send generators"}
RIGHTS = {
    "first_name": "Omid", "last_name": "Rad", "role": Role.DISTRICT, "agency": "",
    "clearance": "0", "reason": "letter 5",
}  # fmt: skip

# What names no object but the session's own person or what he has typed just before, and what
# is sent before anybody is known; `test_sign_in` and `test_account` send these.
ONES_OWN = frozenset(
    {
        "account-contacts", "account_login", "mfa_authenticate", "mfa_login_webauthn",
        "sign-in-again", "sign-in",
        "sign-out", "language", "account-password", "account-devices-others", "account-tokens",
        "account_reauthenticate", "mfa_reauthenticate", "mfa_activate_totp",
        "duty-calendar", "duty-calendar-end", "mfa_deactivate_totp", "mfa_add_webauthn",
        "mfa_generate_recovery_codes",
    }
)  # fmt: skip
# Before they are filled in something is written: a plan is made one of today, or it would be
# refused for its age.
PREPARED = frozenset({"allocation-accept"})
# Where a page says so: lists of keys, of which what is out of reach is left out, and a view that
# somebody else keeps.
SAYS_SO = frozenset({"bulk-edit", "cases-bulk", "mentions", "view-delete"})


@dataclass(frozen=True)
class Form:
    """A form, filled in, with its address."""

    route: str
    key: Any = None  # what stands in the address
    data: dict[str, Any] = field(default_factory=dict)
    query: str = ""

    def send(self, client: Client) -> HttpResponseBase:
        args = [] if self.key is None else [self.key]
        data = {
            name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value
            for name, value in self.data.items()
        }
        response = client.post(f"{reverse(self.route, args=args)}?{self.query}", data)
        # A file is written while it is read. The client has closed the response then; closing it
        # once more would close the connection of the tests besides.
        response.getvalue()
        return response


def _empty(world: World, key: Any) -> dict[str, Any]:
    return {}


def _why(world: World, key: Any) -> dict[str, Any]:
    return dict(WHY)


def _case(**typed: Any) -> Callable[[World, Any], dict[str, Any]]:
    def fill(world: World, key: Any) -> dict[str, Any]:
        case = ObstacleCase.objects.get(pk=key)
        return {"version": case.version, "owner": case.owner, "due_gate": case.due_gate} | typed

    return fill


def _ticked(world: World, key: Any) -> dict[str, Any]:
    return {"case": [f"{key}:{ObstacleCase.objects.get(pk=key).version}"], "action": "accept"}


def _merge(world: World, key: Any) -> dict[str, Any]:
    return {**ORDER, "into": reachable(world).code, "expected_voters": "900"}


def _add(world: World, key: Any) -> dict[str, Any]:
    return {**ORDER, "code": "777", "kind": "fixed", "place": key, "name": "A new school"}


def _relocate(world: World, key: Any) -> dict[str, Any]:
    return {**ORDER, "name": "Another school", "address": "elsewhere", "position": "38.1, 46.3"}


def _claim(world: World, about: str) -> dict[str, Any]:
    return {**SAID, "value": "6" if about.startswith("listing") else "7"}


def _resolve(world: World, about: str) -> dict[str, Any]:
    kind, _, key = about.partition("-")
    chosen = Claim.objects.filter(field="signal_1", **{kind: key}).order_by("pk").last()
    return {"do": "resolve", "chosen": chosen.pk if chosen else 0, "reason": "seen on site"}


def _apply(world: World, key: Any) -> dict[str, Any]:
    return {"compared": StagedImport.objects.get(pk=key).compared}


def _scenario(world: World, key: Any) -> dict[str, Any]:
    return {**SCENARIO, "version": Scenario.objects.get(pk=key).version}


def _plan(**typed: Any) -> Callable[[World, Any], dict[str, Any]]:
    def fill(world: World, key: Any) -> dict[str, Any]:
        plan = ContingencyPlan.objects.filter(scenario=key).first()
        return {**STEP, "version": plan.version if plan else 0, **typed}

    return fill


def _likely(world: World, key: Any) -> dict[str, Any]:
    version = Scenario.objects.get(pk=key).version
    return {"word": "high", "reason": "as in May", "version": version}


def _withdraw(world: World, key: Any) -> dict[str, Any]:
    return {**WHY, "version": ReadinessDeclaration.objects.get(pk=key).version}


def _declare(world: World, key: Any) -> dict[str, Any]:
    return {"statement": "We are ready.", "scenarios": [key], "typed_name": "Mary Example"}


def _rights(world: World, key: Any) -> dict[str, Any]:
    version = User.objects.filter(pk=key).values_list("version", flat=True).first() or 1
    return {**RIGHTS, "version": version, "places": [Place.objects.get(code="01").pk]}


def _invite(world: World, key: Any) -> dict[str, Any]:
    return {**RIGHTS, "places": [key], "username": "omid", "written_in": "en"}


FOLLOW_UP = {
    "text": "Bring a generator", "owner": "office:secretary", "deadline": "T-2",
    "covers": "stations", "query": "kind=fixed", "measure": "ready", "classification": "0",
}  # fmt: skip


def _follow_up(**typed: Any) -> Callable[[World, Any], dict[str, Any]]:
    def fill(world: World, key: Any) -> dict[str, Any]:
        return {"version": FollowUp.objects.get(pk=key).version, **WHY, **typed}

    return fill


def _assign(world: World, key: Any) -> dict[str, Any]:
    return {**WHY, "agency": Agency.objects.get(code="TCI").pk}


def _bulk(world: World, key: Any) -> dict[str, Any]:
    return {**SAID, "step": "apply", "selected": [key], "field": "battery_h", "value": "6"}


MEETING = {
    "title": "A meeting", "kind": "ad_hoc", "county": "", "starts_date": "2028-06-20",
    "starts_time": "10:00", "venue": "", "quorum": "2", "classification": "0",
}  # fmt: skip
DECIDED = {"text": "Do it", "legal_ground": "", "owner": "", "due_date": "", "figure": ""}


def _version(table: Any, **typed: Any) -> Callable[[World, Any], dict[str, Any]]:
    def fill(world: World, key: Any) -> dict[str, Any]:
        return {**typed, "version": table.objects.get(pk=key).version}

    return fill


def _lot(**typed: Any) -> Callable[[World, Any], dict[str, Any]]:
    def fill(world: World, key: Any) -> dict[str, Any]:
        return {"version": ResourceLot.objects.get(pk=key).version, **typed}

    return fill


def _accept_plan(world: World, key: Any) -> dict[str, Any]:
    """Accept a plan that is of the register as it stands."""
    AllocationPlan.objects.filter(pk=key).update(version_of_register=register_version())
    return {"reason": "agreed", "version": AllocationPlan.objects.get(pk=key).version}


ALLOCATION = {
    "do": "make", "level": "closed", "reading": "working", "limit": "stock", "travel_max_h": "9",
    **{f"units_{place}": "1" for place in range(4)},
}  # fmt: skip


def _review_sign(world: World, key: Any) -> dict[str, Any]:
    review = CountyReview.objects.get(pk=key)
    return {"typed_name": "Reza Rad", "read_hash": hash_of(canonical_pack(signed_content(review)))}


def _objection_agenda(world: World, key: Any) -> dict[str, Any]:
    return {"meeting": Meeting.objects.filter(state="open").first().pk}


def _sign(world: World, key: Any) -> dict[str, Any]:
    return {"verdict": "agrees", "read_hash": content_hash(Minutes.objects.get(pk=key))}


def _changes(world: World, key: Any) -> dict[str, Any]:
    version = Suggestion.objects.get(pk=key).version
    code = reachable(world).code
    return {
        "kind": "power", "power-stations": code, "power-battery_h": "8", "power-version": version,
    }  # fmt: skip


def _edited(world: World, key: Any) -> dict[str, Any]:
    item = AgendaItem.objects.filter(meeting__minutes=key, removed_at=None).first()
    return {
        "do": "take", "take": [f"record:{item.pk}:{item.version}"],
        f"text-record-{item.pk}": "It was talked over.",
    }  # fmt: skip


DUTY = {
    "text": "Keep watch", "owner": "office-governor", "legal_basis": "", "letter_no": "",
    "letter_date": "", "gate": "", "deadline": "T-1 18:00", "covers": "stations", "address": "",
    "proof": "declared", "evidence_needed": "", "details": "", "classification": "0",
}  # fmt: skip


def _duty(world: World, key: Any) -> dict[str, Any]:
    return {**DUTY, "version": Duty.objects.get(pk=key).version}


def _done(world: World, key: Any) -> dict[str, Any]:
    return {"done_date": "2024-06-10", "letter_no": "142/7", "where": "everywhere"}


def _hand_back(world: World, key: Any) -> dict[str, Any]:
    proof = DutyProof.objects.filter(duty=key, ended_at=None).order_by("pk").first()
    return {**WHY, "proof": proof.pk if proof else 0}


def _end_duty(world: World, key: Any) -> dict[str, Any]:
    return {**WHY, "version": Duty.objects.get(pk=key).version}


def _entry(**typed: Any) -> Callable[[World, Any], dict[str, Any]]:
    def fill(world: World, key: Any) -> dict[str, Any]:
        return {"version": LotEntry.objects.get(pk=key).lot.version, **typed}

    return fill


def _new_lot(world: World, key: Any) -> dict[str, Any]:
    return {
        "agency": Agency.objects.get(code="MCI").pk, "lot_kind": "modem", "lot_county": key,
        "classification": "0", "count": "4", "happened_date": "2024-06-10",
    }  # fmt: skip


def a_package(world: World) -> bytes:
    """Write a package of a province whose key is trusted."""
    now = datetime.now(UTC)
    manifest = {
        "election": "e", "election_date": world.round.election_date.isoformat(),
        "province": "Ardabil", "as_of": now.isoformat(), "made_at": now.isoformat(),
        "classification": 0, "public_key": own_public_key(),
    }  # fmt: skip
    data = {"figures": FIGURES, "counties": [], "causes": [], "means": [], "shared": []}
    return write(manifest, canonical(data), sign, now=now)


def a_form() -> bytes:
    """Write a workbook that asks for a figure."""
    book, file = openpyxl.Workbook(), BytesIO()
    book.active["B2"] = "{{total.ready}}"
    book.save(file)
    return file.getvalue()


# How each form is filled in, by the name of its address. The second of what a function is given
# stands in the address, or, where nothing does, is what the form names (see `named_in`).
WELL_FORMED: dict[str, Callable[[World, Any], dict[str, Any]]] = {
    "account-device-end": _empty,
    "account-token-revoke": _empty,
    "mfa_remove_webauthn": _empty,
    "assess-again": _empty,
    "boundaries-upload": lambda world, key: {"action": "keep", "place-0": key, "source": "map"},
    "bulk-edit": _bulk,
    "case-assign": _case(assignee="", reason="his to do"),
    "case-claim-fixed": _case(done="The generator came.", evidence="letter 8"),
    "case-comment": lambda world, key: {"text": "Seen today."},
    "case-comment-edit": lambda world, key: {"text": "Seen yesterday."},
    "case-recheck": _empty,
    "case-state": _case(state="accepted"),
    "case-waive": _case(reason="A reserve is near", authority="Decision 12", until_gate="set_up"),
    "cases-bulk": _ticked,
    "claim-evidence": lambda world, key: {
        "evidence": ("minutes.pdf", PDF), "classification": "1"
    },
    "claim-new": _claim,
    "component-agency": _assign,
    "component-class": lambda world, key: {**WHY, "classification": "0"},
    "contradiction": _resolve,
    "declaration-new": _declare,
    "declaration-withdraw": _withdraw,
    "duty-done": _done,
    "duty-edit": _duty,
    "duty-end": _end_duty,
    "duty-hand-back": _hand_back,
    "duty-new": lambda world, key: {**DUTY, "covers": "owner", "owner": f"agency-{key}"},
    "evidence-withdraw": _why,
    "explore-distribution": _empty,
    "explore-worst": _empty,
    "export": lambda world, key: {"format": "csv", "reason": "for the meeting", "query": ""},
    "export-request": lambda world, key: {"do": "approve", "remark": ""},
    "export-take": _empty,
    "follow-up-accept": _follow_up(),
    "follow-up-check": _empty,
    "follow-up-done": _follow_up(note="Done.", done_date="2024-06-10", letter_no="9"),
    "follow-up-drop": _follow_up(),
    "follow-up-edit": _follow_up(**FOLLOW_UP),
    "follow-up-hand-back": _follow_up(),
    "follow-up-new": lambda world, key: dict(FOLLOW_UP),
    "import": lambda world, key: {
        "file": ("list.csv", b"code,name,county\n1,School,Ahar\n"), "round": str(world.round.pk)
    },
    "import-filled": lambda world, key: {"reason": "for the clerk"},
    "import-apply": _apply,
    "import-discard": _empty,
    "import-mapping": _empty,
    "job-again": _empty,
    "job-stop": _empty,
    "county-review-answer": _version(
        CountyReview, **{"answer-1": "objected", "text-1": "The road is closed."}
    ),
    "county-review-meeting": _version(CountyReview, meeting=""),
    "county-review-objection-agenda": _objection_agenda,
    "county-review-objection-follow-up": lambda world, key: dict(FOLLOW_UP),
    "county-review-pdf": lambda world, key: {
        "written_in": "en", "export_reason": "for the meeting"
    },
    "county-review-send": _version(CountyReview),
    "county-review-sign": _review_sign,
    "county-review-withdraw": _version(CountyReview, reason="another list"),
    "county-reviews-prepare": lambda world, key: {"county": key},
    "county-reviews-send": _empty,
    "meeting-addendum": lambda world, key: {"text": "Read 12 as 21."},
    "meeting-agenda": lambda world, key: {"about": ["contradictions"]},
    "meeting-decision": _version(Decision, **DECIDED, do="save"),
    "meeting-edit": _version(Meeting, **MEETING),
    "meeting-item-add": lambda world, key: {"title": "Any other business"},
    "meeting-item-decide": lambda world, key: {**DECIDED, "do": "save"},
    "meeting-item-edit": _version(AgendaItem, title="Another title", text="It was said."),
    "meeting-item-order": lambda world, key: {"do": "down"},
    "meeting-item-suggest": lambda world, key: {"suggestion_text": "A second card"},
    "meeting-item-view": lambda world, key: {"view_text": "It is late."},
    "meeting-members": lambda world, key: {"user": "", "name": "A guest", "post": "adviser"},
    "meeting-minutes-edited": _edited,
    "meeting-minutes-freeze": _empty,
    "meeting-minutes-scan": lambda world, key: {"scan": ("paper.pdf", PDF)},
    "meeting-minutes-sign": _sign,
    "meeting-new": lambda world, key: dict(MEETING),
    "meeting-object": lambda world, key: {"do": "view", "view_text": "It is late."},
    "meeting-state": _version(Meeting, do="close"),
    "meeting-suggestion-answer": _version(Suggestion, state="accepted", reason=""),
    "meeting-suggestion-changes": _changes,
    "meeting-suggestion-try": _empty,
    "allocation-accept": _accept_plan,
    "allocation-again": _empty,
    "allocation-decision-kept": lambda world, key: {
        **WHY, "lot": key, "kept": "1", "county": Place.objects.get(code="01").pk,
    },
    "allocation-decision-station": lambda world, key: {
        **WHY, "station": Listing.objects.get(pk=key).code,
    },
    "allocation-decision-withdraw": _version(AllocationDecision, **WHY),
    "allocation-export": lambda world, key: {"format": "json", "reason": "for the meeting"},
    "allocation-new": lambda world, key: dict(ALLOCATION),
    "allocation-weigh": _empty,
    "staging-export": lambda world, key: {"format": "json", "reason": "for the meeting"},
    "staging-keep": lambda world, key: {"title": "By day"},
    "staging-withdraw": _version(KeptStagingPlan, **WHY),
    "dispatch-export": lambda world, key: {"format": "csv", "reason": "for the teams"},
    "dispatch-now-export": lambda world, key: {"format": "csv", "reason": "for the teams"},
    "queue-station-export": lambda world, key: {"format": "csv", "reason": "for the meeting"},
    "queues-morning-export": lambda world, key: {"format": "csv", "reason": "for the meeting"},
    "queues-moves-export": lambda world, key: {"format": "csv", "reason": "for the meeting"},
    "queues-next-day-export": lambda world, key: {"format": "csv", "reason": "for the meeting"},
    "ledger-export": lambda world, key: {"reason": "for the meeting"},
    "lot-correct": _entry(right_count="1", reason="the note says so"),
    "lot-count": _lot(account="tested", count="3", happened_date="2024-06-10"),
    "lot-evidence": lambda world, key: {"evidence": ("note.pdf", PDF)},
    "lot-move": _lot(kind="deliver", count="1", happened_date="2024-06-10", letter_no="d-9"),
    "lot-new": _new_lot,
    "follow-up-file-withdraw": _why,
    "lot-note-withdraw": _why,
    "lot-settle": _lot(account="delivered", chosen="county:1", reason="counted together"),
    "mentions": lambda world, key: {"case": key},
    "person-close": _why,
    "person-invite": _invite,
    "person-reopen": _why,
    "person-reset-password": _why,
    "person-reset-second-step": _why,
    "person-rights": _rights,
    "person-sign-out": _why,
    "person-unlock": _empty,
    "plan-approve": _plan(confirmed="yes"),
    "plan-edit": _plan(),
    "plan-tested": _plan(tested_on="2024-06-10", kind="drill", evidence="minutes"),
    "provinces-key-end": _why,
    "provinces-keys": lambda world, key: {
        "name": "Zanjan", "public_key": "1" * 64, "spoken_with": "Ali", "confirmed": "1" * 64,
    },
    "provinces-send": lambda world, key: {
        "as_of": str(localdate()), "ceiling": "0", "reason": "for the nation",
    },
    "provinces-take-in": lambda world, key: {"package": ("a.pollready", a_package(world))},
    "report-file": lambda world, key: {"reason": "for the meeting"},
    "report-form-end": _empty,
    "report-forms": lambda world, key: {"name": "national", "form": ("a.xlsx", a_form())},
    "report-new": lambda world, key: {
        "kind": kinds_for(key)[0], "place": Place.objects.get(code="01").pk,
        "agency": key.agency_id or "", "as_of": str(localdate()), "written_in": "en",
    },
    "report-request": lambda world, key: {"do": "approve", "remark": ""},
    "report-verify": _empty,
    "round": lambda world, key: {"round": key},
    "scenario-edit": _scenario,
    "scenario-likelihood": _likely,
    "scenario-new": lambda world, key: {**SCENARIO, "choice": "named", "names": key},
    "scenarios-cost": _empty,
    "station-add": _add,
    "station-cancel": lambda world, key: dict(ORDER),
    "station-merge": _merge,
    "station-relocate": _relocate,
    "undo": _empty,
    "view-delete": _empty,
    "reminder-again": _empty,
    "reminder-test": _empty,
    "work-seen": _empty,
    "views-save": lambda world, key: {"list": key, "name": "mine", "query": "q=x"},
}  # fmt: skip


def form_of(route: str, world: World, key: Any) -> Form:
    """Fill in the form of an address for one object."""
    query = ""
    if route == "claim-new":
        kind = key.partition("-")[0]
        fields = {"listing": "battery_h", "component": "mttr_h", "stop": "place"}
        query = f"field={fields[kind]}"
    if route == "contradiction":
        query = "field=signal_1"
    data = WELL_FORMED[route](world, key)
    return Form(route, None if route in NAMED else key, data, query)


def reachable(world: World) -> Listing:
    """Give a station that everybody may see whose scope is the county of the tests."""
    return world.listings[3]


def in_reach(world: World, user: User) -> dict[str, list[Any]]:
    """Give, by what stands in an address or a form, objects that the user has in reach."""
    out = out_of_reach(user, world)
    about = [f"listing-{reachable(world).pk}"]
    if user.agency_id:
        about = [f"component-{Component.objects.get(code=OWN).pk}"]
    cases = ObstacleCase.objects.exclude(pk__in=out["case_id"])
    own = AuditBatch.objects.filter(actor=user.username)
    scenarios = scenarios_for(user, world.round.pk)
    return {
        "listing_id": [reachable(world).pk, world.listings[7].pk],
        "about": about,
        "component_id": list(components_for(user).values_list("pk", flat=True)),
        "evidence_id": list(Evidence.objects.filter(attached_by=user).values_list("pk", flat=True)),
        "export_id": list(ExportRequest.objects.filter(asked_by=user).values_list("pk", flat=True))
        + list(ExportRequest.objects.filter(approved=None).values_list("pk", flat=True)),
        "claim_id": list(
            Claim.objects.filter(listing=reachable(world)).values_list("pk", flat=True)[:1]
        ),
        "case_id": list(cases.values_list("pk", flat=True)),
        "event_id": list(CaseEvent.objects.filter(by=user).values_list("pk", flat=True)),
        "scenario_id": list(scenarios.values_list("pk", flat=True)),
        "follow_up_id": list(
            follow_ups_for(user, world.round.pk).values_list("pk", flat=True)
        ),
        "file_id": list(files_for(user, world.round.pk).values_list("pk", flat=True)),
        "declaration_id": list(
            ReadinessDeclaration.objects.filter(agency=user.agency_id).values_list("pk", flat=True)
        ),
        **_meetings_in_reach(out, cases),
        **reviews_of(user),
        "county_to_prepare": [Place.objects.get(code="03").pk],
        "duty_id": list(duties_for(user, world.round.pk).values_list("pk", flat=True)),
        "agency": list(Agency.objects.filter(code="TCI").values_list("pk", flat=True)),
        "report_id": list(kept_reports.reports_for(user).values_list("pk", flat=True)),
        "report_file_id": [
            file.pk
            for report in kept_reports.reports_for(user)
            for file in kept_reports.files_for(user, report)
        ],
        "request_id": list(
            ExportRequest.objects.filter(list="report", asked_by=user).values_list("pk", flat=True)
        ),
        "reporter": [user],
        "key_id": list(TrustedKey.objects.values_list("pk", flat=True)),
        "form_id": list(ReportForm.objects.values_list("pk", flat=True)),
        "view_id": list(user.saved_views.values_list("pk", flat=True)),
        "import_id": list(StagedImport.objects.filter(by=user).values_list("pk", flat=True)),
        "job_id": list(Job.objects.filter(by=user).values_list("pk", flat=True)),
        "person_id": list(
            User.objects.filter(username__in=("kept", "closed")).values_list("pk", flat=True)
        ),
        "session_id": list(user.user_sessions.values_list("pk", flat=True)),
        "token_id": list(user.api_tokens.values_list("pk", flat=True)),
        "pk": list(Authenticator.objects.filter(user=user).values_list("pk", flat=True)),
        "number": list(own.values_list("number", flat=True)),
        "name": ["stations"],
        "round": [world.round.code],
        "place_id": list(Place.objects.filter(parent__code="01").values_list("pk", flat=True)),
        "component": [OWN],
        "list": ["stations"],
        "plan_id": list(plans_of_means(user, world.round.pk).values_list("pk", flat=True)),
        "staging_id": list(kept_stagings(user, world.round.pk).values_list("pk", flat=True)),
        "fixed_id": list(decisions_for(user, world.round.pk).values_list("pk", flat=True)),
        "undecided": [world.listings[7].pk],
        "lot_id": list(lots_for(user, world.round.pk).values_list("pk", flat=True)),
        "note_id": list(
            evidence_for(user, lots_for(user, world.round.pk)).values_list("pk", flat=True)
        ),
        "entry_id": list(
            LotEntry.objects.filter(lot__in=lots_for(user, world.round.pk))
            .values_list("pk", flat=True)
        ),
        "county": [Place.objects.get(code="01").pk],
        "none": [None],
    }  # fmt: skip


def _meetings_in_reach(out: dict[str, list[Any]], cases: Any) -> dict[str, list[Any]]:
    tables = {
        "meeting_id": Meeting, "item_id": AgendaItem, "suggestion_id": Suggestion,
        "decision_id": Decision, "minutes_id": Minutes,
    }  # fmt: skip
    found: dict[str, list[Any]] = {
        name: list(table.objects.exclude(pk__in=out[name]).values_list("pk", flat=True))
        for name, table in tables.items()
    }
    return found | {"subject": [f"case-{pk}" for pk in cases.values_list("pk", flat=True)[:2]]}


def beyond_reach(world: World, user: User) -> dict[str, list[Any]]:
    """Give, by what stands in an address or a form, objects out of the user's reach."""
    out: dict[str, list[Any]] = dict(out_of_reach(user, world))
    stops = Stop.objects.filter(listing__in=out["listing_id"])
    keeper = User.objects.get(username="keeper")
    about = [f"listing-{pk}" for pk in out["listing_id"]]
    about += [f"stop-{pk}" for pk in stops.values_list("pk", flat=True)]
    about += [f"component-{pk}" for pk in out["component_id"]]
    claims = Claim.objects.filter(listing__in=out["listing_id"], field="battery_h")
    hidden = Component.objects.filter(pk__in=out["component_id"]).values_list("code", flat=True)
    bound = user.places.exists()
    elsewhere = User.objects.get(username="elsewhere")
    strangers = [keeper.pk, elsewhere.pk] if bound else []
    places = Place.objects.filter(parent__code="02").values_list("pk", flat=True) if bound else []
    hidden_files = Evidence.objects.filter(
        Q(claim__listing__in=out["listing_id"])
        | Q(claim__stop__in=stops)
        | Q(claim__component__in=out["component_id"])
        | Q(classification__gt=user.clearance)
    )
    if not may(user, Permission.WITHDRAW_EVIDENCE):  # his own alone
        hidden_files |= Evidence.objects.exclude(attached_by=user)
    waiting = to_decide_for(user, now=datetime.now(UTC)).values("pk")
    exports = ExportRequest.objects.exclude(asked_by=user).exclude(pk__in=waiting)
    scenarios = Scenario.objects.exclude(pk__in=scenarios_for(user, world.round.pk).values("pk"))
    reports = KeptReport.objects.exclude(pk__in=kept_reports.reports_for(user).values("pk"))
    declared = ReadinessDeclaration.objects.exclude(agency=user.agency_id)
    jobs = Job.objects.exclude(by=user)
    if may(user, Permission.ASSESS):  # whoever could start it may watch, stop and repeat it
        jobs = jobs.exclude(kind="assess")
    events = CaseEvent.objects.exclude(by=user, case__in=in_reach(world, user)["case_id"])
    lost = AuditEntry.objects.filter(
        batch__actor=user.username,
        object_id__in=[name.replace("-", "/") for name in about],
    )  # his own changes of what is no longer his to see
    others = AuditBatch.objects.exclude(actor=user.username)
    return out | {
        "about": about,
        "evidence_id": list(hidden_files.values_list("pk", flat=True)),
        "export_id": list(exports.values_list("pk", flat=True)),
        "claim_id": list(claims.values_list("pk", flat=True)[:9]),
        "scenario_id": list(scenarios.values_list("pk", flat=True)),
        "declaration_id": list(declared.values_list("pk", flat=True)),
        "subject": [*(f"case-{pk}" for pk in out["case_id"][:3]), "component-999999", "nothing"],
        "agency": list(Agency.objects.filter(code=ABOVE).values_list("pk", flat=True)),
        "report_id": list(reports.values_list("pk", flat=True)),
        "report_file_id": list(
            KeptFile.objects.filter(
                Q(report__in=reports) | Q(classification__gt=user.clearance)
            ).values_list("pk", flat=True)
        ),
        "request_id": list(exports.values_list("pk", flat=True)),
        "form_id": [999_999, *(ReportForm.objects.values_list("pk", flat=True) if bound else ())],
        "key_id": [999_999, *(TrustedKey.objects.values_list("pk", flat=True) if bound else ())],
        "view_id": list(keeper.saved_views.values_list("pk", flat=True)),
        "import_id": [
            *StagedImport.objects.filter(by__username="importer").values_list("pk", flat=True)
        ] if bound else [],
        "event_id": list(events.values_list("pk", flat=True)[:: max(1, events.count() // 12)]),
        "job_id": list(jobs.values_list("pk", flat=True)),
        "person_id": [*strangers, 999_999],
        "session_id": list(keeper.user_sessions.values_list("pk", flat=True)),
        "token_id": list(keeper.api_tokens.values_list("pk", flat=True)),
        "pk": list(Authenticator.objects.filter(user=keeper).values_list("pk", flat=True)),
        "number": [
            *lost.values_list("batch__number", flat=True).distinct(),
            *others.values_list("number", flat=True)[:5],
            999_999,
        ],
        "name": ["no-such-list"],
        "round": ["other-round", "no-such-round"] if bound else ["no-such-round"],
        "place_id": [*places, 999_999],
        "component": [*hidden, "no-such-code"],
        "county_to_prepare": [999_999, *([Place.objects.get(code="03").pk] if bound else [])],
        "undecided": out["listing_id"],
        "county": [999_999, *([Place.objects.get(code="02").pk] if bound else [])],
        "list": ["no-such-list"],
    }  # fmt: skip


# The station of the obstacle that the agency of the tests owns, and what its rule looks at.
STATED_AT = 2
STATED = frozenset({"operator_1", "operator_2", "signal_1", "signal_2", "test_date"})


def stated(listing: Listing, field: str, value: str) -> Form:
    """Fill in what somebody says of a field of a station."""
    return Form("claim-new", f"listing-{listing.pk}", SAID | {"value": value}, f"field={field}")


def statements_beyond(world: World) -> Iterator[Form]:
    """Give what an agency would say where no obstacle of its own asks for it."""
    own = world.listings[STATED_AT]
    for listing in world.listings:
        if listing != own:
            yield stated(listing, "signal_1", "good")
    for each in ("battery_h", "software", "expected_voters"):
        yield stated(own, each, "6")
    for claim in Claim.objects.filter(listing=own, field__in=STATED):
        file = {"evidence": ("minutes.pdf", PDF), "classification": "1"}
        yield Form("claim-evidence", claim.pk, file)
        decided = {"do": "resolve", "chosen": claim.pk, "reason": "seen on site"}
        yield Form("contradiction", f"listing-{own.pk}", decided, f"field={claim.field}")


# What a form names itself where nothing stands in its address.
NAMED = {
    "allocation-decision-kept": "lot_id", "allocation-decision-station": "undecided",
    "allocation-new": "none", "allocation-weigh": "none", "staging-keep": "none",
    "assess-again": "none", "boundaries-upload": "place_id", "bulk-edit": "listing_id",
    "cases-bulk": "case_id", "declaration-new": "scenario_id", "explore-distribution": "none",
    "explore-worst": "none", "follow-up-new": "none", "import": "none", "work-seen": "none",
    "import-filled": "none", "mentions": "case_id",
    "dispatch-export": "none", "dispatch-now-export": "none",
    "queues-morning-export": "none", "queues-moves-export": "none",
    "queues-next-day-export": "none",
    "county-reviews-prepare": "county_to_prepare", "county-reviews-send": "none",
    "meeting-new": "none", "duty-new": "agency", "ledger-export": "none",
    "lot-new": "county",
    "person-invite": "place_id",
    "provinces-keys": "none", "provinces-send": "none", "provinces-take-in": "none",
    "report-forms": "none", "report-new": "reporter",
    "reminder-again": "none", "reminder-test": "none",
    "round": "round", "scenario-new": "component", "scenarios-cost": "none",
    "station-add": "place_id", "views-save": "list",
}  # fmt: skip


def forms_naming_what_is_beyond(world: World, user: User) -> Iterator[Form]:
    """Give forms whose address is in reach and in which something else is named that is not.

    Each of them is well formed but for that one thing.
    """
    here, out = in_reach(world, user), beyond_reach(world, user)

    def change(route: str, key: Any, **changes: Any) -> Form:
        form = form_of(route, world, key)
        return Form(form.route, form.key, form.data | changes, form.query)

    above = Agency.objects.get(code=ABOVE).pk
    if user.agency_id:
        yield from statements_beyond(world)
    for code in Listing.objects.filter(pk__in=out["listing_id"]).values_list("code", flat=True):
        yield change("station-merge", here["listing_id"][1], into=code)
    for listing in out["listing_id"]:
        foreign = Claim.objects.filter(listing=listing, field="signal_1").first()
        if foreign is not None:
            yield change("contradiction", here["about"][0], chosen=foreign.pk)
        selected = {"selected": [listing], "list": "stations", "query": ""}
        yield change("bulk-edit", here["listing_id"][0], **selected)
    test = {"do": "test", "test-agency": above, "test-due_date": "2099-01-01",
            "test-reason": "go and look"}  # fmt: skip
    yield change("contradiction", here["about"][0], **test)
    for person in User.objects.filter(username__in=("elsewhere", "of-power")):
        cases = ObstacleCase.objects.filter(pk__in=here["case_id"])
        for case in [each for each in cases if person not in people_for(each)][:3]:
            yield change("case-assign", case.pk, assignee=person.pk)
    for case_id in here["case_id"][:2]:
        yield change("case-assign", case_id, owner=ABOVE)
    for lot in here["lot_id"][:1]:
        yield change("lot-move", lot, county=999_999)
        yield change("lot-settle", lot, chosen="agency:999999")
        yield change("lot-new", here["county"][0], agency=above)
        if user.places.exists():
            yield change("lot-move", lot, county=Place.objects.get(code="02").pk)
    for component in here["component_id"][:1]:
        yield change("component-agency", component, agency=above)
        yield change("component-class", component, classification="3")
    for scenario in here["scenario_id"]:
        yield change("plan-edit", scenario, **{"step-0-agency": above})
        if not user.agency_id:
            yield change("plan-edit", scenario, owner=above)
        for code in out["component"]:
            yield change("scenario-edit", scenario, choice="named", names=code)
            written = {"choice": "written", "selector": f'named "{code}"'}
            yield change("scenario-edit", scenario, **written)
            yield change("scenario-new", code, **written)
    county = Place.objects.get(code="02").pk
    if user.places.exists():
        for route in ("provinces-keys", "provinces-send", "provinces-take-in", "report-forms"):
            yield change(route, None)
        yield change("report-new", user, kind="county", place=county)
        yield change("report-new", user, kind="provincial")
    if may(user, Permission.MAKE_REPORTS):
        yield change("report-new", user, kind="agency", agency=above)
    if user.places.exists():
        yield change("scenario-new", OWN, choice="every", county="02")
    for listing in out["listing_id"]:
        code = Listing.objects.get(pk=listing).code
        yield change("follow-up-new", None, query=f"q={code}")
    yield change("follow-up-new", None, owner=f"agency:{above}")
    yield change("follow-up-new", None, classification="3")
    for kept in here["person_id"][:1]:
        for place in out["place_id"]:
            yield change("person-rights", kept, places=[place])
        for rights in (
            {"role": Role.AGENCY_DEPUTY, "agency": above}, {"clearance": "3"}, {"places": [999_999]}
        ):  # fmt: skip
            yield change("person-rights", kept, **rights)
            yield change("person-invite", here["place_id"][0], **rights)
