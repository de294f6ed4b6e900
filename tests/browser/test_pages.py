"""Pages before there is anything to see, in both languages: accessible, quiet, self-contained."""

import pytest
from axe_playwright_python.sync_playwright import Axe

WIDE, NARROW = 1280, 360
DIRECTIONS = {"fa": "rtl", "en": "ltr"}
VIEWS = [(language, width) for language in DIRECTIONS for width in (WIDE, NARROW)]


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
