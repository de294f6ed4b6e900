"""What agencies declared by signature, which no list overwrites: it is theirs to renew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pollready.audit.models import AuditEntry
from pollready.people.models import User
from pollready.places.models import Agency

FIELD, _DATE = "ready_declared", "ready_declared_date"


@dataclass(slots=True)
class Declared:
    """The last word of an agency on its readiness, and what the register held before."""

    value: bool | None
    by: str
    at: datetime
    replaced: set[bool | None] = field(default_factory=set)


def read_declared(agencies: Iterable[Agency]) -> dict[int, Declared]:
    """Read in the log what was signed, withdrawn or fell due; lists are logged by code, not uid."""
    by_uid = {str(agency.uid): agency for agency in agencies}
    entries = AuditEntry.objects.filter(
        object_type="agency", object_id__in=by_uid, after__has_key=FIELD
    ).order_by("batch__number", "ordinal")
    found: dict[str, Declared] = {}
    rows = entries.values_list("object_id", "before", "after", "batch__actor", "batch__at")
    for uid, before, after, actor, at in rows:
        earlier = found[uid].replaced if uid in found else set()
        replaced = earlier | {(before or {}).get(FIELD)}
        found[uid] = Declared((after or {}).get(FIELD), actor, at, replaced)
    names = _names({each.by for each in found.values()})
    for each in found.values():
        each.by = names.get(each.by, each.by)
    # What a list overwrote before is the list's again.
    return {
        by_uid[uid].pk: each
        for uid, each in found.items()
        if each.value == by_uid[uid].ready_declared
    }


def _names(usernames: Iterable[str]) -> Mapping[str, str]:
    people = User.objects.filter(username__in=usernames)
    return {each.username: each.get_full_name() or each.username for each in people}


def hold_declared(agency: Agency) -> dict[str, Any]:
    """Give the two columns as they stand."""
    return {name: getattr(agency, name) for name in (FIELD, _DATE)}
