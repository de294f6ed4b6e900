"""Sending a package, trusting a key, taking packages in."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from pollready.assessment.replaying import replay
from pollready.audit.commands import Entry, record
from pollready.engine.terrain import Terrain
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.people.scopes import places_of
from pollready.places.models import ElectionRound
from pollready.register.models import Component
from pollready.reports.kept.data import canonical, digest
from pollready.reports.kept.making import inputs_at
from pollready.reports.national.content import check_data, class_of_contents, contents_of
from pollready.reports.national.format import PackageRefused, open_package, read_json, write
from pollready.reports.national.keys import fingerprint, is_key, own_public_key, sign
from pollready.reports.national.models import Package, TrustedKey

TEXT_MAX = 200


@dataclass(frozen=True, slots=True)
class Written:
    """A package that may be carried away, under the name of its file."""

    content: bytes
    name: str
    classification: int


def check_may_roll_up(by: User) -> None:
    """Raise `NotPermitted`, or `PackageRefused` where somebody sees but some places."""
    check(by, Permission.ROLL_UP)
    if places_of(by) is not None:
        raise PackageRefused("not-yours")


def export_package(
    round_id: int,
    *,
    as_of: date,
    moment: datetime,
    ceiling: int,
    reason: str,
    terrain: Terrain | None,
    actor: str,
    by: User | None,
    now: datetime,
) -> Written:
    """Write a province's signed package of what was recorded by a moment, up to a class.

    Raises `NotPermitted`, `PackageRefused`, `PastNotKept`, and what `replay` raises. `by` is
    None on the command line, where whoever has the register's folder has all of it.
    """
    if by is not None:
        check_may_roll_up(by)
        check(by, Permission.EXPORT)
        ceiling = min(ceiling, by.clearance)
        if ceiling > 0:
            check(by, Permission.EXPORT_CLASSIFIED)
    said = " ".join(reason.split())[:400]
    if ceiling > 0 and not said:
        raise PackageRefused("reason-missing")
    number, its_hash = inputs_at(moment)
    try:
        workings = replay(
            round_id,
            moment=moment,
            batch=number,
            as_of=as_of,
            thresholds=office_thresholds(),
            terrain=terrain,
        )
    except ElectionRound.DoesNotExist:
        raise PackageRefused("round-not-there-yet", moment=moment) from None
    round_ = workings.rows.round
    if round_.election_date is None:
        raise PackageRefused("no-election-date", election=round_.name)
    if not round_.jurisdiction.strip():
        raise PackageRefused("no-province", election=round_.name)
    class_of = dict(Component.objects.filter(round=round_id).values_list("code", "classification"))
    data = contents_of(workings, ceiling=ceiling, class_of=class_of)
    classification = class_of_contents(data, class_of)
    manifest = {
        "election": round_.name, "election_date": round_.election_date.isoformat(),
        "province": round_.jurisdiction, "as_of": moment.isoformat(), "made_at": now.isoformat(),
        "classification": classification, "public_key": own_public_key(),
        "batch": number, "batch_hash": its_hash,
    }  # fmt: skip
    content = write(manifest, canonical(data), sign, now=now)
    after = {"sha256": digest(content), "classification": classification, "as_of": str(moment)}
    with transaction.atomic():
        record(
            actor=actor,
            command="export_package",
            now=now,
            reason=said,
            entries=[Entry("package", str(round_id), None, after)],
        )
    name = re.sub(r"[^\w-]+", "-", round_.jurisdiction).strip("-") or "province"
    return Written(content, f"{name}-{as_of.isoformat()}.pollready", classification)


@transaction.atomic
def trust_key(
    *, name: str, public_key: str, spoken_with: str, by: User, now: datetime
) -> TrustedKey:
    """Trust a province's key, once its fingerprint was compared; another of that name ends.

    Raises `NotPermitted`, `PackageRefused`.
    """
    check_may_roll_up(by)
    said, whom = " ".join(name.split()), " ".join(spoken_with.split())
    key = re.sub(r"\s", "", public_key).lower()
    if not is_key(key):
        raise PackageRefused("wrong-key", field="public_key")
    if not said or not whom or max(len(said), len(whom)) > TEXT_MAX:
        raise PackageRefused("key-without-name", field="name" if not said else "spoken_with")
    standing = TrustedKey.objects.filter(ended_at=None)
    if standing.filter(public_key=key).exists():
        raise PackageRefused("key-trusted-already", field="public_key")
    entries = []
    for earlier in standing.filter(name=said):
        earlier.ended_at = now
        earlier.save(update_fields=["ended_at"])
        entries.append(_entry(earlier, "ended"))
    made = TrustedKey.objects.create(
        name=said, public_key=key, spoken_with=whom, trusted_by=by, trusted_at=now
    )
    record(actor=by.username, command="trust_key", now=now, entries=[*entries, _entry(made, "")])
    return made


@transaction.atomic
def end_trust(*, key_id: int, reason: str, by: User, now: datetime) -> TrustedKey:
    """Trust a key no longer; what came by it stays. Raises `NotPermitted`, `PackageRefused`."""
    check_may_roll_up(by)
    said = " ".join(reason.split())[:400]
    if not said:
        raise PackageRefused("reason-missing")
    key = TrustedKey.objects.select_for_update().filter(pk=key_id, ended_at=None).first()
    if key is None:
        raise PackageRefused("key-not-trusted")
    key.ended_at, key.end_reason = now, said
    key.save(update_fields=["ended_at", "end_reason"])
    record(
        actor=by.username, command="end_trust", now=now, reason=said, entries=[_entry(key, "ended")]
    )
    return key


def _entry(key: TrustedKey, state: str) -> Entry:
    after = {"name": key.name, "fingerprint": fingerprint(key.public_key), "state": state}
    return Entry("trusted_key", str(key.pk), None, after)


@transaction.atomic
def import_package(
    content: bytes, *, round_: ElectionRound, actor: str, by: User | None, now: datetime
) -> Package:
    """Take a package in, or refuse it with the reason: `NotPermitted`, `PackageRefused`."""
    if by is not None:
        check_may_roll_up(by)
    opened = open_package(content)
    manifest = opened.manifest
    key = TrustedKey.objects.filter(public_key=manifest.public_key, ended_at=None).first()
    if key is None:
        raise PackageRefused(
            "unknown-key",
            province=manifest.province,
            fingerprint=fingerprint(manifest.public_key),
        )
    opened.check_signature(key.public_key)
    data = check_data(read_json(opened.data))
    if manifest.election_date != round_.election_date:
        raise PackageRefused(
            "another-election",
            election=manifest.election,
            day=manifest.election_date,
            expected=round_.election_date,
        )
    ceiling = settings.POLLREADY_CEILING if by is None else min(
        by.clearance, settings.POLLREADY_CEILING
    )  # fmt: skip
    if manifest.classification > ceiling:
        raise PackageRefused("above-ceiling", province=manifest.province)
    if manifest.made_at > now:
        raise PackageRefused("from-the-future", made=manifest.made_at)
    _check_is_newer(key, round_, manifest.made_at, digest(content))
    package = Package.objects.create(
        key=key,
        round=round_,
        as_of=manifest.as_of,
        made_at=manifest.made_at,
        sha256=digest(content),
        manifest=read_json(opened.signed),
        data=data,
        classification=manifest.classification,
        received_by=by,
        received_at=now,
    )
    after = {"province": key.name, "sha256": package.sha256, "as_of": manifest.as_of.isoformat()}
    record(
        actor=actor,
        command="import_package",
        now=now,
        entries=[Entry("package", str(package.pk), None, after)],
    )
    return package


def _check_is_newer(key: TrustedKey, round_: ElectionRound, made_at: datetime, sha: str) -> None:
    """Refuse what is held already, or older; a province is known by its name, whatever its key."""
    held = Package.objects.filter(round=round_, key__name=key.name).first()
    if held is None:
        return
    if held.sha256 == sha or Package.objects.filter(round=round_, sha256=sha).exists():
        raise PackageRefused("held-already", province=key.name, made=held.made_at)
    if made_at <= held.made_at:
        raise PackageRefused("older", province=key.name, made=made_at, held=held.made_at)
