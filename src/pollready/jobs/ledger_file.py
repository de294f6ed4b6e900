"""The ledger as a workbook that can be changed and sent back: an export of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from pollready.audit.classification import Classification
from pollready.intake.writing.workbook_file import write_workbook
from pollready.jobs.leaving import record_leaving
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.places.models import ElectionRound
from pollready.planning.ledger import LotFigures, lots_listed
from pollready.register.veil import hides_from_somebody, veil_now
from pollready.resources.accounts import ACCOUNTS
from pollready.resources.balance import balance
from pollready.resources.models import LotEntry, ResourceLot

_TEXTS = ("kind", "model", "compatible", "serials", "depot", "custodian")


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """What such a file would hold for somebody, and how secret that is."""

    round: ElectionRound
    lots: Sequence[ResourceLot]
    left_out: int  # lots that may not leave with this file, or are kept elsewhere
    classification: int
    with_names: bool
    query: str = ""

    @property
    def rows(self) -> int:
        """How many lots it holds."""
        return len(self.lots)

    @property
    def class_label(self) -> str:
        """Name the class of the file."""
        return Classification(self.classification).label


def ledger_file(
    round_: ElectionRound, shown: Sequence[LotFigures], by: User, *, query: str = ""
) -> LedgerFile:
    """Work out what the file would hold of the lots that are shown.

    What is classified is in it only where the reader may take classified files and nobody else
    has to approve them first; so are the names of stores that others may not see.
    """
    most = by.clearance if _takes_classified(by) else Classification.NORMAL
    here = [each.pk for each in shown if not each.is_elsewhere]
    lots = [
        lot for lot in lots_listed(by, round_.pk, here).order_by("pk") if lot.classification <= most
    ]
    if not (_takes_classified(by) and by.may_see_names):
        # The kind is what no row can be without.
        hidden = _hidden(round_.pk, {lot.kind for lot in lots})
        lots = [lot for lot in lots if lot.kind not in hidden]
        with_names = False
    else:
        with_names = hides_from_somebody(round_.pk, _texts(lots))
    highest = max((lot.classification for lot in lots), default=0)
    left_out = len(shown) - len(lots)
    return LedgerFile(round_, lots, left_out, highest, with_names, query)


def write_ledger_file(
    file: LedgerFile,
    path: Path,
    *,
    language: str,
    by: User,
    now: datetime,
    reason: str,
    said: Callable[[int], list[str]],
) -> None:
    """Write down that the file leaves the console, and write it.

    A count on which sources differ is blank: a file must not settle it by coming back. So is the
    name of a store that the reader, or the file, may not hold; the number of the lot finds it.
    Raises `NotPermitted`, `ExportNeedsReason`.
    """
    told = {
        "round": file.round.code, "query": file.query, "rows": file.rows, "format": "xlsx",
        "classification": file.classification, "with_names": file.with_names,
    }  # fmt: skip
    number = record_leaving("ledger", told, by=by, now=now, reason=reason)
    open_ones = set(veil_now(by, round_id=file.round.pk).open_ones(_texts(file.lots)))
    if not file.with_names:
        open_ones -= _hidden(file.round.pk, open_ones)
    differing = _differing(file.lots)

    def row(lot: ResourceLot) -> dict[str, Any]:
        counts = {
            account.value: getattr(lot, account.value)
            for account in ACCOUNTS
            if (lot.pk, account.value) not in differing
        }
        texts = {name: getattr(lot, name) for name in _TEXTS}
        return counts | {
            "agency": lot.agency.code, "county": lot.county.name if lot.county else None,
            "provisioned": lot.provisioned, "lot": lot.pk,
            **{name: text for name, text in texts.items() if text in open_ones},
        }  # fmt: skip

    rows = {"resources": [row(lot) for lot in file.lots]}
    write_workbook(path, rows, language, said=said(number))


def _texts(lots: Sequence[ResourceLot]) -> set[str]:
    """Give all that is written of lots: any of it may name what others may not see."""
    return {getattr(lot, name) for lot in lots for name in _TEXTS}


def _hidden(round_id: int, texts: set[str]) -> set[str]:
    """Give the texts that name what somebody may not see."""
    return {each for each in texts if each and hides_from_somebody(round_id, [each])}


def _takes_classified(by: User) -> bool:
    return may(by, Permission.EXPORT_CLASSIFIED) and not settings.POLLREADY_EXPORT_APPROVAL


def _differing(lots: Sequence[ResourceLot]) -> set[tuple[int, str]]:
    """Give the accounts, by lot, on which sources differ."""
    disputed = [lot.pk for lot in lots if lot.conflicts]
    lines: dict[int, list[LotEntry]] = {}
    for entry in LotEntry.objects.filter(lot__in=disputed).order_by("pk"):
        lines.setdefault(entry.lot_id, []).append(entry)
    return {
        (lot, account.value)
        for lot, entries in lines.items()
        for account, standing in balance(entries).items()
        if standing.is_conflict
    }
