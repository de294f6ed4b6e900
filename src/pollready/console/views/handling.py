"""Whose a component is and how secret: two short forms of named people."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from pollready.audit.classification import Classification
from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.context import wording_for
from pollready.console.corrections.forms import (
    AssignForm,
    ClassifyForm,
    TypedForm,
    classes_up_to,
)
from pollready.console.corrections.words import page_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.corrections import done, on_the_way
from pollready.language import say
from pollready.people.permissions import Permission
from pollready.people.scopes import agencies_for
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.handling import assign, classify, mark_of_handling
from pollready.register.models import Component
from pollready.register.queries import components_for


@requires(Permission.ASSIGN_AGENCY)
@require_http_methods(["GET", "HEAD", "POST"])
def component_agency(request: ConsoleRequest, component_id: int) -> HttpResponse:
    """Say which agency owns a component."""
    component = _component(request, component_id)
    agencies = agencies_for(request.user).order_by("name")
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        offered=list(agencies.values_list("pk", "name")),
        initial={"agency": component.agency_id or ""},
        language=request.language,
    )
    return _answer(request, component, form, "assign")


@requires(Permission.SET_CLASS)
@require_http_methods(["GET", "HEAD", "POST"])
def component_class(request: ConsoleRequest, component_id: int) -> HttpResponse:
    """Say how secret a component is."""
    component = _component(request, component_id)
    ceiling = min(request.user.clearance, settings.POLLREADY_CEILING)
    form = ClassifyForm(
        request.POST if request.method == "POST" else None,
        offered=classes_up_to(ceiling, request.language),
        initial={"classification": component.classification},
        language=request.language,
    )
    return _answer(request, component, form, "classify")


def _component(request: ConsoleRequest, component_id: int) -> Component:
    mine = components_for(request.user).select_related("round", "agency", "place")
    return get_object_or_404(mine, pk=component_id)


def _answer(
    request: ConsoleRequest, component: Component, form: TypedForm, kind: str
) -> HttpResponse:
    """Show a form, or write what it says; after somebody else's change with what stands now."""
    if request.method == "POST" and form.is_valid():
        try:
            written = _write(request, component, form, kind)
        except (CorrectionRefused, ChangedMeanwhile) as refused:
            form.refuse(refused)
            component = _component(request, component.pk)
        else:
            now = _now(written, kind, request.language)
            sentence = say(f"correct.handling.{kind}.done", request.language, now=now)
            return done(request, page_of(written), sentence)
    context = {
        **on_the_way(component, wording_for(request, component.round)),
        "form": form,
        "kind": kind,
        "now": _now(component, kind, request.language),
        "version": mark_of_handling(component),
    }
    status = 422 if form.errors else 200
    return render(request, "register/handling.html", context, status=status)


def _write(request: ConsoleRequest, component: Component, form: TypedForm, kind: str) -> Component:
    said = form.cleaned_data
    expected = said["version"] or None
    now, by, reason = datetime.now(UTC), request.user, said["reason"]
    if kind == "assign":
        return assign(
            component_id=component.pk, agency_id=said["agency"], reason=reason,
            expected=expected, by=by, now=now,
        )  # fmt: skip
    return classify(
        component_id=component.pk, classification=said["classification"], reason=reason,
        expected=expected, by=by, now=now,
    )  # fmt: skip


def _now(component: Component, kind: str, language: str) -> str:
    if kind == "classify":
        label = Classification(component.classification).label
        return say(f"console.class.{label}", language)
    return component.agency.name if component.agency else say("console.unknown", language)
