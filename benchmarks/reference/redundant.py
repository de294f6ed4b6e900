"""A province built with care: no single failure takes a twentieth of its voters.

3,166 stations and about 2,600 shared components. Two operators, each with its own sites, two
aggregations a county on its own rings, and three cores; a station holds a SIM of each, and every
fifth has a satellite terminal as well. Sites and stations hang on feeders behind substations,
carried by batteries and generators. Common causes: vendors of radio units, ducts, firmware of
aggregations, batches of devices.
"""

import random

from pollready.engine.network import Network, NetworkBuilder, Tier

STATIONS, COUNTIES, SITES, FEEDERS, SUBSTATIONS, CORES = 3166, 22, 720, 360, 60, 3
CENTRES, CENTRES_NEEDED = 8, 3
OPERATORS = ("a", "b")
VENDORS, DUCTS, FIRMWARES, BATCHES = 8, 40, 6, 30


def redundant(seed: int = 7) -> Network:
    """Make the network; service `admit`, levels `online` and `offline`."""
    random_ = random.Random(seed)
    builder = NetworkBuilder()
    _add_centres(builder)
    counties = random_.choices(range(COUNTIES), [1 + c % 5 for c in range(COUNTIES)], k=STATIONS)
    _add_backbone(builder)
    _add_power(builder, random_)
    sites = _add_sites(builder, random_)
    for station, county in enumerate(counties):
        _add_station(builder, random_, station, county, sites)
    _add_groups(builder, random_)
    return builder.build()


def _add_centres(builder: NetworkBuilder) -> None:
    for centre in range(CENTRES):
        builder.component(f"centre-{centre}", q=0.002, mttr_h=1, tier=Tier.NATION)
    for feed in range(2):
        builder.component(f"satellite-hub-{feed}", q=0.004, mttr_h=2, tier=Tier.NATION)


def _add_backbone(builder: NetworkBuilder) -> None:
    """Add per operator three cores and, per county, two aggregations on a ring each way round."""
    for operator in OPERATORS:
        for core in range(CORES):
            builder.component(f"core-{operator}{core}", q=0.002, mttr_h=1, tier=Tier.PROVINCE)
        for county in range(COUNTIES):
            for side in range(2):
                name = f"{operator}-{county}-{side}"
                builder.component(f"link-{name}-east", q=0.01, mttr_h=6, tier=Tier.COUNTY)
                builder.component(f"link-{name}-west", q=0.01, mttr_h=6, tier=Tier.COUNTY)
                one, two = (f"core-{operator}{(county + side + s) % CORES}" for s in range(2))
                builder.component(
                    f"agg-{name}", q=0.004, mttr_h=3, tier=Tier.COUNTY,
                    requires=f"link-{name}-east & {one} | link-{name}-west & {two}",
                )  # fmt: skip


def _add_power(builder: NetworkBuilder, random_: random.Random) -> None:
    for substation in range(SUBSTATIONS):
        builder.component(f"substation-{substation}", q=0.003, mttr_h=5, tier=Tier.COUNTY)
    for feeder in range(FEEDERS):
        first = feeder % SUBSTATIONS
        other = (first + random_.randint(1, 5)) % SUBSTATIONS
        builder.component(
            f"feeder-{feeder}", q=0.02, mttr_h=2, tier=Tier.DISTRICT,
            requires=f"substation-{first} | substation-{other}",
        )  # fmt: skip


def _add_sites(builder: NetworkBuilder, random_: random.Random) -> dict[tuple[str, int], list[str]]:
    """Add the sites of both operators; gives their names by operator and county."""
    sites: dict[tuple[str, int], list[str]] = {}
    for operator in OPERATORS:
        for site in range(SITES):
            county = site % COUNTIES
            name = f"site-{operator}{site}"
            feeder = random_.randrange(FEEDERS // COUNTIES) * COUNTIES + county
            up = " | ".join(f"agg-{operator}-{county}-{side}" for side in range(2))
            power = f"feeder-{feeder}"
            if site % 3 == 0:  # the others' batteries are not recorded: they carry nothing
                builder.component(f"store-{name}", q=0.01, mttr_h=4, tier=Tier.STATION)
                power = f"ride({power}, {random_.choice((3, 4, 12))}h, store-{name})"
            builder.component(
                name, q=0.01, mttr_h=4, tier=Tier.DISTRICT, requires=f"({up}) & {power}"
            )
            sites.setdefault((operator, county), []).append(name)
    return sites


def _add_station(
    builder: NetworkBuilder,
    random_: random.Random,
    station: int,
    county: int,
    sites: dict[tuple[str, int], list[str]],
) -> None:
    for part in ("devices", "sim-a", "sim-b", "battery", "generator"):
        builder.component(f"{part}-{station}", q=0.01, mttr_h=3, unknown=random_.random() < 0.02)
    a, b = (random_.choice(sites[operator, county]) for operator in OPERATORS)
    feeder = random_.randrange(FEEDERS // COUNTIES) * COUNTIES + county
    hours = random_.choice((1, 2, 9))
    power = f"(ride(feeder-{feeder}, {hours}h, battery-{station}) | generator-{station})"
    if random_.random() < 0.4:  # no generator here
        power = f"ride(feeder-{feeder}, {hours}h, battery-{station})"
    paths = f"sim-a-{station} & {a} | sim-b-{station} & {b}"
    if station % 5 == 0:
        builder.component(f"satellite-{station}", q=0.03, mttr_h=5)
        paths += f" | satellite-{station} & (satellite-hub-0 | satellite-hub-1)"
    centre = f"{CENTRES_NEEDED} of ({', '.join(f'centre-{c}' for c in range(CENTRES))})"
    offline = f"devices-{station} & {power}"
    builder.point(
        f"s{station}",
        voters=random_.choice((None, 400.0, 700.0, 900.0, 1100.0, 1600.0)),
        services={"admit": {"online": f"{offline} & ({paths}) & {centre}", "offline": offline}},
    )


def _add_groups(builder: NetworkBuilder, random_: random.Random) -> None:
    """Add vendors (of a quarter of an operator's sites each), ducts, firmware, batches."""
    for vendor in range(VENDORS):
        operator = OPERATORS[vendor % 2]
        members = [f"site-{operator}{s}" for s in range(SITES) if (s // 3) % 4 == vendor // 2]
        builder.group(f"vendor-{vendor}", q=0.001, reach=0.3, members=members, tier=Tier.NATION)
    links = [
        f"link-{operator}-{county}-{side}-{way}"
        for operator in OPERATORS
        for county in range(COUNTIES)
        for side in range(2)
        for way in ("east", "west")
    ]
    for duct in range(DUCTS):
        members = random_.sample(links, random_.randint(2, 4))
        builder.group(f"duct-{duct}", q=0.002, reach=1, members=members, tier=Tier.COUNTY)
    for firmware in range(FIRMWARES):
        operator = OPERATORS[firmware % 2]
        members = [f"agg-{operator}-{c}-{firmware % 2}" for c in range(firmware // 2, COUNTIES, 3)]
        builder.group(f"firmware-{firmware}", q=0.001, reach=0.2, members=members, tier=Tier.NATION)
    stations = list(range(STATIONS))
    random_.shuffle(stations)
    for batch in range(BATCHES):
        members = [f"devices-{s}" for s in stations[batch::BATCHES]]
        builder.group(f"batch-{batch}", q=0.005, reach=0.3, members=members, tier=Tier.PROVINCE)
