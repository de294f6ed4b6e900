"""Requirements and memberships: what needs what, and what belongs to a common cause."""

from collections.abc import Iterator
from typing import Any

from pollready.intake.applying.components import Infrastructure
from pollready.intake.applying.session import Session
from pollready.intake.applying.station_codes import StationCodes
from pollready.intake.staging import Record
from pollready.register.corrections.subjects import COMPONENT, LISTING
from pollready.register.models import GroupMember, Requirement

_INSERTED = ("component", "listing", "role", "expression", "source")

# component id, listing id, role, expression
NeedKey = tuple[int | None, int | None, str, str]


def apply_needs(session: Session, found: Infrastructure, codes: StationCodes) -> None:
    """Write what components depend on, whom they serve, and what stations require.

    What a newer file of the same lineage no longer says of a component or station that it names
    is taken out; the audit log keeps it.
    """
    new: dict[NeedKey, int] = {}
    about: set[tuple[int | None, int | None, str]] = set()
    for component, record in found.components:
        _needs_of_component(session, component.pk, component.code, record, codes, new)
        about |= {(component.pk, None, "depends_on"), (component.pk, None, "protection")}
    for record in session.staged.records("stations"):
        listing = codes.all()[record.values["code"]]
        about.add((None, listing.pk, "requires"))
        for each in (record, *record.merged):
            if expression := each.get("requires"):
                source = session.source_of(each).pk
                new.setdefault((None, listing.pk, "requires", expression), source)
    served = {component.code for component, _ in found.components}
    if corrected := _corrected(session, found):
        codes_of = {component.code: component.pk for component, _ in found.components}
        _leave_corrected(session, new, corrected, codes_of)
        about -= corrected
        served -= {code for code, pk in codes_of.items() if (pk, None, "serves") in corrected}
    _take_out_old(session, new, about, served)
    rows = ((*key, source) for key, source in new.items())
    session.writes.insert_rows(Requirement, _INSERTED, rows)
    _apply_members(session, found, codes)


def _corrected(session: Session, found: Infrastructure) -> set[tuple[int | None, int | None, str]]:
    """Give what a person said of needs: it stands until a person says otherwise.

    Rows of one thing are all needed, so that a file's word beside it would be needed too.
    """
    said = {
        (kind, pk, field)
        for (kind, pk), words in session.corrections.words.items()
        for field in words
    }
    corrected: set[tuple[int | None, int | None, str]] = set()
    for component, _ in found.components:
        for field in ("depends_on", "protection", "serves"):
            if (COMPONENT, component.pk, field) in said:
                corrected.add((component.pk, None, field))
    return corrected | {
        (None, pk, field) for kind, pk, field in said if kind == LISTING and field == "requires"
    }


def _leave_corrected(
    session: Session,
    new: dict[NeedKey, int],
    corrected: set[tuple[int | None, int | None, str]],
    codes_of: dict[str, int],
) -> None:
    """Leave out of `new` what a person corrected, and note where the file says otherwise."""
    for key in [*new]:
        component, listing, role, expression = key
        about = (codes_of.get(expression), None, role) if role == "serves" else key[:3]
        if about in corrected:
            del new[key]
            if role != "serves":
                kind = COMPONENT if listing is None else LISTING
                session.corrections.note_need((kind, component or listing or 0), role, expression)


def _needs_of_component(
    session: Session,
    pk: int,
    code: str,
    record: Record,
    codes: StationCodes,
    new: dict[NeedKey, int],
) -> None:
    for each in (record, *record.merged):
        source = session.source_of(each).pk
        for role in ("depends_on", "protection"):
            if expression := each.get(role):
                new.setdefault((pk, None, role, expression), source)
        for listing in _stations_served(session, each, codes):
            new.setdefault((None, listing, "serves", code), source)


def _stations_served(session: Session, record: Record, codes: StationCodes) -> Iterator[int]:
    """Give the listings that a row serves; codes that no station has are told together."""
    unknown, repaired = [], []
    for code in record.get("serves") or ():
        listing, mended = codes.find(code)
        if listing is None:
            unknown.append(code)
            continue
        if mended:
            repaired.append(code)
        yield listing.pk
    if unknown:
        session.staged.drop_cell("serves-unknown", record, "serves", ", ".join(unknown[:20]))
    if repaired:
        said = ", ".join(repaired[:20])
        session.staged.say("lost-zeros-served", record, "serves", said, codes=len(repaired))


def _take_out_old(
    session: Session,
    new: dict[NeedKey, int],
    about: set[tuple[int | None, int | None, str]],
    served: set[str],
) -> None:
    """Leave out of `new` what stands already, and delete what the lineage says no longer."""
    existing = Requirement.objects.filter(source__round=session.round.pk).values_list(
        "pk", "component_id", "listing_id", "role", "expression", "source__lineage"
    )
    lineages = {session.lineage, *session.sources}
    gone: list[int] = []
    for pk, component, listing, role, expression, lineage in existing:
        if (component, listing, role, expression) in new:
            del new[component, listing, role, expression]
            continue
        ours = lineage in lineages
        named = (component, listing, role) in about or (role == "serves" and expression in served)
        if ours and named:
            gone.append(pk)
            session.log("requirement", pk, {"role": role, "expression": expression}, None)
    session.writes.delete(Requirement, gone)


def _apply_members(session: Session, found: Infrastructure, codes: StationCodes) -> None:
    """Write the members of groups: by `serves` of the group, and by `batch` of components."""
    there = set(
        GroupMember.objects.filter(group__round=session.round.pk).values_list(
            "group_id", "component_id", "listing_id"
        )
    )
    new: dict[tuple[int, int | None, int | None], None] = {}
    for group, record in found.groups:
        for row in (record, *record.merged):
            for member in _members_named(session, row, found, codes):
                new.setdefault((group.pk, *member))
    for component, record in found.components:
        if batch := record.get("batch"):
            new.setdefault((found.group_by_code[batch].pk, component.pk, None))
    rows: Iterator[tuple[Any, ...]] = (key for key in new if key not in there)
    session.writes.insert_rows(GroupMember, ("group", "component", "listing"), rows)


def _members_named(
    session: Session, record: Record, found: Infrastructure, codes: StationCodes
) -> Iterator[tuple[int | None, int | None]]:
    """Give (component, listing) for each code of a group's row: components, else stations."""
    stations = []
    for code in record.get("serves") or ():
        if code in found.component_by_code:
            yield found.component_by_code[code].pk, None
        else:
            stations.append(code)
    if stations:
        record.values["serves"] = tuple(stations)
        for listing in _stations_served(session, record, codes):
            yield None, listing
