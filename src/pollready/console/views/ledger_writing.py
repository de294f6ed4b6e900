"""Writing the ledger: a new lot, what moves, counts, corrections, settlements, delivery notes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.context import read
from pollready.console.ledger_forms import (
    CorrectionForm,
    CountForm,
    LedgerForm,
    LotForm,
    MovementForm,
    NoteForm,
    SettleForm,
)
from pollready.console.ledger_lot import LotPage
from pollready.console.middleware import ConsoleRequest
from pollready.console.reopening import reopened
from pollready.console.views.corrections import done, uploaded
from pollready.console.views.ledger import TITLE, lot_or_404
from pollready.console.views.overview import nothing_assessed
from pollready.language import alphabetical, date_short, isolate, say
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission
from pollready.people.scopes import agencies_for, is_of_agency, listings_for, places_of
from pollready.places.models import Place, PlaceLevel
from pollready.planning.needs import CountyOf
from pollready.register.corrections.errors import CorrectionRefused
from pollready.resources.accounts import ACCOUNTS, Account, EntryKind
from pollready.resources.commands import (
    LotDraft,
    correct_entry,
    enter_movement,
    open_lot,
    settle_count,
    state_count,
)
from pollready.resources.files import attach_to_entry
from pollready.resources.models import LotEntry
from pollready.resources.queries import entries_for, lots_for
from pollready.resources.rules import LedgerRefused, Movement, may_open_lot

UNPROCESSABLE = 422


@requires(Permission.EDIT_LEDGER)
@require_http_methods(["GET", "HEAD", "POST"])
def lot_new(request: ConsoleRequest) -> HttpResponse:
    """Open a lot with what is pledged of it."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    if not may_open_lot(request.user):
        raise PermissionDenied
    user, round_id = request.user, reading.round.pk
    agencies = agencies_for(user).order_by("name")
    if is_of_agency(user):
        agencies = agencies.filter(users=user)
    form = LotForm(
        *_sent(request),
        language=request.language,
        agencies=[(str(each.pk), each.name) for each in agencies],
        counties=counties_of(user, round_id),
        ceiling=min(user.clearance, settings.POLLREADY_CEILING),
        initial={
            "agency": user.agency_id, "happened_date": _today(request), "classification": 0,
        },
    )  # fmt: skip

    def write() -> str:
        said = form.cleaned_data
        county = int(said["lot_county"]) if said["lot_county"] else None
        draft = LotDraft(
            int(said["agency"]), said["lot_kind"], said["model"], said["compatible"],
            said["serials"], county, said["depot"], form.is_provisioned, said["custodian"],
            said["classification"],
        )  # fmt: skip
        pledge = Movement(
            EntryKind.PLEDGE, said["count"], said["happened_date"], said["letter_no"],
            note=said["note"], county_id=county,
        )  # fmt: skip
        lot = open_lot(
            draft, pledge, round_id=round_id, file=uploaded(request), by=user, now=_now()
        )
        return reverse("lot", args=[lot.pk])

    return _written(request, form, write, "opened", "ledger/new.html", {})


@requires(Permission.EDIT_LEDGER)
@require_http_methods(["GET", "HEAD", "POST"])
def lot_move(request: ConsoleRequest, lot_id: int) -> HttpResponse:
    """Enter what moved of a lot, with its delivery note."""
    _, page = lot_or_404(request, lot_id)
    if not page.may_move:
        raise Http404
    kind = request.GET.get("kind", "")
    form = MovementForm(
        *_sent(request),
        language=request.language,
        counties=counties_of(request.user, page.lot.round_id),
        initial=_begin(request, page) | {"kind": kind},
    )

    def write() -> str:
        enter_movement(
            lot_id, form.movement, file=uploaded(request), **_common(request, page, form)
        )
        return reverse("lot", args=[lot_id])

    return _written(request, form, write, "moved", "ledger/move.html", {"page": page})


@requires(Permission.EDIT_LEDGER)
@require_http_methods(["GET", "HEAD", "POST"])
def lot_count(request: ConsoleRequest, lot_id: int) -> HttpResponse:
    """Say how many one counts; where others count otherwise, both stand side by side."""
    _, page = lot_or_404(request, lot_id)
    if not page.may_count:
        raise Http404
    account = request.GET.get("account", "")
    form = CountForm(
        *_sent(request),
        language=request.language,
        initial=_begin(request, page) | {"account": account},
    )

    def write() -> str:
        said = form.cleaned_data
        state_count(
            lot_id, Account(said["account"]), said["count"], as_of=said["happened_date"],
            letter_no=said["letter_no"], note=said["note"], file=uploaded(request),
            **_common(request, page, form),
        )  # fmt: skip
        return reverse("lot", args=[lot_id])

    return _written(request, form, write, "counted", "ledger/count.html", {"page": page})


@requires(Permission.EDIT_LEDGER)
@require_http_methods(["GET", "HEAD", "POST"])
def lot_settle(request: ConsoleRequest, lot_id: int) -> HttpResponse:
    """Show differing counts side by side; let a named person say which one stands."""
    _, page = lot_or_404(request, lot_id)
    asked = request.POST.get("account") or request.GET.get("account", "")
    row = next((each for each in page.accounts if each.name == asked and each.may_settle), None)
    if row is None:
        raise Http404
    form = SettleForm(
        request.POST if request.method == "POST" else None,
        language=request.language,
        counts=[
            (
                word.speaker,
                say("ledger.spoken", request.language, who=isolate(word.words), count=word.count),
            )
            for word in row.words
            if word.may_choose
        ],
        initial={"version": page.lot.version, "account": row.name},
    )

    def write() -> str:
        said = form.cleaned_data
        settle_count(
            lot_id, Account(row.name), said["chosen"], reason=said["reason"],
            **_common(request, page, form),
        )  # fmt: skip
        return reverse("lot", args=[lot_id])

    more = {"page": page, "row": row}
    return _written(request, form, write, "settled", "ledger/settle.html", more)


@requires(Permission.EDIT_LEDGER)
@require_http_methods(["GET", "HEAD", "POST"])
def lot_correct(request: ConsoleRequest, entry_id: int) -> HttpResponse:
    """Say how many an entry should have been of."""
    page, entry = _entry_or_404(request, entry_id)
    row = next(each for each in page.rows if each.entry.pk == entry.pk)
    if not row.may_correct:
        raise Http404
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        language=request.language,
        initial={"version": page.lot.version},
    )

    def write() -> str:
        said = form.cleaned_data
        correct_entry(
            entry.pk, said["right_count"], lot_id=page.lot.pk, reason=said["reason"],
            **_common(request, page, form),
        )  # fmt: skip
        return reverse("lot", args=[page.lot.pk])

    more = {"page": page, "row": row}
    return _written(request, form, write, "corrected", "ledger/correct.html", more)


@requires(Permission.EDIT_LEDGER)
@require_http_methods(["GET", "HEAD", "POST"])
def lot_evidence(request: ConsoleRequest, entry_id: int) -> HttpResponse:
    """Attach a delivery note to an entry."""
    page, entry = _entry_or_404(request, entry_id)
    row = next(each for each in page.rows if each.entry.pk == entry.pk)
    if not row.may_attach:
        raise Http404
    form = NoteForm(*_sent(request), language=request.language)

    def write() -> str:
        file = uploaded(request)
        assert file is not None  # the form asked for it
        attach_to_entry(
            entry.pk, lot_id=page.lot.pk, round_id=page.lot.round_id, name=file[0],
            content=file[1], by=request.user, now=_now(),
        )  # fmt: skip
        return reverse("lot", args=[page.lot.pk])

    more = {"page": page, "row": row, "limit": settings.POLLREADY_EVIDENCE_MAX_MB}
    return _written(request, form, write, "attached", "ledger/evidence.html", more)


def counties_of(user: User, round_id: int) -> list[tuple[str, str]]:
    """Give the counties of the round within the user's scope, by name."""
    counties = CountyOf()
    at = listings_for(user).filter(round=round_id).order_by().values_list("point__place").distinct()
    keys = {counties(place) for (place,) in at}
    places = Place.objects.filter(pk__in=[key for key in keys if key], level=PlaceLevel.COUNTY)
    own = places_of(user)
    if own is not None:
        places = places.filter(pk__in=own)
    found = [(str(pk), name) for pk, name in places.values_list("pk", "name")]
    return sorted(found, key=lambda pair: alphabetical(pair[1]))


def _entry_or_404(request: ConsoleRequest, entry_id: int) -> tuple[LotPage, LotEntry]:
    reading = read(request)
    if reading is None:
        raise Http404
    lots = lots_for(request.user, reading.round.pk)
    lot_id = LotEntry.objects.filter(pk=entry_id, lot__in=lots).values_list("lot", flat=True)
    if not lot_id:
        raise Http404
    _, page = lot_or_404(request, lot_id[0])
    entry = entries_for(request.user, page.lot).filter(pk=entry_id).first()
    if entry is None:
        raise Http404
    return page, entry


def _written(
    request: ConsoleRequest,
    form: LedgerForm,
    write: Callable[[], str],
    done_word: str,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Write what a form says and go on, or show the form with what was typed in it."""
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                return done(request, write(), say(f"ledger.done.{done_word}", request.language))
            except ChangedMeanwhile as changed:
                form = reopened(form, changed)
                form.add_error(None, changed)
                status = 409
            except (LedgerRefused, CorrectionRefused) as refused:
                form.refuse(refused)
            except NotPermitted:
                raise PermissionDenied from None
    accounts = [account.value for account in ACCOUNTS]
    return render(request, template, {**context, "form": form, "accounts": accounts}, status=status)


def _sent(request: ConsoleRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _begin(request: ConsoleRequest, page: LotPage) -> dict[str, Any]:
    return {"version": page.lot.version, "happened_date": _today(request)}


def _today(request: ConsoleRequest) -> str:
    return date_short(localdate(_now()), request.language)


def _now() -> datetime:
    return datetime.now(UTC)


def _common(request: ConsoleRequest, page: LotPage, form: LedgerForm) -> dict[str, Any]:
    return {
        "round_id": page.lot.round_id,
        "version": form.cleaned_data["version"] or 0,
        "by": request.user,
        "now": _now(),
    }
