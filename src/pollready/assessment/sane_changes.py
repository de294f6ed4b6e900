"""What a change may say: values that a register could hold, checked before anything is changed."""

from collections.abc import Collection
from functools import singledispatch
from math import isfinite

from pollready.assessment.changes import (
    AddComponent,
    Change,
    GiveDevices,
    GivePower,
    GiveSecondPath,
    GiveSpare,
    KeepSpareDevices,
    PostTechnician,
    RepairComponent,
    ReplaceComponent,
    SetClaim,
    SetComponentClaim,
    UnknownDepot,
    UnknownField,
    WrongValue,
)
from pollready.assessment.filling import depots_of
from pollready.assessment.reading import Register
from pollready.assessment.values import known_value
from pollready.engine.expression import ExpressionError, parse
from pollready.language import fold
from pollready.obstacles.facts import Evidence

MOST = 1_000_000  # devices or spares at once: more is a slip of the finger
SIGNALS = frozenset({"good", "weak", "none"})
YES_NO = frozenset({"yes", "no"})
# The fields that a station or stop may have claims of, with their words where only some will do.
STATION_FIELDS: dict[str, frozenset[str] | None] = {
    "signal_1": SIGNALS, "signal_2": SIGNALS, "mains": YES_NO,
    "rehearsal": frozenset({"passed", "failed", "absent"}),
    "cards": frozenset({"ready", "not_ready"}),
    "fixed_line": None, "operator_1": None, "operator_2": None, "test_date": None, "feeder": None,
    "battery_h": None, "generator": None, "id_devices": None, "boxes": None, "forms": None,
    "software": None, "keyholder": None, "coordinates": None, "relocated_on": None,
    "relocated_by": None, "address": None, "name": None, "status": None, "basis": None,
    "expected_voters": None, "paper_order": None,
}  # fmt: skip


@singledispatch
def check(change: Change, rows: Register, codes: Collection[str]) -> None:
    """Refuse what no register could say; `codes` are the components there are by then.

    Raises the errors of `changes`; a change of which nothing can be wrong here passes.
    """


@check.register
def _(change: SetClaim, rows: Register, codes: Collection[str]) -> None:
    if change.field not in STATION_FIELDS:
        raise UnknownField(field=change.field)
    _check_claim(change.field, change.value, STATION_FIELDS[change.field], codes)


@check.register
def _(change: SetComponentClaim, rows: Register, codes: Collection[str]) -> None:
    _check_claim(change.field, change.value, None, codes)


@check.register
def _(change: GivePower, rows: Register, codes: Collection[str]) -> None:
    _check_power(change.battery_h, change.generator, codes)


@check.register
def _(change: GiveSecondPath, rows: Register, codes: Collection[str]) -> None:
    _check_words("signal", change.signal, SIGNALS)
    day, election = change.tested_on, rows.round.election_date
    if day is not None and election is not None and day > election:
        raise WrongValue(field="tested_on", value=day.isoformat())


@check.register
def _(change: GiveDevices, rows: Register, codes: Collection[str]) -> None:
    if change.more > MOST:
        raise WrongValue(field="more", value=str(change.more))


@check.register
def _(change: KeepSpareDevices, rows: Register, codes: Collection[str]) -> None:
    if not 0 <= change.count <= MOST:
        raise WrongValue(field="count", value=str(change.count))


@check.register
def _(change: PostTechnician, rows: Register, codes: Collection[str]) -> None:
    if not (isfinite(change.repair_h) and change.repair_h > 0):
        raise WrongValue(field="repair_h", value=str(change.repair_h))


@check.register
def _(change: GiveSpare, rows: Register, codes: Collection[str]) -> None:
    if change.count > MOST:
        raise WrongValue(field="count", value=str(change.count))
    known = {*depots_of(rows), *(fold(str(lot[_DEPOT])) for lot in rows.lots)}
    depot, counties = fold(change.depot), {fold(row.county) for row in rows.listings}
    # A depot that is no component is told by the county in its name.
    if depot not in known and not any(county and county in depot for county in counties):
        raise UnknownDepot(depot=change.depot)


@check.register
def _(change: AddComponent, rows: Register, codes: Collection[str]) -> None:
    _check_component(change, codes)
    if not change.county:
        return
    counties = {row.county for row in rows.listings} | {r.county for r in rows.components.values()}
    if change.county not in counties:
        raise WrongValue(field="county", value=change.county)


@check.register
def _(change: ReplaceComponent, rows: Register, codes: Collection[str]) -> None:
    _check_component(change, codes)


@check.register
def _(change: RepairComponent, rows: Register, codes: Collection[str]) -> None:
    _check_power(change.battery_h, change.generator, codes)


_DEPOT = 8  # where a lot's row names its depot


def _check_component(change: AddComponent | ReplaceComponent, codes: Collection[str]) -> None:
    _check_power(change.battery_h, change.generator, codes)
    for name in ("depends_on", "protection"):
        text = getattr(change, name)
        if text:
            try:
                parse(text)
            except ExpressionError:
                raise WrongValue(field=name, value=text) from None


def _check_power(battery_h: float | None, generator: str | None, codes: Collection[str]) -> None:
    if battery_h is not None and not (isfinite(battery_h) and battery_h >= 0):
        raise WrongValue(field="battery_h", value=str(battery_h))
    if generator is not None:
        _check_claim("generator", generator, None, codes)


def _check_claim(
    field: str, value: str | None, words: Collection[str] | None, codes: Collection[str]
) -> None:
    if value is None:
        return
    if words is not None:
        _check_words(field, value, words)
        return
    read = known_value([Evidence(field, value, "")]).value
    is_number = isinstance(read, int | float)
    if read is None or (is_number and not (isfinite(read) and read >= 0)):
        raise WrongValue(field=field, value=value)
    if field == "generator" and isinstance(read, str) and read not in codes:
        raise WrongValue(field=field, value=value)


def _check_words(field: str, value: str, words: Collection[str]) -> None:
    if value not in words:
        raise WrongValue(field=field, value=value)
