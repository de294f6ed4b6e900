"""Minutes: written from the meeting, signed, frozen, proved, and never changed."""

import json
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from pollready.audit.queries import verify_chain
from pollready.audit.versions import ChangedMeanwhile
from pollready.cli.main import main
from pollready.committee.meetings.commands import change_item
from pollready.committee.meetings.errors import MeetingRefused
from pollready.committee.meetings.freezing import (
    Edit,
    add_addendum,
    attach_scan,
    faults_of,
    freeze_minutes,
    sign_minutes,
    signings,
    take_edits,
    take_scan,
)
from pollready.committee.meetings.minutes import content_hash, content_of
from pollready.committee.meetings.models import AgendaItem, Meeting, Minutes, Signature
from pollready.committee.meetings.saying import answer_suggestion, give_view, suggest
from pollready.people.permissions import NotPermitted
from pollready.register.corrections.attaching import path_of
from tests.unit.committee.meetings.conftest import NOW

pytestmark = pytest.mark.django_db
LATER = datetime(2028, 6, 20, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 the signed paper"


def typeset(signed, language) -> bytes:
    return f"{language} {signed['content_hash']}".encode()


@pytest.fixture
def minutes(committee) -> Minutes:
    """Hold the whole meeting: views, a suggestion, a decision."""
    committee.open()
    items = committee.take_agenda(2)
    say = {"round_id": committee.round_id, "item_id": items[0].pk, "now": NOW}
    give_view(text="The site EX-04 is old.", by=committee.mobile, **say)
    made = suggest(text="A second card", by=committee.mobile, **say)
    answer_suggestion(
        made.pk, state="declined", reason="No card", version=1, by=committee.secretary, now=NOW
    )
    committee.decide(items[0])
    change_item(
        items[0].pk, title="", text="It was talked over.", version=1, by=committee.secretary,
        now=NOW,
    )  # fmt: skip
    return committee.close()


def sign(minutes, user, verdict="agrees", text="") -> Signature:
    return sign_minutes(
        minutes.pk, verdict=verdict, text=text, read_hash=content_hash(minutes), by=user, now=LATER
    )


@pytest.fixture
def frozen(minutes, committee) -> Minutes:
    sign(minutes, committee.secretary)
    sign(minutes, committee.mobile, "objects", "The figure is older.")
    freeze_minutes(minutes.pk, typeset=typeset, by=committee.secretary, now=LATER)
    return Minutes.objects.get(pk=minutes.pk)


def test_minutes_hold_what_was_said_and_decided(minutes):
    content = content_of(minutes)
    first = content["items"][0]
    assert content["quorum"] == {"needed": 2, "present": 2, "reached": True}
    assert [each["present"] for each in content["members"]] == [True, True, False, True]
    assert first["record"] == "It was talked over."
    assert [each["state"] for each in first["suggestions"]] == ["declined"]
    assert first["decisions"][0]["due_date"] == "2028-06-25"
    assert {"name": "severity", "as": "word:console.severity", "value": "severe"} in first["facts"]


def test_no_name_of_what_lies_upstream_stands_in_minutes(minutes):
    assert "EX-04" not in json.dumps(content_of(minutes), ensure_ascii=False)


def test_members_sign_what_they_read_and_sign_again_once_it_is_changed(minutes, committee):
    sign(minutes, committee.mobile)
    old = content_hash(minutes)
    item = AgendaItem.objects.first()
    edit = Edit("record", item.pk, item.version, "It was decided at once.")
    take_edits(minutes.pk, [edit], by=committee.secretary, now=LATER)
    rows = {each.user.username: each for each in signings(minutes, content_hash(minutes))}
    assert rows["mobile"].is_stale
    assert "governor" not in rows  # he was absent
    with pytest.raises(MeetingRefused, match="changed-since-read"):
        sign_minutes(minutes.pk, verdict="agrees", read_hash=old, by=committee.secretary, now=LATER)
    with pytest.raises(ChangedMeanwhile):
        take_edits(minutes.pk, [edit], by=committee.secretary, now=LATER)


def test_an_objection_says_why_and_only_members_sign(minutes, committee, head_of_another):
    with pytest.raises(MeetingRefused, match="text-missing"):
        sign(minutes, committee.mobile, "objects")
    with pytest.raises(NotPermitted):
        sign(minutes, head_of_another)


@pytest.fixture
def head_of_another(db):
    from pollready.people.models import Role, User

    return User.objects.create(username="other", role=Role.NATIONAL)


def test_minutes_are_not_frozen_before_everybody_present_has_signed(minutes, committee):
    sign(minutes, committee.secretary)
    with pytest.raises(MeetingRefused, match="not-all-signed") as refused:
        freeze_minutes(minutes.pk, typeset=typeset, by=committee.secretary, now=LATER)
    assert refused.value.fields["names"] == ["mobile"]


def test_frozen_minutes_hold_with_their_hashes_in_the_log(frozen, committee):
    assert faults_of(frozen) == []
    assert verify_chain() is None
    kept = json.loads(frozen.canonical)
    assert [each["verdict"] for each in kept["signatures"]] == ["agrees", "objects"]
    assert Meeting.objects.get().state == "signed"


def test_frozen_minutes_take_no_word_signature_or_edit(frozen, committee):
    item = AgendaItem.objects.first()
    for change in (
        lambda: sign(frozen, committee.governor),
        lambda: take_edits(
            frozen.pk, [Edit("record", item.pk, item.version, "x")], by=committee.secretary,
            now=LATER,
        ),
        lambda: change_item(
            item.pk, title="x", text="x", version=item.version, by=committee.secretary, now=LATER
        ),
        lambda: give_view(
            round_id=committee.round_id, text="late", item_id=item.pk, by=committee.mobile,
            now=LATER,
        ),
    ):  # fmt: skip
        with pytest.raises(MeetingRefused):
            change()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pollready_minutes SET canonical = '{}'",
        "DELETE FROM pollready_minutes",
        "UPDATE pollready_signature SET verdict = 'agrees', text = ''",
        "DELETE FROM pollready_signature",
    ],
)
def test_the_database_refuses_to_change_frozen_minutes(frozen, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert faults_of(Minutes.objects.get(pk=frozen.pk)) == []


TAMPERED = {
    "content": ("UPDATE pollready_minutes SET canonical = REPLACE(canonical, %s, %s)",
                ["talked over", "agreed to"]),
    "pdf_fa": ("UPDATE pollready_minutes SET pdf_fa = %s", [b"another"]),
    "signatures": ("UPDATE pollready_signature SET verdict = 'agrees'", []),
}  # fmt: skip


@pytest.mark.parametrize("fault", TAMPERED)
def test_tampering_under_the_triggers_is_found(frozen, untriggered_log, fault):
    with connection.cursor() as cursor:
        cursor.execute(*TAMPERED[fault])
    assert faults_of(Minutes.objects.get(pk=frozen.pk)) == [fault]


def test_tampering_with_text_and_hash_together_is_found_by_the_log(frozen, untriggered_log):
    from pollready.committee.meetings.minutes import hash_of

    forged = frozen.canonical.replace("talked over", "agreed to")
    Minutes.objects.filter(pk=frozen.pk).update(canonical=forged, content_hash=hash_of(forged))
    assert faults_of(Minutes.objects.get(pk=frozen.pk)) == ["log"]


def test_a_correction_is_an_addendum_with_its_own_signatures_and_hash(frozen, committee):
    made = add_addendum(frozen.meeting_id, text="Read 12 as 21.", by=committee.secretary, now=LATER)
    assert content_of(made)["to"] == frozen.content_hash
    for user in (committee.secretary, committee.mobile):
        sign(made, user)
    freeze_minutes(made.pk, typeset=typeset, by=committee.secretary, now=LATER)
    made, main = Minutes.objects.get(pk=made.pk), Minutes.objects.get(pk=frozen.pk)
    assert faults_of(made) == faults_of(main) == []
    assert made.content_hash != main.content_hash == frozen.content_hash


def test_minutes_that_are_a_draft_take_no_addendum(minutes, committee):
    with pytest.raises(MeetingRefused, match="not-frozen"):
        add_addendum(minutes.meeting_id, text="x", by=committee.secretary, now=LATER)


def test_a_scan_that_is_changed_on_the_disk_is_found(frozen, committee, settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    scan = attach_scan(frozen.pk, name="paper.pdf", content=PDF, by=committee.secretary, now=LATER)
    assert take_scan(scan.pk, by=committee.mobile)[1] == PDF
    path_of(scan.stored_name).write_bytes(b"%PDF-1.7 another")
    assert faults_of(Minutes.objects.get(pk=frozen.pk)) == ["scan"]


def verified(monkeypatch, capsys, *arguments) -> tuple[int, dict]:
    """Run the command on the register of the test, which is open already."""
    monkeypatch.setattr("pollready.jobs.registers.open_register", lambda *_, **__: None)
    status = main(["minutes", "verify", "--json", *arguments])
    return status, json.loads(capsys.readouterr().out)


def test_the_command_line_proves_frozen_minutes_and_their_pdf(
    frozen, monkeypatch, capsys, tmp_path
):
    theirs, another = tmp_path / "minutes.pdf", tmp_path / "another.pdf"
    theirs.write_bytes(bytes(frozen.pdf_fa))
    another.write_bytes(bytes(frozen.pdf_fa) + b" ")
    status, said = verified(monkeypatch, capsys, "all", "--file", str(theirs))
    assert (status, said["holds"], said["file_is_of"]) == (0, True, [frozen.pk])
    status, said = verified(monkeypatch, capsys, str(frozen.pk), "--file", str(another))
    assert (status, said["holds"], said["file_is_of"]) == (1, False, [])
    status, said = verified(monkeypatch, capsys, "999999")
    assert (status, said["minutes"]) == (1, [])


def test_the_command_line_names_what_was_tampered_with(
    frozen, untriggered_log, monkeypatch, capsys
):
    with connection.cursor() as cursor:
        cursor.execute(*TAMPERED["content"])
    status, said = verified(monkeypatch, capsys, "all")
    assert (status, said["minutes"][0]["faults"]) == (1, ["content"])
