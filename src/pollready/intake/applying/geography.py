"""Provinces, counties, districts and localities: found by name, made where missing."""

from collections import defaultdict
from collections.abc import Iterable

from pollready.intake.applying.session import Session
from pollready.intake.staging import Record
from pollready.language import fold
from pollready.places.models import Place, PlaceLevel

_LEVELS = (PlaceLevel.PROVINCE, PlaceLevel.COUNTY, PlaceLevel.DISTRICT, PlaceLevel.LOCALITY)
_FIELDS = ("county", "district", "locality")
_PlaceKey = tuple[int | None, int, str]  # parent, level, folded name


class Geography:
    """The administrative places of a register; `prepare` makes all that a file names at once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._by_key: dict[_PlaceKey, Place] = {
            (place.parent_id, place.level, place.key): place for place in Place.objects.all()
        }
        session.places = {place.pk: place for place in self._by_key.values()}
        self._counties: dict[str, list[Place]] = defaultdict(list)  # filled when first asked

    def prepare(self, records: Iterable[Record]) -> None:
        """Make the places that rows name and the register has not, widest first."""
        named = {self._names(record) for record in records}
        made: list[str] = []
        for depth, level in enumerate(_LEVELS):
            new: dict[_PlaceKey, Place] = {}
            for names in named:
                if not names[depth]:
                    continue
                parent = self._found(names[:depth])
                key = (parent.pk if parent else None, int(level), _key(names[depth]))
                if key not in self._by_key and key not in new:
                    new[key] = Place(level=level, name=names[depth], key=key[2], parent=parent)
            self._session.writes.insert_things(Place, list(new.values()))
            self._by_key |= new
            self._session.places |= {place.pk: place for place in new.values()}
            made += [place.name for place in new.values()]
        if made:
            self._session.log("places", len(made), None, {"names": made})

    def place_of(self, record: Record) -> Place | None:
        """Give the narrowest place that a row names, below the row's province or the round's."""
        return self._found(self._names(record))

    def county_named(self, name: str) -> Place | None:
        """Find a county by name alone; None where there is none, or several."""
        if not self._counties:
            for (_, level, key), place in self._by_key.items():
                if level == PlaceLevel.COUNTY:
                    self._counties[key].append(place)
        found = self._counties.get(_key(name), [])
        return found[0] if len(found) == 1 else None

    def county_in(self, text: str) -> Place | None:
        """Find the county that a text names among other words, «انبار اهر»: the first of them."""
        words = f" {fold(text)} "
        if not words.strip():
            return None
        self.county_named("")  # fills what is asked
        named = [
            (words.index(f" {key} "), -len(key), key)
            for key in self._counties
            if key and f" {key} " in words
        ]
        return self.county_named(min(named)[2]) if named else None

    def _names(self, record: Record) -> tuple[str, ...]:
        province = record.get("province") or self._session.round.jurisdiction
        return (province, *(record.get(name) or "" for name in _FIELDS))

    def _found(self, names: tuple[str, ...]) -> Place | None:
        place: Place | None = None
        for level, name in zip(_LEVELS, names, strict=False):
            if name:
                place = self._by_key[(place.pk if place else None, int(level), _key(name))]
        return place


def _key(name: str) -> str:
    """Give the folded name as the register holds it: one sign may fold to eighteen letters."""
    return fold(name)[:200]
