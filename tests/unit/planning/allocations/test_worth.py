"""What bundles are worth: exact, whole, and kept as they were."""

from datetime import timedelta

import numpy as np
import pytest

from pollready.assessment.chances import chances
from pollready.places.models import ServicePoint
from pollready.planning.allocations.effects import Effects, kinds_of
from pollready.planning.allocations.evaluating import Gift, changes_of
from pollready.planning.allocations.keeping import kinds_now, pack, unpack, weighed
from pollready.planning.allocations.means import office_means
from pollready.planning.allocations.stations import read_stations
from tests.unit.planning.allocations.conftest import AS_OF

KEY = ("closed", "working")


@pytest.fixture
def kinds(stocked):
    return kinds_now(stocked.round.pk, office_means())


def test_every_bundle_is_worth_what_it_does_to_the_station_alone(weighed_round, ground, kinds):
    """The slow obvious way: each station with each bundle, one after another."""
    worth, by_key = weighed_round.worth, {kind.key: kind for kind in kinds}
    for station in (0, 5, 8):
        for number, bundle in enumerate(worth.bundles):
            told = {key: worth.below[key][station, number] for key in worth.below}
            if np.isnan(told[KEY]):
                continue
            taken = [kind for kind, count in zip(worth.kinds, bundle, strict=True) if count]
            changes = changes_of(Effects(ground), by_key, [Gift(station, "", taken)])
            found = chances(ground, changes, [station])
            for key, value in told.items():
                assert value == pytest.approx(found[key][0], abs=1e-12)


def test_a_bundle_that_has_no_use_at_a_station_is_not_offered(weighed_round, ground):
    """The first station has no generator; the second has one that runs all day."""
    worth = weighed_round.worth
    generator = worth.kinds.index("generator")
    alone = np.flatnonzero((worth.bundles.sum(axis=1) == 1) & (worth.bundles[:, generator] == 1))
    offered = np.isfinite(worth.below[KEY][:, alone[0]])
    assert offered[0]
    assert not offered[1]


def test_a_bundle_holds_one_unit_of_a_kind_and_the_first_holds_nothing(weighed_round):
    bundles = weighed_round.worth.bundles
    assert bundles[0].sum() == 0
    assert bundles.max() == 1
    assert len({tuple(row) for row in bundles.tolist()}) == len(bundles)


def test_a_card_of_one_operator_excludes_that_of_another(ground):
    from pollready.planning.allocations.worth import _bundles

    kinds = kinds_of(office_means(), {"modem": ["MCI", "TCI"]})
    keys = [kind.key for kind in kinds]
    both = [keys.index("modem:MCI"), keys.index("modem:TCI")]
    assert _bundles(kinds)[:, both].sum(axis=1).max() == 1


def test_a_unit_at_a_shared_component_serves_all_behind_it(weighed_round):
    found = [each for each in weighed_round.worth.upgrades if each.component == "EX-04"]
    assert found
    assert all(len(each.behind) == 10 for each in found)  # all stations but the last two


def test_a_unit_at_a_component_beside_a_bundle_is_worth_what_both_do(weighed_round, ground, kinds):
    """The slow obvious way: the component's change with one station's, one after another."""
    worth, effects = weighed_round.worth, Effects(ground)
    by_key = {kind.key: kind for kind in kinds}
    for upgrade in worth.upgrades[:3]:
        row = ground.rows.components[upgrade.component]
        given = effects.at_component(by_key[worth.kinds[upgrade.kind]], row)
        place, station = 1, int(upgrade.behind[1])
        for number, bundle in enumerate(worth.bundles):
            if np.isnan(upgrade.below[KEY][place, number]):
                continue
            taken = [kind for kind, count in zip(worth.kinds, bundle, strict=True) if count]
            changes = [*given, *changes_of(effects, by_key, [Gift(station, "", taken)])]
            found = chances(ground, changes, [station])
            for key, values in upgrade.below.items():
                assert values[place, number] == pytest.approx(found[key][0], abs=1e-12)


def test_what_was_kept_is_read_as_it_was(weighed_round, stocked):
    worth, stations = unpack(pack(weighed_round.worth, weighed_round.stations))
    np.testing.assert_array_equal(worth.below[KEY], weighed_round.worth.below[KEY])
    assert worth.kinds == weighed_round.worth.kinds
    assert [each.component for each in worth.upgrades] == [
        each.component for each in weighed_round.worth.upgrades
    ]
    np.testing.assert_array_equal(stations.codes, weighed_round.stations.codes)
    again = weighed(stocked.round.pk, as_of=AS_OF)
    assert again is not None
    assert again.is_fresh


def test_a_new_operator_with_cards_makes_it_old(weighed_round, stocked, lot):
    lot("modem", 1, agency="MCI")
    again = weighed(stocked.round.pk, as_of=AS_OF)
    assert again is not None
    assert not again.is_fresh


def test_what_was_kept_is_of_its_day_and_of_the_thresholds_then(
    weighed_round, stocked, settings, tmp_path
):
    assert weighed(stocked.round.pk, as_of=AS_OF).is_fresh
    assert not weighed(stocked.round.pk, as_of=AS_OF + timedelta(days=1)).is_fresh
    settings.POLLREADY_THRESHOLDS = tmp_path / "thresholds.toml"
    settings.POLLREADY_THRESHOLDS.write_text("service_h = 9\n", "utf-8")
    assert not weighed(stocked.round.pk, as_of=AS_OF).is_fresh


def test_stations_of_which_nobody_recorded_the_place_stand_in_no_town(stocked, ground):
    ServicePoint.objects.update(place=None)
    assert not read_stations(ground).is_urban.any()
