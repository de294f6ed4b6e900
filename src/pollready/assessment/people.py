"""Who is named for a station: trained users, deputies, couriers, the route to paper."""

from collections import defaultdict

from pollready.assessment.reading import ListingRow, Register
from pollready.language import fold
from pollready.obstacles.facts import NOTHING_KNOWN, Evidence, Known, PersonFacts

COMPUTER_USER = frozenset(map(fold, ("کاربر رایانه", "کاربر", "computer user")))
COURIER = frozenset(map(fold, ("پیک", "رابط حمل صورتجلسه", "courier", "relay")))
# The duty that settles who may order paper, as the workbook words it.
PAPER_ROUTE = tuple(
    map(fold, ("تعیین مرجع صدور دستور تعرفه کاغذی", "settle who orders paper ballots"))
)


class PeopleIndex:
    """People and duties by the station or county that is their scope."""

    def __init__(self, register: Register) -> None:
        self.people = tuple(
            PersonFacts(name, role, scope, deputy, trained, Evidence("people_duties", name, scope))
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
        self._routes: dict[str, Known] = {}
        for _, scope, text, _, evidence, source, sheet, row in register.duties:
            if any(words in fold(text) for words in PAPER_ROUTE):
                fact = Evidence("duty", evidence or text, source, sheet, row)
                self._routes[fold(scope)] = Known(bool(evidence), (fact,))
        self._orders = {
            listing.id: register.claims.get(listing.id, {}).get("paper_order", NOTHING_KNOWN)
            for listing in register.listings
        }

    def users(self, listing: ListingRow) -> Known:
        """Count the station's trained computer users; unknown where nobody is named at all."""
        named = self._named("user", listing)
        return self._count(named, sum(1 for person in named if person.trained is True))

    def deputies(self, listing: ListingRow) -> Known:
        """Count the deputies named for the station's users."""
        named = self._named("user", listing)
        return self._count(named, sum(1 for person in named if person.deputy))

    def couriers(self, listing: ListingRow) -> Known:
        """Count the couriers of the station or, failing that, of its county."""
        named = self._named("courier", listing)
        if not named:
            named = self._by_role["courier"].get(fold(listing.county), [])
        return self._count(named, len(named))

    def order_route(self, listing: ListingRow) -> Known:
        """Tell whether it is settled, with evidence, who orders paper here."""
        for scope in (listing.code, listing.county):
            if fold(scope) in self._routes:
                return self._routes[fold(scope)]
        return NOTHING_KNOWN

    def paper_order(self, listing: ListingRow) -> Known:
        """Give the order itself, if there is one."""
        return self._orders.get(listing.id, NOTHING_KNOWN)

    def may_use_paper(self, listing: ListingRow) -> bool:
        """Tell whether paper is lawful at the station now."""
        return self.paper_order(listing).known

    def _named(self, role: str, listing: ListingRow) -> list[PersonFacts]:
        return self._by_role[role].get(fold(listing.code), [])

    @staticmethod
    def _count(named: list[PersonFacts], count: int) -> Known:
        if not named:
            return NOTHING_KNOWN
        return Known(count, tuple(person.evidence for person in named))
