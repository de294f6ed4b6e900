"""The overview: its figures are those of the lists that they lead to."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
COUNT = re.compile(r'<h2 class="found__sentence">([\d,]+) stations?')


def listed(client, query: str) -> int:
    page = client.get(f"/stations/{query}").content.decode()
    return int(COUNT.search(page)[1].replace(",", ""))


def linked_figures(page: str) -> list[tuple[str, int]]:
    """Give every figure that is a link to the list of stations, with the list's query."""
    links = re.findall(r'href="/stations/(\?[^"]+)">([\d,]+)(?: stations?)?</a>', page)
    return [(query.replace("&amp;", "&"), int(figure.replace(",", ""))) for query, figure in links]


def test_every_figure_that_is_a_link_equals_the_count_of_its_list(client, assessed):
    figures = linked_figures(client.get("/").content.decode())
    assert len(figures) > 20
    assert {query: listed(client, query) for query, _ in figures} == dict(figures)


def test_the_three_states_add_up_to_all_stations(assessed):
    total = assessed.saved.summary["total"]
    assert total["ready"] + total["not_ready"] + total["unknown"] == total["stations"] == 12


def test_sections_come_in_the_order_of_the_questions(client, assessed):
    page = client.get("/").content.decode()
    assert re.findall(r'<h2 id="([a-z-]+)"', page) == [
        "how-many",
        "decide",
        "where",
        "why",
        "vulnerable",
        "confidence",
    ]


def test_counties_stand_in_the_order_of_their_codes(client, assessed):
    page = client.get("/").content.decode()
    assert re.findall(r'<th scope="row"><a href="/stations/\?county=(\d+)">', page) == [
        "01",
        "02",
        "03",
        "04",
    ]


def test_more_causes_ask_no_more_of_the_database(client, assessed, rows):
    def queries() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    before = queries()
    cause = assessed.saved.causes.first()
    for number in range(3):
        cause.pk, cause.key = None, f"another {number}"
        cause.save()
    assert queries() == before


def test_an_empty_register_says_which_command_comes_next(client, db):
    page = client.get("/").content.decode()
    assert "No round is registered yet" in page
    assert "pollready template" in page


def test_a_round_without_an_assessment_says_so_on_every_page(client, register):
    for path in ("/", "/stations/", "/causes/"):
        assert "has not been assessed yet" in client.get(path).content.decode()
