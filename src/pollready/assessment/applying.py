"""Changes in thought, applied to the rows of a register; the rows themselves stay as they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import singledispatchmethod
from typing import Any

from pollready.assessment.changes import (
    WHAT_IF,
    AddComponent,
    Change,
    ComponentExists,
    EarlierTest,
    GiveDevices,
    GivePower,
    GiveSecondPath,
    GiveSpare,
    KeepSpareDevices,
    NamePerson,
    NegativeCount,
    PathTaken,
    PostTechnician,
    RemoveComponent,
    RepairComponent,
    ReplaceComponent,
    SetClaim,
    SetComponentClaim,
    UnknownComponent,
    UnknownGroup,
    UnknownStation,
    UnknownStop,
    supposed,
)
from pollready.assessment.dependants import Dependants
from pollready.assessment.paths import FIXED_LINE, PathReader
from pollready.assessment.reading import Claims, ComponentRow, ListingRow, Register
from pollready.assessment.sane_changes import check
from pollready.assessment.values import known_value
from pollready.engine.expression import FALSE, ExpressionError, leaves, parse, str_of, substitute
from pollready.language import fold
from pollready.obstacles.facts import NOTHING_KNOWN, Known
from pollready.register.kinds import kind

_SHARED_TEXTS = ("depends_on", "protection")


@dataclass(frozen=True, slots=True)
class Touched:
    """What the changes lay hands on: codes, listings, and whether people or lots."""

    codes: frozenset[str]
    listings: frozenset[int]
    scopes: frozenset[str]  # folded station codes and counties for which somebody is named
    lots: bool
    figures_only: bool  # nothing but how often components fail and how long repair takes


def applied(
    changes: Iterable[Change], rows: Register, dependants: Dependants, as_of: date
) -> tuple[Register, Touched]:
    """Give the rows as they would be, and what was touched.

    Raises the errors of `changes`.
    """
    editor = _Editor(rows, dependants, as_of)
    for change in changes:
        check(change, rows, editor.components)
        editor.apply(change)
    return editor.finished()


@dataclass(eq=False)
class _Editor:
    """Applies changes one after another to copies of what they change."""

    rows: Register
    dependants: Dependants
    as_of: date
    codes: set[str] = field(default_factory=set)
    touched_listings: set[int] = field(default_factory=set)
    scopes: set[str] = field(default_factory=set)
    are_added: bool = False  # components that stand behind all others until the end

    def __post_init__(self) -> None:
        rows = self.rows
        self.components = dict(rows.components)
        self.component_claims = dict(rows.component_claims)
        self.group_components = dict(rows.group_components)
        self.texts: dict[str, dict[str, str]] = {
            "depends_on": dict(rows.depends_on),
            "protection": dict(rows.protection),
        }
        self.rewritten: dict[tuple[str, str], str] = {}  # ways up by code and role, as thought
        self.requires, self.serves = dict(rows.requires), dict(rows.serves)
        self.claims, self.stop_claims = dict(rows.claims), dict(rows.stop_claims)
        self.lots: list[tuple[Any, ...]] = []  # those that are given
        self.people: list[tuple[Any, ...]] = []
        self.new_id = min((row.id for row in rows.components.values()), default=0)
        self.new_id = min(self.new_id, 0)

    def finished(self) -> tuple[Register, Touched]:
        if self.are_added:  # codes are in order
            self.components = dict(sorted(self.components.items()))
        after = replace(
            self.rows,
            components=self.components,
            component_claims=self.component_claims,
            group_components=self.group_components,
            depends_on=self.texts["depends_on"],
            protection=self.texts["protection"],
            needs=self.needs_in_order(),
            requires=self.requires,
            serves=self.serves,
            claims=self.claims,
            stop_claims=self.stop_claims,
            lots=[*self.rows.lots, *sorted(self.lots, key=repr)],
            people=[*self.rows.people, *sorted(self.people, key=repr)],
        )
        touched = Touched(
            codes=frozenset(self.codes),
            listings=frozenset(self.touched_listings),
            scopes=frozenset(self.scopes),
            lots=bool(self.lots),
            figures_only=self.are_figures_only(after),
        )
        return after, touched

    def are_figures_only(self, after: Register) -> bool:
        before = self.rows
        if self.touched_listings or self.scopes or self.lots:
            return False
        return (
            after.depends_on == before.depends_on
            and after.protection == before.protection
            and after.group_components == before.group_components
            and after.component_claims == before.component_claims
            and after.components.keys() == before.components.keys()
            and all(
                without_figures(after.components[code]) == without_figures(before.components[code])
                for code in self.codes
            )
        )

    def needs_in_order(self) -> list[tuple[str, str, str, str]]:
        """Put what is only thought behind what is recorded: in one order, whatever came first."""
        recorded = {"depends_on": self.rows.depends_on, "protection": self.rows.protection}
        new = {
            (code, role): text
            for (code, role), text in self.rewritten.items()
            if recorded[role].get(code, "") != text
        }
        if not new:
            return self.rows.needs
        kept = [row for row in self.rows.needs if (row[0], row[1]) not in new]
        thought = sorted((*key, text, WHAT_IF) for key, text in new.items() if text)
        return [*kept, *thought]

    @singledispatchmethod
    def apply(self, change: Change) -> None:
        raise TypeError(f"no such change: {change!r}")

    # Components

    @apply.register
    def _add(self, change: AddComponent) -> None:
        code = change.code
        if code in self.components or code in self.rows.groups:
            raise ComponentExists(component=code)
        listings = [self.station(station) for station in change.serves]
        tier = kind(change.kind).tier if change.tier is None else change.tier
        self.new_id -= 1
        row = ComponentRow(
            self.new_id, code, change.kind, change.name, change.agency, change.county, tier,
            change.unavailability, change.mtbf_h, change.mttr_h, lat=change.lat, lon=change.lon,
        )  # fmt: skip
        self.components[code] = row
        self.are_added = True
        for role in _SHARED_TEXTS:
            self.set_text(code, role, getattr(change, role))
        for listing in listings:
            self.serve(listing, code)
        self.set_groups(code, change.groups)
        self.set_parts(code, change.battery_h, change.generator)

    @apply.register
    def _remove(self, change: RemoveComponent) -> None:
        """Take away a component, and let nothing rest on it: it is known to be gone."""
        code = change.code
        row = self.component(code)
        recorded = code in self.rows.components  # else it was only thought of: it leaves no trace
        reader = PathReader(self.current())
        for listing in self.dependants.listings_naming(code) | self.touched_listings:
            if recorded:
                self.unpower(self.dependants.listing(listing), code)
            self.unserve(self.dependants.listing(listing), code, reader if recorded else None)
        del self.components[code]
        self.component_claims.pop(row.id, None)
        for role in _SHARED_TEXTS:
            self.set_text(code, role, "")
        self.set_groups(code, ())
        if recorded:
            for other in sorted(self.dependants.components_naming(code) | self.codes):
                if other in self.components:
                    self.forget(other, code)

    def forget(self, other: str, code: str) -> None:
        """Let a component that named the one that is gone name `false` instead."""
        for role in _SHARED_TEXTS:
            text = self.texts[role].get(other)
            if text is not None:
                self.set_text(other, role, _without(text, code))
        claims = self.component_claims.get(self.components[other].id, {})
        if claims.get("generator", NOTHING_KNOWN).value == code:
            self.set_component_claim(other, "generator", "no")

    def unpower(self, listing: ListingRow, code: str) -> None:
        """Let a station that is powered by what is gone, or requires it, have it no more."""
        claims = self.claims.get(listing.id, {})
        if claims.get("feeder", NOTHING_KNOWN).value == code:
            self.set_claim(listing, "feeder", None)
            self.set_claim(listing, "mains", "no")
        if claims.get("generator", NOTHING_KNOWN).value == code:
            self.set_claim(listing, "generator", "no")
        if listing.id in self.requires:
            self.set_requires(listing, _without(self.requires[listing.id], code))

    def unserve(self, listing: ListingRow, code: str, reader: PathReader | None) -> None:
        """Let a station be served no more by what is gone: a path without a carrier is dead."""
        if code not in self.serves.get(listing.id, ()):
            return
        claims = self.claims.get(listing.id, {})
        paths = reader.paths_of(listing, claims, claims, listing.code) if reader else ()
        for path in paths:
            if path.carriers == (code,):
                self.kill(listing, path.leaf)
        rest = [served for served in self.serves[listing.id] if served != code]
        self.serves[listing.id] = rest
        if not rest and listing.id not in self.rows.serves:
            del self.serves[listing.id]
        self.touched_listings.add(listing.id)

    def kill(self, listing: ListingRow, leaf: str) -> None:
        """Say of a path that nothing comes through; of a terminal that is gone there is none."""
        if leaf.endswith("/line"):
            self.set_claim(listing, FIXED_LINE, "none")
        elif "/link-" in leaf:
            name = f"signal_{leaf[-1]}"
            self.set_claim(listing, name, "none")
            for stop in self.rows.stops.get(listing.id, []):
                self.set_stop_claim(listing, stop.id, name, "none")

    @apply.register
    def _replace(self, change: ReplaceComponent) -> None:
        row = self.component(change.code)
        given = {
            name: value
            for name in ("kind", "agency", "tier", "unavailability", "mtbf_h", "mttr_h")
            if (value := getattr(change, name)) is not None
        }
        if "kind" in given:
            kind(given["kind"])
        if change.mtbf_h is not None and change.unavailability is None:
            given["unavailability"] = None  # the share follows from the hours
        self.components[change.code] = replace(row, **given)
        self.codes.add(change.code)
        for role in _SHARED_TEXTS:
            text = getattr(change, role)
            if text is not None:
                self.set_text(change.code, role, text)
        if change.groups is not None:
            self.set_groups(change.code, change.groups)
        self.set_parts(change.code, change.battery_h, change.generator)

    @apply.register
    def _repair(self, change: RepairComponent) -> None:
        self._replace(
            ReplaceComponent(
                change.code,
                unavailability=change.unavailability,
                mttr_h=change.mttr_h,
                battery_h=change.battery_h,
                generator=change.generator,
            )
        )

    @apply.register
    def _claim_of_component(self, change: SetComponentClaim) -> None:
        self.component(change.component)
        self.set_component_claim(change.component, change.field, change.value)

    # Stations

    @apply.register
    def _claim(self, change: SetClaim) -> None:
        listing = self.station(change.station)
        if change.stop is None:
            self.set_claim(listing, change.field, change.value)
            return
        for stop in self.rows.stops.get(listing.id, []):
            if stop.ordinal == change.stop:
                self.set_stop_claim(listing, stop.id, change.field, change.value)
                return
        raise UnknownStop(station=change.station, stop=change.stop)

    @apply.register
    def _second_path(self, change: GiveSecondPath) -> None:
        listing = self.station(change.station)
        for code in change.served_by:
            self.component(code)
            self.serve(listing, code)
        if change.line:
            self.set_claim(listing, FIXED_LINE, change.line)
        else:
            self.give_card(listing, change)
        if change.tested_on is not None:
            self.test(listing, change.tested_on)

    def test(self, listing: ListingRow, day: date) -> None:
        known = self.claims[listing.id].get("test_date", NOTHING_KNOWN)
        if known.known and known.value > day:
            raise EarlierTest(station=listing.code, date=day, recorded=known.value)
        self.set_claim(listing, "test_date", day.isoformat())

    def give_card(self, listing: ListingRow, change: GiveSecondPath) -> None:
        """Put a card where there is none, where its operator's is, or where the dead one is."""
        claims = self.claims.get(listing.id, {})
        operators = {n: claims.get(f"operator_{n}", NOTHING_KNOWN) for n in ("1", "2")}
        own = [n for n, known in operators.items() if self.is_same(known, change.operator)]
        free = [n for n in ("2", "1") if not operators[n].evidence]
        dead = [n for n in ("2", "1") if claims.get(f"signal_{n}", NOTHING_KNOWN).value == "none"]
        number = next(iter((*own, *free, *dead)), None)
        if number is None:
            raise PathTaken(station=change.station, operator=change.operator)
        self.set_claim(listing, f"operator_{number}", change.operator)
        self.set_claim(listing, f"signal_{number}", change.signal)
        for stop in self.rows.stops.get(listing.id, []):
            self.set_stop_claim(listing, stop.id, f"signal_{number}", change.signal)

    def is_same(self, known: Known, operator: str) -> bool:
        names = {
            fold(word)
            for agency in self.rows.agencies
            if fold(operator) in (fold(agency["code"]), fold(agency["name"]))
            for word in (agency["code"], agency["name"])
        }
        return known.known and fold(str(known.value)) in names | {fold(operator)}

    @apply.register
    def _power(self, change: GivePower) -> None:
        listing = self.station(change.station)
        if change.battery_h is not None:
            self.set_claim(listing, "battery_h", _number(change.battery_h))
        if change.generator is not None:
            self.set_claim(listing, "generator", change.generator)

    @apply.register
    def _devices(self, change: GiveDevices) -> None:
        listing = self.station(change.station)
        if change.more < 0:
            raise NegativeCount(count=change.more)
        devices = self.claims.get(listing.id, {}).get("id_devices", NOTHING_KNOWN)
        if devices.known:
            self.set_claim(listing, "id_devices", str(devices.value + change.more))

    @apply.register
    def _spare_devices(self, change: KeepSpareDevices) -> None:
        self.set_claim(self.station(change.station), "spare_devices", str(change.count))

    @apply.register
    def _technician(self, change: PostTechnician) -> None:
        self.set_claim(self.station(change.station), "repair_h", _number(change.repair_h))

    @apply.register
    def _spare(self, change: GiveSpare) -> None:
        if change.count < 0:
            raise NegativeCount(count=change.count)
        self.lots.append(
            (change.agency, change.kind, "", "", change.count, change.count, None, 0, change.depot,
             change.provisioned, "", WHAT_IF, "", None)
        )  # fmt: skip

    @apply.register
    def _person(self, change: NamePerson) -> None:
        scope = fold(change.scope)
        if not self.dependants.is_scope(scope):
            raise UnknownStation(station=change.scope)
        self.people.append((change.name, change.role, change.scope, change.deputy, change.trained))
        self.scopes.add(scope)

    # Rows

    def current(self) -> Register:
        return replace(self.rows, components=self.components, serves=self.serves)

    def station(self, code: str) -> ListingRow:
        listing = self.dependants.listing_coded(code)
        if listing is None:
            raise UnknownStation(station=code)
        return listing

    def component(self, code: str) -> ComponentRow:
        if code not in self.components:
            raise UnknownComponent(component=code)
        return self.components[code]

    def serve(self, listing: ListingRow, code: str) -> None:
        self.serves[listing.id] = _with(
            self.serves.get(listing.id, []), code, self.rows.serves.get(listing.id, [])
        )
        self.touched_listings.add(listing.id)

    def set_text(self, code: str, role: str, text: str) -> None:
        """Put a way up in place of one, with its row of evidence; an empty one is none."""
        texts = self.texts[role]
        self.codes.add(code)
        if texts.get(code, "") == text:
            return
        texts.pop(code, None)
        if text:
            texts[code] = text
        self.rewritten[code, role] = text

    def set_requires(self, listing: ListingRow, text: str) -> None:
        if self.requires[listing.id] != text:
            self.requires[listing.id] = text
            self.touched_listings.add(listing.id)

    def set_groups(self, code: str, groups: tuple[str, ...]) -> None:
        unknown = next((g for g in groups if g not in self.rows.groups), None)
        if unknown is not None:
            raise UnknownGroup(group=unknown)
        self.codes.add(code)
        for group in self.rows.groups:
            members = self.group_components.get(group, [])
            if group in groups and code not in members:
                recorded = self.rows.group_components.get(group, [])
                self.group_components[group] = _with(members, code, recorded)
            elif group not in groups and code in members:
                self.group_components[group] = [member for member in members if member != code]

    def set_parts(self, code: str, battery_h: float | None, generator: str | None) -> None:
        if battery_h is not None:
            self.set_component_claim(code, "battery_h", _number(battery_h))
        if generator is not None:
            self.set_component_claim(code, "generator", generator)

    def set_component_claim(self, code: str, name: str, value: str | None) -> None:
        number = self.components[code].id
        claims = self.component_claims.get(number, {})
        self.component_claims[number] = self.with_claim(claims, name, value)
        self.codes.add(code)

    def set_claim(self, listing: ListingRow, name: str, value: str | None) -> None:
        claims = self.claims.get(listing.id, {})
        self.claims[listing.id] = self.with_claim(claims, name, value)
        self.touched_listings.add(listing.id)

    def set_stop_claim(self, listing: ListingRow, stop: int, name: str, value: str | None) -> None:
        self.stop_claims[stop] = self.with_claim(self.stop_claims.get(stop, {}), name, value)
        self.touched_listings.add(listing.id)

    def with_claim(self, claims: Claims, name: str, value: str | None) -> Claims:
        others: Claims = {other: known for other, known in claims.items() if other != name}
        if value is not None:
            others[name] = known_value([supposed(name, value, self.as_of)])
        return others


def without_figures(row: ComponentRow) -> ComponentRow:
    """Leave out what says how often a component fails and how long it takes to repair."""
    return replace(row, unavailability=None, mtbf_h=None, mttr_h=None)


def _without(text: str, code: str) -> str:
    """Write a requirement with `false` for what is gone."""
    try:
        expression = parse(text)
    except ExpressionError:
        return text
    if code not in leaves(expression):
        return text
    return str_of(substitute(expression, {code: FALSE}))


def _with(codes: list[str], code: str, recorded: list[str]) -> list[str]:
    """Put a code behind those that are recorded: in one order, whatever came first."""
    kept = [known for known in codes if known in recorded]
    return [*kept, *sorted({*codes, code} - set(kept))]


def _number(value: Any) -> str:
    return str(value).removesuffix(".0")
