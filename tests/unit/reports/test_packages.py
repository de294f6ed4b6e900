"""Packages of provinces: what they hold, how they add up, and every way of refusing one."""

import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, transaction

from pollready.audit.commands import record
from pollready.language import LANGUAGES, message
from pollready.models import (
    Agency,
    AuditEntry,
    Component,
    ElectionRound,
    Package,
    Person,
    Place,
    TrustedKey,
    User,
)
from pollready.people.models import Role
from pollready.people.permissions import NotPermitted
from pollready.register.veil import masked
from pollready.reports.formats.zipping import zipped
from pollready.reports.kept.commands import Asked, make_report
from pollready.reports.kept.data import canonical, digest
from pollready.reports.kept.models import KeptReport, ReportKind
from pollready.reports.kept.rules import ReportRefused, Subject
from pollready.reports.kept.verifying import verify
from pollready.reports.national import keys
from pollready.reports.national.commands import (
    end_trust,
    export_package,
    import_package,
    trust_key,
)
from pollready.reports.national.format import PackageRefused
from pollready.reports.national.rolling_up import packages_for, roll_up

pytestmark = pytest.mark.django_db
DAY = date(2028, 6, 19)
NOW = datetime(2028, 6, 19, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def world(rows):
    with transaction.atomic():
        world = rows.fill_register()
        record(actor="keeper", command="import_file", now=NOW, entries=[])
    return world


@pytest.fixture
def national(world):
    return User.objects.create(username="nation", role=Role.NATIONAL, clearance=1)


def export(world, *, ceiling=1, now=NOW, **other):
    return export_package(
        world.round.pk, as_of=DAY, moment=now, ceiling=ceiling, reason="for the nation",
        terrain=None, actor="keeper", by=other.pop("by", None), now=now,
    )  # fmt: skip


@pytest.fixture
def package(world):
    return export(world).content


def trust(by, *, name="آذربایجان شرقی", key=None):
    return trust_key(
        name=name, public_key=key or keys.own_public_key(), spoken_with="Ali", by=by, now=NOW
    )


def take_in(content, world, *, by=None, now=LATER):
    return import_package(content, round_=world.round, actor="nation", by=by, now=now)


def refused(content, world, **other) -> PackageRefused:
    before = Package.objects.count(), AuditEntry.objects.count()
    with pytest.raises(PackageRefused) as error:
        take_in(content, world, **other)
    assert (Package.objects.count(), AuditEntry.objects.count()) == before
    for language in LANGUAGES:
        assert message(error.value, language)
    return error.value


def entries(content) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts) -> bytes:
    return zipped(parts, NOW)


class Province:
    """Another installation, with a key of its own."""

    def __init__(self, name="اردبیل"):
        self.name = name
        self.key = Ed25519PrivateKey.generate()
        self.public = self.key.public_key().public_bytes_raw().hex()

    def package(self, content, *, data=None, **manifest) -> bytes:
        parts = entries(content)
        changed = data if data is not None else parts["data.json"]
        said = json.loads(parts["manifest.json"]) | {
            "province": self.name, "public_key": self.public, "data_sha256": digest(changed),
        } | manifest  # fmt: skip
        signed = canonical(said)
        signature = self.key.sign(b"pollready package\n" + signed)
        return packed({"manifest.json": signed, "data.json": changed, "signature": signature})


@pytest.fixture
def neighbour(national):
    province = Province()
    trust(national, name=province.name, key=province.public)
    return province


def test_a_package_goes_from_a_province_to_the_nation(world, national, package):
    trust(national)
    taken = take_in(package, world, by=national)
    assert taken.key.name == "آذربایجان شرقی"
    assert taken.as_of == NOW
    assert taken.data["figures"]["stations"] == 12
    assert taken.classification == 1


def test_the_same_state_gives_the_same_data(world):
    one, other = (entries(export(world).content)["data.json"] for _ in range(2))
    assert one == other


def test_a_package_holds_no_person_and_by_its_class_no_component(world):
    Person.objects.create(round=world.round, name="نام شخص", role="user")
    Agency.objects.update(representative="نام نماینده", phone_24h="0411234567")
    open_one, classified = export(world, ceiling=0), export(world, ceiling=1)
    assert (open_one.classification, classified.classification) == (0, 1)
    for content in (open_one.content, classified.content):
        said = b"".join(entries(content).values()).decode("utf-8", "replace")
        for secret in ("نام شخص", "نام نماینده", "0411234567", "نام نمونه", "EX-04", "FD-17"):
            assert secret not in said
    assert "CORE-1" not in entries(open_one.content)["data.json"].decode()
    assert "CORE-1" in entries(classified.content)["data.json"].decode()


def test_only_who_sees_everything_sends_and_takes_in(world, package):
    governor = User.objects.create(username="g", role=Role.GOVERNOR)
    governor.places.add(Place.objects.get(level=2, code="01"))
    bound = User.objects.create(username="s", role=Role.SECRETARY)
    bound.places.add(Place.objects.get(level=2, code="01"))
    with pytest.raises(NotPermitted):
        export(world, by=governor)
    with pytest.raises(PackageRefused, match="not-yours"):
        export(world, by=bound)
    with pytest.raises(PackageRefused, match="not-yours"):
        take_in(package, world, by=bound)
    with pytest.raises(PackageRefused, match="not-yours"):
        trust(bound)


def test_a_key_that_nobody_trusts_is_refused_with_its_fingerprint(world, national, package):
    found = refused(package, world)
    assert found.code == "package.unknown-key"
    assert found.fields["fingerprint"] == keys.fingerprint(keys.own_public_key())
    key = trust(national)
    take_in(package, world)
    end_trust(key_id=key.pk, reason="lost", by=national, now=NOW)
    assert refused(export(world, now=LATER).content, world).code == "package.unknown-key"
    assert Package.objects.count() == 1


def test_data_that_were_changed_after_signing_are_refused(world, national, package):
    trust(national)
    parts = entries(package)
    data = json.loads(parts["data.json"])
    data["figures"]["ready"] += 1
    changed = packed(parts | {"data.json": canonical(data)})
    assert refused(changed, world).code == "package.changed"


def test_a_manifest_that_was_changed_after_signing_is_refused(world, national, package):
    trust(national)
    parts = entries(package)
    manifest = json.loads(parts["manifest.json"]) | {"as_of": LATER.isoformat()}
    changed = packed(parts | {"manifest.json": canonical(manifest)})
    assert refused(changed, world).code == "package.broken-signature"


@pytest.mark.parametrize("signature", [b"", b"\0" * 64, b"x" * 63])
def test_a_signature_that_is_none_is_refused(world, national, package, signature):
    trust(national)
    changed = packed(entries(package) | {"signature": signature})
    assert refused(changed, world).code == "package.broken-signature"


def test_who_signs_with_another_s_name_is_refused(world, national, package):
    trust(national)
    forger = Province("آذربایجان شرقی")
    assert refused(forger.package(package), world).code == "package.unknown-key"
    own = forger.package(package, public_key=keys.own_public_key())
    assert refused(own, world).code == "package.broken-signature"


def test_a_signature_of_something_else_is_none_of_a_package(world, national, package):
    trust(national)
    parts = entries(package)
    signature = keys._private_key(keys.settings.POLLREADY_PACKAGE_SEED).sign(parts["manifest.json"])
    assert refused(packed(parts | {"signature": signature}), world).code == (
        "package.broken-signature"
    )


def test_an_older_package_and_the_same_once_more_are_refused(world, national, package):
    trust(national)
    newer = export(world, now=NOW + timedelta(hours=1)).content
    take_in(newer, world)
    assert refused(newer, world).code == "package.held-already"
    assert refused(package, world).code == "package.older"


def test_a_newer_package_replaces_the_older_and_history_stays(world, national, package):
    trust(national)
    take_in(package, world)
    take_in(export(world, now=NOW + timedelta(hours=1)).content, world)
    packages = list(packages_for(national, world.round.pk))
    assert len(packages) == 2
    (only,) = roll_up(packages, now=LATER).present
    assert only.package.made_at == NOW + timedelta(hours=1)
    assert only.age_h == 4


def test_a_new_key_of_a_province_does_not_let_older_packages_in(world, national, package):
    trust(national)
    take_in(package, world)
    changed = Province("آذربایجان شرقی")
    trust(national, name=changed.name, key=changed.public)
    before = (NOW - timedelta(days=1)).isoformat()
    assert refused(changed.package(package, made_at=before), world).code == "package.older"
    after = (NOW + timedelta(hours=1)).isoformat()
    take_in(changed.package(package, made_at=after), world)
    assert len(roll_up(list(packages_for(national, world.round.pk)), now=LATER).present) == 1


def test_another_election_is_refused(world, national, package):
    trust(national)
    ElectionRound.objects.update(election_date=date(2029, 1, 1))
    world.round.refresh_from_db()
    assert refused(package, world).code == "package.another-election"


def test_an_unknown_format_is_refused(world, neighbour, package):
    assert refused(neighbour.package(package, format=2), world).code == "package.unknown-format"


def test_a_class_above_the_ceiling_is_refused(world, national, neighbour, package, settings):
    secret = neighbour.package(package, classification=3)
    assert refused(secret, world).code == "package.above-ceiling"
    national.clearance = 0
    national.save()
    found = refused(neighbour.package(package, classification=1), world, by=national)
    assert found.code == "package.above-ceiling"


def test_a_moment_to_come_is_refused(world, neighbour, package):
    to_come = neighbour.package(package, made_at=(LATER + timedelta(days=1)).isoformat())
    assert refused(to_come, world).code == "package.from-the-future"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda parts: {**parts, "../../etc/cron.d/x": b"x"}, "package.unexpected-entry"),
        (lambda parts: {**parts, "/data.json": b"x"}, "package.unexpected-entry"),
        (lambda parts: {"manifest.json": parts["manifest.json"]}, "package.missing-entry"),
        (lambda parts: {**parts, "manifest.json": b"[" * 5000}, "package.malformed"),
        (lambda parts: {**parts, "manifest.json": b"\xff\xfe"}, "package.malformed"),
        (lambda parts: {**parts, "manifest.json": b"{}"}, "package.unknown-format"),
        (lambda parts: {**parts, "manifest.json": b'{"format":1}'}, "package.malformed"),
        (lambda parts: {**parts, "manifest.json": b" " * 70_000}, "package.too-large"),
    ],
)
def test_what_is_no_package_is_refused(world, national, package, change, code):
    trust(national)
    assert refused(packed(change(entries(package))), world).code == code


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no package at all", b"\0" * 3000])
def test_what_is_no_archive_is_refused(world, content):
    assert refused(content, world).code == "package.unreadable"


def test_a_damaged_archive_is_refused(world, package):
    middle = len(package) // 3
    damaged = package[:middle] + bytes(byte ^ 0xFF for byte in package[middle : middle + 40])
    damaged += package[middle + 40 :]
    assert refused(damaged, world).code.startswith("package.")


def test_an_entry_that_stands_twice_is_refused(world, package):
    file = BytesIO(package)
    with pytest.warns(UserWarning), ZipFile(file, "a") as archive:
        archive.writestr("data.json", b"{}")
    assert refused(file.getvalue(), world).code == "package.unexpected-entry"


def test_a_bomb_is_not_unpacked(world, package):
    parts = entries(package)
    file = BytesIO()
    with ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", parts["manifest.json"])
        archive.writestr("data.json", b"0" * (61 * 1024 * 1024))
        archive.writestr("signature", parts["signature"])
    assert len(file.getvalue()) < 100_000
    assert refused(file.getvalue(), world).code == "package.too-large"


def test_a_file_too_large_is_not_opened(world):
    assert refused(b"0" * (20 * 1024 * 1024 + 1), world).code == "package.too-large"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["figures"].update(ready=-1),
        lambda data: data["figures"].update(ready="many"),
        lambda data: data["figures"].update(stations=99),
        lambda data: data["figures"].update(voters=True),
        lambda data: data.update(causes={}),
        lambda data: data["causes"][0].update(rule=5),
        lambda data: data.pop("shared"),
        lambda data: data["shared"][0].update(state="sideways"),
    ],
)
def test_signed_data_of_a_wrong_shape_are_refused(world, neighbour, package, change):
    data = json.loads(entries(package)["data.json"])
    change(data)
    content = neighbour.package(package, data=canonical(data))
    assert refused(content, world).code == "package.malformed"


def test_sums_say_who_is_missing_and_what_is_not_known(world, national, neighbour, package):
    trust(national)
    trust(national, name="زنجان", key=Province().public)
    take_in(package, world)
    data = json.loads(entries(package)["data.json"])
    data["figures"] |= {"voters": None, "voters_not_ready": None}
    take_in(neighbour.package(package, data=canonical(data)), world)
    found = roll_up(list(packages_for(national, world.round.pk)), now=LATER)
    assert found.missing == ["زنجان"]
    assert found.sums["stations"] == 24
    first = json.loads(entries(package)["data.json"])["figures"]
    assert found.sums["voters"] == first["voters"]
    assert found.without_voters == 1
    assert all(row["provinces"] == 2 for row in found.causes)


def test_neighbours_who_differ_about_a_shared_link_stand_side_by_side(world, national, neighbour):
    trust(national)
    take_in(export(world).content, world)
    here = export(world).content
    data = json.loads(entries(here)["data.json"])
    assert [row["state"] for row in data["shared"]] == ["up"]
    data["shared"][0] |= {"state": "down", "name": "another name of it"}
    take_in(neighbour.package(here, data=canonical(data)), world)
    (differing,) = roll_up(list(packages_for(national, world.round.pk)), now=LATER).disagreements
    assert (differing.code, differing.kind) == ("CORE-1", "provincial_centre")
    assert {(name, state) for name, state, _ in differing.says} == {
        ("آذربایجان شرقی", "up"), ("اردبیل", "down"),
    }  # fmt: skip


def test_one_code_of_two_kinds_is_no_disagreement(world, national, neighbour):
    trust(national)
    take_in(export(world).content, world)
    here = export(world).content
    data = json.loads(entries(here)["data.json"])
    data["shared"][0] |= {"state": "down", "kind": "exchange"}
    take_in(neighbour.package(here, data=canonical(data)), world)
    assert not roll_up(list(packages_for(national, world.round.pk)), now=LATER).disagreements


def test_a_component_recorded_as_out_is_reported_down(world):
    def correct(unavailability):
        with transaction.atomic():
            Component.objects.filter(code="CORE-1").update(unavailability=unavailability)
            record(actor="keeper", command="correct", now=NOW, entries=[])

    correct(1)
    (row,) = json.loads(entries(export(world).content)["data.json"])["shared"]
    assert row["state"] == "down"
    correct(None)
    (row,) = json.loads(entries(export(world).content)["data.json"])["shared"]
    assert row["state"] == "unknown"


def test_a_package_stands_as_it_came(world, national, package):
    trust(national)
    taken = take_in(package, world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Package.objects.filter(pk=taken.pk).update(data={})


def test_a_key_needs_a_name_and_who_read_it_out(world, national):
    for name, key, whom, code in (
        ("", "0" * 64, "Ali", "key-without-name"), ("a", "0" * 64, " ", "key-without-name"),
        ("a", "xyz", "Ali", "wrong-key"),
    ):  # fmt: skip
        with pytest.raises(PackageRefused, match=code):
            trust_key(name=name, public_key=key, spoken_with=whom, by=national, now=NOW)
    trust(national)
    with pytest.raises(PackageRefused, match="key-trusted-already"):
        trust(national, name="another")
    assert TrustedKey.objects.count() == 1


def test_a_national_report_is_kept_and_made_again(world, national, neighbour, package):
    trust(national)
    take_in(package, world)
    data = json.loads(entries(package)["data.json"])
    data["shared"][0]["state"] = "down"
    take_in(neighbour.package(package, data=canonical(data)), world)
    asked = Asked(Subject(ReportKind.NATIONAL), LATER, DAY, "fa")
    kept = make_report(
        asked, round_id=world.round.pk, terrain=None, mask=masked, by=national, now=LATER
    )
    assert kept.headline["stations"] == 24
    html = bytes(kept.files.get(name="report.html").content).decode()
    assert "اردبیل: قطع" in html
    assert "CORE-1" not in html
    newer = export(world, now=LATER + timedelta(hours=1)).content
    take_in(newer, world, now=LATER + timedelta(hours=2))
    again = KeptReport.objects.get(pk=kept.pk)
    assert verify(again, terrain=None, mask=masked, address="").holds


def test_what_changed_since_a_province_s_last_package_is_told(world, national, neighbour, package):
    take_in(neighbour.package(package), world)
    (first,) = roll_up(list(packages_for(national, world.round.pk)), now=LATER).present
    assert first.change is None
    data = json.loads(entries(package)["data.json"])
    data["figures"]["ready"] += 2
    data["figures"]["unknown"] -= 2
    gone = data["causes"][0]
    data["causes"] = [
        each for each in data["causes"]
        if (each["rule"], each["severity"]) != (gone["rule"], gone["severity"])
    ]  # fmt: skip
    data["causes"].append({"rule": "backup_power_short", "severity": "minor", "owner": "PWR",
                           "causes": 1, "stations": 3, "voters": 5})  # fmt: skip
    moment = (NOW + timedelta(hours=1)).isoformat()
    newer = neighbour.package(package, data=canonical(data), made_at=moment, as_of=moment)
    take_in(newer, world)
    (province,) = roll_up(list(packages_for(national, world.round.pk)), now=LATER).present
    change = province.change
    assert change.since == NOW
    assert {name: number for name, number in change.figures.items() if number} == {
        "ready": 2, "unknown": -2,
    }  # fmt: skip
    assert change.new == {("backup_power_short", "minor"): 3}
    assert set(change.gone) == {(gone["rule"], gone["severity"])}
    asked = Asked(Subject(ReportKind.NATIONAL), LATER, DAY, "en")
    kept = make_report(
        asked, round_id=world.round.pk, terrain=None, mask=masked, by=national, now=LATER
    )
    html = bytes(kept.files.get(name="report.html").content).decode()
    assert "New: Backup power too short (3 stations)." in html.replace("\u2068", "").replace(
        "\u2069", ""
    )
    assert verify(KeptReport.objects.get(), terrain=None, mask=masked, address="").holds


def test_the_same_moment_written_twice_is_no_change(world, national, neighbour, package):
    take_in(neighbour.package(package), world)
    moment = (NOW + timedelta(hours=1)).isoformat()
    take_in(neighbour.package(package, made_at=moment), world)
    (province,) = roll_up(list(packages_for(national, world.round.pk)), now=LATER).present
    assert province.change is None


def test_without_packages_there_is_no_national_report(world, national):
    asked = Asked(Subject(ReportKind.NATIONAL), LATER, DAY, "en")
    with pytest.raises(ReportRefused, match="no-packages"):
        make_report(
            asked, round_id=world.round.pk, terrain=None, mask=masked, by=national, now=LATER
        )
