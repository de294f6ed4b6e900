"""Whose a component is and how secret: decided by named people, not disputed by sources."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.people.scopes import agencies_for
from pollready.register.corrections.claiming import thing_entry
from pollready.register.corrections.columns import write_columns
from pollready.register.corrections.errors import CorrectionRefused, check_for_change
from pollready.register.corrections.models import Evidence
from pollready.register.corrections.subjects import COMPONENT, About, find
from pollready.register.models import Claim, Component

ASSIGN, CLASSIFY = "assign_component", "classify_component"


def mark_of_handling(component: Component) -> str:
    """Give a mark of whose a component is and how secret: another as soon as either changes."""
    return f"{component.agency_id}|{component.classification}"


@transaction.atomic
def assign(
    *, component_id: int, agency_id: int, reason: str, expected: str | None = None,
    by: User, now: datetime,
) -> Component:  # fmt: skip
    """Let another agency own a component: it sees it from now on, the former one no longer.

    Raises `NotPermitted`, `OutOfReach`, `ChangedMeanwhile`, `CorrectionRefused`.
    """
    component, said = _found(component_id, Permission.ASSIGN_AGENCY, reason, expected, by)
    agency = agencies_for(by).filter(pk=agency_id).first()
    if agency is None:
        raise CorrectionRefused("agency-not-there", "agency")
    before, after = write_columns(component, {"agency_id": agency.pk})
    if not after:
        raise CorrectionRefused("same-as-before", "agency")
    entries = [thing_entry(component, before, after)]
    record(actor=by.username, command=ASSIGN, now=now, entries=entries, reason=said)
    component.refresh_from_db()
    return component


@transaction.atomic
def classify(
    *, component_id: int, classification: int, reason: str, expected: str | None = None,
    by: User, now: datetime,
) -> Component:  # fmt: skip
    """Set the class of a component; its claims follow, its evidence where the class is raised.

    Its owner does, or an administrator, up to his own clearance and the installation's ceiling.
    Raises `NotPermitted`, `OutOfReach`, `ChangedMeanwhile`, `CorrectionRefused`.
    """
    component, said = _found(component_id, Permission.SET_CLASS, reason, expected, by)
    if classification > min(by.clearance, settings.POLLREADY_CEILING):
        raise CorrectionRefused("component-class-too-high", "classification")
    entries = write_class(component, classification)
    if not entries:
        raise CorrectionRefused("same-as-before", "classification")
    record(actor=by.username, command=CLASSIFY, now=now, entries=entries, reason=said)
    return component


def write_class(component: Component, classification: int) -> list[Entry]:
    """Write the class and what inherits it; gives what the log is told, nothing where it is so.

    Claims of any time inherit it, so that no earlier one tells what is now hidden. A file may
    have been held more secret than its claim: it is raised, never lowered.
    """
    before, after = write_columns(component, {"classification": classification})
    if not after:
        return []
    claims = Claim.objects.filter(component=component)
    claims.update(classification=classification)
    files = Evidence.objects.filter(claim__component=component, classification__lt=classification)
    files.update(classification=classification)
    return [thing_entry(component, before, after)]


def _found(
    component_id: int, permission: Permission, reason: str, expected: str | None, by: User
) -> tuple[Component, str]:
    """Find and lock the component for who may handle it; gives the reason in one line too."""
    check(by, permission)
    about = About(COMPONENT, component_id)
    component = find(by, about, lock=True)
    assert isinstance(component, Component)  # asked for as one
    check_for_change(expected, mark_of_handling(component), str(about))
    said = " ".join(reason.split())[:500]
    if not said:
        raise CorrectionRefused("reason-missing", "reason")
    return component, said
