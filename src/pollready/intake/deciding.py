"""Commands on imports: send a file, correct its columns, apply it, or discard it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.audit.turns import delete_in_turns
from pollready.intake.form_memory import corrected, form_of, remember
from pollready.intake.models import ImportState, StagedChange, StagedFault, StagedImport
from pollready.intake.queries import imports_for
from pollready.intake.recognition import check_for_unknown_fields
from pollready.intake.uploads import keep, plain_name, remove
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.people.scopes import rounds_for


class ImportMoved(Exception):
    """The import is no longer as the user saw it: decided, compared anew, or being read."""

    code = "intake.import-moved"

    def __init__(self, name: str) -> None:
        self.fields: dict[str, object] = {"name": name}
        super().__init__(name)


class NotYours(Exception):
    """There is no such import within the user's reach."""

    code = "intake.no-such-import"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


class NoSuchRound(ValueError):
    """The round for which a file was sent is none within the user's reach."""

    code = "intake.no-such-round"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


def receive_file(
    *,
    name: str,
    chunks: Iterable[bytes],
    election_date: date | None,
    by: User,
    now: datetime,
    round_id: int | None = None,
    round_name: str = "",
) -> StagedImport:
    """Keep a sent file until somebody decides; it is read by `compare`.

    `round_id` is the round for which it is sent; `round_name` and `election_date` are of a new
    one. Raises `NotPermitted`, `NoSuchRound`, `FileTooLarge`, `UnknownForm`, `UnreadableFile`.
    """
    check(by, Permission.IMPORT_LISTS)
    if round_id is not None and not rounds_for(by).filter(pk=round_id).exists():
        raise NoSuchRound
    name = plain_name(name)
    folder, size = keep(name, chunks)
    with transaction.atomic():
        staged = StagedImport.objects.create(
            by=by,
            file_name=name,
            folder=folder,
            size=size,
            chosen_round_id=round_id,
            round_name=round_name,
            election_date=election_date,
            made_at=now,
        )
        _record(staged, "receive_file", by, now, {"name": name, "size": size, "round": round_id})
    return staged


@transaction.atomic
def correct_columns(
    staged_id: int, *, chosen: Mapping[tuple[int, int], str], by: User, now: datetime
) -> StagedImport:
    """Say what columns are, and remember it for the next file of that form.

    Raises `ImportMoved`, `UnknownMapping`. The file has then to be compared anew.
    """
    staged = _locked(staged_id, by, (ImportState.STAGED, ImportState.UNUSABLE))
    mapping = corrected(staged.tables, staged.mapping, chosen)
    check_for_unknown_fields(mapping)
    remember(form_of(staged.tables), mapping, by=by, now=now)
    before = {"mapping": staged.mapping}
    staged.mapping, staged.state = mapping, ImportState.READING
    staged.save(update_fields=["mapping", "state"])
    _record(staged, "correct_columns", by, now, {"mapping": mapping}, before)
    return staged


@transaction.atomic
def ask_to_apply(staged_id: int, *, compared: str, by: User, now: datetime) -> StagedImport:
    """Decide that just the differences that were shown are written; raises `ImportMoved`."""
    staged = _locked(staged_id, by, (ImportState.STAGED,))
    if staged.compared != compared:
        raise ImportMoved(staged.file_name)
    _decide(staged, ImportState.APPLYING, by, now)
    return staged


@transaction.atomic
def discard(
    staged_id: int, *, by: User, now: datetime, applying_broke_off: bool = False
) -> StagedImport:
    """Decide against an import: its file and all that was made of it go; raises `ImportMoved`.

    One that is being applied only where `applying_broke_off`: its worker then ended before it
    had written anything.
    """
    states = [ImportState.STAGED, ImportState.UNUSABLE, ImportState.READING]
    if applying_broke_off:
        states.append(ImportState.APPLYING)
    staged = _locked(staged_id, by, states)
    _decide(staged, ImportState.DISCARDED, by, now)
    transaction.on_commit(lambda: forget(staged))
    return staged


def forget(staged: StagedImport) -> None:
    """Remove what a discarded import left, a part at a time so that nobody waits long."""
    remove(staged, all_of_it=True)
    forget_rows(staged)


def forget_rows(staged: StagedImport) -> None:
    """Remove faults and differences, which are many, a part at a time."""
    for table in (StagedFault, StagedChange):
        delete_in_turns(table.objects.filter(staged=staged))


def _locked(staged_id: int, by: User, states: Collection[str]) -> StagedImport:
    check(by, Permission.IMPORT_LISTS)
    if not imports_for(by).filter(pk=staged_id).exists():
        raise NotYours
    staged = StagedImport.objects.select_for_update().get(pk=staged_id)
    if staged.state not in states:
        raise ImportMoved(staged.file_name)
    return staged


def _decide(staged: StagedImport, state: ImportState, by: User, now: datetime) -> None:
    before = {"state": staged.state}
    staged.state, staged.decided_by, staged.decided_at = state, by, now
    staged.save(update_fields=["state", "decided_by", "decided_at"])
    command = {"applying": "ask_to_apply", "discarded": "discard_import"}[state.value]
    _record(staged, command, by, now, {"state": state.value}, before)


def _record(
    staged: StagedImport,
    command: str,
    by: User,
    now: datetime,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    record(
        actor=by.get_username(),
        command=f"intake.{command}",
        now=now,
        entries=[Entry("import", str(staged.pk), before, after)],
    )
