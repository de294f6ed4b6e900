"""Who is named for a station: trained users, deputies, couriers, the route to paper."""

import re
from collections import defaultdict
from copy import copy
from datetime import date, timedelta

from pollready.assessment.reading import ListingRow, Register
from pollready.language import fold, parse_yes_no
from pollready.obstacles.facts import NOTHING_KNOWN, Evidence, Known, PersonFacts

COMPUTER_USER = frozenset(map(fold, ("کاربر رایانه", "کاربر", "computer user")))
COURIER = frozenset(map(fold, ("پیک", "رابط حمل صورتجلسه", "courier", "relay")))
RELATIVE_DEADLINE = re.compile(r"T([-+]\d+)?")
# The duty that settles who may order paper, as the workbook words it.
PAPER_ROUTE = tuple(
    map(fold, ("تعیین مرجع صدور دستور تعرفه کاغذی", "settle who orders paper ballots"))
)


class PeopleIndex:
    """People and duties by the station or county that is their scope."""

    def __init__(self, register: Register, as_of: date) -> None:
        self.people = tuple(
            PersonFacts(name, role, scope, deputy, trained, _evidence(name, role, scope))
            for name, role, scope, deputy, trained in register.people
        )
        self._by_role: dict[str, dict[str, list[PersonFacts]]] = {
            "user": defaultdict(list),
            "courier": defaultdict(list),
        }
        for person in self.people:
            role = fold(person.role)
            if role in COMPUTER_USER:
                self._by_role["user"][fold(person.scope)].append(person)
            elif role in COURIER:
                self._by_role["courier"][fold(person.scope)].append(person)
        self._routes = _routes_to_paper(register, as_of)
        self._claims = register.claims

    def with_claims(self, register: Register) -> "PeopleIndex":
        """Give the index of the same people and duties over other claims."""
        other = copy(self)
        other._claims = register.claims
        return other

    def users(self, listing: ListingRow) -> Known:
        """Count the station's users who are recorded as trained; unknown where none is named."""
        named = self._named("user", listing)
        return _count(named, sum(_is_there(p.name) and p.trained is True for p in named))

    def users_untold(self, listing: ListingRow) -> int:
        """Count its named users of whom nobody says whether they are trained."""
        named = self._named("user", listing)
        return sum(_is_there(person.name) and person.trained is None for person in named)

    def deputies(self, listing: ListingRow) -> Known:
        """Count the deputies of its users: an empty cell says nothing, «ندارد» says none."""
        named = self._named("user", listing)
        count = sum(_is_there(person.deputy) for person in named)
        if count == 0 and any(not person.deputy for person in named):
            return NOTHING_KNOWN
        return _count(named, count)

    def couriers(self, listing: ListingRow) -> Known:
        """Count the couriers of the station or, failing that, of its county.

        A post that is listed without a name is vacant: that is evidence of nobody.
        """
        named = self._named("courier", listing)
        if not named:
            named = self._by_role["courier"].get(fold(listing.county), [])
        return _count(named, sum(_is_there(person.name) for person in named))

    def order_route(self, listing: ListingRow) -> Known:
        """Tell whether it is settled, with evidence, who orders paper here."""
        for scope in (listing.code, listing.county):
            if fold(scope) in self._routes:
                return self._routes[fold(scope)]
        return NOTHING_KNOWN

    def paper_order(self, listing: ListingRow) -> Known:
        """Give the order itself, if there is one."""
        return self._claims.get(listing.id, {}).get("paper_order", NOTHING_KNOWN)

    def may_use_paper(self, listing: ListingRow) -> bool:
        """Tell whether paper is lawful at the station now."""
        return self.paper_order(listing).known

    def _named(self, role: str, listing: ListingRow) -> list[PersonFacts]:
        return self._by_role[role].get(fold(listing.code), [])


def _count(named: list[PersonFacts], count: int) -> Known:
    if not named:
        return NOTHING_KNOWN
    return Known(count, tuple(person.evidence for person in named))


def _is_there(name: str) -> bool:
    """Tell a name from an empty cell, a dash, or the word for none."""
    return bool(name.strip(" -–—")) and parse_yes_no(name) is not False


def _evidence(name: str, role: str, scope: str) -> Evidence:
    said = " / ".join(filter(None, (name, role, scope)))
    return Evidence("person", said, "", "people_duties")


def _routes_to_paper(register: Register, as_of: date) -> dict[str, Known]:
    """Tell, by scope, whether it is settled who orders paper.

    Settled where any such duty has its evidence; not settled where one is past its deadline
    without; before the deadline an empty cell says nothing yet.
    """
    found: dict[str, list[tuple[bool | None, Evidence]]] = defaultdict(list)
    for _, scope, text, deadline, evidence, source, sheet, row in register.duties:
        if any(words in fold(text) for words in PAPER_ROUTE):
            settled = True if evidence else _is_open(register, deadline, as_of)
            fact = Evidence("duty", evidence or text, source, sheet, row)
            found[fold(scope)].append((settled, fact))
    return {
        scope: Known(
            True if any(s is True for s, _ in rows)
            else False if any(s is False for s, _ in rows) else None,
            tuple(fact for _, fact in rows),
        )
        for scope, rows in found.items()
    }  # fmt: skip


def _is_open(register: Register, deadline: str, as_of: date) -> bool | None:
    """Say False once the deadline has passed; None before it, or where nobody set one."""
    match = RELATIVE_DEADLINE.fullmatch(deadline or "")
    if match is None or register.round.election_date is None:
        return None
    due = register.round.election_date + timedelta(days=int(match[1] or 0))
    return False if due < as_of else None
