"""The office's thresholds: read from its file, anew when it changes, and used for due days."""

import os
from datetime import UTC, date, datetime, timedelta

import pytest

from pollready.assessment import assess
from pollready.assessment.commands import save_assessment
from pollready.console.frame import next_gate
from pollready.obstacles.models import ObstacleCase
from pollready.obstacles.office import office_thresholds
from pollready.obstacles.thresholds import Thresholds, WrongThresholds
from pollready.project.environment import WrongSetting, read_environment

DAY = date(2028, 6, 19)


@pytest.fixture
def office(settings, tmp_path):
    settings.POLLREADY_THRESHOLDS = tmp_path / "thresholds.toml"
    return settings.POLLREADY_THRESHOLDS


def test_without_a_file_the_defaults_hold(office):
    assert office_thresholds() == Thresholds()


def test_a_file_is_read_and_read_anew_once_it_has_changed(office):
    office.write_text("coverage_gate_days = 40")
    assert office_thresholds() == Thresholds(coverage_gate_days=40)
    office.write_text("coverage_gate_days = 50")
    os.utime(office, ns=(1, 1))
    assert office_thresholds().coverage_gate_days == 50
    office.write_text("coverage_days = 50")
    with pytest.raises(WrongThresholds):
        office_thresholds()


def test_a_file_that_is_named_has_to_be_there(tmp_path):
    values = {"POLLREADY_DATA": str(tmp_path)}
    assert read_environment(values).thresholds == tmp_path / "thresholds.toml"
    missing = values | {"POLLREADY_THRESHOLDS": str(tmp_path / "none.toml")}
    with pytest.raises(WrongSetting):
        read_environment(missing)


@pytest.mark.django_db
def test_cases_are_due_at_the_gates_of_the_office(office, register):
    office.write_text("coverage_gate_days = 33\nlist_gate_days = 55")
    election = register.round.election_date
    save_assessment(
        assess(register.round.pk, as_of=election), now=datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
    )
    due = dict(ObstacleCase.objects.values_list("due_gate", "due_date"))
    assert due["coverage"] == election - timedelta(days=33)
    assert due.get("list", election - timedelta(days=55)) == election - timedelta(days=55)


def test_the_countdown_goes_by_the_gates_of_the_office(office):
    office.write_text("coverage_gate_days = 33")
    gate = next_gate(DAY, DAY - timedelta(days=40), today=True)
    assert (gate.name, gate.day) == ("coverage", DAY - timedelta(days=33))
