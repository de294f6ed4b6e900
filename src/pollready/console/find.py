"""Finding anything by a few letters: pages, stations, places, components, obstacles, scenarios.

Everything is read through the same scopes, filters and masks as the lists are, so that a search
finds nothing that its list would not show.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse

from pollready.assessment.queries import causes_for
from pollready.console.context import Reading
from pollready.console.frame import Frame
from pollready.console.lists.components import ComponentList, GroupList
from pollready.console.lists.of_upstream import ListOfUpstream, kind_name
from pollready.console.lists.stations import StationList
from pollready.console.places import ABOVE, places_above
from pollready.console.scenario_words import ScenarioWords
from pollready.language import fold, latin_digits, say
from pollready.obstacles.catalogue import RULES
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.queries import people_for
from pollready.people.scopes import agencies_for, in_places, places_of
from pollready.places.models import Place, PlaceLevel
from pollready.planning.queries import scenarios_for
from pollready.register.corrections.formerly import formerly

SHOWN = 6  # of each kind; more are a link away
# Fewer letters than these are in nearly every name; a code may be a single digit.
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found; `code` as this viewer may see it."""

    name: str
    url: str
    code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What was found of one kind; `all_url` leads to the list of all of it, if more was found."""

    kind: str
    hits: list[Hit]
    all_url: str = ""


class Finder:
    """Looks for what was typed, for one viewer; `reading` is None where nothing is assessed."""

    def __init__(self, frame: Frame, reading: Reading | None, viewer: User, *, language: str):
        self._frame, self._reading, self._viewer = frame, reading, viewer
        self._language = language

    def find(self, typed: str) -> list[Section]:
        """Give what was found, kind by kind, without the kinds of which nothing was."""
        if len(_key(typed)) < FEWEST and not latin_digits(typed).strip().isdecimal():
            return []
        found = [section for look in self._kinds for section in look(typed) if section.hits]
        # Who typed the whole name of a place means the place, not what is named after it.
        return sorted(found, key=lambda section: not _has_place(section, typed))

    def exactly(self, typed: str) -> str:
        """Give the address of the one station or component that has this code; else nothing."""
        code = latin_digits(typed).strip()
        if not code or self._reading is None:
            return ""
        stations = StationList(self._reading, self._viewer).filtered(QueryDict()).queryset
        found = list(stations.filter(listing__code__iexact=code).values_list("listing", flat=True))
        pages = [reverse("station", args=[pk]) for pk in found]
        for of in self._upstream_lists():
            # Who sees masks finds by a mask alone: the list's own filter decides.
            rows = of.matching(QueryDict(urlencode({"q": code}))).rows
            same = [row for row in rows[: SHOWN + 1] if _is(of.wording.veil.code(row.code), code)]
            pages += [reverse(of.page, args=[row.pk]) for row in same]
        return pages[0] if len(pages) == 1 else ""

    @cached_property
    def _kinds(self) -> tuple[Callable[[str], Iterator[Section]], ...]:
        of_round = (
            self._stations, self._places, self._upstream, self._obstacles, self._scenarios,
            self._agencies,
        )  # fmt: skip
        return (self._pages, *(of_round if self._reading else ()), self._people)

    def _pages(self, typed: str) -> Iterator[Section]:
        """Find pages of the console by their names."""
        entries = self._frame.entries
        named = [(f"console.entry.{page}", page) for entry in entries for page in entry.pages]
        named += [("account.title", "account"), ("jobs.title", "jobs")]
        if Permission.MANAGE_PEOPLE in self._frame.permissions:
            named.append(("account.people.title", "people"))
        if Permission.SEE_AUDIT in self._frame.permissions:
            named.append(("correct.audit.title", "audit"))
        pages = ((say(phrase, self._language), reverse(page)) for phrase, page in named)
        yield Section("pages", [Hit(name, url) for name, url in pages if _in(typed, name)])

    def _stations(self, typed: str) -> Iterator[Section]:
        of = StationList(self._known, self._viewer)
        rows = of.matching(QueryDict(urlencode({"q": typed}))).rows
        rows = rows.select_related(f"listing__point__place__{ABOVE}").order_by("listing__code")
        found = list(rows[: SHOWN + 1])
        hits = [
            Hit(
                record.listing.point.name,
                reverse("station", args=[record.listing_id]),
                record.listing.code,
                places_above(record.listing.point.place).get(PlaceLevel.COUNTY, ""),
            )
            for record in found
        ]
        hits = [*self._formers(typed), *hits]
        yield _cut("stations", hits, f"{of.url}?{urlencode({'q': typed})}")

    def _formers(self, typed: str) -> list[Hit]:
        """Find what became of a code that the list no longer has, saying so."""
        told = formerly(typed, round_id=self._known.round.pk, viewer=self._viewer)
        return [
            Hit(
                former.now.point.name,
                reverse("station", args=[former.now.pk]),
                former.now.code,
                say(f"find.{former.how}", self._language, code=former.code),
            )
            for former in told
            if former.now is not None
        ]

    def _places(self, typed: str) -> Iterator[Section]:
        """Find counties; each leads to its stations."""
        places = Place.objects.filter(
            in_places("pk", places_of(self._viewer)), level=PlaceLevel.COUNTY
        ).select_related("parent")
        hits = [
            Hit(
                place.name,
                f"{reverse('stations')}?{urlencode({'county': place.code or place.name})}",
                note=place.parent.name if place.parent else "",
            )
            for place in places.order_by("key", "pk")
            if _in(typed, place.name)
        ]
        hits.sort(key=lambda hit: _key(hit.name) != _key(typed))
        yield Section("counties", hits[:SHOWN])

    def _upstream(self, typed: str) -> Iterator[Section]:
        for of in self._upstream_lists():
            rows = of.matching(QueryDict(urlencode({"q": typed}))).rows
            veil = of.wording.veil
            hits = [
                Hit(
                    row.name if veil.shows(row.code) else kind_name(row.kind, self._language),
                    reverse(of.page, args=[row.pk]),
                    veil.code(row.code),
                    kind_name(row.kind, self._language) if veil.shows(row.code) else "",
                )
                for row in rows.order_by("kind", "pk")[: SHOWN + 1]
            ]
            yield _cut(of.name, hits, f"{of.url}?{urlencode({'q': typed})}")

    def _obstacles(self, typed: str) -> Iterator[Section]:
        """Find kinds of obstacles by the titles of their rules; each leads to its causes."""
        wording = self._known.wording
        titles = {rule.code: wording.title(rule.code) for rule in RULES}
        meant = [code for code, title in titles.items() if _in(typed, title)]
        causes = causes_for(self._viewer, self._known.saved).filter(rule__in=meant)
        counts = causes.order_by().values_list("rule").annotate(Count("pk"))
        hits = [
            Hit(
                titles[rule],
                f"{reverse('causes')}?{urlencode({'rule': rule})}",
                note=say("find.obstacles", self._language, obstacles=count),
            )
            for rule, count in sorted(counts)
        ]
        yield Section("obstacles", hits[:SHOWN])

    def _scenarios(self, typed: str) -> Iterator[Section]:
        if not may(self._viewer, Permission.SEE_INFRASTRUCTURE):
            return
        words = ScenarioWords(self._known.wording)
        scenarios = scenarios_for(self._viewer, self._known.round.pk)
        titled = ((scenario, words.title(scenario)) for scenario in scenarios)
        hits = [
            Hit(title, reverse("scenario", args=[scenario.pk]), scenario.code)
            for scenario, title in titled
            if _in(typed, title) or _is(scenario.code, typed)
        ]
        yield Section("scenarios", hits[:SHOWN])

    def _agencies(self, typed: str) -> Iterator[Section]:
        """Find agencies; each leads to its components."""
        if not may(self._viewer, Permission.SEE_INFRASTRUCTURE):
            return
        agencies = agencies_for(self._viewer).order_by("name", "pk")
        hits = [
            Hit(agency.name, f"{reverse('components')}?{urlencode({'agency': agency.pk})}")
            for agency in agencies
            if _in(typed, agency.name) or _is(agency.code, typed)
        ]
        yield Section("agencies", hits[:SHOWN])

    def _people(self, typed: str) -> Iterator[Section]:
        if not may(self._viewer, Permission.MANAGE_PEOPLE):
            return
        named = Q(name_key__contains=_key(typed)) | Q(username__icontains=latin_digits(typed))
        people = people_for(self._viewer).filter(named).order_by("name_key", "pk")
        hits = [
            Hit(
                person.get_full_name() or person.username,
                reverse("person", args=[person.pk]),
                note=say(f"console.role.{person.role}", self._language),
            )
            for person in people[: SHOWN + 1]
        ]
        yield _cut("people", hits, f"{reverse('people')}?{urlencode({'q': typed})}")

    def _upstream_lists(self) -> Iterable[ListOfUpstream]:
        if not may(self._viewer, Permission.SEE_INFRASTRUCTURE):
            return ()
        return (ComponentList(self._known, self._viewer), GroupList(self._known, self._viewer))

    @property
    def _known(self) -> Reading:
        assert self._reading is not None  # only asked for where something is assessed
        return self._reading


def _cut(kind: str, hits: list[Hit], all_url: str) -> Section:
    """Keep the first few, with the way to all where there are more."""
    return Section(kind, hits[:SHOWN], all_url if len(hits) > SHOWN else "")


def _has_place(section: Section, typed: str) -> bool:
    """Say whether a section holds the place that is called just so."""
    return section.kind == "counties" and any(_key(hit.name) == _key(typed) for hit in section.hits)


def _key(text: str) -> str:
    return fold(text).replace(" ", "")


def _in(typed: str, name: str) -> bool:
    return _key(typed) in _key(name)


def _is(code: str, typed: str) -> bool:
    return code.casefold() == latin_digits(typed).strip().casefold()
