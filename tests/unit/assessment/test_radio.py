"""Radio estimates in an assessment: evidence below any test, and nothing without tiles."""

import csv
import pickle
from datetime import UTC, date, datetime

import numpy as np
import pytest

from pollready.assessment import assess
from pollready.assessment.terrain_folder import UnreadableTile, open_terrain
from pollready.engine.terrain import Terrain, WrongTileName, WrongTileSize
from pollready.intake.commands import import_file
from pollready.language import message, say
from pollready.reports.veil import Veil
from pollready.reports.wording import Wording

SIDE = 1201
ELECTION, AS_OF = date(2028, 6, 16), date(2028, 6, 14)


def write_tile(folder, name="N38E046.hgt", height=1350, side=SIDE) -> None:
    folder.mkdir(exist_ok=True)
    np.full((side, side), height, ">i2").tofile(folder / name)


@pytest.fixture
def terrain(tmp_path) -> Terrain:
    write_tile(tmp_path / "tiles")
    opened = open_terrain(tmp_path / "tiles")
    assert opened is not None
    return opened


def station(code: str, lat: float, **changes):
    return {
        "code": code, "name": f"School {code}", "county": "Ahar", "kind": "fixed",
        "expected_voters": 300, "lat": lat, "lon": 46.5,
    } | changes  # fmt: skip


def site(code: str, lat: float, agency: str = "OP1", **more):
    return {
        "code": code, "kind": "mobile_site", "agency": agency, "county": "Ahar", "lat": lat,
        "lon": 46.5, "class": "normal", "mast_height_m": 30, "power_dbm": 30,
        "frequency_mhz": 900,
    } | more  # fmt: skip


def imported(tmp_path, stations, components, stops=()) -> int:
    sheets = {
        "round": [{"name": "r", "election_date": ELECTION, "province": "East Azerbaijan"}],
        "stations": list(stations),
        "stops": list(stops),
        "components": list(components),
        "agencies": [{"code": code, "name": code} for code in ("OP1", "OP2")],
    }
    folder = tmp_path / "office"
    folder.mkdir(exist_ok=True)
    for name, rows in sheets.items():
        if rows:
            write_list(folder / f"{name}.csv", rows)
    result = import_file(folder, by=None, now=datetime(2028, 6, 14, tzinfo=UTC))
    assert result.round_id is not None
    return result.round_id


def write_list(path, rows) -> None:
    fields = list(dict.fromkeys(field for row in rows for field in row))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows(rows)


def estimated(assessment):
    return [f for f in assessment.findings if f.rule == "radio_estimated"]


def lacking_radio(assessment):
    codes = {s.listing_id: s.code for s in assessment.stations}
    return {
        codes[f.listing_id]
        for f in assessment.findings
        if f.rule == "no_evidence" and f.fields["thing"] == "radio"
    }


@pytest.mark.django_db
def test_a_place_without_a_test_is_estimated_and_the_least_likely_leads(tmp_path, terrain):
    rows = [station("1", 38.51), station("2", 38.58), station("3", 38.75)]
    round_id = imported(tmp_path, rows, [site("TX-1", 38.5)])
    without = assess(round_id, as_of=AS_OF)
    over = assess(round_id, as_of=AS_OF, terrain=terrain)
    assert (estimated(without), lacking_radio(without)) == ([], {"1", "2", "3"})
    found = estimated(over)
    codes = {s.listing_id: s.code for s in over.stations}
    assert [(codes[f.listing_id], f.fields["estimate"]) for f in found] == [
        ("3", "none"),
        ("2", "weak"),
    ]
    assert lacking_radio(over) == {"1"}
    assert {f.severity.value for f in found} == {"unknown"}
    assert [f.upstream for f in found] == [("TX-1",), ("TX-1",)]


@pytest.mark.django_db
def test_an_estimate_changes_no_criterion_and_no_readiness(tmp_path, terrain):
    rows = [station("1", 38.51), station("2", 38.75, operator_1="OP1", signal_1="good")]
    round_id = imported(tmp_path, rows, [site("TX-1", 38.5)])
    without = assess(round_id, as_of=AS_OF)
    over = assess(round_id, as_of=AS_OF, terrain=terrain)
    assert estimated(over) != []
    assert [s.criteria for s in over.stations] == [s.criteria for s in without.stations]
    assert over.total == without.total
    assert over.facts.stations[0].estimates[0].signal == "good"


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["good", "none"])
def test_a_test_on_site_stands_whatever_an_estimate_would_say(tmp_path, terrain, said):
    tested = {"operator_1": "OP1", "signal_1": said, "test_date": date(2028, 6, 1)}
    rows = [station("1", 38.51, **tested), station("2", 38.75, **tested)]
    round_id = imported(tmp_path, rows, [site("TX-1", 38.5)])
    over = assess(round_id, as_of=AS_OF, terrain=terrain)
    assert over.findings == assess(round_id, as_of=AS_OF).findings
    assert [s.estimates for s in over.facts.stations] == [(), ()]


@pytest.mark.django_db
def test_only_the_operators_that_serve_a_place_are_estimated(tmp_path, terrain):
    rows = [station("1", 38.75, operator_1="OP2")]
    round_id = imported(tmp_path, rows, [site("TX-1", 38.5), site("TX-2", 38.5, "OP2")])
    found = estimated(assess(round_id, as_of=AS_OF, terrain=terrain))
    assert [f.fields["operator"] for f in found] == ["OP2"]


@pytest.mark.django_db
@pytest.mark.parametrize("named", [{}, {"operator_1": "OP1", "operator_2": "OP2"}])
@pytest.mark.parametrize("sites", [[site("TX-2", 38.74, "OP2")], [site("TX-2", 37.5, "OP2")]])
def test_a_poor_operator_says_nothing_of_one_that_may_do_better(tmp_path, terrain, named, sites):
    rows = [station("1", 38.75, **named)]
    round_id = imported(tmp_path, rows, [site("TX-1", 38.5), *sites])
    over = assess(round_id, as_of=AS_OF, terrain=terrain)
    assert [f.fields["operator"] for f in estimated(over)] == ["OP1"]
    assert lacking_radio(over) == {"1"}


@pytest.mark.django_db
def test_each_stop_of_a_mobile_station_has_its_own_estimate(tmp_path, terrain):
    rows = [station("1", 38.5, kind="mobile", operator_1="OP1")]
    stops = [
        {"code": "1", "order": 1, "place": "near", "lat": 38.51, "lon": 46.5},
        {"code": "1", "order": 2, "place": "far", "lat": 38.75, "lon": 46.5},
    ]
    round_id = imported(tmp_path, rows, [site("TX-1", 38.5)], stops)
    assessment = assess(round_id, as_of=AS_OF, terrain=terrain)
    assert [f.fields["where"] for f in estimated(assessment)] == ["far"]
    (only,) = assessment.facts.stations
    assert [[e.signal for e in stop.estimates] for stop in only.stops] == [["good"], ["none"]]


@pytest.mark.django_db
def test_what_a_site_does_not_say_or_cannot_be_is_named_as_assumed(tmp_path, terrain):
    bare = site("TX-1", 38.5, mast_height_m=9000, power_dbm=None, frequency_mhz=None)
    round_id = imported(tmp_path, [station("1", 38.75)], [bare])
    (found,) = estimated(assess(round_id, as_of=AS_OF, terrain=terrain))
    assert found.fields["assumed"] == ("height", "power", "frequency", "indoor")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_finding_says_the_estimate_its_range_and_that_nobody_tested(tmp_path, terrain, language):
    round_id = imported(tmp_path, [station("1", 38.75)], [site("TX-1", 38.5)])
    assessment = assess(round_id, as_of=AS_OF, terrain=terrain)
    (found,) = estimated(assessment)
    words = Wording(assessment, language, Veil(assessment, lambda code: "#masked"))
    said = words.finding(found)
    for key in ("estimate.none", "where.station", "assumed.indoor"):
        assert say(f"rule.radio_estimated.{key}", language) in said
    for name in ("power_dbm", "low_dbm", "high_dbm", "usable_percent"):
        assert words.number(found.fields[name]) in said
    assert "TX-1" not in said
    assert words.upstream(found.upstream) != "TX-1"
    assert {"fa": "آزمون‌نشده", "en": "not tested"}[language] in said


@pytest.mark.django_db
def test_beyond_the_tiles_nothing_is_estimated(tmp_path, terrain):
    round_id = imported(tmp_path, [station("1", 39.2)], [site("TX-1", 38.99)])
    over = assess(round_id, as_of=AS_OF, terrain=terrain)
    assert (estimated(over), lacking_radio(over)) == ([], {"1"})
    assert over.facts.stations[0].estimates[0].signal == "unknown"


def test_a_folder_without_tiles_is_no_terrain(tmp_path):
    (tmp_path / "readme.txt").write_text("tiles go here")
    assert open_terrain(tmp_path) is None
    assert open_terrain(tmp_path / "nowhere") is None
    assert open_terrain(None) is None


def test_a_mapped_tile_is_read_as_one_in_memory_and_travels_as_its_path(tmp_path):
    write_tile(tmp_path / "t", height=777)
    opened = open_terrain(tmp_path / "t")
    assert opened.elevation_m(38.5, 46.5) == 777.0
    sent = pickle.dumps(opened)
    assert len(sent) < 1000
    assert pickle.loads(sent).elevation_m(38.5, 46.5) == 777.0


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize(
    ("name", "side", "error"),
    [
        ("N38E046.hgt", 100, WrongTileSize),
        ("tabriz1.hgt", SIDE, WrongTileName),
        ("N38E046 copy.hgt", SIDE, WrongTileName),
    ],
)
def test_a_tile_that_cannot_be_used_is_named_in_one_sentence(tmp_path, name, side, error, language):
    write_tile(tmp_path / "t", name, side=side)
    with pytest.raises(error) as refused:
        open_terrain(tmp_path / "t")
    assert name in message(refused.value, language)


def test_a_tile_that_vanishes_is_named(tmp_path):
    write_tile(tmp_path / "t")
    opened = open_terrain(tmp_path / "t")
    (tmp_path / "t" / "N38E046.hgt").unlink()
    with pytest.raises(UnreadableTile) as refused:
        opened.elevation_m(38.5, 46.5)
    assert "N38E046.hgt" in message(refused.value, "en")
