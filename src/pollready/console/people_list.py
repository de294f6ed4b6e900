"""One page of the list of people."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import django_filters
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from pollready.console.people_words import RightsInWords, rights_in_words
from pollready.language import fold, latin_digits
from pollready.people.locks import locks
from pollready.people.models import Role, User
from pollready.people.queries import UNUSABLE, people_for, with_state
from pollready.people.second_step import with_second_step

if TYPE_CHECKING:
    _Paginator = Paginator[User]
else:
    _Paginator = Paginator  # generic for the type checker only

ROWS = 50
STATES = ("active", "invited", "locked", "closed", "no_second_step")


class PeopleFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter is untyped
    """Which people are listed."""

    q = django_filters.CharFilter(method="by_name")
    role = django_filters.ChoiceFilter(choices=Role.choices)
    state = django_filters.ChoiceFilter(
        method="by_state", choices=[(state, state) for state in STATES]
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def by_name(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Match a part of the folded full name, spaces apart, or of the user name."""
        key = fold(value).replace(" ", "")
        user_name = latin_digits(value.strip())
        return people.filter(Q(name_key__contains=key) | Q(username__icontains=user_name))

    def by_state(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Match what is said of each row; the locked are counted by the caller."""
        never = Q(last_login__isnull=True, password__startswith=UNUSABLE)
        return {
            "active": people.filter(~never, is_active=True),
            "invited": people.filter(never, is_active=True),
            "locked": people.filter(username__in=self.data.get("locked_names", ())),
            "closed": people.filter(is_active=False),
            "no_second_step": people.filter(~with_second_step(), is_active=True),
        }[value]


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the list."""

    person: User
    rights: RightsInWords
    state: str


@dataclass(frozen=True, slots=True)
class PeopleFound:
    """What the filters leave: how many, and one page of them."""

    people: int
    page: Page[User]
    rows: list[Row]
    chosen: dict[str, Any]
    understood: bool


def find_people(by: User, query: Any, language: str, *, now: datetime) -> PeopleFound:
    """Filter and cut the list as the address asks."""
    locked = {lock.username for lock in locks(now=now)}
    asked = {name: query.get(name, "") for name in ("q", "role", "state")}
    everyone = with_state(people_for(by), now=now)
    chosen = PeopleFilter({**asked, "locked_names": locked}, queryset=everyone)
    understood = chosen.is_valid()
    people = (chosen.qs if understood else everyone).prefetch_related("places")
    page = _Paginator(people, ROWS).get_page(query.get("page"))
    return PeopleFound(
        people=page.paginator.count,
        page=page,
        rows=[
            Row(person, rights_in_words(person, language), state_of(person, locked=locked))
            for person in page
        ],
        chosen=asked,
        understood=understood,
    )


def state_of(person: User, *, locked: set[str]) -> str:
    """Say in one word how an account stands; `person` comes from `with_state`."""
    if not person.is_active:
        return "closed"
    if person.username in locked:
        return "locked"
    if person.last_login is None and not person.has_usable_password():
        return "invited" if getattr(person, "invitation_open", False) else "invitation_over"
    return "active"
