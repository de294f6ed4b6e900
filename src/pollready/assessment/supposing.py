"""What if: a round before and after changes that are only thought of; nothing is written."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from pollready.assessment.applying import Touched, applied
from pollready.assessment.assessing import work_out
from pollready.assessment.baseline import (
    Baseline,
    Figures,
    figures_of,
)
from pollready.assessment.changes import Change
from pollready.assessment.radio import SITE_KIND
from pollready.assessment.reading import Register
from pollready.assessment.recounting import (
    chances_after,
    expected_after,
    vulnerabilities_after,
)
from pollready.assessment.refiguring import are_possible, refigured
from pollready.assessment.rejudging import rejudged
from pollready.assessment.result import StationResult
from pollready.assessment.rollups import added
from pollready.assessment.touching import make_part, touched_listings
from pollready.engine.network import InvalidNetwork
from pollready.obstacles import group
from pollready.obstacles.finding import Cause
from pollready.register.collector import collector_paused

# Where a change touches more of the stations than this, all are worked out anew: compiling the
# touched ones twice takes as long.
WHOLLY_FROM_SHARE = 0.6
# Where only figures change, at more than this share, all probabilities are worked out at once.
REFIGURED_FROM_SHARE = 0.1


class Course(StrEnum):
    """What becomes of a cause."""

    VANISHED = "vanished"
    SHRANK = "shrank"
    CHANGED = "changed"  # as many stations, but other findings
    GREW = "grew"
    APPEARED = "appeared"


@dataclass(frozen=True, slots=True)
class StationChange:
    """A station of which something is different after the changes."""

    before: StationResult
    after: StationResult

    @property
    def readiness_differs(self) -> bool:
        """Tell whether the station stands elsewhere: ready, not ready, unknown."""
        return self.before.readiness is not self.after.readiness

    @property
    def criteria(self) -> tuple[str, ...]:
        """Name the criteria whose values differ."""
        return tuple(
            old.name
            for old, new in zip(self.before.criteria, self.after.criteria, strict=True)
            if old.value is not new.value
        )


@dataclass(frozen=True, slots=True)
class CauseChange:
    """A cause whose findings are different; `before` or `after` is None where there is none."""

    course: Course
    before: Cause | None
    after: Cause | None

    @property
    def cause(self) -> Cause:
        """Give the cause as it would be, or as it was if it vanishes."""
        cause = self.after or self.before
        if cause is None:
            raise AssertionError("a change of a cause has the cause on one side")
        return cause


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A round before and after; stations in code order, causes by rank, the vanished last.

    Upstream names stand in it as in an `Assessment`: every edge masks them.
    """

    before: Figures
    after: Figures
    stations: tuple[StationChange, ...]
    causes: tuple[CauseChange, ...]


def what_if(baseline: Baseline, changes: Iterable[Change]) -> WhatIf:
    """Tell what changes would do to a round.

    Parameters
    ----------
    baseline : Baseline
        Of `prepare`.
    changes : iterable of Change
        Applied in order; those that concern different things may come in any.

    Returns
    -------
    WhatIf
        Equal to a full assessment of the changed rows in every field; probabilities and sums of
        them up to the last digits.

    Raises
    ------
    ChangeError
        If a change names what is not there, or adds what is (`assessment.changes`).
    UnknownKind
        If a component is to be of a kind that `kinds.toml` does not know.
    InvalidNetwork
        If the changes make the requirements run in a circle, or a figure impossible.

    Notes
    -----
    `docs/method/what-if.md`.
    """
    with collector_paused():
        return _supposed(baseline, changes)


def _supposed(baseline: Baseline, changes: Iterable[Change]) -> WhatIf:
    workings = baseline.workings
    rows, touched = applied(changes, workings.rows, baseline.dependants, as_of=workings.facts.as_of)
    listings = touched_listings(baseline, touched)
    if _is_refigured(baseline, rows, touched, listings):
        return _compared(baseline, *refigured(baseline, rows, touched.codes))
    if _must_be_whole(baseline, rows, touched, listings):
        return _wholly(baseline, rows)
    if not listings and not touched.codes and not touched.lots:
        return WhatIf(baseline.figures, baseline.figures, (), ())
    try:
        return _partly(baseline, rows, touched, listings)
    except InvalidNetwork:
        return _wholly(baseline, rows)  # which names every fault as an assessment does


def _is_refigured(baseline: Baseline, rows: Register, touched: Touched, listings: set[int]) -> bool:
    """Tell whether only probabilities change, of so many stations that all are asked at once."""
    return (
        touched.figures_only
        and baseline.workings.compiled.network is not None
        and len(listings) > REFIGURED_FROM_SHARE * len(rows.listings)
        and are_possible(rows, touched.codes, baseline.workings.likelihoods)
    )


def _must_be_whole(
    baseline: Baseline, rows: Register, touched: Touched, listings: set[int]
) -> bool:
    """Tell whether taking away and adding cannot do, or is no faster."""
    workings = baseline.workings
    if workings.compiled.network is None or not rows.components or baseline.is_truncated:
        return True
    codes = {row.code for row in rows.listings}
    if not codes.isdisjoint(touched.codes):
        return True  # a part may belong to a station and to a component of the same code
    if workings.terrain is not None and _touches_a_site(workings.rows, rows, touched.codes):
        return True  # the radio estimates of stations that nothing names it for differ too
    return len(listings) > WHOLLY_FROM_SHARE * len(rows.listings)


def _touches_a_site(before: Register, after: Register, codes: Collection[str]) -> bool:
    rows = (row.components.get(code) for row in (before, after) for code in codes)
    return any(row is not None and row.kind == SITE_KIND for row in rows)


def _wholly(baseline: Baseline, rows: Register) -> WhatIf:
    old = baseline.workings
    workings = work_out(
        rows, as_of=old.facts.as_of, thresholds=old.thresholds, likelihoods=old.likelihoods,
        terrain=old.terrain,
    )  # fmt: skip
    return _compared(baseline, figures_of(workings), workings.stations)


def _partly(baseline: Baseline, rows: Register, touched: Touched, listings: set[int]) -> WhatIf:
    part = make_part(baseline, rows, touched, listings)
    judged = rejudged(baseline, part, touched.codes)
    old = baseline.workings.answers
    vulnerable, closed, below = old.vulnerabilities, old.voters_affected, old.voters_below_online
    if part.compiled.network is not None:
        vulnerable = vulnerabilities_after(baseline, part)
        closed, below = expected_after(part.register, chances_after(baseline, part))
    counties = baseline.tallies_after(judged.stations)
    figures = Figures(
        total=added(counties.values()),
        by_county=counties,
        causes=group(judged.findings, judged.facts),
        vulnerabilities=vulnerable,
        voters_affected=closed,
        voters_below_online=below,
        components=len(rows.components),
    )
    return _compared(baseline, figures, judged.stations)


def _compared(baseline: Baseline, figures: Figures, stations: tuple[StationResult, ...]) -> WhatIf:
    pairs = zip(baseline.stations, stations, strict=True)
    return WhatIf(
        before=baseline.figures,
        after=figures,
        stations=tuple(
            StationChange(old, new) for old, new in pairs if old is not new and old != new
        ),
        causes=_compared_causes(baseline.figures.causes, figures.causes),
    )


def _compared_causes(
    before: tuple[Cause, ...], after: tuple[Cause, ...]
) -> tuple[CauseChange, ...]:
    old = {(cause.rule, cause.key): cause for cause in before}
    found = []
    for cause in after:
        was = old.pop((cause.rule, cause.key), None)
        if was != cause:
            found.append(CauseChange(_course(was, cause), was, cause))
    return (*found, *(CauseChange(Course.VANISHED, cause, None) for cause in old.values()))


def _course(before: Cause | None, after: Cause) -> Course:
    if before is None:
        return Course.APPEARED
    if after.stations == before.stations:
        return Course.CHANGED
    return Course.SHRANK if after.stations < before.stations else Course.GREW
