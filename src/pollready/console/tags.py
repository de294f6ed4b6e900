"""Template tags of the console: phrases, numbers, dates, signs and bars in the page's language."""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from pollready import language as words
from pollready.assessment.cases.comments import NAMED
from pollready.console.where import Part

register = template.Library()

# Signs by state and by value of a criterion; their words are `console.sign.<name>`.
SIGNS = {
    "ready": "ready",
    "not_ready": "not_ready",
    "unknown": "unknown",
    "contradicted": "contradicted",
    "met": "ready",
    "unmet": "not_ready",
    "online": "ready",
    "offline": "offline",
    "closed": "closed",
}
BAR_WIDTH = 1000
_NAME = '<bdi class="mention" dir="ltr">{}</bdi>'


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **fields: Any) -> str:
    """Say a phrase; a text of the register never changes the direction of its sentence."""
    apart = {
        name: words.isolate(value) if isinstance(value, str) else value
        for name, value in fields.items()
    }
    return words.say(key, context["language"], **apart)


@register.filter
def add_text(begin: str, value: object) -> str:
    """Put a key after a text, as it stands: no separators of the language."""
    return f"{begin}{value}"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Draw a field's control, tied to its hint and to what is wrong with it."""
    own = str(field.field.widget.attrs.get("aria-describedby", ""))
    wrong = f"error-{field.html_name}" if field.errors else ""
    described = " ".join(filter(None, (wrong, own)))
    return field.as_widget(attrs={"aria-describedby": described} if described else None)


@register.simple_tag(takes_context=True)
def number(context: Context, value: float | None) -> str:
    """Write a number; None is «نامعلوم», never 0 or a dash."""
    return words.say("console.number", context["language"], value=value)


@register.simple_tag(takes_context=True)
def signed(context: Context, value: int) -> SafeString:
    """Write a change with its sign, which stands before the figures in both languages."""
    language = context["language"]
    sign_and_figures = ("+" if value > 0 else "") + words.number(value, language)
    return format_html('<bdi dir="ltr">{}</bdi>', sign_and_figures)


@register.simple_tag(takes_context=True)
def share(context: Context, part: float, whole: float) -> str:
    """Write a share in percent; never 0% of what is not nothing, never 100% of what is not all."""
    language = context["language"]
    if not whole:
        return words.say("console.unknown", language)
    if 0 < part < whole / 200:
        return words.say("console.less_than_one_percent", language)
    if whole * 199 / 200 < part < whole:
        return words.say("console.more_than_99_percent", language)
    return words.percent(round(part / whole, 2), language)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None) -> SafeString | str:
    """Write a date with its weekday."""
    return _time(value, words.date_text, context["language"])


@register.simple_tag(takes_context=True)
def short_day(context: Context, value: date | None) -> SafeString | str:
    """Write a date in figures, for tables."""
    return _time(value, words.date_short, context["language"])


@register.simple_tag(takes_context=True)
def relative_day(context: Context, value: date, election_date: date) -> str:
    """Write how far a day is from election day (T-2)."""
    return words.relative_day(value, election_date, context["language"])


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None) -> SafeString | str:
    """Write a date and its time of day."""
    return _time(value, words.datetime_text, context["language"])


def _time(value: Any, write: Any, language: str) -> SafeString | str:
    if value is None:
        return words.say("console.unknown", language)
    text = write(value, language)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag(takes_context=True)
def code(context: Context, value: str) -> SafeString:
    """Write a code so that no sentence around it changes its direction.

    Figures are Persian in a Persian page, unless Latin letters stand among them.
    """
    latin = any("a" <= letter <= "z" for letter in value.lower())
    shown = value if latin else words.digits(value, context["language"])
    return format_html('<bdi class="code" dir="ltr">{}</bdi>', shown)


@register.simple_tag(takes_context=True)
def hours(context: Context, first: time | None, last: time | None) -> str:
    """Write from when to when."""
    language = context["language"]
    if first is None and last is None:
        return words.say("console.unknown", language)
    ends = (words.time_text(end, language) if end else None for end in (first, last))
    return words.say("console.span", language, **dict(zip(("low", "high"), ends, strict=True)))


@register.simple_tag(takes_context=True)
def position(context: Context, lat: float, lon: float) -> SafeString:
    """Write latitude and longitude."""
    figures = (words.number(value, context["language"], decimals=5) for value in (lat, lon))
    return format_html('<bdi class="code position" dir="ltr">{} / {}</bdi>', *figures)


@register.simple_tag
@lru_cache(maxsize=256)  # a list draws the same few marks hundreds of times
def icon(name: str) -> SafeString:
    """Draw a mark out of the sprite; the word beside it says what it means."""
    return format_html(
        '<svg aria-hidden="true"><use href="{}#{}"/></svg>', static("signs.svg"), name
    )


@register.simple_tag(takes_context=True)
def sign(context: Context, name: str) -> SafeString:
    """Draw a state's sign with its word beside it."""
    return draw_sign(name, words.say(f"console.sign.{name}", context["language"]))


def draw_sign(name: str, word: str) -> SafeString:
    """Draw a state's sign with a word beside it."""
    return format_html(
        '<span class="sign is-{}">{}<span class="sign__word">{}</span></span>',
        SIGNS[name],
        icon(SIGNS[name]),
        word,
    )


@register.simple_tag
@lru_cache(maxsize=64)
def bare_sign(name: str) -> SafeString:
    """Draw a state's sign where its word stands elsewhere."""
    return format_html('<span class="sign is-{}">{}</span>', SIGNS[name], icon(SIGNS[name]))


@register.simple_tag
def divided_bar(tally: Mapping[str, int], variety: str = "") -> SafeString:
    """Draw how stations divide; the figures beside it say the same to those who cannot see it."""
    parts = [
        ("ready", tally["ready"]),
        ("not_ready", tally["not_ready"]),
        ("unknown", tally["unknown"] - tally["contradicted"]),
        ("contradicted", tally["contradicted"]),
    ]
    return _bar(variety, _rectangles(parts))


def _rectangles(parts: list[tuple[str, int]]) -> list[tuple[str, float, float]]:
    """Lay parts side by side, each at least visible, with a gap that shows without colour."""
    total = sum(amount for _, amount in parts)
    shown = [(name, amount) for name, amount in parts if amount]
    gap, least = 4.0, 6.0
    room = BAR_WIDTH - gap * (len(shown) - 1) - least * len(shown)
    laid, start = [], 0.0
    for name, amount in shown:
        width = least + room * amount / total
        laid.append((name, start, width))
        start += width + gap
    return laid


def _bar(variety: str, rectangles: list[tuple[str, float, float]]) -> SafeString:
    drawn = format_html_join(
        "",
        '<rect class="is-{}" x="{}" y="0" width="{}" height="12"/>{}',
        (
            (name, f"{x:.1f}", f"{width:.1f}", _edge(name, x, width))
            for name, x, width in rectangles
        ),
    )
    return format_html(
        '<svg class="bar {}" viewBox="0 0 {} 12" preserveAspectRatio="none" aria-hidden="true">'
        "{}</svg>",
        variety,
        BAR_WIDTH,
        drawn,
    )


def _edge(name: str, x: float, width: float) -> SafeString | str:
    """Draw the outline of the unknown part, which is hollow as its sign is."""
    if name != "unknown":
        return ""
    return format_html(
        '<rect class="bar__edge" x="{}" y="0.5" width="{}" height="11"/>',
        f"{x + 1:.1f}",
        f"{max(width - 2, 1):.1f}",
    )


@register.simple_tag
def amount_bar(amount: float, largest: float) -> SafeString:
    """Draw how much `amount` is of the largest of its column."""
    width = max(BAR_WIDTH * amount / largest, 4) if amount and largest else 0
    return format_html(
        '<svg class="bar" viewBox="0 0 {} 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar__track" x="0" y="0" width="{}" height="12"/>'
        '<rect class="bar__amount" x="0" y="0" width="{}" height="12"/></svg>',
        BAR_WIDTH,
        BAR_WIDTH,
        f"{width:.1f}",
    )


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[int | str]:
    """Give the pages to which a list leads: the first, the last, those around, a gap between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """Give this page's query string with some values changed; None takes one away."""
    values = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = value
    encoded = values.urlencode()
    return f"?{encoded}" if encoded else "?"


@register.simple_tag(takes_context=True)
def query_in(context: Context, part: Part, *gone: str) -> str:
    """Give this page's query string for one part of its places alone; `gone` are taken away."""
    changes: dict[str, Any] = dict.fromkeys(("place", "county", "district", "page", *gone))
    return query(context, **changes | dict(part.filters))


@register.simple_tag(takes_context=True)
def without(context: Context, name: str) -> str:
    """Give this page's query string without one filter; a county takes its district along."""
    gone = {name: None, "page": None} | ({"district": None} if name == "county" else {})
    return query(context, **gone)


@register.filter
def comment_text(text: str) -> SafeString:
    """Write what somebody typed: its lines, and the names in it, which never turn its direction."""
    return format_html_join(mark_safe("<br>"), "{}", ((_named(line),) for line in _lines(text)))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _named(line: str) -> SafeString:
    """Keep each name after a sign apart; all else is escaped."""
    parts, end = [], 0
    for found in NAMED.finditer(line):
        parts += [escape(line[end : found.start()]), _NAME.format(escape(found.group()))]
        end = found.end()
    return mark_safe("".join([*parts, escape(line[end:])]))
