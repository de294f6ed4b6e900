"""Work that goes on behind the pages: a list, one job's page, assessing anew."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from pollready.console.access import requires
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.words import Kept
from pollready.jobs.background import NotRestartable, restart, start_assessment
from pollready.jobs.models import OPEN, RESTARTABLE, Job
from pollready.jobs.queries import jobs_for
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
        "nobody_works": state == "waiting" and waited > _WAITS_LONG_S,
        "why": message(Kept(job.error_code, job.error_fields), request.language)
        if job.error_code
        else "",
        "page": _page_of(job),
    }


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
    job = read_job(get_object_or_404(jobs_for(request.user), pk=job_id), request)
    context = {"job": job, "busy": job["goes_on"], "watched": reverse("job", args=[job_id])}
    if request.htmx and not request.htmx.boosted:
        response = render(request, "jobs/_progress.html", context)
        if not job["goes_on"]:
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
    return reverse("import-stage", args=[int(key)]) if what == "import" else ""


def _see_other(address: str) -> HttpResponseRedirect:
    response = redirect(address)
    response.status_code = 303
    return response
