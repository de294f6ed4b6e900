"""Keeping an assessment: in turns that nobody sees, and current at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from pollready.assessment import assess, commands
from pollready.assessment.commands import save_assessment
from pollready.assessment.models import (
    CauseRecord,
    ComponentRecord,
    DependenceRecord,
    FindingRecord,
    SavedAssessment,
    SignalRecord,
    StationRecord,
)
from pollready.assessment.queries import last_assessment
from pollready.assessment.waits import thresholds_of
from pollready.audit.queries import verify_chain
from pollready.audit.turns import Turns, delete_in_turns, in_turns
from pollready.engine.time_varying_queue import waits
from pollready.intake.commands import import_file
from pollready.obstacles.arriving import profile_of
from pollready.obstacles.models import ObstacleCase
from pollready.obstacles.thresholds import Thresholds
from pollready.people.models import User
from pollready.places.models import ElectionRound

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
LIST = (
    "code,name,county,kind,expected_voters,feeder,operator_1,signal_1,id_devices\n"
    "101,School A,Ahar,fixed,900,FD-1,OP1,good,3\n"
    "102,School B,Ahar,fixed,800,FD-1,OP1,weak,\n"
)
CHILDREN = (
    StationRecord, CauseRecord, FindingRecord, SignalRecord, ComponentRecord, DependenceRecord,
)  # fmt: skip


@pytest.fixture
def made(tmp_path):
    path = tmp_path / "stations.csv"
    path.write_text(LIST)
    import_file(path, election_date=date(2028, 6, 28), by=None, now=NOW - timedelta(days=1))
    return assess(ElectionRound.objects.get().pk, as_of=NOW.date())


def counts(saved) -> list[int]:
    return [
        StationRecord.objects.filter(assessment=saved).count(),
        CauseRecord.objects.filter(assessment=saved).count(),
        FindingRecord.objects.filter(cause__assessment=saved).count(),
        SignalRecord.objects.filter(assessment=saved).count(),
    ]


def test_an_assessment_is_whole_once_it_is_written(made):
    saved = save_assessment(made, now=NOW)
    assert SavedAssessment.objects.get() == saved
    assert last_assessment(made.round_id) == saved
    assert counts(saved)[0] == 2
    assert min(counts(saved)) > 0
    assert saved.counts["stations"] == SavedAssessment.objects.get().counts["stations"] == 2
    assert verify_chain() is None


def test_waits_are_kept_as_they_were_judged_and_the_unknown_stays_unknown(made):
    slow = Thresholds(check_in_service_min=3.0)
    usual, other = (save_assessment(made, now=NOW, thresholds=each) for each in (None, slow))
    assert thresholds_of(usual) == Thresholds()
    assert thresholds_of(other) == slow
    known = unlike = 0
    for record in usual.stations.select_related("listing"):
        now = other.stations.get(listing=record.listing)
        pair = record.listing.expected_voters, record.devices
        is_known = None not in pair
        assert (
            (record.wait_mean_min is not None) == (record.wait_over_share is not None) == is_known
        )
        assert (record.devices_needed is None) == (pair[0] is None)
        if is_known:
            known += 1
            day = profile_of(Thresholds()).day(*pair, 1.5, made.facts.polling_h or 10.0)
            assert record.wait_mean_min == pytest.approx(waits(day).mean_min, rel=1e-6)
            unlike += now.wait_mean_min > record.wait_mean_min
    assert known == unlike > 0


def test_what_is_being_written_is_shown_to_nobody(made, monkeypatch):
    first = save_assessment(made, now=NOW)
    seen = []
    sync = commands.sync_cases

    def look(*arguments, **named):
        seen.append((last_assessment(made.round_id), SavedAssessment.everything.count()))
        return sync(*arguments, **named)

    monkeypatch.setattr(commands, "sync_cases", look)
    second = save_assessment(made, now=NOW + timedelta(hours=1))
    assert seen == [(first, 2)]
    assert last_assessment(made.round_id) == second


def test_one_that_breaks_off_leaves_nothing_and_the_earlier_one_stands(made, monkeypatch):
    first = save_assessment(made, now=NOW)
    cases = list(ObstacleCase.objects.values_list("pk", "record", "state"))
    before = [table.objects.count() for table in CHILDREN]

    def break_down(saved):
        raise RuntimeError

    monkeypatch.setattr(commands, "save_counts", break_down)
    with pytest.raises(RuntimeError):
        save_assessment(made, now=NOW + timedelta(hours=1))
    assert list(SavedAssessment.everything.all()) == [first]
    assert [table.objects.count() for table in CHILDREN] == before
    assert list(ObstacleCase.objects.values_list("pk", "record", "state")) == cases


def test_what_a_killed_writer_left_is_taken_out_by_the_next(made):
    left = save_assessment(made, now=NOW - timedelta(hours=3))
    ObstacleCase.objects.all().delete()
    SavedAssessment.everything.filter(pk=left.pk).update(whole=False)
    assert last_assessment(made.round_id) is None
    saved = save_assessment(made, now=NOW)
    assert list(SavedAssessment.everything.all()) == [saved]
    assert not StationRecord.objects.exclude(assessment=saved).exists()


def test_what_another_writer_is_just_writing_is_left_to_him(made):
    other = save_assessment(made, now=NOW - timedelta(minutes=2))
    SavedAssessment.everything.filter(pk=other.pk).update(whole=False)
    save_assessment(made, now=NOW)
    assert SavedAssessment.everything.filter(pk=other.pk).exists()


def test_only_the_newest_assessment_keeps_what_rests_on_what(made):
    save_assessment(made, now=NOW)
    newer = save_assessment(made, now=NOW + timedelta(hours=1))
    kept = DependenceRecord.objects.values_list("record__assessment", flat=True).distinct()
    assert set(kept) <= {newer.pk}


def test_turns_grow_while_they_are_short_and_shrink_when_they_are_long(monkeypatch):
    waits = []
    monkeypatch.setattr("pollready.audit.turns.time.sleep", waits.append)
    clock = iter([0.0, 0.05, 10.0, 12.0])
    monkeypatch.setattr("pollready.audit.turns.time.perf_counter", lambda: next(clock))
    turns = Turns()
    with turns.turn() as first:
        pass
    grown = turns.rows
    with turns.turn():
        pass
    assert first < grown
    assert turns.rows < grown
    # SQLite looks every tenth of a second whether it may write: the pause is longer.
    assert waits == ([0.0, pytest.approx(0.13)] if connection.vendor == "sqlite" else [0.0, 0.0])


def test_rows_are_made_outside_of_every_turn_and_none_is_lost(monkeypatch):
    monkeypatch.setattr("pollready.audit.turns._FIRST", 2)
    monkeypatch.setattr("pollready.audit.turns._LEAST", 2)
    written: list[User] = []

    def rows():
        for number in range(7):
            assert not connection.in_atomic_block
            yield User(username=f"u{number}")

    def write(part):
        assert connection.in_atomic_block
        written.extend(User.objects.bulk_create(part))

    in_turns(rows(), write)
    assert [each.username for each in written] == [f"u{number}" for number in range(7)]
    delete_in_turns(User.objects.filter(username__startswith="u"))
    assert not User.objects.exists()
