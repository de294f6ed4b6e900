"""Small registers in memory, drawn from a seed, and changes to them: rich in what is shared.

Nothing is stored: rows are made as `read_register` would give them. Stations, sites, feeders and
the rest are few, so that almost every change makes something shared, single, dead or unknown.
"""

import random
from datetime import date, timedelta

from pollready.assessment.changes import (
    AddComponent,
    GiveDevices,
    GivePower,
    GiveSecondPath,
    GiveSpare,
    KeepSpareDevices,
    NamePerson,
    PostTechnician,
    RemoveComponent,
    RepairComponent,
    ReplaceComponent,
    SetClaim,
    SetComponentClaim,
)
from pollready.assessment.reading import ComponentRow, ListingRow, Register, StopRow
from pollready.assessment.values import known_value
from pollready.obstacles.facts import Evidence
from pollready.places.models import ElectionRound

ELECTION = date(2028, 6, 16)
AS_OF = date(2028, 6, 14)
COUNTIES = ("Ahar", "Bonab")
OPERATORS = ("OP1", "OP2")
FIELDS = {
    "operator_1": ("OP1",),
    "operator_2": ("OP2", "OP1"),
    "signal_1": ("good", "none", "weak"),
    "signal_2": ("good", "none"),
    "test_date": ("2028-05-10", "2028-01-01"),
    "fixed_line": ("fibre", "none"),
    "mains": ("yes", "yes", "no"),
    "battery_h": ("0", "1", "4"),
    "generator": ("no", "yes", "3"),
    "id_devices": ("0", "1", "2", "3"),
    "forms": ("0", "300"),
    "cards": ("ready", "not_ready"),
    "software": ("2.1", "2.1", "2.0"),
    "rehearsal": ("passed", "failed"),
    "paper_order": ("yes",),
}


def claims_of(**values):
    """Make claims of plain values; several of one field, in a tuple, contradict one another."""
    found = {}
    for name, value in values.items():
        texts = value if isinstance(value, tuple) else (value,)
        found[name] = known_value(
            [Evidence(name, text, f"file {n}", "stations", 2, AS_OF, n)
             for n, text in enumerate(texts)]
        )  # fmt: skip
    return found


def component(code, kind, tier, number, *, agency="HQ", county="Ahar", q=None, mttr_h=None):
    return ComponentRow(number, code, kind, "", agency, county, tier, q, None, mttr_h)


def register(stations, components, **more):
    """Make a register of rows; what is not given is empty."""
    empty = {
        "stops": {}, "claims": {}, "stop_claims": {}, "component_claims": {}, "groups": {},
        "group_components": {}, "group_listings": {}, "depends_on": {}, "protection": {},
        "serves": {}, "requires": {}, "lots": [], "people": [], "duties": [], "incidents": {},
        "agencies": [
            {"code": code, "name": name, "role": role, "representative": "", "deputy": "",
             "letter_no": "", "ready_declared": None}
            for code, name, role in (
                ("HQ", "Headquarters", ""), ("OP1", "First", "operator"),
                ("OP2", "Second", "operator"),
            )
        ],
    }  # fmt: skip
    rows = empty | more
    rows.setdefault(
        "needs",
        [
            (code, role, text, "file")
            for role in ("depends_on", "protection")
            for code, text in rows[role].items()
        ],
    )
    return Register(
        round=ElectionRound(pk=1, code="r", name="r", election_date=ELECTION),
        listings=stations,
        components={row.code: row for row in sorted(components, key=lambda row: row.code)},
        classification=0,
        **rows,
    )


def station(number, *, kind="fixed", county="Ahar", voters=400):
    return ListingRow(
        number, f"s{number:02d}", "active", voters, kind, f"School {number}", "",
        38.0 + number / 100, 47.0, county, f"c-{county}", "",
    )  # fmt: skip


def draw(seed):
    """Draw a register: two counties, two operators, feeders, a ring, a batch and a duct."""
    chance = random.Random(seed)
    stations = [
        station(
            number,
            kind="mobile" if chance.random() < 0.2 else "fixed",
            county=chance.choice(COUNTIES),
            voters=chance.choice((None, 300, 400, 900)),
        )
        for number in range(1, chance.randint(4, 14))
    ]
    components, depends, protection, part_claims = _network(chance)
    feeders = [row.code for row in components if row.kind == "feeder"]
    carriers = [row.code for row in components if row.tier == 1 and row.kind != "feeder"]
    claims, stops, stop_claims = {}, {}, {}
    for row in stations:
        claims[row.id] = _claims(chance, [*feeders, "F-unrecorded"])
        if row.kind == "mobile":
            stops[row.id] = [StopRow(row.id * 10 + n, n, f"p{n}", None, None) for n in (1, 2)]
            for stop in stops[row.id]:
                stop_claims[stop.id] = _claims(chance, [], ("signal_1", "signal_2"))
    served = {row.id: chance.sample(carriers, chance.randint(0, 3)) for row in stations}
    members = chance.sample(carriers, 2)
    return register(
        stations,
        components,
        claims=claims,
        stops=stops,
        stop_claims=stop_claims,
        component_claims=part_claims,
        groups={
            "batch": component("batch", "batch", 2, 901, q=0.01),
            "duct": component("duct", "duct", 2, 902, q=0.01),
        },
        group_components={"duct": members},
        group_listings={"batch": [row.id for row in stations if chance.random() < 0.4]},
        depends_on=depends,
        protection=protection,
        serves={number: codes for number, codes in served.items() if codes},
        requires={
            row.id: f"{chance.choice(carriers)} & ({chance.choice(feeders)} | {row.code}-own)"
            for row in stations
            if chance.random() < 0.1
        },
        lots=[
            ("OP1", "identity device", "", chance.choice(("", "2.0", "2.1", "Bonab")), 5, 5, None,
             0, f"{county} depot", chance.choice((None, True, False)), "", "file", "resources", 2)
            for county in COUNTIES
        ],
        people=[
            (f"P{row.id}{n}", "computer user", row.code, chance.choice(("", "D")),
             chance.choice((True, None, False)))
            for row in stations for n in range(chance.randint(0, 3))
        ] + [("C", "courier", "Ahar", "", None)],
    )  # fmt: skip


def _network(chance):
    rows = [
        component("CENTRE", "national_centre", 4, 1),
        component("CORE", "backbone", 3, 2),
        component("AGG-1", "aggregation", 2, 3, q=0.02),
        component("AGG-2", "aggregation", 2, 4),
        component("DEPOT", "depot", 2, 5),
    ]
    depends = {"CORE": "CENTRE", "AGG-1": "CORE", "AGG-2": "CORE"}
    protection = {"AGG-1": "AGG-3"} if chance.random() < 0.3 else {}
    claims = {}
    for number in range(chance.randint(2, 5)):
        rows.append(component(f"F{number}", "feeder", 1, 10 + number, q=0.05))
    for number in (2, 3):  # the core and one aggregation say what they can carry
        claims[number] = claims_of(capacity_per_s=chance.choice(("0.05", "0.3", "5")))
    feeders = [row.code for row in rows if row.kind == "feeder"]
    for number in range(chance.randint(3, 7)):
        code = f"S{number}"
        kind = chance.choice(("mobile_site", "mobile_site", "exchange", "satellite_terminal"))
        rows.append(component(code, kind, 1, 20 + number, agency=chance.choice(OPERATORS)))
        up = chance.choice(("AGG-1", "AGG-2", "AGG-1 | AGG-2", "", "LOST"))
        power = chance.choice(feeders)
        depends[code] = " & ".join(filter(None, (up and f"({up})", power)))
        if chance.random() < 0.6:
            value = chance.choice(("0", "2", "5", ("1", "6")))
            claims[20 + number] = claims_of(battery_h=value)
    return rows, depends, protection, claims


def _claims(chance, feeders, fields=tuple(FIELDS)):
    values = {}
    for name in fields:
        if chance.random() < 0.75:
            values[name] = chance.choice(FIELDS[name])
            if chance.random() < 0.05:
                values[name] = tuple(set(FIELDS[name]))
    if feeders and chance.random() < 0.6:
        values["feeder"] = chance.choice(feeders)
    return claims_of(**values)


def draw_changes(rows, seed):
    """Draw one to four changes of any kind."""
    chance = random.Random(seed)
    return tuple(_change(rows, chance, number) for number in range(chance.randint(1, 4)))


def _change(rows, chance, number):
    codes, stations = sorted(rows.components), [row.code for row in rows.listings]
    code, one = chance.choice(codes), chance.choice(stations)
    name = chance.choice(sorted(FIELDS))
    day = chance.choice((None, AS_OF - timedelta(days=chance.randrange(3))))
    return chance.choice((
        AddComponent(
            f"{chance.choice('ANZ')}{number}",
            chance.choice(("mobile_site", "feeder", "satellite_terminal", "depot")),
            agency=chance.choice(OPERATORS),
            depends_on=chance.choice(("", code, f"{code} & {codes[0]}", "nobody")),
            serves=tuple(chance.sample(stations, chance.randint(0, 2))),
            groups=chance.choice(((), ("duct",))),
            battery_h=chance.choice((None, 3.0)),
        ),
        AddComponent("F-unrecorded", "feeder", unavailability=0.2),
        RemoveComponent(code),
        RemoveComponent(code),
        ReplaceComponent(
            code,
            tier=chance.choice((None, 1)),
            depends_on=chance.choice((None, "", "CORE", "F0 | F1")),
            protection=chance.choice((None, "AGG-2")),
            groups=chance.choice((None, (), ("duct",))),
            mtbf_h=chance.choice((None, 900.0)),
        ),
        RepairComponent(code, unavailability=0.0, battery_h=chance.choice((None, 8.0))),
        SetClaim(one, name, chance.choice((*FIELDS[name], None))),
        SetClaim(one, "feeder", chance.choice(("F0", "F1", "F-unrecorded"))),
        SetComponentClaim(code, "battery_h", chance.choice(("0", "7", None))),
        GiveSecondPath(one, line="fibre", tested_on=day),
        GiveSecondPath(one, "OP2", tested_on=day, served_by=chance.choice(((), ("S0",)))),
        GivePower(one, chance.choice((None, 4.0)), chance.choice((None, "yes", "6"))),
        GiveDevices(one, 2),
        KeepSpareDevices(one, 1),
        PostTechnician(one, 0.5),
        GiveSpare(f"{chance.choice(COUNTIES)} depot", 9, provisioned=chance.choice((None, True))),
        NamePerson(one, "computer user", "New", "Deputy", True),
        NamePerson("Ahar", "courier", "New"),
    ))  # fmt: skip
