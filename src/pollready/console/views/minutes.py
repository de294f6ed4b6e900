"""Minutes: read, edited outside and brought back, signed, frozen, proved; and their addenda."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pollready.committee.meetings.errors import MeetingRefused, NoSuchThing
from pollready.committee.meetings.freezing import (
    Edit,
    add_addendum,
    attach_scan,
    faults_of,
    freeze_minutes,
    sign_minutes,
    signings,
    take_edits,
    take_scan,
)
from pollready.committee.meetings.minutes import (
    Content,
    canonical,
    content_of,
    hash_of,
    signed_form,
)
from pollready.committee.meetings.models import MeetingState, Minutes, MinutesState
from pollready.committee.meetings.queries import minutes_for
from pollready.committee.meetings.rules import is_member
from pollready.console.access import requires
from pollready.console.handing_out import to_keep
from pollready.console.meeting_forms import AddendumForm, EditedForm, ScanForm, SignForm
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.meetings import (
    UNPROCESSABLE,
    done,
    meeting_or_404,
    number_of,
    pages_for,
    render_meeting,
)
from pollready.language import LANGUAGES, message, say
from pollready.people.permissions import NotPermitted, Permission, may
from pollready.register.corrections.attaching import EvidenceChanged
from pollready.register.corrections.errors import CorrectionRefused
from pollready.reports.formats.docx.reading import FILE_MAX, DocxRefused
from pollready.reports.minutes import document_of, minutes_docx, minutes_pdf, texts_of_docx

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@requires(Permission.SEE_MEETINGS)
@require_safe
def minutes_page(request: ConsoleRequest, minutes_id: int) -> HttpResponse:
    """Show minutes: their text, who signed, and whether every hash holds."""
    return _render(request, _found(request, minutes_id))


@requires(Permission.TAKE_PART)
@require_POST
def sign(request: ConsoleRequest, minutes_id: int) -> HttpResponse:
    """Agree or object to minutes as they were read."""
    minutes = _found(request, minutes_id)
    form = SignForm(request.POST, language=request.language)
    if form.is_valid():
        try:
            sign_minutes(minutes.pk, by=request.user, now=datetime.now(UTC), **form.cleaned_data)
        except NotPermitted:  # he reads them, and is no member
            raise PermissionDenied from None
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            messages.success(request, say("meetings.minutes.signed_now", request.language))
            return redirect("meeting-minutes", minutes.pk)
    return _render(request, minutes, sign_form=form, form=form, status=UNPROCESSABLE)


@requires(Permission.HOLD_MEETINGS)
@require_POST
def freeze(request: ConsoleRequest, minutes_id: int) -> HttpResponse:
    """Freeze minutes that everybody has signed."""
    minutes, now = _found(request, minutes_id), datetime.now(UTC)

    def typeset(signed: Mapping[str, Any], language: str) -> bytes:
        return minutes_pdf(signed, language, now=now)

    return done(
        request,
        lambda: freeze_minutes(minutes.pk, typeset=typeset, by=request.user, now=now),
        said="meetings.minutes.frozen_now",
        back=("meeting-minutes", minutes.pk),
    )


@requires(Permission.HOLD_MEETINGS)
@require_POST
def addendum(request: ConsoleRequest, meeting_id: int) -> HttpResponse:
    """Begin an addendum to frozen minutes."""
    meeting = meeting_or_404(request, meeting_id)
    main = minutes_for(request.user).filter(meeting=meeting, number=0).first()
    form = AddendumForm(request.POST, language=request.language)
    if form.is_valid():
        try:
            made = add_addendum(
                meeting.pk, text=form.cleaned_data["text"], by=request.user, now=datetime.now(UTC)
            )
        except NoSuchThing:
            raise Http404 from None
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            messages.success(request, say("meetings.minutes.addendum_added", request.language))
            return redirect("meeting-minutes", made.pk)
    if main is None:
        return render_meeting(request, meeting, form=form, status=UNPROCESSABLE)
    return _render(request, main, addendum_form=form, form=form, status=UNPROCESSABLE)


@requires(Permission.HOLD_MEETINGS)
@require_POST
def scan(request: ConsoleRequest, minutes_id: int) -> HttpResponse:
    """Attach the scan of the signed paper."""
    minutes = _found(request, minutes_id)
    form = ScanForm(request.POST, files=request.FILES, language=request.language)
    if form.is_valid():
        sent = form.cleaned_data["scan"]
        try:
            attach_scan(
                minutes.pk, name=sent.name, content=sent.read(), by=request.user,
                now=datetime.now(UTC),
            )  # fmt: skip
        except (MeetingRefused, CorrectionRefused) as refused:
            form.add_error("scan", refused)
        else:
            messages.success(request, say("meetings.minutes.attached", request.language))
            return redirect("meeting-minutes", minutes.pk)
    return _render(request, minutes, scan_form=form, form=form, status=UNPROCESSABLE)


@requires(Permission.SEE_MEETINGS)
@require_safe
def pdf(request: ConsoleRequest, minutes_id: int) -> HttpResponse:
    """Hand out the PDF: of frozen minutes the one that was frozen, else one of the draft."""
    minutes, language = _found(request, minutes_id), _language(request)
    if minutes.state == MinutesState.FROZEN:
        content = bytes(getattr(minutes, f"pdf_{language}"))
    else:
        content = minutes_pdf(_signed(minutes), language, now=datetime.now(UTC))
    return to_keep(content, f"minutes-{_name(minutes)}-{language}.pdf", "application/pdf")


@requires(Permission.HOLD_MEETINGS)
@require_safe
def docx(request: ConsoleRequest, minutes_id: int) -> HttpResponse:
    """Hand out the DOCX whose records and decisions can be edited and brought back."""
    minutes, language = _found(request, minutes_id), _language(request)
    content = minutes_docx(_signed(minutes), language, now=datetime.now(UTC))
    return to_keep(content, f"minutes-{_name(minutes)}-{language}.docx", DOCX)


@requires(Permission.HOLD_MEETINGS)
@require_POST
def edited(request: ConsoleRequest, minutes_id: int) -> HttpResponse:
    """Compare an edited DOCX with what is recorded; nothing is taken before it was looked at."""
    minutes = _found(request, minutes_id)
    if request.POST.get("do") == "take":
        return _take(request, minutes)
    form = EditedForm(request.POST, files=request.FILES, language=request.language)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            texts = texts_of_docx(sent.read(FILE_MAX + 1))
            changes, lost = _differences(minutes, texts)
        except (DocxRefused, MeetingRefused) as refused:
            form.add_error("file", refused)
        else:
            context = {"minutes": minutes, "changes": changes, "lost": lost}
            return render(request, "meetings/edited.html", context)
    return _render(request, minutes, edited_form=form, form=form, status=UNPROCESSABLE)


@requires(Permission.SEE_MEETINGS)
@require_safe
def scan_file(request: ConsoleRequest, scan_id: int) -> HttpResponse:
    """Hand out a scan to be kept, never to be shown."""
    try:
        kept, content = take_scan(scan_id, by=request.user)
    except NoSuchThing:
        raise Http404 from None
    except EvidenceChanged as changed:
        messages.error(request, message(changed, request.language))
        return redirect("meetings")
    return to_keep(content, kept.name, kept.mime)


def _take(request: ConsoleRequest, minutes: Minutes) -> HttpResponse:
    """Take the chosen texts, each as the page of differences sent it back."""
    edits = []
    for key in request.POST.getlist("take"):
        kind, _, rest = key.partition(":")
        pk, version = (number_of(part) for part in (*rest.split(":"), "")[:2])
        if kind not in ("record", "decision") or pk is None or version is None:
            raise Http404
        edits.append(Edit(kind, pk, version, request.POST.get(f"text-{kind}-{pk}", "")))
    return done(
        request,
        lambda: take_edits(minutes.pk, edits, by=request.user, now=datetime.now(UTC)),
        said="meetings.minutes.taken",
        back=("meeting-minutes", minutes.pk),
        edits=len(edits),
    )


def _differences(minutes: Minutes, texts: Mapping[str, str]) -> tuple[list[dict[str, Any]], int]:
    """Give the texts that came back otherwise, and how many did not come back."""
    meeting = str(minutes.meeting_id)
    came = {}
    for tag, text in texts.items():
        parts = tag.split(":")
        if parts[0] != meeting or len(parts) != 4:
            raise MeetingRefused("docx-other-meeting", "file")
        came[parts[1], number_of(parts[2])] = (number_of(parts[3]), text)
    changes, lost = [], 0
    for item in content_of(minutes).get("items", ()):
        ours = [("record", item["id"], item["version"], item["record"])]
        ours += [("decision", d["id"], d["version"], d["text"]) for d in item["decisions"]]
        for kind, pk, version, before in ours:
            if (kind, pk) not in came:
                lost += 1
                continue
            written, after = came[kind, pk]
            if after.strip() != before.strip():
                changes.append(
                    {"kind": kind, "pk": pk, "version": written or version, "before": before,
                     "after": after, "number": item["number"]}
                )  # fmt: skip
    return changes, lost


def _render(
    request: ConsoleRequest, minutes: Minutes, *, status: int = 200, **more: Any
) -> HttpResponse:
    pages = pages_for(request, minutes.meeting.round)
    content = content_of(minutes)
    current = hash_of(canonical(content))
    is_frozen = minutes.state == MinutesState.FROZEN
    holds = may(request.user, Permission.HOLD_MEETINGS)
    document = document_of(
        {"content": content, "content_hash": current, "signatures": []}, request.language,
        now=datetime.now(UTC),
    )  # fmt: skip
    signs = not is_frozen and may(request.user, Permission.TAKE_PART)
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "meeting_title": pages.text(minutes.meeting.title),
        "is_frozen": is_frozen,
        "faults": faults_of(minutes),
        "current": current,
        "signings": signings(minutes, current),
        "parts": document["parts"][:-1],  # the signatures stand in a table of their own
        "addenda": minutes_for(request.user).filter(meeting=minutes.meeting, number__gt=0)
        if minutes.number == 0
        else (),
        "scans": minutes.scans.all(),
        "holds": holds,
        "may_edit": holds and not is_frozen and minutes.meeting.state == MeetingState.CLOSED,
        "sign_form": SignForm(language=request.language, initial={"read_hash": current})
        if signs and is_member(request.user, minutes.meeting)
        else None,
        "addendum_form": AddendumForm(language=request.language)
        if holds and is_frozen and minutes.number == 0
        else None,
        "scan_form": ScanForm(language=request.language) if holds else None,
        "edited_form": EditedForm(language=request.language),
    } | more
    return render(request, "meetings/minutes.html", context, status=status)


def _signed(minutes: Minutes) -> Content:
    words = minutes.signatures.filter(ended_at=None).select_related("user")
    return signed_form(minutes, content_of(minutes), words)


def _found(request: ConsoleRequest, minutes_id: int) -> Minutes:
    minutes = minutes_for(request.user).filter(pk=minutes_id).first()
    if minutes is None:
        raise Http404
    return minutes


def _language(request: ConsoleRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else request.language


def _name(minutes: Minutes) -> str:
    return f"{minutes.meeting_id}-{minutes.number}"
