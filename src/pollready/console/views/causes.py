"""The causes of a round, and one cause with its stations and its remedy."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pollready.assessment.models import CauseRecord
from pollready.console.context import read, wording_for
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.overview import nothing_assessed
from pollready.obstacles.finding import Severity

SHOWN_STATIONS = 50


@require_safe
def cause_list(request: ConsoleRequest) -> HttpResponse:
    """List obstacles first, then the evidence that is missing."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "console.causes.title")
    # The assessment's own order: severe first, then by voters.
    records = CauseRecord.objects.filter(assessment=reading.saved).order_by("pk")
    said = reading.wording.causes(records)
    context = {
        "obstacles": [cause for cause in said if cause.severity != Severity.UNKNOWN],
        "questions": [cause for cause in said if cause.severity == Severity.UNKNOWN],
        "largest": max((cause.stations for cause in said), default=0),
    }
    return render(request, "causes/list.html", context)


@require_safe
def cause_page(request: ConsoleRequest, cause_id: int) -> HttpResponse:
    """Show a cause: what to do, who, and the stations under it."""
    record = get_object_or_404(
        CauseRecord.objects.select_related("assessment__round").defer("assessment__summary"),
        pk=cause_id,
    )
    wording = wording_for(request, record.assessment.round)
    findings = record.findings.select_related("listing__point__place__parent__parent").order_by(
        "listing__code", "pk"
    )[: SHOWN_STATIONS + 1]
    said = [(finding.listing, wording.finding(record.rule, finding)) for finding in findings]
    context = {
        "cause": wording.cause(record),
        "record": record,
        "at_stations": [row for row in said if row[0] is not None][:SHOWN_STATIONS],
        "elsewhere": [row for row in said if row[0] is None],
    }
    return render(request, "causes/cause.html", context)
