"""Duties in words: whose they are, what shows that they are done, by when, who is told."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from django.http import QueryDict
from django.urls import reverse

from pollready.console.context import Reading
from pollready.console.lists.components import ComponentList
from pollready.console.lists.description import FilteredList
from pollready.console.lists.stations import StationList
from pollready.console.names import field_name
from pollready.duties.deadlines import Deadline, read_deadline
from pollready.duties.escalation import OWNER
from pollready.duties.models import Covers, Duty, Proof
from pollready.language import digits, isolate, say
from pollready.people.models import User
from pollready.people.permissions import Permission, may

# The list in which what a duty covers is found.
LIST_OF: Mapping[str, str] = {Covers.STATIONS: "stations", Covers.COMPONENTS: "components"}

_KINDS: Mapping[str, type[FilteredList]] = {
    Covers.STATIONS: StationList, Covers.COMPONENTS: ComponentList,
}  # fmt: skip


class DutyWords:
    """Says things of duties in one language to one viewer."""

    def __init__(self, reading: Reading, viewer: User) -> None:
        self._reading, self._viewer = reading, viewer
        self.language = reading.wording.language

    def say(self, key: str, **fields: object) -> str:
        """Say a phrase."""
        return say(key, self.language, **fields)

    def text(self, text: str) -> str:
        """Give what somebody wrote, without the names that the viewer may not see."""
        return self._reading.wording.veil.text(text)

    def hides(self, duty: Duty) -> bool:
        """Say whether a duty's texts name what the viewer may not see."""
        texts = (
            duty.text, duty.details, duty.legal_basis, duty.letter_no, duty.evidence_needed,
            duty.query,
        )  # fmt: skip
        return any(self.text(each) != each for each in texts)

    def owner(self, duty: Duty) -> str:
        """Name whose duty it is."""
        if duty.agency is not None:
            return duty.agency.name
        if duty.person is not None:
            return self.text(duty.person.name)
        return self.say(f"console.role.{duty.office}")

    def proof(self, duty: Duty) -> str:
        """Say what shows that it is done."""
        if duty.proof == Proof.CRITERION:
            name = self.say(f"console.criterion.{duty.proof_of}")
            return self.say("duties.proof.criterion", name=isolate(name))
        if duty.proof == Proof.OBSTACLE:
            return self.say(
                "duties.proof.obstacle", name=isolate(self._reading.wording.title(duty.proof_of))
            )
        if duty.proof == Proof.FIELD:
            name = field_name(duty.proof_of, self.language)
            return self.say("duties.proof.field", name=isolate(name))
        return self.say("duties.proof.listed" if duty.person_id else "duties.proof.declared")

    def deadline(self, duty: Duty) -> str:
        """Say by when, as the office writes it; empty where nobody says."""
        deadline = read_deadline(duty.deadline) if duty.deadline else None
        return self.deadline_of(deadline) if deadline else ""

    def deadline_of(self, deadline: Deadline) -> str:
        """Say a deadline as the office writes it."""
        if deadline.gate:
            return self.say("duties.due.gate", gate=self.say(f"board.gate.{deadline.gate}"))
        return isolate(digits(str(deadline), self.language))

    def told(self, names: Iterable[str]) -> str:
        """Name who is told of a duty that is overdue."""
        words = [
            self.say("duties.told.owner" if name == OWNER else f"console.role.{name}")
            for name in names
        ]
        return self.say("console.list_comma").join(words)

    def chips(self, duty: Duty) -> list[str]:
        """Say by which filters it covers what it covers; none: all of them."""
        listing = self.list_of(duty.covers)
        if listing is None:
            return []
        chosen = listing.matching(QueryDict(duty.query)).chosen
        return [chip.words for chip in listing.chips(chosen)]

    def list_address(self, duty: Duty) -> str:
        """Give the address of the list with the same filter; empty where there is none for him."""
        if self.list_of(duty.covers) is None:
            return ""
        query = QueryDict(duty.query).copy()
        if duty.covers == Covers.COMPONENTS and duty.agency_id is not None:
            query["agency"] = str(duty.agency_id)  # an agency's duty is about its own alone
        return f"{reverse(LIST_OF[duty.covers])}?{query.urlencode()}"

    def list_of(self, covers: str) -> FilteredList | None:
        """Give the list of what a duty covers; None of its owner alone, or not for the viewer."""
        return self._lists.get(covers)

    @cached_property
    def _lists(self) -> dict[str, FilteredList]:
        return {
            covers: kind(self._reading, self._viewer)
            for covers, kind in _KINDS.items()
            if may(self._viewer, kind.permission)
        }

    @property
    def sees_components(self) -> bool:
        """Say whether the viewer may look at components at all."""
        return may(self._viewer, Permission.SEE_INFRASTRUCTURE)
