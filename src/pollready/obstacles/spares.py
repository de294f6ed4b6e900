"""Spares that are there and cannot be used: wrong software or region, not set up, out of reach."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pollready.language import fold
from pollready.obstacles.facts import LotFacts

_BETWEEN = re.compile(r"[\s,،;؛/]+")
_VERSION = re.compile(r"v?\d+(\.\d+)+")
ID_DEVICE_WORDS = tuple(map(fold, ("دستگاه احراز هویت", "identity device", "id device")))


class Unusable(StrEnum):
    """Why a spare is none."""

    SOFTWARE = "software"  # fit for other versions than the final one
    REGION = "region"  # locked to counties, of which the one where it is kept is none
    UNPROVISIONED = "unprovisioned"
    FAR = "far"  # every station that it is for is further away than allowed


@dataclass(frozen=True, slots=True)
class UnusableSpare:
    """A lot that is counted on, why it cannot be, and how many minutes away it is where far."""

    lot: LotFacts
    why: Unusable
    travel_min: float | None = None


def is_id_device(lot: LotFacts) -> bool:
    """Tell whether a lot is of identity devices."""
    return any(word in fold(lot.kind) for word in ID_DEVICE_WORDS)


def fits_software(lot: LotFacts, final: str | None) -> bool:
    """Tell whether a lot may run the final software: no evidence says otherwise."""
    fits = set(filter(None, _BETWEEN.split(lot.compatible)))
    names_versions = any(_VERSION.fullmatch(word) for word in fits)
    return final is None or not names_versions or final in fits


def counties_named(text: str, code_of: Mapping[str, str]) -> list[str]:
    """Give the codes of the counties named in a text, the first named first.

    `code_of` by folded name. Of names within names the longer counts: "Khoda Afarin", not "Afarin".
    """
    words = f" {fold(text)} "
    named = sorted(
        (at, -len(name), name) for name in code_of if name and (at := words.find(f" {name} ")) >= 0
    )
    found, covered = [], -1
    for at, negative, name in named:
        if at >= covered:
            found.append(code_of[name])
            covered = at - negative
    return found


def fits_county(lot: LotFacts, county: str, code_of: Mapping[str, str]) -> bool:
    """Tell whether a lot may be used in a county: it names none, or this one among them."""
    named = counties_named(lot.compatible, code_of)
    return not named or county in named


def unusable_spares(
    lots: Iterable[LotFacts],
    final: str | None,
    code_of: Mapping[str, str],
    nearest_min: Callable[[LotFacts, frozenset[str]], float | None],
    limit_min: float,
) -> tuple[UnusableSpare, ...]:
    """Find the lots with spares of which evidence says that they cannot be used.

    `nearest_min` gives minutes from a lot's depot to the nearest station of some counties (of any,
    where none is given); None where nobody says where they are.
    """
    found = []
    for lot in lots:
        if (lot.delivered or 0) <= (lot.deployed or 0):
            continue
        kept_in = counties_named(lot.depot, code_of)[:1]
        if lot.provisioned is False:
            found.append(UnusableSpare(lot, Unusable.UNPROVISIONED))
        elif is_id_device(lot) and not fits_software(lot, final):
            found.append(UnusableSpare(lot, Unusable.SOFTWARE))
        elif kept_in and not fits_county(lot, kept_in[0], code_of):
            found.append(UnusableSpare(lot, Unusable.REGION))
        else:
            meant_for = frozenset(counties_named(lot.compatible, code_of) or kept_in)
            travel_min = nearest_min(lot, meant_for)
            if travel_min is not None and travel_min > limit_min:
                found.append(UnusableSpare(lot, Unusable.FAR, travel_min))
    return tuple(found)
