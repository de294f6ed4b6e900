"""A sign-in link lets its user in once, in time, and leaves a record."""

from datetime import UTC, datetime, timedelta

import pytest

from pollready.audit.models import AuditBatch
from pollready.people.commands import (
    LINK_LIFETIME,
    SignInRefused,
    ensure_administrator,
    make_sign_in_link,
    use_sign_in_link,
)
from pollready.people.models import SignInLink, User

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 6, 14, 5, 0, tzinfo=UTC)


@pytest.fixture
def administrator() -> User:
    return ensure_administrator(now=NOW, may_see_names=True, language="fa")


def test_a_link_lets_its_user_in_just_once(administrator):
    token = make_sign_in_link(administrator, now=NOW)
    assert use_sign_in_link(token, now=NOW) == administrator
    with pytest.raises(SignInRefused) as refused:
        use_sign_in_link(token, now=NOW)
    assert refused.value.code == "people.link-used"


def test_a_link_ends_with_its_lifetime(administrator):
    token = make_sign_in_link(administrator, now=NOW)
    with pytest.raises(SignInRefused) as refused:
        use_sign_in_link(token, now=NOW + LINK_LIFETIME)
    assert refused.value.code == "people.link-expired"


def test_a_new_link_ends_the_older_one(administrator):
    older = make_sign_in_link(administrator, now=NOW)
    make_sign_in_link(administrator, now=NOW + timedelta(minutes=1))
    with pytest.raises(SignInRefused) as refused:
        use_sign_in_link(older, now=NOW + timedelta(minutes=2))
    assert refused.value.code == "people.link-expired"


def test_an_unknown_token_and_one_of_a_closed_account_look_the_same(administrator):
    token = make_sign_in_link(administrator, now=NOW)
    administrator.is_active = False
    administrator.save()
    for tried in (token, "no-such-token"):
        with pytest.raises(SignInRefused) as refused:
            use_sign_in_link(tried, now=NOW)
        assert refused.value.code == "people.link-unknown"


def test_the_token_itself_is_kept_nowhere(administrator):
    token = make_sign_in_link(administrator, now=NOW)
    assert token not in str(list(SignInLink.objects.values()))
    assert token not in str(list(AuditBatch.objects.values("entries__after", "reason")))


def test_the_administrator_is_made_once_and_has_no_password(administrator):
    again = ensure_administrator(now=NOW, may_see_names=False, language="en")
    assert again == administrator
    assert again.may_see_names
    assert not again.has_usable_password()


def test_every_step_is_in_the_log(administrator):
    token = make_sign_in_link(administrator, now=NOW)
    use_sign_in_link(token, now=NOW)
    assert list(AuditBatch.objects.order_by("number").values_list("command", flat=True)) == [
        "ensure_administrator",
        "make_sign_in_link",
        "use_sign_in_link",
    ]
