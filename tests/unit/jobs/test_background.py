"""Work behind the pages: started, done by a worker, interrupted, started again."""

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from pollready.engine.faults import CyclicDependency
from pollready.engine.network import InvalidNetwork
from pollready.jobs import background
from pollready.jobs.background import (
    NotRestartable,
    NotStoppable,
    Progress,
    UnknownJob,
    restart,
    run_job,
    start,
    start_assessment,
    stop,
)
from pollready.jobs.lost import settle_lost
from pollready.jobs.models import LOST_AFTER, SETTLED_WITHIN, Job, JobState
from pollready.jobs.pruning import KEPT, prune_queue
from pollready.jobs.queries import jobs_for
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import ElectionRound
from pollready.register.veil import masked

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def user():
    return User.objects.create(username="someone", role=Role.COMMITTEE_HEAD)


@pytest.fixture
def kind(monkeypatch):
    def work(job, progress):
        progress.step("reading", 4)
        progress.more(3)
        return {"seen": job.arguments["number"]}

    monkeypatch.setitem(background._KINDS, "test", work)
    return "test"


def test_a_job_is_done_and_says_what_came_of_it(user, kind):
    job = start(kind, by=user, now=NOW, arguments={"number": 7})
    assert job.state == JobState.WAITING
    run_job.call(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.step, job.total) == ("done", {"seen": 7}, "reading", 4)
    assert job.started_at is not None
    assert job.ended_at is not None


def test_a_job_is_done_once_however_often_it_is_asked_for(user, kind):
    job = start(kind, by=user, now=NOW, arguments={"number": 7})
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    run_job.call(job.pk)
    assert Job.objects.get(pk=job.pk).result == {}


def test_a_job_that_fails_says_its_code_or_a_number_but_never_a_text(user, monkeypatch):
    def fail(job, progress):
        raise ValueError("name of a station")

    def refuse(job, progress):
        raise NotRestartable

    for work, code in ((fail, "jobs.unexpected"), (refuse, "jobs.not-restartable")):
        monkeypatch.setitem(background._KINDS, "test", work)
        job = start("test", by=user, now=NOW)
        run_job.call(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error_code) == ("failed", code)
        assert "station" not in str(job.error_fields)


def test_work_of_an_unknown_kind_is_refused_at_once(user):
    with pytest.raises(UnknownJob):
        start("no-such-kind", by=user, now=NOW)


def test_progress_is_written_seldom(user, kind, django_assert_num_queries):
    job = start(kind, by=user, now=NOW)
    progress = Progress(job)
    with django_assert_num_queries(1):
        progress.step("reading", 1000)
        for _ in range(100):
            progress.more(1)
    assert job.percent == 10


def test_a_silent_job_is_shown_and_marked_as_interrupted_and_starts_again(user, kind):
    job = start(kind, by=user, now=NOW, arguments={"number": 7})
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, started_at=NOW, beat_at=NOW)
    job.refresh_from_db()
    later = NOW + LOST_AFTER + timedelta(seconds=1)
    assert job.state_at(NOW) == JobState.RUNNING
    assert job.state_at(later) == JobState.RUNNING  # a worker is about to settle it
    later += SETTLED_WITHIN
    assert job.state_at(later) == JobState.INTERRUPTED
    with pytest.raises(NotRestartable):
        restart(job, by=user, now=NOW)
    again = restart(job, by=user, now=later)
    assert again.arguments == job.arguments
    job.refresh_from_db()
    assert job.state == JobState.INTERRUPTED
    assert settle_lost(later) == 0


def test_lost_jobs_are_marked(user, kind):
    job = start(kind, by=user, now=NOW)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, started_at=NOW, beat_at=NOW)
    assert settle_lost(NOW) == 0
    assert settle_lost(NOW + LOST_AFTER + timedelta(seconds=1)) == 1


def test_an_assessment_waits_once_for_a_round_and_needs_the_permission(user):
    round_ = ElectionRound.objects.create(code="r", name="r")
    first = start_assessment(round_.pk, by=user, now=NOW)
    assert start_assessment(round_.pk, by=user, now=NOW) == first
    with pytest.raises(NotPermitted):
        technician = User.objects.create(username="technician", role=Role.TECHNICIAN)
        start_assessment(round_.pk, by=technician, now=NOW)


def test_jobs_of_others_are_not_seen_but_assessments_are(user, kind):
    other = User.objects.create(username="other", role=Role.SECRETARY)
    round_ = ElectionRound.objects.create(code="r", name="r")
    assessment = start_assessment(round_.pk, by=other, now=NOW)
    start(kind, by=other, now=NOW)
    assert list(jobs_for(user)) == [assessment]
    technician = User.objects.create(username="technician", role=Role.TECHNICIAN)
    assert list(jobs_for(technician)) == []


def test_a_job_that_waits_is_stopped_at_once_and_not_done(user, kind):
    job = start(kind, by=user, now=NOW, arguments={"number": 7})
    stop(job, by=user, now=NOW)
    run_job.call(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("stopped", {})
    with pytest.raises(NotStoppable):
        stop(job, by=user, now=NOW)
    assert restart(job, by=user, now=NOW).state == JobState.WAITING


def test_a_job_that_goes_on_stops_at_its_next_step(user, monkeypatch):
    def work(job, progress):
        stop(job, by=user, now=NOW)
        progress.step("reading")
        raise AssertionError("it went on")

    monkeypatch.setitem(background._KINDS, "test", work)
    job = start("test", by=user, now=NOW)
    run_job.call(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("stopped", "")


def test_only_work_that_does_no_harm_is_done_again(user, kind):
    job = start(kind, by=user, now=NOW)
    later = NOW + LOST_AFTER + timedelta(seconds=1)
    for repeatable, state in ((False, "interrupted"), (True, "waiting")):
        if repeatable:
            background._REPEATABLE.add(kind)
        Job.objects.update(state=JobState.RUNNING, started_at=NOW, beat_at=NOW)
        try:
            assert settle_lost(later) == 1
        finally:
            background._REPEATABLE.discard(kind)
        assert Job.objects.get(pk=job.pk).state == state


def test_a_job_whose_task_a_worker_took_and_never_began_is_handed_out_again(user, kind):
    start(kind, by=user, now=NOW)
    assert settle_lost(NOW + LOST_AFTER + timedelta(seconds=1)) == 0
    DBTaskResult.objects.update(status="RUNNING")
    assert settle_lost(NOW) == 0
    assert settle_lost(NOW + LOST_AFTER + timedelta(seconds=1)) == 1
    assert DBTaskResult.objects.ready().count() == 1


def test_an_error_of_the_engine_names_nothing(user, monkeypatch):
    def fail(job, progress):
        raise InvalidNetwork((CyclicDependency(("BTS-1", "FEEDER-9", "BTS-1")),))

    monkeypatch.setitem(background._KINDS, "test", fail)
    job = start("test", by=user, now=NOW)
    run_job.call(job.pk)
    job.refresh_from_db()
    assert job.error_code == InvalidNetwork.code
    assert "FEEDER" not in str(job.error_fields)
    assert masked("FEEDER-9") in str(job.error_fields)


def test_the_queue_forgets_what_was_done_long_ago_and_nothing_else(user, kind):
    for _ in range(4):
        start(kind, by=user, now=NOW)
    old, failed, young, waiting = DBTaskResult.objects.order_by("enqueued_at")
    for task, status, ended in (
        (old, "SUCCESSFUL", NOW - KEPT - timedelta(seconds=1)),
        (failed, "FAILED", NOW - KEPT - timedelta(days=1)),
        (young, "SUCCESSFUL", NOW - KEPT + timedelta(seconds=1)),
    ):
        DBTaskResult.objects.filter(pk=task.pk).update(status=status, finished_at=ended)
    prune_queue(NOW)
    left = set(DBTaskResult.objects.values_list("pk", flat=True))
    assert left == {young.pk, waiting.pk}
    assert Job.objects.count() == 4
