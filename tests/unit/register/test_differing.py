"""What differs is kept, and after a change only what it touched is looked at again."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from pollready.audit.models import AuditBatch
from pollready.people.models import Role, User
from pollready.register.corrections import differing
from pollready.register.corrections.claiming import Statement
from pollready.register.corrections.commands import claim
from pollready.register.corrections.differing import DIFFERING, differing_in
from pollready.register.corrections.list_changes import Order, cancel
from pollready.register.corrections.many import correct_many, mark_of_preview, plan_many
from pollready.register.corrections.resolving import resolve
from pollready.register.corrections.subjects import About
from pollready.register.corrections.undoing import undo
from pollready.register.models import Claim

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
ORDER = Order("governor", "142/7", date(2028, 6, 18), date(2028, 6, 18), "unsafe building")


@pytest.fixture
def secretary(db) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY, may_see_names=True)


@pytest.fixture
def at():
    """Give the next minute, again and again."""
    minutes = count(1)
    return lambda: NOW + timedelta(minutes=next(minutes))


def agree(register) -> int:
    whole = frozenset(differing_in(register.round.pk))
    assert DIFFERING.of(register.round.pk) == whole
    return len(whole)


def say(thing, field, value, *, by, now) -> Claim:
    said = Statement(field, value, date(2028, 6, 19))
    return claim(about=About.of(thing), said=said, by=by, now=now)


def last_batch() -> int:
    return AuditBatch.objects.order_by("-number").first().number


def test_after_each_change_what_is_kept_is_what_the_whole_round_shows(register, secretary, at):
    first, second, third = register.listings[:3]
    component = register.round.components.order_by("pk").first()
    sizes = [agree(register)]
    chosen = say(first, "battery_h", "6", by=secretary, now=at())
    sizes.append(agree(register))
    say(second, "battery_h", "6", by=secretary, now=at())
    say(component, "mttr_h", "3", by=secretary, now=at())
    sizes.append(agree(register))
    about = About.of(first)
    resolve(
        about=about, field="battery_h", chosen_id=chosen.pk, reason="visited", by=secretary,
        now=at(),
    )  # fmt: skip
    sizes.append(agree(register))
    undo(number=last_batch(), by=secretary, now=at())
    sizes.append(agree(register))
    cancel(listing_id=third.pk, order=ORDER, by=secretary, now=at())
    sizes.append(agree(register))
    assert len(set(sizes)) > 2  # what differed came and went


def test_another_register_that_has_come_further_is_looked_through(
    register, secretary, at, untriggered_log
):
    say(register.listings[1], "battery_h", "6", by=secretary, now=at())
    agree(register)
    register.listings[2].claims.filter(field="signal_1").delete()  # as it never was in the other
    AuditBatch.objects.filter(number=last_batch()).update(hash="0" * 64)
    say(register.listings[0], "battery_h", "6", by=secretary, now=at())
    agree(register)


def test_many_stations_corrected_as_one_are_looked_at_too(register, secretary, at):
    agree(register)
    ids = [each.pk for each in register.listings]
    said = Statement("software", "4.0", date(2028, 6, 19), note="letter 7")
    mark = mark_of_preview(plan_many(listing_ids=ids, said=said, by=secretary))
    correct_many(listing_ids=ids, said=said, expected=mark, by=secretary, now=at())
    agree(register)


def test_after_one_correction_the_whole_round_is_not_looked_through(
    register, secretary, at, monkeypatch
):
    say(register.listings[1], "battery_h", "6", by=secretary, now=at())  # the person's first word
    DIFFERING.of(register.round.pk)
    monkeypatch.setattr(differing, "differing_in", None)  # calling it would fail
    say(register.listings[0], "battery_h", "6", by=secretary, now=at())
    found = DIFFERING.of(register.round.pk)
    assert (About.of(register.listings[0]), "battery_h") in found
