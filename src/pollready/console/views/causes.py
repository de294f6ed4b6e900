"""The causes of a round, and one cause with its stations and its remedy."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pollready.assessment.queries import cause_for, causes_for, counted_in_scope, findings_for
from pollready.console.access import requires
from pollready.console.context import read, wording_for
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.overview import nothing_assessed
from pollready.obstacles.finding import Severity
from pollready.people.permissions import Permission

SHOWN_STATIONS = 50


@requires(Permission.SEE_REGISTER)
@require_safe
def cause_list(request: ConsoleRequest) -> HttpResponse:
    """List obstacles first, then the evidence that is missing."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "console.causes.title")
    # The assessment's own order: severe first, then by voters.
    records = counted_in_scope(request.user, causes_for(request.user, reading.saved))
    said = reading.wording.causes(records)
    context = {
        "obstacles": [cause for cause in said if cause.severity != Severity.UNKNOWN],
        "questions": [cause for cause in said if cause.severity == Severity.UNKNOWN],
        "largest": max((cause.stations for cause in said), default=0),
    }
    return render(request, "causes/list.html", context)


@requires(Permission.SEE_REGISTER)
@require_safe
def cause_page(request: ConsoleRequest, cause_id: int) -> HttpResponse:
    """Show a cause: what to do, who, and the stations under it."""
    record = cause_for(request.user, cause_id)
    if record is None:
        raise Http404
    wording = wording_for(request, record.assessment.round)
    here = findings_for(request.user, record.assessment).filter(cause=record)
    findings = here.select_related("listing__point__place__parent__parent").order_by(
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
