"""Likelihoods from earlier rounds: the register's incidents, put to the engine's priors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pollready.assessment.incident_table import (
    EVERYWHERE,
    Cell,
    IncidentTable,
    codes_of,
    placed,
)
from pollready.assessment.reading import Register
from pollready.assessment.result import Estimate, Likelihood
from pollready.engine.prior_margins import Floats
from pollready.engine.priors import DIGITS_FROM_INCIDENTS, Evidence, History, Priors, fit_priors
from pollready.engine.regime import RegimeChange
from pollready.engine.repairs import Repairs, fit_repairs
from pollready.history.queries import IncidentRow


@dataclass(frozen=True, slots=True)
class PriorFigures:
    """What incidents say of a component of a kind; None where the evidence does not suffice."""

    q: float | None = None
    mttr_h: float | None = None


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """The table for the assessment, and the figures for the network."""

    rows: tuple[Likelihood, ...] = ()
    figures: Mapping[Cell, PriorFigures] = field(default_factory=dict)

    def figures_of(self, kind: str, county: str, agency: str) -> PriorFigures:
        """Give the prior of a kind in a county by an agency, else that of the whole round."""
        own = self.figures.get((kind, county, agency), PriorFigures())
        common = self.figures.get((kind, EVERYWHERE, agency), PriorFigures())
        return PriorFigures(
            common.q if own.q is None else own.q,
            common.mttr_h if own.mttr_h is None else own.mttr_h,
        )


NO_LIKELIHOODS = Likelihoods()


def likelihoods_of(
    register: Register,
    rows: Iterable[IncidentRow],
    *,
    service_starts_h: float,
    service_h: float,
    regime: RegimeChange | None = None,
) -> Likelihoods:
    """Estimate how likely each kind of incident is, by county and agency and over the round.

    Nobody records the exposure of an earlier round: each round that names an incident is taken
    to have had the stations, or the components of the kind, of the round at hand, for its hours
    of service. Where none of them is listed nothing is claimed; after a change of regime nothing
    is forecast.
    """
    incidents = placed(register, rows)
    if not incidents:
        return NO_LIKELIHOODS
    table = IncidentTable(register, incidents, service_starts_h, service_h)
    codes = {each.county: each.county_code for each in register.listings}
    found = [
        (cell, row)
        for cells in (table.cells_everywhere(), table.cells())
        for cell, row in zip(cells, _estimated(table, cells, codes, regime), strict=True)
    ]
    found.sort(key=lambda pair: (-table.met[pair[0][0]], pair[0][0], pair[0][2], pair[0][1]))
    return Likelihoods(
        tuple(row for _, row in found),
        {
            (row.component_kind, county, agency): _figures(row)
            for (_, county, agency), row in found
            if row.component_kind is not None
        },
    )


def _estimated(
    table: IncidentTable, cells: list[Cell], codes: Mapping[str, str], regime: RegimeChange | None
) -> list[Likelihood]:
    """Put the cells to the engine, and its figures into rows."""
    if not cells:
        return []
    counts = table.counts(cells)
    coded = codes_of(cells)
    history = History(**coded, incidents=counts.incidents, exposure=table.exposure_h(cells))
    priors = fit_priors(history, table.service_h).after(regime)
    repairs = None
    # Repair times stand only beside digits: without any there is nothing to fit them for.
    if regime is None and counts.ended.sum(axis=1).max() >= DIGITS_FROM_INCIDENTS:
        repairs = fit_repairs(History(**coded, incidents=counts.ended, exposure=counts.down_h))
    happened = counts.incidents.sum(axis=1).tolist()
    return [
        _row(table, cell, codes, number, happened[number], priors, repairs)
        for number, cell in enumerate(cells)
    ]


def _row(
    table: IncidentTable,
    cell: Cell,
    codes: Mapping[str, str],
    number: int,
    incidents: int,
    priors: Priors,
    repairs: Repairs | None,
) -> Likelihood:
    kind, county, agency = cell
    word, exposure_h = priors.word[number], float(priors.exposure[number])
    per_1000_h = repair_h = None
    if priors.evidence[number] is Evidence.DIGITS:
        per_1000_h = _estimate(priors.mean, priors.low, priors.high, number, 1000)
    if repairs is not None and repairs.evidence[number] is Evidence.DIGITS:
        repair_h = _estimate(repairs.mean_h, repairs.low_h, repairs.high_h, number)
    return Likelihood(
        kind=table.names[kind],
        component_kind=table.component_kinds[kind],
        county=codes.get(county, county),
        agency=agency,
        incidents=incidents,
        rounds=len(table.rounds),
        exposure_h=exposure_h if exposure_h > 0 else None,
        exposure_of="stations" if table.component_kinds[kind] is None else "components",
        evidence=priors.evidence[number].value,
        word=None if word is None else word.value,
        per_1000_h=per_1000_h,
        repair_h=repair_h,
    )


def _estimate(mean: Floats, low: Floats, high: Floats, number: int, times: float = 1) -> Estimate:
    """Give figures to three digits: more would be pretence."""
    return Estimate(*(float(f"{float(each[number]) * times:.3g}") for each in (mean, low, high)))


def _figures(row: Likelihood) -> PriorFigures:
    """Turn incidents per hour, and hours to repair, into the probability of being out."""
    if row.repair_h is None:
        return PriorFigures()
    if row.per_1000_h is None:
        return PriorFigures(mttr_h=row.repair_h.mean)
    down = row.per_1000_h.mean / 1000 * row.repair_h.mean
    return PriorFigures(down / (1 + down), row.repair_h.mean)
