"""Workers in processes of their own: killed, told to end, told to stop, and what they check."""

import importlib.util
import signal
import sys
from pathlib import Path

import pytest

# In the run on PostgreSQL too: every test here makes a database of its own on that server.
pytestmark = pytest.mark.django_db

_spec = importlib.util.spec_from_file_location(
    "jobs_workers", Path(__file__).with_name("workers.py")
)
workers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(workers)

LONG = 300
# As if the time had passed after which a silent worker is lost.
LATER = "UPDATE pollready_job SET beat_at = '2020-01-01 00:00:00+00:00'"
AT_ONCE = "UPDATE pollready_job SET arguments = '{\"seconds\": 0.1}'"
WORKER = (sys.executable, "-m", "pollready", "worker")


@pytest.fixture
def here(tmp_path, empty_register, request):
    template = request.config.getoption("--template")
    with workers.installation(tmp_path, empty_register, template) as made:
        yield made


def test_what_a_killed_worker_was_doing_is_taken_up_once_then_said_to_be_interrupted(here):
    job = here.begin(LONG)
    for attempt in (1, 2):
        with here.worker() as worker:
            assert here.wait_for(job, "running", attempt=attempt) == "running"
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        here.ask(LATER)
    with here.worker():
        assert here.wait_for(job, "interrupted") == "interrupted"
    assert here.ask(f"SELECT attempt FROM pollready_job WHERE id = {job}") == [(2,)]


def test_a_job_that_goes_on_is_stopped_and_its_worker_does_the_next(here):
    job = here.begin(LONG)
    stop = """
from pollready.people.models import User
by, _ = User.objects.get_or_create(username="somebody")
background.stop(Job.objects.get(pk={}), by=by, now=datetime.now(UTC))
"""
    with here.worker() as worker:
        here.wait_for(job, "running")
        here.run(stop.format(job))
        assert here.wait_for(job, "stopped") == "stopped"
        following = here.begin(0.1)
        assert here.wait_for(following, "done") == "done"
        assert worker.poll() is None


def test_a_worker_whose_console_ends_puts_back_what_it_was_doing(here):
    job = here.begin(LONG)
    command = (sys.executable, "-c", workers.HEAD + workers.PATIENT + workers.WORK_WITH_PARENT)
    with here.worker(*command) as worker:
        here.wait_for(job, "running")
        worker.stdin.close()
        assert worker.wait(timeout=120) == 0
    told = here.ask(f"SELECT state, attempt FROM pollready_job WHERE id = {job}")
    assert told == [("waiting", 1)]
    here.ask(AT_ONCE)
    with here.worker():
        assert here.wait_for(job, "done") == "done"


_CLAIM = """
from datetime import timedelta
from pollready.assessment import assess
from pollready.assessment.commands import save_assessment
from pollready.jobs.rechecks import claim_and_recheck
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Role, User
from pollready.register.models import Claim
register = rows().fill_register()
now = datetime.now(UTC)
Claim.objects.update(recorded_at=now - timedelta(days=1))
round_ = register.round
save_assessment(assess(round_.pk, as_of=round_.election_date), now=now - timedelta(hours=1))
by = User.objects.create(username="somebody", role=Role.COMMITTEE_HEAD)
claim = Claim.objects.get(field="cards", value="not_ready")
claim.recorded_at, claim.value = now, {value!r}
claim.save()
case = ObstacleCase.objects.get(rule="cards_not_ready")
claim_and_recheck(
    case_id=case.pk, done="cards were issued", evidence="", version=case.version, by=by, now=now
)
print(Job.objects.get().pk)
"""
_CASE = """
from pollready.obstacles.models import ObstacleCase
case = ObstacleCase.objects.get(rule="cards_not_ready")
print(case.state, case.events.filter(kind="checked").count())
"""


@pytest.mark.parametrize(("value", "after"), [("ready", "verified 1"), ("not_ready", "in_work 1")])
def test_a_claimed_fix_is_checked_by_the_worker_and_moves_the_case(here, value, after):
    job = int(here.run(_CLAIM.format(value=value)))
    with here.worker(*WORKER):
        assert here.wait_for(job, "done", "failed") == "done"
    assert here.run(_CASE) == after


_ASK = """
from pollready.assessment.explorers import EXPLORERS
from pollready.assessment.prepared import Asked
from pollready.assessment.scoping import scope_of
from pollready.jobs.background import start_assessment
from pollready.jobs.costing import start_costing
from pollready.jobs.explorations import work_out
from pollready.people.models import Role, User
from pollready.planning.commands import take_in_catalogue
rows_ = rows()
register = rows_.fill_register()
rows_.assess_register(register)
now, round_ = datetime.now(UTC), register.round
take_in_catalogue(now=now)
by = User.objects.create(username="head", role=Role.COMMITTEE_HEAD, may_see_names=True)
explored = EXPLORERS.ask(round_.pk, round_.election_date).explored
for kind in ("worst", "distribution"):
    work_out(kind, explored, scope_of(by, explored), Asked(), by=by, now=now)
start_costing(round_.pk, by=by, now=now)
start_assessment(round_.pk, by=by, now=now)
print(*Job.objects.order_by("pk").values_list("pk", flat=True))
"""
_FOUND = """
from pollready.assessment.explorations.models import Exploration
from pollready.assessment.models import SavedAssessment
from pollready.planning.models import ScenarioBinding
print(
    Exploration.objects.exclude(result={}).count(), SavedAssessment.objects.count(),
    ScenarioBinding.objects.exists(),
)
"""


def test_a_worker_assesses_costs_scenarios_and_works_out_what_failures_can_take(here):
    jobs = [int(number) for number in here.run(_ASK).split()]
    with here.worker(*WORKER):
        assert [here.wait_for(job, "done", "failed") for job in jobs] == ["done"] * 4
    assert here.run(_FOUND) == "2 2 True"


def test_a_worker_told_to_end_ends(here):
    job = int(here.run(_CLAIM.format(value="ready")))
    with here.worker(*WORKER) as worker:
        here.wait_for(job, "running", "done")  # by then it listens
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=120) == 0
    assert here.state(job) == "done"  # what was in hand is done first
