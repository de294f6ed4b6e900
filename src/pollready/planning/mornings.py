"""The morning surge of a round's stations on one centre or link, as it is and in turns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pollready.obstacles.surges import STEP_S, morning_of
from pollready.obstacles.waits import WaitModel

if TYPE_CHECKING:
    from pollready.engine.surge import Surge

TURNS_MIN = 30.0  # over how long devices are switched on where it is done in turns


@dataclass(frozen=True, slots=True)
class MorningQuestion:
    """What a centre or link passes, and when devices are switched on (minutes before opening)."""

    capacity_per_s: float | None
    check_in_messages: float
    power_on_messages: float
    starts_min: float
    ends_min: float


@dataclass(frozen=True, eq=False)
class MorningAnswer:
    """What the stations whose voters and devices are known ask for, and what that comes to.

    `peak_per_s` is the most over a quarter hour that would be asked if every answer were instant;
    `in_turns` the same morning with devices switched on in turns, early enough. Both are None
    without a capacity, or where nothing is known of any station.
    """

    stations: int
    unknown: int
    devices: int
    peak_per_s: float
    capacity_needed_per_s: float
    surge: "Surge | None"
    in_turns: "Surge | None"
    power_on_by_min: float | None


def default_question(model: WaitModel) -> MorningQuestion:
    """Give what the office's thresholds say; of no centre in particular."""
    wanted = model.thresholds
    return MorningQuestion(
        None,
        wanted.check_in_messages,
        wanted.power_on_messages,
        max(wanted.power_on_starts_min, wanted.power_on_ends_min),
        wanted.power_on_ends_min,
    )


def morning_answer(
    stations: Iterable[tuple[int | None, int | None]], model: WaitModel, question: MorningQuestion
) -> MorningAnswer:
    """Follow the morning of stations, given by voters and devices."""
    from pollready.engine.surge import PowerOn, SharedService, power_on_by_min, surge

    rows = list(stations)
    known = [(v, d) for v, d in rows if v is not None and d is not None]
    if not known:
        return MorningAnswer(0, len(rows), 0, 0.0, 0.0, None, None, None)
    morning = morning_of(known, model)
    power_on = PowerOn(-question.starts_min, -question.ends_min)

    def shared(capacity_per_s: float) -> SharedService:
        return SharedService(
            capacity_per_s,
            per_check_in=question.check_in_messages,
            per_power_on=question.power_on_messages,
        )

    peak_per_s = surge(morning, shared(1e9), power_on, step_s=STEP_S).utilisation * 1e9
    found = in_turns = by_min = None
    if question.capacity_per_s:
        service = shared(question.capacity_per_s)
        found = surge(morning, service, power_on, step_s=STEP_S)
        by_min = min(power_on_by_min(morning, service), -question.ends_min)
        in_turns = surge(morning, service, PowerOn(by_min - TURNS_MIN, by_min), step_s=STEP_S)
    return MorningAnswer(
        stations=len(known),
        unknown=len(rows) - len(known),
        devices=sum(devices for _, devices in known),
        peak_per_s=peak_per_s,
        capacity_needed_per_s=peak_per_s / model.thresholds.surge_capacity_share_max,
        surge=found,
        in_turns=in_turns,
        power_on_by_min=by_min,
    )
