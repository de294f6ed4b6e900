"""Components and groups in words for one viewer: by name, or masked with kind and owner."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pollready.assessment.exploring import Explored
from pollready.language import UnknownPhrase, isolate, say
from pollready.people.models import User
from pollready.places.models import Agency
from pollready.register.queries import components_for, groups_for
from pollready.register.veil import Veil


@dataclass(frozen=True, slots=True)
class ThingInWords:
    """A component or group as a page shows it; `token` stands for it in addresses."""

    token: str
    shown: str  # its code, or the mask of it
    kind: str
    name: str  # empty where it may not be seen, or is not recorded
    agency: str
    county: str
    is_group: bool

    @property
    def words(self) -> str:
        """The thing in one phrase without its code."""
        return self.name or self.kind


class Things:
    """Says the things of one network to one viewer; their names are read in two queries."""

    def __init__(self, explored: Explored, veil: Veil, language: str, viewer: User) -> None:
        self.explored, self.veil, self.language, self.viewer = explored, veil, language, viewer
        self._agencies: Mapping[str, str] | None = None
        self._keys: dict[str, int] = {}

    def say(self, codes: Iterable[str]) -> dict[str, ThingInWords]:
        """Say several things, by code; a part of a station is said by its last word."""
        asked = list(dict.fromkeys(codes))
        seen = [code for code in asked if code in self.explored.things and self.veil.shows(code)]
        names: dict[str, str] = {}
        for table in (components_for(self.viewer), groups_for(self.viewer)):
            rows = table.filter(round=self.explored.round_id, code__in=seen)
            for key, code, name in rows.values_list("pk", "code", "name"):
                names[code], self._keys[code] = name, key
        return {code: self._thing(code, names.get(code, "")) for code in asked}

    def _thing(self, code: str, name: str) -> ThingInWords:
        thing = self.explored.things.get(code)
        shown = self.veil.code(code)
        if thing is None:
            return ThingInWords(shown, shown, self.kind("other"), "", "", "", False)
        return ThingInWords(
            token=shown,
            shown=shown,
            kind=self.kind(thing.kind),
            name=name if self.veil.shows(code) else "",
            agency=self.agency(thing.agency),
            county=thing.county,
            is_group=thing.is_group,
        )

    def key_of(self, code: str) -> int:
        """Give the key of a component that was said and may be seen; 0 of any other."""
        thing = self.explored.things.get(code)
        return 0 if thing is None or thing.is_group else self._keys.get(code, 0)

    def kind(self, kind: str) -> str:
        """Say a kind."""
        try:
            return say(f"kind.{kind}", self.language)
        except UnknownPhrase:
            return kind

    def agency(self, code: str) -> str:
        """Name an agency."""
        if self._agencies is None:
            self._agencies = dict(Agency.objects.values_list("code", "name"))
        return self._agencies.get(code, code)

    def listed(self, codes: Iterable[str]) -> str:
        """List things by code or mask, each apart from the sentence's direction."""
        comma = say("console.list_comma", self.language)
        return comma.join(isolate(self.veil.code(code)) for code in codes)
