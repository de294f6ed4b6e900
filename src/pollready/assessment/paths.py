"""The ways from a station to the centre: what its rows and its network say of each."""

from copy import copy
from dataclasses import dataclass, replace

from pollready.assessment.changes import is_supposed
from pollready.assessment.reading import Claims, ListingRow, Register
from pollready.engine.expression import Expression, Leaf, any_of
from pollready.language import fold
from pollready.obstacles.facts import NOTHING_KNOWN, Known
from pollready.register.kinds import kinds

FIXED_LINE = "fixed_line"
SATELLITE = "satellite"
_NO_LINE = frozenset({"none", "no"})


@dataclass(frozen=True, slots=True)
class Path:
    """One way up: its expression is what carries it, an unknown leaf where nobody says."""

    label: str
    medium: str  # mobile, fixed, satellite
    signal: Known
    test_date: Known
    carriers: tuple[str, ...]  # codes of the sites or exchanges that serve it; empty: unknown
    leaf: str  # id of the private leaf that stands for an unrecorded way up

    @property
    def is_dead(self) -> bool:
        """Tell whether evidence says that nothing comes through."""
        return self.signal.known and self.signal.value == "none"

    @property
    def expression(self) -> Expression:
        """Any of its carriers; the unknown leaf where none is recorded."""
        if not self.carriers:
            return Leaf(self.leaf)
        return any_of(*map(Leaf, self.carriers))


class PathReader:
    """Finds the paths of stations; knows which components carry which medium."""

    def __init__(self, register: Register) -> None:
        self._register = register
        media = {code: kind.medium for code, kind in kinds().items()}
        self._medium = {code: media.get(row.kind, "") for code, row in register.components.items()}
        self._names: dict[str, str] = {}
        for agency in register.agencies:
            self._names[fold(agency["code"])] = agency["code"]
            self._names[fold(agency["name"])] = agency["code"]

    def with_serves(self, serves: dict[int, list[str]]) -> "PathReader":
        """Give the reader of the same components where others serve the stations."""
        other = copy(self)
        other._register = replace(self._register, serves=serves)
        return other

    def paths_of(
        self,
        listing: ListingRow,
        claims: Claims,
        radio: Claims,
        prefix: str,
        *,
        travels: bool = False,
    ) -> tuple[Path, ...]:
        """Give the paths at the station, or at a stop whose `radio` claims are its own.

        `claims` are the station's; `prefix` begins the ids of private leaves. A station that
        travels takes its cards and its terminal along, and no line.
        """
        served = self._register.serves.get(listing.id, [])
        test_date = claims.get("test_date", NOTHING_KNOWN)
        paths = []
        for number in ("1", "2"):
            operator = claims.get(f"operator_{number}", NOTHING_KNOWN)
            signal = radio.get(f"signal_{number}", NOTHING_KNOWN)
            if not operator.known and not signal.evidence:
                continue
            agency = self._agency(operator)
            label = agency or (str(operator.value) if operator.known else f"signal_{number}")
            carriers = self._carriers(served, "mobile", agency) if agency else ()
            leaf = f"{prefix}/link-{number}"
            test = _test_of(test_date, operator, signal)
            paths.append(Path(label, "mobile", signal, test, carriers, leaf))
        fixed = None if travels else self._fixed(claims, served, test_date, prefix)
        if fixed is not None:
            paths.append(fixed)
        terminals = self._carriers(served, SATELLITE, None)
        if terminals:
            test = test_date if self._are_recorded(terminals) else _test_of(test_date)
            recorded = Known("good", test.evidence) if test.evidence else NOTHING_KNOWN
            leaf = f"{prefix}/satellite"
            paths.append(Path(SATELLITE, SATELLITE, recorded, test, terminals, leaf))
        return tuple(paths)

    def _fixed(
        self, claims: Claims, served: list[str], test_date: Known, prefix: str
    ) -> Path | None:
        """A fixed line counts as tested by the same device test on site as the radio."""
        line = claims.get(FIXED_LINE, NOTHING_KNOWN)
        if not line.evidence:
            return None
        if line.contradicted:
            signal = Known(None, line.evidence, contradicted=True)
        else:
            dead = str(line.value) in _NO_LINE
            signal = Known("none" if dead else "good", line.evidence)
        carriers = self._carriers(served, "fixed", None)
        test = _test_of(test_date, line)
        return Path(FIXED_LINE, "fixed", signal, test, carriers, f"{prefix}/line")

    def _are_recorded(self, codes: tuple[str, ...]) -> bool:
        """Tell whether any of the components is more than thought of."""
        return any(self._register.components[code].id >= 0 for code in codes)

    def _agency(self, operator: Known) -> str | None:
        """Give the code of the agency that the cell names, by code or by name."""
        return self._names.get(fold(str(operator.value))) if operator.known else None

    def _carriers(self, served: list[str], medium: str, agency: str | None) -> tuple[str, ...]:
        components = self._register.components
        return tuple(
            code
            for code in served
            if self._medium.get(code) == medium
            and (agency is None or components[code].agency == agency)
        )


def _test_of(test_date: Known, *parts: Known) -> Known:
    """Give the test of a path; what is only thought to be there no real test has tried.

    Without parts it is all only thought of.
    """
    if is_supposed(test_date) or (parts and not any(map(is_supposed, parts))):
        return test_date
    return NOTHING_KNOWN
