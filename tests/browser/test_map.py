"""The map in a real browser: drawn, filtered, drawn on, walked by keyboard, without WebGL."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from pollready.assessment.models import SavedAssessment
from pollready.people.models import Role, User
from pollready.places.models import Listing, Stop
from pollready.register.models import Component

WITHOUT_WEBGL = """
  const get = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
    return kind.startsWith("webgl") ? null : get.call(this, kind, ...more);
  };
"""
PHONE = 390


@pytest.fixture
def placed(assessed):
    """Spread the stations, two of them on one spot, and give components a position."""
    for number, listing in enumerate(assessed.listings):
        point = listing.point
        point.lat, point.lon = 38.0 + (number % 4) * 0.2, 46.2 + (number // 4) * 0.25
        point.save()
    first, second = assessed.listings[:2]
    second.point.lat, second.point.lon = first.point.lat, first.point.lon
    second.point.save()
    for code, lon in (("EX-04", 46.35), ("MS-210", 46.5)):
        Component.objects.filter(code=code).update(lat=38.3, lon=lon)
    Stop.objects.filter(ordinal=1).update(lat=38.25, lon=46.6)
    SavedAssessment.objects.update(classification=1)
    return assessed


@pytest.fixture
def head_session(transactional_db) -> str:
    client = Client()
    client.force_login(
        User.objects.create(username="head", role=Role.COMMITTEE_HEAD, may_see_names=True)
    )
    return client.session.session_key


def shown(visitor, path: str = "/map/") -> str:
    """Open the map and wait until its stations stand on it; give how it was drawn."""
    assert visitor.open(path) == 200
    page = visitor.page.locator("#map-page[data-shown]")
    expect(page).to_have_count(1, timeout=60_000)
    return page.get_attribute("data-shown")


def fine(visitor) -> None:
    """Nothing failed, nothing was refused, nothing was asked of anybody else."""
    assert [line for line in visitor.said if line.startswith("error")] == []
    assert visitor.refused() == []
    assert visitor.outside() == []


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("fa", 1280, "light"), ("en", 1280, "dark"), ("fa", PHONE, "light"), ("en", PHONE, "light")],
)
def test_the_map_is_drawn_and_clean(visit, placed, session, language, width, scheme):
    visitor = visit(language=language, width=width, scheme=scheme, session=session)
    assert shown(visitor) == "webgl"
    legend = visitor.page.locator("[data-legend] li")
    expect(legend).to_have_count(4)
    fine(visitor)
    assert visitor.overflow() <= 0
    results = Axe().run(visitor.page)
    assert results.violations_count == 0, results.generate_report()
    visitor.picture(f"map-{language}-{width}-{scheme}")


def lines_drawn(visitor) -> str:
    """Take a picture of the map as it stands."""
    visitor.page.wait_for_timeout(400)
    return visitor.page.locator("[data-canvas]").screenshot().hex()


@pytest.mark.parametrize("webgl", [True, False])
def test_without_borders_the_map_has_a_scale_and_lines_around_counties(
    visit, placed, session, webgl
):
    visitor = visit(language="fa", session=session)
    if not webgl:
        visitor.context.add_init_script(WITHOUT_WEBGL)
    assert shown(visitor) == ("webgl" if webgl else "chart")
    scale = visitor.page.locator("[data-scale]")
    expect(scale).to_have_text(re.compile("[۰-۹]+ (کیلو)?متر"))
    bar = scale.locator("i")
    before = scale.inner_text(), bar.bounding_box()["width"]
    visitor.page.locator("[data-buttons] [data-do=in]").click()
    visitor.page.wait_for_timeout(900)
    assert (scale.inner_text(), bar.bounding_box()["width"]) != before
    said = visitor.page.locator("[data-needs-script]", has_text="مرز").inner_text()
    assert "مرز رسمی نیست" in said
    fine(visitor)
    visitor.picture(f"map-hulls-{'webgl' if webgl else 'chart'}")


@pytest.mark.parametrize("webgl", [True, False])
def test_a_drawn_area_stays_drawn_until_it_is_cleared(visit, placed, session, webgl):
    visitor = visit(language="en", session=session)
    if not webgl:
        visitor.context.add_init_script(WITHOUT_WEBGL)
    # All stations are in it: with and without, only the area itself tells the pictures apart.
    area = "46.0,37.8~47.3,37.8~47.3,39~46.0,39"
    shown(visitor, f"/map/?area={area}#8/38.3/46.5")
    expect(visitor.page.locator(".mapbuttons [data-do=clear]")).to_be_visible()
    with_area = lines_drawn(visitor)
    assert lines_drawn(visitor) == with_area
    visitor.page.locator(".mapbuttons [data-do=clear]").click()
    expect(visitor.page.locator(".mapbuttons [data-do=clear]")).to_be_hidden()
    expect(visitor.page.locator("[aria-busy=true]")).to_have_count(0)
    assert lines_drawn(visitor) != with_area


@pytest.mark.parametrize("language", ["fa", "en"])
def test_without_webgl_the_same_stations_are_drawn_with_the_same_legend(
    visit, placed, session, language
):
    with_webgl = visit(language=language, session=session)
    shown(with_webgl)
    legend = with_webgl.page.locator("[data-legend]").inner_text()
    visitor = visit(language=language, session=session)
    visitor.context.add_init_script(WITHOUT_WEBGL)
    assert shown(visitor) == "chart"
    assert visitor.page.locator("[data-legend]").inner_text() == legend
    expect(visitor.page.locator("[data-told]")).to_contain_text("WebGL")
    fine(visitor)
    assert Axe().run(visitor.page).violations_count == 0
    visitor.picture(f"map-chart-{language}")
    # By keyboard: to the middle of the map, closer, and what is nearest to its middle.
    visitor.page.locator("[data-canvas]").focus()
    for key in ("+", "ArrowUp", "ArrowDown", "Enter"):
        visitor.page.keyboard.press(key)
    visitor.page.wait_for_timeout(300)
    assert re.search(r"#\d", visitor.page.url)


def test_without_scripts_the_counties_stand_in_a_table(visit, chromium, placed, session):
    visitor = visit(language="en", session=session)
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": name, "value": value, "url": visitor.base}
         for name, value in (("sessionid", session), ("pollready_language", "en"))]
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{visitor.base}/map/")
    expect(page.locator("#map-counties tbody tr")).to_have_count(4)
    assert "The map needs JavaScript" in page.locator("noscript").inner_html()
    expect(page.locator("[data-buttons]")).to_be_hidden()
    context.close()


def test_colours_change_at_once_and_stay_in_the_address(visit, placed, session):
    visitor = visit(language="en", session=session)
    shown(visitor)
    visitor.page.select_option("#map-by", "admit")
    expect(visitor.page.locator("[data-legend]")).to_contain_text("offline")
    assert "by=admit" in visitor.page.url
    rule = visitor.page.locator("#map-by option[value^='rule.']").first.get_attribute("value")
    visitor.page.select_option("#map-by", rule)
    expect(visitor.page.locator("[data-legend]")).to_contain_text("Has this obstacle")
    fine(visitor)


def test_a_filter_changes_the_map_and_leads_to_the_same_list(visit, placed, session):
    visitor = visit(language="en", session=session)
    shown(visitor)
    visitor.page.locator("details.mapfolds > summary").click()
    visitor.page.select_option("#filter-kind", "mobile")
    expect(visitor.page.locator("#found h2")).to_contain_text("3 stations")
    expect(visitor.page.locator("[data-legend]")).to_contain_text("3 stations")
    visitor.page.get_by_role("link", name="See as list", exact=True).click()
    expect(visitor.page.locator(".stations tbody tr")).to_have_count(3)
    visitor.page.get_by_role("link", name="See on the map").click()
    expect(visitor.page.locator("#map-page[data-shown]")).to_have_count(1, timeout=60_000)
    expect(visitor.page.locator("#found h2")).to_contain_text("3 stations")


def test_an_area_is_drawn_by_pointer(visit, placed, session):
    visitor = visit(language="en", session=session)
    shown(visitor)
    page = visitor.page
    page.locator("[data-buttons] [data-do='draw']").click()
    box = page.locator("[data-map]").bounding_box()
    # The western half: around everything left of the middle.
    corners = [(0.01, 0.01), (0.5, 0.01), (0.5, 0.99), (0.01, 0.99), (0.01, 0.02)]
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=12)
    page.mouse.up()
    expect(page.locator("#found .chip")).to_contain_text("in the drawn area")
    area = page.locator("#found").get_attribute("data-area")
    assert 3 <= area.count("~") + 1 <= 100
    middle = 46.2 + 0.25
    inside = Listing.objects.filter(point__lon__lt=middle).count()
    expect(page.locator("#found h2")).to_contain_text(f"{inside} station")
    page.get_by_role("button", name="Remove the area").click()
    expect(page.locator("#found h2")).to_contain_text("12 stations")
    fine(visitor)


def test_an_area_is_given_up_by_escape_and_chosen_without_a_pointer(visit, placed, session):
    visitor = visit(language="en", session=session)
    shown(visitor)
    page = visitor.page
    draw = page.locator("[data-buttons] [data-do='draw']")
    draw.focus()
    page.keyboard.press("Enter")
    expect(draw).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(draw).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Area of this view").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#found .chip")).to_contain_text("in the drawn area")
    expect(page.locator("#found h2")).to_contain_text("12 stations")


def test_a_link_opens_the_map_where_it_was_with_what_was_selected(visit, placed, head_session):
    station = placed.listings[5]
    at = f"{station.point.lat:.4f}/{station.point.lon:.4f}"
    visitor = visit(language="en", session=head_session)
    shown(visitor, f"/map/#12.00/{at}/station-{station.pk}")
    card = visitor.page.locator("#map-card")
    expect(card).to_contain_text(station.point.name)
    card.get_by_role("button", name="Show what it needs").click()
    expect(card.locator("[data-lines-told]")).to_contain_text("2 of 3 are on the map")
    expect(card.get_by_role("button", name="Take the lines away")).to_be_visible()
    assert visitor.page.url.endswith(f"/station-{station.pk}")
    fine(visitor)
    visitor.picture("map-selected-en")
    card.get_by_role("button", name="Close").click()
    expect(card).to_contain_text("Select a station")


def test_by_keyboard_the_station_in_the_middle_is_selected(visit, placed, session):
    station = placed.listings[5]
    at = f"{station.point.lat:.4f}/{station.point.lon:.4f}"
    visitor = visit(language="en", session=session)
    shown(visitor, f"/map/#14.00/{at}")
    visitor.page.locator(".maplibregl-canvas").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#map-card")).to_contain_text(station.point.name)


@pytest.mark.parametrize("webgl", [True, False])
def test_by_keyboard_the_stations_in_view_are_listed_beside_the_map(visit, placed, session, webgl):
    station = placed.listings[5]
    at = f"{station.point.lat:.4f}/{station.point.lon:.4f}"
    visitor = visit(language="en", session=session)
    if not webgl:
        visitor.context.add_init_script(WITHOUT_WEBGL)
    shown(visitor, f"/map/#14.00/{at}")
    page = visitor.page
    page.get_by_role("button", name="List the stations in view").focus()
    page.keyboard.press("Enter")
    card = page.locator("#map-card")
    expect(card.get_by_role("heading")).to_have_text("1 station in view")
    expect(card).to_be_focused()
    card.get_by_role("link", name=station.point.name).focus()
    page.keyboard.press("Enter")
    expect(card.get_by_role("heading", level=2)).to_have_text(station.point.name)
    fine(visitor)


def test_what_fails_is_on_the_map_with_the_level_that_it_falls_to(visit, placed, head_session):
    visitor = visit(language="en", session=head_session)
    visitor.open("/explore/?c=CORE-1&m=online&t=service")
    page = visitor.page
    page.get_by_role("link", name="See these as a list").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#found .chip")).to_contain_text("no longer online if")
    fallen = page.locator(".stations tbody tr").count()
    assert fallen
    page.get_by_role("link", name="See on the map").click()
    expect(page.locator("#map-page[data-shown]")).to_have_count(1, timeout=60_000)
    expect(page.locator("#map-by")).to_have_value("fall.admit")
    word = "station" if fallen == 1 else "stations"
    expect(page.locator("[data-legend] .is-offline")).to_contain_text(f"{fallen} {word}")
    fine(visitor)
    assert Axe().run(page).violations_count == 0
    visitor.picture("map-fallen-en")


def test_several_stations_on_one_spot_are_listed(visit, placed, session):
    first, second = placed.listings[:2]
    at = f"{first.point.lat:.4f}/{first.point.lon:.4f}"
    visitor = visit(language="en", session=session)
    shown(visitor, f"/map/#15.00/{at}")
    visitor.page.locator(".maplibregl-canvas").focus()
    visitor.page.keyboard.press("Enter")
    card = visitor.page.locator("#map-card")
    expect(card.get_by_role("heading")).to_have_text("2 stations at one spot")
    card.get_by_role("link", name=second.point.name).click()
    expect(card.get_by_role("heading", level=2)).to_have_text(second.point.name)


def test_infrastructure_is_a_layer_for_who_may_see_it(visit, placed, head_session):
    visitor = visit(language="en", session=head_session)
    shown(visitor)
    visitor.page.get_by_label("Infrastructure").check()
    expect(visitor.page.locator("[data-kinds] li")).to_have_count(2)
    visitor.page.get_by_label("Stops of mobile stations").check()
    visitor.page.wait_for_timeout(300)
    fine(visitor)
    visitor.picture("map-layers-en")


@pytest.mark.parametrize(("language", "width"), [("fa", 1280), ("en", PHONE)])
def test_borders_are_sent_matched_and_kept(visit, placed, session, tmp_path, language, width):
    ring = [[46.0, 37.9], [46.5, 37.9], [46.5, 38.5], [46.0, 38.5], [46.0, 37.9]]
    file = tmp_path / "counties.geojson"
    features = [
        {"type": "Feature", "properties": {"name": name},
         "geometry": {"type": kind, "coordinates": [ring] if kind == "Polygon" else ring[0]}}
        for name, kind in (("شهرستان اهر", "Polygon"), ("Elsewhere", "Polygon"), ("node", "Point"))
    ]  # fmt: skip
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    visitor = visit(language=language, width=width, session=session)
    visitor.open("/boundaries/")
    page = visitor.page
    page.set_input_files("input[type=file]", file)
    page.locator("button[value=send]").click()
    expect(page.locator("select")).to_have_count(2)
    assert Axe().run(page).violations_count == 0
    assert visitor.overflow() <= 0
    visitor.picture(f"boundaries-{language}-{width}")
    page.locator("button[value=keep]").click()
    expect(page.locator(".notices")).to_be_visible()
    shown(visitor)
    fine(visitor)
