"""Applying a plan so that other writers hardly wait: made ready first, then written at once."""

from collections.abc import Callable
from time import perf_counter

from django.db import connection, transaction

from pollready.audit.commands import wait_for_other_writers
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.audit.prepared import PreparedEntries, PreparedRows, check_constraints_now
from pollready.intake.applying.ahead import split_ahead, write_ahead
from pollready.intake.applying.session import Session

Told = Callable[[int], None]

# What others may write meanwhile without changing anything that a plan was made from.
HARMLESS = frozenset(
    {"user", "sign_in_link", "assessment", "annex", "import", "session", "invitation", "device",
     "saved_view", "export", "comment", "user_session", "second_step", "api_token"}
)  # fmt: skip


class RegisterMoved(Exception):
    """Somebody wrote into the register after the plan was made: it has to be made again."""

    code = "intake.register-moved"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


class Prepared:
    """The writes of one import, made ready outside any transaction."""

    def __init__(self, session: Session, told: Told) -> None:
        self._session = session
        self._rows: list[PreparedRows] = []
        ahead = split_ahead(session.writes)
        self.keys_ahead = ahead.keys if ahead else {}
        self._ahead: list[tuple[PreparedRows, int]] = []
        for each in ahead.insertions if ahead else ():
            rows = PreparedRows(each.model, each.fields, each.rows, told)
            self._ahead.append((rows, len(each.rows)))
            each.rows.clear()
        self.rows_ahead = sum(number for _, number in self._ahead)
        for each in session.writes.insertions.values():
            self._rows.append(PreparedRows(each.model, each.fields, each.rows, told))
            each.rows.clear()  # a million claims are not held twice
        self._entries = PreparedEntries(session.entries)

    def write_ahead(self, told: Told) -> None:
        """Write what nobody sees before the rest is there; the caller has noted the keys."""
        for rows, number in self._ahead:
            write_ahead(rows, number, told)

    def apply(
        self, *, actor: str, command: str, reason: str, planned_at: int, also: Callable[[], None]
    ) -> float:
        """Write everything in one transaction; gives how long others could not write, in s.

        Raises `RegisterMoved` where the log has grown since batch `planned_at` by anything that
        a plan looks at; nothing is written then. `also` is called inside the transaction.
        """
        with transaction.atomic():
            started = perf_counter()
            check_for_moved_register(planned_at)
            self._session.writes.write_changes(now=self._session.now)
            for each in self._rows:
                each.write()
            if connection.vendor == "postgresql":  # others write on until the log is taken
                check_constraints_now()
                started = perf_counter()
                wait_for_other_writers()
                check_for_moved_register(planned_at)
            also()
            now = self._session.now
            self._entries.record(actor=actor, command=command, now=now, reason=reason)
        return perf_counter() - started

    def drop(self) -> None:
        """Give the memory back."""
        for each in [*self._rows, *(rows for rows, _ in self._ahead)]:
            each.drop()
        self._entries.drop()


def last_batch() -> int:
    """Give the number of the log's last batch."""
    number = AuditBatch.objects.order_by("-number").values_list("number", flat=True).first()
    return number or 0


def check_for_moved_register(since: int) -> None:
    """Raise `RegisterMoved` where the register was written into after a batch of its log."""
    # Asked in two steps: joined, the whole log is walked through to find nothing.
    later = list(AuditBatch.objects.filter(number__gt=since).values_list("pk", flat=True))
    entries = AuditEntry.objects.filter(batch__in=later).exclude(object_type__in=HARMLESS)
    if later and entries.exists():
        raise RegisterMoved
