"""The ten criteria of a station, the gates, and what follows from them."""

from datetime import timedelta

import pytest

from pollready.assessment.readiness import is_contradicted, make_judge, readiness_of
from pollready.assessment.result import CRITERIA, CriterionValue, Readiness
from pollready.obstacles.catalogue import RULES, run_rules
from pollready.obstacles.facts import Known
from pollready.obstacles.finding import Severity
from pollready.obstacles.thresholds import Thresholds
from tests.unit.obstacles.factory import (
    CONTRADICTED,
    ELECTION,
    known,
    lot,
    path,
    round_of,
    station,
    stop,
)

MET, UNMET, UNKNOWN, DISPUTED = CriterionValue
LIMITS = Thresholds()


def judge_of(facts, thresholds=LIMITS):
    severe: dict[int, set[int | None]] = {}
    criterion_of = {rule.code: rule.criterion for rule in RULES}
    for finding in run_rules(facts, thresholds):
        if finding.severity is Severity.SEVERE and finding.listing_id is not None:
            severe.setdefault(finding.listing_id, set()).add(criterion_of[finding.rule])
    return make_judge(facts, thresholds, severe)


def criteria(one, facts=None, thresholds=LIMITS):
    facts = facts or round_of(one)
    found = judge_of(facts, thresholds).criteria_of(one)
    assert tuple(criterion.name for criterion in found) == CRITERIA
    return {criterion.name: criterion for criterion in found}


def value(name, one, **changes):
    return criteria(one, round_of(one, **changes))[name].value


def with_claims(**claims):
    return station(claims=claims)


def test_a_station_of_which_everything_is_known_and_good_is_ready():
    one = station()
    assert {c.value for c in criteria(one).values()} == {MET}
    assert readiness_of(tuple(criteria(one).values())) is Readiness.READY


def test_a_station_of_which_nothing_is_known_is_unknown_in_all_but_what_was_found():
    bare = station(
        voters=None, lat=None, lon=None, paths=(), trained_users=Known(), deputies=Known(),
        order_route=Known(), couriers=Known(),
    )  # fmt: skip
    bare.claims.clear()
    found = criteria(bare, round_of(bare, lots=(), depots={}))
    assert {name for name, c in found.items() if c.value is UNKNOWN} == set(CRITERIA[:9])
    assert found["no_severe_obstacle"].value is MET


def test_unmet_weighs_more_than_unknown_and_unknown_more_than_met():
    unmet, unknown, both = (
        with_claims(rehearsal=known("failed")),
        with_claims(forms=Known()),
        with_claims(rehearsal=known("failed"), forms=Known()),
    )
    states = [readiness_of(tuple(criteria(one).values())) for one in (unmet, unknown, both)]
    assert states == [Readiness.NOT_READY, Readiness.UNKNOWN, Readiness.NOT_READY]


def test_contradicted_is_shown_inside_unknown_only():
    disputed = tuple(criteria(with_claims(battery_h=CONTRADICTED)).values())
    assert readiness_of(disputed) is Readiness.UNKNOWN
    assert is_contradicted(disputed)
    failed = with_claims(battery_h=CONTRADICTED, rehearsal=known("failed"))
    assert not is_contradicted(tuple(criteria(failed).values()))


@pytest.mark.parametrize(
    ("claims", "name", "expected"),
    [
        ({"battery_h": known(2.0)}, "power", UNMET),
        ({"battery_h": known(2.5)}, "power", MET),
        ({"battery_h": known(0.5), "generator": Known()}, "power", UNKNOWN),
        ({"battery_h": CONTRADICTED}, "power", DISPUTED),
        ({"battery_h": CONTRADICTED, "generator": known(True)}, "power", MET),
        ({"id_devices": CONTRADICTED}, "devices", DISPUTED),
        ({"id_devices": known(1)}, "devices", UNMET),
        ({"cards": known("not_ready"), "software": CONTRADICTED}, "configuration", UNMET),
        ({"software": CONTRADICTED}, "configuration", DISPUTED),
        ({"software": Known()}, "configuration", UNKNOWN),
        ({"software": Known()}, "rehearsal", UNKNOWN),
        ({"software": CONTRADICTED}, "rehearsal", DISPUTED),
        ({"rehearsal": known("absent")}, "rehearsal", UNMET),
        ({"rehearsal": CONTRADICTED}, "rehearsal", DISPUTED),
        ({"forms": known(449)}, "fallback", UNMET),
        ({"forms": Known()}, "fallback", UNKNOWN),
        ({"forms": CONTRADICTED}, "fallback", DISPUTED),
    ],
)
def test_each_claim_decides_its_criterion(claims, name, expected):
    others = [station(number) for number in (2, 3)]  # they settle which software is final
    one = with_claims(**claims)
    assert criteria(one, round_of(one, *others))[name].value is expected


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        ({"order_route": known(False)}, "fallback", UNMET),
        ({"order_route": Known()}, "fallback", UNKNOWN),
        ({"trained_users": Known()}, "people", UNKNOWN),
        ({"trained_users": known(1)}, "people", UNMET),
        ({"trained_users": known(1), "users_untold": 1}, "people", UNKNOWN),
        ({"deputies": known(0)}, "people", UNMET),
        ({"deputies": Known()}, "people", UNKNOWN),
    ],
)
def test_people_and_the_order_decide_theirs(changes, name, expected):
    assert value(name, station(**changes)) is expected


@pytest.mark.parametrize(
    ("paths", "primary", "second"),
    [
        ((path("OP1"), path("OP2")), MET, MET),
        ((path("OP1"), path("OP2", tested=None)), MET, UNKNOWN),
        ((path("OP1"), path("OP2", signal=CONTRADICTED)), MET, DISPUTED),
        ((path("OP1"), path("OP2", tested=ELECTION - timedelta(61))), MET, UNMET),
        ((path("OP1"), path("OP2", signal="none")), MET, UNMET),
        ((path("OP1"), path("OP2", upstream_recorded=False)), MET, UNKNOWN),
        ((path("OP1"), path("OP2", upstream={"OP1"})), MET, UNMET),
        ((path("OP1"),), MET, UNKNOWN),
        ((path("OP1", signal="none"), path("OP2", signal="none")), UNMET, UNMET),
        ((), UNKNOWN, UNKNOWN),
    ],
)
def test_paths_decide_the_first_two(paths, primary, second):
    found = criteria(station(paths=paths))
    assert (found["primary_path"].value, found["second_path"].value) == (primary, second)


def test_a_mobile_station_is_judged_by_its_worst_stop():
    good = stop(1, path("OP1"), path("OP2"))
    untested = stop(2, path("OP1", tested=None), path("OP2", tested=None))
    dead = stop(3, path("OP1", signal="none"), path("OP2", signal="none"))
    for stops, expected in (
        ((good,), MET),
        ((good, untested), UNKNOWN),
        ((good, untested, dead), UNMET),
        ((), UNKNOWN),  # nobody says where it serves
    ):
        found = criteria(station(kind="mobile", stops=stops))
        assert found["primary_path"].value is found["second_path"].value is expected


def test_the_countys_reserve_is_part_of_the_fourth():
    one = with_claims(id_devices=known(100))
    assert value("devices", one, lots=(lot(15),)) is MET
    assert value("devices", one, lots=(lot(14),)) is UNMET
    assert value("devices", one, lots=()) is UNKNOWN
    assert value("devices", one, depots={}) is UNKNOWN
    assert value("devices", one, depots={"ahar depot": (37.0, 46.0)}) is UNMET


def on_course(one, days_before, thresholds=LIMITS):
    facts = round_of(one, days_before=days_before)
    judge = judge_of(facts, thresholds)
    return judge.on_course(one, judge.criteria_of(one))


def test_on_course_asks_only_what_is_due():
    failed = with_claims(rehearsal=known("failed"))
    assert on_course(failed, 15) is Readiness.READY
    assert on_course(failed, 14) is Readiness.NOT_READY
    assert on_course(failed, 14, Thresholds(rehearsal_gate_days=10)) is Readiness.READY


def test_a_severe_obstacle_to_what_is_not_due_yet_is_not_late():
    dark = with_claims(battery_h=known(0.5))
    assert [on_course(dark, days) for days in (30, 3, 2)] == [
        Readiness.READY, Readiness.READY, Readiness.NOT_READY
    ]  # fmt: skip
    assert value("no_severe_obstacle", dark) is UNMET  # gates do not change readiness


def test_without_an_election_day_everything_is_asked():
    failed = with_claims(rehearsal=known("failed"))
    facts = round_of(failed, election_date=None)
    judge = judge_of(facts)
    assert judge.on_course(failed, judge.criteria_of(failed)) is Readiness.NOT_READY
