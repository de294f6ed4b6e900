"""Who is told of an overdue duty, and the chain that an office sets."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from pollready.duties.escalation import (
    USUAL,
    Chain,
    Step,
    WrongChain,
    office_chain,
    read_chain,
    told_of,
)
from pollready.language import message


def test_the_longer_it_is_overdue_the_more_are_told():
    told = [told_of(days, USUAL.by_days) for days in range(-1, 9)]
    assert told[0] == ()
    assert told[1] == ("owner",)
    assert told[-1] == ("owner", "secretary", "committee_head", "national")
    assert all(set(less) <= set(more) for less, more in pairwise(told))


def test_an_office_sets_its_own_chain(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    assert office_chain() == USUAL
    (tmp_path / "escalation.toml").write_text("[after_days]\ngovernor = 2\nowner = 0\n", "utf-8")
    assert office_chain() == Chain((Step(0, "owner"), Step(2, "governor")), (Step(0, "owner"),))


def test_an_office_sets_the_hours_of_the_last_days_itself():
    text = "[after_days]\nowner = 0\n[last_days_after_hours]\ngovernor = 3\n"
    assert read_chain(text, "escalation.toml").by_hours == (Step(3, "governor"),)


def test_hours_count_in_the_last_days_alone():
    election = date(2028, 6, 28)
    early = datetime(2028, 6, 20, 18, tzinfo=UTC)
    assert USUAL.told(early, early + timedelta(hours=5), election) == ("owner",)
    eve = datetime(2028, 6, 27, 18, tzinfo=UTC)
    told = [USUAL.told(eve, eve + timedelta(hours=hours), election) for hours in range(-1, 5)]
    assert [len(each) for each in told] == [0, 1, 2, 3, 3, 4]
    assert all(set(less) <= set(more) for less, more in pairwise(told))
    # What has waited for long is pressing from the first of these hours on.
    assert USUAL.told(eve - timedelta(days=2), eve, election)[-1] == "national"
    assert USUAL.told(eve, eve + timedelta(hours=5), None) == ("owner",)


@pytest.mark.parametrize(
    "text", ["", "[after_days]", "[after_days]\nmayor = 1", "[after_days]\nsecretary = -1",
             "[after_days]\nsecretary = true", "not toml [", "after_days = 3",
             "[after_days]\nowner = 0\n[last_days_after_hours]\nsecretary = 60"],
)  # fmt: skip
def test_a_chain_that_cannot_be_read_says_what_is_expected(text):
    with pytest.raises(WrongChain) as wrong:
        read_chain(text, "escalation.toml")
    assert "secretary = 1" in message(wrong.value, "en")
