from itertools import pairwise

import pytest

from pollready.engine.rosters import Person, Role, Shift, WrongShifts, roster, shifts

DAY = shifts(6, 26, shift_h=10, overlap_h=0.5)


def by_person(found):
    times = {}
    for post in found.posts:
        if post.person is not None:
            times.setdefault(post.person, []).append(post.shift)
    return times


def test_shifts_cover_the_period_and_hand_over():
    assert DAY[0].starts_h == 6 and DAY[-1].ends_h == 26
    assert len(DAY) == 3
    overlaps = [one.ends_h - other.starts_h for one, other in pairwise(DAY)]
    assert overlaps == pytest.approx([0.5, 0.5])
    assert max(each.ends_h - each.starts_h for each in DAY) <= 10


@pytest.mark.parametrize("times", [(6, 6, 8, 0.25), (6, 26, 0.25, 0.25), (6, 26, 8, -1)])
def test_a_period_without_shifts_is_refused(times):
    with pytest.raises(WrongShifts):
        shifts(times[0], times[1], shift_h=times[2], overlap_h=times[3])


def test_nobody_is_in_two_places_at_a_time_nor_longer_than_he_may():
    people = tuple(Person(f"p{n}", ("a", "b"), most_h=8.0) for n in range(9))
    found = roster(("a", "b"), DAY, people)
    assert found.proven
    for times in by_person(found).values():
        assert sum(each.ends_h - each.starts_h for each in times) <= 8.0
        for place, one in enumerate(times):
            assert not any(one.overlaps(other) for other in times[place + 1 :])


def test_leads_come_before_deputies_and_the_short_are_named():
    found = roster(("a", "b"), (Shift(6, 14),), (Person("x", ("a", "b")), Person("y", ("b", "a"))))
    assert {(post.team, post.role): post.person for post in found.posts} == {
        ("a", Role.LEAD): "x", ("a", Role.DEPUTY): None,
        ("b", Role.LEAD): "y", ("b", Role.DEPUTY): None,
    }  # fmt: skip
    assert [(post.team, post.role) for post in found.short] == [
        ("a", Role.DEPUTY), ("b", Role.DEPUTY)
    ]  # fmt: skip


def test_who_may_not_lead_stands_by_and_hours_of_a_person_hold():
    people = (Person("new", ("a",), may_lead=False), Person("late", ("a",), from_h=10))
    found = roster(("a",), (Shift(6, 14), Shift(14, 22)), people)
    filled = {(post.shift.starts_h, post.role): post.person for post in found.posts}
    assert filled[6, Role.LEAD] is None and filled[14, Role.LEAD] == "late"
    assert "new" in (filled[6, Role.DEPUTY], filled[14, Role.DEPUTY])


def test_nobody_leaves_every_post_short():
    found = roster(("a",), DAY, ())
    assert len(found.short) == len(found.posts) == 6 and found.proven


def test_a_stranger_to_a_team_never_serves_it():
    assert len(roster(("a",), DAY, (Person("x", ("b",)),)).short) == 6
