"""Work that goes on behind the pages: a list, one job's page, assessing anew."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from pollready.assessment.explorations.models import Exploration
from pollready.console.access import requires
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.words import Kept
from pollready.jobs.background import (
    NotRestartable,
    NotStoppable,
    restart,
    start_assessment,
    stop,
)
from pollready.jobs.explorations import asked_of
from pollready.jobs.models import OPEN, RESTARTABLE, Job
from pollready.jobs.queries import jobs_for, may_watch
from pollready.language import message, say
from pollready.people.permissions import Permission

_LISTED = 50
_WAITS_LONG_S = 15


def read_job(job: Job, request: ConsoleRequest) -> dict[str, Any]:
    """Give a job as a page shows it."""
    now = timezone.now()
    state = job.state_at(now)
    waited = (now - job.made_at).total_seconds()
    return {
        "pk": job.pk,
        "kind": job.kind,
        "job": job,
        "state": state,
        "goes_on": state in OPEN,
        "can_restart": state in RESTARTABLE,
        "can_stop": state in OPEN and job.stop_asked_at is None,
        "is_stopping": state in OPEN and job.stop_asked_at is not None,
        "taken_up": state in OPEN and job.attempt > 1,
        "nobody_works": state == "waiting" and waited > _WAITS_LONG_S,
        "why": message(Kept(job.error_code, job.error_fields), request.language)
        if job.error_code
        else "",
    }


def watched(job: Job | None, request: ConsoleRequest) -> dict[str, Any] | None:
    """Give the job on which a page rests; who may not open the job's page may not touch it."""
    if job is None:
        return None
    is_open = may_watch(request.user, job)
    touched = {} if is_open else {"can_restart": False, "can_stop": False}
    return read_job(job, request) | touched | {"may_open": is_open}


@requires(None)
@require_safe
def job_list(request: ConsoleRequest) -> HttpResponse:
    """List what goes on and went on, newest first."""
    listed = [read_job(job, request) for job in jobs_for(request.user)[:_LISTED]]
    return render(request, "jobs/list.html", {"jobs": listed})


@requires(None)
@require_safe
def job_page(request: ConsoleRequest, job_id: int) -> HttpResponse:
    """Show how far a job is; the page may be left and found again."""
    found = get_object_or_404(jobs_for(request.user), pk=job_id)
    job = read_job(found, request) | {"page": _page_of(found)}
    # What nobody has settled yet may still be taken up by a worker that comes.
    busy = found.state in OPEN
    context = {"job": job, "busy": busy, "watched": reverse("job", args=[job_id])}
    if request.htmx and not request.htmx.boosted:
        response = render(request, "jobs/_progress.html", context)
        if not busy:
            response["HX-Refresh"] = "true"
    else:
        response = render(request, "jobs/job.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(None)
@require_POST
def job_again(request: ConsoleRequest, job_id: int) -> HttpResponse:
    """Start a job again that failed or was interrupted."""
    job = get_object_or_404(jobs_for(request.user), pk=job_id)
    try:
        job = restart(job, by=request.user, now=timezone.now())
    except NotRestartable as error:
        messages.error(request, message(error, request.language))
    return _see_other(_page_of(job) or reverse("job", args=[job.pk]))


@requires(None)
@require_POST
def job_stop(request: ConsoleRequest, job_id: int) -> HttpResponse:
    """Stop a job; what it has not written yet is not written."""
    job = get_object_or_404(jobs_for(request.user), pk=job_id)
    try:
        stop(job, by=request.user, now=timezone.now())
    except NotStoppable as error:
        messages.error(request, message(error, request.language))
    return _see_other(reverse("job", args=[job.pk]))


@requires(Permission.ASSESS)
@require_POST
def assess_again(request: ConsoleRequest) -> HttpResponse:
    """Assess the round of this session anew, in the background."""
    round_ = frame_of(request).round
    if round_ is None:
        messages.error(request, say("jobs.no_round", request.language))
        return _see_other(reverse("overview"))
    job = start_assessment(round_.pk, by=request.user, now=timezone.now())
    return _see_other(reverse("job", args=[job.pk]))


def _page_of(job: Job) -> str:
    """Give the address of what a job works on, where that has a page of its own."""
    what, _, key = job.subject.partition(":")
    if what == "means-worth":
        return reverse("allocation-new")
    if job.kind == "report":
        made = job.result.get("report")
        return reverse("report", args=[made]) if made else reverse("reports")
    name = _PAGES.get(what)
    if name is None:
        return _exploration_page(job) if job.kind == "explore" else ""
    return reverse(name, args=[int(key)] if key else [])


_PAGES = {
    "import": "import-stage", "case": "case", "scenario": "scenario", "scenarios": "scenarios",
    "allocation": "allocation", "follow-up": "follow-up", "report": "report",
    "county-reviews": "county-reviews",
}  # fmt: skip


def _exploration_page(job: Job) -> str:
    """Give the address at which just this question is answered."""
    row = Exploration._default_manager.filter(pk=job.arguments["exploration"]).first()
    if row is None:
        return ""
    asked = asked_of(row.asked)
    query = {"m": asked.measure.value, "t": asked.duration, "unknowns": asked.unknowns.value}
    return f"{reverse(f'explore-{row.kind}')}?{urlencode(query)}"


def _see_other(address: str) -> HttpResponseRedirect:
    response = redirect(address)
    response.status_code = 303
    return response
