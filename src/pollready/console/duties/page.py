"""One duty's page: its objects with their states, what was said of it, its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Max, Q, Value, When
from django.urls import reverse

from pollready.audit.models import AuditEntry
from pollready.committee.duty_states import DutyState
from pollready.console.corrections.command_words import actor_word, command_word, people
from pollready.console.duties.rows import SIGNS, DutyPages, DutyRow
from pollready.console.lists.of_upstream import kind_name
from pollready.console.places import ABOVE, places_above
from pollready.duties.models import Covers, Duty, DutyProof
from pollready.duties.queries import proofs_for
from pollready.duties.rules import may_report
from pollready.people.permissions import Permission, may
from pollready.places.models import PlaceLevel

OBJECTS_A_PAGE, REPORTS_SHOWN, STEPS_SHOWN = 50, 50, 100
# What is still to be done stands first, and what is done last.
_OPEN_FIRST = Case(
    *(
        When(duty_state=state.value, then=Value(place))
        for place, state in enumerate(
            (DutyState.OPEN, DutyState.CONTRADICTED, DutyState.UNKNOWN, DutyState.DONE)
        )
    )
)


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """A station or component that a duty covers, with its state."""

    key: int
    code: str
    name: str
    address: str
    county: str
    state: str
    sign: str
    proof: DutyProof | None


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody said at once to be done, at one object or several."""

    proof_id: int
    objects: int
    is_whole: bool
    said_by: str
    said_at: datetime
    done_date: date
    letter_no: str
    note: str
    ended_at: datetime | None
    ended_by: str
    end_reason: str
    may_end: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of the duty's history."""

    at: datetime
    what: str
    who: str
    reason: str


class DutyPage:
    """What the page of a duty shows to one viewer."""

    def __init__(self, pages: DutyPages, duty: Duty) -> None:
        self._pages, self.duty = pages, duty
        self.row: DutyRow = pages.rows([duty])[0]
        self.viewer, self.words = pages.viewer, pages.words
        self.may_edit = (
            may(self.viewer, Permission.EDIT_DUTIES)
            and duty.person_id is None
            and duty.ended_at is None
        )
        self.hides = self.words.hides(duty)
        self.may_report = may_report(self.viewer, duty)
        self.sees_objects = self.words.list_of(duty.covers) is not None

    @property
    def details(self) -> str:
        """What the duty demands in full."""
        return self.words.text(self.duty.details)

    @property
    def evidence(self) -> str:
        """What a list says was handed in."""
        return self.words.text(self.duty.evidence)

    @property
    def end_reason(self) -> str:
        """Why it was ended."""
        return self.words.text(self.duty.end_reason)

    @property
    def evidence_needed(self) -> str:
        """What has to be handed in."""
        return self.words.text(self.duty.evidence_needed)

    @property
    def proof(self) -> str:
        """What shows that it is done."""
        return self.words.proof(self.duty)

    @property
    def chips(self) -> Sequence[str]:
        """By which filters it covers what it covers."""
        return self.words.chips(self.duty)

    @property
    def list_address(self) -> str:
        """The list with the same filter."""
        return self.words.list_address(self.duty)

    def objects(self, state: str, number: str) -> Page[Any]:
        """Give one page of its objects, of one state where it is named."""
        of_stations = self.duty.covers == Covers.STATIONS
        rows = self._pages.reader.objects(self.duty)
        if state in set(map(str, DutyState)):
            rows = rows.filter(duty_state=state)
        if of_stations:
            rows = rows.select_related(f"listing__point__place__{ABOVE}").defer("detail")
            rows = rows.order_by(_OPEN_FIRST, "listing__code", "pk")
        else:
            rows = rows.select_related(f"place__{ABOVE}").order_by(_OPEN_FIRST, "code", "pk")
        page = Paginator(rows, OBJECTS_A_PAGE).get_page(number)
        records = list(page.object_list)
        at = "listing" if of_stations else "component"
        keys = [record.listing_id if of_stations else record.pk for record in records]
        said = proofs_for(self.viewer, self.duty).filter(ended_at=None, **{f"{at}__in": keys})
        proofs = {getattr(proof, f"{at}_id"): proof for proof in said}
        make = self._station if of_stations else self._component
        page.object_list = [make(record, proofs) for record in records]
        return page

    def _station(self, record: Any, proofs: Mapping[int, DutyProof]) -> ObjectRow:
        point = record.listing.point
        return ObjectRow(
            key=record.listing_id,
            code=record.listing.code,
            name=self.words.text(point.name),
            address=reverse("station", args=[record.listing_id]),
            county=places_above(point.place).get(PlaceLevel.COUNTY, ""),
            state=record.duty_state,
            sign=SIGNS[DutyState(record.duty_state)],
            proof=proofs.get(record.listing_id),
        )

    def _component(self, record: Any, proofs: Mapping[int, DutyProof]) -> ObjectRow:
        veil = self._pages.reading.wording.veil
        kind = kind_name(record.kind, self.words.language)
        return ObjectRow(
            key=record.pk,
            code=veil.code(record.code),
            name=record.name if record.name and veil.shows(record.code) else kind,
            address=reverse("component", args=[record.pk]),
            county=places_above(record.place).get(PlaceLevel.COUNTY, ""),
            state=record.duty_state,
            sign=SIGNS[DutyState(record.duty_state)],
            proof=proofs.get(record.pk),
        )

    def object_of(self, proof: DutyProof) -> str:
        """Name at what something was said to be done; empty where it was said of the whole."""
        if proof.listing is not None:
            return f"{proof.listing.code} {self.words.text(proof.listing.point.name)}"
        if proof.component is not None:
            return self._pages.reading.wording.veil.code(proof.component.code)
        return ""

    def reports(self) -> list[Report]:
        """Give what was said to be done, the newest first; what was said at once is one."""
        together = (
            proofs_for(self.viewer, self.duty)
            .order_by()
            .values(
                "said_by", "said_at", "done_date", "letter_no", "note", "ended_at", "ended_by",
                "end_reason", "said_by__username", "ended_by__username",
            )
            .annotate(
                at=Count("pk"),
                first=Max("pk"),
                whole=Count("pk", filter=Q(listing=None, component=None)),
            )
            .order_by("-said_at", "-first")[:REPORTS_SHOWN]
        )  # fmt: skip
        found = list(together)
        names = people(
            each[key] for each in found for key in ("said_by__username", "ended_by__username")
            if each[key]
        )  # fmt: skip
        may_all = may(self.viewer, Permission.EDIT_DUTIES)
        return [
            Report(
                proof_id=each["first"],
                objects=each["at"],
                is_whole=bool(each["whole"]),
                said_by=names.get(each["said_by__username"], ""),
                said_at=each["said_at"],
                done_date=each["done_date"],
                letter_no=self.words.text(each["letter_no"]),
                note=self.words.text(each["note"]),
                ended_at=each["ended_at"],
                ended_by=names.get(each["ended_by__username"] or "", ""),
                end_reason=self.words.text(each["end_reason"]),
                may_end=each["ended_at"] is None and (may_all or each["said_by"] == self.viewer.pk),
                is_own=each["said_by"] == self.viewer.pk,
            )
            for each in found
        ]

    def history(self) -> list[Step]:
        """Tell who entered, changed and ended it, the newest first; reports stand by themselves."""
        entries = AuditEntry.objects.filter(
            object_type="duty", object_id=str(self.duty.pk)
        ).select_related("batch")
        batches = [each.batch for each in entries.order_by("-batch__number")[:STEPS_SHOWN]]
        names = people(batch.actor for batch in batches)
        return [
            Step(
                at=batch.at,
                what=command_word(batch.command, self.words.language),
                who=actor_word(batch.actor, names, self.words.language),
                reason=self.words.text(batch.reason),
            )
            for batch in batches
        ]
