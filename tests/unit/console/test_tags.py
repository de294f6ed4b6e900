"""Signs, bars and figures of the pages."""

import re

from django.template import Context, Template

from pollready.console import tags
from pollready.console.people_forms import ReasonForm


def render(text: str, language: str = "en", **context) -> str:
    return Template(text).render(Context({"language": language, **context}))


def widths(bar: str) -> dict[str, float]:
    return {
        name: float(width)
        for name, width in re.findall(r'class="is-(\w+)" x="[\d.]+" y="0" width="([\d.]+)"', bar)
    }


def tally(ready: int, not_ready: int, unknown: int, contradicted: int) -> dict[str, int]:
    return {
        "ready": ready, "not_ready": not_ready, "unknown": unknown, "contradicted": contradicted
    }  # fmt: skip


def test_a_bar_s_parts_fill_it_and_are_larger_where_there_are_more():
    parts = widths(tags.divided_bar(tally(50, 30, 20, 5)))
    assert list(parts) == ["ready", "not_ready", "unknown", "contradicted"]
    assert parts["ready"] > parts["not_ready"] > parts["unknown"] > parts["contradicted"]
    assert abs(sum(parts.values()) + 3 * 4 - tags.BAR_WIDTH) < 0.5


def test_one_station_of_thousands_stays_visible():
    assert widths(tags.divided_bar(tally(60000, 1, 0, 0)))["not_ready"] >= 6


def test_a_bar_of_nothing_is_empty():
    assert widths(tags.divided_bar(tally(0, 0, 0, 0))) == {}


def test_an_unknown_number_is_said_to_be_unknown():
    assert render("{% number x %}", x=None) == "unknown"
    assert render("{% number x %}", "fa", x=None) == "نامعلوم"
    assert render("{% number x %}", "fa", x=3166) == "۳٬۱۶۶"


def test_a_share_is_never_rounded_to_none_or_all():
    assert render("{% share 1 3166 %}") == "less than 1%"
    assert render("{% share 3165 3166 %}") == "more than 99%"
    assert render("{% share 0 3166 %}") == "0%"
    assert render("{% share 0 0 %}") == "unknown"


def test_codes_keep_their_direction_and_latin_codes_their_figures():
    assert render("{% code x %}", "fa", x="0142") == '<bdi class="code" dir="ltr">۰۱۴۲</bdi>'
    assert render("{% code x %}", "fa", x="TX-17") == '<bdi class="code" dir="ltr">TX-17</bdi>'


def test_text_of_the_register_cannot_become_markup():
    assert "<b>" not in render("{% code x %}", x="<b>")
    assert "<b>" not in render("{% say 'console.cause.owner' owner=x %}", x="<b>")


def test_a_sign_has_its_shape_and_its_word():
    shown = render("{% sign 'contradicted' %}")
    assert 'href="/static/signs.svg#contradicted"' in shown
    assert "Contradicted" in shown


def test_a_control_is_tied_to_what_is_wrong_with_it_and_to_its_hint():
    form = ReasonForm({"reason": ""}, language="en")
    form.is_valid()
    assert 'aria-describedby="error-reason hint-reason"' in tags.control(form["reason"])
    right = ReasonForm({"reason": "letter 12"}, language="en")
    right.is_valid()
    assert 'aria-describedby="hint-reason"' in tags.control(right["reason"])
