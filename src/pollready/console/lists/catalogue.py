"""All lists by name."""

from collections.abc import Mapping
from types import MappingProxyType

from pollready.console.context import read
from pollready.console.duties.exported import DutyList
from pollready.console.lists.components import ComponentList, GroupList
from pollready.console.lists.description import ListOf
from pollready.console.lists.devices_state import DevicesStateList
from pollready.console.lists.queues import QueueList
from pollready.console.lists.signals import SignalList
from pollready.console.lists.stations import StationList
from pollready.console.middleware import ConsoleRequest
from pollready.people.models import User
from pollready.people.permissions import may

LISTS: Mapping[str, type[ListOf]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            StationList,
            ComponentList,
            GroupList,
            SignalList,
            DevicesStateList,
            DutyList,
            QueueList,
        )
    }
)


def list_for(request: ConsoleRequest, name: str, *, viewer: User) -> ListOf | None:
    """Give a list for a viewer: None where there is none, or it is not for him, or no round is."""
    kind = LISTS.get(name)
    if kind is None or not may(viewer, kind.permission):
        return None
    reading = read(request)
    return kind(reading, viewer) if reading else None
