"""How a planned import differs from the register, row by row, and a digest of it all."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pollready.intake.models import ChangeKind
from pollready.intake.planning import Plan
from pollready.places.models import Listing

_CODE_MAX = 300
_VALUE_MAX = 500
# Told by the stations they are about, or no matter to who decides.
_NOT_TOLD = frozenset({"station", "claim", "source", "places", "requirement"})
_NO_DIFFERENCE = frozenset({"key", "place_id", "agency_id"})
_NAMED_BY = ("name", "kind", "text")


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the comparison."""

    kind: str
    what: str
    code: str
    name: str = ""
    field: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    said_by: str = ""  # the person whose word stays
    said_at: datetime | None = None

    def row(self) -> tuple[Any, ...]:
        """Give it as a row of `StagedChange`, from `kind` on."""
        code, name = self.code[:_CODE_MAX], self.name[:_CODE_MAX]
        return (
            self.kind, self.what, code, name, self.field, list(self.before), list(self.after),
            self.said_by[:_CODE_MAX], self.said_at,
        )  # fmt: skip


def differences(plan: Plan) -> list[Difference]:
    """Give every difference: what persons said first, then stations, then all the rest."""
    return [*_of_corrected(plan), *_of_stations(plan), *_of_others(plan)]


def digest_of(found: list[Difference], plan: Plan) -> str:
    """Give one digest of all that would be written, whatever keys it would get."""
    writes = plan.session.writes
    said = {
        "changes": [[*each.row()[:-1], str(each.said_at or "")] for each in found],
        "rows": sorted(
            [each.model.__name__, len(each.rows)] for each in writes.insertions.values()
        ),
        "gone": sorted([model.__name__, len(keys)] for model, keys in writes.deletions),
        "closed": len(writes.closed_claims),
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def counts_of(found: list[Difference]) -> dict[str, dict[str, int]]:
    """Count objects by type and kind; a changed object counts once, whatever changed of it."""
    seen = {(each.what, each.kind, each.code) for each in found}
    counts: dict[str, dict[str, int]] = {}
    for (what, kind), number in Counter((what, kind) for what, kind, _ in seen).items():
        counts.setdefault(what, {})[kind] = number
    return counts


def _of_corrected(plan: Plan) -> Iterator[Difference]:
    """Tell where the file says otherwise than a person, whose word stays; what is new first."""
    session = plan.session
    names = {listing.pk: listing.point.name for listing in session.listings.values()}
    for each in sorted(session.corrections.kept, key=lambda kept: not kept.is_new):
        kind, pk = each.subject
        yield Difference(
            ChangeKind.CONTRADICTED if each.is_new else ChangeKind.KEPT,
            "station" if kind == "listing" else kind,
            each.code,
            names.get(pk, "") if kind == "listing" else "",
            each.field,
            _said(each.standing),
            _said(each.said),
            each.word.by,
            each.word.at,
        )


def _of_stations(plan: Plan) -> Iterator[Difference]:
    session = plan.session
    names = {code: listing.point.name for code, listing in session.listings.items()}
    changes = plan.result.changes
    if changes is None:
        for entry in session.entries:
            if entry.object_type == "station" and entry.before is None and entry.after:
                code = str(entry.after["code"])
                yield Difference(ChangeKind.NEW, "station", code, names.get(code, ""))
        return
    for code in changes.added:
        yield Difference(ChangeKind.NEW, "station", code, names.get(code, ""))
    for change in changes.changed:
        kind = ChangeKind.RENUMBERED if change.field == "code" else ChangeKind.CHANGED
        yield Difference(
            kind, "station", change.code, names.get(change.code, ""), change.field,
            _cut(change.before), _cut(change.after),
        )  # fmt: skip
    for code in changes.not_named:
        yield Difference(ChangeKind.MISSING, "station", code, names.get(code, ""))


def _of_others(plan: Plan) -> Iterator[Difference]:
    people: dict[str, str] = {}
    for entry in plan.session.entries:
        if entry.object_type in _NOT_TOLD:
            continue
        code, name = entry.object_id, _name(entry.after or entry.before or {})
        if entry.object_type == "round":
            code = ""  # made of day and place, and shown nowhere else
        if entry.object_type == "person":
            code = name  # people have no code, and a key that is not given yet says nothing
            people[entry.object_id] = name
        if entry.object_type == "duty":
            person, _, text = entry.object_id.partition("/")
            code, name = people.get(person, ""), text
        if entry.before is None or entry.after is None:
            kind = ChangeKind.NEW if entry.before is None else ChangeKind.MISSING
            yield Difference(kind, entry.object_type, code, name)
            continue
        for field in dict.fromkeys((*entry.before, *entry.after)):
            old, new = entry.before.get(field), entry.after.get(field)
            if old != new and field not in _NO_DIFFERENCE:
                yield Difference(
                    ChangeKind.CHANGED, entry.object_type, code, name, field,
                    _said(old), _said(new),
                )  # fmt: skip


def _name(values: Mapping[str, Any]) -> str:
    return next((str(values[name]) for name in _NAMED_BY if values.get(name)), "")


def _said(value: Any) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    return _cut(tuple(map(str, value)) if isinstance(value, list) else (str(value),))


def _cut(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value[:_VALUE_MAX] for value in values)


def stations_outside(plan: Plan, places: set[int]) -> int:
    """Count the stations of the file that lie outside some places."""
    named = {record.values["code"] for record in plan.session.staged.records("stations")}
    listings: list[Listing] = [
        listing for code, listing in plan.session.listings.items() if code in named
    ]
    return sum(listing.point.place_id not in places for listing in listings)
