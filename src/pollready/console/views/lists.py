"""Pages of lists, the views of them that people keep, and their files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.console.access import requires
from pollready.console.context import read
from pollready.console.lists.catalogue import LISTS, list_for
from pollready.console.lists.components import ComponentList, GroupList
from pollready.console.lists.description import FilteredList, ListOf
from pollready.console.lists.devices_state import DevicesStateList
from pollready.console.lists.exporting import (
    ExportForm,
    ExportRefused,
    Plan,
    begin_export,
    exported_file,
    plan_export,
)
from pollready.console.lists.found import Found, find
from pollready.console.lists.queues import QueueList
from pollready.console.lists.signals import SignalList
from pollready.console.lists.stations import StationList
from pollready.console.lists.views import ViewForm, kept_views
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.overview import nothing_assessed
from pollready.language import message, say
from pollready.people.exports.commands import ExportNotDecided, ask_export
from pollready.people.permissions import Permission, may
from pollready.people.saved_views.commands import ViewRefused, delete_view, save_view
from pollready.people.scopes import is_of_agency
from pollready.register.corrections.formerly import Former, formerly


def list_page(request: ConsoleRequest, kind: type[FilteredList]) -> HttpResponse:
    """Show a list; htmx gets only the part that changes."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, f"lists.title.{kind.name}")
    listing = kind(reading, request.user)
    found = find(listing, request.GET)
    template = "lists/_found.html" if request.htmx else "lists/list.html"
    response = render(request, template, list_context(request, listing, found))
    patch_vary_headers(response, ["HX-Request"])
    return response


def list_context(request: ConsoleRequest, listing: ListOf, found: Found) -> dict[str, Any]:
    """Give what the page of a list shows."""
    chosen = found.matching.chosen
    fields = listing.fields(chosen)
    return {
        "list": listing,
        "found": found,
        "chosen": chosen,
        "chips": listing.chips(chosen),
        "fields": [f for f in fields if f.name in listing.primary and not f.hidden],
        "more_fields": [f for f in fields if f.name not in listing.primary and not f.hidden],
        "hidden_fields": [f for f in fields if f.hidden],
        "more_is_open": any(
            f.value for f in fields if f.name not in listing.primary and not f.hidden
        ),
        "views": kept_views(request, listing, found.asked),
        "formers": _formers(request, listing),
        "may_export": may(request.user, Permission.EXPORT),
        "bulk_edit": _bulk_edit(request, listing),
        **listing.in_head(found.matching.rows, found.figures),
    }


def _formers(request: ConsoleRequest, listing: ListOf) -> list[Former]:
    """Tell what became of a code that somebody searches for and the list no longer has."""
    if not listing.of_stations:
        return []
    round_id = listing.reading.round.pk
    return formerly(request.GET.get("q", ""), round_id=round_id, viewer=request.user)


def _bulk_edit(request: ConsoleRequest, listing: ListOf) -> str:
    """Give the address that takes a selection; empty where there is none for this viewer."""
    may_correct = may(request.user, Permission.CORRECT_REGISTER)
    if not (listing.edits_in_bulk and may_correct) or is_of_agency(request.user):
        return ""
    return reverse("bulk-edit")


@requires(Permission.SEE_REGISTER)
@require_safe
def station_list(request: ConsoleRequest) -> HttpResponse:
    """List the stations that the filters leave."""
    return list_page(request, StationList)


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def component_list(request: ConsoleRequest) -> HttpResponse:
    """List the components."""
    return list_page(request, ComponentList)


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def group_list(request: ConsoleRequest) -> HttpResponse:
    """List the common causes."""
    return list_page(request, GroupList)


@requires(Permission.SEE_REGISTER)
@require_safe
def signal_list(request: ConsoleRequest) -> HttpResponse:
    """Show the matrix of stations and operators."""
    return list_page(request, SignalList)


@requires(Permission.SEE_REGISTER)
@require_safe
def devices_state_list(request: ConsoleRequest) -> HttpResponse:
    """List the state of software, cards and SIMs."""
    return list_page(request, DevicesStateList)


@requires(Permission.SEE_REGISTER)
@require_safe
def queue_list(request: ConsoleRequest) -> HttpResponse:
    """List the waits of stations."""
    return list_page(request, QueueList)


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: ConsoleRequest, name: str) -> HttpResponseBase:
    """Ask how a list is to be written, and write it just as it is shown."""
    listing = list_for(request, name, viewer=request.user)
    if listing is None:
        raise Http404
    query = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    plan = plan_export(listing, query)
    form = ExportForm(request.POST or None, language=request.language, plan=plan)
    if form.is_bound and form.is_valid():
        try:
            if plan.waits and plan.may:
                return _ask_second(request, plan, form)
            begun = begin_export(
                plan,
                by=request.user,
                now=timezone.now(),
                format=form.cleaned_data["format"],
                reason=form.cleaned_data["reason"],
            )
            return exported_file(request, begun)
        except (ExportRefused, ExportNotDecided) as refused:
            form.add_error(None, refused)
    context = {"list": listing, "plan": plan, "form": form, "query": plan.asked.whole}
    return render(request, "lists/export.html", context, status=422 if form.is_bound else 200)


def _ask_second(request: ConsoleRequest, plan: Plan, form: ExportForm) -> HttpResponse:
    """Have the file wait for a second person, and show where it waits."""
    made = ask_export(
        round=plan.listing.reading.round,
        list_name=plan.listing.name,
        query=plan.asked.whole,
        format=form.cleaned_data["format"],
        extent=plan.extent,
        reason=form.cleaned_data["reason"],
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, say("lists.approval.asked", request.language))
    return _see(reverse("export-request", args=[made.pk]))


@requires(Permission.SEE_REGISTER)
@require_POST
def views_save(request: ConsoleRequest) -> HttpResponse:
    """Keep the filters, sorting and columns of a list under a name."""
    listing = list_for(request, request.POST.get("list", ""), viewer=request.user)
    if listing is None:
        raise Http404
    asked = listing.understand(QueryDict(request.POST.get("query", "")))
    form = ViewForm(request.POST, language=request.language, listing=listing, asked=asked)
    if form.is_valid():
        try:
            view = save_view(
                by=request.user,
                now=timezone.now(),
                list_name=listing.name,
                name=form.cleaned_data["name"],
                query=asked.filters,
                columns=asked.column_names,
                shared=form.cleaned_data["shared"],
            )
        except ViewRefused as refused:
            form.add_error("name", refused)
        else:
            said = "lists.view.saved_shared" if view.shared else "lists.view.saved"
            messages.success(request, say(said, request.language, name=view.name))
            return _see(f"{listing.url}?{asked.whole}")
    context = {"list": listing, "form": form, "query": asked.whole, "asked": asked}
    return render(request, "lists/view.html", context, status=422)


@requires(Permission.SEE_REGISTER)
@require_POST
def view_delete(request: ConsoleRequest, view_id: int) -> HttpResponse:
    """Remove a view of one's own."""
    try:
        view = delete_view(by=request.user, now=timezone.now(), view_id=view_id)
    except ViewRefused as refused:
        messages.error(request, message(refused, request.language))
        return _see(reverse("stations"))
    messages.success(request, say("lists.view.removed", request.language, name=view.name))
    return _see(reverse(view.list) if view.list in LISTS else reverse("stations"))


def _see(address: str) -> HttpResponseRedirect:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
