"""What a change means, by hand on a register of a few rows."""

from datetime import date, timedelta

import pytest

from pollready.assessment import what_if
from pollready.assessment.baseline import baseline_of
from pollready.assessment.changes import (
    AddComponent,
    ComponentExists,
    EarlierTest,
    GiveDevices,
    GivePower,
    GiveSecondPath,
    GiveSpare,
    NamePerson,
    NegativeCount,
    PathTaken,
    RemoveComponent,
    RepairComponent,
    ReplaceComponent,
    SetClaim,
    SetComponentClaim,
    UnknownComponent,
    UnknownDepot,
    UnknownField,
    UnknownGroup,
    UnknownStation,
    UnknownStop,
    WrongValue,
)
from pollready.assessment.supposing import Course
from pollready.engine.network import InvalidNetwork
from pollready.register.kinds import UnknownKind
from tests.oracles.small_registers import AS_OF, claims_of, component, register, station

WHOLE = {
    "operator_1": "OP1", "signal_1": "good", "test_date": "2028-05-10", "mains": "yes",
    "feeder": "FDR", "battery_h": "0", "generator": "no", "id_devices": "2", "forms": "300",
}  # fmt: skip


def round_of(*changed, stations=12, **more):
    """Make stations on one site and one feeder; `changed` claims are those of the first ones."""
    rows = [station(number) for number in range(1, stations + 1)]
    claims = {row.id: claims_of(**WHOLE) for row in rows}
    for row, values in zip(rows, changed, strict=False):
        claims[row.id] = claims_of(**{k: v for k, v in (WHOLE | values).items() if v is not None})
    return register(
        rows,
        [
            component("CORE", "provincial_centre", 3, 1),
            component("FDR", "feeder", 1, 2, q=0.1),
            component("S1", "mobile_site", 1, 3, agency="OP1"),
            component("S2", "mobile_site", 1, 4, agency="OP2"),
            component("SPARE", "mobile_site", 1, 5, agency="OP2"),
        ],
        claims=claims,
        depends_on={"S1": "CORE", "S2": "CORE", "SPARE": "CORE | GHOST"},
        serves={row.id: ["S1"] for row in rows},
        **more,
    )


def suppose(*changes, rows=None):
    return what_if(baseline_of(rows or round_of(), as_of=AS_OF), changes)


def of(found, code="s01"):
    return next(change.after for change in found.stations if change.after.code == code)


def criterion(station, name):
    return next(c.value.value for c in station.criteria if c.name == name)


def worst(figures, level="online"):
    return figures.vulnerabilities[0].singles_below_province[level, "service"][0]


def test_no_change_changes_nothing():
    found = suppose()
    assert found.before is found.after
    assert (found.stations, found.causes) == ((), ())


def test_nothing_of_the_baseline_is_changed_by_asking():
    baseline = baseline_of(round_of(), as_of=AS_OF)
    first = what_if(baseline, [RemoveComponent("S1"), GivePower("s01", generator="yes")])
    again = what_if(baseline, [RemoveComponent("S1"), GivePower("s01", generator="yes")])
    assert first == again
    assert first.before == baseline.figures


# Second paths


def test_a_supposed_second_card_is_not_tested_by_the_test_of_the_first():
    found = suppose(GiveSecondPath("s01", "OP2", served_by=("S2",)))
    assert criterion(found.before and of(found), "second_path") == "unknown"
    assert next(c for c in of(found).criteria if c.name == "second_path").reason.endswith(
        "untested"
    )


def test_a_tested_second_path_that_shares_nothing_meets_the_criterion():
    found = suppose(GiveSecondPath("s01", "OP2", served_by=("S2",), tested_on=AS_OF))
    assert criterion(of(found), "second_path") == "met"
    assert [change.after.code for change in found.stations] == ["s01"]
    assert "second_path" in found.stations[0].criteria


def test_a_second_path_takes_its_station_from_behind_the_single_point():
    found = suppose(GiveSecondPath("s01", "OP2", served_by=("S2",), tested_on=AS_OF))
    sites = [
        [one.stations for one in figures.vulnerabilities[0].singles_below_province[
            "online", "service"] if one.codes == ("S1",)]
        for figures in (found.before, found.after)
    ]  # fmt: skip
    assert sites == [[12], [11]]
    assert found.after.voters_below_online.low < found.before.voters_below_online.low


def test_a_line_is_untested_until_a_test_is_supposed_as_well():
    found = suppose(GiveSecondPath("s01", line="fibre"), rows=round_of({"signal_1": "none"}))
    assert criterion(of(found), "primary_path") == "unknown"
    tested = suppose(
        GiveSecondPath("s01", line="fibre", tested_on=AS_OF), rows=round_of({"signal_1": "none"})
    )
    assert criterion(of(tested), "primary_path") == "met"


def test_a_terminal_that_is_only_thought_of_is_untested():
    terminal = AddComponent("T", "satellite_terminal", depends_on="CORE", serves=("s01",))
    found = suppose(terminal, rows=round_of({"signal_1": "none"}))
    assert criterion(of(found), "primary_path") == "unknown"


def test_a_supposed_signal_needs_a_supposed_test():
    silent = round_of({"signal_1": None})
    assert criterion(of(suppose(SetClaim("s01", "signal_1", "good"), rows=silent)),
                     "primary_path") == "unknown"  # fmt: skip
    both = (SetClaim("s01", "signal_1", "good"), SetClaim("s01", "test_date", "2028-06-01"))
    assert criterion(of(suppose(*both, rows=silent)), "primary_path") == "met"


def test_a_test_earlier_than_the_recorded_one_is_refused():
    with pytest.raises(EarlierTest) as refused:
        suppose(GiveSecondPath("s01", "OP2", tested_on=date(2028, 5, 1)))
    assert refused.value.fields["recorded"] == date(2028, 5, 10)


def test_a_third_operator_finds_no_place():
    rows = round_of({"operator_2": "OP2", "signal_2": "good"})
    with pytest.raises(PathTaken):
        suppose(GiveSecondPath("s01", "OP3"), rows=rows)


def test_a_card_takes_the_place_of_the_dead_one():
    rows = round_of({"operator_2": "OP3", "signal_2": "none"})
    found = suppose(GiveSecondPath("s01", "OP2", served_by=("S2",), tested_on=AS_OF), rows=rows)
    assert criterion(of(found), "second_path") == "met"


# Removing


def test_what_served_alone_is_known_to_be_gone():
    found = suppose(RemoveComponent("S1"))
    assert {change.after.level_admit["working"] for change in found.stations} == {"offline"}
    assert {change.after.level_admit["failed"] for change in found.stations} == {"offline"}
    assert criterion(of(found), "primary_path") == "unmet"
    assert found.after.components == found.before.components - 1


def test_one_of_two_sites_may_go_and_the_path_stays():
    rows = round_of()
    rows.serves[1] = ["S1", "TWIN"]
    rows.components["TWIN"] = component("TWIN", "mobile_site", 1, 9, agency="OP1")
    found = suppose(RemoveComponent("S1"), rows=rows)
    assert of(found).level_admit["working"] == "online"
    assert of(found, "s02").level_admit["working"] == "offline"


def test_without_its_feeder_a_station_has_no_mains():
    found = suppose(RemoveComponent("FDR"))
    assert set(of(found).level_admit.values()) == {"closed"}
    assert found.after.vulnerabilities[0].already_below["offline"] == (12, 4800)


def test_a_requirement_that_named_what_is_gone_has_the_other_way_left():
    rows = round_of()
    rows.depends_on["S1"] = "CORE & (S2 | SPARE)"
    found = suppose(RemoveComponent("S2"), rows=rows)
    assert {s.after.level_admit["working"] for s in found.stations} == {"online"}
    both = suppose(RemoveComponent("S2"), RemoveComponent("SPARE"), rows=rows)
    assert {s.after.level_admit["working"] for s in both.stations} == {"offline"}


def test_a_generator_that_is_gone_is_none():
    rows = round_of({"generator": "GEN"})
    rows.components["GEN"] = component("GEN", "generator", 0, 9)
    found = suppose(RemoveComponent("GEN"), rows=rows)
    assert criterion(of(found), "power") == "unmet"


# Adding and changing components


def test_adding_and_removing_is_nothing():
    new = AddComponent(
        "NEW", "mobile_site", agency="OP1", depends_on="CORE", serves=("s01",), battery_h=2.0
    )
    found = suppose(new, RemoveComponent("NEW"))
    assert found.after == found.before
    assert (found.stations, found.causes) == ((), ())


def test_what_nobody_recorded_is_known_once_it_is_added():
    rows = round_of({"feeder": "F-2"})
    found = suppose(AddComponent("F-2", "feeder", unavailability=0.5), rows=rows)
    assert of(found).upstream == ("CORE", "F-2", "S1")
    assert of(found).closed_prob.low == pytest.approx(1 - 0.5 * (1 - 0.005))


def test_a_second_site_of_the_operator_is_an_alternative():
    new = AddComponent("NEW", "mobile_site", agency="OP1", depends_on="CORE",
                       serves=tuple(f"s{n:02d}" for n in range(1, 13)))  # fmt: skip
    found = suppose(new)
    assert found.after.voters_below_online.low < found.before.voters_below_online.low
    gone = [c.cause.rule for c in found.causes if c.course is Course.VANISHED]
    assert gone == ["shared_single_point"]


def test_a_point_that_carries_few_is_another_finding_than_one_that_carries_many():
    rows = round_of(stations=2)  # two have all voters of the county, one alone is not shared
    found = suppose(SetClaim("s01", "signal_1", "none"), rows=rows)
    courses = {(c.cause.rule, c.cause.key): c.course for c in found.causes}
    assert courses["shared_single_point", "S1"] is Course.VANISHED
    assert courses["single_point", "S1"] is Course.APPEARED


def test_repairing_what_closes_stations_lowers_the_voters_affected():
    found = suppose(RepairComponent("FDR", unavailability=0.0))
    assert found.after.voters_affected.low == pytest.approx(0.005 * 4800)
    assert [change.readiness_differs for change in found.stations] == [False] * 12


def test_hours_between_failures_take_the_place_of_the_share():
    found = suppose(ReplaceComponent("FDR", mtbf_h=99.0, mttr_h=1.0))
    assert of(found).closed_prob.low == pytest.approx(1 - 0.99 * 0.995)


def test_a_supposed_battery_settles_what_sources_say():
    rows = round_of()
    rows.component_claims[3] = claims_of(battery_h=("1", "9"), generator="no")
    found = suppose(SetComponentClaim("S1", "battery_h", "1"), rows=rows)
    courses = {(c.cause.rule, c.course) for c in found.causes}
    assert ("claim_contradicted", Course.VANISHED) in courses
    assert ("site_battery_short", Course.APPEARED) in courses


# Power, devices, spares, people


def test_a_generator_meets_power_and_takes_the_station_out_of_the_cause():
    found = suppose(GivePower("s01", generator="yes"))
    assert criterion(of(found), "power") == "met"
    shrunk = [c.cause.rule for c in found.causes if c.course is Course.SHRANK]
    assert "backup_power_short" in shrunk


def test_uncounted_devices_stay_uncounted():
    rows = round_of({"id_devices": None})
    assert suppose(GiveDevices("s01", 3), rows=rows).stations == ()


def test_spares_reach_every_station_of_the_county():
    found = suppose(GiveSpare("Ahar depot", 40, provisioned=True))
    assert len(found.stations) == 12
    untold = suppose(GiveSpare("Ahar depot", 40))
    assert {criterion(c.after, "devices") for c in untold.stations} == {"unknown"}


def test_named_people_count_where_they_are_named():
    twice = [NamePerson("s01", "computer user", name, "D", True) for name in "AB"]
    found = suppose(*twice)
    assert [change.after.code for change in found.stations] == ["s01"]
    assert criterion(of(found), "people") == "met"
    courier = suppose(NamePerson("Ahar", "courier", "C"))
    assert courier.after.total.ready == courier.before.total.ready


def test_final_software_is_that_of_most_stations():
    rows = round_of({"software": "2.0"}, {"software": "2.1"}, {"software": "2.1"})
    found = suppose(*(SetClaim(f"s{n:02d}", "software", "2.0") for n in (2, 3)), rows=rows)
    assert criterion(of(found), "rehearsal") == "unknown"
    assert criterion(found.stations[0].before, "rehearsal") == "unmet"


# What is refused


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (AddComponent("S1", "feeder"), ComponentExists),
        (AddComponent("NEW", "feeder", serves=("nowhere",)), UnknownStation),
        (AddComponent("NEW", "feeder", groups=("nothing",)), UnknownGroup),
        (AddComponent("NEW", "palace"), UnknownKind),
        (RemoveComponent("nothing"), UnknownComponent),
        (ReplaceComponent("nothing"), UnknownComponent),
        (RepairComponent("nothing"), UnknownComponent),
        (SetComponentClaim("nothing", "battery_h", "1"), UnknownComponent),
        (SetClaim("nowhere", "forms", "1"), UnknownStation),
        (SetClaim("s01", "signal_1", "good", stop=3), UnknownStop),
        (GiveSecondPath("s01", "OP2", served_by=("nothing",)), UnknownComponent),
        (GiveDevices("s01", -1), NegativeCount),
        (GiveSpare("Ahar depot", -1), NegativeCount),
        (GiveSpare("nowhere", 1), UnknownDepot),
        (GivePower("s01", battery_h=-3.0), WrongValue),
        (GivePower("s01", battery_h=float("nan")), WrongValue),
        (GivePower("s01", generator="foo"), WrongValue),
        (RepairComponent("S1", battery_h=-1.0), WrongValue),
        (GiveDevices("s01", 10**9), WrongValue),
        (GiveSecondPath("s01", "OP2", signal="purple"), WrongValue),
        (GiveSecondPath("s01", "OP2", tested_on=date(2099, 1, 1)), WrongValue),
        (SetClaim("s01", "nofield", "yes"), UnknownField),
        (SetClaim("s01", "signal_1", "purple"), WrongValue),
        (SetClaim("s01", "id_devices", "-2"), WrongValue),
        (SetClaim("s01", "test_date", "yesterday"), WrongValue),
        (AddComponent("NEW", "feeder", depends_on="& &"), WrongValue),
        (AddComponent("NEW", "feeder", county="Atlantis"), WrongValue),
        (NamePerson("nowhere", "computer user", "X"), UnknownStation),
    ],
)
def test_a_change_to_what_is_not_there_is_refused_by_name(change, error):
    with pytest.raises(error):
        suppose(change)


def test_a_circle_is_refused_with_its_path_also_where_nobody_rests_on_it():
    changes = [
        AddComponent("A", "feeder", depends_on="B"),
        AddComponent("B", "feeder", depends_on="A"),
    ]
    with pytest.raises(InvalidNetwork) as refused:
        suppose(*changes)
    assert refused.value.faults[0].path == ("A", "B", "A")


def test_a_share_above_one_is_refused():
    with pytest.raises(InvalidNetwork):
        suppose(RepairComponent("FDR", unavailability=1.5))


def test_the_first_component_of_a_round_without_any_is_worked_out_wholly():
    rows = register([station(1), station(2)], [], claims={1: claims_of(**WHOLE)})
    found = suppose(AddComponent("FDR", "feeder", serves=()), rows=rows)
    assert found.before.voters_affected is None
    assert found.after.voters_affected is not None


def test_what_is_supposed_is_dated_on_the_day_of_the_assessment():
    rows = round_of({"forms": "300"})
    (old,) = rows.claims[1]["forms"].evidence
    rows.claims[1] = claims_of(**WHOLE)
    found = suppose(SetClaim("s01", "forms", "10"), rows=rows)
    (cause,) = (c.after for c in found.causes if c.cause.rule == "no_lawful_fallback")
    (row,) = cause.findings[0].evidence
    assert (row.source, row.as_of, row.claim_id) == ("what if", AS_OF, None)
    assert old.as_of == AS_OF > AS_OF - timedelta(days=1)


def test_removing_what_all_paths_rest_on_far_upstream_leaves_no_station_ready():
    found = what_if(baseline_of(round_of(), as_of=AS_OF), [RemoveComponent("CORE")])
    assert {one.after.readiness.value for one in found.stations} == {"not_ready"}
    assert len(found.stations) == 12 or found.before.total.not_ready == 12
    assert found.after.total.not_ready == 12
