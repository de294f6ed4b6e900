"""What may be asked of queues in thought: every field has its bounds, and nothing is written."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pollready.console.forms import ConsoleForm
from pollready.language import parse_number, say
from pollready.obstacles.waits import WaitModel
from pollready.planning.mornings import MorningQuestion
from pollready.planning.queues import MOST_VOTERS, Outage, Question

DEVICES_MAX = 64


class TypedNumber(forms.Field):
    """A number as people type it, in the figures of either language, within bounds."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, *, least: float, most: float, whole: bool = False, **kwargs: Any) -> None:
        self.least, self.most, self.whole = least, most, whole
        super().__init__(**kwargs)

    def clean(self, value: Any) -> float | int | None:
        """Read the number; raises `ValidationError` where it is none, or out of bounds."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        found = parse_number(text)
        if found is None or (self.whole and not float(found).is_integer()):
            raise ValidationError("no number", code="queue_whole" if self.whole else "queue_number")
        if not self.least <= found <= self.most:
            bounds = {"least": self.least, "most": self.most}
            raise ValidationError("out of bounds", code="queue_bounds", params=bounds)
        return int(found) if self.whole else float(found)


class QuestionForm(ConsoleForm):
    """One station, as it might be."""

    phrases = "queues.form"

    voters = TypedNumber(least=0, most=MOST_VOTERS, whole=True)
    devices = TypedNumber(least=1, most=DEVICES_MAX, whole=True)
    service_min = TypedNumber(least=0.1, most=60)
    outage_devices = TypedNumber(least=0, most=DEVICES_MAX, whole=True, required=False)
    outage_from_h = TypedNumber(least=0, most=24, required=False)
    outage_h = TypedNumber(least=0.25, most=24, required=False)
    extension_h = TypedNumber(least=0, most=12, required=False)

    def question(self, model: WaitModel) -> Question:
        """Give the question that was asked."""
        values = self.cleaned_data
        outage = None
        if values["outage_devices"]:
            outage = Outage(
                values["outage_devices"], values["outage_from_h"] or 0.0, values["outage_h"] or 1.0
            )
        asked = Question(
            values["voters"], values["devices"], model, outage, values["extension_h"] or 0.0
        )
        return asked.with_service(values["service_min"])


class MorningForm(ConsoleForm):
    """A centre or a link, and when devices are switched on."""

    phrases = "queues.morning.form"

    capacity_per_s = TypedNumber(least=0.001, most=1e9, required=False)
    check_in_messages = TypedNumber(least=0, most=1e6)
    power_on_messages = TypedNumber(least=0, most=1e9)
    starts_min = TypedNumber(least=-240, most=600)
    ends_min = TypedNumber(least=-240, most=600)

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = values.get("starts_min"), values.get("ends_min")
        if starts is not None and ends is not None and starts < ends:
            self.add_error("ends_min", ValidationError("order", code="queue_order"))
        return values

    @property
    def question(self) -> MorningQuestion:
        """Give the question that was asked."""
        return MorningQuestion(**self.cleaned_data)


class NextDayForm(ConsoleForm):
    """How many stations are hit, and how."""

    phrases = "queues.next_day.form"

    hit_pct = TypedNumber(least=0, most=100)
    outage_from_h = TypedNumber(least=0, most=24)
    outage_h = TypedNumber(least=0.25, most=24)

    @property
    def outage(self) -> Outage:
        """Give an outage of all devices."""
        return Outage(
            MOST_VOTERS, self.cleaned_data["outage_from_h"], self.cleaned_data["outage_h"]
        )


def typed(values: Mapping[str, Any], language: str) -> dict[str, str]:
    """Write values as a form shows them, to be typed over."""
    return {
        name: "" if value is None else say("console.number", language, value=value)
        for name, value in values.items()
    }
