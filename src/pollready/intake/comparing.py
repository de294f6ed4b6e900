"""Comparing a sent file with the register, and applying just what was compared.

Both run in the background. Reading, planning and preparing hold nothing up; the one transaction
that writes is short.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from pollready.audit.bulk import insert_rows
from pollready.audit.turns import in_turns
from pollready.intake.applying.ahead import take_out
from pollready.intake.applying.quickly import Prepared, RegisterMoved, last_batch
from pollready.intake.applying.rounds import ChosenRound, round_words
from pollready.intake.deciding import ImportMoved, forget, forget_rows
from pollready.intake.differences import (
    Difference,
    counts_of,
    differences,
    digest_of,
    stations_outside,
)
from pollready.intake.faults import Fault
from pollready.intake.form_memory import form_of, remembered, tables_of
from pollready.intake.models import ImportState, StagedChange, StagedFault, StagedImport
from pollready.intake.planning import (
    Plan,
    Wish,
    check_for_nothing_usable,
    plan_import,
    stage_as_wished,
)
from pollready.intake.reading import read_file
from pollready.intake.result import ImportResult, NothingUsable
from pollready.intake.uploads import file_of, remove
from pollready.language.keeping import kept
from pollready.people.models import User
from pollready.people.scopes import places_of
from pollready.register.collector import collector_paused

_TRIES = 3
_FAULT = (
    "staged",
    "ordinal",
    "code",
    "gravity",
    "sheet",
    "row",
    "column",
    "value",
    "fields",
    "cell",
)
_CHANGE = (
    "staged", "ordinal", "kind", "what", "code", "name", "field", "before", "after", "said_by",
    "said_at",
)  # fmt: skip
_VALUE_MAX = 500


class Telling(Protocol):
    """What is told how far the work is."""

    def step(self, name: str, total: int | None = None) -> None:
        """Tell that a step begins."""

    def more(self, number: int) -> None:
        """Tell that so many more rows are done."""


class OutsideScope(ValueError):
    """The file speaks of stations that lie outside the user's places."""

    code = "intake.outside-scope"

    def __init__(self, stations: int) -> None:
        self.fields: dict[str, object] = {"stations": stations}
        super().__init__(str(stations))


class RegisterBusyWriting(Exception):
    """Others wrote into the register again and again while the import was made ready."""

    code = "intake.register-kept-moving"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


def compare(staged: StagedImport, *, now: datetime, tell: Telling) -> ImportResult:
    """Read a sent file and write down its faults and differences; raises why it is unusable."""
    with collector_paused():
        try:
            plan = _planned(staged, now, tell)
        except Exception as error:
            if not hasattr(error, "code"):
                raise
            _note_unusable(staged, error, tell)
            raise
        _write_down(staged, plan, differences(plan), now, tell, moved=False)
        return plan.result


def apply_compared(
    staged: StagedImport, *, by: User, now: datetime, tell: Telling
) -> tuple[ImportResult, float] | None:
    """Write what was compared; gives what came of it, and for how long others could not write.

    None where the register moved so that the differences are others by now: they are written
    down anew, to be looked at again, and nothing is applied.
    """
    take_out_ahead(staged)  # of an attempt that was interrupted
    with collector_paused():
        for _ in range(_TRIES):
            planned_at = last_batch()
            plan = _planned(staged, now, tell)
            found = differences(plan)
            if digest_of(found, plan) != staged.compared:
                _write_down(staged, plan, found, now, tell, moved=True)
                return None
            try:
                return plan.result, _write(staged, plan, by, planned_at, tell)
            except RegisterMoved:
                continue  # somebody wrote in these seconds: see whether it matters
    raise RegisterBusyWriting


def _planned(staged: StagedImport, now: datetime, tell: Telling) -> Plan:
    tell.step("reading")
    read = read_file(file_of(staged), staged.file_name)
    tables = tables_of(read, staged.mapping)
    if not staged.mapping and (known := remembered(form_of(tables))):
        staged.mapping = known
        tables = tables_of(read, known)
    staged.tables = tables
    wish = Wish(staged.mapping, chosen=_chosen(staged))
    tell.step("staging")
    rows = stage_as_wished(read, wish)
    tell.step("comparing")
    check_for_nothing_usable(read, rows)
    plan = plan_import(read, rows, wish, by=staged.by, now=now)
    places = places_of(staged.by)
    if places is not None:
        outside = stations_outside(plan, set(places.values_list("pk", flat=True)))
        if outside:
            raise OutsideScope(outside)
    return plan


def _chosen(staged: StagedImport) -> ChosenRound | None:
    """Give the round for which a file was sent; None where nobody said so."""
    said = staged.chosen_round_id or staged.round_name or staged.election_date
    if not said:
        return None
    return ChosenRound(staged.chosen_round, staged.round_name, staged.election_date)


def _write(staged: StagedImport, plan: Plan, by: User, planned_at: int, tell: Telling) -> float:
    if plan.result.unchanged:
        _note_applied(staged, plan)
        return 0.0
    writes = plan.session.writes
    tell.step("preparing", sum(len(each.rows) for each in writes.insertions.values()))
    prepared = Prepared(plan.session, tell.more)
    try:
        if prepared.rows_ahead:
            _note_ahead(staged, prepared.keys_ahead)
            tell.step("ahead", prepared.rows_ahead)
            prepared.write_ahead(tell.more)
        tell.step("applying")
        return prepared.apply(
            actor=by.get_username(),
            command="intake.apply_import",
            reason=staged.file_name,
            planned_at=planned_at,
            also=lambda: _note_applied(staged, plan),
        )
    except BaseException:
        take_out_ahead(staged)
        raise
    finally:
        prepared.drop()


def take_out_ahead(staged: StagedImport) -> None:
    """Take out what an attempt that came to nothing wrote ahead."""
    if staged.ahead:
        keys = staged.ahead if isinstance(staged.ahead, dict) else {"sources": staged.ahead}
        take_out(keys)
        _note_ahead(staged, {})


def _note_ahead(staged: StagedImport, keys: dict[str, list[int]]) -> None:
    staged.ahead = keys
    StagedImport.objects.filter(pk=staged.pk).update(ahead=keys)


def _note_applied(staged: StagedImport, plan: Plan) -> None:
    """Note it as applied, unless it was given up or applied meanwhile: then nothing is written."""
    staged.state, staged.moved, staged.ahead = ImportState.APPLIED, False, {}
    staged.round_id = plan.session.round.pk
    names = ("state", "moved", "round_id", "ahead")
    open_ = StagedImport.objects.filter(pk=staged.pk, state=ImportState.APPLYING)
    if not open_.update(**{name: getattr(staged, name) for name in names}):
        raise ImportMoved(staged.file_name)


def after_applying(staged: StagedImport) -> None:
    """Remove the sent file; what was made from it stays for who wants to know."""
    remove(staged, all_of_it=False)


def _write_down(
    staged: StagedImport,
    plan: Plan,
    found: list[Difference],
    now: datetime,
    tell: Telling,
    *,
    moved: bool,
) -> None:
    """Write faults and differences in parts, then turn to them at once."""
    result = plan.result
    tell.step("writing", len(result.faults) + len(found))
    forget_rows(staged)
    _insert(StagedFault, _FAULT, _fault_rows(staged, result.faults), tell)
    changes = ((staged.pk, n, *each.row()) for n, each in enumerate(found))
    _insert(StagedChange, _CHANGE, changes, tell)
    staged.state, staged.moved, staged.compared_at = ImportState.STAGED, moved, now
    staged.compared, staged.counts = digest_of(found, plan), _counts(result, counts_of(found), plan)
    staged.error_code, staged.error_fields = "", {}
    known = plan.session.round
    staged.round_id = known.pk if not _is_new(plan) else None
    _save_unless_decided(staged)


def _note_unusable(staged: StagedImport, error: Any, tell: Telling) -> None:
    """Keep why nothing can be made of a file, and every fault, so that it can be mended."""
    forget_rows(staged)
    if isinstance(error, NothingUsable):
        faults = error.result.faults
        tell.step("writing", len(faults))
        _insert(StagedFault, _FAULT, _fault_rows(staged, faults), tell)
        staged.counts = _counts(error.result, {}, None)
    staged.state, staged.compared = ImportState.UNUSABLE, ""
    staged.error_code, staged.error_fields = error.code, kept(error.fields)
    _save_unless_decided(staged)


def _save_unless_decided(staged: StagedImport) -> None:
    """Save what was found, unless somebody discarded the import meanwhile, or it was applied."""
    names = (
        "state", "moved", "compared_at", "compared", "counts", "tables", "mapping",
        "error_code", "error_fields", "round_id",
    )  # fmt: skip
    stands = StagedImport.objects.filter(pk=staged.pk)
    open_ = stands.exclude(state__in=(ImportState.DISCARDED, ImportState.APPLIED))
    if open_.update(**{name: getattr(staged, name) for name in names}):
        return
    if stands.filter(state=ImportState.DISCARDED).exists():
        forget(staged)


def _is_new(plan: Plan) -> bool:
    """Say whether the round is one that the register does not hold yet."""
    return any(
        entry.object_type == "round" and entry.before is None for entry in plan.session.entries
    )


def _fault_rows(staged: StagedImport, faults: Iterable[Fault]) -> Iterable[tuple[Any, ...]]:
    for number, fault in enumerate(faults):
        yield (
            staged.pk, number, fault.code, fault.gravity.value, fault.sheet[:200], fault.row,
            fault.column[:200], fault.value[:_VALUE_MAX], kept(dict(fault.fields)), fault.cell[:80],
        )  # fmt: skip


def _insert(model: Any, fields: tuple[str, ...], rows: Iterable[Any], tell: Telling) -> None:
    in_turns(rows, partial(insert_rows, model, fields), tell.more)


def _counts(result: ImportResult, objects: Mapping[str, Any], plan: Plan | None) -> dict[str, Any]:
    return {
        "round": kept({"words": round_words(plan.session.round)}) if plan else {},
        "rows_read": result.rows_read,
        "rows_registered": result.rows_registered,
        "rows_merged": result.rows_merged,
        "rows_rejected": result.rows_rejected,
        "columns_dropped": list(result.columns_dropped),
        "unread": list(result.unread),
        "faults": len(result.faults),
        "objects": dict(objects),
        "unchanged": result.unchanged,
        "has_components": result.has_components,
    }
