"""Rules that speak of queues: waits of the day, the morning surge, spares that are none."""

from dataclasses import replace

import pytest

from pollready.obstacles import run_rules, surges
from pollready.obstacles.facts import ComponentFacts
from pollready.obstacles.rules import centre_over_capacity, devices_short
from pollready.obstacles.surges import morning_loads
from pollready.obstacles.thresholds import Thresholds
from tests.unit.obstacles.factory import known, lot, round_of, station

THRESHOLDS = Thresholds()


def found(facts, rule):
    return [finding for finding in run_rules(facts, THRESHOLDS) if finding.rule == rule]


def things(facts):
    return [finding.fields["thing"] for finding in found(facts, "no_evidence")]


def claims(**values):
    return {"claims": {name: known(value, name) for name, value in values.items()}}


# Spares that are none, and a centre that the morning fills


@pytest.mark.parametrize(("changes", "why"), [
    ({}, []),
    ({"compatible": "4.1"}, ["software"]),
    ({"compatible": "Tabriz"}, ["region"]),  # F3: memory cards locked to a region
    ({"compatible": "Tabriz, Ahar"}, []),
    ({"provisioned": False}, ["unprovisioned"]),
    ({"provisioned": None}, []),  # unknown is no obstacle
    ({"deployed": 100, "provisioned": False}, []),  # nothing of it is spare
    ({"depot": "Tabriz depot"}, []),  # for Tabriz, an hour from Ahar
    ({"depot": "Tabriz depot", "compatible": "Ahar"}, ["region"]),
])  # fmt: skip
def test_a_spare_counts_only_if_it_fits_is_set_up_and_in_reach(changes, why):
    facts = spares_of(lot(**changes))
    assert [f.fields["state"] for f in found(facts, "spare_unusable")] == why


def test_a_spare_far_from_every_station_that_it_is_for_is_out_of_reach():
    far = lot(depot="Far depot", compatible="Ahar")
    facts = spares_of(far, depots={"far depot": (37.6, 48.4)})
    (finding,) = found(facts, "spare_unusable")
    assert (finding.fields["state"], finding.owner) == ("far", "HQ")
    assert finding.fields["travel_min"] > 45
    assert found(spares_of(far, depots={}), "spare_unusable") == []  # nobody says where it is


def test_spares_locked_to_another_county_are_no_reserve():
    """F3: six spares a ward, and memory cards that worked in another region only."""
    locked = spares_of(lot(compatible="Tabriz"))
    assert things(locked).count("reserve") == 2  # of Ahar and of Tabriz
    assert found(locked, "reserve_short") == []
    assert things(spares_of(lot(compatible="Ahar"))).count("reserve") == 1


def spares_of(*lots, **changes):
    tabriz = station(2, county="Tabriz", county_code="01", lat=38.07, lon=46.29)
    depots = {"ahar depot": (38.48, 47.07), "tabriz depot": (38.08, 46.3)}
    return round_of(station(), tabriz, lots=lots, **{"depots": depots} | changes)


def centre(capacity, behind=(1, 2)):
    claims = {} if capacity is None else {"capacity_per_s": known(capacity, "capacity_per_s")}
    return ComponentFacts(
        code="CENTRE", kind="identity_service", name="", agency="HQ", county="", tier=4,
        is_group=False, claims=claims, depends_on_recorded=True, behind=frozenset(behind),
        falls_with_it=frozenset(), voters_falling=None,
    )  # fmt: skip


@pytest.mark.parametrize(("capacity", "holds"), [
    (None, False),  # unknown
    (10.0, False),
    (0.02, True),  # two stations of 900 voters ask about 0.08 a second at the peak
])  # fmt: skip
def test_a_centre_is_held_against_the_morning_that_is_certain(capacity, holds):
    """F7: 113,000 updates choked the network, and a check-in of 45 seconds took 3 to 6 minutes."""
    uncounted = station(2, voters=None)
    facts = round_of(station(), uncounted, components={"CENTRE": centre(capacity)})
    rows = found(facts, "centre_over_capacity")
    assert [row.listing_id for row in rows] == ([1, 2] if holds else [])
    for row in rows:
        assert row.upstream == ("CENTRE",)
        assert row.fields["load_pct"] > 80
        assert row.fields["check_in_s"] > 90


def test_what_devices_fetch_late_fills_the_centre_that_early_power_on_spares():
    facts = round_of(station(), station(2), components={"CENTRE": centre(1.0)})
    late = replace(THRESHOLDS, power_on_messages=300.0, power_on_starts_min=5, power_on_ends_min=0)
    early = replace(late, power_on_starts_min=90, power_on_ends_min=45)
    for thresholds, count in ((late, 2), (early, 0)):
        again = replace(facts)  # without what was added up
        assert len(list(centre_over_capacity.check(again, thresholds))) == count


def test_a_morning_that_a_change_does_not_reach_is_not_followed_again(monkeypatch):
    facts = round_of(station(), station(2), components={"CENTRE": centre(1.0)})
    before = morning_loads(facts, THRESHOLDS)
    followed = []
    monkeypatch.setattr(surges, "_followed", lambda *a: followed.append(a) or before["CENTRE"])
    one_more = replace(facts, stations=(station(**claims(id_devices=4)), station(2)))
    larger = replace(facts, components={"CENTRE": centre(2.0)})
    fewer = replace(facts, components={"CENTRE": centre(1.0, behind=(1,))})
    for after, times in ((replace(facts), 0), (one_more, 1), (larger, 2), (fewer, 3)):
        after.derived[surges.EARLIER_MORNINGS, THRESHOLDS] = before
        assert morning_loads(after, THRESHOLDS)["CENTRE"].utilisation > 0
        assert len(followed) == times


def test_an_office_s_own_arrivals_decide_how_many_devices_are_needed():
    facts = round_of(station(voters=900, **claims(id_devices=3)))
    assert found(facts, "devices_short") == []
    morning = replace(THRESHOLDS, arrival_shares=(6.0, 2.0, 1.0, 1.0))
    (row,) = devices_short.check(facts, morning)
    assert row.fields["needed"] > 3
    longer = replace(facts, polling_h=16.0)
    assert [row.fields["needed"] for row in devices_short.check(longer, morning)] < [
        row.fields["needed"] for row in devices_short.check(facts, morning)
    ]


def test_a_number_of_voters_that_cannot_be_is_answered_at_once():
    facts = round_of(station(voters=40_000_000, **claims(id_devices=3, forms=900)))
    (row,) = found(facts, "devices_short")
    assert row.fields["needed"] == 40_000
