"""What holds of every change in thought."""

import random

import pytest

from pollready.assessment.baseline import baseline_of
from pollready.assessment.changes import (
    AddComponent,
    ChangeError,
    GiveDevices,
    GivePower,
    GiveSecondPath,
    GiveSpare,
    KeepSpareDevices,
    NamePerson,
    PostTechnician,
    RemoveComponent,
    RepairComponent,
)
from pollready.assessment.result import Readiness
from pollready.assessment.supposing import what_if
from tests.oracles.small_registers import AS_OF, draw, draw_changes

SEEDS = range(12)
BETTER = (Readiness.READY, Readiness.UNKNOWN, Readiness.NOT_READY)  # the best first


@pytest.fixture(autouse=True)
def never_wholly(monkeypatch):
    monkeypatch.setattr("pollready.assessment.supposing.WHOLLY_FROM_SHARE", 2.0)


def costs(figures):
    """Give every figure of the engine of which more is worse, that one change can compare."""
    found = []
    for name in ("voters_affected", "voters_below_online"):
        found += [getattr(figures, name).low, getattr(figures, name).high]
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_independent_changes_does_not_matter(seed):
    rows = draw(seed)
    baseline = baseline_of(rows, as_of=AS_OF)
    chance = random.Random(seed)
    one, other = (row.code for row in chance.sample(rows.listings, 2))
    changes = [
        AddComponent("Z1", "mobile_site", agency="OP1", depends_on="CORE", serves=(one, other)),
        AddComponent("A1", "mobile_site", agency="OP1", depends_on="CORE", serves=(one, other),
                     groups=("duct",)),
        GivePower(one, generator="yes"),
        GiveDevices(other, 2),
        KeepSpareDevices(other, 1),
        PostTechnician(other, 0.5),
        GiveSpare("Ahar depot", 3),
        GiveSpare("Ahar depot", 4, provisioned=True),
        NamePerson(one, "computer user", "B", "", True),
        NamePerson(other, "computer user", "A", "", None),
        RepairComponent("AGG-1", unavailability=0.001),
    ]  # fmt: skip
    first = what_if(baseline, changes)
    for _ in range(2):
        chance.shuffle(changes)
        assert what_if(baseline, changes) == first


@pytest.mark.parametrize("seed", SEEDS)
def test_adding_and_removing_is_nothing(seed):
    rows = draw(seed)
    baseline = baseline_of(rows, as_of=AS_OF)
    served = tuple(row.code for row in rows.listings[:2])
    for code, kind in (("F-unrecorded", "feeder"), ("NEW", "mobile_site")):
        new = AddComponent(code, kind, agency="OP1", depends_on="CORE", serves=served,
                           groups=("duct",), generator="yes")  # fmt: skip
        found = what_if(baseline, [new, RemoveComponent(code)])
        assert found.after == found.before
        assert (found.stations, found.causes) == ((), ())


@pytest.mark.parametrize("seed", SEEDS)
def test_repairing_never_makes_a_figure_of_the_engine_worse(seed):
    rows = draw(seed)
    baseline = baseline_of(rows, as_of=AS_OF)
    for code in sorted(rows.components):
        found = what_if(baseline, [RepairComponent(code, unavailability=0.0)])
        pairs = zip(costs(found.after), costs(found.before), strict=True)
        assert all(after <= before * (1 + 1e-12) for after, before in pairs)
        assert found.after.vulnerabilities == found.before.vulnerabilities


@pytest.mark.parametrize("seed", SEEDS)
def test_removing_makes_nothing_better(seed):
    rows = draw(seed)
    baseline = baseline_of(rows, as_of=AS_OF)
    for code in sorted(rows.components):
        found = what_if(baseline, [RemoveComponent(code)])
        pairs = zip(costs(found.after), costs(found.before), strict=True)
        assert all(after >= before * (1 - 1e-12) for after, before in pairs)
        for change in found.stations:
            after, before = change.after.readiness, change.before.readiness
            assert BETTER.index(after) >= BETTER.index(before), (code, change.before.code)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_untested_second_path_makes_no_criterion_met_that_was_not(seed):
    rows = draw(seed)
    baseline = baseline_of(rows, as_of=AS_OF)
    for row in rows.listings:
        try:
            found = what_if(baseline, [GiveSecondPath(row.code, "OP2")])
        except ChangeError:
            continue
        for change in found.stations:
            for old, new in zip(change.before.criteria, change.after.criteria, strict=True):
                if new.name in ("primary_path", "second_path"):
                    assert new.value.value != "met" or old.value.value == "met"


@pytest.mark.parametrize("seed", SEEDS)
def test_asking_twice_gives_the_same_answer(seed):
    rows = draw(seed)
    baseline = baseline_of(rows, as_of=AS_OF)
    changes = draw_changes(rows, seed)
    try:
        first = what_if(baseline, changes)
    except ChangeError:
        return
    assert what_if(baseline, changes) == first
    assert what_if(baseline_of(draw(seed), as_of=AS_OF), changes) == first
