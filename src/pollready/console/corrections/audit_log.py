"""The log as a page: filtered, in words, and nothing of what its reader may not see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.timezone import make_aware

from pollready.audit.models import AuditBatch, AuditEntry
from pollready.console.corrections.command_words import actor_word, command_word, people
from pollready.console.corrections.histories import Change, Words, paired
from pollready.console.corrections.log_objects import (
    LogObject,
    LogObjects,
    object_word,
    undone_by,
)
from pollready.console.corrections.words import slug_of
from pollready.console.wording import Wording
from pollready.intake.corrections import read_day
from pollready.language import latin_digits
from pollready.people.models import User
from pollready.people.scopes import listings_for, places_of
from pollready.places.models import Stop
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.subjects import About
from pollready.register.queries import components_for

ROWS, ENTRIES = 25, 4
# What supervision looks at first: decisions over what sources say, what was let pass, shown, or
# taken out.
_OVERRIDING = (
    "resolve", "field_test", "waive", "reveal", "export", "take_out", "undo", "override",
)  # fmt: skip
OVERRIDES = Q()
for _word in _OVERRIDING:
    OVERRIDES |= Q(command__contains=_word)
_REGISTER = ("station", "claim", "resolution", "evidence", "decision", "component", "stop")


@dataclass(frozen=True, slots=True)
class Batch:
    """One command of the log."""

    number: int
    at: datetime
    person: str
    command: str
    reason: str
    entries: int
    things: Sequence[LogObject]  # what it touched
    changes: Sequence[Change]
    override: bool
    undo_of: str = ""


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, with what the filters made of the address."""

    page: Any
    rows: Sequence[Batch]
    values: Mapping[str, str]
    wrong_day: bool
    actors: Sequence[tuple[str, str]]
    commands: Sequence[tuple[str, str]]


def read_log(query: Mapping[str, str], wording: Wording, viewer: User, round_id: int) -> LogPage:
    """Read a page of the log as the address asks."""
    values = {
        name: str(query.get(name, "")).strip()
        for name in ("who", "command", "object", "since", "until", "overrides")
    }
    batches, wrong_day = _filtered(values, viewer)
    page = Paginator(batches.order_by("-number"), ROWS).get_page(query.get("page"))
    listed = list(page)
    names = people({batch.actor for batch in listed})
    shown = _shown_entries(listed, wording, viewer, round_id)
    undone = undone_by(listed, wording.language)
    rows = [
        replace(
            _row(batch, names, shown.get(batch.pk), wording, viewer),
            undo_of=undone.get(batch.pk, ""),
        )
        for batch in listed
    ]
    every = AuditBatch.objects.order_by().values_list
    commands = sorted(set(every("command", flat=True).distinct()))
    actors = sorted(set(every("actor", flat=True).distinct()))
    known = people(actors)
    return LogPage(
        page,
        rows,
        values,
        wrong_day,
        [(each, actor_word(each, known, wording.language)) for each in actors],
        [(each, command_word(each, wording.language)) for each in commands],
    )


def _filtered(values: Mapping[str, str], viewer: User) -> tuple[QuerySet[AuditBatch], bool]:
    # By its last ordinal: counting the entries of an import would read all of them.
    last = AuditEntry.objects.filter(batch=OuterRef("pk")).order_by("-ordinal")
    batches = AuditBatch.objects.annotate(last=Subquery(last.values("ordinal")[:1]))
    if values["who"]:
        batches = batches.filter(actor=values["who"])
    if values["command"]:
        batches = batches.filter(command=values["command"])
    if values["overrides"]:
        batches = batches.filter(OVERRIDES)
    if values["object"]:
        objects = _objects_called(values["object"], viewer)
        told = AuditEntry.objects.filter(objects).values("batch")
        batches = batches.filter(pk__in=told)
    wrong = False
    for name, lookup, days in (("since", "at__gte", 0), ("until", "at__lt", 1)):
        try:
            day: date | None = read_day(values[name], name)
        except CorrectionRefused:
            wrong = True
            continue
        if day is not None:
            moment = make_aware(datetime.combine(day + timedelta(days=days), time(0)))
            batches = batches.filter(**{lookup: moment})
    return batches, wrong


def _objects_called(text: str, viewer: User) -> Q:
    """Find what the log calls the stations and components of a code, within the scope."""
    code = latin_digits(text)
    found = Q(pk__in=[])
    for pk, uid in listings_for(viewer).filter(code=code).values_list("pk", "point__uid"):
        found |= Q(object_type="station", object_id=str(uid)) | Q(object_id=f"listing/{pk}")
    components = components_for(viewer).filter(code=code)
    if not viewer.may_see_names:
        components = components.none()
    for pk in components.values_list("pk", flat=True):
        found |= Q(object_type="component", object_id=code) | Q(object_id=f"component/{pk}")
    return found


@dataclass(slots=True)
class _Shown:
    """What the viewer is told of one batch."""

    things: list[LogObject]
    changes: list[Change]
    within_reach: bool = False  # some object of it was found within his scope


def _shown_entries(
    batches: Sequence[AuditBatch], wording: Wording, viewer: User, round_id: int
) -> dict[int, _Shown]:
    """Say the first entries of each batch: which objects, where he may see them, and how."""
    entries = list(
        AuditEntry.objects.filter(
            batch__in=[each.pk for each in batches], ordinal__lt=ENTRIES
        ).order_by("batch", "ordinal")
    )
    register = [entry for entry in entries if entry.object_type in _REGISTER]
    known = _Known(register, viewer)
    others = LogObjects(
        [each for each in entries if each.object_type not in _REGISTER], wording, viewer, round_id
    )
    words = Words(register, wording, viewer)
    found: dict[int, _Shown] = {}
    for entry in entries:
        if entry.object_type == "batch":
            continue  # told as what was undone
        shown = found.setdefault(entry.batch_id, _Shown([], []))
        about = known.of(entry) if entry.object_type in _REGISTER else None
        if about is not None:
            code = wording.veil.code(about[0]) if about[1].startswith("component") else about[0]
            thing = LogObject("", code, reverse("history", args=[about[1]]), is_code=True)
            shown.changes += words.of(entry)[:ENTRIES]
        elif entry.object_type in _REGISTER:
            thing = LogObject(object_word(entry.object_type, wording.language))
        else:
            thing = others.of(entry)
        shown.within_reach |= bool(thing.url)
        if thing not in shown.things:
            shown.things.append(thing)
    return found


class _Known:
    """The objects of entries that lie in the viewer's scope: their codes and addresses."""

    def __init__(self, entries: Sequence[AuditEntry], viewer: User) -> None:
        ids: dict[str, set[int]] = {"listing": set(), "stop": set(), "component": set()}
        uids, codes = set(), set()
        for entry in entries:
            kind, _, number = entry.object_id.partition("/")
            if kind in ids and number.isdecimal():
                ids[kind].add(int(number))
            elif entry.object_type == "station":
                uids.add(entry.object_id)
            elif entry.object_type == "component":
                codes.add(entry.object_id)
        self._known: dict[str, tuple[str, str]] = {}
        listings = listings_for(viewer)
        by_pk = listings.filter(pk__in=ids["listing"]).values_list("pk", "code")
        by_uid = listings.filter(point__uid__in=uids).values_list("point__uid", "pk", "code")
        stops = Stop.objects.filter(pk__in=ids["stop"], listing__in=listings)
        components = components_for(viewer)
        for pk, code in by_pk:
            self._keep(f"listing/{pk}", code, "listing", pk)
        for uid, pk, code in by_uid.order_by("pk"):
            self._keep(str(uid), code, "listing", pk)
        for pk, listing, code in stops.values_list("pk", "listing_id", "listing__code"):
            self._keep(f"stop/{pk}", code, "listing", listing)
        for pk, code in components.filter(
            Q(pk__in=ids["component"]) | Q(code__in=codes)
        ).values_list("pk", "code"):
            self._keep(f"component/{pk}", code, "component", pk)
            self._keep(code, code, "component", pk)

    def _keep(self, key: str, code: str, kind: str, pk: int) -> None:
        self._known[key] = (code, slug_of(About(kind, pk)))

    def of(self, entry: AuditEntry) -> tuple[str, str] | None:
        return self._known.get(entry.object_id)


def _row(
    batch: Any, names: Mapping[str, str], shown: _Shown | None, wording: Wording, viewer: User
) -> Batch:
    shown = shown or _Shown([], [])
    # A reason is free text: who is bound to places reads it only where he sees the object.
    reads_reason = shown.within_reach or places_of(viewer) is None
    return Batch(
        batch.number,
        batch.at,
        actor_word(batch.actor, names, wording.language),
        command_word(batch.command, wording.language),
        wording.veil.text(batch.reason) if reads_reason else "",
        0 if batch.last is None else batch.last + 1,
        shown.things,
        paired(shown.changes)[:ENTRIES],
        override=any(word in batch.command for word in _OVERRIDING),
    )
