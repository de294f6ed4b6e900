"""The dependency picture: how it is laid out, what it says, and what a trial in it does."""

import re
from itertools import combinations
from urllib.parse import unquote

import pytest
from django.urls import reverse

from pollready.assessment.exploring import explore_round
from pollready.assessment.picturing import Box, Drawing, Sort, Trial, draw, own_top, station_cone
from pollready.audit.models import AuditBatch
from pollready.console.picture_layout import lay_out, rows_of
from pollready.register.veil import masked

NOTHING = Trial(frozenset(), frozenset(), 2.0)


def tree(edges: dict[int, tuple[int, ...]], sorts: dict[int, Sort] | None = None) -> Drawing:
    keys = {*edges, *(child for below in edges.values() for child in below)}
    sorts = sorts or {}
    boxes = {key: Box(key, sorts.get(key, Sort.THING), children=edges.get(key, ())) for key in keys}
    return Drawing(0, boxes)


TREE = tree({0: (1,), 1: (2, 3, 4), 3: (5, 6), 4: (7,)}, {1: Sort.ALL, 3: Sort.ANY})
SHARED = tree({0: (1, 2), 1: (3, 4), 2: (4, 5), 4: (6,), 5: (6,)}, {0: Sort.ALL})
SKIPPING = tree({0: (1, 4), 1: (2,), 2: (3,), 3: (4,)})


@pytest.mark.parametrize("drawing", [TREE, SHARED, SKIPPING])
@pytest.mark.parametrize("mirrored", [False, True])
def test_no_two_boxes_overlap_and_every_line_goes_down(drawing, mirrored):
    layout = lay_out(drawing, mirrored=mirrored)
    for one, other in combinations(layout.places.values(), 2):
        apart = (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
        assert apart
    for line in layout.lines:
        upper, lower = layout.places[line.upper], layout.places[line.lower]
        assert upper.y + upper.height < lower.y
    for place in layout.places.values():
        assert place.x >= 0 and place.x + place.width <= layout.width
        assert place.y >= 0 and place.y + place.height <= layout.height


def test_lines_of_a_tree_do_not_cross():
    layout = lay_out(TREE)
    by_row: dict[int, list] = {}
    rows = rows_of(TREE)
    for line in layout.lines:
        ends = (layout.places[line.upper].middle, layout.places[line.lower].middle)
        by_row.setdefault(rows[line.lower], []).append(ends)
    for lines in by_row.values():
        for (a, b), (c, d) in combinations(lines, 2):
            assert (a - c) * (b - d) >= 0


def test_what_is_shared_is_drawn_once_below_all_that_rest_on_it():
    rows = rows_of(SHARED)
    assert [box.key for box in SHARED].count(4) == 1
    assert rows[4] == 2
    assert rows[6] == 3


def test_the_picture_of_a_deep_requirement_stays_bounded():
    deep = tree({n: (n + 1,) for n in range(300)})
    assert lay_out(deep).height < 300 * 120


def a_station(assessed):
    explored = explore_round(assessed.round.pk, as_of=assessed.saved.as_of_date, version=0)
    point = int(explored.points[0])
    return explored, point, station_cone(explored, point)


@pytest.mark.django_db
def test_joints_are_those_of_the_network(assessed):
    explored, point, cone = a_station(assessed)
    top = own_top(explored.network, point, "admit", "online")
    drawing = draw(cone, top, NOTHING, depth=9)
    sorts = {box.sort for box in drawing}
    assert {Sort.STATION, Sort.ALL, Sort.ANY, Sort.THING} <= sorts
    for box in drawing:
        if box.sort in (Sort.ALL, Sort.ANY):
            assert len(box.children) > 1
    codes = {box.code for box in drawing if box.code}
    assert codes == {
        explored.network.element_ids[number]
        for number in cone.elements()
        if explored.network.element_ids[number] in codes
    }
    assert {"EX-04", "CORE-1", "FD-17"} & codes


@pytest.mark.django_db
def test_what_lies_deeper_is_folded_and_counted(assessed):
    explored, point, cone = a_station(assessed)
    top = own_top(explored.network, point, "admit", "online")
    whole = draw(cone, top, NOTHING, depth=9)
    folded = draw(cone, top, NOTHING, depth=0)
    assert len(folded.boxes) < len(whole.boxes)
    assert any(box.folded for box in folded)
    assert not any(box.folded for box in whole)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_page_draws_the_station_with_names_and_rings(assessed, head_client, language):
    head_client.cookies["pollready_language"] = language
    path = reverse("station-picture", args=[assessed.listings[0].pk])
    text = head_client.get(path, {"depth": "9"}).content.decode()
    assert text.count('<svg class="drawing"') == 1
    assert "CORE-1" in text
    assert "box__ring" in text
    assert "style=" not in text
    # Single points are listed before the drawing, each a link to its box there, or to walk to it.
    links = single_links(text)
    rings = re.findall(r'class="box__ring" id="([^"]+)"', text)
    assert {each for each in links if each.startswith("#")} == {f"#{each}" for each in rings}
    assert rings


def single_links(text: str) -> list[str]:
    """Give the links of the list of single points that stands before a drawing."""
    before = text.split('<svg class="drawing"')[0].split('class="picture__singles"')[1]
    return [
        each.replace("&amp;", "&") for each in re.findall(r'class="chip" href="([^"]+)"', before)
    ]


@pytest.mark.django_db
def test_a_single_point_that_is_not_drawn_is_walked_to(assessed, head_client):
    walked = 0
    for listing in assessed.listings:
        path = reverse("station-picture", args=[listing.pk])
        whole = single_links(head_client.get(path, {"depth": "9"}).content.decode())
        # With a component on top, the station's other single points are in no drawing.
        answer = head_client.get(path, {"root": "CORE-1"})
        if answer.status_code == 404:  # this station does not rest on it
            continue
        short = single_links(answer.content.decode())
        assert len(whole) == len(short)
        for link in (each for each in short if not each.startswith("#")):
            walked += 1
            assert "box__ring" in head_client.get(link).content.decode()
    assert walked


@pytest.mark.django_db
def test_who_may_not_see_names_sees_masks_and_no_rings(assessed, client):
    path = reverse("station-picture", args=[assessed.listings[0].pk])
    text = client.get(path, {"depth": "9"}).content.decode()
    assert masked("CORE-1") in text
    assert "CORE-1" not in text
    assert "box__ring" not in text
    assert "picture__singles" not in text


@pytest.mark.django_db
def test_a_trial_says_what_changes_and_writes_nothing_but_its_log(assessed, head_client):
    path = reverse("station-picture", args=[assessed.listings[0].pk])
    before = AuditBatch.objects.count()
    text = head_client.get(path, {"fail": "CORE-1"}).content.decode()
    assert "This is a trial" in text
    assert "No longer online" in text
    assert AuditBatch.objects.count() == before + 1


@pytest.mark.django_db
def test_a_part_of_which_nobody_knows_can_be_supposed_to_work(assessed, head_client):
    listing = assessed.listings[5]  # nobody says anything of it
    path = reverse("station-picture", args=[listing.pk])
    text = head_client.get(path).content.decode()
    start = text.index("fix=")
    token = unquote(text[start + 4 :].split('"')[0].split("&")[0])
    answer = head_client.get(path, {"fix": token})
    assert answer.status_code == 200
    assert "works:" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", [{"fail": "nothing"}, {"root": "nothing"}, {"fix": "\x00"}, {"fail": "EX-99" * 90}]
)
def test_a_box_that_is_not_there_gets_a_sentence(assessed, head_client, query):
    path = reverse("station-picture", args=[assessed.listings[0].pk])
    answer = head_client.get(path, query)
    assert answer.status_code == 404
    assert "does not rest on" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("query", [{"depth": "99"}, {"depth": "x"}, {"level": "x"}, {"t": "x"}])
def test_what_is_out_of_range_is_the_nearest_that_is_in_it(assessed, head_client, query):
    path = reverse("station-picture", args=[assessed.listings[0].pk])
    assert head_client.get(path, query).status_code == 200


@pytest.mark.django_db
def test_a_component_can_stand_on_top(assessed, head_client):
    path = reverse("station-picture", args=[assessed.listings[0].pk])
    text = head_client.get(path, {"root": "CORE-1"}).content.decode()
    assert "box--station" not in text
    assert "Station on top again" in text


@pytest.mark.django_db
def test_who_may_only_look_can_try_nothing(assessed, supervisor_client):
    path = reverse("station-picture", args=[assessed.listings[0].pk])
    text = supervisor_client.get(path, {"fail": masked("CORE-1")}).content.decode()
    assert "box__toggle" not in text
    assert "This is a trial" not in text
