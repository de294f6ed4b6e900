"""The list of duties, one duty, and who owes what for which kind of component."""

from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.duties.forms import DoneForm, done_now
from pollready.console.duties.listing import SORTS, STATES, WHEN, chosen, found, owners
from pollready.console.duties.matrix import matrix
from pollready.console.duties.page import DutyPage
from pollready.console.duties.rows import DutyPages
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.overview import nothing_assessed
from pollready.duties.models import Covers
from pollready.duties.queries import duties_for
from pollready.people.permissions import Permission

ROWS = 50
TITLE = "duties.list.title"


@requires(Permission.SEE_REGISTER)
@require_safe
def duty_list(request: ConsoleRequest) -> HttpResponse:
    """List the duties with how far they are; htmx gets the part that changes."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    pages = DutyPages(reading, request.user, now=datetime.now(UTC))
    wanted = chosen(request.GET)
    left = found(pages, wanted)
    people = pages.count_of_people()
    page = Paginator(left.rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "rows": page.object_list,
        "page": page,
        "count": len(left.rows),
        "any": bool(left.standing),
        "overdue": sum(row.is_overdue for row in left.rows),
        "gates": pages.gates(left.standing),
        "election_date": reading.round.election_date,
        "people": people,
        "chosen": wanted,
        "owners": owners(left.standing, people, request.language),
        "states": STATES,
        "when": WHEN,
        "covers": Covers.values,
        "sorts": tuple(SORTS),
    }
    template = "duties/_found.html" if request.htmx else "duties/list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.SEE_REGISTER)
@require_safe
def duty_page(request: ConsoleRequest, duty_id: int) -> HttpResponse:
    """Show a duty with its objects, what was said of it, and its history."""
    return duty_answer(request, duty_of(request, duty_id))


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def duty_matrix(request: ConsoleRequest) -> HttpResponse:
    """Show which agency has which components, and where nobody owes anything."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "duties.matrix.title")
    pages = DutyPages(reading, request.user, now=datetime.now(UTC))
    return render(request, "duties/matrix.html", {"matrix": matrix(pages)})


def duty_of(request: ConsoleRequest, duty_id: int) -> tuple[Reading, DutyPage]:
    """Find a duty that the user may read; raises `Http404`."""
    reading = read(request)
    if reading is None:
        raise Http404
    duties = duties_for(request.user, reading.round.pk)
    duty = duties.filter(pk=duty_id).select_related("agency", "person", "source", "made_by").first()
    if duty is None:
        raise Http404
    return reading, DutyPage(DutyPages(reading, request.user, now=datetime.now(UTC)), duty)


def duty_answer(
    request: ConsoleRequest,
    found: tuple[Reading, DutyPage],
    *,
    form: DoneForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a duty's page; with the form of a report as it was typed, where something is wrong."""
    reading, page = found
    state = request.GET.get("state", "")
    objects = None
    if page.row.is_of_objects and page.sees_objects:
        objects = page.objects(state, request.GET.get("page", ""))
    first = done_now(localdate(), request.language)
    context = {
        "page": page,
        "duty": page.duty,
        "row": page.row,
        "objects": objects,
        "state": state,
        "ticked": set(request.POST.getlist("selected")),
        "where": request.POST.get("where", "selected"),
        "form": form,
        "done": form or DoneForm(language=request.language, initial=first),
        "election_date": reading.round.election_date,
        "reports": page.reports(),
        "history": page.history(),
    }
    return render(request, "duties/duty.html", context, status=status)
