"""Writing scenarios: those that ship, those that people make, and how likely they judge them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.audit.versions import claim_version
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check
from pollready.people.scopes import is_of_agency
from pollready.planning.catalogue import Entry as Shipped
from pollready.planning.catalogue import catalogue
from pollready.planning.models import (
    LikelihoodWord,
    Origin,
    Scenario,
    ScenarioState,
)
from pollready.planning.queries import scenarios_for
from pollready.planning.rules import (
    LEVELS,
    ScenarioRefused,
    check_clearance,
    check_selector,
    may_edit_scenario,
)

DURATION_MAX_H = 240.0


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody says of a scenario; a title in one language suffices."""

    title_fa: str = ""
    title_en: str = ""
    description_fa: str = ""
    description_en: str = ""
    selector: str = ""
    duration_h: float = 2.0
    service: str = "admit"
    level: str = "online"
    owner_role: str = ""
    state: str = ScenarioState.ACTIVE
    classification: int = 1


@transaction.atomic
def save_scenario(
    draft: Draft,
    *,
    round_id: int,
    by: User,
    now: datetime,
    scenario_id: int | None = None,
    version: int = 0,
    origin: str = Origin.OWN,
) -> Scenario:
    """Make a scenario of a round, or change one as it stood at `version`.

    Raises `NotPermitted`, `SelectorError`, `ScenarioRefused`, `Scenario.DoesNotExist` where it
    is not in the user's scope, and `ChangedMeanwhile`.
    """
    check(by, Permission.EDIT_SCENARIOS)
    scenario = None
    if scenario_id is not None:
        scenario = scenarios_for(by, round_id).get(pk=scenario_id)
    if not may_edit_scenario(by, scenario):
        raise NotPermitted(Permission.EDIT_SCENARIOS)
    fields = _valid(draft, by=by, round_id=round_id, kept=scenario.selector if scenario else "")
    if scenario is None:
        made = Scenario.objects.create(
            round_id=round_id,
            code=_next_code(round_id),
            origin=origin,
            made_by=by,
            made_by_agency=by.agency if is_of_agency(by) else None,
            **fields,
        )
        _recorded("save_scenario", made, None, by=by.username, now=now)
        return made
    if fields["selector"] == scenario.selector and draft.classification < scenario.classification:
        raise ScenarioRefused("class-too-low")
    before = _said(scenario)
    claim_version(scenario, version)
    for name, value in fields.items():
        setattr(scenario, name, value)
    scenario.save(update_fields=list(fields))
    _recorded("save_scenario", scenario, before, by=by.username, now=now)
    return scenario


@transaction.atomic
def judge_likelihood(
    scenario_id: int,
    *,
    round_id: int,
    word: str,
    reason: str,
    version: int,
    by: User,
    now: datetime,
) -> Scenario:
    """Keep how likely a named person judges a scenario, and why; an empty word takes it back.

    Raises what `save_scenario` raises.
    """
    check(by, Permission.EDIT_SCENARIOS)
    scenario = scenarios_for(by, round_id).get(pk=scenario_id)
    if word not in ("", *LikelihoodWord.values):
        raise ScenarioRefused("likelihood-word", found=word)
    if word and not reason.strip():
        raise ScenarioRefused("likelihood-reason")
    before = _said(scenario)
    claim_version(scenario, version)
    scenario.likelihood = word
    scenario.likelihood_reason = reason.strip()
    scenario.likelihood_by, scenario.likelihood_at = (by, now) if word else (None, None)
    scenario.save(
        update_fields=["likelihood", "likelihood_reason", "likelihood_by", "likelihood_at"]
    )
    _recorded("judge_likelihood", scenario, before, by=by.username, now=now, reason=reason.strip())
    return scenario


@transaction.atomic
def take_in_catalogue(*, now: datetime) -> int:
    """Bring the scenarios that ship into the register; gives how many are new or renewed.

    What people have changed stays as they left it.
    """
    there = {each.code: each for each in Scenario.objects.filter(round__isnull=True)}
    entries = []
    for shipped in catalogue():
        fields = _of_catalogue(shipped)
        scenario = there.get(shipped.code)
        if scenario is None:
            scenario = Scenario.objects.create(
                code=shipped.code, origin=Origin.CATALOGUE, classification=0, **fields
            )
            entries.append(Entry("scenario", str(scenario.pk), None, _said(scenario)))
        elif scenario.version == 1 and any(getattr(scenario, n) != v for n, v in fields.items()):
            before = _said(scenario)
            for name, value in fields.items():
                setattr(scenario, name, value)
            scenario.save(update_fields=list(fields))
            entries.append(Entry("scenario", str(scenario.pk), before, _said(scenario)))
    if entries:
        record(actor="installation", command="take_in_catalogue", now=now, entries=entries)
    return len(entries)


def _valid(draft: Draft, *, by: User, round_id: int, kept: str) -> dict[str, Any]:
    fields = asdict(draft)
    for name in ("title_fa", "title_en", "description_fa", "description_en"):
        fields[name] = fields[name].strip()
    if not fields["title_fa"] and not fields["title_en"]:
        raise ScenarioRefused("no-title")
    if not 0 < draft.duration_h <= DURATION_MAX_H:
        raise ScenarioRefused("duration", limit=DURATION_MAX_H)
    if draft.level not in LEVELS.get(draft.service, ()):
        raise ScenarioRefused("level")
    if draft.state not in ScenarioState.values:
        raise ScenarioRefused("state")
    check_clearance(by, draft.classification)
    if draft.selector != kept:  # who may not name what it names may still change the rest
        fields["selector"] = check_selector(
            by, draft.selector, round_id=round_id, classification=draft.classification
        )
    return fields


def _next_code(round_id: int) -> str:
    """Number the scenarios that people make in a round: S1, S2, and so on."""
    codes = Scenario.objects.filter(round=round_id, code__startswith="S").values_list(
        "code", flat=True
    )
    numbers = [int(code[1:]) for code in codes if code[1:].isdecimal()]
    return f"S{max(numbers, default=0) + 1}"


def _of_catalogue(shipped: Shipped) -> dict[str, Any]:
    return {
        "title_fa": shipped.title["fa"],
        "title_en": shipped.title["en"],
        "description_fa": shipped.description["fa"],
        "description_en": shipped.description["en"],
        "selector": shipped.selector_text,
        "duration_h": shipped.duration_h,
        "service": shipped.service,
        "level": shipped.level,
        "owner_role": shipped.owner_role,
        "facts": {
            "happened": dict(shipped.happened),
            "shows": dict(shipped.shows),
            "questions": [dict(question) for question in shipped.questions],
            "likelihood_of": list(shipped.likelihood_of),
        },
    }


def _said(scenario: Scenario) -> dict[str, Any]:
    """Say for the log what can be changed of a scenario."""
    names = (
        "code", "title_fa", "title_en", "selector", "duration_h", "service", "level", "state",
        "owner_role", "classification", "likelihood", "likelihood_reason",
    )  # fmt: skip
    return {name: getattr(scenario, name) for name in names}


def _recorded(
    command: str,
    scenario: Scenario,
    before: dict[str, Any] | None,
    *,
    by: str,
    now: datetime,
    reason: str = "",
) -> None:
    entry = Entry("scenario", str(scenario.pk), before, _said(scenario))
    record(actor=by, command=command, now=now, entries=[entry], reason=reason)
