"""The table of access: every address of the console, and which role may open it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from pollready.console.access import ANYONE_SIGNED_IN, View
from pollready.language import say
from pollready.people.models import Role
from pollready.people.permissions import PERMISSIONS

PUBLIC = "public"


class Unguarded(Exception):
    """A view says neither what it needs nor that it is for all."""


@dataclass(frozen=True, slots=True)
class Route:
    """One address with what it needs: a permission, `signed_in` or `public`."""

    address: str
    name: str
    permission: str
    takes: tuple[str, ...]  # the names of what stands in the address

    def lets_in(self, role: Role) -> bool:
        """Say whether a role may open it at all; scope and class then say on what."""
        open_to_all = self.permission in (PUBLIC, ANYONE_SIGNED_IN)
        return open_to_all or self.permission in PERMISSIONS[role]


def routes() -> list[Route]:
    """List every address, in the order of the addresses; raises `Unguarded`."""
    return sorted(_routes(get_resolver().url_patterns, "/"), key=lambda route: route.address)


def _routes(
    patterns: list[URLPattern | URLResolver], before: str, space: str = ""
) -> Iterator[Route]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            under = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _routes(pattern.url_patterns, address, under)
        else:
            takes = tuple(pattern.pattern.converters)
            name = f"{space}{pattern.name or ''}"
            yield Route(address, name, _needed(pattern.callback, address), takes)


def _needed(view: View, address: str) -> str:
    permission = getattr(view, "permission", None)
    if permission is not None:
        return str(permission)
    if not getattr(view, "login_required", True):
        return PUBLIC
    raise Unguarded(address)


def access_page() -> str:
    """Write the table as a page of the reference."""
    roles = list(Role)
    head = " | ".join(say(f"console.role.{role.value}", "en") for role in roles)
    lines = [
        "# Who may open which page",
        "",
        "Written from the code by `make docs`. A tick says that the role may open the address at",
        "all; scope (places, agency) and class then decide which stations, components and causes",
        "are found there: what lies outside is answered as if it did not exist. A test walks every",
        "address as every role and looks for what should not be there.",
        "",
        f"| address | needs | {head} |",
        "| --- | --- | " + " | ".join(":-:" for _ in roles) + " |",
    ]
    for route in routes():
        ticks = " | ".join("✓" if route.lets_in(role) else "" for role in roles)
        needs = say(f"permission.{route.permission}", "en")
        lines.append(f"| `{route.address.replace('|', chr(92) + '|')}` | {needs} | {ticks} |")
    return "\n".join(lines) + "\n"
