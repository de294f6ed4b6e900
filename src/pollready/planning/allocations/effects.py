"""What a unit of a kind of means changes: changes in thought, as the what-if machinery reads them.

A kind is named as the ledger's; where a unit is of its agency's own, the agency stands behind it:
`modem:OP1`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pollready.assessment.chances import Ground
from pollready.assessment.changes import (
    AddComponent,
    Change,
    GivePower,
    KeepSpareDevices,
    PostTechnician,
    RepairComponent,
    ReplaceComponent,
    SetClaim,
)
from pollready.assessment.figures import own_figures
from pollready.assessment.reading import Claims, ComponentRow, ListingRow
from pollready.obstacles.facts import NOTHING_KNOWN
from pollready.obstacles.power import has_generator
from pollready.planning.allocations.means import Means, Table
from pollready.register.kinds import kinds

TERMINAL = "satellite_terminal"
_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of means as it is allocated, with the agency where units are its own."""

    means: Means
    agency: str = ""

    @property
    def key(self) -> str:
        """Name the kind."""
        return f"{self.means.kind}{_BETWEEN}{self.agency}" if self.agency else self.means.kind


def kind_key(means: Means, agency: str) -> str:
    """Name the kind to which a unit of an agency belongs."""
    return Kind(means, agency if means.from_agency else "").key


def split_key(key: str) -> tuple[str, str]:
    """Give the ledger's kind and the agency of a kind's name."""
    kind, _, agency = key.partition(_BETWEEN)
    return kind, agency


def kinds_of(table: Table, agencies: Mapping[str, Sequence[str]]) -> list[Kind]:
    """Give every kind that can be allocated; `agencies` by kind are those with units of it."""
    found = []
    for means in table.values():
        if means.from_agency:
            found += [Kind(means, agency) for agency in sorted(agencies.get(means.kind, ()))]
        else:
            found.append(Kind(means))
    return found


@dataclass(frozen=True, eq=False)
class Effects:
    """What units change in one round."""

    ground: Ground
    _way_up: dict[tuple[str, ...], str] = field(default_factory=dict)

    def at_station(self, kind: Kind, listing: ListingRow) -> list[Change] | None:
        """Give what a unit changes at a station; None where it has that already, or no use."""
        claims = self.ground.rows.claims.get(listing.id, {})
        changes: list[Change] = []
        for name, value in kind.means.station.items():
            found = self._station_effect(kind, name, value, listing, claims)
            if found is None:
                return None
            changes += found
        return changes or None

    def _station_effect(
        self, kind: Kind, name: str, value: float | bool, listing: ListingRow, claims: Claims
    ) -> list[Change] | None:
        if name == "generator_h":
            there = has_generator(claims.get("generator", NOTHING_KNOWN))
            return None if there else [GivePower(listing.code, generator=_hours(value))]
        if name == "satellite":
            return self._terminal(kind.means, listing)
        if name == "operator":
            return self._card(kind.agency, listing, claims)
        if name == "spare_devices":
            return [KeepSpareDevices(listing.code, int(value))]
        return [PostTechnician(listing.code, float(value))]

    def _terminal(self, means: Means, listing: ListingRow) -> list[Change] | None:
        if any(_medium(row) == "satellite" for row in self._serving(listing)):
            return None
        code = f"means/{means.kind}/{listing.code}"
        if not (way_up := self.way_up(tuple(means.way_up))):
            return None  # nobody recorded what it would lead to
        return [AddComponent(code, TERMINAL, serves=(listing.code,), depends_on=way_up)]

    def way_up(self, wanted: tuple[str, ...]) -> str:
        """Give what a terminal rests on: any of the first of these kinds that is recorded.

        Empty where none is.
        """
        if wanted not in self._way_up:
            rows = self.ground.rows.components.values()
            found = ([row.code for row in rows if row.kind == kind] for kind in wanted)
            self._way_up[wanted] = " | ".join(next(filter(None, found), []))
        return self._way_up[wanted]

    def _card(self, agency: str, listing: ListingRow, claims: Claims) -> list[Change] | None:
        """Put a card where there is room for one; whether its signal reaches, a test must tell."""
        serving = self._serving(listing)
        if not any(row.agency == agency and _medium(row) == "mobile" for row in serving):
            return None
        number = _room_for(agency, claims, self._names_of(agency))
        if number is None:
            return None
        signal = f"signal_{number}"
        stops = self.ground.rows.stops.get(listing.id, [])
        return [
            SetClaim(listing.code, f"operator_{number}", agency),
            SetClaim(listing.code, signal, None),
            *(SetClaim(listing.code, signal, None, stop.ordinal) for stop in stops),
        ]

    def _serving(self, listing: ListingRow) -> list[ComponentRow]:
        rows = self.ground.rows
        served = rows.serves.get(listing.id, ())
        return [rows.components[code] for code in served if code in rows.components]

    def _names_of(self, agency: str) -> set[str]:
        rows = (row for row in self.ground.rows.agencies if row["code"] == agency)
        return {agency, *(row["name"] for row in rows)}

    # Shared components

    def at_component(self, kind: Kind, row: ComponentRow) -> list[Change] | None:
        """Give what a unit changes at a shared component; None where it has no use."""
        if row.kind not in kind.means.at:
            return None
        changes: list[Change] = []
        for name, value in kind.means.component.items():
            found = self._component_effect(kind.means, name, value, row)
            if found is None:
                return None
            changes += found
        return changes or None

    def _component_effect(
        self, means: Means, name: str, value: float | bool, row: ComponentRow
    ) -> list[Change] | None:
        claims = self.ground.rows.component_claims.get(row.id, {})
        if name == "generator_h":
            there = has_generator(claims.get("generator", NOTHING_KNOWN))
            return None if there else [RepairComponent(row.code, generator=_hours(value))]
        if name == "satellite":
            return self._second_way(means, row)
        own = own_figures(row, self.ground.likelihoods)
        if float(value) >= own.mttr_h:
            return None
        share = float(value) / own.mttr_h
        return [RepairComponent(row.code, unavailability=own.q * share, mttr_h=float(value))]

    def _second_way(self, means: Means, row: ComponentRow) -> list[Change] | None:
        code = f"means/{means.kind}/{row.code}"
        if not (way_up := self.way_up(tuple(means.way_up))):
            return None
        other = self.ground.rows.protection.get(row.code)
        ways = code if not other else f"({other}) | {code}"
        return [
            AddComponent(code, TERMINAL, depends_on=way_up),
            ReplaceComponent(row.code, protection=ways),
        ]


def _medium(row: ComponentRow) -> str:
    kind = kinds().get(row.kind)
    return kind.medium if kind else ""


def _hours(value: float | bool) -> str:
    """Write a generator's cell: hours of fuel, or that it runs."""
    return "yes" if not value else f"{float(value):g}"


def _room_for(agency: str, claims: Claims, names: set[str]) -> str | None:
    """Find the card's place: one that is free, or whose signal a test found dead."""
    operators = {n: claims.get(f"operator_{n}", NOTHING_KNOWN) for n in ("1", "2")}
    if any(known.known and str(known.value) in names for known in operators.values()):
        return None
    free = [n for n in ("2", "1") if not operators[n].evidence]
    dead = [n for n in ("2", "1") if claims.get(f"signal_{n}", NOTHING_KNOWN).value == "none"]
    return next(iter((*free, *dead)), None)
