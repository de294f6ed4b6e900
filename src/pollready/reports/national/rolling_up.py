"""The provinces side by side: figures with their age, sums, who is missing, who disagrees."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from pollready.people.models import User
from pollready.reports.national.changes import ProvinceChange, change_between
from pollready.reports.national.models import Package, TrustedKey

_SUMMED = ("stations", "ready", "not_ready", "unknown", "contradicted")
_NULLABLE = ("voters", "voters_not_ready")


@dataclass(frozen=True, slots=True)
class Province:
    """One province: its newest package, or None where none has come."""

    name: str
    package: Package | None
    age_h: float | None  # since what it tells was recorded
    before: Package | None = None  # of an earlier moment, the newest of them

    @property
    def figures(self) -> dict[str, Any] | None:
        """Give its figures."""
        return self.package.data["figures"] if self.package else None

    @property
    def change(self) -> ProvinceChange | None:
        """Tell what changed since its package before; None where this is its first."""
        if self.package is None or self.before is None:
            return None
        return change_between(self.before, self.package)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A shared component of which neighbours say different things."""

    code: str
    kind: str
    says: Sequence[tuple[str, str, datetime]]  # province, state, as of


@dataclass(frozen=True, slots=True)
class RollUp:
    """All provinces together."""

    provinces: Sequence[Province]
    sums: dict[str, int | None]  # a sum of voters is None where nobody knows any
    without_voters: int  # provinces whose voters are not known
    causes: Sequence[dict[str, Any]]
    means: Sequence[dict[str, Any]]
    disagreements: Sequence[Disagreement]

    @property
    def missing(self) -> list[str]:
        """Name the provinces from which nothing has come."""
        return [each.name for each in self.provinces if each.package is None]

    @property
    def present(self) -> list[Province]:
        """Give the provinces of which something is known."""
        return [each for each in self.provinces if each.package is not None]


def packages_for(user: User, round_id: int) -> Any:
    """Give the packages of a round up to the user's class, the newest first."""
    packages = Package.objects.filter(round=round_id, classification__lte=user.clearance)
    return packages.select_related("key", "received_by")


def roll_up(packages: Sequence[Package], *, now: datetime) -> RollUp:
    """Put the newest package of every province beside the others; they come newest first.

    Provinces that are waited for are those whose key was trusted then.
    """
    newest: dict[str, Package] = {}
    before: dict[str, Package] = {}
    for package in packages:
        name = package.key.name
        if newest.setdefault(name, package).as_of > package.as_of:
            before.setdefault(name, package)
    trusted = TrustedKey.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=now), trusted_at__lte=now
    ).values_list("name", flat=True)
    provinces = [
        Province(name, package, _age_h(package, now), before.get(name))
        for name in sorted({*trusted, *newest})
        for package in [newest.get(name)]
    ]
    data = [package.data for package in newest.values()]
    sums: dict[str, int | None] = {
        name: sum(each["figures"][name] for each in data) for name in _SUMMED
    }
    for name in _NULLABLE:
        known = [v for each in data if (v := each["figures"][name]) is not None]
        sums[name] = sum(known) if known else None
    return RollUp(
        provinces,
        sums,
        sum(each["figures"]["voters"] is None for each in data),
        _causes(data),
        _means(data),
        _disagreements(list(newest.values())),
    )


def _age_h(package: Package | None, now: datetime) -> float | None:
    return (now - package.as_of).total_seconds() / 3600 if package else None


def _causes(data: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add causes up by rule and severity, over provinces; the most stations first."""
    order = {"severe": 0, "moderate": 1, "minor": 2, "unknown": 3}
    found: dict[tuple[str, str], list[Any]] = defaultdict(lambda: [0, 0, None, 0])
    for each in data:
        here: set[tuple[str, str]] = set()
        for cause in each["causes"]:
            key = cause["rule"], cause["severity"]
            row = found[key]
            row[0] += cause["causes"]
            row[1] += cause["stations"]
            if cause["voters"] is not None:
                row[2] = (row[2] or 0) + cause["voters"]
            here.add(key)
        for key in here:
            found[key][3] += 1
    rows = [
        {"rule": rule, "severity": severity, "causes": causes, "stations": stations,
         "voters": voters, "provinces": provinces}
        for (rule, severity), (causes, stations, voters, provinces) in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (order.get(row["severity"], 4), -row["stations"]))


def _means(data: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add means up by kind; what one province does not know is not known of all, and said so."""
    found: dict[str, dict[str, Any]] = {}
    for each in data:
        for means in each["means"]:
            row = found.setdefault(
                means["kind"],
                {"kind": means["kind"], "pledged": None, "delivered": None, "shortfall": None,
                 "overdue": 0, "unknown": 0},
            )  # fmt: skip
            for name in ("pledged", "delivered", "shortfall"):
                if means[name] is not None:
                    row[name] = (row[name] or 0) + means[name]
            row["overdue"] += means["overdue"] or 0
            row["unknown"] += means["shortfall"] is None
    return [found[kind] for kind in sorted(found)]


def _disagreements(packages: Sequence[Package]) -> list[Disagreement]:
    """Find shared components that one neighbour reports up and another down."""
    says: dict[tuple[str, str], list[tuple[str, str, datetime]]] = defaultdict(list)
    for package in sorted(packages, key=lambda each: each.key.name):
        for row in package.data["shared"]:
            says[row["code"], row["kind"]].append((package.key.name, row["state"], package.as_of))
    return [
        Disagreement(code, kind, told)
        for (code, kind), told in sorted(says.items())
        if {"up", "down"} <= {state for _, state, _ in told}
    ]
