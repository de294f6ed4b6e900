"""Means that several plans count: whose they are, and where together they are too few."""

from pollready.planning.gaps import Weight
from pollready.planning.means import LotCounts, Stock, stock_of
from pollready.planning.shared_means import Need, shared_by, shared_gaps


def found(stock: Stock | None, *others: int, own: int = 6) -> list[tuple[str, Weight, int]]:
    needs = [Need(1, "generator", own)]
    needs += [Need(number, "generator", count) for number, count in enumerate(others, start=2)]
    gaps = shared_gaps(shared_by(1, needs, lambda kind: stock))
    return [(gap.code, gap.weight, gap.fields["needed"]) for gap in gaps]


def test_two_plans_that_need_more_than_there_is_have_a_gap():
    assert found(Stock(10, 10), 5) == [("means_shared", Weight.GAP, 11)]
    assert found(Stock(11, 11), 5) == []


def test_what_only_all_plans_together_need_too_many_of_is_a_question():
    assert found(Stock(12, 12), 4, 4) == [("means_shared", Weight.QUESTION, 14)]


def test_what_is_not_tested_for_all_plans_together_is_a_question():
    assert found(Stock(8, 20), 5) == [("means_shared_untested", Weight.QUESTION, 11)]
    assert found(Stock(8, None), 5) == [("means_shared_untested", Weight.QUESTION, 11)]


def test_what_a_plan_lacks_by_itself_or_nobody_recorded_is_not_said_twice():
    assert found(Stock(4, 5), 5) == []
    assert found(None, 5) == []
    assert found(Stock(0, 9)) == []


def test_a_lot_by_its_own_word_and_its_kind_are_the_same_means():
    lots = [LotCounts("ژنراتور ۵ کاوا", "PWR", tested=4, deployed=0),
            LotCounts("generator 20 kVA", "PWR", tested=3, deployed=0)]  # fmt: skip
    needs = [Need(1, "ژنراتور ۵ کاوا", 4), Need(2, "generator", 5), Need(3, "modem", 9)]
    (row,) = shared_by(1, needs, lambda kind: stock_of(kind, lots))
    assert [other.scenario for other in row.others] == [2]
    assert (row.together, row.there) == (9, Stock(7, 7))
    (gap,) = shared_gaps([row])
    assert gap.fields == {
        "means": "ژنراتور ۵ کاوا", "needed": 9, "there": 7, "scenarios": (2,),
    }  # fmt: skip
