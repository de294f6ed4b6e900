"""Which place a border belongs to: by code, or by name however it is written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pollready.language import fold, latin_digits
from pollready.places.models import Place, PlaceLevel

# What stands before or after a place's name and is no part of it, in folded writing.
_WORDS = {
    PlaceLevel.PROVINCE: ("استان", "province"),
    PlaceLevel.COUNTY: ("شهرستان", "county", "district"),
    PlaceLevel.DISTRICT: ("بخش", "district", "bakhsh"),
}
LEVELS = tuple(_WORDS)


@dataclass(frozen=True, slots=True)
class Bordered:
    """A place that may have a border, with what it lies in."""

    id: int
    level: int
    code: str
    name: str
    key: str
    above: str
    above_key: str


def bordered_places() -> list[Bordered]:
    """List provinces, counties and districts, widest first, in the order of their codes."""
    rows = (
        Place.objects.filter(level__in=LEVELS)
        .order_by("level", "parent__code", "parent__key", "code", "key")
        .values_list("pk", "level", "code", "name", "key", "parent__name", "parent__key")
    )
    return [
        Bordered(pk, level, code, name, _tight(key), above or "", _tight(above_key or ""))
        for pk, level, code, name, key, above, above_key in rows
    ]


def match(features: Sequence[Iterable[str]], places: Sequence[Bordered]) -> list[int | None]:
    """Give the place of each feature, by its texts; None where none, or more than one, fits.

    A code decides before a name, a county before a district; where districts of several
    counties have one name, the county must be named too. No place is given twice.
    """
    finder = _Finder(places)
    found: list[int | None] = []
    taken: set[int] = set()
    for texts in features:
        place = finder.find(list(texts))
        if place in taken:
            place = None
        if place is not None:
            taken.add(place)
        found.append(place)
    return found


class _Finder:
    """Places by code and by name."""

    def __init__(self, places: Sequence[Bordered]) -> None:
        self._codes: dict[str, list[Bordered]] = defaultdict(list)
        self._names: dict[int, dict[str, list[Bordered]]] = {
            level: defaultdict(list) for level in LEVELS
        }
        for place in places:
            if place.code:
                self._codes[_code(place.code)].append(place)
            self._names[place.level][place.key].append(place)

    def find(self, texts: list[str]) -> int | None:
        keys = [fold(text) for text in texts]
        # A short number may be anything: a population, a level.
        coded = {p.id for text in texts if len(text) > 2 for p in self._codes.get(_code(text), ())}
        if len(coded) == 1:
            return coded.pop()
        # A text that says what it names ("Ahar County") tells more than a bare name.
        for bare in (False, True):
            for level in (PlaceLevel.COUNTY, PlaceLevel.DISTRICT, PlaceLevel.PROVINCE):
                named = [n for key in keys for n in _names_in(key, level, bare=bare)]
                places = {p.id: p for name in named for p in self._names[level].get(name, ())}
                if len(places) == 1:
                    return next(iter(places))
                inside = [p for p in places.values() if p.above_key in map(_tight, keys)]
                if len(inside) == 1:
                    return inside[0].id
        return None


def _names_in(key: str, level: PlaceLevel, *, bare: bool) -> list[str]:
    """Give the name in a text that says the level, or the whole text where it is bare."""
    if bare:
        return [_tight(key)] if key else []
    names = []
    for word in _WORDS[level]:
        if key.startswith(f"{word} "):
            names.append(_tight(key.removeprefix(f"{word} ")))
        elif key.endswith(f" {word}"):
            names.append(_tight(key.removesuffix(f" {word}")))
    return names


def _tight(key: str) -> str:
    return key.replace(" ", "")


def _code(text: str) -> str:
    """Give a code as it is compared: Latin digits, no zeros before it."""
    return latin_digits(text.strip()).casefold().lstrip("0") or "0"
