"""Fields of errors and faults as JSON, and back: phrases among them are said when read."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pollready.language.catalogue import Phrase

_KEY, _FIELDS = "phrase", "fields"
_DAY = "day_kept"  # a day is written in the calendar of who reads it


def kept(value: Any) -> Any:
    """Give a value as JSON keeps it.

    >>> kept({"why": Phrase("intake.limit.rows", {"limit": 5})})
    {'why': {'phrase': 'intake.limit.rows', 'fields': {'limit': 5}}}
    """
    if isinstance(value, Phrase):
        return {_KEY: value.key, _FIELDS: kept(value.fields)}
    if isinstance(value, Mapping):
        return {str(name): kept(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [kept(part) for part in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return {_DAY: value.isoformat()}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def told(value: Any) -> Any:
    """Give back what `kept` kept; lists stay lists.

    >>> told(kept({"day": date(2028, 6, 28)}))
    {'day': datetime.date(2028, 6, 28)}

    >>> told(kept({"why": Phrase("intake.limit.rows", {})}))
    {'why': Phrase(key='intake.limit.rows', fields={})}
    """
    if isinstance(value, Mapping):
        if value.keys() == {_KEY, _FIELDS}:
            return Phrase(value[_KEY], told(value[_FIELDS]))
        if value.keys() == {_DAY}:
            return date.fromisoformat(value[_DAY])
        return {name: told(part) for name, part in value.items()}
    if isinstance(value, list):
        return [told(part) for part in value]
    return value
