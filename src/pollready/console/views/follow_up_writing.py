"""Giving a follow-up, changing it, reporting it done, and settling it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.follow_up_effects import change_measured, start_measured
from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.follow_up_forms import (
    ChangeForm,
    DoneForm,
    FollowUpForm,
    ReasonForm,
    shown_deadline,
)
from pollready.console.follow_ups import FollowUpPage
from pollready.console.middleware import ConsoleRequest
from pollready.console.reopening import reopened
from pollready.console.views.follow_ups import TITLE, found_or_404
from pollready.console.views.overview import nothing_assessed
from pollready.duties.follow_ups.commands import (
    accept_follow_up,
    drop_follow_up,
    hand_back_follow_up,
)
from pollready.duties.follow_ups.models import Figure, FollowUp
from pollready.duties.follow_ups.rules import FollowUpRefused
from pollready.duties.models import Covers
from pollready.jobs.follow_up_checks import report_and_check
from pollready.language import say
from pollready.people.permissions import NotPermitted, Permission
from pollready.register.corrections.errors import CorrectionRefused

CONFLICT, UNPROCESSABLE = 409, 422
# Where a form has another field than the command that refuses.
_FIELDS = {"figure": "measure", "figure_of": "figure_words", "objects": "query"}
# What an address may say of a follow-up that is begun on another page.
_PRESET = ("text", "owner", "covers", "query", "measure", "deadline", "gate")
# Texts that may hold names of infrastructure.
_MAY_NAME = ("text", "query", "figure_words")
Write = Callable[[dict[str, Any]], FollowUp]


@requires(Permission.EDIT_DUTIES)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_new(request: ConsoleRequest) -> HttpResponse:
    """Give somebody something to do; lists and obstacles lead here with their objects chosen."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    initial = {"covers": str(Covers.OWNER), "measure": str(Figure.NONE), "classification": 0}
    initial |= {name: request.GET[name] for name in _PRESET if request.GET.get(name)}
    form = FollowUpForm(
        request.POST or None, viewer=request.user, language=request.language, initial=initial
    )

    def write(values: dict[str, Any]) -> FollowUp:
        return start_measured(
            form.draft(), round_id=reading.round.pk, by=request.user, now=datetime.now(UTC)
        )

    return written(request, form, write, "started", "follow_ups/form.html", {})


@requires(Permission.EDIT_DUTIES)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_edit(request: ConsoleRequest, follow_up_id: int) -> HttpResponse:
    """Write a follow-up anew, with the reason."""
    reading, follow_up = found_or_404(request, follow_up_id)
    chosen, shown = _chosen(follow_up), _shown(follow_up)
    veiled = {name: reading.wording.veil.text(shown[name]) for name in _MAY_NAME}
    form = ChangeForm(
        request.POST or None, viewer=request.user, language=request.language,
        initial=shown | veiled,
    )  # fmt: skip

    def write(values: dict[str, Any]) -> FollowUp:
        # Who may not see names leaves what he saw masked as it stands.
        values |= {name: shown[name] for name in _MAY_NAME if values[name] == veiled[name]}
        return change_measured(
            follow_up.pk, form.draft(chosen), round_id=reading.round.pk,
            version=values["version"], reason=values["reason"], by=request.user,
            now=datetime.now(UTC),
        )  # fmt: skip

    context = _context(request, reading, follow_up) | {"chosen": len(chosen)}
    return written(request, form, write, "changed", "follow_ups/form.html", context)


@requires(Permission.REPORT_DONE)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_done(request: ConsoleRequest, follow_up_id: int) -> HttpResponse:
    """Report it done, with evidence; what came of it is then worked out."""
    reading, follow_up = found_or_404(request, follow_up_id)
    form = DoneForm(
        request.POST or None, files=request.FILES or None, language=request.language,
        initial={"version": follow_up.version, "done_date": localdate()},
    )  # fmt: skip

    def write(values: dict[str, Any]) -> FollowUp:
        return report_and_check(
            follow_up.pk, form.done(), round_id=reading.round.pk, version=values["version"],
            by=request.user, now=datetime.now(UTC),
        )  # fmt: skip

    context = _context(request, reading, follow_up) | {"limit": settings.POLLREADY_EVIDENCE_MAX_MB}
    if request.method != "POST" and not context["page"].may_report:
        return _moved_on(request, follow_up)
    return written(request, form, write, "reported", "follow_ups/done.html", context)


@requires(Permission.REPORT_DONE)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_hand_back(request: ConsoleRequest, follow_up_id: int) -> HttpResponse:
    """Let what was reported wait for its owner again."""
    return _settled(request, follow_up_id, "hand_back", hand_back_follow_up, "may_hand_back")


@requires(Permission.EDIT_DUTIES)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_accept(request: ConsoleRequest, follow_up_id: int) -> HttpResponse:
    """Take what was reported for done, where the register cannot tell."""
    return _settled(request, follow_up_id, "accept", accept_follow_up, "may_accept")


@requires(Permission.EDIT_DUTIES)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_drop(request: ConsoleRequest, follow_up_id: int) -> HttpResponse:
    """Let it be done no more."""
    return _settled(request, follow_up_id, "drop", drop_follow_up, "may_change")


def _settled(
    request: ConsoleRequest, follow_up_id: int, kind: str, command: Callable[..., FollowUp],
    allowed: str,
) -> HttpResponse:  # fmt: skip
    """Ask for the reason, and give the command."""
    reading, follow_up = found_or_404(request, follow_up_id)
    context = _context(request, reading, follow_up) | {"kind": kind}
    if request.method != "POST" and not getattr(context["page"], allowed):
        return _moved_on(request, follow_up)
    form = ReasonForm(
        request.POST or None, language=request.language, initial={"version": follow_up.version}
    )

    def write(values: dict[str, Any]) -> FollowUp:
        return command(
            follow_up.pk, round_id=reading.round.pk, by=request.user, now=datetime.now(UTC),
            **values,
        )  # fmt: skip

    return written(request, form, write, kind, "follow_ups/reason.html", context)


def _moved_on(request: ConsoleRequest, follow_up: FollowUp) -> HttpResponse:
    """Lead back from a step that is not, or no longer, this reader's to take."""
    messages.error(request, say("follow_up.page.moved_on", request.language))
    return redirect("follow-up", follow_up.pk)


def written(
    request: ConsoleRequest, form: Any, write: Write, done: str, template: str,
    context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    """Show a form, and write what it says; every refusal stands beside its field."""
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                made = write(form.cleaned_data)
            except NotPermitted:
                raise PermissionDenied from None
            except ChangedMeanwhile as changed:
                status = CONFLICT
                form = reopened(form, changed)
                form.add_error(None, changed)
            except (FollowUpRefused, CorrectionRefused) as refused:
                field = _FIELDS.get(refused.field, refused.field)
                form.add_error(field if field in form.fields else None, refused)
            else:
                messages.success(request, say(f"follow_up.saved.{done}", request.language))
                return redirect("follow-up", made.pk)
    return render(request, template, context | {"form": form}, status=status)


def _context(request: ConsoleRequest, reading: Reading, follow_up: FollowUp) -> dict[str, Any]:
    page = FollowUpPage(follow_up, request.user, reading, None)
    return {"page": page, "follow_up": follow_up}


def _chosen(follow_up: FollowUp) -> list[int]:
    """Give the objects that were chosen one by one."""
    if follow_up.query or follow_up.covers == Covers.OWNER:
        return []
    key = "listing_id" if follow_up.covers == Covers.STATIONS else "component_id"
    rows = follow_up.objects_of.filter(**{f"{key}__isnull": False})
    return list(rows.order_by("pk").values_list(key, flat=True))


def _shown(follow_up: FollowUp) -> dict[str, Any]:
    """Give what the form of a change shows at first."""
    of = follow_up
    owner = f"agency:{of.agency_id}" if of.agency_id else f"office:{of.office}"
    named = of.figure in (Figure.RULE, Figure.CRITERION)
    return {
        "text": of.text, "owner": owner, "person": str(of.person_id or ""),
        "covers": of.covers, "query": of.query,
        "measure": f"{of.figure}:{of.figure_of}" if named else of.figure,
        "figure_words": of.figure_of if of.figure == Figure.FREE else "",
        "classification": of.classification, "version": of.version,
    } | shown_deadline(of.deadline)  # fmt: skip
