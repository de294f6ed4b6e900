"""Which components, common causes and claims are asked for, by lists, files and the API."""

from collections.abc import Callable, Mapping
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Replace

from pollready.language import latin_digits
from pollready.places.models import Place, PlaceLevel
from pollready.places.queries import lying_in
from pollready.register.kinds import kinds
from pollready.register.models import Claim, Component, ComponentGroup, Requirement, Tier

TIERS = tuple(Tier(tier).label for tier in Tier)
KEYS: Mapping[str, int] = {"min_value": 0, "max_value": 2**63 - 1, "decimal_places": 0}
# Letters that keyboards mix up, and what stands between letters: alike in a search.
_ALIKE = str.maketrans({"ي": "ی", "ك": "ک", "آ": "ا", "\u200c": None, " ": None, "-": None})
_SAME = (("ي", "ی"), ("ك", "ک"), ("آ", "ا"), ("\u200c", ""), (" ", ""), ("-", ""))
_DIGITS = tuple(zip("۰۱۲۳۴۵۶۷۸۹", "0123456789", strict=True))
# The key of what a search means that hides behind a mask: None where it means nothing.
Meant = Callable[[str], int | None]


def _choice(values: Any, method: str) -> Any:
    return django_filters.ChoiceFilter(method=method, choices=[(value, value) for value in values])


def _plain(field: str, key: str) -> Any:
    """Give a column as it is searched: one form of the letters of `key`, nothing between them."""
    plain: Any = field
    for letter, instead in (*_SAME, *_DIGITS):
        if instead in key:  # nothing between letters is in every key
            plain = Replace(plain, Value(letter), Value(instead))
    return plain


class UpstreamFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter is untyped
    """What components and common causes have in common.

    Who may not see names must not find out by searching: `names_shown` says for which rows code
    and name may be searched, `meant` finds the one row whose masked code is typed.
    """

    q = django_filters.CharFilter(method="by_name_or_code")
    agency = django_filters.NumberFilter(field_name="agency", **KEYS)
    tier = _choice(TIERS, "by_tier")

    def __init__(self, data: Any, queryset: Any, *, names_shown: Q, meant: Meant) -> None:
        super().__init__(data, queryset=queryset)
        self._names_shown, self._meant = names_shown, meant

    def by_name_or_code(self, rows: Any, name: str, value: str) -> Any:
        """Match code or name where it is shown, or else the masked code."""
        typed = latin_digits(value.strip())
        key = typed.translate(_ALIKE)
        named = rows.annotate(plain_code=_plain("code", key), plain_name=_plain("name", key))
        text = Q(plain_code__icontains=key) | Q(plain_name__icontains=key)
        masked = self._meant(typed.upper())
        hidden = Q() if masked is None else Q(pk=masked)
        return named.filter(
            text & self._names_shown | hidden if hidden else text & self._names_shown
        )

    def by_tier(self, rows: Any, name: str, value: str) -> Any:
        """Match how wide it reaches."""
        return rows.filter(tier=TIERS.index(value))


class ComponentFilter(UpstreamFilter):
    """Which components are listed."""

    kind = django_filters.ChoiceFilter(
        choices=[(code, code) for code, kind in kinds().items() if not kind.is_group]
    )
    place = django_filters.NumberFilter(method="by_place", **KEYS)
    county = django_filters.CharFilter(method="by_county")
    protection = _choice(("yes", "no"), "by_protection")
    contradiction = _choice(("yes",), "by_contradiction")

    class Meta:
        model = Component
        fields: tuple[str, ...] = ()

    def by_place(self, rows: QuerySet[Component], name: str, value: Any) -> QuerySet[Component]:
        """Match components in a place of any level."""
        return rows.filter(place__in=lying_in(int(value)))

    def by_county(self, rows: QuerySet[Component], name: str, value: str) -> QuerySet[Component]:
        """Match components whose place lies in the county."""
        county = Q(level=PlaceLevel.COUNTY) & (Q(code=value) | Q(code="", name=value))
        chosen = Place.objects.filter(county)
        inside = Place.objects.filter(
            Q(pk__in=chosen) | Q(parent__in=chosen) | Q(parent__parent__in=chosen)
        )
        return rows.filter(place__in=inside)

    def by_protection(
        self, rows: QuerySet[Component], name: str, value: str
    ) -> QuerySet[Component]:
        """Match components with a second way up, or with one at most."""
        second = Exists(
            Requirement.objects.filter(component=OuterRef("pk"), role=Requirement.Need.PROTECTION)
        )
        return rows.filter(second if value == "yes" else ~second)

    def by_contradiction(
        self, rows: QuerySet[Component], name: str, value: str
    ) -> QuerySet[Component]:
        """Match components about which current claims contradict one another."""
        return rows.filter(Exists(_contradicted("component")))


class GroupFilter(UpstreamFilter):
    """Which common causes are listed."""

    kind = django_filters.ChoiceFilter(
        choices=[(code, code) for code, kind in kinds().items() if kind.is_group]
    )

    class Meta:
        model = ComponentGroup
        fields: tuple[str, ...] = ()


class ClaimFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter is untyped
    """Which claims are asked for."""

    field = django_filters.CharFilter(field_name="field")
    value = django_filters.CharFilter(field_name="value")
    source = django_filters.NumberFilter(field_name="source", **KEYS)
    listing = django_filters.NumberFilter(field_name="listing", **KEYS)
    component = django_filters.NumberFilter(field_name="component", **KEYS)
    confidence = django_filters.CharFilter(field_name="confidence")
    current = _choice(("yes", "no"), "by_current")
    recorded_from = django_filters.DateFilter(field_name="recorded_at", lookup_expr="date__gte")
    contradiction = _choice(("yes",), "by_contradiction")

    class Meta:
        model = Claim
        fields: tuple[str, ...] = ()

    def by_current(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Match claims that stand, or that another took the place of."""
        return claims.filter(superseded_at__isnull=value == "yes")

    def by_contradiction(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Match current claims that another current claim on the same field contradicts."""
        rivals = [_contradicted(about, pk="pk") for about in ("listing", "stop", "component")]
        return claims.filter(Q(*map(Exists, rivals), _connector=Q.OR), superseded_at__isnull=True)


def _contradicted(about: str, pk: str = "") -> QuerySet[Claim]:
    """Give current claims on one object that a current one on the same field contradicts.

    Of the object that the outer query is about, or (with `pk`) of the outer claim itself.
    """
    current = Claim.objects.filter(superseded_at__isnull=True)
    if pk:
        return current.filter(**{about: OuterRef(about)}, field=OuterRef("field")).exclude(
            value=OuterRef("value")
        )
    rivals = current.filter(**{about: OuterRef(about)}, field=OuterRef("field")).exclude(
        value=OuterRef("value")
    )
    return current.filter(Exists(rivals), **{about: OuterRef("pk")})
