"""What sources say of a station: each claim with its source, date and rivals."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from pollready.console.names import field_name
from pollready.console.wording import Wording
from pollready.language import UnknownPhrase, date_short, digits, number, say
from pollready.people.models import User
from pollready.places.models import Listing
from pollready.register.models import Claim
from pollready.register.upstream import names_upstream

# Claims whose value is an agency, by its code or its name.
OPERATOR_FIELDS = frozenset({"operator_1", "operator_2"})
# The list of words from which a field takes its value.
CHOICES = {
    "signal_1": "signal",
    "signal_2": "signal",
    "fixed_line": "fixed_line",
    "rehearsal": "rehearsal",
    "cards": "cards",
    "mains": "yes_no",
    "generator": "yes_no",
}


@dataclass(frozen=True, slots=True)
class ClaimInWords:
    """What one source says of one field."""

    field: str
    value: str
    source: str
    where: str
    as_of: date | None
    age_days: int | None
    confidence: str
    rival: bool  # another current claim of the same field says otherwise


def sheet_row(sheet: str, row: int | None, language: str) -> str:
    if not sheet or row is None:
        return sheet
    return say(
        "console.station.sheet_row",
        language,
        sheet=_sheet(sheet, language),
        row=digits(str(row), language),
    )


def _sheet(sheet: str, language: str) -> str:
    try:
        return say(f"workbook.sheet.{sheet}", language)
    except UnknownPhrase:
        return sheet


def read_claims(listing: Listing, wording: Wording, viewer: User) -> list[ClaimInWords]:
    """List the current claims on a station by field; rivals stand next to each other."""
    return claims_in_words(Claim.objects.filter(listing=listing), wording, viewer)


def claims_in_words(about: QuerySet[Claim], wording: Wording, viewer: User) -> list[ClaimInWords]:
    """List the current ones among the claims on one object, by field."""
    current = (
        about.filter(superseded_at__isnull=True)
        .select_related("source")
        .order_by("field", "-as_of_date", "pk")
    )
    claims = list(current)
    values = Counter(field for field, _ in {(claim.field, claim.value) for claim in claims})
    today = timezone.localdate()
    return [
        _claim(claim, wording, viewer, rival=values[claim.field] > 1, today=today)
        for claim in claims
    ]


def _claim(
    claim: Claim, wording: Wording, viewer: User, *, rival: bool, today: date
) -> ClaimInWords:
    language = wording.language
    as_of = claim.as_of_date
    return ClaimInWords(
        field=field_name(claim.field, language),
        value=_value(claim, wording, viewer),
        source=wording.veil.text(claim.source.name),
        where=wording.veil.text(sheet_row(claim.sheet, claim.row, language)),
        as_of=as_of,
        age_days=(today - as_of).days if as_of and as_of <= today else None,
        confidence=_confidence(claim.confidence, language),
        rival=rival,
    )


def _value(claim: Claim, wording: Wording, viewer: User) -> str:
    """Say a claim's value, masked or withheld as this viewer may see it."""
    language = wording.language
    if claim.classification > viewer.clearance:
        return say("console.station.above_clearance", language)
    if names_upstream(claim.field, claim.value):
        return wording.veil.code(claim.value)
    if claim.field in OPERATOR_FIELDS:
        return wording.owner(claim.value)
    return written_value(claim.field, wording.veil.text(claim.value), language)


def _confidence(confidence: str, language: str) -> str:
    try:
        return say(f"console.confidence.{confidence}", language)
    except UnknownPhrase:
        return confidence


def written_value(field: str, value: str, language: str) -> str:
    """Say a value: a word of the register, a number or a date as the reader writes it."""
    try:
        return say(f"workbook.choice.{CHOICES.get(field, '')}.{value}", language)
    except UnknownPhrase:
        pass
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date_short(date.fromisoformat(value), language)
    if re.fullmatch(r"[1-9]\d{0,8}|0", value):
        return number(int(value), language)
    return digits(value, language) if re.fullmatch(r"[\d.:/]+", value) else value
