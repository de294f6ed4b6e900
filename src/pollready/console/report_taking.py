"""Taking a report's file out: with a reason where it is classified, and a second person's word."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from pollready.people.exports.commands import Extent, ask_export, decide_export, take_approved
from pollready.people.exports.models import ExportRequest
from pollready.people.exports.queries import state_of, to_decide_for
from pollready.people.models import User
from pollready.reports.kept.commands import hand_out, is_classified
from pollready.reports.kept.models import KeptFile
from pollready.reports.kept.rules import ReportRefused

LIST = "report"  # under this name requests for files of reports stand among the others


def waits(kept: KeptFile) -> bool:
    """Say whether a second person has to approve such a file in this installation."""
    return is_classified(kept) and settings.POLLREADY_EXPORT_APPROVAL


def extent_of(kept: KeptFile) -> Extent:
    """Give how much a file is, and how secret: a report's file is one, whatever stands in it."""
    return Extent(1, kept.classification, kept.with_names)


def take(kept: KeptFile, *, reason: str, by: User, now: datetime) -> None:
    """Write down that a file is taken out; raises what `hand_out` raises."""
    hand_out(kept, reason=reason, by=by, now=now)


def ask_to_take(kept: KeptFile, *, reason: str, by: User, now: datetime) -> ExportRequest:
    """Ask a second person for a file; raises what `ask_export` raises."""
    if kept.with_names and not by.may_see_names:
        raise ReportRefused("names-not-yours", "reason")
    return ask_export(
        round=kept.report.round, list_name=LIST, query=str(kept.pk),
        format=kept.name.rpartition(".")[2], extent=extent_of(kept), reason=reason, by=by, now=now,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A request for a file, as its asker or who is to decide sees it."""

    request: ExportRequest
    is_own: bool

    def state(self, now: datetime) -> str:
        """Name how it stands."""
        return state_of(self.request, now)

    @transaction.atomic
    def take(self, kept: KeptFile, *, by: User, now: datetime) -> None:
        """Take it, once; raises what `take_approved` and `hand_out` raise."""
        take_approved(request_id=self.request.pk, extent=extent_of(kept), by=by, now=now)
        hand_out(kept, reason=self.request.reason, by=by, now=now)

    def decide(
        self, kept: KeptFile, *, approves: bool, remark: str, by: User, now: datetime
    ) -> None:
        """Let the asker have it, or not; raises what `decide_export` raises."""
        decide_export(
            request_id=self.request.pk, approves=approves, remark=remark, sees=extent_of(kept),
            by=by, now=now,
        )  # fmt: skip


def asked_of(user: User, export_id: int) -> AskedFor:
    """Find a request for a report's file: one's own, or one to decide on; raises `Http404`."""
    mine = ExportRequest.objects.filter(asked_by=user).values("pk")
    to_decide = to_decide_for(user, now=timezone.now()).values("pk")
    found = ExportRequest.objects.filter(list=LIST, pk=export_id)
    asked = (found.filter(pk__in=mine) | found.filter(pk__in=to_decide)).first()
    if asked is None or not asked.query.isdecimal():
        raise Http404
    return AskedFor(asked, asked.asked_by_id == user.pk)
