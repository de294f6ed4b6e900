"""What the entries of a lot come to, where counts and corrections meet."""

from dataclasses import dataclass

from pollready.resources.accounts import Account
from pollready.resources.balance import ENTRIES, Standing, balance


@dataclass(frozen=True)
class Line:
    pk: int
    kind: str
    count: int
    speaker: str = "agency:1"
    corrects_id: int | None = None
    account: str = "delivered"


def delivered(*lines: Line) -> Standing:
    return balance(lines)[Account.DELIVERED]


def test_what_moves_is_added_to_every_count_before_it():
    found = delivered(Line(1, "listed", 40, "list"), Line(2, "deliver", 12))
    assert (found.relied_on, found.is_conflict) == (52, False)


def test_a_county_that_counts_otherwise_is_a_conflict_and_the_lower_count_is_relied_on():
    found = delivered(
        Line(1, "listed", 40, "list"), Line(2, "deliver", 12), Line(3, "counted", 50, "county:7")
    )
    assert (found.counts, found.is_conflict, found.relied_on) == ([50, 52], True, 50)


def test_of_what_is_deployed_the_higher_count_is_relied_on():
    lines = [
        Line(1, "listed", 4, "list", account="deployed"),
        Line(2, "counted", 6, account="deployed"),
    ]
    assert balance(lines)[Account.DEPLOYED].relied_on == 6


def test_a_correction_reaches_the_counts_that_its_entry_had_reached_and_no_later_one():
    found = delivered(
        Line(1, "listed", 40, "list"),
        Line(2, "deliver", 12),
        Line(3, "counted", 50, "county:7"),
        Line(4, "correct", -2, corrects_id=2),
    )
    assert (found.counts, found.is_conflict) == ([50], False)


def test_movements_without_any_count_tell_a_least_number_only():
    found = delivered(Line(1, "deliver", 12))
    assert (found.is_known, found.relied_on, found.low, found.high) == (False, None, 12, None)


def test_the_first_count_stands_beside_what_movements_came_to():
    found = delivered(Line(1, "deliver", 12), Line(2, "counted", 10, "county:7"))
    assert {name: word.count for name, word in found.words.items()} == {ENTRIES: 12, "county:7": 10}


def test_a_newer_list_does_not_silently_outvote_entries():
    lines = [
        Line(1, "listed", 40, "list"), Line(2, "deliver", 12), Line(3, "listed", 55, "list"),
    ]  # fmt: skip
    assert delivered(*lines).counts == [52, 55]
    assert delivered(*lines, Line(4, "listed", 52, "list")).counts == [52]


def test_a_list_that_bears_the_entries_out_speaks_for_them_from_then_on():
    lines = [
        Line(1, "listed", 40, "list"), Line(2, "deliver", 12), Line(3, "listed", 52, "list"),
        Line(4, "listed", 60, "list"),
    ]  # fmt: skip
    assert delivered(*lines).counts == [60]


def test_nothing_is_given_back_until_an_entry_says_so():
    assert balance([])[Account.RETURNED].relied_on == 0
    assert balance([])[Account.DELIVERED].relied_on is None
