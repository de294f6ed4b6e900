"""The content of minutes: gathered from the meeting as data, the same for every reader.

`content_of` is read from the tables as long as the minutes are a draft. Names of what lies
upstream are masked in it: minutes go from hand to hand.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from pollready.committee.meetings.models import (
    AgendaItem,
    Decision,
    DecisionState,
    Meeting,
    MeetingMember,
    Minutes,
    Signature,
    Suggestion,
    View,
)
from pollready.committee.meetings.rules import quorum_of
from pollready.register.veil import Veil, masked, veil_for_everybody

FORM, ADDENDUM_FORM = "pollready-minutes/1", "pollready-addendum/1"
Content = dict[str, Any]
# What an effect tells in minutes: no keys of stations.
_EFFECT = (
    "stations_ready", "voters_ready", "without_voters_ready", "stations_opened",
    "voters_opened", "without_voters_opened", "stations_touched", "ready_before", "ready_after",
)  # fmt: skip


def canonical(content: Mapping[str, Any]) -> str:
    """Write content in its one way: sorted keys, no spaces, UTF-8.

    >>> canonical({"b": 1, "a": "ی"})
    '{"a":"ی","b":1}'
    """
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(text: str) -> str:
    """Give the fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_of(minutes: Minutes) -> Content:
    """Give the content as it stands now; of frozen minutes, as it was frozen."""
    if minutes.canonical:
        kept: Content = json.loads(minutes.canonical)["content"]
        return kept
    veil = veil_for_everybody(minutes.meeting.round_id)
    if minutes.number:
        return _addendum(minutes, veil)
    return _of_meeting(minutes.meeting, veil)


def content_hash(minutes: Minutes) -> str:
    """Give what members sign: the fingerprint of the content as it stands now."""
    return hash_of(canonical(content_of(minutes)))


def signed_form(minutes: Minutes, content: Content, signatures: Iterable[Signature]) -> Content:
    """Give what is frozen: the content, its hash, and who said what of it."""
    return {
        "content": content,
        "content_hash": hash_of(canonical(content)),
        "signatures": [
            {
                "name": each.signed_name, "username": each.user.username,
                "verdict": str(each.verdict), "text": each.text, "at": each.at.isoformat(),
                "signed_hash": each.signed_hash,
            }
            for each in signatures
        ],
    }  # fmt: skip


def _addendum(minutes: Minutes, veil: Veil) -> Content:
    main = Minutes.objects.only("content_hash").get(meeting=minutes.meeting_id, number=0)
    return {
        "form": ADDENDUM_FORM,
        "meeting": _head(minutes.meeting),
        "number": minutes.number,
        "to": main.content_hash,
        "text": veil.text(minutes.text),
        "by": minutes.made_by.get_full_name() or minutes.made_by.username,
        "at": minutes.made_at.isoformat(),
    }


def _of_meeting(meeting: Meeting, veil: Veil) -> Content:
    members = list(meeting.members.select_related("user__agency"))
    present, is_reached = quorum_of(meeting, members)
    posts = {each.user_id: each.post for each in members if each.user_id}
    items = list(meeting.items.filter(removed_at=None))
    gathered = _Gathered(meeting, items, veil, posts)
    return {
        "form": FORM,
        "meeting": _head(meeting),
        "as_of": meeting.as_of_date.isoformat() if meeting.as_of_date else None,
        "members": [_member(each) for each in members],
        "quorum": {"needed": meeting.quorum, "present": present, "reached": is_reached},
        "items": [gathered.item(number, each) for number, each in enumerate(items, start=1)],
    }


def _head(meeting: Meeting) -> Content:
    return {
        "id": meeting.pk, "title": meeting.title, "kind": str(meeting.kind),
        "county": meeting.county.name if meeting.county else "", "venue": meeting.venue,
        "starts_at": meeting.starts_at.isoformat(),
        "opened_at": meeting.opened_at.isoformat() if meeting.opened_at else None,
        "closed_at": meeting.closed_at.isoformat() if meeting.closed_at else None,
        "round": meeting.round.name, "jurisdiction": meeting.round.jurisdiction,
        "class": meeting.classification,
    }  # fmt: skip


def _member(member: MeetingMember) -> Content:
    user = member.user
    return {
        "name": member.known_as, "post": member.post, "present": member.present,
        "role": user.role if user else "", "agency": _agency(user),
        "has_account": user is not None,
    }  # fmt: skip


def _agency(user: Any) -> str:
    return user.agency.name if user is not None and user.agency is not None else ""


class _Gathered:
    """What was said and decided on the items of one meeting, a query a kind."""

    def __init__(
        self, meeting: Meeting, items: list[AgendaItem], veil: Veil, posts: Mapping[int, str]
    ) -> None:
        self._veil, self._posts = veil, posts
        until = {} if meeting.closed_at is None else {"at__lte": meeting.closed_at}
        self._views = _by_item(
            View.objects.filter(item__in=items, **until).select_related("by__agency")
        )
        self._suggestions = _by_item(
            Suggestion.objects.filter(item__in=items, **until).select_related("by__agency")
        )
        self._decisions = _by_item(
            Decision.objects.filter(item__in=items, state=DecisionState.CLOSED)
            .select_related("agency")
        )  # fmt: skip

    def item(self, number: int, item: AgendaItem) -> Content:
        text = self._veil.text
        return {
            "number": number, "id": item.pk, "version": item.version, "about": item.about,
            "title": text(item.title), "why": item.why, "why_fields": dict(item.why_fields),
            "object": self._veil.anything(item.evidence.get("object", {})),
            "facts": self._veil.anything(item.evidence.get("facts", [])),
            "record": text(item.record),
            "views": [self._said(each) for each in self._views.get(item.pk, ())],
            "suggestions": [self._suggestion(each) for each in self._suggestions.get(item.pk, ())],
            "decisions": [self._decision(each) for each in self._decisions.get(item.pk, ())],
        }  # fmt: skip

    def _said(self, each: Any) -> Content:
        return {
            "by": each.by.get_full_name() or each.by.username, "agency": _agency(each.by),
            "post": self._posts.get(each.by_id, ""), "role": each.by.role,
            "at": each.at.isoformat(), "text": self._veil.text(each.text),
        }  # fmt: skip

    def _suggestion(self, each: Suggestion) -> Content:
        effect = each.effect
        return self._said(each) | {
            "id": each.pk, "state": str(each.state), "reason": self._veil.text(each.reason),
            "changes": [_change(row) for row in each.changes],
            "effect": None if effect is None else {
                **{name: effect[name] for name in _EFFECT},
                "vanished": [row["rule"] for row in effect["vanished"]],
            },
            "effect_date": each.effect_date.isoformat() if each.effect_date else None,
        }  # fmt: skip

    def _decision(self, each: Decision) -> Content:
        return {
            "id": each.pk, "version": each.version, "text": self._veil.text(each.text),
            "legal_ground": self._veil.text(each.legal_ground),
            "agency": each.agency.name if each.agency else "", "office": each.office,
            "due_date": each.due_date.isoformat() if each.due_date else None,
            "figure": self._veil.text(each.figure), "abouts": list(each.abouts),
        }  # fmt: skip


def _by_item(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return found


def _change(row: Mapping[str, Any]) -> Content:
    """Give a change without the name of a component."""
    return {**row, "component": masked(row["component"])} if "component" in row else dict(row)
