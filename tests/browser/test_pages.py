"""Every page, in both languages, wide and narrow: accessible, quiet, self-contained."""

import pytest
from axe_playwright_python.sync_playwright import Axe

WIDE, NARROW = 1280, 360
DIRECTIONS = {"fa": "rtl", "en": "ltr"}
VIEWS = [(language, width) for language in DIRECTIONS for width in (WIDE, NARROW)]


def paths_of(assessed) -> dict[str, str]:
    """Name every page that stands on an assessed register."""
    fixed, mobile = assessed.listings[0].pk, assessed.listings[3].pk
    return {
        "overview": "/",
        "stations": "/stations/",
        "stations-filtered": "/stations/?county=01&readiness=not_ready&criterion=second_path.unmet",
        "stations-none": "/stations/?q=nowhere",
        "station": f"/stations/{fixed}/",
        "station-mobile": f"/stations/{mobile}/",
        "causes": "/causes/",
        "cause": f"/causes/{assessed.cause_id}/",
    }


def check_for_faults(visitor, *, language: str, name: str) -> None:
    """Assert all that must hold of any page."""
    root = visitor.page.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == (
        language,
        DIRECTIONS[language],
    )
    found = Axe().run(visitor.page)
    assert found.violations_count == 0, found.generate_report()
    assert visitor.overflow() == 0, f"{name} is wider than its window"
    assert visitor.refused() == []
    assert visitor.said == []
    assert visitor.outside() == []


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_every_page_of_an_assessed_round_is_sound(visit, assessed, session, language, width):
    visitor = visit(language=language, width=width, session=session)
    for name, path in paths_of(assessed).items():
        assert visitor.open(path) == 200
        visitor.picture(f"{name}-{language}-{width}")
        check_for_faults(visitor, language=language, name=name)


@pytest.mark.parametrize("language", DIRECTIONS)
def test_every_page_is_sound_in_the_dark(visit, assessed, session, language):
    visitor = visit(language=language, scheme="dark", session=session)
    for name, path in paths_of(assessed).items():
        assert visitor.open(path) == 200
        visitor.picture(f"{name}-{language}-dark")
        check_for_faults(visitor, language=language, name=name)


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_an_empty_register_says_what_to_do_next(visit, session, language, width):
    visitor = visit(language=language, width=width, session=session)
    for name, path in {"empty-overview": "/", "empty-stations": "/stations/"}.items():
        assert visitor.open(path) == 200
        visitor.picture(f"{name}-{language}-{width}")
        check_for_faults(visitor, language=language, name=name)


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_a_round_without_an_assessment_says_what_to_do_next(
    visit, register, session, language, width
):
    visitor = visit(language=language, width=width, session=session)
    for name, path in {
        "unassessed-overview": "/",
        "unassessed-station": f"/stations/{register.listings[0].pk}/",
    }.items():
        assert visitor.open(path) == 200
        visitor.picture(f"{name}-{language}-{width}")
        check_for_faults(visitor, language=language, name=name)


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_outside_the_frame_are_sound(visit, transactional_db, language, width):
    visitor = visit(language=language, width=width)
    for name, path in {"sign-in-form": "/sign-in/", "sign-in": "/sign-in/no-such-token/"}.items():
        assert visitor.open(path) == 200
        visitor.picture(f"{name}-{language}-{width}")
        check_for_faults(visitor, language=language, name=name)


@pytest.mark.parametrize("language", DIRECTIONS)
def test_a_page_that_is_not_there_is_sound(visit, session, language):
    visitor = visit(language=language, session=session)
    assert visitor.open("/no/such/page/") == 404
    visitor.picture(f"not-found-{language}")
    # The browser itself notes the 404 of the page that was opened.
    visitor.said.clear()
    check_for_faults(visitor, language=language, name="not-found")
