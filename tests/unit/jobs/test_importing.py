"""Lists that are sent, looked at, corrected, applied or discarded."""

import stat
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from pollready.audit.commands import Entry, record
from pollready.audit.queries import verify_chain
from pollready.intake.deciding import ImportMoved, discard
from pollready.intake.models import ImportState, StagedChange, StagedFault, StagedImport
from pollready.intake.queries import imports_for
from pollready.intake.reading.limits import FileTooLarge, UnknownForm, UnreadableFile
from pollready.intake.uploads import file_of, folder_of
from pollready.jobs import importing
from pollready.jobs.background import JobStopped, is_repeatable, restart, run_job
from pollready.jobs.importing import (
    apply_staged,
    correct_and_stage,
    discard_staged,
    stage_file,
    written_file,
)
from pollready.jobs.models import LOST_AFTER, SETTLED_WITHIN, Job, JobState
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency, Listing, Place, ServicePoint
from pollready.register.models import Claim, Source

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 6, 1, 8, 0, tzinfo=UTC)
HEAD = "code,name,county,kind,boxes,expected_voters\n"
LIST = HEAD + "101,School A,Ahar,fixed,2,900\n102,School B,Ahar,fixed,3,1200\n"
NEWER = HEAD + "101,School A,Ahar,fixed,4,900\n103,School C,Ahar,fixed,1,500\n"
BROKEN = HEAD + "101,School A,Ahar,fixed,many,900\n,,Ahar,fixed,1,1\n"


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    return tmp_path


@pytest.fixture
def user():
    return User.objects.create(username="importer", role=Role.SECRETARY, language="en")


def send(user, text, name="stations.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    staged = stage_file(name=name, chunks=[content], election_date=None, by=user, now=NOW)
    return done(staged)


def done(staged) -> StagedImport:
    """Do the job that waits for an import."""
    job = Job.objects.filter(subject=f"import:{staged.pk}").order_by("-pk").first()
    run_job.call(job.pk)
    return StagedImport.objects.get(pk=staged.pk)


def apply(staged, user, compared=None) -> StagedImport:
    apply_staged(staged.pk, compared=compared or staged.compared, by=user, now=NOW)
    return done(staged)


def changes(staged) -> list[tuple]:
    rows = StagedChange.objects.filter(staged=staged, what="station")
    return [(r.kind, r.code, r.field, r.before, r.after) for r in rows]


def test_a_sent_list_is_compared_and_changes_nothing_until_it_is_applied(user):
    staged = send(user, LIST)
    assert staged.state == ImportState.STAGED
    assert not Listing.objects.exists()
    assert not Claim.objects.exists()
    assert changes(staged) == [("new", "101", "", [], []), ("new", "102", "", [], [])]
    applied = apply(staged, user)
    assert applied.state == ImportState.APPLIED
    assert list(Listing.objects.values_list("code", flat=True).order_by("code")) == ["101", "102"]
    assert applied.round == Listing.objects.first().round
    assert verify_chain() is None


def test_what_is_applied_equals_what_the_command_line_imports(user, tmp_path):
    from pollready.intake.commands import import_file

    def register() -> list[tuple]:
        stations = Listing.objects.values_list("code", "point__name", "expected_voters")
        claims = Claim.objects.filter(superseded_at=None)
        said = claims.values_list("listing__code", "field", "value")
        return [sorted(stations), sorted(said)]

    for text in (LIST, NEWER):
        apply(send(user, text), user)
    by_console = register()
    Claim.objects.all().delete()
    Listing.objects.all().delete()
    Source.objects.all().delete()
    for number, text in enumerate((LIST, NEWER)):
        path = tmp_path / "stations.csv"
        path.write_text(text)
        import_file(path, by=None, now=NOW + timedelta(minutes=number))
    assert register() == by_console


def test_a_newer_list_shows_what_is_new_changed_and_missing(user):
    apply(send(user, LIST), user)
    staged = send(user, NEWER)
    assert changes(staged) == [
        ("new", "103", "", [], []),
        ("changed", "101", "boxes", ["2"], ["4"]),
        ("missing", "102", "", [], []),
    ]
    apply(staged, user)
    current = Claim.objects.filter(superseded_at=None, field="boxes", listing__code="101")
    assert list(current.values_list("value", flat=True)) == ["4"]


def test_a_station_with_another_number_is_shown_as_renumbered(user):
    apply(send(user, LIST), user)
    staged = send(user, LIST.replace("102,", "202,"))
    assert changes(staged) == [("renumbered", "202", "code", ["102"], ["202"])]
    apply(staged, user)
    assert sorted(Listing.objects.values_list("code", flat=True)) == ["101", "202"]


def test_the_same_list_again_changes_nothing(user):
    apply(send(user, LIST), user)
    claims = Claim.objects.count()
    staged = send(user, LIST)
    assert staged.counts["unchanged"]
    assert apply(staged, user).state == ImportState.APPLIED
    assert Claim.objects.count() == claims


def test_faults_are_kept_with_their_place_and_the_rejected_rows_as_a_workbook(user):
    staged = send(user, BROKEN)
    faults = StagedFault.objects.filter(staged=staged).values_list("code", "row", "column")
    assert ("not-a-count", 2, "boxes") in set(faults)
    assert staged.counts["rows_rejected"] == 1
    file = written_file(staged, importing.REJECTED, "en")
    assert openpyxl.load_workbook(file).sheetnames
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_sent_file_is_private_and_removed_once_it_is_decided(user):
    staged = send(user, LIST)
    assert stat.S_IMODE(file_of(staged).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder_of(staged).stat().st_mode) == 0o700
    apply(staged, user)
    assert not file_of(staged).exists()
    other = send(user, NEWER)
    discard(other.pk, by=user, now=NOW)
    importing_done = StagedImport.objects.get(pk=other.pk)
    assert importing_done.state == ImportState.DISCARDED


@pytest.mark.django_db(transaction=True)
def test_a_discarded_file_leaves_nothing(user):
    staged = send(user, BROKEN)
    discard(staged.pk, by=user, now=NOW)
    assert not folder_of(staged).exists()
    assert not StagedFault.objects.filter(staged=staged).exists()
    assert not Listing.objects.exists()


def test_a_list_that_others_changed_meanwhile_is_shown_again_and_not_applied(user):
    apply(send(user, LIST), user)
    first, second = send(user, NEWER), send(user, NEWER.replace(",4,", ",7,"), "stations.csv")
    apply(second, user)
    after = apply(first, user)
    assert after.state == ImportState.STAGED
    assert after.moved
    assert ("changed", "101", "boxes", ["7"], ["4"]) in changes(after)
    current = Claim.objects.filter(superseded_at=None, field="boxes", listing__code="101")
    assert list(current.values_list("value", flat=True)) == ["7"]
    assert apply(after, user).state == ImportState.APPLIED
    assert list(current.values_list("value", flat=True)) == ["4"]


def test_what_others_write_elsewhere_does_not_ask_anybody_to_look_again(user):
    staged = send(user, LIST)
    record(actor="x", command="c", now=NOW, entries=[Entry("station", "other", None, {"a": 1})])
    assert apply(staged, user).state == ImportState.APPLIED


def test_a_write_between_planning_and_applying_makes_the_plan_anew(user, monkeypatch):
    from pollready.intake import comparing

    staged = send(user, LIST)
    planned = comparing._planned
    times = []

    def planned_while_others_write(*arguments):
        plan = planned(*arguments)
        if not times:
            entries = [Entry("component", "C-1", None, {"kind": "feeder"})]
            record(actor="x", command="c", now=NOW, entries=entries)
        times.append(1)
        return plan

    monkeypatch.setattr(comparing, "_planned", planned_while_others_write)
    assert apply(staged, user).state == ImportState.APPLIED
    assert len(times) == 2


def test_only_what_was_shown_can_be_applied(user):
    staged = send(user, LIST)
    with pytest.raises(ImportMoved):
        apply_staged(staged.pk, compared="0" * 64, by=user, now=NOW)
    apply(staged, user)
    with pytest.raises(ImportMoved):
        apply_staged(staged.pk, compared=staged.compared, by=user, now=NOW)


def test_columns_are_corrected_and_remembered_for_the_next_file_of_the_form(user):
    text = LIST.replace("boxes", "urns to bring")
    staged = send(user, text)
    assert staged.counts["unread"] == ["urns to bring"]
    column = [c["heading"] for c in staged.tables[0]["columns"]].index("urns to bring")
    chosen = {(0, column): "stations.boxes"}
    correct_and_stage(staged.pk, chosen=chosen, by=user, now=NOW)
    corrected = done(staged)
    assert corrected.counts["unread"] == []
    assert corrected.tables[0]["columns"][column]["field"] == "stations.boxes"
    again = send(user, text.replace("School B", "School D"), "another.csv")
    assert again.mapping == {"urns to bring": "stations.boxes"}


def test_a_column_can_be_left_out(user):
    staged = send(user, LIST)
    column = [c["heading"] for c in staged.tables[0]["columns"]].index("boxes")
    correct_and_stage(staged.pk, chosen={(0, column): "stations.-"}, by=user, now=NOW)
    apply(done(staged), user)
    assert not Claim.objects.filter(field="boxes").exists()


def test_a_list_of_which_nothing_could_be_made_is_saved_by_saying_its_columns(user):
    staged = send(user, "zq,xv,county,kind\n101,School A,Ahar,fixed\n102,School B,Ahar,fixed\n")
    assert staged.state == ImportState.UNUSABLE
    assert staged.error_code == "intake.nothing-usable"
    headings = [column["heading"] for column in staged.tables[0]["columns"]]
    chosen = {
        (0, headings.index("zq")): "stations.code",
        (0, headings.index("xv")): "stations.name",
    }
    correct_and_stage(staged.pk, chosen=chosen, by=user, now=NOW)
    assert done(staged).state == ImportState.STAGED


def test_forbidden_columns_are_named_and_nothing_of_them_is_kept(user, data):
    text = LIST.replace("boxes", "national id").replace(",2,", ",0084575948,")
    staged = send(user, text)
    assert staged.counts["columns_dropped"] == ["national id"]
    column = next(c for c in staged.tables[0]["columns"] if c["forbidden"])
    assert column["samples"] == []
    values = StagedFault.objects.values_list("value", flat=True)
    assert not any("0084575948" in value for value in values)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"%PDF-1.7 not a list", UnknownForm),
        (b"", UnknownForm),
        (b"PK\x03\x04broken", UnreadableFile),
    ],
)
def test_what_is_no_list_is_refused_and_not_kept(user, data, content, error):
    with pytest.raises(error):
        send(user, content, "stations.xlsx")
    assert not list((data / "imports").iterdir())
    assert not StagedImport.objects.exists()


def test_a_file_that_is_too_large_is_refused_while_it_comes_in(user, data, monkeypatch):
    monkeypatch.setattr("pollready.intake.uploads.FILE_MAX_BYTES", 10)
    with pytest.raises(FileTooLarge):
        send(user, LIST)
    assert not list((data / "imports").iterdir())


def test_a_name_with_a_path_in_it_leads_nowhere(user, data):
    staged = send(user, LIST, "..\\..\\etc/../../stations.csv")
    assert staged.file_name == "stations.csv"
    assert file_of(staged).resolve().is_relative_to(data.resolve())


def test_who_may_not_import_sends_nothing(db):
    governor = User.objects.create(username="governor", role=Role.GOVERNOR)
    with pytest.raises(NotPermitted):
        send(governor, LIST)


def test_imports_of_others_are_seen_by_who_sees_everything(user):
    staged = send(user, LIST)
    limited = User.objects.create(username="limited", role=Role.SECRETARY)
    limited.places.add(Place.objects.create(level=2, name="Ahar", key="ahar"))
    assert list(imports_for(limited)) == []
    other = User.objects.create(username="other", role=Role.SECRETARY)
    assert list(imports_for(other)) == [staged]


def test_stations_outside_the_sender_s_places_are_refused(user):
    place = Place.objects.create(level=2, name="Tabriz", key="tabriz")
    user.places.add(place)
    staged = send(user, LIST)
    assert staged.state == ImportState.UNUSABLE
    assert staged.error_code == "intake.outside-scope"
    assert not Listing.objects.exists()


def test_an_error_while_applying_leaves_the_import_to_be_applied_again(user, monkeypatch):
    staged = send(user, LIST)

    def break_down(*arguments, **named):
        raise RuntimeError("secret text")

    with monkeypatch.context() as patch:
        patch.setattr("pollready.intake.comparing.Prepared", break_down)
        after = apply(staged, user)
    job = Job.objects.order_by("-pk").first()
    assert after.state == ImportState.STAGED
    assert job.state == JobState.FAILED
    assert job.error_code == "jobs.unexpected"
    assert "secret" not in str(job.error_fields)
    assert not Listing.objects.exists()
    assert apply(after, user).state == ImportState.APPLIED


@pytest.mark.django_db(transaction=True)
def test_what_is_written_ahead_is_seen_by_nobody_and_taken_out_again(user, monkeypatch):
    from pollready.intake.applying import ahead

    monkeypatch.setattr(ahead, "_FROM", 1)
    staged = send(user, LIST)
    seen = []

    def break_down(self, **named):
        tables = (Claim, ServicePoint, Listing, Source)
        seen.append(tuple(table.objects.count() for table in tables))
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("pollready.intake.comparing.Prepared.apply", break_down)
        after = apply(staged, user)
    from django.db import connection

    if connection.vendor == "sqlite":
        assert seen == [(2, 2, 0, 0)]
    assert after.state == ImportState.STAGED
    assert not after.ahead
    assert not Claim.objects.exists()
    assert not ServicePoint.objects.exists()
    assert apply(after, user).state == ImportState.APPLIED
    assert Claim.objects.filter(listing__code="102", value="3").count() == 1
    connection.check_constraints()


def kill(staged, *, at=NOW) -> Job:
    """Leave the last job on an import as a worker that was killed leaves it."""
    job = Job.objects.filter(subject=f"import:{staged.pk}").order_by("-pk").first()
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, started_at=at, beat_at=at)
    job.refresh_from_db()
    return job


LONG_AFTER = NOW + LOST_AFTER + SETTLED_WITHIN * 2  # nobody took it up meanwhile


def test_reading_that_broke_off_can_be_done_again_or_given_up(user):
    first = stage_file(name="a.csv", chunks=[LIST.encode()], election_date=None, by=user, now=NOW)
    job = kill(first)
    restart(job, by=user, now=LONG_AFTER)
    assert done(first).state == ImportState.STAGED
    second = stage_file(name="b.csv", chunks=[LIST.encode()], election_date=None, by=user, now=NOW)
    kill(second)
    assert discard_staged(second.pk, by=user, now=LONG_AFTER).state == ImportState.DISCARDED


def test_applying_that_broke_off_can_be_done_again(user):
    staged = send(user, LIST)
    apply_staged(staged.pk, compared=staged.compared, by=user, now=NOW)
    restart(kill(staged), by=user, now=LONG_AFTER)
    assert done(staged).state == ImportState.APPLIED
    assert Listing.objects.count() == 2


def test_what_is_being_applied_is_given_up_only_once_its_worker_is_lost(user):
    staged = send(user, LIST)
    apply_staged(staged.pk, compared=staged.compared, by=user, now=NOW)
    kill(staged)
    with pytest.raises(ImportMoved):
        discard_staged(staged.pk, by=user, now=NOW)
    assert discard_staged(staged.pk, by=user, now=LONG_AFTER).state == ImportState.DISCARDED


def test_a_worker_that_was_taken_for_lost_writes_nothing_after_the_file_was_given_up(
    user, monkeypatch
):
    staged = send(user, LIST)
    apply_staged(staged.pk, compared=staged.compared, by=user, now=NOW)
    from pollready.intake import comparing

    planned = comparing._planned

    def planned_while_given_up(*arguments):
        StagedImport.objects.filter(pk=staged.pk).update(state=ImportState.DISCARDED)
        return planned(*arguments)

    monkeypatch.setattr(comparing, "_planned", planned_while_given_up)
    assert done(staged).state == ImportState.DISCARDED
    assert not Listing.objects.exists()
    assert not Claim.objects.exists()


def test_a_second_worker_on_what_was_applied_does_not_show_it_as_undecided(user, monkeypatch):
    staged = send(user, LIST)
    apply_staged(staged.pk, compared=staged.compared, by=user, now=NOW)
    from pollready.intake import comparing

    differences = comparing.differences

    def found_after_another_applied_it(plan):
        StagedImport.objects.filter(pk=staged.pk).update(state=ImportState.APPLIED)
        return differences(plan)[:1]

    monkeypatch.setattr(comparing, "differences", found_after_another_applied_it)
    assert done(staged).state == ImportState.APPLIED
    assert file_of(staged).exists()  # the other's to remove


def test_a_worker_that_ended_just_after_applying_leaves_no_file_once_it_is_done_again(user):
    staged = send(user, LIST)
    content = file_of(staged).read_bytes()
    applied = apply(staged, user)
    file_of(applied).write_bytes(content)
    written_file(applied, importing.COMPLETE, "en").unlink()
    restart(kill(applied), by=user, now=LONG_AFTER)
    done(applied)
    assert not file_of(applied).exists()
    assert written_file(applied, importing.COMPLETE, "en").exists()


@pytest.mark.parametrize(
    ("asked", "after"), [(True, ImportState.STAGED), (False, ImportState.APPLYING)]
)
def test_applying_that_somebody_stopped_is_decided_anew_and_a_leaving_worker_s_goes_on(
    user, monkeypatch, asked, after
):
    staged = send(user, LIST)
    apply_staged(staged.pk, compared=staged.compared, by=user, now=NOW)
    job = Job.objects.order_by("-pk").first()

    def leave(*arguments, **named):
        if asked:
            Job.objects.filter(pk=job.pk).update(stop_asked_at=NOW)
        raise JobStopped

    with monkeypatch.context() as patch:
        patch.setattr("pollready.intake.comparing.Prepared", leave)
        assert done(staged).state == after
    assert not Listing.objects.exists()
    if not asked:
        Job.objects.filter(pk=job.pk).update(state=JobState.WAITING)
        assert done(staged).state == ImportState.APPLIED


def test_work_on_imports_is_taken_up_by_the_next_worker():
    assert is_repeatable("stage-import")
    assert is_repeatable("apply-import")


def test_an_operator_called_by_its_name_is_the_agency_that_it_is(user):
    Agency.objects.create(code="OP1", name="اپراتور یک")
    head = "code,name,county,kind,operator_1\n"
    apply(send(user, head + "101,School A,Ahar,fixed,OP1\n"), user)
    again = send(user, head + "101,School A,Ahar,fixed,اپراتور يك\n")
    assert changes(again) == []
    other = send(user, head + "101,School A,Ahar,fixed,OP9\n")
    assert [(row[2], row[4]) for row in changes(other)] == [("operator_1", ["OP9"])]
