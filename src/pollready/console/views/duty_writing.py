"""Entering, changing and ending duties; saying that one is done, and handing it back."""

from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.commands import EVERYWHERE, report_done_where_covered
from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.duties.covering import Covering, CoveringReader
from pollready.console.duties.forms import DoneForm, DutyForm, EndForm, HandBackForm, initial_of
from pollready.console.duties.page import DutyPage
from pollready.console.duties.words import DutyWords
from pollready.console.middleware import ConsoleRequest
from pollready.console.reopening import reopened
from pollready.console.views.duties import TITLE, duty_answer, duty_of
from pollready.console.views.overview import nothing_assessed
from pollready.duties.commands import change_duty, end_duty, enter_duty, hand_back
from pollready.duties.models import Duty, Proof
from pollready.duties.queries import proofs_for
from pollready.duties.rules import DutyRefused
from pollready.language import say
from pollready.people.permissions import NotPermitted, Permission

COUNT = "count"  # the button that only says how many objects the filter covers


@requires(Permission.EDIT_DUTIES)
@require_http_methods(["GET", "HEAD", "POST"])
def duty_new(request: ConsoleRequest) -> HttpResponse:
    """Enter a duty; a list brings its filter along."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    if request.method != "POST":
        owner = request.GET.get("owner", "")[:60]
        covering = _covering(request, reading).read(
            request.GET.get("covers", ""), QueryDict(request.GET.get("query", "")[:4000]),
            owner=owner,
        )  # fmt: skip
        lowest: dict[str, object] = {
            "covers": covering.covers, "proof": str(Proof.DECLARED), "classification": "0",
            "owner": owner,
        }  # fmt: skip
        return _form_page(request, reading, _form(request, reading, covering, initial=lowest))
    covering = _covering(request, reading).typed(request.POST)
    if request.POST.get("action") == COUNT:
        return _form_page(request, reading, _counted(request, reading, covering))
    form = _form(request, reading, covering, data=request.POST)
    if not form.is_valid():
        return _form_page(request, reading, form, status=422)
    try:
        duty = enter_duty(
            form.draft(), round_id=reading.round.pk, by=request.user, now=datetime.now(UTC)
        )
    except DutyRefused as refused:
        form.refuse(refused)
        return _form_page(request, reading, form, status=422)
    messages.success(request, say("duties.new.saved", request.language))
    return redirect("duty", duty.pk)


@requires(Permission.EDIT_DUTIES)
@require_http_methods(["GET", "HEAD", "POST"])
def duty_edit(request: ConsoleRequest, duty_id: int) -> HttpResponse:
    """Change a duty; what somebody else changed meanwhile is shown, not overwritten."""
    reading, page = _editable(request, duty_id)
    duty = page.duty
    if request.method != "POST":
        owner = f"agency-{duty.agency_id}" if duty.agency_id else ""
        covering = _covering(request, reading).read(duty.covers, QueryDict(duty.query), owner=owner)
        initial = initial_of(duty, request.language)
        return _form_page(
            request, reading, _form(request, reading, covering, initial=initial), duty=duty
        )
    covering = _covering(request, reading).typed(request.POST)
    if request.POST.get("action") == COUNT:
        return _form_page(request, reading, _counted(request, reading, covering), duty=duty)
    form = _form(request, reading, covering, data=request.POST)
    if not form.is_valid():
        return _form_page(request, reading, form, duty=duty, status=422)
    try:
        change_duty(
            duty.pk, form.draft(), round_id=reading.round.pk,
            version=form.cleaned_data["version"] or 0, by=request.user, now=datetime.now(UTC),
        )  # fmt: skip
    except ChangedMeanwhile as changed:
        duty.refresh_from_db()
        form = reopened(form, changed)
        return _form_page(request, reading, form, duty=duty, status=409, changed=page)
    except DutyRefused as refused:
        form.refuse(refused)
        return _form_page(request, reading, form, duty=duty, status=422)
    messages.success(request, say("duties.edit.saved", request.language))
    return redirect("duty", duty.pk)


@requires(Permission.EDIT_DUTIES)
@require_safe
def duty_covered(request: ConsoleRequest) -> HttpResponse:
    """Say how many objects a filter covers while a form is filled in: a part of that page."""
    reading = read(request)
    if reading is None:
        raise Http404
    covering = _covering(request, reading).typed(request.GET)
    form = _form(request, reading, covering, initial={"covers": covering.covers})
    if covering.fault is not None:
        form = _form(request, reading, covering, data=request.GET)
        form.errors.clear()
        form.refuse(covering.fault)
    return render(request, "duties/_covering.html", {"form": form, "covering": covering})


@requires(Permission.REPORT_DONE)
@require_POST
def duty_done(request: ConsoleRequest, duty_id: int) -> HttpResponse:
    """Say that a duty is done: as a whole, at chosen objects, or everywhere that it is not."""
    reading, page = duty_of(request, duty_id)
    if not page.may_report:
        raise PermissionDenied
    form = DoneForm(request.POST, language=request.language)
    if not form.is_valid():
        return duty_answer(request, (reading, page), form=form, status=422)
    try:
        number = report_done_where_covered(
            duty_id, form.done(), _where(request), saved=reading.saved, by=request.user,
            now=datetime.now(UTC),
        )  # fmt: skip
    except DutyRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused)
        return duty_answer(request, (reading, page), form=form, status=422)
    except NotPermitted:
        raise PermissionDenied from None
    said = "duties.done.saved_at" if page.row.is_of_objects else "duties.done.saved"
    messages.success(request, say(said, request.language, objects=number))
    return redirect("duty", duty_id)


@requires(Permission.REPORT_DONE)
@require_http_methods(["GET", "HEAD", "POST"])
def duty_hand_back(request: ConsoleRequest, duty_id: int) -> HttpResponse:
    """Take back what one said to be done, or hand back what does not show it."""
    reading, page = duty_of(request, duty_id)
    posted = request.method == "POST"
    typed = (request.POST if posted else request.GET).get("proof", "")
    key = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    reports = {report.proof_id: report for report in page.reports()}
    proof = proofs_for(request.user, page.duty).filter(pk=key, ended_at=None).first()
    if proof is None:
        raise Http404
    report = reports.get(key)
    own = proof.said_by_id == request.user.pk
    if not own and not page.may_edit:
        raise PermissionDenied
    form = HandBackForm(
        request.POST if posted else None, language=request.language,
        initial={"proof": key, "whole": report is not None and report.objects > 1},
    )  # fmt: skip
    if posted and form.is_valid():
        try:
            hand_back(
                key, duty_id=duty_id, round_id=reading.round.pk, by=request.user,
                reason=form.cleaned_data["reason"], whole_report=form.cleaned_data["whole"],
                now=datetime.now(UTC),
            )  # fmt: skip
        except DutyRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused)
        else:
            said = "duties.hand_back.taken" if own else "duties.hand_back.handed"
            messages.success(request, say(said, request.language))
            return redirect("duty", duty_id)
    context = {
        "form": form, "page": page, "duty": page.duty, "proof": proof, "report": report,
        "own": own, "object": page.object_of(proof),
    }  # fmt: skip
    return render(request, "duties/hand_back.html", context, status=422 if posted else 200)


@requires(Permission.EDIT_DUTIES)
@require_http_methods(["GET", "HEAD", "POST"])
def duty_end(request: ConsoleRequest, duty_id: int) -> HttpResponse:
    """Let a duty hold no longer; it stays readable."""
    reading, page = duty_of(request, duty_id)
    if not page.may_edit:
        raise PermissionDenied
    form = EndForm(
        request.POST if request.method == "POST" else None, language=request.language,
        initial={"version": page.duty.version},
    )  # fmt: skip
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            end_duty(
                duty_id, round_id=reading.round.pk, by=request.user, now=datetime.now(UTC),
                **form.cleaned_data,
            )  # fmt: skip
        except ChangedMeanwhile as changed:
            status = 409
            form = reopened(form, changed)
            form.add_error(None, changed)
        except DutyRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused)
        else:
            messages.success(request, say("duties.end.saved", request.language))
            return redirect("duty", duty_id)
    context = {"form": form, "page": page, "duty": page.duty}
    return render(request, "duties/end.html", context, status=status)


def _editable(request: ConsoleRequest, duty_id: int) -> tuple[Reading, DutyPage]:
    """Find a duty that the user may change; names that he may not see must not be lost by it."""
    reading, page = duty_of(request, duty_id)
    if not page.may_edit or page.hides:
        raise PermissionDenied
    return reading, page


def _where(request: ConsoleRequest) -> list[int] | str:
    if request.POST.get("where") == EVERYWHERE:
        return EVERYWHERE
    keys = request.POST.getlist("selected")
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]


def _covering(request: ConsoleRequest, reading: Reading) -> CoveringReader:
    words = DutyWords(reading, request.user)
    return CoveringReader(reading, request.user, words, now=datetime.now(UTC))


def _form(
    request: ConsoleRequest,
    reading: Reading,
    covering: Covering,
    *,
    data: QueryDict | None = None,
    initial: dict[str, object] | None = None,
) -> DutyForm:
    if data is not None:
        data = data.copy()
        data["address"] = "" if covering.fault is None else data.get("address", "")
        data["covers"] = covering.covers
    return DutyForm(
        data,
        language=request.language,
        user=request.user,
        covering=covering,
        with_components=DutyWords(reading, request.user).sees_components,
        initial=initial,
    )


def _counted(request: ConsoleRequest, reading: Reading, covering: Covering) -> DutyForm:
    """Keep what was typed so far, and say nothing of what is still missing."""
    typed: dict[str, object] = dict(request.POST.items())
    return _form(
        request, reading, covering,
        initial=typed | {"covers": covering.covers, "address": ""},
    )  # fmt: skip


def _form_page(
    request: ConsoleRequest,
    reading: Reading,
    form: DutyForm,
    *,
    duty: Duty | None = None,
    status: int = 200,
    changed: DutyPage | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "covering": form.covering,
        "duty": duty,
        "changed": changed,
        "election_date": reading.round.election_date,
    }
    return render(request, "duties/form.html", context, status=status)
