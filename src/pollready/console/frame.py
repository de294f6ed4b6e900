"""What stands around every page: round, countdown, entries of the side bar, language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from pollready.assessment.cases.queries import mentions_for
from pollready.assessment.models import SavedAssessment
from pollready.audit.classification import Classification
from pollready.committee.reminders.commands import unseen_of
from pollready.language import LANGUAGES, direction
from pollready.obstacles.due import gate_days
from pollready.obstacles.office import office_thresholds
from pollready.people.exports.queries import to_decide_for
from pollready.people.models import User
from pollready.people.permissions import Permission, permissions_of
from pollready.people.scopes import is_of_agency, rounds_for
from pollready.places.models import ElectionRound

ROUND_IN_SESSION = "round"
# The side bar, in order, at most eight entries: each with its pages, of which it opens the first.
ENTRIES: Mapping[str, Sequence[tuple[str, Permission]]] = MappingProxyType(
    {
        "overview": [("overview", Permission.SEE_REGISTER), ("map", Permission.SEE_REGISTER)],
        "stations": [("stations", Permission.SEE_REGISTER)],
        "components": [("components", Permission.SEE_INFRASTRUCTURE)],
        "causes": [("causes", Permission.SEE_REGISTER)],
        "failures": [
            ("explore", Permission.EXPLORE_FAILURES),
            ("scenarios", Permission.SEE_INFRASTRUCTURE),
            ("scenario-matrix", Permission.SEE_INFRASTRUCTURE),
            ("declarations", Permission.SEE_INFRASTRUCTURE),
        ],
        "means": [
            ("ledger", Permission.SEE_REGISTER),
            ("allocations", Permission.SEE_REGISTER),
            ("staging", Permission.SEE_REGISTER),
            ("dispatch", Permission.SEE_REGISTER),
            ("queues", Permission.SEE_REGISTER),
        ],
        "committee": [
            ("work", Permission.SEE_REGISTER),
            ("follow-ups", Permission.SEE_REGISTER),
            ("duties", Permission.SEE_REGISTER),
            ("meetings", Permission.SEE_MEETINGS),
            ("county-reviews", Permission.SEE_MEETINGS),
            ("reports", Permission.SEE_REGISTER),
            ("provinces", Permission.ROLL_UP),
        ],
        "import": [("import", Permission.IMPORT_LISTS)],
    }
)
# How the names of the addresses under a page of the side bar begin, where it is not its own name.
BELONGS = (
    ("station", "stations"),
    ("signals", "stations"),
    ("devices-state", "stations"),
    ("contradiction", "stations"),
    ("bulk-edit", "stations"),
    ("claim", "stations"),
    ("evidence", "stations"),
    ("component", "components"),
    ("group", "components"),
    ("cause", "causes"),
    ("case", "causes"),
    ("boundaries", "map"),
    ("explore", "explore"),
    ("scenario-matrix", "scenario-matrix"),
    ("scenario", "scenarios"),
    ("plan", "scenarios"),
    ("declaration", "declarations"),
    ("meeting", "meetings"),
    ("county-review", "county-reviews"),
    ("follow-up", "follow-ups"),
    ("work", "work"),
    ("duty", "duties"),
    ("allocation", "allocations"),
    ("ledger", "ledger"),
    ("lot", "ledger"),
    ("queue", "queues"),
    ("staging", "staging"),
    ("dispatch", "dispatch"),
    ("report", "reports"),
    ("province", "provinces"),
    ("import", "import"),
)
# Gates of the countdown, whose days the office sets; its hours do not matter to it.
OPENING = ("opening", 0)
GATES = ("list", "coverage", "rehearsal", "delivery", "set_up")


@dataclass(frozen=True, slots=True)
class Gate:
    """The next gate, and how far it is from the day that the pages speak of."""

    name: str
    day: date
    days_left: int
    counted_from: date
    today: bool  # False: days count from the assessment's date


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the side bar: its name is that of its sign and its phrase."""

    name: str
    pages: Sequence[str]  # names of addresses and of phrases alike
    here: str

    @property
    def is_here(self) -> bool:
        """Say whether the page that is open stands under it."""
        return self.here in self.pages


class Frame:
    """Everything around a page, read only where a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def viewer(self) -> User | None:
        """Who looks, or None."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def rounds(self) -> list[ElectionRound]:
        """The rounds in the viewer's scope, newest first."""
        return list(rounds_for(self.viewer)) if self.viewer else []

    @cached_property
    def round(self) -> ElectionRound | None:
        """The round chosen in this session, else the one assessed last, else the newest."""
        by_id = {each.pk: each for each in self.rounds}
        chosen = self._request.session.get(ROUND_IN_SESSION)
        if chosen in by_id:
            return by_id[chosen]
        last = (
            SavedAssessment.objects.filter(round__in=by_id)
            .values_list("round_id", flat=True)
            .first()
        )
        return by_id.get(last or 0) or next(iter(self.rounds), None)

    @cached_property
    def saved(self) -> SavedAssessment | None:
        """The round's last assessment; its summary is read only by the pages that show it."""
        if self.round is None:
            return None
        return SavedAssessment.objects.filter(round=self.round).defer("summary").first()

    @cached_property
    def classification(self) -> str | None:
        """The name of the highest class of what went into the assessment."""
        if self.saved is None:
            return None
        return Classification(self.saved.classification).label

    @cached_property
    def gate(self) -> Gate | None:
        """The next gate, counted from today, or from the assessment's day where today is no use.

        That is so once the election is over, and where a file was prepared for a day to come.
        None without an election day, and after it.
        """
        election_date = self.round.election_date if self.round else None
        if election_date is None:
            return None
        today = timezone.localdate()
        as_of = self.saved.as_of_date if self.saved else today
        counted_from = today if as_of <= today <= election_date else as_of
        if counted_from > election_date:
            return None
        return next_gate(election_date, counted_from, today=counted_from == today)

    @property
    def is_of_agency(self) -> bool:
        """Say whether the viewer speaks for an agency."""
        return self.viewer is not None and is_of_agency(self.viewer)

    @cached_property
    def entries(self) -> list[Entry]:
        """The side bar's entries, each with its pages that the viewer may open."""
        return [
            Entry(name, permitted, self.here)
            for name, pages in ENTRIES.items()
            if (permitted := [page for page, needed in pages if needed in self.permissions])
        ]

    @property
    def entry(self) -> Entry | None:
        """The entry under which the page stands."""
        return next((each for each in self.entries if each.is_here), None)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """What the viewer may do; a template asks for it by its value."""
        return permissions_of(self.viewer) if self.viewer else frozenset()

    @cached_property
    def unseen_mentions(self) -> int:
        """How often the viewer was named since he last looked."""
        return mentions_for(self.viewer, unseen=True).count() if self.viewer else 0

    @cached_property
    def unseen_reminders(self) -> int:
        """How much the viewer was reminded of since he last looked."""
        return unseen_of(self.viewer) if self.viewer else 0

    @cached_property
    def exports_to_decide(self) -> int | None:
        """How many files wait for the viewer; None where no second person is asked here."""
        if not settings.POLLREADY_EXPORT_APPROVAL or self.viewer is None:
            return None
        return to_decide_for(self.viewer, now=timezone.now()).count()

    @property
    def here(self) -> str:
        """The page of the side bar to which this one belongs; none if of the person's menu."""
        match = self._request.resolver_match
        name = (match.url_name if match else None) or ""
        about = str(match.kwargs.get("about", "")) if match else ""
        if about:  # pages of one object stand under the list in which it is found
            return "components" if about.startswith("component-") else "stations"
        return next((entry for begin, entry in BELONGS if name.startswith(begin)), name)


def next_gate(election_date: date, day: date, *, today: bool) -> Gate:
    """Give the first gate that is not before `day`; the opening is the last."""
    left = (election_date - day).days
    days = gate_days(office_thresholds())
    to_come = [(name, days[name]) for name in GATES if days[name] <= left]
    name, before = max(to_come, key=lambda gate: gate[1], default=OPENING)
    return Gate(name, election_date - timedelta(days=before), left - before, day, today)


def frame_of(request: HttpRequest) -> Frame:
    """Give the request's one frame."""
    kept: Frame | None = getattr(request, "_pollready_frame", None)
    if kept is None:
        kept = Frame(request)
        request._pollready_frame = kept  # type: ignore[attr-defined]  # kept for this request only
    return kept


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template its language, direction and frame."""
    language = str(getattr(request, "language", LANGUAGES[0]))
    return {
        "language": language,
        "direction": direction(language),
        "other_languages": [each for each in LANGUAGES if each != language],
        "frame": frame_of(request),
    }
