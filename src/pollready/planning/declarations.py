"""An agency's signed declaration of readiness: signing it, and withdrawing it."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.audit.versions import claim_version
from pollready.language import fold
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check
from pollready.people.scopes import is_of_agency
from pollready.places.models import Agency
from pollready.planning.models import (
    ContingencyPlan,
    DeclarationState,
    DeclaredScenario,
    ReadinessDeclaration,
)
from pollready.planning.queries import scenarios_for
from pollready.planning.renewing import feed
from pollready.planning.rules import ScenarioRefused

STANDING = (DeclarationState.SIGNED, DeclarationState.TO_RENEW)


@dataclass(frozen=True, slots=True)
class Statement:
    """What an agency declares; `scenarios` are the numbers of those that it covers."""

    text: str
    scenarios: Collection[int]
    reservations: str = ""
    letter_no: str = ""
    letter_date: date | None = None


def has_password(user: User) -> bool:
    """Say whether the user has a password at all: who signs in by links alone has none."""
    return bool(user.password) and user.has_usable_password()


def signer_of(user: User) -> str:
    """Give the name that a user signs with: his own, as his account has it."""
    return user.get_full_name() or user.username


def named_in_letter(agency: Agency) -> tuple[str, ...]:
    """Give the names that stand in an agency's letter of introduction, as far as it is recorded."""
    return tuple(name for name in (agency.representative, agency.deputy) if name.strip())


def is_in_letter(agency: Agency, name: str) -> bool | None:
    """Say whether the agency's letter of introduction names somebody; None where there is none."""
    named = named_in_letter(agency)
    return fold(name) in map(fold, named) if named else None


@transaction.atomic
def sign_declaration(
    statement: Statement, *, round_id: int, typed_name: str, password: str, by: User, now: datetime
) -> ReadinessDeclaration:
    """Sign for the user's own agency; an earlier declaration of the round is renewed by it.

    The signer types his own name as his account has it, and his password where he has one. Whether
    the agency's letter of introduction names him is kept with it, for the headquarters to see.
    Raises `NotPermitted`, and `ScenarioRefused`.
    """
    check(by, Permission.DECLARE_READINESS)
    agency = by.agency
    if not is_of_agency(by) or agency is None:
        raise NotPermitted(Permission.DECLARE_READINESS)
    signed_name = _check_signer(typed_name, password, by)
    if not statement.text.strip():
        raise ScenarioRefused("no-statement")
    covered = list(scenarios_for(by, round_id).filter(pk__in=statement.scenarios))
    if len(covered) != len(set(statement.scenarios)):
        raise ScenarioRefused("scenario-not-found")
    versions = dict(
        ContingencyPlan.objects.filter(round=round_id, scenario__in=covered).values_list(
            "scenario", "version"
        )
    )
    ended = _end_standing(round_id, agency, now)
    text_hash = hash_of(
        statement, signed_name, [(each.code, versions.get(each.pk)) for each in covered]
    )
    declaration = ReadinessDeclaration.objects.create(
        round_id=round_id,
        agency=agency,
        statement=statement.text.strip(),
        reservations=statement.reservations.strip(),
        signed_name=signed_name,
        signed_by=by,
        signed_at=now,
        letter_no=statement.letter_no.strip(),
        letter_date=statement.letter_date,
        text_hash=text_hash,
        is_in_letter=is_in_letter(agency, signed_name),
        introduction_no=agency.letter_no,
        introduction_date=agency.letter_date,
    )
    DeclaredScenario.objects.bulk_create(
        DeclaredScenario(declaration=declaration, scenario=each, plan_version=versions.get(each.pk))
        for each in covered
    )
    after = {
        "agency": agency.code, "signed_name": signed_name, "text_hash": text_hash,
        "scenarios": [each.code for each in covered], "letter_no": declaration.letter_no,
        "has_reservations": bool(declaration.reservations),
        "is_in_letter": declaration.is_in_letter,
    }  # fmt: skip
    entries = [
        Entry("declaration", str(declaration.pk), None, after),
        *ended,
        feed(agency, True, now=now),
    ]
    record(actor=by.username, command="sign_declaration", now=now, entries=entries)
    return declaration


@transaction.atomic
def withdraw_declaration(
    declaration_id: int, *, round_id: int, reason: str, version: int, by: User, now: datetime
) -> None:
    """Take an agency's own declaration back, and say why; it has then declared itself not ready.

    Raises `NotPermitted`, `ScenarioRefused`, `ReadinessDeclaration.DoesNotExist`,
    `ChangedMeanwhile`.
    """
    check(by, Permission.DECLARE_READINESS)
    if not is_of_agency(by):
        raise NotPermitted(Permission.DECLARE_READINESS)
    declaration = ReadinessDeclaration.objects.select_related("agency").get(
        pk=declaration_id, round=round_id, agency=by.agency_id
    )
    if declaration.state not in STANDING:
        raise ScenarioRefused("declaration-ended")
    if not reason.strip():
        raise ScenarioRefused("no-reason")
    before = {"state": declaration.state}
    claim_version(declaration, version)
    declaration.state, declaration.ended_at = DeclarationState.WITHDRAWN, now
    declaration.end_reason = reason.strip()
    declaration.save(update_fields=["state", "ended_at", "end_reason"])
    entries = [
        Entry("declaration", str(declaration.pk), before, {"state": declaration.state.value}),
        feed(declaration.agency, False, now=now),
    ]
    record(
        actor=by.username,
        command="withdraw_declaration",
        now=now,
        entries=entries,
        reason=reason.strip(),
    )


def hash_of(
    statement: Statement, signed_name: str, covered: Collection[tuple[str, int | None]]
) -> str:
    """Give the fingerprint of what was signed; the log keeps it, so that no word can change."""
    lines = [
        statement.text.strip(),
        statement.reservations.strip(),
        statement.letter_no.strip(),
        statement.letter_date.isoformat() if statement.letter_date else "",
        signed_name,
        *(f"{code} {version}" for code, version in sorted(covered, key=lambda pair: pair[0])),
    ]
    return hashlib.sha256("\n\x1e".join(lines).encode()).hexdigest()


def _check_signer(typed_name: str, password: str, by: User) -> str:
    """Check that he typed his own name, and his password where he has one; give his name."""
    own = signer_of(by)
    if fold(typed_name) != fold(own):
        raise ScenarioRefused("other-name", name=own)
    if has_password(by) and not by.check_password(password):
        raise ScenarioRefused("wrong-password")
    return own


def _end_standing(round_id: int, agency: Agency, now: datetime) -> list[Entry]:
    """End what the agency declared before, in favour of the new declaration."""
    entries = []
    for earlier in ReadinessDeclaration.objects.filter(
        round=round_id, agency=agency, state__in=STANDING
    ):
        before = {"state": earlier.state}
        earlier.state, earlier.ended_at = DeclarationState.RENEWED, now
        earlier.version += 1
        earlier.save(update_fields=["state", "ended_at", "version"])
        after = {"state": DeclarationState.RENEWED.value}
        entries.append(Entry("declaration", str(earlier.pk), before, after))
    return entries
