"""What an administrator does with people: within his permission, with a reason, on record."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError

from pollready.audit.models import AuditBatch
from pollready.audit.versions import ChangedMeanwhile
from pollready.people.commands import SignInRefused, make_sign_in_link, use_sign_in_link
from pollready.people.managing import (
    change_person,
    close_account,
    invite_person,
    reopen_account,
    reset_password,
    reset_second_step,
    sign_out_everywhere,
)
from pollready.people.models import LinkPurpose, Role, SignInLink, User, UserSession
from pollready.people.passwords import choose_password_by_link
from pollready.people.permissions import NotPermitted
from pollready.people.queries import people_for
from pollready.people.rules import PersonRefused, Rights, is_mightier, rights_of, shrinks
from pollready.people.tokens import make_api_token, user_of_token
from pollready.places.models import Agency, Place, PlaceLevel

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 14, 5, 0, tzinfo=UTC)
PASSWORD = "heavy-rain over tabriz"
SECRETARY = Rights(role=Role.SECRETARY, clearance=1)


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def administrator() -> User:
    return User.objects.create(username="keeper", role=Role.ADMINISTRATOR)


@pytest.fixture
def counties() -> tuple[Place, Place]:
    province = Place.objects.create(level=PlaceLevel.PROVINCE, name="EA", key="ea")
    make = Place.objects.create
    return tuple(
        make(level=PlaceLevel.COUNTY, name=name, key=name, parent=province)
        for name in ("ahar", "marand")
    )


def invite(by: User, **changes) -> tuple[User, str]:
    fields = {
        "username": "sara", "first_name": "Sara", "last_name": "Ahmadi", "rights": SECRETARY,
        "language": "fa", "reason": "letter 12/3",
    }  # fmt: skip
    return invite_person(by=by, now=NOW, **(fields | changes))


def change(by: User, person: User, rights: Rights, **changes) -> User:
    fields = {
        "version": person.version, "first_name": "Sara", "last_name": "Ahmadi",
        "reason": "letter 13/3",
    }  # fmt: skip
    return change_person(by=by, person=person, rights=rights, now=NOW, **(fields | changes))


def signed_in(user: User, key: str) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=NOW + timedelta(hours=9))
    UserSession.objects.create(user=user, session_key=key, signed_in_at=NOW, last_seen_at=NOW)


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(PersonRefused) as refused:
        act(*args, **kwargs)
    return refused.value.code


def test_the_invited_chooses_a_password_by_the_link_once(administrator):
    person, token = invite(administrator)
    assert not person.has_usable_password()
    assert choose_password_by_link(token, PASSWORD, now=NOW) == person
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    with pytest.raises(SignInRefused):
        choose_password_by_link(token, "another password of theirs", now=NOW)


def test_an_invitation_works_seven_days_and_does_not_sign_in_by_itself(administrator):
    _, token = invite(administrator)
    with pytest.raises(SignInRefused):
        use_sign_in_link(token, now=NOW)
    with pytest.raises(SignInRefused) as late:
        choose_password_by_link(token, PASSWORD, now=NOW + timedelta(days=7))
    assert late.value.code == "people.link-expired"


def test_a_weak_password_does_not_use_the_invitation_up(administrator):
    _, token = invite(administrator)
    with pytest.raises(ValidationError):
        choose_password_by_link(token, "sara", now=NOW)
    assert SignInLink.objects.get().used_at is None


def test_a_link_that_signs_in_does_not_choose_passwords(administrator):
    token = make_sign_in_link(administrator, now=NOW)
    with pytest.raises(SignInRefused):
        choose_password_by_link(token, PASSWORD, now=NOW)


def test_an_invitation_is_on_record_with_reason_and_rights_and_without_its_token(administrator):
    _, token = invite(administrator)
    batch = AuditBatch.objects.get(command="invite_person")
    assert (batch.actor, batch.reason) == ("keeper", "letter 12/3")
    assert batch.entries.get().after["role"] == "secretary"
    assert token not in str(list(AuditBatch.objects.values("entries__after", "reason")))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_keep_people(administrator, role):
    agency = Agency.objects.create(code="MCI", name="MCI") if "agency" in role else None
    other = User.objects.create(username="other", role=role, agency=agency)
    person, _ = invite(administrator)
    acts = (
        lambda: invite(other, username="new"),
        lambda: change(other, person, SECRETARY),
        lambda: reset_password(by=other, person=person, reason="r", now=NOW),
        lambda: reset_second_step(by=other, person=person, reason="r", now=NOW),
        lambda: close_account(by=other, person=person, reason="r", now=NOW),
        lambda: reopen_account(by=other, person=person, reason="r", now=NOW),
        lambda: sign_out_everywhere(by=other, person=person, reason="r", now=NOW),
    )
    before = AuditBatch.objects.count()
    for act in acts:
        with pytest.raises(NotPermitted):
            act()
    assert AuditBatch.objects.count() == before


def test_names_are_written_one_way_and_taken_once(administrator):
    person, _ = invite(administrator, username=" Sara-۷ ")
    assert person.username == "sara-7"
    assert refusal(invite, administrator, username="SARA-7") == "people.username-taken"
    for unusable in ("", "ab", "7up", "سارا", "a b c", "a" * 41):
        assert refusal(invite, administrator, username=unusable) == "people.username-unusable"


def test_rights_must_fit_the_role_and_the_ceiling(administrator, counties, settings):
    settings.POLLREADY_CEILING = 1
    agency = Agency.objects.create(code="MCI", name="MCI")
    wrong = {
        "people.agency-missing": Rights(role=Role.AGENCY_DEPUTY),
        "people.agency-not-for-role": Rights(role=Role.SECRETARY, agency=agency),
        "people.place-missing": Rights(role=Role.GOVERNOR),
        "people.above-ceiling": Rights(role=Role.SECRETARY, clearance=2),
    }
    for code, rights in wrong.items():
        assert refusal(invite, administrator, rights=rights) == code
    assert not User.objects.filter(username="sara").exists()


def test_everything_done_with_people_needs_a_reason(administrator):
    person, _ = invite(administrator)
    assert refusal(invite, administrator, username="new", reason=" ") == "people.reason-missing"
    assert refusal(change, administrator, person, SECRETARY, reason="") == "people.reason-missing"
    for act in (
        reset_password,
        reset_second_step,
        close_account,
        reopen_account,
        sign_out_everywhere,
    ):
        assert refusal(act, by=administrator, person=person, reason="\n", now=NOW) == (
            "people.reason-missing"
        )


def test_a_change_is_on_record_with_before_and_after(administrator, counties):
    person, _ = invite(administrator)
    change(administrator, person, Rights(role=Role.GOVERNOR, places=counties[:1]))
    entry = AuditBatch.objects.get(command="change_person").entries.get()
    assert (entry.before["role"], entry.after["role"]) == ("secretary", "governor")
    assert (entry.before["places"], entry.after["places"]) == ([], [counties[0].pk])


def test_nobody_raises_himself_or_closes_himself_out(administrator):
    User.objects.create(username="second", role=Role.ADMINISTRATOR)
    more = Rights(role=Role.ADMINISTRATOR, clearance=1, may_see_names=True)
    assert refusal(change, administrator, administrator, more) == "people.own-rights"
    for act in (close_account, reset_password, reset_second_step):
        assert refusal(act, by=administrator, person=administrator, reason="r", now=NOW) == (
            "people.own-rights"
        )


def test_ones_own_name_may_be_corrected(administrator):
    changed = change(administrator, administrator, rights_of(administrator), last_name="Rahimi")
    assert changed.last_name == "Rahimi"


def test_the_last_administrator_stays(administrator):
    second = User.objects.create(username="second", role=Role.ADMINISTRATOR)
    close_account(by=administrator, person=second, reason="r", now=NOW)
    third = User.objects.create(username="third", role=Role.ADMINISTRATOR)
    administrator.is_active = False
    administrator.save()
    # Whoever acts is an administrator himself; so only one already closed could try this.
    with pytest.raises(NotPermitted):
        close_account(by=administrator, person=third, reason="r", now=NOW)
    assert User.objects.get(username="third").is_active


def test_where_rights_shrink_sessions_end_and_where_they_grow_they_stay(administrator, counties):
    person, _ = invite(administrator)
    signed_in(person, "first")
    person = change(administrator, person, Rights(role=Role.SECRETARY, clearance=1))
    assert Session.objects.exists()
    change(administrator, person, Rights(role=Role.SECRETARY, clearance=0))
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("changes", "smaller"),
    [
        ({}, False),
        ({"clearance": 1}, False),
        ({"may_see_names": True}, False),
        ({"role": Role.OPERATIONS}, True),
        ({"places": "one"}, True),
    ],
)
def test_what_makes_rights_smaller(counties, changes, smaller):
    if changes.get("places"):
        changes = {"places": counties[:1]}
    before = Rights(role=Role.SECRETARY)
    after = Rights(**({"role": Role.SECRETARY} | changes))
    assert shrinks(before, after) is smaller
    assert shrinks(after, before) is (
        after.clearance > 0 or after.may_see_names or after.role != before.role
    )


def test_names_given_to_who_has_no_second_step_ask_for_it_at_the_next_sign_in(
    administrator, settings
):
    settings.POLLREADY_SECOND_STEP = frozenset({"names"})
    person, _ = invite(administrator)
    signed_in(person, "first")
    change(administrator, person, Rights(role=Role.SECRETARY, clearance=1, may_see_names=True))
    assert not Session.objects.exists()


def test_two_administrators_at_once_do_not_overwrite_each_other(administrator):
    person, _ = invite(administrator)
    change(administrator, person, Rights(role=Role.OPERATIONS), version=1)
    with pytest.raises(ChangedMeanwhile):
        change(administrator, person, Rights(role=Role.NATIONAL), version=1)
    person.refresh_from_db()
    assert person.role == Role.OPERATIONS


def test_a_reset_ends_password_and_sessions_and_keeps_the_second_step(administrator):
    person, token = invite(administrator)
    choose_password_by_link(token, PASSWORD, now=NOW)
    User.objects.filter(pk=person.pk).update(last_login=NOW)
    signed_in(person, "first")
    Authenticator.objects.create(user=person, type="totp", data={})
    fresh = reset_password(by=administrator, person=person, reason="forgotten", now=NOW)
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert not Session.objects.exists()
    assert Authenticator.objects.exists()
    assert SignInLink.objects.latest("pk").purpose == LinkPurpose.RESET
    choose_password_by_link(fresh, PASSWORD, now=NOW)


def test_who_never_came_in_is_invited_again_and_the_older_link_ends(administrator):
    person, older = invite(administrator)
    fresh = reset_password(by=administrator, person=person, reason="lost", now=NOW)
    assert SignInLink.objects.latest("pk").purpose == LinkPurpose.INVITATION
    with pytest.raises(SignInRefused):
        choose_password_by_link(older, PASSWORD, now=NOW)
    choose_password_by_link(fresh, PASSWORD, now=NOW)


def test_a_closed_account_lets_nobody_in_until_it_is_opened_again(administrator):
    person, token = invite(administrator)
    signed_in(person, "first")
    close_account(by=administrator, person=person, reason="left", now=NOW)
    assert not Session.objects.exists()
    with pytest.raises(SignInRefused):
        choose_password_by_link(token, PASSWORD, now=NOW)
    assert refusal(reset_password, by=administrator, person=person, reason="r", now=NOW) == (
        "people.account-closed"
    )
    reopen_account(by=administrator, person=person, reason="back", now=NOW)
    assert [batch.command for batch in AuditBatch.objects.order_by("-number")[:2]] == [
        "reopen_account",
        "end_every_session",
    ]


@pytest.mark.parametrize("act", [reset_password, reset_second_step, close_account])
def test_programs_lose_their_tokens_with_the_person(administrator, act):
    person, _ = invite(administrator)
    token = make_api_token(by=person, name="report", now=NOW)
    assert user_of_token(token, now=NOW) == person
    act(by=administrator, person=person, reason="lost laptop", now=NOW)
    reopen_account(by=administrator, person=person, reason="back", now=NOW)
    assert user_of_token(token, now=NOW) is None


def test_a_lost_second_step_is_taken_away(administrator):
    person, _ = invite(administrator)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "s"})
    assert reset_second_step(by=administrator, person=person, reason="lost telephone", now=NOW) == 1
    batch = AuditBatch.objects.get(command="reset_second_step")
    assert batch.entries.get().before == {"second_step": ["totp"]}


def test_an_administrator_of_some_places_keeps_only_their_people(administrator, counties):
    ahar, marand = counties
    local = User.objects.create(username="local", role=Role.ADMINISTRATOR)
    local.places.add(ahar)
    make = Rights(role=Role.GOVERNOR, places=(ahar,))
    mine, _ = invite(local, username="mine", rights=make)
    other, _ = invite(
        administrator, username="other", rights=Rights(role=Role.GOVERNOR, places=(marand,))
    )
    assert set(people_for(local)) == {local, mine}
    assert refusal(invite, local, username="wide") == "people.outside-your-places"
    with pytest.raises(User.DoesNotExist):
        close_account(by=local, person=other, reason="r", now=NOW)


@pytest.fixture
def of_ahar(counties, settings) -> User:
    """An administrator of one county, in an installation that holds more than he is cleared to."""
    settings.POLLREADY_CEILING = 3
    keeper = User.objects.create(username="of-ahar", role=Role.ADMINISTRATOR, clearance=1)
    keeper.places.add(counties[0])
    return keeper


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("above-yours", {"clearance": 2}),
        ("names-not-yours", {"may_see_names": True}),
        ("role-above-yours", {"role": Role.NATIONAL}),
        ("outside-your-places", {"places": ()}),
    ],
)
def test_an_administrator_of_some_places_gives_no_more_than_he_has(of_ahar, counties, code, more):
    rights = {"role": Role.SECRETARY, "clearance": 1, "places": counties[:1]}
    assert refusal(invite, of_ahar, rights=Rights(**rights | more)) == f"people.{code}"
    person, _ = invite(of_ahar, rights=Rights(**rights))
    refused = refusal(change, of_ahar, person, Rights(**rights | more))
    assert refused == f"people.{code}"
    assert rights_of(User.objects.get(pk=person.pk)).recorded() == Rights(**rights).recorded()


def test_he_gives_no_agency_that_he_does_not_see(of_ahar, counties):
    secret = Agency.objects.create(code="X", name="X", role="telecom", classification=2)
    rights = Rights(role=Role.AGENCY_DEPUTY, agency=secret, clearance=1, places=counties[:1])
    assert refusal(invite, of_ahar, rights=rights) == "people.agency-not-yours"


@pytest.mark.parametrize("more", [{"clearance": 2}, {"may_see_names": True}])
def test_he_takes_over_no_account_that_holds_more_than_his(of_ahar, counties, more):
    """A link to a new password would let him in with somebody else's rights."""
    person = User.objects.create(username="above", role=Role.SECRETARY, **{"clearance": 1} | more)
    person.places.add(counties[0])
    for act in (reset_password, reset_second_step):
        refused = refusal(act, by=of_ahar, person=person, reason="lost", now=NOW)
        assert refused == "people.person-above-you"
    less = Rights(role=Role.SECRETARY, clearance=0, places=counties[:1])
    assert refusal(change, of_ahar, person, less) == "people.person-above-you"
    close_account(by=of_ahar, person=person, reason="left", now=NOW)  # takes nothing over
    assert not SignInLink.objects.exists()


def test_who_keeps_the_whole_installation_gives_up_to_its_ceiling(administrator, settings):
    settings.POLLREADY_CEILING = 3
    rights = Rights(role=Role.COMMITTEE_HEAD, clearance=3, may_see_names=True)
    assert invite(administrator, rights=rights)[0].clearance == 3


def test_a_role_that_may_more_is_mightier():
    secretary = User.objects.create(username="secretary", role=Role.SECRETARY)
    assert is_mightier(Role.ADMINISTRATOR, secretary)
    assert not is_mightier(Role.DISTRICT, secretary)
    keeper = User.objects.create(username="keeper", role=Role.ADMINISTRATOR)
    assert not any(is_mightier(role, keeper) for role in Role)
