"""An assessment as one JSON-ready document; docs/reference/assessment.md describes it."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from pollready.assessment.result import Assessment, StationResult
from pollready.obstacles.finding import Cause, Finding

Mask = Callable[[str], str]
FORMAT = 1
_AS_THEY_ARE = (str, int, float)


def to_document(assessment: Assessment, *, mask: Mask | None) -> dict[str, Any]:
    """Give the whole assessment; `mask` stands for every upstream name unless it is None."""
    codes = {station.listing_id: station.code for station in assessment.stations}
    return to_summary(assessment, mask=mask) | {
        "stations": [_station(station, mask) for station in assessment.stations],
        "findings": [_finding(finding, codes, mask) for finding in assessment.findings],
    }


def to_summary(assessment: Assessment, *, mask: Mask | None) -> dict[str, Any]:
    """Give the document without its stations and findings."""
    return {
        "format": FORMAT,
        "round": assessment.round_name,
        "jurisdiction": assessment.jurisdiction,
        "election_date": plain(assessment.election_date),
        "as_of": plain(assessment.as_of),
        "classification": assessment.classification,
        "components": assessment.components,
        "groups": assessment.groups,
        "total": plain(assessment.total),
        "change": plain(assessment.change),
        "by_kind": plain(assessment.by_kind),
        "by_county": plain(assessment.by_county),
        "by_district": plain(assessment.by_district),
        "by_agency": plain(assessment.by_agency),
        "county_names": plain(assessment.county_names),
        "causes": [_cause(cause, mask) for cause in assessment.causes],
        "decisions": [
            {"cause": _cause(needed.cause, mask), "deadline": plain(needed.deadline)}
            for needed in assessment.decisions
        ],
        "commitments": plain(assessment.commitments),
        "vulnerabilities": [_masked_losses(plain(v), mask) for v in assessment.vulnerabilities],
        "voters_affected": plain(assessment.voters_affected),
        "voters_below_online": plain(assessment.voters_below_online),
        "rehearsal": plain(assessment.rehearsal),
        "confidence": plain(assessment.confidence),
        "data_faults": plain(assessment.data_faults),
        "likelihoods": plain(assessment.likelihoods),
        "figure_basis": plain(assessment.figure_basis),
    }


def plain(value: Any) -> Any:
    """Turn result types into what JSON has: tuples of keys become `a/b`, dates ISO."""
    if value is None or isinstance(value, _AS_THEY_ARE):  # most values are
        return value
    names = _field_names(value.__class__)
    if names:
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {_key(key): plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        parts = sorted(value) if isinstance(value, frozenset | set) else value
        return [plain(part) for part in parts]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Name the fields of a result type; nothing for what is none."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def cause_key(cause_or_finding: Cause | Finding, mask: Mask | None) -> str:
    """Give the key of a cause; upstream names in it are masked."""
    key = cause_or_finding.key if isinstance(cause_or_finding, Cause) else (
        cause_or_finding.cause_key
    )  # fmt: skip
    if mask is None:
        return key
    names = (
        {name for finding in cause_or_finding.findings for name in finding.upstream}
        if isinstance(cause_or_finding, Cause)
        else set(cause_or_finding.upstream)
    )
    for name in sorted(names, key=len, reverse=True):
        key = key.replace(name, mask(name))
    return key


def _key(key: Any) -> str:
    return "/".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _station(station: StationResult, mask: Mask | None) -> dict[str, Any]:
    row: dict[str, Any] = plain(station)
    if mask is not None:
        # A requirement is made of upstream names: only its length would be left of it.
        row["requirement"] = None
        row["upstream"] = [mask(name) for name in station.upstream]
    return row


def _cause(cause: Cause, mask: Mask | None) -> dict[str, Any]:
    return {
        "rule": cause.rule,
        "key": cause_key(cause, mask),
        "severity": cause.severity.value,
        "owner": cause.owner,
        "stations": cause.stations,
        "voters": cause.voters,
        "stations_without_voters": cause.stations_without_voters,
        "fields": plain(cause.findings[0].fields) if cause.findings else {},
    }


def _finding(finding: Finding, codes: Mapping[int, str], mask: Mask | None) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "cause": cause_key(finding, mask),
        "owner": finding.owner,
        "station": None if finding.listing_id is None else codes.get(finding.listing_id),
        "fields": plain(finding.fields),
        "upstream": [mask(n) if mask else n for n in finding.upstream],
        "evidence": [
            {
                "field": row.field,
                "value": row.value,
                "source": row.source,
                "sheet": row.sheet,
                "row": row.row,
                "as_of": plain(row.as_of),
            }
            for row in finding.evidence
            if mask is None or not finding.upstream
        ],
    }


def _masked_losses(document: dict[str, Any], mask: Mask | None) -> dict[str, Any]:
    if mask is None:
        return document
    for name, losses in document.items():
        if name.startswith(("singles_", "pairs_")):
            for rows in losses.values():
                for row in rows:
                    row["codes"] = [mask(code) for code in row["codes"]]
    return document
