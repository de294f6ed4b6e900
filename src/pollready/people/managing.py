"""What an administrator does with people: invite, change, close, open again, help back in."""

import re
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from pollready.audit.commands import Entry, record
from pollready.audit.versions import claim_version
from pollready.language import fold, latin_digits
from pollready.people.commands import end_links, make_sign_in_link
from pollready.people.models import LinkPurpose, Role, User
from pollready.people.permissions import Permission, check
from pollready.people.queries import people_for
from pollready.people.rules import (
    PersonRefused,
    Rights,
    check_not_last_administrator,
    check_not_mightier,
    check_not_oneself,
    check_reason,
    check_rights,
    rights_of,
    shrinks,
)
from pollready.people.second_step import has_second_step, must_have_second_step
from pollready.people.sessions import end_every_session
from pollready.people.tokens import revoke_api_token, tokens_of

# Typed on any keyboard and read out over telephones.
USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")


def username_of(text: str) -> str:
    """Write a user name as it is kept: Latin digits, small letters, no spaces around it."""
    return latin_digits(text.strip()).lower()


def name_key(first_name: str, last_name: str) -> str:
    """Give the folded full name by which the list of people is searched."""
    return fold(f"{first_name} {last_name}").replace(" ", "")


@transaction.atomic
def invite_person(
    *,
    by: User,
    username: str,
    first_name: str,
    last_name: str,
    rights: Rights,
    language: str,
    reason: str,
    now: datetime,
) -> tuple[User, str]:
    """Make an account without a password, and the token of the link that invites to it."""
    check(by, Permission.MANAGE_PEOPLE)
    said = check_reason(reason)
    username = username_of(username)
    if not USERNAME.fullmatch(username):
        raise PersonRefused("username-unusable", "username", username=username)
    if User.objects.filter(username__iexact=username).exists():
        raise PersonRefused("username-taken", "username", username=username)
    check_rights(rights, by=by)
    person = User(username=username, language=language)
    person.set_unusable_password()
    _write(person, first_name, last_name, rights)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:  # somebody else took the name a moment ago
        raise PersonRefused("username-taken", "username", username=username) from None
    person.places.set(rights.places)
    after = {"username": username, **_names(person), **rights.recorded()}
    record(
        actor=by.username,
        command="invite_person",
        now=now,
        entries=[Entry("user", str(person.pk), None, after)],
        reason=said,
    )
    token = make_sign_in_link(
        person, now=now, purpose=LinkPurpose.INVITATION, actor=by.username, reason=said
    )
    return person, token


@transaction.atomic
def change_person(
    *,
    by: User,
    person: User,
    version: int,
    first_name: str,
    last_name: str,
    rights: Rights,
    reason: str,
    now: datetime,
) -> User:
    """Change somebody's name and rights; where rights shrink, his devices are signed out.

    Raises `PersonRefused`, `ChangedMeanwhile`, `NotPermitted`.
    """
    person = _kept_by(by, person)
    said = check_reason(reason)
    before = rights_of(person)
    names_before = _names(person)
    if rights.recorded() != before.recorded():
        check_not_oneself(by, person)
        check_not_mightier(by, person)
        check_rights(rights, by=by)
        if rights.role != Role.ADMINISTRATOR:
            check_not_last_administrator(person)
    claim_version(person, version)
    _write(person, first_name, last_name, rights)
    person.save()
    person.places.set(rights.places)
    record(
        actor=by.username,
        command="change_person",
        now=now,
        entries=[
            Entry(
                "user",
                str(person.pk),
                {**names_before, **before.recorded()},
                {**_names(person), **rights.recorded()},
            )
        ],
        reason=said,
    )
    lacks_step = must_have_second_step(person) and not has_second_step(person)
    if shrinks(before, rights) or (lacks_step and rights.recorded() != before.recorded()):
        end_every_session(person, actor=by.username, now=now, reason=said)
    return person


@transaction.atomic
def reset_password(*, by: User, person: User, reason: str, now: datetime) -> str:
    """End somebody's password and sessions; gives the token of a link to choose a new one.

    Who never chose one gets an invitation again. The second step stays asked for.
    """
    person = _kept_by(by, person)
    check_not_oneself(by, person)
    check_not_mightier(by, person)
    said = check_reason(reason)
    if not person.is_active:
        raise PersonRefused("account-closed")
    first = person.last_login is None and not person.has_usable_password()
    purpose = LinkPurpose.INVITATION if first else LinkPurpose.RESET
    person.set_unusable_password()
    person.save(update_fields=["password"])
    record(
        actor=by.username,
        command="reset_password",
        now=now,
        entries=[Entry("user", str(person.pk), {"password": "old"}, {"password": "none"})],
        reason=said,
    )
    _end_every_way_in(person, by=by, now=now, reason=said)
    return make_sign_in_link(person, now=now, purpose=purpose, actor=by.username, reason=said)


@transaction.atomic
def close_account(*, by: User, person: User, reason: str, now: datetime) -> None:
    """Let somebody in no more, at once; what he did stays on record."""
    person = _kept_by(by, person)
    check_not_oneself(by, person)
    check_not_last_administrator(person)
    said = check_reason(reason)
    if not person.is_active:
        return
    _set_active(person, active=False, by=by, reason=said, now=now)
    end_links(person, now=now)
    _end_every_way_in(person, by=by, now=now, reason=said)


@transaction.atomic
def reopen_account(*, by: User, person: User, reason: str, now: datetime) -> None:
    """Let somebody in again, with the rights and the password that he had."""
    person = _kept_by(by, person)
    said = check_reason(reason)
    if not person.is_active:
        _set_active(person, active=True, by=by, reason=said, now=now)


@transaction.atomic
def reset_second_step(*, by: User, person: User, reason: str, now: datetime) -> int:
    """Forget somebody's app, passkeys and recovery codes, as after a lost telephone."""
    person = _kept_by(by, person)
    check_not_oneself(by, person)
    check_not_mightier(by, person)
    said = check_reason(reason)
    had = Authenticator.objects.filter(user=person)
    kinds = sorted(had.values_list("type", flat=True))
    had.delete()
    record(
        actor=by.username,
        command="reset_second_step",
        now=now,
        entries=[Entry("user", str(person.pk), {"second_step": kinds}, {"second_step": []})],
        reason=said,
    )
    _end_every_way_in(person, by=by, now=now, reason=said)
    return len(kinds)


@transaction.atomic
def sign_out_everywhere(*, by: User, person: User, reason: str, now: datetime) -> int:
    """Sign somebody out on all his devices; gives their number."""
    person = _kept_by(by, person)
    return end_every_session(person, actor=by.username, now=now, reason=check_reason(reason))


def _kept_by(by: User, person: User) -> User:
    """Read the account anew, locked, within the scope of whoever changes it."""
    check(by, Permission.MANAGE_PEOPLE)
    return people_for(by).select_for_update(of=("self",)).get(pk=person.pk)


def _end_every_way_in(person: User, *, by: User, now: datetime, reason: str) -> None:
    """Sign somebody out everywhere, his programs included."""
    end_every_session(person, actor=by.username, now=now, reason=reason)
    for token in tokens_of(person, now=now):
        revoke_api_token(token, by=by, now=now)


def _write(person: User, first_name: str, last_name: str, rights: Rights) -> None:
    person.first_name, person.last_name = first_name.strip(), last_name.strip()
    person.name_key = name_key(first_name, last_name)
    person.role, person.agency = rights.role, rights.agency
    person.clearance, person.may_see_names = rights.clearance, rights.may_see_names


def _names(person: User) -> dict[str, str]:
    return {"first_name": person.first_name, "last_name": person.last_name}


def _set_active(person: User, *, active: bool, by: User, reason: str, now: datetime) -> None:
    person.is_active = active
    person.save(update_fields=["is_active"])
    record(
        actor=by.username,
        command="reopen_account" if active else "close_account",
        now=now,
        entries=[Entry("user", str(person.pk), {"is_active": not active}, {"is_active": active})],
        reason=reason,
    )
