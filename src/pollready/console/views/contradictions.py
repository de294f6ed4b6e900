"""Contradictions: the list, and one shown side by side with what may be done about it."""

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.context import wording_for
from pollready.console.corrections.contradictions import read_page
from pollready.console.corrections.forms import ChoiceOfClaim, FieldTestForm
from pollready.console.corrections.words import (
    Known,
    fields_to_state,
    page_of,
    read_known,
    resolution_sentence,
)
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.names import field_name
from pollready.console.views.corrections import done, found, on_the_way
from pollready.console.views.overview import nothing_assessed
from pollready.language import say
from pollready.people.permissions import NotPermitted, Permission, may
from pollready.people.scopes import agencies_for
from pollready.register.corrections.claiming import state_of_field
from pollready.register.corrections.differing import contradictions_for
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.queries import resolution_of
from pollready.register.corrections.resolving import assign_test, resolve
from pollready.register.corrections.subjects import About, may_correct

ROWS = 25


@requires(Permission.SEE_REGISTER)
@require_safe
def contradictions(request: ConsoleRequest) -> HttpResponse:
    """List the contradictions of the round within the viewer's scope."""
    round_ = frame_of(request).round
    if round_ is None:
        return nothing_assessed(request, "correct.contradictions.title")
    wording = wording_for(request, round_)
    all_of_them = contradictions_for(request.user, round_.pk)
    page = Paginator(all_of_them, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "rows": read_page(list(page), wording, request.user)}
    return render(request, "register/contradictions.html", context)


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def contradiction(request: ConsoleRequest, about: str) -> HttpResponse:
    """Show every claim on a field side by side; let a named person say which one stands."""
    subject, thing, wording = found(request, about)
    field = request.GET.get("field", "")
    known = read_known(thing, wording, request.user, field)
    if not field or not known.rows:
        raise Http404
    settles = may(request.user, Permission.RESOLVE_CONTRADICTIONS) and may_correct(
        request.user, subject
    )
    if request.method == "POST" and not settles:
        raise Http404
    forms = _forms(request, known)
    if request.method == "POST":
        sentence = _decide(request, subject, field, forms[request.POST.get("do") == "test"])
        if sentence:
            return done(request, page_of(thing), sentence)
        known = read_known(thing, wording, request.user, field)
    context = {
        **on_the_way(thing, wording),
        "field": field,
        "field_name": field_name(field, wording.language),
        "known": known,
        "resolution": resolution_sentence(resolution_of(subject.column, field), wording),
        "choice": forms[False],
        "test": forms[True],
        "settles": settles,
        "states": field in fields_to_state(thing, request.user),
        "version": state_of_field(thing, field),
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "register/contradiction.html", context, status=422 if wrong else 200)


def _forms(request: ConsoleRequest, known: Known) -> dict[bool, Any]:
    """Give the two forms of the page, the test's under True; the one that was sent is bound."""
    sent = request.POST.get("do") if request.method == "POST" else None
    claims = [(row.id, row.value) for row in known.rows if not row.withheld]
    agencies = list(agencies_for(request.user).order_by("code").values_list("pk", "name"))
    return {
        False: ChoiceOfClaim(
            request.POST if sent == "resolve" else None, claims=claims, language=request.language
        ),
        True: FieldTestForm(
            request.POST if sent == "test" else None,
            agencies=agencies,
            language=request.language,
            prefix="test",
        ),
    }


def _decide(request: ConsoleRequest, about: About, field: str, form: Any) -> str:
    """Write the decision; gives the sentence of success, empty where it was refused."""
    if not form.is_valid():
        return ""
    said = form.cleaned_data
    common: dict[str, Any] = {
        "about": about,
        "field": field,
        "reason": said["reason"],
        "expected": said["version"] or None,
        "by": request.user,
        "now": datetime.now(UTC),
    }
    try:
        if isinstance(form, ChoiceOfClaim):
            resolve(chosen_id=said["chosen"], **common)
            return say("correct.done.resolved", request.language)
        assign_test(agency_id=said["agency"], due_date=said["due_date"], **common)
        return say("correct.done.test", request.language)
    except (CorrectionRefused, ChangedMeanwhile, NotPermitted) as refused:
        form.refuse(refused)
        return ""
