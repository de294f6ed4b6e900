"""A register of a nation: the example province, assessed, nineteen times over in one round.

`enlarge(round_id)` writes the other eighteen provinces beside the first, row by row of the same
tables, with codes, keys and numbers of their own; what reaches the whole nation stays shared. The
saved assessment grows with it, so that pages can be measured at 60,154 stations without assessing.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from django.db import connection, models, transaction

from pollready.assessment.keeping import save_counts
from pollready.assessment.models import (
    CauseRecord,
    ComponentRecord,
    DependenceRecord,
    FindingRecord,
    SavedAssessment,
    SignalRecord,
    StationRecord,
)
from pollready.audit.bulk import insert_rows
from pollready.audit.commands import Entry, record
from pollready.engine.expression import ExpressionError, Leaf, leaves, parse, str_of, substitute
from pollready.history.models import Incident
from pollready.obstacles.models import ObstacleCase
from pollready.places.models import Listing, Place, ServicePoint, Stop
from pollready.register.models import (
    Claim,
    Component,
    ComponentGroup,
    GroupMember,
    Requirement,
    Tier,
)

PROVINCES = 19
# In the order in which rows may be written: what they point at comes first.
TABLES: tuple[type[models.Model], ...] = (
    Place, ServicePoint, Listing, Stop, Component, ComponentGroup, GroupMember, Requirement,
    Claim, Incident, StationRecord, CauseRecord, ObstacleCase, FindingRecord, SignalRecord,
    ComponentRecord, DependenceRecord,
)  # fmt: skip


def enlarge(round_id: int, *, now: Any, provinces: int = PROVINCES) -> None:
    """Write the other provinces of a round that holds one province, assessed."""
    with transaction.atomic():
        local = set(
            Component.objects.filter(round=round_id, tier__lt=Tier.NATION).values_list(
                "code", flat=True
            )
        ) | set(ComponentGroup.objects.filter(round=round_id).values_list("code", flat=True))
        spans = {table: _span(table) for table in TABLES}
        originals = {table: list(table._default_manager.order_by("pk")) for table in TABLES}
        for number in range(2, provinces + 1):
            copy = _Province(number, local, spans)
            for table in TABLES:
                _write(table, copy.rows(table, originals[table]))
        _enlarge_summary(round_id, provinces)
        record(
            actor="benchmark",
            command="enlarge",
            now=now,
            entries=[Entry("round", str(round_id), None, {"provinces": provinces})],
        )
    _after_numbers()


class _Province:
    """How the rows of one more province differ from those of the first."""

    def __init__(self, number: int, local: set[str], spans: dict[type[models.Model], int]) -> None:
        self._number, self._local, self._spans = number, local, spans
        self._national = set(
            Component.objects.filter(tier__gte=Tier.NATION).values_list("pk", flat=True)
        )
        self._of_nation = set(
            ComponentRecord.objects.filter(component__in=self._national).values_list(
                "pk", flat=True
            )
        )

    def rows(self, table: type[models.Model], originals: list[Any]) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a table as `insert_rows` takes them, the number first."""
        fields = list(table._meta.concrete_fields)
        change: Callable[[Any, str, Any], Any] = getattr(self, f"_{table.__name__.lower()}", _same)
        for row in originals:
            if table is Component and row.tier >= Tier.NATION:
                continue
            if (
                table in (Requirement, GroupMember, Claim, ComponentRecord)
                and row.component_id in self._national
            ):
                continue
            yield tuple(
                self._value(field, change(row, field.name, getattr(row, field.attname)))
                for field in fields
            )

    def _value(self, field: Any, value: Any) -> Any:
        if field.primary_key:
            return value + self._shift(field.model)
        if field.model is DependenceRecord and field.name == "record" and value in self._of_nation:
            return value  # what reaches the nation is behind the stations of every province
        if value is not None and field.is_relation and field.related_model in self._spans:
            return value + self._shift(field.related_model)
        if isinstance(field, models.UUIDField):
            return uuid.uuid4()
        return value

    def _shift(self, table: type[models.Model]) -> int:
        return self._spans[table] * (self._number - 1)

    def _code(self, code: str) -> str:
        return f"{self._number:02d}~{code}" if code in self._local else code

    def _text(self, text: str) -> str:
        expression = parse(text)
        renamed = {code: Leaf(self._code(code)) for code in leaves(expression)}
        return str_of(substitute(expression, renamed))

    def _place(self, row: Place, name: str, value: Any) -> Any:
        if row.level <= 1:
            return f"{value} {self._number}" if name in ("key", "name") else value
        if name == "code" and value:
            return f"{self._number:02d}{value}"
        return f"{value} {self._number}" if name in ("key", "name") else value

    def _listing(self, row: Listing, name: str, value: Any) -> Any:
        return f"{self._number:02d}{value}" if name == "code" else value

    def _component(self, row: Component, name: str, value: Any) -> Any:
        return self._code(value) if name == "code" else value

    def _componentgroup(self, row: ComponentGroup, name: str, value: Any) -> Any:
        return self._code(value) if name == "code" else value

    def _requirement(self, row: Requirement, name: str, value: Any) -> Any:
        return self._text(value) if name == "expression" else value

    def _claim(self, row: Claim, name: str, value: Any) -> Any:
        return self._code(value) if name == "value" else value

    def _incident(self, row: Incident, name: str, value: Any) -> Any:
        return f"{value} {self._number}" if name == "where" else value

    def _stationrecord(self, row: StationRecord, name: str, value: Any) -> Any:
        if name != "detail":
            return value
        upstream = [self._code(code) for code in value.get("upstream", ())]
        requirement = value.get("requirement") or ""
        with suppress(ExpressionError):  # what cannot be read stays as it is
            requirement = self._text(requirement)
        return value | {"upstream": upstream, "requirement": requirement}

    def _causerecord(self, row: CauseRecord, name: str, value: Any) -> Any:
        return f"{self._number:02d}~{value}"[:1000] if name == "key" else value

    def _obstaclecase(self, row: ObstacleCase, name: str, value: Any) -> Any:
        return f"{self._number:02d}~{value}"[:1000] if name == "key" else value

    def _findingrecord(self, row: FindingRecord, name: str, value: Any) -> Any:
        if name != "fields":
            return value
        return value | {"upstream": [self._code(code) for code in value.get("upstream") or ()]}


def _same(row: Any, name: str, value: Any) -> Any:
    return value


def _enlarge_summary(round_id: int, provinces: int) -> None:
    """Let the head of the assessment say the sums of all provinces."""
    for saved in SavedAssessment.objects.filter(round=round_id):
        summary = saved.summary
        summary["total"] = _times(summary["total"], provinces)
        summary["by_kind"] = {
            kind: _times(tally, provinces) for kind, tally in summary["by_kind"].items()
        }
        for name in ("by_county", "county_names", "by_district"):
            summary[name] = summary[name] | {
                _called(key, number): value
                for number in range(2, provinces + 1)
                for key, value in summary[name].items()
            }
        summary["causes"] = summary["causes"] * provinces
        saved.save(update_fields=["summary"])
        save_counts(saved)


def _called(county: str, number: int) -> str:
    """Call a county of another province as its place is called: by its code, or else its name."""
    return f"{number:02d}{county}" if county.isdecimal() else f"{county} {number}"


def _times(tally: dict[str, int | None], provinces: int) -> dict[str, int | None]:
    return {name: value and value * provinces for name, value in tally.items()}


def _span(table: type[models.Model]) -> int:
    """Give by how much the numbers of one province's rows are moved for the next one's."""
    return (table._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def _write(table: type[models.Model], rows: Iterator[tuple[Any, ...]]) -> None:
    insert_rows(table, [field.name for field in table._meta.concrete_fields], rows)


def _after_numbers() -> None:
    """Let PostgreSQL go on after the highest numbers, and let both know their new sizes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in TABLES:
                name = table._meta.db_table
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), MAX(id)) FROM {name}"
                )
        cursor.execute("ANALYZE")
