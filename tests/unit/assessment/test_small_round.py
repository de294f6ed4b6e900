"""A round of a few stations, from its workbook to what the engine and the criteria say."""

from datetime import UTC, date, datetime

import pytest

from pollready.assessment import assess
from pollready.intake.commands import import_file
from pollready.intake.writing import write_workbook

pytestmark = pytest.mark.django_db

ELECTION = date(2028, 6, 16)


def row(code, **changes):
    whole = {
        "code": code, "name": f"School {code}", "county": "Ahar", "kind": "fixed",
        "expected_voters": 300, "id_devices": 2, "operator_1": "OP1", "operator_2": "OP2",
        "signal_1": "good", "signal_2": "good", "test_date": date(2028, 5, 1), "mains": "yes",
        "feeder": "FDR", "battery_h": 0, "generator": "no", "forms": 200,
    }  # fmt: skip
    return whole | changes


def component(code, kind, agency="HQ", **more):
    return {
        "code": code,
        "kind": kind,
        "agency": agency,
        "county": "Ahar",
        "class": "normal",
    } | more


def assessed(tmp_path, stations, *, stops=(), components=None):
    codes = [station["code"] for station in stations]
    sheets = {
        "round": [{"name": "r", "election_date": ELECTION, "province": "East Azerbaijan"}],
        "stations": list(stations),
        "stops": list(stops),
        "components": components
        or [
            component("FDR", "feeder"),
            component("CORE", "provincial_centre"),
            component("S1", "mobile_site", "OP1", serves=codes, depends_on="CORE"),
            component("S2", "mobile_site", "OP2", serves=codes, depends_on="CORE"),
        ],
        "agencies": [{"code": code, "name": code} for code in ("HQ", "OP1", "OP2")],
    }
    write_workbook(tmp_path / "w.xlsx", sheets, "en")
    imported = import_file(tmp_path / "w.xlsx", by=None, now=datetime(2028, 6, 14, tzinfo=UTC))
    return assess(imported.round_id, as_of=date(2028, 6, 14))


def criterion(assessment, code, name):
    (station,) = (s for s in assessment.stations if s.code == code)
    return next(c.value.value for c in station.criteria if c.name == name)


def test_of_the_closed_stations_those_with_forms_may_use_paper_once_ordered(tmp_path):
    assessment = assessed(tmp_path, [row("1"), row("2", forms=0), row("3", forms=None)])
    working, failed = assessment.vulnerabilities
    assert working.singles_below_province["offline", "service"][0].codes == ("FDR",)
    assert (working.paper_possible, failed.paper_possible) == (2, 1)
    assert {s.level_admit["working"] for s in assessment.stations} == {"online"}


def test_costs_count_only_stations_that_hold_the_level_now(tmp_path):
    dark = row("3", id_devices=0)
    assessment = assessed(tmp_path, [row("1"), row("2"), dark])
    working = assessment.vulnerabilities[0]
    assert working.singles_below_province["offline", "service"][0].stations == 2
    assert working.already_below["offline"] == (1, 300)


def test_no_devices_are_none_and_uncounted_ones_may_be_there(tmp_path):
    assessment = assessed(tmp_path, [row("1", id_devices=0), row("2", id_devices=None)])
    none, uncounted = assessment.stations
    assert set(none.level_admit.values()) == {"closed"}
    assert uncounted.level_admit == {"working": "online", "failed": "closed"}


def test_a_signal_of_which_nobody_speaks_may_not_reach_the_station(tmp_path):
    silent = row("2", signal_1=None, signal_2=None)
    stations = assessed(tmp_path, [row("1"), silent]).stations
    assert stations[0].level_admit == {"working": "online", "failed": "online"}
    assert stations[1].level_admit == {"working": "online", "failed": "offline"}


def test_a_site_that_names_nothing_above_it_leaves_independence_unknown(tmp_path):
    codes = ["1", "2"]
    loose = [
        component("FDR", "feeder"),
        component("CORE", "provincial_centre"),
        component("S1", "mobile_site", "OP1", serves=codes, depends_on="CORE"),
        component("S2", "mobile_site", "OP2", serves=codes),
    ]
    assessment = assessed(tmp_path, [row("1"), row("2")], components=loose)
    assert criterion(assessment, "1", "second_path") == "unknown"


@pytest.mark.parametrize(
    ("way", "second_path"),
    [("(SPAN-1 | SPAN-2) & CORE", "met"), ("SPAN-1 | SPAN-2", "unknown")],
)
def test_a_span_need_not_name_what_is_above_it_where_its_neighbours_do(tmp_path, way, second_path):
    codes = ["1", "2"]
    ring = [
        component("FDR", "feeder"),
        component("CORE", "provincial_centre"),
        component("SPAN-1", "ring_segment"),
        component("SPAN-2", "ring_segment"),
        component("S1", "mobile_site", "OP1", serves=codes, depends_on="CORE"),
        component("S2", "mobile_site", "OP2", serves=codes, depends_on=way),
    ]
    assessment = assessed(tmp_path, [row("1"), row("2")], components=ring)
    assert criterion(assessment, "1", "second_path") == second_path


def test_independent_paths_meet_in_the_province_only(tmp_path):
    assert criterion(assessed(tmp_path, [row("1"), row("2")]), "1", "second_path") == "met"


def test_a_line_does_not_travel_with_a_mobile_station(tmp_path):
    mobile = row("1", kind="mobile", fixed_line="fibre", signal_1=None, signal_2=None)
    stops = [{"code": "1", "order": 1, "place": "p", "signal_1": "none", "signal_2": "none"}]
    assessment = assessed(tmp_path, [mobile, row("2")], stops=stops)
    assert criterion(assessment, "1", "primary_path") == "unmet"
