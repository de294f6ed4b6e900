"""Reading places: what a place lies in, as columns of a query."""

from django.db.models import Case, CharField, F, Value, When

from pollready.places.models import PlaceLevel

# A station may stand in a county itself, in a district of it, or in a locality of that.
_STEPS = ("", "__parent", "__parent__parent")


def county_of(place: str) -> dict[str, Case]:
    """Give `county_code` and `county_name` of what `place` leads to, to annotate a query with.

    Both are empty where the place lies in no county.
    """
    return {f"county_{column}": _of_county(place, column) for column in ("code", "name")}


def _of_county(place: str, column: str) -> Case:
    return Case(
        *(
            When(
                **{f"{place}{up}__level": PlaceLevel.COUNTY},
                then=F(f"{place}{up}__{column}"),
            )
            for up in _STEPS
        ),
        default=Value(""),
        output_field=CharField(),
    )
