"""The catalogue of scenarios, one scenario, its stations, and the matrix of agencies."""

from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.middleware import ConsoleRequest
from pollready.console.plan_forms import TestedForm
from pollready.console.scenario_forms import LikelihoodForm
from pollready.console.scenario_list import LIKELY, PLAN_STATES, SORTS, TOLD, chosen, left, owners
from pollready.console.scenario_matrix import matrix
from pollready.console.scenario_named import named_in
from pollready.console.scenarios import ScenarioPages, ScenarioRow
from pollready.console.views.jobs import watched
from pollready.console.views.overview import nothing_assessed
from pollready.jobs.costing import last_costing
from pollready.people.permissions import Permission
from pollready.planning.catalogue import entry
from pollready.planning.models import Scenario, ScenarioBinding
from pollready.planning.queries import READINGS, scenarios_for, stations_losing
from pollready.planning.rules import may_approve, may_edit_plan, may_edit_scenario

ROWS = 50
TITLE = "planning.list.title"


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def scenario_list(request: ConsoleRequest) -> HttpResponse:
    """List the scenarios with cost, likelihood, plan and gaps; htmx gets the part that changes."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    pages = ScenarioPages(reading, request.user)
    rows = pages.all()
    wanted = chosen(request.GET)
    shown = left(rows, wanted)
    context = {
        "rows": shown,
        "all": len(rows),
        "chosen": wanted,
        "gaps": sum(bool(row.known_gaps) for row in shown),
        "not_worked_out": sum(row.binding is None for row in rows),
        "owners": owners(rows, pages.words),
        "plan_states": PLAN_STATES,
        "told": TOLD,
        "likely": LIKELY,
        "sorts": tuple(SORTS),
        "job": watched(last_costing(reading.round.pk), request),
    }
    template = "scenarios/_found.html" if request.htmx else "scenarios/list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def scenario_page(request: ConsoleRequest, scenario_id: int) -> HttpResponse:
    """Show what a scenario is, what it costs here, its plan with gaps, and earlier costs."""
    reading, scenario = found(request, scenario_id)
    return render(request, "scenarios/scenario.html", page_context(request, reading, scenario))


def page_context(
    request: ConsoleRequest, reading: Reading, scenario: Scenario
) -> dict[str, object]:
    """Gather what a scenario's page shows."""
    pages = ScenarioPages(reading, request.user)
    (row,) = pages.rows([scenario])
    words, user = pages.words, request.user
    facts = scenario.facts
    may_edit = may_edit_plan(user, row.plan)
    version = {"version": scenario.version}
    return {
        "row": row,
        "job": watched(last_costing(reading.round.pk, scenario.pk), request),
        "description": words.description(scenario),
        "selector": words.selector(scenario.selector),
        "named": named_in(scenario.selector, reading, user),
        "happened": words.fact(facts.get("happened")),
        "shows": words.fact(facts.get("shows")),
        "questions": [words.fact(question) for question in facts.get("questions", [])],
        "fails": [words.wording.veil.code(code) for code in _shown_codes(row)],
        "steps": [
            (step, words.means(step.means_kind)) for step in row.plan.steps.all()
        ] if row.plan else [],
        "means": pages.means(row.plan),
        "earlier": _earlier(reading, row),
        "may_edit_scenario": may_edit_scenario(user, scenario),
        "may_edit_plan": may_edit,
        "may_approve": may_approve(user),
        "has_standard": scenario.round_id is None and entry(scenario.code) is not None,
        "tested": TestedForm(
            language=request.language,
            initial={"version": row.plan.version, "kind": "drill"} if row.plan else {},
        ),
        "likelihood": LikelihoodForm(
            language=request.language,
            initial=version
            | {"word": scenario.likelihood, "reason": scenario.likelihood_reason},
        ),
    }  # fmt: skip


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def scenario_stations(request: ConsoleRequest, scenario_id: int) -> HttpResponse:
    """List the stations in scope that lose a level; unknowns working or failed."""
    reading, scenario = found(request, scenario_id)
    binding = ScenarioBinding.objects.filter(assessment=reading.saved, scenario=scenario).first()
    if binding is None:
        raise Http404
    bit = _number(request.GET.get("level", "0"))
    reading_of = request.GET.get("reading", "working")
    if not 0 <= bit < max(1, len(binding.levels)) or reading_of not in READINGS:
        raise Http404
    stations = stations_losing(request.user, binding, bit, reading_of)
    page = Paginator(
        stations.select_related("listing__point__place__parent__parent"), ROWS
    ).get_page(request.GET.get("page"))
    pages = ScenarioPages(reading, request.user)
    figures = stations.aggregate(
        voters=Sum("listing__expected_voters"),
        without=Count("pk", filter=Q(listing__expected_voters__isnull=True)),
    )
    context = {
        "scenario": scenario,
        "title": pages.words.title(scenario),
        "words": pages.words.below(*binding.levels[bit]) if binding.levels else "",
        "page": page,
        "figures": figures,
        "reading": reading_of,
    }
    return render(request, "scenarios/stations.html", context)


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def scenario_matrix(request: ConsoleRequest) -> HttpResponse:
    """Show which agency has which steps in which scenario."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "planning.matrix.title")
    rows = ScenarioPages(reading, request.user).all()
    agencies = matrix(rows, request.user)
    return render(request, "scenarios/matrix.html", {"rows": rows, "agencies": agencies})


def found(request: ConsoleRequest, scenario_id: int) -> tuple[Reading, Scenario]:
    """Give the scenario that the viewer may see in this round; raises Http404."""
    reading = read(request)
    if reading is None:
        raise Http404
    scenarios = scenarios_for(request.user, reading.round.pk).select_related("likelihood_by")
    return reading, get_object_or_404(scenarios, pk=scenario_id)


SHOWN_CODES = 30


def _shown_codes(row: ScenarioRow) -> list[str]:
    return row.binding.codes[:SHOWN_CODES] if row.binding and row.costs else []


def _earlier(reading: Reading, row: ScenarioRow) -> list[tuple[object, object]]:
    """Give what the scenario cost beside earlier assessments, newest first; whole rounds only."""
    if row.binding is None or row.cost is None or row.cost.already_below is None:
        return []
    level = ("stations", "matched") if row.binding.by_stations else (
        row.scenario.service, row.scenario.level,
    )  # fmt: skip
    bindings = (
        ScenarioBinding.objects.filter(
            scenario=row.scenario, assessment__round=reading.round,
            costs__agency=None, costs__service=level[0], costs__level=level[1],
            costs__reading="working",
        )
        .order_by("-assessment__made_at")
        .values_list("assessment__as_of_date", "costs__stations", "costs__voters")[:6]
    )  # fmt: skip
    return [(day, (stations, voters)) for day, stations, voters in bindings]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1
