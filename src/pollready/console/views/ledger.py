"""The ledger of means and people: by kind, its lots, one lot, and files of its entries."""

from datetime import UTC, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from pollready.console.access import requires
from pollready.console.context import Reading, check_clearance, read
from pollready.console.frame import frame_of
from pollready.console.handing_out import to_keep
from pollready.console.ledger import Chosen, LedgerPages, chosen
from pollready.console.ledger_lot import LotPage
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.overview import nothing_assessed
from pollready.language import message
from pollready.people.permissions import Permission, may
from pollready.register.corrections.attaching import EvidenceChanged
from pollready.register.corrections.subjects import OutOfReach
from pollready.resources.files import take_out_note
from pollready.resources.needs import WrongNeeds
from pollready.resources.queries import lots_for
from pollready.resources.rules import may_open_lot

ROWS = 50
TITLE = "ledger.title"


@requires(Permission.SEE_REGISTER)
@require_safe
def ledger(request: ConsoleRequest) -> HttpResponse:
    """Show the ledger by kind: needed, pledged, there, short; htmx gets the part that changes."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    pages = LedgerPages(reading, request.user, chosen(request.GET))
    try:
        _ = pages.needs
    except WrongNeeds as wrong:
        messages.error(request, message(wrong, request.language))
        pages.needs = []
    context = {
        "ledger": pages,
        "may_open": may_open_lot(request.user),
        "may_export": may(request.user, Permission.EXPORT),
    }
    template = "ledger/_found.html" if request.htmx else "ledger/ledger.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.SEE_REGISTER)
@require_safe
def ledger_lots(request: ConsoleRequest) -> HttpResponse:
    """List the lots behind a figure."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    pages = LedgerPages(reading, request.user, chosen(request.GET))
    pages.needs = []  # of them nothing is shown here
    page = Paginator(pages.lots, ROWS).get_page(request.GET.get("page"))
    context = {"ledger": pages, "page": page, "rows": pages.listed(page)}
    return render(request, "ledger/lots.html", context)


@requires(Permission.SEE_REGISTER)
@require_safe
def lot_page(request: ConsoleRequest, lot_id: int) -> HttpResponse:
    """Show a lot: its accounts, conflicts, entries and files, and who plans with it."""
    _, page = lot_or_404(request, lot_id)
    return render(request, "ledger/lot.html", {"page": page, "lot": page.lot})


@requires(Permission.SEE_REGISTER)
@require_safe
def lot_note(request: ConsoleRequest, note_id: int) -> HttpResponse:
    """Hand out a file to be kept, never to be shown: no browser runs or draws it here."""
    round_ = frame_of(request).round
    if round_ is None:
        raise Http404
    check_clearance(request.user, round_)
    try:
        kept, content = take_out_note(
            evidence_id=note_id, round_id=round_.pk, by=request.user, now=datetime.now(UTC)
        )
    except OutOfReach:
        raise Http404 from None
    except EvidenceChanged as changed:
        messages.error(request, message(changed, request.language))
        return redirect("ledger")
    return to_keep(content, kept.name, kept.mime)


def lot_or_404(request: ConsoleRequest, lot_id: int) -> tuple[Reading, LotPage]:
    """Give a lot of the viewer's; what is out of his scope is not there."""
    reading = read(request)
    if reading is None:
        raise Http404
    lots = lots_for(request.user, reading.round.pk).select_related("agency", "county", "source")
    lot = lots.filter(pk=lot_id).first()
    if lot is None:
        raise Http404
    return reading, LotPage(lot, LedgerPages(reading, request.user, Chosen()))
