"""Making and changing scenarios, judging how likely they are, and working out what they cost."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.middleware import ConsoleRequest
from pollready.console.places import county_choices
from pollready.console.reopening import reopened
from pollready.console.scenario_forms import LikelihoodForm, ScenarioForm, names_selector
from pollready.console.scenario_named import Named, named_in
from pollready.console.scenarios import ScenarioPages
from pollready.console.views.overview import nothing_assessed
from pollready.console.views.scenarios import found, page_context
from pollready.jobs.costing import start_costing
from pollready.language import number, parse_number, say
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission
from pollready.people.scopes import agencies_for
from pollready.planning.commands import judge_likelihood, save_scenario, take_in_catalogue
from pollready.planning.models import Origin, Scenario
from pollready.planning.rules import ScenarioRefused, may_edit_scenario
from pollready.planning.selectors import SelectorError

PICKS_MAX = 50
# Selectors that show an expert how one is written; the page says each in words beside it.
EXAMPLES = ("worst 1 of duct + every server", "spread 18% of devices")


@requires(Permission.EDIT_SCENARIOS)
@require_http_methods(["GET", "HEAD", "POST"])
def scenario_new(request: ConsoleRequest) -> HttpResponse:
    """Make a scenario; what was picked while exploring failures stands in the address."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "planning.new.title")
    origin = Origin.EXPLORED if _picks(request.GET) else Origin.OWN
    if request.method != "POST":
        return _form_page(request, _form(request, initial=_picked(request, reading)), None)
    form = _form(request, data=request.POST)
    if not form.is_valid():
        return _form_page(request, form, None, status=422)
    now = datetime.now(UTC)
    try:
        scenario = save_scenario(
            form.draft(), round_id=reading.round.pk, by=request.user, now=now, origin=origin
        )
    except (ScenarioRefused, SelectorError) as refused:
        form.add_error(_field_of(refused), refused)
        return _form_page(request, form, None, status=422)
    except NotPermitted:
        raise PermissionDenied from None
    return _saved(request, scenario, reading.round.pk, "planning.new.saved")


@requires(Permission.EDIT_SCENARIOS)
@require_http_methods(["GET", "HEAD", "POST"])
def scenario_edit(request: ConsoleRequest, scenario_id: int) -> HttpResponse:
    """Change a scenario; what somebody else changed meanwhile is shown, not overwritten."""
    reading, scenario = found(request, scenario_id)
    if not may_edit_scenario(request.user, scenario) or _hides(reading, scenario):
        raise PermissionDenied
    if request.method != "POST":
        initial = _initial(scenario, request.language)
        return _form_page(request, _form(request, scenario, initial=initial), scenario)
    form = _form(request, scenario, data=request.POST)
    if not form.is_valid():
        return _form_page(request, form, scenario, status=422)
    try:
        save_scenario(
            form.draft(),
            round_id=reading.round.pk,
            by=request.user,
            now=datetime.now(UTC),
            scenario_id=scenario.pk,
            version=form.cleaned_data["version"] or 0,
        )
    except ChangedMeanwhile as changed:
        return _form_page(request, reopened(form, changed), scenario, status=409, changed=True)
    except (ScenarioRefused, SelectorError) as refused:
        form.add_error(_field_of(refused), refused)
        return _form_page(request, form, scenario, status=422)
    scenario.refresh_from_db()
    return _saved(request, scenario, reading.round.pk, "planning.edit.saved")


@requires(Permission.EDIT_SCENARIOS)
@require_POST
def scenario_likelihood(request: ConsoleRequest, scenario_id: int) -> HttpResponse:
    """Keep how likely the user judges a scenario, and why."""
    reading, scenario = found(request, scenario_id)
    form = LikelihoodForm(request.POST, language=request.language)
    status = 422
    if form.is_valid():
        try:
            judge_likelihood(
                scenario.pk,
                round_id=reading.round.pk,
                by=request.user,
                now=datetime.now(UTC),
                **form.cleaned_data,
            )
        except ChangedMeanwhile as changed:
            form, status = reopened(form, changed), 409
            form.add_error(None, changed)
        except ScenarioRefused as refused:
            form.add_error("reason", refused)
        else:
            messages.success(request, say("planning.likely.saved", request.language))
            return redirect(reverse("scenario", args=[scenario.pk]) + "#likelihood")
    context = page_context(request, reading, scenario) | {"likelihood": form, "form": form}
    return render(request, "scenarios/scenario.html", context, status=status)


@requires(Permission.EDIT_SCENARIOS)
@require_POST
def scenarios_cost(request: ConsoleRequest) -> HttpResponse:
    """Take in the scenarios that ship, and have worked out what each costs in this round."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "planning.list.title")
    now = datetime.now(UTC)
    take_in_catalogue(now=now)
    start_costing(reading.round.pk, by=request.user, now=now)
    return redirect("scenarios")


def _saved(request: ConsoleRequest, scenario: Scenario, round_id: int, said: str) -> HttpResponse:
    messages.success(request, say(said, request.language))
    start_costing(round_id, by=request.user, now=datetime.now(UTC), scenario_id=scenario.pk)
    return redirect("scenario", scenario.pk)


def _form(request: ConsoleRequest, scenario: Scenario | None = None, **kwargs: Any) -> ScenarioForm:
    names = agencies_for(request.user).exclude(role="").values_list("role", flat=True).distinct()
    roles = sorted((role, _role(role, request.language)) for role in names)
    return ScenarioForm(
        language=request.language,
        user=request.user,
        counties=county_choices(request.user),
        roles=roles,
        scenario=scenario,
        **kwargs,
    )


def _role(role: str, language: str) -> str:
    try:
        return say(f"role.{role}", language)
    except KeyError:
        return role


def _form_page(
    request: ConsoleRequest,
    form: ScenarioForm,
    scenario: Scenario | None,
    *,
    status: int = 200,
    changed: bool = False,
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "scenario": scenario, "changed": changed}
    reading = read(request)
    if reading is not None:
        words = ScenarioPages(reading, request.user).words
        context["examples"] = [(text, words.selector(text)) for text in EXAMPLES]
        context["named"] = _named(form, reading, request.user)
    if scenario is not None and reading is not None:
        scenario.refresh_from_db()
        context["title"] = words.title(scenario)
        context["selector"] = words.selector(scenario.selector)
        context["duration"] = words.duration(scenario.duration_h)
    return render(request, "scenarios/form.html", context, status=status)


def _hides(reading: Reading, scenario: Scenario) -> bool:
    """Say whether a text of the scenario names what this viewer may not see."""
    names = ("title_fa", "title_en", "description_fa", "description_en")
    veil = reading.wording.veil
    texts = [getattr(scenario, name) for name in names]
    return scenario.origin != Origin.CATALOGUE and any(veil.text(each) != each for each in texts)


def _initial(scenario: Scenario, language: str) -> dict[str, object]:
    return {
        "title_fa": scenario.title_fa,
        "title_en": scenario.title_en,
        "description_fa": scenario.description_fa,
        "description_en": scenario.description_en,
        "choice": "kept",
        "duration_h": number(scenario.duration_h, language),
        "target": f"{scenario.service}.{scenario.level}",
        "owner_role": scenario.owner_role,
        "state": scenario.state,
        "classification": str(scenario.classification),
        "version": scenario.version,
    }


def _named(form: ScenarioForm, reading: Reading, user: User) -> Named | None:
    """Say what the form names, whichever way it does."""
    choice = form["choice"].value()
    if choice == "named":
        return named_in(names_selector(str(form["names"].value() or "")), reading, user)
    return (
        named_in(str(form["selector"].value() or ""), reading, user)
        if choice == "written"
        else None
    )


def _picked(request: ConsoleRequest, reading: Reading) -> dict[str, object]:
    """Read from the address what somebody picked: codes, or a selector; and the hours."""
    initial: dict[str, object] = {
        "choice": "worst", "amount": number(1, request.language),
        "duration_h": number(2, request.language), "target": "admit.online",
        "state": "active", "classification": str(min(1, request.user.clearance)), "version": 0,
    }  # fmt: skip
    picks = _picks(request.GET)
    if picks:
        initial |= {"choice": "named", "names": ", ".join(picks)}
    elif request.GET.get("selector"):
        initial |= {"choice": "written", "selector": request.GET["selector"][:2000]}
    for name in ("hours", "duration_h"):
        if request.GET.get(name):
            hours = parse_number(request.GET[name][:12])
            typed = request.GET[name][:12]
            initial["duration_h"] = typed if hours is None else number(hours, request.language)
    named = None
    if initial["choice"] != "worst":
        named = _named(_form(request, initial=initial), reading, request.user)
    if named is not None:
        initial[f"title_{request.language}"] = named.title
    return initial


def _picks(query: Mapping[str, Any]) -> list[str]:
    names = ("code", "component", "group")
    lists = getattr(query, "getlist", None)
    found = [code for name in names for code in (lists(name) if lists else [])]
    return [code[:100] for code in found[:PICKS_MAX] if code.strip()]


def _field_of(refused: ScenarioRefused | SelectorError) -> str | None:
    """Tell at which field a refusal belongs."""
    names = {
        "planning.names-not-found": "names",
        "planning.only-own-names": "choice",
        "planning.class-too-low": "classification",
        "planning.class-too-high": "classification",
        "planning.duration": "duration_h",
        "planning.level": "target",
    }
    return names.get(refused.code)
