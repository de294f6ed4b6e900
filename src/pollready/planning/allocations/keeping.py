"""What means are worth, kept between plans: worked out once for each version of the register."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from itertools import product
from typing import Any

import numpy as np

from pollready.assessment.chances import MEASURES, READINGS, ground_of
from pollready.audit.version import register_version
from pollready.obstacles.office import office_thresholds
from pollready.planning.allocations.effects import Kind, kinds_of
from pollready.planning.allocations.given import Meaning
from pollready.planning.allocations.means import Table, office_means
from pollready.planning.allocations.models import MeansWorth
from pollready.planning.allocations.stations import Stations, read_stations
from pollready.planning.allocations.worth import Upgrade, Worth, work_out
from pollready.planning.means import is_kind
from pollready.resources.models import ResourceLot

_PAIRS = tuple(product(MEASURES, READINGS))
Tell = Callable[[int, int], None]


class NothingToWeigh(Exception):
    """The register records no station, or no component: nothing can be worked out."""

    code = "allocation.nothing-to-weigh"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


@dataclass(frozen=True, eq=False)
class Weighed:
    """What means are worth in a round, with its stations, and when that was so."""

    worth: Worth
    stations: Stations
    version: int
    as_of: date
    made_at: datetime
    is_fresh: bool


def kinds_now(round_id: int, table: Table) -> list[Kind]:
    """Give the kinds that can be allocated in a round, by the table and the ledger."""
    called = set(ResourceLot.objects.filter(round=round_id).values_list("kind", "agency__code"))
    agencies = {
        means.kind: sorted({agency for word, agency in called if is_kind(means.kind, word)})
        for means in table.values()
        if means.from_agency
    }
    return kinds_of(table, agencies)


def weigh(
    round_id: int,
    *,
    as_of: date,
    now: datetime,
    under: Meaning | None = None,
    tell: Tell = lambda done, total: None,
) -> Weighed:
    """Work out what means are worth, and keep it in place of what was kept.

    Under expected failures, or as if a scenario happened.

    Raises `NothingToWeigh`, `WrongMeans`, `InvalidNetwork`, and what `tell` raises to stop.
    """
    version = register_version()
    table = office_means()
    kinds = kinds_now(round_id, table)
    ground = ground_of(round_id, as_of=as_of, given=under.outage if under else None)
    if ground.is_empty:
        raise NothingToWeigh
    worth, stations = work_out(ground, kinds, tell=tell), read_stations(ground)
    MeansWorth.objects.update_or_create(
        round_id=round_id,
        scenario=under.scenario if under else None,
        defaults={
            "version": version,
            "as_of_date": as_of,
            "table_sha256": _digest(table, kinds, under),
            "made_at": now,
            "data": pack(worth, stations),
        },
    )
    return Weighed(worth, stations, version, as_of, now, is_fresh=True)


def weighed(round_id: int, *, as_of: date, under: Meaning | None = None) -> Weighed | None:
    """Give what was kept, and whether it is what would be kept now; None where nothing is."""
    rows = MeansWorth.objects.filter(round=round_id, scenario=under.scenario if under else None)
    row = rows.defer("data").first()
    if row is None:
        return None
    table = office_means()
    now = (register_version(), as_of, _digest(table, kinds_now(round_id, table), under))
    worth, stations = _unpacked(row.pk, row.version, row.as_of_date, row.table_sha256, row.made_at)
    fresh = (row.version, row.as_of_date, row.table_sha256) == now
    return Weighed(worth, stations, row.version, row.as_of_date, row.made_at, fresh)


def is_weighed(round_id: int) -> bool:
    """Say whether what means are worth was ever worked out in a round."""
    return MeansWorth.objects.filter(round=round_id, scenario=None).exists()


def _digest(table: Table, kinds: Sequence[Kind], under: Meaning | None) -> str:
    """Give the hash of what the office sets, and a scenario means, that worth hangs on."""
    told = [
        {name: asdict(means) for name, means in table.items()},
        [kind.key for kind in kinds],
        asdict(office_thresholds()),
        *([under.digest] if under else []),
    ]
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def pack(worth: Worth, stations: Stations) -> bytes:
    """Write everything into one file of arrays."""
    arrays: dict[str, Any] = {
        "listings": worth.listings, "bundles": worth.bundles,
        "kinds": np.array(worth.kinds, dtype=np.str_),
        "candidates": np.array(worth.candidates),
        "upgrade_names": np.array([each.component for each in worth.upgrades], dtype=np.str_),
        "upgrade_kinds": np.array([each.kind for each in worth.upgrades], dtype=np.int64),
        **{f"below/{'/'.join(key)}": worth.below[key] for key in _PAIRS},
    }  # fmt: skip
    for number, each in enumerate(worth.upgrades):
        arrays[f"behind/{number}"] = each.behind
        for key in _PAIRS:
            arrays[f"upgraded/{number}/{'/'.join(key)}"] = each.below[key]
    for part in fields(Stations):
        arrays[f"stations/{part.name}"] = getattr(stations, part.name)
    file = BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


@lru_cache(maxsize=2)
def _unpacked(key: int, *made_from: object) -> tuple[Worth, Stations]:
    """Read what was kept once: a preview asks for it at every number that is typed."""
    return unpack(bytes(MeansWorth.objects.values_list("data", flat=True).get(pk=key)))


def forget_unpacked() -> None:
    """Read again what is kept: another register may hold other bytes under the same key."""
    _unpacked.cache_clear()


def unpack(data: bytes) -> tuple[Worth, Stations]:
    """Read what `pack` wrote."""
    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        upgrades = tuple(
            Upgrade(
                str(name), int(kind), arrays[f"behind/{number}"],
                _pairs(arrays, f"upgraded/{number}"),
            )
            for number, (name, kind) in enumerate(
                zip(arrays["upgrade_names"], arrays["upgrade_kinds"], strict=True)
            )
        )  # fmt: skip
        worth = Worth(
            arrays["listings"], tuple(arrays["kinds"].tolist()), arrays["bundles"],
            _pairs(arrays, "below"), upgrades, int(arrays["candidates"]),
        )  # fmt: skip
        stations = Stations(
            **{part.name: arrays[f"stations/{part.name}"] for part in fields(Stations)}
        )
    return worth, stations


def _pairs(arrays: Mapping[str, Any], begin: str) -> dict[tuple[str, str], Any]:
    return {key: arrays[f"{begin}/{'/'.join(key)}"] for key in _PAIRS}
