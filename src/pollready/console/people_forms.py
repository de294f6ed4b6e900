"""The forms by which an administrator keeps the people."""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.db.models import Case, F, Q, QuerySet, When
from django.http import QueryDict

from pollready.audit.classification import Classification
from pollready.console.forms import ConsoleForm
from pollready.language import LANGUAGES, fold, say
from pollready.people.models import Role, User
from pollready.people.rules import Rights, highest_given, is_mightier
from pollready.people.scopes import agencies_for, in_places, places_of
from pollready.places.models import Agency, Place, PlaceLevel

if TYPE_CHECKING:
    _Places = forms.ModelMultipleChoiceField[Place]
    _Agency = forms.ModelChoiceField[Agency]
else:
    _Places, _Agency = forms.ModelMultipleChoiceField, forms.ModelChoiceField


class PlacesField(_Places):
    """Counties and districts, each named with what it lies in."""

    def label_from_instance(self, place: Any) -> str:
        above = place.parent
        return (
            f"{above.name} / {place.name}"
            if above and above.level >= PlaceLevel.COUNTY
            else (place.name)
        )


class AgencyField(_Agency):
    """One agency, by its name."""

    def label_from_instance(self, agency: Any) -> str:
        return str(agency.name)


def places_offered(by: User) -> QuerySet[Place]:
    """Give the places that `by` may give to others, each county before its districts."""
    county = Case(When(level=PlaceLevel.DISTRICT, then=F("parent__key")), default=F("key"))
    return (
        Place.objects.filter(in_places("pk", places_of(by)), level__lte=PlaceLevel.DISTRICT)
        .select_related("parent")
        .order_by(county, "level", "key")
    )


# More places than these are not offered all at once: districts appear once they are looked for.
PLACES_AT_ONCE = 600
_FOUND_MAX = 200
LOOKS = "look"  # the button that looks for places


def _places_shown(by: User, ticked: Collection[str], sought: str) -> list[Place]:
    """Give what a long list shows: counties and what is wider, what is ticked, what was found."""
    key = fold(sought)
    found = Q(key__contains=key) | Q(parent__key__contains=key) if key else Q(pk__in=())
    districts = places_offered(by).filter(level=PlaceLevel.DISTRICT)
    keys = [int(pk) for pk in ticked if re.fullmatch("[0-9]{1,18}", str(pk))]
    shown = {*keys, *districts.filter(found).values_list("pk", flat=True)[:_FOUND_MAX]}
    return list(places_offered(by).filter(Q(level__lt=PlaceLevel.DISTRICT) | Q(pk__in=shown)))


class RightsForm(ConsoleForm):
    """Name, role, scope, class and names of one person, with the reason for them."""

    phrases = "account.field"

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    first_name = forms.CharField(max_length=150)
    last_name = forms.CharField(max_length=150)
    role = forms.ChoiceField(choices=())
    agency = AgencyField(queryset=Agency.objects.none(), required=False)
    places = PlacesField(
        queryset=Place.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    clearance = forms.TypedChoiceField(choices=(), coerce=int)
    may_see_names = forms.BooleanField(required=False)
    reason = forms.CharField(max_length=500)

    def __init__(self, data: Any = None, *, by: User, language: str, **kwargs: Any) -> None:
        super().__init__(data, language=language, **kwargs)
        self._offer(
            "role",
            [
                (role.value, say(f"console.role.{role.value}", language))
                for role in Role
                if not is_mightier(role, by)
            ],
        )
        levels = [level for level in Classification if level <= highest_given(by)]
        self._offer(
            "clearance",
            [(int(each), say(f"console.class.{each.label}", language)) for each in levels],
        )
        agency, places = self.fields["agency"], self.fields["places"]
        assert isinstance(agency, AgencyField) and isinstance(places, PlacesField)
        agency.queryset = agencies_for(by).order_by("name")
        agency.empty_label = say("account.field.no_agency", language)
        places.queryset = places_offered(by)
        self.has_many_places = places.queryset.count() > PLACES_AT_ONCE
        if self.has_many_places:
            ticked = data.getlist("places") if data else self.initial.get("places", ())
            self.sought = str((data or self.initial).get("find_place") or "")[:100]
            shown = _places_shown(by, ticked, self.sought)
            places.widget.choices = [(each.pk, places.label_from_instance(each)) for each in shown]

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def rights(self) -> Rights:
        """Give the rights of a valid form."""
        cleaned = self.cleaned_data
        return Rights(
            role=Role(cleaned["role"]),
            agency=cleaned["agency"],
            places=tuple(cleaned["places"]),
            clearance=cleaned["clearance"],
            may_see_names=cleaned["may_see_names"],
        )

    def names(self) -> Mapping[str, str]:
        """Give the names of a valid form."""
        return {name: self.cleaned_data[name] for name in ("first_name", "last_name")}

    @classmethod
    def looking(cls, typed: QueryDict, *, by: User, language: str) -> Self:
        """Give the form as it was typed, unjudged, with the places found that were looked for."""
        initial: dict[str, Any] = {name: typed.get(name) for name in cls.base_fields}
        initial["places"] = typed.getlist("places")
        initial["may_see_names"] = "may_see_names" in typed
        initial["find_place"] = typed.get("find_place", "")
        return cls(by=by, language=language, initial=initial)

    @classmethod
    def of(cls, person: User, *, by: User, language: str) -> "RightsForm":
        """Give the form filled with what the account has now."""
        initial = {
            "version": person.version,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "role": person.role,
            "agency": person.agency_id,
            "places": list(person.places.values_list("pk", flat=True)),
            "clearance": person.clearance,
            "may_see_names": person.may_see_names,
        }
        return cls(by=by, language=language, initial=initial)


class InviteForm(RightsForm):
    """The same for somebody new, with the name and language of his account."""

    field_order = ("username",)  # as on the page, so that its faults are told from the top

    username = forms.CharField(
        max_length=60,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false",
                   "autocomplete": "off"}
        ),
    )  # fmt: skip
    written_in = forms.ChoiceField(choices=())

    def __init__(self, data: Any = None, *, by: User, language: str, **kwargs: Any) -> None:
        initial = {
            "clearance": Classification.NORMAL,
            "role": Role.SUPERVISION,
            "written_in": language,
            **kwargs.pop("initial", {}),
        }
        super().__init__(data, by=by, language=language, initial=initial, **kwargs)
        self._offer(
            "written_in", [(each, say(f"console.language.{each}", language)) for each in LANGUAGES]
        )


class ReasonForm(ConsoleForm):
    """Why something is done with an account."""

    phrases = "account.field"

    reason = forms.CharField(max_length=500)
