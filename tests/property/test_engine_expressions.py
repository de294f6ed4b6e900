"""Printing and reading requirements."""

from hypothesis import given
from hypothesis import strategies as st

from pollready.engine.expression import (
    FALSE,
    TRUE,
    All,
    Any,
    AtLeast,
    Leaf,
    Ride,
    leaves,
    parse,
)

IDS = st.one_of(
    st.text(min_size=1, max_size=8),
    st.sampled_from(["سایت‌۱", "ride", "of", "true", "all", "12", "a.b/c:d_e-f", 'x"y\\', "a b"]),
)
HOURS = st.one_of(
    st.floats(-1e6, 1e6, allow_nan=False), st.integers(0, 600).map(lambda minutes: minutes / 60)
)


def gates(children):
    many = st.lists(children, max_size=4).map(tuple)
    return st.one_of(
        many.map(All),
        many.map(Any),
        st.builds(AtLeast, st.integers(0, 9), many),
        st.builds(Ride, children, HOURS, children),
    )


EXPRESSIONS = st.recursive(st.one_of(IDS.map(Leaf), st.sampled_from([TRUE, FALSE])), gates)


@given(EXPRESSIONS)
def test_reading_what_was_printed_gives_an_equal_expression(expression):
    assert parse(str(expression)) == expression


@given(EXPRESSIONS)
def test_reading_keeps_every_id_in_its_order(expression):
    assert leaves(parse(str(expression))) == leaves(expression)
