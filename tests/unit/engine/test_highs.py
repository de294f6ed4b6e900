"""What the wrapper of HiGHS gives, beside programs small enough to solve by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from pollready.engine._highs import LinearProgram, Program, solve


def one_row(gain, most):
    """Fill a row of `most` with columns of size 1, each at most 1."""
    size = len(gain)
    return Program(
        np.array(gain),
        sparse.csc_array(np.ones((1, size))),
        np.array([-np.inf]),
        np.array([most]),
        np.zeros(size),
        np.ones(size),
        np.zeros(size, dtype=bool),
    )


def test_a_linear_program_tells_its_optimum_and_the_price_of_its_rows():
    found = LinearProgram(one_row([3.0, 2.0], 1.5)).solve()
    assert (found.x.tolist(), found.gain, found.row_price.tolist()) == ([1.0, 0.5], 4.0, [2.0])


def test_programs_solved_alone_and_by_many_threads_follow_one_another():
    program = one_row([3.0, 2.0], 1.5)
    gains = [solve(program, alone=alone).gain for alone in (False, True, False)]
    assert [*gains, LinearProgram(program).solve().gain] == [4.0] * 4


def test_columns_gains_and_rows_that_change_are_reckoned_from_where_it_stood():
    program = LinearProgram(one_row([3.0, 2.0], 1.5))
    program.solve()
    one = np.ones(1)
    program.add_columns(np.array([5.0]), sparse.csc_array(np.ones((1, 1))), np.zeros(1), one)
    assert program.solve().gain == 6.5
    program.change_gain(np.array([0, 2]), np.array([1.0, 1.0]))
    assert program.solve().gain == 2.5
    program.change_row(0, -np.inf, 1.0)
    assert program.solve().gain == 2.0


def test_a_linear_program_without_a_solution_or_time_gives_none():
    program = replace(one_row([1.0], 1.0), row_lower=np.array([2.0]), row_upper=np.array([3.0]))
    assert LinearProgram(program).solve() is None
    assert LinearProgram(hard_program(whole=False)).solve(limit_s=0.0) is None


def test_whole_numbers_that_cannot_be_are_bounded_by_nothing():
    program = replace(
        one_row([1.0, 1.0], 0.7), row_lower=np.array([0.5]), whole=np.ones(2, dtype=bool)
    )
    found = solve(program)
    assert (found.x, found.bound, found.optimal) == (None, -np.inf, False)


def hard_program(*, whole=True):
    """Knapsacks of many columns, which take HiGHS far longer than a test may."""
    random, size = np.random.default_rng(0), 200
    return Program(
        random.random(size) + 1,
        sparse.csc_array(np.floor(random.random((30, size)) * 10)),
        np.full(30, -np.inf),
        np.full(30, 100.0),
        np.zeros(size),
        np.ones(size),
        np.full(size, whole),
    )


def test_who_is_asked_can_stop_it_and_what_was_found_stands():
    asked = []

    def cancelled():
        asked.append(None)
        return len(asked) > 20

    found = solve(hard_program(), cancelled=cancelled)
    assert len(asked) > 20
    assert not found.optimal
    assert found.gain <= found.bound


def test_a_gap_that_is_allowed_ends_the_search():
    found = solve(hard_program(), gap=20.0)
    assert found.optimal
    assert found.bound - found.gain <= 20.0
    assert found.gain == pytest.approx(hard_program().gain @ found.x)
