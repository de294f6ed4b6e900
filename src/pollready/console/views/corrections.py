"""Correcting one field of one object, attaching its evidence, taking a file out again."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from pollready.assessment.cases.queries import cases_for
from pollready.assessment.cases.stating import state
from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.context import wording_for
from pollready.console.corrections.forms import ClaimForm, EvidenceForm, first_values
from pollready.console.corrections.need_words import NEEDED_FIELDS, reach_in_words
from pollready.console.corrections.words import (
    Known,
    about_of,
    field_now,
    fields_of,
    fields_to_state,
    page_of,
    read_known,
    slug_of,
    station_of,
    title_of,
    typed_value,
)
from pollready.console.handing_out import to_keep
from pollready.console.middleware import ConsoleRequest
from pollready.console.names import field_name
from pollready.console.recording import needed_here
from pollready.console.wording import Wording
from pollready.language import message, say
from pollready.obstacles.models import ObstacleCase
from pollready.people.permissions import NotPermitted, Permission, may
from pollready.places.models import ElectionRound
from pollready.register.corrections.attaching import (
    MB,
    EvidenceChanged,
    attach,
    take_out,
)
from pollready.register.corrections.claiming import state_of_field
from pollready.register.corrections.columns import column_value
from pollready.register.corrections.commands import claim
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.needs import is_need
from pollready.register.corrections.subjects import About, OutOfReach, Thing, find, round_id_of
from pollready.register.corrections.undoing import last_correction
from pollready.register.models import Claim
from pollready.register.queries import claims_for

UPLOADED_PART = "evidence"


def found(request: ConsoleRequest, about: str) -> tuple[About, Thing, Wording]:
    """Give the object of an address within the viewer's scope, and the words for it; else 404."""
    read = about_of(about)
    try:
        if read is None:
            raise OutOfReach(about)
        thing = find(request.user, read)
    except OutOfReach:
        raise Http404 from None
    return read, thing, wording_for(request, ElectionRound.objects.get(pk=round_id_of(thing)))


def on_the_way(thing: Thing, wording: Wording) -> dict[str, Any]:
    """Give what every page about an object shows at its head."""
    return {
        "thing": thing,
        "thing_title": title_of(thing, wording),
        "thing_page": page_of(thing),
        "station": station_of(thing),
        "about": slug_of(About.of(thing)),
    }


@requires(Permission.CORRECT_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def claim_new(request: ConsoleRequest, about: str) -> HttpResponse:
    """Correct a field: a page of its own, or a row that opens in place for htmx.

    Who may not correct it may state what his agency knows, where its open obstacle asks for it.
    """
    subject, thing, wording = found(request, about)
    offered = fields_of(thing, wording, request.user)
    states = not offered
    offered = offered or fields_to_state(thing, request.user)
    field = request.GET.get("field", "")
    if not offered:
        raise Http404
    if not field:
        named = [field_now(thing, name, wording) for name in offered]
        known = read_known(thing, wording, request.user)
        context = {**on_the_way(thing, wording), "named": named, "known": known}
        return render(request, "register/fields.html", context)
    if field not in offered:
        raise Http404
    known = read_known(thing, wording, request.user, field)
    form = _claim_form(request, subject, field, known, states=states)
    case = _case_of(request)
    if request.method == "POST":
        made = _save_claim(request, form, subject, states=states)
        if made is not None:
            return _saved(request, thing, made, case, states=states)
        known = read_known(thing, wording, request.user, field)
    form.initial = _first(thing, field, known, wording)
    # What was read before is no longer what the form was opened on, where somebody wrote since.
    context = {
        **on_the_way(thing, wording),
        "form": form,
        "field": field,
        "field_name": field_name(field, wording.language),
        "known": known,
        "now": field_now(thing, field, wording) if not known.rows else None,
        "version": state_of_field(thing, field),
        "limit": settings.POLLREADY_EVIDENCE_MAX_MB,
        "reach": _reach(thing, field, request),
        "states": states,
        "case": case,
        "needed": needed_here(request.user, thing, field, wording),
        "heading": _heading(field, request.language, states=states),
    }
    if request.htmx and not form.errors:
        form.fields["value"].widget.attrs["autofocus"] = True
    template = "register/_claim_row.html" if request.htmx else "register/claim.html"
    response = render(request, template, context, status=422 if form.errors else 200)
    response["Vary"] = "HX-Request"
    return response


def _reach(thing: Thing, field: str, request: ConsoleRequest) -> str:
    """Say how much a correction of what something needs touches; nothing of other fields."""
    if not is_need(thing, field):
        return ""
    return reach_in_words(thing, request.user, request.language)


def _heading(field: str, language: str, *, states: bool) -> str:
    """Name the form; of what something needs, in words of its own."""
    if field in NEEDED_FIELDS:
        return say(f"correct.need.correct.{field}", language)
    key = "correct.claims.state_field" if states else "correct.claims.correct_field"
    return say(key, language, field=field_name(field, language))


def _case_of(request: ConsoleRequest) -> ObstacleCase | None:
    """Give the case from whose page a form was opened, if the viewer sees it."""
    asked = request.GET.get("case", "")
    if not asked.isdecimal() or len(asked) > 17:
        return None
    return cases_for(request.user).filter(pk=asked).first()


def _saved(
    request: ConsoleRequest, thing: Thing, made: Claim, case: ObstacleCase | None, *, states: bool
) -> HttpResponse:
    """Go back to the row that was corrected, with the way to undo it."""
    language = request.language
    key = "correct.done.state" if states else "correct.done.claim"
    said = say(key, language, field=field_name(made.field, language))
    reach = _reach(thing, made.field, request)
    row = f"?said={made.pk}#said-{made.field}"
    if case is not None:
        station = station_of(thing)
        row = f"#at-{station.pk}" if station else ""
        address = reverse("case", args=[case.pk]) + f"?said={made.pk}{row}"
    else:
        address = page_of(thing) + row
    undo = last_correction(request.user, About.of(thing))
    return done(request, address, " ".join(filter(None, (said, reach))), undo=undo)


def _claim_form(
    request: ConsoleRequest, about: About, field: str, known: Known, *, states: bool
) -> ClaimForm:
    has_others = any(row.source for row in known.rows) or any(row.withheld for row in known.rows)
    return ClaimForm(
        request.POST if request.method == "POST" else None,
        files=request.FILES if request.method == "POST" else None,
        kind=about.kind,
        field=field,
        may_settle=has_others
        and not states
        and may(request.user, Permission.RESOLVE_CONTRADICTIONS),
        language=request.language,
    )


def _first(thing: Thing, field: str, known: Known, wording: Wording) -> dict[str, Any]:
    values = first_values(wording.language) | {"stands": True}
    canonical = column_value(thing, field)
    if canonical is not None:
        values["value"] = typed_value(field, canonical, wording)
    return values


def _save_claim(
    request: ConsoleRequest, form: ClaimForm, about: About, *, states: bool
) -> Claim | None:
    """Write what a form says; gives None where it was refused."""
    if not form.is_valid():
        return None
    try:
        said: dict[str, Any] = {
            "about": about,
            "said": form.statement,
            "expected": form.cleaned_data["version"] or None,
            "file": uploaded(request),
            "by": request.user,
            "now": datetime.now(UTC),
        }
        if states:
            return state(**said)
        return claim(stands=form.cleaned_data.get("stands", False), **said)
    except (CorrectionRefused, ChangedMeanwhile) as refused:
        form.refuse(refused)
    except NotPermitted:  # its case was settled, or given to another, meanwhile
        raise Http404 from None
    return None


def uploaded(request: ConsoleRequest) -> tuple[str, bytes] | None:
    """Read the file of a form, if there is one, and no more of it than may be kept."""
    file = request.FILES.get(UPLOADED_PART)
    if file is None:
        return None
    name = str(file.name)
    limit = settings.POLLREADY_EVIDENCE_MAX_MB
    if (file.size or 0) > limit * MB:
        raise CorrectionRefused("file-too-large", UPLOADED_PART, name=name, limit=limit)
    return name, file.read()


def done(
    request: ConsoleRequest, address: str, sentence: str, *, undo: int | None = None
) -> HttpResponse:
    """Say that something was done, and go on; `undo` is the number of the change to offer back."""
    messages.success(request, sentence, extra_tags=str(undo or ""))
    if request.htmx:
        return HttpResponseClientRedirect(address)
    response = redirect(address)
    response.status_code = 303
    return response


@requires(Permission.CORRECT_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def claim_evidence(request: ConsoleRequest, claim_id: int) -> HttpResponse:
    """Attach a file to a claim."""
    kept = get_object_or_404(
        claims_for(request.user).filter(superseded_at__isnull=True), pk=claim_id
    )
    _, thing, wording = found(request, slug_of(About.of_claim(kept)))
    if kept.field not in fields_of(thing, wording, request.user):
        raise Http404  # what is stated for an agency has its file from the first
    ceiling = min(request.user.clearance, settings.POLLREADY_CEILING)
    form = EvidenceForm(
        request.POST if request.method == "POST" else None,
        files=request.FILES if request.method == "POST" else None,
        ceiling=ceiling,
        initial={"classification": min(kept.classification, ceiling)},
        language=request.language,
    )
    if request.method == "POST" and form.is_valid():
        try:
            file = uploaded(request)
            assert file is not None  # the form asked for it
            made = attach(
                claim_id=kept.pk,
                name=file[0],
                content=file[1],
                classification=form.cleaned_data["classification"],
                by=request.user,
                now=datetime.now(UTC),
            )
        except CorrectionRefused as refused:
            form.refuse(refused)
        else:
            key = "correct.done.evidence_cleaned" if made.was_cleaned else "correct.done.evidence"
            return done(request, page_of(thing), say(key, request.language, name=made.name))
    context = {
        **on_the_way(thing, wording),
        "form": form,
        "row": next(r for r in read_known(thing, wording, request.user).rows if r.id == kept.pk),
        "limit": settings.POLLREADY_EVIDENCE_MAX_MB,
    }
    status = 422 if form.errors else 200
    return render(request, "register/evidence.html", context, status=status)


@requires(Permission.SEE_REGISTER)
@require_safe
def evidence(request: ConsoleRequest, evidence_id: int) -> HttpResponse:
    """Hand out a file to be kept, never to be shown: no browser runs or draws it here."""
    try:
        kept, content = take_out(evidence_id=evidence_id, by=request.user, now=datetime.now(UTC))
    except OutOfReach:
        raise Http404 from None
    except EvidenceChanged as changed:
        messages.error(request, message(changed, request.language))
        return redirect("overview")
    return to_keep(content, kept.name, kept.mime)
