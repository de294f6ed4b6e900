"""Who is told of an overdue duty, and the chain that an office sets."""

from itertools import pairwise

import pytest

from pollready.duties.escalation import USUAL, Step, WrongChain, office_chain, read_chain, told_of
from pollready.language import message


def test_the_longer_it_is_overdue_the_more_are_told():
    told = [told_of(days, USUAL) for days in range(-1, 9)]
    assert told[0] == ()
    assert told[1] == ("owner",)
    assert told[-1] == ("owner", "secretary", "committee_head", "national")
    assert all(set(less) <= set(more) for less, more in pairwise(told))


def test_an_office_sets_its_own_chain(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    assert office_chain() == USUAL
    (tmp_path / "escalation.toml").write_text("[after_days]\ngovernor = 2\nowner = 0\n", "utf-8")
    assert office_chain() == (Step(0, "owner"), Step(2, "governor"))


@pytest.mark.parametrize(
    "text", ["", "[after_days]", "[after_days]\nmayor = 1", "[after_days]\nsecretary = -1",
             "[after_days]\nsecretary = true", "not toml ["],
)  # fmt: skip
def test_a_chain_that_cannot_be_read_says_what_is_expected(text):
    with pytest.raises(WrongChain) as wrong:
        read_chain(text, "escalation.toml")
    assert "secretary = 1" in message(wrong.value, "en")
