"""Status reports that are kept: the list, a new one, one report's page, its files, its proof."""

import json
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.assessment.assessing import end_of
from pollready.audit.past import PastNotKept
from pollready.console.access import requires
from pollready.console.context import read
from pollready.console.handing_out import to_keep
from pollready.console.middleware import ConsoleRequest
from pollready.console.report_forms import OfficeFormForm, ReportForm, TakeForm
from pollready.console.report_taking import ask_to_take, asked_of, take, waits
from pollready.console.views.corrections import done
from pollready.console.views.jobs import watched
from pollready.console.views.overview import nothing_assessed
from pollready.jobs.assess_file import default_as_of
from pollready.jobs.queries import last_job
from pollready.jobs.reporting import start_proof, start_report
from pollready.language import date_short, message, say
from pollready.people.exports.commands import ExportNotDecided
from pollready.people.permissions import NotPermitted, Permission
from pollready.reports.formats.office_form import FORM_MAX, FormRefused
from pollready.reports.kept.commands import Asked, is_classified
from pollready.reports.kept.forms import (
    GENERAL,
    end_form,
    keep_form,
    may_keep_forms,
    standing_forms,
)
from pollready.reports.kept.models import KeptFile, KeptReport, ReportKind
from pollready.reports.kept.pages import causes_by_rule, command_word, office_word
from pollready.reports.kept.queries import files_for, reports_for
from pollready.reports.kept.rules import ReportRefused
from pollready.reports.kept.verifying import unpacked_or_none

TITLE = "reports.list.title"
_ON_A_PAGE = 40
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


@requires(Permission.SEE_REGISTER)
@require_safe
def report_list(request: ConsoleRequest) -> HttpResponse:
    """List the reports in the viewer's scope, the newest first."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    rows = reports_for(request.user).filter(round=reading.round)
    rows = rows.select_related("place", "agency", "made_by")
    kind = request.GET.get("kind", "")
    if kind in ReportKind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, _ON_A_PAGE).get_page(request.GET.get("page"))
    job = last_job("report")
    mine = job if job is not None and job.by_id == request.user.pk else None
    context = {
        "page": page,
        "kind": kind,
        "kinds": ReportKind.values,
        "may_keep_forms": may_keep_forms(request.user),
        "job": watched(mine, request) if mine is not None and mine.ended_at is None else None,
    }
    return render(request, "reports/list.html", context)


@requires(Permission.MAKE_REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: ConsoleRequest) -> HttpResponse:
    """Ask for a report; it is made in the background."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    now = timezone.now()
    today = timezone.localdate(now)
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        viewer=request.user,
        language=request.language,
        initial={"as_of": date_short(today, request.language), "written_in": request.language},
    )
    if request.method == "POST" and form.is_valid():
        try:
            asked = _asked(form, reading.round.pk, now=now, today=today)
            job = start_report(asked, round_id=reading.round.pk, by=request.user, now=now)
        except NotPermitted:
            raise PermissionDenied from None
        except ReportRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused)
        except PastNotKept as refused:
            form.add_error("as_of", refused)
        else:
            return _see_other(reverse("job", args=[job.pk]))
    status = 422 if form.errors else 200
    return render(request, "reports/new.html", {"form": form}, status=status)


def _asked(form: ReportForm, round_id: int, *, now: datetime, today: date) -> Asked:
    """Tell the moment: now for today, the end of the day for an earlier one."""
    day = form.day
    if day > today:
        raise ReportRefused("moment-to-come", "as_of")
    is_today = day == today
    return Asked(
        subject=form.subject,
        moment=now if is_today else end_of(day),
        as_of=default_as_of(round_id, today=today) if is_today else day,
        language=form.cleaned_data["written_in"],
        reveal_reason=" ".join(form.cleaned_data.get("reveal_reason", "").split()),
    )


@requires(Permission.SEE_REGISTER)
@require_safe
def report_page(request: ConsoleRequest, report_id: int) -> HttpResponse:
    """Show a report: figures, files with their digests, trend, what changed, its proof."""
    report = _found(request, report_id)
    content = unpacked_or_none(KeptReport.objects.get(pk=report.pk))
    data: dict[str, Any] = json.loads(content) if content else {}
    proof = last_job(f"report:{report.pk}")
    context = {
        "report": report,
        "title": f"reports.title.{report.kind}",
        "figures": report.headline,
        "filters": _filters(report),
        "files": [
            {"file": each, "is_classified": is_classified(each)}
            for each in files_for(request.user, report).defer("content")
        ],
        "trend": _trend(data),
        "moves": _moves(data),
        "cause_moves": _cause_moves(data, request.language),
        "changed": _changed(data, request.language),
        "is_first": not data.get("moves"),
        "proof": watched(proof, request),
        "outcome": proof.result if proof is not None and proof.state == "done" else None,
    }
    return render(request, "reports/report.html", context)


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def report_file(request: ConsoleRequest, report_file_id: int) -> HttpResponseBase:
    """Hand a file out, with a reason where it is classified; or ask a second person for it."""
    kept = _file(request, report_file_id)
    classified = is_classified(kept)
    form = TakeForm(
        request.POST if request.method == "POST" else None,
        language=request.language,
        is_classified=classified,
    )
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        reason = form.cleaned_data["reason"]
        try:
            if waits(kept):
                asked = ask_to_take(kept, reason=reason, by=request.user, now=now)
                return _see_other(reverse("report-request", args=[asked.pk]))
            take(kept, reason=reason, by=request.user, now=now)
        except NotPermitted:
            raise PermissionDenied from None
        except (ReportRefused, ExportNotDecided) as refused:
            form.add_error("reason", refused)
        else:
            return sent(kept)
    context = {"report": kept.report, "file": kept, "form": form, "is_classified": classified,
               "waits": waits(kept)}  # fmt: skip
    return render(request, "reports/take.html", context, status=422 if form.errors else 200)


@requires(Permission.EXPORT)
@require_POST
def report_verify(request: ConsoleRequest, report_id: int) -> HttpResponse:
    """Have the report made again in the background, and compared."""
    report = _found(request, report_id)
    start_proof(report, by=request.user, now=timezone.now())
    return _see_other(reverse("report", args=[report.pk]) + "#proof")


def sent(kept: KeptFile) -> HttpResponse:
    """Send a file as it was kept, under a name that tells its report."""
    _, _, ending = kept.name.rpartition(".")
    mime = _TYPES.get(ending, "application/octet-stream")
    return to_keep(bytes(kept.content), f"{kept.report.number}-{kept.name}", mime)


def _found(request: ConsoleRequest, report_id: int) -> KeptReport:
    reports = reports_for(request.user).select_related(
        "place", "agency", "made_by", "round", "previous"
    )
    return get_object_or_404(reports, pk=report_id)


def _file(request: ConsoleRequest, file_id: int) -> KeptFile:
    kept = get_object_or_404(KeptFile.objects.select_related("report"), pk=file_id)
    report = _found(request, kept.report_id)
    return get_object_or_404(files_for(request.user, report), pk=kept.pk)


def _filters(report: KeptReport) -> str:
    """Give the filters that lists of the report's stations have."""
    if report.place is not None:
        return f"county={report.place.code or report.place.name}&"
    return f"agency={report.agency_id}&" if report.agency_id else ""


def _trend(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "day": date.fromisoformat(point["as_of_date"]),
            "number": point.get("number", ""),
            **point["figures"],
        }
        for point in data.get("trend", ())
    ]


def _moves(data: dict[str, Any]) -> list[dict[str, Any]]:
    moves = data.get("moves") or {}
    return [
        {"name": f"reports.moves.{name}", **moves[name], "more": moves[name]["count"] - len(
            moves[name]["codes"])}
        for name in ("became_ready", "no_longer_ready", "became_known", "added", "gone")
        if moves.get(name, {}).get("count")
    ]  # fmt: skip


def _cause_moves(data: dict[str, Any], language: str) -> list[dict[str, Any]]:
    moves = data.get("cause_moves")
    return [
        {
            "title": say(f"rule.{rule}.title", language),
            "state": f"reports.moves.cause_{state}",
            "times": len(stations),
            "stations": sum(stations),
        }
        for rule, state, stations in (causes_by_rule(moves) if moves else ())
    ]


def _changed(data: dict[str, Any], language: str) -> list[dict[str, Any]]:
    return [
        {
            "office": office_word(row, language),
            "what": command_word(row["command"], language),
            "times": row["times"],
            "objects": row["objects"],
        }
        for row in data.get("changed") or ()
    ]


def _see_other(address: str) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def report_request(request: ConsoleRequest, request_id: int) -> HttpResponseBase:
    """Show a request for a classified file: to take it once approved, or to decide on it."""
    asked = asked_of(request.user, request_id)
    kept = _file(request, int(asked.request.query or 0))
    if request.method == "POST":
        now = timezone.now()
        try:
            if asked.is_own:
                asked.take(kept, by=request.user, now=now)
                return sent(kept)
            asked.decide(
                kept,
                approves=request.POST.get("do") == "approve",
                remark=request.POST.get("remark", "").replace("\0", ""),
                by=request.user,
                now=now,
            )
        except NotPermitted:
            raise PermissionDenied from None
        except (ExportNotDecided, ReportRefused) as refused:
            messages.error(request, message(refused, request.language))
        else:
            messages.success(request, say("reports.take.decided", request.language))
            return _see_other(reverse("exports"))
        return _see_other(reverse("report-request", args=[request_id]))
    context = {"asked": asked.request, "own": asked.is_own, "state": asked.state(timezone.now()),
               "file": kept, "report": kept.report}  # fmt: skip
    return render(request, "reports/request.html", context)


@requires(Permission.MAKE_REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def report_forms(request: ConsoleRequest) -> HttpResponse:
    """List the headquarters' own forms, which each report of the province fills; keep one."""
    if not may_keep_forms(request.user):
        raise PermissionDenied
    form = OfficeFormForm(
        request.POST if request.method == "POST" else None, language=request.language
    )
    if request.method == "POST":
        form.files = request.FILES
        if form.is_valid():
            try:
                kept = keep_form(
                    name=form.cleaned_data["name"],
                    content=form.cleaned_data["form"].read(FORM_MAX + 1),
                    mapping=form.cleaned_data["mapping"],
                    by=request.user,
                    now=timezone.now(),
                )
            except NotPermitted:
                raise PermissionDenied from None
            except (FormRefused, ReportRefused) as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused)
            else:
                said = say("reports.forms.kept", request.language, name=kept.name)
                return done(request, reverse("report-forms"), said)
    context = {
        "form": form,
        "forms": standing_forms().select_related("sent_by").defer("content"),
        "names": [*GENERAL, "county.<code>.ready", "means.<kind>.delivered"],
    }
    return render(request, "reports/forms.html", context, status=422 if form.errors else 200)


@requires(Permission.MAKE_REPORTS)
@require_POST
def report_form_end(request: ConsoleRequest, form_id: int) -> HttpResponse:
    """Fill a form no longer."""
    if not may_keep_forms(request.user):
        raise PermissionDenied
    try:
        ended = end_form(form_id=form_id, by=request.user, now=timezone.now())
    except ReportRefused:
        raise Http404 from None
    said = say("reports.forms.ended", request.language, name=ended.name)
    return done(request, reverse("report-forms"), said)
