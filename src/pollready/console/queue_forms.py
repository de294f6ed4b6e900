"""What may be asked of queues in thought: every field has its bounds, and nothing is written."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BoundField

from pollready.console.forms import ConsoleForm
from pollready.console.typed_fields import TypedAmount
from pollready.language import say
from pollready.obstacles.wait_figures import MOST_VOTERS
from pollready.obstacles.waits import WaitModel
from pollready.planning.mornings import MorningQuestion
from pollready.planning.queues import Outage, Question

DEVICES_MAX = 64
_SECOND = ("second_min", "second_desks")
MOST_DESKS = 256  # as many as the engine looks at


class BoundedNumber(TypedAmount):
    """A number within bounds, whole where that is asked."""

    def __init__(self, *, least: float, most: float, whole: bool = False, **kwargs: Any) -> None:
        self.least, self.most, self.whole = least, most, whole
        super().__init__(**kwargs)

    def clean(self, value: Any) -> float | int | None:
        """Read the number; raises `ValidationError` where it is none, or out of bounds."""
        try:
            found = super().clean(value)
        except ValidationError as wrong:
            raise self._no_number() if wrong.code == "invalid" else wrong from None
        if found is None:
            return None
        if self.whole and not float(found).is_integer():
            raise self._no_number()
        if not self.least <= found <= self.most:
            bounds = {"least": self.least, "most": self.most}
            raise ValidationError("out of bounds", code="queue_bounds", params=bounds)
        return int(found) if self.whole else float(found)

    def _no_number(self) -> ValidationError:
        return ValidationError("no number", code="queue_whole" if self.whole else "queue_number")


class QuestionForm(ConsoleForm):
    """One station, as it might be."""

    phrases = "queues.form"

    voters = BoundedNumber(least=0, most=MOST_VOTERS, whole=True)
    devices = BoundedNumber(least=1, most=DEVICES_MAX, whole=True)
    service_min = BoundedNumber(least=0.1, most=60)
    outage_devices = BoundedNumber(least=0, most=DEVICES_MAX, whole=True, required=False)
    outage_from_h = BoundedNumber(least=0, most=24, required=False)
    outage_h = BoundedNumber(least=0.25, most=24, required=False)
    extension_h = BoundedNumber(least=0, most=12, required=False)
    second_min = BoundedNumber(least=0.1, most=60, required=False)
    second_desks = BoundedNumber(least=1, most=MOST_DESKS, whole=True, required=False)

    @property
    def of_first_stage(self) -> list[BoundField]:
        """Give the fields of the devices."""
        return [field for field in self if field.name not in _SECOND]

    @property
    def of_second_stage(self) -> list[BoundField]:
        """Give the fields of what comes after."""
        return [self[name] for name in _SECOND]

    def clean(self) -> dict[str, Any]:
        """Refuse desks of which nobody says how long a voter keeps one."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("second_desks") and not values.get("second_min", True):
            self.add_error("second_min", ValidationError("minutes", code="queue_second"))
        return values

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

    capacity_per_s = BoundedNumber(least=0.001, most=1e9, required=False)
    check_in_messages = BoundedNumber(least=0, most=1e6)
    power_on_messages = BoundedNumber(least=0, most=1e9)
    starts_min = BoundedNumber(least=-240, most=600)
    ends_min = BoundedNumber(least=-240, most=600)

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

    hit_pct = BoundedNumber(least=0, most=100)
    outage_from_h = BoundedNumber(least=0, most=24)
    outage_h = BoundedNumber(least=0.25, most=24)

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
