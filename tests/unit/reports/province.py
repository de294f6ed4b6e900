"""A province to typeset: 3,166 invented stations over 22 counties, with believable causes.

Numbers of stations and middles of counties are those of East Azerbaijan; all else is
invented. Everything is drawn from one seed, so pages stay the same from run to run.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from pollready.assessment.result import (
    CRITERIA,
    AgencyCommitments,
    Assessment,
    Criterion,
    CriterionValue,
    DataConfidence,
    DecisionNeeded,
    Loss,
    Range,
    Readiness,
    StationResult,
    Tally,
    Vulnerabilities,
)
from pollready.obstacles.facts import AgencyFacts, ComponentFacts, Evidence, Facts
from pollready.obstacles.finding import Cause, Finding, Severity

ELECTION = date(2024, 6, 28)
AS_OF = date(2024, 6, 18)
COUNTIES = (
    ("تبریز", 814, 38.0663, 46.2938), ("میانه", 236, 37.467, 47.7254),
    ("مراغه", 186, 37.3639, 46.4201), ("مرند", 182, 38.5592, 45.6644),
    ("سراب", 167, 37.9807, 47.4682), ("اهر", 134, 38.514, 47.1369),
    ("اسکو", 129, 37.8685, 45.8047), ("بناب", 127, 37.321, 45.9546),
    ("بستان‌آباد", 127, 37.8032, 46.8175), ("ملکان", 119, 37.1261, 46.2111),
    ("شبستر", 115, 38.22, 45.6726), ("هشترود", 99, 37.426, 46.9062),
    ("ورزقان", 98, 38.6002, 46.4615), ("هریس", 92, 38.2284, 46.8223),
    ("آذرشهر", 87, 37.7182, 45.8289), ("عجب‌شیر", 87, 37.4982, 45.8215),
    ("جلفا", 81, 38.8367, 45.8821), ("کلیبر", 72, 38.9407, 47.1423),
    ("چاراویماق", 65, 37.063, 47.1169), ("خداآفرین", 52, 39.0629, 46.9444),
    ("هوراند", 51, 38.8512, 47.3745), ("لیلان", 46, 37.01, 46.36),
)  # fmt: skip
DISTRICTS = ("مرکزی", "خسروشاه", "سردرود", "کندوان", "نظرکهریزی")
AGENCIES = (
    ("TCI", "مخابرات منطقه آذربایجان شرقی", "fixed_operator"),
    ("MCI", "همراه اول", "mobile_operator"),
    ("MTN", "ایرانسل", "mobile_operator"),
    ("EPD", "توزیع نیروی برق تبریز", "power"),
    ("ICT", "اداره کل ارتباطات و فناوری اطلاعات", "ict"),
)
# Names that only the annex may say.
SECRET_CODE, SECRET_NAME = "TX-AHAR-017", "دکل کوه سهند"
RULES: tuple[tuple[str, Severity, str, float], ...] = (
    ("no_tested_radio", Severity.SEVERE, "MCI", 0.05),
    ("no_second_path", Severity.SEVERE, "ICT", 0.04),
    ("backup_power_short", Severity.SEVERE, "EPD", 0.03),
    ("shared_single_point", Severity.SEVERE, "TCI", 0.02),
    ("rehearsal_failed", Severity.MODERATE, "county_lead", 0.05),
    ("no_evidence", Severity.UNKNOWN, "county_lead", 0.4),
)


def province(
    counties: Sequence[tuple[str, int, float, float]] = COUNTIES,
    *,
    seed: int = 7,
    rules: Sequence[tuple[str, Severity, str, float]] = RULES,
) -> Assessment:
    """Invent the assessment of a province."""
    rng = random.Random(seed)
    stations = _stations(counties, rng)
    causes = _causes(stations, rules, rng)
    findings = tuple(finding for cause in causes for finding in cause.findings)
    return assessment_of(stations, causes, findings, [name for name, *_ in counties])


def assessment_of(
    stations: tuple[StationResult, ...],
    causes: tuple[Cause, ...],
    findings: tuple[Finding, ...],
    county_names: Sequence[str],
) -> Assessment:
    """Put stations and causes into an assessment, with its roll-ups."""
    by_county, by_district = defaultdict(list), defaultdict(list)
    for station in stations:
        by_county[station.county_code].append(station)
        by_district[station.county_code, station.district].append(station)
    decided = [c for c in causes if c.severity is Severity.SEVERE][:5]
    return Assessment(
        round_id=1,
        round_name="چهاردهمین دوره انتخابات ریاست جمهوری",
        jurisdiction="آذربایجان شرقی",
        election_date=ELECTION,
        as_of=AS_OF,
        classification=1,
        facts=_facts(stations),
        stations=stations,
        total=tally(stations),
        by_kind={k: tally([s for s in stations if s.kind == k]) for k in ("fixed", "mobile")},
        by_county={code: tally(found) for code, found in sorted(by_county.items())},
        by_district={key: tally(found) for key, found in sorted(by_district.items())},
        by_agency={},
        county_names={f"{i:02d}": name for i, name in enumerate(county_names, 1)},
        causes=causes,
        findings=findings,
        decisions=tuple(
            DecisionNeeded(cause, ELECTION - timedelta(days=2 + index) if index < 4 else None)
            for index, cause in enumerate(decided)
        ),
        commitments=(
            AgencyCommitments("EPD", "generator", 120, 84, 36, 12),
            AgencyCommitments("MCI", "satellite_terminal", 40, 40, 0, 0),
            AgencyCommitments("TCI", "مودم نسل چهار", 900, 610, 290, 290),
            AgencyCommitments("ICT", "دستگاه احراز هویت رزرو", None, 300, None, 0),
            AgencyCommitments("MTN", "دکل سیار", 6, 4, 2, 1),
        ),
        vulnerabilities=(_vulnerabilities("working", 1), _vulnerabilities("failed", 3)),
        voters_affected=Range(41_250.4, 188_400.9),
        voters_below_online=Range(90_000.0, 400_000.0),
        rehearsal={"passed": 2411, "failed": 83, "absent": 190, "unknown": 482},
        confidence=(
            DataConfidence("id_devices", 3166, 0, 0, 21),
            DataConfidence("signal_1", 2700, 400, 66, 44),
            DataConfidence("feeder", 1091, 2075, 0, 400),
            DataConfidence("battery_h", 1900, 1266, 0, 30),
            DataConfidence("keyholder", 0, 3166, 0, None),
        ),
        components=2712,
        groups=18,
        change={"ready": 214, "not_ready": -96, "unknown": -118, "contradicted": 0},
        data_faults={rule: 12 for rule, *_ in RULES[-1:]},
    )


def tally(stations: Sequence[StationResult]) -> Tally:
    """Count stations and their known voters."""

    def voters(found: Sequence[StationResult]) -> int | None:
        known = [s.voters for s in found if s.voters is not None]
        return sum(known) if known else None

    split = {r: [s for s in stations if s.readiness is r] for r in Readiness}
    return Tally(
        stations=len(stations),
        ready=len(split[Readiness.READY]),
        not_ready=len(split[Readiness.NOT_READY]),
        unknown=len(split[Readiness.UNKNOWN]),
        contradicted=sum(s.contradicted for s in stations),
        on_course=sum(s.on_course is Readiness.READY for s in stations),
        voters=voters(stations),
        voters_ready=voters(split[Readiness.READY]),
        voters_not_ready=voters(split[Readiness.NOT_READY]),
        voters_unknown=voters(split[Readiness.UNKNOWN]),
        stations_without_voters=sum(s.voters is None for s in stations),
    )


def _stations(
    counties: Sequence[tuple[str, int, float, float]], rng: random.Random
) -> tuple[StationResult, ...]:
    found = []
    for index, (name, count, lat, lon) in enumerate(counties, 1):
        spread = 0.06 if count > 500 else 0.14
        for number in range(1, count + 1):
            found.append(_station(index, name, number, lat, lon, spread, rng))
    return tuple(found)


def _station(
    county: int, name: str, number: int, lat: float, lon: float, spread: float, rng: random.Random
) -> StationResult:
    readiness = rng.choices(list(Readiness), (0.52, 0.17, 0.31))[0]
    contradicted = readiness is Readiness.UNKNOWN and rng.random() < 0.12
    code = f"{county:02d}{number:04d}"
    return StationResult(
        listing_id=county * 10_000 + number,
        code=code,
        name=f"دبستان شهید {name} {number}",
        kind="mobile" if rng.random() < 0.233 else "fixed",
        county=name,
        county_code=f"{county:02d}",
        district=DISTRICTS[min(int(rng.expovariate(0.8)), 4)],
        lat=lat + rng.gauss(0, spread),
        lon=lon + rng.gauss(0, spread * 1.2),
        voters=None if rng.random() < 0.02 else rng.randint(120, 1900),
        readiness=readiness,
        contradicted=contradicted,
        on_course=Readiness.READY if rng.random() < 0.8 else readiness,
        criteria=_criteria(readiness, contradicted, rng),
        level_admit={"working": "online", "failed": "offline"},
        level_close={"working": "electronic", "failed": "relay"},
        closed_prob=Range(0.01, 0.08),
        upstream=(SECRET_CODE,),
        requirement=f"device & ({SECRET_CODE} | line)",
        agencies=("MCI", "EPD"),
    )


def _criteria(
    readiness: Readiness, contradicted: bool, rng: random.Random
) -> tuple[Criterion, ...]:
    worst = {
        Readiness.READY: CriterionValue.MET,
        Readiness.NOT_READY: CriterionValue.UNMET,
        Readiness.UNKNOWN: CriterionValue.UNKNOWN,
    }[readiness]
    if contradicted:
        worst = CriterionValue.CONTRADICTED
    which = rng.randrange(len(CRITERIA))
    return tuple(
        Criterion(name, worst if index == which else CriterionValue.MET, "", {})
        for index, name in enumerate(CRITERIA)
    )


def _causes(
    stations: tuple[StationResult, ...],
    rules: Sequence[tuple[str, Severity, str, float]],
    rng: random.Random,
) -> tuple[Cause, ...]:
    """Spread each rule over the stations, in two causes each: the towns' and the others'."""
    causes = []
    for rule, severity, owner, share in rules:
        hit = [s for s in stations if rng.random() < share]
        half = len(hit) // 3
        for part, found in enumerate((hit[:half], hit[half:])):
            if found:
                causes.append(_cause(rule, severity, owner, f"{rule}:{part}", found))
    return tuple(sorted(causes, key=lambda c: (list(Severity).index(c.severity), -c.stations)))


def _cause(
    rule: str, severity: Severity, owner: str, key: str, found: Sequence[StationResult]
) -> Cause:
    findings = tuple(
        Finding(
            rule=rule,
            severity=severity,
            cause_key=f"{key}|{SECRET_CODE}",
            owner=owner,
            listing_id=station.listing_id,
            fields=fields_of(rule, station),
            upstream=(SECRET_CODE,),
            evidence=(
                Evidence(
                    "signal_1",
                    SECRET_CODE,
                    "شعب.xlsx",
                    "شعب",
                    station.listing_id % 4000,
                    AS_OF - timedelta(days=station.listing_id % 60),
                ),
            ),
        )
        for station in found
    )
    known = [s.voters for s in found if s.voters is not None]
    return Cause(
        rule,
        key,
        severity,
        owner,
        findings,
        len(found),
        sum(known) if known else None,
        len(found) - len(known),
    )


def fields_of(rule: str, station: StationResult) -> dict[str, object]:
    """Fill the phrases of a finding as its rule does."""
    fields: dict[str, dict[str, object]] = {
        "no_tested_radio": {"operator": "همراه اول", "state": "unknown", "test_date": None},
        "no_second_path": {"state": "shared", "shared": 1},
        "backup_power_short": {"battery_h": 1.5, "bridged_h": 1.5, "arrival_h": 2.0},
        "shared_single_point": {"kind": "mobile_site"},
        "rehearsal_failed": {"state": "failed", "version": ""},
        "no_evidence": {"thing": "power"},
    }
    return {"county": station.county, **fields[rule]}


def _facts(stations: Sequence[StationResult]) -> Facts:
    component = ComponentFacts(
        code=SECRET_CODE,
        kind="mobile_site",
        name=SECRET_NAME,
        agency="MCI",
        county="اهر",
        tier=2,
        is_group=False,
        claims={},
        depends_on_recorded=True,
        behind=frozenset(s.listing_id for s in stations[:40]),
        falls_with_it=frozenset(s.listing_id for s in stations[:31]),
        voters_falling=28_400,
    )
    return Facts(
        as_of=AS_OF,
        election_date=ELECTION,
        service_starts=None,
        service_ends=None,
        stations=(),
        components={SECRET_CODE: component},
        agencies={
            code: AgencyFacts(code, name, role, "", "", "", None) for code, name, role in AGENCIES
        },
    )


def _vulnerabilities(unknowns: str, times: int) -> Vulnerabilities:
    keys = [(level, t) for level in ("offline", "online") for t in ("generator", "service")]

    def losses(stations: int, count: int) -> dict[tuple[str, str], tuple[Loss, ...]]:
        codes = (SECRET_CODE,) * count
        return {
            (level, t): (
                Loss(
                    codes,
                    ("mobile_site",) * count,
                    2,
                    level,
                    20.0 if t == "service" else 2.0,
                    stations * times * (3 if level == "online" else 1),
                    stations * times * 870,
                    0,
                    120 if count == 2 else None,
                ),
            )
            for level, t in keys
        }

    return Vulnerabilities(
        unknowns=unknowns,
        durations_h={"generator": 2.0, "service": 20.0},
        already_below={"offline": (14, 9_000), "online": (96, 61_000)},
        singles_below_province=losses(31, 1),
        singles_all_tiers=losses(1055, 1),
        pairs_below_province=losses(64, 2),
        pairs_all_tiers=losses(1055, 2),
        single_point_count=212 * times,
        stations_behind_single_points=640 * times,
        voters_behind_single_points=580_000,
        paper_possible=9,
    )


def without_components(assessment: Assessment) -> Assessment:
    """Take every component away, as a plain list of places has none."""
    return replace(
        assessment,
        facts=replace(assessment.facts, components={}, agencies={}),
        vulnerabilities=(),
        voters_affected=None,
        voters_below_online=None,
        components=0,
        groups=0,
        commitments=(),
        decisions=(),
        change=None,
        rehearsal={"passed": 0, "failed": 0, "absent": 0, "unknown": len(assessment.stations)},
    )
