"""Claims with everything that a decision on them needs, as this viewer may see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from pollready.assessment.cases.stating import statable_of
from pollready.console.claims import OPERATOR_FIELDS, sheet_row, written_value
from pollready.console.corrections.need_words import NEEDED_FIELDS, need_in_words, typed_need
from pollready.console.names import field_name
from pollready.console.wording import Wording
from pollready.intake.corrections import FIELDS
from pollready.language import UnknownPhrase, digits, number, say
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.places.models import Listing, Stop
from pollready.register.corrections.columns import POSITION, column_value
from pollready.register.corrections.models import Evidence, Resolution
from pollready.register.corrections.needs import SERVES, is_need, served_in_scope
from pollready.register.corrections.queries import set_aside, standing_resolutions
from pollready.register.corrections.subjects import About, Thing, may_correct, round_id_of
from pollready.register.corrections.withdrawing import may_withdraw
from pollready.register.models import Claim, Component
from pollready.register.upstream import names_upstream

# A pair of coordinates: on one line, and read from the left in any sentence.
_SLASH = "\u00a0/\u00a0"
_PAIR = "\u2066{}" + _SLASH + "{}\u2069"
# Fields of a component whose value tells which one it is, or where.
_TELLING = frozenset({"name", POSITION})


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What one source says of one field, with its evidence and whether it counts."""

    id: int
    field: str
    name: str
    value: str
    source: str
    where: str
    as_of: date | None
    age_days: int | None
    confidence: str
    letter_no: str
    note: str
    evidence: Sequence[Evidence]
    withdrawable: frozenset[int]  # files that this viewer may withdraw
    rival: bool
    set_aside: bool
    correctable: bool
    leads: bool  # an address that names the field leads here
    decided: str  # who let it stand against others, and why
    statable: bool  # for the viewer's agency, beside what stands
    withheld: bool


@dataclass(frozen=True, slots=True)
class FieldNow:
    """A field that may be corrected, with what is known of it now."""

    field: str
    name: str
    value: str


@dataclass(slots=True)
class Known:
    """The current claims of one object."""

    about: str
    rows: list[ClaimRow] = field(default_factory=list)
    missing: list[FieldNow] = field(default_factory=list)
    may_correct: bool = False
    may_state: bool = False
    contradicted: bool = False


def slug_of(about: About) -> str:
    """Write an object as addresses have it.

    >>> slug_of(About("listing", 12))
    'listing-12'
    """
    return f"{about.kind}-{about.id}"


def about_of(slug: str) -> About | None:
    """Read an object out of an address; None where it is none."""
    kind, _, number_ = slug.partition("-")
    return About(kind, int(number_)) if number_.isdecimal() and len(number_) < 18 else None


def page_of(thing: Thing) -> str:
    """Give the address of the page on which an object is shown."""
    if isinstance(thing, Component):
        try:
            return reverse("component", args=[thing.pk])
        except NoReverseMatch:  # no page of components in this console
            return reverse("claim-new", args=[slug_of(About.of(thing))])
    return reverse("station", args=[thing.listing_id if isinstance(thing, Stop) else thing.pk])


def title_of(thing: Thing, wording: Wording) -> str:
    """Name an object as this viewer may see it."""
    language = wording.language
    if isinstance(thing, Component):
        kind = say(f"kind.{thing.kind}", language)
        shown = wording.veil.shows(thing.code)
        name = (thing.name or thing.code) if shown else wording.veil.code(thing.code)
        return say("correct.thing.component", language, kind=kind, name=name)
    if isinstance(thing, Stop):
        return say(
            "correct.thing.stop",
            language,
            ordinal=thing.ordinal,
            name=wording.veil.text(thing.place_name),
            station=thing.listing.point.name,
        )
    code = thing.code if thing.code.upper() != thing.code.lower() else digits(thing.code, language)
    return say("correct.thing.station", language, code=code, name=thing.point.name)


def fields_of(thing: Thing, wording: Wording, viewer: User) -> list[str]:
    """List the fields that this viewer may correct: what he may not see he cannot."""
    about = About.of(thing)
    if not may(viewer, Permission.CORRECT_REGISTER) or not may_correct(viewer, about):
        return []
    barred: set[str] = set()
    if isinstance(thing, Component):
        barred |= set() if wording.veil.shows(thing.code) else _TELLING
        barred |= set() if served_in_scope(thing, viewer) else {SERVES}
    if not may(viewer, Permission.SEE_INFRASTRUCTURE):
        barred |= {name for name in FIELDS[about.kind] if is_need(thing, name)}
    return [name for name in FIELDS[about.kind] if name not in barred]


def fields_to_state(thing: Thing, viewer: User) -> list[str]:
    """List the fields that this viewer may state for his agency, where it is not his to correct."""
    about = About.of(thing)
    if may_correct(viewer, about) or about.kind not in FIELDS:
        return []
    mine = statable_of(viewer, thing)
    return [name for name in FIELDS[about.kind] if name in mine]


def read_known(thing: Thing, wording: Wording, viewer: User, field_: str = "") -> Known:
    """Read the current claims of an object, or of one field of it."""
    about = About.of(thing)
    correctable, statable = fields_of(thing, wording, viewer), fields_to_state(thing, viewer)
    cleared = Evidence.objects.filter(classification__lte=viewer.clearance, withdrawn_at=None)
    claims = (
        Claim.objects.filter(superseded_at__isnull=True, **about.column)
        .select_related("source")
        .prefetch_related(Prefetch("evidence", queryset=cleared))
        .order_by("field", "-as_of_date", "pk")
    )
    listed = list(claims.filter(field=field_) if field_ else claims)
    outvoted = set_aside(round_id_of(thing), about=about.column)
    decided = {each.field: each for each in standing_resolutions(about.column)}
    values: dict[str, set[str]] = {}
    for claim in listed:
        if claim.pk not in outvoted:
            values.setdefault(claim.field, set()).add(claim.value)
    known = Known(slug_of(about), may_correct=bool(correctable), may_state=bool(statable))
    for claim in listed:
        rival = claim.pk not in outvoted and len(values[claim.field]) > 1
        row = _row(claim, wording, viewer, correctable, statable, outvoted, rival=rival)
        last = known.rows[-1].field if known.rows else ""
        said = ""
        if claim.field != last and not row.withheld:
            said = resolution_sentence(decided.get(claim.field), wording)
        known.rows.append(replace(row, leads=claim.field != last, decided=said))
    known.contradicted = any(row.rival for row in known.rows)
    claimed = {claim.field for claim in listed}
    known.missing = [
        field_now(thing, name, wording) for name in (*correctable, *statable) if name not in claimed
    ]
    return known


def field_now(thing: Thing, name: str, wording: Wording) -> FieldNow:
    """Say what the list itself holds of a field."""
    value = column_value(thing, name)
    language = wording.language
    return FieldNow(
        name,
        field_name(name, language),
        say("console.unknown", language) if value is None else shown_value(name, value, wording),
    )


def _row(
    claim: Claim, wording: Wording, viewer: User, correctable: Sequence[str],
    statable: Sequence[str], outvoted: set[int], *, rival: bool,
) -> ClaimRow:  # fmt: skip
    language, as_of = wording.language, claim.as_of_date
    withheld = max(claim.classification, claim.source.classification) > viewer.clearance
    today = timezone.localdate()
    veil = wording.veil
    return ClaimRow(
        id=claim.pk,
        field=claim.field,
        name=field_name(claim.field, language),
        value=say("console.station.above_clearance", language)
        if withheld
        else shown_value(claim.field, claim.value, wording),
        source="" if withheld else veil.text(claim.source.name),
        where="" if withheld else veil.text(sheet_row(claim.sheet, claim.row, language)),
        as_of=as_of,
        age_days=(today - as_of).days if as_of and as_of <= today else None,
        confidence=confidence_word(claim.confidence, language),
        letter_no="" if withheld else claim.letter_no,
        note="" if withheld else veil.text(claim.note),
        evidence=[] if withheld else list(claim.evidence.all()),
        withdrawable=frozenset(
            each.pk for each in claim.evidence.all() if not withheld and may_withdraw(viewer, each)
        ),
        rival=rival,
        set_aside=claim.pk in outvoted,
        correctable=claim.field in correctable and not withheld,
        leads=False,
        decided="",
        statable=claim.field in statable and not withheld,
        withheld=withheld,
    )


def shown_value(name: str, value: str, wording: Wording) -> str:
    """Say a value as this viewer may see it."""
    if name in NEEDED_FIELDS:
        return need_in_words(name, value, wording)
    if names_upstream(name, value):
        return wording.veil.code(value)
    if name in OPERATOR_FIELDS:
        return wording.owner(value)
    if name == POSITION:
        lat, _, lon = value.partition(" ")
        parts = (number(float(part), wording.language, decimals=5) for part in (lat, lon))
        return _PAIR.format(*parts)
    return written_value(name, wording.veil.text(value), wording.language)


def typed_value(name: str, value: str, wording: Wording) -> str:
    """Give a value as it may be typed again; nothing where it is hidden from this viewer."""
    if name in NEEDED_FIELDS:
        return typed_need(name, value, wording)
    if names_upstream(name, value) and not wording.veil.shows(value):
        return ""
    if wording.veil.text(value) != value:
        return ""
    if name == POSITION:
        shown = shown_value(name, value, wording)
        return shown.strip(_PAIR[0] + _PAIR[-1]).replace(_SLASH, " , ")
    return shown_value(name, value, wording)


def confidence_word(confidence: str, language: str) -> str:
    try:
        return say(f"console.confidence.{confidence}", language)
    except UnknownPhrase:
        return confidence


def resolution_sentence(resolution: Resolution | None, wording: Wording) -> str:
    """Say what was decided on a contradiction, by whom and why; empty where nothing was."""
    if resolution is None:
        return ""
    language = wording.language
    said: dict[str, Any] = {
        "person": resolution.decided_by.get_full_name() or resolution.decided_by.username,
        "reason": wording.veil.text(resolution.reason),
        "at": resolution.decided_at,
    }
    if resolution.agency is not None:
        said |= {"agency": resolution.agency.name, "due": resolution.due_date}
    elif resolution.chosen is not None:
        said["value"] = shown_value(resolution.field, resolution.chosen.value, wording)
    return say(f"correct.resolution.{resolution.state}", language, **said)


def station_of(thing: Thing) -> Listing | None:
    """Give the station of a page, for its crumbs."""
    if isinstance(thing, Stop):
        return thing.listing
    return thing if isinstance(thing, Listing) else None
