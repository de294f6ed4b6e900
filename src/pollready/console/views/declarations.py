"""Agencies' signed declarations of readiness: who has declared what, signing, withdrawing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.attempts import count_refusal, has_tried_too_often
from pollready.console.context import Reading, read
from pollready.console.declaration_forms import DeclarationForm, WithdrawalForm
from pollready.console.middleware import ConsoleRequest
from pollready.console.reopening import reopened
from pollready.console.scenarios import ScenarioPages
from pollready.console.views.overview import nothing_assessed
from pollready.language import say
from pollready.people.permissions import Permission, may
from pollready.people.scopes import agencies_for, is_of_agency
from pollready.places.models import Agency
from pollready.planning.declarations import (
    STANDING,
    Statement,
    has_password,
    is_in_letter,
    named_in_letter,
    sign_declaration,
    signer_of,
    withdraw_declaration,
)
from pollready.planning.models import ReadinessDeclaration
from pollready.planning.queries import declarations_for
from pollready.planning.rules import ScenarioRefused

TITLE = "planning.declarations.title"


@dataclass(frozen=True, slots=True)
class AgencyState:
    """An agency with its newest declaration."""

    agency: Agency
    declaration: ReadinessDeclaration | None
    state: str  # none, or the declaration's
    is_own: bool


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def declaration_list(request: ConsoleRequest) -> HttpResponse:
    """Show which agency has declared its readiness, with what reservations."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    rows = _states(request, reading)
    signed = sum(row.state == "signed" for row in rows)
    context = {"rows": rows, "signed": signed, "may_sign": _may_sign(request)}
    return render(request, "declarations/list.html", context)


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def declaration_page(request: ConsoleRequest, declaration_id: int) -> HttpResponse:
    """Show a declaration as it was signed."""
    reading, declaration = _found(request, declaration_id)
    return render(request, "declarations/declaration.html", _context(request, reading, declaration))


@sensitive_post_parameters("password")
@requires(Permission.DECLARE_READINESS)
@require_http_methods(["GET", "HEAD", "POST"])
def declaration_new(request: ConsoleRequest) -> HttpResponse:
    """Sign for the user's own agency in his own name, and with his password where he has one."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    if not _may_sign(request):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, reading, _form(request, reading))
    form = _form(request, reading, data=request.POST)
    if has_tried_too_often(request):
        form.add_error(None, ScenarioRefused("too-often"))
        return _form_page(request, reading, form, status=429)
    if not form.is_valid():
        return _form_page(request, reading, form, status=422)
    values = form.cleaned_data
    statement = Statement(
        text=values["statement"],
        scenarios=[int(number) for number in values["scenarios"]],
        reservations=values["reservations"],
        letter_no=values["letter_no"],
        letter_date=values["letter_date"],
    )
    try:
        declaration = sign_declaration(
            statement,
            round_id=reading.round.pk,
            typed_name=values["typed_name"],
            password=values.get("password", ""),
            by=request.user,
            now=datetime.now(UTC),
        )
    except ScenarioRefused as refused:
        fields = {"planning.other-name": "typed_name", "planning.wrong-password": "password"}
        if refused.code == "planning.wrong-password":
            count_refusal(request)
        form.add_error(fields.get(refused.code), refused)
        return _form_page(request, reading, form, status=422)
    messages.success(request, say("planning.declarations.saved", request.language))
    return redirect("declaration", declaration.pk)


@requires(Permission.DECLARE_READINESS)
@require_POST
def declaration_withdraw(request: ConsoleRequest, declaration_id: int) -> HttpResponse:
    """Take the agency's own declaration back."""
    reading, declaration = _found(request, declaration_id)
    if not _may_sign(request) or declaration.agency_id != request.user.agency_id:
        raise PermissionDenied
    form = WithdrawalForm(request.POST, language=request.language)
    status = 422
    if form.is_valid():
        try:
            withdraw_declaration(
                declaration.pk,
                round_id=reading.round.pk,
                by=request.user,
                now=datetime.now(UTC),
                **form.cleaned_data,
            )
        except ChangedMeanwhile as changed:
            status = 409
            form = reopened(form, changed)
            form.add_error(None, changed)
        except ScenarioRefused as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, say("planning.declarations.withdrawn", request.language))
            return redirect("declaration", declaration.pk)
    context = _context(request, reading, declaration) | {"withdrawal": form, "form": form}
    return render(request, "declarations/declaration.html", context, status=status)


def _may_sign(request: ConsoleRequest) -> bool:
    return is_of_agency(request.user) and request.user.agency is not None


def _found(request: ConsoleRequest, declaration_id: int) -> tuple[Reading, ReadinessDeclaration]:
    reading = read(request)
    if reading is None:
        raise Http404
    declarations = declarations_for(request.user, reading.round.pk)
    return reading, get_object_or_404(declarations, pk=declaration_id)


def _states(request: ConsoleRequest, reading: Reading) -> list[AgencyState]:
    """Give every agency with its newest declaration."""
    newest: dict[int, ReadinessDeclaration] = {}
    for declaration in declarations_for(request.user, reading.round.pk):
        newest.setdefault(declaration.agency_id, declaration)
    agencies = agencies_for(request.user).order_by("name")
    own = request.user.agency_id if is_of_agency(request.user) else None
    if own is not None:
        agencies = agencies.filter(pk=own)
    return [
        AgencyState(
            agency,
            newest.get(agency.pk),
            newest[agency.pk].state if agency.pk in newest else "none",
            agency.pk == own,
        )
        for agency in agencies
    ]


def _context(
    request: ConsoleRequest, reading: Reading, declaration: ReadinessDeclaration
) -> dict[str, object]:
    words = ScenarioPages(reading, request.user).words
    covered = [
        (each, words.title(each.scenario))
        for each in declaration.covered.all()
        if each.scenario.classification <= request.user.clearance
    ]
    own = _may_sign(request) and declaration.agency_id == request.user.agency_id
    return {
        "declaration": declaration,
        "covered": covered,
        "may_withdraw": own and declaration.state in STANDING,
        "may_import": may(request.user, Permission.IMPORT_LISTS),
        "may_renew": own and declaration.state != "renewed",
        "withdrawal": WithdrawalForm(
            language=request.language, initial={"version": declaration.version}
        ),
    }


def _form(request: ConsoleRequest, reading: Reading, **kwargs: Any) -> DeclarationForm:
    pages = ScenarioPages(reading, request.user)
    rows = pages.all()
    options = [(str(row.scenario.pk), f"{row.scenario.code} — {row.title}") for row in rows]
    agency = request.user.agency
    if not kwargs and agency is not None:
        kwargs["initial"] = {
            "statement": say(
                "planning.declarations.statement",
                request.language,
                agency=agency.name,
                round=reading.round.name,
            ),
            "scenarios": [str(row.scenario.pk) for row in rows if row.plan_state == "approved"],
            "letter_no": "",
        }
    return DeclarationForm(
        language=request.language,
        scenarios=options,
        asks_password=has_password(request.user),
        **kwargs,
    )


def _form_page(
    request: ConsoleRequest, reading: Reading, form: DeclarationForm, *, status: int = 200
) -> HttpResponse:
    agency = request.user.agency
    context = {
        "form": form,
        "agency": agency,
        "signer": signer_of(request.user),
        "named": named_in_letter(agency) if agency else (),
        "is_in_letter": is_in_letter(agency, signer_of(request.user)) if agency else None,
        "standing": declarations_for(request.user, reading.round.pk)
        .filter(state__in=STANDING)
        .first(),
    }
    return render(request, "declarations/new.html", context, status=status)
