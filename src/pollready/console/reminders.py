"""What somebody was reminded of and has not seen, as the page of his work shows it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pollready.committee.reminders.models import Reminder, ReminderMessage, Stage
from pollready.committee.work import OwedKind
from pollready.console.context import Reading
from pollready.console.follow_up_words import office_word, owner_word
from pollready.console.links import named_url
from pollready.console.words import Kept
from pollready.duties.follow_ups.models import FollowUp
from pollready.duties.follow_ups.queries import follow_ups_for
from pollready.duties.models import Duty
from pollready.duties.queries import standing
from pollready.language import isolate, message
from pollready.people.models import User

OTHERS_MAX = 10


@dataclass(frozen=True, slots=True)
class OthersRow:
    """Something that somebody else owes and that was brought to the viewer."""

    words: str
    owner: str
    address: str
    due_date: date | None


@dataclass(frozen=True, slots=True)
class RemindersRead:
    """Counts of what is unseen, what of it is others' to do, and the message that left."""

    counts: Mapping[str, int]
    others: list[OthersRow]
    message: ReminderMessage | None
    trouble: str

    @property
    def unseen(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def soon(self) -> int:
        """How many are due soon."""
        return self.counts.get(Stage.SOON, 0)

    @property
    def overdue(self) -> int:
        """How many are overdue."""
        return self.counts.get(Stage.OVERDUE, 0)

    @property
    def escalated(self) -> int:
        """How many are others'."""
        return self.counts.get(Stage.ESCALATED, 0)


def read_reminders(reading: Reading, viewer: User) -> RemindersRead:
    """Read what a viewer has not seen; words come from what he may read today."""
    unseen = Reminder.objects.filter(user=viewer, seen_at=None)
    counts = Counter(unseen.values_list("stage", flat=True))
    others = unseen.filter(stage=Stage.ESCALATED, round=reading.round)[:OTHERS_MAX]
    last = ReminderMessage.objects.filter(user=viewer).first()
    trouble = trouble_of(last, reading.wording.language) if last is not None else ""
    return RemindersRead(counts, _others(list(others), reading, viewer), last, trouble)


def trouble_of(sent: ReminderMessage, language: str) -> str:
    """Say why a message did not leave; empty where nothing went wrong."""
    return message(Kept(sent.error_code, sent.error_fields), language) if sent.error_code else ""


def _others(rows: list[Reminder], reading: Reading, viewer: User) -> list[OthersRow]:
    keys: dict[str, list[int]] = {OwedKind.FOLLOW_UP: [], OwedKind.DUTY: []}
    for row in rows:
        keys.setdefault(row.kind, []).append(row.thing)
    follow_ups = (
        follow_ups_for(viewer, reading.round.pk)
        .select_related("agency")
        .in_bulk(keys[OwedKind.FOLLOW_UP])
    )
    duties = standing(viewer, reading.round.pk).select_related("agency")
    things: Mapping[str, Mapping[int, FollowUp | Duty]] = {
        OwedKind.FOLLOW_UP: follow_ups,
        OwedKind.DUTY: duties.in_bulk(keys[OwedKind.DUTY]),
    }
    found = []
    for row in rows:
        thing = things.get(row.kind, {}).get(row.thing)
        if thing is not None:
            found.append(_row(row, thing, reading))
    return found


def _row(row: Reminder, thing: FollowUp | Duty, reading: Reading) -> OthersRow:
    language = reading.wording.language
    if isinstance(thing, FollowUp):
        owner, name = owner_word(thing, language), "follow-up"
    else:
        owner = isolate(thing.agency.name) if thing.agency else office_word(thing.office, language)
        name = "duty"
    return OthersRow(
        reading.wording.veil.text(thing.text), owner, named_url(name, thing.pk), row.due_date
    )
