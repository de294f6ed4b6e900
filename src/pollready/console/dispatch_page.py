"""What both questions of dispatch share: the ground, names of stations, technicians left out."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from pollready.console.context import Reading
from pollready.console.dispatch_fields import Options
from pollready.console.dispatch_rows import MissedRow, StationNamed, time_of
from pollready.language import isolate, say
from pollready.people.models import User
from pollready.planning.dispatching.ground import Ground, Spot, ground_for
from pollready.planning.dispatching.tables import what_words
from pollready.planning.dispatching.tasks import Task, Tasks
from pollready.planning.means import means_word

SHOWN = 60  # stations of one table; files have them all


class DispatchPage(ABC):
    """What both questions share: the ground, the names of stations, the teams' technicians."""

    def __init__(self, reading: Reading, viewer: User, query: Mapping[str, str]) -> None:
        self._reading, self._viewer, self._query = reading, viewer, query
        self.language = reading.wording.language
        self.wrong: Mapping[str, Any] = {}
        self.ground: Ground = ground_for(viewer, reading.saved, reading.wording.veil)

    def tell(self, key: str, **said: Any) -> str:
        """Say a phrase of dispatch."""
        return say(f"dispatch.{key}", self.language, **said)

    def _labels(self, wrong: Mapping[str, Any]) -> list[str]:
        """Name what could not be read, by label and row."""
        found = []
        for name in wrong:
            column, _, row = name.rpartition("_")
            if row.isdecimal():
                label = self.tell(f"field.{column}")
                found.append(self.tell("field.row", label=label, row=int(row) + 1))
            else:
                found.append(self.tell(f"field.{name}"))
        return found

    @property
    def counties(self) -> Options:
        """Counties in the order of their codes."""
        places = self.ground.staged.places
        return [(str(pk), places[pk]) for pk in self.ground.counties]

    @property
    def bases(self) -> Options:
        """Depots that can be typed, by code."""
        depots = {spot.code: spot.name for spot in self.ground.depots.values()}
        return sorted(depots.items())

    @property
    def left_out_crews(self) -> list[str]:
        """Say which technicians are not counted, and why."""
        found = []
        for crew in self.ground.crews:
            depot = isolate(crew.depot)
            if crew.people is None:
                found.append(self.tell("teams.uncounted", depot=depot))
            elif crew.spot is None and crew.people:
                key = "no_place" if crew.depot else "no_depot"
                found.append(self.tell(f"teams.{key}", people=crew.people, depot=depot))
        return found

    @property
    def team_basis(self) -> str:
        """Say what a team is."""
        visits = self.ground.visits
        hours = {"from_h": time_of(visits.from_h), "to_h": time_of(visits.to_h)}
        return self.tell("teams.basis", people=visits.people, **hours)

    def station(self, n: int) -> StationNamed:
        """Name a station."""
        each = self.ground.staged.stations[n]
        return StationNamed(each.listing_id, each.code, each.name)

    def what(self, task: Task) -> str:
        """Say what is done there."""
        return what_words(task, self.language)

    def base_words(self, spot: Spot) -> str:
        """Name where a team starts."""
        return isolate(spot.name or spot.code)

    def without_place(self, tasks: Tasks) -> list[MissedRow]:
        """Give what cannot be planned as nobody knows where it is."""
        unplaced, no_depot = self.tell("why.unplaced"), self.tell("why.no-depot")
        found = [MissedRow(self.station(n), "", unplaced) for n in tasks.unplaced]
        for n, kind in tasks.no_depot:
            found.append(MissedRow(self.station(n), means_word(kind, self.language), no_depot))
        return found

    @property
    @abstractmethod
    def tasks(self) -> Tasks:
        """What is to be done; each question has its own."""

    @property
    def voters_unknown(self) -> int:
        """Count the stations whose voters nobody knows."""
        return sum(each.amount is None for each in self.tasks.tasks)

    @property
    def wrong_labels(self) -> list[str]:
        """Name what could not be read."""
        return self._labels(self.wrong)
