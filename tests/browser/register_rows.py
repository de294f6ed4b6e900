"""A small register for the pages: four counties, twelve stations of every state, their claims."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from pollready.assessment import assess
from pollready.assessment.commands import save_assessment
from pollready.assessment.models import SavedAssessment
from pollready.history.models import Incident
from pollready.language import fold
from pollready.places.models import (
    Agency,
    ElectionRound,
    Listing,
    Place,
    PlaceLevel,
    ServicePoint,
    StationKind,
    Stop,
)
from pollready.register.models import Claim, Component, Requirement, Source, Tier

ELECTION_DATE = date(2028, 6, 28)
AS_OF = date(2028, 6, 19)
RECORDED_AT = datetime(2028, 6, 19, 6, 0, tzinfo=UTC)
COUNTIES = ("تبریز", "میانه", "اهر", "خداآفرین")
MOBILE_EVERY = 4
STATIONS = 12
# What every station claims unless `DIFFERENT` says otherwise.
USUAL = {
    "id_devices": "2",
    "boxes": "3",
    "operator_1": "همراه اول",
    "operator_2": "ایرانسل",
    "signal_1": "good",
    "signal_2": "good",
    "fixed_line": "fibre",
    "mains": "yes",
    "feeder": "FD-17",
    "battery_h": "4",
    "generator": "yes",
    "rehearsal": "passed",
    "software": "3.2.1",
    "cards": "ready",
    "forms": "900",
    "keyholder": "نام نمونه",
    "test_date": "2028-06-10",
}
DIFFERENT = {
    1: {"generator": "no", "battery_h": "1"},
    2: {"rehearsal": "failed"},
    5: {"signal_1": "weak", "operator_2": "", "signal_2": ""},
    6: dict.fromkeys(USUAL, ""),
    9: {"cards": "not_ready"},
}


@dataclass(frozen=True)
class Register:
    """The rows that tests speak of."""

    round: ElectionRound
    listings: list[Listing]
    source: Source


def record_earlier(assessed: "Assessed") -> "Assessed":
    """Let the register be recorded before today: its own day is still to come."""
    earlier = datetime(2024, 6, 1, tzinfo=UTC)
    Claim.objects.update(recorded_at=earlier)
    Source.objects.update(received_at=earlier)
    SavedAssessment.objects.update(made_at=earlier)
    return assessed


def fill_register(stations: int = STATIONS) -> Register:
    """Write the rows."""
    election_round = ElectionRound.objects.create(
        code="example-1", name="انتخابات نمونه، دوره اول", election_date=ELECTION_DATE,
        opens=time(8), closes=time(18), jurisdiction="آذربایجان شرقی",
    )  # fmt: skip
    source = Source.objects.create(
        round=election_round, name="شعب.xlsx", lineage="workbook", received_at=RECORDED_AT
    )
    other = Source.objects.create(
        round=election_round, name="نامه ۱۴۲ اپراتور", lineage="letter", received_at=RECORDED_AT
    )
    districts = [_county(number, name) for number, name in enumerate(COUNTIES, start=1)]
    listings = [
        _station(election_round, number, districts[number % len(districts)])
        for number in range(1, stations + 1)
    ]
    _infrastructure(election_round, listings, source)
    for number, listing in enumerate(listings, start=1):
        _claims(listing, source, {**USUAL, **DIFFERENT.get(number, {})})
    _claims(listings[2], other, {"signal_1": "none"})
    _incident(election_round, listings[0], source)
    return Register(election_round, listings, source)


def _county(number: int, name: str) -> Place:
    county = Place.objects.create(
        level=PlaceLevel.COUNTY, code=f"{number:02}", name=name, key=fold(name)
    )
    return Place.objects.create(
        level=PlaceLevel.DISTRICT, name="مرکزی", key=fold("مرکزی"), parent=county
    )


def _station(election_round: ElectionRound, number: int, district: Place) -> Listing:
    mobile = number % MOBILE_EVERY == 0
    name = f"شعبه سیار {number}" if mobile else f"دبستان شهید نمونه {number}"
    point = ServicePoint.objects.create(
        kind=StationKind.MOBILE if mobile else StationKind.FIXED, name=name, key=fold(name),
        place=district, address="خیابان امام، کوچه نمونه، پلاک ۱۲",
        lat=38.07 + number / 100, lon=46.29,
    )  # fmt: skip
    listing = Listing.objects.create(
        round=election_round, point=point, code=f"{number:04}",
        expected_voters=None if number == STATIONS - 1 else 640 + 113 * number,
        voters_basis="میانگین دو دوره پیش",
    )  # fmt: skip
    if mobile:
        for ordinal in (1, 2):
            Stop.objects.create(
                listing=listing, ordinal=ordinal, place_name=f"روستای نمونه {ordinal}",
                arrive=time(7 + 4 * ordinal), leave=time(10 + 4 * ordinal),
            )  # fmt: skip
    return listing


def _infrastructure(election_round: ElectionRound, listings: list[Listing], source: Source) -> None:
    agencies = {
        code: Agency.objects.create(code=code, name=name, role=role)
        for code, name, role in (
            ("TCI", "شرکت مخابرات", "telecom"),
            ("MCI", "همراه اول", "mobile_operator"),
            ("PWR", "توزیع برق", "power_distribution"),
        )
    }
    for code, kind, name, agency, tier, above in (
        ("CORE-1", "provincial_centre", "مرکز استان", "TCI", Tier.PROVINCE, ""),
        ("EX-04", "exchange", "مرکز تلفن ولیعصر", "TCI", Tier.COUNTY, "CORE-1"),
        ("MS-210", "mobile_site", "سایت کوه عینالی", "MCI", Tier.DISTRICT, "CORE-1"),
        ("FD-17", "feeder", "فیدر آزادی", "PWR", Tier.DISTRICT, ""),
    ):
        component = Component.objects.create(
            round=election_round, code=code, kind=kind, name=name, agency=agencies[agency],
            tier=tier, unavailability=0.01, mttr_h=4, classification=1,
        )  # fmt: skip
        if above:
            Requirement.objects.create(
                component=component, role="depends_on", expression=above, source=source
            )
    for listing in listings[:-2]:
        for code in ("EX-04", "MS-210"):
            Requirement.objects.create(
                listing=listing, role="serves", expression=code, source=source
            )


def _claims(listing: Listing, source: Source, values: dict[str, str]) -> None:
    Claim.objects.bulk_create(
        Claim(
            listing=listing, field=field, value=value, source=source, sheet="stations",
            row=int(listing.code) + 1, as_of_date=date(2028, 6, 10), recorded_at=RECORDED_AT,
            confidence="tested" if field.startswith("signal") else "declared",
        )
        for field, value in values.items()
        if value
    )  # fmt: skip


def _incident(election_round: ElectionRound, listing: Listing, source: Source) -> None:
    Incident.objects.create(
        round=election_round, election="دوره پیشین", listing=listing, kind="قطع برق",
        cause="سوختن فیوز فیدر", stop_min=75, action="اعزام ژنراتور",
        lesson="ژنراتور از شب پیش در محل باشد.", started_at=datetime(2024, 7, 5, 9, 30, tzinfo=UTC),
        confirmed=True, source=source,
    )  # fmt: skip


@dataclass(frozen=True)
class Assessed:
    """The rows after an assessment."""

    round: ElectionRound
    listings: list[Listing]
    source: Source
    saved: SavedAssessment
    cause_id: int


def assess_register(register: Register) -> Assessed:
    """Assess the rows as the console finds them: by the real rules and the real engine."""
    saved = save_assessment(assess(register.round.pk, as_of=AS_OF), now=RECORDED_AT)
    widest = saved.causes.order_by("-stations", "pk").first()
    return Assessed(register.round, register.listings, register.source, saved, widest.pk)
