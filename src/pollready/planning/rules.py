"""Who may write what of scenarios and plans, and what is valid."""

from pollready.people.models import Role, User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import is_of_agency
from pollready.planning.models import ContingencyPlan, Scenario
from pollready.planning.selectors import Choice, Failures, Selector, names_of, parse, str_of
from pollready.register.queries import components_for, groups_for

# The service and the level of it that a scenario speaks of.
LEVELS = {"admit": ("online", "offline", "paper"), "close": ("electronic", "courier")}
_APPROVERS = (Role.ADMINISTRATOR, Role.COMMITTEE_HEAD, Role.SECRETARY)


class ScenarioRefused(Exception):
    """What was to be saved cannot stand; `code` says why."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = f"planning.{code}"
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


def may_approve(user: User) -> bool:
    """Say whether the user approves plans: the committee does, not the agency that wrote one."""
    return user.role in _APPROVERS and may(user, Permission.EDIT_SCENARIOS)


def may_edit_plan(user: User, plan: ContingencyPlan | None) -> bool:
    """Say whether the user may write a scenario's plan; an agency its own, or the first one."""
    if not may(user, Permission.EDIT_SCENARIOS):
        return False
    return not is_of_agency(user) or plan is None or plan.owner_id == user.agency_id


def may_edit_scenario(user: User, scenario: Scenario | None) -> bool:
    """Say whether the user may change a scenario; an agency only what it made itself."""
    if not may(user, Permission.EDIT_SCENARIOS):
        return False
    if scenario is None or not is_of_agency(user):
        return True
    return scenario.made_by_agency_id == user.agency_id


def check_selector(by: User, text: str, *, round_id: int, classification: int) -> str:
    """Give the selector as it is kept, in its one way of writing.

    Raises `SelectorError` where it cannot be read, and `ScenarioRefused` where it names what is
    not in the user's scope (or not there at all), or is classed below what it names. Who speaks
    for an agency may only name components of its own.
    """
    selector = parse(text)
    if is_of_agency(by) and not _only_names(selector):
        raise ScenarioRefused("only-own-names")
    names = set(names_of(selector))
    if names:
        highest = _check_names(by, names, round_id)
        if classification < highest:
            raise ScenarioRefused("class-too-low")
    return str_of(selector)


def _only_names(selector: Selector) -> bool:
    if not isinstance(selector, Failures):
        return False
    return all(part.choice is Choice.NAMED and not part.is_power for part in selector.parts)


def _check_names(by: User, names: set[str], round_id: int) -> int:
    """Find each name in scope, and give the highest class among them."""
    seen: dict[str, int] = {}
    for rows in (components_for(by), groups_for(by)):
        seen |= dict(
            rows.filter(round=round_id, code__in=names).values_list("code", "classification")
        )
    strangers = len(names - seen.keys())
    if strangers:
        raise ScenarioRefused("names-not-found", count=strangers)
    return max(seen.values(), default=0)


def check_clearance(by: User, classification: int) -> None:
    """Keep a scenario's class at or below its author's clearance, so that he can read it."""
    if classification > by.clearance:
        raise ScenarioRefused("class-too-high")
