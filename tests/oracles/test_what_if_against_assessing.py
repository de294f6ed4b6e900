"""What a change would do, against a full assessment of the changed rows."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from pollready.assessment.applying import applied
from pollready.assessment.assessing import work_out
from pollready.assessment.baseline import baseline_of, figures_of
from pollready.assessment.changes import (
    AddComponent,
    ChangeError,
    GiveSecondPath,
    GiveSpare,
    RemoveComponent,
    RepairComponent,
    ReplaceComponent,
    SetClaim,
)
from pollready.assessment.reading import read_register
from pollready.assessment.supposing import Course, what_if
from pollready.engine.network import InvalidNetwork
from pollready.example import AS_OF as EXAMPLE_AS_OF
from pollready.example.province import write_example
from pollready.intake.commands import import_file
from tests.oracles.small_registers import (
    AS_OF,
    claims_of,
    component,
    draw,
    draw_changes,
    register,
    station,
)


def near(one, other):
    """Tell whether two ranges are equal up to the last digits of sums of floats."""
    if one is None or other is None:
        return one is other
    return (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-11, abs=1e-15)


def assert_equal_to_a_full_assessment(baseline, changes):
    """Compare every figure, cause, finding and station with those of a new assessment."""
    workings = baseline.workings
    found = what_if(baseline, changes)
    as_of = workings.facts.as_of
    rows, _ = applied(changes, workings.rows, baseline.dependants, as_of)
    whole = work_out(rows, as_of=as_of, thresholds=workings.thresholds)
    figures = figures_of(whole)
    for field in fields(figures):
        one, other = getattr(found.after, field.name), getattr(figures, field.name)
        same = near(one, other) if field.name.startswith("voters_") else one == other
        assert same, (field.name, one, other)
    changed = {change.after.code: change.after for change in found.stations}
    for old, new in zip(baseline.stations, whole.stations, strict=True):
        one = changed.get(new.code, old)
        assert near(one.closed_prob, new.closed_prob), new.code
        assert replace(one, closed_prob=None) == replace(new, closed_prob=None)
    assert found.before == baseline.figures
    return found


@pytest.mark.parametrize("seed", range(30))
def test_a_change_to_a_small_register_does_what_assessing_it_anew_says(seed, monkeypatch):
    # A few stations: almost any change touches most of them, and would be worked out wholly.
    monkeypatch.setattr("pollready.assessment.supposing.WHOLLY_FROM_SHARE", 2.0)
    rows = draw(seed)
    baseline = baseline_of(rows, as_of=AS_OF)
    for number in range(6):
        changes = draw_changes(rows, seed * 100 + number)
        try:
            assert_equal_to_a_full_assessment(baseline, changes)
        except ChangeError:
            with pytest.raises(ChangeError):
                what_if(baseline, changes)
        except InvalidNetwork as fault:
            with pytest.raises(InvalidNetwork) as again:
                what_if(baseline, changes)
            assert again.value.faults == fault.faults


@pytest.mark.parametrize("seed", range(10))
def test_figures_alone_change_probabilities_alone(seed, monkeypatch):
    monkeypatch.setattr("pollready.assessment.supposing.REFIGURED_FROM_SHARE", -1.0)
    rows = draw(seed)
    baseline = baseline_of(rows, as_of=AS_OF)
    changes = [
        RepairComponent("AGG-1", unavailability=0.3, mttr_h=9.0),
        ReplaceComponent("F0", mtbf_h=99.0, mttr_h=1.0),
    ]
    _, touched = applied(changes, rows, baseline.dependants, AS_OF)
    assert touched.figures_only
    assert_equal_to_a_full_assessment(baseline, changes)
    with pytest.raises(InvalidNetwork):
        what_if(baseline, [RepairComponent("AGG-1", unavailability=1.5)])


def test_a_common_cause_that_loses_all_members_can_be_failed_no_more():
    rows = draw(5)
    members = rows.group_components["duct"]
    baseline = baseline_of(rows, as_of=AS_OF)
    for changes in (
        [ReplaceComponent(code, groups=()) for code in members],
        [RemoveComponent(code) for code in members],
    ):
        assert_equal_to_a_full_assessment(baseline, changes)


def test_a_point_that_carries_just_too_few_stations_is_no_shared_one():
    rows = [station(number) for number in range(1, 11)] + [station(11, voters=900_000)]
    sites = [component(f"S{n}", "mobile_site", 1, n, agency="OP1") for n in (1, 2)]
    claims = claims_of(
        operator_1="OP1", signal_1="good", test_date="2028-05-10", mains="yes", battery_h="4",
        generator="no", id_devices="2",
    )  # fmt: skip
    small = register(
        rows,
        [*sites, component("CORE", "provincial_centre", 3, 3)],
        claims={row.id: claims for row in rows},
        serves={row.id: ["S2" if row.id == 11 else "S1"] for row in rows},
        depends_on={"S1": "CORE", "S2": "CORE"},
    )
    change = SetClaim("s01", "signal_1", "none")
    found = assert_equal_to_a_full_assessment(baseline_of(small, as_of=AS_OF), [change])
    courses = {(c.cause.rule, c.cause.key): c.course for c in found.causes}
    assert courses["shared_single_point", "S1"] is Course.VANISHED
    assert courses["single_point", "S1"] is Course.APPEARED


@pytest.fixture(scope="module")
def province(tmp_path_factory, django_db_setup, django_db_blocker):
    from django.db import transaction

    path = tmp_path_factory.mktemp("example") / "example.xlsx"
    write_example(path, language="en")
    with django_db_blocker.unblock(), transaction.atomic():
        imported = import_file(path, by=None, now=datetime(2028, 6, 14, tzinfo=UTC))
        rows = read_register(imported.round_id)
        transaction.set_rollback(True)
    return baseline_of(rows, as_of=EXAMPLE_AS_OF)


@pytest.mark.django_db
@pytest.mark.one_database
def test_a_sample_of_changes_to_the_example_does_what_assessing_it_anew_says(province):
    rows = province.workings.rows
    site = next(code for code, row in rows.components.items() if row.kind == "mobile_site")
    above = next(code for code, row in rows.components.items() if row.kind == "aggregation")
    county = rows.listings[0].county_code
    own = [row for row in rows.listings if row.county_code == county]
    for changes in (
        [RemoveComponent(site), RepairComponent(above, unavailability=0.0)],
        [GiveSecondPath(row.code, line="fibre", tested_on=EXAMPLE_AS_OF) for row in own[:60]],
        [
            AddComponent("new", "mobile_site", agency=rows.components[site].agency,
                         depends_on=above, serves=tuple(row.code for row in own[:9])),
            GiveSpare(f"{own[0].county} depot", 40, provisioned=True),
        ],
    ):  # fmt: skip
        found = assert_equal_to_a_full_assessment(province, changes)
        assert found.stations


def test_the_small_registers_have_mornings_and_spares_to_judge():
    """Else the comparison above would say nothing of them."""
    rules = {
        finding.rule
        for seed in range(30)
        for finding in baseline_of(draw(seed), as_of=AS_OF).workings.findings
    }
    assert {"centre_over_capacity", "spare_unusable", "devices_short"} <= rules
