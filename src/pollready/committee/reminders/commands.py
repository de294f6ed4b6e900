"""Reminding: writing down whom to tell of what, once, and sending it through the gateway."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from pollready.committee.reminders.finding import Told, told_to
from pollready.committee.reminders.gateways import GatewayRefused, Outgoing, gateway_of
from pollready.committee.reminders.models import (
    TRIES_MAX,
    MessageState,
    Reminder,
    ReminderMessage,
    Stage,
)
from pollready.language import LANGUAGES, say
from pollready.people.commands import erase_phones
from pollready.people.models import User
from pollready.project.reminder_settings import ReminderSettings

# A message that has been on its way for longer was cut off: nobody knows whether it arrived.
_CUT_OFF = timedelta(minutes=30)
# Whoever does not come back to the page is told no more than this of one thing: once.
_PAGE = "/work/"


@dataclass(slots=True)
class Outcome:
    """What a run came to: reminders made, and messages by what became of them."""

    reminders: int = 0
    people: int = 0
    sent: int = 0
    failed: int = 0
    no_address: int = 0
    dry_run: bool = False
    messages: list[dict[str, object]] = field(default_factory=list)

    def as_result(self) -> dict[str, object]:
        """Give it for a job, without whom it was about."""
        return {name: value for name, value in asdict(self).items() if name != "messages"}


def remind(*, now: datetime, dry_run: bool = False) -> Outcome:
    """Tell every account of what is due soon or overdue and it has not been told of yet.

    What failed before is tried again. With `dry_run` nothing is written and nothing leaves.
    """
    ways: ReminderSettings = settings.POLLREADY_REMINDERS
    outcome = Outcome(dry_run=dry_run)
    if not dry_run:
        erase_phones(now=now)
        _give_up_what_was_cut_off(now)
    for user in User.objects.filter(is_active=True).select_related("agency").order_by("pk"):
        found = told_to(user, days=ways.days, now=now)
        if dry_run:
            _count_only(user, _new(user, found), outcome)
        else:
            _write(user, found, ways, outcome, now)
    if not dry_run:
        for key in _to_send().values_list("pk", flat=True):
            _send(key, ways, outcome, now)
    return outcome


def _new(user: User, found: Iterable[Told]) -> list[Told]:
    """Leave out what was told before."""
    by_key = {each.key: each for each in found}
    told = set(Reminder.objects.filter(user=user, key__in=by_key).values_list("key", flat=True))
    return [each for key, each in by_key.items() if key not in told]


def _count_only(user: User, new: list[Told], outcome: Outcome) -> None:
    if not new:
        return
    outcome.reminders += len(new)
    outcome.people += 1
    counts = Counter(each.stage for each in new)
    outcome.messages.append(
        {"user": user.username, **{stage.value: counts[stage] for stage in Stage}}
    )


@transaction.atomic
def _write(
    user: User, found: list[Told], ways: ReminderSettings, outcome: Outcome, now: datetime
) -> None:
    """Write down what is new, and one message for all of it."""
    User.objects.select_for_update().get(pk=user.pk)  # of two runs the later one finds it told
    new = _new(user, found)
    if not new:
        return
    counts = Counter(each.stage for each in new)
    message = ReminderMessage.objects.create(
        user=user, gateway=ways.gateway, made_at=now,
        **{stage.value: counts[stage] for stage in Stage},
    )  # fmt: skip
    Reminder.objects.bulk_create(
        [
            Reminder(
                user=user, round_id=each.round_id, stage=each.stage, kind=each.kind,
                thing=each.thing, key=each.key, due_date=each.due_date, made_at=now,
                message=message,
            )
            for each in new
        ],
        batch_size=500,
    )  # fmt: skip
    outcome.reminders += len(new)
    outcome.people += 1


def _to_send() -> QuerySet[ReminderMessage]:
    """Give what waits, and what failed and may be tried again."""
    again = Q(state=MessageState.FAILED, tries__lt=TRIES_MAX)
    return ReminderMessage.objects.filter(Q(state=MessageState.WAITING) | again).order_by("pk")


def _send(key: int, ways: ReminderSettings, outcome: Outcome, now: datetime) -> None:
    """Send one message, claimed first: of two runs only one sends it."""
    claimed = (
        _to_send()
        .filter(pk=key)
        .update(
            state=MessageState.SENDING, tried_at=now, tries=F("tries") + 1, gateway=ways.gateway
        )
    )
    if not claimed:
        return
    message = ReminderMessage.objects.select_related("user").get(pk=key)
    gateway = gateway_of(ways.gateway)
    to = gateway.address_of(message.user)
    if not to or not message.user.is_active:
        _settle(key, MessageState.NO_ADDRESS)
        outcome.no_address += 1
        return
    try:
        gateway.deliver(outgoing(message, to, ways), ways)
    except GatewayRefused as refused:
        _settle(key, MessageState.FAILED, refused)
        outcome.failed += 1
    else:
        ReminderMessage.objects.filter(pk=key).update(
            state=MessageState.SENT, sent_at=now, error_code="", error_fields={}
        )
        outcome.sent += 1


def _settle(key: int, state: MessageState, refused: GatewayRefused | None = None) -> None:
    ReminderMessage.objects.filter(pk=key).update(
        state=state,
        error_code=refused.code if refused else "",
        error_fields=refused.fields if refused else {},
    )


def _give_up_what_was_cut_off(now: datetime) -> None:
    """Let what was cut off be tried again: a second message is better than none."""
    ReminderMessage.objects.filter(state=MessageState.SENDING, tried_at__lt=now - _CUT_OFF).update(
        state=MessageState.FAILED, error_code="reminders.cut-off", error_fields={}
    )


def outgoing(message: ReminderMessage, to: str, ways: ReminderSettings) -> Outgoing:
    """Write a message in its reader's language: counts and a link, and no name of anything."""
    language = message.user.language if message.user.language in LANGUAGES else LANGUAGES[0]
    counts = {stage.value: getattr(message, stage.value) for stage in Stage}
    said = [say("reminders.text.greeting", language)]
    said += [
        say(f"reminders.text.{stage}", language, things=number)
        for stage, number in counts.items()
        if number
    ]
    if ways.console_url:
        said.append(say("reminders.text.link", language, address=f"{ways.console_url}{_PAGE}"))
    else:
        said.append(say("reminders.text.no_link", language))
    return Outgoing(to, language, say("reminders.subject", language), " ".join(said))


def mark_seen(user: User, *, now: datetime) -> int:
    """Note that somebody has seen all that he was reminded of."""
    return Reminder.objects.filter(user=user, seen_at=None).update(seen_at=now)


def unseen_of(user: User) -> int:
    """Count what somebody was reminded of and has not seen."""
    return Reminder.objects.filter(user=user, seen_at=None).count()
