"""Forms of allocation: what a plan is asked, decisions beforehand, accepting, exporting."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from pollready.assessment.chances import MEASURES, READINGS
from pollready.console.forms import ConsoleForm
from pollready.console.kept_plan_forms import ReasonForm
from pollready.console.typed_fields import TypedAmount, TypedCount, TypedInteger
from pollready.language import say
from pollready.planning.allocations.inputs import (
    Counts,
    Decision,
    FloorWish,
    Group,
    Inputs,
    Limit,
    WrongInputs,
)
from pollready.planning.allocations.models import TITLE_MAX

Options = Sequence[tuple[str, str]]
FLOOR_ROWS = 4
LIMITS = ("reading", "limit", "money", "voters_unknown")


class PlanForm(ConsoleForm):
    """What a plan is asked: numbers of each kind, limits, floors."""

    phrases = "allocation.form"

    title = forms.CharField(max_length=TITLE_MAX, required=False)
    scenario = forms.ChoiceField(required=False)
    level = forms.ChoiceField()
    reading = forms.ChoiceField()
    limit = forms.ChoiceField()
    money = TypedAmount(required=False)
    travel_max_h = TypedAmount()
    voters_unknown = TypedInteger(required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        kinds: Options,
        counties: Options,
        scenarios: Options,
        first: Inputs,
        **kwargs: Any,
    ) -> None:
        self.kinds = kinds
        super().__init__(data, initial=_initial(first, kinds), **kwargs)
        self._choose("scenario", [("", self._said_of("scenario.expected")), *scenarios])
        self._choose("level", [(name, self._said_of(f"level.{name}")) for name in MEASURES])
        self._choose("reading", [(name, self._said_of(f"reading.{name}")) for name in READINGS])
        self._choose("limit", [(each.value, self._said_of(f"limit.{each}")) for each in Limit])
        for place, (_, words) in enumerate(kinds):
            self._add(f"units_{place}", TypedInteger(label=words, required=False))
        for row in range(FLOOR_ROWS):
            self._add_floor(row, counties)

    def _said_of(self, key: str) -> str:
        return say(f"allocation.{key}", self.language)

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        field.widget.attrs.setdefault("id", f"field-{name}")

    def _choose(self, name: str, options: Options) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # as declared
        field.choices = list(options)

    def _add_floor(self, row: int, counties: Options) -> None:
        groups = [(each.value, self._said_of(f"floor.group.{each}")) for each in Group]
        counts = [(each.value, self._said_of(f"floor.counts.{each}")) for each in Counts]
        label = {name: self._said_of(f"form.floor_{name}") for name in
                 ("group", "county", "counts", "kind", "least")}  # fmt: skip
        nothing = ("", "—")
        self._add(f"floor_group_{row}", forms.ChoiceField(
            choices=[nothing, *groups], required=False, label=label["group"]))  # fmt: skip
        self._add(f"floor_county_{row}", forms.ChoiceField(
            choices=[nothing, *counties], required=False, label=label["county"]))  # fmt: skip
        self._add(f"floor_counts_{row}", forms.ChoiceField(
            choices=counts, required=False, label=label["counts"]))  # fmt: skip
        self._add(f"floor_kind_{row}", forms.ChoiceField(
            choices=[nothing, *self.kinds], required=False, label=label["kind"]))  # fmt: skip
        self._add(f"floor_least_{row}", TypedAmount(label=label["least"], required=False))

    @property
    def unit_fields(self) -> list[BoundField]:
        """Give the numbers of each kind."""
        return [self[f"units_{place}"] for place in range(len(self.kinds))]

    @property
    def floor_rows(self) -> list[list[BoundField]]:
        """Give the floors, row by row."""
        names = ("group", "county", "counts", "kind", "least")
        return [[self[f"floor_{name}_{row}"] for name in names] for row in range(FLOOR_ROWS)]

    @property
    def floors_open(self) -> bool:
        """Say whether a floor is asked for, or wrong."""
        return any(self[f"floor_group_{row}"].value() for row in range(FLOOR_ROWS)) or any(
            name.startswith("floor_") for name in self.errors
        )

    @property
    def limits_open(self) -> bool:
        """Say whether the unknown, or the budget, is wrong."""
        return any(name in self.errors for name in LIMITS)

    def inputs(self, decisions: Sequence[Decision]) -> Inputs:
        """Give what was entered; only of a form without errors."""
        said = self.cleaned_data
        return Inputs(
            level=said["level"],
            reading=said["reading"],
            units={kind: said[f"units_{place}"] or 0 for place, (kind, _) in enumerate(self.kinds)},
            travel_max_h=said["travel_max_h"],
            limit=said["limit"],
            money=said["money"] if said["limit"] == Limit.BUDGET else None,
            floors=tuple(self._floors()),
            decisions=tuple(decisions),
            voters_unknown=said["voters_unknown"],
            scenario=int(said["scenario"]) if said["scenario"] else None,
        )

    def _floors(self) -> list[FloorWish]:
        said, found = self.cleaned_data, []
        for row in range(FLOOR_ROWS):
            group = said[f"floor_group_{row}"]
            if not group:
                continue
            county = said[f"floor_county_{row}"]
            found.append(
                FloorWish(
                    group,
                    said[f"floor_counts_{row}"] or Counts.STATIONS,
                    said[f"floor_least_{row}"] or 0.0,
                    int(county) if county and group == Group.COUNTY else None,
                    said[f"floor_kind_{row}"],
                )
            )
        return found

    def refuse(self, wrong: WrongInputs) -> None:
        """Say every fault beside the field that it is about."""
        for fault in wrong.faults:
            self.add_error(self._place_of(fault.field), fault)

    def _place_of(self, name: str) -> str | None:
        where, _, rest = name.partition(".")
        if where == "units" and rest:
            keys = [kind for kind, _ in self.kinds]
            return f"units_{keys.index(rest)}" if rest in keys else None
        if where == "units":
            return "units_0" if self.kinds else None
        if where == "floors":
            return self._floor_field(int(rest)) if rest else None
        return name if name in self.fields else None

    def _floor_field(self, number: int) -> str:
        """Find the row of a floor: blank rows were left out."""
        filled = [row for row in range(FLOOR_ROWS) if self.data.get(f"floor_group_{row}")]
        return f"floor_least_{filled[number]}"


def _initial(first: Inputs, kinds: Options) -> dict[str, Any]:
    return {
        "level": first.level, "reading": first.reading, "limit": first.limit,
        "travel_max_h": first.travel_max_h,
        "money": first.money,
        "voters_unknown": first.voters_unknown,
        "scenario": str(first.scenario or ""),
        **{f"units_{place}": first.units.get(kind, 0) for place, (kind, _) in enumerate(kinds)},
        **{
            f"floor_{name}_{row}": value
            for row, wish in enumerate(first.floors[:FLOOR_ROWS])
            for name, value in (
                ("group", wish.group), ("county", str(wish.county or "")),
                ("counts", wish.counts), ("kind", wish.kind), ("least", wish.at_least),
            )
        },
    }  # fmt: skip


class StationDecisionForm(ReasonForm):
    """What one station gets in every plan, or that it gets nothing."""

    station = forms.CharField(max_length=60)
    kinds = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, kinds: Options, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["kinds"].choices = list(kinds)  # type: ignore[attr-defined]  # a ChoiceField
        self.order_fields(["station", "kinds", "reason", "version"])


class KeptDecisionForm(ReasonForm):
    """So many units of a lot that stay for the stations of one county."""

    lot = forms.ChoiceField()
    kept = TypedCount(required=False)
    county = forms.ChoiceField()

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, lots: Options, counties: Options,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        for name, options in (("lot", lots), ("county", counties)):
            self.fields[name].choices = [self.nothing_chosen, *options]  # type: ignore[attr-defined]  # a ChoiceField
        self.order_fields(["lot", "kept", "county", "reason", "version"])
