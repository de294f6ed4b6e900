"""Writing a scenario's contingency plan: steps by keyboard, approval, tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.context import Reading
from pollready.console.middleware import ConsoleRequest
from pollready.console.plan_forms import (
    PlanForm,
    StepForm,
    TestedForm,
    opened,
    rearranged,
    standard_steps,
)
from pollready.console.reopening import reopened
from pollready.console.scenarios import ScenarioPages
from pollready.console.views.scenarios import found, page_context
from pollready.language import say
from pollready.people.permissions import NotPermitted, Permission
from pollready.people.scopes import agencies_for, is_of_agency
from pollready.planning.catalogue import entry
from pollready.planning.models import ContingencyPlan, Scenario
from pollready.planning.plans import STEPS_MAX, approve_plan, record_test, save_plan
from pollready.planning.queries import plans_for
from pollready.planning.rules import ScenarioRefused, may_approve, may_edit_plan

# Gaps that whoever approves a plan has to know of and take upon himself.
UNSETTLED = ("nobody", "unlawful", "order_missing", "law_unasked", "basis_missing")


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a plan's form is about."""

    request: ConsoleRequest
    reading: Reading
    scenario: Scenario
    plan: ContingencyPlan | None
    pages: ScenarioPages

    @property
    def agencies(self) -> list[tuple[str, str]]:
        """Who may have a step, by number and name."""
        rows = agencies_for(self.request.user).order_by("name").values_list("pk", "name")
        return [(str(pk), name) for pk, name in rows]

    @property
    def owners(self) -> list[tuple[str, str]]:
        """Who may own the plan: an agency's people write their own."""
        user = self.request.user
        if not is_of_agency(user):
            return self.agencies
        return [pair for pair in self.agencies if pair[0] == str(user.agency_id)]


@requires(Permission.EDIT_SCENARIOS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: ConsoleRequest, scenario_id: int) -> HttpResponse:
    """Write the plan; buttons move, add and take away steps without saving, and lose nothing."""
    about = _open(request, scenario_id)
    if not may_edit_plan(request.user, about.plan):
        raise PermissionDenied
    if request.method != "POST":
        return _page(about, _head(about), _at_first(about))
    action = request.POST.get("action", "save")
    count = _count(request.POST.get("steps", ""))
    head = _head(about, data=request.POST)
    if action != "save":
        typed = rearranged(request.POST, count, action)
        head = _head(
            about,
            initial={
                "owner": request.POST.get("owner", ""),
                "version": request.POST.get("version", "0"),
            },
        )
        return _page(about, head, typed, moved=action)
    steps = [_step(about, number, data=request.POST) for number in range(count)]
    if not all([head.is_valid(), *(step.is_valid() for step in steps)]):
        return _page(about, head, steps, status=422)
    owner = head.cleaned_data["owner"]
    try:
        save_plan(
            about.scenario.pk,
            [step.draft() for step in steps],
            round_id=about.reading.round.pk,
            owner_id=int(owner) if owner else None,
            version=head.cleaned_data["version"],
            by=request.user,
            now=datetime.now(UTC),
        )
    except ChangedMeanwhile as changed:
        data = request.POST.copy()
        data["version"] = str(changed.fields["version"])
        head = _head(about, data=data)
        return _page(about, head, steps, status=409, changed=True)
    except ScenarioRefused as refused:
        head.add_error(None, refused)
        return _page(about, head, steps, status=422)
    except NotPermitted:
        raise PermissionDenied from None
    messages.success(request, say("planning.plan.saved", request.language))
    return redirect("scenario", about.scenario.pk)


@requires(Permission.EDIT_SCENARIOS)
@require_POST
def plan_approve(request: ConsoleRequest, scenario_id: int) -> HttpResponse:
    """Let the plan stand; what is open in its law or its owners is named first, to be confirmed."""
    about = _open(request, scenario_id)
    if about.plan is None:
        raise Http404
    if not may_approve(request.user):
        raise PermissionDenied
    version = request.POST.get("version", "")
    unsettled = _unsettled(about, about.plan)
    if unsettled and "confirmed" not in request.POST:
        context = {
            "scenario": about.scenario,
            "title": about.pages.words.title(about.scenario),
            "unsettled": unsettled,
            "version": version,
        }
        return render(request, "scenarios/approve.html", context, status=422)
    try:
        approve_plan(
            about.plan.pk,
            round_id=about.reading.round.pk,
            version=int(version) if version.isascii() and version.isdecimal() else 0,
            by=request.user,
            now=datetime.now(UTC),
        )
    except (ChangedMeanwhile, ScenarioRefused) as refused:
        messages.error(request, say(f"errors.{refused.code}", request.language, **refused.fields))
    else:
        messages.success(request, say("planning.plan.approved", request.language))
    return redirect("scenario", about.scenario.pk)


@requires(Permission.EDIT_SCENARIOS)
@require_POST
def plan_tested(request: ConsoleRequest, scenario_id: int) -> HttpResponse:
    """Keep when the plan was tried, how, and what shows it."""
    about = _open(request, scenario_id)
    if about.plan is None:
        raise Http404
    if not may_edit_plan(request.user, about.plan):
        raise PermissionDenied
    form = TestedForm(request.POST, language=request.language)
    status = 422
    if form.is_valid():
        try:
            record_test(
                about.plan.pk,
                round_id=about.reading.round.pk,
                by=request.user,
                now=datetime.now(UTC),
                **form.cleaned_data,
            )
        except ChangedMeanwhile as changed:
            status = 409
            form = reopened(form, changed)
            form.add_error(None, changed)
        except ScenarioRefused as refused:
            form.add_error("tested_on" if refused.code.endswith("to-come") else None, refused)
        else:
            messages.success(request, say("planning.plan.tested", request.language))
            return redirect("scenario", about.scenario.pk)
    context = page_context(request, about.reading, about.scenario)
    return render(
        request,
        "scenarios/scenario.html",
        context | {"tested": form, "form": form},
        status=status,
    )


def _unsettled(about: _Opened, plan: ContingencyPlan) -> list[str]:
    """Say what nobody has settled about a plan: whose it and its steps are, and by what right."""
    words = about.pages.words
    found = [gap for gap in about.pages.gaps(plan) if gap.code in UNSETTLED]
    ownerless = [] if plan.owner_id else [words.told("plan.no_owner")]
    return [*ownerless, *(words.gap(gap)["reason"] for gap in found)]


def _open(request: ConsoleRequest, scenario_id: int) -> _Opened:
    reading, scenario = found(request, scenario_id)
    plan = plans_for(request.user, reading.round.pk).filter(scenario=scenario).first()
    return _Opened(request, reading, scenario, plan, ScenarioPages(reading, request.user))


def _head(about: _Opened, **kwargs: Any) -> PlanForm:
    if not kwargs:
        plan = about.plan
        owner = plan.owner_id if plan else about.request.user.agency_id
        kwargs = {"initial": {"owner": str(owner or ""), "version": plan.version if plan else 0}}
    return PlanForm(language=about.request.language, agencies=about.owners, **kwargs)


def _step(about: _Opened, number: int, **kwargs: Any) -> StepForm:
    return StepForm(
        language=about.request.language,
        agencies=about.agencies,
        means={lot.kind for lot in about.pages.lots},
        prefix=f"step-{number}",
        **kwargs,
    )


def _at_first(about: _Opened) -> list[dict[str, Any]]:
    """Open the plan as it is; where there is none, the standard steps if they are asked for."""
    if about.plan is not None:
        return opened(about.plan)
    shipped = entry(about.scenario.code) if about.scenario.round_id is None else None
    if shipped is None or about.request.GET.get("from") != "standard":
        return [{}]
    (row,) = about.pages.rows([about.scenario])
    roles = agencies_for(about.request.user).exclude(role="").order_by("-pk")
    return standard_steps(
        shipped,
        about.request.language,
        agency_of=dict(roles.values_list("role", "pk")),
        stations=row.cost.stations[0] if row.cost else None,
    )


def _count(text: str) -> int:
    plain = text.isascii() and text.isdecimal() and len(text) < 4
    return min(int(text), STEPS_MAX) if plain else 0


def _page(
    about: _Opened,
    head: PlanForm,
    steps: Sequence[StepForm | dict[str, Any]],
    *,
    status: int = 200,
    changed: bool = False,
    moved: str = "",
) -> HttpResponse:
    forms = [
        step if isinstance(step, StepForm) else _step(about, number, initial=step)
        for number, step in enumerate(steps)
    ]
    plan = about.plan
    context = {
        "scenario": about.scenario,
        "title": about.pages.words.title(about.scenario),
        "form": head,
        "steps": forms,
        "faults": [(n, step) for n, step in enumerate(forms, start=1) if step.errors],
        "plan": plan,
        "changed": changed,
        "there": list(plan.steps.all()) if changed and plan else [],
        "moved": moved,
        "means": about.pages.means(plan),
        "is_full": len(forms) >= STEPS_MAX,
    }
    return render(about.request, "scenarios/plan.html", context, status=status)
