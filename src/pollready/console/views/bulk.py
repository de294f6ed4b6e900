"""Correcting one field of many stations: typed, shown before and after, then written as one."""

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.context import wording_for
from pollready.console.corrections.forms import BulkForm, first_values
from pollready.console.corrections.words import shown_value
from pollready.console.frame import frame_of
from pollready.console.lists.selection import NothingSelected, selection
from pollready.console.middleware import ConsoleRequest
from pollready.console.names import field_name
from pollready.console.views.corrections import done
from pollready.console.wording import Wording
from pollready.intake.corrections import FIELDS
from pollready.language import say
from pollready.people.permissions import Permission, may
from pollready.people.scopes import is_of_agency
from pollready.places.models import Listing
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.many import (
    STATIONS_MAX,
    Planned,
    correct_many,
    mark_of_preview,
    plan_many,
)

ROWS_SHOWN = 200
# What is each station's own is not written for many at once.
_OWN = frozenset({"name", "address", "position", "keyholder", "requires"})


@requires(Permission.CORRECT_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_edit(request: ConsoleRequest) -> HttpResponse:
    """Take a selection of stations; show what a correction would do; write it."""
    round_ = frame_of(request).round
    if round_ is None or is_of_agency(request.user):
        raise Http404
    wording = wording_for(request, round_)
    chosen = _chosen(request)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    form = BulkForm(
        request.POST if step else None,
        offered=_offered(request.language),
        initial=first_values(request.language),
        language=request.language,
    )
    written = request.GET.get("done", "")
    context: dict[str, Any] = {
        "form": form,
        "chosen": chosen,
        "written": int(written) if written.isdecimal() and len(written) < 18 else None,
    }
    if step and chosen and form.is_valid():
        try:
            planned = plan_many(listing_ids=chosen, said=form.statement, by=request.user)
            if step == "apply":
                return _apply(request, form, chosen)
            context |= _preview(planned, form, wording, request)
        except (CorrectionRefused, ChangedMeanwhile) as refused:
            form.refuse(refused)
            if isinstance(refused, ChangedMeanwhile):
                context |= _preview(planned, form, wording, request)
    return render(request, "register/bulk.html", context, status=422 if form.errors else 200)


def _chosen(request: ConsoleRequest) -> list[int]:
    """Give the keys of the selected stations: as a list sends them, or as this page does."""
    if request.POST.get("list"):
        try:
            things = selection(request.user, request)
        except NothingSelected:
            return []
        if things.model is not Listing:
            return []
        return list(things.order_by("pk").values_list("pk", flat=True)[: STATIONS_MAX + 1])
    keys = dict.fromkeys(request.POST.getlist("selected") or request.GET.getlist("selected"))
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 18]


def _offered(language: str) -> list[tuple[str, str]]:
    return [(name, field_name(name, language)) for name in FIELDS["listing"] if name not in _OWN]


def _apply(request: ConsoleRequest, form: BulkForm, chosen: list[int]) -> HttpResponse:
    batch = correct_many(
        listing_ids=chosen,
        said=form.statement,
        expected=form.cleaned_data["version"] or None,
        by=request.user,
        now=datetime.now(UTC),
    )
    stations = batch.entries.filter(object_type="claim", before__isnull=True).count()
    sentence = say("correct.done.bulk", request.language, stations=stations)
    return done(request, f"{reverse('bulk-edit')}?done={batch.number}", sentence)


def _preview(
    planned: list[Planned], form: BulkForm, wording: Wording, request: ConsoleRequest
) -> dict[str, Any]:
    said = form.statement
    rows = [
        {
            "listing": each.listing,
            "before": [shown_value(said.field, value, wording) for value in each.before],
            "refusal": each.refusal,
        }
        for each in planned
    ]
    changed = sum(1 for each in planned if not each.refusal)
    return {
        "rows": rows[:ROWS_SHOWN],
        "not_shown": max(0, len(rows) - ROWS_SHOWN),
        "changed": changed,
        "left": len(rows) - changed,
        "outside": len(_chosen(request)) - len(rows),
        "after": shown_value(said.field, said.value, wording),
        "field_name": field_name(said.field, wording.language),
        "version": mark_of_preview(planned),
        "settles": may(request.user, Permission.RESOLVE_CONTRADICTIONS),
        "contradicted": sum(1 for each in planned if each.before and not each.refusal),
    }
