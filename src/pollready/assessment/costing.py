"""What any set of failures costs, per service and level, of a round compiled once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from pollready.assessment.compiling import WAY, compile_network
from pollready.assessment.dependants import named_in
from pollready.assessment.people import PeopleIndex
from pollready.assessment.reading import Register, read_register
from pollready.assessment.standing import standing
from pollready.engine.contingency import SetCost, evaluate_contingency, single_losses
from pollready.engine.network import Network, Unknowns
from pollready.obstacles.facts import NOTHING_KNOWN
from pollready.register.kinds import kinds

READINGS = (Unknowns.WORKING, Unknowns.FAILED)


@dataclass(frozen=True, slots=True)
class LevelCost:
    """Stations and voters that fall below one level; `already` are below it with nothing failed.

    Voters are None where no station that falls has a known number.
    """

    service: str
    level: str
    reading: str  # working or failed: what is unknown
    stations: int
    voters: int | None
    stations_without_voters: int
    already_below: int


@dataclass(frozen=True, slots=True)
class FailureCost:
    """The cost of one set of failures; `lost` is, by listing, which of `levels` it loses.

    The two numbers of `lost` are for unknowns working and failed; bit i stands for `levels[i]`.
    """

    levels: tuple[tuple[str, str], ...]
    costs: tuple[LevelCost, ...]
    lost: Mapping[int, tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Costing:
    """A round compiled for costs; `network` is None where no component is known."""

    register: Register
    network: Network | None

    @cached_property
    def levels(self) -> tuple[tuple[str, str], ...]:
        """Every level of each service that can be lost, best first."""
        if self.network is None:
            return ()
        return tuple(
            (service, level)
            for service in self.network.services
            if service != WAY
            for level in self.network.level_names(service)[:-1]
        )

    def singles(self, service: str, level: str, hours: float) -> Mapping[str, tuple[float, int]]:
        """Give voters and stations that each element alone costs, unknowns working."""
        if self.network is None or (service, level) not in self.levels:
            return {}
        losses = single_losses(self.network, service, level, hours)
        return {
            code: (float(row[0]), round(float(row[1])))
            for code, row in zip(self.network.element_ids, losses, strict=True)
        }

    def cost(self, codes: Iterable[str], hours: float) -> FailureCost:
        """Fail elements together for some hours; what the network does not hold fails nothing."""
        if self.network is None:
            return FailureCost((), (), {})
        known = set(self.network.element_ids)
        failed = [code for code in codes if code in known]
        costs: list[LevelCost] = []
        lost: dict[int, list[int]] = {}
        listings = {row.code: row.id for row in self.register.listings}
        for number, reading in enumerate(READINGS):
            found = evaluate_contingency(self.network, failed, hours, reading)
            for bit, (service, level) in enumerate(self.levels):
                costs.append(_level_cost(found, service, level, reading))
                for point in found.fallen(service, level):
                    if point in listings:
                        lost.setdefault(listings[point], [0, 0])[number] |= 1 << bit
        return FailureCost(
            self.levels, tuple(costs), {listing: (one, two) for listing, (one, two) in lost.items()}
        )

    def devices_of(self, code: str) -> str:
        """Name the element that stands for a station's identity devices."""
        return f"{code}/devices"

    def powered_by(self, code: str) -> tuple[str, ...]:
        """Give what feeds a component with power, as its own rows name it."""
        return powered_by(self.register, code)

    def devices_told(self) -> frozenset[int]:
        """Give the listings of which somebody says that they have identity devices."""
        return frozenset(
            listing.id
            for listing in self.register.listings
            if (
                self.register.claims.get(listing.id, {}).get("id_devices", NOTHING_KNOWN).value or 0
            )
        )


def powered_by(register: Register, code: str) -> tuple[str, ...]:
    """Give what feeds a component with power, as its own rows name it."""
    texts = (register.depends_on.get(code), register.protection.get(code))
    names = {name for text in texts if text for name in named_in(text)}
    return tuple(sorted(name for name in names if _is_power(name, register)))


def _is_power(code: str, register: Register) -> bool:
    row = register.components.get(code)
    kind = kinds().get(row.kind) if row else None
    return kind is not None and kind.medium == "power"


def ready_costing(round_id: int, *, as_of: date) -> Costing:
    """Read and compile a round, with the claims that stand now.

    Raises `ElectionRound.DoesNotExist`, and `engine.network.InvalidNetwork` where the
    requirements of the register form a circle.
    """
    register = standing(read_register(round_id))
    return Costing(register, compile_network(register, PeopleIndex(register, as_of)).network)


def _level_cost(found: SetCost, service: str, level: str, reading: Unknowns) -> LevelCost:
    cost = found.cost(service, level)
    before = found.before[service]
    below = int(np.count_nonzero(before > found.network.level(service, level)))
    known = cost.points == 0 or cost.points > cost.points_without_voters
    return LevelCost(
        service,
        level,
        reading.value,
        cost.points,
        round(cost.voters) if known else None,
        cost.points_without_voters,
        below,
    )
