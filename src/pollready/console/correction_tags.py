"""Tags of corrections: the claims of an object with what may be done about them, on any page."""

from dataclasses import replace
from typing import Any

from django import template
from django.template import Context

from pollready.assessment.waits import thresholds_of
from pollready.console.corrections.words import read_known, slug_of
from pollready.console.frame import frame_of
from pollready.console.wording import Wording
from pollready.obstacles.office import office_thresholds
from pollready.people.permissions import Permission, may
from pollready.people.scopes import is_of_agency
from pollready.places.models import Listing
from pollready.register.corrections.queries import changed_since, decisions_on, merged_into
from pollready.register.corrections.subjects import About, Thing, round_id_of
from pollready.register.corrections.undoing import last_correction
from pollready.register.veil import veil_now

register = template.Library()


@register.inclusion_tag("register/_corrections.html", takes_context=True)
def corrections(context: Context, thing: Thing) -> dict[str, Any]:
    """Show the claims on a station or component, with links that correct and resolve them."""
    request = context["request"]
    user = request.user
    language = context["language"]
    wording = Wording(language, veil_now(user, round_id=round_id_of(thing)))
    said, known = _number(request.GET.get("said", "")), read_known(thing, wording, user)
    just = next((row.field for row in known.rows if row.id == said), None)
    known.rows = [
        replace(row, leads=row.id == said) if row.field == just else row for row in known.rows
    ]
    changes_list = may(user, Permission.CHANGE_LIST) and not is_of_agency(user)
    return {
        **shared(context),
        "thing": thing,
        "about": slug_of(About.of(thing)),
        "known": known,
        "said": said,
        "undo": last_correction(user, About.of(thing)) if just else None,
        "listing": thing if isinstance(thing, Listing) else None,
        "stops": _stops(thing) if isinstance(thing, Listing) else [],
        "decisions": list(decisions_on(thing)) if isinstance(thing, Listing) else [],
        "merged_here": list(merged_into(thing)) if isinstance(thing, Listing) else [],
        "may_change_list": changes_list and isinstance(thing, Listing),
    }


def _number(asked: str) -> int:
    """Read the claim that was written just before, out of the address; 0 where none is named."""
    return int(asked) if asked.isdecimal() and len(asked) < 18 else 0


def _stops(listing: Listing) -> list[tuple[int, str]]:
    """Give the stops of a mobile station by number, each with its part of the address."""
    rows = listing.stops.order_by("ordinal").values_list("ordinal", "pk")
    return [(ordinal, slug_of(About("stop", pk))) for ordinal, pk in rows]


@register.inclusion_tag("register/_stale.html", takes_context=True)
def stale(context: Context, rechecked: int = 0, words: str = "correct.stale") -> dict[str, Any]:
    """Say that the assessment is older than the register, with the way to make it anew.

    `rechecked` obstacles were checked since, one by one; `words` say it where it means more.
    """
    frame = frame_of(context["request"])
    saved, round_ = frame.saved, frame.round
    is_stale = saved is not None and round_ is not None and changed_since(round_.pk, saved.made_at)
    judged_by = None if saved is None else thresholds_of(saved)
    return {
        **shared(context), "is_stale": is_stale, "saved": saved, "rechecked": rechecked,
        "words": words,
        "by_other_thresholds": judged_by is not None and judged_by != office_thresholds(),
    }  # fmt: skip


def shared(context: Context) -> dict[str, Any]:
    """Give an included part what every template has."""
    names = ("request", "language", "direction", "frame", "csrf_token")
    return {name: context.get(name) for name in names}
