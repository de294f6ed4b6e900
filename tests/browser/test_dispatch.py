"""Dispatch in a real browser: teams typed, routes planned, a sheet to take along, who goes now."""

import pytest

from pollready.places.models import Place, ServicePoint

pytest.importorskip("pyvrp")


@pytest.mark.parametrize(("language", "width"), [("fa", 390), ("en", 1280)])
def test_a_team_that_is_typed_has_its_route_and_its_sheet(
    visit, assessed, session, language, width
):
    county = Place.objects.get(code="01")
    point = ServicePoint.objects.filter(lat__isnull=False, place__parent=county).first()
    code = point.listings.first().code
    visitor = visit(language=language, width=width, session=session)
    page = visitor.page
    assert visitor.open(f"/dispatch/?work=set_up&county={county.pk}") == 200
    page.fill("#base_0", code)
    page.fill("#teams_0", {"fa": "۱", "en": "1"}[language])
    page.click(".dispatch__form button")
    page.wait_for_selector(".dispatch__stops tbody tr")
    assert page.locator(".routemap__line").count() == 1
    assert visitor.overflow() == 0
    visitor.picture(f"dispatch-{language}-{width}")

    page.click(".dispatch__actions a >> nth=0")
    page.wait_for_selector(".sheet")
    stops = page.locator(".sheet__stops tbody tr").count()
    assert stops >= 1 and page.locator("[data-print]").is_visible()

    assert visitor.open(f"/dispatch/now/?stations={code}&place_0={code}&at=09:00") == 200
    assert page.locator("#dispatch-found").is_visible() and visitor.overflow() == 0
    assert visitor.refused() == [] and visitor.outside() == [] and visitor.said == []
