"""Work behind the pages: started, done by a worker, interrupted, started again."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from pollready.jobs import background
from pollready.jobs.background import (
    NotRestartable,
    Progress,
    UnknownJob,
    restart,
    run_job,
    start,
    start_assessment,
)
from pollready.jobs.lost import settle_lost
from pollready.jobs.models import LOST_AFTER, Job, JobState
from pollready.jobs.queries import jobs_for
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import ElectionRound

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


@pytest.fixture
def installation(tmp_path):
    """Give a register in a folder of its own, and how to run code on it."""
    environment = os.environ | {
        "POLLREADY_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "pollready.project.settings",
    }
    environment.pop("POLLREADY_DATABASE", None)

    def run(code: str) -> str:
        head = "import django; django.setup(); from datetime import datetime, UTC\n"
        done = subprocess.run(
            [sys.executable, "-c", head + code], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    migrated = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity=0"], env=environment, check=False
    )
    assert migrated.returncode == 0
    return run, environment


_START = """
from pollready.jobs.background import start
from pollready.places.models import ElectionRound
r = ElectionRound.objects.create(code="r", name="r")
print(start("assess", by=None, now=datetime.now(UTC), round_id=r.pk).pk)
"""
_STATE = "from pollready.jobs.models import Job; print(Job.objects.get().state)"


def test_a_worker_does_what_waits_and_ends_with_whoever_started_it(installation):
    run, environment = installation
    run(_START)
    command = [sys.executable, "-m", "pollready", "worker", "--with-parent"]
    worker = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 90
        while (state := run(_STATE)) in ("waiting", "running") and time.monotonic() < deadline:
            time.sleep(0.5)
        assert state in ("done", "failed")  # a round without stations has nothing to assess
        worker.stdin.close()
        assert worker.wait(timeout=20) == 0
    finally:
        worker.kill()
        worker.wait()


def test_a_worker_told_to_end_ends(installation):
    _, environment = installation
    worker = subprocess.Popen([sys.executable, "-m", "pollready", "worker"], env=environment)
    time.sleep(4)
    worker.send_signal(signal.SIGTERM)
    try:
        assert worker.wait(timeout=30) == 0
    finally:
        worker.kill()
        worker.wait()
