"""The rules that name the gaps of a plan, and the ledger that they read."""

from datetime import date

from pollready.planning.gaps import PlanFacts, StepFacts, Weight, gaps_of
from pollready.planning.means import LotCounts, Stock, stock_of

AS_OF = date(2028, 6, 19)
GOOD = StepFacts(1, legal_basis="article 12")


def codes(plan: PlanFacts | None, stock=lambda kind: None) -> list[str]:
    return [gap.code for gap in gaps_of(plan, stock, as_of=AS_OF)]


def plan(*steps: StepFacts, **changes) -> PlanFacts:
    return PlanFacts(**({"approved": True, "steps": steps, "tested_on": AS_OF} | changes))


def test_a_scenario_without_a_plan_is_a_gap():
    assert codes(None) == ["no_plan"]


def test_an_approved_and_tested_plan_whose_means_are_there_has_no_gap():
    assert codes(plan(GOOD)) == []


def test_a_plan_must_be_approved_and_tested_as_it_stands():
    assert codes(plan(GOOD, approved=False, tested_on=None)) == ["not_approved", "untested"]
    assert codes(plan(GOOD, changed_since_test=True)) == ["changed_since_test"]
    assert codes(plan(GOOD, tested_on=date(2027, 12, 21))) == ["test_old"]
    assert codes(plan(GOOD, tested_on=date(2027, 12, 22))) == []


def test_a_plan_without_steps_or_a_step_without_anybody_is_a_gap():
    assert codes(plan()) == ["no_steps"]
    assert codes(plan(StepFacts(1, has_owner=False, legal_basis="x"))) == ["nobody"]


def test_an_unlawful_workaround_is_a_gap_until_there_is_an_order():
    assert codes(plan(StepFacts(1, lawful=False))) == ["unlawful"]
    assert codes(plan(StepFacts(1, lawful=False, order_no="77"))) == []


def test_what_nobody_asked_of_the_law_is_a_question_and_an_order_not_given_a_gap():
    found = gaps_of(plan(StepFacts(1, lawful=None)), lambda kind: None, as_of=AS_OF)
    assert [(gap.code, gap.weight) for gap in found] == [("law_unasked", Weight.QUESTION)]
    ordered = StepFacts(1, legal_basis="x", order_by="the governor")
    assert codes(plan(ordered)) == ["order_missing"]
    assert codes(plan(StepFacts(1))) == ["basis_missing"]


def test_means_of_all_steps_are_added_up_and_compared_with_the_ledger():
    steps = [StepFacts(n, legal_basis="x", means_kind="generator", means_count=3) for n in (1, 2)]
    assert codes(plan(*steps), lambda kind: Stock(6, 6)) == []
    assert codes(plan(*steps), lambda kind: Stock(2, 5)) == ["means_short"]
    assert codes(plan(*steps), lambda kind: Stock(2, 9)) == ["means_untested"]
    assert codes(plan(*steps), lambda kind: Stock(2, None)) == ["means_untested"]
    assert codes(plan(*steps)) == ["means_unrecorded"]


def test_gaps_come_before_questions():
    found = gaps_of(plan(StepFacts(1, lawful=None), tested_on=None), lambda kind: None, as_of=AS_OF)
    assert [gap.weight for gap in found] == [Weight.GAP, Weight.QUESTION]


def test_a_lot_counts_what_is_tested_and_not_yet_sent():
    lots = [
        LotCounts("mobile generator", pledged=9, delivered=8, tested=7, deployed=2),
        LotCounts("ژنراتور سیار", pledged=4),
    ]
    assert stock_of("generator", lots) == Stock(5, 9)


def test_a_lot_of_which_nobody_says_how_many_leaves_the_most_unknown():
    assert stock_of("generator", [LotCounts("generator")]) == Stock(0, None)


def test_a_kind_that_is_not_in_the_ledger_is_unknown_not_nothing():
    assert stock_of("terminal", [LotCounts("generator", tested=4)]) is None


def test_a_kind_of_the_ledgers_own_words_is_found_by_them():
    assert stock_of("Sand-Bags", [LotCounts("sand bags", tested=4, deployed=0)]) == Stock(4, 4)
