"""Components and groups: what stations depend on, and common causes of failure."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pollready.audit.classification import Classification
from pollready.intake.applying.agencies import Agencies
from pollready.intake.applying.geography import Geography
from pollready.intake.applying.session import Session, class_of, plain
from pollready.intake.staging import Record
from pollready.language import fold
from pollready.places.models import ElectionRound
from pollready.register.kinds import kind
from pollready.register.models import Component, ComponentGroup

_COMPONENT_FIELDS = (
    "kind", "name", "agency_id", "place_id", "lat", "lon", "tier", "unavailability", "mtbf_h",
    "mttr_h", "classification",
)  # fmt: skip
_GROUP_FIELDS = (
    "kind", "name", "agency_id", "tier", "unavailability", "mttr_h", "reach", "classification",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """The components and groups of the file, each with its row, and all of the round by code."""

    components: list[tuple[Component, Record]]
    groups: list[tuple[ComponentGroup, Record]]
    component_by_code: dict[str, Component]
    group_by_code: dict[str, ComponentGroup]


def apply_components(session: Session, geography: Geography, agencies: Agencies) -> Infrastructure:
    """Write the components of the file; kinds that are groups become groups."""
    found = Infrastructure(
        [],
        [],
        {each.code: each for each in Component.objects.filter(round_id=session.round.pk)},
        {each.code: each for each in ComponentGroup.objects.filter(round_id=session.round.pk)},
    )
    components, groups = _Saving(_COMPONENT_FIELDS), _Saving(_GROUP_FIELDS)
    earlier = _Earlier(session)
    for record in session.staged.records("components"):
        _check_for_times_of_zero(session, record)
        code = record.values["code"]
        if kind(record.values["kind"]).is_group:
            group = found.group_by_code.get(code) or earlier.made_again(ComponentGroup, record)
            groups.note(session, "group", group, record, _fill_group, agencies)
            found.group_by_code[code] = group
            found.groups.append((group, record))
            continue
        component = found.component_by_code.get(code) or earlier.made_again(Component, record)
        place = geography.place_of(record)
        if place is not None:
            component.place_id = place.pk
        components.note(session, "component", component, record, _fill_component, agencies)
        found.component_by_code[code] = component
        found.components.append((component, record))
    _make_named_batches(session, found, groups)
    components.save(session, Component)
    groups.save(session, ComponentGroup)
    return found


class _Earlier:
    """What earlier rounds of the jurisdiction call by the same code: it keeps its `uid`."""

    def __init__(self, session: Session) -> None:
        self._round = session.round
        place = fold(session.round.jurisdiction)
        rounds = [
            each.pk
            for each in ElectionRound.objects.exclude(pk=session.round.pk)
            if fold(each.jurisdiction) == place
        ]
        self._uids: dict[tuple[Any, str, str], UUID] = {}
        for model in (Component, ComponentGroup) if rounds else ():
            rows = model.objects.filter(round__in=rounds).order_by("round__election_date", "pk")
            self._uids |= {
                (model, code, kind_): uid
                for code, kind_, uid in rows.values_list("code", "kind", "uid")
            }

    def made_again(self, model: Any, record: Record) -> Any:
        """Make the component or group that a row of this round names for the first time."""
        code = record.values["code"]
        made = model(round=self._round, code=code)
        made.uid = self._uids.get((model, code, record.values["kind"]), made.uid)
        return made


class _Saving:
    """Collects what is new and what has changed of one table."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self._fields = fields
        self.new: list[Any] = []
        self._changed: list[Any] = []

    def note(
        self, session: Session, word: str, thing: Any, record: Record, fill: Any, agencies: Agencies
    ) -> None:
        before = None if thing.pk is None else self._values(thing)
        held = session.corrections.hold(thing) if isinstance(thing, Component) else {}
        fill(thing, record, agencies)
        if held:
            session.corrections.put_back(thing, record, held)
        if before is not None and isinstance(thing, Component):
            session.corrections.put_back_handling(thing)
        if before is None:
            self.new.append(thing)
            session.log(word, thing.code, None, record.values)
        elif (after := self._values(thing)) != before:
            self._changed.append(thing)
            session.log(word, thing.code, plain(before), plain(after))

    def save(self, session: Session, model: Any) -> None:
        session.writes.insert_things(model, self.new)
        session.writes.update_things(model, self._fields, self._changed)

    def _values(self, thing: Any) -> dict[str, Any]:
        return {name: getattr(thing, name) for name in self._fields}


def _fill_component(component: Component, record: Record, agencies: Agencies) -> None:
    _fill_common(component, record, agencies)
    if record.get("lat") is not None:
        component.lat, component.lon = record.get("lat"), record.get("lon")
    if record.get("mtbf_h") is not None:
        component.mtbf_h = record.get("mtbf_h")


def _fill_group(group: ComponentGroup, record: Record, agencies: Agencies) -> None:
    if group.pk is None:
        group.reach = kind(record.values["kind"]).reach
    _fill_common(group, record, agencies)


def _fill_common(thing: Any, record: Record, agencies: Agencies) -> None:
    """Write what components and groups have in common; a blank cell leaves what is known."""
    default = Classification.CONFIDENTIAL if thing.pk is None else thing.classification
    thing.kind = record.values["kind"]
    thing.tier = kind(thing.kind).tier
    thing.name = record.get("name") or thing.name
    agency = agencies.named(record)
    if agency is not None:
        thing.agency_id = agency.pk
    thing.classification = class_of(record, Classification(default))
    for name in ("unavailability", "mttr_h"):
        if record.get(name) is not None:
            setattr(thing, name, record.get(name))


def _check_for_times_of_zero(session: Session, record: Record) -> None:
    """Leave out times between failures, or of repair, that are not positive."""
    for name in ("mtbf_h", "mttr_h"):
        if record.get(name) == 0:
            session.staged.drop_cell("not-positive", record, name, 0)
            del record.values[name]


def _make_named_batches(session: Session, found: Infrastructure, groups: _Saving) -> None:
    """Make the groups that components name as their batch and no row describes."""
    default = kind("batch")
    for component, record in found.components:
        code = record.get("batch")
        if not code or code in found.group_by_code:
            continue
        group = ComponentGroup(
            round=session.round,
            code=code,
            kind=default.code,
            tier=default.tier,
            reach=default.reach,
            classification=component.classification,
        )
        found.group_by_code[code] = group
        groups.new.append(group)
        session.log("group", code, None, {"kind": default.code})
