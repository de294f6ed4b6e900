"""Writing follow-ups: starting and changing, reporting done, handing back, accepting, dropping.

`committee.follow_up_effects.start_measured` starts one whose stations are chosen by a filter,
and keeps what the register says of them from the start.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from pollready.audit.commands import Entry, record
from pollready.audit.versions import claim_version
from pollready.duties.follow_ups.deadlines import read_due
from pollready.duties.follow_ups.models import (
    LETTER_MAX,
    NAMED,
    NOTE_MAX,
    QUERY_MAX,
    TEXT_MAX,
    Figure,
    FollowUp,
    FollowUpEvent,
    FollowUpFile,
    FollowUpObject,
    FollowUpState,
)
from pollready.duties.follow_ups.queries import follow_ups_for
from pollready.duties.follow_ups.rules import (
    FollowUpRefused,
    is_told_by_register,
    may_hand_back,
    may_report,
)
from pollready.duties.models import Covers
from pollready.duties.rules import OFFICES
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted, Permission, check
from pollready.people.scopes import agencies_for, listings_for
from pollready.register.corrections.attaching import (
    checked_content,
    shown_name,
    stored,
)
from pollready.register.queries import components_for

Kind = FollowUpEvent.Kind
FILES_MAX = 10
FIGURE_MAX = 200


@dataclass(frozen=True, slots=True)
class FollowUpDraft:
    """What somebody enters of a follow-up; its owner is an agency or an office.

    `objects` are keys of listings or components, as `covers` says. `figure_of` is the code of a
    rule, the name of a criterion, or free words. `deadline` is a day or written like T-2.
    """

    text: str
    agency_id: int | None = None
    office: str = ""
    person_id: int | None = None
    deadline: str = ""
    covers: str = Covers.OWNER
    query: str = ""
    objects: Sequence[int] = ()
    figure: str = Figure.NONE
    figure_of: str = ""
    classification: int = 0


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that somebody hands in, as it came."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FollowUpDone:
    """What was done, when, and by what one sees it: the number of a letter, or files."""

    done_date: date
    note: str
    letter_no: str = ""
    files: Sequence[Attached] = ()


@transaction.atomic
def start_follow_up(draft: FollowUpDraft, *, round_id: int, by: User, now: datetime) -> FollowUp:
    """Give somebody something to do by a day. Raises `NotPermitted`, `FollowUpRefused`."""
    check(by, Permission.EDIT_DUTIES)
    draft = checked(draft, by, round_id)
    follow_up = FollowUp(round_id=round_id, made_by=by, made_at=now, **_columns(draft))
    follow_up.save()
    _keep_objects(follow_up, draft)
    _note(follow_up, Kind.STARTED, by, now, before="")
    _log("start_follow_up", follow_up, None, by=by, now=now)
    return follow_up


@transaction.atomic
def change_follow_up(
    follow_up_id: int,
    draft: FollowUpDraft,
    *,
    round_id: int,
    version: int,
    reason: str,
    by: User,
    now: datetime,
) -> FollowUp:
    """Write a standing follow-up anew, with the reason: who is to do it reads why.

    With other objects or another figure, what was measured at the start is measured anew.
    Raises `NotPermitted`, `FollowUpRefused`, `ChangedMeanwhile`.
    """
    check(by, Permission.EDIT_DUTIES)
    follow_up = _found(follow_up_id, round_id, by)
    if not follow_up.is_standing:
        raise FollowUpRefused("settled")
    draft, said = checked(draft, by, round_id), _reason(reason)
    before = values_of(follow_up)
    same_aim = _aim_of(follow_up) == _aim_of(draft) and set(draft.objects) == _chosen(follow_up)
    claim_version(follow_up, version)
    for name, value in _columns(draft).items():
        setattr(follow_up, name, value)
    if not same_aim:
        follow_up.objects_of.all().delete()
        follow_up.before, follow_up.after = {}, {}
        follow_up.measured_at = follow_up.checked_at = None
    follow_up.save()
    if not same_aim:
        _keep_objects(follow_up, draft)
    changed = sorted(name for name, value in values_of(follow_up).items() if before[name] != value)
    _note(
        follow_up, Kind.CHANGED, by, now, before=follow_up.state, text=said,
        detail={"fields": changed},
    )  # fmt: skip
    _log("change_follow_up", follow_up, before, by=by, now=now, reason=said)
    return follow_up


@transaction.atomic
def report_follow_up_done(
    follow_up_id: int,
    done: FollowUpDone,
    *,
    round_id: int,
    by: User,
    now: datetime,
    version: int | None = None,
) -> FollowUp:
    """Say that it is done, with evidence; the rules must then be run at what it is about.

    Raises `NotPermitted`, `FollowUpRefused`, `ChangedMeanwhile`, and `CorrectionRefused` for a
    file that is not taken.
    """
    follow_up = _found(follow_up_id, round_id, by)
    if not may_report(by, follow_up):
        if not follow_up.is_owed:
            raise FollowUpRefused("not-owed")
        raise NotPermitted(Permission.REPORT_DONE)
    done = _checked_report(done, now)
    before = values_of(follow_up)
    state = follow_up.state
    claim_version(follow_up, follow_up.version if version is None else version)
    follow_up.state = FollowUpState.REPORTED
    follow_up.after, follow_up.checked_at = {}, None
    follow_up.save()
    event = _note(
        follow_up, Kind.REPORTED, by, now, before=state, text=done.note,
        done_date=done.done_date, letter_no=done.letter_no,
    )  # fmt: skip
    with ExitStack() as kept:
        files = [_keep_file(each, event, kept) for each in done.files]
        _log(
            "report_follow_up", follow_up, before, by=by, now=now,
            more={"letter_no": done.letter_no, "files": [each.sha256 for each in files]},
        )  # fmt: skip
    return follow_up


@transaction.atomic
def hand_back_follow_up(
    follow_up_id: int, *, round_id: int, reason: str, version: int, by: User, now: datetime
) -> FollowUp:
    """Let what was reported wait for its owner again: by the office, or he takes it back.

    Raises `NotPermitted`, `FollowUpRefused`, `ChangedMeanwhile`.
    """
    follow_up = _found(follow_up_id, round_id, by)
    if not may_hand_back(by, follow_up):
        if follow_up.state not in (FollowUpState.REPORTED, FollowUpState.VERIFIED):
            raise FollowUpRefused("not-reported")
        raise NotPermitted(Permission.EDIT_DUTIES)
    said = _reason(reason)
    return _move(
        follow_up, FollowUpState.HANDED_BACK, Kind.HANDED_BACK, said, command="hand_back_follow_up",
        version=version, by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def accept_follow_up(
    follow_up_id: int, *, round_id: int, reason: str, version: int, by: User, now: datetime
) -> FollowUp:
    """Take what was reported for done, with the reason.

    Where the register can tell, it must have been asked first and must not say that nothing
    moved. Raises `NotPermitted`, `FollowUpRefused`, `ChangedMeanwhile`.
    """
    check(by, Permission.EDIT_DUTIES)
    follow_up = _found(follow_up_id, round_id, by)
    if follow_up.state != FollowUpState.REPORTED:
        raise FollowUpRefused("not-reported")
    if is_told_by_register(follow_up):
        if follow_up.checked_at is None:
            raise FollowUpRefused("not-checked")
        if follow_up.after.get("verdict") == "unmoved":
            raise FollowUpRefused("unmoved")
    said = _reason(reason)
    return _move(
        follow_up, FollowUpState.VERIFIED, Kind.ACCEPTED, said, command="accept_follow_up",
        version=version, by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def drop_follow_up(
    follow_up_id: int, *, round_id: int, reason: str, version: int, by: User, now: datetime
) -> FollowUp:
    """Let a follow-up be done no more, for a reason; it stays readable.

    Raises `NotPermitted`, `FollowUpRefused`, `ChangedMeanwhile`.
    """
    check(by, Permission.EDIT_DUTIES)
    follow_up = _found(follow_up_id, round_id, by)
    if not follow_up.is_standing:
        raise FollowUpRefused("settled")
    said = _reason(reason)
    return _move(
        follow_up, FollowUpState.DROPPED, Kind.DROPPED, said, command="drop_follow_up",
        version=version, by=by, now=now,
    )  # fmt: skip


def checked(draft: FollowUpDraft, by: User, round_id: int) -> FollowUpDraft:
    """Give a draft as it is kept; raises `FollowUpRefused` for the first fault."""
    text, of = " ".join(draft.text.split()), " ".join(draft.figure_of.split())
    if not text:
        raise FollowUpRefused("text-missing", "text")
    if len(text) > TEXT_MAX:
        raise FollowUpRefused("text-too-long", "text", limit=TEXT_MAX)
    _check_owner(draft, by)
    deadline = read_due(draft.deadline) if draft.deadline.strip() else None
    if not draft.deadline.strip():
        raise FollowUpRefused("deadline-missing", "deadline")
    if deadline is None:
        raise FollowUpRefused("deadline-unread", "deadline", said=draft.deadline.strip())
    if draft.classification > min(by.clearance, settings.POLLREADY_CEILING):
        raise FollowUpRefused("class-too-high", "classification")
    covers = draft.covers != Covers.OWNER
    if covers and not (draft.query.strip() or draft.objects):
        raise FollowUpRefused("covers-nothing", "query")
    if len(draft.query) > QUERY_MAX:
        raise FollowUpRefused("query-too-long", "query")
    if draft.figure not in Figure.values:
        raise FollowUpRefused("figure-unknown", "figure")
    if draft.figure in NAMED and (not of or len(of) > FIGURE_MAX):
        raise FollowUpRefused("figure-of-what", "figure_of")
    if draft.figure not in (Figure.NONE, Figure.FREE) and not covers:
        raise FollowUpRefused("nothing-to-measure-at", "figure")
    objects = _within(draft, by, round_id) if covers else ()
    return replace(
        draft,
        text=text,
        deadline=str(deadline),
        query=draft.query.strip() if covers else "",
        objects=objects,
        figure_of=of if draft.figure in NAMED else "",
    )


def _check_owner(draft: FollowUpDraft, by: User) -> None:
    if draft.agency_id is None and not draft.office:
        raise FollowUpRefused("owner-missing", "owner")
    if draft.agency_id is not None and draft.office:
        raise FollowUpRefused("one-owner", "owner")
    if draft.agency_id is not None and not agencies_for(by).filter(pk=draft.agency_id).exists():
        raise FollowUpRefused("agency-not-found", "owner")
    if draft.office and draft.office not in OFFICES:
        raise FollowUpRefused("office-unknown", "owner")
    if draft.person_id is not None and not people_of(draft.agency_id, draft.office).filter(
        pk=draft.person_id, clearance__gte=draft.classification
    ):
        raise FollowUpRefused("person-not-of-owner", "person")


def people_of(agency_id: int | None, office: str) -> Any:
    """Give the accounts that can be named for an owner: of the agency, or in the office."""
    people = User.objects.filter(is_active=True)
    if agency_id is not None:
        return people.filter(agency=agency_id)
    return people.filter(role=office) if office in Role.values else people.none()


def _within(draft: FollowUpDraft, by: User, round_id: int) -> tuple[int, ...]:
    """Give the objects that were chosen one by one; raises where one is out of reach."""
    if not draft.objects:
        return ()
    wanted = set(draft.objects)
    table: Any = listings_for(by) if draft.covers == Covers.STATIONS else components_for(by)
    found = set(table.filter(round=round_id, pk__in=wanted).values_list("pk", flat=True))
    if wanted - found:
        raise FollowUpRefused("object-not-found", "objects", number=len(wanted - found))
    return tuple(sorted(found))


def _columns(draft: FollowUpDraft) -> dict[str, Any]:
    return {
        "text": draft.text, "agency_id": draft.agency_id, "office": draft.office,
        "person_id": draft.person_id, "deadline": draft.deadline, "covers": draft.covers,
        "query": draft.query, "figure": draft.figure, "figure_of": draft.figure_of,
        "classification": draft.classification,
    }  # fmt: skip


def _aim_of(of: FollowUp | FollowUpDraft) -> tuple[str, ...]:
    return str(of.covers), of.query, str(of.figure), of.figure_of


def _chosen(follow_up: FollowUp) -> set[int]:
    """Give the keys that were chosen one by one; a filter's are not among them."""
    if follow_up.query or follow_up.covers == Covers.OWNER:
        return set()
    key = "listing" if follow_up.covers == Covers.STATIONS else "component"
    rows = follow_up.objects_of.filter(**{f"{key}__isnull": False})
    return set(rows.values_list(key, flat=True))


def _keep_objects(follow_up: FollowUp, draft: FollowUpDraft) -> None:
    key = "listing_id" if draft.covers == Covers.STATIONS else "component_id"
    rows = [FollowUpObject(follow_up=follow_up, **{key: pk}) for pk in draft.objects]
    FollowUpObject.objects.bulk_create(rows, batch_size=1000)


def _checked_report(done: FollowUpDone, now: datetime) -> FollowUpDone:
    note, letter_no = done.note.strip(), " ".join(done.letter_no.split())
    if not note:
        raise FollowUpRefused("note-missing", "note")
    if len(note) > NOTE_MAX:
        raise FollowUpRefused("note-too-long", "note", limit=NOTE_MAX)
    if len(letter_no) > LETTER_MAX:
        raise FollowUpRefused("letter-too-long", "letter_no", limit=LETTER_MAX)
    if done.done_date > localdate(now):
        raise FollowUpRefused("done-to-come", "done_date")
    if not letter_no and not done.files:
        raise FollowUpRefused("evidence-missing", "letter_no")
    if len(done.files) > FILES_MAX:
        raise FollowUpRefused("too-many-files", "evidence", limit=FILES_MAX)
    return replace(done, note=note, letter_no=letter_no)


def _keep_file(attached: Attached, event: FollowUpEvent, stack: ExitStack) -> FollowUpFile:
    kept, mime = checked_content(attached.name, attached.content)
    file = FollowUpFile(
        event=event,
        name=shown_name(attached.name, mime),
        sha256=hashlib.sha256(kept).hexdigest(),
        received_sha256=hashlib.sha256(attached.content).hexdigest(),
        size=len(kept),
        mime=mime,
        stored_name=secrets.token_hex(16),
        classification=event.follow_up.classification,
    )
    stack.enter_context(stored(file.stored_name, kept))
    file.save()
    return file


def _found(follow_up_id: int, round_id: int, by: User) -> FollowUp:
    found = follow_ups_for(by, round_id).select_related("agency", "person")
    follow_up = found.filter(pk=follow_up_id).first()
    if follow_up is None:
        raise FollowUpRefused("not-found")
    return follow_up


def _reason(reason: str) -> str:
    said = " ".join(reason.split())
    if not said:
        raise FollowUpRefused("reason-missing", "reason")
    if len(said) > TEXT_MAX:
        raise FollowUpRefused("reason-too-long", "reason", limit=TEXT_MAX)
    return said


def _move(
    follow_up: FollowUp, after: FollowUpState, kind: FollowUpEvent.Kind, reason: str,
    *, command: str, version: int, by: User, now: datetime,
) -> FollowUp:  # fmt: skip
    before, state = values_of(follow_up), follow_up.state
    claim_version(follow_up, version)
    follow_up.state = after
    follow_up.settled_at = None if follow_up.is_standing else now
    follow_up.save()
    _note(follow_up, kind, by, now, before=state, text=reason)
    _log(command, follow_up, before, by=by, now=now, reason=reason)
    return follow_up


def _note(
    follow_up: FollowUp, kind: FollowUpEvent.Kind, by: User | None, now: datetime, *,
    before: str, text: str = "", done_date: date | None = None, letter_no: str = "",
    detail: Mapping[str, Any] | None = None,
) -> FollowUpEvent:  # fmt: skip
    return FollowUpEvent.objects.create(
        follow_up=follow_up, kind=kind, at=now, by=by, before=before, after=follow_up.state,
        text=text, done_date=done_date, letter_no=letter_no, detail=dict(detail or {}),
    )  # fmt: skip


def _log(
    command: str, follow_up: FollowUp, before: Any, *, by: User, now: datetime, reason: str = "",
    more: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    after = values_of(follow_up) | dict(more or {})
    entry = Entry("follow_up", str(follow_up.pk), before, after)
    record(actor=by.username, command=command, now=now, entries=[entry], reason=reason)


def values_of(follow_up: FollowUp) -> dict[str, Any]:
    """Give a follow-up as the log tells of it."""
    return {
        "text": follow_up.text, "agency": follow_up.agency.code if follow_up.agency else None,
        "office": follow_up.office,
        "person": follow_up.person.username if follow_up.person else None,
        "deadline": follow_up.deadline, "covers": str(follow_up.covers), "query": follow_up.query,
        "figure": str(follow_up.figure), "figure_of": follow_up.figure_of,
        "class": int(follow_up.classification), "state": str(follow_up.state),
    }  # fmt: skip
