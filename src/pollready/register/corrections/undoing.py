"""Undoing one's own change, as long as nobody has touched its objects since."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.people.scopes import listings_for
from pollready.places.models import Listing, Stop
from pollready.register.corrections.claiming import claim_values, close_claims, thing_entry
from pollready.register.corrections.columns import write_columns
from pollready.register.corrections.commands import CORRECT
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.handling import ASSIGN, CLASSIFY, write_class
from pollready.register.corrections.list_changes import ADD, CANCEL, MERGE, RELOCATE
from pollready.register.corrections.many import CORRECT_MANY
from pollready.register.corrections.models import Evidence, ListDecision, Resolution
from pollready.register.corrections.needs import (
    NEEDS,
    SERVES,
    check_for_circle,
    need_value,
    put_rows,
)
from pollready.register.corrections.resolving import ASSIGN_TEST, RESOLVE, resolution_values
from pollready.register.corrections.stating import STATE
from pollready.register.corrections.subjects import About, OutOfReach, Thing, find
from pollready.register.corrections.withdrawing import WITHDRAW, take_back_withdrawal
from pollready.register.models import Claim, Component

UNDO = "undo"
# The commands that can be undone, each with what its doer must still be allowed.
UNDOABLE: Mapping[str, Permission] = {
    CORRECT: Permission.CORRECT_REGISTER,
    CORRECT_MANY: Permission.CORRECT_REGISTER,
    STATE: Permission.CORRECT_REGISTER,
    RESOLVE: Permission.RESOLVE_CONTRADICTIONS,
    ASSIGN_TEST: Permission.RESOLVE_CONTRADICTIONS,
    RELOCATE: Permission.CHANGE_LIST,
    MERGE: Permission.CHANGE_LIST,
    CANCEL: Permission.CHANGE_LIST,
    ADD: Permission.CHANGE_LIST,
    ASSIGN: Permission.ASSIGN_AGENCY,
    CLASSIFY: Permission.SET_CLASS,
    WITHDRAW: Permission.CORRECT_REGISTER,
}
_ENDED_AT_ONCE = frozenset({"claim", "resolution"})
_ROWS = frozenset({"station", "component", "stop"})
_OF_LISTING = frozenset({"code", "status", "expected_voters", "voters_basis"})
_AT_ONCE = 400


@transaction.atomic
def undo(*, number: int, by: User, now: datetime) -> AuditBatch:
    """Take back one's own change as one; the undoing is itself recorded.

    Raises `OutOfReach` for a change that is not one's own, `NotPermitted`, and
    `CorrectionRefused` where it cannot be undone: since touched, undone already, of no such kind.
    """
    batch = AuditBatch.objects.filter(number=number, actor=by.username).first()
    if batch is None:
        raise OutOfReach(number)
    if batch.command not in UNDOABLE:
        raise CorrectionRefused("not-undoable")
    check(by, UNDOABLE[batch.command])
    entries = list(batch.entries.order_by("-ordinal"))
    if is_undone(number):
        raise CorrectionRefused("undone-already")
    if touched_since(batch, entries):
        raise CorrectionRefused("touched-since")
    undone = _Undoing(by, now, entries)
    # What was made ends before what it had taken the place of is made again, and claims are there
    # again before the decisions that chose them.
    for entry in sorted(entries, key=_turn):
        if _turn(entry) and undone.has_made:
            undone.close_made()
        undone.take_back(entry)
    undone.close_made()
    undone.entries.append(Entry("batch", str(number), None, {"undone": batch.command}))
    # Its reason is not the undone one's: the log tells which record it takes back.
    return record(actor=by.username, command=UNDO, now=now, entries=undone.entries)


def _turn(entry: AuditEntry) -> int:
    """Give when an entry is taken back, among those of its change."""
    if entry.object_type in _ENDED_AT_ONCE and entry.after is not None:
        return 0
    return 1 if entry.object_type == "claim" else 2


def last_correction(by: User, about: About) -> int | None:
    """Give the number of the change by which somebody last corrected an object himself."""
    told = AuditEntry.objects.filter(
        batch__actor=by.username, batch__command__in=(CORRECT, STATE), object_type="claim",
        object_id=str(about),
    )  # fmt: skip
    return told.order_by("-batch__number").values_list("batch__number", flat=True).first()


def is_undone(number: int) -> bool:
    """Say whether a change was undone already."""
    return AuditEntry.objects.filter(
        object_type="batch", object_id=str(number), batch__command=UNDO
    ).exists()


def touched_since(batch: AuditBatch, entries: Iterable[AuditEntry]) -> bool:
    """Say whether a later change wrote anything that this one wrote."""
    own = list(entries)
    parts: dict[tuple[str, str], set[str]] = {}
    for entry in own:
        key = (entry.object_type, entry.object_id)
        parts.setdefault(key, set()).update(_parts(entry))
    by_type: dict[str, list[str]] = {}
    for object_type, object_id in parts:
        by_type.setdefault(object_type, []).append(object_id)
    for object_type, ids in by_type.items():
        for start in range(0, len(ids), _AT_ONCE):
            later = AuditEntry.objects.filter(
                object_type=object_type,
                object_id__in=ids[start : start + _AT_ONCE],
                batch__number__gt=batch.number,
            )
            if any(_parts(each) & parts[object_type, each.object_id] for each in later):
                return True
    return False


def _parts(entry: AuditEntry) -> set[str]:
    """Name what an entry wrote: columns of a row, or the field that a claim is on."""
    said = {**(entry.before or {}), **(entry.after or {})}
    if entry.object_type in _ROWS:
        return set(said) - {"id"}
    if entry.object_type in ("claim", "resolution"):
        return {str(said.get("field"))}
    if entry.object_type == "evidence":  # looking at a file writes nothing
        return set() if entry.before == entry.after else {f"evidence {said.get('id')}"}
    return {entry.object_type} if entry.object_type == "decision" else set()


class _Undoing:
    """Takes entries back one by one, the last first, and gathers what the log is told."""

    def __init__(self, by: User, now: datetime, taken_back: Sequence[AuditEntry]) -> None:
        self.entries: list[Entry] = []
        self._by, self._now = by, now
        self._made: list[int] = []  # claims that end, all at once
        self._decided: list[int] = []  # and decisions
        self._in_scope = self._reachable(taken_back)
        self._again: dict[int, Claim] = {}  # closed claims by id, as they were made again
        self._how: Mapping[str, Callable[[AuditEntry], None]] = {
            "claim": self._claim,
            "resolution": self._resolution,
            "decision": self._decision,
            "evidence": self._evidence,
            "station": self._row,
            "component": self._row,
            "stop": self._row,
        }

    def take_back(self, entry: AuditEntry) -> None:
        """Undo what one entry tells."""
        self._how[entry.object_type](entry)

    @property
    def has_made(self) -> bool:
        """Whether something is still to be ended."""
        return bool(self._made or self._decided)

    def close_made(self) -> None:
        """End the claims and decisions that the change made."""
        for start in range(0, len(self._decided), _AT_ONCE):
            keys = self._decided[start : start + _AT_ONCE]
            decided = Resolution.objects.filter(pk__in=keys, ended_at=None)
            for each in decided.select_related("agency", "chosen"):
                about = str(About.of_claim(each))
                self.entries.append(Entry("resolution", about, resolution_values(each), None))
            decided.update(ended_at=self._now)
        self._decided.clear()
        for start in range(0, len(self._made), _AT_ONCE):
            keys = self._made[start : start + _AT_ONCE]
            made = Claim.objects.filter(pk__in=keys, superseded_at=None)
            self.entries += close_claims(made, now=self._now)
        self._made.clear()

    def _reachable(self, taken_back: Sequence[AuditEntry]) -> set[str]:
        """Find and lock the stations of the change that are still within the scope."""
        keys = sorted(
            {
                int(number)
                for kind, _, number in (entry.object_id.partition("/") for entry in taken_back)
                if kind == "listing"
            }
        )
        found: set[str] = set()
        for start in range(0, len(keys), _AT_ONCE):
            listings = listings_for(self._by).filter(pk__in=keys[start : start + _AT_ONCE])
            locked = listings.select_for_update(of=("self",)).order_by("pk")
            found.update(f"listing/{pk}" for pk in locked.values_list("pk", flat=True))
        return found

    def _find(self, about: str) -> None:
        if about not in self._in_scope:
            kind, _, number = about.partition("/")
            find(self._by, About(kind, int(number)), lock=True)
            self._in_scope.add(about)

    def _claim(self, entry: AuditEntry) -> None:
        """A claim that was made ends; one that was closed is made again, with its evidence.

        It is a new row: what was asked as of the time between must stay as it was.
        """
        self._find(entry.object_id)
        if entry.after is not None:
            self._made.append(entry.after["id"])
            return
        assert entry.before is not None  # an entry has one of the two
        closed = Claim.objects.get(pk=entry.before["id"])
        files = list(closed.evidence.all())
        old = closed.pk
        closed.pk, closed.recorded_at, closed.superseded_at = None, self._now, None
        closed._state.adding = True
        closed.save()
        self._again[old] = closed
        for each in files:
            each.pk, each.claim = None, closed
        Evidence.objects.bulk_create(files)
        self.entries.append(Entry("claim", entry.object_id, None, claim_values(closed)))

    def _resolution(self, entry: AuditEntry) -> None:
        self._find(entry.object_id)
        if entry.after is not None:
            self._decided.append(entry.after["id"])
            return
        assert entry.before is not None  # an entry has one of the two
        ended = Resolution.objects.get(pk=entry.before["id"])
        ended.pk, ended.decided_at, ended.ended_at = None, self._now, None
        ended._state.adding = True
        if ended.chosen_id is not None:
            ended.chosen = self._again.get(ended.chosen_id, ended.chosen)
        ended.save()
        self.entries.append(Entry("resolution", entry.object_id, None, resolution_values(ended)))

    def _decision(self, entry: AuditEntry) -> None:
        self._find(entry.object_id)
        assert entry.after is not None  # decisions are only ever made
        decisions = ListDecision.objects.filter(pk=entry.after["id"])
        decisions.update(undone_at=self._now)
        said = {**entry.after, "undone": True}
        self.entries.append(Entry("decision", entry.object_id, entry.after, said))

    def _evidence(self, entry: AuditEntry) -> None:
        self._find(entry.object_id)
        assert entry.after is not None  # a withdrawal tells of the file before and after
        self.entries.append(take_back_withdrawal(entry.after["id"]))

    def _row(self, entry: AuditEntry) -> None:
        """Columns get back what they held; a station that was added goes."""
        after = entry.after or {}
        thing = self._thing(entry.object_type, int(after["id"]))
        if entry.before is None:
            self._remove(thing, entry)
            return
        before_undoing: dict[str, Any] = {}
        after_undoing: dict[str, Any] = {}
        before, kept = needs_apart(thing, entry)
        if isinstance(thing, Component) and "classification" in before:
            self.entries += write_class(thing, before.pop("classification"))
            return
        for field, rows in kept.items():
            said = need_value(thing, field)
            if said != after.get(field):  # a file said more of it since
                raise CorrectionRefused("touched-since")
            put_rows(thing, field, rows)
            if field != SERVES:
                check_for_circle(thing, need_value(thing, field) or "true", by=self._by)
            before_undoing |= {field: said, f"{field}_rows": after[f"{field}_rows"]}
            after_undoing |= {field: need_value(thing, field), f"{field}_rows": rows}
        for owner, values in _owned(thing, before):
            was, now = write_columns(owner, values)
            before_undoing |= was
            after_undoing |= now
        self.entries.append(thing_entry(thing, before_undoing, after_undoing))

    def _thing(self, object_type: str, pk: int) -> Thing:
        kind = "listing" if object_type == "station" else object_type
        return find(self._by, About(kind, pk), lock=True)

    def _remove(self, thing: Thing, entry: AuditEntry) -> None:
        assert isinstance(thing, Listing)  # nothing else is added by hand
        if thing.claims.exists() or thing.point.listings.count() > 1:
            raise CorrectionRefused("touched-since")
        point = thing.point
        thing.delete()
        point.delete()
        self.entries.append(Entry("station", entry.object_id, entry.after, None))


def needs_apart(thing: Thing, entry: AuditEntry) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part the columns that an entry gives back from the rows of what the object needs."""
    before = dict(entry.before or {})
    kept = {field: before.pop(f"{field}_rows") for field in NEEDS.get(type(thing), ())
            if f"{field}_rows" in before}  # fmt: skip
    for field in kept:
        before.pop(field, None)
    return before, kept


def _owned(thing: Thing, values: Mapping[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
    """Part the columns of a station into those of its listing and those of its point."""
    columns = {name: value for name, value in values.items() if name != "id"}
    if isinstance(thing, Component | Stop):
        return [(thing, columns)]
    listing = {name: value for name, value in columns.items() if name in _OF_LISTING}
    point = {name: value for name, value in columns.items() if name not in _OF_LISTING}
    return [(owner, part) for owner, part in ((thing, listing), (thing.point, point)) if part]
