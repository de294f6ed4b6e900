"""The stations that a pick of failures takes below a level, as one part of an address says it.

`c=EX-04&hours=6&t=own&m=online` is a pick with the duration and the level that are asked about: the
list of stations, its file and the map take it whole, whatever number of stations falls. Each looks
within the scope of who asks, may see nothing that exploring would not tell him, and is logged.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock

from django.db import connection
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from pollready.assessment.explorers import EXPLORERS
from pollready.assessment.exploring import Bools, Explored, Scope
from pollready.assessment.looks import MEASURES, Failures, Look, look_at, record_look
from pollready.assessment.models import SavedAssessment
from pollready.assessment.picks import Pick, codes_of, read_pick
from pollready.assessment.scoping import scope_of
from pollready.engine.network import Unknowns
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.register.veil import veil_now

GENERATOR, SERVICE, OWN = "generator", "service", "own"
TEXT_MAX = 4000
_LOGGED_MAX = 1000


class UnreadablePick(Exception):
    """The pick cannot be read, or not all of it by this viewer."""


@dataclass(frozen=True, eq=False)
class Falling:
    """A pick with the level and the duration that are asked about, and what it takes.

    `explored` and `scope` are None while the network is being made ready.
    """

    pick: Pick
    explored: Explored | None = None
    scope: Scope | None = None
    measure: str = "online"
    hours: float = 0.0
    failed: frozenset[str] = frozenset()

    @cached_property
    def look(self) -> Look | None:
        """Work out what it takes; None while that cannot be told."""
        if self.explored is None or self.scope is None:
            return None
        return look_at(self.explored, self.scope, Failures(self.failed), self.hours)

    @property
    def key(self) -> str:
        """What the levels of the stations hang on."""
        version = None if self.explored is None else self.explored.version
        return f"{version} {self.hours} {sorted(self.failed)}"

    @property
    def service(self) -> str:
        """The service of the level that is asked about."""
        return MEASURES[self.measure][0]

    @property
    def fallen(self) -> Bools | None:
        """Tell which stations fall, with what nobody knows working."""
        return None if self.look is None else self.look.fallen[self.measure][Unknowns.WORKING]

    def levels(self, service: str) -> Mapping[int, str]:
        """Give the level of each station while it fails, by the key of its entry in the list."""
        if self.explored is None or self.look is None:
            return {}
        found = self.look.after(Unknowns.WORKING).get(service)
        if found is None:
            return {}
        names = self.explored.network.level_names(service)
        listings = self.explored.listings.tolist()
        return {
            listing: names[level]
            for listing, level in zip(listings, found.tolist(), strict=True)
            if level >= 0
        }


def durations_of(explored: Explored, pick: Pick) -> list[tuple[str, float]]:
    """Give the durations that are always given, and the viewer's own."""
    found = [(name, explored.durations[name]) for name in (GENERATOR, SERVICE)]
    return found if pick.hours is None else [*found, (OWN, pick.hours)]


def falling(text: str, *, viewer: User, saved: SavedAssessment, now: datetime) -> Falling:
    """Read a pick and work out what it takes; raises `UnreadablePick`."""
    if not may(viewer, Permission.EXPLORE_FAILURES) or len(text) > TEXT_MAX:
        raise UnreadablePick
    query = QueryDict(text)
    explored = EXPLORERS.ask(saved.round_id, saved.as_of_date).explored
    if explored is None:
        return Falling(Pick())
    scope = scope_of(viewer, explored)
    pick = read_pick(query, explored, scope, veil_now(viewer, round_id=saved.round_id))
    measure = query.get("m", "online")
    if pick.is_empty or pick.refused or measure not in MEASURES:
        raise UnreadablePick
    durations = dict(durations_of(explored, pick))
    duration = query.get("t", "")
    if duration not in durations:
        duration = OWN if OWN in durations else SERVICE
    failed = codes_of(pick, explored, scope, by=viewer)
    LOGGED.log(explored, failed, pick.hours, by=viewer, now=now)
    return Falling(pick, explored, scope, measure, durations[duration], failed)


class Logged:
    """Keeps each look in the log, once for one person and one state of the register."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def log(
        self,
        explored: Explored,
        failed: frozenset[str],
        hours: float | None,
        *,
        by: User,
        now: datetime,
    ) -> None:
        """Keep a look, unless it was kept already."""
        if not failed:
            return
        asked = {"failed": sorted(failed), "hours": hours}
        about = [by.pk, explored.round_id, explored.version, asked]
        digest = hashlib.sha256(json.dumps(about).encode()).hexdigest()
        with self._lock:
            if digest in self._seen:
                return
            # Kept before it is written: a page and its map ask the same at one moment.
            self._seen[digest] = None
            while len(self._seen) > _LOGGED_MAX:
                self._seen.popitem(last=False)
        try:
            record_look(asked, round_id=explored.round_id, by=by, now=now)
        except BaseException:
            with self._lock:
                self._seen.pop(digest, None)
            raise

    def forget(self) -> None:
        """Forget what was logged; for tests, whose logs come and go."""
        with self._lock:
            self._seen.clear()


LOGGED = Logged()


def fallen_listings(found: Falling) -> RawSQL:
    """Give the keys of the stations that fall, for `in`: as one text, however many they are."""
    keys: list[int] = []
    if found.explored is not None and found.fallen is not None:
        keys = found.explored.listings[found.fallen].tolist()
    if connection.vendor == "postgresql":
        sql = "SELECT value::bigint FROM jsonb_array_elements_text(%s::jsonb)"
    else:
        sql = "SELECT value FROM json_each(%s)"
    return RawSQL(sql, (json.dumps(keys),))
