"""What persons said of the round's objects, which no list overwrites unseen.

A person's word on a field stands until somebody decides otherwise. A list that repeats what the
register held before that word changes nothing; one that says a third thing is written down as a
claim beside it, and the two are a contradiction until a person resolves it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pollready.audit.models import AuditEntry
from pollready.intake.staging import Record, Staged
from pollready.intake.staging.values import plain_number
from pollready.people.models import User
from pollready.places.models import Listing
from pollready.register.corrections.columns import (
    POSITION,
    columns_of,
    fields_in,
    is_column,
    put_value,
)
from pollready.register.corrections.commands import CORRECT
from pollready.register.corrections.list_changes import CANCEL, MERGE, RELOCATE
from pollready.register.corrections.many import CORRECT_MANY
from pollready.register.corrections.models import (
    ListChange,
    ListDecision,
    Resolution,
    ResolutionState,
)
from pollready.register.corrections.needs import NEEDS, is_need
from pollready.register.corrections.queries import HANDLED, PERSON
from pollready.register.corrections.resolving import RESOLVE
from pollready.register.corrections.subjects import COMPONENT, KINDS, LISTING, About, Thing
from pollready.register.corrections.undoing import is_undone
from pollready.register.models import Claim, Component, Source

_COMMANDS = (CORRECT, CORRECT_MANY, RELOCATE, MERGE, CANCEL, RESOLVE)
_KIND_OF = {"station": LISTING, "stop": "stop", "component": "component"}
_BY_ORDER: Mapping[str, tuple[str, ...]] = {
    ListChange.RELOCATED: ("name", "address", POSITION, "status"),
    ListChange.MERGED: ("status",),
    ListChange.CANCELLED: ("status",),
}
_NEEDED = frozenset(field for fields in NEEDS.values() for field in fields)
_AT_ONCE = 500

Subject = tuple[str, int]  # kind and id, as `About` has them
Held = Mapping[str, tuple[Any, Mapping[str, Any]]]  # columns by field: of what, and their values


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said of a field; without a value, an order by which the list holds it."""

    value: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A field of which the file says otherwise than a person; his word stays.

    `is_new` where the file brings what the register did not hold before: a contradiction.
    """

    subject: Subject
    code: str
    field: str
    standing: str
    said: str
    word: Word
    is_new: bool
    record: Record | None = None  # the row that says it; of needs it is found by the code


@dataclass(slots=True)
class Corrections:
    """The words that stand in a round, and what one import makes of them."""

    words: dict[Subject, dict[str, Word]] = field(default_factory=dict)
    replaced: dict[tuple[Subject, str], set[str]] = field(default_factory=dict)  # by a correction
    others: dict[tuple[Subject, str], set[str]] = field(default_factory=dict)  # said by no person
    kept: list[Kept] = field(default_factory=list)
    beside: dict[Subject, dict[str, str]] = field(default_factory=dict)  # claims on columns
    codes: dict[Subject, str] = field(default_factory=dict)  # of what needs were corrected
    handled: dict[int, dict[str, Any]] = field(default_factory=dict)  # columns by component

    def hold(self, thing: Thing) -> Held:
        """Give the columns that a person spoke of, before a row is written over them."""
        if thing.pk is None or not self.words:
            return {}
        about = About.of(thing)
        words = self.words.get((about.kind, about.id), {})
        return {
            name: columns_of(thing, name)
            for name in words
            if is_column(thing, name) and not is_need(thing, name)  # `apply_needs` leaves those
        }

    def put_back(self, thing: Thing, record: Record, held: Held) -> None:
        """Put what persons said back over what a row wrote, and note where the row differs."""
        if not held:
            return
        about = About.of(thing)
        subject = about.kind, about.id
        for name, (owner, values) in held.items():
            word = self.words[subject][name]
            if word.value is None:
                for column, value in values.items():
                    setattr(owner, column, value)
            else:
                put_value(thing, name, word.value)
            said = _said(about.kind, name, record)
            if said is None:
                continue
            standing = _standing(word, values, name)
            if said != standing:
                self._note(subject, record, name, standing, said, word)
            others = self.others.get((subject, name), set())
            is_new = said != standing and said not in self.replaced.get((subject, name), set())
            if word.value is not None and (said in others or is_new):
                self.beside.setdefault(subject, {})[name] = said

    def note_claims(
        self, subject: Subject, record: Record, said: Mapping[str, Sequence[str]]
    ) -> None:
        """Note where a row's claims differ from what a person claimed; they stand side by side."""
        for name, word in self.words.get(subject, {}).items():
            for value in dict.fromkeys(said.get(name, ())):
                if word.value is not None and value != word.value:
                    self._note(subject, record, name, word.value, value, word)

    def note_need(self, subject: Subject, name: str, said: str) -> None:
        """Note where a file says otherwise than a person of what something needs."""
        word = self.words[subject][name]
        known = self.replaced.get((subject, name), set())
        if word.value is not None and word.value != said:
            code = self.codes.get(subject, "")
            is_new = said not in known
            self.kept.append(Kept(subject, code, name, word.value, said, word, is_new))

    def put_back_handling(self, component: Component) -> None:
        """Put back whose a component is and how secret, where named people decided it."""
        for name, value in self.handled.get(component.pk, {}).items():
            setattr(component, name, value)

    def _note(
        self, subject: Subject, record: Record, name: str, standing: str, said: str, word: Word
    ) -> None:
        known = self.replaced.get((subject, name), set()) | self.others.get((subject, name), set())
        code, is_new = str(record.values["code"]), said not in known
        self.kept.append(Kept(subject, code, name, standing, said, word, is_new, record))


def tell_kept(staged: Staged, kept: Sequence[Kept]) -> None:
    """Note at each row what was not written because a person said otherwise."""
    by_code: dict[str, Record] = {}
    if any(each.record is None for each in kept):
        by_code = {r.values["code"]: r for r in staged.records("components")}
    for each in kept:
        record = each.record or by_code.get(each.code)
        if record is not None:
            column = "lat" if each.field == POSITION else each.field
            if each.is_new:
                staged.say("correction-contradicted", record, column, each.said, by=each.word.by)
            else:
                staged.say("correction-kept", record, column, each.said, by=each.word.by)


def read_corrections(round_id: int) -> Corrections:
    """Read what persons said of a round's objects and what stands of it."""
    persons = dict(
        Source.objects.filter(round=round_id, lineage__startswith=PERSON).values_list("pk", "name")
    )
    decisions = ListDecision.objects.filter(listing__round=round_id, undone_at=None)
    said = [*_claimed(persons), *_ordered(decisions), *_decided(round_id)]
    found = Corrections(handled=_handled(round_id))
    for _, subject, name, word in sorted(said, key=lambda row: row[0]):
        found.words.setdefault(subject, {})[name] = word
    if not found.words:
        return found
    found.codes = _codes(found.words)
    found.replaced = _replaced()
    found.others = _others(found.words, persons)
    for decision in decisions.filter(change=ListChange.MERGED):
        # The other station's voters are a person's only where the order said a number.
        subject = LISTING, decision.into_id or 0
        if (subject, "expected_voters") in found.replaced:
            word = Word(None, _name(decision.recorded_by), decision.recorded_at)
            found.words.setdefault(subject, {}).setdefault("expected_voters", word)
    return found


_Said = Iterator[tuple[tuple[datetime, int], Subject, str, Word]]


def _claimed(persons: Mapping[int, str]) -> _Said:
    claims = Claim.objects.filter(source__in=persons, superseded_at=None).order_by()
    for pk, field_, value, source, at, *ids in claims.values_list(
        "pk", "field", "value", "source_id", "recorded_at", *(f"{kind}_id" for kind in KINDS)
    ):
        yield (at, pk), _subject(ids), field_, Word(value, persons[source], at)


def _ordered(decisions: Any) -> _Said:
    for each in decisions.select_related("recorded_by"):
        word = Word(None, _name(each.recorded_by), each.recorded_at)
        for name in _BY_ORDER.get(each.change, ()):
            yield (each.recorded_at, 0), (LISTING, each.listing_id), name, word


def _decided(round_id: int) -> _Said:
    """Give what a person chose among claims: it stands against what others said until then."""
    chosen = Resolution.objects.filter(
        round=round_id,
        state=ResolutionState.RESOLVED,
        ended_at=None,
        chosen__superseded_at=None,
    ).select_related("decided_by", "chosen")
    for each in chosen:
        assert each.chosen is not None  # a constraint says so
        subject = _subject([getattr(each, f"{kind}_id") for kind in KINDS])
        word = Word(each.chosen.value, _name(each.decided_by), each.decided_at)
        yield (each.decided_at, each.chosen.pk), subject, each.field, word


def _subject(ids: Sequence[int | None]) -> Subject:
    return next((kind, pk) for kind, pk in zip(KINDS, ids, strict=True) if pk is not None)


def _name(user: User) -> str:
    return user.get_full_name() or user.username


def _codes(words: Mapping[Subject, Mapping[str, Word]]) -> dict[Subject, str]:
    """Give the codes of what persons corrected the needs of."""
    found: dict[Subject, str] = {}
    for kind, table in ((LISTING, Listing), (COMPONENT, Component)):
        needing = NEEDS[table]
        keys = [pk for (each, pk), said in words.items() if each == kind and {*needing} & {*said}]
        codes = table._default_manager.filter(pk__in=keys).values_list("pk", "code")
        found |= {(kind, pk): code for pk, code in codes}
    return found


def _handled(round_id: int) -> dict[int, dict[str, Any]]:
    """Read what named people decided of owners and classes, and did not undo."""
    entries = AuditEntry.objects.filter(
        batch__command__in=HANDLED, object_type="component", before__isnull=False
    ).order_by("batch__number")
    told = entries.values_list("batch__number", "after")
    decided = [(number, after) for number, after in told if after is not None]
    keys = {after["id"] for _, after in decided}
    mine = set(Component.objects.filter(round=round_id, pk__in=keys).values_list("pk", flat=True))
    found: dict[int, dict[str, Any]] = {}
    for number, after in decided:
        if after["id"] in mine and not is_undone(number):
            columns = {name: value for name, value in after.items() if name != "id"}
            found.setdefault(after["id"], {}).update(columns)
    return found


def _replaced() -> dict[tuple[Subject, str], set[str]]:
    """Read in the log what the list held before persons wrote into it."""
    found: dict[tuple[Subject, str], set[str]] = defaultdict(set)
    entries = AuditEntry.objects.filter(
        batch__command__in=_COMMANDS, object_type__in=_KIND_OF, before__isnull=False
    ).order_by()
    for object_type, before, after in entries.values_list("object_type", "before", "after"):
        subject = _KIND_OF[object_type], (after or {}).get("id", 0)
        for name in fields_in(subject[0], before or {}):
            found[subject, name].add(_text(name, before or {}))
        for name in _NEEDED & (before or {}).keys():
            found[subject, name].add(str((before or {})[name]))
    return dict(found)


def _others(
    words: Mapping[Subject, Any], persons: Mapping[int, str]
) -> dict[tuple[Subject, str], set[str]]:
    """Read what lists say now of the objects of which a person spoke."""
    found: dict[tuple[Subject, str], set[str]] = defaultdict(set)
    for kind in KINDS:
        keys = [pk for each, pk in words if each == kind]
        for start in range(0, len(keys), _AT_ONCE):
            claims = Claim.objects.filter(
                superseded_at=None, **{f"{kind}__in": keys[start : start + _AT_ONCE]}
            ).exclude(source__in=persons)
            for pk, name, value in claims.values_list(f"{kind}_id", "field", "value"):
                found[(kind, pk), name].add(value)
    return dict(found)


def _standing(word: Word, values: Mapping[str, Any], name: str) -> str:
    if word.value is not None:
        return word.value
    return _joined(list(values.values())[: 2 if name == POSITION else 1])


def _text(name: str, columns: Mapping[str, Any]) -> str:
    names = {POSITION: ("lat", "lon"), "basis": ("voters_basis",), "place": ("place_name",)}
    return _joined([columns.get(each) for each in names.get(name, (name,))])


def _said(kind: str, name: str, record: Record) -> str | None:
    """Give what a row says of a field that the list itself holds; None for a blank cell."""
    if name == POSITION:
        values = [record.get("lat"), record.get("lon")]
    elif name == "address" and kind == LISTING:
        values = [", ".join(filter(None, (record.get("address"), record.get("postcode"))))[:500]]
    else:
        values = [record.get(name)]
    return None if values[0] is None or values[0] == "" else _joined(values)


def _joined(values: Sequence[Any]) -> str:
    known = [value for value in values if value is not None]
    return " ".join(each if isinstance(each, str) else plain_number(each) for each in known)
