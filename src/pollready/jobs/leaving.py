"""A file that leaves the console: for a reason, and written down in the log before it does."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.people.models import User
from pollready.people.permissions import Permission, check, may

REASON_MAX = 400


class ExportNeedsReason(ValueError):
    """A file that names stations leaves the console only with a reason."""

    code = "console.export-needs-reason"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


def takes_classified(by: User) -> bool:
    """Say whether the reader may take classified files, and nobody has to approve them first."""
    return may(by, Permission.EXPORT_CLASSIFIED) and not settings.POLLREADY_EXPORT_APPROVAL


def record_leaving(
    kind: str, told: Mapping[str, Any], *, by: User, now: datetime, reason: str
) -> int:
    """Write down that a file of a kind leaves the console, and what it is; give the log's number.

    Raises `NotPermitted`, `ExportNeedsReason`.
    """
    check(by, Permission.EXPORT)
    reason = " ".join(reason.split())[:REASON_MAX]
    if not reason:
        raise ExportNeedsReason
    with transaction.atomic():
        batch = record(
            actor=by.username, command="export_list", now=now, reason=reason,
            entries=[Entry("export", kind, None, {"list": kind, **told})],
        )  # fmt: skip
    return batch.number
