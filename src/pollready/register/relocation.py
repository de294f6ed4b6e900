"""What a relocation makes void: evidence that was gathered at the old place."""

from datetime import date

# What was tested, counted or rehearsed at a place says nothing of another place.
OF_THE_PLACE = frozenset({
    "signal_1", "signal_2", "test_date", "fixed_line", "mains", "feeder", "battery_h",
    "generator", "rehearsal",
})  # fmt: skip
RELOCATED_ON = "relocated_on"
RELOCATED_BY = "relocated_by"


def is_from_before(field: str, value: str, as_of: date | None, since: date | None) -> bool:
    """Say whether a claim of the place is older than the move, or of unknown age.

    A test is as old as its own date, whatever the date of the row that tells it.

    >>> is_from_before("battery_h", "4", date(2024, 6, 1), date(2024, 6, 10))
    True
    >>> is_from_before("software", "3.2", None, date(2024, 6, 10))
    False
    """
    if field not in OF_THE_PLACE:
        return False
    day = date.fromisoformat(value) if field == "test_date" else as_of
    return since is None or day is None or day < since
