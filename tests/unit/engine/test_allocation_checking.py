"""Every fault of an allocation is found, and all of them at once."""

from dataclasses import replace

import numpy as np
import pytest

from pollready.engine.allocation_checking import check_for_faults
from pollready.engine.allocation_faults import (
    DepotWithoutPlace,
    FixedBeyondMoney,
    FixedBeyondStock,
    FixedOptionOfAnother,
    FixedTwice,
    FixedWithoutUpgrade,
    KeptBeyondStock,
    NameTwice,
    NegativeOrNoNumber,
    OptionTwiceInFloor,
    ReachedAtUnknownTime,
    UnknownIndex,
    WrongShape,
)
from pollready.engine.allocation_problem import (
    AllocationProblem,
    FixedChoice,
    FixedUpgrade,
    Floor,
    KeptUnits,
    Options,
    Upgrades,
)

OPTIONS = Options(
    point=np.array([0, 1]),
    units=np.array([[1], [2]]),
    saves=np.array([5.0, 7.0]),
    cost=np.array([1.0, 1.0]),
    presuming=np.array([1]),
    presumed=np.array([0]),
)
PROBLEM = AllocationProblem(
    points=("a", "b"),
    kinds=("modem",),
    depots=("north", "south"),
    stock=np.array([[1], [1]]),
    reach_class=np.array([0, 1]),
    within=np.array([[[True], [False]], [[True], [True]]]),
    travel_h=np.array([[1.0, np.nan], [1.0, 2.0]]),
    options=OPTIONS,
    upgrades=Upgrades(("u",), np.array([[0]]), np.zeros(1), np.array([1]), np.ones((1, 2))),
)
NAN = float("nan")


def faults_of(**changed):
    return check_for_faults(replace(PROBLEM, **changed))


def test_a_sound_problem_has_no_faults():
    assert check_for_faults(PROBLEM) == ()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"stock": np.array([1, 1])}, WrongShape("stock", (2,), (2, 1))),
        ({"points": ("a", "a")}, NameTwice("points", "a")),
        ({"reach_class": np.array([0, 2])}, UnknownIndex("reach_class", 1, 2, 2)),
        (
            {"options": replace(OPTIONS, presumed=np.array([4]))},
            UnknownIndex("options.presumed", 0, 4, 1),
        ),
        ({"fixed": (FixedChoice(0, 9),)}, UnknownIndex("fixed.option", 0, 9, 2)),
        (
            {"stock": np.array([[1], [-1]])},
            NegativeOrNoNumber("stock", 1, 0, -1.0),
        ),
        ({"money": -2.0}, NegativeOrNoNumber("money", 0, None, -2.0)),
        (
            {"travel_h": np.array([[1.0, NAN], [1.0, NAN]]), "upgrades": None,
             "options": replace(OPTIONS, presuming=np.zeros(0, int), presumed=np.zeros(0, int))},
            DepotWithoutPlace("south"),
        ),
        (
            {"travel_h": np.array([[NAN, NAN], [1.0, 2.0]])},
            ReachedAtUnknownTime("north", "a"),
        ),
        (
            {"floors": (Floor("f", np.array([0, 0]), np.ones(2), 1.0),)},
            OptionTwiceInFloor("f", 0),
        ),
        ({"fixed": (FixedChoice(0, 0), FixedChoice(0, None))}, FixedTwice("a")),
        ({"fixed": (FixedChoice(0, 1),)}, FixedOptionOfAnother("a", 1)),
        (
            {"fixed": (FixedChoice(1, 1), FixedUpgrade(0, False))},
            FixedWithoutUpgrade("b", "u"),
        ),
        (
            {"fixed": (FixedChoice(0, 0), FixedChoice(1, 1))},
            FixedBeyondStock("modem", 1),
        ),
        ({"fixed": (FixedChoice(0, 0),), "money": 0.5}, FixedBeyondMoney(1.0, 0.5)),
        (
            {"kept": (KeptUnits(0, 0, 2, np.array([0])),)},
            KeptBeyondStock("north", "modem", 2, 1),
        ),
    ],
)  # fmt: skip
def test_a_fault_is_named(changed, expected):
    assert faults_of(**changed) == (expected,)


def test_a_saving_that_is_no_number_is_named_by_its_row():
    (fault,) = faults_of(options=replace(OPTIONS, saves=np.array([5.0, NAN])))
    assert (fault.code, fault.field, fault.row) == (
        "engine.allocation.negative-or-no-number", "options.saves", 1
    )  # fmt: skip


def test_faults_of_all_sorts_come_at_once():
    faults = faults_of(
        money=NAN,
        stock=np.array([[-1], [1]]),
        floors=(Floor("f", np.array([0]), np.array([-1.0]), NAN),),
        fixed=(FixedChoice(0, 1),),
    )
    assert [type(fault) for fault in faults] == [NegativeOrNoNumber] * 4 + [FixedOptionOfAnother]


def test_wrong_shapes_and_names_are_told_together():
    faults = faults_of(stock=np.zeros((1, 1), int), kinds=("modem", "modem"))
    assert {type(fault) for fault in faults} == {WrongShape, NameTwice}
