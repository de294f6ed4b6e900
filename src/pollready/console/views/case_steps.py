"""What people do with a case: take it on, assign it, claim it fixed, waive it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pollready.assessment.cases.commands import (
    Assignment,
    Waiver,
    assign_case,
    move_case,
    waive_case,
)
from pollready.assessment.cases.errors import CaseRefused, EvidenceMissing, NoSuchCase
from pollready.assessment.cases.queries import cases_for
from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.case import CasePage
from pollready.console.case_forms import AssignForm, ClaimFixedForm, WaiveForm
from pollready.console.context import wording_for
from pollready.console.forms import ConsoleForm
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.cases import case_or_404, render_case
from pollready.jobs.rechecks import claim_and_recheck, start_recheck
from pollready.language import message, say
from pollready.obstacles.cases import CaseState
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission

CONFLICT, UNPROCESSABLE = 409, 422
EVIDENCE_LINKS = 5


@requires(Permission.SEE_REGISTER)
@require_POST
def case_state(request: ConsoleRequest, case_id: int) -> HttpResponse:
    """Take a case to another state by a button."""
    case = case_or_404(request, case_id)
    try:
        move_case(
            case_id=case_id,
            after=CaseState(request.POST.get("state", "")),
            version=int(request.POST.get("version", "")),
            by=request.user,
            now=datetime.now(UTC),
        )
    except ValueError:
        return render_case(request, case, trouble=_unread(request), status=UNPROCESSABLE)
    except NotPermitted:
        raise PermissionDenied from None
    except (CaseRefused, ChangedMeanwhile) as refused:
        case = case_or_404(request, case_id)
        words = message(refused, request.language)
        return render_case(request, case, trouble=words, status=CONFLICT)
    return _done(request, case_id, "moved")


def _unread(request: ConsoleRequest) -> str:
    return say("errors.form.invalid", request.language)


@requires(Permission.WORK_OBSTACLES)
@require_http_methods(["GET", "HEAD", "POST"])
def case_assign(request: ConsoleRequest, case_id: int) -> HttpResponse:
    """Give a case another owner, person or gate, with a reason."""
    case = case_or_404(request, case_id)
    begin = {
        "owner": case.owner,
        "assignee": str(case.assignee_id or ""),
        "due_gate": case.due_gate,
    }
    form = AssignForm(request.POST or None, language=request.language, initial=_seen(case, begin))
    form.offer(request.user, wording_for(request, case.round), [case])

    def write(data: dict[str, Any]) -> None:
        assign_case(
            Assignment(
                owner=data["owner"],
                assignee=person_chosen(data["assignee"]),
                due_gate=data["due_gate"],
                reason=data["reason"],
            ),
            **_by(request, case_id, data),
        )

    return _form_page(request, case, form, "assign", write)


@requires(Permission.WORK_OBSTACLES)
@require_http_methods(["GET", "HEAD", "POST"])
def case_claim_fixed(request: ConsoleRequest, case_id: int) -> HttpResponse:
    """Claim that an obstacle is gone; the rule is then run again in the background."""
    case = case_or_404(request, case_id)
    form = ClaimFixedForm(request.POST or None, language=request.language, initial=_seen(case))

    def write(data: dict[str, Any]) -> None:
        claim_and_recheck(
            done=data["done"], evidence=data["evidence"], **_by(request, case_id, data)
        )

    return _form_page(request, case, form, "claim_fixed", write)


@requires(Permission.WORK_OBSTACLES)
@require_POST
def case_recheck(request: ConsoleRequest, case_id: int) -> HttpResponse:
    """Run the rule again for a claim whose check did not end."""
    case = case_or_404(request, case_id)
    if case.state == CaseState.CLAIMED_FIXED:
        start_recheck(case, by=request.user, now=datetime.now(UTC))
    return HttpResponseRedirect(reverse("case", args=[case_id]), status=303)


@requires(Permission.WAIVE_OBSTACLES)
@require_http_methods(["GET", "HEAD", "POST"])
def case_waive(request: ConsoleRequest, case_id: int) -> HttpResponse:
    """Leave an obstacle as it is for a time, with a reason and an authority."""
    case = case_or_404(request, case_id)
    form = WaiveForm(request.POST or None, language=request.language, initial=_seen(case))
    form.offer(case)

    def write(data: dict[str, Any]) -> None:
        waive_case(
            Waiver(data["reason"], data["authority"], data["until_gate"], data["until_date"]),
            **_by(request, case_id, data),
        )

    return _form_page(request, case, form, "waive", write)


def person_chosen(pk: str) -> User | None:
    """Give the person whom a form's choice names."""
    return User.objects.filter(pk=pk).first() if pk else None


def _seen(case: ObstacleCase, values: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"version": case.version, **(values or {})}


def _by(request: ConsoleRequest, case_id: int, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "version": data["version"],
        "by": request.user,
        "now": datetime.now(UTC),
    }


def _form_page(
    request: ConsoleRequest,
    case: ObstacleCase,
    form: ConsoleForm,
    kind: str,
    write: Callable[[dict[str, Any]], None],
) -> HttpResponse:
    """Show a form about a case, or do what it asks; what was typed is never lost."""
    status, lacks_evidence = 200, False
    if request.method == "POST":
        try:
            if form.is_valid():
                write(form.cleaned_data)
                return _done(request, case.pk, kind)
            status = UNPROCESSABLE
        except NoSuchCase:
            raise Http404 from None
        except NotPermitted:
            raise PermissionDenied from None
        except ChangedMeanwhile as changed:
            case = case_or_404(request, case.pk)
            form.add_error(None, changed)
            form = _at_version(form, case.version)
            status = CONFLICT
        except CaseRefused as refused:
            form.add_error(_field_of(refused), refused)
            status = UNPROCESSABLE
            if isinstance(refused, EvidenceMissing):
                lacks_evidence = True
    page = CasePage(case, request.user, wording_for(request, case.round), None)
    context = {
        "page": page,
        "case": case,
        "form": form,
        "kind": kind,
        "links": evidence_links(request, case, page) if lacks_evidence else [],
        "conflict": status == CONFLICT,
    }
    return render(request, "cases/form.html", context, status=status)


def _field_of(refused: CaseRefused) -> str | None:
    return {"board.person-outside": "assignee", "board.waiver-without-end": "until_gate"}.get(
        refused.code
    )


def _at_version(form: ConsoleForm, version: int) -> ConsoleForm:
    """Let the form, sent again, stand on what is there now."""
    form.data = {**form.data, "version": str(version)}
    return form


def evidence_links(
    request: ConsoleRequest, case: ObstacleCase, page: CasePage
) -> list[tuple[str, str, str]]:
    """Lead to where this viewer can enter the evidence: code, name and address of some stations."""
    rows = {row.listing: row.recording.fields for row in page.station_rows}
    return [
        (listing.code, listing.point.name, max(fields, key=lambda each: bool(each.needed)).url)
        for listing, fields in rows.items()
        if listing is not None and fields
    ][:EVIDENCE_LINKS]


def _done(request: ConsoleRequest, case_id: int, kind: str) -> HttpResponse:
    """Go back to the case, or to the board where it is no longer the user's to see."""
    messages.success(request, say(f"board.done.{kind}", request.language))
    if cases_for(request.user).filter(pk=case_id).exists():
        return HttpResponseRedirect(reverse("case", args=[case_id]), status=303)
    return HttpResponseRedirect(reverse("causes"), status=303)
