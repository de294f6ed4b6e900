"""The ways by which a message leaves: one module each, with `address_of` and `deliver`."""

from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it leaves: to whom, in what language, and its words."""

    to: str
    language: str
    subject: str
    text: str


class GatewayRefused(Exception):
    """A gateway did not take a message; `code` says why."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = f"reminders.{code}"
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


def gateway_of(name: str) -> ModuleType:
    """Give the gateway of a name; its `address_of(user)` is empty where it reaches nobody."""
    from pollready.committee.reminders.gateways import file, http, smtp

    return {"file": file, "http": http, "smtp": smtp}[name]
