"""What the log tells of an object: who changed what, when and why, before and after in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from pollready.audit.classification import Classification
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.audit.queries import history_of
from pollready.console.corrections.command_words import actor_word, command_word, people
from pollready.console.corrections.log_objects import undone_by
from pollready.console.corrections.need_words import NEEDED_FIELDS
from pollready.console.corrections.words import shown_value
from pollready.console.names import field_name
from pollready.console.wording import Wording
from pollready.language import UnknownPhrase, date_text, digits, parse_date, say
from pollready.people.models import User
from pollready.people.permissions import may
from pollready.people.scopes import listings_for
from pollready.places.models import Agency, Place
from pollready.register.corrections.attaching import ATTACH
from pollready.register.corrections.commands import CORRECT
from pollready.register.corrections.many import CORRECT_MANY
from pollready.register.corrections.models import Evidence
from pollready.register.corrections.needs import SERVES, codes_served
from pollready.register.corrections.queries import logged_as
from pollready.register.corrections.subjects import Thing
from pollready.register.corrections.undoing import UNDOABLE, is_undone, touched_since
from pollready.register.models import Claim

ENTRIES_MAX = 400
_FIELDS_OF_NEW = 8
# Columns under which the register keeps what the workbook calls otherwise.
_CALLED = {
    "voters_basis": "basis",
    "place_id": "county",
    "place_name": "place",
    "agency_id": "agency",
    "classification": "class",
}
_NOT_TOLD = frozenset(
    {"key", "id", "source", "class", "tier",
     *(f"{field}_rows" for field in NEEDED_FIELDS)}
)  # fmt: skip
# Columns of a component that say which one it is, or where: masked with its name.
_TELLING = frozenset({"name", "code", "lat", "lon", "place_id", "county"})
_CODES_READ, _CODES_TOLD = 500, 20  # of the stations that a component serves
_LISTS = {
    "kind": ("station_kind",), "status": ("station_status",),
    "classification": (), "radio": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One command: who, when, what and why, and whether the viewer can take it back."""

    number: int
    at: datetime
    person: str
    command: str
    reason: str
    changes: Sequence[Change]
    more: int
    undoable: bool
    undone: bool
    why_not: str = ""  # of the viewer's own last change, where it cannot be taken back


def read_history(thing: Thing, wording: Wording, viewer: User) -> list[Moment]:
    """Tell the history of an object, the newest change first."""
    entries = list(history_of(logged_as(thing, viewer))[:ENTRIES_MAX])
    names = people({entry.batch.actor for entry in entries})
    words = Words(entries, wording, viewer)
    last_own = next((e.batch_id for e in entries if e.batch.actor == viewer.username), None)
    undone_here = undone_by({entry.batch for entry in entries}, wording.language)
    moments = []
    told_of = [(batch, list(group)) for batch, group in groupby(entries, key=lambda e: e.batch)]
    changes_of = _with_what_stood(told_of, words)
    for batch, _entries in told_of:
        changes = changes_of[batch.pk]
        undone = batch.command in UNDOABLE and is_undone(batch.number)
        why = "" if undone or batch.pk != last_own else why_not_undone(batch, viewer)
        moments.append(
            replace(
                _moment(batch, names, wording, changes, undone_here.get(batch.pk, "")),
                undoable=batch.pk == last_own and not undone and not why,
                undone=undone,
                why_not=say(why, wording.language) if why else "",
            )
        )
    return moments


def _moment(
    batch: AuditBatch,
    names: Mapping[str, str],
    wording: Wording,
    changes: list[Change],
    undo_of: str,
) -> Moment:
    return Moment(
        number=batch.number,
        at=batch.at,
        person=actor_word(batch.actor, names, wording.language),
        command=undo_of or command_word(batch.command, wording.language),
        reason=wording.veil.text(batch.reason),
        changes=changes[:_FIELDS_OF_NEW],
        more=max(0, len(changes) - _FIELDS_OF_NEW),
        undoable=False,
        undone=False,
    )


def _with_what_stood(
    told_of: Sequence[tuple[AuditBatch, Sequence[AuditEntry]]], words: "Words"
) -> dict[int, list[Change]]:
    """Say each command's changes, the oldest read first.

    A decision sets what stood aside and closes nothing: what was said last is told beside it.
    """
    last: dict[str, str] = {}
    found: dict[int, list[Change]] = {}
    for batch, entries in reversed(told_of):
        changes = paired([change for entry in entries for change in words.of(entry)])
        if any(entry.object_type == "resolution" and entry.after for entry in entries):
            changes = [
                each if each.before or not each.after
                else replace(each, before=last.get(each.what, ""))
                for each in changes
            ]  # fmt: skip
        last |= {each.what: each.after for each in changes if each.after}
        found[batch.pk] = changes
    return found


def paired(changes: Sequence[Change]) -> list[Change]:
    """Put what ended and what took its place side by side: a claim ends, and another is made."""
    found: list[Change] = []
    for each in changes:
        half = next((i for i, known in enumerate(found) if _completes(known, each)), None)
        if half is None:
            found.append(each)
        else:
            known = found[half]
            found[half] = Change(each.what, known.before or each.before, known.after or each.after)
    return found


def _completes(one: Change, other: Change) -> bool:
    halves = {(bool(each.before), bool(each.after)) for each in (one, other)}
    return one.what == other.what and halves == {(True, False), (False, True)}


def why_not_undone(batch: AuditBatch, viewer: User) -> str:
    """Give the phrase that says why one's own change is not taken back; empty where it can be."""
    if batch.command == ATTACH:
        return "correct.history.withdraw_instead"
    if batch.command not in UNDOABLE:
        return "correct.history.not_undoable"
    if not may(viewer, UNDOABLE[batch.command]):
        return "correct.history.no_longer_yours"
    entries = list(batch.entries.all())
    if any((entry.after or {}).get("erased") for entry in entries):
        return "correct.history.erased_for_good"
    return "errors.correct.touched-since" if touched_since(batch, entries) else ""


class Words:
    """Says entries of the log to one viewer; what is above his class is withheld."""

    def __init__(self, entries: Sequence[AuditEntry], wording: Wording, viewer: User) -> None:
        self._wording = wording
        self._language = wording.language
        self._viewer = viewer
        self._places = self._names_of(entries, "place_id", Place)
        self._agencies = self._names_of(entries, "agency_id", Agency)
        above = {"classification__gt": viewer.clearance}
        self._hidden_claims = self._ids(entries, "claim", Claim.objects.filter(**above))
        self._hidden_files = self._ids(entries, "evidence", Evidence.objects.filter(**above))

    def of(self, entry: AuditEntry) -> list[Change]:
        """Say what one entry changed."""
        before, after = entry.before or {}, entry.after or {}
        if entry.object_type == "claim":
            return self._claim(before, after)
        if entry.object_type == "resolution":
            return self._resolution(entry.batch.command, before, after)
        if entry.object_type == "evidence":
            return self._evidence(before, after)
        if entry.object_type == "decision":
            return self._decision(after)
        if entry.object_type in ("station", "component", "stop"):
            return self._columns(entry, before, after)
        return []

    def _claim(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
        field = str(after.get("field") or before.get("field") or "")
        said = [
            "" if not each
            else say("console.station.above_clearance", self._language)
            if each.get("id") in self._hidden_claims
            else shown_value(field, str(each.get("value", "")), self._wording)
            for each in (before, after)
        ]  # fmt: skip
        return [Change(field_name(field, self._language), *said)]

    def _resolution(
        self, command: str, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> list[Change]:
        """A correction that is to stand resolves nothing: there was no contradiction before it."""
        field = str(after.get("field") or before.get("field") or "")
        word = "stands" if command in (CORRECT, CORRECT_MANY) else "resolution"
        key = f"correct.history.{word}"
        what = say(key, self._language, field=field_name(field, self._language))
        said = [self._decided(field, each) for each in (before, after)]
        return [Change(what, *said)]

    def _decided(self, field: str, said: Mapping[str, Any]) -> str:
        if not said:
            return ""
        if said.get("agency"):
            return say(
                "correct.history.test", self._language, agency=self._wording.owner(said["agency"])
            )
        if said.get("claim") in self._hidden_claims:
            return say("console.station.above_clearance", self._language)
        return shown_value(field, str(said.get("value", "")), self._wording)

    def _evidence(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
        if not after.get("name"):  # it was taken out: what it is called was told before
            return []
        hidden = after.get("id") in self._hidden_files
        name = (
            say("console.station.above_clearance", self._language)
            if hidden
            else self._wording.veil.text(str(after["name"]))
        )
        if "withdrawn" not in after:
            return [Change(say("correct.history.evidence", self._language), "", name)]
        erased = say("correct.history.erased", self._language) if after.get("erased") else ""
        what = say("correct.history.evidence", self._language)
        if after["withdrawn"]:
            return [Change(what, name, erased)]
        return [Change(what, "", name)]

    def _decision(self, after: Mapping[str, Any]) -> list[Change]:
        what = say(f"correct.change.{after.get('change')}", self._language)
        day = parse_date(str(after.get("effective_date", "")))
        order = say(
            "correct.history.order",
            self._language,
            by=after.get("ordered_by", ""),
            letter=after.get("letter_no", ""),
            day=date_text(day, self._language) if day else "",
        )
        return [Change(what, "", order)]

    def _columns(
        self, entry: AuditEntry, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> list[Change]:
        hidden = entry.object_type == "component" and not self._wording.veil.shows(entry.object_id)
        changes = []
        for name in dict.fromkeys((*before, *after)):
            old, new = before.get(name), after.get(name)
            if old == new or name in _NOT_TOLD or (hidden and name in _TELLING):
                continue
            called = self._called(entry.object_type, _CALLED.get(name, name))
            changes.append(Change(called, self._value(name, old), self._value(name, new)))
        return changes

    def _called(self, object_type: str, field: str) -> str:
        """Name a field as the sheet of its object does: a component has a code of its own."""
        sheet = {"component": "components", "stop": "stops"}.get(object_type, "stations")
        try:
            return say(f"workbook.{sheet}.{field}", self._language)
        except UnknownPhrase:
            return field_name(field, self._language)

    def _value(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name == SERVES:
            return self._served(value)
        if isinstance(value, list):
            comma = say("console.list_comma", self._language)
            return comma.join(self._value(name, each) for each in value[:5])
        if name == "classification" and isinstance(value, int):
            return say(f"console.class.{Classification(value).label}", self._language)
        if name == "place_id":
            return self._places.get(value, "")
        if name == "agency_id":
            return self._agencies.get(value, "")
        if name == "agency":
            return self._wording.owner(str(value))
        words = [f"workbook.choice.{each}.{value}" for each in _LISTS.get(name, ())]
        for key in (*words, *([f"kind.{value}"] if name == "kind" else [])):
            try:
                return say(key, self._language)
            except UnknownPhrase:
                continue
        if isinstance(value, bool):
            value = "yes" if value else "no"
        return shown_value(_CALLED.get(name, name), str(value), self._wording)

    def _served(self, value: Any) -> str:
        """Say the stations that were served: how many, and those of them in the scope by code."""
        codes = value if isinstance(value, list | tuple) else codes_served(str(value))
        seen = listings_for(self._viewer).filter(code__in=codes[:_CODES_READ])
        named = sorted(set(seen.values_list("code", flat=True)))[:_CODES_TOLD]
        counted = say("correct.need.stations", self._language, stations=len(codes))
        if not named:
            return counted
        listed = say("console.list_comma", self._language).join(
            each if each.upper() != each.lower() else digits(each, self._language) for each in named
        )
        return f"{counted}: {listed}" + ("…" if len(named) < len(codes) else "")

    def _names_of(self, entries: Sequence[AuditEntry], name: str, table: Any) -> dict[int, str]:
        ids = {
            each[name]
            for entry in entries
            for each in (entry.before, entry.after)
            if each and isinstance(each.get(name), int)
        }
        return dict(table.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}

    def _ids(self, entries: Sequence[AuditEntry], object_type: str, hidden: Any) -> set[int]:
        ids = {
            pk
            for entry in entries
            for each in (entry.before, entry.after)
            if each
            for pk in (
                each.get("id") if entry.object_type == object_type else None,
                each.get("claim") if entry.object_type == "resolution" else None,
            )
            if isinstance(pk, int)
        }
        return set(hidden.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
