"""Comments: who is told, who may change them, and until when."""

from datetime import timedelta

import pytest

from pollready.assessment.cases.comments import comment, edit_comment, mark_seen, named_in
from pollready.assessment.cases.errors import (
    CommentNotYours,
    CommentTooOld,
    NoSuchCase,
    ReasonMissing,
)
from pollready.assessment.cases.queries import mentions_for
from pollready.audit.models import AuditEntry
from pollready.obstacles.models import Mention
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted

pytestmark = pytest.mark.django_db


def test_who_is_named_and_sees_the_case_finds_it_among_his_mentions(
    cards, secretary, governor, now
):
    written = comment(case_id=cards.pk, text="@governor لطفاً ببینید", by=secretary, now=now)
    assert written.not_told == ()
    assert mentions_for(governor).get().event == written.event


def test_a_name_of_somebody_who_does_not_see_the_case_tells_nobody(cards, secretary, operator, now):
    written = comment(case_id=cards.pk, text="@power @nobody سلام", by=secretary, now=now)
    assert written.not_told == ("power", "nobody")  # no telling which of them exists
    assert not Mention.objects.exists()


def test_a_mention_is_gone_once_its_reader_no_longer_sees_the_case(cards, secretary, governor, now):
    comment(case_id=cards.pk, text="@governor", by=secretary, now=now)
    governor.places.clear()
    assert not mentions_for(governor).exists()


def test_naming_oneself_tells_nobody_and_is_no_mistake(cards, secretary, now):
    written = comment(case_id=cards.pk, text="@secretary", by=secretary, now=now)
    assert written.not_told == ()
    assert not Mention.objects.exists()


def test_an_own_comment_can_be_changed_for_ten_minutes(cards, secretary, governor, now):
    event = comment(case_id=cards.pk, text="پیش‌نویس", by=secretary, now=now).event
    soon, late = now + timedelta(minutes=10), now + timedelta(minutes=11)
    edit_comment(event_id=event.pk, text="@governor متن نهایی", by=secretary, now=soon)
    event.refresh_from_db()
    assert (event.text, event.edited_at) == ("@governor متن نهایی", soon)
    assert mentions_for(governor).exists()
    with pytest.raises(CommentTooOld):
        edit_comment(event_id=event.pk, text="دیر", by=secretary, now=late)
    entry = AuditEntry.objects.order_by("-pk").first()
    assert entry.before == {"text": "پیش‌نویس"}


def test_nobody_changes_the_comment_of_another(cards, secretary, head, operator, now):
    event = comment(case_id=cards.pk, text="نظر", by=secretary, now=now).event
    with pytest.raises(CommentNotYours):
        edit_comment(event_id=event.pk, text="دیگر", by=head, now=now)
    with pytest.raises(NoSuchCase):
        edit_comment(event_id=event.pk, text="دیگر", by=operator, now=now)


def test_supervision_reads_and_writes_nothing(cards, now):
    watching = User.objects.create(username="watching", role=Role.SUPERVISION)
    with pytest.raises(NotPermitted):
        comment(case_id=cards.pk, text="نظر", by=watching, now=now)


def test_an_empty_comment_is_refused(cards, secretary, now):
    with pytest.raises(ReasonMissing):
        comment(case_id=cards.pk, text="  \n ", by=secretary, now=now)


def test_seeing_one_case_leaves_the_other_mentions_new(cards, generators, secretary, head, now):
    for case in (cards, generators):
        comment(case_id=case.pk, text="@head", by=secretary, now=now)
    assert mark_seen(by=head, now=now, case_id=cards.pk) == 1
    assert mentions_for(head).filter(seen_at=None).get().event.case == generators
    assert mark_seen(by=head, now=now) == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@sara, @reza.", ["sara", "reza"]),
        ("a@b.example", []),
        ("سلام @علی و@reza", ["علی"]),
        ("(@sara) @sara", ["sara"]),
        ("@", []),
    ],
)
def test_names_are_read_from_a_text(text, names):
    assert named_in(text) == names
