"""The page of a staging plan: where people and spares wait, desks, couriers."""

from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.middleware import ConsoleRequest
from pollready.console.staging import StagingPage
from pollready.console.staging_plans import StagingPlans
from pollready.console.views.corrections import done
from pollready.console.views.overview import nothing_assessed
from pollready.language import datetime_text, message, say
from pollready.people.permissions import Permission
from pollready.planning.staging.commands import keep_staging_plan
from pollready.planning.staging.models import TITLE_MAX
from pollready.planning.staging.rules import StagingRefused

UNPROCESSABLE = 422


@requires(Permission.SEE_REGISTER)
@require_safe
def staging(request: ConsoleRequest) -> HttpResponse:
    """Show the plan that the address asks for; what cannot be read is said beside its field."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "staging.title")
    return _shown(request, reading, StagingPage(reading, request.user, request.GET))


@requires(Permission.PLAN_MEANS)
@require_POST
def staging_keep(request: ConsoleRequest) -> HttpResponse:
    """Keep the plan that the address asks for, under the title that was typed."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "staging.title")
    plans = StagingPlans(reading, request.user)
    if not plans.may_plan:
        raise PermissionDenied
    page = StagingPage(reading, request.user, request.GET)
    if page.wrong or page.plan is None:
        return _shown(request, reading, page, status=UNPROCESSABLE)
    now = datetime.now(UTC).replace(microsecond=0)
    title = request.POST.get("title", "").strip() or datetime_text(localtime(now), request.language)
    try:
        kept = keep_staging_plan(
            page.plan, title=title, saved=reading.saved, by=request.user, now=now
        )
    except StagingRefused as refused:
        page.refusal = message(refused, request.language)
        return _shown(request, reading, page, status=UNPROCESSABLE)
    said = say("staging.kept", request.language, number=kept.pk)
    return done(request, reverse("staging-plan", args=[kept.pk]), said)


def _shown(
    request: ConsoleRequest, reading: Reading, page: StagingPage, status: int = 200
) -> HttpResponse:
    plans = StagingPlans(reading, request.user)
    context = {
        "page": page, "view": page.view, "plans": plans, "title_max": TITLE_MAX,
        "title": request.POST.get("title", ""),
    }  # fmt: skip
    return render(request, "staging/staging.html", context, status=status)
