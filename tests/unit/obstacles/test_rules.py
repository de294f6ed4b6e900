"""Each rule holds where evidence says so, and nowhere else: never where nobody says anything."""

from datetime import timedelta

import pytest

from pollready.obstacles import group, run_rules
from pollready.obstacles.facts import (
    AgencyFacts,
    ComponentFacts,
    IncidentFacts,
    Known,
)
from pollready.obstacles.finding import Severity
from pollready.obstacles.thresholds import Thresholds
from tests.unit.obstacles.factory import (
    CONTRADICTED,
    ELECTION,
    evidence,
    known,
    lot,
    path,
    round_of,
    station,
    stop,
)

SEVERE, MODERATE, MINOR, UNKNOWN = Severity
LIMITS = Thresholds()


def found(facts, rule):
    return [finding for finding in run_rules(facts, LIMITS) if finding.rule == rule]


def severities(facts, rule):
    return [finding.severity for finding in found(facts, rule)]


def things(facts):
    return [finding.fields["thing"] for finding in found(facts, "no_evidence")]


def claims(**values):
    return {"claims": {name: known(value, name) for name, value in values.items()}}


def test_a_healthy_station_has_no_finding():
    assert run_rules(round_of(station()), LIMITS) == ()


# Radio coverage: a test counts until 30 days before its gate, T-30.


@pytest.mark.parametrize(("days", "expected"), [(60, []), (61, [SEVERE, SEVERE])])
def test_a_test_is_too_old_just_past_its_limit(days, expected):
    tested = ELECTION - timedelta(days=days)
    facts = round_of(station(paths=(path("OP1", tested=tested), path("OP2", tested=tested))))
    assert severities(facts, "no_tested_radio") == expected


def test_an_old_test_beside_a_tested_path_is_moderate():
    old = ELECTION - timedelta(days=90)
    facts = round_of(station(paths=(path("OP1"), path("OP2", tested=old))))
    assert severities(facts, "no_tested_radio") == [MODERATE]


def test_a_test_that_nobody_recorded_is_a_question_not_an_obstacle():
    facts = round_of(station(paths=(path("OP1", tested=None), path("OP2", tested=None))))
    assert severities(facts, "no_tested_radio") == [UNKNOWN, UNKNOWN]
    assert things(facts) == []  # said once


def test_a_path_of_which_nobody_says_anything_is_no_obstacle():
    facts = round_of(station(paths=(path(signal=Known(), tested=None),)))
    assert found(facts, "no_tested_radio") == []
    assert things(facts) == ["radio", "second_path"]


def test_disputed_coverage_is_a_question():
    facts = round_of(station(paths=(path(signal=CONTRADICTED), path("OP2"))))
    assert severities(facts, "radio_disputed") == [UNKNOWN]
    assert found(facts, "no_tested_radio") == []


# Second path


def test_two_paths_that_share_a_component_are_no_two_paths():
    shared = {"upstream": {"node"}}
    facts = round_of(station(paths=(path("OP1", **shared), path("OP2", **shared))))
    (finding,) = found(facts, "no_second_path")
    assert (finding.severity, finding.upstream) == (SEVERE, ("node",))


def test_two_paths_in_one_duct_are_no_two_paths():
    ducts = {"ducts": frozenset({"duct"})}
    facts = round_of(station(paths=(path("OP1", **ducts), path("OP2", **ducts))))
    assert severities(facts, "no_second_path") == [SEVERE]


def test_one_living_path_beside_a_dead_one_is_one_path():
    facts = round_of(station(paths=(path("OP1"), path("OP2", signal="none"))))
    assert found(facts, "no_second_path")[0].fields["state"] == "single"


def test_two_dead_paths_are_no_second_path_either():
    dead = (path("OP1", signal="none"), path("OP2", signal="none"))
    assert found(round_of(station(paths=dead)), "no_second_path")[0].fields["state"] == "single"


def test_a_missing_line_says_nothing_of_an_operator_that_nobody_mentions():
    no_line = path("fixed_line", signal="none", medium="fixed", upstream_recorded=False)
    facts = round_of(station(paths=(path("OP1"), no_line)))
    assert found(facts, "no_second_path") == []
    assert things(facts) == ["second_path"]  # and not "upstream": a line that is not there has none


def test_two_cards_of_one_operator_are_one_path():
    twins = (path("OP1", upstream={"site-a"}), path("OP1", upstream={"site-b"}))
    assert found(round_of(station(paths=twins)), "no_second_path")[0].fields["state"] == "shared"


def test_a_mobile_station_has_the_second_path_of_its_worst_stop():
    stops = (stop(1, path(), path("OP2")), stop(2, path(), path("OP2", signal="none")))
    mobile = station(kind="mobile", stops=stops)
    assert severities(round_of(mobile), "no_second_path") == [SEVERE]


def test_a_second_path_that_nobody_mentions_is_unknown_not_missing():
    assert found(round_of(station(paths=(path("OP1"),))), "no_second_path") == []


def test_an_unrecorded_upstream_is_unknown_not_shared():
    facts = round_of(station(paths=(path("OP1"), path("OP2", upstream_recorded=False))))
    assert found(facts, "no_second_path") == []
    assert things(facts) == ["upstream"]


# Power


@pytest.mark.parametrize(("battery_h", "expected"), [(2.0, [SEVERE]), (2.01, [])])
def test_a_battery_must_last_longer_than_a_generator_takes_to_arrive(battery_h, expected):
    facts = round_of(station(**claims(battery_h=battery_h)))
    assert severities(facts, "backup_power_short") == expected


@pytest.mark.parametrize("generator", [True, 6.0, "GEN-1"])
def test_a_generator_is_a_second_source(generator):
    facts = round_of(station(**claims(battery_h=0.0, generator=generator)))
    assert found(facts, "backup_power_short") == []


@pytest.mark.parametrize(("fuel_h", "expected"), [(1.5, [SEVERE]), (1.6, [])])
def test_hours_of_fuel_are_a_ride_and_add_to_those_of_the_battery(fuel_h, expected):
    facts = round_of(station(**claims(battery_h=0.5, generator=fuel_h)))
    assert severities(facts, "backup_power_short") == expected


@pytest.mark.parametrize(("battery_h", "generator", "expected"), [
    (6.0, False, [SEVERE]),  # nothing charges the battery
    (6.0, True, []),
    (1.0, True, [SEVERE]),  # when the generator stops, nothing bridges it
    (6.0, 13.9, [SEVERE]),  # fuel and battery end before the service does
    (6.0, 14.0, []),
])  # fmt: skip
def test_off_the_mains_a_generator_must_carry_the_period(battery_h, generator, expected):
    facts = round_of(station(**claims(mains=False, battery_h=battery_h, generator=generator)))
    assert severities(facts, "backup_power_short") == expected


def test_power_of_which_only_the_mains_are_known_is_a_question():
    one = station()
    del one.claims["generator"], one.claims["battery_h"]
    assert things(round_of(one)) == ["power"]


def test_a_short_battery_with_no_word_on_a_generator_is_unknown():
    one = station(**claims(battery_h=0.5))
    del one.claims["generator"]
    assert found(round_of(one), "backup_power_short") == []


@pytest.mark.parametrize(
    ("generator", "lacking"),
    [(0.0, "fuel"), ("بدون سوخت", "fuel"), ("no fuel", "fuel"), ("بدون متصدی", "person")],
)
def test_a_generator_that_cannot_run_is_named_with_what_it_lacks(generator, lacking):
    facts = round_of(station(**claims(generator=generator)))
    assert [f.fields["lacking"] for f in found(facts, "generator_unready")] == [lacking]


def test_no_generator_is_not_a_generator_without_fuel():
    assert found(round_of(station(**claims(generator=False))), "generator_unready") == []


def incident(election="1403", kind="power outage", stop_min=60, confirmed=True):
    return IncidentFacts(
        election, kind, "storm", "POWER", stop_min, "", confirmed, False, evidence()
    )


@pytest.mark.parametrize(("stop_min", "expected"), [(240, []), (241, [MODERATE])])
def test_a_battery_is_held_against_the_longest_earlier_outage(stop_min, expected):
    facts = round_of(station(incidents=(incident(stop_min=10), incident(stop_min=stop_min))))
    assert severities(facts, "battery_short") == expected


def test_an_incident_that_was_refuted_counts_for_nothing():
    refuted = incident(stop_min=600, confirmed=False)
    again = incident("1400", stop_min=600, confirmed=False)
    facts = round_of(station(incidents=(refuted, again)))
    assert found(facts, "battery_short") == found(facts, "incident_repeated") == []


def component(code="site", kind="mobile_site", falls=(), behind=(), claims=None, **changes):
    whole = {
        "code": code,
        "kind": kind,
        "name": "",
        "agency": "OP1",
        "county": "Ahar",
        "tier": 1,
        "is_group": False,
        "claims": claims or {},
        "depends_on_recorded": True,
        "behind": frozenset(behind),
        "falls_with_it": frozenset(falls),
        "voters_falling": None,
    }
    return {code: ComponentFacts(**(whole | changes))}


@pytest.mark.parametrize(("battery_h", "expected"), [(3.9, [MODERATE]), (4.0, [])])
def test_a_mobile_site_must_ride_through_four_hours(battery_h, expected):
    own = {"battery_h": known(battery_h), "generator": known(False)}
    site = component(behind={1}, claims=own)
    assert severities(round_of(station(), components=site), "site_battery_short") == expected


def test_a_site_of_whose_generator_nobody_speaks_is_a_question():
    site = component(behind={1}, claims={"battery_h": known(1.0)})
    assert severities(round_of(station(), components=site), "site_battery_short") == [UNKNOWN]


def test_sources_that_differ_about_a_component_are_a_question_at_every_station_behind_it():
    site = component(behind={1, 2}, claims={"battery_h": CONTRADICTED})
    facts = round_of(station(1), station(2), components=site)
    assert severities(facts, "claim_contradicted") == [UNKNOWN, UNKNOWN]


# Preparation, and the gates before which it is not yet late


@pytest.mark.parametrize(("days_before", "severity"), [(2, MODERATE), (1, SEVERE), (0, SEVERE)])
def test_cards_are_late_from_the_day_before(days_before, severity):
    facts = round_of(station(**claims(cards="not_ready")), days_before=days_before)
    assert severities(facts, "cards_not_ready") == [severity]


@pytest.mark.parametrize(("days_before", "severity"), [(4, MODERATE), (3, SEVERE)])
@pytest.mark.parametrize("result", ["failed", "absent"])
def test_a_rehearsal_must_be_repeated_by_t_3(days_before, severity, result):
    facts = round_of(station(**claims(rehearsal=result)), days_before=days_before)
    assert severities(facts, "rehearsal_failed") == [severity]


def test_software_that_most_stations_run_is_the_final_one():
    others = [station(number) for number in (2, 3)]
    facts = round_of(station(**claims(software="4.1")), *others)
    assert [(f.listing_id, f.fields["version"]) for f in found(facts, "rehearsal_failed")] == [
        (1, "4.1")
    ]


def test_without_a_majority_no_software_is_the_final_one():
    facts = round_of(station(1, **claims(software="4.1")), station(2))
    assert found(facts, "rehearsal_failed") == []


@pytest.mark.parametrize(("voters", "devices", "expected"), [
    (1000, 4, []),  # of ten hours; three devices serve 914 in time
    (914, 3, []),
    (915, 3, [SEVERE]),
    (1001, 1, [SEVERE]),  # more than 1,000 for one device
])  # fmt: skip
def test_devices_are_held_against_voters_and_wait(voters, devices, expected):
    facts = round_of(station(voters=voters, **claims(id_devices=devices, forms=900)))
    assert severities(facts, "devices_short") == expected


def test_devices_without_a_number_of_voters_are_unknown():
    facts = round_of(station(voters=None, **claims(id_devices=1)))
    assert found(facts, "devices_short") == []


@pytest.mark.parametrize(("spare", "expected"), [(15, []), (14, [MODERATE])])
def test_a_county_keeps_its_share_of_spares(spare, expected):
    facts = round_of(station(**claims(id_devices=100)), lots=(lot(spare),))
    assert severities(facts, "reserve_short") == expected


def test_a_lot_that_is_not_provisioned_is_no_reserve():
    facts = round_of(station(**claims(id_devices=100)), lots=(lot(50, provisioned=False),))
    assert found(facts, "reserve_short") == []  # no usable lot is named: unknown
    assert things(facts) == ["reserve"]


@pytest.mark.parametrize("changes", [
    {"provisioned": None},
    {"deployed": None},
    {"serials": "A1 A2"},  # which stand in another lot too
])  # fmt: skip
def test_spares_that_may_not_be_usable_leave_the_reserve_unknown(changes):
    elsewhere = lot(0, serials="A1 A2", depot="Tabriz depot")
    facts = round_of(station(**claims(id_devices=100)), lots=(lot(16, **changes), elsewhere))
    assert found(facts, "reserve_short") == []
    assert things(facts) == ["reserve"]


def test_spares_for_other_software_are_no_reserve():
    facts = round_of(station(**claims(id_devices=100)), lots=(lot(50, compatible="4.1"),))
    assert things(facts) == ["reserve"]
    facts = round_of(station(**claims(id_devices=100)), lots=(lot(50, compatible="4.1, 4.2"),))
    assert things(facts) == []


def test_a_station_whose_devices_nobody_counted_counts_with_those_it_needs():
    uncounted = station(2, voters=960, **claims(forms=900))
    del uncounted.claims["id_devices"]  # needs 3: the county then has 23
    facts = round_of(station(1, **claims(id_devices=20)), uncounted, lots=(lot(3),))
    assert things(facts) == ["devices", "reserve", "reserve"]
    facts = round_of(station(1, **claims(id_devices=20)), uncounted, lots=(lot(4),))
    assert things(facts) == ["devices"]


@pytest.mark.parametrize(("lat", "states"), [(38.73, []), (38.74, ["far"])])
def test_spares_are_near_enough_by_an_estimate_of_the_road(lat, states):
    # 45 min at 50 km/h, 1.3 times the distance: 28.8 km from the depot at 38.48, 47.07
    facts = round_of(station(lat=lat, lon=47.07))
    assert [f.fields["state"] for f in found(facts, "reserve_short")] == states


def test_a_reserve_kept_nobody_says_where_is_a_question():
    assert things(round_of(station(), depots={})) == ["depot"]
    assert things(round_of(station(lat=None, lon=None))) == ["coordinates"]


def test_serials_in_two_lots_are_counted_twice():
    lots = (lot(serials="A1, A2، A3"), lot(serials="A3 A1", depot="Tabriz"), lot(serials="B1"))
    (finding,) = found(round_of(station(), lots=lots), "reserve_counted_twice")
    assert finding.fields["serials"] == 2


@pytest.mark.parametrize(("users", "deputies", "expected"), [
    (2, 1, []),
    (1, 1, [SEVERE]),
    (2, 0, [MODERATE]),
])  # fmt: skip
def test_two_trained_users_and_a_deputy_are_needed(users, deputies, expected):
    facts = round_of(station(trained_users=known(users), deputies=known(deputies)))
    assert severities(facts, "no_trained_user") == expected


def test_training_and_deputies_of_which_nobody_speaks_are_questions():
    untold = round_of(station(trained_users=known(1), users_untold=1))
    assert (found(untold, "no_trained_user"), things(untold)) == ([], ["training"])
    nameless = round_of(station(deputies=Known()))
    assert (found(nameless, "no_trained_user"), things(nameless)) == ([], ["deputies"])


@pytest.mark.parametrize(("forms", "expected"), [(449, [SEVERE]), (450, [])])
def test_forms_must_cover_half_of_the_voters(forms, expected):
    assert severities(round_of(station(**claims(forms=forms))), "no_lawful_fallback") == expected


def test_an_unsettled_order_is_an_obstacle_and_an_unmentioned_one_is_not():
    assert severities(round_of(station(order_route=known(False))), "no_lawful_fallback") == [SEVERE]
    assert found(round_of(station(order_route=Known())), "no_lawful_fallback") == []


# Mobile stations


def test_a_stop_without_signal_or_with_an_old_test_is_severe_and_an_untested_one_a_question():
    mobile = station(
        kind="mobile",
        stops=(
            stop(1, path()),
            stop(2, path(signal="none"), path("OP2", signal="none")),
            stop(3, path(tested=None)),
            stop(4, path(signal=Known(), tested=None)),
            stop(5, path(tested=ELECTION - timedelta(days=90))),
        ),
    )
    stops = found(round_of(mobile), "mobile_stop_untested")
    assert [(f.fields["stop"], f.severity) for f in stops] == [
        (2, SEVERE), (3, UNKNOWN), (5, SEVERE)
    ]  # fmt: skip


def test_a_station_closes_where_its_route_ends():
    dead = (path(signal="none"), path("OP2", signal="none"))
    nobody = {"kind": "mobile", "couriers": known(0)}
    ends_dead = station(stops=(stop(1, path()), stop(2, *dead)), **nobody)
    ends_alive = station(2, stops=(stop(1, *dead), stop(2, path())), **nobody)
    facts = round_of(ends_dead, ends_alive)
    assert [f.listing_id for f in found(facts, "no_way_of_closing")] == [1]


def test_a_courier_is_a_way_of_closing():
    dead = (path("OP1", signal="none"), path("OP2", signal="none"))
    assert found(round_of(station(paths=dead)), "no_way_of_closing") == []
    vacant = round_of(station(paths=dead, couriers=known(0)))
    assert severities(vacant, "no_way_of_closing") == [SEVERE]


def test_a_courier_of_whom_nobody_speaks_may_be_there():
    dead = (path("OP1", signal="none"), path("OP2", signal="none"))
    facts = round_of(station(paths=dead, couriers=Known()))
    assert found(facts, "no_way_of_closing") == []
    assert things(facts) == ["closing"]


# Structure


def test_ten_stations_behind_one_component_share_a_point_of_failure():
    stations = [station(number) for number in range(1, 11)]
    node = component("node", "aggregation", falls=set(range(1, 11)))
    facts = round_of(*stations, components=node, county_voters={"06": 10**6})
    assert len(found(facts, "shared_single_point")) == 10
    node = component("node", "aggregation", falls=set(range(1, 10)))
    facts = round_of(*stations, components=node, county_voters={"06": 10**6})
    assert found(facts, "shared_single_point") == []


def test_two_percent_of_a_county_behind_one_component_are_enough():
    node = component("node", "aggregation", falls={1, 2})
    two = (station(1), station(2))
    at_limit = round_of(*two, components=node, county_voters={"06": 90_000})
    below = round_of(*two, components=node, county_voters={"06": 90_001})
    assert len(found(at_limit, "shared_single_point")) == 2
    assert found(below, "shared_single_point") == []


def test_a_component_of_the_province_is_not_called_a_shared_point_below_it():
    core = component("core", "backbone", falls=set(range(1, 11)), tier=3)
    facts = round_of(*[station(n) for n in range(1, 11)], components=core)
    assert found(facts, "shared_single_point") == []


def test_a_shared_point_is_not_named_again_as_a_stations_own():
    own = component("link", "radio_link", falls={1})
    node = component("node", "aggregation", falls={1, 2})
    one = station(1, single_points=frozenset({"link", "node"}))
    facts = round_of(one, station(2), components=own | node)
    assert [f.cause_key for f in found(facts, "single_point")] == ["link"]


def test_a_batch_behind_many_stations_is_a_common_cause():
    batch = component("batch", "device_batch", falls=set(range(1, 11)), is_group=True, tier=2)
    facts = round_of(*[station(n) for n in range(1, 11)], components=batch)
    assert {f.cause_key for f in found(facts, "shared_cause")} == {"batch"}
    assert found(facts, "shared_single_point") == []


# Data


def test_contradicting_claims_are_a_question():
    facts = round_of(station(claims={"battery_h": CONTRADICTED}))
    assert severities(facts, "claim_contradicted") == [UNKNOWN]
    assert found(facts, "backup_power_short") == []


def test_evidence_is_too_old_just_past_its_limit():
    as_of = round_of().as_of
    for days, count in ((180, 0), (181, 1)):
        old = known(4.0, "battery_h", as_of - timedelta(days=days))
        facts = round_of(station(claims={"battery_h": old}))
        assert len(found(facts, "claim_too_old")) == count


def test_each_missing_thing_is_one_cause():
    bare = [
        station(
            number, voters=None, lat=None, lon=None, paths=(),
            trained_users=Known(), deputies=Known(), order_route=Known(), couriers=Known(),
        )
        for number in (1, 2, 3)
    ]  # fmt: skip
    for one in bare:
        one.claims.clear()
    facts = round_of(*bare, lots=())
    causes = group(run_rules(facts, LIMITS), facts)
    assert {cause.rule for cause in causes} == {"no_evidence"}
    assert {cause.stations for cause in causes} == {3}
    assert {cause.severity for cause in causes} == {UNKNOWN}


def test_the_same_trouble_in_two_rounds_is_repeated():
    twice = (incident("1400", "Link  outage"), incident("1403", "link outage"))
    once = (incident("1403", "link outage"), incident("1403", "link outage"))
    facts = round_of(station(1, incidents=twice), station(2, incidents=once))
    assert [f.listing_id for f in found(facts, "incident_repeated")] == [1]


def test_each_doubt_about_coordinates_is_named():
    facts = round_of(station(coordinate_doubts=("zero", "far")))
    assert [f.fields["doubt"] for f in found(facts, "coordinates_implausible")] == ["zero", "far"]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"ready_declared": False}, "not_declared"),
        ({"representative": "ندارد"}, "no_representative"),
        ({"deputy": "none"}, "no_deputy"),
        ({"representative": ""}, "representative_unknown"),
        ({"letter_no": ""}, "representative_unknown"),
        ({"deputy": ""}, "deputy_unknown"),
        ({"ready_declared": None}, "declaration_unknown"),
    ],
)
def test_an_agency_is_named_with_the_first_thing_it_lacks(changes, state):
    whole = {
        "code": "ICT", "name": "ICT", "role": "ict_directorate", "representative": "a",
        "deputy": "b", "letter_no": "1", "ready_declared": True,
    }  # fmt: skip
    agency = AgencyFacts(**(whole | changes))
    facts = round_of(station(), agencies={"ICT": agency})
    (finding,) = found(facts, "agency_unready")
    assert finding.fields["state"] == state
    assert (finding.severity is UNKNOWN) is state.endswith("_unknown")


# What holds of all of them


def test_causes_stand_severe_first_then_by_voters():
    facts = round_of(
        station(1, voters=100, **claims(cards="not_ready", forms=90)),
        station(2, voters=800, **claims(battery_h=0.5)),
        station(3, voters=300, **claims(rehearsal="failed")),
        county_voters={"06": 1200},
    )
    causes = group(run_rules(facts, LIMITS), facts)
    assert [(cause.rule, cause.voters) for cause in causes] == [
        ("backup_power_short", 800),
        ("rehearsal_failed", 300),
        ("cards_not_ready", 100),
    ]


def test_the_order_of_stations_changes_no_cause():
    stations = [
        station(1, **claims(cards="not_ready")),
        station(2, **claims(battery_h=0.5)),
        station(3, paths=(path("OP1"), path("OP2", signal="none"))),
    ]
    forwards, backwards = round_of(*stations), round_of(*reversed(stations))
    one, other = (
        [(c.rule, c.key, c.severity, c.stations, c.voters) for c in group(run_rules(f, LIMITS), f)]
        for f in (forwards, backwards)
    )
    assert one == other
