"""Pages of kept staging plans: the list, one, two side by side, a file, withdrawing one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pollready.console.access import requires
from pollready.console.context import read
from pollready.console.form_writing import UNPROCESSABLE, attempt
from pollready.console.imports import lines_in_file
from pollready.console.kept_plan_forms import PlanExportForm, ReasonForm
from pollready.console.middleware import ConsoleRequest
from pollready.console.plan_files import plan_file
from pollready.console.staging_plans import StagingPlans, compared, sites_of_two
from pollready.console.views.corrections import done
from pollready.console.views.overview import nothing_assessed
from pollready.jobs.staging_export import staging_export, write_staging_export
from pollready.language import say
from pollready.people.permissions import Permission, may
from pollready.planning.staging.commands import withdraw_staging_plan
from pollready.planning.staging.models import KeptStagingPlan
from pollready.planning.staging.queries import plans_for
from pollready.planning.staging.rules import StagingRefused

TITLE = "staging.plans.title"


def _plans_or_404(request: ConsoleRequest) -> StagingPlans:
    reading = read(request)
    if reading is None:
        raise Http404
    return StagingPlans(reading, request.user)


def _plan_or_404(plans: StagingPlans, staging_id: int) -> KeptStagingPlan:
    found = plans_for(plans.viewer, plans.reading.round.pk).select_related("round")
    plan = found.filter(pk=staging_id).first()
    if plan is None:
        raise Http404
    return plan


@requires(Permission.SEE_REGISTER)
@require_safe
def staging_plans(request: ConsoleRequest) -> HttpResponse:
    """List the plans that were kept."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    plans = StagingPlans(reading, request.user)
    newest = [line.plan.pk for line in plans.standing][:2]
    return render(request, "staging/plans.html", {"plans": plans, "compared": newest})


@requires(Permission.SEE_REGISTER)
@require_safe
def staging_plan(request: ConsoleRequest, staging_id: int) -> HttpResponse:
    """Show one plan as it was kept."""
    plans = _plans_or_404(request)
    page = plans.page(_plan_or_404(plans, staging_id))
    context = {
        "plans": plans, "page": page, "view": page.view, "line": page.line,
        "may_export": may(request.user, Permission.EXPORT),
    }  # fmt: skip
    return render(request, "staging/plan.html", context)


@requires(Permission.SEE_REGISTER)
@require_safe
def staging_compare(request: ConsoleRequest) -> HttpResponse:
    """Show two plans side by side."""
    plans = _plans_or_404(request)
    keys = {line.plan.pk for line in plans.plans}
    chosen = [_key(request.GET.get(name, ""), keys) for name in ("a", "b")]
    context: dict[str, object] = {"plans": plans, "chosen": chosen}
    if all(chosen):
        first, second = (plans.page(_plan_or_404(plans, key or 0)) for key in chosen)
        context |= {
            "pair": (first, second), "figures": compared(plans, first, second),
            "sites": sites_of_two(first, second),
            "names": [plans.tell("number", number=key) for key in chosen],
        }  # fmt: skip
    return render(request, "staging/compare.html", context)


def _key(text: str, keys: set[int]) -> int | None:
    key = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    return key if key in keys else None


@requires(Permission.PLAN_MEANS)
@require_http_methods(["GET", "HEAD", "POST"])
def staging_withdraw(request: ConsoleRequest, staging_id: int) -> HttpResponse:
    """Let a plan stand no more, for a reason."""
    plans = _plans_or_404(request)
    if not plans.may_plan:
        raise PermissionDenied
    plan = _plan_or_404(plans, staging_id)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        language=request.language, initial={"version": plan.version},
    )  # fmt: skip

    def write(said: Mapping[str, Any]) -> None:
        withdraw_staging_plan(
            plan.pk, round_id=plans.reading.round.pk, version=said["version"] or 0,
            reason=said["reason"], by=request.user, now=datetime.now(UTC).replace(microsecond=0),
        )  # fmt: skip

    tried = attempt(form, write, StagingRefused)
    if tried.is_written:
        said = say("staging.withdraw.done", request.language, number=plan.pk)
        return done(request, reverse("staging-plans"), said)
    context = {"plans": plans, "line": plans.line(plan), "form": tried.form}
    return render(request, "staging/withdraw.html", context, status=tried.status)


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def staging_file(request: ConsoleRequest, staging_id: int) -> HttpResponse:
    """Give a plan as a workbook, a table or values, to who says why."""
    plans = _plans_or_404(request)
    plan = _plan_or_404(plans, staging_id)
    export = staging_export(plan, request.user)
    form = PlanExportForm(
        request.POST if request.method == "POST" else None, language=request.language
    )
    if form.is_valid():

        def write(path: Path, reason: str, now: datetime) -> None:
            write_staging_export(
                export, path, language=request.language, by=request.user, now=now, reason=reason,
                said=partial(lines_in_file, export, request.user, now, request.language),
            )  # fmt: skip

        name = say("staging.number", request.language, number=plan.pk)
        return plan_file(form, name, request.language, write)
    context = {"plans": plans, "line": plans.line(plan), "form": form, "file": export}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "staging/export.html", context, status=status)
