"""One component, and one common cause."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pollready.assessment.queries import last_assessment
from pollready.console.access import requires
from pollready.console.component import read_component, read_group
from pollready.console.context import wording_for
from pollready.console.corrections.words import fields_of, slug_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.places import ABOVE
from pollready.people.permissions import Permission
from pollready.register.corrections.needs import is_need
from pollready.register.corrections.subjects import About
from pollready.register.queries import components_for, groups_for


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def component_page(request: ConsoleRequest, component_id: int) -> HttpResponse:
    """Show a component: its ways up, what rests on it, claims, incidents, causes, groups."""
    component = get_object_or_404(
        components_for(request.user).select_related("round", "agency", f"place__{ABOVE}"),
        pk=component_id,
    )
    wording = wording_for(request, component.round)
    saved = last_assessment(component.round_id)
    read = read_component(component, saved, wording, viewer=request.user)
    offered = fields_of(component, wording, request.user)
    context = {
        "component": read,
        "page": read.page,
        "correctable": [name for name in offered if is_need(component, name)],
        "about": slug_of(About.of(component)),
    }
    return render(request, "components/component.html", context)


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def group_page(request: ConsoleRequest, group_id: int) -> HttpResponse:
    """Show a common cause: its members, what falls with it, its causes."""
    group = get_object_or_404(
        groups_for(request.user).select_related("round", "agency"), pk=group_id
    )
    wording = wording_for(request, group.round)
    saved = last_assessment(group.round_id)
    read = read_group(group, saved, wording, viewer=request.user)
    return render(request, "components/group.html", {"group": read, "page": read.page})
