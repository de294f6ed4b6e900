"""Likelihoods from earlier rounds, from the workbook to the figures of the network."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest

from pollready.assessment import assess
from pollready.assessment.document import to_summary
from pollready.assessment.likelihoods import likelihoods_of
from pollready.assessment.reading import read_register
from pollready.engine.regime import find_regime_change
from pollready.history.queries import incidents_before
from pollready.intake.commands import import_file
from pollready.intake.writing import write_workbook
from pollready.register.kinds import kind

pytestmark = pytest.mark.django_db
ELECTION = date(2028, 6, 16)
FEEDERS = 6


def stations():
    return [
        {
            "code": str(number), "name": f"School {number}", "kind": "fixed",
            "county": ("Ahar", "Tabriz")[number % 2], "expected_voters": 300, "id_devices": 2,
            "mains": "yes", "feeder": f"F{number % FEEDERS}", "battery_h": 0, "generator": "no",
        }
        for number in range(12)
    ]  # fmt: skip


def components(**figures):
    return [
        {"code": f"F{number}", "kind": "feeder", "agency": "POWER", "county": "Ahar",
         "class": "normal", **figures}
        for number in range(FEEDERS)
    ]  # fmt: skip


def incident(number, kind="feeder", place="Ahar", agency="POWER", hours=2.0, **changes):
    """Make one incident; every other one is of the round before."""
    day = (date(2021, 6, 18), date(2024, 6, 28))[number % 2]
    start = datetime.combine(day, time(8)) + timedelta(minutes=5 * number)
    end = None if hours is None else start + timedelta(hours=hours)
    return {
        "election": ("1400", "1403")[number % 2], "start": start, "end": end, "place": place,
        "kind": kind, "cause": "storm", "agency": agency, "confirmed": "yes",
    } | changes  # fmt: skip


def imported(tmp_path, incidents, **figures):
    sheets = {
        "round": [{"name": "r", "election_date": ELECTION, "province": "East Azerbaijan"}],
        "stations": stations(),
        "components": components(**figures),
        "agencies": [{"code": code, "name": code} for code in ("POWER", "HQ")],
        "incidents": incidents,
    }
    write_workbook(tmp_path / "w.xlsx", sheets, "en")
    taken = import_file(tmp_path / "w.xlsx", by=None, now=datetime(2028, 6, 14, tzinfo=UTC))
    return taken.round_id


def assessed(tmp_path, incidents, **figures):
    return assess(imported(tmp_path, incidents, **figures), as_of=date(2028, 6, 14))


def row_of(assessment, county, kind="feeder"):
    (row,) = (r for r in assessment.likelihoods if (r.county, r.kind) == (county, kind))
    return row


def test_forty_incidents_of_feeders_over_two_rounds_replace_the_default_of_the_kind(tmp_path):
    result = assessed(tmp_path, [incident(number) for number in range(40)])
    row = row_of(result, "Ahar")
    assert (row.incidents, row.rounds, row.evidence, row.exposure_of) == (
        40, 2, "digits", "components",
    )  # fmt: skip
    assert row.exposure_h == FEEDERS * 20 * 2  # components x hours of service x rounds
    assert row.per_1000_h.low < 40 / 240 * 1000 < row.per_1000_h.high
    assert row.repair_h.low < 2 < row.repair_h.high
    assert result.figure_basis == {"feeder": {"own": 0, "prior": FEEDERS, "default": 0}}
    # the network took it up: a station closes as often as its feeder is out
    down = row.per_1000_h.mean / 1000 * row.repair_h.mean
    assert result.stations[0].closed_prob.high >= down / (1 + down)
    assert down / (1 + down) > 10 * kind("feeder").unavailability


def test_a_component_s_own_figures_come_before_those_of_history(tmp_path):
    result = assessed(tmp_path, [incident(number) for number in range(40)], unavailability=0.004)
    assert result.figure_basis == {"feeder": {"own": FEEDERS, "prior": 0, "default": 0}}


def test_under_thirty_incidents_words_stand_and_the_default_of_the_kind_remains(tmp_path):
    result = assessed(tmp_path, [incident(number) for number in range(20)])
    row = row_of(result, "Ahar")
    assert (row.incidents, row.evidence, row.word) == (20, "words", "high")
    assert row.per_1000_h is None
    assert row.repair_h is None
    assert result.figure_basis == {"feeder": {"own": 0, "prior": 0, "default": FEEDERS}}


def test_one_round_alone_gives_no_digits(tmp_path):
    result = assessed(tmp_path, [incident(number) for number in range(0, 80, 2)])
    assert (row_of(result, "Ahar").incidents, row_of(result, "Ahar").evidence) == (40, "words")


def test_where_nothing_of_the_kind_is_listed_nothing_is_claimed(tmp_path):
    incidents = [incident(number, place="Tabriz") for number in range(4)]
    row = row_of(assessed(tmp_path, incidents), "Tabriz")
    assert (row.incidents, row.exposure_h, row.evidence, row.word) == (4, None, "none", None)


def test_a_kind_that_is_no_component_is_met_at_stations_and_counties_without_any_are_told(tmp_path):
    result = assessed(tmp_path, [incident(1, kind="flood", place="1", agency="HQ")])
    tabriz, ahar, everywhere = (
        row_of(result, county, "flood") for county in ("Tabriz", "Ahar", "")
    )
    assert (tabriz.incidents, ahar.incidents, everywhere.incidents) == (1, 0, 1)
    assert ahar.word is not None  # none so far is not never
    assert everywhere.exposure_h == 12 * 20
    assert ahar.exposure_of == "stations"


def test_one_storm_felt_at_six_stations_is_one_incident(tmp_path):
    storm = [incident(1, kind="flood", place=str(n), agency="HQ") for n in range(1, 12, 2)]
    assert row_of(assessed(tmp_path, storm), "", "flood").incidents == 1


def test_what_happened_on_election_day_itself_is_no_history(tmp_path):
    morning = datetime.combine(ELECTION, time(9))
    today = incident(1, start=morning, end=morning + timedelta(hours=1))
    assert assessed(tmp_path, [today]).likelihoods == ()


def test_after_a_change_of_regime_nothing_is_forecast_and_no_prior_enters_the_network(tmp_path):
    round_id = imported(tmp_path, [incident(number) for number in range(40)])
    series = np.random.default_rng(2).normal(90, 2, (24 * 5, 12))
    series[90:] = 0
    change = find_regime_change(series)
    found = likelihoods_of(
        read_register(round_id),
        incidents_before(round_id, ELECTION),
        service_starts_h=6,
        service_h=20,
        regime=change,
    )
    assert {row.evidence for row in found.rows} == {"regime_changed"}
    assert {(row.word, row.per_1000_h, row.repair_h) for row in found.rows} == {(None, None, None)}
    assert found.figures_of("feeder", "Ahar", "POWER").q is None


def test_the_document_holds_the_table_and_the_page_explains_each_of_its_keys(tmp_path):
    document = to_summary(assessed(tmp_path, [incident(n) for n in range(40)]), mask=str)
    assert document["figure_basis"]["feeder"]["prior"] == FEEDERS
    page = Path(__file__).resolve().parents[3] / "docs" / "reference" / "assessment.md"
    section = page.read_text("utf-8").split("## Likelihood")[1].split("\n## ")[0]
    assert {key for key in document["likelihoods"][0] if f"`{key}`" not in section} == set()
    assert set(document["likelihoods"][0]["per_1000_h"]) == {"mean", "low", "high"}
