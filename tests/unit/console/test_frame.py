"""The countdown to the next gate, and the round that the pages speak of."""

from datetime import date, timedelta

import pytest
from django.urls import resolve, reverse

from pollready.console.frame import ENTRIES, next_gate
from pollready.places.models import ElectionRound

ELECTION = date(2028, 6, 28)


@pytest.mark.parametrize(
    ("days_before", "name", "days_left"),
    [
        (60, "list", 15),
        (45, "list", 0),
        (44, "coverage", 14),
        (14, "rehearsal", 0),
        (9, "delivery", 7),
        (1, "set_up", 0),
        (0, "opening", 0),
    ],
)
def test_the_next_gate_is_the_first_that_is_not_over(days_before, name, days_left):
    gate = next_gate(ELECTION, ELECTION - timedelta(days=days_before), today=True)
    assert (gate.name, gate.days_left) == (name, days_left)


@pytest.mark.django_db
def test_after_the_election_days_count_from_the_assessment(client, assessed):
    ElectionRound.objects.update(election_date=date(2024, 6, 28))
    assessed.saved.as_of_date = date(2024, 6, 19)
    assessed.saved.save()
    page = client.get("/stations/").content.decode()
    assert "Next gate, on the assessment" in page
    assert "7 days left" in page


@pytest.mark.django_db
def test_a_register_with_two_rounds_lets_one_choose(client, assessed):
    other = ElectionRound.objects.create(
        code="other", name="Second round", jurisdiction="Elsewhere"
    )
    assert "Elsewhere" in client.get("/").content.decode()
    client.post("/round/", {"round": other.code})
    page = client.get("/").content.decode()
    assert "has not been assessed yet" in page
    client.post("/round/", {"round": assessed.round.code})
    assert "How many stations are ready?" in client.get("/").content.decode()


def test_the_side_bar_offers_a_page_to_whom_its_view_lets_in():
    assert len(ENTRIES) <= 8
    offered = [page for pages in ENTRIES.values() for page in pages]
    assert [(page, resolve(reverse(page)).func.permission) for page, _ in offered] == offered
