"""A station's dependency picture: drawn, walked, and tried without writing anything."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from pollready.assessment.looks import Failures, Look, look_at
from pollready.assessment.models import SavedAssessment
from pollready.console.access import requires
from pollready.console.asking import Asking, log_look, ready_for_round
from pollready.console.middleware import ConsoleRequest
from pollready.console.picture import LEVELS, Drawer, UnknownBox, read_picture_asked
from pollready.engine.network import Unknowns
from pollready.language import message, say
from pollready.people.permissions import Permission, may
from pollready.people.scopes import listings_for
from pollready.places.models import Listing


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One service of this station: its level before and in the trial."""

    service: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether the trial makes a difference here."""
        return self.before != self.after


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def station_picture(request: ConsoleRequest, listing_id: int) -> HttpResponse:
    """Draw what a station needs; with `fail` and `fix` in the address, what a trial would do."""
    listing = get_object_or_404(
        listings_for(request.user).select_related("round", "point"), pk=listing_id
    )
    context = {"listing": listing, **_context(request, listing)}
    is_part = request.htmx and not request.htmx.boosted
    template = "explore/_picture.html" if is_part else "explore/picture.html"
    status = 404 if "fault" in context else 200
    is_page = not is_part or request.path == _shown_path(request)
    context["is_page"] = is_page
    response = render(request, template, context, status=status)
    if is_part:
        # Inside the station's page the address stays that of the station.
        response["HX-Push-Url"] = request.get_full_path() if is_page else "false"
    patch_vary_headers(response, ["HX-Request"])
    return response


def _shown_path(request: ConsoleRequest) -> str:
    """Give the path of the page into which a part is asked for."""
    return (request.htmx.current_url_abs_path or "").partition("?")[0]


def _context(request: ConsoleRequest, listing: Listing) -> dict[str, object]:
    saved = SavedAssessment.objects.filter(round=listing.round_id).defer("summary").first()
    if saved is None:
        raise Http404
    readiness, asking = ready_for_round(request, listing.round, saved.as_of_date)
    if asking is None or listing.pk not in asking.explored.position:
        return {"readiness": readiness, "query": request.GET.urlencode()}
    may_try = may(request.user, Permission.EXPLORE_FAILURES)
    asked = read_picture_asked(request.GET.dict(), dict(request.GET.lists()) if may_try else {})
    drawer = Drawer(
        asking.explored, asking.things, listing=listing.pk, name=listing.point.name, asked=asked
    )
    try:
        rings = request.user.may_see_names and may_try
        picture = drawer.drawn(rings=rings, may_try=may_try)
    except UnknownBox as fault:
        return {"readiness": readiness, "fault": message(fault, request.language)}
    context: dict[str, object] = {
        "readiness": readiness,
        "asking": asking,
        "asked": asked,
        "picture": picture,
        "may_try": may_try,
        "picture_levels": [
            (level, f"explore.picture.levels.{level.replace('.', '_')}") for level in LEVELS
        ],
        "rings": rings,
        "hours": asking.explored.durations[asked.duration],
    }
    if asked.is_trial:
        context |= _trial(request, asking, drawer, listing)
    return context


def _trial(
    request: ConsoleRequest, asking: Asking, drawer: Drawer, listing: Listing
) -> dict[str, object]:
    """Evaluate the trial over the whole round, and log it."""
    trial = drawer.trial()
    failed = frozenset(drawer.codes[number] for number in trial.failed)
    repaired = frozenset(drawer.codes[number] for number in trial.repaired)
    log_look(
        request, asking,
        {"failed": sorted(failed), "repaired": sorted(repaired), "hours": trial.duration_h},
    )  # fmt: skip
    look = look_at(asking.explored, asking.scope, Failures(failed, repaired), trial.duration_h)
    return {"look": look, "levels": _levels(request, asking, look, listing)}


def _levels(
    request: ConsoleRequest, asking: Asking, look: Look, listing: Listing
) -> list[LevelChange]:
    """Say this station's level of each service before and in the trial."""
    explored = asking.explored
    number = explored.position[listing.pk]
    found = []
    for service in explored.network.tops:
        if service not in ("admit", "close"):
            continue
        names = explored.network.level_names(service)
        said = []
        for levels in (explored.before, look.after):
            readings = [names[int(levels(unknowns)[service][number])] for unknowns in Unknowns]
            words = [say(f"console.level.{name}", request.language) for name in readings]
            said.append(
                words[0]
                if words[0] == words[1]
                else say(
                    "console.station.if_unknowns_work",
                    request.language,
                    level=words[0],
                    other=words[1],
                )
            )
        found.append(LevelChange(service, *said))
    return found
