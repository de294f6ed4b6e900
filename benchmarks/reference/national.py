"""A nation's network of any size: two operators, fibre rings, power with batteries, one centre.

Per distinct requirement at 2 hours it has on average more than six single cuts, more than 25
pairs and about forty components in its cone (`python -m benchmarks.reference` prints what they
are), for that is what makes the engine work; nothing in it is arranged to be easy.
"""

import random
from dataclasses import dataclass

from pollready.engine.expression import Expression, Leaf, Ride, all_of, any_of
from pollready.engine.network import Network, NetworkBuilder, Tier

OPERATORS = ("a", "b")
CENTRES = ("1", "2")


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each; `private` adds six parts of its own to every station."""

    points: int
    provinces: int
    counties: int  # of each province
    feeders: int  # of each county
    sites: int  # of each operator and county
    hops: int  # microwave hops of each operator and county
    batches: int
    private: bool = True
    seed: int = 1


PROVINCE = Size(3_166, provinces=1, counties=22, feeders=22, sites=20, hops=4, batches=4)
NATION_100K = Size(100_000, provinces=31, counties=9, feeders=8, sites=6, hops=1, batches=24)
NATION_1M = Size(
    1_000_000, provinces=50, counties=20, feeders=8, sites=10, hops=2, batches=40, private=False
)


def national(size: Size) -> Network:
    """Make the network of a size; equal sizes give equal networks."""
    return _Nation(size).build()


class _Nation:
    def __init__(self, size: Size) -> None:
        self.size = size
        self.random = random.Random(size.seed)
        self.builder = NetworkBuilder()
        self.leaf: dict[str, Leaf] = {}

    def build(self) -> Network:
        self._centre()
        for province in range(self.size.provinces):
            self._province(province)
            for county in range(self.size.counties):
                self._county(province, county)
        self._batches()
        for point in range(self.size.points):
            self._point(point)
        return self.builder.build()

    def _add(
        self, id: str, q: float, mttr_h: float, tier: Tier, requires: Expression | None = None
    ) -> None:
        self.builder.component(id, q=q, mttr_h=mttr_h, tier=tier, requires=requires)
        self.leaf[id] = Leaf(id)

    def _all(self, *ids: str) -> Expression:
        return all_of(*(self.leaf[id] for id in ids))

    def _any(self, *ids: str) -> Expression:
        return any_of(*(self.leaf[id] for id in ids))

    def _centre(self) -> None:
        for number in CENTRES:
            self._add(f"power-{number}", 0.001, 2.0, Tier.NATION)
            self._add(f"centre-{number}", 0.002, 1.0, Tier.NATION, self.leaf[f"power-{number}"])
        for id in ("hub-1", "hub-2", "registry", "gateway", "apn"):
            self._add(id, 0.001, 1.0, Tier.NATION)
        centres = self._any(*(f"centre-{number}" for number in CENTRES))
        self._add("query", 0.001, 1.0, Tier.NATION, all_of(self.leaf["registry"], centres))
        for operator in OPERATORS:
            self._add(f"core-{operator}", 0.001, 1.0, Tier.NATION, self._any("hub-1", "hub-2"))

    def _province(self, p: int) -> None:
        self._add(f"grid-{p}", 0.001, 2.0, Tier.PROVINCE)
        for operator in OPERATORS:
            for number in (1, 2, 3):
                self._add(f"trunk-{p}-{operator}-{number}", 0.004, 6.0, Tier.PROVINCE)
            trunks = self._any(*(f"trunk-{p}-{operator}-{number}" for number in (1, 2, 3)))
            needs = all_of(self.leaf[f"core-{operator}"], trunks)
            self._add(f"switch-{p}-{operator}", 0.002, 2.0, Tier.PROVINCE, needs)
        self._add(f"exchange-{p}", 0.001, 2.0, Tier.PROVINCE, self._all("gateway", "apn"))

    def _county(self, p: int, c: int) -> None:
        at, size = f"{p}-{c}", self.size
        self._add(f"substation-{at}", 0.002, 2.0, Tier.COUNTY, self.leaf[f"grid-{p}"])
        for number in (1, 2):
            self._add(f"metro-{at}-{number}", 0.005, 6.0, Tier.COUNTY, self.leaf[f"exchange-{p}"])
        for feeder in range(size.feeders):
            self._add(
                f"feeder-{at}-{feeder}", 0.01, 2.0, Tier.DISTRICT, self.leaf[f"substation-{at}"]
            )
        for operator in OPERATORS:
            for number in (1, 2):
                self._add(f"fibre-{at}-{operator}-{number}", 0.005, 6.0, Tier.COUNTY)
            ring = self._any(*(f"fibre-{at}-{operator}-{number}" for number in (1, 2)))
            needs = all_of(self.leaf[f"switch-{p}-{operator}"], ring)
            self._add(f"node-{at}-{operator}", 0.002, 3.0, Tier.COUNTY, needs)
            for hop in range(size.hops):
                self._add(
                    f"hop-{at}-{operator}-{hop}",
                    0.004, 4.0, Tier.DISTRICT, self.leaf[f"node-{at}-{operator}"],
                )  # fmt: skip
            for site in range(size.sites):
                self._site(at, operator, site)

    def _site(self, at: str, operator: str, site: int) -> None:
        size, name = self.size, f"{at}-{operator}-{site}"
        feeder = self.leaf[f"feeder-{at}-{self.random.randrange(size.feeders)}"]
        self._add(f"rectifier-{name}", 0.01, 4.0, Tier.DISTRICT)
        hours = self.random.choice((1.0, 2.0, 4.0, 4.0, 8.0))
        power = Ride(feeder, hours, self.leaf[f"rectifier-{name}"])
        hop = self.leaf[f"hop-{at}-{operator}-{site % size.hops}"]
        self._add(f"site-{name}", 0.01, 4.0, Tier.DISTRICT, all_of(hop, power))

    def _batches(self) -> None:
        sites = sorted(id for id in self.leaf if id.startswith("site-"))
        self.random.shuffle(sites)
        each = max(2, len(sites) // (10 * self.size.batches))
        for batch in range(self.size.batches):
            members = sites[batch * each : (batch + 1) * each]
            self.builder.group(
                f"batch-{batch}", q=0.002, mttr_h=6.0, reach=0.3, members=members,
                tier=Tier.PROVINCE,
            )  # fmt: skip

    def _point(self, point: int) -> None:
        size, choose = self.size, self.random
        place = point * size.provinces * size.counties // size.points
        at = f"{place // size.counties}-{place % size.counties}"
        own = self._own_parts(point) if size.private else {}
        feeder: Expression = self.leaf[f"feeder-{at}-{choose.randrange(size.feeders)}"]
        power = feeder
        if own:
            power = Ride(
                all_of(feeder, own["mains"]), choose.choice((1.0, 2.0, 4.0)), own["battery"]
            )
        offline = all_of(power, *(own[part] for part in ("devices", "cards") if own))
        paths = []
        for operator in OPERATORS:
            site: Expression = self.leaf[f"site-{at}-{operator}-{choose.randrange(size.sites)}"]
            paths.append(all_of(site, own[f"sim-{operator}"]) if own else site)
        centre = all_of(self.leaf["query"], self._any(f"metro-{at}-1", f"metro-{at}-2"))
        online = all_of(offline, any_of(*paths), centre)
        self.builder.point(
            f"s{point}",
            voters=choose.choice((None, 600.0, 800.0, 1000.0, 1200.0, 1400.0)),
            services={"admit": {"online": online, "offline": offline}},
        )

    def _own_parts(self, point: int) -> dict[str, Leaf]:
        parts = {}
        for part, q in (
            ("devices", 0.01), ("cards", 0.002), ("sim-a", 0.02), ("sim-b", 0.02),
            ("mains", 0.01), ("battery", 0.05),
        ):  # fmt: skip
            self.builder.component(f"{part}-{point}", q=q, mttr_h=3.0)
            parts[part] = Leaf(f"{part}-{point}")
        return parts
