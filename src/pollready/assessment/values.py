"""Claims as typed values: what the standing claims of one field say together."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pollready.obstacles.facts import Evidence, Known


def _whole(text: str) -> int:
    return int(float(text))


def _power(text: str) -> Any:
    """Read a generator's cell: yes, no, hours of fuel, or words (a code, what it lacks)."""
    if text in ("yes", "no"):
        return text == "yes"
    try:
        return float(text)
    except ValueError:
        return text


# Fields whose canonical text is not the value itself.
_TYPES: dict[str, Callable[[str], Any]] = {
    "id_devices": _whole,
    "boxes": _whole,
    "forms": _whole,
    "battery_h": float,
    "spare_devices": _whole,
    "repair_h": float,
    "mast_height_m": float,
    "power_dbm": float,
    "gain_dbi": float,
    "frequency_mhz": float,
    "capacity_per_s": float,
    "test_date": date.fromisoformat,
    "mains": lambda text: text == "yes",
    "generator": _power,
    "relocated_on": date.fromisoformat,
}


def known_value(rows: list[Evidence]) -> Known:
    """Put the standing claims of one field together: one value, or a contradiction.

    A value that its type cannot read says nothing, and stays as evidence of the muddle.
    """
    texts = {row.value for row in rows}
    evidence = tuple(rows)
    if len(texts) > 1:
        return Known(None, evidence, contradicted=True)
    (text,) = texts
    reader = _TYPES.get(rows[0].field)
    if reader is None:
        return Known(text, evidence)
    try:
        return Known(reader(text), evidence)
    except ValueError:
        return Known(None, evidence)
