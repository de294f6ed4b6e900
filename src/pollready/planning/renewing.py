"""What a changed plan does to the declarations that rest on it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from pollready.audit.commands import Entry
from pollready.places.models import Agency
from pollready.planning.models import DeclarationState, ReadinessDeclaration, Scenario


def ask_to_renew(
    scenario: Scenario, round_id: int, agencies: Collection[int], *, now: datetime
) -> list[Entry]:
    """Mark the standing declarations of these agencies that cover the scenario; say it for the log.

    Their agencies have then declared nothing that still holds, until they sign again.
    """
    found = ReadinessDeclaration.objects.filter(
        round=round_id,
        agency__in=agencies,
        state=DeclarationState.SIGNED,
        covered__scenario=scenario,
    ).select_related("agency")
    entries = []
    for declaration in found:
        declaration.state = DeclarationState.TO_RENEW
        declaration.version += 1
        declaration.save(update_fields=["state", "version"])
        entries.append(
            Entry(
                "declaration", str(declaration.pk),
                {"state": DeclarationState.SIGNED.value},
                {"state": DeclarationState.TO_RENEW.value, "because": f"plan of {scenario.code}"},
            )
        )  # fmt: skip
        entries.append(feed(declaration.agency, None, now=now))
    return entries


def feed(agency: Agency, declared: bool | None, *, now: datetime) -> Entry:
    """Write what an agency has declared into its row, where the rules of obstacles read it."""
    before = _said(agency)
    agency.ready_declared = declared
    agency.ready_declared_date = None if declared is None else localdate(now)
    agency.save(update_fields=["ready_declared", "ready_declared_date"])
    return Entry("agency", str(agency.uid), before, _said(agency))


def _said(agency: Agency) -> dict[str, Any]:
    day = agency.ready_declared_date
    return {
        "ready_declared": agency.ready_declared,
        "ready_declared_date": day.isoformat() if day else None,
    }
